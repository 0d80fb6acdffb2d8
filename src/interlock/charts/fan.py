"""What may come: the median, half and nine in ten of all futures, and a few single ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interlock.charts.chart import Chart
from interlock.charts.scale import axis, months_of_years, spread
from interlock.charts.words import amount, headline, scaled, shortened

MOST = 4
"""Fans side by side."""


@dataclass(frozen=True)
class Fan:
    """One quantity over time: quantiles, [time] each."""

    name: str
    at: tuple[str, ...]
    q05: tuple[float, ...]
    q25: tuple[float, ...]
    q50: tuple[float, ...]
    q75: tuple[float, ...]
    q95: tuple[float, ...]
    single: tuple[tuple[float, ...], ...] = ()
    """A few futures, each by itself."""


def fan(
    fans: Sequence[Fan], *, unit: str, title: str, source: str, what: str, seen: Sequence[tuple[str, float]] = ()
) -> Chart:
    """Up to four fans on one scale; what was `seen` of the first as points.

    `unit` is scaled where it is USD (a billion, a million), and said as it is otherwise.
    """
    fans = fans[:MOST]
    largest = max(max(map(abs, (*each.q95, *each.q05))) for each in fans)
    # Trillions are for the very large: of one or two, most of a chart would stand behind the point.
    divide, named = scaled(largest if largest >= 1e13 else min(largest, 9e11)) if unit == "USD" else (1.0, unit)
    ends = axis(
        min(min(each.q05) for each in fans) / divide,
        max([*(max(each.q95) for each in fans), *(value for _, value in seen)]) / divide,
    )
    side = 76 if len(fans) < 3 else 70
    option: dict[str, Any] = {"grid": [], "xAxis": [], "yAxis": [], "series": [], "graphic": []}
    for n, each in enumerate(fans):
        option["grid"].append({"area": [n / len(fans), 0, (n + 1) / len(fans), 1], "right": side, "top": 24, "left": 2})
        option["xAxis"].append({**months_of_years(each.at), "gridIndex": n, "axisLine": {"onZero": True}})
        option["yAxis"].append(
            {"type": "value", "gridIndex": n, **ends, **(_named(each.name) if len(fans) > 1 else {})}
        )
        option["series"] += _drawn(each, n, divide, ends)
    points = [
        {"value": [at, value / divide], "hover": [f"{at}: {amount(value / divide)} {named}"]} for at, value in seen
    ]
    if points:
        seen_as = {"type": "scatter", "data": points, "symbolSize": 9, "itemStyle": {"color": "@2"}, "z": 5}
        option["series"].append({**seen_as, "label": {"show": False}})
    option["tooltip"] = {"trigger": "axis"}
    told = "; ".join(
        f"{each.name} in {each.at[-1]}: median {amount(each.q50[-1] / divide)}, nine in ten from "
        f"{amount(each.q05[-1] / divide)} to {amount(each.q95[-1] / divide)}"
        for each in fans
    )
    lines = "; thin lines are single futures" if any(each.single for each in fans) else ""
    return Chart(
        title=headline(title),
        units=f"{what}, {named}: median, 50 and 90 % of futures{lines}{'; points are what came' if points else ''}",
        source=source,
        alt=f"A fan chart of {what}, in {named}. {told}.",
        option=option,
    )


def _drawn(fan: Fan, n: int, divide: float, ends: dict[str, float]) -> list[dict[str, Any]]:
    place = {"xAxisIndex": n, "yAxisIndex": n}

    def band(low: Sequence[float], high: Sequence[float], opacity: float) -> dict[str, Any]:
        points = [[at, lo / divide, hi / divide] for at, lo, hi in zip(range(len(fan.at)), low, high, strict=True)]
        style = {"fill": "@1", "opacity": opacity}
        first = [{"value": [fan.at[0], low[0] / divide], "hover": []}]
        return {
            "type": "custom",
            "renderItem": "band",
            "itemPayload": {"points": points, "style": style},
            "data": first,
        }

    def line(values: Sequence[float], *, label: str = "", down: float = 0.0, **style: Any) -> dict[str, Any]:
        end = {"show": bool(label), "formatter": label, "fontSize": 12, "color": "@ink", "distance": 5}
        end |= {"offset": [0, down], "fontWeight": "bold" if label.startswith("median") else "normal"}
        return {
            "type": "line",
            "showSymbol": False,
            "data": [{"value": [at, value / divide], "hover": []} for at, value in zip(fan.at, values, strict=True)],
            "lineStyle": style,
            "endLabel": end,
            "silent": True,
        }

    downs = spread([each[-1] / divide for each in (fan.q95, fan.q50, fan.q05)], ends)
    low, high = amount(fan.q05[-1] / divide), amount(fan.q95[-1] / divide)
    middle = line(fan.q50, label=f"median {amount(fan.q50[-1] / divide)}", down=downs[1], color="@1", width=2.6)
    middle["data"] = [
        {"value": [at, q50 / divide], "hover": _hover(fan, y, divide)}
        for y, (at, q50) in enumerate(zip(fan.at, fan.q50, strict=True))
    ]
    drawn = [
        band(fan.q05, fan.q95, 0.18),
        band(fan.q25, fan.q75, 0.32),
        *(line(values, color="@muted", width=0.8, opacity=0.65) for values in fan.single),
        line(fan.q95, label=f"95 %: {high}", down=downs[0], color="@1", width=0, opacity=0),
        line(fan.q05, label=f"5 %: {low}", down=downs[2], color="@1", width=0, opacity=0),
        {**middle, "name": fan.name, "silent": False},
    ]
    return [{**each, **place} for each in drawn]


def _named(name: str) -> dict[str, Any]:
    """The name of a fan over its panel."""
    face = {"align": "left", "fontWeight": "bold", "fontSize": 13, "color": "@ink", "padding": [0, 0, 0, -8]}
    return {"name": shortened(name, 26), "nameLocation": "end", "nameGap": 10, "nameTextStyle": face}


def _hover(fan: Fan, y: int, divide: float) -> list[str]:
    q05, q25, q50, q75, q95 = (amount(each[y] / divide) for each in (fan.q05, fan.q25, fan.q50, fan.q75, fan.q95))
    return [f"{fan.name}, {fan.at[y]}", f"median {q50}", f"50 %: {q25} to {q75}", f"90 %: {q05} to {q95}"]
