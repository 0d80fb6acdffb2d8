"""What customers pay a lab for its models.

    due = what the lab can serve of its customers' demand x (1 - the part that others bill)

>>> from interlock.contracts import ModelSales, Now, rehearse
>>> rehearse(ModelSales(), [Now(served=80.0), Now(month=1.0, served=80.0, billed=0.25)])
[(80.0,), (60.0,)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Now, Purpose
from interlock.ground.amounts import share
from interlock.ground.arrays import minimum
from interlock.ground.units import Usd


@dataclass(frozen=True, kw_only=True)
class ModelSales(Contract):
    """What customers pay a lab for its models."""

    kind: ClassVar[str] = "model-sales"
    sentence: ClassVar[str] = "{payer} pay {payee} for its models, as far as it can serve them"

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.model_usage),)

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """All that is served, and billed by nobody else."""
        return (now.served * (1.0 - minimum(now.billed, 1.0)),)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """The party's own line says how much was wanted."""
        less = f", less the {share(now.billed)} that others bill" if now.billed > 0.0 else ""
        return (f"what it can serve of its customers' demand{less}",)
