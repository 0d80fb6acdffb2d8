"""The markets of a book, and what is wrong with them."""

from __future__ import annotations

from interlock.book.book import Book
from interlock.book.kind_terms import read_terms
from interlock.book.market import MarketTerms
from interlock.book.ranges import quantile
from interlock.book.reading import Reading
from interlock.book.terms import Terms
from interlock.ground.address import join
from interlock.ground.figure import Figure


def read_markets(reading: Reading) -> dict[str, Terms]:
    """What each asks, and who else is in it."""
    markets: dict[str, Terms] = {}
    for name, written in reading.section("markets").items():
        what, address = f"market '{name}'", join("markets", name)
        reading.places[address] = reading.root.parts["markets"].place_of(name)
        if reading.mapping(written, what):
            markets[name] = read_terms(MarketTerms, written, what, address, reading, reading.calendar)
    return markets


def check_markets(book: Book, reading: Reading) -> None:
    """Bounds upside down."""
    for name, terms in book.markets.items():
        least, most = (_end(terms, bound, part) for bound, part in (("least", 0.95), ("most", 0.05)))
        if least > most:
            wrong = f"'{name}': `least`, up to {least:.4g} times the price for a term, is above `most`, {most:.4g}"
            reading.problem(reading.places[join("markets", name)], wrong, "Let `least` be the lower of the two.")


def _end(terms: Terms, name: str, part: float) -> float:
    """A bound as far toward the other as it may be."""
    given = terms.values.get(name)
    if isinstance(given, Figure):
        return quantile(given.distribution, part)
    return float({"least": MarketTerms.least, "most": MarketTerms.most}[name])
