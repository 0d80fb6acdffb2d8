"""Somebody else takes what customers of a seller leave who have failed.

    compute_t = capacity that failed customers had reserved for month t, as far as its chips were ordered by then
    due       = compute_t x relet x take x their price + relet x the rent that failed tenants would have owed

Each of their contracts says at what part of its price (`relet`), and after what `vacancy`: as in what the seller claims
of who failed (method §7), which is less by what this brings. It ends when the contract would have ended; an option that
was not exercised by then never is. Where the seller has less, it comes after commitments and before who buys by the
hour.

Worked example: 40 H100e whose next user pays 29,200 USD for a month of them, and halls for 5,000 USD.

>>> from interlock.contracts import Now, Reletting, rehearse
>>> rehearse(Reletting(), [Now(vacated=40.0, vacated_worth=29_200.0, vacated_rent=5_000.0, used=30.0)])
[(21900.0, 5000.0)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from interlock.contracts.contract import PAYEE, PAYER, Contract, Effects, Leg, Now, Purpose
from interlock.ground.amounts import h100e, hourly, usd
from interlock.ground.arrays import ratio
from interlock.ground.units import Usd, UsdPerH100eHour


@dataclass(frozen=True, kw_only=True)
class Reletting(Contract):
    """Somebody else takes what customers of a seller leave who have failed."""

    kind: ClassVar[str] = "reletting"
    sentence: ClassVar[str] = (
        "what customers of {payee} leave who have failed goes to {payer}, at a part of their price"
    )

    legs: ClassVar[tuple[Leg, ...]] = (
        Leg(PAYER, PAYEE, Purpose.compute, name="compute"),
        Leg(PAYER, PAYEE, Purpose.rent, name="rent"),
    )
    merit: ClassVar[int | None] = 2

    def effects(self, now: Now, memory: Any) -> Effects:
        """All that is left and free."""
        return Effects(reserved=now.vacated, ready=now.vacated, price=self._price(now))

    def due(self, now: Now, memory: Any) -> tuple[Usd, Usd]:
        """Compute as far as it is there, and halls."""
        return (now.used * self._price(now), now.vacated_rent)

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """What of it is taken, and at what price."""
        taken = f"let again: {h100e(now.used)} of {h100e(now.vacated)} that were left, at {hourly(self._price(now))}"
        halls = f"let again: halls that were left, at {usd(now.vacated_rent)} a month"
        return (taken if due[0] > 0.0 else "", halls if due[1] > 0.0 else "")

    def _price(self, now: Now) -> UsdPerH100eHour:
        """Of a unit, on average over those who left."""
        return ratio(now.vacated_worth, now.vacated)
