"""How a total comes about: what each part adds or takes, from where the last one ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interlock.charts.chart import Chart
from interlock.charts.scale import axis
from interlock.charts.words import amount, headline, shortened

CROWDED = 9
"""Bars from which on their names are smaller."""

MOST = 11
"""Bars beside one another; the smallest parts beyond are one bar."""


@dataclass(frozen=True)
class Part:
    """One bar: what it adds, or takes where negative; or the total so far, which stands on zero."""

    name: str
    adds: float
    is_total: bool = False
    is_marked: bool = False
    """Whether the eye should find it first."""
    says: str = ""
    """The number as it is written; by default what it adds."""
    hover: tuple[str, ...] = ()


def waterfall(parts: Sequence[Part], *, unit: str, title: str, source: str, what: str) -> Chart:
    """Parts from left to right; totals are drawn where they stand whatever they say they add."""
    parts = _fewer(parts)
    spans, level = [], 0.0
    for part in parts:
        ends = (0.0, part.adds) if part.is_total else (level, level + part.adds)
        spans.append(ends)
        level = ends[1]
    told = "; ".join(f"{part.name} {part.says or amount(part.adds)}" for part in parts)
    return Chart(
        title=headline(title),
        units=f"{what}, {unit}",
        source=source,
        alt=f"A waterfall of {what}, in {unit}: {told}.",
        option={
            "tooltip": {"trigger": "item"},
            "grid": {"top": 20, "left": 2, "right": 4},
            "xAxis": _names(parts),
            "yAxis": {"type": "value", **axis(min(map(min, spans)), max(map(max, spans)))},
            "series": [_joints(spans), _bars(parts, spans, unit), _numbers(parts, spans)],
        },
    )


Spans = Sequence[tuple[float, float]]


def _names(parts: Sequence[Part]) -> dict[str, Any]:
    label = {"interval": 0, "hideOverlap": False, "width": 700 / len(parts) - 6, "overflow": "break"}
    label |= {"fontSize": 12 if len(parts) < CROWDED else 10.5, "lineHeight": 14, "color": "@ink"}
    names = [shortened(part.name, 60) for part in parts]
    return {"type": "category", "data": names, "axisLabel": label, "axisLine": {"onZero": True}}


def _bars(parts: Sequence[Part], spans: Spans, unit: str) -> dict[str, Any]:
    values = [
        {"value": [n, *ends], "hover": list(part.hover or (part.name, f"{amount(part.adds)} {unit}"))}
        for n, (part, ends) in enumerate(zip(parts, spans, strict=True))
    ]
    drawn = {"thickness": 0.66, "styles": [{"fill": _color(part)} for part in parts]}
    bars = {"type": "custom", "renderItem": "span", "encode": {"x": 0, "y": [1, 2]}}
    return {**bars, "itemPayload": drawn, "data": values}


def _numbers(parts: Sequence[Part], spans: Spans) -> dict[str, Any]:
    """What each part says, above it."""
    values = [
        {
            "value": [n, max(ends)],
            "hover": [],
            "label": {
                "formatter": part.says or amount(part.adds),
                "fontWeight": "bold" if part.is_marked else "normal",
            },
        }
        for n, (part, ends) in enumerate(zip(parts, spans, strict=True))
    ]
    label = {"show": True, "position": "top", "distance": 5, "color": "@ink", "fontSize": 13}
    points = {"type": "scatter", "symbolSize": 0.1, "itemStyle": {"opacity": 1}, "silent": True}
    return {**points, "data": values, "label": label}


def _fewer(parts: Sequence[Part]) -> list[Part]:
    """The smallest parts as one, where there are too many."""
    plain = sorted(
        (part for part in parts if not part.is_total and not part.is_marked), key=lambda part: abs(part.adds)
    )
    rest = plain[: max(len(parts) - MOST + 1, 0)]
    if len(rest) < 2:
        return list(parts)
    kept = [part for part in parts if part not in rest]
    at = len(kept) - 1 if kept[-1].is_total else len(kept)
    total = sum(part.adds for part in rest)
    # Where parts say how large they are without a sign, so does their sum.
    says = amount(abs(total)) if all(part.says for part in rest) else ""
    return [*kept[:at], Part(f"{len(rest)} smaller ones", total, says=says), *kept[at:]]


def _joints(spans: Spans) -> dict[str, Any]:
    """Thin lines from the end of each bar to the next one."""
    lines = [
        [{"coord": [n, end], "symbol": "none"}, {"coord": [n + 1, end], "symbol": "none"}]
        for n, (_, end) in enumerate(spans[:-1])
    ]
    line = {"silent": True, "data": lines, "lineStyle": {"color": "@muted", "width": 1, "type": "solid"}}
    return {
        "type": "line",
        "data": [],
        "z": 1,
        "markLine": {**line, "z": 1, "label": {"show": False}, "symbol": "none"},
    }


def _color(part: Part) -> str:
    if part.is_marked:
        return "@2"
    return "@ink" if part.is_total else "@1" if part.adds >= 0.0 else "@rest"
