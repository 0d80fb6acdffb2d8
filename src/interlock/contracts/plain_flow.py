"""A payment every month: a fixed sum that grows, and so much for each dollar of sales or unit of compute.

    due = amount x (1 + growth)^(t / 12) x (index / planned)^response
          + of_sales x the payer's revenue last month
          + per_unit x capacity that the payer supplies beyond what its sites can, for these have bills of their own
          + per_order x chips that it orders for it,
          less what is cut of its `cuttable` part

With an index the sum is that of a plan: it was made for so much of the index as `planned` says, and follows what
becomes of that.

What a party's other business, staff, power, buildings and cost of goods are made of. A flow for staff, power, goods,
other business or tax is a running cost, which comes before debt; for anything else it is a trade bill.

>>> from interlock.contracts import Now, PlainFlow, rehearse
>>> wages = PlainFlow(amount=100.0, growth=0.21, of_sales=0.5)
>>> [round(due, 6) for due, in rehearse(wages, [Now(month=0.0), Now(month=6.0, sales=10.0), Now(month=12.0)])]
[100.0, 115.0, 121.0]
>>> building = PlainFlow(amount=100.0, index=2.0, planned=8.0, response=0.5)
>>> [round(due, 6) for due, in rehearse(building, [Now()])]
[50.0]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from interlock.contracts.clauses import Pace, pace_of
from interlock.contracts.contract import PAYEE, PAYER, Contract, IndexDriver, Leg, Now, Purpose, PurposeName
from interlock.ground.amounts import h100e, hourly, share, usd
from interlock.ground.arrays import exp, log, maximum, ratio, settled, where
from interlock.ground.units import (
    GrowthPerYear,
    Moment,
    Months,
    Ratio,
    Share,
    Usd,
    UsdPerH100e,
    UsdPerH100eHour,
    UsdPerMonth,
)

LEAST = 1e-9
"""Of what was planned for: an index of nothing has no logarithm."""


@dataclass(frozen=True, kw_only=True)
class PlainFlow(Contract):
    """A payment every month: a fixed sum that grows, and so much for each dollar of sales or unit of compute."""

    kind: ClassVar[str] = "plain-flow"
    sentence: ClassVar[str] = (
        "{payer} pays {payee} for {purpose}:[ {amount}][, growing by {growth}][, following {index}]"
        "[, planned for {planned}][, {of_sales} per dollar of its sales][, {per_unit} of capacity that it supplies]"
        "[, {per_order} of chips that it orders for it]"
    )

    purpose: PurposeName = Purpose.goods
    """What it is for: staff, power, construction, goods, other-business, tax …"""

    amount: UsdPerMonth = 0.0
    """The fixed sum, in the first month of the run."""

    growth: GrowthPerYear = 0.0
    """Of the fixed sum."""

    index: IndexDriver = 1.0
    """A driver that the fixed sum follows."""

    planned: IndexDriver = 1.0
    """The level of the index for which the sum was planned: where that is what it becomes, nothing changes."""

    response: Ratio = 1.0
    """By which power the sum follows: at 0.5, a quarter of what was planned for halves it."""

    of_sales: Ratio = 0.0
    """For each dollar of the payer's revenue last month."""

    per_unit: UsdPerH100eHour = 0.0
    """For each unit of capacity that the payer has ready for its customers, beyond what its sites can run."""

    per_order: UsdPerH100e = 0.0
    """For each unit of chips that the payer orders for the compute that it sells, whenever they arrive."""

    cuttable: Share = 0.0
    """The part that the payer can do without, and cuts when its cash will not last."""

    start: Moment = 0.0
    """The first month in which it is paid."""

    term: Months = 1200.0
    """How long it is paid."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, "purpose"),)

    def opening(self) -> Pace:
        """The pace of its growth."""
        return pace_of(self.growth)

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """The sum of the four parts while it runs."""
        # What is paid from the first month on was paid before it, too.
        is_running = (self.start <= maximum(now.month, 0.0)) & (now.month < self.start + self.term)
        uncut = (
            self._fixed(now, memory)
            + self.of_sales * now.sales
            + self.per_unit * now.supplied
            + self.per_order * now.ordered
        )
        return (where(is_running, uncut * (1.0 - self.cuttable * now.cut), 0.0),)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """The parts that it is made of."""
        fixed, price = self._fixed(now, memory), hourly(self.per_unit)
        parts = (
            (fixed, f"{usd(fixed)} fixed{self._why(now, memory)}"),
            (self.of_sales * now.sales, f"{share(self.of_sales)} of last month's sales of {usd(now.sales)}"),
            (self.per_unit * now.supplied, f"{price} for {h100e(now.supplied)} supplied"),
            (self.per_order * now.ordered, f"{usd(self.per_order)}/H100e for {h100e(now.ordered)} ordered"),
        )
        cut = self.cuttable * now.cut
        less = f", less the {share(cut)} that is cut" if cut > 0.0 and due[0] > 0.0 else ""
        return (" + ".join(said for amount, said in parts if amount != 0.0 and due[0] > 0.0) + less,)

    def _fixed(self, now: Now, memory: Any) -> Usd:
        """The sum that does not depend on what the payer sells."""
        # By itself: what it is must not depend on which formula asks for it, to the last bit.
        return settled(self.amount * memory.grown(now.month) * self._followed())

    def _followed(self) -> Ratio:
        """What the sum is of what was planned."""
        return exp(self.response * log(maximum(ratio(self.index, self.planned), LEAST)))

    def _why(self, now: Now, memory: Any) -> str:
        """How the sum follows its index, where it does."""
        if self.index == self.planned:
            return ""
        return f" ({share(self._followed())} of {usd(self.amount * memory.grown(now.month))} planned)"
