"""Rounds in which a company sells new shares whenever it will need cash.

    gap      = what it needs over its horizon: what is due and planned, less what it expects to receive, and its floor
    need     = gap - cash                                      a round is held where cash covers too little of the gap
    worth    = R x multiple x (R / scale)^-compression x ((1 + g) / (1 + growth))^response x appetite
    room     = worth x (shares a year ago / (shares x (1 - dilution)) - 1)
             = worth x dilution / (1 - dilution)               where none were issued within a year
    offered  = appetite x offer x months since the last round, 12 at the most
    amount   = min(need, room, offered, spare)                 paid `lag` months later, at the price agreed now

R is the run-rate of sales last month, g their growth over the last twelve; ((1 + g) / (1 + growth))^response is
e^(b (g - g0)) with growth counted in logarithms. `spare` is what the investors have above their floor once the month is
paid, for each contract by itself; an edge of the world has no end of it. One round at a time: the next is agreed when
the money of the last has come. What the investors cannot spare when it is due lapses, and is needed anew.

Worked example: a company worth 25 times its sales of 12 a year needs 60, but may sell no more than a fifth of itself
within a year: 300 x 0.2 / 0.8 = 75 would be allowed, and the market offers 48.

>>> from interlock.contracts import FundingRounds, Now, rehearse
>>> rounds = FundingRounds(multiple=25.0, scale=1.0, growth=0.0, offer=4.0, lag=2.0)
>>> need = Now(payee_sales=1.0, gap=70.0, payee_cash=10.0, horizon=18.0, free_cash=1e9, spare=1e9)
>>> rehearse(rounds, [need._replace(month=float(t)) for t in range(4)])
[(0.0,), (0.0,), (48.0,), (0.0,)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Now, Purpose, Rank, ShareDriver
from interlock.ground.amounts import LEAST, number, share, usd
from interlock.ground.arrays import clip, exp, log, maximum, minimum, ratio, where
from interlock.ground.units import GrowthPerYear, Months, Multiple, Number, Ratio, Share, Usd, UsdPerMonth

LEAST_HELP = 1e-6
"""Of what the company needs, or is worth: nobody holds a round for less."""

NOTHING = 1e-9
"""A share of what was, or USD of sales: what is less has no logarithm to speak of."""


class Raising(NamedTuple):
    """What the investors hold, and the round that is agreed and not yet paid."""

    shares: Number = 0.0
    amount: Usd = 0.0
    """Agreed and not yet due; nothing where no round is under way."""
    price: Usd = 0.0
    """Of a share."""
    closes: Months = 0.0
    """When the money comes."""
    agreed: Months = -12.0
    """When the last round was agreed; what the market would have put in before it is gone."""


class Terms(NamedTuple):
    """What a round agreed this month comes to, and what holds it down."""

    worth: Usd
    need: Usd
    room: Usd
    offered: Usd
    spare: Usd
    amount: Usd


@dataclass(frozen=True, kw_only=True)
class FundingRounds(Contract):
    """Rounds in which a company sells new shares whenever it will need cash."""

    kind: ClassVar[str] = "funding-rounds"
    sentence: ClassVar[str] = (
        "{payer} buys new shares of {payee} in rounds, when its cash covers too little of what it will need[: up to "
        "{offer}][, at {multiple} its sales][, at most {dilution} of it within a year][, paid after {lag}]"
    )

    multiple: Multiple
    """Value before the money over yearly sales, at the run-rate and the growth below, while the market is wide open."""

    scale: UsdPerMonth = 10e9 / 12.0
    """The run-rate at which it is worth that multiple."""

    compression: Ratio = 0.2
    """How the multiple falls with scale: twice the run-rate has 2^-0.2 of the multiple."""

    growth: GrowthPerYear = 1.0
    """The growth of sales at which it is worth that multiple."""

    response: Ratio = 0.5
    """How the multiple moves with growth: a company that grows to half as much has 0.5^0.5 of the multiple."""

    appetite: ShareDriver = 1.0
    """How open the market is; where it is nothing, no round is agreed."""

    offer: UsdPerMonth
    """What the market would put into the company in a year while it is wide open."""

    dilution: Share = 0.2
    """The most by which all new shares together may dilute who held the company a year ago."""

    covered: Share = 2.0 / 3.0
    """A round is held when cash covers less than this of what is needed over the horizon."""

    lag: Months = 3.0
    """From the agreement to the money."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.equity, Rank.subscription),)
    looks_ahead: ClassVar[bool] = True
    sizes: ClassVar[tuple[str, ...]] = ("offer",)

    def problem(self) -> str | None:
        """A scale that something can be measured by, and a company that is not sold whole."""
        if self.scale <= 0.0:
            return "the `scale` is nothing: no multiple holds there"
        return "`dilution` is all of the company" if self.dilution >= 1.0 else None

    def opening(self) -> Raising:
        """No round yet."""
        return Raising()

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """The round whose money is to come, as far as the investors can spare it."""
        return (where(self._is_closing(now, memory), minimum(memory.amount, now.free_cash), 0.0),)

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> Raising:
        """The shares that the money bought, and the next round if one is agreed."""
        is_closing, terms = self._is_closing(now, memory), self._terms(now, memory)
        is_agreed = (memory.amount <= 0.0) & (terms.amount > 0.0)
        return Raising(
            shares=memory.shares + ratio(paid[0], memory.price),
            amount=where(is_agreed, terms.amount, where(is_closing, 0.0, memory.amount)),
            price=where(is_agreed, ratio(terms.worth, now.shares), memory.price),
            closes=where(is_agreed, now.month + self.lag, memory.closes),
            agreed=where(is_agreed, now.month, memory.agreed),
        )

    def falls_due(self, now: Now, memory: Any, months: Months) -> tuple[Usd]:
        """The round that is agreed and paid by then."""
        return (where(memory.closes <= now.month + months, memory.amount, 0.0),)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """The round that is paid; or why one is agreed, how large, and what holds it down; or why none is."""
        terms = self._terms(now, memory)
        if self._is_closing(now, memory):
            said = f"round of {usd(memory.amount)} agreed {number(now.month - memory.agreed)} months ago is paid"
            lapsing = memory.amount - now.free_cash
            return (f"{said}; {usd(lapsing)} lapses: free cash allows no more" if lapsing > 0.0 else said,)
        if memory.amount > 0.0 or terms.need <= 0.0:
            return ("",)
        needs = f"round: needs {usd(now.gap)} over {number(now.horizon)} months and has {usd(now.payee_cash)}"
        return (f"{needs}; {self._in_words(terms)}",)

    def _in_words(self, terms: Terms) -> str:
        """What becomes of a need."""
        if self.appetite <= 0.0:
            return "the market is shut"
        if terms.worth <= 0.0:
            return "no sales that would price it"
        what, cap = f"worth {usd(terms.worth)} before it", f"the cap of {share(self.dilution)} a year"
        room = terms.room if terms.room > LEAST_HELP * terms.worth else 0.0
        limits = f"the market offers {usd(terms.offered)}, {cap} leaves {usd(room)}"
        if terms.spare < min(terms.need, terms.offered, room):
            limits += f", who would buy has {usd(terms.spare)} to spare"
        if terms.amount <= 0.0:
            return f"{what}; {limits}: none is agreed"
        limits_by_name = {"the cap": terms.room, "the offer": terms.offered, "what can be spared": terms.spare}
        binds = min(limits_by_name, key=limits_by_name.__getitem__)
        held = "" if terms.amount == terms.need else f", {binds} binds"
        return f"{what}; {limits}; {usd(terms.amount)} is agreed{held}, to be paid in {number(self.lag)} months"

    def _is_closing(self, now: Now, memory: Any) -> Any:
        """Whether the money of a round comes this month."""
        return (memory.amount > 0.0) & (memory.closes <= now.month)

    def _terms(self, now: Now, memory: Any) -> Terms:
        """What a round agreed now would come to."""
        worth = self.worth(now)
        need = where(now.payee_cash < self.covered * now.gap, now.gap - now.payee_cash, 0.0)
        most = ratio(now.shares_before, now.shares * (1.0 - self.dilution))
        room = worth * maximum(most - 1.0, 0.0)
        offered = self.appetite * self.offer * clip(now.month - memory.agreed, 0.0, 12.0)
        amount = minimum(minimum(need, now.spare), minimum(room, offered))
        least = maximum(LEAST_HELP * maximum(worth, need), LEAST)
        return Terms(worth, need, room, offered, now.spare, where(amount > least, amount, 0.0))

    def worth(self, now: Now) -> Usd:
        """Of the whole company, before the money."""
        by_scale = -self.compression * log(maximum(now.payee_sales, NOTHING) / self.scale)
        by_growth = self.response * log(maximum(1.0 + now.payee_growth, NOTHING) / maximum(1.0 + self.growth, NOTHING))
        return self.multiple * 12.0 * now.payee_sales * exp(by_scale + by_growth) * self.appetite
