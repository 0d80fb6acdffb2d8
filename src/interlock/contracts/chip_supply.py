"""Chips at an indexed price: a firm number each month, and a share of whatever the buyer orders.

    price_t  = price x (1 + price_growth)^(t / 12) x index
    delivery = price_t x (units x (1 - deposit) + share_of_orders x orders of the buyer)
    deposit  = deposit x price_t x units due `ahead` months from now
             = 0             of what would have fallen due before the contract was in force: paid with the delivery
    fee      = cancellation_fee x price_t x firm units that a notice strikes out, up to `ahead` months of them

If the buyer fails, the seller claims what it loses on the firm deliveries to come, at this month's price: what was
still to be paid for them, less what the next buyer pays for the chips (method §7). It keeps the deposits that it has.

>>> from interlock.contracts import ChipSupply, Now, rehearse
>>> supply = ChipSupply(price=10.0, units=3.0, start=2.0, term=2.0, deposit=0.4, ahead=2.0)
>>> rehearse(supply, [Now(month=float(t)) for t in range(5)])
[(0.0, 12.0, 0.0), (0.0, 12.0, 0.0), (18.0, 0.0, 0.0), (18.0, 0.0, 0.0), (0.0, 0.0, 0.0)]
>>> rehearse(ChipSupply(price=10.0, share_of_orders=0.5), [Now(ordered=8.0)])
[(40.0, 0.0, 0.0)]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from interlock.contracts.clauses import Notice, Pace, pace_of
from interlock.contracts.contract import PAYEE, PAYER, Contract, Effects, IndexDriver, Leg, Now, Purpose
from interlock.contracts.damages import damages, why_damages
from interlock.ground.amounts import h100e, number, share
from interlock.ground.arrays import ceil, clip, maximum, minimum, where
from interlock.ground.units import (
    GrowthPerYear,
    H100ePerMonth,
    Moment,
    Months,
    Number,
    RatePerYear,
    Share,
    Usd,
    UsdPerH100e,
)


@dataclass(frozen=True, kw_only=True)
class ChipSupply(Contract):
    """Chips at an indexed price: a firm number each month, and a share of whatever the buyer orders."""

    kind: ClassVar[str] = "chip-supply"
    sentence: ClassVar[str] = (
        "{payer} buys chips from {payee} at {price}:[ {units} firm][, {share_of_orders} of what it orders for the "
        "compute that it sells]"
    )

    price: UsdPerH100e
    """In the first month of the run."""

    price_growth: GrowthPerYear = 0.0
    """Of the price; negative where chips get cheaper for the same work."""

    index: IndexDriver = 1.0
    """A driver that multiplies the price."""

    share_of_orders: Share = 0.0
    """The part of the chips which the buyer orders for its contracts that comes from this seller."""

    units: H100ePerMonth = 0.0
    """Firm deliveries."""

    start: Moment = 0.0
    """The first month of firm deliveries."""

    term: Months = 0.0
    """How long firm deliveries go on."""

    deposit: Share = 0.0
    """The part of a firm delivery that is paid when it becomes an obligation."""

    ahead: Months = 3.0
    """How long before its delivery an order is an obligation."""

    cancellation_fee: Share = 0.0
    """Of the obligations that a notice strikes out."""

    notice: Notice = field(default_factory=Notice)
    """How the buyer can end it."""

    enforceable: Share = 1.0
    """The part of its loss that the seller can claim when the buyer has failed."""

    vacancy: Months = 3.0
    """How long chips that were made for it then find no other buyer: as long as others order ahead."""

    relet: Share = 0.9
    """What the next buyer pays, of this one's price: nearly all, for chips of the newest generation are short."""

    discount: RatePerYear = 0.1
    """At which that loss is discounted."""

    sizes: ClassVar[tuple[str, ...]] = ("units",)
    legs: ClassVar[tuple[Leg, ...]] = (
        Leg(PAYER, PAYEE, Purpose.chips, name="delivery"),
        Leg(PAYER, PAYEE, Purpose.prepayment, name="deposit"),
        Leg(PAYER, PAYEE, Purpose.fee, name="cancellation"),
    )
    scaled: ClassVar[frozenset[str]] = frozenset({"units"})

    def opening(self) -> Pace:
        """The pace at which its price moves."""
        return pace_of(self.price_growth)

    def effects(self, now: Now, memory: Any) -> Effects:
        """The chips that arrive."""
        return Effects(chips=self._firm(now.month) + self._driven(now))

    def due(self, now: Now, memory: Any) -> tuple[Usd, Usd, Usd]:
        """Deliveries, deposits on what is coming, and the fee for what was struck out."""
        price = self.price * memory.grown(now.month) * self.index
        deposited = where(now.month < self._covered(now), 0.0, self.deposit)
        delivery = price * (self._firm(now.month) * (1.0 - deposited) + self._driven(now))
        deposit = price * self.deposit * self._firm(now.month + self.ahead)
        is_ending = (self.notice.ends() <= now.month) & (now.month < self.notice.ends() + 1.0)
        struck_out = clip(self.start + self.term - now.month, 0.0, minimum(self.ahead, self.term))
        fee = where(is_ending, self.cancellation_fee * price * self.units * struck_out, 0.0)
        return (delivery, deposit, fee)

    def claims(self, now: Now, memory: Any) -> tuple[Usd, Usd, Usd]:
        """What the seller loses by the failure of the buyer: firm orders to come, less what the next one will pay."""
        to_come, worth = self._to_come(now, memory)
        return (0.0, 0.0, damages(self, to_come, now.month, self._ends(), worth))

    def remaining(self, now: Now, memory: Any) -> Usd:
        """Firm deliveries to come, and the deposits on those that are no obligation yet, at this month's price."""
        price = self.price * memory.grown(now.month) * self.index
        return price * self._unpaid(now, now.month + 1.0)

    def falls_due(self, now: Now, memory: Any, months: Months) -> tuple[Usd, Usd, Usd]:
        """Deliveries and deposits of these months, at this month's price."""
        price = self.price * memory.grown(now.month) * self.index
        unpaid, later = self._unpaid(now, now.month + 1.0), self._unpaid(now, now.month + 1.0 + months)
        return (price * (unpaid - later), 0.0, 0.0)

    def delivers_after(self) -> Months:
        """A deposit is on what is delivered `ahead` months later."""
        return self.ahead

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Chips and price; what a deposit is on; what a notice strikes out."""
        price = f"{number(self.price * memory.grown(now.month) * self.index)} USD/H100e"
        firm, coming = self._firm(now.month), self._firm(now.month + self.ahead)
        is_deposited = self.deposit > 0.0 and now.month >= self._covered(now)
        firmly = f"{h100e(firm)} firm" + (f" less the deposit of {share(self.deposit)}" if is_deposited else "")
        ordered = f"{share(self.share_of_orders)} of {h100e(now.ordered)} ordered"
        parts = [said for amount, said in ((firm, firmly), (self._driven(now), ordered)) if amount > 0.0]
        texts = (
            f"chips: {' and '.join(parts)}, at {price}",
            f"deposit: {share(self.deposit)} on {h100e(coming)} due in {self.ahead:g} months, at {price}",
            f"notice: {share(self.cancellation_fee)} of the price of the chips that it strikes out, at {price}",
        )
        return tuple(text if amount > 0.0 else "" for text, amount in zip(texts, due, strict=True))

    def explain_claims(self, now: Now, memory: Any) -> tuple[str, str, str]:
        """What was to come, and what others pay for the chips."""
        to_come, worth = self._to_come(now, memory)
        return ("", "", why_damages(self, to_come, now.month, self._ends(), worth - to_come))

    def _to_come(self, now: Now, memory: Any) -> tuple[Usd, Usd]:
        """What is still to be paid for firm deliveries from this month on, and what the chips cost in all."""
        price = self.price * memory.grown(now.month) * self.index
        left = clip(self._ends() - now.month, 0.0, self.term)
        return price * self._unpaid(now, now.month), price * self.units * left

    def _ends(self) -> Months:
        """The end of firm deliveries."""
        return minimum(self.start + self.term, self.notice.ends())

    def _covered(self, now: Now) -> Months:
        """The first month whose firm delivery was an obligation, with a deposit, once the contract was in force."""
        return self.start + maximum(ceil(now.since) - ceil(self.start - self.ahead), 0.0)

    def _unpaid(self, now: Now, month: Months) -> Number:
        """Firm deliveries from a month on, in H100e, less the parts for which deposits were due before it."""
        ends = self._ends()
        left = clip(ends - month, 0.0, self.term)
        uncovered = clip(minimum(ends, self._covered(now)) - maximum(month, self.start), 0.0, self.term)
        without_deposit = clip(ends - month - self.ahead, 0.0, self.term) + uncovered
        return self.units * ((1.0 - self.deposit) * left + self.deposit * without_deposit)

    def _firm(self, month: Months) -> Number:
        """Firm deliveries in a month, in H100e."""
        return where((self.start <= month) & (month < self._ends()), self.units, 0.0)

    def _driven(self, now: Now) -> Number:
        """The seller's part of what the buyer orders, in H100e."""
        return where(now.month < self.notice.ends(), self.share_of_orders * now.ordered, 0.0)
