"""What is printed: answers as tables for a terminal, or as one JSON document."""

from __future__ import annotations

import json
import math
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from interlock.cli.draw import Drawn, draw
from interlock.cli.flags import Shown

if TYPE_CHECKING:
    from rich.console import Console

    from interlock.analysis.accounts import Accounts
    from interlock.analysis.backtest import Backtest
    from interlock.analysis.losses import Losses
    from interlock.analysis.overview import Overview
    from interlock.analysis.trace import Trace


@runtime_checkable
class Told(Drawn, Protocol):
    """What can be told as a document, and drawn."""

    def to_json(self) -> dict[str, Any]:
        """The document."""


A = TypeVar("A", bound=Told)

WIDTH = 112
"""Columns of a screen that goes to a file or a pipe."""

LEAST_WIDTH = 80
"""Columns of the narrowest terminal that is heeded by tables which leave out what has no room."""


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


def say_answer(answer: A, say_it: Callable[[A], None], began: float, shown: Shown) -> None:
    """An answer as one JSON document, with the time that it took since it was asked; or as it is read."""
    if shown.as_json:
        say_json({**answer.to_json(), "timing": {"seconds": round(time.monotonic() - began, 3)}})
    else:
        say_it(answer)
    say_drawn(answer, shown)


def say_drawn(answer: Told, shown: Shown) -> None:
    """Draw what was asked for, and say where it is."""
    for path in draw(answer, shown.chart):
        note(f"Drawn in {path}.")


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
    wide_console(LEAST_WIDTH).print(answer.tell(), highlight=False, markup=False)


def say_accounts(answer: Accounts, *, is_whole: bool) -> None:
    """The statements of each party: every line, or the few that matter most."""
    from interlock.cli import tables

    console = wide_console(LEAST_WIDTH)
    life = " and ".join(f"{purpose} over {years:g} years" for purpose, years in answer.life.items())
    console.print(answer.title, style="bold", highlight=False, markup=False)
    console.print(
        f"On {answer.paths:,} futures. Amounts: the mean, so that lines add up, and under it 90 % of futures; ratios: "
        f"the median. ± is the largest standard error of sampling in the row. Written off: {life}.",
        style="dim",
        highlight=False,
        markup=False,
    )
    for accounts in answer.parties:
        for title, parts in tables.statements(accounts, console, is_whole=is_whole):
            console.print(f"\n{title}", style="bold", highlight=False, markup=False)
            for part in parts:
                console.print(part, highlight=False, markup=False) if isinstance(part, str) else console.print(part)
    if not is_whole:
        console.print("\nEvery line of one party: --party NAME", highlight=False, markup=False)


def say_losses(answer: Losses) -> None:
    """Who loses what by whose failure."""
    from interlock.cli import tables

    console = wide_console(LEAST_WIDTH)
    for failure in answer.failures:
        console.print(failure.tell(), style="bold", highlight=False, markup=False)
        for part in tables.losses(answer.of(failure.party), console):
            console.print(part)
    console.print(answer.spread(), highlight=False, markup=False)


def say_backtest(answer: Backtest) -> None:
    """A book against what came."""
    from interlock.cli import tables

    console = wide_console(LEAST_WIDTH)
    console.print(f"{answer.title}, as known on {answer.as_of}", style="bold", highlight=False, markup=False)
    legend = (
        "Below it: the share of futures below what was reported. Off by: the mean CRPS of the futures, and the mean "
        "absolute error of saying that nothing changes, or that the growth of the year before goes on."
    )
    console.print(f"Against: {answer.actuals}. {legend}", style="dim", highlight=False, markup=False)
    for table in (tables.reports(answer.held, console), tables.scores(answer.scores, console)):
        console.print()
        console.print(table)
    console.print(f"\n{answer.summary()}", highlight=False, markup=False)


def say_overview(answer: Overview) -> None:
    """The one screen of a run."""
    from interlock.cli import tables

    console = wide_console(LEAST_WIDTH)

    def line(text: str, style: str = "") -> None:
        console.print(text, style=style or None, highlight=False, markup=False)

    line(answer.title, "bold")
    line(
        f"{answer.paths:,} futures of {answer.months} months, as known on {answer.as_of} (seed {answer.seed}): "
        f"{answer.ends()}."
    )
    line(tables.LEGEND, "dim")
    for title, parts in tables.sections(answer, console):
        line(f"\n{title}", "bold")
        for part in parts:
            if isinstance(part, str):
                line(part)
            else:
                console.print(part)


def wide_console(least: int = WIDTH) -> Console:
    """A console as wide as the terminal, and wide enough for what it is to show."""
    from rich.console import Console

    columns, lines = shutil.get_terminal_size((WIDTH, 40))
    # With a height as well, or a dumb terminal is taken to have 80 columns.
    return Console(file=sys.stdout, width=max(columns, least), height=lines, soft_wrap=False)
