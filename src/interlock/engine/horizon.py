"""What is left at the end of a run: contracts that go on, chips and buildings, shares and loans.

    contracted = what is still bound to be paid x (1 - running costs / received over the run), less what it must pay
                 itself; evenly, at the pace of the run's average year
    chips      = H100e x rent x (1 - running costs / received) over the life that is left, of what is free of contracts
    buildings  = what was paid x life that is left / life                                             straight-line
    shares     = part held x worth of the company, as a round in an open market would pay
    loans      = principal that is outstanding, of who has not failed

The rent is the market's of the last year, and goes on as its mean has gone for three years. Where a book has no market
for compute, or does not count chips, they are worth what was paid x life left / life, and no more than that beyond what
is contracted: an asset and the contract that it fills are not both worth something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from interlock.engine.run import Run
from interlock.engine.ventures import Venture
from interlock.ground.arrays import ratio
from interlock.ground.units import HOURS_PER_MONTH
from interlock.money.discounting import evenly, parts_of_years

LONGEST = 20.0
"""Years for which a contract goes on at most."""


@dataclass(frozen=True)
class Left:
    """What is left at the end of a run, [path] USD there and then."""

    contracted: Any
    chips: Any
    buildings: Any
    shares: Any
    loans: Any

    def total(self) -> Any:
        """All of it."""
        return self.contracted + self.chips + self.buildings + self.shares + self.loans


@dataclass(frozen=True)
class Rent:
    """What an H100e brings in a year on the market at the end of a run."""

    usd: Any
    """[path]"""
    growth: float
    """A year."""


def rent_of(run: Run) -> Rent | None:
    """The rent at the end of a run, on average over its markets; None where it has none."""
    if "spot_price" not in run.series:
        return None
    prices = run.series["spot_price"].first.mean(axis=0) * HOURS_PER_MONTH * 12.0
    means = prices.mean(axis=1)
    years = min(len(means) - 1, 3)
    growth = (means[-1] / means[-1 - years]) ** (1.0 / years) - 1.0 if years and means[-1 - years] > 0.0 else 0.0
    return Rent(prices[-1], float(growth))


def left_of(venture: Venture, run: Run, rent: Rent | None, rate: float, life: Mapping[str, float]) -> Left:
    """What is left of one venture, or of several together; `life` in years."""
    labels = run.program.labels
    begins, ends = parts_of_years(labels.start, labels.months)
    blank = np.zeros((len(begins), run.draws.shape[1]))
    received, running = (np.sum(blank + each, axis=0) for each in (venture.received, venture.running))
    kept = 1.0 - np.clip(ratio(running, received), 0.0, 1.0)
    contracted = kept * _at_pace(venture.to_come, received, ends[-1], rate)
    contracted = contracted - _at_pace(venture.to_pay, running, ends[-1], rate)
    left = np.maximum(life["chips"] - (ends[-1] - (begins + ends) / 2.0), 0.0)[:, None]
    sold, arrived = np.sum(blank + venture.sold, axis=0), blank + venture.arrived
    if rent is not None and np.any(arrived > 0.0):
        capacity = (12.0 * left * arrived).sum(axis=0)
        bound = venture.to_come * ratio(sold, received)
        free = 1.0 - np.clip(ratio(bound, capacity), 0.0, 1.0)
        pace = (1.0 + rate) / (1.0 + rent.growth) - 1.0
        chips = free * kept * rent.usd * (evenly(left, pace) * arrived).sum(axis=0)
    else:
        straight = (left / life["chips"] * (blank + venture.chips)).sum(axis=0)
        chips = np.maximum(straight - np.maximum(contracted, 0.0), 0.0)
    stands = np.maximum(1.0 - (ends[-1] - (begins + ends) / 2.0) / life["construction"], 0.0)[:, None]
    return Left(
        contracted=contracted,
        chips=chips,
        buildings=(stands * (blank + venture.buildings)).sum(axis=0),
        shares=blank[0] + venture.shares,
        loans=blank[0] + venture.lent,
    )


def _at_pace(bound: Any, over_the_run: Any, years: float, rate: float) -> Any:
    """The value of what is bound to be paid, at the pace of an average year of the run."""
    duration = np.clip(ratio(bound * years, over_the_run), 0.0, LONGEST)
    # What was never paid before comes over as long a time as can be.
    duration = np.where((bound > 0.0) & (over_the_run <= 0.0), LONGEST, np.maximum(duration, 1.0 / 12.0))
    return bound / duration * evenly(duration, rate)
