"""Strict arrays and types: in tests, each call into Interlock is checked, and JAX guesses nothing."""

import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

# Words to JAX by environment: they hold before anything imports it, and in the commands that tests start.
os.environ["JAX_NUMPY_RANK_PROMOTION"] = "raise"
os.environ["JAX_NUMPY_DTYPE_PROMOTION"] = "strict"
# Golden numbers are a CPU's. For a GPU: JAX_PLATFORMS=cuda,cpu pytest -m gpu
os.environ.setdefault("JAX_PLATFORMS", "cpu")
# Compiled months are kept, and shared by all workers: with a limit of size, JAX locks what it writes.
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(Path(__file__).resolve().parent.parent / ".cache" / "compiled"))
os.environ["JAX_COMPILATION_CACHE_MAX_SIZE"] = str(2**31)
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0.2"
# Most tests compile a small world of their own and run it for a moment: code that is made four times as fast, and runs
# four times as slowly. Golden results and the pages of the docs are made by the code that users get.
# JAX from 0.11.1 on does not know the second word, and ends the process where it meets it.
os.environ.setdefault(
    "XLA_FLAGS",
    "--xla_backend_optimization_level=0"
    + " --xla_cpu_use_fusion_emitters=false" * (tuple(map(int, version("jaxlib").split(".")[:3])) < (0, 11, 1)),
)
# Screens are as wide as where there is no terminal, whatever runs the tests.
os.environ["COLUMNS"] = "112"

import jax
import pytest
from hypothesis import settings

from typed import check_every_call

# Units, shapes and types, at every call: nothing above may import interlock.
check_every_call()

# Compiling makes the first example slow whatever the code under test does, hence no deadline.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(autouse=True, scope="module")
def let_go_of_what_was_compiled() -> Iterator[None]:
    """After each file: what tests compile beside books takes mappings of memory, of which Linux allows 65,530."""
    yield
    jax.clear_caches()
