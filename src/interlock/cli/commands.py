"""The commands, one function each: they read what they are given, ask, and hand what they get to the screen."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import cyclopts
from cyclopts import Parameter

import interlock
from interlock.cli import screen
from interlock.cli.buildout import limits, race
from interlock.cli.flags import (
    ASKED,
    DRAWS,
    FEWER,
    READING,
    SHOWN,
    TRIANGLE,
    Asked,
    Draws,
    FewerPaths,
    Json,
    Kinds,
    Paths,
    Reading,
    RunOrBook,
    Shown,
)
from interlock.cli.given import (
    progress_bar,
    read_book,
    read_kinds,
    read_life,
    read_making,
    read_run,
    refuse_changes,
    simulation,
    unhurried,
)
from interlock.cli.influence import influence, sensitivity
from interlock.cli.report import report
from interlock.cli.worlds import compare, stress
from interlock.cli.worth import price, returns

if TYPE_CHECKING:
    from interlock.engine.run import Run

app = cyclopts.App(
    name="interlock",
    help="Who pays whom, what it buys, and what comes back round the loop: the long-term deals of AI, simulated.",
    version=interlock.__version__,
    suppress_keyboard_interrupt=False,
    help_format="plaintext",
    help_epilogue="For example: interlock run nvidia-microsoft-anthropic --paths 1024",
)

app.command(compare)
app.command(limits)
app.command(race)
app.command(price)
app.command(report)
app.command(returns)
app.command(stress)
app.command(influence)
app.command(sensitivity)


@app.command
def books(*, json_: Json = False) -> None:
    """List the bundled books."""
    known = interlock.bundled()
    if json_:
        screen.say_json(known)
    else:
        screen.say_books(known)


@app.command
def new(folder: Path, /, *, from_: Annotated[str | None, Parameter(name="--from")] = None) -> None:
    """Make a starter book to edit.

    Parameters
    ----------
    folder
        A new or empty folder.
    from_
        A bundled or other book to copy.
    """
    from interlock.book.new import new_book

    with unhurried():
        new_book(folder, from_)
    screen.note(f"Made {folder}. Look at it: interlock check {folder}; run it: interlock run {folder}")


@app.command
def check(book: str = TRIANGLE, /, *, reading: Reading = READING, json_: Json = False) -> None:
    """Say everything that is wrong with a book, and how well each of its figures is known."""
    from interlock.book.check import refuse_empty
    from interlock.book.knowledge import bare_figures, grades_of

    opened = read_book(book, reading)
    refuse_empty(opened)
    grades = {str(grade): count for grade, count in grades_of(opened).items()}
    bare = bare_figures(opened)
    if json_:
        screen.say_json({"title": opened.title, "problems": [], "figures": grades, "without_grade": bare})
    else:
        screen.say_check(opened.title, grades, [str(remark) for remark in opened.remarks])


@app.command
def tell(
    book: str = TRIANGLE,
    /,
    *,
    deal: Annotated[str | None, Parameter(help="One deal of it.")] = None,
    reading: Reading = READING,
) -> None:
    """Tell a book in sentences, by date, as the engine understands it."""
    screen.say(read_book(book, reading).tell(deal))


@app.command
def run(
    book: str = TRIANGLE,
    /,
    *,
    keep: Annotated[
        tuple[str, ...], Parameter(negative=(), help="Kept month by month on every path: cash, paid; again for more.")
    ] = (),
    out: Annotated[Path | None, Parameter(help="Folder for the run; by default a new one in runs/.")] = None,
    paths: Paths = None,
    asked: Asked = ASKED,
) -> None:
    """Simulate a book, print the answers that matter, and save the run as a folder.

    A run folder in place of a book is made again, and compared with what it says was found.
    """
    from interlock.engine.folder import is_run, open_run, reproduces

    began = time.monotonic()
    if is_run(book):
        refuse_changes(book, asked.reading, asked.draws, paths, {"--keep is for": keep, "--out is for": out})
        with progress_bar() as progress:
            made = open_run(book, kinds=read_kinds(asked.reading.kinds), threads=asked.threads, progress=progress)
        same = reproduces(made, book)
        screen.note(
            f"{book} made again: {'the same numbers, bit for bit' if same else 'numbers that differ by rounding'}."
        )
        _show(made, Path(book), began, asked.shown)
        return
    opened = read_book(book, asked.reading)
    with progress_bar() as progress:
        made = interlock.simulate(opened, keep=keep, **simulation(asked, paths, progress))
    _show(made, out, began, asked.shown)


def _show(made: Run, out: Path | None, began: float, shown: Shown) -> None:
    """Print the overview of a run, and save the run."""
    simulated = time.monotonic()
    answer = interlock.overview(made)
    with unhurried():
        folder = interlock.save_run(made, out)
    if shown.as_json:
        timing = {"simulation_seconds": round(simulated - began, 3), "seconds": round(time.monotonic() - began, 3)}
        screen.say_json(
            {**answer.to_json(), "folder": str(folder), "identity": made.provenance.identity, "timing": timing}
        )
    else:
        screen.say_overview(answer)
    screen.say_drawn(answer, shown)
    screen.note(f"Saved in {folder}. Follow the dollars: interlock trace {folder}")


@app.command
def trace(
    book: RunOrBook = TRIANGLE,
    /,
    *,
    of: Annotated[str | None, Parameter(help="Only the dollars of this party or contract.")] = None,
    incremental: Annotated[
        bool, Parameter(negative=(), help="Also the financier's revenue without each contract: a run for each.")
    ] = False,
    followed: Annotated[
        int | None,
        Parameter(help="Futures on which dollars are followed: 1,024, fewer in large books."),
    ] = None,
    paths: FewerPaths = None,
    asked: Asked = ASKED,
) -> None:
    """Where a financed dollar went, and how much of it came back."""
    began = time.monotonic()
    with progress_bar() as progress:
        made = read_run(book, asked, paths, progress, FEWER)
    answer = interlock.trace(made, of=of, incremental=incremental, paths=followed)
    screen.say_answer(answer, screen.say_trace, began, asked.shown)


@app.command
def accounts(
    book: RunOrBook = TRIANGLE,
    /,
    *,
    party: Annotated[str | None, Parameter(help="Only this party, with every line.")] = None,
    life: Annotated[
        tuple[str, ...], Parameter(negative=(), help="Years of write-off: chips=6, construction=20; again for more.")
    ] = (),
    running: Annotated[
        float | None, Parameter(help="Of the rent of capacity that is let again, what it takes to run it, from 0 to 1.")
    ] = None,
    paths: Annotated[
        int | None, Parameter(help=f"Futures whose books are kept, of a run the first: {FEWER:,} unless said.")
    ] = None,
    draws: Draws = DRAWS,
    reading: Reading = READING,
    shown: Shown = SHOWN,
) -> None:
    """Income, cash, balance, cover and leverage of every party."""
    from interlock.analysis.accounts import accounts_of
    from interlock.engine.folder import is_run

    began = time.monotonic()
    years = read_life(life)
    opened, made = read_making(book, None if is_run(book) else paths, draws, reading, FEWER)
    kept = min(FEWER if paths is None else paths, made.paths)
    answer = accounts_of(opened, made, party, life=years, running=running, paths=kept)
    screen.say_answer(answer, partial(screen.say_accounts, is_whole=party is not None), began, shown)


@app.command
def losses(
    book: RunOrBook = TRIANGLE,
    /,
    *,
    paths: Paths = None,
    asked: Asked = ASKED,
) -> None:
    """When a party fails, who loses what, under which contract, and how far it spreads."""
    began = time.monotonic()
    with progress_bar() as progress:
        answer = interlock.losses(read_run(book, asked, paths, progress))
    screen.say_answer(answer, screen.say_losses, began, asked.shown)


@app.command
def backtest(
    book: RunOrBook = TRIANGLE,
    /,
    *,
    actuals: Annotated[
        str | None, Parameter(help="What was reported later: a file, or a name in the book's folder `actuals`.")
    ] = None,
    paths: Paths = None,
    asked: Asked = ASKED,
) -> None:
    """A book of an earlier date, held against what was reported later."""
    from interlock.analysis.backtest import backtest_of

    began = time.monotonic()
    opened, made = read_making(book, paths, asked.draws, asked.reading)
    with progress_bar() as progress:
        answer = backtest_of(opened, made, actuals, asked.threads, progress)
    screen.say_answer(answer, screen.say_backtest, began, asked.shown)


@app.command
def explain(
    book: RunOrBook = TRIANGLE,
    /,
    *,
    path: Annotated[int, Parameter(help="The number of the future, from 0.")],
    month: Annotated[str | None, Parameter(help="Only this month (2027-06), or these (2027-01..2027-12).")] = None,
    party: Annotated[str | None, Parameter(help="Only this party.")] = None,
    contract: Annotated[str | None, Parameter(help="Only this contract, by its address.")] = None,
    draws: Draws = DRAWS,
    reading: Reading = READING,
    shown: Shown = SHOWN,
) -> None:
    """One path as a ledger, month by month, with causes."""
    from interlock.analysis.explain import explain_path
    from interlock.cli.screen_explain import say_explanation
    from interlock.engine.folder import is_run, read_recipe

    began = time.monotonic()
    if is_run(book):
        refuse_changes(book, reading, draws)
        answer = explain_path(*read_recipe(book, kinds=read_kinds(reading.kinds)), path, month, party, contract)
    else:
        asked: Any = {"path": path, "month": month, "party": party, "contract": contract}
        answer = interlock.explain(read_book(book, reading), **asked, **draws.said())
    screen.say_answer(answer, say_explanation, began, shown)


@app.command
def schema(*, kinds: Kinds = ()) -> None:
    """Print the JSON Schema of a book, with which editors complete and check it."""
    from interlock.book.schema import book_schema

    screen.say_json(book_schema(read_kinds(kinds)))


@app.command
def kinds(*names: str, own: Kinds = (), json_: Json = False) -> None:
    """Print the kinds of contract and of driver, with their sentences and terms."""
    from interlock.book.tell import sentence_of
    from interlock.cli.kinds import described

    found = described(read_kinds(own), names, sentence_of)
    if json_:
        screen.say_json(found)
    else:
        screen.say_kinds(found)
