"""The whole folder as one frozen value, addressed by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from interlock.book.amend import changed, changes_of
from interlock.book.deal import Deal, WrittenContract
from interlock.book.kinds import Kind, kinds_by_name
from interlock.book.party import EDGES, Party
from interlock.book.scenario import applied
from interlock.book.segment import Segment
from interlock.book.source import Source
from interlock.book.spots import Spot, spots
from interlock.book.tell import Teller, day_in_words
from interlock.book.terms import Terms
from interlock.book.titles import Titles, titles_of
from interlock.book.written import Written
from interlock.ground import notebook
from interlock.ground.errors import ArgumentError, Place, Problem, did_you_mean
from interlock.ground.figure import Figure
from interlock.ground.months import name_of

SHOWN = 12
"""Deals that a notebook lists at once."""


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
    kinds: tuple[Kind, ...]
    """The kinds that it was read with."""
    tails: tuple[str, ...] = ()
    """Drivers that go to extremes together, in order of name."""
    segments: Mapping[str, Segment] = field(default_factory=dict)
    """Of the market for models, in which labs have shares."""
    markets: Mapping[str, Terms] = field(default_factory=dict)
    ties: Mapping[str, Figure] = field(default_factory=dict)
    """The figures behind correlations and groups, by address: with their grades."""
    shocks: tuple[Shock, ...] = ()
    failures: tuple[Failure, ...] = ()
    chips: Mapping[str, Terms] = field(default_factory=dict)
    """Generations of chips."""
    sites: Mapping[str, WrittenContract] = field(default_factory=dict)
    """What each site costs its owner, and what runs there."""
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

    def _repr_html_(self) -> str:
        """In a notebook: which deals it holds, and between whom."""
        about = f"As of {day_in_words(self.as_of)}; {self.months} months from {day_in_words(name_of(self.start))}"
        deals = sorted(self.deals.values(), key=lambda each: (each.announced_on, each.name))
        rows = [
            (day_in_words(each.announced_on), each.title, each.status.replace("-", " "), ", ".join(self._ends(each)))
            for each in deals
        ]
        listed = notebook.table(("announced", "deal", "status", "between"), rows)
        return notebook.page(
            notebook.heading(self.title, about),
            notebook.sentences(
                [f"{len(self.parties) - len(EDGES)} parties, {len(deals)} deals, {len(self.sources)} sources."]
            ),
            listed if len(rows) <= SHOWN else notebook.folded(f"{len(rows)} deals", listed),
        )

    @property
    def titles(self) -> Titles:
        """What its parties are called."""
        return titles_of(self.parties.values())

    def _ends(self, deal: Deal) -> Iterator[str]:
        """Who is bound by a deal."""
        ends = dict.fromkeys(end for each in deal.contracts.values() for end in (each.payer, each.payee))
        titles = self.titles
        return (titles.label(end) for end in ends)

    def amend(self, changes: Mapping[str, object]) -> Book:
        """The book with other figures: `{"drivers.demand.growth": "20 to 40 %/year"}`. Raises BookError."""
        return self._read(changed(self.raw, self.spots(), changes_of(changes)))

    def under(self, scenario: Written) -> Book:
        """The book as a scenario changes it. Raises BookError."""
        return self._read(applied(self.raw, scenario, self._spots_of))

    def tell(self, deal: str | None = None) -> str:
        """The book in sentences, or one deal of it, by its name."""
        teller = Teller({name: party.title for name, party in self.parties.items()}, self.sources)
        if deal is not None:
            if deal not in self.deals:
                raise ArgumentError(f"there is no deal '{deal}'. {did_you_mean(deal, self.deals, 'deals')}")
            return teller.deal(self.deals[deal])
        dates = f"As of {day_in_words(self.as_of)}; {self.months} months from {day_in_words(name_of(self.start))}."
        deals = sorted(self.deals.values(), key=lambda each: (each.announced_on, each.name))
        parties = [party for name, party in self.parties.items() if name not in EDGES]
        return "\n\n".join(
            [
                f"{self.title}\n{dates}",
                *(teller.deal(each) for each in deals),
                *(teller.party(party) for party in parties),
                *(teller.segment(segment) for segment in self.segments.values()),
                *(teller.chips(name, terms) for name, terms in self.chips.items()),
                *(teller.contract(site) for site in self.sites.values()),
                *(teller.driver(name, terms) for name, terms in self.drivers.items()),
                *(teller.market(name, terms) for name, terms in self.markets.items()),
                *self._tell_of_chance(teller),
            ]
        )

    def _tell_of_chance(self, teller: Teller) -> list[str]:
        """What moves together, and what is done to a run."""
        together = [
            f"{' and '.join(names)} are correlated by {teller.figure(figure)}."
            if section == "correlations"
            else f"The figures of the group '{names[0]}' are correlated by {teller.figure(figure)}."
            for address, figure in sorted(self.ties.items())
            for section, *names in [address.split(".")]
        ]
        if self.tails:
            together.append(f"The drivers {' and '.join(self.tails)} go to extremes together.")
        shocks = [
            f"From {name_of(shock.begins)} until {name_of(shock.until)} the driver '{shock.driver}' is "
            + (f"multiplied by {shock.factor:g}." if shock.factor is not None else f"set to {shock.to:g} (base units).")
            for shock in self.shocks
        ]
        failures = [f"{self.parties[each.party].title} fails in {name_of(each.month)}." for each in self.failures]
        return ["\n".join(lines) for lines in (together, [*shocks, *failures]) if lines]

    def spots(self) -> Mapping[str, Spot]:
        """Every address of the book, and where it stands."""
        return self._spots_of(self.raw)

    def _spots_of(self, root: Written) -> Mapping[str, Spot]:
        return spots(root, kinds_by_name(self.kinds))

    def _read(self, root: Written) -> Book:
        if self.reread is None:
            raise ArgumentError("this book was not read from files, so it cannot be changed: read it with open_book.")
        return self.reread(root)

    def selling_labs(self) -> tuple[str, ...]:
        """Labs with customers of their own, in order of name: those with a `revenue`, or a share of a segment."""
        standing = {lab for segment in self.segments.values() for lab in segment.shares}
        labs = {name: party for name, party in self.parties.items() if "lab" in party.roles}
        return tuple(sorted(name for name, lab in labs.items() if name in standing or "revenue" in lab.terms.values))

    def labs_with_sites(self) -> tuple[str, ...]:
        """Labs with customers of their own that own a site, in order of name."""
        owners = {site.payer for site in self.sites.values()}
        return tuple(name for name in self.selling_labs() if name in owners)

    def contracts(self) -> Iterator[WrittenContract]:
        """Every contract of every deal and party, and every site, in order of address."""
        written = [contract for deal in self.deals.values() for contract in deal.contracts.values()]
        written += self.sites.values()
        written += [flow for party in self.parties.values() for flow in party.flows.values()]
        return iter(sorted(written, key=lambda contract: contract.address))
