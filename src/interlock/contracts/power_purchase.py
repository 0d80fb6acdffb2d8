"""Power at a fixed price for years, used or not.

    due_t = price x power x 730 h x max(load, take) x (1 + escalator)^(full years since it began)

`load` is the part of the power that is drawn, a figure or a driver; below `take` the rest is paid for all the same. In
the months in which it begins and ends only their part of the term counts. Power is an operating cost; what the seller
claims for the least that was to come, if the buyer fails (method §7), is a trade debt like any other.

Worked example: 100 MW at 50 USD/MWh, take-or-pay at 80 %: of 73,000 MWh a month 60 % is drawn, then 90 %.

>>> from interlock.contracts import Now, PowerPurchase, rehearse
>>> price = 50.0 * 730  # USD per MW and month
>>> [rehearse(PowerPurchase(price=price, power=100.0, term=12.0, take=0.8, load=load), [Now()]) for load in (0.6, 0.9)]
[[(2920000.0, 0.0)], [(3285000.0, 0.0)]]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from interlock.contracts.clauses import Notice, escalated, no_time, part_of_month
from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Now, Purpose, Rank, ShareDriver
from interlock.contracts.damages import damages, why_damages
from interlock.ground.amounts import megawatts, number, share
from interlock.ground.arrays import clip, maximum, minimum
from interlock.ground.units import (
    HOURS_PER_MONTH,
    FacilityMegawatt,
    GrowthPerYear,
    Moment,
    Months,
    RatePerYear,
    Share,
    Usd,
    UsdPerMegawattHour,
)


@dataclass(frozen=True, kw_only=True)
class PowerPurchase(Contract):
    """Power at a fixed price for years, used or not."""

    kind: ClassVar[str] = "power-purchase"
    sentence: ClassVar[str] = (
        "{payer} buys {power} from {payee} for {term} at {price}[, {escalator} more each year][, from {start}]"
        "[, of which it draws {load}][, and pays for {take} at least]"
    )

    price: UsdPerMegawattHour
    """In the first year."""

    power: FacilityMegawatt
    """What stands ready."""

    term: Months
    """From its first month to its last."""

    start: Moment = 0.0
    """The first month."""

    escalator: GrowthPerYear = 0.0
    """What the price steps up by on each anniversary."""

    load: ShareDriver = 1.0
    """The part of the power that is drawn."""

    take: Share = 1.0
    """The part that is paid for even if less is drawn."""

    notice: Notice = field(default_factory=Notice)
    """How the buyer can leave early."""

    enforceable: Share = 1.0
    """The part of its loss that the seller can claim when the buyer has failed."""

    vacancy: Months = 0.0
    """How long the power then finds no other buyer: it is sold on a market every day."""

    relet: Share = 0.8
    """What the next buyer pays, of this one's price: less, for nobody else has bound himself for years."""

    discount: RatePerYear = 0.1
    """At which that loss is discounted."""

    sizes: ClassVar[tuple[str, ...]] = ("power",)
    legs: ClassVar[tuple[Leg, ...]] = (
        Leg(PAYER, PAYEE, Purpose.power, Rank.operating),
        Leg(PAYER, PAYEE, Purpose.power, name="damages"),
    )
    scaled: ClassVar[frozenset[str]] = frozenset({"power"})

    def problem(self) -> str | None:
        """Power for longer than no time."""
        return no_time(self.term)

    def due(self, now: Now, memory: Any) -> tuple[Usd, Usd]:
        """What is drawn, or the least that is paid for."""
        return (self._priced(now.month, now.month + 1.0) * maximum(self.load, self.take), 0.0)

    def remaining(self, now: Now, memory: Any) -> Usd:
        """The least that is paid for in the months to come."""
        return self._priced(now.month + 1.0, self._ends()) * self.take

    def claims(self, now: Now, memory: Any) -> tuple[Usd, Usd]:
        """What the seller loses by the failure of the buyer: the least to come, less what the next buyer will pay."""
        return (0.0, damages(self, *self._to_come(now, memory)))

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Load, minimum and price."""
        if due[0] <= 0.0:
            return ("", "")
        paid_for: Any = maximum(self.load, self.take)
        months: Any = part_of_month(now.month, self.start, self._ends())
        price = number(due[0] / (self.power * paid_for * months) / HOURS_PER_MONTH)
        drawn = "" if self.load >= self.take else f"{share(self.load)} drawn, "
        return (f"power: {drawn}{share(paid_for)} of {megawatts(self.power)} paid for, at {price} USD/MWh", "")

    def explain_claims(self, now: Now, memory: Any) -> tuple[str, str]:
        """What was to come, and what others pay for it."""
        return ("", why_damages(self, *self._to_come(now, memory)))

    def _to_come(self, now: Now, memory: Any) -> tuple[Usd, Months, Months]:
        """The least from this month on; this month, and the end."""
        return self.remaining(now._replace(month=now.month - 1.0), memory), now.month, self._ends()

    def _priced(self, since: Months, until: Months) -> Usd:
        """The price of all that power between two moments."""
        begins, ends = self.start, maximum(self._ends(), self.start)
        since, until = (escalated(clip(month, begins, ends) - begins, self.escalator) for month in (since, until))
        # After the end the two are the same, but for rounding.
        return self.price * self.power * maximum(until - since, 0.0)

    def _ends(self) -> Months:
        return minimum(self.start + self.term, self.notice.ends())
