"""What flows, and what is left at the end of a run, are worth at its start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from interlock.engine.horizon import Left, Rent, left_of, rent_of
from interlock.engine.run import Run
from interlock.engine.ventures import Venture
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

    @property
    def times(self) -> Any:
        """[year] the middle of each calendar year's months, in years from the start."""
        return np.mean(parts_of_years(self.run.program.labels.start, self.run.program.labels.months), axis=0)

    @property
    def end(self) -> float:
        """Of the run, in years from its start."""
        return self.run.program.labels.months / 12.0

    def at_the_end(self, venture: Venture) -> Left:
        """What is left of a venture, there and then."""
        return left_of(venture, self.run, self.rent, self.rate, self.life)

    def worth(self, flows: Any) -> Any:
        """[path] USD at the start of flows [year, path]."""
        return present_value(flows, self.times, self.rate)

    def worth_with(self, flows: Any, left: Any) -> Any:
        """The same with what is left at the end, [path]."""
        return self.worth(flows) + left * (1.0 + self.rate) ** -self.end


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
