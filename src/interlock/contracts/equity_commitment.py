"""Money for shares, up to a total, released in tranches.

    called  = total x (parts of the tranches released, all of it at most), less what was drawn
    shares  = paid / price,   price = pre-money valuation / shares outstanding

A tranche is released by its trigger and stays released. The investor pays from cash above its floor and
this month's bills; what it cannot pay waits, and is no arrear. So does money for a company that is priced by its
sales and has none: it would buy no shares. New shares dilute every holder.

>>> import numpy as np
>>> from interlock.contracts import EquityCommitment, Now, Tranche, rehearse
>>> half_now = Tranche(part=np.array([0.5, 0.5]), when=np.array([0.0, 2.0]))
>>> promise = EquityCommitment(total=10e9, valuation=350e9, tranches=half_now)
>>> months = [Now(month=float(t), drawn=drawn, free_cash=6e9) for t, drawn in enumerate([0.0, 5e9, 5e9])]
>>> rehearse(promise, months)
[(5000000000.0,), (0.0,), (5000000000.0,)]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import numpy as np

from interlock.contracts.clauses import Tranche, Tranches, beyond_the_whole, released
from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Now, Purpose, Rank
from interlock.ground.amounts import number, usd
from interlock.ground.arrays import maximum, minimum, ratio, where
from interlock.ground.units import Months, Multiple, Number, Usd

ROUNDING = 1e-12
"""Of the total: a call of less is rounding."""

LEAST_WORTH = 1e-9
"""Of the total: a company whose sales make it worth less has no price yet."""


class Holding(NamedTuple):
    """What the investor holds."""

    shares: Number = 0.0


@dataclass(frozen=True, kw_only=True)
class EquityCommitment(Contract):
    """Money for shares, up to a total, released in tranches."""

    kind: ClassVar[str] = "equity-commitment"
    sentence: ClassVar[str] = (
        "{payer} buys shares of {payee} for {total}[, at a valuation of {valuation}][, at {multiple} its sales]"
        "[, in tranches: {tranches}]"
    )

    total: Usd
    """What is called in the end, all tranches together: the binding part of a headline."""

    valuation: Usd | None = None
    """Pre-money value of the whole company at which the shares are issued."""

    multiple: Multiple | None = None
    """In place of a valuation: pre-money value as a multiple of the company's sales last month times 12."""

    tranches: Tranches = field(default_factory=lambda: Tranche(part=1.0))
    """What releases the money; without any, all of it is released at once."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.equity, Rank.subscription),)

    def problem(self) -> str | None:
        """Exactly one of the two ways to price the shares; no more tranches than money."""
        if (self.valuation is None) == (self.multiple is None):
            return "give either `valuation` or `multiple`: the price of the shares follows from one of them"
        if self.valuation == 0.0 or self.multiple == 0.0:
            return "shares of a company that is worth nothing have no price"
        return beyond_the_whole(self.tranches)

    def opening(self) -> Holding:
        """No shares yet."""
        return Holding()

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """What is released and not drawn, as far as the investor has free cash."""
        called = self._called(now)
        can_be_called = (called > ROUNDING * self.total) & (self._worth(now) > LEAST_WORTH * self.total)
        return (where(can_be_called, minimum(called, now.free_cash), 0.0),)

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> Holding:
        """The shares that the money bought, at the price of last month's shares outstanding."""
        return Holding(shares=memory.shares + ratio(paid[0] * now.shares, self._worth(now)))

    def remaining(self, now: Now, memory: Any) -> Usd:
        """What has been promised and not drawn."""
        return maximum(self.total - now.drawn, 0.0)

    def falls_due(self, now: Now, memory: Any, months: Months) -> tuple[Usd]:
        """What is released by now and not drawn."""
        return (maximum(self._called(now), 0.0),)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Which tranches are released, what was drawn before, the price; what keeps the rest waiting."""
        parts, whens = np.atleast_1d(self.tranches.part), np.atleast_1d(self.tranches.when)
        is_out = (whens <= now.month) & (parts > 0.0)
        called: Any = self._called(now)
        if called <= ROUNDING * self.total:
            return ("",)
        worth = self._worth(now)
        count = f"{is_out.sum()} of {(parts > 0.0).sum()} tranches released: " if (parts > 0.0).sum() > 1 else ""
        called_of = f"{count}{usd(called)} of {usd(self.total)} called, {usd(now.drawn)} drawn before"
        if worth <= LEAST_WORTH * self.total:
            return (f"{called_of}; waits, for the company has no sales that would price it",)
        if now.free_cash <= 0.0:
            return (f"{called_of}; waits, for the payer has no free cash",)
        waits = f"; free cash allows {usd(now.free_cash)}" if now.free_cash < called else ""
        times = "" if self.multiple is None else f", {number(self.multiple)} x its sales"
        return (f"{called_of}{waits}; the company is worth {usd(worth)} before it{times}",)

    def _called(self, now: Now) -> Usd:
        """What is released and not drawn."""
        return self.total * released(self.tranches, now.month) - now.drawn

    def _worth(self, now: Now) -> Usd:
        """Of the whole company, before the money."""
        return self.valuation if self.multiple is None else self.multiple * 12.0 * now.payee_sales
