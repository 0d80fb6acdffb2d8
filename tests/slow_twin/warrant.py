"""Shares earned by milestones: a list of tranches, each exercised for what it costs."""

from slow_twin.contracts import ROUNDING, Contract, Leg, Sight
from slow_twin.triggers import ALWAYS, NEVER


class Warrant(Contract):
    """What has vested is bought as far as the holder can spare the price, until it expires."""

    pays_at = "subscription"

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [Leg(self.payer, self.payee, "equity", "subscription")]
        self.from_free_cash = self.legs[0]
        said = self.said
        self.all_shares, self.strike = said.number("shares"), said.number("strike", 0.0)
        self.expires = said.number("expires", NEVER)
        self.tranches = [
            (tranche.number("part"), self.trigger(tranche, "when", ALWAYS)) for tranche in said.parts("tranches")
        ]

    def waiting(self, sight: Sight) -> float:
        """Vested, and not exercised."""
        is_cheaper = self.said.of("worth") is not None and self.level("worth", sight, 0.0) <= self.strike
        if sight.month >= self.expires or is_cheaper:
            return 0.0
        vested = sum(self.all_shares * part for part, when in self.tranches if when.since <= sight.month)
        left = min(vested, self.all_shares) - self.shares
        return left if left > ROUNDING * self.all_shares else 0.0

    def asks(self, sight: Sight, free: float) -> float:
        return min(self.waiting(sight) * self.strike, free)

    def close(self, sight: Sight) -> None:
        if self.strike == 0:
            self.shares += self.waiting(sight)
        else:
            self.shares += self.legs[0].paid / self.strike
