"""Several things over one axis, each a line with its name at its end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interlock.charts.chart import Chart
from interlock.charts.palette import SERIES
from interlock.charts.scale import axis, months_of_years, spread
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


@dataclass(frozen=True)
class Along:
    """An axis that is not time."""

    name: str
    places: tuple[float, ...] = ()
    """The numbers of what stands there, where these are at no even distances."""
    is_log: bool = False
    """Whether it is one of their logarithms."""


def lines(
    at: Sequence[str],
    drawn: Sequence[Curve],
    *,
    unit: str,
    title: str,
    source: str,
    what: str,
    along: Along | None = None,
    most: float | None = None,
) -> Chart:
    """Lines over `at`; `along` is the axis where it is not time, `most` is where the other one ends."""
    drawn = drawn[:MOST]
    places = () if along is None else along.places
    every = [
        value
        for each in drawn
        for values in (each.values, each.low, each.high)
        for value in values
        if not math.isnan(value)
    ]
    ends = axis(min(every), max(every) if most is None else most)
    downs = spread([each.values[-1] for each in drawn], ends)
    labels = [_label(each) for each in drawn]
    series = [
        part
        for n, (each, down) in enumerate(zip(drawn, downs, strict=True))
        for part in _drawn(at, places or range(len(at)), each, SERIES[n], down, unit)
    ]
    said = "; ".join(f"{each.name} from {amount(each.values[0])} to {amount(each.values[-1])}" for each in drawn)
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
                "right": 14.0 + widest(labels, 220.0),
                "bottom": 18 if along else 0,
            },
            "xAxis": {**_lower(at, along), "axisLine": {"onZero": True}},
            "yAxis": {"type": "value", **ends},
            "series": series,
        },
    )


def _lower(at: Sequence[str], along: Along | None) -> dict[str, Any]:
    """The lower axis: a place for each name, or numbers."""
    name = {} if along is None else {"name": along.name, "nameLocation": "middle", "nameGap": 26}
    if along is None or not along.places:
        return {**months_of_years(at), **name}
    bare, ends = {"splitLine": {"show": False}, **name}, (min(along.places), max(along.places))
    if along.is_log:
        return {"type": "log", "logBase": 2, "min": ends[0], "max": ends[1], **bare}
    return {"type": "value", **axis(*ends), **bare}


def _hover(line: Curve, n: int, x: str, unit: str) -> list[str]:
    span = f" ({amount(line.low[n])} to {amount(line.high[n])})" if line.low else ""
    return [f"{line.name}, {x}: {amount(line.values[n])}{span} {unit}"]


def _label(line: Curve) -> str:
    return f"{shortened(line.name, 26)} {amount(line.values[-1])}".replace("{", "(").replace("}", ")")


def _drawn(
    at: Sequence[str], places: Sequence[Any], line: Curve, color: str, down: float, unit: str
) -> list[dict[str, Any]]:
    """Its band, if it has one, and itself."""
    found: list[dict[str, Any]] = []
    if line.low:
        points = [[x, *pair] for x, pair in zip(places, zip(line.low, line.high, strict=True), strict=True)]
        band = {"points": points, "style": {"fill": color, "opacity": 0.15}}
        first = [{"value": [places[0], line.low[0]], "hover": []}]
        found.append({"type": "custom", "renderItem": "band", "itemPayload": band, "data": first})
    end = {"show": True, "formatter": _label(line), "color": color, "fontSize": 12.5, "offset": [0, down]}
    found.append(
        {
            "type": "line",
            "name": line.name,
            "showSymbol": len(at) < 3,
            "symbol": "circle",
            "data": [
                {"value": [place, y], "hover": _hover(line, n, at[n], unit)}
                for n, (place, y) in enumerate(zip(places, line.values, strict=True))
            ],
            "lineStyle": {"color": color, "width": 2.4, "type": "dashed" if line.is_dashed else "solid"},
            "itemStyle": {"color": color},
            "endLabel": end,
        }
    )
    return found
