"""Compute bought by the hour at the market's price, with nothing promised.

    due = used x price x (1 + markup)

It is used after every commitment, up to a limit; who still owes for earlier hours gets none.

>>> from interlock.contracts import Now, SpotCompute, rehearse
>>> spot = SpotCompute(price=2.0 * 730, limit=5_000.0)
>>> rehearse(spot, [Now(used=1_000.0)])
[(1460000.0,)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from interlock.contracts.clauses import MarketName
from interlock.contracts.contract import PAYEE, PAYER, Contract, Effects, IndexDriver, Leg, Now, PriceDriver, Purpose
from interlock.ground.amounts import h100e, hourly, share
from interlock.ground.arrays import maximum, where
from interlock.ground.units import H100e, Ratio, Usd


@dataclass(frozen=True, kw_only=True)
class SpotCompute(Contract):
    """Compute bought by the hour at the market's price, with nothing promised."""

    kind: ClassVar[str] = "spot-compute"
    sentence: ClassVar[str] = (
        "{payer} buys compute from {payee} by the hour[ at {price}][ at the price of {market}][, up to {limit}]"
    )

    price: PriceDriver | None = None
    """The driver that says the spot price, in USD per H100e-hour."""

    market: MarketName = None
    """In place of a price: the market in which it is bought, whose price answers scarcity."""

    limit: H100e = 1e9
    """The most that the seller has for this buyer."""

    limit_index: IndexDriver = 1.0
    """A driver that multiplies the limit, as the market grows."""

    markup: Ratio = 0.0
    """Over the market's price."""

    sizes: ClassVar[tuple[str, ...]] = ("limit",)
    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.compute),)
    merit: ClassVar[int | None] = 2

    def problem(self) -> str | None:
        """A price or a market."""
        if (self.price is None) == (self.market is None):
            return "give either `price` or the `market` that says it"
        return None

    def effects(self, now: Now, memory: Any) -> Effects:
        """The seller has all of the limit ready; nothing, for a buyer that still owes it for earlier hours."""
        limit = where(now.arrears > 0.0, 0.0, self.limit * maximum(self.limit_index, 0.0))
        return Effects(reserved=limit, ready=limit, price=self.price * (1.0 + self.markup))

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """Use at the price of the month."""
        return (now.used * self.price * (1.0 + self.markup),)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Use, of what there was, and the price."""
        if now.used <= 0.0:
            return ("",)
        over = f" ({hourly(self.price)} and {share(self.markup)})" if self.markup != 0.0 else ""
        price = hourly(self.price * (1.0 + self.markup))
        return (f"use: {h100e(now.used)} of {h100e(now.delivered)} that can be had, at {price}{over}",)
