"""The commands that ask on whom and on what something rests, one function each."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

import interlock
from interlock.cli import screen
from interlock.cli.flags import ASKED, TRIANGLE, Asked, Paths, RunOrBook
from interlock.cli.given import UNFINISHED, progress_bar, read_making, read_run, resumable
from interlock.ground.errors import ArgumentError


def influence(
    book: RunOrBook = TRIANGLE,
    /,
    *,
    without: Annotated[
        tuple[str, ...], Parameter(negative=(), help="What is lost without this party or deal; again for more.")
    ] = (),
    removals: Annotated[bool, Parameter(negative=(), help="The same for every party and every deal.")] = False,
    paths: Paths = None,
    asked: Asked = ASKED,
) -> None:
    """Who depends on whom: for funds, compute, supplies, sales and owners; and what is lost without whom."""
    from interlock.analysis.removals import removable, removals_of
    from interlock.cli.screen_influence import say_influence, say_removals

    began = time.monotonic()
    if without and removals:
        raise ArgumentError("--removals takes out every party and every deal in turn: leave out --without.")
    if not (without or removals):
        with progress_bar() as progress:
            run = read_run(book, asked, paths, progress)
        screen.say_answer(interlock.influence(run), say_influence, began, asked.shown)
        return
    opened, made = read_making(book, paths, asked.draws, asked.reading)
    names = removable(opened) if removals else without
    with progress_bar() as progress, resumable():
        lost = removals_of(opened, made, names, keep=Path(UNFINISHED), threads=asked.threads, progress=progress)
    screen.say_answer(lost, say_removals, began, asked.shown)


def sensitivity(
    book: RunOrBook = TRIANGLE,
    /,
    *,
    of: Annotated[
        str | None,
        Parameter(
            help='An output: "failure of PARTY by the end of 2028", "sales of PARTY in 2028", "paid under CONTRACT" …'
        ),
    ] = None,
    top: Annotated[
        int | None,
        Parameter(help="How many of the figures that matter most are moved: 8 unless said; 0 takes a single run."),
    ] = None,
    move: Annotated[
        tuple[str, ...], Parameter(negative=(), help="In place of these: a figure by its ADDRESS; again for more.")
    ] = (),
    paths: Paths = None,
    asked: Asked = ASKED,
) -> None:
    """Which figure matters most to one output: alone, with others, and what knowing it would be worth."""
    from interlock.analysis.sensitivity import chosen, sensitivity_of
    from interlock.cli.screen_influence import say_sensitivity

    began, moves = time.monotonic(), chosen(top, move)
    opened, made = read_making(book, paths, asked.draws, asked.reading)
    with progress_bar() as progress, resumable():
        how: Any = {"keep": Path(UNFINISHED), "threads": asked.threads, "progress": progress}
        answer = sensitivity_of(opened, made, of, moves, **how)
    screen.say_answer(answer, say_sensitivity, began, asked.shown)
