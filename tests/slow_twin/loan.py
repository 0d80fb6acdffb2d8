"""Money lent: a list of draws and of what has been repaid, from which everything else is counted."""

import math

from slow_twin.contracts import ROUNDING, Contract, Leg, Sight
from slow_twin.triggers import ALWAYS, NEVER


class Loan(Contract):
    """Drawn in tranches, with interest on payment dates, repaid in instalments or at maturity."""

    pays_at = "subscription"

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        lender, borrower = self.payer, self.payee
        self.legs = [
            Leg(borrower, lender, purpose, rank)
            for rank in ("secured", "trade")
            for purpose in ("interest", "principal")
        ]
        self.from_free_cash = Leg(lender, borrower, "principal", "subscription")
        self.legs.append(self.from_free_cash)
        self.needs = {borrower}
        said = self.said
        self.tranches = [
            (tranche.number("part"), self.trigger(tranche, "when", ALWAYS)) for tranche in said.parts("tranches")
        ]
        self.accelerated = self.trigger(said, "accelerated", NEVER)
        self.total = self.total or 0.0
        self.start, self.every = said.number("start", 0.0), max(said.number("every", 3.0), 1.0)
        self.ends = self.start + said.number("term")
        self.matures = self.ends
        self.owed = said.number("outstanding", 0.0)
        self.interest = 0.0
        self.lent = self.owed / self.left_after(self.start + self.every * self.dates(-1)) if self.owed > 0 else 0.0
        self.principal_due = self.interest_due = 0.0
        self.is_rolled = False

    def dates(self, month: float) -> int:
        """Payment dates up to the end of a month."""
        return math.floor(max(month - self.start, 0.0) / self.every)

    def left_after(self, month: float) -> float:
        """The part of what was lent that is still to be outstanding."""
        begins = self.start + self.said.number("interest_only", 0.0)
        passed = min(max((month - begins) / (self.ends - begins), 0.0), 1.0) if self.ends > begins else 1.0
        return 1 - self.said.number("amortised", 0.0) * passed

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        month = sight.month
        word = self.said.of("day_count")
        year = {"actual/365": 365, "actual/360": 360}.get(word)
        part = 1 / 12 if year is None else sight.days / year
        self.before = (self.owed, self.interest)
        rate = self.level("rate", sight, 0.0) + self.said.number("spread", 0.0)
        self.interest += self.owed * rate * part
        is_date = self.dates(month) > self.dates(month - 1)
        is_mature = self.matures - 1 < month <= self.matures
        is_broken = self.accelerated.since <= month
        self.interest_due = self.interest if is_date or is_mature or is_broken else 0.0
        self.principal_due = max(self.owed - self.lent * self.left_after(month), 0.0) if is_date else 0.0
        self.is_rolled = False
        if is_mature or is_broken:
            again = 0.0 if is_broken else min(max(self.level("rolled", sight, 0.0), 0.0), 1.0)
            kept = again * (self.owed - self.principal_due)
            self.is_rolled = kept > 0
            self.principal_due = self.owed - kept
        return self.split(self.interest_due, self.principal_due, *self.before, month)

    def split(self, interest: float, principal: float, owed: float, accrued: float, month: int) -> list[float]:
        """Secured as far as the collateral goes."""
        worth = self.said.number("collateral", 0.0)
        worth *= (1 - self.said.number("depreciation", 0.0)) ** (max(month - self.start, 0.0) / 12)
        covered = min(worth / (owed + accrued), 1.0) if owed + accrued > 0 else 1.0
        covered = covered if self.said.number("collateral", 0.0) > 0 else 0.0
        return [covered * interest, covered * principal, (1 - covered) * interest, (1 - covered) * principal]

    def claims(self, sight: Sight) -> list[float]:
        return self.split(self.interest, self.owed, self.owed, self.interest, sight.month)

    def asks(self, sight: Sight, free: float) -> float:
        if not self.start <= sight.month < min(self.matures, self.accelerated.since):
            return 0.0
        released = sum(part for part, when in self.tranches if when.since <= sight.month) if self.tranches else 1.0
        called = self.total * released - self.drawn
        return called if called > ROUNDING * self.total else 0.0

    def close(self, sight: Sight) -> None:
        self.owed += self.from_free_cash.paid - self.principal_due
        self.interest -= self.interest_due
        self.lent += self.from_free_cash.paid
        if self.is_rolled:
            self.matures += self.said.number("extension", 60.0)

    def remaining(self, sight: Sight) -> float:
        after = sight.month + 1
        return max(self.total - self.drawn, 0.0) if after < min(self.matures, self.accelerated.since) else 0.0
