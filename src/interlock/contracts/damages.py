"""What a seller claims of a buyer that has failed: what was still to come, less what the next buyer will pay.

    claim = enforceable x present value x max(0, to come - relet x worth x (months - vacancy) / months)

`to come` is the least that the buyer was still bound to pay, from the month of the claim on, over the `months` that
were left; `worth` is what was to be delivered for it, at the contract's price: the same, unless a part was paid in
advance, which the seller keeps. The next buyer pays `relet` of the price, after a `vacancy`. All is spread evenly over
the months that were left, and discounted at `discount`.

Every kind that binds its buyer for longer has these four terms, and this rule: they differ in how soon another buyer is
found, and at what price.

Worked example: 100 USD a month for a year; the next tenant comes after 3 months and pays 90.

>>> from interlock.contracts import CapacityLease, Now
>>> lease = CapacityLease(rent=100.0, power=1.0, term=24.0, vacancy=3.0, relet=0.9, discount=0.0)
>>> [round(claim) for claim in lease.claims(Now(month=12.0), ())]
[390]
"""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from interlock.contracts.contract import NEVER
from interlock.ground.amounts import number, share, usd
from interlock.ground.arrays import exp, log1p, maximum, ratio, where
from interlock.ground.units import Months, RatePerYear, Share, Usd


@runtime_checkable
class BindsForLonger(Protocol):
    """A contract under which a seller loses something when its buyer fails."""

    @property
    def enforceable(self) -> Share:
        """The part of its loss that the seller can claim."""

    @property
    def vacancy(self) -> Months:
        """How long it then finds no other buyer."""

    @property
    def relet(self) -> Share:
        """What the next buyer pays, of this one's price."""

    @property
    def discount(self) -> RatePerYear:
        """At which the loss is discounted."""


def damages(of: BindsForLonger, to_come: Usd, month: Months, ends: Months, worth: Usd | None = None) -> Usd:
    """What is claimed in a month for what was to come until the end, and was `worth` more if some of it was paid."""
    months = _months_left(month, ends)
    let_again = of.relet * (to_come if worth is None else worth) * ratio(maximum(months - of.vacancy, 0.0), months)
    rate: Any = log1p(of.discount) * months / 12.0
    present_value = where(rate > 1e-9, ratio(1.0 - exp(-rate), rate), 1.0)
    return of.enforceable * present_value * maximum(to_come - let_again, 0.0)


def why_damages(of: BindsForLonger, to_come: Usd, month: Months, ends: Months, paid_ahead: Usd = 0.0) -> str:
    """The same in words."""
    if to_come <= 0.0:
        return ""
    months: Any = _months_left(month, ends)
    found: Any = maximum(months - of.vacancy, 0.0)
    before = f" beside {usd(paid_ahead)} paid in advance" if paid_ahead > 0.0 else ""
    again = f"the next buyer pays {share(of.relet)} of the price"
    next_buyer = f"{again} for {number(found)} of them" if found > 0.0 else "no other buyer is found in them"
    part = f", and {share(of.enforceable)} of the loss can be claimed" if of.enforceable < 1.0 else ""
    discounted = f", discounted at {share(of.discount)} a year" if of.discount > 0.0 else ""
    return f"claimed: {usd(to_come)} were to come in {number(months)} months{before}; {next_buyer}{discounted}{part}"


def _months_left(month: Months, ends: Months) -> Months:
    return where(ends < NEVER, maximum(ends - month, 0.0), 0.0)
