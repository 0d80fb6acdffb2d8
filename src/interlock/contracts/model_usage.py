"""One party's use of another's models in its own products, with a minimum.

    due_t = max(minimum, amount x (1 + growth)^(t / 12) x index) x part of month t in which it runs

It comes beside what the lab's customers pay: the demand of the buyer's products is not theirs. If the buyer fails, the
lab claims the minimum to come, less what it earns with the compute that is then free (method §7).

Worked example: 100 USD a month that double in a year, at least 120, under an index that falls by half in month 12.

>>> from interlock.contracts import ModelUsage, Now, rehearse
>>> months = [(0.0, 1.0), (6.0, 1.0), (12.0, 0.5)]
>>> terms = {"amount": 100.0, "growth": 1.0, "minimum": 120.0, "term": 24.0}
>>> [round(rehearse(ModelUsage(index=index, **terms), [Now(month=month)])[0][0], 2) for month, index in months]
[120.0, 141.42, 120.0]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from interlock.contracts.clauses import Notice, Pace, no_time, pace_of, part_of_month
from interlock.contracts.contract import PAYEE, PAYER, Contract, IndexDriver, Leg, Now, Purpose
from interlock.contracts.damages import damages, why_damages
from interlock.ground.amounts import number, usd
from interlock.ground.arrays import maximum, minimum
from interlock.ground.units import GrowthPerYear, Moment, Months, RatePerYear, Share, Usd, UsdPerMonth


@dataclass(frozen=True, kw_only=True)
class ModelUsage(Contract):
    """One party's use of another's models in its own products, with a minimum."""

    kind: ClassVar[str] = "model-usage"
    sentence: ClassVar[str] = (
        "{payer} uses the models of {payee} in its own products, for {amount}[, growing by {growth}][, times {index}]"
        "[, at least {minimum}][, from {start}], for {term}"
    )

    amount: UsdPerMonth
    """What it uses, in the first month of the run."""

    term: Months
    """How long it runs."""

    growth: GrowthPerYear = 0.0
    """Of the amount."""

    index: IndexDriver = 1.0
    """A driver that multiplies the amount."""

    minimum: UsdPerMonth = 0.0
    """What is owed for each month even if less is used."""

    start: Moment = 0.0
    """The first month."""

    notice: Notice = field(default_factory=Notice)
    """How the buyer can end it."""

    enforceable: Share = 1.0
    """The part of its loss that the lab can claim when the buyer has failed."""

    vacancy: Months = 0.0
    """How long the compute that is then free has no other use: none, for it serves others at once."""

    relet: Share = 0.5
    """What it earns there, of this buyer's price: half, for the rest was the margin of serving."""

    discount: RatePerYear = 0.1
    """At which that loss is discounted."""

    sizes: ClassVar[tuple[str, ...]] = ("amount", "minimum")
    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.model_usage),)
    scaled: ClassVar[frozenset[str]] = frozenset({"minimum"})

    def problem(self) -> str | None:
        """Use for longer than no time."""
        return no_time(self.term)

    def opening(self) -> Pace:
        """The pace of its growth."""
        return pace_of(self.growth)

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """Use, or the minimum."""
        running = part_of_month(now.month, self.start, self._ends())
        return (running * maximum(self._used(now, memory), self.minimum),)

    def remaining(self, now: Now, memory: Any) -> Usd:
        """The minimum of the months to come."""
        months = maximum(self._ends() - maximum(now.month + 1.0, self.start), 0.0)
        return self.minimum * months

    def claims(self, now: Now, memory: Any) -> tuple[Usd]:
        """What the lab loses by the failure of the buyer: the minimum to come, less what its compute then earns."""
        return (damages(self, *self._to_come(now, memory)),)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Use, what moved it, and the minimum where that is more."""
        if due[0] <= 0.0:
            return ("",)
        used: Any = self._used(now, memory)
        index = "" if self.index == 1.0 else f", at an index of {number(self.index)}"
        least = f"; the minimum is {usd(self.minimum)}" if used < self.minimum else ""
        return (f"models: {usd(used)} a month used{index}{least}",)

    def explain_claims(self, now: Now, memory: Any) -> tuple[str]:
        """What was to come, and what others pay for it."""
        return (why_damages(self, *self._to_come(now, memory)),)

    def _to_come(self, now: Now, memory: Any) -> tuple[Usd, Months, Months]:
        """The minimum from this month on; this month, and the end."""
        return self.remaining(now._replace(month=now.month - 1.0), memory), now.month, self._ends()

    def _used(self, now: Now, memory: Any) -> Usd:
        """Of a whole month."""
        return self.amount * memory.grown(now.month) * self.index

    def _ends(self) -> Months:
        return minimum(self.start + self.term, self.notice.ends())
