"""What is fixed when the month is compiled: a book of the same shape reuses the compiled month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from interlock.contracts.contract import Contract, Leg, Purpose, Rank
from interlock.drivers.driver import Driver

INSIDE, SUPPLY, OTHERS = range(3)
"""The order in which contracts act: those that count toward another first, then all that supply compute."""

BILLED, RESERVED, SUBSCRIBED, HANDED_OUT = range(4)
"""The waves in which legs are paid: bills by clearing; before, from free cash, first what cash is kept ready for, then
other subscriptions, then dividends."""


ASKS_FOR_COVER = frozenset({"locked_below", "cover_at_least", "leverage_at_most"})
"""A contract that has one of these terms sees how well the business of its payer, or its payee, carries its debt."""


class Fill(StrEnum):
    """Where the value of a term comes from when a rule is called."""

    value = "value"
    """Drawn or given; one number for each row and path."""
    certain = "certain"
    """One number for each row."""
    driver = "driver"
    """The level of a driver this month."""
    trigger = "trigger"
    """The month in which a trigger first held."""
    watch = "watch"
    """Something watched, as of the end of last month."""
    schedule = "schedule"
    """A schedule: times and levels for each row."""
    absent = "absent"
    """`None`."""
    text = "text"
    """A name or a word that no rule looks at."""


@dataclass(frozen=True)
class Slot:
    """One term of a stack."""

    name: str
    """Dotted where the term is a field of a part."""
    fill: Fill
    linear: bool = False


@dataclass(frozen=True)
class StackShape:
    """Contracts (or drivers, or parties) of one kind whose terms have the same parts: what is compiled."""

    kind: type
    size: int
    """Rows, padded."""
    slots: tuple[Slot, ...]
    stage: int = 0
    """When a contract acts in the month."""
    first_row: int = 0
    first_legs: tuple[int, ...] = ()
    """For each leg of the kind, its first row among all legs: of one wave after the other."""
    buys_shares: bool = False
    """Whether its contracts remember shares that they bought."""

    @property
    def rows(self) -> slice:
        """Its rows among those of all contracts."""
        return slice(self.first_row, self.first_row + self.size)

    @property
    def legs(self) -> tuple[slice, ...]:
        """For each leg of the kind, its rows among all legs."""
        return tuple(slice(first, first + self.size) for first in self.first_legs)

    def paid_in(self, wave: int) -> tuple[int, ...]:
        """The numbers of the legs that are paid in a wave."""
        return tuple(n for n, leg in enumerate(kind_of(self).legs) if wave_of(leg) == wave)


@dataclass(frozen=True)
class Shape:
    """Everything that decides what is compiled; a book with the same shape reuses the compiled month."""

    months: int
    parties: int
    """Rows of parties with budgets, padded."""
    edges: int
    contracts: tuple[StackShape, ...]
    drivers: tuple[StackShape, ...]
    party: StackShape
    market: StackShape | None
    """None where the book has no markets."""
    triggers: tuple[int, int, int]
    """Rows of triggers, alternatives in each, conditions in each alternative."""
    conditions: int
    start: int
    has_inside: bool
    delayed: int
    """Legs that fall due some time after they are billed, padded."""
    longest_delay: int
    """Months."""
    longest_grace: int
    """Months for which the bills of each party are told apart."""
    prepaid: int
    """Contracts against whose bills a prepayment is set off, padded."""
    guaranteed: int
    """Debts that somebody guarantees, padded."""
    has_cover: bool
    """Whether anything asks how well the business of a party carries its debt."""
    watches_failures: bool
    """Whether anything asks who has failed, or was taken over."""
    has_restructuring: bool
    """Whether a party that fails may go on with less."""
    has_takeovers: bool
    """Whether a party that fails may be taken over."""
    has_estates: bool
    """Whether a failure costs a party cash."""
    has_moving_customers: bool
    """Whether customers of a lab that has failed go to others."""
    tails: int
    """Drivers that go to extremes together, padded."""
    has_cuts: bool
    """Whether a party cuts its spending when its cash will not last."""
    segment: StackShape | None = None
    """The segments of the market for models, where the book has any."""
    shares: int = 0
    """Rows of shares of them, padded."""
    has_models: bool = False
    """Whether the models of labs are followed."""

    chips: StackShape | None = None
    """Generations of chips, of a book that has any."""
    has_mixes: bool = False
    """Whether it matters to labs what chips do beyond H100s."""

    @property
    def sites(self) -> int:
        """Rows of sites."""
        return sum(stack.size for _, stack in building(self))

    @property
    def has_rescues(self) -> bool:
        """Whether a party that fails may be saved."""
        return self.has_restructuring or self.has_takeovers

    @property
    def rows(self) -> int:
        """Contract rows."""
        return sum(stack.size for stack in self.contracts)

    @property
    def suppliers(self) -> int:
        """Rows of contracts that supply compute; they come first."""
        return sum(stack.size for stack in self.contracts if stack.stage <= SUPPLY)

    @property
    def looks_ahead(self) -> bool:
        """Whether what parties will need is worked out."""
        return self.has_cuts or any(kind_of(stack).looks_ahead for stack in self.contracts)

    @property
    def taxes_profit(self) -> bool:
        """Whether what parties earn and invest is worked out."""
        return any(kind_of(stack).taxes_profit for stack in self.contracts)

    @property
    def sells_up(self) -> bool:
        """Whether others may buy what a party owned that has failed."""
        return any(leg.sells_up for stack in self.contracts for leg in kind_of(stack).legs)

    @property
    def legs(self) -> int:
        """Leg rows."""
        return sum(stack.size * len(kind_of(stack).legs) for stack in self.contracts)

    @property
    def bills(self) -> int:
        """Leg rows that are billed; those that are paid from free cash come after them."""
        return sum(stack.size * len(stack.paid_in(BILLED)) for stack in self.contracts)

    @property
    def driver_rows(self) -> int:
        """Driver rows."""
        return sum(stack.size for stack in self.drivers)

    @property
    def markets(self) -> int:
        """Market rows."""
        return 0 if self.market is None else self.market.size

    @property
    def levels(self) -> int:
        """Rows of what moves and may be referred to: drivers, then what markets ask by the hour and for a term."""
        return self.driver_rows + 2 * self.markets

    @property
    def years(self) -> int:
        """Calendar years that the run touches."""
        return (self.start + self.months - 1) // 12 - self.start // 12 + 1


def building(shape: Shape) -> Iterator[tuple[int, StackShape]]:
    """The stacks of sites, with their numbers."""
    for n, stack in enumerate(shape.contracts):
        if kind_of(stack).builds:
            yield n, stack


def says(stack: StackShape, rule: str) -> bool:
    """Whether the kind of a stack has a rule of its own."""
    return getattr(stack.kind, rule) is not getattr(Contract, rule)


def acting(shape: Shape, *stages: int) -> Iterator[tuple[int, StackShape]]:
    """The stacks of some stages that do something to the physical world, with their numbers."""
    for n, stack in enumerate(shape.contracts):
        if stack.stage in stages and (stack.stage <= SUPPLY or says(stack, "effects")):
            yield n, stack


def kind_of(stack: StackShape) -> type[Contract]:
    """The kind of a stack of contracts."""
    return stack.kind


def wave_of(leg: Leg) -> int:
    """When a leg is paid."""
    if leg.rank is not Rank.subscription:
        return BILLED
    if leg.is_reserved:
        return RESERVED
    return HANDED_OUT if leg.purpose in {Purpose.dividend, Purpose.buyback} else SUBSCRIBED


def driver_of(stack: StackShape) -> type[Driver]:
    """The kind of a stack of drivers."""
    return stack.kind


def padded(count: int, least: int = 1) -> int:
    """The bucket that a number of rows is padded to: 0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32 … as far as `least` allows."""
    if count == 0:
        return 0
    size = 1
    while size < max(count, least):
        size = size + size // 2 if size & (size - 1) == 0 and size > 1 else (size // 3 * 4 if size > 1 else 2)
    return size
