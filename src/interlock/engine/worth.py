"""What flows, and what is left at the end of a run, are worth at its start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from interlock.engine.horizon import Horizon, Left, Past, Pool, Rent, all_left, as_one, rent_of
from interlock.engine.run import Run
from interlock.engine.venture import Venture
from interlock.ground.errors import ArgumentError, did_you_mean
from interlock.money.discounting import LIFE, parts_of_years, present_value

COST_OF_CAPITAL = 0.10
"""A year, unless another is given: what investors asked of large listed companies of the trade in the mid-2020s, 8 to
11 %, less nothing for default."""


@dataclass(frozen=True)
class Discounting:
    """At what rate, over which lives, and what is left is worth."""

    run: Run
    rate: float
    life: Mapping[str, float]
    rent: Rent | None
    known: dict[tuple[Venture, float], Left] = field(default_factory=dict)
    """What is left of ventures, and of those with chips by the life of these."""
    pasts: dict[Venture, Past] = field(default_factory=dict)
    """What ventures did up to the end."""
    pools: dict[tuple[Venture, ...], Pool] = field(default_factory=dict)
    """What contracts take of what has no chips."""

    @cached_property
    def horizon(self) -> Horizon:
        """How it is seen from the end."""
        return Horizon(self.run, self.rate, self.life, self.rent, self.pasts, self.pools)

    @cached_property
    def times(self) -> Any:
        """[year] the middle of each calendar year's months, in years from the start."""
        return np.mean(parts_of_years(self.run.program.labels.start, self.run.program.labels.months), axis=0)

    @property
    def end(self) -> float:
        """Of the run, in years from its start."""
        return self.run.program.labels.months / 12.0

    def at_the_end(self, ventures: Iterable[Venture], *, is_one: bool = False) -> Left:
        """What is left of ventures, there and then: each by itself, and added up, or seen as one."""
        each = {venture: self._left_of(venture) for venture in ventures}
        found = all_left(each.values())
        if not is_one:
            return found
        return as_one(found, sum(self.horizon.idle_of(venture, left.used_up) for venture, left in each.items()))

    def _left_of(self, venture: Venture) -> Left:
        key = (venture, self.life["chips"] if venture.has_chips else 0.0)
        if key not in self.known:
            self.known[key] = self.horizon.left_of(venture)
        return self.known[key]

    def worth(self, flows: Any, before: Any = 0.0) -> Any:
        """[path] USD at the start of flows [year, path], less what had been put in before."""
        return present_value(flows, self.times, self.rate) - before

    def worth_at_the_start(self, left: Any) -> Any:
        """[path] the same of what is left at the end, [path]."""
        return left * (1.0 + self.rate) ** -self.end


def discounting(run: Run, rate: float, life: Mapping[str, float]) -> Discounting:
    """At a rate a year; `life` says how long things last where that is not `LIFE`. Raises ArgumentError."""
    if not 0.0 <= rate <= 1.0:
        raise ArgumentError(f"the cost of capital is {rate:g}; it must be from 0 to 1 a year (0.1 for 10 %).")
    for purpose, years in life.items():
        if purpose not in LIFE:
            raise ArgumentError(f"life names '{purpose}'. {did_you_mean(purpose, LIFE, 'purposes')}")
        if not 1.0 / 12.0 <= years <= 100.0:
            raise ArgumentError(f"the life of {purpose} is {years:g} years; it must be from a month to 100 years.")
    return Discounting(run, rate, {**LIFE, **life}, rent_of(run))
