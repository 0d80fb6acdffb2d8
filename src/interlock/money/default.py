"""Arrears, grace, and the failure of a party.

A party that cannot pay falls into arrears. When they have lasted longer than its grace it fails at the end of
the month. Most are liquidated: contracts end, what is owed is paid once more, pro rata within each class, from what
cash there is, and the rest is written off by whom it was owed to. A party may be saved, once:

    restructured    it goes on; its arrears are written off at once, against shares (stakes.py)
    acquired        it goes on, and another pays what it cannot pay, its arrears first
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.contracts.contract import NEVER
from interlock.ground.axes import PerLeg, PerParty
from interlock.ground.sums import Tie, seen_by, summed

ROUNDING = 1e-12
"""Of the largest bill of the path in the month."""


class Rescue(NamedTuple):
    """When parties were saved: the first month after they failed; NEVER. No rows where the book saves nobody."""

    restructured: PerParty
    acquired: PerParty


class Fate(NamedTuple):
    """What becomes of each party if it fails: 1.0 where it is so."""

    restructured: PerParty
    acquired: PerParty
    """Where it is not restructured."""


class Standing(NamedTuple):
    """How parties stand with what they owe."""

    arrears: PerLeg
    months_in_arrears: PerParty
    failed: PerParty
    """The first month in which the party is no more, having failed; NEVER."""
    rescue: Rescue


def at_first(bills: int, forced: Any, fate: Fate | None, paths: int) -> Standing:
    """Before the first month; `forced` [party, 1] is the month in which a party is made to fail."""
    nothing = jnp.zeros((forced.shape[0], paths))
    fails = jnp.where(forced <= 0.0, forced, NEVER) + nothing
    arrears = jnp.zeros((bills, paths))
    if fate is None:
        return Standing(arrears, nothing, fails, Rescue(nothing[:0], nothing[:0]))
    never = Rescue(jnp.full_like(nothing, NEVER), jnp.full_like(nothing, NEVER))
    return Standing(arrears, nothing, *_ended(fails < NEVER, fails, never.restructured, never, fate))


def after_payment(
    standing: Standing,
    owed: PerLeg,
    paid: PerLeg,
    payer: Tie,
    *,
    month: Any,
    grace: PerParty,
    forced: Any,
    fate: Fate | None = None,
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
    is_forced = month + 1.0 >= forced
    fails = (standing.failed == NEVER) & ((months > grace) | is_forced)
    if fate is None:
        return Standing(arrears, months, jnp.where(fails, month + 1.0, standing.failed), standing.rescue), written_off
    # Who was saved from what the book does to it is not made to fail again.
    fails = fails & ((months > grace) | (month < forced))
    failed, rescue = _ended(fails, month + 1.0, standing.failed, standing.rescue, fate)
    lost = arrears * seen_by(payer, (rescue.restructured == month + 1.0).astype(arrears.dtype))
    months = jnp.where(fails & (failed == NEVER), 0.0, months)
    return Standing(arrears - lost, months, failed, rescue), written_off + lost


def _ended(fails: Any, when: Any, failed: PerParty, rescue: Rescue, fate: Fate) -> tuple[PerParty, Rescue]:
    """How those who fail end: nobody is saved twice."""
    can_be_saved = fails & (rescue.restructured == NEVER) & (rescue.acquired == NEVER)
    goes_on = can_be_saved & (fate.restructured > 0.0)
    is_bought = can_be_saved & ~goes_on & (fate.acquired > 0.0)
    saved = Rescue(jnp.where(goes_on, when, rescue.restructured), jnp.where(is_bought, when, rescue.acquired))
    return jnp.where(fails & ~goes_on & ~is_bought, when, failed), saved
