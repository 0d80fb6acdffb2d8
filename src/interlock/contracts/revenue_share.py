"""A fraction of a party's revenue, or of one stream of it, until a date or a cap.

    due = min(rate x revenue of last month, cap - billed before)      from the start, for the term

Revenue is every revenue-class receipt of the payer, or what was paid under the one contract that it is a share `of`; it
is settled a month later, when the books are closed. What was billed counts toward the cap, paid or in arrears; a cap
that is reached within a month is paid to the dollar. Under a contract that it is a share of, payments count from the
first month in which the share is in force.

Worked example: 20 %, up to 60 USD in all.

>>> from interlock.contracts import Now, RevenueShare, rehearse
>>> share = RevenueShare(rate=0.2, cap=60.0)
>>> rehearse(share, [Now(sales=100.0), Now(month=1.0, sales=250.0, drawn=20.0), Now(month=2.0, sales=90.0, drawn=60.0)])
[(20.0,), (40.0,), (0.0,)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Now, PaidUnder, Purpose
from interlock.ground.amounts import share, usd
from interlock.ground.arrays import clip, maximum, where
from interlock.ground.units import Moment, Months, Share, Usd


class Booked(NamedTuple):
    """Up to where the stream was shared."""

    before: Usd = -1.0
    """Paid under the contract up to the month before last; below zero where the share was not in force."""


@dataclass(frozen=True, kw_only=True)
class RevenueShare(Contract):
    """A fraction of a party's revenue, or of one stream of it, until a date or a cap."""

    kind: ClassVar[str] = "revenue-share"
    sentence: ClassVar[str] = (
        "{payer} pays {payee} {rate} of its revenue[ under {of}][, from {start}][, for {term}][, up to {cap} in all]"
    )

    rate: Share
    """Of the payer's revenue-class receipts."""

    of: PaidUnder | None = None
    """In place of all revenue: a contract, for what is paid under it."""

    cap: Usd | None = None
    """In all, from the start of the run."""

    start: Moment = 0.0
    """The first month that is shared."""

    term: Months = 1200.0
    """How long it runs."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.revenue_share),)

    def opening(self) -> Booked:
        """Nothing was shared yet."""
        return Booked()

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """The share of what was received last month, as far as the cap allows."""
        # What is shared from the first month on was shared before it, too.
        is_running = (self.start <= maximum(now.month, 0.0)) & (now.month < self.start + self.term)
        owed = self.rate * self._revenue(now, memory)
        if self.cap is not None:
            owed = clip(owed, 0.0, self._left(now))
        return (where(is_running, owed, 0.0),)

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> Booked:
        """Up to where the stream has been looked at."""
        return memory if self.of is None else Booked(before=self.of)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Rate and revenue, and what the cap left."""
        owed = self.rate * self._revenue(now, memory)
        if due[0] <= 0.0:
            is_spent = self.cap is not None and owed > 0.0 and self._left(now) <= 0.0
            return (f"the cap of {usd(self.cap)} is reached" if is_spent else "",)
        stream = "sales" if self.of is None else "payments under it"
        left = "" if self.cap is None or owed <= due[0] else f"; the cap of {usd(self.cap)} left {usd(due[0])}"
        return (f"{share(self.rate)} of last month's {stream} of {usd(self._revenue(now, memory))}{left}",)

    def _revenue(self, now: Now, memory: Any) -> Usd:
        """Of last month: all, or what was paid under one contract."""
        if self.of is None:
            return now.sales
        return where(memory.before >= 0.0, self.of - memory.before, 0.0)

    def _left(self, now: Now) -> Usd:
        """Of the cap, after all that was billed."""
        cap: Any = self.cap
        return maximum(cap - now.drawn - now.arrears - now.payable, 0.0)
