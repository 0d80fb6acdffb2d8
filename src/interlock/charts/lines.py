"""Several things over one axis, each a line with its name at its end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interlock.charts.chart import Chart
from interlock.charts.palette import SERIES
from interlock.charts.scale import axis, spread
from interlock.charts.words import amount, headline, shortened, widest

MOST = 7
"""Lines that can be told apart."""


@dataclass(frozen=True)
class Curve:
    """One thing: a number at each place of the axis."""

    name: str
    values: tuple[float, ...]
    low: tuple[float, ...] = ()
    """Where its range begins, and ends; none where empty."""
    high: tuple[float, ...] = ()
    is_dashed: bool = False


def lines(
    at: Sequence[str],
    drawn: Sequence[Curve],
    *,
    unit: str,
    title: str,
    source: str,
    what: str,
    along: str = "",
    most: float | None = None,
) -> Chart:
    """Lines over `at`; `along` names the axis where it is not time, `most` is where the other one ends."""
    drawn = drawn[:MOST]
    every = [
        value
        for each in drawn
        for values in (each.values, each.low, each.high)
        for value in values
        if not math.isnan(value)
    ]
    ends = axis(min(every), max(every) if most is None else most)
    downs = spread([each.values[-1] for each in drawn], ends)
    series: list[dict[str, Any]] = []
    labels: list[str] = []
    for n, (each, down) in enumerate(zip(drawn, downs, strict=True)):
        if each.low:
            points = [[x, *pair] for x, pair in enumerate(zip(each.low, each.high, strict=True))]
            band = {"points": points, "style": {"fill": SERIES[n], "opacity": 0.15}}
            first = [{"value": [at[0], each.low[0]], "hover": []}]
            series.append({"type": "custom", "renderItem": "band", "itemPayload": band, "data": first})
        label = f"{shortened(each.name, 20)} {amount(each.values[-1])}".replace("{", "(").replace("}", ")")
        labels.append(label)
        series.append(
            {
                "type": "line",
                "name": each.name,
                "showSymbol": len(at) < 3,
                "symbol": "circle",
                "data": [
                    {"value": [x, y], "hover": _hover(each, n, x, unit)}
                    for n, (x, y) in enumerate(zip(at, each.values, strict=True))
                ],
                "lineStyle": {"color": SERIES[n], "width": 2.4, "type": "dashed" if each.is_dashed else "solid"},
                "itemStyle": {"color": SERIES[n]},
                "endLabel": {
                    "show": True,
                    "formatter": label,
                    "color": SERIES[n],
                    "fontSize": 12.5,
                    "offset": [0, down],
                },
            }
        )
    said = "; ".join(f"{each.name} from {amount(each.values[0])} to {amount(each.values[-1])}" for each in drawn)
    name = {"name": along, "nameLocation": "middle", "nameGap": 26} if along else {}
    return Chart(
        title=headline(title),
        units=f"{what}, {unit}",
        source=source,
        alt=f"Lines of {what}, in {unit}, from {at[0]} to {at[-1]}: {said}.",
        option={
            "tooltip": {"trigger": "axis"},
            "grid": {
                "top": 8,
                "left": 2,
                "right": 14.0 + widest(labels, 190.0),
                "bottom": 18 if along else 0,
            },
            "xAxis": {"type": "category", "data": list(at), "boundaryGap": False, "axisLine": {"onZero": True}, **name},
            "yAxis": {"type": "value", **ends},
            "series": series,
        },
    )


def _hover(line: Curve, n: int, x: str, unit: str) -> list[str]:
    span = f" ({amount(line.low[n])} to {amount(line.high[n])})" if line.low else ""
    return [f"{line.name}, {x}: {amount(line.values[n])}{span} {unit}"]
