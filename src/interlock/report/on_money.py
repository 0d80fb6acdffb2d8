"""The sections on money: the summary, the loop, what is locked in, and what the spending earns."""

from __future__ import annotations

import math
from collections.abc import Iterator

from interlock.analysis.answer import Estimate, hundredths
from interlock.analysis.dollars import Colour
from interlock.analysis.earned import Level, Return
from interlock.book.party import EDGES
from interlock.ground.scale import Scale, scale_of_table
from interlock.report.findings import Findings
from interlock.report.numbers import (
    by_year,
    in_percent,
    said,
    scale_of_years,
    shares_by_year,
    signed,
    with_error,
    year_heads,
)
from interlock.report.section import Cell, Grid, Section, named, row

MOST_ROWS, MOST_SENTENCES = 25, 4
"""Of a table, and of one kind of sentence in the summary."""

RANGES = "The median, and beneath it 90 % of futures; ± is the largest standard error of sampling in the row."

MEANS = "Means; beneath them ± one standard error of sampling."


def summary(findings: Findings) -> Section:
    """What a reader wants to know, in a few sentences."""
    run, said_first = findings.run, findings.overview
    traced = said_first.traced
    colours = sorted((each for each in traced.colours if each.financier not in EDGES), key=lambda c: -c.paid.centre)
    told = [
        f"Of {run.paths:,} futures of {run.book.months} months, {said_first.ends()}.",
        *(each.tell() for each in said_first.labs[:MOST_SENTENCES]),
        *(f"{traced.put_in(each)}, {traced.became(each)}" for each in colours[:2]),
        findings.returns.head(),
        *(each.tell() for each in said_first.commitments[:2]),
        *(each.tell() for each in said_first.reliance[:MOST_SENTENCES]),
    ]
    return Section("summary", "Summary", "", told=tuple(findings.titled(each) for each in told))


def loop(findings: Findings) -> Section:
    """Who pays whom, and what comes back."""
    answer, years = findings.overview, findings.run.years
    flows = answer.flows[:MOST_ROWS]
    scale = scale_of_years(each.years for each in flows)
    grids = []
    if flows:
        rows = [row(_ends(findings, each.payer, each.payee), by_year(each.years, scale.size)) for each in flows]
        left = f" Left out: {len(answer.flows) - len(flows)} smaller." if len(answer.flows) > len(flows) else ""
        grids.append(Grid(f"Who pays whom, {scale.unit} a year", year_heads("", years), tuple(rows), f"{RANGES}{left}"))
    for traced, how in ((answer.traced, POOLED), (findings.earmarked, EARMARKED)):
        if traced is not None and (rows := [_became(findings, each) for each in traced.colours]):
            title = f"Of each dollar put in, cents that came back and where the rest is ({traced.measure})"
            heads = (
                "",
                "put in, B USD",
                "came back as sales",
                "were repaid",
                "passed on",
                "left the book",
                "still held",
            )
            grids.append(Grid(title, heads, tuple(rows), f"{how} On {traced.paths:,} futures. {MEANS}"))
    if answer.stakes:
        rows = [row(_ends(findings, s.holder, s.company, "of"), _in_percent(s.years)) for s in answer.stakes]
        title = "Who owns how much of whom at the end of the year, %"
        grids.append(Grid(title, year_heads("", years), tuple(rows), RANGES))
    about = (
        "Where the money goes, and how much of what a party puts into another comes back to it as sales. First lap: a "
        "dollar that has come back once is not counted again."
    )
    told = (findings.titled(findings.circulation.tell()),)
    return Section("loop", "The loop", about, told, tuple(grids))


POOLED = "Pooled: all of a party's cash mixes in one treasury; the command trace has other measures."

EARMARKED = "Earmarked: money pays first for what its deal names; an upper case where that leads back to who put it in."


def _ends(findings: Findings, one: str, other: str, between: str = "→") -> Cell:
    return named(f"{findings.title_of(one)} {between} {findings.title_of(other)}")


def _in_percent(years: tuple[tuple[int, Estimate], ...]) -> list[Cell]:
    return by_year(years, 0.01)


def _became(findings: Findings, colour: Colour) -> tuple[Cell, ...]:
    """What became of the dollars of one leg."""
    cells = [with_error(colour.paid.centre, colour.paid.error, 1e9)]
    for fate in ("returned", "repaid", "refinanced", "left", "held"):
        ways = [way for way in colour.ways if way.fate == fate and way.share > 0.00005]
        share = sum(way.share for way in ways)
        names = [findings.title_of(way.through) for way in ways[:3]]
        parts = [f"{name} {hundredths(way.share)}" for name, way in zip(names, ways, strict=False)]
        cells.append(Cell(hundredths(share), ", ".join(parts if len(ways) > 1 else names)))
    return row(
        named(f"{findings.title_of(colour.financier)} → {findings.title_of(colour.financed)}", colour.contract), cells
    )


