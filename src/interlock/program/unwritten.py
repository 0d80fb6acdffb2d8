"""Contracts that no book writes: they follow from what it says of a party."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from interlock.book.book import Book
from interlock.book.deal import WrittenContract
from interlock.book.party import EDGES, PartyTerms
from interlock.book.terms import Term, Terms
from interlock.contracts import EstateCosts, ModelSales, OwnCompute, Takeover
from interlock.ground.fields import fields_of
from interlock.ground.figure import Figure


def unwritten(book: Book) -> Iterator[WrittenContract]:
    """What customers pay each lab, what its own compute costs, who stands behind whom, and what a failure costs."""
    for name, party in book.parties.items():
        address = f"parties.{name}"
        if name in book.selling_labs():
            yield WrittenContract("sales", f"{address}.sales", ModelSales, "customers", name, Terms(ModelSales, {}))
        if is_said(book, name, "own_fleet") or name in book.labs_with_sites():
            terms = Terms(OwnCompute, _repeated(book, name, capacity="own_fleet", cost="own_cost"))
            yield WrittenContract("own", f"{address}.own", OwnCompute, name, "suppliers", terms)
        if is_said(book, name, "acquired"):
            terms = Terms(Takeover, _repeated(book, name, owners_get="owners_get"))
            yield WrittenContract("takeover", f"{address}.takeover", Takeover, _acquirer(party.terms), name, terms)
        if is_said(book, name, "default_costs"):
            terms = Terms(EstateCosts, _repeated(book, name, part="default_costs"))
            yield WrittenContract("estate", f"{address}.estate", EstateCosts, name, "suppliers", terms)


def is_said(book: Book, name: str, term: str) -> bool:
    """Whether the book says of a party that something can be."""
    figure = book.parties[name].terms.values.get(term)
    return isinstance(figure, Figure) and figure.distribution.numbers != (0.0,)


def is_said_of_anybody(book: Book, term: str) -> bool:
    """Whether the book says it of any party."""
    return any(is_said(book, name, term) for name in book.parties if name not in EDGES)


def _acquirer(terms: Terms) -> str:
    default = next(each.default for each in fields_of(PartyTerms) if each.name == "acquirer")
    return str(terms.values.get("acquirer", default))


def _repeated(book: Book, name: str, **terms: str) -> dict[str, Term]:
    """Terms of a contract that are figures of the party: the same unknowns."""
    found: dict[str, Term] = {}
    for term, of_party in terms.items():
        figure = book.parties[name].terms.values.get(of_party)
        if isinstance(figure, Figure):
            found[term] = replace(figure, same_as=figure.same_as or f"parties.{name}.{of_party}")
    return found
