"""What each kind of driver must say.

A driver is a process that moves every month. Like a contract, a kind is one frozen class whose fields are its
terms; rules are written for one path and mapped over drivers and paths. Drivers know no parties.

A run begins in month 0 at the opening level; the first step leads to month 1. A year has 12 equal months, rates
are per year, and volatilities are standard deviations over a year.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple

from interlock.ground.arrays import exp, expm1, maximum, sqrt, where
from interlock.ground.schedule import Schedule
from interlock.ground.units import Months, Number, Unit

LEVEL = Unit("*", "any unit", "2.35 USD/H100e-hour", at_least=None)

Level = Annotated[Number, LEVEL]
"""A figure of the driver's own unit; all the levels of one driver share it."""

Drift = Annotated[Number, Unit("1/year", "%/year", "-10 %/year", at_least=None)]
"""A rate at which something grows in each moment: over a year to e^drift of what it was."""

GrowthRate = Annotated[Number, Unit("1/year", "%/year", "40 %/year", at_least=-0.99)]
"""What is added within a year, compounded."""

Volatility = Annotated[Number, Unit("", "%", "30 %")]
"""The standard deviation that the logarithm of a level gathers in a year."""


class Nothing(NamedTuple):
    """The memory of a driver that remembers nothing."""


@dataclass(frozen=True, kw_only=True)
class Driver(ABC):
    """A process that moves every month."""

    kind: ClassVar[str]
    """The name in a book."""

    sentence: ClassVar[str]
    """How it moves, in words: the names of terms are filled in."""

    is_random: ClassVar[bool] = True
    """Whether its shocks move it."""

    @abstractmethod
    def opening(self) -> tuple[Any, ...]:
        """Its memory in month 0."""

    @abstractmethod
    def step(self, memory: Any, month: Months, shock: Number) -> tuple[Any, ...]:
        """Its memory in `month` (1 or later), given that of the month before and a standard normal shock of its own."""

    @abstractmethod
    def at(self, memory: Any, month: Months) -> Number:
        """Its level in `month`, in base units, given its memory in that month."""

    def highest(self, months: Months) -> Level:
        """What its level never exceeds within so many months; endless where it has no bound."""
        return math.inf

    def problem(self) -> str | None:
        """What is wrong with the terms taken together, if anything; `None` stands for a term that is not given."""
        return None


def kept(half_life: Months) -> Number:
    """The part of a distance that is left after a month, when half of it is left after the half-life."""
    return exp(-pull(half_life))


def gathered(half_life: Months) -> Number:
    """What a year's standard deviation of 1 adds in a month, while being pulled back: exact for the month.

    sqrt((1 - e^(-2 pull)) / (2 pull) / 12),   pull = ln 2 / half-life
    """
    twice = 2.0 * pull(half_life)
    return sqrt(-expm1(-twice) / twice / 12.0)


def pull(half_life: Months) -> Number:
    """The rate per month at which a distance is pulled in."""
    # A half-life of nothing is as good as one of a microsecond.
    return math.log(2.0) / maximum(half_life, 1e-9)


def held(schedule: Schedule, month: Months) -> Level:
    """The level of a schedule in a month, on average over it; before its first date, the first level."""
    return where(month < schedule.times[0], schedule.levels[0], schedule.at(month))


def rehearse(driver: Driver, shocks: Sequence[float]) -> list[float]:
    """The levels of a driver alone, from month 0 to the last shock. For worked examples and tests."""
    memory: Any = driver.opening()
    levels = [driver.at(memory, 0.0)]
    for month, shock in enumerate(shocks, start=1):
        memory = driver.step(memory, float(month), shock)
        levels.append(driver.at(memory, float(month)))
    return [float(level) for level in levels]
