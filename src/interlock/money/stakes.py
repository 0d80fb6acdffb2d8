"""Who owns how much of whom. A company is one share at the start; new shares dilute every holder."""

from __future__ import annotations

import jax.numpy as jnp

from interlock.contracts.takeover import LEAST_KEPT
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerBill, PerContract, PerParty
from interlock.ground.sums import Tie, seen_by, summed


def shares_outstanding(shares: PerParty, issued: PerContract, payee: Tie) -> PerParty:
    """Shares of each party after those that its contracts issued this month."""
    return shares + summed(payee, issued)


def shares_for_losses(lost: PerBill, shares: PerParty, creditors_get: PerParty, payer: Tie) -> PerBill:
    """New shares of each payer for what was lost under each bill: together, so much of the company.

    new = shares x get / (1 - get),    to each creditor by what it lost
    """
    get = jnp.minimum(creditors_get, 1.0 - LEAST_KEPT)
    for_each_dollar = ratio(shares * get / (1.0 - get), summed(payer, lost))
    return lost * seen_by(payer, for_each_dollar)
