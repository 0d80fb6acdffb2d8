"""The futures of a book run again with something otherwise, as often as a question needs: each difference is a cause.

The same paths, the same luck, the same compiled months; whoever is interrupted goes on from where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from interlock.book.book import Book
from interlock.engine.collect import collect
from interlock.engine.provenance import Provenance
from interlock.engine.run import Run
from interlock.engine.shelf import Found, Shelf
from interlock.engine.simulate import Progress, simulate_chunks
from interlock.engine.sources import made_by
from interlock.program.compile import compile_book
from interlock.program.program import Program
from interlock.program.variant import Variant, varied

AS_IT_IS = Variant()


@dataclass
class Otherwise:
    """A book and how it is run, to be looked at in one way in several variants."""

    book: Book
    program: Program
    made: Provenance
    looks_at: str
    """What is looked at, in words: two that look at the same find the same."""
    look: Callable[[Run], Found]
    """Arrays by name, with the paths on their last axis."""
    shelf: Shelf
    threads: int | None = None
    progress: Progress | None = None
    expected: int = 1
    """How often it will be run."""
    known: dict[str, Found] = field(default_factory=dict)
    """What was found, by variant."""
    done: int = 0

    def seen(self, variant: Variant = AS_IT_IS) -> Found:
        """What is seen in a variant; each is run once. Raises LawBroken."""
        said = variant.said()
        if said not in self.known:
            self.known[said] = self.shelf.part(f"{self.looks_at} {said}", lambda: self.look(self._run(variant)))
            self.done += 1
            self._told(0, self.made.paths)
        return self.known[said]

    def draws(self, paths: int) -> Any:
        """[figure, path] what each uncertain figure is on the first so many futures, in every variant."""
        return self.program.priors.draw(self.made.seed, np.arange(paths), self.made.sampling)

    @property
    def figures(self) -> tuple[str, ...]:
        """Addresses of the uncertain figures."""
        return self.program.labels.figures

    def on(self, paths: int) -> Otherwise:
        """The same on the first so many futures; itself, where there are no more."""
        if paths >= self.made.paths:
            return self
        made = replace(self.made, paths=paths)
        return replace(self, made=made, shelf=_shelf(self.shelf.folder, made, self.book), known={}, done=0)

    def _run(self, variant: Variant) -> Run:
        """Months are not kept: only dollars that are followed need them."""
        made = self.made if variant.seed is None else replace(self.made, seed=variant.seed)
        program = varied(self.program, variant)
        simulated = partial(
            simulate_chunks,
            program,
            paths=made.paths,
            seed=made.seed,
            sampling=made.sampling,
            chunk=made.chunk,
            threads=self.threads,
            all_months=False,
        )

        def counted() -> Iterator[Any]:
            done = 0
            for chunk in simulated():
                yield chunk
                done += len(chunk[0])
                self._told(done, made.paths)

        return Run(self.book, program, collect(program, counted(), made.paths, made.sampling), made)

    def _told(self, done: int, paths: int) -> None:
        if self.progress is not None:
            self.progress(self.done * paths + done, max(self.expected, self.done + (done > 0)) * paths)


def otherwise(
    book: Book,
    made: Provenance,
    looks_at: str,
    look: Callable[[Run], Found],
    *,
    run: Run | None = None,
    keep: Path | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Otherwise:
    """A book to be run again; `run`, where it has been run, is what is seen of it as it is.

    What is found is put aside in the folder `keep`, until `shelf.clear()`.
    """
    program = compile_book(book) if run is None else run.program
    found = Otherwise(book, program, made, looks_at, look, _shelf(keep, made, book), threads, progress)
    if run is not None:
        found.known[AS_IT_IS.said()] = look(run)
    return found


def _shelf(keep: Path | None, made: Provenance, book: Book) -> Shelf:
    """Where what is found is put aside."""
    return Shelf(keep, f"{made.identity} {made_by(book.kinds)}")
