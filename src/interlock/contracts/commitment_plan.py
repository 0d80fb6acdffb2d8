"""When a commitment to buy compute reserves how much, and at what price: as agreed, or as renegotiated since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from interlock.contracts.clauses import NOT_RENEWED, Renegotiation, Renewed, Revision, ramped
from interlock.contracts.contract import NEVER, Now
from interlock.ground.arrays import clip, floor, maximum, minimum, ratio, where
from interlock.ground.units import H100e, Months, Number, Share, Usd, UsdPerH100eHour

ENDLESS = 10_000.0
"""Months: longer than any schedule."""


class Account(NamedTuple):
    """What buyer and seller keep account of between two true-ups."""

    minimums: Usd = 0.0
    """Of the months since the last true-up."""
    charges: Usd = 0.0
    """For use in the months since the last true-up."""
    credit: Usd = 0.0
    """Carried over from use above the minimum."""
    undelivered: Usd = 0.0
    """The part of the schedule that waits for the end of the term."""
    ordered: H100e = 0.0
    """Chips ordered so far for this contract."""
    revision: Revision | None = None
    """Of one that may be renegotiated."""
    renewed: Renewed | None = None
    """Of one that may be renewed."""

    def lacks(self) -> Usd:
        """What the minimums so far exceed charges and credit by; below zero where it is less."""
        return self.minimums - self.charges - self.credit

    def accrued(self, now: Now, agenda: Agenda, take: Share) -> Account:
        """The account with the minimum and the charges of a month, before any settlement."""
        scheduled, made_good = agenda.scheduled, agenda.made_good(now.month, self.undelivered)
        reserved = (scheduled + made_good) / agenda.price
        kept = minimum(ratio(now.delivered + now.within_delivered, reserved, 1.0), 1.0)
        return self._replace(
            minimums=self.minimums + take * (scheduled + made_good) * kept,
            charges=self.charges + now.used * agenda.price + now.within_charges,
            undelivered=self.undelivered + scheduled * (1.0 - kept) - made_good * kept,
        )

    def sunk(self, scheduled: Usd, take: Share) -> Share:
        """The part of a month's schedule that the minimum asks for: what the account lacks so far comes on top."""
        return where(scheduled > 0.0, clip(take + ratio(self.lacks(), scheduled), 0.0, 1.0), 0.0)


class Agenda(NamedTuple):
    """What a commitment has planned for a month, as it stands."""

    begins: Months
    """The first month of the schedule; NEVER for an option that is not taken up."""
    ends: Months
    """The end of the schedule."""
    outside: Months
    """The end of everything, when what was not delivered lapses."""
    price: UsdPerH100eHour
    """Of a unit of use."""
    full: Usd
    """S of a month at full capacity."""
    whole: Usd
    """S of all months."""
    so_far: Usd
    """S of the months before this one."""
    scheduled: Usd
    """S of this month."""
    in_use: H100e
    """The capacity in use as planned, if it came as late as new chips do."""
    coming: H100e
    """The capacity that all chips delivered by now will run; after the end they stay with the seller."""
    came: H100e
    """The same by last month."""

    def made_good(self, month: Months, undelivered: Usd) -> Usd:
        """What of the undelivered part full capacity can make good after the term."""
        after_term = clip(minimum(month + 1.0, self.outside) - maximum(month, self.ends), 0.0, 1.0)
        return where(self.ends < NEVER, minimum(undelivered, self.full * after_term), 0.0)

    def reserved(self, month: Months, undelivered: Usd) -> H100e:
        """The capacity offered in the month: as scheduled, and to make good what was not delivered."""
        return (self.scheduled + self.made_good(month, undelivered)) / self.price

    def to_pay(self, month: Months, take: Share, account: Any) -> Usd:
        """The least that the buyer must still pay from the month on, whatever it uses, given the account before it."""
        return _least_to_pay(self, self.whole - self.so_far, month, take, account)


