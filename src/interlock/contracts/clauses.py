"""Parts that contracts of many kinds are made of: ramp, schedule, notice, tranche."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from interlock.contracts.contract import ALWAYS, NEVER, Trigger
from interlock.ground.arrays import clip, maximum, minimum, ratio, sqrt, total, where
from interlock.ground.units import GrowthPerYear, Months, Number, Share


@dataclass(frozen=True)
class Many:
    """The term is a list of parts; the rule sees one part whose fields have an entry for each, along the first axis."""


@dataclass(frozen=True)
class Scheduled:
    """The term is a schedule of `Share`; between its dates it is `linear`, or keeps the last level."""

    linear: bool


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


@dataclass(frozen=True, kw_only=True)
class Notice:
    """The right to end a contract some months after saying so."""

    period: Months = 3.0
    """From the notice to the end."""

    given: Trigger = NEVER
    """When the notice is given."""

    def ends(self) -> Months:
        """The month in which the contract ends; NEVER where no notice is given."""
        return where(self.given == ALWAYS, NEVER, self.given + self.period)


@dataclass(frozen=True, kw_only=True)
class Tranche:
    """A part of a promised sum that is released by a trigger."""

    part: Share
    """Of the total."""

    when: Trigger = ALWAYS
    """What releases it."""


Tranches = Annotated[Tranche, Many()]


def ramped(months: Months, ramp: Months) -> Months:
    """Full-capacity months in the first `months` of a linear ramp that takes `ramp` months, then stays full.

        months^2 / (2 ramp) during the ramp;  months - ramp / 2 after it
    """
    months = maximum(months, 0.0)
    climbing = minimum(months, ramp)
    return ratio(climbing * climbing, 2 * ramp) + months - climbing


def months_until(full_months: Months, ramp: Months) -> Months:
    """The months after which a linear ramp has given so many full-capacity months: the inverse of `ramped`."""
    return where(full_months < ramp / 2, sqrt(2 * ramp * maximum(full_months, 0.0)), full_months + ramp / 2)


def grown(growth: GrowthPerYear, months: Months) -> Number:
    """What one grows to in so many months at a yearly rate of growth, compounded."""
    return (1.0 + growth) ** (months / 12.0)
