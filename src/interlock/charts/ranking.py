"""Numbers from the largest down: a bar each, and how far chance or the futures carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interlock.charts.chart import Chart
from interlock.charts.drawing import box, drawing, hovered, words
from interlock.charts.scale import axis
from interlock.charts.words import amount, headline, tick, widest

WIDTH, HEIGHT = 764.0, 318.0
MOST = 14
FOOT = 22.0
NAMES = 300.0
TALLEST = 60.0
NEGLIGIBLE = 0.02
"""Of the axis: a range that goes so far below the base gets no axis of its own there."""

NUMBERS = 74.0
"""Room beside the bars for their numbers."""


@dataclass(frozen=True)
class Bar:
    """One row."""

    name: str
    value: float
    low: float
    """Where its range begins, and ends."""
    high: float
    is_clear: bool = True
    """Whether it is beyond chance; others are pale."""
    says: str = ""
    """The number as it is written; by default as it is."""
    hover: tuple[str, ...] = ()
    color: str = ""


def ranking(
    bars: Sequence[Bar], *, unit: str, title: str, source: str, what: str, ranges: str, base: float = 0.0
) -> Chart:
    """Bars from `base`; `ranges` says what the thin lines are."""
    bars = bars[:MOST]
    low = min([base, *(min(bar.value, bar.low) for bar in bars)])
    high = max([base, *(max(bar.value, bar.high) for bar in bars)])
    ends = axis(base if base - low < NEGLIGIBLE * (high - base) else low, high)
    left = 14.0 + widest((bar.name for bar in bars), NAMES)
    wide = WIDTH - left - NUMBERS
    tall = min((HEIGHT - FOOT) / len(bars), TALLEST)
    bottom = tall * len(bars)

    def at(value: float) -> float:
        return left + (value - ends["min"]) / (ends["max"] - ends["min"]) * wide

    parts, mark = [], ends["min"]
    while mark <= ends["max"] + 1e-9 * ends["interval"]:
        is_base = abs(mark - base) < 1e-9 * ends["interval"]
        parts.append(box(at(mark) - 0.5, 0.0, 1.0, bottom, "@faint" if is_base else "@grid"))
        parts.append(words(tick(mark), at(mark), bottom + 12.0, size=12, color="@muted", align="center"))
        mark += ends["interval"]
    for n, bar in enumerate(bars):
        y = n * tall + tall / 2
        x0, x1 = sorted((at(base), at(bar.value)))
        color = bar.color or ("@1" if bar.value >= base else "@2")
        lines = bar.hover or (
            bar.name,
            f"{amount(bar.value)} {unit}",
            f"{ranges}: {amount(bar.low)} to {amount(bar.high)}",
        )
        thick = min(tall * 0.6, 26.0)
        parts.append(words(bar.name, left - 8.0, y, size=12.5, align="right", room=left - 10.0))
        parts.append(
            hovered(
                box(x0, y - thick / 2, max(x1 - x0, 1.0), thick, color, opacity=1.0 if bar.is_clear else 0.35), lines
            )
        )
        if bar.high > bar.low:
            parts.append(box(at(bar.low), y - 0.75, at(bar.high) - at(bar.low), 1.5, "@ink"))
        beyond = max(x1, at(bar.high)) + 6.0
        parts.append(words(bar.says or amount(bar.value), beyond, y, size=12.5, bold=bar.is_clear, room=WIDTH - beyond))
    told = "; ".join(f"{bar.name} {bar.says or amount(bar.value)}" for bar in bars)
    pale = "; pale: within chance" if any(not bar.is_clear for bar in bars) else ""
    thin = f"; thin lines: {ranges}" if any(bar.high > bar.low for bar in bars) else ""
    return Chart(
        title=headline(title),
        units=f"{what}, {unit}{thin}{pale}",
        source=source,
        alt=f"Bars of {what}, in {unit}: {told}.",
        option={"series": [drawing((WIDTH, bottom + FOOT), parts)], "tooltip": {"trigger": "item"}},
    )
