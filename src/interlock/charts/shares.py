"""Parts of a whole over time, one upon the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from interlock.charts.chart import Chart
from interlock.charts.palette import SERIES
from interlock.charts.scale import months_of_years, spread
from interlock.charts.words import amount, headline, shortened, widest

MOST = 7
"""Parts that have a colour; the smallest beyond are one."""


SEEN = 0.5
"""% that a part has to have at some time to be drawn."""


def shares(
    at: Sequence[str],
    parts: Mapping[str, Sequence[float]],
    *,
    title: str,
    source: str,
    what: str,
    rest: str = "",
) -> Chart:
    """Shares from 0 to 1, which add up to 1 at most; `rest` names what is grey."""
    told = {name: [100.0 * value for value in values] for name, values in parts.items() if name != rest}
    order = sorted((name for name in told if max(told[name]) >= SEEN), key=lambda name: -sum(told[name]))
    kept, small = order[:MOST], order[MOST:]
    drawn = {name: told[name] for name in kept}
    if small:
        drawn[f"{len(small)} others"] = [sum(told[name][n] for name in small) for n in range(len(at))]
    if rest in parts and (max(parts[rest]) >= SEEN / 100.0 or not drawn):
        drawn[rest] = [100.0 * value for value in parts[rest]]
    colors = {name: SERIES[n] for n, name in enumerate(kept)} | {name: "@8" for name in drawn if name not in kept}
    colors |= {rest: "@grid"} if rest in drawn else {}
    ends = "; ".join(f"{name} {amount(values[-1])} %" for name, values in drawn.items())
    return Chart(
        title=headline(title),
        units=f"{what}, %",
        source=source,
        alt=f"Shares over time of {what}. In {at[-1]}: {ends}.",
        option={
            "tooltip": {"trigger": "axis"},
            "grid": {
                "top": 8,
                "left": 2,
                "right": 12.0 + widest((_end(name, values[-1]) for name, values in drawn.items()), 190.0, 13.0),
            },
            "xAxis": months_of_years(at),
            "yAxis": {"type": "value", "min": 0, "max": 100, "interval": 25},
            "series": [*_areas(at, drawn, colors), *_names(at, drawn, colors)],
        },
    )


def _areas(at: Sequence[str], drawn: Mapping[str, Sequence[float]], colors: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "type": "line",
            "name": shortened(name, 40),
            "stack": "all",
            "showSymbol": False,
            "data": [
                {"value": [n, value], "hover": [f"{name}, {when}: {amount(value)} %"]}
                for n, (when, value) in enumerate(zip(at, values, strict=True))
            ],
            "lineStyle": {"width": 0.5, "color": "@paper"},
            "areaStyle": {"color": colors[name], "opacity": 0.85},
            "itemStyle": {"color": colors[name]},
        }
        for name, values in drawn.items()
    ]


def _names(at: Sequence[str], drawn: Mapping[str, Sequence[float]], colors: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each part's name beside the middle of its end."""
    middles, level = [], 0.0
    for values in drawn.values():
        middles.append(level + values[-1] / 2)
        level += values[-1]
    downs = spread(middles, {"min": 0.0, "max": 100.0})
    points = []
    for (name, values), middle, down in zip(drawn.items(), middles, downs, strict=True):
        color = colors[name] if colors[name] != "@grid" else "@muted"
        label = {"show": True, "position": "right", "distance": 6, "color": color, "fontSize": 12.5, "align": "left"}
        label |= {"formatter": _end(name, values[-1]), "offset": [0, down], "fontWeight": "bold"}
        points.append({"value": [len(at) - 1, middle], "label": label, "hover": []})
    return [{"type": "scatter", "symbolSize": 0.1, "silent": True, "itemStyle": {"opacity": 1}, "data": points}]


def _end(name: str, share: float) -> str:
    return f"{shortened(name, 22)} {amount(share)} %".replace("{", "(").replace("}", ")")
