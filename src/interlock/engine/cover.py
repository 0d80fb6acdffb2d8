"""How well the business of a party carries its debt: kept only of books that ask for it.

    cover = what the last 12 months brought in and took out / the interest and principal that fell due in them

Financing is left out of the numerator, and so is what was paid for chips and construction. Months before the run
count as nothing; where nothing fell due, there is cover without end.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.ground.arrays import ratio
from interlock.ground.axes import PerLeg, PerParty
from interlock.ground.sums import once, summed
from interlock.money.bills import Ends
from interlock.program.shape import Shape

WINDOW = 12
"""Months."""

ENDLESS = 1e9
"""Where nothing fell due."""


class DebtService(NamedTuple):
    """The last months, the latest first: [month, party, path]. No months where nobody asks."""

    earned: Any
    """USD taken in less paid out, financing and investment apart."""
    due: Any
    """USD of interest and principal that fell due."""


def no_months(shape: Shape, paths: int) -> DebtService:
    """Before the run."""
    blank = jnp.zeros((WINDOW if shape.has_cover else 0, shape.parties, paths))
    return DebtService(blank, blank)


def after_month(
    shape: Shape, links: Any, legs: Ends, before: DebtService, burn: PerParty, due: PerLeg, paid: PerLeg
) -> DebtService:
    """With one more month; `burn` is outflow net of receipts, financing apart."""
    if not shape.has_cover:
        return before
    bills = slice(shape.bills)
    payer = legs.payer.part(bills)
    invested = summed(payer, paid[bills] * links["leg_is_investment"][bills, None])
    service = summed(payer, due[bills] * links["leg_is_debt_service"][bills, None])
    return DebtService(*once((_shifted(before.earned, invested - burn), _shifted(before.due, service))))


def cover(months: DebtService) -> PerParty:
    """How many times the debt was served."""
    earned, due = (jnp.sum(rows, axis=0) for rows in months)
    return jnp.minimum(ratio(earned, due, ENDLESS), ENDLESS)


def _shifted(before: Any, latest: PerParty) -> Any:
    return jnp.concatenate([latest[None], before[:-1]])
