"""What parties gain by deals as a term of them moves, and the search for where a gain passes a target."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from interlock.book.book import Book
from interlock.book.knowledge import figures_of
from interlock.book.party import EDGES
from interlock.book.quantity import QuantityError, read_quantity, show
from interlock.book.ranges import quantile
from interlock.engine.run import Run, simulate
from interlock.engine.venture import together
from interlock.engine.ventures import Ventures
from interlock.engine.without import run_without, with_dependents
from interlock.engine.worth import discounting
from interlock.ground.address import nearest
from interlock.ground.errors import ArgumentError, did_you_mean
from interlock.ground.figure import Figure
from interlock.ground.sampling_error import sampling_error
from interlock.ground.units import Unit

STEPS = 6
"""Of the grid within the range that the book gives a term."""

WIDER = 3
"""How often the range is made wider, twofold to either side, while a gain does not pass its target in it."""

REFINED = 10
"""Further values of the term that are run for each price, at most."""

NEAR = 0.02
"""Of a step of the grid: so far to either side of a price the slope of the gain is taken."""

CLOSE = 0.05
"""Of its error: how near to its target a gain has to be."""


@dataclass(frozen=True)
class Term:
    """The term that is moved: its unit, where to look, and how far one may go."""

    unit: Unit
    low: float
    high: float
    least: float
    most: float
    said: str
    """What the book says; empty where it leaves the term out."""


@dataclass
class Gains:
    """What each party gains by the deals at each value of the term: [path] USD at the start."""

    book: Book
    address: str
    unit: Unit
    deals: tuple[str, ...]
    parties: tuple[str, ...]
    rate: float
    life: Mapping[str, float]
    with_what_is_left: bool
    making: dict[str, Any]
    known: dict[float, dict[str, Any]] = field(default_factory=dict)
    absent: dict[str, Any] = field(default_factory=dict)
    """What each is worth without the deals, where the term does nothing then."""
    figures: tuple[str, ...] = ()
    draws: Any = None

    def of(self, value: float) -> dict[str, Any]:
        """By party; run once for each value."""
        if value not in self.known:
            # With so many digits what is read back is the number itself, or its neighbour.
            book = self.book.amend({self.address: show(value, self.unit, digits=17)})
            run = simulate(book, **self.making)
            self.figures, self.draws = run.figures, run.draws
            there, absent = self._worth(run), self.absent
            if not absent:
                gone = {each for deal in self.deals for each in with_dependents(self.book, f"deals.{deal}")}
                absent = self._worth(run_without(run, gone, self.making["threads"]))
            if self._is_of_the_deals():
                self.absent = absent
            self.known[value] = {party: there[party] - absent[party] for party in self.parties}
        return self.known[value]

    def _worth(self, run: Run) -> dict[str, Any]:
        ventures, by = Ventures(run), discounting(run, self.rate, self.life)
        found = {}
        for party in self.parties:
            mine = [*ventures.of(party).values()]
            whole = together(mine)
            flows = ventures.blank.copy()
            whole.enter_in(flows)
            worth = by.worth(flows, whole.before)
            left = by.at_the_end(mine).total() if self.with_what_is_left else 0.0
            found[party] = worth + by.worth_at_the_start(left)
        return found

    def _is_of_the_deals(self) -> bool:
        """Whether the term is one of the deals' own, and nothing else repeats it."""
        repeated = any(figure.same_as == self.address for _, figure in figures_of(self.book))
        return not repeated and any(self.address.startswith(f"deals.{deal}.") for deal in self.deals)


class Search:
    """Where gains pass their targets, on one grid for all parties."""

    def __init__(self, gains: Gains, term: Term) -> None:
        self.gains = gains
        self.grid = _spread(term.low, term.high)
        for value in self.grid:
            gains.of(value)
        self.term = term

    def widen(self, party: str, goal: float) -> None:
        """Look further to both sides while the gain of a party, if it moves at all, does not pass its goal."""
        moves = any(self.gap(value, party, goal) != self.gap(self.grid[0], party, goal) for value in self.grid)
        low, high = self.grid[0], self.grid[-1]
        for _ in range(WIDER if moves else 0):
            if any(self.steps(party, goal)):
                break
            further = high - low
            low = max(low / 2.0 if low > 0.0 else low - further, self.term.least)
            high = min(high * 2.0 if low > 0.0 else high + further, self.term.most)
            self.grid = sorted({low, *self.grid, high})
            for value in (low, high):
                self.gains.of(value)

    def prices(self, party: str, goal: float) -> list[tuple[str, float, float, bool]]:
        """Each value at which the gain of a party passes its goal: party, value, error, whether it rises there."""
        return [self._within(*step, party, goal) for step in [*self.steps(party, goal)]]

    def gap(self, value: float, party: str, goal: float) -> float:
        """By how much the mean gain is above the goal."""
        return float(self.gains.of(value)[party].mean()) - goal

    def steps(self, party: str, goal: float) -> Iterator[tuple[float, float]]:
        """The steps of the grid over which the gain passes the goal."""
        for low, high in zip(self.grid, self.grid[1:], strict=False):
            if (self.gap(low, party, goal) < 0.0) != (self.gap(high, party, goal) < 0.0):
                yield low, high

    def _within(self, low: float, high: float, party: str, goal: float) -> tuple[str, float, float, bool]:
        """False position in one step, halving the weight of an end that stays (the Illinois way)."""
        below, above = self.gap(low, party, goal), self.gap(high, party, goal)
        rises, step = above > below, (low, high)
        value, stayed = low if abs(below) < abs(above) else high, 0
        for _ in range(REFINED):
            value = (low * above - high * below) / (above - below)
            found = self.gap(value, party, goal)
            if abs(found) <= CLOSE * self.error(value, party):
                break
            if (found < 0.0) == (below < 0.0):
                low, below, above = value, found, above / 2.0 if stayed == 1 else above
                stayed = 1
            else:
                high, above, below = value, found, below / 2.0 if stayed == -1 else below
                stayed = -1
            if high - low <= 1e-12 * max(abs(low), abs(high)):
                break
        near = NEAR * (step[1] - step[0])
        before, after = max(value - near, step[0]), min(value + near, step[1])
        slope = abs(self.gap(after, party, goal) - self.gap(before, party, goal)) / (after - before)
        return party, value, self.error(value, party) / slope if slope > 0.0 else math.inf, rises

    def error(self, value: float, party: str) -> float:
        """One standard error of the mean gain."""
        return float(sampling_error(self.gains.of(value)[party], self.gains.making["sampling"]))


