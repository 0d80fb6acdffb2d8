"""A guarantor buys the capacity that a cloud cannot sell, up to a cap.

    due = price x min(capacity, fleet of the seller - what it has sold)        until the cap is reached

What commitments of others reserve counts as sold, used or not, and so do chips that have come for a commitment, which
names no site, and run only later. Nvidia agreed with CoreWeave in September 2025 to buy what CoreWeave does not sell of
its capacity until April 2032, at first up to 6.3 B USD (CoreWeave, Form 8-K of 15 September 2025).

>>> from interlock.contracts import CapacityBackstop, Now, rehearse
>>> backstop = CapacityBackstop(capacity=50.0, price=2.0, cap=150.0, term=12.0)
>>> rehearse(backstop, [Now(idle=10.0), Now(month=1.0, idle=80.0, drawn=20.0), Now(month=2.0, idle=40.0, drawn=120.0)])
[(20.0,), (100.0,), (30.0,)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from interlock.contracts.clauses import part_of_month
from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Now, Purpose
from interlock.ground.amounts import h100e, hourly, usd
from interlock.ground.arrays import maximum, minimum
from interlock.ground.units import H100e, Moment, Months, Usd, UsdPerH100eHour


@dataclass(frozen=True, kw_only=True)
class CapacityBackstop(Contract):
    """A guarantor buys the capacity that a cloud cannot sell, up to a cap."""

    kind: ClassVar[str] = "capacity-backstop"
    sentence: ClassVar[str] = (
        "{payer} buys what {payee} cannot sell of up to {capacity}, at {price}[, for {cap} in all at most]"
        "[, from {start}], for {term}"
    )

    capacity: H100e
    """The most that it buys in a month."""

    price: UsdPerH100eHour
    """Of a unit."""

    cap: Usd = 1e15
    """The most that it pays in all."""

    start: Moment = 0.0
    """The first month."""

    term: Months
    """How long it runs."""

    sizes: ClassVar[tuple[str, ...]] = ("capacity", "cap")
    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.compute),)

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """What nobody else has, as far as the cap goes."""
        bought = minimum(self.capacity, now.idle) * part_of_month(now.month, self.start, self.start + self.term)
        return (minimum(bought * self.price, maximum(self.cap - now.drawn - now.arrears - now.payable, 0.0)),)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """What is idle, and the price."""
        price: Any = self.price
        left = maximum(self.cap - now.drawn - now.arrears - now.payable, 0.0)
        capped = f"; {usd(left)} is left under the cap" if due[0] >= left else ""
        bought = minimum(self.capacity, now.idle)
        return (f"{h100e(bought)} of {h100e(now.idle)} that nobody else buys, at {hourly(price)}{capped}",)
