"""A level that grows, at a rate that tends to a long-run rate: growth with a decaying excess.

    ln level' = ln level + (g over the month - volatility^2 / 2) / 12 + volatility / sqrt(12) x shock
    g'        = G + k (g - G) + growth volatility x sqrt((1 - k^2) / (2 pull) / 12) x shock
    g over the month = G + (g - G) (1 - k) / pull,   pull = ln 2 / half-life,   k = e^-pull
    g = ln(1 + growth) at first,   G = ln(1 + long run)

One shock moves both: a month that brings more than was expected also raises the growth expected from then on.
With `growth_volatility` zero, the mean of the level is that of undisturbed growth, whatever the volatility.

Worked example: 100 % a year that fades to none, half of the excess gone every 12 months. Over all time the
logarithm gains ln 2 / 12 / pull, which is 1: the level tends to e times the first.

>>> from interlock.drivers import Growth, rehearse
>>> demand = Growth(level=1.0, growth=1.0, long_run=0.0, half_life=12.0)
>>> [round(rehearse(demand, [0.0] * 600)[month], 4) for month in (0, 12, 600)]
[1.0, 1.6487, 2.7183]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from interlock.drivers.driver import Driver, GrowthRate, Level, Volatility, gathered, kept, pull
from interlock.ground.arrays import exp, log1p
from interlock.ground.units import Months, Number


class Course(NamedTuple):
    """How far it has come, and how fast it goes."""

    logarithm: Number
    """Of the level, over the opening one."""
    growth: Number
    """Of the logarithm, per year."""


@dataclass(frozen=True, kw_only=True)
class Growth(Driver):
    """A level that grows, at a rate that tends to a long-run rate."""

    kind: ClassVar[str] = "growth"
    sentence: ClassVar[str] = (
        "starts at {level} and grows by {growth}[, which nears {long_run}][, half of the way in {half_life}]"
        "[; varies by {volatility} a year]"
    )

    level: Level
    """In the first month."""

    growth: GrowthRate
    """At the start."""

    long_run: GrowthRate = 0.0
    """What growth tends to."""

    half_life: Months = 24.0
    """In which half of the distance from long-run growth is gone."""

    volatility: Volatility = 0.0
    """Of the logarithm of the level, over a year."""

    growth_volatility: Volatility = 0.0
    """Of growth itself: the standard deviation that it would gather in a year if nothing pulled it back."""

    def opening(self) -> Course:
        """At the opening level and growth."""
        return Course(0.0, log1p(self.growth))

    def step(self, memory: Any, month: Months, shock: Number) -> Course:
        """One month further, and nearer to long-run growth."""
        left = kept(self.half_life)
        long_run = log1p(self.long_run)
        excess = memory.growth - long_run
        over_the_month = long_run + excess * (1.0 - left) / pull(self.half_life)
        drifted = (over_the_month - self.volatility * self.volatility / 2.0) / 12.0
        return Course(
            memory.logarithm + drifted + self.volatility / 12.0**0.5 * shock,
            long_run + left * excess + self.growth_volatility * gathered(self.half_life) * shock,
        )

    def at(self, memory: Any, month: Months) -> Level:
        """The opening level, as far as it has come."""
        return self.level * exp(memory.logarithm)
