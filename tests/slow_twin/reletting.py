"""What failed customers of a seller had reserved or rented goes to somebody else."""

from typing import TYPE_CHECKING

from slow_twin.commitment import ComputeCommitment
from slow_twin.contracts import Contract, Leg, Sight
from slow_twin.damages import FOR_A_BUYER
from slow_twin.sites import CapacityLease

if TYPE_CHECKING:
    from slow_twin.path import Path


class Reletting(Contract):
    """After a vacancy, at a part of the price, until each contract would have ended."""

    sells_compute = True

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [Leg(self.payer, self.payee, "compute"), Leg(self.payer, self.payee, "rent")]
        self.rent = 0.0

    def look(self, path: "Path", month: int) -> None:
        """Who has failed, and what is there of what it had."""
        self.reserved = self.rent = worth = 0.0
        for each in path.contracts:
            if each.payee != self.payee or not is_over(each, path, month):
                continue
            since = month - path.parties[each.payer].failed
            if isinstance(each, CapacityLease):
                self.rent += again(each, "capacity-lease", since) * each.rent_between(month, month + 1)
            if isinstance(each, ComputeCommitment):
                price = each.price_in(month)
                planned = planned_by(each, path, month)
                there = min(planned, (1 - each.additionality) * planned + each.chips_ordered)
                self.reserved += found(each, "compute-commitment", since) * there
                worth += again(each, "compute-commitment", since) * there * price * each.take
        self.ready, self.orders = self.reserved, 0.0
        self.price = worth / self.reserved if self.reserved > 0 else 0.0

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        return [self.used * self.price, self.rent]


def is_over(contract: Contract, path: "Path", month: int) -> bool:
    """Whether it came into force and has ended because its customer failed: nobody triggers anything in it any more."""
    if not isinstance(contract, ComputeCommitment | CapacityLease) or contract.payer not in path.parties:
        return False
    fell = path.parties[contract.payer].failed
    return contract.in_force_from < fell <= month


def planned_by(promise: ComputeCommitment, path: "Path", month: int) -> float:
    """What it would have reserved; what counts toward it is let again by itself."""
    inner = [each for each in path.contracts if each.inside == promise.address]
    taken = sum(planned_by(each, path, month) if is_over(each, path, month) else each.reserved for each in inner)
    return max(promise.scheduled(month, month + 1) / promise.price_in(month) - taken, 0.0)


def found(contract: Contract, kind: str, since: float) -> float:
    """The part of a month in which somebody has it, so many months after its customer failed."""
    return min(max(since + 1 - contract.said.number("vacancy", FOR_A_BUYER[kind][0]), 0.0), 1.0)


def again(contract: Contract, kind: str, since: float) -> float:
    """What somebody then pays, of the price."""
    return found(contract, kind, since) * contract.said.number("relet", FOR_A_BUYER[kind][1])
