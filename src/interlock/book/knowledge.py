"""How well a book is known: every figure with its address, and how many of each grade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from interlock.book.book import Book
from interlock.book.terms import AllOf, AnyOf, Condition, OnDate, Term, Terms, WrittenSchedule
from interlock.ground.address import join
from interlock.ground.figure import Figure, Grade


def figures_of(book: Book) -> Iterator[tuple[str, Figure]]:
    """Every figure of a book with its address, in order of address; headlines, which are only reported, included."""
    return iter(sorted(_figures(book), key=lambda found: found[0]))


def _figures(book: Book) -> Iterator[tuple[str, Figure]]:
    for name, figure in book.figures.items():
        yield join("figures", name), figure
    for section, named in (("drivers", book.drivers), ("chips", book.chips), ("markets", book.markets)):
        for name, terms in named.items():
            yield from _of_terms(terms, join(section, name))
    for name, segment in book.segments.items():
        yield from _of_terms(segment.terms, join("segments", name))
        yield from _given(join("segments", name, "shares"), **segment.shares)
    for name, party in book.parties.items():
        yield from _of_terms(party.terms, join("parties", name))
        yield from _given(join("parties", name, "stakes"), **party.stakes)
    for name, deal in book.deals.items():
        yield from _given(join("deals", name), probability=deal.probability, completes=deal.completes, size=deal.size)
    for contract in book.contracts():
        yield from _of_terms(contract.terms, contract.address)
        yield from _given(contract.address, headline=contract.headline, binding=contract.binding)
        yield from _given(contract.address, pays_after=contract.pays_after)


def _given(address: str, **figures: Figure | None) -> Iterator[tuple[str, Figure]]:
    for field, figure in figures.items():
        if figure is not None:
            yield join(address, field), figure


def _of_terms(terms: Terms, address: str) -> Iterator[tuple[str, Figure]]:
    for name, term in terms.values.items():
        yield from _of_term(term, join(address, name))


def _of_term(term: Term, address: str) -> Iterator[tuple[str, Figure]]:
    match term:
        case Figure():
            yield address, term
        case Terms():
            yield from _of_terms(term, address)
        case tuple():
            for number, part in enumerate(term):
                yield from _of_terms(part, join(address, number))
        case Condition():
            yield join(address, "level"), term.level
        case AllOf() | AnyOf():
            for number, trigger in enumerate(term.parts):
                yield from _of_term(trigger, join(address, number))
        case OnDate() | WrittenSchedule() | str():
            pass


def grades_of(book: Book) -> Mapping[Grade, int]:
    """How many figures there are of each grade; one that repeats another is counted once, at the other."""
    figures = [*book.ties.values(), *(figure for _, figure in figures_of(book))]
    counted = Counter(figure.grade for figure in figures if not figure.same_as)
    return {grade: counted[grade] for grade in Grade}


def bare_figures(book: Book) -> list[str]:
    """The addresses of figures to which the book gives no grade."""
    return [address for address, figure in figures_of(book) if figure.is_bare]
