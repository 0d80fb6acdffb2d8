"""How well a book is known: everything in it that has a grade, with its address, and how many of each grade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from interlock.book.book import Book
from interlock.book.tell import steps_in_words
from interlock.book.terms import AllOf, AnyOf, Condition, OnDate, Term, Terms, WrittenSchedule
from interlock.ground.address import join
from interlock.ground.figure import Figure, Grade

Known: TypeAlias = Figure | WrittenSchedule
"""What has a grade. A schedule counts as one figure."""

STEPS = 6
"""Of a schedule, where it is listed among figures."""

TOGETHER = frozenset({"correlations", "figures", "groups"})
"""Sections whose figures stand under one heading."""


def known_of(book: Book) -> Iterator[tuple[str, Known]]:
    """Everything that has a grade, with its address, in order of address: figures, schedules, correlations."""
    return iter(sorted([*_known(book), *book.ties.items()], key=lambda found: found[0]))


def figures_of(book: Book) -> Iterator[tuple[str, Figure]]:
    """What a run may draw, with its address, in order of address; headlines, which are only reported, included."""
    found = [(address, each) for address, each in _known(book) if isinstance(each, Figure)]
    return iter(sorted(found, key=lambda pair: pair[0]))


def text_of(known: Known) -> str:
    """A figure as written; the steps of a schedule."""
    return known.text if isinstance(known, Figure) else steps_in_words(known, STEPS)


def same_as(known: Known) -> str:
    """The address of the figure that this one repeats, if it does."""
    return known.same_as if isinstance(known, Figure) else ""


def owner_of(address: str) -> str:
    """What a figure is listed under: its party, deal, driver and so on."""
    section, *rest = address.split(".")
    return section if section in TOGETHER else join(section, rest[0])


def _known(book: Book) -> Iterator[tuple[str, Known]]:
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


def _of_terms(terms: Terms, address: str) -> Iterator[tuple[str, Known]]:
    for name, term in terms.values.items():
        yield from _of_term(term, join(address, name))


def _of_term(term: Term, address: str) -> Iterator[tuple[str, Known]]:
    match term:
        case Figure() | WrittenSchedule():
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
        case OnDate() | str():
            pass


def grades_of(book: Book) -> Mapping[Grade, int]:
    """How many figures there are of each grade; one that repeats another is counted once, at the other."""
    counted = Counter(known.grade for _, known in known_of(book) if not same_as(known))
    return {grade: counted[grade] for grade in Grade}


def bare_figures(book: Book) -> list[str]:
    """The addresses of figures to which the book gives no grade."""
    return [address for address, known in known_of(book) if known.is_bare]
