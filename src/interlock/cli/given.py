"""What the flags that many commands share mean: the book, its scenarios and settings, kinds of one's own, progress."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import interlock
from interlock.cli.flags import DRAWS, MANY, Asked, Draws, Reading
from interlock.ground.errors import ArgumentError
from interlock.ground.units import RatePerYear, SignedUsd, Unit

if TYPE_CHECKING:
    from interlock.book.book import Book
    from interlock.engine.provenance import Provenance
    from interlock.engine.run import Run

Progress = Callable[[int, int], None] | None

INTERRUPTED = 130
"""The exit code of what was interrupted."""

UNFINISHED = "runs/unfinished"
"""The folder for what is found of a question of many runs, until it is answered."""

PATIENCE = 2.0
"""Seconds after which progress is shown."""


def read_kinds(named: Sequence[str]) -> tuple[Any, ...]:
    """Every known kind of contract, and those named as MODULE:NAME. Raises ArgumentError."""
    return (*interlock.KINDS, *(_kind(name) for name in named))


def _kind(name: str) -> type[Any]:
    module, colon, attribute = name.partition(":")
    if not colon or not attribute:
        raise ArgumentError(f"--kinds {name}: write MODULE:NAME, for example my_kinds:Lease")
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except ImportError as problem:
        raise ArgumentError(f"--kinds {name}: module '{module}' cannot be imported: {problem}") from None
    except AttributeError:
        raise ArgumentError(f"--kinds {name}: module '{module}' has no '{attribute}'") from None
    if not (isinstance(found, type) and issubclass(found, interlock.Contract)):
        raise ArgumentError(f"--kinds {name}: '{attribute}' is not a class of interlock.Contract")
    return found


def read_book(book: str, reading: Reading) -> Book:
    """The book, under its scenarios and with its figures set. Raises BookError and ArgumentError."""
    from interlock.book.amend import parse_setting

    opened = interlock.open_book(book, kinds=read_kinds(reading.kinds))
    for scenario in reading.scenarios:
        opened = interlock.with_scenario(opened, scenario)
    changes = dict(parse_setting(setting) for setting in reading.settings)
    return opened.amend(changes) if changes else opened


def simulation(asked: Asked, paths: int | None, progress: Progress, unless_said: int = MANY) -> dict[str, Any]:
    """How a book is to be run, for `interlock.simulate` and the questions that run one."""
    paths = unless_said if paths is None else paths
    return {"paths": paths, **asked.draws.said(), "threads": asked.threads, "progress": progress}


def read_world(given: str, asked: Asked, paths: int | None, progress: Progress) -> Book | Run:
    """The run in a folder, made again; or a book, not yet run. Raises BookError and ArgumentError."""
    from interlock.engine.folder import is_run, open_run

    if is_run(given):
        refuse_changes(given, asked.reading, asked.draws, paths)
        return open_run(given, kinds=read_kinds(asked.reading.kinds), threads=asked.threads, progress=progress)
    return read_book(given, asked.reading)


def read_run(given: str, asked: Asked, paths: int | None, progress: Progress, unless_said: int = MANY) -> Run:
    """The run in a folder, made again; or a run of a book. Raises BookError and ArgumentError."""
    world = read_world(given, asked, paths, progress)
    if isinstance(world, interlock.Book):
        return interlock.simulate(world, **simulation(asked, paths, progress, unless_said))
    return world


def read_worlds(
    first: str, others: Sequence[str], asked: Asked, paths: int | None, progress: Progress
) -> tuple[list[str], list[Book | Run]]:
    """What is compared, by name: a book as it is, under each scenario, as it is set; other books; runs of folders.

    Raises BookError and ArgumentError.
    """
    from interlock.engine.folder import is_run

    reading = asked.reading
    scenarios, settings, plain = reading.scenarios, reading.settings, Reading(kinds=reading.kinds)
    if is_run(first):
        refuse_changes(first, reading)
    as_it_is = replace(asked, reading=plain)
    if not (others or scenarios or settings):
        raise ArgumentError(f"compare {first} with what? Name another book, --with SCENARIO or --set ADDRESS=QUANTITY.")
    worlds = [(first, read_world(first, as_it_is, paths, progress))]
    worlds += [(f"with {each}", read_book(first, replace(plain, scenarios=(each,)))) for each in scenarios]
    worlds += [(" ".join(settings), read_book(first, replace(plain, settings=settings)))] if settings else []
    worlds += [(other, read_world(other, as_it_is, paths, progress)) for other in others]
    return [name for name, _ in worlds], [world for _, world in worlds]


def read_making(
    given: str, paths: int | None, draws: Draws, reading: Reading, unless_said: int = MANY
) -> tuple[Book, Provenance]:
    """A book, and how its run is made: as a folder says, or as is asked. Raises BookError and ArgumentError."""
    from interlock.engine.folder import is_run, read_recipe
    from interlock.engine.provenance import provenance_of
    from interlock.engine.run import known_sampling, refuse_paths

    if is_run(given):
        refuse_changes(given, reading, draws, paths)
        return read_recipe(given, kinds=read_kinds(reading.kinds))
    opened, drawn, paths = read_book(given, reading), draws.said(), unless_said if paths is None else paths
    known = known_sampling(drawn["sampling"])
    refuse_paths(paths, known)
    return opened, provenance_of(opened, paths=paths, seed=drawn["seed"], sampling=known)


def read_life(settings: Sequence[str]) -> dict[str, float]:
    """Years by purpose, from PURPOSE=YEARS. Raises ArgumentError."""
    years = {}
    for setting in settings:
        purpose, equals, number = setting.partition("=")
        try:
            years[purpose] = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise ArgumentError(f"--life {setting}: write PURPOSE=YEARS, for example chips=6")
    return years


def read_rate(text: str) -> float:
    """A rate a year, from `10 %/year`. Raises ArgumentError."""
    return _certain(text, RatePerYear.__metadata__[0], "--cost-of-capital")


def read_usd(text: str) -> float:
    """Money, from `2 B USD`. Raises ArgumentError."""
    return _certain(text, SignedUsd.__metadata__[0], "--target")


def read_between(text: str | None) -> tuple[str, str] | None:
    """Two quantities, from LOW..HIGH. Raises ArgumentError."""
    if text is None:
        return None
    low, dots, high = text.partition("..")
    if not (dots and low.strip() and high.strip()):
        raise ArgumentError(f"--between {text}: write LOW..HIGH, for example '8 B USD/GW-year..14 B USD/GW-year'.")
    return low.strip(), high.strip()


def _certain(text: str, unit: Unit, flag: str) -> float:
    from interlock.book.quantity import QuantityError, read_quantity

    try:
        distribution = read_quantity(text, unit).distribution
    except QuantityError as error:
        raise ArgumentError(f"{flag} {error.wrong}. {error.remedy}".rstrip()) from None
    if not distribution.is_certain:
        raise ArgumentError(f"{flag} is '{text}', but must be one number.")
    return distribution.numbers[0]


def refuse_changes(
    folder: str,
    reading: Reading,
    draws: Draws = DRAWS,
    paths: int | None = None,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Raise ArgumentError where a finished run is asked to be another one, by these flags or some `more`."""
    changes = {"--with changes": reading.scenarios, "--set changes": reading.settings}
    drawn = {"--paths is for": paths, "--seed is for": draws.seed, "--sampling is for": draws.sampling}
    for what, value in {**changes, **drawn, **more}.items():
        if value not in {None, ()}:
            raise ArgumentError(f"{what} a book, and {folder} is a finished run. Run its book: {folder}/book")