def _spread(low: float, high: float) -> list[float]:
    """The grid: even, or even in the logarithm where it spans more than a factor of three."""
    if low > 0.0 and high > 3.0 * low:
        return [low * (high / low) ** (step / STEPS) for step in range(STEPS + 1)]
    return [low + (high - low) * step / STEPS for step in range(STEPS + 1)]


def deals_of(book: Book, address: str, deals: Sequence[str]) -> tuple[str, ...]:
    """The deals that are held against their absence. Raises ArgumentError."""
    for name in deals:
        if name not in book.deals:
            raise ArgumentError(f"there is no deal '{name}'. {did_you_mean(name, book.deals, 'deals')}")
    if deals:
        return tuple(dict.fromkeys(deals))
    section, name, *_ = [*address.split("."), ""]
    if section == "deals" and name in book.deals:
        return (name,)
    if address not in book.spots():
        raise ArgumentError(_unknown(book, address))
    raise ArgumentError(f"{address} belongs to no deal: name the one that is to be worth signing, --deal NAME.")


def parties_of(book: Book, address: str, deals: Sequence[str], for_: str | None) -> tuple[str, ...]:
    """The party that is asked for, then the others that the deals bind. Raises ArgumentError."""
    names = sorted(set(book.parties) - set(EDGES))
    if for_ is not None and for_ not in names:
        raise ArgumentError(f"party is '{for_}'. {did_you_mean(for_, names, 'parties')}")
    contracts = [contract for deal in deals for contract in book.deals[deal].contracts.values()]
    bound = {end for contract in contracts for end in (contract.payer, contract.payee)} & set(names)
    if for_ is None:
        own = [contract.payee for contract in contracts if address.startswith(f"{contract.address}.")]
        for_ = next((party for party in own if party in bound), None)
    if for_ is None:
        raise ArgumentError(f"who is to gain by {' and '.join(deals)}? Name a party: --for {min(bound or names)}.")
    return (for_, *sorted(bound - {for_}))


def refuse_target(target: float) -> None:
    """Raise ArgumentError for a target that is no amount."""
    if not math.isfinite(target):
        raise ArgumentError(f"target is {target}; it must be an amount in USD.")


def term_of(book: Book, address: str, between: tuple[str, str] | None) -> Term:
    """The unit of a term, and where to look for its price. Raises ArgumentError."""
    spot, figure = book.spots().get(address), dict(figures_of(book)).get(address)
    if spot is None:
        raise ArgumentError(_unknown(book, address))
    unit = figure.unit if figure is not None else spot.unit
    if unit is None or unit.base == "*" or unit.is_moment:
        raise ArgumentError(f"{address} is no amount that can be moved: name a total, a price, a share, a term.")
    least = -math.inf if unit.at_least is None else unit.at_least
    most = math.inf if unit.at_most is None else unit.at_most
    if between is not None:
        low, high = (_one(text, unit, address) for text in between)
        if not low < high:
            raise ArgumentError(f"between {between[0]} and {between[1]} there is nothing: write the smaller one first.")
        return Term(unit, low, high, low, high, "" if figure is None else figure.text)
    if figure is None:
        raise ArgumentError(
            f"the book leaves {address} out: say between which two values to look, --between LOW..HIGH."
        )
    return Term(unit, *_range(figure, least, most), least, most, figure.text)


def _range(figure: Figure, least: float, most: float) -> tuple[float, float]:
    """Nine futures in ten; of what is certain, from half of it to twice."""
    low, high = (quantile(figure.distribution, part) for part in (0.05, 0.95))
    if low == high:
        low, high = (low / 2.0, high * 2.0) if low > 0.0 else (low - 1.0, high + 1.0)
    return max(low, least), min(high, most)


def _one(text: str, unit: Unit, address: str) -> float:
    try:
        distribution = read_quantity(text, unit).distribution
    except QuantityError as error:
        raise ArgumentError(f"{address} {error.wrong}. {error.remedy}".rstrip()) from None
    if not distribution.is_certain:
        raise ArgumentError(f"{address} is looked for from '{text}' on, which must be one number.")
    return distribution.numbers[0]


def _unknown(book: Book, address: str) -> str:
    near = nearest(address, book.spots())
    remedy = f"Did you mean '{near}'?" if near else "Addresses read section.name.field: deals.DEAL.CONTRACT.TERM."
    return f"there is no '{address}' in this book. {remedy}"
