"""A promise to buy compute for years, used or not.

    total      = price x capacity x full-capacity months of (term, ramp)     all but one given, the last derived
    S_t        = price x capacity x full-capacity months inside month t      sums to the total over the term
    minimum_t  = take x S_t x min(1, delivered_t / reserved_t)               reserved_t = S_t / price
    usage_t    = used_t x price                                              billed each month
    top-up     = max(0, minimums - usage - credit)                           at each true-up
    credit'    = max(0, credit + usage - minimums)                           never refunded

Nobody owes for what was not delivered: the undelivered part of S_t moves to the end of the term and is
offered again at full capacity until the outside date, when what is left lapses with its remedy. The total
is no cap: use above it is charged while capacity is reserved. An option has no minimum until exercised.
Chips: `additionality` of the capacity comes from chips newly ordered for this contract. They are paid for
and received `lead` months before they run, and run `delay` months later than planned. What began before the run
had by then the chips that it was to have; toward a contract that this one counts toward, its chips count too.

When the buyer fails, the seller claims what it loses (method §7): the minimum to come, and what the account lacks so
far, less what it can let again at `relet` of the price after a `vacancy`.

With a `renegotiation` the rest may once become less, longer or cheaper (the clause says how likely that is): from
month r on, what was agreed for month r + u comes at r + u x (1 + longer), and

    S after r  = S agreed after r x (1 - less) x (1 - cheaper)               price' = price x (1 - cheaper)

With a `renewal` the term may be followed by another, once, from the month after the one in which it ends, at what the
market asks for a term in that month. It is for the capacity of the last month; its chips are there. What was not
delivered then waits for the end of the new term. Until it is renewed nobody is bound to it.

Worked example: 1,200 USD over 12 months at 1 USD per H100e and month, half of it used, trued up every
6 months, take-or-pay at 80 %. Each half year: 300 used, minimum 480, top-up 180.

>>> from interlock.contracts import ComputeCommitment, Now, rehearse
>>> promise = ComputeCommitment(total=1200.0, price=1.0, term=12.0, take=0.8, true_up=6.0)
>>> dues = rehearse(promise, [Now(month=float(t), delivered=100.0, used=50.0) for t in range(13)])
>>> [round(top_up) for _, top_up, _ in dues]
[0, 0, 0, 0, 0, 180, 0, 0, 0, 0, 0, 180, 0]
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar

from interlock.contracts.clauses import (
    NOT_RENEWED,
    Notice,
    Renegotiation,
    Renewal,
    Revision,
    Schedule,
    Scheduled,
    months_until,
    no_time,
    whole_if_near,
)
from interlock.contracts.commitment_plan import Account, Agenda, Plan, full_months
from interlock.contracts.commitment_words import ROUNDING, of_lapse, of_true_up, of_use
from interlock.contracts.contract import (
    ALWAYS,
    NEVER,
    PAYEE,
    PAYER,
    Again,
    Contract,
    ContractName,
    Effects,
    Leg,
    Let,
    Now,
    Purpose,
    SiteName,
    Trigger,
)
from interlock.contracts.damages import damages, why_damages
from interlock.ground.arrays import maximum, minimum, ratio, where
from interlock.ground.units import (
    Chance,
    FacilityMegawatt,
    H100e,
    H100ePerMegawatt,
    Moment,
    Months,
    RatePerYear,
    Share,
    Usd,
    UsdPerH100eHour,
    UsdPerMegawattYear,
)


@dataclass(frozen=True, kw_only=True)
class ComputeCommitment(Contract):
    """A promise to buy compute for years, used or not."""

    kind: ClassVar[str] = "compute-commitment"
    sentence: ClassVar[str] = (
        "{payer} pays {payee} for compute, used or not:[ {total} in all][, {capacity}][, {power} at the meter]"
        "[ over {term}][ at {price}][ at {power_price}][, at least {take} of it]"
    )

    total: Usd | None = None
    """Everything that is scheduled, over the whole term."""

    capacity: H100e | None = None
    """Reserved when the ramp is over."""

    power: FacilityMegawatt | None = None
    """In place of capacity: the power at the meter that it needs."""

    term: Months | None = None
    """From the first month to the last of the schedule."""

    price: UsdPerH100eHour | None = None
    """Of a unit of use."""

    power_price: UsdPerMegawattYear | None = None
    """In place of a price: per power at the meter and year."""

    density: H100ePerMegawatt | None = None
    """What a MW at the meter runs; converts `power` and `power_price`. That of its site unless given."""

    start: Moment = 0.0
    """The first month of the schedule."""

    ramp: Months = 0.0
    """From the first capacity to all of it, in a straight line."""

    profile: Annotated[Schedule | None, Scheduled(linear=False)] = None
    """In place of a ramp: the part of the capacity that is reserved, by date."""

    take: Share = 1.0
    """The part of the schedule that is owed even if it is not used."""

    true_up: Months = 12.0
    """Between two settlements of the minimum."""

    outside: Months = 12.0
    """How long after the term an undelivered part can still be made good."""

    remedy: Share = 0.0
    """What the seller pays for an undelivered part that lapses."""

    exercise: Trigger = ALWAYS
    """An option: when the buyer calls for the capacity; before, nothing is owed."""

    taken: Chance = 1.0
    """An option: whether the buyer takes it up once the trigger holds."""

    lag: Months = 0.0
    """An option: from its exercise to the first month."""

    inside: ContractName = None
    """Another commitment toward which everything under this one counts."""

    notice: Notice = field(default_factory=Notice)
    """How the buyer can leave early."""

    renegotiation: Renegotiation | None = None
    """How it may be changed, and how likely that is."""

    renewal: Renewal | None = None
    """What comes after the term, and how likely that is."""

    enforceable: Share = 1.0
    """The part of its loss that the seller can claim when the buyer has failed."""

    vacancy: Months = 6.0
    """How long the capacity then stands empty."""

    relet: Share = 0.8
    """What the next buyer pays, of this one's price."""

    discount: RatePerYear = 0.1
    """At which that loss is discounted."""

    additionality: Share = 0.0
    """The part of the capacity that is met by chips newly ordered for it."""

    lead: Months = 2.0
    """From the delivery of a chip to its first use as planned."""

    delay: Months = 0.0
    """By how much the new capacity runs late."""

    site: SiteName = None
    """In place of chips ordered for it: what is installed there is its new capacity."""

    sizes: ClassVar[tuple[str, ...]] = ("total", "capacity", "power")
    legs: ClassVar[tuple[Leg, ...]] = (
        Leg(PAYER, PAYEE, Purpose.compute, name="use"),
        Leg(PAYER, PAYEE, Purpose.compute, name="top-up", settles=True),
        Leg(PAYEE, PAYER, Purpose.fee, name="remedy", settles=True),
    )
    merit: ClassVar[int | None] = 0
    scaled: ClassVar[frozenset[str]] = frozenset({"capacity"})

    def problem(self) -> str | None:
        """All but one of total, capacity, term and price; a density where power is meant."""
        if (self.capacity is not None and self.power is not None) or (
            self.price is not None and self.power_price is not None
        ):
            return "give `capacity` or `power`, and `price` or `power_price`, not both"
        given = {
            "total": self.total is not None,
            "capacity (or power)": self.capacity is not None or self.power is not None,
            "term": self.term is not None,
            "price (or power_price)": self.price is not None or self.power_price is not None,
        }
        missing = [name for name, is_given in given.items() if not is_given]
        if not missing:
            return "total, capacity, term and price are all given: the last follows from the others, remove one"
        if len(missing) > 1:
            return f"give all but one of total, capacity, term and price; missing: {', '.join(missing)}"
        if self.density is None and self.site is None and (self.power is not None or self.power_price is not None):
            return "`power` and `power_price` need a `density` (H100e per MW at the meter), or the `site` that has one"
        if self.profile is not None and missing == ["term"]:
            return "with a `profile`, give the `term`: it cannot be derived"
        return None if self.term is None else no_time(self.term)

    def derive(self) -> ComputeCommitment:
        """Capacity and price in H100e, and the one term that follows from the others."""
        price: Any = self.price if self.power_price is None else self.power_price / self.density
        capacity = self.capacity if self.power is None else self.power * self.density
        term, total = self.term, self.total
        if term is None:
            term = whole_if_near(months_until(total / (price * capacity), self.ramp))
        full = full_months(self, self.start + term, self.start, term)
        if total is None:
            total = price * capacity * full
        elif capacity is None:
            capacity = ratio(total, price * full)
        elif price is None:
            price = ratio(total, capacity * full)
        return replace(
            self, price=price, capacity=capacity, term=term, total=total, power=None, power_price=None, density=None
        )

    def opening(self) -> Account:
        """Nothing owed, nothing ordered, all as agreed."""
        return Account(
            revision=None if self.renegotiation is None else Revision(),
            renewed=None if self.renewal is None else NOT_RENEWED,
        )

    def agenda(self, month: Months, memory: Any) -> Agenda:
        """What is planned for the month."""
        return self._plan(memory).agenda(month)

    def effects(self, now: Now, memory: Any) -> Effects:
        """What is reserved, how much of it is ready, and the chips that this takes."""
        agenda, own, runs = self._agenda(now, memory), self._own(now, memory), self._runs(now, memory)
        shells = self._plan(memory).capacity_in(now.month + 1.0 - self.delay, maximum(now.builds_for, 1.0))
        return Effects(
            reserved=own,
            ready=self.ready(now, memory),
            orders=self._orders(now, memory),
            coming=agenda.coming,
            for_sites=minimum(self.additionality * own, runs),
            had=self.had(now, memory),
            runs=runs,
            early=self._early(now, memory),
            builds=self.additionality * maximum(shells - now.within_reserved, 0.0),
            price=agenda.price,
            sunk=memory.sunk(own * agenda.price, self.take),
        )

    def had(self, now: Now, memory: Any) -> H100e:
        """Chips delivered so far. What began before the run had by then what it was to have."""
        plan, known = self._plan(memory), now.agenda
        begins, came = (known.begins, known.came) if known else (plan.begins, plan.planned_for(now.month - 1.0))
        is_new = (now.month > 0.0) | (begins >= now.month)
        return where(is_new, memory.ordered, self._chips_for(now, came))

    def planned(self, now: Now, memory: Any) -> H100e:
        """What is reserved as scheduled; nobody makes good what was not delivered once somebody has failed."""
        agenda = self._agenda(now, memory)
        return maximum(agenda.scheduled / agenda.price - now.within_reserved, 0.0)

    def ready(self, now: Now, memory: Any) -> H100e:
        """What was planned anyway, and what runs on new chips: those that should run by now, less what is missing."""
        own = self._own(now, memory)
        planned_anyway = (1.0 - self.additionality) * own
        built = self.additionality * self._agenda(now, memory).in_use
        if now.awaited is None:
            return minimum(own, planned_anyway + built)
        # Chips arrive in the order in which they were ordered: those for the months to come are missing first.
        there = maximum(built - maximum(now.awaited - self._early(now, memory), 0.0), 0.0)
        if now.at_site is not None:
            there = where(now.has_site > 0.0, now.at_site, there)
        return minimum(own, planned_anyway + there)

    def due(self, now: Now, memory: Any) -> tuple[Usd, Usd, Usd]:
        """Use, the top-up at a true-up, and the seller's remedy for what it never delivered."""
        plan, account = self._plan(memory), self._accrue(now, memory)
        short = account.lacks()
        # What is used in full is not short by what adding up in another order leaves.
        is_short = plan.is_true_up(now.month) & (short > ROUNDING * account.minimums)
        remedy = where(plan.is_over(now.month), self.remedy * account.undelivered, 0.0)
        return (now.used * self._agenda(now, memory).price, where(is_short, short, 0.0), remedy)

    def claims(self, now: Now, memory: Any) -> tuple[Usd, Usd, Usd]:
        """What the seller loses by the failure of the buyer: the minimum to come, less what the next buyer will pay."""
        return (0.0, damages(self, *self._to_come(now, memory)), 0.0)

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> Account:
        """The account after this month; settled where a true-up fell."""
        plan, account = self._plan(memory), self._accrue(now, memory)
        is_settled = plan.is_true_up(now.month)
        credit = maximum(account.credit + account.charges - account.minimums, 0.0)
        revision = memory.revision
        if self.renegotiation is not None:
            is_bound = (plan.begins < NEVER) & (now.month + 1.0 < plan.first_term_ends)
            revision = self.renegotiation.after(now, revision, is_bound)
        return Account(
            minimums=where(is_settled, 0.0, account.minimums),
            charges=where(is_settled, 0.0, account.charges),
            credit=where(is_settled, credit, account.credit),
            undelivered=where(plan.is_over(now.month), 0.0, account.undelivered),
            ordered=self.had(now, memory) + self._orders(now, memory),
            revision=revision,
            renewed=None if self.renewal is None else self.renewal.after(now, memory.renewed, plan.may_be_renewed_at),
        )

    def remaining(self, now: Now, memory: Any) -> Usd:
        """The least that the buyer still has to pay after this month, whatever it uses."""
        month = now.month + 1.0
        return self._plan(memory).to_pay(month, self.take, memory)

    def lets(self, now: Now, memory: Any) -> Let:
        """The part of what is delivered that runs on chips which were newly ordered for it."""
        agenda = self._agenda(now, memory)
        new = self.additionality * minimum(now.delivered, agenda.reserved(now.month, memory.undelivered))
        return Let(new, new * agenda.price, self.notice.cuts(now.month, self._plan(memory).last_term_ends))

    def lets_again(self, now: Now, memory: Any) -> Again:
        """What is reserved as scheduled, as far as chips for it were ordered by then; for a part of what was owed."""
        now = now._replace(agenda=self._agenda(now, memory))
        planned, price = self.planned(now, memory), now.agenda.price
        there = minimum(planned, (1.0 - self.additionality) * planned + memory.ordered)
        return Again(planned, there, there * self.relet * self.take * price, vacancy=self.vacancy)

    def falls_due(self, now: Now, memory: Any, months: Months) -> tuple[Usd, ...]:
        """The minimum of so many months, and what the account lacks so far if a true-up falls into them."""
        short = maximum(memory.lacks(), 0.0)
        plan, first, last = self._plan(memory), now.month + 1.0, now.month + 1.0 + months
        then = memory._replace(minimums=memory.minimums - where(plan.settles_within(now.month, months), short, 0.0))
        # It is asked on the eve of the month whose agenda is known.
        agenda = self._agenda(now._replace(month=first), memory)
        later = agenda._replace(so_far=plan.scheduled(last)).to_pay(last, self.take, then)
        return (maximum(agenda.to_pay(first, self.take, memory) - later, 0.0), 0.0, 0.0)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Use and price; the account at a true-up; what was never delivered."""
        plan, account, own = self._plan(memory), self._accrue(now, memory), self._own(now, memory)
        return (of_use(plan, now, own), of_true_up(plan, now, account, due[1]), of_lapse(plan, now, account))

    def explain_claims(self, now: Now, memory: Any) -> tuple[str, str, str]:
        """What was to come, and what of it is let again."""
        return ("", why_damages(self, *self._to_come(now, memory)), "")

    def _to_come(self, now: Now, memory: Any) -> tuple[Usd, Months, Months]:
        """The least that the buyer is bound to pay from this month on; this month, and the end."""
        agenda = self._agenda(now, memory)
        return agenda.to_pay(now.month, self.take, memory), now.month, agenda.ends

    def _agenda(self, now: Now, memory: Any) -> Agenda:
        """What is planned for this month: as it was found for all rules, if it was."""
        return self.agenda(now.month, memory) if now.agenda is None else now.agenda

    def _own(self, now: Now, memory: Any) -> H100e:
        """What is reserved, those that count toward it apart."""
        return maximum(self._agenda(now, memory).reserved(now.month, memory.undelivered) - now.within_reserved, 0.0)

    def _runs(self, now: Now, memory: Any) -> H100e:
        """New chips that are to run this month, those for contracts that count toward this one apart."""
        return self.additionality * maximum(self._agenda(now, memory).in_use - now.within_reserved, 0.0)

    def _plan(self, memory: Any) -> Plan:
        """Its schedule as it stands."""
        since = NEVER if memory.revision is None else memory.revision.since
        return Plan(self, since, NOT_RENEWED if memory.renewed is None else memory.renewed)

    def _orders(self, now: Now, memory: Any) -> H100e:
        """Chips to take delivery of now for capacity that runs `lead` months later."""
        agenda = self._agenda(now, memory)
        is_worthwhile = now.month + self.lead - self.delay < agenda.ends
        lacking = self._chips_for(now, agenda.coming) - self.had(now, memory)
        return where(is_worthwhile, maximum(lacking, 0.0), 0.0)

    def _chips_for(self, now: Now, capacity: H100e) -> H100e:
        """All new chips that must have been delivered to run so much."""
        return self.additionality * maximum(capacity - now.within_coming, 0.0)

    def _early(self, now: Now, memory: Any) -> H100e:
        """Chips ordered so far that are to run only later."""
        return maximum(self.had(now, memory) + self._orders(now, memory) - self._runs(now, memory), 0.0)

    def _accrue(self, now: Now, memory: Account) -> Account:
        """The account with this month's minimum and charges, before any settlement."""
        return memory.accrued(now, self._agenda(now, memory), self.take)
