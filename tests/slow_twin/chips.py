"""Chips that are bought: firm, with deposits, and as the buyer orders for its customers."""

import math

from slow_twin.contracts import Contract, Leg, Sight
from slow_twin.damages import damages
from slow_twin.triggers import NEVER


class ChipSupply(Contract):
    """So many chips a month and a share of what the buyer orders for its customers, with deposits on the former."""

    shrinks = True

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [Leg(self.payer, self.payee, purpose) for purpose in ("chips", "prepayment", "fee")]
        self.notice = self.said.part("notice")
        self.given = self.trigger(self.notice, "given", NEVER)

    @property
    def last_month(self) -> float:
        """The end by notice."""
        return self.given.since + self.notice.number("period", 3.0)

    @property
    def term_ends(self) -> float:
        return self.said.number("start", 0.0) + self.said.number("term", 0.0)

    @property
    def units(self) -> float:
        return self.said.number("units", 0.0) * self.kept

    def firm(self, month: float) -> float:
        """Units due in a month under the firm order."""
        is_due = self.said.number("start", 0.0) <= month < min(self.term_ends, self.last_month)
        return self.units if is_due else 0.0

    def shared(self, sight: Sight) -> float:
        """The part of the buyer's other orders that comes from here."""
        ordered = sight.ordered.get(self.payer, 0.0)
        return self.said.number("share_of_orders", 0.0) * ordered if sight.month < self.last_month else 0.0

    def price_of(self, sight: Sight) -> float:
        return self.said.number("price") * self.grown("price_growth", sight.month) * self.level("index", sight, 1.0)

    def chips(self, sight: Sight) -> float:
        return self.firm(sight.month) + self.shared(sight)

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        price, deposit = self.price_of(sight), self.said.number("deposit", 0.0)
        ahead, term = self.said.number("ahead", 3.0), self.said.number("term", 0.0)
        before = deposit if self.was_deposited(sight.month) else 0.0
        delivery = price * ((1 - before) * self.firm(sight.month) + self.shared(sight))
        advance = price * deposit * self.firm(sight.month + ahead)
        fee = 0.0
        if self.last_month <= sight.month < self.last_month + 1:
            struck_out = min(max(self.term_ends - sight.month, 0.0), ahead, term)
            fee = self.said.number("cancellation_fee", 0.0) * price * self.units * struck_out
        return [delivery, advance, fee]

    def was_deposited(self, month: float) -> bool:
        """Whether the deposit on a month's delivery was asked for: only since the contract is in force."""
        start, ahead = self.said.number("start", 0.0), self.said.number("ahead", 3.0)
        first_delivery, first_deposit = math.ceil(start), math.ceil(start - ahead)
        return first_deposit + (month - first_delivery) >= self.in_force_from

    def remaining(self, sight: Sight) -> float:
        return self.price_of(sight) * self._units_unpaid(sight.month + 1)

    def claims(self, sight: Sight) -> list[float]:
        """Deposits that were paid are kept, and make good what chips lose when they are sold again."""
        month, price = sight.month, self.price_of(sight)
        left = max(min(self.term_ends, self.last_month) - month, 0.0)
        to_come, worth = price * self._units_unpaid(month), price * self.units * self._months_left(month)
        return [0.0, 0.0, damages("chip-supply", self.said, left, to_come, worth)]

    def falls_due(self, eve: Sight, months: float) -> tuple[str, float]:
        """At the price of today."""
        units = self._units_unpaid(eve.month + 1) - self._units_unpaid(eve.month + 1 + months)
        return self.payer, self.price_of(eve) * units

    def _units_unpaid(self, month: float) -> float:
        """From a month on; of those whose deposit was due before it, the rest."""
        deposit, ahead = self.said.number("deposit", 0.0), self.said.number("ahead", 3.0)
        left, not_deposited = self._months_left(month), self._months_left(month + ahead)
        # Month by month from the first delivery: those whose deposit nobody asked for are paid in full.
        start, until = self.said.number("start", 0.0), min(self.term_ends, self.last_month)
        if self.in_force_from < NEVER:
            first = start
            while first < until and not self.was_deposited(math.ceil(first)):
                first += 1
            not_deposited += max(min(until, first) - max(month, start), 0.0)
        return self.units * ((1 - deposit) * left + deposit * not_deposited)

    def _months_left(self, month: float) -> float:
        """Of firm deliveries, from a month on."""
        left = min(self.term_ends, self.last_month) - month
        return min(max(left, 0.0), self.said.number("term", 0.0))
