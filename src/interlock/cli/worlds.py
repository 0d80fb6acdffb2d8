"""The commands that hold two worlds against each other, one function each."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

import interlock
from interlock.cli import screen
from interlock.cli.flags import ASKED, TRIANGLE, Asked, Paths, RunOrBook
from interlock.cli.given import (
    UNFINISHED,
    progress_bar,
    read_making,
    read_world,
    read_worlds,
    refuse_both_ways,
    refuse_matrix,
    resumable,
    simulation,
)


def compare(
    first: RunOrBook = TRIANGLE,
    /,
    *others: Annotated[str, Parameter(help="Further ones, each held against the first.")],
    paths: Paths = None,
    asked: Asked = ASKED,
) -> None:
    """Books, scenarios and runs side by side, on the same futures.

    The first is also held against itself under each --with, and with all figures of --set.
    """
    from interlock.cli.screen_worlds import say_comparison

    began = time.monotonic()
    with progress_bar() as progress:
        names, worlds = read_worlds(first, others, asked, paths, progress)
        answer = interlock.compare(*worlds, names=names, **simulation(asked, paths, progress))
    screen.say_answer(answer, say_comparison, began, asked.shown)


def stress(
    book: RunOrBook = TRIANGLE,
    /,
    *,
    fail: Annotated[
        tuple[str, ...], Parameter(negative=(), help="A party that is made to fail: PARTY@MONTH; again for more.")
    ] = (),
    shock: Annotated[
        tuple[str, ...],
        Parameter(
            negative=(),
            help="A driver that is shaken: ADDRESS=FACTOR@FROM..UNTIL, or @FROM..; again for more.",
        ),
    ] = (),
    reverse: Annotated[
        str | None, Parameter(help="Instead: at which factor on --driver does this party fail with --probability?")
    ] = None,
    driver: Annotated[str | None, Parameter(help="With --reverse: a driver's level, drivers.NAME.level.")] = None,
    since: Annotated[str | None, Parameter(help="With --reverse: from this month on; by default the first.")] = None,
    probability: Annotated[float | None, Parameter(help="With --reverse: from 0 to 1; one half unless said.")] = None,
    matrix: Annotated[
        bool, Parameter(negative=(), help="Instead: the largest parties fail in turn; row fails, column loses.")
    ] = False,
    top: Annotated[int | None, Parameter(help="With --matrix: how many parties; 8 unless said.")] = None,
    month: Annotated[str | None, Parameter(help="With --matrix: when they fail; by default a year in.")] = None,
    paths: Paths = None,
    asked: Asked = ASKED,
) -> None:
    """If a party fails or a driver is shaken: who falls next, and who loses what that would not be lost without."""
    from interlock.analysis.breaking import HALF
    from interlock.analysis.matrix import TOP
    from interlock.book.stressed import parse_failures
    from interlock.cli.screen_worlds import say_breaking_point, say_stress

    began = time.monotonic()
    failing = parse_failures(fail)
    backwards = {"--reverse": reverse, "--driver": driver, "--since": since, "--probability": probability}
    refuse_matrix(matrix=matrix, top=top, month=month, others={"--fail": fail, "--shock": shock, **backwards})
    if matrix:
        _stress_in_turn(book, TOP if top is None else top, month, paths, asked, began)
        return
    refuse_both_ways(reverse, driver, since, probability, (*fail, *shock))
    with progress_bar() as progress:
        world, making = read_world(book, asked, paths, progress), simulation(asked, paths, progress)
        if reverse is None or driver is None:
            stressed = interlock.stress(world, fail=failing, shocks=shock, **making)
            say = partial(screen.say_answer, stressed, say_stress)
        else:
            often = HALF if probability is None else probability
            point = interlock.breaking_point(world, reverse, driver, begins=since, probability=often, **making)
            say = partial(screen.say_answer, point, say_breaking_point)
    say(began, asked.shown)


def _stress_in_turn(book: str, top: int, month: str | None, paths: int | None, asked: Asked, began: float) -> None:
    """The largest parties fail in turn."""
    from interlock.analysis.matrix import matrix_of
    from interlock.cli.screen_influence import say_matrix

    opened, made = read_making(book, paths, asked.draws, asked.reading)
    how: Any = {"keep": Path(UNFINISHED), "threads": asked.threads}
    with progress_bar() as progress, resumable():
        found = matrix_of(opened, made, top, month, **how, progress=progress)
    screen.say_answer(found, say_matrix, began, asked.shown)
