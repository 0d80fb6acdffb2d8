"""A level that changes on given dates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

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

    def at(self, month: Months) -> Number:
        """The level in a month, on average over it."""
        return self.area(month, month + 1.0)

    def area(self, start: Months, end: Months) -> Number:
        """The level summed over the months from `start` to `end`, which may be fractions (level x months)."""
        (begins, ends, last), (before, after, stays) = self._steps
        enters, leaves = clip(start, begins, ends), clip(end, begins, ends)
        climbed = 0.0
        if self.linear:
            part = ratio((enters + leaves) / 2 - begins, ends - begins)
            climbed = (after - before) * part
        tail = maximum(end, last) - maximum(start, last)
        return total((before + climbed) * (leaves - enters)) + stays * tail

    @cached_property
    def _steps(self) -> tuple[tuple[Number, Number, Number], ...]:
        """When each step begins and ends, and when the last one ends; and the levels then: cut once, so traced once."""
        return tuple((each[:-1], each[1:], each[-1]) for each in (self.times, self.levels))
