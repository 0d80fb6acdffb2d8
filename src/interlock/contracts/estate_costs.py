"""What it costs to wind up a party that has failed: a part of the cash that it has left.

    due = part x cash        once, in the month in which its claims are settled

Paid as an operating cost, before any claim. The contract is not written in a book: a party with `default_costs` has it.
Where all cash was paid out before the failure, there is nothing left to lose.

>>> from interlock.contracts import EstateCosts, Now
>>> EstateCosts(part=0.1).claims(Now(cash=80.0), ())
(8.0,)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Now, Purpose, Rank
from interlock.ground.units import Share, Usd


@dataclass(frozen=True, kw_only=True)
class EstateCosts(Contract):
    """What it costs to wind up a party that has failed: a part of the cash that it has left."""

    kind: ClassVar[str] = "estate-costs"
    sentence: ClassVar[str] = "{payer} loses {part} of its cash to the costs of its failure"

    part: Share
    """Of the cash that is left."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.fee, Rank.operating),)

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """Nothing, while it stands."""
        return (0.0,)

    def claims(self, now: Now, memory: Any) -> tuple[Usd]:
        """The costs of winding it up, a part of the cash that is left."""
        return (self.part * now.cash,)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Nothing, while it stands: what is claimed is said where it is."""
        return ("",)
