"""Which drivers move together: the one matrix of correlations, and what is wrong with it.

    shock_i = sum over j of L_ij z_j,   L L' = the matrix of correlations,   z independent

L is found for each set of connected drivers alone, in order of name. So a driver joined to no other keeps the
row of the unit matrix, and adding one changes no bit of the shocks of the rest, if the sum is taken term by term.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from interlock.ground.errors import ArgumentError

Pair = tuple[str, str, float]
"""Two drivers and the correlation of their shocks."""

MOST_SETS = 20_000
"""How many sets of drivers of one size are tried in search of the smallest that clashes."""

SMALLEST = 1e-10
"""An eigenvalue below this is no longer told from zero."""


def factor(names: Sequence[str], pairs: Iterable[Pair]) -> NDArray[np.float64]:
    """L: what turns independent shocks into correlated ones, for drivers in this order."""
    pairs = tuple(pairs)
    row = {name: place for place, name in enumerate(names)}
    lower = np.eye(len(names))
    for members in _connected(pairs):
        try:
            block = np.linalg.cholesky(_matrix(members, pairs))
        except np.linalg.LinAlgError:
            raise ArgumentError(f"these correlations contradict each other: {clashes(names, pairs)}.") from None
        places = [row[name] for name in members]
        lower[np.ix_(places, places)] = block
    return lower


def clashes(names: Sequence[str], pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """The entries that no drivers can have at once, of as few drivers as show it; empty where there are none.

    Pairs that are not given are independent, and stand among the entries with 0.
    """
    # A pair with an unknown name is wrong for another reason.
    pairs = tuple(pair for pair in pairs if pair[0] in names and pair[1] in names)
    for members in _connected(pairs):
        if not _is_possible(_matrix(members, pairs)):
            few = _smallest(members, pairs)
            given = _by_pair(pairs)
            return tuple((a, b, given.get(frozenset((a, b)), 0.0)) for a, b in combinations(few, 2))
    return ()


def _connected(pairs: Sequence[Pair]) -> list[tuple[str, ...]]:
    """The sets of drivers that are joined by pairs, each in order of name."""
    sets: list[set[str]] = []
    for a, b, _ in pairs:
        joined = {a, b}.union(*(each for each in sets if a in each or b in each))
        sets = [each for each in sets if not each & joined] + [joined]
    return sorted(tuple(sorted(each)) for each in sets)


def _smallest(members: Sequence[str], pairs: Sequence[Pair]) -> tuple[str, ...]:
    """As few of these drivers as have impossible correlations."""
    matrix = _matrix(members, pairs)
    for size in range(2, len(members)):
        if comb(len(members), size) > MOST_SETS:
            break
        sets = np.array(list(combinations(range(len(members)), size)))
        lowest = np.linalg.eigvalsh(matrix[sets[:, :, None], sets[:, None, :]])[:, 0]
        if lowest.min() < SMALLEST:
            return tuple(members[place] for place in sets[lowest.argmin()])
    few = list(members)
    for name in members:
        rest = [each for each in few if each != name]
        if not _is_possible(_matrix(rest, pairs)):
            few = rest
    return tuple(few)


def _matrix(members: Sequence[str], pairs: Sequence[Pair]) -> NDArray[np.float64]:
    given = _by_pair(pairs)
    return np.array([[1.0 if a == b else given.get(frozenset((a, b)), 0.0) for b in members] for a in members])


def _by_pair(pairs: Sequence[Pair]) -> Mapping[frozenset[str], float]:
    return {frozenset((a, b)): correlation for a, b, correlation in pairs}


def _is_possible(matrix: NDArray[np.float64]) -> bool:
    return bool(np.linalg.eigvalsh(matrix)[0] >= SMALLEST)
