"""A fraction of spare cash, handed to the owners.

    due = part x cash above the floor and this month's bills

It is paid after everything else and is never owed: it is the first thing to be cut.

>>> from interlock.contracts import DividendOrBuyback, Now, rehearse
>>> rehearse(DividendOrBuyback(part=0.25), [Now(free_cash=80.0), Now(free_cash=0.0)])
[(20.0,), (0.0,)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Now, Purpose, Rank
from interlock.ground.amounts import share, usd
from interlock.ground.arrays import where
from interlock.ground.units import Moment, Share, Usd


@dataclass(frozen=True, kw_only=True)
class DividendOrBuyback(Contract):
    """A fraction of spare cash, handed to the owners."""

    kind: ClassVar[str] = "dividend-or-buyback"
    sentence: ClassVar[str] = "{payer} hands {part} of its spare cash to {payee} each month"

    part: Share
    """Of cash above the floor and this month's bills, each month."""

    start: Moment = 0.0
    """The first month in which it is paid."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.dividend, Rank.subscription),)

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """The fraction of what is spare."""
        return (where(self.start <= now.month, self.part * now.free_cash, 0.0),)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Part and spare cash."""
        return (f"{share(self.part)} of its spare cash of {usd(now.free_cash)}" if due[0] > 0.0 else "",)
