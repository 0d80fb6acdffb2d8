"""What is asked of a run for a report: what its own futures say within seconds, and on request what others would."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from interlock.analysis.circulation import Circulation, circulation
from interlock.analysis.compare import Comparison, compare
from interlock.analysis.dollars import Dollars, dollars
from interlock.analysis.limits import Limits, limits_of
from interlock.analysis.losses import Losses, losses
from interlock.analysis.matrix import Matrix, matrix_of
from interlock.analysis.overview import Overview, overview
from interlock.analysis.race import Race, race_of
from interlock.analysis.returns import Returns, returns
from interlock.book.book import Book
from interlock.book.files import SCENARIOS
from interlock.book.read import bundled, open_book, read_scenario
from interlock.book.tell import Teller
from interlock.book.titles import Titles
from interlock.engine.run import Run, simulate
from interlock.engine.simulate import Progress
from interlock.engine.tracing import Measure
from interlock.ground.errors import ArgumentError

MINUS = re.compile(r"(?<![\w.-])-(?=\d)")
"""A sign before a number, which no name and no date has."""

SET_OFF = 32
"""Futures on which it is looked for what goes round."""

LARGEST = 8
"""Parties that a full report makes fail in turn."""

AGAIN = 1024
"""Futures, at most, of the runs that a full report takes beside its own."""


@dataclass(frozen=True)
class Findings:
    """A run, and what it says."""

    run: Run
    worlds: Mapping[str, Run] = field(default_factory=dict)
    """The same futures under scenarios, by name."""
    earmarked: Dollars | None = None
    """What became of each dollar where it pays first what it is meant for; this and what follows take long, or runs of
    their own: None where they were not asked for."""
    limits: Limits | None = None
    race: Race | None = None
    matrix: Matrix | None = None

    @cached_property
    def overview(self) -> Overview:
        """Who pays whom, what is locked in, who runs short, what came back."""
        return overview(self.run)

    @cached_property
    def circulation(self) -> Circulation:
        """What of the payments goes round."""
        return circulation(self.run, SET_OFF)

    @cached_property
    def losses(self) -> Losses:
        """Who loses what by whose failure."""
        return losses(self.run)

    @cached_property
    def returns(self) -> Returns:
        """What the spending earns."""
        return returns(self.run)

    @cached_property
    def comparison(self) -> Comparison | None:
        """The worlds side by side; None where there is only one."""
        if not self.worlds:
            return None
        return compare(self.run, *self.worlds.values(), names=("as it is", *self.worlds))

    @property
    def teller(self) -> Teller:
        """What puts the book into words."""
        book = self.run.book
        return Teller({name: party.title for name, party in book.parties.items()}, book.sources)

    @property
    def source(self) -> str:
        """Where the numbers of a chart come from, in a line."""
        made = self.run.provenance
        return (
            f"{self.run.book.title}, as known on {self.run.book.as_of}; {self.run.paths:,} futures, seed {made.seed}, "
            f"Interlock {made.version}"
        )

    def title_of(self, party: str) -> str:
        """What a party is called."""
        return self._titles.label(party)

    def titled(self, sentence: str) -> str:
        """A sentence with what parties are called in place of their names; addresses stay as they are."""
        found = self._titles.sentence(" ".join(sentence.split()))
        # A number is not parted from its error, nor from its sign.
        found = MINUS.sub("\u2212", found).replace(" ± ", "\u00a0±\u00a0").replace(" %", "\u00a0%")
        return found[:1].upper() + found[1:]

    @cached_property
    def _titles(self) -> Titles:
        return self.run.book.titles


def found(
    run: Run,
    scenarios: Sequence[str] = (),
    *,
    full: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Findings:
    """What is asked of a run: at once; under `scenarios`, a run each; and in `full`, a dozen runs of fewer futures.

    Raises BookError for a scenario that is not there, or does not fit the book.
    """
    made, how = run.provenance, {"threads": threads, "progress": progress}
    same: dict[str, Any] = {"paths": made.paths, "seed": made.seed, "sampling": made.sampling, **how}
    books = {Path(name).stem: under(run.book, name) for name in scenarios}
    worlds = {name: simulate(book, **same) for name, book in books.items()}
    if not full:
        return Findings(run, worlds)
    fewer = replace(made, paths=min(made.paths, AGAIN))
    has_labs = any("lab" in party.roles for party in run.book.parties.values())
    answers: dict[str, Any] = {"earmarked": dollars(run, Measure.earmarked)}
    # Some books have no build-out to measure, and no race.
    with suppress(ArgumentError):
        answers["limits"] = limits_of(run.book, fewer, threads=threads, progress=progress) if has_labs else None
    with suppress(ArgumentError):
        answers["race"] = race_of(run.book, fewer, threads=threads, progress=progress) if has_labs else None
    answers["matrix"] = matrix_of(run.book, fewer, LARGEST, None, threads=threads, progress=progress)
    return Findings(run, worlds, **answers)


def under(book: Book, scenario: str) -> Book:
    """A book under a scenario: a file, one beside the book, or one beside the bundled book that it was made from."""
    is_away = not Path(book.folder, SCENARIOS).is_dir() and book.name in bundled()
    return book.under(read_scenario(open_book(book.name) if is_away else book, scenario))
