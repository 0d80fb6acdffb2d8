"""The same work on many things, on all cores: NumPy lets go of the interpreter while it counts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Thing = TypeVar("Thing")
Made = TypeVar("Made")


def on_all_cores(work: Callable[[Thing], Made], things: Iterable[Thing]) -> list[Made]:
    """What the work makes of each thing, in their order."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, things))
