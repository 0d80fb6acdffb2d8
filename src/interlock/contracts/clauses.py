"""Parts that contracts of many kinds are made of: ramp, schedule, notice, tranche, price that steps up, debt."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from interlock.contracts.contract import ALWAYS, NEVER, Contract, Now, Trigger
from interlock.ground.amounts import number, share
from interlock.ground.arrays import clip, exp, expm1, floor, log1p, maximum, minimum, ratio, sqrt, total, where
from interlock.ground.fields import Choice, Many, Refers, Scheduled
from interlock.ground.schedule import Schedule
from interlock.ground.units import Chance, GrowthPerYear, Luck, Months, Multiple, Number, Share, Usd, UsdPerH100eHour

__all__ = [
    "NOT_RENEWED",
    "DayCount",
    "Debt",
    "Many",
    "MarketName",
    "Notice",
    "Pace",
    "Renegotiation",
    "Renewal",
    "Renewed",
    "Revision",
    "Schedule",
    "Scheduled",
    "Tranche",
    "Tranches",
    "beyond",
    "beyond_the_whole",
    "escalated",
    "is_within",
    "months_until",
    "no_time",
    "pace_of",
    "part_of_month",
    "part_of_year",
    "ramped",
    "released",
    "whole_if_near",
]


class Debt(Contract):
    """A contract under which its payee borrows: how much it owes, and how it was served before the run."""

    @abstractmethod
    def owes(self, now: Now, memory: Any) -> Usd:
        """What has been lent and has not fallen due; the memory is that after the month."""

    @abstractmethod
    def lent_since(self) -> Months:
        """The month before the run at whose end it was first owed; NEVER where nothing is outstanding."""

    @abstractmethod
    def fell_due(self, now: Now, memory: Any) -> Usd:
        """Interest and principal of a month before the run, by its own schedule and the rate of the first month.

        The memory is that before the run.
        """


def is_within(now: Now, cover_at_least: Multiple | None, leverage_at_most: Multiple | None) -> Any:
    """Whether a borrower may be lent more, as it stood at the end of last month; cover that is not known is enough."""
    is_thin = 0.0 if cover_at_least is None else where(now.payee_cover < cover_at_least, 1.0, 0.0)
    is_high = 0.0 if leverage_at_most is None else where(now.payee_leverage > leverage_at_most, 1.0, 0.0)
    return is_thin + is_high == 0.0


def beyond(now: Now, cover_at_least: Multiple | None, leverage_at_most: Multiple | None) -> str:
    """The limits that a borrower is beyond, in words; empty where it is within."""
    parts = []
    if not is_within(now, cover_at_least, None):
        parts.append(
            f"its business covers debt service {number(now.payee_cover)} x, less than {number(cover_at_least)} x"
        )
    if not is_within(now, None, leverage_at_most):
        times = number(now.payee_leverage)
        parts.append(f"its debt is {times} x what its business earns in a year, more than {number(leverage_at_most)} x")
    return " and ".join(parts)


MarketName = Annotated[Any, Refers("market")]
"""A market; the rule sees what it asks by the hour as its `price`."""

TermPrice = Annotated[Number, Refers("term-price")]
"""A market; the rule sees what it asks for a term of years this month."""


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

    def cuts(self, month: Months, end: Months) -> Any:
        """1.0 in the month in which it ends what would otherwise have gone on until some end."""
        ends = self.ends()
        return where((ends <= month) & (month < ends + 1.0) & (ends < end), 1.0, 0.0)


class Revision(NamedTuple):
    """What a contract remembers of whether it was renegotiated."""

    unmoved: Share = 1.0
    """How likely it was that all would stay as agreed until now, given how its payer stood."""
    since: Months = NEVER
    """From which month on it is as renegotiated."""


@dataclass(frozen=True, kw_only=True)
class Renegotiation:
    """How a promise is made less, longer or cheaper, once and for all of it that is still to come.

    p         = chance + in_distress x austerity of the one who pays            within a year
    unmoved'  = unmoved x (1 - p)^(1/12) each month           changed once 1 - unmoved' exceeds the luck of the path
    """

    chance: Share = 0.0
    """Within a year in which the payer cuts nothing."""

    in_distress: Share = 0.0
    """How much more within a year in which it has cut all that it can; who has no `cuts_below` never cuts."""

    less: Share = 0.0
    """The part of what is still to come that is given up."""

    longer: Share = 0.0
    """By how much the rest of the term is drawn out: so much later it comes, and so much less of it each month."""

    cheaper: Share = 0.0
    """What the price falls by."""

    luck: Luck = 0.5
    """From 0 to 1: drawn for each path, unless a book sets it."""

    def kept(self) -> Share:
        """What is left of the money that is still to come."""
        return (1.0 - self.less) * self.of_price()

    def of_price(self) -> Share:
        """What is left of the price; never quite nothing."""
        return 1.0 - minimum(self.cheaper, 0.999_999)

    def after(self, now: Now, before: Revision, is_bound: Any) -> Revision:
        """Whether it is changed from the next month on."""
        yearly = clip(self.chance + self.in_distress * now.austerity, 0.0, 0.999_999)
        still = where(is_bound, before.unmoved * exp(log1p(-yearly) / 12.0), before.unmoved)
        is_changed = is_bound & (before.since == NEVER) & (1.0 - still > self.luck)
        return Revision(still, where(is_changed, now.month + 1.0, before.since))

    def tell(self) -> str:
        """What changes."""
        parts = ((self.less, "less"), (self.longer, "longer"), (self.cheaper, "cheaper"))
        return ", ".join(f"{share(part)} {what}" for part, what in parts if part > 0.0) or "nothing changes"


class Renewed(NamedTuple):
    """What a contract remembers of whether it was renewed."""

    since: Months = NEVER
    """The first month of the new term."""
    price: UsdPerH100eHour = 0.0
    """Of the new term."""


NOT_RENEWED = Renewed()


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """What comes after a term: once, another one, at what the market asks for a term when the first one ends."""

    market: TermPrice
    """The market that says the price."""

    chance: Chance = 1.0
    """That it goes on; drawn once for each path."""

    term: Months
    """How long it then goes on, from the next month on."""

    def after(self, now: Now, before: Renewed, ends: Months) -> Renewed:
        """Whether it goes on from the next month on; `ends` is when the first term ends, if nobody has ended it."""
        is_over = (now.month < ends) & (ends <= now.month + 1.0) & (self.chance > 0.5) & (before.since == NEVER)
        return Renewed(where(is_over, now.month + 1.0, before.since), where(is_over, self.market, before.price))


@dataclass(frozen=True, kw_only=True)
class Tranche:
    """A part of a promised sum that is released by a trigger."""

    part: Share
    """Of the total."""

    when: Trigger = ALWAYS
    """What releases it."""


Tranches = Annotated[Tranche, Many()]

ROUNDING = 1e-9
"""Of the whole: by so much its parts may miss it."""


def released(tranches: Tranches, month: Months) -> Share:
    """The part of the whole that is released by a month; never more than all of it, whatever the parts come to."""
    return minimum(total(where(tranches.when <= month, tranches.part, 0.0)), 1.0)


def beyond_the_whole(tranches: Tranches) -> str | None:
    """What is wrong with tranches that come to more than there is."""
    parts = total(tranches.part)
    return f"the tranches come to {share(parts)}, more than the whole" if parts > 1.0 + ROUNDING else None


DayCount = Annotated[Number, Choice(("30/360", "actual/365", "actual/360"))]
"""How much of a year a month is."""


def no_time(term: Months) -> str | None:
    """What is wrong with a term that is none."""
    return "the `term` is no time at all" if term <= 0.0 else None


def part_of_year(day_count: DayCount, days: Number) -> Number:
    """How much of a year a month of so many days is: 1/12 (30/360), or its days over 365 or 360."""
    by_days = where(day_count > 1.5, days / 360.0, days / 365.0)
    return where(day_count > 0.5, by_days, 1.0 / 12.0)


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


def whole_if_near(months: Months) -> Months:
    """Months that miss a whole number by rounding are that number; else the last settlement would come a month late."""
    whole = floor(months + 0.5)
    return where((months - whole) * (months - whole) < 1e-18, whole, months)


def part_of_month(month: Months, begins: Months, ends: Months) -> Number:
    """How much of a month lies between two moments."""
    return clip(minimum(month + 1.0, ends) - maximum(month, begins), 0.0, 1.0)


def escalated(months: Months, escalator: GrowthPerYear) -> Months:
    """Months since a price began, in months of its first year: from year to year it is (1 + escalator) times as high.

    12 x ((1 + e)^years - 1) / e + (1 + e)^years x months since the last anniversary
    """
    months = maximum(months, 0.0)
    years = floor(months / 12.0)
    risen = expm1(years * log1p(maximum(escalator, -0.999_999)))
    past = where(escalator == 0.0, years, risen / where(escalator == 0.0, 1.0, escalator))
    return 12.0 * past + (1.0 + risen) * (months - 12.0 * years)


class Pace(NamedTuple):
    """How fast something grows, remembered so that no month has to take a power again."""

    per_month: Number = 0.0
    """ln(1 + yearly growth) / 12."""

    def grown(self, months: Months) -> Number:
        """What one grows to in so many months, compounded."""
        return exp(self.per_month * months)


def pace_of(growth: GrowthPerYear) -> Pace:
    """The pace of a yearly rate of growth; what loses all of it in a year is gone after a month."""
    return Pace(log1p(maximum(growth, -0.999_999)) / 12.0)
