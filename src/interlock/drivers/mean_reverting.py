"""A level that is pulled back to a mean, between bounds if it has any: an Ornstein-Uhlenbeck process.

    x' = mean of x + k (x - mean of x) + s sqrt((1 - k^2) / (2 pull) / 12) x shock
    pull = ln 2 / half-life,   k = e^-pull,   s = volatility / (slope of the level in x, at the mean)

    no bound        level = x
    low             level = low + (mean - low) e^x
    high            level = high - (high - mean) e^-x
    low and high    level = low + (high - low) / (1 + e^-x)

With a `trend` all of it moves, mean, bounds and volatility alike: the level of month t is (1 + trend)^(t / 12) times
what it would be without, as of a rent that is pulled to a cost that falls.

Exact for months of equal length. A bound is approached and never reached, and the level moves less the nearer
it is. With a bound, the mean is the median in the long run; a price that reverts in its logarithm has `low: 0`.
What is drawn on or beyond a bound starts just inside.

Worked example: a margin of 40 % that is pulled to 60 %, half of the way in 12 months, undisturbed.

>>> from interlock.drivers import MeanReverting, rehearse
>>> free = MeanReverting(level=0.4, mean=0.6, half_life=12.0, volatility=0.05)
>>> [round(rehearse(free, [0.0] * 24)[month], 3) for month in (0, 12, 24)]
[0.4, 0.5, 0.55]
>>> bounded = MeanReverting(level=0.4, mean=0.6, half_life=12.0, volatility=0.05, low=0.0, high=0.7)
>>> 0.0 < min(rehearse(bounded, [-9.0] * 60)) and max(rehearse(bounded, [9.0] * 60)) < 0.7
True
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from interlock.drivers.driver import Driver, GrowthRate, Level, gathered, kept
from interlock.ground.arrays import clip, exp, log, log1p, maximum, tanh
from interlock.ground.units import Months, Number

NEAREST = 1e-6
"""How near a bound it may start, as a part of the room between the bounds, or between the only bound and the mean."""

FURTHEST = 18.0
"""x is taken no further out: rounding would put the level on the bound itself."""


class Pulled(NamedTuple):
    """Where it stands on the scale on which it has no bounds."""

    x: Number


@dataclass(frozen=True, kw_only=True)
class MeanReverting(Driver):
    """A level that is pulled back to a mean, between bounds if it has any."""

    kind: ClassVar[str] = "mean-reverting"
    sentence: ClassVar[str] = (
        "starts at {level} and is pulled to {mean}[, half of the way in {half_life}][, varying by {volatility} a year]"
        "[; all of it grows by {trend}]"
    )

    level: Level
    """In the first month."""

    mean: Level
    """What it is pulled to."""

    half_life: Months
    """In which half of its distance from the mean is gone."""

    volatility: Level
    """Near the mean: the standard deviation that it would gather in a year if nothing pulled it back."""

    low: Level | None = None
    """What it stays above."""

    high: Level | None = None
    """What it stays below."""

    trend: GrowthRate = 0.0
    """By how much its mean and its bounds grow, and the level with them."""

    def problem(self) -> str | None:
        """Bounds in order, with the opening level and the mean between them."""
        for name, level in (("level", self.level), ("mean", self.mean)):
            if level is not None and self.low is not None and level <= self.low:
                return f"`{name}` is not above `low`, which is never reached"
            if level is not None and self.high is not None and level >= self.high:
                return f"`{name}` is not below `high`, which is never reached"
        return None

    def opening(self) -> Pulled:
        """At the opening level."""
        return Pulled(self._unbounded(self.level))

    def step(self, memory: Any, month: Months, shock: Number) -> Pulled:
        """Nearer to the mean, and shaken."""
        mean = self._unbounded(self.mean)
        still = mean + kept(self.half_life) * (memory.x - mean)
        return Pulled(still + self.volatility / self._slope() * gathered(self.half_life) * shock)

    def at(self, memory: Any, month: Months) -> Level:
        """Back on the scale of the level."""
        return self._bounded(memory.x) * exp(log1p(self.trend) * month / 12.0)

    def highest(self, months: Months) -> Level:
        """Its upper bound, as far as that grows; endless where it has none."""
        if self.high is None:
            return math.inf
        # Where bounds are drawn the wrong way round, it stays at the lower one.
        bound = self.high if self.low is None else max(self.high, self.low)
        return bound * max((1.0 + self.trend) ** (months / 12.0), 1.0)

    def _bounded(self, x: Number) -> Level:
        """Where x stands between the bounds of the first month."""
        within = clip(x, -FURTHEST, FURTHEST)
        if self.low is not None and self.high is not None:
            return self.low + self._room() * (1.0 + tanh(within / 2.0)) / 2.0
        if self.low is not None:
            return self.low + self._room() * exp(within)
        if self.high is not None:
            return self.high - self._room() * exp(-within)
        return x

    def _unbounded(self, level: Level) -> Number:
        """x: the level on the scale on which it has no bounds."""
        if self.low is not None and self.high is not None:
            part = clip((level - self.low) / self._room(), NEAREST, 1.0 - NEAREST)
            return log(part / (1.0 - part))
        if self.low is not None:
            return log(maximum((level - self.low) / self._room(), NEAREST))
        if self.high is not None:
            return -log(maximum((self.high - level) / self._room(), NEAREST))
        return level

    def _slope(self) -> Number:
        """By how much the level moves with x, at the mean."""
        if self.low is not None and self.high is not None:
            part = clip((self.mean - self.low) / self._room(), NEAREST, 1.0 - NEAREST)
            return self._room() * part * (1.0 - part)
        return 1.0 if self.low is None and self.high is None else self._room()

    def _room(self) -> Level:
        """Between the bounds, or from the only bound to the mean."""
        top = self.mean if self.high is None else self.high
        bottom = self.mean if self.low is None else self.low
        # Bounds that are drawn the wrong way round leave hardly any room, and no division by zero.
        return maximum(top - bottom, 1e-12)
