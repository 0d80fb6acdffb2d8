"""How well the business of a party carries its debt: kept only of books that ask for it.

    cover = what the last 12 months brought in and took out / the interest and principal that fell due in them

Financing is left out of the numerator, and so is what was paid for chips and construction. Of the months before the
run the business is as in the month that is rehearsed, and debt was served as its own schedule says (debts.py). Where
nothing is owed and nothing fell due, there is cover without end; in the first 12 months of a party's debt there is none
to speak of: it is no number, and whatever asks for it is not met.

    leverage = what is owed at the end of the last month / what the last 12 brought in and took out
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.contracts.contract import NEVER
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerParty
from interlock.ground.last_months import added_up, with_latest
from interlock.ground.sums import once
from interlock.program.shape import Shape

WINDOW = 12
"""Months."""

ENDLESS = 1e9
"""Where nothing fell due."""


class DebtService(NamedTuple):
    """The last months (last_months.py): [month, party, path]. No months where nobody asks."""

    earned: Any
    """USD taken in less paid out, financing and investment apart."""
    due: Any
    """USD of interest and principal that fell due."""
    since: PerParty
    """The month at whose end the party first owed something; NEVER."""
    owed: PerParty
    """USD of debt at the end of the last month."""


def no_months(shape: Shape, paths: int) -> DebtService:
    """Before anything is known."""
    blank = jnp.zeros((WINDOW if shape.has_cover else 0, shape.parties, paths))
    nothing = jnp.zeros(blank.shape[1:])
    return DebtService(blank, blank, nothing + NEVER, nothing)


def with_one_more(before: DebtService, month: Any, earned: PerParty, due: PerParty, owed: PerParty) -> DebtService:
    """The months after this one, at whose end so much is owed."""
    is_new = (before.since == NEVER) & (owed > 0.0)
    since = jnp.where(is_new, month, before.since)
    earned, due = (with_latest(*each) for each in ((before.earned, month, earned), (before.due, month, due)))
    return DebtService(earned, due, *once((since, owed)))


def cover(months: DebtService, month: Any) -> PerParty:
    """How many times the debt was served in the months before this one."""
    earned, due = added_up(months.earned), added_up(months.due)
    is_young = (months.since < NEVER) & (months.since + WINDOW >= month)
    return jnp.where(is_young, jnp.nan, jnp.minimum(ratio(earned, due, ENDLESS), ENDLESS))


def leverage(months: DebtService) -> PerParty:
    """How many times what the business brings in within a year is owed."""
    times = jnp.minimum(ratio(months.owed, added_up(months.earned), ENDLESS), ENDLESS)
    return jnp.where(months.owed > 0.0, times, 0.0)
