"""Two worlds side by side on the screen: a number in each, how far they are apart, and whether chance would do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from interlock.analysis.answer import Against, give_or_take, hundredths, real_is
from interlock.analysis.compare import SHARES, Headline, Row
from interlock.analysis.effects import Effect
from interlock.analysis.stress import Row as Effected
from interlock.cli.screen import LEAST_WIDTH, wide_console
from interlock.cli.tables import amount, folded
from interlock.ground.scale import Scale, scale_of_table

if TYPE_CHECKING:
    from rich.console import Console

    from interlock.analysis.breaking import BreakingPoint
    from interlock.analysis.compare import Comparison
    from interlock.analysis.stress import Stress

LEGEND = "± is one standard error of sampling, that of a difference future by future"

PERCENT = Scale("%", 0.01)

NEVER_MIND = 1e-3
"""Of the largest effect of a stress of its kind: less is not on the screen, though it stands in the table."""

TITLES = {
    Headline.fails: "Has failed by the end, % of futures",
    Headline.pays: "Who pays whom, {unit}",
    Headline.lowest_cash: "Lowest cash at any year's end, {unit}",
    Headline.beyond_need: "Paid beyond need, {unit}",
    Headline.came_back: "Came back to who put it in, % of the dollars (on {traced:,} futures)",
}


@dataclass(frozen=True)
class Line:
    """One row of a table of two worlds."""

    name: str
    first: float
    first_error: float
    found: Against


def say_comparison(answer: Comparison) -> None:
    """Each world against the first."""
    console = wide_console(LEAST_WIDTH)

    def line(text: str, style: str = "") -> None:
        console.print(text, style=style or None, highlight=False, markup=False)

    for n, name in enumerate(answer.names[1:], start=1):
        line(answer.against(n), "bold")
        line(answer.chance(n))
        for headline, title in TITLES.items():
            lines = [
                Line(_name(row), here.value, here.error, found)
                for row, found in answer.differences(n)
                if row.headline is headline and _is_shown(row, answer.years) and (here := row.worlds[0]) is not None
            ]
            some = [each for each in lines if each.first != 0.0 or each.found.value != 0.0]
            if some:
                scale = PERCENT if headline in SHARES else scale_of_table(_amounts(some))
                line(f"\n{title.format(unit=scale.unit, traced=answer.traced)}", "bold")
                console.print(side_by_side(some, scale, answer.names[0], name, console))
        line("")
    line(f"{LEGEND}; {real_is(answer.among)}.", "dim")
    if answer.own_luck:
        line(answer.own_luck)


STRESSED = {
    Effect.fails: "Has failed by the end, % of futures",
    Effect.lost_by_holder: "Claims, shares and cover lost, by who loses them, {unit} (mean of all futures)",
    Effect.lost_by_hop: "The same by the hop at which the debtor fails, {unit}",
    Effect.lost: "Lost by contract, and what was still to come, {unit}",
    Effect.sales: "Sales over the run, {unit}",
    Effect.calls: "Paid by guarantors in another's place, {unit}",
    Effect.compute: "Compute delivered over the run, {unit}",
}


def say_stress(answer: Stress) -> None:
    """What a stress does, against the same futures without."""
    console = wide_console(LEAST_WIDTH)

    def line(text: str, style: str = "") -> None:
        console.print(text, style=style or None, highlight=False, markup=False)

    line(answer.head(), "bold")
    line(f"On {answer.paths:,} futures (seed {answer.seed}). {LEGEND}; {real_is(len(answer.rows))}.", "dim")
    for effect, title in STRESSED.items():
        lines = [Line(_told(row), row.without, row.without_error, row.number) for row in answer.of(effect)]
        worth_telling = NEVER_MIND * max(map(abs, _amounts(lines)), default=0.0)
        lines = [each for each in lines if max(map(abs, _amounts([each]))) > worth_telling]
        if lines:
            scale = PERCENT if effect is Effect.fails else scale_of_table(_amounts(lines))
            unit = scale.unit if effect is not Effect.compute else f"{scale.sign} H100e-months".strip()
            line(f"\n{title.format(unit=unit)}", "bold")
            console.print(side_by_side(lines, scale, "without", "with", console))
    line("")
    for text in answer.conventions:
        line(text, "dim")


def say_breaking_point(answer: BreakingPoint) -> None:
    """At which factors a party fails how often."""
    console = wide_console(LEAST_WIDTH)
    console.print(answer.tell(), style="bold", highlight=False, markup=False)
    console.print(
        f"On {answer.paths:,} futures (seed {answer.seed}), the same at every factor. ± is one standard error of "
        "sampling.",
        style="dim",
        highlight=False,
        markup=False,
    )
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("factor", justify="right", no_wrap=True)
    table.add_column(f"{answer.party} has failed, % of futures", justify="right", no_wrap=True)
    for each in answer.tried:
        table.add_row(f"{each.factor:.3g}", _with_error(each.fails.share, each.fails.error, PERCENT))
    console.print("")
    console.print(table)


def _told(row: Effected) -> str:
    """Whose number it is, in a line or two."""
    if row.effect is Effect.lost:
        failed, holder, contract, what = row.of
        return f"{holder}: {what}\n  {contract.removeprefix('deals.')} of {failed}"
    if row.effect in {Effect.calls, Effect.compute}:
        contract, one, other = row.of
        return (
            f"{one} → {other}\n  {contract.removeprefix('deals.')}"
            if row.effect is Effect.calls
            else (f"{other} → {one}\n  {contract.removeprefix('deals.')}")
        )
    return row.of[0]


def side_by_side(lines: Sequence[Line], scale: Scale, first: str, other: str, console: Console) -> Table:
    """A row for each number: in the first world, in the other, and the difference."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for head in (first, other, "difference"):
        table.add_column(folded(head, console.width // 6), justify="right", no_wrap=True)
    for each in lines:
        found = each.found
        table.add_row(
            folded(each.name, console.width // 3),
            _with_error(each.first, each.first_error, scale),
            _with_error(found.value, found.error, scale),
            f"{_with_error(found.difference, found.difference_error, scale, '+')}{' *' if found.is_real else '  '}",
        )
    return table


def _is_shown(row: Row, years: Sequence[int]) -> bool:
    """All years together, and of single ones the first, the one in the middle and the last."""
    return row.year is None or row.year in {years[0], years[len(years) // 2], years[-1]}


def _name(row: Row) -> str:
    """What the row is of; a year stands beneath its pair."""
    return row.of.removeprefix("deals.") if row.year is None else f"  in {row.year}"


def _amounts(lines: Sequence[Line]) -> list[float]:
    return [usd for each in lines for usd in (each.first, each.found.value)]


def _with_error(number: float, error: float, scale: Scale, sign: str = "") -> str:
    size = abs(number)
    said = hundredths(size) if scale is PERCENT else amount(size, scale.size)
    is_none = said == "0" or number == 0.0
    return f"{'' if is_none else '-' if number < 0.0 else sign}{said} ± {give_or_take(error / scale.size)}"
