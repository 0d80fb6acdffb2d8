"""Checks of labs: who stands in segments, what nobody says of those outside, and who has compute of its own.

Each is silent about whatever could not be read: that has been told already.
"""

from __future__ import annotations

from interlock.book.book import Book
from interlock.book.ranges import ROUNDING, quantile
from interlock.book.reading import Reading
from interlock.book.segment import Segment
from interlock.contracts import Distribution
from interlock.ground.address import join
from interlock.ground.figure import Figure


def check_labs(book: Book, reading: Reading) -> None:
    """Run every check; problems go to the reading."""
    for segment in book.segments.values():
        _labs(book, segment, reading)
        _sum(segment, reading)
        if join("segments", segment.name) not in reading.broken:
            _frontier(segment, reading)
    _reach(book, reading)
    _own_fleets(book, reading)


def _labs(book: Book, segment: Segment, reading: Reading) -> None:
    """Labs whose customers are counted twice, and those who sell no models."""
    for name in segment.shares:
        place, party = reading.place_of("segments", segment.name, "shares", name), book.parties.get(name)
        if party is None:
            continue
        given = [term for term in ("revenue", "demand") if term in party.terms.values]
        if "lab" not in party.roles:
            reading.problem(
                place, f"'{name}' has a share of '{segment.name}', but is no lab", "Add `lab` to its roles."
            )
        elif given:
            wrong = (
                f"'{name}' has a share of '{segment.name}', and a `{given[0]}` of its own: its customers count twice"
            )
            reading.problem(
                place, wrong, f"Leave out one of them: what segments spend takes the place of `{given[0]}`."
            )


def _sum(segment: Segment, reading: Reading) -> None:
    """Shares of more than all."""
    most = sum(quantile(figure.distribution, 0.95) for figure in segment.shares.values())
    if most > 1.0 + ROUNDING:
        shown = ", ".join(f"{lab} {figure.text}" for lab, figure in segment.shares.items())
        place = reading.place_of("segments", segment.name, "shares")
        wrong = f"the shares of '{segment.name}' sum to as much as {most * 100:.4g} %: {shown}"
        reading.problem(place, wrong, "Together they are at most 100 %; the rest is that of the outside.")


def _frontier(segment: Segment, reading: Reading) -> None:
    """An outside that would stand still while the models of the book get better."""
    terms, shares = segment.terms.values, segment.shares.values()
    quality = terms.get("quality")
    is_blind = isinstance(quality, Figure) and quality.distribution.numbers == (0.0,)
    has_outside = sum(quantile(figure.distribution, 0.05) for figure in shares) < 1.0 - ROUNDING
    if "frontier" not in terms and has_outside and not is_blind:
        wrong = f"segment '{segment.name}' has no `frontier`: who is outside the book would stand still for ever"
        remedy = "Name a driver of the effective compute of the best model outside, 1 at the start; or `quality: 0`."
        reading.problem(reading.places[join("segments", segment.name)], wrong, remedy)


def _reach(book: Book, reading: Reading) -> None:
    """Reach among customers who do not choose."""
    standing = {lab for segment in book.segments.values() for lab in segment.shares}
    selling = book.selling_labs()
    for contract in book.contracts():
        has_reach = contract.kind is Distribution and "reach" in contract.terms.values
        if has_reach and contract.payee in selling and contract.payee not in standing:
            wrong = f"'{contract.name}' adds to the reach of {contract.payee}, which has a share of no segment"
            reading.problem(reading.place_of(contract.address, "reach"), wrong, "Leave it out.")


def _own_fleets(book: Book, reading: Reading) -> None:
    """Compute of those who have no customers whom it could serve: all of it would run for nothing."""
    for name, party in book.parties.items():
        if "own_fleet" in party.terms.values and name not in book.selling_labs():
            wrong = f"'{name}' has an `own_fleet`, but no customers of its own"
            remedy = "Only a lab with customers uses what it owns; what a cloud has for others is its `fleet`."
            reading.problem(reading.place_of("parties", name, "own_fleet"), wrong, remedy)
        elif "own_fleet" in party.terms.values and "own_cost" not in party.terms.values:
            wrong = f"'{name}' has an `own_fleet`, but no `own_cost`: nobody knows what it costs to run it"
            reading.problem(
                reading.place_of("parties", name, "own_fleet"), wrong, "Give the `own_cost` of a unit in use."
            )
    for name in book.labs_with_sites():
        if not {"own_fleet", "own_cost"} & set(book.parties[name].terms.values):
            wrong = f"'{name}' runs sites of its own, but has no `own_cost`: nobody knows what a unit in use counts at"
            reading.problem(reading.places[join("parties", name)], wrong, "Give the `own_cost` of a unit in use.")
