"""Sales of a lab's models through somebody else, who bills the customers or is paid a fee.

    sold_t = through x the ramp in month t x what the lab can serve of its customers' demand

    the carrier bills     customers pay it sold_t, and it pays the lab sold_t x (1 - fee)
    the lab bills         customers pay the lab, and it pays the carrier sold_t x fee

The demand is the lab's own, whoever bills it. The lab keeps the same cash either way; what differs is who reports the
gross and who the net, what a share of revenue takes, and which way the dollars go. Carriers who together would bill
more than there is share it. Where customers choose among models, a carrier may also bring the lab new ones:

    reach_t = 1 + the sum over all carriers of the lab of reach x the ramp in month t

Worked example: a carrier sells 30 % of 100 USD a month, at a fee of 20 %.

>>> from interlock.contracts import Distribution, Now, rehearse
>>> rehearse(Distribution(through=0.3, fee=0.2, billing=0), [Now(served=100.0, billed=0.3)])
[(30.0, 24.0, 0.0)]
>>> rehearse(Distribution(through=0.3, fee=0.2, billing=1), [Now(served=100.0)])
[(0.0, 0.0, 6.0)]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from interlock.contracts.clauses import Notice, ramped
from interlock.contracts.contract import PAYEE, PAYER, Contract, Effects, Leg, Now, PartyName, Purpose
from interlock.ground.amounts import share, usd
from interlock.ground.arrays import maximum, minimum, where
from interlock.ground.fields import Choice
from interlock.ground.units import Factor, Moment, Months, Number, Share, Usd

CARRIER, LAB = range(2)

Billing = Annotated[Number, Choice(("carrier", "lab"))]
"""Whose customers they are on paper."""


@dataclass(frozen=True, kw_only=True)
class Distribution(Contract):
    """Sales of a lab's models through somebody else, who bills the customers or is paid a fee."""

    kind: ClassVar[str] = "distribution"
    sentence: ClassVar[str] = (
        "{payer} sells {through} of what {payee} sells of its models, for {fee}, billed by the {billing}"
        "[, from {start}][, ramping up over {ramp}][, for {term}][, adding {reach} to its reach]"
    )

    through: Share
    """The part of the lab's sales that goes through the carrier, when the ramp is over."""

    fee: Share
    """What the carrier keeps, or is paid, of those sales."""

    billing: Billing = CARRIER
    """Who bills the customers."""

    start: Moment = 0.0
    """The first month."""

    ramp: Months = 0.0
    """From the first sales to the full part, in a straight line."""

    term: Months = 1200.0
    """How long it runs."""

    notice: Notice = field(default_factory=Notice)
    """How either side can end it."""

    reach: Factor = 0.0
    """What it adds to the lab's reach of 1, when the ramp is over: the odds of being chosen are in proportion to it."""

    customers: PartyName = "customers"
    """Who buys from the carrier."""

    legs: ClassVar[tuple[Leg, ...]] = (
        Leg("customers", PAYER, Purpose.model_usage, name="gross"),
        Leg(PAYER, PAYEE, Purpose.resale, name="net"),
        Leg(PAYEE, PAYER, Purpose.fee, name="fee"),
    )

    def effects(self, now: Now, memory: Any) -> Effects:
        """What the lab does not bill itself, and the customers who come to know its models."""
        ramp = self._ramp(now)
        billed = where(self.billing == CARRIER, self.through * ramp, 0.0)
        return Effects(billed=billed, reach=self.reach * ramp)

    def due(self, now: Now, memory: Any) -> tuple[Usd, Usd, Usd]:
        """Gross and net of what the carrier bills, or its fee."""
        is_carrier = self.billing == CARRIER
        sold = self._part(now) * now.served
        gross = where(is_carrier, sold / maximum(now.billed, 1.0), 0.0)
        return (gross, gross * (1.0 - self.fee), where(is_carrier, 0.0, sold * self.fee))

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """The part that is sold through the carrier, and its fee."""
        part = f"{share(self._part(now))} of the {usd(now.served)} that the lab can serve"
        gross, net, fee = due
        return (
            f"gross: {part}, billed by the carrier" if gross > 0.0 else "",
            f"net: {usd(gross)} less a fee of {share(self.fee)}" if net > 0.0 else "",
            f"fee: {share(self.fee)} of {part}" if fee > 0.0 else "",
        )

    def _part(self, now: Now) -> Share:
        """The part that goes through the carrier, on average over the month."""
        return self.through * self._ramp(now)

    def _ramp(self, now: Now) -> Share:
        """How far the ramp has got, on average over the month; nothing once it has ended."""
        ends = minimum(self.start + self.term, self.notice.ends())
        since, until = (minimum(month, ends) - self.start for month in (now.month, now.month + 1.0))
        return ramped(until, self.ramp) - ramped(since, self.ramp)
