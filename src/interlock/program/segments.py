"""The segments of a book as rows: a stack of them, and a row for each share that a lab, or the outside, has of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from interlock.book.book import Book
from interlock.book.segment import OUTSIDE, SegmentTerms
from interlock.program.reading import Ledger
from interlock.program.recipes import Draws, Origin
from interlock.program.shape import StackShape, padded
from interlock.program.stacking import Locate, Stack, links_of, slots_of
from interlock.program.unwritten import is_said_of_anybody

Array = Any

PRECISIONS = ("in_fp8", "in_fp4")
"""Figures of a lab that say how precisely it trains."""

OF_MODELS = ("utilisation", "in_one_run", "run", "releases", "last_run", *PRECISIONS)
"""Figures of a lab that say something of its models: where a book has one, models are followed."""


@dataclass(frozen=True)
class Segments:
    """All segments of a book; without any, no rows."""

    stack: Stack | None
    labels: tuple[tuple[str, str] | None, ...]
    """[share] segment and lab, or OUTSIDE; `None` for a row that only pads."""
    segment: Array
    """[share] the row of its segment; past the end for a row that only pads."""
    party: Array
    """[share] the row of its lab, or `parties` for the outside."""
    given: tuple[Origin | None, ...]
    """[share] of a lab at the start; `None` for the outside, which has what is left."""
    out: frozenset[str] = frozenset()
    """Labs whose shares others have from the start, in proportion to their own; the outside, where nobody is left."""

    @property
    def shape(self) -> StackShape | None:
        """What is compiled of the segments."""
        return None if self.stack is None else self.stack.shape

    def drawn_terms(self, draws: Draws) -> dict[str, Array]:
        """The values of the uncertain figures of the segments on each path."""
        return {} if self.stack is None else self.stack.drawn_terms(draws)

    def links(self, locate: Locate) -> dict[str, Array]:
        """What a program is given of them."""
        terms = {} if self.stack is None else links_of(self.stack, locate)
        return {"segment_links": terms, "share_segment": self.segment, "share_party": self.party}

    def at_start(self, draws: Draws) -> Array:
        """[share, path] the shares before the first month. Where labs would have more than all, they share it."""
        paths = draws.shape[1]
        found = np.zeros((len(self.labels), paths))
        for n, origin in enumerate(self.given):
            if origin is not None:
                found[n] = origin.value(draws)
        for row in {int(each) for each, label in zip(self.segment, self.labels, strict=True) if label is not None}:
            here = np.flatnonzero(self.segment == row)
            labs, outside = [n for n in here if self.given[n] is not None], [n for n in here if self.given[n] is None]
            together = found[labs].sum(axis=0)
            found[labs] /= np.maximum(together, 1.0)
            found[outside] = np.maximum(1.0 - together, 0.0)
            gone = [n for n in labs if (label := self.labels[n]) is not None and label[1] in self.out]
            if gone:
                found[gone] = 0.0
                left = found[here].sum(axis=0)
                found[here] /= np.where(left > 0.0, left, 1.0)
                found[outside] += np.where(left > 0.0, 0.0, 1.0)
        return found


def segments_of(book: Book, party_row: Mapping[str, int], parties: int, ledger: Ledger) -> Segments:
    """The segments of a book; `parties` are rows with budgets, padded."""
    names = sorted(book.segments)
    if not names:
        none = np.zeros(0, dtype=np.int32)
        return Segments(None, (), none, none, ())
    recipes = tuple(ledger.recipe(book.segments[name].terms, f"segments.{name}") for name in names)
    typical = recipes[0].settled(np.ones((1 + max((row for each in recipes for row in each.rows()), default=0), 1)))
    stack = Stack(StackShape(SegmentTerms, padded(len(names)), slots_of(recipes, typical)), tuple(names), recipes)
    labels = [(name, lab) for name in names for lab in (*sorted(book.segments[name].shares), OUTSIDE)]
    spare = padded(len(labels)) - len(labels)
    return Segments(
        stack=stack,
        labels=(*labels, *[None] * spare),
        segment=np.array([*(names.index(name) for name, _ in labels), *[stack.shape.size] * spare], dtype=np.int32),
        party=np.array([*(party_row.get(lab, parties) for _, lab in labels), *[parties] * spare], dtype=np.int32),
        given=(*(_share(book, *label, ledger) for label in labels), *[None] * spare),
    )


def follows_models(book: Book) -> bool:
    """Whether a book says anything by which the models of labs are followed."""
    return bool(book.segments) or any(is_said_of_anybody(book, term) for term in OF_MODELS)


def mixes_chips(book: Book) -> bool:
    """Whether it matters to a lab of a book what the chips that it uses do beyond H100s."""
    serves = any("serving" in terms.values for terms in book.chips.values()) and bool(book.segments)
    trains = any("fp8" in terms.values or "fp4" in terms.values for terms in book.chips.values()) and any(
        is_said_of_anybody(book, term) for term in PRECISIONS
    )
    return serves or trains


def _share(book: Book, segment: str, lab: str, ledger: Ledger) -> Origin | None:
    if lab == OUTSIDE:
        return None
    return ledger.origin(book.segments[segment].shares[lab], f"segments.{segment}.shares.{lab}")
