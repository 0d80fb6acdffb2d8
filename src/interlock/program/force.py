"""When a contract comes into force: its deal completes, and so do the deals that it depends on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlock.book.book import Book
from interlock.book.deal import WrittenContract
from interlock.contracts.contract import ALWAYS, NEVER
from interlock.ground.units import Number
from interlock.program.reading import Ledger
from interlock.program.recipes import Constant, Draws, Origin


@dataclass(frozen=True)
class Force:
    """The month from which a contract is in force; NEVER where a deal that it needs does not complete."""

    deals: tuple[tuple[Origin, Origin], ...] = ()
    """For each deal that it needs: whether the deal completes (0 or 1), and when."""
    is_void: bool = False

    @property
    def moments(self) -> tuple[Origin, ...]:
        """When each of those deals completes that the book gives a date for."""
        return tuple(when for _, when in self.deals if when != Constant(ALWAYS))

    def value(self, draws: Draws) -> Number:
        """The month on each path."""
        month = np.full(draws.shape[1], NEVER if self.is_void else ALWAYS)
        for completes, when in self.deals:
            month = np.maximum(month, np.where(np.asarray(completes.value(draws)) > 0.5, when.value(draws), NEVER))
        return month


def force_of(book: Book, contract: WrittenContract | None, ledger: Ledger) -> Force:
    """When a contract is in force; a party's plain flows always are, a row that only pads never is."""
    if contract is None:
        return Force(is_void=True)
    section, name, *_ = contract.address.split(".")
    if section != "deals":
        return Force()
    needed = _with_dependencies(book, name)
    terms = []
    for each in needed:
        deal = book.deals[each]
        completes: Origin = Constant(1.0)
        if deal.probability is not None:
            completes = ledger.origin(deal.probability, f"deals.{each}.probability")
        when: Origin = Constant(ALWAYS)
        if deal.completes is not None:
            when = ledger.origin(deal.completes, f"deals.{each}.completes")
        terms.append((completes, when))
    return Force(tuple(terms), any(book.deals[each].status == "ended" for each in needed))


def is_signed(book: Book, contract: WrittenContract) -> bool:
    """Whether nothing but time stands before a contract's coming into force."""
    section, name, *_ = contract.address.split(".")
    deals = [book.deals[each] for each in _with_dependencies(book, name)] if section == "deals" else []
    return all(deal.probability is None and deal.status != "ended" for deal in deals)


def _with_dependencies(book: Book, name: str) -> list[str]:
    """A deal and all that it depends on, each once, in order of name."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += book.deals[each].depends_on
    return sorted(found)
