"""What is printed: answers as tables for a terminal, or as one JSON document."""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from interlock.analysis.answer import BILLION, Estimate, billions, percent

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from interlock.analysis.overview import Commitment, Footing, Overview
    from interlock.analysis.trace import Trace

LEAST_WIDTH = 112
"""Columns of a screen that goes to a file or a pipe."""


def say(text: str) -> None:
    """Text, as it is, on standard output."""
    sys.stdout.write(f"{text}\n")


def note(text: str) -> None:
    """A remark on standard error."""
    sys.stderr.write(f"{text}\n")


def say_json(document: Any) -> None:
    """One JSON document and nothing else."""
    json.dump(_finite(document), sys.stdout, indent=2, ensure_ascii=False, default=str, allow_nan=False)
    sys.stdout.write("\n")


def _finite(part: Any) -> Any:
    """The document with null for what is no number: the error of a single future, say."""
    if isinstance(part, Mapping):
        return {name: _finite(each) for name, each in part.items()}
    if isinstance(part, list | tuple):
        return [_finite(each) for each in part]
    return None if isinstance(part, float) and not math.isfinite(part) else part


def say_books(titles: Mapping[str, str]) -> None:
    """The bundled books."""
    width = max(len(name) for name in titles)
    say("\n".join(f"{name:<{width}}  {title}" for name, title in titles.items()))


def say_check(title: str, grades: Mapping[str, int], remarks: Sequence[str]) -> None:
    """A book that can run, and how well its figures are known."""
    counts = ", ".join(f"{count} {grade}" for grade, count in grades.items() if count)
    say("\n".join([*remarks, f"{title}: can run. {sum(grades.values())} figures: {counts}."]))


def say_kinds(kinds: Iterable[Mapping[str, Any]]) -> None:
    """Kinds with their sentences and terms."""
    for each in kinds:
        say(f"{each['kind']} ({each['of']}): {each['about']}\n    {each['sentence']}")
        for term in each["terms"]:
            example = f", for example {term['example']}" if term["example"] else ""
            needed = "  (needed)" if term["needed"] else ""
            say(f"        {term['name']}: {term['holds']}{example}{needed}")
        say("")


def say_trace(answer: Trace) -> None:
    """Where the dollars went."""
    wide_console().print(answer.tell(), highlight=False, markup=False)


def say_overview(answer: Overview) -> None:
    """The one screen of a run."""
    console = wide_console()

    def line(text: str = "", style: str = "") -> None:
        console.print(text, style=style or None, highlight=False, markup=False)

    line(answer.title, "bold")
    ends = "; ".join(f"{percent(count / answer.paths)} {_short(outcome)}" for outcome, count in answer.outcomes)
    line(
        f"{answer.paths:,} futures of {answer.months} months, as known on {answer.as_of} (seed {answer.seed}): {ends}."
    )
    line()
    console.print(_flows(answer))
    worst = max((usd.error for flow in answer.flows for _, usd in flow.years), default=0.0)
    line(f"Sampling error of a median: at most {billions(worst) if worst > 5e7 else '0.05 B'}.", "dim")
    if answer.commitments:
        line()
        console.print(_commitments(answer.commitments))
    for lab in answer.labs:
        line()
        line(_lab(lab))
    if answer.stakes:
        line()
        line("Stakes: " + "; ".join(_stake(answer, n) for n in range(len(answer.stakes))) + ".")
    line()
    line("Of each dollar put in, what came back", "bold")
    line(answer.traced.tell())
    if answer.reliance:
        line()
        line("What this rests on most", "bold")
        for each in answer.reliance:
            line(each.tell())


def wide_console() -> Console:
    """A console as wide as the terminal; wide enough for the tables where there is none."""
    from rich.console import Console

    columns = shutil.get_terminal_size((LEAST_WIDTH, 40)).columns
    return Console(file=sys.stdout, width=max(columns, LEAST_WIDTH), soft_wrap=False)


def _table(title: str, columns: Sequence[str], names: int) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False, padding=(0, 1, 0, 0)
    )
    for n, column in enumerate(columns):
        table.add_column(column, justify="left" if n < names else "right", no_wrap=n >= names, overflow="fold")
    return table


def _flows(answer: Overview) -> Table:
    """Who pays whom: the median of each year, and under it the range of 90 % of futures."""
    table = _table(
        "Who pays whom, B USD a year: median, and under it 90 % of futures", ["", *map(str, answer.years)], 1
    )
    for flow in answer.flows:
        cells = [f"{_amount(usd.centre)}\n{_range(usd)}" for _, usd in flow.years]
        table.add_row(f"{flow.payer}\n  → {flow.payee}", *cells)
    return table


def _commitments(commitments: Sequence[Commitment]) -> Table:
    """What is locked in, and whether it is filled."""
    years = [year for year, _ in commitments[0].remaining]
    shown = [n for n in range(len(years)) if n % 2 == 0 or n == len(years) - 1][:5]
    heads = ["", *(f"end {years[n]}" for n in shown), "ever short", "for nothing"]
    table = _table("Locked in and still to be paid, whatever is used, B USD", heads, 1)
    for each in commitments:
        cells = [f"{_amount(each.remaining[n][1].centre)}\n{_range(each.remaining[n][1])}" for n in shown]
        short = unused = "–"
        if each.short is not None and each.shortfall is not None:
            short = f"{percent(each.short.centre)}\n± {100 * each.short.error:.1f}"
            unused = f"{_amount(each.shortfall.centre)}\n{_range(each.shortfall)}"
        table.add_row(f"{each.payer} → {each.payee}\n  {each.contract.removeprefix('deals.')}", *cells, short, unused)
    return table


def _lab(lab: Footing) -> str:
    """How a lab stands."""
    tight_year, tight = max(lab.tight, key=lambda each: each[1])
    cash = ", ".join(f"{year}: {billions(usd.centre)} ({_range(usd)})" for year, usd in lab.cash[:4])
    return (
        f"{lab.party}: cash at year's end {cash}. Less than half a year of runway at the end of {tight_year} in "
        f"{percent(tight)} of futures. Failed by {lab.failed[-1][0]} in {percent(lab.failed[-1][1])} "
        f"(± {100 * lab.failed_error:.1f})."
    )


def _stake(answer: Overview, n: int) -> str:
    """What one party holds of another: when it is at its height, and at the end."""
    stake = answer.stakes[n]
    year, most = max(stake.years, key=lambda each: each[1].centre)
    last_year, last = stake.years[-1]
    return (
        f"{stake.holder} holds {percent(most.centre)} of {stake.company} at the end of {year} "
        f"({100 * most.low:.1f}–{100 * most.high:.1f}), {percent(last.centre)} at the end of {last_year}"
    )


def _amount(usd: float) -> str:
    """Billions of USD in a table."""
    amount = usd / BILLION
    if abs(amount) < 0.005:
        return "0"
    return f"{amount:.2f}" if abs(amount) < 1 else (f"{amount:.1f}" if abs(amount) < 10 else f"{amount:,.0f}")


def _range(usd: Estimate) -> str:
    return f"{_amount(usd.low)}–{_amount(usd.high)}"


def _short(outcome: str) -> str:
    """An outcome as a clause."""
    return (
        outcome.replace("ran to the horizon, everybody paying what was due", "see every bill paid")
        .replace("ran to the horizon with bills unpaid", "end with bills unpaid")
        .replace("a party failed", "see a party fail")
    )
