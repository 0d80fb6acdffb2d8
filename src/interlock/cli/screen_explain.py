"""One path on the screen: what happened and the years, or month after month every line and everybody's cash."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from interlock.cli.screen import wide_console
from interlock.ground.amounts import flop, h100e, share, usd
from interlock.ground.months import name_of
from interlock.ground.scale import Scale, scale_of
from interlock.ground.units import HOURS_PER_MONTH

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from interlock.analysis.explain import Explanation
    from interlock.engine.ledger import Balance, Line, Sales

UNUSUAL = 8
"""Draws that are shown."""

NAMES = 44
"""Columns of the screen for contract, payer and payee."""


def say_explanation(answer: Explanation) -> None:
    """One path: its summary, or the months, party or contract that were asked for."""
    console = wide_console()
    amounts = [line.due for line in answer.lines] + [each.closing for each in answer.balances]
    scale = scale_of([*amounts, *(each.opening for each in answer.balances)])
    _say(console, f"Path {answer.path} of {answer.title} (seed {answer.seed})", "bold")
    _say(console, f"{answer.ending[:1].upper()}{answer.ending[1:]}")
    if answer.asked.is_everything:
        _say_summary(console, answer, scale)
    else:
        for month in range(answer.asked.first, answer.asked.last + 1):
            _say_month(console, answer, month, scale)


def _say(console: Console, text: str = "", style: str = "") -> None:
    console.print(text, style=style or None, highlight=False, markup=False)


def _table(title: str, columns: Sequence[tuple[str, str]]) -> Table:
    """A table; each column has a heading and a side."""
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False, padding=(0, 1, 0, 0)
    )
    for heading, side in columns:
        is_number = side == "right"
        table.add_column(heading, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    return table


def _say_summary(console: Console, answer: Explanation, scale: Scale) -> None:
    """Unusual draws, what happened, and the years."""
    from rich.text import Text

    _say(console)
    heads = ("figure", "drawn", "median", "")
    draws = _table("Its draws that are furthest from their medians", [(head, "left") for head in heads])
    draws.columns[0].no_wrap = True
    for draw in answer.draws[:UNUSUAL]:
        draws.add_row(Text(draw.address), draw.text, draw.median_text, draw.tell())
    if answer.draws:
        console.print(draws)
    told = _table("What happened", [("", "left"), ("", "left"), (f"due, {scale.unit}", "right"), ("paid", "right")])
    for entry in answer.summary():
        until = "" if entry.until == entry.month else f"\nto {name_of(entry.until)}"
        amounts = ("" if amount is None else scale.shown(amount) for amount in (entry.due, entry.paid))
        told.add_row(f"{name_of(entry.month)}{until}", Text(entry.text), *amounts)
    console.print(told)
    years = sorted({line.month // 12 for line in answer.lines} | {each.month // 12 for each in answer.balances})
    columns = [("", "left"), *((str(year), "right") for year in years)]
    by_leg = answer.paid_by_year()
    coarse = scale_of(usd for by_year in by_leg.values() for usd in by_year.values()).larger()
    paid = _table(f"Paid, {coarse.unit} a year", columns)
    for (contract, payer, payee, leg), by_year in sorted(by_leg.items()):
        if any(by_year.values()):
            name = Text(f"{contract.removeprefix('deals.')} {leg}\n  {payer} → {payee}")
            paid.add_row(name, *(coarse.coarsely(by_year.get(year, 0.0)) for year in years))
    console.print(paid)
    ends = {(each.party, each.month // 12): each.closing for each in answer.balances}
    cash = _table(f"Cash at year's end, {coarse.unit}", columns)
    for party in dict.fromkeys(each.party for each in answer.balances):
        cash.add_row(Text(party), *(coarse.coarsely(ends[party, year]) for year in years))
    console.print(cash)
    levels = {(each.driver, each.month // 12): each for each in answer.levels}
    drivers = _table("Drivers at year's end", columns)
    for driver in dict.fromkeys(each.driver for each in answer.levels):
        unit = levels[driver, years[0]].unit
        texts = (levels[driver, year].text.removesuffix(unit).strip() for year in years)
        drivers.add_row(Text(f"{driver}{f', {unit}' if unit else ''}"), *texts)
    if answer.levels:
        console.print(drivers)
    if answer.prices:
        console.print(_prices(answer, years, columns))


def _prices(answer: Explanation, years: Sequence[int], columns: Sequence[tuple[str, str]]) -> Table:
    """What compute costs by the hour."""
    from rich.text import Text

    asked = {(each.market, each.month // 12): each.price / HOURS_PER_MONTH for each in answer.prices}
    prices = _table("Markets at year's end", columns)
    for market in dict.fromkeys(each.market for each in answer.prices):
        prices.add_row(Text(f"{market}, USD/H100e-hour"), *(f"{asked[market, year]:.4g}" for year in years))
    return prices


def _say_month(console: Console, answer: Explanation, month: int, scale: Scale) -> None:
    """One month: what happened, the world, every line, everybody's cash."""
    _say(console)
    _say(console, name_of(month), "bold")
    for happening in answer.happenings:
        if happening.month == month:
            _say(console, f"• {happening.text}")
    levels = [f"{each.driver} {each.text}" for each in answer.levels if each.month == month]
    if levels:
        _say(console, f"Drivers: {', '.join(levels)}", "dim")
    for price in answer.prices:
        if price.month == month:
            _say(console, f"Market {price.text}", "dim")
    for each in answer.sales:
        if each.month == month and each.wanted > 0.0:
            _say(console, _sales(each))
    lines = [line for line in answer.lines if line.month == month]
    if lines:
        console.print(_lines(lines, scale))
    balances = [each for each in answer.balances if each.month == month]
    if balances:
        console.print(_balances(balances, scale))


