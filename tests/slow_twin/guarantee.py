"""Who pays in another's place: what a debtor does not pay, and capacity that nobody buys."""

from collections.abc import Mapping, Sequence

from slow_twin.contracts import ROUNDING, Contract, Leg, Sight


class Guarantee(Contract):
    """What one party owes another under a contract is paid by a third, up to a cap.

    The creditor's shortfall is what it would still lack had no guarantor ever paid. That, as far as it is covered, and
    as others have not made it good, is what the guarantor should have been called for in all; each month it is called
    for what is missing to that, or is returned what is too much.
    """

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.of, self.needs = str(self.said.of("of")), {self.payer}
        self.debt = (self.of, self.payee)
        self.called = self.stood_in = self.ever_lost = self.recover = self.stood_in_now = self.in_all_now = (
            self.in_all
        ) = 0.0
        self.call, self.returned = Leg(self.payer, self.payee, "guarantee"), Leg(self.payee, self.payer, "refund")
        self.recovery = Leg("", self.payer, "refund")
        self.legs = [self.call, self.recovery, self.returned]
        self.guaranteed: list[Leg] = []

    def find(self, by_address: Mapping[str, Contract]) -> None:
        """The debt that is guaranteed."""
        debt = by_address[self.of]
        self.recovery.payer = debt.payee if self.payee == debt.payer else debt.payer
        self.guaranteed = [leg for leg in debt.legs if leg.payee == self.payee and leg.rank != "subscription"]

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        self.ever_lost += sum(leg.written_off for leg in self.guaranteed)
        shortfall = sum(leg.arrears for leg in self.guaranteed) + self.ever_lost + self.in_all
        covered = min(self.said.number("part", 1.0) * shortfall, self.said.number("cap", 1e15))
        covered = min(covered, shortfall - (self.in_all - self.stood_in))
        start = self.said.number("start", 0.0)
        missing, too_much = max(covered - self.called, 0.0), max(self.called - covered, 0.0)
        if not start <= sight.month < start + self.said.number("term", 1200.0):
            missing = 0.0
        too_much = min(too_much, max(self.called - self.call.arrears, 0.0))
        dust = ROUNDING * self.called
        return [missing if missing > dust else 0.0, self.recover, too_much if too_much > dust else 0.0]

    def claims(self, sight: Sight) -> list[float]:
        return [0.0, self.recover, 0.0]

    def close(self, sight: Sight) -> None:
        self.called += self.call.due - self.returned.due
        self.stood_in += self.stood_in_now
        self.in_all += self.in_all_now
        self.recover = self.stood_in_now


def share_relief(guarantors: Sequence[Guarantee]) -> None:
    """What the guarantors of one debt paid is no longer owed; each stood in for its part of it."""
    paid = sum(each.call.paid for each in guarantors)
    debt = guarantors[0].guaranteed
    unpaid = sum(leg.owed - leg.paid for leg in debt)
    settled = min(paid, unpaid)
    for leg in debt:
        leg.relieved = (leg.owed - leg.paid) * settled / unpaid if unpaid > 0 else 0.0
    for each in guarantors:
        each.stood_in_now = each.call.paid * settled / paid if paid > 0 else 0.0
        each.in_all_now = settled


class Prepayment(Contract):
    """Paid in advance; what falls due under another contract is paid out of it first."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.needs = {self.payee}
        self.legs = [Leg(self.payer, self.payee, "prepayment"), Leg(self.payee, self.payer, "refund")]
        self.start = self.said.number("start", 0.0)
        self.ends = self.start + self.said.number("term", 1200.0)
        self.total = self.total or 0.0
        self.has_fallen_due, self.gone = False, 0.0
        self.set_off = 0.0

    @property
    def balance(self) -> float:
        return max(self.said.number("outstanding", 0.0) + self.drawn - self.gone, 0.0)

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        advance = self.total if self.start <= sight.month < self.ends and not self.has_fallen_due else 0.0
        is_refunded = sight.month >= self.ends and self.said.of("then") != "kept"
        return [advance, self.balance if is_refunded else 0.0]

    def claims(self, sight: Sight) -> list[float]:
        return [0.0, self.balance]

    def use(self, sight: Sight, bills: Sequence[Leg]) -> None:
        """Set off what falls due."""
        due = sum(leg.due for leg in bills)
        self.set_off = min(self.balance, self.said.number("part", 1.0) * due) if sight.month < self.ends else 0.0
        for leg in bills:
            leg.due -= leg.due * self.set_off / due if due > 0 else 0.0

    def close(self, sight: Sight) -> None:
        self.has_fallen_due = self.has_fallen_due or self.legs[0].due > 0
        self.gone += self.set_off + self.legs[1].due

    def remaining(self, sight: Sight) -> float:
        return 0.0 if self.has_fallen_due or sight.month + 1 >= self.ends else self.total


class CapacityBackstop(Contract):
    """Capacity that nobody buys is bought, up to a cap."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [Leg(self.payer, self.payee, "compute")]

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        start = self.said.number("start", 0.0)
        ends = start + self.said.number("term")
        months = max(min(sight.month + 1, ends) - max(sight.month, start), 0.0)
        bought = min(self.said.number("capacity"), sight.idle.get(self.payee, 0.0)) * months
        left = max(self.said.number("cap", 1e15) - self.drawn - self.legs[0].arrears - sum(self.legs[0].later), 0.0)
        return [min(bought * self.said.number("price"), left)]
