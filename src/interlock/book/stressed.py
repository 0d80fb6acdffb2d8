"""Failures and shocks that are not in a book's files, but asked for: in Python, or on the command line.

lab@2028-01                                       a party is made to fail in a month
drivers.demand.level=0.5@2027-01..2028-01         a driver is multiplied by a factor, until a month that is spared
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from interlock.book.book import Book
from interlock.book.party import EDGES
from interlock.book.quantity import QuantityError, read_quantity
from interlock.book.read_shocks import FACTOR
from interlock.book.written import written_as
from interlock.ground.address import join
from interlock.ground.errors import ArgumentError, Place, did_you_mean
from interlock.ground.months import is_month, month_of, name_of


def parse_failures(texts: Iterable[str]) -> dict[str, str]:
    """The month of each party, from PARTY@MONTH. Raises ArgumentError."""
    found: dict[str, str] = {}
    for text in texts:
        party, at, month = text.partition("@")
        if not (party and at and month):
            raise ArgumentError(f"'{text}' is not PARTY@MONTH. Write for example lab@2028-01.")
        if party in found:
            raise ArgumentError(f"'{text}': {party} fails once, and in {found[party]} already.")
        found[party] = month
    return found


def stressed(book: Book, fail: Mapping[str, str], shocks: Sequence[str]) -> Book:
    """The book in which these parties fail in these months, and drivers are shaken as ADDRESS=FACTOR@FROM..UNTIL say.

    FROM.. alone is to the end of the run. Raises ArgumentError for what is not in the book, or not in its months.
    """
    if not fail and not shocks:
        raise ArgumentError("no stress is given: name a party that fails, or a shock to a driver.")
    scenario = {
        "title": "stress",
        "fail": [_failure(book, party, month) for party, month in fail.items()],
        "shocks": [_shock(book, text) for text in shocks],
    }
    return book.under(written_as({field: part for field, part in scenario.items() if part}, Place("stress")))


def told(fail: Mapping[str, str], shocks: Sequence[str]) -> Iterator[str]:
    """Each stress as a clause."""
    for party, month in fail.items():
        yield f"{party} fails in {month}"
    for text in shocks:
        address, _, rest = text.partition("=")
        factor, _, months = rest.partition("@")
        begins, _, until = months.partition("..")
        yield f"{address} is multiplied by {factor} from {begins} {f'until {until}' if until else 'on'}"


def refuse_party(book: Book, party: str) -> None:
    """Raise ArgumentError for what is no party of the book that can fail."""
    known = set(book.parties) - set(EDGES)
    if party not in known:
        raise ArgumentError(f"'{party}' is no party that can fail. {did_you_mean(party, known, 'parties')}")


def _failure(book: Book, party: str, month: str) -> dict[str, str]:
    refuse_party(book, party)
    refuse_month(book, month, f"{party} is to fail")
    return {"party": party, "month": month}


def _shock(book: Book, text: str) -> dict[str, str]:
    address, equals, rest = text.partition("=")
    factor, at, months = rest.partition("@")
    begins, dots, until = months.partition("..")
    if not (address and equals and factor and at and begins and dots):
        example = "drivers.demand.level=0.5@2027-01..2028-01"
        raise ArgumentError(
            f"'{text}' is not ADDRESS=FACTOR@FROM..UNTIL, or @FROM.. to the end. Write for example {example}."
        )
    known = [join("drivers", name, "level") for name in book.drivers]
    if address not in known:
        raise ArgumentError(f"'{address}' is no driver's level. {did_you_mean(address, known, 'drivers')}")
    try:
        is_certain = read_quantity(factor, FACTOR).distribution.is_certain
    except QuantityError as error:
        raise ArgumentError(f"the factor {error.wrong}. {error.remedy}".rstrip()) from None
    if not is_certain:
        raise ArgumentError(f"the factor is '{factor}', but must be one number.")
    refuse_month(book, begins, f"the shock to {address} begins")
    # To the end of the run.
    until = until or name_of(book.start + book.months)
    if not is_month(until) or month_of(until) <= month_of(begins):
        raise ArgumentError(
            f"the shock to {address} ends in '{until}': write the first month that it spares, after {begins}."
        )
    return {"address": address, "factor": factor, "from": begins, "until": until}


def refuse_month(book: Book, month: str, what: str) -> None:
    """Raise ArgumentError for what is no month of the run."""
    first, last = name_of(book.start), name_of(book.start + book.months - 1)
    if not is_month(month):
        raise ArgumentError(f"{what} in '{month}', which is no month. Write for example {first}.")
    if not book.start <= month_of(month) < book.start + book.months:
        raise ArgumentError(f"{what} in {month}, but the run goes from {first} to {last}.")
