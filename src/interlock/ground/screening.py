"""The largest of many parts, found by weighing groups of them.

A group weighs at least as much as any part of it. So the heaviest group is looked into first, half by half, until it is
a single part: then no part that is still in a group is heavier (branch and bound, Land and Doig 1960; for screening
the inputs of a simulation, sequential bifurcation, Bettonvil and Kleijnen 1997).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

EACH = 16
"""Weighings for each part that is wanted, at most; then what has been weighed must do."""


def largest(parts: Sequence[T], wanted: int, weigh: Callable[[Sequence[T]], float]) -> list[T]:
    """The `wanted` heaviest parts, the heaviest first; fewer, where all others weigh nothing.

    Those that are likely to be heavy stand first in `parts`: as many as are wanted are weighed one by one at once.
    """
    weighed: list[tuple[float, int, Sequence[T]]] = []
    weighings = 0

    def add(at: int, group: Sequence[T]) -> None:
        nonlocal weighings
        if group:
            # Equals in the order in which they stand.
            heapq.heappush(weighed, (-weigh(group), at, group))
            weighings += 1

    for n, part in enumerate(parts[:wanted]):
        add(n, [part])
    add(wanted, parts[wanted:])
    found: list[T] = []
    while weighed and len(found) < wanted:
        weight, at, group = heapq.heappop(weighed)
        if weight == 0.0:
            break
        if len(group) == 1:
            found.append(group[0])
        elif weighings < EACH * wanted:
            half = (len(group) + 1) // 2
            add(at, group[:half])
            add(at + half, group[half:])
    return found
