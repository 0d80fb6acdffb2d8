"""Amounts upon one another over time, and a line of what they are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from interlock.charts.chart import Chart
from interlock.charts.palette import SERIES
from interlock.charts.scale import axis, months_of_years, spread
from interlock.charts.words import amount, headline, shortened, widest

MOST = 6
"""Parts that have a colour; the smallest beyond are one."""


def stack(
    at: Sequence[str],
    parts: Mapping[str, Sequence[float]],
    against: tuple[str, Sequence[float]] | None,
    *,
    unit: str,
    title: str,
    source: str,
    what: str,
) -> Chart:
    """The largest part at the foot; none is negative."""
    order = sorted(parts, key=lambda name: -sum(parts[name]))
    drawn = {name: list(parts[name]) for name in order[:MOST]}
    if order[MOST:]:
        drawn[f"{len(order) - MOST} others"] = [sum(parts[name][n] for name in order[MOST:]) for n in range(len(at))]
    colors = dict(zip(drawn, [*SERIES[:MOST], "@8"], strict=False))
    total = [sum(values[n] for values in drawn.values()) for n in range(len(at))]
    line = {} if against is None else {against[0]: list(against[1])}
    ends = axis(0.0, max([*total, *(value for values in line.values() for value in values)]))
    marks, level = [], 0.0
    for name, values in drawn.items():
        marks.append((name, level + values[-1] / 2, colors[name], values[-1]))
        level += values[-1]
    marks += [(name, values[-1], "@ink", values[-1]) for name, values in line.items()]
    labels = [_label(name, value, ends["max"]) for name, _, _, value in marks]
    told = "; ".join(f"{name} {amount(value)}" for name, _, _, value in marks)
    return Chart(
        title=headline(title),
        units=f"{what}, {unit}",
        source=source,
        alt=f"Stacked areas of {what}, in {unit}. In {at[-1]}: {told}.",
        option={
            "tooltip": {"trigger": "axis"},
            "grid": {"top": 8, "left": 2, "right": 14.0 + widest(labels, 210.0, 13.0)},
            "xAxis": months_of_years(at),
            "yAxis": {"type": "value", **ends},
            "series": [
                *(_area(name, at, values, colors[name], unit) for name, values in drawn.items()),
                *(_line(name, at, values, unit) for name, values in line.items()),
                _names(at[-1], marks, labels, ends),
            ],
        },
    )


def _label(name: str, value: float, most: float) -> str:
    """A name, and what it comes to at the end unless that is next to nothing."""
    said = f"{shortened(name, 27)} {amount(value)}" if value > 0.02 * most else shortened(name, 30)
    return said.replace("{", "(").replace("}", ")")


def _values(name: str, at: Sequence[str], values: Sequence[float], unit: str) -> list[dict[str, Any]]:
    return [
        {"value": [when, value], "hover": [f"{name}, {when}: {amount(value)} {unit}"]}
        for when, value in zip(at, values, strict=True)
    ]


def _area(name: str, at: Sequence[str], values: Sequence[float], color: str, unit: str) -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "stack": "all",
        "showSymbol": False,
        "data": _values(name, at, values, unit),
        "lineStyle": {"width": 0.5, "color": "@paper"},
        "areaStyle": {"color": color, "opacity": 0.8},
        "itemStyle": {"color": color},
    }


def _line(name: str, at: Sequence[str], values: Sequence[float], unit: str) -> dict[str, Any]:
    style = {"lineStyle": {"width": 2.6, "color": "@ink"}, "itemStyle": {"color": "@ink"}}
    return {"type": "line", "name": name, "showSymbol": False, "data": _values(name, at, values, unit), **style}


def _names(
    last: str, marks: Sequence[tuple[str, float, str, float]], labels: Sequence[str], ends: dict[str, float]
) -> dict[str, Any]:
    """Each name beside the middle of its end."""
    downs = spread([height for _, height, _, _ in marks], ends)
    points = [
        {
            "value": [last, height],
            "hover": [],
            "label": {"formatter": label, "offset": [0, down], "color": color, "fontWeight": "bold"},
        }
        for (_, height, color, _), label, down in zip(marks, labels, downs, strict=True)
    ]
    label = {"show": True, "position": "right", "distance": 6, "fontSize": 12.5, "align": "left"}
    return {
        "type": "scatter",
        "symbolSize": 0.1,
        "silent": True,
        "itemStyle": {"opacity": 1},
        "data": points,
        "label": label,
    }
