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
from functools import cached_property, reduce
from typing import Any, NamedTuple

import numpy as np

from interlock.engine.bound import LONGEST
from interlock.engine.run import Run
from interlock.engine.venture import Venture, summed
from interlock.ground.arrays import is_any, ratio
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
    used_up: Any = 0.0
    """Of buildings, what contracts use up of them; in no total."""

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
            usd = getattr(part, name)
            found[name] = found[name] + usd if np.ndim(usd) else found[name]
    return Left(**found)


def as_one(left: Left, idle: Any) -> Left:
    """The same of those who are seen as one, whoever funds them: without what they fund, with halls that stand idle."""
    return replace(left, buildings=left.buildings + idle, shares=0.0, loans=0.0)


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
    known: dict[tuple[Venture, ...], Pool]
    """The same of those that have no chips."""
    pools: dict[tuple[Venture, ...], Pool] = field(default_factory=dict)
    """Those with chips."""

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
    def years(self) -> int:
        """After the run, in which there may still be chips."""
        return min(int(np.ceil(self.life["chips"])), LONGEST)

    @cached_property
    def can_still(self) -> Any:
        """[year after the run, year] the part of it in which chips that came in each year of the run still work."""
        return np.clip(np.maximum(self.life["chips"] - self.ages, 0.0) - YEARS[: self.years], 0.0, 1.0)

    @cached_property
    def rents(self) -> Any:
        """[year after the run, path] USD for an H100e and month; None where there is no market."""
        if self.rent is None:
            return None
        return self.rent.usd / 12.0 * (1.0 + self.rent.growth) ** (YEARS + 0.5)

    def now(self, usd: Any) -> Any:
        """[path] the worth at the end of what comes after it, [year after the run, path]; nothing of nothing."""
        return _weighed((1.0 + self.rate) ** -(YEARS[: len(usd), 0] + 0.5), usd) if np.ndim(usd) else usd

    def past_of(self, venture: Venture) -> Past:
        """What a venture did up to the end, and the buildings that it has then."""
        if venture not in self.pasts:
            self.pasts[venture] = _past(venture, self)
        return self.pasts[venture]

    def pool_of(self, ventures: tuple[Venture, ...]) -> Pool:
        """What contracts take of the chips of ventures that serve them together."""
        kept = self.pools if any(each.has_chips for each in ventures) else self.known
        if ventures not in kept:
            kept[ventures] = _pooled(ventures, self)
        return kept[ventures]

    def left_of(self, venture: Venture) -> Left:
        """What is left of one venture."""
        if not any(is_any(getattr(venture, each)) for each in LASTING):
            return Left(shares=venture.shares, loans=venture.lent)
        contracted, chips, buildings, used_up = _of_what_it_does(venture, self)
        return Left(contracted, chips, buildings, venture.shares, venture.lent, used_up)

    def idle_of(self, venture: Venture, used_up: Any) -> Any:
        """[path] of what contracts use up of halls that it lets inside a group, what nobody uses."""
        if venture.tenants is None or np.ndim(used_up) == 0:
            return 0.0
        filled = _times(self.used_by(venture.tenants), self.pool_of(venture.beside or (venture,)).in_use)
        return used_up - _sum_of(self.past_of(venture).used_up, filled)

    def used_by(self, ventures: tuple[Venture, ...]) -> Any:
        """[year after the run, path] how much of what they had when the run ended ventures go on to use."""
        if not ventures:
            return 0.0
        pool = self.pool_of(ventures)
        return np.minimum(pool.in_use + (0.0 if self.rents is None else pool.in_let), 1.0)


class Pool(NamedTuple):
    """Chips of a party that serve the same contracts: [year after the run, path] shares, as long as there are chips."""

    can: dict[Venture, Any]
    """What those of each can do: H100e-months where they are counted; dollars spent on what stands where they are not.
    None of ventures without chips."""
    cover: Any
    """Of what contracts ask for, what they can do; where there are chips."""
    free: Any
    """Of what they can do, what contracts leave."""
    in_use: Any
    """Of halls that are full when the run ends, what contracts take; in all years where there are no chips."""
    in_let: Any
    """The same of what is let beside them."""
    let: Any
    """Of what is in use for either, what is let."""
    costs: Any
    """[path] Of a dollar that comes in, what running takes."""


