"""A level whose growth is drawn anew each month: geometric Brownian motion.

    ln level' = ln level + (drift - volatility^2 / 2) / 12 + volatility / sqrt(12) x shock

Exact for months of equal length: after t years the mean is level x e^(drift t), the standard deviation of the
logarithm volatility x sqrt(t).

Worked example: 100 USD without drift, volatility 12 %. A month without a shock loses half the variance; one of
one standard deviation up gains 12 % / sqrt(12) besides.

>>> from interlock.drivers import GeometricBrownian, rehearse
>>> price = GeometricBrownian(level=100.0, drift=0.0, volatility=0.12)
>>> [round(level, 3) for level in rehearse(price, [0.0, 1.0])]
[100.0, 99.94, 103.401]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from interlock.drivers.driver import Drift, Driver, Level, Volatility
from interlock.ground.arrays import exp
from interlock.ground.units import Months, Number


class Walk(NamedTuple):
    """How far it has come."""

    logarithm: Number = 0.0
    """Of the level, over the opening one."""


@dataclass(frozen=True, kw_only=True)
class GeometricBrownian(Driver):
    """A level whose growth is drawn anew each month."""

    kind: ClassVar[str] = "geometric-brownian"
    sentence: ClassVar[str] = "starts at {level}[, drifts by {drift}][, varies by {volatility} a year]"

    level: Level
    """In the first month."""

    drift: Drift = 0.0
    """Of the mean."""

    volatility: Volatility
    """Of the logarithm, over a year."""

    def opening(self) -> Walk:
        """At the opening level."""
        return Walk()

    def step(self, memory: Any, month: Months, shock: Number) -> Walk:
        """One month further."""
        drifted = (self.drift - self.volatility * self.volatility / 2.0) / 12.0
        return Walk(memory.logarithm + drifted + self.volatility / 12.0**0.5 * shock)

    def at(self, memory: Any, month: Months) -> Level:
        """The opening level, as far as it has come."""
        return self.level * exp(memory.logarithm)
