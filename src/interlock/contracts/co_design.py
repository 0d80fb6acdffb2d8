"""One gain in efficiency from chips and models that are designed together: late, and not certain.

    in force_t = gain x the part of month t that lies after start + lag, where it works at all
    budget_t   = demand x (1 - margin + training) / (1 + all gains in force)         the lab's, for compute

The same demand is then served, and the same training done, with less compute. No money moves under it: what
the lab pays for chips or for compute stands in contracts of their own.

Worked example: a quarter of a gain, promised for month 2 and half a month late.

>>> from interlock.contracts import CoDesign, Now
>>> together = CoDesign(gain=0.25, start=2.0, lag=0.5)
>>> [float(together.effects(Now(month=float(t)), ()).gain) for t in range(4)]
[0.0, 0.0, 0.125, 0.25]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from interlock.contracts.clauses import part_of_month
from interlock.contracts.contract import NEVER, Contract, Effects, Leg, Now
from interlock.ground.units import Chance, Moment, Months, Share, Usd


@dataclass(frozen=True, kw_only=True)
class CoDesign(Contract):
    """One gain in efficiency from chips and models that are designed together: late, and not certain."""

    kind: ClassVar[str] = "co-design"
    sentence: ClassVar[str] = (
        "{payer} designs its models together with the chips of {payee}: from then on a unit of its compute does {gain} "
        "more[, from {start}][, {lag} late][, if it works, with a chance of {works}]"
    )

    gain: Share
    """How much more a unit of the lab's compute does."""

    start: Moment = 0.0
    """The first month of the gain, as planned."""

    lag: Months = 0.0
    """By how much it is late."""

    works: Chance = 1.0
    """Whether it comes at all."""

    legs: ClassVar[tuple[Leg, ...]] = ()

    def effects(self, now: Now, memory: Any) -> Effects:
        """The gain."""
        return Effects(gain=self.gain * self.works * part_of_month(now.month, self.start + self.lag, NEVER))

    def due(self, now: Now, memory: Any) -> tuple[Usd, ...]:
        """Nothing: no money moves."""
        return ()

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Nothing: no bill has to be explained."""
        return ()
