"""What limits the build-out, and who wins the race, on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from rich import box
from rich.table import Table

from interlock.analysis.answer import Share, give_or_take, hundredths, real_is
from interlock.analysis.race import QUANTITIES
from interlock.cli.screen import LEAST_WIDTH, wide_console
from interlock.ground.amounts import number
from interlock.ground.months import name_of

if TYPE_CHECKING:
    from interlock.analysis.limits import Held, Limits, Tilt
    from interlock.analysis.race import Added, Race

SHORT = {"none alone": "none"}
"""Heads of columns that would be too wide."""

MOST_QUARTERS = 9
"""Columns of a table of quarters: the last of each year, or fewer; `table()` has them all."""


def say_limits(answer: Limits) -> None:
    """How long full tilt lasts, what binds when and for whom, and what more of it adds."""
    console = wide_console(LEAST_WIDTH)

    def line(text: str, style: str = "") -> None:
        console.print(text, style=style or None, highlight=False, markup=False)

    line(answer.head(), "bold")
    line(answer.tell_added())
    line(
        f"On {answer.paths:,} futures (seed {answer.seed}). Full tilt: {hundredths(answer.full)} % or more of what "
        "commitments reserve is in use. A limit binds where it is the one of which more adds most; none does where "
        "more of each adds next to nothing. ± is one standard error of sampling.",
        "dim",
    )
    line("\nWhat binds for all labs together, % of futures, on average over months", "bold")
    console.print(_table("", [*answer.whole.by_month, "±"], _binding_by_year(answer)))
    line("\nFull tilt in months (the median, and 90 % of futures), and what stops it, % of futures", "bold")
    planned = [(held, held.tilt) for held in answer.parts if held.tilt is not None]
    heads = ["months", "90 %", "to the end", *answer.whole.adds, "±"]
    console.print(_table("", heads, [_lasting(_named(held), tilt) for held, tilt in planned]))
    line("\nWhat is missing of what commitments reserve, over the run, % of it, for want of", "bold")
    missing = [_shares(_named(held), [*tilt.missing.values()]) for held, tilt in planned]
    console.print(_table("", [*answer.whole.adds, "±"], missing))
    line("\nWhat binds, % of months and futures", "bold")
    console.print(_table("", [*map(_short, answer.whole.binds), "±"], [_binding(held) for held in answer.parts]))
    line(f"\nWhat {hundredths(answer.more)} % more of each limit adds to compute in use, % of it", "bold")
    console.print(_table("", [*answer.whole.adds], [_adding(held) for held in answer.parts]))


def say_race(answer: Race) -> None:
    """The odds by quarter, what labs train on, and what deals add."""
    console = wide_console(LEAST_WIDTH)

    def line(text: str, style: str = "") -> None:
        console.print(text, style=style or None, highlight=False, markup=False)

    shown = _shown(answer.quarters)
    quarters = [answer.quarters[n] for n in shown]
    line(answer.head(), "bold")
    for text in answer.said():
        line(text)
    line(
        f"On {answer.paths:,} futures (seed {answer.seed}). In tables of compute and runs: the median. ± is the "
        "largest standard error of sampling in the row.",
        "dim",
    )
    for name, title in (("run", "largest training run"), ("effective", "largest run in effective compute")):
        line(f"\nOdds of the {title}, % of futures", "bold")
        rows = [(each.lab, [each.odds[name][n] for n in shown]) for each in answer.runners]
        if name == "run" and any(share.share > 0.0 for share in answer.nobody):
            rows.append(("nobody", [answer.nobody[n] for n in shown]))
        console.print(_table("", [*quarters, "±"], [_shares(*row) for row in rows]))
    for name, (title, unit) in QUANTITIES.items():
        line(f"\n{title[0].upper()}{title[1:]}, {unit}", "bold")
        rows_of = [(each.lab, *_amounts([each.has[name][n].centre for n in shown])) for each in answer.runners]
        console.print(_table("", quarters, rows_of))
    for added in answer.added:
        line("")
        for text in answer.tell_added(added):
            line(text)
        [among, *_] = {odds.among for by_quarter in added.odds.values() for odds in by_quarter}
        line(f"\nWhat {added.deal} adds to odds, in points; {real_is(among)}", "bold")
        console.print(_table("", [*quarters, "±"], _points(added, shown)))


Line = tuple[str, ...]


def _table(first: str, heads: Sequence[str], rows: Sequence[Line]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=True)
    for head in heads:
        table.add_column(_short(head), justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def _short(head: str) -> str:
    return SHORT.get(head, head)


def _named(held: Held) -> str:
    return held.party if held.party == "all labs" else f"{held.party} ({held.side})"


def _binding_by_year(answer: Limits) -> list[Line]:
    """A row for each calendar year."""
    years: dict[str, list[int]] = {}
    for n in range(answer.months):
        years.setdefault(name_of(answer.start + n)[:4], []).append(n)
    return [
        _shares(year, [_mean([by_month[n] for n in months]) for by_month in answer.whole.by_month.values()])
        for year, months in years.items()
    ]


def _mean(shares: Sequence[Share]) -> Share:
    """Over months of the same futures: its error is at most the mean of theirs."""
    return Share(float(np.mean([each.share for each in shares])), float(np.mean([each.error for each in shares])))


def _lasting(name: str, tilt: Tilt) -> Line:
    spread = f"{number(tilt.months.low)}–{number(tilt.months.high)}"
    middle = f"{number(tilt.months.centre)} ± {give_or_take(tilt.months.error)}"
    name, *shares = _shares(name, [tilt.lasts, *tilt.stopped_by.values()])
    return name, middle, spread, *shares


def _binding(held: Held) -> Line:
    return _shares(_named(held), [Share(each.centre, each.error) for each in held.binds.values()])


def _adding(held: Held) -> Line:
    parts = [(part.share, part.error) for part in held.parts.values()]
    return _named(held), *(f"{hundredths(part)} ± {give_or_take(100.0 * error)}" for part, error in parts)


def _shares(name: str, shares: Sequence[Share]) -> Line:
    """Shares in per cent, and the largest of their errors."""
    worst = max((each.error for each in shares if each.share > 0.0), default=0.0)
    return name, *(hundredths(each.share) for each in shares), give_or_take(100.0 * worst)


def _amounts(amounts: Sequence[float]) -> Line:
    return tuple(
        f"{amount:.2g}".replace("e+", "e") if amount >= 1e15 else number(_digits(amount)) for amount in amounts
    )


def _digits(amount: float) -> float:
    """In three digits."""
    return float(f"{amount:.3g}")


def _points(added: Added, shown: Sequence[int]) -> list[Line]:
    rows = []
    for lab, odds in added.odds.items():
        cells = [
            f"{'+' if odds[n].difference > 0.0 else ''}{hundredths(odds[n].difference)}{'*' if odds[n].is_real else ''}"
            for n in shown
        ]
        worst = max(odds[n].difference_error for n in shown)
        rows.append((lab, *cells, give_or_take(100.0 * worst)))
    return rows


def _shown(quarters: Sequence[str]) -> list[int]:
    """The last quarter of each year, and the first of all; every second year, and so on, where they are too many."""
    ends = [n for n, quarter in enumerate(quarters) if quarter.endswith("Q4") or n == len(quarters) - 1]
    step = -(-len(ends) // (MOST_QUARTERS - 1))
    return sorted({0, *ends[::-1][::step]})
