"""Standing behind a party that was taken over: whoever bought it pays what it cannot pay.

    due    = what its bills and arrears exceed its cash by             every month, once it is taken over
    shares = shares outstanding x (1 - owners_get) / owners_get        issued to the buyer, in the first of them

The buyer pays it as equity, from free cash, before bills are cleared. What the party takes in during the month comes on
top, and is its cash in the next one. The contract is not written in a book: a party that may be `acquired` has it.

>>> from interlock.contracts import NEVER, Now, Takeover, rehearse
>>> months = [Now(month=0.0, beyond_cash=50.0), Now(month=1.0, beyond_cash=80.0, acquired=1.0)]
>>> rehearse(Takeover(), months)
[(0.0,), (80.0,)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Now, Purpose, Rank
from interlock.ground.amounts import share, usd
from interlock.ground.arrays import maximum, where
from interlock.ground.units import Number, Share, Usd

LEAST_KEPT = 1e-9
"""Of a company: shares are issued, none are cancelled, so that who loses everything keeps so little."""


class Holding(NamedTuple):
    """What the buyer holds."""

    shares: Number = 0.0


@dataclass(frozen=True, kw_only=True)
class Takeover(Contract):
    """Standing behind a party that was taken over: whoever bought it pays what it cannot pay."""

    kind: ClassVar[str] = "takeover"
    sentence: ClassVar[str] = "{payer} stands behind {payee} once it has taken it over; its owners keep {owners_get}"

    owners_get: Share = 0.0
    """What the owners before keep of the company."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.equity, Rank.subscription),)

    def opening(self) -> Holding:
        """No shares yet."""
        return Holding()

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """What the party cannot pay from its cash."""
        return (where(now.acquired <= now.month, now.beyond_cash, 0.0),)

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> Holding:
        """The company, but for what its owners keep."""
        is_new = (now.acquired <= now.month) & (memory.shares == 0.0)
        kept = maximum(self.owners_get, LEAST_KEPT)
        return Holding(memory.shares + where(is_new, now.shares * (1.0 - kept) / kept, 0.0))

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """What the party cannot pay from its cash, and at first what its owners keep."""
        if due[0] <= 0.0:
            return ("",)
        first = f"; the owners before keep {share(self.owners_get)}" if memory.shares == 0.0 else ""
        return (f"taken over: its bills exceed its cash by {usd(now.beyond_cash)}{first}",)
