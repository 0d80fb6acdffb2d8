"""How XLA is asked to compile the months of a book.

With a small book, to compile them takes several times as long as to run them on thousands of paths: they are compiled
in two thirds of the time, for code that takes a third longer to run. With a large one that would not pay.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import jax

Options = dict[str, bool | int]

SMALL = 200
"""Legs that are billed."""

QUICK: Options = {
    # Kernels are compiled some at a time, each without an optimiser of its own before that of LLVM.
    "xla_cpu_use_fusion_emitters": False,
    "xla_backend_optimization_level": 1,
}


def options_for(bills: int) -> Options:
    """Options of XLA for the months of a book with so many legs that are billed: none for a large one, or on a GPU."""
    return _quick() if bills <= SMALL and jax.default_backend() == "cpu" else {}


@contextmanager
def without_collecting() -> Iterator[None]:
    """While months are traced, Python looks for no cycles: that takes an eighth of the time, and frees nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def _quick() -> Options:
    """The quick ones, as far as this XLA has them and the user says nothing of them."""
    told = os.environ.get("XLA_FLAGS", "")
    wanted: Options = {name: value for name, value in QUICK.items() if name not in told}
    if _are_known(wanted):
        return wanted
    return {name: value for name, value in wanted.items() if _are_known({name: value})}


def _are_known(options: Options) -> bool:
    try:
        jax.jit(lambda number: number, compiler_options=options).lower(1.0).compile()
    except jax.errors.JaxRuntimeError:
        return False
    return True
