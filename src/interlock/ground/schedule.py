"""A level that changes on given dates."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.ground.arrays import clip, maximum, ratio, total
from interlock.ground.units import Months, Number


@dataclass(frozen=True)
class Schedule:
    """A level that changes on given dates. Before the first date it is zero, after the last it stays.

    `times` are months since the start of the run, rising; `levels` has an entry for each. A schedule that is
    padded repeats its last time and level.
    """

    times: Number
    levels: Number
    linear: bool = False

    def area(self, start: Months, end: Months) -> Number:
        """The level summed over the months from `start` to `end`, which may be fractions (level x months)."""
        return self._area_before(end) - self._area_before(maximum(start, self.times[0]))

    def _area_before(self, end: Months) -> Number:
        """The level summed from the first date until `end`."""
        widths = self.times[1:] - self.times[:-1]
        inside = clip(end - self.times[:-1], 0.0, widths)
        rise = self.levels[1:] - self.levels[:-1] if self.linear else 0.0
        climbed = rise * ratio(inside, widths) * inside / 2
        return total(self.levels[:-1] * inside + climbed) + self.levels[-1] * maximum(end - self.times[-1], 0.0)
