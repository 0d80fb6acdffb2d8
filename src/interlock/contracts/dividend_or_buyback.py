"""A fraction of spare cash, handed to the owners.

    due = part x cash above the floor and this month's bills
        = 0                     while the debt-service cover of the payer is below `locked_below`

It is paid after everything else and is never owed. What the next payment on a loan has come to so far is set aside
before. Who cuts its spending hands out nothing: it is the first thing to be cut. The debt-service cover is what the
payer's business brought in during the last 12 months, over the interest and principal that fell due in them. In the
first 12 months of its debt there is none, and what depends on it waits.

>>> from interlock.contracts import DividendOrBuyback, Now, rehearse
>>> rehearse(DividendOrBuyback(part=0.25), [Now(free_cash=80.0), Now(free_cash=0.0)])
[(20.0,), (0.0,)]
>>> rehearse(DividendOrBuyback(part=1.0, locked_below=1.2), [Now(free_cash=80.0, cover=cover) for cover in (1.1, 1.3)])
[(0.0,), (80.0,)]
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Any, ClassVar

from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Now, Purpose, Rank
from interlock.ground.amounts import number, share, usd
from interlock.ground.arrays import where
from interlock.ground.units import Moment, Multiple, Share, Usd


@dataclass(frozen=True, kw_only=True)
class DividendOrBuyback(Contract):
    """A fraction of spare cash, handed to the owners."""

    kind: ClassVar[str] = "dividend-or-buyback"
    sentence: ClassVar[str] = (
        "{payer} hands {part} of its spare cash to {payee} each month"
        "[, unless its debt-service cover is below {locked_below}]"
    )

    part: Share
    """Of cash above the floor and this month's bills, each month."""

    start: Moment = 0.0
    """The first month in which it is paid."""

    locked_below: Multiple | None = None
    """Nothing is handed out while the payer's debt-service cover of the last 12 months is below this."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.dividend, Rank.subscription),)

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """The fraction of what is spare."""
        can_be_paid = (self.start <= now.month) & (now.austerity <= 0.0)
        if self.locked_below is not None:
            can_be_paid = can_be_paid & (now.cover >= self.locked_below)
        return (where(can_be_paid, self.part * now.free_cash, 0.0),)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Part and spare cash, or what keeps it from being paid."""
        if now.austerity > 0.0:
            return ("none: it cuts what it spends" if self.start <= now.month and now.free_cash > 0.0 else "",)
        is_locked = self.locked_below is not None and not now.cover >= self.locked_below
        if is_locked and self.start <= now.month and now.free_cash > 0.0:
            said = f"its business paid for {number(now.cover)} x of its debt service in the last 12 months"
            young = "it has not served its debt for 12 months yet"
            return (f"locked: {young if isnan(now.cover) else f'{said}, less than {number(self.locked_below)} x'}",)
        return (f"{share(self.part)} of its spare cash of {usd(now.free_cash)}" if due[0] > 0.0 else "",)
