"""Shares that a holder earns by milestones, at a price agreed beforehand.

    vested     = shares x (parts of the tranches released before it expires, 1 at most)
    money      = strike x (vested - exercised)        as far as the holder has free cash; the rest waits
    exercised' = exercised + money / strike         at a strike of nothing: all that has vested

`shares` are counted in the company as it stands at the start of the run, and `strike` is what all of it would cost, so
that number and price stay the same when other shares are issued; the new shares dilute every holder. Whatever vests is
exercised at once, unless the book says what the shares are `worth`: then only while that is more than the strike. A
price that the company must have reached belongs into the trigger. What is not exercised before it expires lapses.

Worked example: an eighth of the company for 40 USD, half of it released in month 1, half in month 3, when it expires.

>>> import numpy as np
>>> from interlock.contracts import Now, Tranche, Warrant, rehearse
>>> halves = Tranche(part=np.array([0.5, 0.5]), when=np.array([1.0, 3.0]))
>>> warrant = Warrant(shares=0.125, strike=320.0, expires=3.0, tranches=halves)
>>> rehearse(warrant, [Now(month=float(t), free_cash=15.0) for t in range(5)])
[(0.0,), (15.0,), (5.0,), (0.0,), (0.0,)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np

from interlock.contracts.clauses import Tranches, beyond_the_whole, released
from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Now, Purpose, Rank
from interlock.ground.amounts import share, usd
from interlock.ground.arrays import minimum, ratio, where
from interlock.ground.fields import Refers
from interlock.ground.units import Moment, Number, Share, Unit, Usd

ROUNDING = 1e-12
"""Of the shares: what lacks less is exercised."""


WorthDriver = Annotated[Usd, Refers("driver", Unit("USD", "USD", "500 B USD"))]
"""A driver of what a company is worth; the rule sees its level this month."""


class Holding(NamedTuple):
    """What the holder has exercised."""

    shares: Number = 0.0


@dataclass(frozen=True, kw_only=True)
class Warrant(Contract):
    """Shares that a holder earns by milestones, at a price agreed beforehand."""

    kind: ClassVar[str] = "warrant"
    sentence: ClassVar[str] = (
        "{payer} may buy {shares} of {payee} as it stands at the start[, at {strike} for the whole of it]"
        "[, until {expires}], in tranches: {tranches}"
    )

    shares: Share
    """All tranches together, as a part of the company's shares at the start of the run."""

    strike: Usd = 0.0
    """What all shares of the start would cost at the price of the warrant; nothing for a penny warrant."""

    worth: WorthDriver | None = None
    """What all shares of the start would fetch, a driver or a figure: nothing is exercised while it is no more than the
    strike. Without one, whatever vests is exercised."""

    expires: Moment | None = None
    """The first month in which nothing can be exercised any more."""

    tranches: Tranches
    """What releases the shares: deployment, sales, the price of a share, or several of them joined by `all`."""

    sizes: ClassVar[tuple[str, ...]] = ("shares",)
    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.equity, Rank.subscription),)

    def problem(self) -> str | None:
        """No more tranches than shares."""
        return beyond_the_whole(self.tranches)

    def opening(self) -> Holding:
        """Nothing exercised."""
        return Holding()

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """The price of what has vested, as far as the holder has free cash."""
        return (minimum(self.strike * self._open(now, memory), now.free_cash),)

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> Holding:
        """The shares that the money bought, or that cost nothing."""
        return Holding(memory.shares + where(self.strike > 0.0, ratio(paid[0], self.strike), self._open(now, memory)))

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """How many tranches have vested, what can be exercised, and what keeps the rest waiting."""
        can_be_had = self._left(now, memory)
        if can_be_had <= 0.0:
            return ("",)
        if self.worth is not None and self.worth <= self.strike:
            return (f"waits: all of it is worth {usd(self.worth)}, the strike is {usd(self.strike)}",)
        parts, whens = np.atleast_1d(self.tranches.part), np.atleast_1d(self.tranches.when)
        vested, tranches = int(((whens <= now.month) & (parts > 0.0)).sum()), int((parts > 0.0).sum())
        said = f"{vested} of {tranches} tranches vested: {share(can_be_had)} of the shares of the start to exercise"
        if self.strike <= 0.0:
            return (f"{said}, for nothing",)
        price = self.strike * can_be_had
        said += f", for {usd(price)}"
        if now.free_cash <= 0.0:
            return (f"{said}; waits, for the holder has no free cash",)
        return (said if now.free_cash >= price else f"{said}; free cash allows {usd(now.free_cash)}",)

    def _open(self, now: Now, memory: Any) -> Number:
        """Vested shares that are exercised as far as there is cash."""
        left = self._left(now, memory)
        return left if self.worth is None else where(self.worth > self.strike, left, 0.0)

    def _left(self, now: Now, memory: Any) -> Number:
        """Vested shares that are not exercised and can still be."""
        vested = self.shares * released(self.tranches, now.month)
        left = vested - memory.shares
        can_be_exercised = left > ROUNDING * self.shares
        if self.expires is not None:
            can_be_exercised = can_be_exercised & (now.month < self.expires)
        return where(can_be_exercised, left, 0.0)
