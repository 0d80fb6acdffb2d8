"""What was foreseen, as a range, and what came, as a point: each against its own median."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interlock.charts.chart import Chart
from interlock.charts.drawing import box, drawing, hovered, path, words
from interlock.charts.words import amount, headline, widest

WIDTH, HEIGHT = 764.0, 318.0
MOST = 18
FOOT = 22.0
NAMES = 310.0
SIDE = 112.0
"""Room on the right for what came."""

FARTHEST = 16.0
"""Times the median, up or down, that the axis reaches."""


@dataclass(frozen=True)
class Interval:
    """One quantity; all in its own unit."""

    name: str
    median: float
    half: tuple[float, float]
    """Where half of the futures lie."""
    nine: tuple[float, float]
    """Where nine in ten do."""
    came: float
    says: str
    """What came, as it is written."""
    hover: tuple[str, ...] = ()


def intervals(rows: Sequence[Interval], *, title: str, source: str, what: str) -> Chart:
    """Ranges as multiples of their median, on a logarithmic axis: so that tons and dollars stand side by side."""
    rows = [row for row in rows if row.median > 0.0 and row.came > 0.0][:MOST]
    reach = max(
        (max(abs(math.log2(end / row.median)) for end in (*row.nine, row.came) if end > 0.0) for row in rows),
        default=1.0,
    )
    reach = min(max(math.ceil(reach * 2.0) / 2.0, 1.0), math.log2(FARTHEST))
    left = 14.0 + widest((row.name for row in rows), NAMES)
    wide = WIDTH - left - SIDE
    tall = min((HEIGHT - FOOT) / max(len(rows), 1), 48.0)
    bottom = tall * len(rows)

    def at(value: float, median: float) -> float:
        times = math.log2(max(value / median, 2.0**-reach))
        return left + (max(min(times, reach), -reach) + reach) / (2.0 * reach) * wide

    parts: list[Any] = []
    for power in range(-int(reach), int(reach) + 1):
        x = at(2.0**power, 1.0)
        parts.append(box(x - 0.5, 0.0, 1.0, bottom, "@faint" if power == 0 else "@grid"))
        label = "median" if power == 0 else f"{2**power}×" if power > 0 else f"1/{2**-power}"
        parts.append(words(label, x, bottom + 12.0, size=12, color="@muted", align="center"))
    for n, row in enumerate(rows):
        y, thick = n * tall + tall / 2, min(tall * 0.5, 20.0)
        is_out = not row.nine[0] <= row.came <= row.nine[1]
        parts.append(words(row.name, left - 8.0, y, size=12, align="right", room=left - 10.0))
        for (low, high), size, opacity in ((row.nine, thick * 0.5, 0.3), (row.half, thick, 0.55)):
            x0, x1 = at(low, row.median), at(high, row.median)
            parts.append(hovered(box(x0, y - size / 2, max(x1 - x0, 1.0), size, "@1", opacity=opacity), row.hover))
        color, x = "@2" if is_out else "@ink", at(row.came, row.median)
        parts.append(hovered(path(_dot(x, y, 4.5), fill=color), row.hover) | {"z": 3})
        parts.append(words(row.says, WIDTH - SIDE + 10.0, y, size=12, color=color, bold=is_out, room=SIDE - 10.0))
    told = "; ".join(f"{row.name} {row.says}, {amount(row.came / row.median)} times the median" for row in rows)
    return Chart(
        title=headline(title),
        units=(
            f"{what}: where half and nine in ten of the futures lie, as multiples of their median; points are "
            "what came, orange where outside"
        ),
        source=source,
        alt=f"Ranges that were foreseen, and what came: {told}.",
        option={"series": [drawing((WIDTH, bottom + FOOT), parts)], "tooltip": {"trigger": "item"}},
    )


def _dot(x: float, y: float, r: float) -> str:
    return f"M{x - r:.1f} {y:.1f}A{r} {r} 0 1 1 {x + r:.1f} {y:.1f}A{r} {r} 0 1 1 {x - r:.1f} {y:.1f}Z"
