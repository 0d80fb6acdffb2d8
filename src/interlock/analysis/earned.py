"""What one venture earns, and what must be sold for spending to earn its cost: in numbers with their errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from interlock.analysis.answer import Estimate, Share, how_often, mean_of
from interlock.engine.venture import Venture
from interlock.engine.worth import Discounting
from interlock.ground.sampling_error import ratio_error, sampling_error
from interlock.money.discounting import (
    capital_charge,
    has_rate,
    parts_of_years,
    payback,
    present_value,
    put_in_and_back,
    rate_of_return,
    slope_of_value,
)


class Level(StrEnum):
    """Of what a return is taken."""

    build_out = "build-out"
    party = "party"
    deal = "deal"
    contract = "contract"
    site = "site"


LOST_IN_SALES = 100.0
"""Where so many dollars come back for each, what was put in was a bad month of a business and no spending."""


@dataclass(frozen=True)
class Return:
    """What one venture is worth, earns, and gives back."""

    level: Level
    of: str
    """A party, deal or site, or the address of a contract."""
    party: str
    """Whose; of a party it is the same, and of the build-out empty."""
    put_in: Estimate
    """USD, years of net outflow."""
    sells: bool
    """Whether anything ever comes back."""
    npv: Estimate
    """USD at the start, without what is left at the end."""
    npv_with: Estimate
    left: Mapping[str, float]
    """USD at the start, on average: what is left, by what it is."""
    irr: float
    """A year, of the mean flows; NaN for none."""
    irr_error: float
    irr_with: float
    """With what is left at the end."""
    no_irr: Share
    """Futures without one."""
    multiple: float
    """What comes back for each dollar put in; NaN where nothing is."""
    multiple_error: float
    paid_back: Share
    """Of the futures in which something is put in: where it has paid back by the end of the run, for good."""
    nothing_in: Share
    """Futures in which nothing was ever put in."""
    payback_year: int | None
    """The year in the middle of these futures; None: not by the horizon, or nothing put in."""

    @property
    def is_worth_telling(self) -> bool:
        """Whether something is put in that is not lost in what comes back, and something comes back."""
        return self.sells and self.put_in.centre > 0.0 and not self.multiple > LOST_IN_SALES

    def to_json(self) -> dict[str, Any]:
        """The same as a document; null for what there is none of."""
        return {
            "level": str(self.level),
            "of": self.of,
            "party": self.party or None,
            "put_in_usd": self.put_in.to_json(),
            "npv_usd": self.npv.to_json(),
            "npv_with_what_is_left_usd": self.npv_with.to_json(),
            "left_usd": dict(self.left),
            "irr": _known(self.irr),
            "irr_error": _known(self.irr_error),
            "irr_with_what_is_left": _known(self.irr_with),
            "without_irr": self.no_irr.to_json(),
            "multiple": _known(self.multiple),
            "multiple_error": _known(self.multiple_error),
            "paid_back_by_the_end": self.paid_back.to_json(),
            "nothing_put_in": self.nothing_in.to_json(),
            "payback_year": self.payback_year,
        }


@dataclass(frozen=True)
class Need:
    """What must be sold in a year to earn the cost of capital, against what is: means over the futures, in USD."""

    year: int
    spent: float
    """On chips and buildings, from the start of the run to the end of the year."""
    committed: float
    """What is still to be paid under contracts at its end, whatever is used."""
    needed: float
    projected: float
    gap: Estimate
    """Needed less projected: above nothing, spending is ahead."""
    ahead: Share
    """Futures in which it is."""

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {
            "year": self.year,
            "spent_usd": self.spent,
            "committed_usd": self.committed,
            "needed_usd": self.needed,
            "projected_usd": self.projected,
            "gap_usd": self.gap.to_json(),
            "ahead": self.ahead.to_json(),
        }


@dataclass(frozen=True)
class Lever:
    """How the whole stands if chips last so many years."""

    life: float
    npv_with: Estimate
    largest_gap: Estimate
    """USD, in the year in which spending is ahead by most, or behind by least."""
    years_ahead: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {
            "chips_last_years": self.life,
            "npv_with_what_is_left_usd": self.npv_with.to_json(),
            "largest_gap_usd": self.largest_gap.to_json(),
            "years_ahead": list(self.years_ahead),
        }


def return_of(level: Level, of: str, party: str, ventures: Sequence[Venture], by: Discounting) -> Return:
    """What ventures earn together; the build-out is seen without what its members fund, each other or anybody."""
    flows, before = flows_of(level, ventures, by)
    left, sampling = by.at_the_end(ventures, is_one=level is Level.build_out), by.run.sampling
    at_the_end = np.zeros_like(before) + left.total()
    times, years = by.times, (None, *by.run.years)
    worth = by.worth(flows, before)
    if before.any():
        # What was put in before the run is a flow of its own, when it begins.
        flows, times = np.concatenate([-before[None], flows]), np.concatenate([[0.0], times])
    else:
        years = by.run.years
    back, put_in = put_in_and_back(flows)
    mean, when = flows.mean(axis=1), payback(flows)
    irr = rate_of_return(mean, times)
    error = np.nan
    if not np.isnan(irr):
        error = float(sampling_error(present_value(flows, times, irr), sampling))
        error /= abs(slope_of_value(mean, times, irr))
    is_any = put_in.sum() > 0.0
    whens = when[when >= 0]
    middle = np.partition(whens, len(whens) // 2)[len(whens) // 2] if len(whens) else len(flows)
    return Return(
        level=level,
        of=of,
        party=party,
        put_in=mean_of(put_in, sampling),
        sells=bool(back.any() or (at_the_end > 0.0).any()),
        npv=mean_of(worth, sampling),
        npv_with=mean_of(worth + by.worth_at_the_start(at_the_end), sampling),
        left={
            name: float(by.worth_at_the_start(np.mean(usd))) for name, usd in vars(left).items() if name != "used_up"
        },
        irr=irr,
        irr_error=error,
        irr_with=rate_of_return(np.append(mean, at_the_end.mean()), np.append(times, by.end)),
        no_irr=how_often(~has_rate(flows, times), sampling),
        multiple=float(back.sum() / put_in.sum()) if is_any else np.nan,
        multiple_error=float(ratio_error(back, put_in, sampling)) if is_any else np.nan,
        paid_back=how_often((when >= 0) & (when < len(flows)), sampling, among=when >= 0),
        nothing_in=how_often(when < 0, sampling),
        payback_year=years[int(middle)] if middle < len(flows) else None,
    )


def worth_with(level: Level, worth: Any, ventures: Sequence[Venture], by: Discounting) -> Any:
    """[path] USD at the start of ventures whose flows are `worth` so much, with what is left at the end."""
    left = by.at_the_end(ventures, is_one=level is Level.build_out)
    return worth + by.worth_at_the_start(left.total())


def flows_of(level: Level, ventures: Sequence[Venture], by: Discounting) -> tuple[Any, Any]:
    """[year, path] what ventures put in and get out together, and [path] what had been put in before the run."""
    flows = np.zeros((len(by.run.years), by.run.draws.shape[1]))
    before = np.zeros(flows.shape[1])
    for venture in ventures:
        venture.enter_in(flows, with_funds=level is not Level.build_out)
        if level is not Level.build_out:
            before += venture.before
    return flows, before


def gap_of(venture: Venture, by: Discounting) -> Any:
    """[year, path] USD by which what a group must earn on its spending is more than what it earns before that."""
    begins, ends = parts_of_years(by.run.program.labels.start, by.run.program.labels.months)
    gap = np.zeros((len(by.run.years), by.run.draws.shape[1])) + venture.running - venture.received
    for what, spent in (("chips", venture.chips), ("construction", venture.buildings)):
        if np.ndim(spent):
            gap += capital_charge(spent, by.times, begins, ends, by.life[what], by.rate)
    return gap


def needs_of(venture: Venture, sold: Any, committed: Sequence[float], by: Discounting) -> tuple[Need, ...]:
    """What a group must sell year by year, against what it sells to others, [year, path] USD."""
    gap = gap_of(venture, by)
    spent = np.cumsum((np.zeros_like(gap) + venture.spent()).mean(axis=1))
    return tuple(
        Need(
            year=year,
            spent=float(spent[n]),
            committed=committed[n],
            needed=float((sold[n] + gap[n]).mean()),
            projected=float(sold[n].mean()),
            gap=mean_of(gap[n], by.run.sampling),
            ahead=how_often(gap[n] > 0.0, by.run.sampling),
        )
        for n, year in enumerate(by.run.years)
    )


def _known(number: float) -> float | None:
    return None if np.isnan(number) else number
