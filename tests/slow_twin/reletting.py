"""What failed customers of a seller had reserved or rented goes to somebody else."""

import math
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
            fell = path.parties[each.payer].failed if each.payer in path.parties else math.inf
            if each.payee != self.payee or not each.in_force_from < fell < math.inf:
                continue
            if isinstance(each, CapacityLease):
                self.rent += again(each, "capacity-lease", month - fell) * each.rent_between(month, month + 1)
            if isinstance(each, ComputeCommitment) and each.inside is None:
                price = each.price_in(month)
                inner = sum(one.reserved for one in path.inner(each))
                capacity = max(each.scheduled(month, month + 1) / price - inner, 0.0)
                part = found(each, "compute-commitment", month - fell)
                self.reserved += part * capacity
                worth += again(each, "compute-commitment", month - fell) * capacity * price
        self.ready, self.orders = self.reserved, 0.0
        self.price = worth / self.reserved if self.reserved > 0 else 0.0

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        return [self.used * self.price, self.rent]


def found(contract: Contract, kind: str, since: float) -> float:
    """The part of a month in which somebody has it, so many months after its customer failed."""
    return min(max(since + 1 - contract.said.number("vacancy", FOR_A_BUYER[kind][0]), 0.0), 1.0)


def again(contract: Contract, kind: str, since: float) -> float:
    """What somebody then pays, of the price."""
    return found(contract, kind, since) * contract.said.number("relet", FOR_A_BUYER[kind][1])
