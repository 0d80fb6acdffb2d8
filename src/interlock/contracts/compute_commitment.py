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

When the buyer fails, the seller claims what it loses: the minimum to come, less what it can let again, at `relet` of
the price and after a `vacancy`, both spread evenly over the months that are left and discounted:

    claim = enforceable x present value x (minimum to come - relet x minimum to come x (months - vacancy) / months)

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
from typing import Annotated, Any, ClassVar, NamedTuple

from interlock.contracts.clauses import Notice, Schedule, Scheduled, months_until, ramped, whole_if_near
from interlock.contracts.contract import (
    ALWAYS,
    NEVER,
    PAYEE,
    PAYER,
    Contract,
    ContractName,
    Effects,
    Leg,
    Now,
    Purpose,
    Trigger,
)
from interlock.ground.amounts import h100e, hourly, share, usd
from interlock.ground.arrays import clip, exp, floor, log1p, maximum, minimum, ratio, where
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

ENDLESS = 10_000.0
"""Months: longer than any schedule."""

ROUNDING = 1e-9
"""Of the minimums: what lacks less is not short."""


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
    """What a MW at the meter runs; converts `power` and `power_price`."""

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

    sizes: ClassVar[tuple[str, ...]] = ("total", "capacity", "power")
    legs: ClassVar[tuple[Leg, ...]] = (
        Leg(PAYER, PAYEE, Purpose.compute, name="use"),
        Leg(PAYER, PAYEE, Purpose.compute, name="top-up"),
        Leg(PAYEE, PAYER, Purpose.fee, name="remedy"),
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
        if self.density is None and (self.power is not None or self.power_price is not None):
            return "`power` and `power_price` need a `density` (H100e per MW at the meter)"
        if self.profile is not None and missing == ["term"]:
            return "with a `profile`, give the `term`: it cannot be derived"
        return None

    def derive(self) -> ComputeCommitment:
        """Capacity and price in H100e, and the one term that follows from the others."""
        price: Any = self.price if self.power_price is None else self.power_price / self.density
        capacity = self.capacity if self.power is None else self.power * self.density
        term, total = self.term, self.total
        if term is None:
            term = whole_if_near(months_until(total / (price * capacity), self.ramp))
        full = self._full_months(self.start + term, self.start, term)
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
        """Nothing owed, nothing ordered."""
        return Account()

    def effects(self, now: Now, memory: Any) -> Effects:
        """What is reserved, how much of it is ready, and the chips that this takes."""
        reserved = self._offered(now, memory) / self.price
        own = maximum(reserved - now.within_reserved, 0.0)
        planned_anyway = (1.0 - self.additionality) * own
        built = self.additionality * self._capacity_in(now.month - self.delay)
        ready = minimum(own, planned_anyway + built)
        coming = self._planned_for(now.month)
        return Effects(reserved=own, ready=ready, orders=self._orders(now, memory), coming=coming, price=self.price)

    def due(self, now: Now, memory: Any) -> tuple[Usd, Usd, Usd]:
        """Use, the top-up at a true-up, and the seller's remedy for what it never delivered."""
        account = self._accrue(now, memory)
        short = account.minimums - account.charges - account.credit
        # What is used in full is not short by what adding up in another order leaves.
        is_short = self._is_true_up(now) & (short > ROUNDING * account.minimums)
        top_up = where(is_short, short, 0.0)
        return (now.used * self.price, top_up, where(self._is_over(now), self.remedy * account.undelivered, 0.0))

    def claims(self, now: Now, memory: Any) -> tuple[Usd, Usd, Usd]:
        """What the seller loses by the failure of the buyer: the minimum to come, less what the next buyer will pay."""
        to_come = self.remaining(now._replace(month=now.month - 1.0), memory)
        months = where(self._ends() < NEVER, maximum(self._ends() - now.month, 0.0), 0.0)
        let_again = self.relet * to_come * ratio(maximum(months - self.vacancy, 0.0), months)
        rate = log1p(self.discount) * months / 12.0
        present_value = where(rate > 1e-9, ratio(1.0 - exp(-rate), rate), 1.0)
        return (0.0, self.enforceable * present_value * (to_come - let_again), 0.0)

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> Account:
        """The account after this month; settled where a true-up fell."""
        account = self._accrue(now, memory)
        is_settled = self._is_true_up(now)
        credit = maximum(account.credit + account.charges - account.minimums, 0.0)
        return Account(
            minimums=where(is_settled, 0.0, account.minimums),
            charges=where(is_settled, 0.0, account.charges),
            credit=where(is_settled, credit, account.credit),
            undelivered=where(self._is_over(now), 0.0, account.undelivered),
            ordered=self._ordered_before(now, memory) + self._orders(now, memory),
        )

    def remaining(self, now: Now, memory: Any) -> Usd:
        """The least that the buyer still has to pay after this month, whatever it uses."""
        begins = self._begins()
        # A notice brings the end forward, and nothing is made good after it.
        to_come = self._scheduled(begins, now.month + ENDLESS) - self._scheduled(begins, now.month + 1.0)
        waiting = where(self._ends() < self._outside_date(), memory.undelivered, 0.0)
        unsettled = memory.minimums - memory.charges - memory.credit
        is_bound = (begins < NEVER) & (now.month + 1.0 < self._outside_date())
        return where(is_bound, maximum(self.take * (to_come + waiting) + unsettled, 0.0), 0.0)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Use and price; the account at a true-up; what was never delivered."""
        account = self._accrue(now, memory)
        return (self._of_use(now, memory), self._of_true_up(now, account, due[1]), self._of_lapse(now, account))

    def _of_use(self, now: Now, memory: Any) -> str:
        reserved = maximum(self._offered(now, memory) / self.price - now.within_reserved, 0.0)
        if reserved <= 0.0 and now.used <= 0.0:
            return ""
        price: Any = self.price
        undelivered = "" if now.delivered >= reserved * (1.0 - ROUNDING) else f", {h100e(reserved)} reserved"
        return f"use: {h100e(now.used)} of {h100e(now.delivered)} delivered{undelivered}, at {hourly(price)}"

    def _of_true_up(self, now: Now, account: Account, top_up: Usd) -> str:
        if not self._is_true_up(now) or account.minimums + account.charges <= 0.0:
            return ""
        used = "no minimum,"
        if account.minimums > 0.0:
            used = f"{share(account.charges / account.minimums)} of the minimum"
        inner = f" ({usd(now.within_charges)} this month under contracts inside it)" if now.within_charges > 0.0 else ""
        carried = maximum(account.credit + account.charges - account.minimums, 0.0)
        onward = f"; credit of {usd(carried)} carried on" if top_up <= 0.0 and carried > 0.0 else ""
        return (
            f"true-up: {used} used since the last one; minimum {usd(account.minimums)}, charges "
            f"{usd(account.charges)}{inner}, credit {usd(account.credit)}{onward}"
        )

    def _of_lapse(self, now: Now, account: Account) -> str:
        if not self._is_over(now) or account.undelivered <= ROUNDING * self._full_rate():
            return ""
        remedy = f"the remedy is {share(self.remedy)} of it" if self.remedy > 0.0 else "it lapses"
        return f"outside date: {usd(account.undelivered)} were never delivered, {remedy}"

    def _begins(self) -> Months:
        """The first month of the schedule; NEVER for an option that is not taken up."""
        return where(self.taken > 0.5, maximum(self.start, self.exercise + self.lag), NEVER)

    def _ends(self) -> Months:
        """The end of the schedule."""
        return minimum(self._begins() + self.term, self.notice.ends())

    def _outside_date(self) -> Months:
        """The end of everything, when what was not delivered lapses."""
        return minimum(self._begins() + self.term + self.outside, self.notice.ends())

    def _full_months(self, until: Months, begins: Months, term: Months) -> Months:
        """Full-capacity months of the schedule up to a month."""
        if self.profile is not None:
            return self.profile.area(begins, clip(until, begins, begins + term))
        return ramped(minimum(until - begins, term), self.ramp)

    def _scheduled(self, begins: Months, until: Months) -> Usd:
        """S summed from the start to a month."""
        return self._full_rate() * self._full_months(minimum(until, self._ends()), begins, self.term)

    def _full_rate(self) -> Usd:
        """S of a month at full capacity."""
        price: Any = self.price
        return price * self.capacity

    def _capacity_in(self, month: Months) -> H100e:
        """The capacity in use as planned, on average over a month; it does not fall at the end of the term."""
        begins = self._begins()
        rise = self._full_months(month + 1.0, begins, ENDLESS) - self._full_months(month, begins, ENDLESS)
        return where(begins < NEVER, self.capacity * rise, 0.0)

    def _orders(self, now: Now, memory: Any) -> H100e:
        """Chips to take delivery of now for capacity that runs `lead` months later."""
        is_worthwhile = now.month + self.lead - self.delay < self._ends()
        lacking = self._chips_for(now, now.month) - self._ordered_before(now, memory)
        return where(is_worthwhile, maximum(lacking, 0.0), 0.0)

    def _chips_for(self, now: Now, month: Months) -> H100e:
        """All new chips that must have been delivered by a month."""
        return self.additionality * maximum(self._planned_for(month) - now.within_coming, 0.0)

    def _ordered_before(self, now: Now, memory: Any) -> H100e:
        """Chips delivered so far. What began before the run had by then what it was to have."""
        is_new = (now.month > 0.0) | (self._begins() >= now.month)
        return where(is_new, memory.ordered, self._chips_for(now, now.month - 1.0))

    def _planned_for(self, month: Months) -> H100e:
        """The capacity that all chips delivered by a month will run; after the end they stay with the seller."""
        return self._capacity_in(minimum(month + self.lead - self.delay, self._ends() - 1.0))

    def _offered(self, now: Now, memory: Any) -> Usd:
        """S of the month, and as much of what is still undelivered as full capacity can make good after the term."""
        return self._scheduled_in(now) + self._made_good_in(now, memory)

    def _scheduled_in(self, now: Now) -> Usd:
        begins = self._begins()
        return where(begins < NEVER, self._scheduled(begins, now.month + 1.0) - self._scheduled(begins, now.month), 0.0)

    def _made_good_in(self, now: Now, memory: Any) -> Usd:
        after_term = clip(minimum(now.month + 1.0, self._outside_date()) - maximum(now.month, self._ends()), 0.0, 1.0)
        return where(self._ends() < NEVER, minimum(memory.undelivered, self._full_rate() * after_term), 0.0)

    def _accrue(self, now: Now, memory: Account) -> Account:
        """The account with this month's minimum and charges, before any settlement."""
        scheduled, made_good = self._scheduled_in(now), self._made_good_in(now, memory)
        reserved = (scheduled + made_good) / self.price
        kept = minimum(ratio(now.delivered + now.within_delivered, reserved, 1.0), 1.0)
        return memory._replace(
            minimums=memory.minimums + self.take * (scheduled + made_good) * kept,
            charges=memory.charges + now.used * self.price + now.within_charges,
            undelivered=memory.undelivered + scheduled * (1.0 - kept) - made_good * kept,
        )

    def _is_true_up(self, now: Now) -> Any:
        """Whether an anniversary, the end of the term or the outside date falls into this month."""
        begins = self._begins()
        is_running = (begins <= now.month) & (now.month < self._outside_date())
        periods = floor((now.month + 1.0 - begins) / self.true_up) > floor((now.month - begins) / self.true_up)
        is_end = (now.month < self._ends()) & (self._ends() <= now.month + 1.0)
        return is_running & (periods | is_end) | self._is_over(now)

    def _is_over(self, now: Now) -> Any:
        """Whether the outside date falls into this month."""
        return (now.month < self._outside_date()) & (self._outside_date() <= now.month + 1.0)
