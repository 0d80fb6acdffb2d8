"""What one party puts in and gets out under one contract, with the costs that follow from its sales.

net = received - running costs - chips - buildings + what it funds, got back less put in
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from interlock.ground.arrays import is_any

AFTER = frozenset({"to_come", "asked", "to_pay", "goes_on", "to_use", "hours"})
"""What is counted by the year after the run."""


@dataclass(eq=False)
class Venture:
    """What a party puts in and gets out: [year, path] USD, unless it says otherwise."""

    received: Any = 0.0
    sales: Any = 0.0
    """Of this, what is paid for what it sells: no advances."""
    running: Any = 0.0
    """Costs that bring nothing in later years."""
    bound: Any = 0.0
    """Of this, what is paid used or not: for halls, power and whatever else still binds it at the end."""
    chips: Any = 0.0
    buildings: Any = 0.0
    funded: Any = 0.0
    """Got back less put in, of shares and loans."""
    before: Any = 0.0
    """[path] put in before the run, of what is got back in it: it counts as put in when the run begins."""
    arrived: Any = 0.0
    """H100e of chips, as far as they can be sold."""
    sold: Any = 0.0
    """H100e-months, of those that count."""
    to_come: Any = 0.0
    """[year after the run, path] what others are still bound to pay, of what counts."""
    asked: Any = 0.0
    """[year after the run, path] H100e-months of that."""
    to_pay: Any = 0.0
    """[year after the run, path] what it is still bound to pay itself."""
    goes_on: Any = 0.0
    """[year after the run, path] what halls and power cost when what is bound has ended, as long as they are used."""
    to_use: Any = 0.0
    """[year after the run, path] of what it is bound to pay, what it will use, to judge by the last year."""
    hours: Any = 0.0
    """[year after the run, path] H100e-months of that."""
    lent: Any = 0.0
    """[path] principal that is outstanding at the end."""
    shares: Any = 0.0
    """[path] what the shares bought are worth at the end, at the price of a round in an open market."""
    beside: tuple[Venture, ...] = field(default=(), repr=False)
    """All ventures of its party that sell compute of the same chips, this one too."""
    tenants: tuple[Venture, ...] | None = field(default=None, repr=False)
    """Of halls that are let to a member of the same group: the ventures that use them."""

    def add(self, what: str, amounts: Any) -> None:
        """So much more of one of them; of what comes after the run, for as many years as there is any."""
        setattr(self, what, summed(getattr(self, what), amounts))

    def sells(self, amounts: Any) -> None:
        """So much more that comes in for what it sells."""
        nothing_else = self.received is self.sales
        self.add("received", amounts)
        if nothing_else:
            self.sales = self.received
        else:
            self.add("sales", amounts)

    def takes(self, share: Any) -> None:
        """Only a share of what came in counts, [path], [year, path] or a number."""
        if np.any(share != 1.0):
            nothing_else = self.received is self.sales
            self.received = self.received * share
            self.sales = self.received if nothing_else else self.sales * share

    def part(self, share: Any, only: Collection[str] | None = None) -> Venture:
        """A part of it, or `only` of some: [path], or [year, path]; what comes after the run goes by its last year."""
        at_the_end = share[-1] if np.ndim(share) == 2 else share
        found = Venture()
        for name, amounts in self.amounts().items():
            if only is not None and name not in only:
                continue
            is_by_year = np.ndim(amounts) == 2 and name not in AFTER
            setattr(found, name, amounts * (share if is_by_year else at_the_end))
        return found

    def takes_over(self, other: Venture) -> None:
        """All of another besides."""
        for name, amounts in other.amounts().items():
            self.add(name, amounts)

    def amounts(self) -> dict[str, Any]:
        """All of what it has, by name."""
        return {name: each for name, each in vars(self).items() if isinstance(each, np.ndarray)}

    @cached_property
    def has_chips(self) -> bool:
        """Whether what is left of it hangs on how long chips last; asked once all is in it."""
        return is_any(self.chips) or is_any(self.arrived)

    def sells_compute(self) -> bool:
        """Whether it sells any compute, in the run or only after it."""
        return is_any(self.sold) or is_any(self.asked)

    def lets_chips(self) -> bool:
        """Whether what it sells is compute of chips of its party."""
        return bool(self.beside) or (self.has_chips and self.sells_compute())

    def spent(self) -> Any:
        """On what lasts for years."""
        return summed(self.chips, self.buildings)

    def enter_in(self, flows: Any, *, with_funds: bool = True) -> None:
        """Add to flows [year, path] what it sells, less what it buys and builds, and what it funds if that counts."""
        for usd in (self.received, self.funded) if with_funds else (self.received,):
            if np.ndim(usd):
                flows += usd
        for usd in (self.running, self.chips, self.buildings):
            if np.ndim(usd):
                flows -= usd


def summed(one: Any, other: Any) -> Any:
    """Both, [year, path]: as many years as the longer has; a plain number is nothing."""
    if np.ndim(one) == 0 or np.ndim(other) == 0:
        return one if np.ndim(other) == 0 else other
    if len(one) == len(other):
        return one + other
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    found = longer.copy()
    found[: len(shorter)] += shorter
    return found


def all_of(ventures: Sequence[Venture]) -> Venture:
    """Several as one, with what comes after the run."""
    if len(ventures) == 1:
        return ventures[0]
    found = Venture()
    for venture in ventures:
        found.takes_over(venture)
    return found


def together(ventures: Iterable[Venture]) -> Venture:
    """Several as one, up to the end of the run: what is left then is worked out one by one (horizon.py)."""
    found = Venture()
    for venture in ventures:
        for name, amounts in venture.amounts().items():
            if name not in AFTER:
                found.add(name, amounts)
    return found