class Past(NamedTuple):
    """What a venture did up to the end of the run, and what it has then: nothing here hangs on the life of chips."""

    received: Any
    """[path] What came in; of compute, where any was sold."""
    costs: Any
    """[path] What running took then."""
    sold: Any
    """[path] H100e-months."""
    done: Any
    """[path] In a year when the run ended: H100e-months where it sells compute of its chips, dollars otherwise."""
    asked: Any
    """[year after the run, path] What contracts ask for after it, in the same."""
    bound: Any
    """[path] What it will use of compute that it has bought, less all that it is bound to pay."""
    stands: Any
    """[path] What its buildings are worth at the end."""
    used_up: Any
    """[year after the run, path] What of that each year uses up, as it is worth at the end."""


def _of_what_it_does(venture: Venture, at: Horizon) -> tuple[Any, Any, Any, Any]:
    """What is contracted, chips and buildings, and what contracts use up of these."""
    past, pool = at.past_of(venture), at.pool_of(venture.beside or (venture,))
    lets_chips = at.rents is not None and is_any(venture.arrived)
    full = pool.in_use + pool.in_let if lets_chips else pool.in_use
    goes_on = _times(venture.goes_on, np.minimum(full, 1.0))
    contracted: Any = past.bound - at.now(goes_on)
    if is_any(venture.to_come):
        kept = 1.0 - np.clip(ratio(past.costs, past.received, pool.costs), 0.0, 1.0)
        served = _times(venture.to_come, pool.cover) if pool.can else venture.to_come
        contracted = contracted + kept * at.now(served)
    chips: Any = 0.0
    if venture.has_chips:
        can = pool.can[venture]
        free = can * pool.free
        part = ratio(free.sum(axis=0), can.sum(axis=0), 1.0) if np.ndim(pool.free) else 1.0
        chips = part * _over_years(np.maximum(1.0 - at.ages / at.life["chips"], 0.0), venture.chips, at)
        if lets_chips:
            for_let = at.now(_times(venture.to_pay, pool.let)) + at.now(_times(goes_on, pool.let))
            by_unit = _on_average(past.costs, past.sold)
            earned = at.now(np.maximum(at.rents[: at.years] - by_unit, 0.0) * free) - for_let
            contracted = contracted + for_let + np.minimum(earned, 0.0)
            chips = np.clip(earned - _sum_of(past.used_up, pool.in_let), 0.0, chips)
    if not is_any(venture.buildings):
        return contracted, chips, 0.0, 0.0
    used_up = _sum_of(past.used_up, pool.in_use)
    return contracted, chips, past.stands - used_up, used_up


def _past(venture: Venture, at: Horizon) -> Past:
    one = np.ones(len(at.ages))
    received, costs, bound, sold = (
        _over_years(one, each, at) for each in (venture.received, venture.running, venture.bound, venture.sold)
    )
    begins, ends = at.parts
    done, asked = venture.received, venture.to_come
    if venture.lets_chips():
        done, is_known = venture.sold, sold > 0.0
        if not is_known.all():
            # What came in advance says nothing of what running takes.
            received, costs, bound = (each * is_known for each in (received, costs, bound))
        if is_any(venture.asked):
            asked = venture.asked
        elif is_any(asked):
            asked = ratio(asked, _on_average(received, sold))
    # What it has bought to use is worth what others would pay for it, and no more than it costs.
    to_use = venture.to_use if at.rents is None else np.minimum(_times(at.rents, venture.hours), venture.to_use)
    stands, used_up = 0.0, 0.0
    if is_any(venture.buildings):
        stands, used_up = (_weighed(each, venture.buildings) for each in _straight_line(at))
    return Past(
        received=received,
        costs=costs - bound,
        sold=sold,
        done=_over_years((one.cumsum() == len(one)) / (ends[-1] - begins[-1]), done, at),
        asked=asked,
        bound=at.now(to_use) - at.now(venture.to_pay),
        stands=stands,
        used_up=used_up,
    )


