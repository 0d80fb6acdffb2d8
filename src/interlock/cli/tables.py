"""The tables of the one screen of a run: a row for each thing, a column for each year, and how far each may be off."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from rich import box
from rich.measure import Measurement
from rich.table import Table

from interlock.analysis.answer import ByYear, Estimate, SharesByYear, give_or_take, hundredths
from interlock.analysis.losses import Lost
from interlock.analysis.ratios import Ratio
from interlock.ground.scale import Scale, scale_of_table
from interlock.money.bookkeeping import Account
from interlock.money.statements import Line

if TYPE_CHECKING:
    from rich.console import Console

    from interlock.analysis.accounts import PartyAccounts
    from interlock.analysis.backtest import Held, Score
    from interlock.analysis.commitments import Commitment
    from interlock.analysis.footing import Footing
    from interlock.analysis.losses import Loss
    from interlock.analysis.overview import FlowsBetween, Overview

LEGEND = "In tables: the median, under it 90 % of futures; ± is the largest standard error of sampling in the row."

MOST_ROWS, MOST_SENTENCES = 20, 8
"""Of a table, and of a list of sentences, on the one screen of a run."""

T = TypeVar("T")

Parts = Sequence[Table | str]
"""A table and the remarks beneath it, or sentences."""


@dataclass(frozen=True)
class Row:
    """One row of a table: two lines of names, cells by year, and what stands behind them."""

    name: str
    years: tuple[tuple[int, str], ...]
    after: tuple[str, ...]


def sections(answer: Overview, console: Console) -> Iterator[tuple[str, Parts]]:
    """The parts of the screen, each with its title; only those that have something in them."""
    if answer.flows:
        shown = largest(answer.flows, lambda each: each.years)
        scale = scale_of_years(each.years for each in shown)
        yield f"Who pays whom, {scale.unit} a year", flows(shown, scale, console, rest(shown, answer.flows))
    if answer.commitments:
        bound = largest(answer.commitments, lambda each: each.remaining)
        scale = scale_of_years(each.remaining for each in bound)
        yield (
            f"Locked in, whatever is used: still to be paid at the end of the year, {scale.unit}",
            commitments(bound, scale, console, rest(bound, answer.commitments)),
        )
    for lab in answer.labs:
        yield f"How {lab.party} stands at the end of the year", footing(lab, console)
    stakes = [each for each in answer.stakes if each.is_any()]
    if stakes:
        held = largest(stakes, lambda each: each.years)
        told = [*(each.tell() for each in held), rest(held, answer.stakes)]
        yield "Who owns how much of whom: the median, and 90 % of futures", [each for each in told if each]
    colours = sorted(answer.traced.colours, key=lambda each: -each.paid.centre)[:MOST_SENTENCES]
    traced = replace(answer.traced, colours=tuple(each for each in answer.traced.colours if each in colours))
    told = [traced.tell(), rest(colours, answer.traced.colours)]
    yield f"Of each dollar put in, what came back (on {traced.paths:,} futures)", [each for each in told if each]
    if answer.reliance:
        relies = answer.reliance[:MOST_SENTENCES]
        told = [*(each.tell() for each in relies), rest(relies, answer.reliance)]
        yield "What this rests on most", [each for each in told if each]


def largest(of: Sequence[T], years: Callable[[T], ByYear]) -> list[T]:
    """Those that come to most in some year, in the order in which they were."""
    ranked = sorted(of, key=lambda each: -max(estimate.centre for _, estimate in years(each)))[:MOST_ROWS]
    kept = {id(each) for each in ranked}
    return [each for each in of if id(each) in kept]


def rest(shown: Sequence[object], of: Sequence[object]) -> str:
    """What the screen has no room for."""
    left = len(of) - len(shown)
    return f"Left out: {left} smaller. --json has all." if left else ""


SUMMARY = (
    Account.revenue,
    Line.ebitda,
    Line.net_income,
    Line.capital_spending,
    Line.free_cash_flow,
    Line.cash,
    Account.debt,
    Ratio.leverage,
    Ratio.with_not_begun,
)

ALONE = {Ratio.with_not_begun: "debt, commitments and leases / EBITDA,\n  with the vehicles that it sponsors"}
"""What a line is called that stands without those above which it goes on from."""

HEADINGS = {
    "income": "income, {unit} a year",
    "cash": "cash, {unit} a year",
    "tax": "tax beside the income, {unit}",
    "balance": "balance at the end of the year, {unit}",
    "bound": "bound to pay, at the end of the year, {unit}",
    "ratios": "cover and leverage",
}


def statements(accounts: PartyAccounts, console: Console, *, is_whole: bool) -> Iterator[tuple[str, Parts]]:
    """The statements of a party, each with its title; or one table of the lines that matter most."""
    found = {section: accounts.of(section) for section in HEADINGS}
    # One scale for a party: its statements are read side by side.
    amounts_of = (lines.items() for lines in found.values())
    scale = scale_of_years(years for lines in amounts_of for line, years in lines if not isinstance(line, Ratio))
    if not is_whole:
        together = {line: years for lines in found.values() for line, years in lines.items() if line in SUMMARY}
        found, headings = {"all": together}, {"all": "{unit} a year, or at its end"}
    else:
        headings = HEADINGS
    called: Mapping[Any, str] = {} if is_whole else ALONE
    for section, lines in found.items():
        rows = [
            Row(
                folded(called.get(line, line.value), 36),
                *amounts(years, 1.0 if isinstance(line, Ratio) else scale.size),
            )
            for line, years in lines.items()
        ]
        if rows:
            yield f"{accounts.party}: {headings[section].format(unit=scale.unit)}", fitted(rows, ("±",), console)


def flows(between: Sequence[FlowsBetween], scale: Scale, console: Console, remark: str = "") -> Parts:
    """Who pays whom."""
    rows = [Row(f"{each.payer}\n  → {each.payee}", *amounts(each.years, scale.size)) for each in between]
    return fitted(rows, ("±",), console, remark)


def commitments(bound: Sequence[Commitment], scale: Scale, console: Console, remark: str = "") -> Parts:
    """What is locked in, and whether it is filled."""
    rows = []
    for each in bound:
        years, after = amounts(each.remaining, scale.size)
        short = unused = "–"
        if each.short is not None and each.shortfall is not None:
            short = f"{hundredths(each.short.share)} %\n± {give_or_take(100 * each.short.error)}"
            unused = _mean(each.shortfall, scale.size)
        contract = each.contract.removeprefix("deals.")
        rows.append(Row(f"{each.payer} → {each.payee}\n  {contract}", years, (*after, short, unused)))
    return fitted(rows, ("±", "ever short", "beyond need,\non average"), console, remark)


def footing(lab: Footing, console: Console) -> Parts:
    """How a lab stands."""
    scale = scale_of_years([lab.cash])
    rows = [
        Row(f"cash, {scale.unit}", *amounts(lab.cash, scale.size)),
        Row("months that its cash lasts,\n  where it stands", *amounts(lab.runway, 1.0)),
        Row("less than 6 months,\n  of futures where it stands, %", *_shares(lab.tight)),
        Row("has failed, % of futures", *_shares(lab.failed)),
    ]
    is_endless = any(math.isinf(each.high) for _, each in lab.runway)
    remark = "∞: it takes in more than it spends, or has cash for a century." if is_endless else ""
    return fitted(rows, ("±",), console, remark)


def losses(by_one: Sequence[Loss], console: Console) -> Parts:
    """What others lose by the failure of one party: a row for each holder and contract."""
    if not by_one:
        return ["Nobody loses by it.\n"]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    scale = scale_of_table(each.where_it_fails.centre for each in by_one)
    table.add_column(f"lost where it fails, {scale.unit}", no_wrap=True)
    columns = [what for what in Lost if any(each.what is what for each in by_one)]
    for what in columns:
        table.add_column({"shares": "shares, at cost", "to come": "still to come"}.get(what, what), justify="right")
    for holder, contract in dict.fromkeys((each.holder, each.contract) for each in by_one):
        cells = {
            each.what: _mean(each.where_it_fails, scale.size)
            for each in by_one
            if (each.holder, each.contract) == (holder, contract)
        }
        name = folded(f"{holder}\n  {contract.removeprefix('deals.')}", console.width // 3)
        table.add_row(name, *(cells.get(what, "") for what in columns))
    return [table, ""]


def reports(held: Sequence[Held], console: Console) -> Table:
    """Each report beside what the futures said, and what naive forecasts did."""
    table = _of_quantities("reported", "median", "nine in ten", "below it", "no change", "trend")
    for before, each in zip([None, *held], held, strict=False):
        if before is None or before.quantity != each.quantity:
            table.add_row(folded(each.quantity, console.width // 3))
        low, median, high, *naive = (
            # The unit stands once in a row.
            each.shown(amount).removesuffix(each.unit.shown).strip()
            for amount in (each.futures.low, each.futures.centre, each.futures.high, each.no_change, each.trend)
        )
        magnitude = high.lstrip("0123456789.,e+-")
        shown = f"{low.removesuffix(magnitude) if magnitude else low} to {high}"
        table.add_row(
            f"  {each.period}", each.shown(each.reported), median, shown, f"{hundredths(each.pit.share)} %", *naive
        )
    return table


def scores(of_each: Sequence[Score], console: Console) -> Table:
    """How well each quantity was foreseen."""
    table = _of_quantities("reports", "in half", "in nine\nof ten", "futures off by", "±", "no change", "trend")
    for each in of_each:
        off, error, *naive = (
            each.shown(amount).removesuffix(each.unit.shown).strip()
            for amount in (each.crps, each.error, each.no_change, each.trend)
        )
        name = folded(each.quantity, console.width // 4)
        counts = (str(each.reports), str(each.in_half), str(each.in_nine))
        table.add_row(name, *counts, f"{off} {each.unit.shown}".rstrip(), error, *naive)
    return table


def _of_quantities(*heads: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for head in heads:
        table.add_column(head, justify="right")
    return table


def scale_of_years(rows: Iterable[ByYear]) -> Scale:
    """The scale for the amounts of a table."""
    return scale_of_table(each.centre for years in rows for _, each in years)


def _mean(estimate: Estimate, unit: float) -> str:
    """A mean with its error, and under it 90 % of futures."""
    mean = f"{amount(estimate.centre, unit)} ± {give_or_take(estimate.error / unit)}"
    return f"{mean}\n{_range(estimate, unit)}".rstrip()


def amounts(years: ByYear, unit: float) -> tuple[tuple[tuple[int, str], ...], tuple[str]]:
    """A cell for each year, and the largest error."""
    cells = tuple((year, f"{amount(each.centre, unit)}\n{_range(each, unit)}".rstrip()) for year, each in years)
    return cells, (_largest([each.error for _, each in years if math.isfinite(each.centre)], unit),)


def _shares(years: SharesByYear) -> tuple[tuple[tuple[int, str], ...], tuple[str]]:
    cells = tuple((year, hundredths(each.share)) for year, each in years)
    return cells, (_largest([each.error for _, each in years], 0.01),)


def _largest(errors: Iterable[float], unit: float) -> str:
    """The largest error of a row; one that is not known counts only where none is."""
    found = list(errors)
    if not found:
        return "–"
    return give_or_take(max((error / unit for error in found if not math.isnan(error)), default=math.nan))


def fitted(rows: Sequence[Row], after: Sequence[str], console: Console, remark: str = "") -> Parts:
    """The table with as many of the years as the screen is wide enough for: all, or every second, and so on."""
    years = [year for year, _ in rows[0].years]
    for step in range(1, len(years) + 1):
        shown = years[::step] if (len(years) - 1) % step == 0 else [*years[::step], years[-1]]
        table = _table(rows, shown, after, console.width // 3)
        if Measurement.get(console, console.options.update(max_width=10_000), table).maximum <= console.width:
            break
    left_out = ", ".join(str(year) for year in years if year not in shown)
    return [table, *([remark] if remark else []), *([f"No room here for {left_out}."] if left_out else [])]


def _table(rows: Sequence[Row], years: Sequence[int], after: Iterable[str], widest_name: int) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for head in (*map(str, years), *after):
        table.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        cells = dict(row.years)
        table.add_row(folded(row.name, widest_name), *(cells[year] for year in years), *row.after)
    return table


def folded(name: str, width: int) -> str:
    """A name in lines no longer than this, broken behind a dot or a hyphen, never within a word."""
    lines: list[str] = []
    for line in name.splitlines():
        start = "" if line == line.lstrip() else "  "
        lines.append("")
        for part in re.findall(r"[^.\-]+[.\-]?|[.\-]", line):
            if len(lines[-1]) + len(part) > width and lines[-1].strip():
                lines.append(f"{start}  ")
            lines[-1] += part
    return "\n".join(lines)


def amount(number: float, unit: float) -> str:
    """A number in a table, in a unit."""
    if not math.isfinite(number):
        return "–" if math.isnan(number) else "∞"
    size = number / unit
    if abs(size) < 0.005:
        return "0"
    return f"{size:.2f}" if abs(size) < 0.995 else (f"{size:.1f}" if abs(size) < 9.95 else f"{size:,.0f}")


def _range(estimate: Estimate, unit: float) -> str:
    """From where to where nine futures in ten go; nothing where all of them say the same."""
    if math.isnan(estimate.low) or estimate.low == estimate.high:
        return ""
    dash = " to " if estimate.low < 0.0 else "–"
    return f"{amount(estimate.low, unit)}{dash}{amount(estimate.high, unit)}"
