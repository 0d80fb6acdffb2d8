"""Compute that a lab owns: it is used after what it has committed to, and costs what running it costs.

    due = min(used, what it owns) x cost

The contract is not written in a book: a lab with an `own_fleet`, or with sites, has it. What commitments leave of its
sites is its own, too: power and people there are bills of the sites, and in its choice what to use it counts at the
same cost.

>>> from interlock.contracts import Now, OwnCompute, rehearse
>>> rehearse(OwnCompute(capacity=5_000.0, cost=0.5 * 730), [Now(used=1_000.0)])
[(365000.0,)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from interlock.contracts.contract import PAYEE, PAYER, Contract, Effects, Leg, Now, Purpose, Rank
from interlock.ground.amounts import h100e, hourly
from interlock.ground.arrays import minimum
from interlock.ground.units import H100e, Usd, UsdPerH100eHour


@dataclass(frozen=True, kw_only=True)
class OwnCompute(Contract):
    """Compute that a lab owns: it is used after what it has committed to, and costs what running it costs."""

    kind: ClassVar[str] = "own-compute"
    sentence: ClassVar[str] = "{payer} runs compute of its own[, {capacity} beside its sites][, at {cost}]"

    capacity: H100e = 0.0
    """What it owns, less what is down; its sites apart."""

    cost: UsdPerH100eHour = 0.0
    """Power and people for a unit that is used."""

    sizes: ClassVar[tuple[str, ...]] = ("capacity",)
    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.power, Rank.operating),)
    merit: ClassVar[int | None] = 1

    def effects(self, now: Now, memory: Any) -> Effects:
        """All of it is ready."""
        return Effects(reserved=self.capacity, ready=self.capacity, price=self.cost)

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """What is used costs; sites have bills of their own."""
        return (minimum(now.used, self.capacity) * self.cost,)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Use, of what there is, and what it costs."""
        used = f"use: {h100e(now.used)} of its own {h100e(now.delivered)}, at {hourly(self.cost)}"
        return (used if due[0] > 0.0 else "",)
