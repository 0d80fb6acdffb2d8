"""The tables of a workbook: what each sheet says of a run, its columns with their units, its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from interlock.analysis.answer import Estimate, probabilities
from interlock.book.deal import Deal, WrittenContract
from interlock.book.party import EDGES
from interlock.engine.series import Series
from interlock.ground.figure import Figure
from interlock.program.priors import median
from interlock.report.assumptions import Assumption, assumptions
from interlock.report.cells import PLAIN, SHARE, TIMES, YEAR, Cell, Column, Sum
from interlock.report.findings import Findings

BILLION = 1e9

NEVER_MIND = 1e5
"""USD in all years, on average: who pays another less has no row."""

MEAN = "Means over all futures: rows and columns add up."

MEDIAN = "Medians over all futures, unless a row says otherwise: they do not add up."


@dataclass(frozen=True)
class Table:
    """What one sheet holds."""

    name: str
    title: str
    remark: str
    columns: tuple[Column, ...]
    rows: list[list[Cell]]


def tables(findings: Findings) -> Iterator[Table]:
    """Every sheet of tables, in the order of the workbook."""
    run = findings.run
    years = [Column(str(year)) for year in run.years]
    held = [Column(str(year), shown=SHARE) for year in run.years]
    yield Table(
        "Flows",
        "Who pays whom, B USD a year",
        MEAN,
        (Column("payer", 20), Column("payee", 20), *years, Column("all years", 13)),
        _with_totals(list(_flows(findings)), 2),
    )
    yield Table("Flow ranges", "Who pays whom, B USD: the range of futures", RANGES, RANGED, list(_ranges(findings)))
    yield Table(
        "Contracts",
        "What was promised, and what is paid under it, B USD a year",
        f"{MEAN} Headline and binding amounts: medians of what the book says.",
        (*CONTRACT, *years, Column("all years", 13), Column("in words", 80, wraps=True)),
        _with_totals(list(_contracts(findings)), len(CONTRACT)),
    )
    yield Table(
        "Locked in",
        "Still to be paid at the end of the year whatever is used, B USD",
        f"{MEDIAN} Short: a minimum is not filled, or ends by a failure.",
        (Column("contract", 40), Column("payer", 18), Column("payee", 18), *years, *LOCKED),
        list(_locked(findings)),
    )
    yield Table(
        "Parties",
        "How parties stand",
        "Cash and runway at the end of the year, receipts over it. Five in a hundred futures lie below 5 %.",
        (Column("party", 20), Column("measure", 30), Column("statistic", 14), Column("unit", 10), *years),
        list(_parties(findings)),
    )
    yield Table("Stakes", "Who owns how much of whom at the year's end", MEDIAN, (*STAKE, *held), _stakes(findings))
    yield Table("Dollars", "Of each dollar put in, what became of it", TRACED, DOLLARS, list(_dollars(findings)))
    yield Table("Returns", "What the spending earns, B USD", RETURNED, RETURNS, list(_returns(findings)))
    yield Table("Losses", "When a party fails, who loses what, B USD", LOST, LOSSES, list(_losses(findings)))
    yield Table(
        "Assumptions",
        "What the run assumes: every figure, its range and what it rests on",
        "Nine futures in ten lie between 5 % and 95 %; what changes by date has steps. stated: by a party or a filing; "
        "estimated: from sources, by the method named; assumed: chosen for the reason named; undisclosed: kept secret, "
        "so that something is assumed.",
        ASSUMED,
        [_assumed(each) for each in assumptions(run.book)],
    )
    sources = sorted(run.book.sources.values(), key=lambda each: each.date)
    rows: list[list[Cell]] = [[s.name, s.title, s.publisher, s.date, s.known_since, s.url, s.note] for s in sources]
    yield Table("Sources", "What the figures rest on", "", SOURCES, rows)


RANGED = (
    Column("payer", 20),
    Column("payee", 20),
    Column("year", 8, YEAR),
    *(Column(name) for name in ("mean", "± of mean", "5 %", "25 %", "median", "75 %", "95 %")),
)

RANGES = "One row for each pair and year, to be filtered. ± is one standard error of sampling."

CONTRACT = (
    Column("deal", 28),
    Column("contract", 40),
    Column("kind", 20),
    Column("payer", 18),
    Column("payee", 18),
    Column("announced", 12),
    Column("status", 14),
    Column("headline", 11),
    Column("binding", 11),
)

FOLLOWS = "Nobody wrote it: it follows from what the book says of its parties."

LOCKED = (
    Column("ever short, of futures", 10, SHARE),
    Column("± of it", 10, SHARE),
    Column("paid beyond need, mean", 12),
)

STAKE = (Column("holder", 22), Column("company", 22))

DOLLARS = (
    Column("contract", 40),
    Column("leg", 14),
    Column("financier", 18),
    Column("financed", 18),
    Column("put in, B USD, mean", 12),
    Column("fate", 12),
    Column("through", 20),
    Column("of the dollars put in", 12, SHARE),
    Column("±", 9, "0.00%"),
)

TRACED = "Pooled: a party's cash mixes in one treasury. returned: as revenue of who put it in, first lap."

RETURNS = (
    Column("level", 12),
    Column("of", 40),
    Column("party", 18),
    *(Column(name) for name in ("put in", "±", "value", "± of value", "value with what is left", "± of it")),
    Column("IRR a year", 10, SHARE),
    Column("± of IRR", 10, SHARE),
    Column("IRR with what is left", 10, SHARE),
    Column("back for each dollar", 10, TIMES),
    Column("paid back by the end", 10, SHARE),
    Column("middle year of payback", 10, YEAR),
)

RETURNED = (
    "Means over all futures. Value: what is paid and received, discounted to the start. What is left: contracts that "
    "run on, chips and buildings at the end of the run. IRR: of the mean flows."
)

LOSSES = (
    *(Column(name, width) for name, width in (("who fails", 18), ("who loses", 18), ("contract", 40), ("what", 12))),
    *(Column(name) for name in ("lost where it fails, mean", "±", "lost over all futures, mean")),
    Column("futures in which it is", 11, SHARE),
)

LOST = "claims: unpaid; shares: at cost; cover: paid by a guarantor; to come: income that ends, no asset."

ASSUMED = (
    Column("address", 52),
    Column("as written", 26),
    *(Column(name, 14, PLAIN) for name in ("5 %", "median", "95 %")),
    Column("unit", 16),
    Column("grade", 12),
    Column("because", 60, wraps=True),
    Column("sources", 40, wraps=True),
    Column("address of the first source", 40, links=True),
    Column("same as", 30),
)

SOURCES = (
    Column("name", 30),
    Column("title", 60, wraps=True),
    Column("published by", 24),
    Column("date", 12),
    Column("known since", 12),
    Column("address", 60, links=True),
    Column("note", 50, wraps=True),
)


def _flows(findings: Findings) -> Iterator[list[Cell]]:
    series = findings.run.series["flows"]
    mean = series.mean()
    for n in sorted(range(len(series.rows)), key=lambda n: (-mean[n].sum(), series.rows[n])):
        payer, payee = series.rows[n]
        if mean[n].sum() > NEVER_MIND and payer != payee:
            yield [payer, payee, *_billions(mean[n]), Sum(mean[n].sum() / BILLION, 2)]


def _with_totals(rows: list[list[Cell]], first: int) -> list[list[Cell]]:
    """The rows, and below them the sum of each column from `first` on."""
    if not rows:
        return []
    columns = [[row[n] for row in rows] for n in range(first, len(rows[0]))]
    sums = (None if isinstance(each[0], str) else Sum(sum(map(_value, each))) for each in columns)
    return [*rows, ["all", *[None] * (first - 1), *sums]]


def _value(cell: Cell) -> float:
    if isinstance(cell, Sum):
        return cell.value
    return float(cell) if isinstance(cell, int | float) else 0.0


def _billions(usd: Any) -> list[float]:
    return [float(each) / BILLION for each in usd]


def _ranges(findings: Findings) -> Iterator[list[Cell]]:
    series = findings.run.series["flows"]
    mean, error = series.mean(), series.mean_error()
    at = [series.quantile(share) for share in (0.05, 0.25, 0.5, 0.75, 0.95)]
    for n, (payer, payee) in enumerate(series.rows):
        if mean[n].sum() <= NEVER_MIND or payer == payee:
            continue
        for y, year in enumerate(series.years):
            yield [payer, payee, year, *_billions([mean[n, y], error[n, y], *(each[n, y] for each in at)])]


def _contracts(findings: Findings) -> Iterator[list[Cell]]:
    book, paid = findings.run.book, findings.run.series["paid"]
    deals = {each.address: deal for deal in book.deals.values() for each in deal.contracts.values()}
    mean, written = paid.mean(), {contract.address for contract in book.contracts()}

    def by_year_of(address: str) -> list[float]:
        return _billions(mean[[n for n, leg in enumerate(paid.rows) if leg[0] == address]].sum(axis=0))

    for contract in book.contracts():
        by_year = by_year_of(contract.address)
        known = _known(contract, deals.get(contract.address))
        words = " ".join(findings.teller.contract(contract).split())
        yield [*known, *by_year, Sum(sum(by_year), len(CONTRACT)), words]
    for label in findings.run.program.labels.contracts:
        by_year = [] if label is None or label.address in written else by_year_of(label.address)
        if label is not None and any(by_year):
            known = ["", label.address, label.kind, label.payer, label.payee, "", "", None, None]
            yield [*known, *by_year, Sum(sum(by_year), len(CONTRACT)), FOLLOWS]


def _known(contract: WrittenContract, deal: Deal | None) -> list[Cell]:
    ends = [contract.address, contract.kind.kind, contract.payer, contract.payee]
    amounts = [_billion_of(contract.headline), _billion_of(contract.binding, contract.headline)]
    if deal is None:
        return ["", *ends, "", "", *amounts]
    return [deal.title, *ends, deal.announced_on, deal.status, *amounts]


def _billion_of(figure: Figure | None, whole: Figure | None = None) -> float | None:
    """The median in B USD; what is a part of the whole, of it."""
    if figure is None:
        return None
    amount = median(figure.distribution) / BILLION
    if "%" not in figure.text:
        return amount
    return None if whole is None else amount * median(whole.distribution)


def _locked(findings: Findings) -> Iterator[list[Cell]]:
    for each in findings.overview.commitments:
        short = (None, None) if each.short is None else (each.short.share, each.short.error)
        nothing = None if each.shortfall is None else each.shortfall.centre / BILLION
        remaining = [usd.centre / BILLION for _, usd in each.remaining]
        yield [each.contract, each.payer, each.payee, *remaining, *short, nothing]


def _parties(findings: Findings) -> Iterator[list[Cell]]:
    run = findings.run
    names = sorted(name for name in run.book.parties if name not in EDGES)
    failed, tight = probabilities(run.series["failed"]), probabilities(run.series["tight"])
    at = {share: _rows(run.series["cash"], share) for share in (0.05, 0.5, 0.95)}
    runway, revenue = _rows(run.series["runway"], 0.5), run.series["revenue"]
    for name in names:
        for share, said in ((0.05, "5 %"), (0.5, "median"), (0.95, "95 %")):
            yield [name, "cash", said, "B USD", *_billions(at[share][name])]
        yield [name, "receipts from sales", "mean", "B USD", *_billions(revenue.mean()[revenue.of(name)])]
        yield [name, "months that its cash lasts", "median", "months", *_months(runway[name])]
        for what, shares in (("has failed", failed), ("stands, cash for under 6 months", tight)):
            yield [name, what, "share", "%", *([100.0 * each.share for _, each in shares[name]])]


def _rows(series: Series, share: float) -> dict[str, Any]:
    return dict(zip(series.rows, series.quantile(share), strict=True))


ENDLESS = 1e6
"""Months: what is more has no end."""


def _months(months: Any) -> list[float]:
    return [float("inf") if each > ENDLESS else float(each) for each in months]


def _stakes(findings: Findings) -> list[list[Cell]]:
    held = findings.overview.stakes
    return [[each.holder, each.company, *(share.centre for _, share in each.years)] for each in held]


def _dollars(findings: Findings) -> Iterator[list[Cell]]:
    for each in findings.overview.traced.colours:
        for way in each.ways:
            whose: list[Cell] = [each.contract, each.leg, each.financier, each.financed, each.paid.centre / BILLION]
            yield [*whose, way.fate, way.through, way.share, way.error]


def _returns(findings: Findings) -> Iterator[list[Cell]]:
    for row in findings.returns.rows:
        usd: Sequence[Estimate] = (row.put_in, row.npv, row.npv_with)
        amounts = [number / BILLION for each in usd for number in (each.centre, each.error)]
        back: list[Cell] = [row.multiple, row.paid_back.share, row.payback_year]
        yield [str(row.level), row.of, row.party, *amounts, row.irr, row.irr_error, row.irr_with, *back]


def _losses(findings: Findings) -> Iterator[list[Cell]]:
    for each in findings.losses.losses:
        usd = (each.where_it_fails.centre, each.where_it_fails.error, each.overall.centre)
        yield [each.failed, each.holder, each.contract, str(each.what), *_billions(usd), each.ever.share]


def _assumed(each: Assumption) -> list[Cell]:
    numbers: list[Cell] = [each.low, each.middle, each.high]
    address = next((source.url for source in each.sources if source.url), "")
    cited = "; ".join(f"{source.title} ({source.publisher or 'unknown'}, {source.date})" for source in each.sources)
    return [each.address, each.text, *numbers, each.unit, str(each.grade), each.because, cited, address, each.same_as]
