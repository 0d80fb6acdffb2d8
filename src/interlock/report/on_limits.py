"""The sections on what may go wrong or run short: stress, limits, and the race for compute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from interlock.analysis.answer import how_often, median_of, probabilities
from interlock.analysis.losses import Lost
from interlock.analysis.matrix import Loss, Matrix
from interlock.analysis.race import odds_of
from interlock.ground.scale import scale_of_table
from interlock.report.findings import Findings
from interlock.report.numbers import by_year, in_percent, said, shares_by_year, with_error, year_heads
from interlock.report.on_money import MOST_ROWS, RANGES
from interlock.report.section import Cell, Grid, Section, named, row

MOST_FAILING = 4
"""Parties of whose failure it is told who loses by it."""


def stress(findings: Findings) -> Section:
    """Who fails, and who loses by it."""
    answer, matrix = findings.losses, findings.matrix
    grids = []
    if answer.failures:
        years = findings.run.years
        failed = {party for party, _ in findings.overview.failures[:MOST_ROWS]}
        rows = [_failing(findings, party) for party, _ in findings.overview.failures if party in failed]
        grids.append(Grid("Has failed by the end of the year, % of futures", year_heads("", years), tuple(rows)))
        grids += [_lost(findings, each.party) for each in answer.failures[:MOST_FAILING] if answer.of(each.party)]
    told = [*(each.tell() for each in answer.failures[:MOST_FAILING]), answer.spread()]
    if matrix is not None:
        told += [matrix.head(), *matrix.said()]
        grids += [
            _matrix(matrix, of, findings) for of in OTHERS_LOSE if any(e.number.difference for e in matrix.of(of))
        ]
    about = (
        "Which parties fail within the futures as they are, and what others lose by it. Claims: bills and debt unpaid; "
        "shares: at what was paid for them; cover: what a guarantor paid and did not get back; still to come: what was "
        "promised, and is no asset."
    )
    if matrix is not None:
        about += f" And: if each of the largest parties were made to fail in {matrix.month}, what others would lose."
    return Section("stress", "Stress", about, tuple(findings.titled(each) for each in told), tuple(grids))


def _failing(findings: Findings, party: str) -> tuple[Cell, ...]:
    shares = probabilities(findings.run.series["failed"])[party]
    return row(named(findings.title_of(party)), shares_by_year(shares))


def _lost(findings: Findings, failed: str) -> Grid:
    """What others lose by the failure of one party."""
    found = findings.losses.of(failed)
    columns = [what for what in Lost if any(each.what is what for each in found)]
    scale = scale_of_table(each.where_it_fails.centre for each in found)
    rows = []
    for holder, contract in list(dict.fromkeys((each.holder, each.contract) for each in found))[:MOST_ROWS]:
        here = {each.what: each.where_it_fails for each in found if (each.holder, each.contract) == (holder, contract)}
        cells = [with_error(here[w].centre, here[w].error, scale.size) if w in here else Cell("") for w in columns]
        rows.append(row(named(findings.title_of(holder), contract), cells))
    heads = ("", *({"shares": "shares, at cost", "to come": "still to come"}.get(what, str(what)) for what in columns))
    title = f"What others lose where {findings.title_of(failed)} fails, {scale.unit}"
    return Grid(title, heads, tuple(rows), "Means of the futures in which it fails; beneath them ± one standard error.")


OTHERS_LOSE = {Loss.lost: "claims, shares and cover", Loss.sales: "sales"}
"""What is shown of the failures that are made, if anybody loses any."""


def _matrix(matrix: Matrix, of: Loss, findings: Findings) -> Grid:
    """Row fails, column loses."""
    scale = scale_of_table(abs(each.number.difference) for each in matrix.of(of))
    rows = []
    for fails in matrix.parties:
        cells = []
        for loses in matrix.parties:
            found = matrix.cell(fails, loses, of)
            number = None if found is None else found.number
            cells.append(
                Cell("–") if number is None else with_error(number.difference, number.difference_error, scale.size)
            )
        rows.append(row(named(findings.title_of(fails)), cells))
    heads = ("fails ↓ loses →", *(findings.title_of(each) for each in matrix.parties))
    note = f"Beyond what is lost anyway; {matrix.paths:,} futures, beneath ± one standard error."
    return Grid(f"If it fails in {matrix.month}: {OTHERS_LOSE[of]} lost, {scale.unit}", heads, tuple(rows), note)


def limits(findings: Findings) -> Section:
    """What runs short."""
    answer = findings.limits
    grids = []
    if rows := list(_short(findings)):
        title = "What is wanted, what there is and what waits"
        grids.append(Grid(title, year_heads("", findings.run.years), tuple(rows), RANGES))
    told: list[str] = []
    if answer is not None:
        told = answer.tell().splitlines()
        wider = [
            row(named(str(limit)), [with_error(100.0 * held.share, 100.0 * held.error)])
            for limit, held in answer.whole.parts.items()
        ]
        title = f"With {said(100 * answer.more)} % more of one limit, all labs use so much more compute, %"
        grids.append(
            Grid(title, ("", "more in use"), tuple(wider), f"On {answer.paths:,} futures, the same in each run.")
        )
    about = "Whether chips, power, compute or demand run short. H100e: accelerators counted in H100s that do the same."
    if answer is None:
        about += " Which limit binds takes runs of its own: a full report has them."
    return Section("limits", "Limits", about, tuple(findings.titled(each) for each in told), tuple(grids))


SHORT: Sequence[tuple[str, str, str, bool]] = (
    ("need", "compute that labs want", "H100e", True),
    ("used", "used under contracts", "H100e", True),
    ("queue", "chips that wait at the year's end", "H100e", False),
    ("powered", "power handed over at sites", "MW", False),
    ("lost", "sales lost for want of compute", "USD", False),
)
"""Series whose rows are summed up, what they are called, their units, and whether they count months."""


THOUSANDS = {("k", "MW"): "GW", ("M", "MW"): "TW"}
"""What is not said in thousands and millions."""


def _short(findings: Findings) -> Iterator[tuple[Cell, ...]]:
    """Rows of sums over labs, contracts or sites, by year; only those in which there is something."""
    run = findings.run
    months = _months(findings)
    for name, title, unit, is_month in SHORT:
        if name not in run.series:
            continue
        values = run.series[name].first.sum(axis=0)
        values = values / months[:, None] if is_month else values
        pairs = zip(run.years, values, strict=True)
        years = tuple((year, median_of(each, run.sampling)) for year, each in pairs)
        if any(each.high > 0.0 for _, each in years):
            scale = scale_of_table(each.centre or each.high for _, each in years)
            said_in = THOUSANDS.get((scale.sign, unit), f"{scale.sign} {unit}".strip())
            yield row(named(f"{title}, {said_in}"), by_year(years, scale.size))


def _months(findings: Findings) -> Any:
    """How many months of each year the run covers."""
    labels = findings.run.program.labels
    months = np.arange(labels.start, labels.start + labels.months) // 12
    return np.array([(months == year).sum() for year in labels.years], dtype=np.float64)


def race(findings: Findings) -> Section | None:
    """Who can run the largest training run; None where the book follows no lab's models."""
    run, answer = findings.run, findings.race
    largest = run.series.get("largest_run")
    if largest is None or not largest.rows:
        return None
    years, grids = run.years, []
    odds = odds_of(largest.first)
    if len(largest.rows) > 1:
        rows = []
        for n, lab in enumerate(largest.rows):
            cells = [in_percent(how_often(each, run.sampling)) for each in odds[n]]
            rows.append(row(named(findings.title_of(lab)), cells))
        title = "Has the largest training run at the end of the year, % of futures"
        grids.append(Grid(title, ("", *map(str, years)), tuple(rows), "Beneath: ± one standard error of sampling."))
    rows = []
    for n, lab in enumerate(largest.rows):
        found = tuple(
            (year, median_of(each / 1e26, run.sampling)) for year, each in zip(years, largest.first[n], strict=True)
        )
        rows.append(row(named(findings.title_of(lab)), by_year(found)))
    title = "Largest training run at the end of the year, 1e26 FLOP"
    grids.append(Grid(title, year_heads("", years), tuple(rows), RANGES))
    told = [] if answer is None else answer.tell().splitlines()
    about = (
        "What each lab's training fleet could do in one run, about 100 days. FLOP: operations of arithmetic. The race "
        "is between the labs of the book."
    )
    return Section("race", "Race", about, tuple(findings.titled(each) for each in told), tuple(grids))
