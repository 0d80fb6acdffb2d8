"""What is left at the end of a run: contracts that go on, chips and buildings, shares and loans.

Each venture by itself, year by year after the run; those of a party, and those of several, add up.

    delivered  = what is still bound to be bought, as far as the chips that are there can still do it
    contracted = delivered x price x (1 - running costs / received over the run) - what it must still pay itself
                 + what it will use of compute that it has bought so
    chips      = what they can do beside that x (rent - running costs of a unit), less their part of halls and power;
                 straight-line at most
    buildings  = straight-line, less what contracts use up of them
    shares     = part held x worth of the company, as a round in an open market would pay
    loans      = principal that is outstanding, of who has not failed

Halls and power that are rented are paid to the end of their terms, used or not, and go on after them while they are
used; they are no part of the running costs here. The rent of chips is the market's of the last year; it goes on falling
as its mean has for three years, and does not go on rising. Where a book has no market for compute, or does not count
chips, they are straight-line as far as no contract uses them. An asset and the contract that it fills are not both
worth something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from interlock.engine.bound import LONGEST
from interlock.engine.run import Run
from interlock.engine.venture import Venture
from interlock.ground.arrays import ratio
from interlock.ground.units import HOURS_PER_MONTH
from interlock.money.discounting import parts_of_years

YEARS = np.arange(float(LONGEST))[:, None]
"""Of those after the run, when each begins."""

LASTING = ("to_come", "to_pay", "goes_on", "arrived", "chips", "buildings")
"""Of which something is left."""


@dataclass(frozen=True)
class Left:
    """What is left at the end of a run, [path] USD there and then."""

    contracted: Any = 0.0
    chips: Any = 0.0
    buildings: Any = 0.0
    shares: Any = 0.0
    loans: Any = 0.0
    idle: Any = 0.0
    """Of halls that members of a group let to each other, what they are worth while nobody uses them; in no total."""

    def total(self) -> Any:
        """All of it."""
        return self.contracted + self.chips + self.buildings + self.shares + self.loans


@dataclass(frozen=True)
class Rent:
    """What an H100e brings in a year on the market at the end of a run."""

    usd: Any
    """[path]"""
    growth: float
    """A year; never more than nothing."""


def rent_of(run: Run) -> Rent | None:
    """The rent at the end of a run, on average over its markets; None where it has none."""
    if "spot_price" not in run.series:
        return None
    prices = run.series["spot_price"].first.mean(axis=0) * HOURS_PER_MONTH * 12.0
    means = prices.mean(axis=1)
    years = min(len(means) - 1, 3)
    growth = (means[-1] / means[-1 - years]) ** (1.0 / years) - 1.0 if years and means[-1 - years] > 0.0 else 0.0
    return Rent(prices[-1], min(float(growth), 0.0))


def all_left(parts: Iterable[Left]) -> Left:
    """What is left of several together."""
    found = dict.fromkeys((each.name for each in fields(Left)), 0.0)
    for part in parts:
        for name in found:
            found[name] = found[name] + getattr(part, name)
    return Left(**found)


def as_one(left: Left) -> Left:
    """The same of those who are seen as one, whoever funds them: without what they fund, with halls that stand idle."""
    return replace(left, buildings=left.buildings + left.idle, shares=0.0, loans=0.0, idle=0.0)


@dataclass(frozen=True)
class Horizon:
    """How it is seen from the end of a run."""

    run: Run
    rate: float
    """A year."""
    life: Mapping[str, float]
    """Years for which chips and construction last."""
    rent: Rent | None
    pasts: dict[Venture, Past]
    """Those that are known, whatever the lives."""
    pools: dict[tuple[Venture, ...], _Pool] = field(default_factory=dict)
    """Those that are known."""

    @cached_property
    def parts(self) -> tuple[Any, Any]:
        """[year] when each calendar year's part of the run begins and ends, in years from its start."""
        labels = self.run.program.labels
        return parts_of_years(labels.start, labels.months)

    @cached_property
    def ages(self) -> Any:
        """[year] how old at the end is what was bought in each."""
        begins, ends = self.parts
        return ends[-1] - (begins + ends) / 2.0

    @cached_property
    def rents(self) -> Any:
        """[year after the run, path] USD for an H100e and month; None where there is no market."""
        if self.rent is None:
            return None
        return self.rent.usd / 12.0 * (1.0 + self.rent.growth) ** (YEARS + 0.5)

    def now(self, usd: Any) -> Any:
        """[path] the worth at the end of what comes after it, [year after the run, path]."""
        return _weighed((1.0 + self.rate) ** -(YEARS[:, 0] + 0.5), usd)

    def past_of(self, venture: Venture) -> Past:
        """What a venture did up to the end, and the buildings that it has then."""
        if venture not in self.pasts:
            self.pasts[venture] = _past(venture, self)
        return self.pasts[venture]

    def pool_of(self, ventures: tuple[Venture, ...]) -> _Pool:
        """What contracts take of the chips of ventures that serve them together."""
        if ventures not in self.pools:
            self.pools[ventures] = _pooled(ventures, self)
        return self.pools[ventures]

    def left_of(self, venture: Venture) -> Left:
        """What is left of one venture."""
        if not any(np.any(getattr(venture, each)) for each in LASTING):
            return Left(shares=venture.shares, loans=venture.lent)
        contracted, chips, buildings, idle = _of_what_it_does(venture, self)
        return Left(contracted, chips, buildings, venture.shares, venture.lent, idle)

    def used_by(self, ventures: tuple[Venture, ...]) -> Any:
        """[year after the run, path] how much of what they had when the run ended ventures go on to use."""
        if not ventures:
            return 0.0 * YEARS
        pool = self.pool_of(ventures)
        return np.minimum(pool.in_use + (0.0 if self.rents is None else pool.in_let), 1.0)