@dataclass(frozen=True)
class Plan:
    """The schedule of a commitment; what hangs on no month is worked out once, and so traced once."""

    of: Any
    """The commitment, with all its terms."""
    since: Months = NEVER
    """From which month on it is as renegotiated."""
    renewed: Renewed = NOT_RENEWED
    """Whether its first term is followed by another."""

    @cached_property
    def begins(self) -> Months:
        """The first month of the schedule as agreed; NEVER for an option that is not taken up."""
        of = self.of
        return where(of.taken > 0.5, maximum(of.start, of.exercise + of.lag), NEVER)

    @cached_property
    def ends(self) -> Months:
        """The end of the schedule."""
        return minimum(self.last_term_ends, self.of.notice.ends())

    @cached_property
    def first_term_ends(self) -> Months:
        """The end of the schedule as far as it was agreed at first, renegotiated or not."""
        return minimum(self._end_of_term, self.of.notice.ends())

    @cached_property
    def may_be_renewed_at(self) -> Months:
        """The end of the first term; NEVER where a notice comes before it."""
        end = self._end_of_term
        return where(end < self.of.notice.ends(), end, NEVER)

    @cached_property
    def outside(self) -> Months:
        """The end of everything, when what was not delivered lapses."""
        return minimum(self.last_term_ends + self.of.outside, self.of.notice.ends())

    def price(self, month: Months) -> UsdPerH100eHour:
        """Of a unit of use."""
        change, agreed = self._change(), self.of.price
        price = agreed if change is None else agreed * where(self.since <= month, change.of_price(), 1.0)
        return price if self.of.renewal is None else where(self.renewed.since <= month, self.renewed.price, price)

    def full_rate(self, month: Months) -> Usd:
        """S of a month at full capacity."""
        change = self._change()
        full = self.of.price * self.of.capacity
        if change is not None:
            full = full * where(self.since <= month, change.kept() / (1.0 + change.longer), 1.0)
        return full if self.of.renewal is None else where(self.renewed.since <= month, self._renewed_rate, full)

    def scheduled(self, until: Months) -> Usd:
        """S summed from the start to a month."""
        change, term = self._change(), self.of.term
        kept = 1.0 if change is None else change.kept()
        first = self.of.price * self.of.capacity
        first = first * self._full_months(minimum(until, self.first_term_ends), term, kept)
        return first if self.of.renewal is None else first + self._renewed_until(until)

    def agenda(self, month: Months) -> Agenda:
        """All that is planned for a month."""
        begins, so_far = self.begins, self.scheduled(month)
        return Agenda(
            begins=begins,
            ends=self.ends,
            outside=self.outside,
            price=self.price(month),
            full=self.full_rate(month),
            whole=self.scheduled(month + ENDLESS),
            so_far=so_far,
            scheduled=where(begins < NEVER, self.scheduled(month + 1.0) - so_far, 0.0),
            in_use=self.capacity_in(month - self.of.delay),
            coming=self.planned_for(month),
            came=self.planned_for(month - 1.0),
        )

    def to_pay(self, month: Months, take: Share, account: Any) -> Usd:
        """What `Agenda.to_pay` says of the month, where nothing else is asked of its agenda."""
        so_far = self.scheduled(month)
        return _least_to_pay(self, self.scheduled(month + ENDLESS) - so_far, month, take, account)

    def capacity_in(self, month: Months, months: Months = 1.0) -> H100e:
        """The capacity in use as planned, on average over some months; it does not fall at the end of the term."""
        if self.of.renewal is not None:
            # What is renewed is the capacity of its last months.
            month = minimum(month, self.first_term_ends - months)
        change = self._change()
        kept = 1.0 if change is None else 1.0 - change.less
        rise = self._full_months(month + months, ENDLESS, kept) - self._full_months(month, ENDLESS, kept)
        return where(self.begins < NEVER, self.of.capacity * rise / months, 0.0)

    def planned_for(self, month: Months) -> H100e:
        """The capacity that all chips delivered by a month will run; after the end they stay with the seller."""
        return self.capacity_in(minimum(month + self.of.lead - self.of.delay, self.ends - 1.0))

    def is_true_up(self, month: Months) -> Any:
        """Whether an anniversary, the end of the term or the outside date falls into a month."""
        begins, ends, true_up = self.begins, self.ends, self.of.true_up
        is_running = (begins <= month) & (month < self.outside)
        periods = floor((month + 1.0 - begins) / true_up) > floor((month - begins) / true_up)
        is_end = (month < ends) & (ends <= month + 1.0)
        return is_running & (periods | is_end) | self.is_over(month)

    def settles_within(self, month: Months, months: Months) -> Any:
        """Whether an anniversary or the end of the term falls into so many months after a month."""
        begins, ends, true_up = self.begins, self.ends, self.of.true_up
        since = month + 1.0
        until = minimum(since + months, self.outside)
        periods = floor((until - begins) / true_up) > floor((since - begins) / true_up)
        return (begins < NEVER) & (periods | ((since < ends) & (ends <= until)))

    def is_over(self, month: Months) -> Any:
        """Whether the outside date falls into a month."""
        return (month < self.outside) & (self.outside <= month + 1.0)

    @cached_property
    def _renewed_rate(self) -> Usd:
        """S of a month of the new term; of nothing, where there is none."""
        return self.renewed.price * self.capacity_in(ENDLESS)

    def _renewed_until(self, until: Months) -> Usd:
        """S of the new term, summed up to a month."""
        is_renewed = self.renewed.since < NEVER
        since = where(is_renewed, self.renewed.since, 0.0)
        months = where(is_renewed, maximum(minimum(until, self.ends) - since, 0.0), 0.0)
        return self._renewed_rate * months

    @cached_property
    def last_term_ends(self) -> Months:
        """The end of the schedule, if no notice is given."""
        renewal, first = self.of.renewal, self._end_of_term
        if renewal is None:
            return first
        return where(self.renewed.since < NEVER, self.renewed.since + renewal.term, first)

    def _change(self) -> Renegotiation | None:
        found: Renegotiation | None = self.of.renegotiation
        return found

    @cached_property
    def _changed(self) -> Months:
        """From which month on it is as renegotiated; after any schedule, where it never is."""
        return minimum(self.since, ENDLESS)

    @cached_property
    def _end_of_term(self) -> Months:
        change, end = self._change(), self.begins + self.of.term
        if change is None:
            return end
        return end + maximum(end - self._changed, 0.0) * change.longer

    def _full_months(self, until: Months, term: Months, kept: Share) -> Months:
        """Full-capacity months up to a month; of those since the renegotiation, the part that is kept."""
        change, begins = self._change(), self.begins

        def agreed(month: Months) -> Months:
            return full_months(self.of, month, begins, term)

        return agreed(until) if change is None else self._stretched(agreed, until, change.longer, kept)

    def _stretched(self, agreed: Callable[[Months], Months], until: Months, longer: Share, kept: Share) -> Number:
        """What was agreed up to a month, of which the rest is drawn out since the renegotiation."""
        changed = self._changed
        now = changed + maximum(until - changed, 0.0) / (1.0 + longer)
        rest = where(until > changed, kept * (agreed(now) - agreed(changed)), 0.0)
        return agreed(minimum(until, changed)) + rest


def full_months(of: Any, until: Months, begins: Months, term: Months) -> Months:
    """Full-capacity months of the schedule of a commitment up to a month, as agreed."""
    if of.profile is not None:
        return of.profile.area(begins, clip(until, begins, begins + term))
    return ramped(minimum(until - begins, term), of.ramp)


def _least_to_pay(when: Any, scheduled: Usd, month: Months, take: Share, account: Any) -> Usd:
    """What a buyer must still pay of what is scheduled from a month on; `when` says when it begins and ends.

    A notice brings the end forward, and nothing is made good after it.
    """
    waiting = where(when.ends < when.outside, account.undelivered, 0.0)
    is_bound = (when.begins < NEVER) & (month < when.outside)
    return where(is_bound, maximum(take * (scheduled + waiting) + account.lacks(), 0.0), 0.0)
