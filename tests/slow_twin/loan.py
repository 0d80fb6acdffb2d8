"""Money lent: what was drawn, and what has been repaid."""

import math

from slow_twin.contracts import ROUNDING, Contract, Leg, Sight
from slow_twin.triggers import ALWAYS, NEVER

A_BILLIONTH = 1e-9
"""Of what was lent: who owes less has paid it back."""


def part_of_year(day_count: object, days: int) -> float:
    """How much of a year a month is."""
    year = {"actual/365": 365, "actual/360": 360}.get(day_count)
    return 1 / 12 if year is None else days / year


def lends(contract: Contract, sight: Sight) -> bool:
    """Whether the borrower is within the limits of cover and leverage, as far as they are known."""
    cover, leverage = sight.cover.get(contract.payee, NEVER), sight.leverage.get(contract.payee, 0.0)
    least, most = (contract.said.number(name) for name in ("cover_at_least", "leverage_at_most"))
    return not (least is not None and cover < least) and not (most is not None and leverage > most)


class Loan(Contract):
    """Drawn in tranches, with interest on payment dates, repaid in instalments or at maturity."""

    pays_at = "subscription"

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        lender, borrower, said = self.payer, self.payee, self.said
        self.legs = [
            Leg(borrower, lender, purpose, rank)
            for rank in ("secured", "trade")
            for purpose in ("interest", "principal")
        ]
        self.from_free_cash = Leg(lender, borrower, "principal", "subscription")
        self.sale = Leg(str(said.of("buyers") or "capital-markets"), borrower, "liquidation", "operating")
        self.legs += [self.sale, self.from_free_cash]
        self.needs = {borrower}
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
        self.is_rolled = self.is_stopped = False

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
        part = part_of_year(self.said.of("day_count"), sight.days)
        self.before = (self.owed, self.interest)
        accrual = self.owed * self.yearly(sight) * part
        self.interest += accrual
        is_date = self.dates(month) > self.dates(month - 1)
        is_mature = month > self.matures - 1 and self.owed > 0
        is_broken = self.accelerated.since <= month
        self.interest_due = self.interest if is_date or is_mature or is_broken else 0.0
        self.principal_due = max(self.owed - self.lent * self.left_after(month), 0.0) if is_date else 0.0
        self.is_rolled = False
        if is_mature or is_broken:
            again = 0.0 if is_broken else min(max(self.level("rolled", sight, 0.0), 0.0), 1.0)
            kept = again * (self.owed - self.principal_due)
            self.is_rolled = kept > 0
            self.principal_due = self.owed - kept
        return [
            *self.split(self.interest_due, self.principal_due, self.before[0], self.before[1] + accrual, month),
            0.0,
        ]

    def yearly(self, sight: Sight) -> float:
        """The rate of interest: another one once it was lent again, where the book gives one."""
        if self.matures > self.ends and self.said.of("extension_rate") is not None:
            return max(self.level("extension_rate", sight, 0.0), 0.0)
        return max(self.level("rate", sight, 0.0) + self.said.number("spread", 0.0), 0.0)

    def worth(self, month: int) -> float:
        """What the collateral would be sold for."""
        kept = 1 - self.said.number("depreciation", 0.0)
        return self.said.number("collateral", 0.0) * kept ** (max(month - self.start, 0.0) / 12)

    def split(self, interest: float, principal: float, owed: float, accrued: float, month: int) -> list[float]:
        """Secured as far as the collateral goes."""
        left = max(self.worth(month) - sum(leg.arrears for leg in self.legs if leg.rank == "secured"), 0.0)
        covered = min(left / (owed + accrued), 1.0) if owed + accrued > 0 else 1.0
        covered = covered if self.said.number("collateral", 0.0) > 0 else 0.0
        # What is covered pays interest before principal.
        cover = covered * (interest + principal)
        if covered == 1 or cover >= interest:
            open_ = (1 - covered) * (interest + principal)
            return [interest, principal - open_, 0.0, open_]
        return [cover, 0.0, interest - cover, principal]

    def claims(self, sight: Sight) -> list[float]:
        """All of it; and the collateral is sold, unless all that was ever lent has been paid back."""
        claims = self.split(self.interest, self.owed, self.owed, self.interest, sight.month)
        debt = self.owed + self.interest + sum(leg.arrears for leg in self.legs[:4])
        return [*claims, self.worth(sight.month) if debt > A_BILLIONTH * self.lent else 0.0]

    @property
    def owes(self) -> float:
        return self.owed

    @property
    def first_owed(self) -> float:
        """The month before the run at whose end it was lent."""
        return min(self.start, -1.0)

    def fell_due(self, month: int, sight: Sight) -> float:
        """Interest and instalment of a month before the run."""
        n = self.dates(month)
        if n == self.dates(month - 1):
            return 0.0
        was, left = (self.lent * self.left_after(self.start + k * self.every) for k in (n - 1, n))
        rate = max(self.level("rate", sight, 0.0) + self.said.number("spread", 0.0), 0.0)
        return was - left + was * rate / 12 * self.every

    def sets_aside(self, sight: Sight) -> float:
        """Of the next payment as much as of the time until then has passed."""
        last = self.start + self.every * self.dates(sight.month)
        passed = min(max((sight.month - last) / self.every, 0.0), 1.0)
        instalment = max(self.owed - self.principal_due - self.lent * self.left_after(last + self.every), 0.0)
        return self.interest - self.interest_due + passed * instalment

    def called(self, month: int) -> float:
        released = sum(part for part, when in self.tranches if when.since <= month) if self.tranches else 1.0
        return self.total * min(released, 1.0) - self.drawn

    def coming(self, eve: Sight, months: float) -> float:
        is_open = self.start <= eve.month + months and eve.month + 1 < min(self.matures, self.accelerated.since)
        return max(self.called(eve.month), 0.0) if is_open and lends(self, eve) else 0.0

    def asks(self, sight: Sight, free: float) -> float:
        if not self.start <= sight.month < min(self.matures, self.accelerated.since):
            return 0.0
        called = self.called(sight.month)
        self.is_stopped = called > ROUNDING * self.total and not lends(self, sight)
        return called if called > ROUNDING * self.total and not self.is_stopped else 0.0

    def close(self, sight: Sight) -> None:
        self.owed += self.from_free_cash.paid - self.principal_due
        self.interest -= self.interest_due
        self.lent += self.from_free_cash.paid
        if self.is_rolled:
            self.matures = max(self.matures, sight.month) + max(self.said.number("extension", 60.0), 1)

    is_debt = True

    def principal_within(self, eve: int, months: float) -> float:
        """Instalments up to a month, or all of it where it matures or a covenant is broken."""
        if self.matures < eve + months + 1 or self.accelerated.since <= eve:
            return self.owed
        last = self.start + self.every * self.dates(min(eve + months, self.matures))
        return max(self.owed - self.lent * self.left_after(last), 0.0)

    def falls_due(self, eve: Sight, months: float) -> tuple[str, float]:
        until = min(eve.month + months, self.matures)
        last = self.start + self.every * self.dates(until)
        is_broken = self.accelerated.since <= eve.month
        instalments = 0.0 if is_broken else max(self.owed - self.lent * self.left_after(last), 0.0)
        rate = self.yearly(eve)
        interest = self.interest + (self.owed - instalments / 2) * rate * max(until - eve.month, 0.0) / 12
        return self.payee, self.principal_within(eve.month, months) + interest

    def remaining(self, sight: Sight) -> float:
        after = sight.month + 1
        return max(self.total - self.drawn, 0.0) if after < min(self.matures, self.accelerated.since) else 0.0


