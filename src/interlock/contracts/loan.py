"""Money lent for some years: drawn in tranches, with interest, repaid in instalments or at once.

    interest  = principal at the start of the month x max(0, rate + spread) x the month's part of a year
    scheduled = drawn x (1 - amortised x part of the repayment period that has passed)
    rate + spread                                                     or extension_rate, once it was lent again
    principal = principal outstanding - scheduled                     on payment dates
              = all that is outstanding, less the part rolled over    at maturity

A draw is paid at the end of its month and bears interest from the next one on; interest and instalments fall due every
`every` months from the start, and at the end of the month of maturity. The month's part of a year is 1/12 (30/360),
or its days over 365 or 360. What falls due is secured in the part that the collateral covers of all that is owed,
interest before principal; the rest is trade debt. If
the borrower fails before all is repaid, the collateral is sold for what it is then worth. What it secures is then paid
before anything else; what is over is there for the other creditors.
Nothing more is lent while the borrower is beyond a limit of cover or leverage; what is called then waits.
Once `accelerated` holds, a covenant being broken, all of it falls due and nothing more is lent. A lender who may
not get its money back claims principal and interest accrued (method §7).

Worked example: 3,000 USD since December 2012 at 10 % a year, monthly, by actual days over 365.

>>> from interlock.contracts import Loan, Now, rehearse
>>> loan = Loan(outstanding=3000.0, rate=0.10, start=-1.0, term=3.0, every=1.0, day_count=1.0)
>>> months = [Now(month=0.0, days=31.0), Now(month=1.0, days=28.0), Now(month=2.0, days=31.0)]
>>> [(round(due[2], 6), round(due[3])) for due in rehearse(loan, months)]
[(25.479452, 0), (23.013699, 0), (25.479452, 3000)]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from interlock.contracts.clauses import (
    DayCount,
    Debt,
    Tranche,
    Tranches,
    beyond,
    beyond_the_whole,
    is_within,
    no_time,
    part_of_year,
    released,
)
from interlock.contracts.contract import (
    NEVER,
    PAYEE,
    PAYER,
    IndexDriver,
    Leg,
    Now,
    PartyName,
    Purpose,
    Rank,
    RateDriver,
    Trigger,
)
from interlock.ground.amounts import share, usd
from interlock.ground.arrays import clip, exp, floor, log1p, maximum, minimum, ratio, where
from interlock.ground.units import Moment, Months, Multiple, Number, RatePerYear, Share, Usd

ROUNDING = 1e-12
"""Of the total: a draw of less is rounding."""

REPAID = 1e-9
"""Of what was ever drawn: who owes less has repaid it."""


class Balance(NamedTuple):
    """How a loan stands."""

    principal: Usd = 0.0
    """Drawn, and not yet fallen due."""
    accrued: Usd = 0.0
    """Interest since the last payment date."""
    drawn: Usd = 0.0
    """All that was ever drawn."""
    matures: Months = 0.0
    """The month at whose end what is left falls due."""


@dataclass(frozen=True, kw_only=True)
class Loan(Debt):
    """Money lent for some years: drawn in tranches, with interest, repaid in instalments or at once."""

    kind: ClassVar[str] = "loan"
    sentence: ClassVar[str] = (
        "{payer} lends {payee}[ {total}][, at {rate}][ and {spread} over it][, for {term}][, {amortised} of it repaid "
        "in instalments][, against {collateral}][, in tranches: {tranches}]"
    )

    total: Usd = 0.0
    """What is lent during the run, all tranches together."""

    outstanding: Usd = 0.0
    """Drawn before the run, and not yet repaid."""

    rate: RateDriver
    """Of interest: a driver, or a figure for a fixed rate."""

    spread: RatePerYear = 0.0
    """On top of the rate."""

    day_count: DayCount = 0.0
    """How much of a year a month is."""

    start: Moment = 0.0
    """The month at whose end it can first be drawn."""

    term: Months
    """From the start to maturity."""

    tranches: Tranches = field(default_factory=lambda: Tranche(part=1.0))
    """What releases the money; without any, all of it at the start."""

    every: Months = 3.0
    """Between two payment dates, counted from the start."""

    amortised: Share = 0.0
    """The part that is repaid in equal instalments; the rest falls due at maturity."""

    interest_only: Months = 0.0
    """From the start until instalments begin to count."""

    rolled: IndexDriver = 0.0
    """The part of what falls due at maturity that the lender lends again, by how open the market is: from 0 to 1."""

    extension: Months = 60.0
    """For how long it is lent again."""

    extension_rate: RateDriver | None = None
    """Of interest once it is lent again, in place of the rate and the spread: a driver, or a figure."""

    collateral: Usd = 0.0
    """What secures it: so much it could be sold for at the start. What secures two loans is shared out between them."""

    depreciation: RatePerYear = 0.0
    """What the collateral loses of its value in a year."""

    buyers: PartyName = "capital-markets"
    """Who buys the collateral if the borrower fails."""

    accelerated: Trigger = NEVER
    """A broken covenant: when all of it falls due."""

    cover_at_least: Multiple | None = None
    """Nothing more is lent while the debt-service cover of the borrower is below this, for the last 12 months."""

    leverage_at_most: Multiple | None = None
    """Nothing more is lent while the borrower's debt is more than so many times what its business earns in a year."""

    sizes: ClassVar[tuple[str, ...]] = ("total", "collateral")
    legs: ClassVar[tuple[Leg, ...]] = (
        Leg(PAYEE, PAYER, Purpose.interest, Rank.secured, name="interest, secured"),
        Leg(PAYEE, PAYER, Purpose.principal, Rank.secured, name="principal, secured"),
        Leg(PAYEE, PAYER, Purpose.interest, name="interest"),
        Leg(PAYEE, PAYER, Purpose.principal, name="principal"),
        Leg(PAYER, PAYEE, Purpose.principal, Rank.subscription, name="draw"),
        Leg("buyers", PAYEE, Purpose.liquidation, Rank.operating, name="collateral", sells_up=True),
    )

    needs: ClassVar[frozenset[str]] = frozenset({PAYEE})

    def problem(self) -> str | None:
        """Something is lent, for longer than no time, and no more of it than all."""
        if self.total + self.outstanding <= 0.0:
            return "give the `total` that is lent, or what is `outstanding`"
        if self.outstanding > 0.0 and self.start + self.term < 0.0:
            return "it matured before the run, so that nothing can be `outstanding`: give the `term` as it was extended"
        if self.extension <= 0.0:
            return "the `extension` is no time at all"
        return no_time(self.term) or beyond_the_whole(self.tranches)

    def opening(self) -> Balance:
        """What was drawn before the run."""
        left = 1.0 - self.amortised * self._passed(self._last_date(-1.0))
        return Balance(self.outstanding, 0.0, ratio(self.outstanding, left, self.outstanding), self.start + self.term)

    def due(self, now: Now, memory: Any) -> tuple[Usd, ...]:
        """Interest and principal on payment dates, each as far as it is secured, and the draw."""
        interest, principal = self._falls_due(now, memory)
        secured = self._secured(now, self._debt(now, memory))
        called = self._called(now)
        is_open = (self.start <= now.month) & (now.month < memory.matures) & (now.month < self.accelerated)
        draw = where(is_open & self._lends(now) & (called > ROUNDING * self.total), called, 0.0)
        return (*self._split(secured, interest, principal), draw, 0.0)

    def sets_aside(self, now: Now, memory: Any) -> Usd:
        """Interest accrued since the last payment date, and as much of the next instalment."""
        interest, principal = self._falls_due(now, memory)
        last, every = self._last_date(now.month), maximum(self.every, 1.0)
        left = memory.drawn * (1.0 - self.amortised * self._passed(last + every))
        instalment = maximum(memory.principal - principal - left, 0.0) * clip((now.month - last) / every, 0.0, 1.0)
        return memory.accrued + self._accrual(now, memory) - interest + instalment

    def claims(self, now: Now, memory: Any) -> tuple[Usd, ...]:
        """All that is outstanding, with interest."""
        debt = memory.principal + memory.accrued + now.owed_back
        sold = where(debt > REPAID * memory.drawn, self._worth(now), 0.0)
        secured = self._secured(now, memory.principal + memory.accrued)
        return (*self._split(secured, memory.accrued, memory.principal), 0.0, sold)

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> Balance:
        """The balance after this month; what fell due and was not paid is in arrears, and no longer here."""
        interest, principal = self._falls_due(now, memory)
        is_rolled = self._is_maturity(now, memory) & (principal < memory.principal) & (now.month < self.accelerated)
        return Balance(
            principal=memory.principal - principal + paid[4],
            accrued=memory.accrued + self._accrual(now, memory) - interest,
            drawn=memory.drawn + paid[4],
            matures=where(is_rolled, self._extended(now, memory), memory.matures),
        )

    def remaining(self, now: Now, memory: Any) -> Usd:
        """What has been promised and not drawn."""
        is_open = (now.month + 1.0 < memory.matures) & (now.month + 1.0 < self.accelerated)
        return where(is_open, maximum(self.total - now.drawn, 0.0), 0.0)

    def owes(self, now: Now, memory: Any) -> Usd:
        """The principal."""
        return memory.principal

    def lent_since(self) -> Months:
        """The start."""
        return where(self.outstanding > 0.0, minimum(self.start, -1.0), NEVER)

    def fell_due(self, now: Now, memory: Any) -> Usd:
        """On payment dates an instalment, and interest on what was outstanding since the date before."""
        before, after = (
            memory.drawn * (1.0 - self.amortised * self._passed(self._last_date(month)))
            for month in (now.month - 1.0, now.month)
        )
        interest = before * self._yearly(memory) * maximum(self.every, 1.0) / 12.0
        is_date = self._dates_passed(now.month) > self._dates_passed(now.month - 1.0)
        return where(is_date, before - after + interest, 0.0)

    def falls_due(self, now: Now, memory: Any, months: Months) -> tuple[Usd, ...]:
        """Instalments, what matures, before any of it is lent again, interest at this month's rate, and the draw."""
        until = minimum(now.month + months, memory.matures)
        scheduled = memory.drawn * (1.0 - self.amortised * self._passed(self._last_date(until)))
        instalments = where(self.accelerated <= now.month, 0.0, maximum(memory.principal - scheduled, 0.0))
        is_over = (memory.matures < now.month + months + 1.0) | (self.accelerated <= now.month)
        # Instalments come evenly: on average half of them is still outstanding.
        years = maximum(until - now.month, 0.0) / 12.0
        interest = memory.accrued + (memory.principal - instalments / 2.0) * self._yearly(memory) * years
        principal = where(is_over, memory.principal, instalments)
        is_open = (self.start <= now.month + months) & (now.month + 1.0 < minimum(memory.matures, self.accelerated))
        draw = where(is_open & self._lends(now), maximum(self._called(now), 0.0), 0.0)
        return (*self._split(self._secured(now, self._debt(now, memory)), interest, principal), draw, 0.0)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """The interest and its rate, why principal falls due, and what is drawn."""
        interest, principal = self._falls_due(now, memory)
        rate = f"{usd(interest)} of interest: {share(self._yearly(memory))} a year on {usd(memory.principal)}"
        if self.accelerated <= now.month:
            why = "a covenant is broken: all of it falls due"
        elif self._is_maturity(now, memory):
            rolled = memory.principal - principal
            why = f"matures with {usd(memory.principal)}" + (
                f", of which {usd(rolled)} is lent again" if rolled else ""
            )
        else:
            why = f"instalment; {usd(memory.principal - principal)} is left"
        secured = (
            f", {share(self._secured(now, self._debt(now, memory)))} of what is owed is secured"
            if self.collateral > 0.0
            else ""
        )
        called = f"draw: {usd(due[4])}; {usd(now.drawn)} of {usd(self.total)} drawn before" if due[4] else ""
        limit = beyond(now, self.cover_at_least, self.leverage_at_most)
        if limit and self._called(now) > ROUNDING * self.total:
            called = f"nothing more is lent: {limit}"
        texts = (rate + secured, why + secured, rate + secured, why + secured)
        said = [text if amount else "" for text, amount in zip(texts, due[:4], strict=True)]
        if self._is_maturity(now, memory) and principal <= 0.0:
            said[3] = f"matures, and all of {usd(memory.principal)} is lent again"
        return (*said, called, "")

    def _falls_due(self, now: Now, memory: Any) -> tuple[Usd, Usd]:
        """Interest and principal of this month."""
        is_broken = self.accelerated <= now.month
        is_over = self._is_maturity(now, memory) | is_broken
        is_payment_date = self._dates_passed(now.month) > self._dates_passed(now.month - 1.0)
        pays = is_over | is_payment_date
        interest = where(pays, memory.accrued + self._accrual(now, memory), 0.0)
        scheduled = memory.drawn * (1.0 - self.amortised * self._passed(now.month))
        instalment = where(is_payment_date, maximum(memory.principal - scheduled, 0.0), 0.0)
        left = where(is_broken, 0.0, clip(self.rolled, 0.0, 1.0)) * (memory.principal - instalment)
        return interest, where(is_over, memory.principal - left, instalment)

    def _lends(self, now: Now) -> Any:
        """Whether the borrower is within the limits."""
        return is_within(now, self.cover_at_least, self.leverage_at_most)

    def _called(self, now: Now) -> Usd:
        """What is released and not drawn."""
        return self.total * released(self.tranches, now.month) - now.drawn

    def _accrual(self, now: Now, memory: Any) -> Usd:
        """Interest of this month."""
        return memory.principal * self._yearly(memory) * part_of_year(self.day_count, now.days)

    def _yearly(self, memory: Any) -> RatePerYear:
        """The rate of interest; a lender pays none."""
        rate = self.rate + self.spread
        if self.extension_rate is not None:
            rate = where(memory.matures > self.start + self.term + 0.5, self.extension_rate, rate)
        return maximum(rate, 0.0)

    def _is_maturity(self, now: Now, memory: Any) -> Any:
        """Whether what is left falls due; what matured before the run, or is drawn in its last month, does at once."""
        return (memory.matures < now.month + 1.0) & (memory.principal > 0.0)

    def _extended(self, now: Now, memory: Any) -> Months:
        """The next maturity of what is lent again: a month later at least."""
        return maximum(memory.matures, now.month) + maximum(self.extension, 1.0)

    def _dates_passed(self, month: Months) -> Number:
        """How many payment dates have passed by the end of a month."""
        return floor(maximum(month - self.start, 0.0) / maximum(self.every, 1.0))

    def _last_date(self, month: Months) -> Months:
        """The last payment date by the end of a month."""
        return self.start + self._dates_passed(month) * maximum(self.every, 1.0)

    def _passed(self, month: Months) -> Share:
        """Of the repayment period."""
        gone = month - self.start - self.interest_only
        return clip(ratio(gone, self.term - self.interest_only, 1.0), 0.0, 1.0)

    def _debt(self, now: Now, memory: Any) -> Usd:
        """What is outstanding, with the interest up to the end of this month."""
        return memory.principal + memory.accrued + self._accrual(now, memory)

    def _secured(self, now: Now, debt: Usd) -> Share:
        """The part of a debt that the collateral covers, after what is in arrears and secured."""
        left = maximum(self._worth(now) - now.owed_secured, 0.0)
        return minimum(ratio(left, debt, 1.0), 1.0) * where(self.collateral > 0, 1.0, 0.0)

    def _worth(self, now: Now) -> Usd:
        """For how much the collateral could be sold."""
        years = maximum(now.month - self.start, 0.0) / 12.0
        return self.collateral * exp(log1p(-minimum(self.depreciation, 0.999_999)) * years)

    def _split(self, secured: Share, interest: Usd, principal: Usd) -> tuple[Usd, Usd, Usd, Usd]:
        both = interest + principal
        # Interest first; written so that all is secured, or nothing, to the last digit where it is so.
        first = interest * minimum(ratio(secured * both, interest, 1.0), 1.0)
        last = minimum((1.0 - secured) * both, principal)
        return (first, principal - last, interest - first, last)
