"""What a run assumes: every figure of its book with its range as numbers, its grade, and what it rests on.

A schedule is a figure too; in place of a range it has its steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from interlock.book.book import Book
from interlock.book.knowledge import known_of, same_as, text_of
from interlock.book.measure import measure_of
from interlock.book.quantity import ANY, show
from interlock.book.source import Source
from interlock.ground.figure import Figure, Grade, Shape
from interlock.ground.units import Unit
from interlock.program.priors import quantile

SURE = (0.05, 0.5, 0.95)
"""Nine futures in ten lie between the outer ones."""


@dataclass(frozen=True)
class Assumption:
    """One figure of a book."""

    address: str
    text: str
    """As written, or in steps."""
    unit: str
    """Of the numbers; empty for shares and factors of one, and for months of the calendar, which are text."""
    low: float | str | None
    """None for what has steps."""
    middle: float | str | None
    high: float | str | None
    grade: Grade
    sources: tuple[Source, ...]
    because: str
    same_as: str
    """The figure that it repeats; the two are one unknown."""

    @property
    def is_certain(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high


def assumptions(book: Book) -> Iterator[Assumption]:
    """Every figure of a book, in order of address."""
    for address, known in known_of(book):
        low, middle, high = _range(known, book) if isinstance(known, Figure) else (None, None, None)
        yield Assumption(
            address=address,
            text=text_of(known),
            unit="" if low is None or known.unit.is_moment else _shown(known.unit),
            low=low,
            middle=middle,
            high=high,
            grade=known.grade,
            sources=tuple(book.sources[name] for name in known.sources if name in book.sources),
            because=known.because,
            same_as=same_as(known),
        )


def _range(figure: Figure, book: Book) -> list[float | str]:
    """The ends of nine futures in ten, and the median between them; of a chance it is the chance itself."""
    distribution = figure.distribution
    if distribution.shape is Shape.chance:
        return [distribution.numbers[0] / float(measure_of(_shown(figure.unit)).size)] * 3
    values = [float(quantile(distribution, share)) + figure.offset for share in SURE]
    if figure.unit.is_moment:
        return [show(round(value, 6), figure.unit, book.start) for value in values]
    base = "" if figure.unit.base == ANY.base else figure.unit.base
    scale = 1.0 if figure.unit.base == ANY.base else float(measure_of(base).size / measure_of(_shown(figure.unit)).size)
    return [float(f"{value * scale:.9g}") for value in values]


def _shown(unit: Unit) -> str:
    """The unit in which numbers are told."""
    if unit.base == ANY.base:
        return ""
    return show(0.0, unit).removeprefix("0").strip()
