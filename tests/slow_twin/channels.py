"""Ways in which a lab's models are sold beside its own: for a buyer's products, and through others."""

from slow_twin.contracts import Contract, Leg, Sight
from slow_twin.triggers import NEVER


class ModelUsage(Contract):
    """So much a month, growing and moved by a driver, and at least a minimum."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [Leg(self.payer, self.payee, "model-usage")]
        self.notice = self.said.part("notice")
        self.given = self.trigger(self.notice, "given", NEVER)

    def months_between(self, since: float, until: float) -> float:
        """Of those in which it runs."""
        begins = self.said.number("start", 0.0)
        ends = min(begins + self.said.number("term"), self.given.since + self.notice.number("period", 3.0))
        return max(min(until, ends) - max(since, begins), 0.0)

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        used = self.said.number("amount") * self.grown("growth", sight.month) * self.level("index", sight, 1.0)
        owed = max(used, self.said.number("minimum", 0.0))
        return [owed * self.months_between(sight.month, sight.month + 1)]

    def remaining(self, sight: Sight) -> float:
        return self.said.number("minimum", 0.0) * self.months_between(sight.month + 1, NEVER)
