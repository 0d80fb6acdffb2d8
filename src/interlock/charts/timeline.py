"""Deals over time: when each was announced, and what falls due under it in each year."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interlock.charts.chart import Chart
from interlock.charts.drawing import box, drawing, hovered, path, words
from interlock.charts.palette import HEAT
from interlock.charts.words import amount, broken, headline, scaled, widest

WIDTH, HEIGHT = 764.0, 318.0
HEAD = 22.0
MOST = 14
NAMES, ONE_LINE = 270.0, 330.0
"""Room for the names of deals: in two lines, and in one."""

TOTAL = 64.0
TALLEST = 60.0
TWO_LINES = 34.0
"""How high a row is that has room for a name of two lines."""


@dataclass(frozen=True)
class Deal:
    """One row: `announced` in years, such as 2025.9; `due` in USD by year."""

    name: str
    announced: float
    announced_on: str
    due: tuple[float, ...]
    hover: tuple[str, ...] = ()


def timeline(deals: Sequence[Deal], years: Sequence[int], *, title: str, source: str, what: str) -> Chart:
    """The largest deals by date, on one axis of years."""
    largest = sorted(deals, key=lambda each: -sum(each.due))[:MOST]
    shown = sorted(largest, key=lambda each: (each.announced, each.name))
    most = max((usd for each in shown for usd in each.due), default=1.0) or 1.0
    unit, name = scaled(most)
    first = min([float(years[0]), *(each.announced for each in shown)])
    first = max(math.floor(first * 2.0) / 2.0, years[0] - 2.0)
    tall = min((HEIGHT - HEAD) / len(shown), TALLEST)
    count = 2 if tall >= TWO_LINES else 1
    left = 14.0 + widest((each.name for each in shown), NAMES if count == 2 else ONE_LINE)
    wide = (WIDTH - left - TOTAL) / (years[-1] + 1 - first)

    def at(year: float) -> float:
        return left + (max(year, first) - first) * wide

    parts: list[Any] = []
    for year in years:
        parts.append(words(str(year), at(year) + wide / 2, 10.0, size=12, color="@muted", align="center"))
        parts.append(box(at(year) - 0.5, HEAD, 1.0, tall * len(shown), "@grid"))
    parts.append(words("in all", WIDTH, 10.0, size=12, color="@muted", align="right"))
    for n, each in enumerate(shown):
        y = HEAD + n * tall
        names = broken(each.name, left - 12.0, count)
        for m, line in enumerate(names):
            middle = y + tall / 2 + (m - (len(names) - 1) / 2) * 15.0
            parts.append(words(line, left - 10.0, middle, size=12.5, align="right", room=left - 12.0))
        for year, usd in zip(years, each.due, strict=True):
            if usd < 1e-3 * most:
                continue
            shade = min(1 + int(math.sqrt(usd / most) * 3.999), len(HEAT) - 1)
            lines = (each.name, f"{year}: {amount(usd / unit)} {name}", *each.hover)
            parts.append(hovered(box(at(year) + 0.5, y + tall * 0.16, wide - 1, tall * 0.68, HEAT[shade]), lines))
            if wide > 26.0:
                number = words(amount(usd / unit), at(_beside(each, year)), y + tall / 2, size=11.5, align="center")
                number["style"] |= {"lineWidth": 0, "fill": f"@heat-ink{shade}"}
                parts.append(number)
        x, r = at(each.announced), min(tall * 0.24, 6.0)
        middle = y + tall / 2
        diamond = (
            f"M{x - r:.1f} {middle:.1f}L{x:.1f} {middle - r:.1f}L{x + r:.1f} {middle:.1f}L{x:.1f} {middle + r:.1f}Z"
        )
        mark = path(diamond, fill="@2", stroke="@paper", width=1.0)
        parts.append(hovered(mark, (each.name, f"announced {each.announced_on}", *each.hover)) | {"z": 3})
        parts.append(words(amount(sum(each.due) / unit), WIDTH, middle, size=12.5, bold=True, align="right"))
    told = "; ".join(f"{each.name}, announced {each.announced_on}, {amount(sum(each.due) / unit)}" for each in shown)
    few = "" if len(shown) == len(deals) else f"; the largest {len(shown)} of {len(deals)} deals"
    return Chart(
        title=headline(title),
        units=f"{what}, {name}: mean of all futures; ◆ announced{few}",
        source=source,
        alt=f"A timeline of deals, in {name}: {told}.",
        option={"series": [drawing((WIDTH, HEAD + tall * len(shown) + 4.0), parts)], "tooltip": {"trigger": "item"}},
    )


def _beside(deal: Deal, year: int) -> float:
    """Where in its year a number stands: in the middle, or beside the mark of the announcement."""
    within = deal.announced - year
    if not 0.15 < within < 0.85:
        return year + 0.5
    return year + (0.78 if within < 0.5 else 0.22)
