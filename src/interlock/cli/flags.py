"""Flags that many commands share, each declared once: a command takes them together, by what they are about.

A flag that is to be had in every question goes into the class that it belongs to, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Parameter

from interlock.cli.draw import refuse_undrawable

TRIANGLE = "nvidia-microsoft-anthropic"
"""The book that is meant where none is named."""

RunOrBook = Annotated[str, Parameter(help="A run folder, or a book.")]
Kinds = Annotated[
    tuple[str, ...], Parameter(name="--kinds", negative=(), help="A contract kind of one's own: MODULE:NAME.")
]
Json = Annotated[bool, Parameter(name="--json", negative=(), help="One JSON document on standard output.")]
Threads = Annotated[int | None, Parameter(name="--threads", help="Threads; by default one for each core.")]
MANY, FEWER = 8192, 1024
"""Futures that a book is run on unless it is said how many: fewer where a question runs it again and again."""

Paths = Annotated[int | None, Parameter(name="--paths", help=f"Futures of a book: {MANY:,} unless said.")]
FewerPaths = Annotated[int | None, Parameter(name="--paths", help=f"Futures of a book: {FEWER:,} unless said.")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a book is read: under which scenarios, with which figures, and of which kinds."""

    scenarios: Annotated[
        tuple[str, ...], Parameter(name="--with", negative=(), help="A scenario, by file or name.")
    ] = ()
    settings: Annotated[
        tuple[str, ...],
        Parameter(name="--set", negative=(), help="One figure changed: ADDRESS=QUANTITY; again for more."),
    ] = ()
    kinds: Kinds = ()


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Draws:
    """Which futures are drawn; None unless said, for a finished run has its own."""

    seed: Annotated[
        int | None, Parameter(name="--seed", help="The same seed gives the same futures: 7 unless said.")
    ] = None
    sampling: Annotated[
        str | None,
        Parameter(
            name="--sampling",
            help="plain, which it is unless said, or sobol: evenly spread futures, in powers of two.",
        ),
    ] = None

    def said(self) -> dict[str, Any]:
        """The same with what is meant where nothing is said."""
        return {
            "seed": 7 if self.seed is None else self.seed,
            "sampling": "plain" if self.sampling is None else self.sampling,
        }


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Shown:
    """How an answer is given."""

    as_json: Json = False
    chart: Annotated[
        tuple[str, ...],
        Parameter(
            name="--chart",
            negative=(),
            validator=refuse_undrawable,
            help="Also draw it: FILE.svg, .png or .html; NAME=FILE for another of its charts; again for more.",
        ),
    ] = ()


READING, DRAWS, SHOWN = Reading(), Draws(), Shown()


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Asked:
    """What every question of a book or a run takes, beside the number of futures."""

    draws: Draws = DRAWS
    threads: Threads = None
    reading: Reading = READING
    shown: Shown = SHOWN


ASKED = Asked()