def _lines(lines: Sequence[Line], scale: Scale) -> Table:
    """Every leg: what it came to, and why."""
    from rich.text import Text

    table = _table("", [("", "left"), (f"due, {scale.unit}", "right"), ("paid", "right"), ("why", "left")])
    table.columns[0].width, table.show_lines = NAMES, False
    for line in lines:
        leg = line.leg
        name = f"{leg.contract.removeprefix('deals.')} {leg.name or leg.purpose}\n  {leg.payer} → {leg.payee}"
        table.add_row(Text(name), scale.shown(line.due), scale.shown(line.paid), Text(line.cause))
    return table


def _balances(balances: Sequence[Balance], scale: Scale) -> Table:
    """Everybody's cash; the last digit of what was paid is such that a line adds up as it is printed."""
    from rich.text import Text

    heads = (f"opening, {scale.unit}", "+ received", "- paid", "= closing", "floor", "free cash")
    table = _table("", [("cash", "left"), *((head, "right") for head in heads)])
    for each in balances:
        shown = [scale.shown(usd) for usd in (each.opening, each.received, each.paid, each.closing)]
        if isfinite(each.closing):
            paid = sum(map(scale.tenths, (each.opening, each.received, -each.closing)))
            shown[2] = f"{paid / 10:,.1f}"
        table.add_row(Text(each.party), *shown, scale.shown(each.floor), scale.shown(each.free))
    return table


def _sales(each: Sales) -> str:
    """What a lab sold."""
    served = each.served / each.wanted
    lost = "all of it served" if served >= 1.0 else f"{share(served)} of it served"
    trains = f", of which {h100e(each.training)} train: up to {flop(each.run)} a run" if each.run > 0.0 else ""
    has = [f"{share(part)} of {segment}" for segment, part in each.shares]
    stands = f" ({', '.join(has)})" if has else ""
    return (
        f"{each.party}: demand of {usd(each.wanted)}{stands}, {lost}; "
        f"it wants {h100e(each.need)} and uses {h100e(each.used)}{trains}"
    )
