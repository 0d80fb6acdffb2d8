"""The commands that ask how far the build-out goes: what limits it, and who wins the race."""

from __future__ import annotations

import time
from typing import Annotated

from cyclopts import Parameter

from interlock.cli import screen
from interlock.cli.flags import ASKED, FEWER, TRIANGLE, Asked, FewerPaths, RunOrBook
from interlock.cli.given import progress_bar, read_making


def limits(
    book: RunOrBook = TRIANGLE,
    /,
    *,
    full: Annotated[
        float, Parameter(help="Full tilt: the part of what commitments reserve that is in use, from 0 to 1.")
    ] = 0.9,
    more: Annotated[float, Parameter(help="By how much each limit is widened, from 0 to 1.")] = 0.1,
    paths: FewerPaths = None,
    asked: Asked = ASKED,
) -> None:
    """How long the build-out runs at full tilt, and what stops it: chips, power, cash or demand."""
    from interlock.analysis.limits import limits_of
    from interlock.cli.screen_buildout import say_limits

    began = time.monotonic()
    opened, made = read_making(book, paths, asked.draws, asked.reading, FEWER)
    with progress_bar() as progress:
        answer = limits_of(opened, made, full, more, asked.threads, progress)
    screen.say_answer(answer, say_limits, began, asked.shown)


def race(
    book: RunOrBook = TRIANGLE,
    /,
    *,
    without: Annotated[
        tuple[str, ...],
        Parameter(negative=(), help="Also what this deal, or contract, adds to the odds; again for more."),
    ] = (),
    paths: FewerPaths = None,
    asked: Asked = ASKED,
) -> None:
    """Who can run the largest training run, and when; and what a deal adds to a lab's odds."""
    from interlock.analysis.race import race_of
    from interlock.cli.screen_buildout import say_race

    began = time.monotonic()
    opened, made = read_making(book, paths, asked.draws, asked.reading, FEWER)
    with progress_bar() as progress:
        answer = race_of(opened, made, without, asked.threads, progress)
    screen.say_answer(answer, say_race, began, asked.shown)
