"""The whole folder as one frozen value, addressed by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from interlock.book.amend import changed, changes_of
from interlock.book.deal import Deal, WrittenContract
from interlock.book.party import Party
from interlock.book.scenario import applied
from interlock.book.source import Source
from interlock.book.spots import Spot, kinds_by_name, spots
from interlock.book.terms import Terms
from interlock.book.written import Written
from interlock.contracts.contract import Contract
from interlock.drivers.driver import Driver
from interlock.ground.errors import ArgumentError, Place, Problem
from interlock.ground.figure import Figure


@dataclass(frozen=True)
class Shock:
    """A change of a running driver in given months: its level times a factor, or set to a level."""

    driver: str
    factor: float | None
    to: float | None
    """In the driver's base unit."""
    begins: int
    until: int
    """The first calendar month that is no longer touched."""


@dataclass(frozen=True)
class Failure:
    """A party made to fail in a given calendar month."""

    party: str
    month: int


@dataclass(frozen=True)
class Book:
    """Parties, deals, drivers and figures of one date. `amend` gives a changed copy; nothing is changed in place."""

    name: str
    title: str
    as_of: str
    start: int
    """The first calendar month of a run, counted since the year 0."""
    months: int
    sources: Mapping[str, Source]
    parties: Mapping[str, Party]
    """Those of the book, then the world's edges."""
    figures: Mapping[str, Figure]
    """Figures that others refer to with `same_as`, addressed `figures.NAME`."""
    drivers: Mapping[str, Terms]
    correlations: tuple[tuple[str, str, float], ...]
    """Pairs of drivers, and the correlation of their monthly shocks."""
    groups: Mapping[str, float]
    """Groups of figures, and the rank correlation within each (of the normals behind them)."""
    deals: Mapping[str, Deal]
    kinds: tuple[type[Contract | Driver], ...]
    """The kinds that it was read with."""
    shocks: tuple[Shock, ...] = ()
    failures: tuple[Failure, ...] = ()
    raw: Written = field(default=Written({}, Place("")), repr=False, compare=False)
    """The merged files, each piece with its place: what `amend` changes and reads again."""
    folder: str = field(default="", repr=False, compare=False)
    """Where its files lie: tables, and the folder of its scenarios."""
    reread: Callable[[Written], Book] | None = field(default=None, repr=False, compare=False)
    """What reads changed files as these were read."""
    places: Mapping[str, Place] = field(default_factory=dict, repr=False, compare=False)
    """Where each address stands."""
    remarks: tuple[Problem, ...] = field(default=(), repr=False, compare=False)
    """What is not wrong, but should be looked at: figures without a grade."""

    def amend(self, changes: Mapping[str, object]) -> Book:
        """The book with other figures: `{"drivers.demand.growth": "20 to 40 %/year"}`. Raises BookError."""
        return self._read(changed(self.raw, self.spots(), changes_of(changes)))

    def under(self, scenario: Written) -> Book:
        """The book as a scenario changes it. Raises BookError."""
        return self._read(applied(self.raw, scenario, self._spots_of))

    def spots(self) -> Mapping[str, Spot]:
        """Every address of the book, and where it stands."""
        return self._spots_of(self.raw)

    def _spots_of(self, root: Written) -> Mapping[str, Spot]:
        return spots(root, kinds_by_name(self.kinds))

    def _read(self, root: Written) -> Book:
        if self.reread is None:
            raise ArgumentError("this book was not read from files, so it cannot be changed: read it with open_book.")
        return self.reread(root)

    def contracts(self) -> Iterator[WrittenContract]:
        """Every contract of every deal and party, in order of address."""
        written = [contract for deal in self.deals.values() for contract in deal.contracts.values()]
        written += [flow for party in self.parties.values() for flow in party.flows.values()]
        return iter(sorted(written, key=lambda contract: contract.address))
