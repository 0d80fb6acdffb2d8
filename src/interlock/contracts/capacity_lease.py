"""Rent for the power of a site, used or not, at a price fixed for the term.

    rent_t = rent x power x months of the lease inside month t x (1 + escalator)^(full years since it began)

It begins `delay` months after its `start`, for a site that is late earns no rent, and runs for the whole term from
then. An option begins `lag` months after it is exercised, if that is later; until then it binds nobody. With a
`profile` only the phases that are handed over pay, and they are all late by as much. The rent is for each kW of IT
power, as landlords quote it, and is owed whether or not the power is drawn. What is still to come of it is locked in
from the day that the lease is signed: before it has begun, too. If the tenant fails, the landlord claims it, less what
the next tenant pays (method §7).

Worked example: 1 MW at 100 USD a kW and month for 3 years, 10 % more each year, half of it in the first 6 months.

>>> import numpy as np
>>> from interlock.contracts import CapacityLease, Now, Schedule, rehearse
>>> halls = Schedule(np.array([0.0, 6.0]), np.array([0.5, 1.0]))
>>> lease = CapacityLease(rent=100_000.0, power=1.0, term=36.0, escalator=0.1, profile=halls)
>>> dues = rehearse(lease, [Now(month=float(t)) for t in range(37)])
>>> [round(dues[month][0]) for month in (0, 6, 12, 24, 36)]
[50000, 100000, 110000, 121000, 0]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, NamedTuple

from interlock.contracts.clauses import Notice, Schedule, Scheduled, escalated, no_time
from interlock.contracts.contract import ALWAYS, NEVER, PAYEE, PAYER, Again, Contract, Leg, Let, Now, Purpose, Trigger
from interlock.contracts.damages import damages, why_damages
from interlock.ground.amounts import megawatts, number, share
from interlock.ground.arrays import clip, maximum, minimum, total, where
from interlock.ground.units import (
    GrowthPerYear,
    ItMegawatt,
    Moment,
    Months,
    RatePerYear,
    Share,
    Usd,
    UsdPerKilowattMonth,
)


class Rents(NamedTuple):
    """What a lease has planned."""

    month: Usd
    """The rent of the month."""
    after: Usd
    """That of all months after it, up to the end or to that by notice."""


@dataclass(frozen=True, kw_only=True)
class CapacityLease(Contract):
    """Rent for the power of a site, used or not, at a price fixed for the term."""

    kind: ClassVar[str] = "capacity-lease"
    sentence: ClassVar[str] = (
        "{payer} rents {power} of {payee} for {term} at {rent}[, {escalator} more each year][, from {start}]"
    )

    rent: UsdPerKilowattMonth
    """For each kW of IT power and month, in the first year."""

    power: ItMegawatt
    """What is rented when all of it is handed over."""

    term: Months
    """From its first month to its last."""

    start: Moment = 0.0
    """The first month, as planned."""

    delay: Months = 0.0
    """By how much the site is late; no rent is due before, and the term begins then."""

    escalator: GrowthPerYear = 0.0
    """What the rent steps up by on each anniversary."""

    profile: Annotated[Schedule | None, Scheduled(linear=False)] = None
    """Phases: the part of the power that is handed over, by date as planned; without any, all of it at once."""

    exercise: Trigger = ALWAYS
    """An option: when the tenant calls for the power; before, nothing is owed."""

    lag: Months = 0.0
    """An option: from its exercise to the first month."""

    notice: Notice = field(default_factory=Notice)
    """How the tenant can leave early."""

    enforceable: Share = 1.0
    """The part of its loss that the landlord can claim when the tenant has failed."""

    vacancy: Months = 3.0
    """How long the site then stands empty: not long, for power that is connected is what other tenants wait for."""

    relet: Share = 0.9
    """What the next tenant pays, of this one's rent at the time: nearly all, for the same reason."""

    discount: RatePerYear = 0.1
    """At which that loss is discounted."""

    sizes: ClassVar[tuple[str, ...]] = ("power",)
    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.rent),)
    scaled: ClassVar[frozenset[str]] = frozenset({"power"})

    def problem(self) -> str | None:
        """A lease for longer than no time."""
        return no_time(self.term)

    def agenda(self, month: Months, memory: Any) -> Rents:
        """The rent of the month, and what comes after it."""
        return Rents(self._rent(month, month + 1.0), self._rent(month + 1.0, self._ends()))

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """The month's rent."""
        return (self._agenda(now, memory).month,)

    def remaining(self, now: Now, memory: Any) -> Usd:
        """All rent to come, up to the end or to that by notice."""
        return self._agenda(now, memory).after

    def falls_due(self, now: Now, memory: Any, months: Months) -> tuple[Usd]:
        """Rent of the months to come."""
        first = now.month + 1.0
        # It is asked on the eve of the month whose agenda is known.
        rents = self._agenda(now._replace(month=first), memory)
        return (maximum(rents.month + rents.after - self._rent(first + months, self._ends()), 0.0),)

    def lets(self, now: Now, memory: Any) -> Let:
        """What of the power is let, and the rent."""
        held = self.power * self._let_in(now.month)
        return Let(held, self.due(now, memory)[0], self.notice.cuts(now.month, self._begins() + self.term))

    def lets_again(self, now: Now, memory: Any) -> Again:
        """The halls, at a part of the rent."""
        return Again(rent=self.relet * self._agenda(now, memory).month, vacancy=self.vacancy)

    def claims(self, now: Now, memory: Any) -> tuple[Usd]:
        """What the landlord loses by the failure of the tenant: the rent to come, less what the next one will pay."""
        return (damages(self, *self._to_come(now, memory)),)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """How much of the power, and at what rent."""
        let: Any = self._let_in(now.month)
        if let <= 0.0:
            return ("",)
        rent = number(due[0] / (let * self.power) / 1000.0)
        part = "" if let >= 1.0 else f"{share(let)} of "
        return (f"rent: {part}{megawatts(self.power)} (IT), at {rent} USD/kW-month",)

    def explain_claims(self, now: Now, memory: Any) -> tuple[str]:
        """What was to come, and what of it is let again."""
        return (why_damages(self, *self._to_come(now, memory)),)

    def _agenda(self, now: Now, memory: Any) -> Rents:
        """That of the month, which is known if `now` has it."""
        rents: Rents = self.agenda(now.month, memory) if now.agenda is None else now.agenda
        return rents

    def _to_come(self, now: Now, memory: Any) -> tuple[Usd, Months, Months]:
        """The rent from this month on; this month, and the end."""
        rents = self._agenda(now, memory)
        return rents.month + rents.after, now.month, self._ends()

    def _begins(self) -> Months:
        return maximum(self.start, self.exercise + self.lag) + self.delay

    def _ends(self) -> Months:
        return minimum(self._begins() + self.term, self.notice.ends())

    def _rent(self, since: Months, until: Months) -> Usd:
        """The rent between two moments."""
        begins = self._begins()
        return self.rent * self.power * self._let(since, until, lambda when: escalated(when - begins, self.escalator))

    def _let_in(self, month: Months) -> Share:
        """The part of the power that is let in a month."""
        return self._let(month, month + 1.0, lambda when: when)

    def _let(self, since: Months, until: Months, clock: Callable[[Months], Months]) -> Months:
        """Months between two moments in which all of the power is let, as many as a clock counts.

        Each date of the profile adds a step, from then on.
        """
        begins = self._begins()
        ends = maximum(self._ends(), begins)
        # An option that is never exercised has no moments at all.
        since, until = (where(begins < NEVER, clip(month, begins, ends), 0.0) for month in (since, until))
        enters, leaves = clock(since), clock(maximum(until, since))
        if self.profile is None:
            # Where no time passes, the two are the same but for rounding.
            return maximum(leaves - enters, 0.0)
        dates, levels = self.profile.times + self.delay, self.profile.levels

        def from_then_on(date: Months) -> Months:
            return leaves - clip(clock(date), enters, leaves)

        later = total((levels[1:] - levels[:-1]) * from_then_on(dates[1:]))
        return maximum(levels[0] * from_then_on(dates[0]) + later, 0.0)