def refuse_both_ways(
    party: str | None, driver: str | None, since: str | None, probability: float | None, stresses: Sequence[str]
) -> None:
    """Raise ArgumentError where a stress and its reverse are asked for at once, or the reverse of nothing."""
    if party is not None and driver is None:
        raise ArgumentError("--reverse PARTY needs --driver ADDRESS, for example --driver drivers.demand.level.")
    if party is not None and stresses:
        raise ArgumentError("--reverse looks for a shock of its own: leave out --fail and --shock.")
    for flag, given in (("--driver", driver), ("--since", since), ("--probability", probability)):
        if party is None and given is not None:
            raise ArgumentError(f"{flag} belongs to --reverse PARTY: name the party that is to fail.")


def refuse_matrix(*, matrix: bool, top: int | None, month: str | None, others: Mapping[str, Any]) -> None:
    """Raise ArgumentError where a matrix of failures is asked for beside other flags, or what belongs to it alone."""
    given = [flag for flag, value in others.items() if value not in {None, ()}]
    if matrix and given:
        raise ArgumentError(f"--matrix makes parties fail of its own: leave out {' and '.join(given)}.")
    if month is not None and not matrix:
        raise ArgumentError("--month belongs to --matrix; write --fail PARTY@MONTH for one party.")
    if top is not None and not matrix:
        raise ArgumentError("--top belongs to --matrix: it is how many parties fail in turn.")


@contextmanager
def unhurried() -> Iterator[None]:
    """What is done within is not interrupted: files are put in place whole."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def resumable() -> Iterator[None]:
    """What is done within may be interrupted, and says how to go on: each part that is done has been put aside."""

    def leave(*_: object) -> None:
        text = f"Interrupted: what is done is in {UNFINISHED}. The same command goes on from there.\n"
        os.write(sys.stderr.fileno(), text.encode())
        os._exit(INTERRUPTED)

    before, folder = signal.signal(signal.SIGINT, leave), Path(UNFINISHED).parent
    # An empty folder of that name that somebody else made stays.
    is_own = not folder.exists() or Path(UNFINISHED).exists()
    try:
        yield
        if is_own:
            with suppress(OSError):  # parts of other questions lie there
                folder.rmdir()
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None] | None]:
    """Something to tell of progress: a bar on standard error, if that is a terminal and it takes over two seconds."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    began = time.monotonic()
    columns = (TextColumn("{task.completed:,.0f} of {task.total:,.0f} futures"), BarColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=None)

    def tell(done: int, total: int) -> None:
        if not bar.live.is_started and time.monotonic() - began > PATIENCE and done < total:
            bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield tell
    finally:
        bar.stop()
