"""What a reader may look at in a page: a measure, in a year, in the book as it is or under a scenario.

Everything is worked out here; the page only shows what is chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from interlock.analysis.answer import Estimate, hundredths, medians, probabilities
from interlock.analysis.drawn import about
from interlock.analysis.network import network
from interlock.book.party import EDGES
from interlock.engine.run import Run
from interlock.engine.series import EVENT
from interlock.ground.scale import Scale, scale_of_table
from interlock.report.findings import Findings
from interlock.report.numbers import range_of, said

AS_IT_IS = "as it is"
"""The book without a scenario."""

MOST_ROWS = 12
"""Of one measure."""

NEVER_MIND = 1e6
"""USD a year on average: what is less has no row."""


@dataclass(frozen=True)
class Measured:
    """One measure: a series of a run, some of its rows, and what they are called."""

    name: str
    title: str
    rows: Mapping[Any, str]
    """By row of the series: what it is called."""


def look(findings: Findings) -> dict[str, Any]:
    """Every measure by world, year and row, as texts and as charts."""
    worlds = {AS_IT_IS: findings.run, **findings.worlds}
    measures = [_shown(each, worlds, findings) for each in measured(findings) if each.rows]
    return {"years": list(map(str, findings.run.years)), "worlds": list(worlds), "measures": measures}


def measured(findings: Findings) -> Iterator[Measured]:
    """What can be looked at."""
    series, title = findings.run.series, findings.title_of
    flows = series["flows"]
    inner = [(one, two) for one, two in flows.rows if one != two and not {one, two} & set(EDGES)]
    pairs = [ends for ends in _largest(flows, inner) if flows.mean()[flows.of(ends)].max() > NEVER_MIND]
    yield Measured(
        "flows", "What parties pay each other in the year", {ends: " → ".join(map(title, ends)) for ends in pairs}
    )
    for name, what in (
        ("cash", "Cash at the end of the year"),
        ("revenue", "Sales of the year, as received"),
        ("failed", "Has failed by the end of the year"),
    ):
        parties = [row for row in series[name].rows if row not in EDGES]
        yield Measured(name, what, {party: title(party) for party in _largest(series[name], parties)})
    bound = series["remaining"]
    promised = [row for row in _largest(bound, bound.rows) if bound.mean()[bound.of(row)].max() > NEVER_MIND]
    names = {row: row.removeprefix("deals.").removeprefix("parties.") for row in promised}
    yield Measured("remaining", "Still to be paid at the end of the year whatever is used", names)


def _largest(series: Any, rows: Sequence[Any]) -> list[Any]:
    mean = series.mean().max(axis=1)
    return sorted(rows, key=lambda row: -mean[series.of(row)])[:MOST_ROWS]


def _shown(measure: Measured, worlds: Mapping[str, Run], findings: Findings) -> dict[str, Any]:
    """One measure in every world."""
    first = findings.run.series[measure.name]
    is_share = first.unit == EVENT
    scale = (
        Scale("%", 0.01)
        if is_share
        else scale_of_table(float(first.quantile(0.5)[first.of(row)].max()) for row in measure.rows)
    )
    unit = "% of futures" if is_share else scale.unit
    texts: dict[str, Any] = {}
    charts: dict[str, Any] = {}
    for world, run in worlds.items():
        cells = _cells(run.series[measure.name], list(measure.rows), scale, is_share=is_share)
        texts[world] = [[[text, below] for text, below, _ in row] for row in cells]
        charts[world] = _charts(measure, unit, world, cells, findings)
        if measure.name == "flows":
            charts[world] = _loops(measure, world, run, findings)
    return {"title": measure.title, "unit": unit, "rows": list(measure.rows.values()), "cells": texts, "charts": charts}


Numbers = tuple[float, float, float]
"""Low, centre, high, in the unit that is shown."""

Said = tuple[str, str, Numbers]
"""What stands in a cell, what beneath it, and the numbers of both."""


def _cells(series: Any, rows: Sequence[Any], scale: Scale, *, is_share: bool) -> list[list[Said]]:
    """What each row says in each year; nothing for one that this world does not have."""
    shares = probabilities(series) if is_share else {}
    years = {} if is_share else medians(series)
    found: list[list[Said]] = []
    for row in rows:
        if row in shares:
            found.append([(hundredths(each.share), "", (100.0 * each.share,) * 3) for _, each in shares[row]])
        elif row in years:
            found.append([_said(each, scale.size) for _, each in years[row]])
        else:
            found.append([("–", "", (0.0, 0.0, 0.0)) for _ in series.years])
    return found


def _said(each: Estimate, size: float) -> Said:
    return said(each.centre / size), range_of(each, size), (each.low / size, each.centre / size, each.high / size)


def _charts(
    measure: Measured, unit: str, world: str, cells: list[list[Said]], findings: Findings
) -> list[dict[str, Any]]:
    """One for each year: a bar from the low to the high end, and a point at the median."""
    names = list(measure.rows.values())
    found = []
    for n, year in enumerate(findings.run.years):
        numbers = [row[n][2] for row in cells]
        hovers = [
            [f"{name}, {year}", row[n][0], *([f"90 %: {row[n][1]}"] if row[n][1] else [])]
            for name, row in zip(names, cells, strict=True)
        ]
        told = "; ".join(f"{name}: {row[n][0]}" for name, row in zip(names, cells, strict=True))
        what = "median, and 90 % of futures" if unit != "% of futures" else "share"
        found.append(
            {
                "title": f"{measure.title}, {year}",
                "units": f"{unit}: {what}; {world}",
                "source": findings.source,
                "alt": f"{measure.title}, {year}, {unit}. {told}.",
                "option": _option(names, numbers, hovers),
                "steps": [],
            }
        )
    return found


def _loops(measure: Measured, world: str, run: Run, findings: Findings) -> list[dict[str, Any] | None]:
    """The loop of each year; None for a year in which nobody pays anybody."""
    whole = network(run).chart(measure.title, findings.source, about(run.book))
    steps = {} if whole is None else {step.label: step for step in whole.steps}
    found: list[dict[str, Any] | None] = []
    for year in map(str, run.years):
        if whole is None or year not in steps:
            found.append(None)
            continue
        title, units = f"{measure.title}, {year}", whole.units.replace(whole.steps[0].label, year)
        option = {**whole.option, **steps[year].option}
        still = replace(whole, title=title, units=f"{units}; {world}", option=option, steps=())
        found.append(still.to_json())
    return found


def _option(names: list[str], numbers: list[Numbers], hovers: list[list[str]]) -> dict[str, Any]:
    spans = [
        {"value": [place, low, high], "hover": hover}
        for place, ((low, _, high), hover) in enumerate(zip(numbers, hovers, strict=True))
    ]
    points = [
        {"value": [centre, place], "hover": hover}
        for place, ((_, centre, _), hover) in enumerate(zip(numbers, hovers, strict=True))
    ]
    return {
        "xAxis": {"type": "value"},
        "yAxis": {
            "type": "category",
            "data": names,
            "inverse": True,
            "axisLabel": {"width": 170, "overflow": "truncate"},
        },
        "tooltip": {"trigger": "item"},
        "series": [
            {
                "type": "custom",
                "renderItem": "span",
                "itemPayload": {
                    "across": True,
                    "thickness": 0.45,
                    "styles": [{"fill": "@1", "opacity": 0.35}] * len(names),
                },
                "encode": {"x": [1, 2], "y": 0},
                "data": spans,
            },
            {"type": "scatter", "data": points, "symbolSize": 9, "itemStyle": {"color": "@1"}, "z": 5},
        ],
    }
