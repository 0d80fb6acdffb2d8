"""A level that is known in advance, by date.

    level_t = scale x the level of the schedule in month t

`steps` keep each level until the next date; `line` runs straight between dates and counts with its mean over each
month. Before the first date it has the first level, after the last the last.

Worked example: a price of 100 that falls to 50 within a year, and stays.

>>> import numpy as np
>>> from interlock.drivers import Fixed, rehearse
>>> from interlock.ground.schedule import Schedule
>>> price = Fixed(line=Schedule(np.array([0.0, 12.0]), np.array([100.0, 50.0]), linear=True))
>>> [round(rehearse(price, [0.0] * 24)[month], 2) for month in (0, 6, 12, 24)]
[97.92, 72.92, 50.0, 50.0]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from interlock.drivers.driver import LEVEL, Driver, Level, Nothing, held
from interlock.ground.fields import Scheduled
from interlock.ground.schedule import Schedule
from interlock.ground.units import Months, Multiple, Number


@dataclass(frozen=True, kw_only=True)
class Fixed(Driver):
    """A level that is known in advance, by date."""

    kind: ClassVar[str] = "fixed"
    sentence: ClassVar[str] = "follows a schedule that is known in advance"
    is_random: ClassVar[bool] = False

    steps: Annotated[Schedule | None, Scheduled(linear=False), LEVEL] = None
    """Its levels by date; each stays until the next."""

    line: Annotated[Schedule | None, Scheduled(linear=True), LEVEL] = None
    """In place of steps: its levels by date, in straight lines from one to the next."""

    scale: Multiple = 1.0
    """What every level is multiplied by; the place for uncertainty about all of them."""

    def problem(self) -> str | None:
        """One schedule, not none and not two."""
        if (self.steps is None) == (self.line is None):
            return "give either `steps` or `line`: its levels by date"
        return None

    def opening(self) -> Nothing:
        """Nothing to remember."""
        return Nothing()

    def step(self, memory: Any, month: Months, shock: Number) -> Nothing:
        """Nothing to remember."""
        return Nothing()

    def at(self, memory: Any, month: Months) -> Level:
        """What the schedule says of the month."""
        return self.scale * held(self._schedule(), month)

    def highest(self, months: Months) -> Level:
        """The highest of its dates."""
        return self.scale * max(self._schedule().levels)

    def _schedule(self) -> Schedule:
        [schedule] = [each for each in (self.steps, self.line) if each is not None]
        return schedule
