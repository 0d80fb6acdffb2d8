"""What a lab agrees on with others: use in their products, sales through them, and chips made for its models."""

from itertools import pairwise

from slow_twin.contracts import Contract, Leg, Sight
from slow_twin.damages import damages
from slow_twin.triggers import NEVER


class ModelUsage(Contract):
    """So much a month, growing and moved by a driver, and at least a minimum."""

    shrinks = True

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [Leg(self.payer, self.payee, "model-usage")]
        self.notice = self.said.part("notice")
        self.given = self.trigger(self.notice, "given", NEVER)

    def months_between(self, since: float, until: float) -> float:
        """Of those in which it runs."""
        return max(min(until, self.ends) - max(since, self.said.number("start", 0.0)), 0.0)

    @property
    def ends(self) -> float:
        of_term = self.said.number("start", 0.0) + self.said.number("term")
        return min(of_term, self.given.since + self.notice.number("period", 3.0))

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        used = self.said.number("amount") * self.grown("growth", sight.month) * self.level("index", sight, 1.0)
        owed = max(used, self.said.number("minimum", 0.0) * self.kept)
        return [owed * self.months_between(sight.month, sight.month + 1)]

    def remaining(self, sight: Sight) -> float:
        return self.said.number("minimum", 0.0) * self.kept * self.months_between(sight.month + 1, NEVER)

    def claims(self, sight: Sight) -> list[float]:
        to_come = self.said.number("minimum", 0.0) * self.kept * self.months_between(sight.month, NEVER)
        return [damages("model-usage", self.said, max(self.ends - sight.month, 0.0), to_come, to_come)]


class Distribution(Contract):
    """A part of what a lab can serve is sold by a carrier, who bills it or is paid for it."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        customers = str(self.said.of("customers") or "customers")
        self.legs = [
            Leg(customers, self.payer, "model-usage"),
            Leg(self.payer, self.payee, "resale"),
            Leg(self.payee, self.payer, "fee"),
        ]
        self.notice = self.said.part("notice")
        self.given = self.trigger(self.notice, "given", NEVER)
        self.carrier_bills = (self.said.of("billing") or "carrier") == "carrier"

    def part(self, month: int) -> float:
        """Of the lab's sales, on average over a month."""
        return self.said.number("through") * self.ramped(month)

    def ramped(self, month: int) -> float:
        """On average over a month: the area under the ramp between its corners."""
        said = self.said
        begins, ramp = said.number("start", 0.0), said.number("ramp", 0.0)
        ends = min(begins + said.number("term", 1200.0), self.given.since + self.notice.number("period", 3.0))
        since, until = max(month, begins), min(month + 1, ends)
        if until <= since:
            return 0.0
        corners = [since, *(corner for corner in (begins + ramp,) if since < corner < until), until]
        heights = [min((corner - begins) / ramp, 1.0) if ramp > 0 else 1.0 for corner in corners]
        areas = [
            (b - a) * (low + high) / 2 for (a, b), (low, high) in zip(pairwise(corners), pairwise(heights), strict=True)
        ]
        return sum(areas)

    def billed(self, sight: Sight) -> float:
        return self.part(sight.month) if self.carrier_bills else 0.0

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        sold, fee = self.part(sight.month) * sight.served.get(self.payee, 0.0), self.said.number("fee")
        if not self.carrier_bills:
            return [0.0, 0.0, sold * fee]
        sold /= max(sight.billed[self.payee], 1.0)
        return [sold, sold * (1 - fee), 0.0]


class CoDesign(Contract):
    """The lab's compute does more from some month on, where it works."""

    def gain(self, month: int) -> float:
        """On average over a month."""
        comes = self.said.number("start", 0.0) + self.said.number("lag", 0.0)
        return self.said.number("gain") * self.said.number("works", 1.0) * min(max(month + 1 - comes, 0.0), 1.0)

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        return []
