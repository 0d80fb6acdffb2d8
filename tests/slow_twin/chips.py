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
        self.legs.append(Leg(self.payee, self.payer, "refund"))
        self.mean_price: float | None = None
        """Of the chips on which deposits are held, when these fell due."""
        self.notice = self.said.part("notice")
        self.given = self.trigger(self.notice, "given", NEVER)
        self.of = self.said.of("chip")
        self.is_long_term = self.said.of("priority") == "long-term"
        self.waiting_firm = self.waiting_driven = self.waiting_for_sites = 0.0
        """Due or ordered, and not there yet."""
        self.arrived: tuple[float, float, float] | None = None
        """Firm ones, and those ordered for customers and sites, where a book says how many chips are made."""

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

    def firm(self, month: float, known: float = NEVER) -> float:
        """Units due in a month under the firm order, as known in another month: nobody foresees a notice."""
        last = self.last_month if self.given.since <= known else NEVER
        is_due = self.said.number("start", 0.0) <= month < min(self.term_ends, last)
        return self.units if is_due else 0.0

    def shared(self, sight: Sight) -> float:
        """The part of the buyer's other orders that comes from here."""
        ordered = sight.ordered.get(self.payer, 0.0)
        return self.said.number("share_of_orders", 0.0) * ordered if sight.month < self.last_month else 0.0

    def for_sites(self, sight: Sight) -> float:
        """The same of what it orders for its sites of the generation."""
        needed = sight.for_sites.get((self.payer, self.of), 0.0)
        return self.said.number("share_of_sites", 1.0) * needed if sight.month < self.last_month else 0.0

    def price_of(self, sight: Sight) -> float:
        price = self.said.number("price")
        if price is None:
            price = sight.chip_prices[str(self.of)]
        return price * self.grown("price_growth", sight.month) * self.level("index", sight, 1.0)

    def chips(self, sight: Sight) -> float:
        return sum(self.arrivals(sight))

    def arrives_for_others(self) -> float:
        """What goes to a site."""
        return 0.0 if self.arrived is None else self.arrived[2]

    def arrivals(self, sight: Sight) -> tuple[float, float]:
        """Firm chips and ordered ones."""
        if self.arrived is None:
            return self.firm(sight.month), self.shared(sight)
        return self.arrived[0], self.arrived[1] + self.arrived[2]

    # Where a book says how many chips are made

    def line_up(self, sight: Sight, *, is_running: bool, is_gone: bool, in_vain: bool) -> None:
        """Put this month's orders behind those that wait; who has failed gets nothing any more."""
        self.arrived = (0.0, 0.0, 0.0)
        if is_gone:
            self.waiting_firm = self.waiting_driven = self.waiting_for_sites = 0.0
        if is_running:
            self.waiting_firm += self.firm(sight.month)
        if is_running or in_vain:
            self.waiting_driven += self.shared(sight)
            self.waiting_for_sites += self.for_sites(sight)

    def claim(self, *, comes_first: bool) -> float:
        """What is wanted in a class."""
        ordered = self.waiting_driven + self.waiting_for_sites if self.is_long_term is comes_first else 0.0
        return ordered + (self.waiting_firm if comes_first else 0.0)

    def take(self, part: float, *, comes_first: bool) -> None:
        """A part of what is wanted in a class arrives."""
        firm, driven, for_sites = self.arrived or (0.0, 0.0, 0.0)
        if comes_first:
            firm = self.waiting_firm * part
            self.waiting_firm -= firm
        if self.is_long_term is comes_first:
            driven = self.waiting_driven * part
            self.waiting_driven -= driven
            for_sites = self.waiting_for_sites * part
            self.waiting_for_sites -= for_sites
        self.arrived = (firm, driven, for_sites)

    def still_to_pay(self) -> float:
        """Of what waits; deposits on it are paid."""
        return self.waiting_firm * (1 - self.said.number("deposit", 0.0)) + self.waiting_driven + self.waiting_for_sites

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        price, deposit = self.price_of(sight), self.said.number("deposit", 0.0)
        ahead, term = self.said.number("ahead", 3.0), self.said.number("term", 0.0)
        before = deposit if self.was_deposited(sight.month) else 0.0
        firm, driven = self.arrivals(sight)
        delivery = price * ((1 - before) * firm + driven)
        advance = price * deposit * self.firm(sight.month + ahead, known=sight.month)
        fee = 0.0
        if self.last_month <= sight.month < self.last_month + 1:
            struck_out = min(max(self.term_ends - sight.month, 0.0), ahead, term)
            fee = self.said.number("cancellation_fee", 0.0) * price * self.units * struck_out
            fee -= self.worth_of_deposits(sight, self.to_come_with_deposit(sight.month))
        return [delivery, advance, max(fee, 0.0), max(-fee, 0.0)]

    def close(self, sight: Sight) -> None:
        """Whatever comes takes deposits of the average price with it."""
        price, month = self.price_of(sight), sight.month
        there = self.to_come_with_deposit(month + 1) + self.waiting_with_deposit(month)
        new = min(self.firm(month + self.said.number("ahead", 3.0), known=month), there)
        before = price if self.mean_price is None else self.mean_price
        self.mean_price = (before * (there - new) + price * new) / there if there > 0 else before

    def worth_of_deposits(self, sight: Sight, units: float) -> float:
        price = self.price_of(sight) if self.mean_price is None else self.mean_price
        return self.said.number("deposit", 0.0) * price * units

    def waiting_with_deposit(self, month: float) -> float:
        return self.waiting_firm if self.was_deposited(month) else 0.0

    def to_come_with_deposit(self, month: int) -> float:
        """Of the firm chips from a month on, those whose deposit was asked for before that month."""
        if month >= self.last_month + 1:
            return 0.0  # those that were struck out have been settled
        start, ahead = self.said.number("start", 0.0), self.said.number("ahead", 3.0)
        lead = math.ceil(start) - math.ceil(start - ahead)
        units = 0.0
        for delivery in range(max(month, math.ceil(start)), math.ceil(self.term_ends)):
            asked = delivery - lead
            was_in_time = asked < month and (delivery < self.last_month or asked < self.given.since)
            if was_in_time and self.was_deposited(delivery):
                units += self.units
        return units

    def was_deposited(self, month: float) -> bool:
        """Whether the deposit on a month's delivery was asked for: only since the contract is in force."""
        start, ahead = self.said.number("start", 0.0), self.said.number("ahead", 3.0)
        first_delivery, first_deposit = math.ceil(start), math.ceil(start - ahead)
        return first_deposit + (month - first_delivery) >= self.in_force_from

    def remaining(self, sight: Sight) -> float:
        return self.price_of(sight) * (self.still_to_pay() + self._units_unpaid(sight.month + 1))

    def claims(self, sight: Sight) -> list[float]:
        """Deposits that were paid are kept, and make good what chips lose when they are sold again.

        Of a seller that fails they are claimed, unless the buyer has failed, too.
        """
        month, price = sight.month, self.price_of(sight)
        left = max(min(self.term_ends, self.last_month) - month, 0.0)
        to_come, worth = price * self._units_unpaid(month), price * self.units * self._months_left(month)
        held = self.to_come_with_deposit(month) + self.waiting_with_deposit(month)
        back = self.worth_of_deposits(sight, held) if sight.is_standing.get(self.payer, True) else 0.0
        return [0.0, 0.0, damages("chip-supply", self.said, left, to_come, worth), back]

    def falls_due(self, eve: Sight, months: float) -> tuple[str, float]:
        """At the price of today."""
        units = self._units_unpaid(eve.month + 1) - self._units_unpaid(eve.month + 1 + months)
        return self.payer, self.price_of(eve) * (self.still_to_pay() + units)

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
