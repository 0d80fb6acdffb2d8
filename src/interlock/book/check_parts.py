"""Checks of terms that are a part of something, by a figure or a driver: never more than all of it.

Silent about whatever could not be read: that has been told already.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from interlock.book.book import Book
from interlock.book.party import HIGHEST_MARGIN
from interlock.book.ranges import ROUNDING, highest
from interlock.book.reading import Reading
from interlock.book.rehearsal import highest_of
from interlock.book.terms import Terms
from interlock.ground.address import join
from interlock.ground.figure import Figure


def check_parts(book: Book, reading: Reading) -> None:
    """Tell of each that may be more than all of it; by a driver, more than it may come to."""
    for owner, terms, term, most in _parts(book):
        value = terms.values.get(term)
        told = None
        if isinstance(value, Figure):
            told = _of_figure(value, term)
        elif isinstance(value, str) and value in book.drivers and join("drivers", value) not in reading.broken:
            told = _of_driver(value, highest_of(book.drivers[value], book.months), term, most)
        if told is not None:
            wrong, remedy = told
            reading.problem(reading.place_of(owner, term), f"'{owner.rpartition('.')[2]}' {wrong}", remedy)


def _parts(book: Book) -> Iterator[tuple[str, Terms, str, float]]:
    """Address and terms of what has such a term; the term, and what a driver of it may come to."""
    for segment in book.segments.values():
        yield join("segments", segment.name), segment.terms, "open_weights", 1.0
    for name, party in book.parties.items():
        yield join("parties", name), party.terms, "margin", HIGHEST_MARGIN
    for contract in book.contracts():
        yield contract.address, contract.terms, "load", 1.0


def _of_figure(figure: Figure, term: str) -> tuple[str, str] | None:
    """What is wrong with it, and what to do."""
    if highest(figure.distribution) <= 1.0 + ROUNDING:
        return None
    wrong = f"has a `{term}` of {figure.text}, which may be more than 100 %"
    return wrong, "Write a share of at most 100 %, or a range of them in %, such as 50 to 60 %."


def _of_driver(driver: str, found: float, term: str, most: float) -> tuple[str, str] | None:
    """The same, of one that never exceeds what was found."""
    if found <= most + ROUNDING:
        return None
    reached = "has no upper bound" if math.isinf(found) else f"may reach {found * 100:.4g} %"
    wrong = f"has the driver '{driver}' as its `{term}`, which {reached}"
    return wrong, f"Name one that stays at or below {most * 100:.4g} %: mean-reverting with such a `high`, or fixed."
