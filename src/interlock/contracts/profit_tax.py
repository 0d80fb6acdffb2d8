"""Tax on what a party earns, with losses carried forward without end.

    profit of the year so far  =  receipts from sales, interest and prepayments - what was paid for the same
                                  - capital spending x at_once - depreciation
    depreciation               =  the rest of the capital spending, in equal parts over `life`, as if all of a year
                                  had been spent in the middle of it
    losses set off             =  min(losses carried forward, offset x profit)
    tax of the year so far     =  rate x max(0, profit - losses set off)

Cash counts, when it moves. Every `every` months, one month later when the books are closed, what is missing to the tax
of the year so far falls due, or what is too much is paid back. After a year with a loss that is carried forward.
Business outside the book is after its tax, and does not count; capital that is raised or paid back is no profit.

In the law of the United States at most 80 % of a profit can be set off (26 U.S.C. 172, for losses since 2018), and the
rate is 21 % (26 U.S.C. 11); that capital spending counts from the middle of its year is the half-year convention of 26
U.S.C. 168, and `at_once` its additional first-year depreciation.

Worked example: 21 % a year, a loss of 100, then a profit of 200, of which 80 % could be set off.

>>> from interlock.contracts import Now, ProfitTax, rehearse
>>> tax = ProfitTax(rate=0.21, every=12.0)
>>> months = [Now(month=float(t), earned={1: -100.0, 13: 200.0}.get(t, 0.0)) for t in range(25)]
>>> [round(due, 6) for due, _ in rehearse(tax, months)[::12]]
[0.0, 0.0, 21.0]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Now, Purpose, Rank
from interlock.ground.amounts import share, usd
from interlock.ground.arrays import clip, floor, maximum, minimum, places, total, where
from interlock.ground.units import Moment, Months, Number, Share, Usd

YEARS = 32
"""Years of capital spending that are told apart; what is spent later counts as if in the last of them."""


class Assessed(NamedTuple):
    """What is known of earlier months."""

    losses: Usd
    """Carried forward."""
    profit: Usd
    """Of the year so far, before depreciation."""
    billed: Usd
    """Of the tax of the year."""
    spent: Any
    """[year of the run] capital spending that is written off over its life."""


class Year(NamedTuple):
    """A tax year up to last month."""

    count: Number
    """0 for that in which the run begins."""
    months: Number
    """Gone by of it, 1 to 12."""
    profit: Usd
    """Before depreciation."""
    depreciation: Usd
    spent: Any
    losses: Usd
    """Set off."""
    tax: Usd

    @property
    def taxable(self) -> Usd:
        """Before losses are set off; negative where it is a loss."""
        return self.profit - self.depreciation


@dataclass(frozen=True, kw_only=True)
class ProfitTax(Contract):
    """Tax on what a party earns, with losses carried forward without end."""

    kind: ClassVar[str] = "profit-tax"
    sentence: ClassVar[str] = (
        "{payer} pays {payee} {rate} of its profit[, after losses of up to {offset} of it][, {losses} of them from "
        "before][, its chips and buildings written off over {life}][, {at_once} of them at once]"
    )
    taxes_profit: ClassVar[bool] = True
    needs: ClassVar[frozenset[str]] = frozenset({PAYER})

    rate: Share
    """Of taxable profit."""

    offset: Share = 0.8
    """The part of a profit against which losses of earlier years can be set off."""

    losses: Usd = 0.0
    """Of the years before the run, carried forward."""

    life: Months = 60.0
    """Over which chips and buildings are written off."""

    at_once: Share = 0.0
    """The part of capital spending that is deducted in the year itself."""

    year_begins: Moment = 0.0
    """The first month of a tax year, any of them."""

    every: Months = 3.0
    """Between two payments, counted from the beginning of the tax year."""

    legs: ClassVar[tuple[Leg, ...]] = (
        Leg(PAYER, PAYEE, Purpose.tax, Rank.operating, name="tax"),
        Leg(PAYEE, PAYER, Purpose.tax, Rank.operating, name="refund"),
    )

    def opening(self) -> Assessed:
        """Losses of before."""
        return Assessed(self.losses, 0.0, 0.0, np.zeros(YEARS))

    def due(self, now: Now, memory: Any) -> tuple[Usd, Usd]:
        """What is missing to the tax of the year so far, or too much."""
        year = self._year(now, memory)
        missing = where(self._is_settled(year), year.tax - memory.billed, 0.0)
        return (maximum(missing, 0.0), maximum(-missing, 0.0))

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> Assessed:
        """The year so far, or a new one and what is carried forward into it."""
        year = self._year(now, memory)
        is_over = year.months > 11.5
        left = memory.losses - year.losses + maximum(-year.taxable, 0.0)
        billed = where(self._is_settled(year), year.tax, memory.billed)
        return Assessed(
            losses=where(is_over, left, memory.losses),
            profit=where(is_over, 0.0, year.profit),
            billed=where(is_over, 0.0, billed),
            spent=year.spent,
        )

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Profit, depreciation, losses set off, and what was paid before."""
        year = self._year(now, memory)
        if not self._is_settled(year):
            return ("", "")
        before = f", less {usd(memory.billed)} paid before" if memory.billed > 0.0 else ""
        if year.taxable < 0.0:
            why = f"a loss of {usd(-year.taxable)} so far this year{before}"
            return (why, why if due[1] > 0.0 else "")
        setting_off = f" less losses of {usd(year.losses)} from before" if year.losses > 0.0 else ""
        why = (
            f"{share(self.rate)} of this year's profit so far, {usd(year.taxable)} after {usd(year.depreciation)} of "
            f"depreciation{setting_off}{before}"
        )
        return (why if due[0] > 0.0 else "", why if due[1] > 0.0 else "")

    def _year(self, now: Now, memory: Any) -> Year:
        """The tax year up to last month."""
        gone = now.month - 1.0 - self._begins()
        count = maximum(floor(gone / 12.0), 0.0)
        months = gone - 12.0 * floor(gone / 12.0) + 1.0
        year = places(memory.spent)
        spent = memory.spent + where(year == minimum(count, YEARS - 1.0), (1.0 - self.at_once) * now.invested, 0.0)
        profit = memory.profit + now.earned - self.at_once * now.invested
        depreciation = total(spent * self._written_off(count - year)) * months / 12.0
        losses = clip(self.offset * (profit - depreciation), 0.0, memory.losses)
        tax = self.rate * maximum(profit - depreciation - losses, 0.0)
        return Year(count, months, profit, depreciation, spent, losses, tax)

    def _begins(self) -> Months:
        """The last beginning of a tax year up to the first month of the run."""
        month = floor(self.year_begins)
        return month - 12.0 * floor((month + 11.0) / 12.0)

    def _written_off(self, age: Number) -> Share:
        """Of what was spent so many years before, what is written off in a whole year."""
        life = maximum(self.life, 1.0) / 12.0
        return clip(clip(age + 0.5, 0.0, life) - clip(age - 0.5, 0.0, life), 0.0, 1.0) / life

    def _is_settled(self, year: Year) -> Any:
        """Whether the books of last month end a period, or the year."""
        every = maximum(self.every, 1.0)
        return (floor(year.months / every) > floor((year.months - 1.0) / every)) | (year.months > 11.5)
