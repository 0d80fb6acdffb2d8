"""Strict arrays and types: in tests, each call into Interlock is checked, and JAX guesses nothing."""

import os

import jaxtyping
import pytest
from hypothesis import settings

# Checks units, shapes and types at every call, from here on: nothing above may import interlock.
# An `int` may stand for a `float`, as type checkers have it.
jaxtyping.install_import_hook("interlock", "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))")

# Words to JAX by environment, so that they hold before it is first imported, and in the commands that tests start.
os.environ["JAX_NUMPY_RANK_PROMOTION"] = "raise"
os.environ["JAX_NUMPY_DTYPE_PROMOTION"] = "strict"
# Screens are as wide as where there is no terminal, whatever runs the tests.
os.environ["COLUMNS"] = "112"
# Golden numbers are a CPU's. For a GPU: JAX_PLATFORMS=cuda,cpu pytest -m gpu
os.environ.setdefault("JAX_PLATFORMS", "cpu")

# Compiling makes the first example slow whatever the code under test does, hence no deadline.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure(config: pytest.Config) -> None:
    """Keep compiled months between runs of the tests."""
    # One folder for each worker: JAX writes an entry in place, and a neighbour could read it half-written.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    os.environ["JAX_COMPILATION_CACHE_DIR"] = str(config.cache.mkdir(f"jax-{worker}"))
    os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0.2"
