"""How a lab stands: its cash, how long that lasts, and how often it is tight or has failed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from interlock.analysis.answer import ByYear, Estimate, Share, SharesByYear, by_year, medians, percent, probabilities
from interlock.analysis.drawn import fan_of
from interlock.charts.fan import Fan
from interlock.engine.outcome import Ending
from interlock.engine.run import Run
from interlock.engine.series import Series
from interlock.ground.sampling_error import probability_error, quantile_error

A_CENTURY = 1200.0
"""Months from which on a runway has no end worth naming."""


@dataclass(frozen=True)
class Footing:
    """How a lab stands at the end of each year."""

    party: str
    cash: ByYear
    """USD; the centre is the median."""
    runway: ByYear
    """Months that cash lasts, in those futures in which it stands; infinite where that is more than a century."""
    tight: SharesByYear
    """How often it has less than half a year of runway, of those futures in which it stands."""
    failed: SharesByYear
    """How often it has failed."""
    fan: Fan | None = field(repr=False, compare=False, default=None)
    """Its cash, to be drawn."""

    def tell(self) -> str:
        """A sentence or two."""
        year, failed = self.failed[-1]
        told = f"{self.party} has failed by {year} in {percent(failed.share, failed.error)} of futures."
        known = [each for each in self.tight if not math.isnan(each[1].share)]
        if not known:
            return told
        year, tight = max(known, key=lambda each: each[1].share)
        return (
            f"{told} Of those in which it stands at the end of {year}, {percent(tight.share, tight.error)} leave it "
            "less than half a year of runway."
        )

    def to_json(self) -> dict[str, Any]:
        """The same as a document; a runway without end is null."""
        return {
            "party": self.party,
            "cash_usd": by_year(self.cash),
            "runway_months_if_standing": by_year(self.runway),
            "probability_tight_if_standing": by_year(self.tight),
            "probability_failed": by_year(self.failed),
        }


def footing(run: Run, lab: str) -> Footing:
    """How a lab stands."""
    return Footing(
        party=lab,
        cash=medians(run.series["cash"])[lab],
        runway=_runway(run, lab),
        tight=_tight(run, lab),
        failed=probabilities(run.series["failed"])[lab],
        fan=fan_of(run.series["cash"], lab, lab),
    )


def _ended(run: Run) -> Series:
    """Who is no more: where nobody is saved, all who have failed."""
    ended: Series = run.series.get(Ending.liquidated, run.series["failed"])
    return ended


def _tight(run: Run, lab: str) -> SharesByYear:
    """A party that has failed is not tight: it has failed."""
    tight, ended = run.series["tight"], _ended(run)
    row = tight.of(lab)
    is_tight, stands = tight.sums[:, row], ended.seen[:, 0] - ended.sums[:, row]
    errors, standing = probability_error(is_tight, stands, run.sampling), stands.sum(axis=0)
    shares = np.divide(is_tight.sum(axis=0), standing, out=np.full(len(standing), np.nan), where=standing > 0.0)
    return tuple(
        (year, Share(float(share), float(error))) for year, share, error in zip(run.years, shares, errors, strict=True)
    )


def _runway(run: Run, lab: str) -> ByYear:
    """Over the paths that were kept, of which is known on which it stands."""
    runway, ended = run.series["runway"], _ended(run)
    row = runway.of(lab)
    months = np.where(ended.first[row] > 0.0, np.nan, runway.first[row])
    return tuple((year, _estimate(each, run)) for year, each in zip(run.years, months, strict=True))


def _estimate(months: Any, run: Run) -> Estimate:
    """Of [path] months of runway, NaN where the party has failed."""
    known = months[~np.isnan(months)]
    if len(known) == 0:
        return Estimate(math.nan, math.nan, math.nan, math.nan)
    low, centre, high = np.quantile(known, (0.05, 0.5, 0.95))
    error = quantile_error(months, 0.5, run.sampling)
    return Estimate(*(math.inf if each > A_CENTURY else float(each) for each in (centre, low, high, error)))
