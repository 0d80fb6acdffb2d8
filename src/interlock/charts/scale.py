"""The ends of an axis, at round numbers, and labels beside it that do not run into one another."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

HEIGHT = 290.0
"""Of what most charts draw, in the units of a picture that is 800 wide."""

MARGIN = 11
"""From an axis to its labels, so that the lowest of the other axis stands clear."""

MANY, MOST_YEARS = 16, 12
"""Places from which on only years are named, and how many of these."""

FIRST = re.compile(r"\d{4}-(01|Q1)")

LINE = 15.0
"""From one label to the next, at least."""


def axis(low: float, high: float) -> dict[str, float]:
    """From a round number below to one above, wasting little, with zero where it is near."""
    low, high = min(low, 0.0) if low < 0.4 * high else low, max(high, 0.0)
    if high <= low:
        high = low + 1.0
    size = 10.0 ** (math.floor(math.log10(high - low)) - 1)
    best = min((_ends(low, high, size * times) for times in (1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0, 50.0)), key=_waste)
    return {name: float(f"{value:.10g}") for name, value in best.items()}


def _ends(low: float, high: float, step: float) -> dict[str, float]:
    least, most = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return {"min": least, "max": most, "interval": step}


def _waste(ends: dict[str, float]) -> float:
    """What an axis takes, in steps that are neither too few nor too many."""
    length = ends["max"] - ends["min"]
    steps = round(length / ends["interval"])
    return length * (1.0 + 0.01 * steps + (0.0 if 3 <= steps <= 7 else 1.0 + 0.1 * steps))


def months_of_years(at: Sequence[str]) -> dict[str, Any]:
    """A lower axis of months or quarters: where there are many, each year where it begins, and nothing between."""
    first = [n for n, when in enumerate(at) if FIRST.fullmatch(when)]
    found: dict[str, Any] = {"type": "category", "data": list(at), "boundaryGap": False}
    found["axisLabel"] = {"margin": MARGIN}
    if len(at) < MANY or len(first) < 2:
        return found
    every = math.ceil(len(first) / MOST_YEARS)
    found["data"] = [when[:4] if n in first else when for n, when in enumerate(at)]
    return found | {"axisLabel": {"margin": MARGIN, "customValues": first[::every], "hideOverlap": False}}


def spread(values: Sequence[float], ends: dict[str, float], height: float = HEIGHT) -> list[float]:
    """How far down each label has to move so that none covers another."""
    units = height / (ends["max"] - ends["min"])
    order = sorted(range(len(values)), key=lambda n: -values[n])
    at = [(ends["max"] - values[n]) * units for n in order]
    moved = list(at)
    for n in range(1, len(moved)):
        moved[n] = max(moved[n], moved[n - 1] + LINE)
    if moved and moved[-1] > height:  # the lowest stands on the axis, the others move up
        moved[-1] = max(height, at[-1])
        for n in range(len(moved) - 2, -1, -1):
            moved[n] = min(moved[n], moved[n + 1] - LINE)
    found = [0.0] * len(values)
    for place, n in enumerate(order):
        found[n] = round(moved[place] - at[place], 1)
    return found
