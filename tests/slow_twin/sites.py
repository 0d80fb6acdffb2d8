"""What sites are paid for: their power, rented by landlords and sold by utilities."""

import math
from itertools import pairwise

from slow_twin.contracts import Contract, Leg, Sight
from slow_twin.damages import damages
from slow_twin.triggers import ALWAYS, NEVER


class CapacityLease(Contract):
    """Rent for power, from the day that a site is ready; it steps up on every anniversary."""

    shrinks = True

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [Leg(self.payer, self.payee, "rent")]
        said = self.said
        self.late = said.number("delay", 0.0)
        self.exercise = self.trigger(said, "exercise", ALWAYS)
        self.phases = [(-NEVER, 1.0)] if said.of("profile") is None else said.draws.steps(said.of("profile"))
        self.notice = said.part("notice")
        self.given = self.trigger(self.notice, "given", NEVER)

    @property
    def begins(self) -> float:
        return max(self.said.number("start", 0.0), self.exercise.since + self.said.number("lag", 0.0)) + self.late

    @property
    def ends(self) -> float:
        return min(self.begins + self.said.number("term"), self.given.since + self.notice.number("period", 3.0))

    def rent_between(self, since: float, until: float) -> float:
        """Cut at every date on which something changes, and added up."""
        begins = self.begins
        since, until = max(since, begins), min(until, self.ends)
        anniversaries = [begins + 12 * year for year in range(1, 60)]
        dates = [*anniversaries, *(date + self.late for date, _ in self.phases)]
        cuts = [since, *sorted(date for date in dates if since < date < until), until]
        return sum(self.rate(a) * (b - a) for a, b in pairwise(cuts) if b > a)

    def rate(self, moment: float) -> float:
        """USD a month at a moment on which nothing changes after it."""
        begins = self.begins
        year = sum(begins + 12 * n <= moment for n in range(1, 60))
        handed_over = [level for date, level in self.phases if date + self.late <= moment]
        full = self.said.number("rent") * self.said.number("power") * self.kept
        return full * (1 + self.said.number("escalator", 0.0)) ** year * (handed_over[-1] if handed_over else 0.0)

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        return [self.rent_between(sight.month, sight.month + 1)]

    def remaining(self, sight: Sight) -> float:
        return self.rent_between(sight.month + 1, NEVER)

    def claims(self, sight: Sight) -> list[float]:
        to_come, left = self.rent_between(sight.month, NEVER), max(self.ends - sight.month, 0.0)
        return [damages("capacity-lease", self.said, left, to_come, to_come)]


class PowerPurchase(Contract):
    """Power at a price that steps up on every anniversary; what is drawn, but at least a part, is paid for."""

    shrinks = True

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [Leg(self.payer, self.payee, "power", "operating"), Leg(self.payer, self.payee, "power")]
        self.notice = self.said.part("notice")
        self.given = self.trigger(self.notice, "given", NEVER)

    def price_between(self, since: float, until: float) -> float:
        """Of all the power, year of the contract by year."""
        said = self.said
        begins, term, found = said.number("start", 0.0), said.number("term"), 0.0
        until = min(until, self.given_up)
        for year in range(math.ceil(term / 12)):
            year_begins, year_ends = begins + 12 * year, begins + min(12 * (year + 1), term)
            months = max(min(until, year_ends) - max(since, year_begins), 0.0)
            found += said.number("price") * (1 + said.number("escalator", 0.0)) ** year * months
        return found * said.number("power") * self.kept

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        part = max(self.level("load", sight, 1.0), self.said.number("take", 1.0))
        return [part * self.price_between(sight.month, sight.month + 1), 0.0]

    def claims(self, sight: Sight) -> list[float]:
        """The least that was to come; power itself is an operating cost, a loss on it is not."""
        to_come = self.said.number("take", 1.0) * self.price_between(sight.month, NEVER)
        ends = min(self.said.number("start", 0.0) + self.said.number("term"), self.given_up)
        return [0.0, damages("power-purchase", self.said, max(ends - sight.month, 0.0), to_come, to_come)]

    @property
    def given_up(self) -> float:
        """The end by notice."""
        return self.given.since + self.notice.number("period", 3.0)

    def remaining(self, sight: Sight) -> float:
        return self.said.number("take", 1.0) * self.price_between(sight.month + 1, NEVER)
