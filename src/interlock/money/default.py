"""Arrears, grace, and the failure of a party.

A party that cannot pay falls into arrears. When they have lasted longer than its grace it fails at the end of
the month: its contracts end, what it owes is paid once more, pro rata within each class, from what cash it has,
and the rest is written off by whom it was owed to.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.contracts.contract import NEVER
from interlock.ground.axes import PerLeg, PerParty
from interlock.ground.sums import Tie, seen_by, summed

ROUNDING = 1e-12
"""Of the largest bill of the path in the month."""


class Standing(NamedTuple):
    """How parties stand with what they owe."""

    arrears: PerLeg
    months_in_arrears: PerParty
    failed: PerParty
    """The first month in which the party has failed; NEVER."""


def after_payment(
    standing: Standing, owed: PerLeg, paid: PerLeg, payer: Tie, *, month: Any, grace: PerParty, forced: Any
) -> tuple[Standing, PerLeg]:
    """The standing at the end of a month, and what was written off: the unpaid claims on those that had failed.

    `month` is one number; `forced` [party, 1] is the month in which a party is made to fail.
    """
    unpaid = owed - paid
    has_failed = (standing.failed <= month).astype(unpaid.dtype)
    written_off = unpaid * seen_by(payer, has_failed)
    # What is left of a bill by rounding is paid: nobody fails for it.
    rounding = ROUNDING * jnp.max(owed, axis=0, keepdims=True, initial=0.0)
    arrears = jnp.where(unpaid > rounding, unpaid - written_off, 0.0)
    months = jnp.where(summed(payer, arrears) > 0.0, standing.months_in_arrears + 1.0, 0.0)
    fails_now = (months > grace) | (month + 1.0 >= forced)
    failed = jnp.where((standing.failed == NEVER) & fails_now, month + 1.0, standing.failed)
    return Standing(arrears, months, failed), written_off
