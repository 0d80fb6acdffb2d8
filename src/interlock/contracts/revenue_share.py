"""A fraction of a party's revenue, for as long as the deal runs.

    due = rate x revenue of last month      from the start, for the term

Revenue is every revenue-class receipt of the payer; it is settled a month later, when the books are closed.

>>> from interlock.contracts import Now, RevenueShare, rehearse
>>> share = RevenueShare(rate=0.2)
>>> rehearse(share, [Now(month=0.0, sales=100.0), Now(month=1.0, sales=250.0)])
[(20.0,), (50.0,)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Now, Purpose
from interlock.ground.amounts import share, usd
from interlock.ground.arrays import maximum, where
from interlock.ground.units import Moment, Months, Share, Usd


@dataclass(frozen=True, kw_only=True)
class RevenueShare(Contract):
    """A fraction of a party's revenue, for as long as the deal runs."""

    kind: ClassVar[str] = "revenue-share"
    sentence: ClassVar[str] = "{payer} pays {payee} {rate} of its revenue[, from {start}][, for {term}]"

    rate: Share
    """Of the payer's revenue-class receipts."""

    start: Moment = 0.0
    """The first month that is shared."""

    term: Months = 1200.0
    """How long it runs."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.revenue_share),)

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """The share of what was received last month."""
        # What is shared from the first month on was shared before it, too.
        is_running = (self.start <= maximum(now.month, 0.0)) & (now.month < self.start + self.term)
        return (where(is_running, self.rate * now.sales, 0.0),)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Rate and revenue."""
        return (f"{share(self.rate)} of last month's sales of {usd(now.sales)}" if due[0] > 0.0 else "",)
