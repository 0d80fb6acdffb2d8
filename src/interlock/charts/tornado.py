"""What moves an output most: where it goes when one thing is low, and when it is high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interlock.charts.chart import Chart
from interlock.charts.drawing import box, drawing, hovered, words
from interlock.charts.scale import axis
from interlock.charts.words import amount, headline, tick, widest

WIDTH, HEIGHT = 764.0, 318.0
MOST = 12
HEAD, FOOT = 24.0, 22.0
NAMES = 300.0
TALLEST = 60.0
MARGIN = 52.0
"""Room for the numbers at the ends of bars."""


@dataclass(frozen=True)
class Swing:
    """One thing that is moved."""

    name: str
    low: float
    """The output when it is low, and when it is high."""
    high: float
    is_clear: bool = True
    hover: tuple[str, ...] = ()


def tornado(
    swings: Sequence[Swing], base: float, *, unit: str, title: str, source: str, what: str, ends_are: str
) -> Chart:
    """The widest swing first; `ends_are` says what low and high are."""
    swings = sorted(swings, key=lambda each: -abs(each.high - each.low))[:MOST]
    ends = axis(
        min([base, *(min(each.low, each.high) for each in swings)]),
        max([base, *(max(each.low, each.high) for each in swings)]),
    )
    left = 14.0 + widest((each.name for each in swings), NAMES) + MARGIN
    wide = WIDTH - left - MARGIN
    tall = min((HEIGHT - FOOT - HEAD) / len(swings), TALLEST)
    bottom = HEAD + tall * len(swings)

    def at(value: float) -> float:
        return left + (value - ends["min"]) / (ends["max"] - ends["min"]) * wide

    parts, mark = [], ends["min"]
    while mark <= ends["max"] + 1e-9 * ends["interval"]:
        parts.append(box(at(mark) - 0.5, HEAD, 1.0, bottom - HEAD, "@grid"))
        parts.append(words(tick(mark), at(mark), bottom + 12.0, size=12, color="@muted", align="center"))
        mark += ends["interval"]
    parts += [
        box(left, 3.0, 14.0, 9.0, "@2"),
        words("where it is low", left + 20.0, 8.0, size=12),
        box(left + 130.0, 3.0, 14.0, 9.0, "@1"),
        words("where it is high", left + 150.0, 8.0, size=12),
    ]
    for n, each in enumerate(swings):
        y, thick = HEAD + n * tall + tall / 2, min(tall * 0.6, 26.0)
        lines = each.hover or (each.name, f"low: {amount(each.low)}", f"high: {amount(each.high)} {unit}")
        parts.append(words(each.name, left - MARGIN, y, size=12.5, align="right", room=left - MARGIN - 4.0))
        for value, color in ((each.low, "@2"), (each.high, "@1")):
            x0, x1 = sorted((at(base), at(value)))
            bar = box(x0, y - thick / 2, max(x1 - x0, 0.5), thick, color, opacity=1.0 if each.is_clear else 0.35)
            parts.append(hovered(bar, lines))
        least, most = sorted((each.low, each.high))
        parts.append(words(amount(least), min(at(least), at(base)) - 5.0, y, size=12, align="right"))
        parts.append(words(amount(most), max(at(most), at(base)) + 5.0, y, size=12))
    parts.append(box(at(base) - 0.75, HEAD - 3.0, 1.5, bottom - HEAD + 3.0, "@ink"))
    told = "; ".join(f"{each.name}: {amount(each.low)} low, {amount(each.high)} high" for each in swings)
    pale = "; pale: within chance" if any(not each.is_clear for each in swings) else ""
    return Chart(
        title=headline(title),
        units=f"{what}, {unit}: {amount(base)} on average; {ends_are}{pale}",
        source=source,
        alt=f"A tornado of {what}, in {unit}, around {amount(base)}: {told}.",
        option={"series": [drawing((WIDTH, bottom + FOOT), parts)], "tooltip": {"trigger": "item"}},
    )
