"""Credit up to a limit: drawn when the borrower is short, repaid as soon as it can spare it.

    draw      = min(limit - balance, what the borrower lacks for its bills and its floor)
    repayment = the balance, as far as the borrower has cash above its floor and its bills
    interest  = balance at the start of the month x max(0, rate + spread) x the month's part of a year
    fee       = (limit - balance) x commitment_fee x the month's part of a year

Interest and fee fall due each month, the balance at the end of the month of maturity. What a borrower lacks is counted
as if it were paid all that it is owed this month. Until maturity the lender keeps what is not drawn ready, and spends
it on nothing that can wait; a lender that is short itself lends what it has. Nothing more is lent while the borrower
is beyond a limit of cover or leverage. Once `accelerated` holds, a covenant
being broken, all of it falls due and nothing more is lent.

Worked example: 100 USD at 12 % a year and 1 % on what is not drawn. The borrower lacks 60 in the first month, and can
repay in the third.

>>> from interlock.contracts import CreditLine, Now, rehearse
>>> line = CreditLine(limit=100.0, rate=0.12, commitment_fee=0.012, term=12.0)
>>> months = [Now(month=0.0, lacking=60.0), Now(month=1.0, lacking=0.6), Now(month=2.0)]
>>> [(round(interest, 3), round(fee, 4), round(draw, 1), round(repaid, 1))
...  for interest, fee, _, draw, repaid in rehearse(line, months)]
[(0.0, 0.1, 60.0, 0.0), (0.6, 0.04, 0.6, 0.0), (0.606, 0.0394, 0.0, 60.6)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from interlock.contracts.clauses import DayCount, Debt, beyond, is_within, no_time, part_of_month, part_of_year
from interlock.contracts.contract import NEVER, PAYEE, PAYER, Leg, Now, Purpose, Rank, RateDriver, Trigger
from interlock.ground.amounts import share, usd
from interlock.ground.arrays import maximum, minimum, where
from interlock.ground.units import Moment, Months, Multiple, RatePerYear, Usd


class Drawn(NamedTuple):
    """How a line stands."""

    balance: Usd = 0.0
    """Drawn, neither repaid nor fallen due."""


@dataclass(frozen=True, kw_only=True)
class CreditLine(Debt):
    """Credit up to a limit: drawn when the borrower is short, repaid as soon as it can spare it."""

    kind: ClassVar[str] = "credit-line"
    sentence: ClassVar[str] = (
        "{payer} lends {payee} up to {limit} whenever it is short, at {rate}[ and {spread} over it][, for {term}]"
        "[, with {outstanding} drawn already]"
    )

    limit: Usd
    """What can be outstanding at a time."""

    outstanding: Usd = 0.0
    """Drawn before the run, and not yet repaid."""

    rate: RateDriver
    """Of interest: a driver, or a figure for a fixed rate."""

    spread: RatePerYear = 0.0
    """On top of the rate."""

    commitment_fee: RatePerYear = 0.0
    """On what is not drawn."""

    day_count: DayCount = 0.0
    """How much of a year a month is."""

    start: Moment = 0.0
    """The first month in which it can be drawn."""

    term: Months
    """From the start to maturity."""

    accelerated: Trigger = NEVER
    """A broken covenant: when all of it falls due."""

    cover_at_least: Multiple | None = None
    """Nothing more is lent while the debt-service cover of the borrower is below this, for the last 12 months."""

    leverage_at_most: Multiple | None = None
    """Nothing more is lent while the borrower's debt is more than so many times what its business earns in a year."""

    sizes: ClassVar[tuple[str, ...]] = ("limit",)
    legs: ClassVar[tuple[Leg, ...]] = (
        Leg(PAYEE, PAYER, Purpose.interest, name="interest"),
        Leg(PAYEE, PAYER, Purpose.fee, name="commitment fee"),
        Leg(PAYEE, PAYER, Purpose.principal, name="principal"),
        Leg(PAYER, PAYEE, Purpose.principal, Rank.subscription, name="draw", is_reserved=True),
        Leg(PAYEE, PAYER, Purpose.principal, Rank.subscription, name="repayment"),
    )

    needs: ClassVar[frozenset[str]] = frozenset({PAYEE})

    def problem(self) -> str | None:
        """A line for longer than no time."""
        return no_time(self.term)

    def opening(self) -> Drawn:
        """What was drawn before the run."""
        return Drawn(self.outstanding)

    def due(self, now: Now, memory: Any) -> tuple[Usd, ...]:
        """Interest, fee, the balance at maturity, the draw, and what is repaid before."""
        year = part_of_year(self.day_count, now.days)
        undrawn = maximum(self.limit - memory.balance, 0.0) * part_of_month(now.month, self.start, self._ends())
        principal = where(self._is_open(now), 0.0, memory.balance)
        return (
            memory.balance * maximum(self.rate + self.spread, 0.0) * year,
            undrawn * self.commitment_fee * year,
            principal,
            minimum(self.reserves(now, memory), now.lacking),
            where(now.lacking > 0.0, 0.0, memory.balance - principal),
        )

    def claims(self, now: Now, memory: Any) -> tuple[Usd, ...]:
        """All that is outstanding."""
        return (0.0, 0.0, memory.balance, 0.0, 0.0)

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> Drawn:
        """The balance after this month; what fell due and was not paid is in arrears, and no longer here."""
        principal = self.due(now, memory)[2]
        return Drawn(maximum(memory.balance - principal - paid[4], 0.0) + paid[3])

    def reserves(self, now: Now, memory: Any) -> Usd:
        """What is not drawn, and may be."""
        return where(is_within(now, self.cover_at_least, self.leverage_at_most), self._undrawn(now, memory), 0.0)

    def remaining(self, now: Now, memory: Any) -> Usd:
        """What can still be drawn, within the limits."""
        later = now._replace(month=maximum(now.month + 1.0, self.start))
        return self._undrawn(later, memory)

    def owes(self, now: Now, memory: Any) -> Usd:
        """The balance."""
        return memory.balance

    def lent_since(self) -> Months:
        """The start: what is outstanding now counts as drawn then."""
        return where(self.outstanding > 0.0, minimum(self.start, -1.0), NEVER)

    def fell_due(self, now: Now, memory: Any) -> Usd:
        """Interest on what is outstanding now."""
        interest = memory.balance * maximum(self.rate + self.spread, 0.0) / 12.0
        return where(now.month > self.lent_since(), interest, 0.0)

    def falls_due(self, now: Now, memory: Any, months: Months) -> tuple[Usd, ...]:
        """The balance where the line ends, and interest on it at this month's rate until then."""
        years = maximum(minimum(now.month + months, self._ends()) - now.month, 0.0) / 12.0
        interest = memory.balance * maximum(self.rate + self.spread, 0.0) * years
        return (interest, 0.0, where(self._ends() < now.month + months + 1.0, memory.balance, 0.0), 0.0, 0.0)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Interest and fee, why the balance falls due, what is drawn and what is repaid."""
        why = "a covenant is broken" if self.accelerated <= now.month else "matures"
        left = maximum(self.limit - memory.balance, 0.0)
        texts = (
            f"{share(maximum(self.rate + self.spread, 0.0))} a year on {usd(memory.balance)}",
            f"{share(self.commitment_fee)} a year on {usd(left)} not drawn",
            f"{why}: {usd(due[2])} falls due",
            f"draw: {usd(now.lacking)} is lacking; {usd(left)} of {usd(self.limit)} can be drawn",
            f"repaid early; {usd(memory.balance)} was drawn",
        )
        said = [text if amount > 0.0 else "" for text, amount in zip(texts, due, strict=True)]
        limit = beyond(now, self.cover_at_least, self.leverage_at_most)
        if limit and minimum(self._undrawn(now, memory), now.lacking) > 0.0:
            said[3] = f"nothing more is lent: {limit}"
        return tuple(said)

    def _undrawn(self, now: Now, memory: Any) -> Usd:
        """What has been promised and is not drawn, while it runs."""
        return where(self._is_open(now) & (self.start <= now.month), maximum(self.limit - memory.balance, 0.0), 0.0)

    def _ends(self) -> Months:
        """Maturity, or when a covenant is broken."""
        return minimum(self.start + self.term, self.accelerated)

    def _is_open(self, now: Now) -> Any:
        """Whether the balance may stay: before the month of maturity."""
        return now.month + 1.0 <= self._ends()
