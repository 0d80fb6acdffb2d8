"""Whose compute it is, when full tilt ends, and which limit binds: counted over months and futures.

    is short    missing > (1 - full) x planned                  three months in a row end full tilt
    stops it    the limit for want of which most is missing in these three months
    binds       the limit that adds most, if that is more than a tenth of the part by which it is widened, of all use

Where two limits add the same, or as much is missing for want of both, each has a half.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from interlock.book.book import Book
from interlock.engine.buildout import Buildout
from interlock.engine.wider import Limit

NONE = "none alone"
"""Where no limit by itself adds anything worth naming: what is contracted is in use, or two of them hold together."""

WORTH_NAMING = 0.1
"""Of the part by which a limit is widened: what adds less, of the compute in use, binds nothing."""

LEAST_USE = 1e-3
"""H100e: less is rounding."""

STEADY = 3
"""Months in a row below the bar that end full tilt: one month late is no stop."""

ALL_LABS = "all labs"
"""The build-out as a whole."""

LAB, CLOUD = "lab", "cloud"
"""Whose compute: what a lab uses, or what others use of a cloud."""

Of = tuple[str, str]
"""A party, or all labs, and on which side."""


@dataclass(frozen=True)
class Side:
    """The compute of a lab, or of a cloud, [month, path] each."""

    used: Any
    planned: Any
    """By commitments."""
    lacks: Any
    """[month, limit, path] Of that, what is not in use, for want of what."""

    @property
    def missing(self) -> Any:
        """[month, path] All of that."""
        return self.lacks.sum(axis=1)

    def __add__(self, other: Side) -> Side:
        return Side(self.used + other.used, self.planned + other.planned, self.lacks + other.lacks)


def sides_of(book: Book, found: Buildout, known: Mapping[Of, Any] | None = None) -> dict[Of, Side]:
    """Of all labs, of each lab and of each cloud; by size, or those that are known."""
    rows = {name: n for n, name in enumerate(found.parties)}

    def having(role: str, *kept: Any) -> list[tuple[Of, Side]]:
        names = [name for name in found.parties if role in book.parties[name].roles]
        each = [((name, role), Side(*(months[:, rows[name]] for months in kept))) for name in names]
        some = [(of, side) for of, side in each if known or side.used.any() or side.planned.any()]
        return sorted(some, key=lambda pair: (-float(pair[1].used.sum()), pair[0]))

    labs = having(LAB, found.used, found.planned, found.lacks)
    clouds = having(CLOUD, found.in_use, found.to_sell, found.fails)
    if not labs:
        return {}
    whole = reduce(Side.__add__, (side for _, side in labs))
    sides = {(ALL_LABS, LAB): whole, **dict(labs), **dict(clouds)}
    return sides if known is None else {of: sides[of] for of in known}


def full_months(missing: Any, planned: Any, full: float) -> Any:
    """[path] months from the start until full tilt ends; all of them where it lasts. Both are [month, path]."""
    # What is short by rounding is not short.
    is_short = missing > (1.0 - full + 1e-9) * planned + LEAST_USE
    count = max(len(is_short) - STEADY + 1, 0)
    ends = np.ones((count, is_short.shape[1]), bool)
    for n in range(STEADY):
        ends &= is_short[n : n + count]
    return np.where(ends.any(axis=0), ends.argmax(axis=0) if count else 0, len(is_short)).astype(np.float64)


def binding(used: Any, gains: Mapping[Limit, Any], more: float) -> dict[str, Any]:
    """[…] which limit adds most: 1.0 for it, and for two that add the same a half each; or for none.

    `used` and each of `gains` are [month, path], or [path] over some months.
    """
    added = np.stack([gains[limit] for limit in Limit])
    best = added.max(axis=0)
    is_worth = best > np.maximum(WORTH_NAMING * more * used, LEAST_USE)
    is_best = (added >= best * (1.0 - 1e-9)) & is_worth
    weights = is_best / np.maximum(is_best.sum(axis=0), 1)
    return {**{str(limit): weights[n] for n, limit in enumerate(Limit)}, NONE: (~is_worth).astype(np.float64)}


def first_to_bind(binds: Mapping[str, Any]) -> dict[str, Any]:
    """[path] which limit is the first to bind; NONE where none ever does."""
    some = binds[NONE] == 0.0
    month = some.argmax(axis=0)[None]
    is_ever = some.any(axis=0)
    first = {name: np.take_along_axis(weights, month, axis=0)[0] * is_ever for name, weights in binds.items()}
    return {**first, NONE: (~is_ever).astype(np.float64)}


def stopping(side: Side, months: Any) -> dict[str, Any]:
    """[path] what most is missing for in the months in which full tilt ends, after so many: 1.0; who tie share it."""
    last = max(len(side.lacks) - STEADY, 0)
    at = np.minimum(months.astype(int), last) + np.arange(min(STEADY, len(side.lacks)))[:, None]
    lacks = np.take_along_axis(side.lacks, at[:, None], axis=0).sum(axis=0)
    is_most = (lacks >= lacks.max(axis=0) * (1.0 - 1e-9)) & (months < len(side.lacks))
    weights = is_most / np.maximum(is_most.sum(axis=0), 1)
    return {str(limit): weights[n] for n, limit in enumerate(Limit)}
