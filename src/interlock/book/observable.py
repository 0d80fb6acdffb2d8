"""What a run says of each month that others report, too: a closed list of phrases.

sales of nvidia      paid under deals.azure-2025-11.compute      price of compute      stake of google in anthropic
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from interlock.book.book import Book
from interlock.book.party import EDGES
from interlock.book.read_drivers import unit_of


class Observable(StrEnum):
    """What can be held against a report. Words in capitals are names of the book."""

    sales = "sales of PARTY"
    """What it is paid for purposes that are somebody's revenue: all but financing, tax and other business."""
    models = "models of LAB"
    """What customers pay for its models, whoever bills them: revenue gross of what clouds keep."""
    capex = "capex of PARTY"
    """What it pays for chips and construction; deposits are not in it."""
    cash = "cash of PARTY"
    """At the end of the period."""
    fleet = "fleet of PARTY"
    """Compute that it has at the end of the period, as far as the book knows."""
    paid = "paid under CONTRACT"
    """What its payer pays its payee; the contract is named by its address."""
    remaining = "remaining under CONTRACT"
    """What its payer is still bound to pay at the end of the period, whatever is used."""
    backlog = "backlog of PARTY"
    """The same under all contracts of the book by which it sells something: those that it signs later are not in it."""
    price = "price of MARKET"
    """By the hour, on average over the period."""
    term_price = "term price of MARKET"
    """For a term of years, on average over the period."""
    level = "level of DRIVER"
    """On average over the period."""
    powered = "power at SITE"
    """Handed over at the meter by the end of the period."""
    installed = "installed at SITE"
    """Compute there that has power, at the end of the period."""
    stake = "stake of HOLDER in COMPANY"
    """At the end of the period."""
    share = "share of LAB in SEGMENT"
    """Of what the customers of the segment use, at the end of the period."""


FLOWS = {Observable.sales, Observable.models, Observable.capex, Observable.paid}
"""What is paid over a period: reported as a sum in USD, or as a rate in USD/year."""

AVERAGES = {Observable.price, Observable.term_price, Observable.level}
"""What is reported as the average of a period; all others stand at its end."""

BASES = {
    Observable.cash: "USD",
    Observable.fleet: "H100e",
    Observable.remaining: "USD",
    Observable.backlog: "USD",
    Observable.price: "USD/H100e/month",
    Observable.term_price: "USD/H100e/month",
    Observable.powered: "MW",
    Observable.installed: "H100e",
    Observable.stake: "",
    Observable.share: "",
}
"""The base unit of each that is no flow and no driver."""


@dataclass(frozen=True)
class Quantity:
    """One thing that is observed: which, and of whom."""

    of: Observable
    names: tuple[str, ...]

    def __str__(self) -> str:
        found = self.of.value
        for name in self.names:
            found = re.sub(r"[A-Z]+", name, found, count=1)
        return found

    @property
    def is_flow(self) -> bool:
        """Whether it is paid over a period."""
        return self.of in FLOWS

    def units(self, book: Book) -> tuple[str, ...]:
        """The base units in which it may be reported."""
        if self.is_flow:
            return ("USD", "USD/month")
        if self.of is Observable.level:
            return (unit_of(book.drivers[self.names[0]]).base,)
        return (BASES[self.of],)


def quantity_of(text: str) -> Quantity | None:
    """What a phrase names, whether or not the book has it; None for no phrase of the list."""
    for each in Observable:
        names = names_in(each, text)
        if names is not None:
            return Quantity(each, names)
    return None


def names_in(phrase: str, text: str) -> tuple[str, ...] | None:
    """What stands in a text where a phrase has words in capitals; None where the text is not that phrase."""
    match = _pattern(phrase).fullmatch(" ".join(text.split()))
    return None if match is None else match.groups()


@lru_cache
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"[A-Z]+", r"([a-z0-9.-]+)", phrase))


def names_for(book: Book, phrase: str) -> tuple[Mapping[str, Collection[str]], ...]:
    """For each word in capitals of a phrase: what the book calls such things, under the word for them."""
    party = {"parties": [name for name in book.parties if name not in EDGES]}
    if phrase == Observable.fleet:
        # One without a fleet delivers what it has promised: nobody knows of what.
        party = {"parties with a fleet": [name for name in book.parties if "fleet" in book.parties[name].terms.values]}
    lab = {"labs with customers": list(book.selling_labs())}
    contract = {"contracts": [contract.address for contract in book.contracts()]}
    words = {
        "PARTY": party,
        "PAYER": {"parties": list(book.parties)},
        "PAYEE": {"parties": list(book.parties)},
        "HOLDER": {"parties": list(book.parties)},
        "COMPANY": party,
        "LAB": lab,
        "CONTRACT": contract,
        "MARKET": {"markets": list(book.markets)},
        "DRIVER": {"drivers": list(book.drivers)},
        "SITE": {"sites": list(book.sites)},
        "SEGMENT": {"segments": list(book.segments)},
    }
    return tuple(words[word] for word in re.findall(r"[A-Z]+", phrase))