class CreditLine(Contract):
    """Up to a limit: drawn by who is short, repaid by who can spare it."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        lender, borrower = self.payer, self.payee
        self.legs = [Leg(borrower, lender, purpose) for purpose in ("interest", "fee", "principal")]
        self.draw = Leg(lender, borrower, "principal", "subscription")
        self.repayment = Leg(borrower, lender, "principal", "subscription")
        self.legs += [self.draw, self.repayment]
        self.needs = {borrower}
        self.accelerated = self.trigger(self.said, "accelerated", NEVER)
        self.limit, self.balance = self.said.number("limit"), self.said.number("outstanding", 0.0)
        self.start = self.said.number("start", 0.0)
        self.is_stopped = False

    @property
    def ends(self) -> float:
        return min(self.start + self.said.number("term"), self.accelerated.since)

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        year = part_of_year(self.said.of("day_count"), sight.days)
        rate = max(self.level("rate", sight, 0.0) + self.said.number("spread", 0.0), 0.0)
        months = max(min(sight.month + 1, self.ends) - max(sight.month, self.start), 0.0)
        fee = self.said.number("commitment_fee", 0.0) * max(self.limit - self.balance, 0.0) * months
        over = self.balance if sight.month + 1 > self.ends else 0.0
        return [self.balance * rate * year, fee * year, over]

    @property
    def owes(self) -> float:
        return self.balance

    @property
    def first_owed(self) -> float:
        """The month before the run at whose end it was drawn."""
        return min(self.start, -1.0)

    def fell_due(self, month: int, sight: Sight) -> float:
        """Interest of a month before the run."""
        rate = max(self.level("rate", sight, 0.0) + self.said.number("spread", 0.0), 0.0)
        return self.balance * rate / 12 if month > self.first_owed else 0.0

    def claims(self, sight: Sight) -> list[float]:
        return [0.0, 0.0, self.balance]

    def keeps_ready(self, sight: Sight) -> float:
        """What can still be drawn this month."""
        is_open = self.start <= sight.month and sight.month + 1 <= self.ends
        self.is_stopped = not lends(self, sight)
        return max(self.limit - self.balance, 0.0) if is_open and not self.is_stopped else 0.0

    def wants(self, stage: str, sight: Sight) -> list[tuple[Leg, float]]:
        lacking = sight.lacking.get(self.payee, 0.0)
        if stage == "reserved":
            return [(self.draw, min(self.keeps_ready(sight), lacking))]
        if stage == "subscription":
            return [(self.repayment, 0.0 if lacking > 0 else self.balance - self.legs[2].due)]
        return []

    def close(self, sight: Sight) -> None:
        self.balance += self.draw.paid - self.repayment.paid - self.legs[2].due

    is_debt = True

    def principal_within(self, eve: int, months: float) -> float:
        """All of it, or nothing."""
        return self.balance if self.ends < eve + months + 1 else 0.0

    def falls_due(self, eve: Sight, months: float) -> tuple[str, float]:
        rate = max(self.level("rate", eve, 0.0) + self.said.number("spread", 0.0), 0.0)
        interest = self.balance * rate / 12 * max(min(months, self.ends - eve.month), 0.0)
        return self.payee, self.principal_within(eve.month, months) + interest

    def remaining(self, sight: Sight) -> float:
        month = max(sight.month + 1, self.start)
        return max(self.limit - self.balance, 0.0) if month + 1 <= self.ends else 0.0