def commitments(findings: Findings) -> Section:
    """What is locked in, and whether it is filled."""
    found, years = findings.overview.commitments[:MOST_ROWS], findings.run.years
    scale = scale_of_years(each.remaining for each in found)
    rows, filled = [], []
    for each in found:
        name = named(f"{findings.title_of(each.payer)} → {findings.title_of(each.payee)}", each.contract)
        rows.append(row(name, by_year(each.remaining, scale.size)))
        if each.short is not None and each.shortfall is not None:
            shortfall = with_error(each.shortfall.centre, each.shortfall.error, scale.size)
            filled.append(row(name, [in_percent(each.short), shortfall, Cell(_high(each.shortfall, scale))]))
    grids = []
    if rows:
        title = f"Still to be paid at the end of the year whatever is used, {scale.unit}"
        grids.append(Grid(title, year_heads("", years), tuple(rows), RANGES))
    if filled:
        heads = (
            "",
            "ever short, % of futures",
            f"paid beyond need by the end, {scale.unit}",
            "in one future of twenty more than",
        )
        grids.append(
            Grid(
                "Whether they are filled",
                heads,
                tuple(filled),
                f"Short: a minimum is not used, or ends by a failure. {MEANS}",
            )
        )
    for lab in findings.overview.labs:
        of_cash = scale_of_years([lab.cash])
        rows = [
            row(named(f"cash, {of_cash.unit}"), by_year(lab.cash, of_cash.size)),
            row(named("months that its cash lasts, where it stands"), by_year(lab.runway)),
            row(named("less than 6 months, % of futures where it stands"), shares_by_year(lab.tight)),
            row(named("has failed, % of futures"), shares_by_year(lab.failed)),
        ]
        title = f"How {findings.title_of(lab.party)} stands at the end of the year"
        note = f"{RANGES} ∞: it takes in more than it spends, or has cash for a century."
        grids.append(Grid(title, year_heads("", years), tuple(rows), note))
    about = (
        "What parties are bound to pay whether they use it or not, whether they come to use it, and how long the cash "
        "of those who pay lasts."
    )
    told = tuple(findings.titled(each.tell()) for each in found[:MOST_SENTENCES])
    return Section("commitments", "Commitments", about, told, tuple(grids))


def _high(estimate: Estimate, scale: Scale) -> str:
    return said(estimate.high / scale.size)


LEVELS = {
    Level.build_out: "All of it",
    Level.party: "By party",
    Level.deal: "By deal",
    Level.contract: "By contract",
    Level.site: "By site",
}


def earnings(findings: Findings) -> Section:
    """What the spending earns, and whether it is ahead of what is sold."""
    answer = findings.returns
    told = [each for each in answer.rows if each.is_worth_telling]
    grids = [*_earned(findings, told)]
    scale = scale_of_table(usd for need in answer.needs for usd in (need.needed, need.projected))
    rows = [
        row(
            named(str(need.year)),
            [
                *(Cell(said(usd / scale.size)) for usd in (need.spent, need.committed, need.needed, need.projected)),
                with_error(need.gap.centre, need.gap.error, scale.size),
                in_percent(need.ahead),
            ],
        )
        for need in answer.needs
    ]
    title = (
        f"What {answer.of} must sell to earn {hundredths(answer.cost_of_capital)} % a year on what it has spent, "
        f"{scale.unit} a year"
    )
    heads = ("", "spent so far", "still to be paid", "must sell", "sells", "spending ahead by", "ahead, % of futures")
    grids.append(Grid(title, heads, tuple(rows), MEANS))
    lives = " and ".join(f"{what} {years:g} years" for what, years in answer.life.items())
    about = (
        f"At a cost of capital of {hundredths(answer.cost_of_capital)} % a year, without expected default, which is in "
        f"what is paid. Value: what is paid and received, discounted to the start, without and with what is left at "
        f"the end of the run. IRR: the rate at which the mean flows are worth nothing. What lasts: {lives}."
    )
    sentences = [answer.head(), *(answer.sentence(each) for each in told if each.level is Level.party)]
    return Section("returns", "Returns", about, tuple(findings.titled(each) for each in sentences), tuple(grids))


def _earned(findings: Findings, told: list[Return]) -> Iterator[Grid]:
    heads = (
        "",
        "put in",
        "value",
        "with what is left",
        "IRR, % a year",
        "with it",
        "back for each dollar",
        "paid back, % of futures",
        "in the middle by",
    )
    for level, title in LEVELS.items():
        here = sorted((each for each in told if each.level is level), key=lambda each: -each.put_in.centre)[:MOST_ROWS]
        if not here:
            continue
        scale = scale_of_table(usd for each in here for usd in (each.put_in.centre, each.npv.centre))
        rows = []
        for each in here:
            who = findings.title_of(each.of) if level is Level.party else each.of
            name = named(who, f"for {findings.title_of(each.party)}" if each.party not in {"", each.of} else "")
            usd = (with_error(part.centre, part.error, scale.size) for part in (each.put_in, each.npv, each.npv_with))
            rate = Cell("–" if math.isnan(each.irr) else signed(hundredths(each.irr)))
            with_left = Cell("–" if math.isnan(each.irr_with) else signed(hundredths(each.irr_with)))
            by = Cell("–" if each.payback_year is None else str(each.payback_year))
            rows.append(row(name, [*usd, rate, with_left, Cell(said(each.multiple)), in_percent(each.paid_back), by]))
        note = f"{MEANS} –: none, or not by the end of the run, which is not never."
        yield Grid(f"{title}, {scale.unit}", heads, tuple(rows), note)