def _over_years(weights: Any, rows: Any, at: Horizon) -> Any:
    """The same as `_weighed`, of what may be nothing in all years of the run."""
    return _weighed(weights, rows) if np.ndim(rows) else np.zeros((*weights.shape[:-1], at.run.draws.shape[1]))


def _weighed(weights: Any, rows: Any) -> Any:
    """The sum over years of each row [year, path] by its weight […, year], in the order of the years."""
    return np.asarray(weights) @ rows


def _times(one: Any, other: Any) -> Any:
    """Year by year, as long as there is something of both; a plain number is nothing."""
    if np.ndim(one) == 0 or np.ndim(other) == 0:
        return 0.0
    years = min(len(one), len(other))
    return one[:years] * other[:years]


def _on_average(part: Any, whole: Any) -> Any:
    """[path] part / whole; on paths without any, what it is over all others together."""
    is_there = whole > 0.0
    return ratio(part, whole, float(part[is_there].sum() / whole[is_there].sum()) if is_there.any() else 0.0)


def _sum_of(one: Any, other: Any) -> Any:
    """[path] The sum over years of the same."""
    if np.ndim(one) == 0 or np.ndim(other) == 0:
        return 0.0
    years = min(len(one), len(other))
    return np.einsum("yp,yp->p", one[:years], other[:years])


def _pooled(ventures: tuple[Venture, ...], at: Horizon) -> Pool:
    """What the contracts of several ventures together take of what their chips together can do."""
    pasts = [at.past_of(venture) for venture in ventures]
    pace, wanted = sum(past.done for past in pasts), reduce(summed, (past.asked for past in pasts))
    costs = _on_average(sum(past.costs for past in pasts), sum(past.received for past in pasts))
    is_counted = any(is_any(venture.arrived) for venture in ventures)
    came = {each: each.arrived if is_counted else each.chips for each in ventures}
    if not any(each.has_chips for each in ventures):
        # Whose chips are in their costs, or who sell something else.
        in_use = ratio(wanted, np.maximum(pace, wanted.max(axis=0))) if np.ndim(wanted) else 0.0
        return Pool({}, 0.0, 0.0, in_use, 0.0, 0.0, costs)
    a_year = 12.0 if is_counted else 1.0
    each_can = {venture: _over_years(a_year * at.can_still, each, at) for venture, each in came.items()}
    can = sum(each_can.values())
    there = sum(_over_years(a_year * (at.can_still[0] > 0.0), each, at) for each in came.values())
    # They do what they did of late, though not all of it need be known to have come for it; and where they are not
    # counted, what is asked of them at first.
    at_first = wanted[0] if np.ndim(wanted) else 0.0
    scale = np.maximum(ratio(pace, there), 1.0) if is_counted else ratio(np.maximum(pace, at_first), there)
    part = ratio(1.0, there * scale)
    if np.ndim(wanted) == 0:
        return Pool(each_can, 1.0, 1.0, 0.0, can * part, (can > 0.0) * 1.0, costs)
    wanted = _first(at.years, wanted)
    can_at_pace = scale * can
    sells = can if is_counted else can_at_pace
    taken = np.minimum(can_at_pace, wanted)
    free = np.maximum(sells - taken, 0.0)
    return Pool(
        can=each_can,
        # Of nothing that is asked for, there is enough without any chips.
        cover=ratio(taken, wanted, 1.0),
        free=ratio(free, sells, 1.0),
        in_use=taken * part,
        in_let=free * part,
        let=ratio(free, taken + free),
        costs=costs,
    )


def _first(years: int, rows: Any) -> Any:
    """[year, path] the first so many years, nothing where there are fewer."""
    missing = years - len(rows)
    return rows[:years] if missing <= 0 else np.concatenate([rows, np.zeros((missing, rows.shape[1]))])


def _straight_line(at: Horizon) -> tuple[Any, Any]:
    """Of a dollar that was spent on buildings in each [year]: what is left of it, and what later years use up of that.

    The latter is [year after the run, year], as it is worth at the end.
    """
    since = np.arange(min(np.ceil(at.life["construction"]), LONGEST) + 1.0)[:, None]
    worth = np.maximum(1.0 - (at.ages + since) / at.life["construction"], 0.0)
    later = worth * (1.0 + at.rate) ** -since
    return worth[0], later[:-1] - later[1:]
