"""What is left at the end of a run: contracts that go on, chips and buildings, shares and loans.

Each venture by itself, year by year after the run; those of a party, and those of several, add up.

    delivered  = what is still bound to be bought, as far as the chips that are there can still do it
    contracted = delivered x price x (1 - running costs / received over the run) - what it must still pay itself
                 + what it will use of compute that it has bought so
    chips      = what they can do beside that x (rent - running costs of a unit), less their part of halls and power;
                 straight-line at most
    buildings  = straight-line, less what contracts use up of them
    shares     = part held x worth of the company, as a round in an open market would pay
    loans      = principal that is outstanding, of who has not failed

Halls and power that are rented are paid to the end of their terms, used or not, and go on after them while they are
used; they are no part of the running costs here. The rent of chips is the market's of the last year; it goes on falling
as its mean has for three years, and does not go on rising. Where a book has no market for compute, or does not count
chips, they are straight-line as far as no contract uses them. An asset and the contract that it fills are not both
worth something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from interlock.engine.bound import LONGEST
from interlock.engine.run import Run
from interlock.engine.venture import Venture
from interlock.ground.arrays import ratio
from interlock.ground.units import HOURS_PER_MONTH
from interlock.money.discounting import parts_of_years

YEARS = np.arange(float(LONGEST))[:, None]
"""Of those after the run, when each begins."""

LASTING = ("to_come", "to_pay", "goes_on", "arrived", "chips", "buildings")
"""Of which something is left."""

FUNDING = ("shares", "loans")
"""What is left of what was put into others."""


@dataclass(frozen=True)
class Left:
    """What is left at the end of a run, [path] USD there and then."""

    contracted: Any = 0.0
    chips: Any = 0.0
    buildings: Any = 0.0
    shares: Any = 0.0
    loans: Any = 0.0

    def total(self) -> Any:
        """All of it."""
        return self.contracted + self.chips + self.buildings + self.shares + self.loans


@dataclass(frozen=True)
class Rent:
    """What an H100e brings in a year on the market at the end of a run."""

    usd: Any
    """[path]"""
    growth: float
    """A year; never more than nothing."""


def rent_of(run: Run) -> Rent | None:
    """The rent at the end of a run, on average over its markets; None where it has none."""
    if "spot_price" not in run.series:
        return None
    prices = run.series["spot_price"].first.mean(axis=0) * HOURS_PER_MONTH * 12.0
    means = prices.mean(axis=1)
    years = min(len(means) - 1, 3)
    growth = (means[-1] / means[-1 - years]) ** (1.0 / years) - 1.0 if years and means[-1 - years] > 0.0 else 0.0
    return Rent(prices[-1], min(float(growth), 0.0))


def all_left(parts: Iterable[Left], *, with_funding: bool = True) -> Left:
    """What is left of several together; of those who are seen as one whoever funds them, without what they fund."""
    found: dict[str, Any] = {}
    for part in parts:
        for each in fields(Left):
            if with_funding or each.name not in FUNDING:
                found[each.name] = found.get(each.name, 0.0) + getattr(part, each.name)
    return Left(**found)


@dataclass(frozen=True)
class Horizon:
    """How it is seen from the end of a run."""

    run: Run
    rate: float
    """A year."""
    life: Mapping[str, float]
    """Years for which chips and construction last."""
    rent: Rent | None

    @cached_property
    def parts(self) -> tuple[Any, Any]:
        """[year] when each calendar year's part of the run begins and ends, in years from its start."""
        labels = self.run.program.labels
        return parts_of_years(labels.start, labels.months)

    @cached_property
    def ages(self) -> Any:
        """[year] how old at the end is what was bought in each."""
        begins, ends = self.parts
        return ends[-1] - (begins + ends) / 2.0

    @cached_property
    def rents(self) -> Any:
        """[year after the run, path] USD for an H100e and month; None where there is no market."""
        if self.rent is None:
            return None
        return self.rent.usd / 12.0 * (1.0 + self.rent.growth) ** (YEARS + 0.5)

    def now(self, usd: Any) -> Any:
        """[path] the worth at the end of what comes after it, [year after the run, path]."""
        return (usd * (1.0 + self.rate) ** -(YEARS + 0.5)).sum(axis=0)

    def left_of(self, venture: Venture) -> Left:
        """What is left of one venture."""
        blank = np.zeros(self.run.draws.shape[1])
        return Left(*_of_what_it_does(venture, self), blank + venture.shares, blank + venture.lent)