class _Pool(NamedTuple):
    """Chips of a party that serve the same contracts, [year after the run, path] shares."""

    is_counted: bool
    """Whether they are H100e; dollars otherwise."""
    cover: Any
    """Of what contracts ask for, what they can do."""
    free: Any
    """Of what they can do, what contracts leave."""
    in_use: Any
    """Of halls that are full when the run ends, what contracts take."""
    in_let: Any
    """The same of what is let beside them."""
    costs: Any
    """[path] Of a dollar that comes in, what running takes."""


class Past(NamedTuple):
    """What a venture did up to the end of the run, and what it has built: nothing here hangs on the life of chips."""

    received: Any
    """[path] What came in."""
    costs: Any
    """[path] What running took."""
    sold: Any
    """[path] H100e-months."""
    done: Any
    """[path] In a year when the run ended: H100e-months where it sells compute of its chips, dollars otherwise."""
    asked: Any
    """[year after the run, path] What contracts ask for after it, in the same."""
    stands: Any
    """[path] What its buildings are worth at the end."""
    used_up: Any
    """[year after the run, path] What of that each year uses up, as it is worth at the end."""


def _of_what_it_does(venture: Venture, at: Horizon) -> tuple[Any, Any, Any, Any]:
    """What is contracted, chips and buildings, and what of these stands idle."""
    past, pool = at.past_of(venture), at.pool_of(venture.beside or (venture,))
    kept = 1.0 - np.clip(ratio(past.costs, past.received, pool.costs), 0.0, 1.0)
    lets_chips = at.rents is not None and bool(np.any(venture.arrived))
    full = pool.in_use + pool.in_let if lets_chips else pool.in_use
    halls = venture.to_pay + venture.goes_on * np.minimum(full, 1.0)
    for_let = halls * ratio(pool.in_let, full) if lets_chips else 0.0
    # What it has bought to use is worth what others would pay for it, and no more than it costs.
    to_use = venture.to_use if at.rents is None else np.minimum(at.rents * venture.hours, venture.to_use)
    contracted: Any = at.now(kept * venture.to_come * pool.cover - (halls - for_let) + to_use)
    chips: Any = 0.0
    if np.any(venture.chips) or np.any(venture.arrived):
        can = _chips_left(venture, at, is_counted=pool.is_counted)
        free = can * pool.free
        all_free = ratio(free.sum(axis=0), can.sum(axis=0), 1.0)
        left = np.maximum(1.0 - at.ages / at.life["chips"], 0.0)
        chips = all_free * _weighed(left, venture.chips + np.zeros((len(left), at.run.draws.shape[1])))
        if lets_chips:
            by_unit = ratio(past.costs, past.sold)
            earned = at.now(np.maximum(at.rents - by_unit, 0.0) * free - for_let)
            contracted = contracted + np.minimum(earned, 0.0)
            chips = np.clip(earned - (past.used_up * pool.in_let).sum(axis=0), 0.0, chips)
    if not np.any(venture.buildings):
        return contracted, chips, 0.0, 0.0
    filled = past.used_up * pool.in_use
    idle = 0.0 if venture.tenants is None else (filled * (1.0 - at.used_by(venture.tenants))).sum(axis=0)
    return contracted, chips, past.stands - filled.sum(axis=0), idle


