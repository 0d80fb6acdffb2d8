"""What something is worth, on the screen: what each part earns, whether spending is ahead, and what a term does."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from interlock.analysis.answer import Estimate, Share, give_or_take, hundredths, in_dollars
from interlock.analysis.earned import Level, Return
from interlock.cli.screen import LEAST_WIDTH, wide_console
from interlock.cli.tables import MOST_ROWS, amount, folded, rest
from interlock.ground.scale import Scale, scale_of_table

if TYPE_CHECKING:
    from rich.console import Console

    from interlock.analysis.price import Price
    from interlock.analysis.returns import Returns

LEVELS = {
    Level.build_out: "All of it",
    Level.party: "By party",
    Level.deal: "By deal",
    Level.contract: "By contract",
    Level.site: "By site",
}

HEADS = (
    "put in",
    "worth at\nits start",
    "with what\nis left",
    "IRR, %;\nwith it",
    "no IRR,\n% of futures",
    "multiple",
    "paid back,\n%",
    "by",
)


def say_returns(answer: Returns) -> None:
    """What each part earns, and what is needed."""
    console = wide_console(LEAST_WIDTH)

    def line(text: str, style: str = "") -> None:
        console.print(text, style=style or None, highlight=False, markup=False)

    line(answer.head(), "bold")
    line(legend(answer), "dim")
    told = [row for row in answer.rows if row.is_worth_telling]
    for level, title in LEVELS.items():
        rows = sorted((row for row in told if row.level is level), key=lambda row: -row.put_in.centre)
        if rows:
            scale = scale_of_table(usd for row in rows for usd in (row.put_in.centre, row.npv.centre))
            line(f"\n{title}, {scale.unit} (the mean)", "bold")
            console.print(earned(rows[:MOST_ROWS], scale, console))
            if left := rest(rows[:MOST_ROWS], rows):
                line(left)
    line(
        f"\nWhat {answer.of} must sell to earn {hundredths(answer.cost_of_capital)} % a year on what it has spent",
        "bold",
    )
    console.print(needs(answer))
    line("\nIf chips last longer, or less long", "bold")
    console.print(levers(answer))


def legend(answer: Returns) -> str:
    """How to read the tables."""
    lives = " and ".join(f"{purpose} {years:g} years" for purpose, years in answer.life.items())
    rent = ""
    if answer.rent is not None:
        usd, growth = answer.rent
        rent = f", at a rent of {usd:.2f} USD/H100e-hour at the end and {hundredths(growth)} % a year from then on"
    beside = ""
    if answer.beside > 0.0:
        beside = f" Left out: {in_dollars(answer.beside)} USD of chips and buildings for what is beside the book."
    return (
        f"On {answer.paths:,} futures (seed {answer.seed}). ± is one standard error of sampling. IRR: of the mean "
        "flows, and under it with what is left. Paid back: of the futures in which anything is put in. `By`: the year "
        "in the middle of these; – is not by the end, which is not never. What "
        f"lasts: {lives}{rent}.{beside}"
    )


def earned(rows: Iterable[Return], scale: Scale, console: Console) -> Table:
    """A row for each venture."""
    table = _table(HEADS)
    for row in rows:
        whose = f"{row.of.removeprefix('deals.')}\n  for {row.party}" if row.party not in {"", row.of} else row.of
        table.add_row(
            folded(whose, console.width // 4),
            *(_usd(each, scale) for each in (row.put_in, row.npv, row.npv_with)),
            f"{_rate(row.irr, row.irr_error)}\n{_rate(row.irr_with)}",
            _share(row.no_irr),
            "–" if math.isnan(row.multiple) else f"{row.multiple:.2f}\n± {give_or_take(row.multiple_error)}",
            _share(row.paid_back),
            "–" if row.payback_year is None else str(row.payback_year),
        )
    return table


def needs(answer: Returns) -> Table:
    """A row for each year."""
    scale = scale_of_table(usd for need in answer.needs for usd in (need.needed, need.projected))
    heads = ("spent\nso far", "still to\nbe paid", "must sell", "sells", "ahead by", "ahead, %\nof futures")
    table = _table(heads, first=scale.unit)
    for need in answer.needs:
        amounts = (need.spent, need.committed, need.needed, need.projected)
        table.add_row(
            str(need.year),
            *(amount(usd, scale.size) for usd in amounts),
            _usd(need.gap, scale, " "),
            _share(need.ahead, " "),
        )
    return table


def levers(answer: Returns) -> Table:
    """A row for each life of chips."""
    scale = scale_of_table(lever.npv_with.centre for lever in answer.levers)
    table = _table(("worth with\nwhat is left", "ahead by\nat most", "ahead in"), first=f"years; {scale.unit}")
    for lever in answer.levers:
        years = lever.years_ahead
        span = "no year" if not years else f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])
        table.add_row(f"{lever.life:g}", _usd(lever.npv_with, scale, " "), _usd(lever.largest_gap, scale, " "), span)
    return table


def say_price(answer: Price) -> None:
    """At which values of a term a deal is worth signing, and what each party gains at others."""
    console = wide_console(LEAST_WIDTH)

    def line(text: str, style: str = "") -> None:
        console.print(text, style=style or None, highlight=False, markup=False)

    first, *others = answer.tell().splitlines()
    line(first, "bold")
    for other in others:
        line(other)
    left = "with" if answer.with_what_is_left else "without"
    line(
        f"On {answer.paths:,} futures (seed {answer.seed}), the same at every value and without the deal. Gains: the "
        f"mean, at {hundredths(answer.cost_of_capital)} % a year, {left} what is left at the end. ± is one standard "
        "error of sampling.",
        "dim",
    )
    scale = scale_of_table(gain.centre for each in answer.tried for gain in each.gains.values())
    table = _table((f"{party}\ngains, {scale.unit}" for party in answer.parties), first=answer.address.split(".")[-1])
    for each in answer.tried:
        table.add_row(answer.shown(each.value), *(_usd(gain, scale, " ") for gain in each.gains.values()))
    line("")
    console.print(table)


def _table(heads: Iterable[str], first: str = "") -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=True)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    return table


def _usd(estimate: Estimate, scale: Scale, between: str = "\n") -> str:
    return f"{amount(estimate.centre, scale.size)}{between}± {give_or_take(estimate.error / scale.size)}"


def _rate(rate: float, error: float | None = None) -> str:
    if math.isnan(rate):
        return "–"
    return hundredths(rate) if error is None else f"{hundredths(rate)} ± {give_or_take(100.0 * error)}"


def _share(share: Share, between: str = "\n") -> str:
    if math.isnan(share.share):
        return "–"
    return f"{hundredths(share.share)}{between}± {give_or_take(100.0 * share.error)}"
