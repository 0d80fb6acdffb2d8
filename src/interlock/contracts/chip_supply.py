"""Chips at an indexed price: a firm number each month, and a share of whatever the buyer orders.

    price_t  = price x (1 + price_growth)^(t / 12) x index
    delivery = price_t x (firm x (1 - deposit) + driven)      units, and what follows from the buyer's orders
    driven   = share_of_orders x orders for its contracts + share_of_sites x orders for its sites
    deposit  = deposit x price_t x units due `ahead` months from now
             = 0             of what would have fallen due before the contract was in force: paid with the delivery
    held     = deposit x units on which one has fallen due, and which have not come
               x the average of the prices at which it did; before the run that of the first month
    fee      = max(0, cancellation_fee x price_t x firm units that a notice strikes out - held)
    refund   = max(0, held - the same)             of what a notice strikes out: up to `ahead` months of it cost a fee

If the buyer fails, the seller claims what it loses on the firm deliveries to come, at this month's price: what was
still to be paid for them, less what the next buyer pays for the chips (method §7). It keeps the deposits that it has.
If the seller fails, the buyer claims the deposits that it holds, also those on chips that wait; if both fail, nothing.

Where the contract names a generation of chips (`chip`), both come as it is made: what is not there waits, and only
what arrives is billed. Firm chips are always long-term orders; `priority` says what the others are. Without a price of
its own the contract has that of the generation. A notice ends what would fall due later, and not what waits. Nothing is
claimed for what has waited when the buyer fails.

>>> from interlock.contracts import ChipSupply, Now, rehearse
>>> supply = ChipSupply(price=10.0, units=3.0, start=2.0, term=2.0, deposit=0.4, ahead=2.0)
>>> rehearse(supply, [Now(month=float(t)) for t in range(5)])
[(0.0, 12.0, 0.0, 0.0), (0.0, 12.0, 0.0, 0.0), (18.0, 0.0, 0.0, 0.0), (18.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)]
>>> rehearse(ChipSupply(price=10.0, share_of_orders=0.5), [Now(ordered=8.0)])
[(40.0, 0.0, 0.0, 0.0)]
>>> arrived = Now(chip_price=10.0, received_firm=2.0, received_driven=0.0)
>>> rehearse(ChipSupply(chip="b300", units=3.0, term=1.0), [arrived])
[(20.0, 0.0, 0.0, 0.0)]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, NamedTuple

from interlock.contracts.clauses import Notice, Pace, pace_of
from interlock.contracts.contract import (
    NEVER,
    PAYEE,
    PAYER,
    ChipName,
    Contract,
    Effects,
    IndexDriver,
    Leg,
    Now,
    Purpose,
)
from interlock.contracts.damages import damages, why_damages
from interlock.ground.amounts import h100e, number, share, usd
from interlock.ground.arrays import ceil, clip, maximum, minimum, ratio, where
from interlock.ground.fields import Choice
from interlock.ground.units import (
    GrowthPerYear,
    H100e,
    H100ePerMonth,
    Moment,
    Months,
    Number,
    RatePerYear,
    Share,
    Usd,
    UsdPerH100e,
)


class Supplied(NamedTuple):
    """What a chip supply remembers."""

    pace: Pace = Pace()
    """At which its price moves."""
    at: UsdPerH100e = 0.0
    """The average of the prices at which the deposits that are held fell due; zero before the first month."""


@dataclass(frozen=True, kw_only=True)
class ChipSupply(Contract):
    """Chips at an indexed price: a firm number each month, and a share of whatever the buyer orders."""

    kind: ClassVar[str] = "chip-supply"
    sentence: ClassVar[str] = (
        "{payer} buys chips[ ({chip})] from {payee}[ at {price}]:[ {units} firm][, {share_of_orders} of what it orders "
        "for the compute that it sells]"
    )

    price: UsdPerH100e | None = None
    """In the first month of the run; that of the generation unless given."""

    chip: ChipName = None
    """The generation that is delivered, as far as it is made; without one there is no limit."""

    priority: Annotated[Number, Choice(("open", "long-term"))] = 0.0
    """What orders are; long-term ones are filled first. Firm deliveries are always long-term."""

    price_growth: GrowthPerYear = 0.0
    """Of the price; negative where chips get cheaper for the same work."""

    index: IndexDriver = 1.0
    """A driver that multiplies the price."""

    share_of_orders: Share = 0.0
    """The part of the chips which the buyer orders for its contracts that comes from this seller."""

    share_of_sites: Share = 1.0
    """The part of the chips of this generation which the buyer orders for its sites that comes from this seller."""

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
    """Of the obligations that a notice strikes out; deposits on them are set off against it."""

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
        Leg(PAYER, PAYEE, Purpose.fee, name="cancellation", ends_advance=True),
        Leg(PAYEE, PAYER, Purpose.refund, name="refund", ends_advance=True),
    )
    scaled: ClassVar[frozenset[str]] = frozenset({"units"})

    def opening(self) -> Supplied:
        """The pace at which its price moves."""
        return Supplied(pace_of(self.price_growth))

    def problem(self) -> str | None:
        """A price, or a generation that has one."""
        if self.price is None and self.chip is None:
            return "give its `price`, or the `chip` whose price it has"
        return None

    def effects(self, now: Now, memory: Any) -> Effects:
        """The chips that fall due."""
        driven, for_sites = self._ordered(now)
        return Effects(chips=self._firm(now.month), driven=driven, for_sites=for_sites, is_open=1.0 - self.priority)

    def due(self, now: Now, memory: Any) -> tuple[Usd, Usd, Usd, Usd]:
        """Deliveries, deposits on what is coming; for what was struck out the fee, or what deposits exceed it by."""
        price = self._price(now, memory)
        deposited = where(now.month < self._covered(now), 0.0, self.deposit)
        firm, driven = self._received(now)
        delivery = price * (firm * (1.0 - deposited) + driven)
        deposit = price * self.deposit * self._ordered_firm(now.month)
        fee, held = self._settled(now, memory)
        return (delivery, deposit, maximum(fee - held, 0.0), maximum(held - fee, 0.0))

    def claims(self, now: Now, memory: Any) -> tuple[Usd, Usd, Usd, Usd]:
        """What one loses by the failure of the other: firm orders, less what the next buyer pays; the deposits held."""
        to_come, worth = self._to_come(now, memory)
        lost = damages(self, to_come, now.month, self._ends(), worth)
        # Of a buyer that fails, too, they make good what is lost on the chips.
        return (0.0, 0.0, lost, self._held(now, memory) * now.payer_stands)

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> Supplied:
        """The average price at which the deposits that are held fell due; who pays late owes them all the same."""
        price = self._price(now, memory)
        held = self._waiting_deposited(now) + self._on_deposit(now, now.month + 1.0)
        new = minimum(self._ordered_firm(now.month), held)
        before = where(memory.at > 0.0, memory.at, price)
        return Supplied(memory.pace, where(held > 0.0, before + (price - before) * ratio(new, held), before))

    def remaining(self, now: Now, memory: Any) -> Usd:
        """What waits, and firm deliveries to come with the deposits that are not due yet, at this month's price."""
        return self._price(now, memory) * (self._waiting(now) + self._unpaid(now, now.month + 1.0))

    def falls_due(self, now: Now, memory: Any, months: Months) -> tuple[Usd, Usd, Usd, Usd]:
        """Deliveries and deposits of these months, and all that waits, at this month's price."""
        unpaid, later = self._unpaid(now, now.month + 1.0), self._unpaid(now, now.month + 1.0 + months)
        return (self._price(now, memory) * (self._waiting(now) + unpaid - later), 0.0, 0.0, 0.0)

    def delivers_after(self) -> Months:
        """A deposit is on what is delivered `ahead` months later."""
        return self.ahead

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Chips and price, and what waits; what a deposit is on; what a notice strikes out."""
        price = f"{number(self._price(now, memory))} USD/H100e"
        (firm, driven), coming = self._received(now), self._ordered_firm(now.month)
        is_deposited = self.deposit > 0.0 and now.month >= self._covered(now)
        firmly = f"{h100e(firm)} firm" + (f" less the deposit of {share(self.deposit)}" if is_deposited else "")
        ordered = f"{share(self.share_of_orders)} of {h100e(now.ordered)} ordered"
        if now.received_driven is not None:
            ordered = f"{h100e(driven)} ordered"
        parts = [said for amount, said in ((firm, firmly), (driven, ordered)) if amount > 0.0]
        waits = f"; {h100e(now.waiting_firm + now.waiting_driven)} wait" if self._waiting(now) > 0.0 else ""
        fee, held = self._settled(now, memory)
        off = f", less {usd(held)} of deposits on them" if held > 0.0 else ""
        kept = f", less a fee of {usd(fee)}" if fee > 0.0 else ""
        texts = (
            f"chips: {' and '.join(parts)}, at {price}{waits}",
            f"deposit: {share(self.deposit)} on {h100e(coming)} due in {self.ahead:g} months, at {price}",
            f"notice: {share(self.cancellation_fee)} of the price of the chips that it strikes out, at {price}{off}",
            f"notice: {usd(held)} of deposits on the chips that it strikes out{kept}",
        )
        return tuple(text if amount > 0.0 else "" for text, amount in zip(texts, due, strict=True))

    def explain_claims(self, now: Now, memory: Any) -> tuple[str, str, str, str]:
        """What was to come, and what others pay for the chips; deposits on chips that do not come."""
        to_come, worth = self._to_come(now, memory)
        lost = why_damages(self, to_come, now.month, self._ends(), worth - to_come)
        held: Any = self._held(now, memory)
        return ("", "", lost, "claimed: deposits on chips that do not come" if held > 0.0 else "")

    def _to_come(self, now: Now, memory: Any) -> tuple[Usd, Usd]:
        """What is still to be paid for firm deliveries from this month on, and what the chips cost in all."""
        price = self._price(now, memory)
        left = clip(self._ends() - now.month, 0.0, self.term)
        return price * self._unpaid(now, now.month), price * self.units * left

    def _settled(self, now: Now, memory: Any) -> tuple[Usd, Usd]:
        """In the month in which a notice takes effect: the fee for what it strikes out, and the deposits on that."""
        ends = self.notice.ends()
        is_ending = (ends <= now.month) & (now.month < ends + 1.0)
        struck_out = clip(self.start + self.term - now.month, 0.0, minimum(self.ahead, self.term))
        fee = self.cancellation_fee * self._price(now, memory) * self.units * struck_out
        held = self.deposit * self._deposited_at(now, memory) * self._on_deposit(now, now.month)
        return where(is_ending, fee, 0.0), where(is_ending, held, 0.0)

    def _held(self, now: Now, memory: Any) -> Usd:
        """Deposits on chips that have not come, as they fell due."""
        undelivered = self._waiting_deposited(now) + self._on_deposit(now, now.month)
        return self.deposit * self._deposited_at(now, memory) * undelivered

    def _deposited_at(self, now: Now, memory: Any) -> UsdPerH100e:
        """The average price at which the deposits that are held fell due."""
        return where(memory.at > 0.0, memory.at, self._price(now, memory))

    def _waiting_deposited(self, now: Now) -> H100e:
        """Chips that were due and wait, and for which deposits were due before."""
        return where(now.month < self._covered(now), 0.0, now.waiting_firm)

    def _on_deposit(self, now: Now, month: Months) -> H100e:
        """Firm chips due from a month on for which deposits were due before it; of what was struck out, until then."""
        first, ends = ceil(self.start), self.notice.ends()
        lead = first - ceil(self.start - self.ahead)
        asked_until = minimum(month + lead, maximum(ceil(ends), ceil(self.notice.given) + lead))
        begins = maximum(maximum(month, first), ceil(self._covered(now)))
        months = maximum(minimum(asked_until, ceil(self.start + self.term)) - begins, 0.0)
        return where(month < ends + 1.0, self.units * months, 0.0)

    def _ends(self) -> Months:
        """The end of firm deliveries."""
        return minimum(self.start + self.term, self.notice.ends())

    def _covered(self, now: Now) -> Months:
        """The first month whose firm delivery was an obligation, with a deposit, once the contract was in force."""
        return self.start + maximum(ceil(now.since) - ceil(self.start - self.ahead), 0.0)

    def _price(self, now: Now, memory: Any) -> UsdPerH100e:
        """In a month."""
        price = now.chip_price if self.price is None else self.price
        return price * memory.pace.grown(now.month) * self.index

    def _received(self, now: Now) -> tuple[Number, Number]:
        """Firm chips that arrive, and those that were ordered: all where nobody says how many are made."""
        if now.received_firm is None or now.received_driven is None:
            return self._firm(now.month), sum(self._ordered(now))
        return now.received_firm, now.received_driven

    def _waiting(self, now: Now) -> Number:
        """What waits, in H100e, less the deposits that were due on it."""
        return now.waiting_firm * (1.0 - self.deposit) + now.waiting_driven

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

    def _ordered_firm(self, month: Months) -> Number:
        """Firm deliveries that become an obligation in a month: until a notice is given, as if there were none."""
        ends = minimum(self.start + self.term, where(self.notice.given <= month, self.notice.ends(), NEVER))
        return where((self.start <= month + self.ahead) & (month + self.ahead < ends), self.units, 0.0)

    def _ordered(self, now: Now) -> tuple[Number, Number]:
        """The seller's part of what the buyer orders for its contracts, and for its sites, in H100e."""
        is_on = now.month < self.notice.ends()
        orders = ((self.share_of_orders, now.ordered), (self.share_of_sites, now.ordered_for_sites))
        driven, for_sites = (where(is_on, share * ordered, 0.0) for share, ordered in orders)
        return driven, for_sites