def _past(venture: Venture, at: Horizon) -> Past:
    blank = np.zeros((len(at.ages), at.run.draws.shape[1]))
    received, costs, sold = (
        (blank + each).sum(axis=0) for each in (venture.received, venture.running - venture.bound, venture.sold)
    )
    begins, ends = at.parts
    done, asked = venture.received, venture.to_come
    if venture.lets_chips():
        done, asked = venture.sold, venture.asked if np.any(venture.asked) else ratio(asked, ratio(received, sold))
    stands, used_up = blank[0], 0.0 * YEARS
    if np.any(venture.buildings):
        worth = _straight_line(blank + venture.buildings, at)
        stands = worth[0]
        used_up = worth[:-1] * (1.0 + at.rate) ** -YEARS - worth[1:] * (1.0 + at.rate) ** -(YEARS + 1.0)
    done = (blank + done)[-1] / (ends[-1] - begins[-1])
    return Past(received, costs, sold, done, asked + 0.0 * YEARS + blank[0], stands, used_up)


def _chips_left(venture: Venture, at: Horizon, *, is_counted: bool) -> Any:
    """[year after the run, path] what its chips can still do.

    H100e-months where chips are counted; dollars spent on those that stand where they are not.
    """
    came = _chips_of(venture, at, is_counted=is_counted)
    return _weighed(np.clip(_years_left(at) - YEARS, 0.0, 1.0), came)


def _chips_of(venture: Venture, at: Horizon, *, is_counted: bool) -> Any:
    """[year, path] what those of its chips that stand at the end can do in a year, by the year in which they came."""
    came = 12.0 * venture.arrived if is_counted else venture.chips
    return (_years_left(at) > 0.0)[:, None] * came + np.zeros((len(at.ages), at.run.draws.shape[1]))


def _years_left(at: Horizon) -> Any:
    """[year] for how long chips that came in each still last."""
    return np.maximum(at.life["chips"] - at.ages, 0.0)


def _weighed(weights: Any, rows: Any) -> Any:
    """The sum over years of each row [year, path] by its weight […, year], in the order of the years."""
    return np.einsum("...y,yp->...p", weights, rows)


def _pooled(ventures: tuple[Venture, ...], at: Horizon) -> _Pool:
    """What the contracts of several ventures together take of what their chips together can do."""
    pasts = [at.past_of(venture) for venture in ventures]
    received, running, _, pace, wanted = (sum(each) for each in zip(*(past[:5] for past in pasts), strict=True))
    costs = ratio(running, received)
    if not any(np.any(venture.arrived) or np.any(venture.chips) for venture in ventures):
        # Whose chips are in their costs, or who sell something else.
        in_use = ratio(wanted, np.maximum(pace, wanted.max(axis=0)))
        return _Pool(False, 1.0, 0.0 * in_use, in_use, 0.0 * in_use, costs)
    is_counted = any(np.any(venture.arrived) for venture in ventures)
    can = sum(_chips_left(venture, at, is_counted=is_counted) for venture in ventures)
    there = sum(_chips_of(venture, at, is_counted=is_counted).sum(axis=0) for venture in ventures)
    # They do what they did of late, though not all of it need be known to have come for it; and where they are not
    # counted, what is asked of them at first.
    scale = np.maximum(ratio(pace, there), 1.0) if is_counted else ratio(np.maximum(pace, wanted[0]), there)
    cover = np.minimum(ratio(scale * can, wanted, 1.0), 1.0)
    sells = can if is_counted else scale * can
    taken, full = wanted * cover, there * scale
    free = np.maximum(sells - taken, 0.0)
    return _Pool(is_counted, cover, ratio(free, sells), ratio(taken, full), ratio(free, full), costs)


def _straight_line(spent: Any, at: Horizon) -> Any:
    """[0 to LONGEST years after the run, path] what buildings are worth then."""
    since = np.arange(LONGEST + 1.0)[:, None]
    return _weighed(np.maximum(1.0 - (at.ages + since) / at.life["construction"], 0.0), spent)
