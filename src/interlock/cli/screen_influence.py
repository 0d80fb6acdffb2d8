"""On the screen: who depends on whom, what is lost without whom, and which figures matter most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from interlock.analysis.answer import Against, Share, SharesByYear, give_or_take, hundredths, real_is
from interlock.analysis.influence import Relation
from interlock.analysis.matrix import Loss
from interlock.analysis.removals import AtStake
from interlock.cli.screen import LEAST_WIDTH, wide_console
from interlock.cli.tables import amount, folded
from interlock.ground.scale import scale_of_table

if TYPE_CHECKING:
    from rich.console import Console

    from interlock.analysis.drawn_inputs import Moved
    from interlock.analysis.influence import Dependence, Influence
    from interlock.analysis.matrix import Matrix
    from interlock.analysis.removals import Removals
    from interlock.analysis.sensitivity import Figured, Sensitivity
    from interlock.ground.indices import Index

MOST_ROWS = 15
"""Of a table on the screen; --json has all."""

LEAST = 0.005
"""A share that is smaller is not on the screen."""

DEPENDS = {
    Relation.funds: "Funded by, % of all equity, loans and advances that it gets",
    Relation.compute: "Rents compute of, % of the H100e-months that it uses",
    Relation.supplies: "Supplied by, % of what it pays for compute, chips, sites and power",
    Relation.sales: "Sells to, % of its sales",
    Relation.owners: "Held by, % of its shares at the end of {until}",
}


def say_influence(answer: Influence) -> None:
    """Who depends on whom."""
    console = wide_console(LEAST_WIDTH)
    line = _printer(console)
    line(answer.head(), "bold")
    line(
        f"On {answer.paths:,} futures (seed {answer.seed}), all years together. ± is one standard error of sampling. "
        "a ← b: a depends on b. Through: directly or through others. --json has all.",
        "dim",
    )
    for relation, title in DEPENDS.items():
        rows = [each for each in answer.of(relation) if each.share >= LEAST]
        if rows:
            line(f"\n{title.format(until=answer.until)}", "bold")
            console.print(_dependences(rows, console))
            if len(rows) > MOST_ROWS:
                line(f"Left out: {len(rows) - MOST_ROWS} smaller.")
    few = [each for each in answer.concentration if max((of.centre for _, of in each.years), default=0.0) >= LEAST]
    if few:
        line("\nConcentration, from 0 (a crowd) to 1 (a single one): the mean of futures", "bold")
        rows_by_year = [
            (f"{each.of} of {each.party}", [(y, f"{of.centre:.2f}") for y, of in each.years]) for each in few
        ]
        console.print(_by_year(rows_by_year, console))
    if answer.weaning:
        line("\nWhat its largest customer makes of a cloud's sales and backlog, % (of what the book knows)", "bold")
        both = [
            (f"{each.customer} of {each.cloud}'s {what}", _percents(years))
            for each in answer.largest_customers()
            for what, years in (("sales", each.sales), ("backlog", each.backlog))
            if years
        ]
        console.print(_by_year(both, console))


def say_removals(answer: Removals) -> None:
    """What is lost without each of them."""
    console = wide_console(LEAST_WIDTH)
    line = _printer(console)
    among = next((each.number.among for each in answer.removed), 1)
    line(f"On {answer.paths:,} futures (seed {answer.seed}), with and without. {real_is(among)}.", "dim")
    titles = {
        AtStake.sales: "sales, {unit}",
        AtStake.compute: "compute, {unit}H100e-months",
        AtStake.cash: "cash at the end, {unit}",
        AtStake.fails: "fails, points",
    }
    for name in answer.names:
        line(f"\n{answer.without(name)}", "bold")
        rows = answer.of(name)
        table = _table("")
        scales = {
            measure: scale_of_table(abs(each.number.difference) for each in rows if each.measure is measure)
            for measure in AtStake
        }
        shown = [measure for measure in AtStake if any(each.measure is measure for each in rows)]
        for measure in shown:
            scale = scales[measure]
            unit = f"{scale.sign} ".lstrip() if measure is AtStake.compute else scale.unit
            table.add_column(titles[measure].format(unit=unit), justify="right", no_wrap=True)
        largest = {m: max(abs(each.number.difference) for each in rows if each.measure is m) for m in shown}
        for party in dict.fromkeys(each.party for each in rows):
            here = {each.measure: each.number for each in rows if each.party == party}
            if any(abs(number.difference) > 1e-3 * largest[m] for m, number in here.items()):
                sizes = (0.01 if m is AtStake.fails else scales[m].size for m in shown)
                cells = (_change(here.get(m), size) for m, size in zip(shown, sizes, strict=True))
                table.add_row(folded(party, console.width // 3), *cells)
        if shown:
            console.print(table)
    line("")
    line(answer.tell().splitlines()[-1], "dim")


def say_sensitivity(answer: Sensitivity) -> None:
    """On which figures an output rests."""
    console = wide_console(LEAST_WIDTH)
    line = _printer(console)
    line(answer.head(), "bold")
    for sentence in answer.said():
        line(sentence)
    line(
        f"On {answer.paths:,} futures (seed {answer.seed}). ± is one standard error of sampling; --json has all "
        "figures, and intervals of 95 %.",
        "dim",
    )
    if answer.moved:
        line("\nMoved: the mean of the output where it is low, and high; its part of the variance, %", "bold")
        console.print(_moved(answer.moved, answer, console))
    shown = answer.figures[:MOST_ROWS]
    if shown and answer.deviation > 0.0:
        line("\nEvery figure alone: its part of the variance, %, which would be gone if it were known", "bold")
        console.print(_figures(shown, console))
        if len(answer.figures) > len(shown):
            line(f"Left out: {len(answer.figures) - len(shown)} smaller.")


MATRIX = {
    Loss.lost: "Row fails, column loses: claims, shares and cover, {unit}",
    Loss.sales: "Row fails, column loses: sales by {until}, {unit}",
    Loss.fails: "Row fails, column fails more often: points by {until}",
}


def say_matrix(answer: Matrix) -> None:
    """Who loses by whose failure."""
    console = wide_console(LEAST_WIDTH)
    line = _printer(console)
    line(answer.head(), "bold")
    for sentence in answer.said():
        line(sentence)
    among = next((each.number.among for each in answer.cells), 1)
    line(
        f"On {answer.paths:,} futures (seed {answer.seed}), each row against the same futures without; all fail in "
        f"{answer.month}. {real_is(among)}; ± is the largest error of the row.",
        "dim",
    )
    for measure, title in MATRIX.items():
        cells = [each for each in answer.of(measure) if each.loses in answer.parties]
        scale = scale_of_table(abs(each.number.difference) for each in cells)
        size, unit = (0.01, "") if measure is Loss.fails else (scale.size, scale.unit)
        line(f"\n{title.format(unit=unit, until=answer.until)}", "bold")
        table = _table("fails in turn")
        for party in answer.parties:
            table.add_column(folded(party, 10), justify="right", no_wrap=True)
        table.add_column("±", justify="right", no_wrap=True)
        for fails in answer.parties:
            row = [answer.cell(fails, loses, measure) for loses in answer.parties]
            error = max((each.number.difference_error for each in row if each is not None), default=0.0)
            shown = ("" if each is None else _bare(each.number, size) for each in row)
            table.add_row(folded(fails, 20), *shown, give_or_take(error / size))
        console.print(table)
    line("")
    for text in answer.conventions():
        line(text, "dim")


def _dependences(rows: Sequence[Dependence], console: Console) -> Table:
    table = _table("")
    has_through = any(each.through is not None for each in rows)
    table.add_column("directly", justify="right", no_wrap=True)
    if has_through:
        table.add_column("through", justify="right", no_wrap=True)
    for each in rows[:MOST_ROWS]:
        cells = [_share(each.direct)] + ([_share(each.through)] if has_through else [])
        table.add_row(folded(f"{each.party} ← {each.on}", console.width // 2), *cells)
    return table


def _by_year(rows: Sequence[tuple[str, Sequence[tuple[int, str]]]], console: Console) -> Table:
    """A row for each, with as many years as there is room for."""
    years = sorted({year for _, cells in rows for year, _ in cells})
    step = max(1, -(-len(years) * 8 // (console.width * 2 // 3)))
    shown = sorted({*years[::step], years[-1]})
    table = _table("")
    for year in shown:
        table.add_column(str(year), justify="right", no_wrap=True)
    for name, cells in rows:
        known = dict(cells)
        table.add_row(folded(name, console.width // 3), *(known.get(year, "–") for year in shown))
    return table


def _moved(moved: Iterable[Moved], answer: Sensitivity, console: Console) -> Table:
    table = _table("")
    for head in ("low", "high", "alone", "with others"):
        table.add_column(head, justify="right", no_wrap=True)
    for each in moved:
        ends = (each.low, each.high)
        shown = ("" if end is None else answer.shown(end.value, end.error) for end in ends)
        table.add_row(folded(each.name, console.width // 3), *shown, _index(each.first), _index(each.total))
    return table


def _figures(figures: Iterable[Figured], console: Console) -> Table:
    table = _table("")
    for head in ("", "grade", "as written"):
        if head:
            table.add_column(head, no_wrap=head == "grade")
    table.add_column("alone", justify="right", no_wrap=True)
    for each in figures:
        table.add_row(folded(each.address, console.width // 3), each.grade, each.text, _index(each.alone))
    return table


def _table(first: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=True)
    return table


def _printer(console: Console) -> Callable[..., None]:
    def line(text: str, style: str = "") -> None:
        console.print(text, style=style or None, highlight=False, markup=False)

    return line


def _percents(years: SharesByYear) -> list[tuple[int, str]]:
    return [(year, hundredths(share.share)) for year, share in years]


def _share(share: Share | None) -> str:
    return "" if share is None else f"{hundredths(share.share)} ± {give_or_take(100.0 * share.error)}"


def _index(index: Index) -> str:
    return f"{hundredths(index.share)} ± {give_or_take(100.0 * index.error)}"


def _change(number: Against | None, size: float) -> str:
    if number is None:
        return "0  "
    return f"{_signed(number, size)} ± {give_or_take(number.difference_error / size)}{' *' if number.is_real else '  '}"


def _bare(number: Against, size: float) -> str:
    return f"{_signed(number, size, '')}{'*' if number.is_real else ' '}"


def _signed(number: Against, size: float, plus: str = "+") -> str:
    said = amount(abs(number.difference), size)
    return said if said == "0" else f"{'-' if number.difference < 0.0 else plus}{said}"