class _Use(NamedTuple):
    """What a venture does after the run, [year after the run, path]; H100e-months, or dollars where it sells others."""

    delivered: Any
    """Under contracts."""
    free: Any
    """What its chips can do beside."""
    full: Any
    """[path] what it can do in a year when the run ends."""
    price: Any
    """[path] USD, on average over the run."""
    all_free: Any
    """[path] the part that is free of all that its chips can still do."""


def _of_what_it_does(venture: Venture, at: Horizon) -> tuple[Any, Any, Any]:
    """What is contracted, chips and buildings."""
    blank = np.zeros((len(at.ages), at.run.draws.shape[1]))
    if not any(np.any(getattr(venture, each)) for each in LASTING):
        return blank[0], blank[0], blank[0]
    received, costs, sold = (
        (blank + each).sum(axis=0) for each in (venture.received, venture.running - venture.bound, venture.sold)
    )
    kept, use = 1.0 - np.clip(ratio(costs, received), 0.0, 1.0), _use(venture, at)
    lets_chips = at.rents is not None and np.any(venture.arrived)
    let = use.free if lets_chips else 0.0 * use.free
    in_use, in_let = ratio(use.delivered, use.full), ratio(let, use.full)
    halls = venture.to_pay + venture.goes_on * np.minimum(in_use + in_let, 1.0)
    for_let = halls * ratio(in_let, in_use + in_let)
    # What it has bought to use is worth what others would pay for it, and no more than it costs.
    to_use = venture.to_use if at.rents is None else np.minimum(at.rents * venture.hours, venture.to_use)
    contracted = at.now(kept * use.price * use.delivered - (halls - for_let) + to_use)
    stand = _straight_line(blank + venture.buildings, at)
    used_up = stand[:-1] * (1.0 + at.rate) ** -YEARS - stand[1:] * (1.0 + at.rate) ** -(YEARS + 1.0)
    left = np.maximum(1.0 - at.ages / at.life["chips"], 0.0)[:, None]
    chips = use.all_free * (left * (blank + venture.chips)).sum(axis=0)
    if lets_chips:
        by_unit = ratio(costs, sold)
        earned = at.now(np.maximum(at.rents - by_unit, 0.0) * let - for_let)
        contracted = contracted + np.minimum(earned, 0.0)
        chips = np.clip(earned - (used_up * in_let).sum(axis=0), 0.0, chips)
    return contracted, chips, stand[0] - (used_up * in_use).sum(axis=0)


def _use(venture: Venture, at: Horizon) -> _Use:
    """What its contracts take of what its chips can do."""
    begins, ends = at.parts
    blank = np.zeros((len(at.ages), at.run.draws.shape[1]))
    is_counted, has_chips = np.any(venture.arrived), np.any(venture.arrived) or np.any(venture.chips)
    sells_compute = has_chips and np.any(venture.sold)
    made = blank + (venture.sold if sells_compute else venture.received)
    price = ratio((blank + venture.received).sum(axis=0), made.sum(axis=0)) if sells_compute else 1.0 + 0.0 * blank[0]
    pace = made[-1] / (ends[-1] - begins[-1])
    wanted = ratio(venture.to_come + 0.0 * YEARS, price)
    if not has_chips:
        return _Use(wanted, 0.0 * wanted, np.maximum(pace, wanted.max(axis=0)), price, 0.0)
    left = np.maximum(at.life["chips"] - at.ages, 0.0)
    came = blank + (12.0 * venture.arrived if is_counted else venture.chips)
    came = came * (left > 0.0)[:, None]
    stands = sum(np.clip(years - YEARS, 0.0, 1.0) * each for years, each in zip(left, came, strict=True))
    there = came.sum(axis=0)
    # They do what they did of late, though not all of it need be known to have come for it.
    scale = np.maximum(ratio(pace, there, 1.0), 1.0) if is_counted else ratio(pace, there)
    delivered = np.minimum(wanted, stands * scale)
    free = np.maximum((stands if is_counted else stands * scale) - delivered, 0.0)
    all_free = ratio(free.sum(axis=0), free.sum(axis=0) + delivered.sum(axis=0), 1.0)
    return _Use(delivered, free, there * scale, price, all_free)


def _straight_line(spent: Any, at: Horizon) -> Any:
    """[0 to LONGEST years after the run, path] what buildings are worth then."""
    since = np.arange(LONGEST + 1.0)[:, None]
    ages = zip(at.ages, spent, strict=True)
    return sum(np.maximum(1.0 - (age + since) / at.life["construction"], 0.0) * usd for age, usd in ages)
