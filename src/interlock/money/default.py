"""Arrears, grace, and the failure of a party.

A party that cannot pay falls into arrears. When its oldest bill has been unpaid for longer than its grace it fails at
the end of the month. What it pays goes to the oldest bills of a class first, whoever they are owed to; so a bill is
older than k months where more is unpaid than fell due in the last k of them:

    months in arrears = 1 + how many k there are for which    arrears > bills of this month and of the k - 1 before

Most are liquidated: contracts end, what is owed is paid once more, pro rata within each class, from what
cash there is, and the rest is written off by whom it was owed to. A party may be saved, once:

    restructured    it goes on; its arrears are written off at once, against shares (stakes.py), but what collateral
                    covers is still owed
    acquired        it goes on, and another pays what it cannot pay, its arrears first
"""

from __future__ import annotations

from functools import reduce
from itertools import accumulate
from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.contracts.contract import NEVER
from interlock.ground.axes import PerLeg, PerParty
from interlock.ground.sums import once, seen_by, summed
from interlock.money.bills import RANKS, SECURED, Ends

ROUNDING = 1e-12
"""Of the largest bill of the path in the month."""

OVERDUE = 1e-9
"""Of the bills of the last months: who owes no more than that above them owes no older bill."""


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
    """How long the oldest of its bills has been unpaid; exact up to the longest grace of the book."""
    failed: PerParty
    """The first month in which the party is no more, having failed; NEVER."""
    rescue: Rescue
    fell_due: Any
    """[month, class x party, path] USD of bills of the last months, the latest first."""


def at_first(bills: int, forced: Any, fate: Fate | None, paths: int, grace: int) -> Standing:
    """Before the first month; `forced` [party, 1] is the month in which a party is made to fail.

    `grace` is the longest of the book, in months.
    """
    nothing = jnp.zeros((forced.shape[0], paths))
    fails = jnp.where(forced <= 0.0, forced, NEVER) + nothing
    arrears = jnp.zeros((bills, paths))
    fell_due = jnp.zeros((grace - 1, RANKS * len(nothing), paths))
    if fate is None:
        return Standing(arrears, nothing, fails, Rescue(nothing[:0], nothing[:0]), fell_due)
    never = Rescue(jnp.full_like(nothing, NEVER), jnp.full_like(nothing, NEVER))
    return Standing(arrears, nothing, *_ended(fails < NEVER, fails, never.restructured, never, fate), fell_due)


def after_payment(  # noqa: PLR0913 - whose claims on whom, and how each may end
    standing: Standing,
    owed: PerLeg,
    paid: PerLeg,
    ends: Ends,
    *,
    month: Any,
    grace: PerParty,
    forced: Any,
    fate: Fate | None = None,
    receivers: Any = None,
) -> tuple[Standing, PerLeg]:
    """The standing at the end of a month, and what was written off: the unpaid claims on those that had failed.

    `owed` are bills and arrears; `month` is one number; `forced` [party, 1] is the month in which a party is made to
    fail. `receivers` [party, 1] is 1.0 where something of a party runs on when it has failed: what it owes stays owed,
    for there is more to come.
    """
    payer, unpaid = ends.payer, owed - paid
    has_failed = (standing.failed <= month).astype(unpaid.dtype)
    is_over = has_failed if receivers is None else has_failed * (1.0 - receivers)
    written_off = unpaid * seen_by(payer, is_over)
    # What is left of a bill by rounding is paid: nobody fails for it.
    rounding = ROUNDING * jnp.max(owed, axis=0, keepdims=True, initial=0.0)
    arrears = jnp.where(unpaid > rounding, unpaid - written_off, 0.0)
    fell_due, months = _age(standing, owed - standing.arrears, arrears, ends, rounding)
    is_forced = month + 1.0 >= forced
    fails = (standing.failed == NEVER) & ((months > grace) | is_forced)
    if fate is None:
        failed = jnp.where(fails, month + 1.0, standing.failed)
        return Standing(arrears, months, failed, standing.rescue, fell_due), written_off
    # Who was saved from what the book does to it is not made to fail again.
    fails = fails & ((months > grace) | (month < forced))
    failed, rescue = _ended(fails, month + 1.0, standing.failed, standing.rescue, fate)
    is_new = (rescue.restructured == month + 1.0).astype(arrears.dtype)
    lost = jnp.where(ends.rank[:, None] == SECURED, 0.0, arrears * seen_by(payer, is_new))
    # What is open of who was saved counts from now.
    is_saved = fails & (failed == NEVER)
    months = jnp.where(is_saved, 0.0, months)
    left = summed(ends.payer_by_class(), arrears - lost)
    as_if_new = jnp.concatenate([left[None], jnp.zeros_like(fell_due[1:])])[: len(fell_due)]
    fell_due = jnp.where(jnp.concatenate([is_saved] * RANKS)[None], as_if_new, fell_due)
    return Standing(arrears - lost, months, failed, rescue, fell_due), written_off + lost


def _age(standing: Standing, bills: PerLeg, arrears: PerLeg, ends: Ends, rounding: Any) -> tuple[Any, PerParty]:
    """What fell due in the last months, this one first; and how long the oldest bill of each party is unpaid."""
    by_class = ends.payer_by_class()
    unpaid = once(summed(by_class, arrears))
    due = jnp.concatenate([once(summed(by_class, bills))[None], standing.fell_due])
    months = jnp.where(unpaid > 0.0, 1.0, 0.0)
    for last in accumulate(due):
        months = months + jnp.where(unpaid > last + OVERDUE * last + rounding, 1.0, 0.0)
    oldest = reduce(jnp.maximum, months.reshape(RANKS, -1, months.shape[-1]))
    # Beyond the longest grace nobody looks at single bills any more.
    is_older = oldest > float(len(due))
    return due[:-1], jnp.where(is_older, jnp.maximum(oldest, standing.months_in_arrears + 1.0), oldest)


def _ended(fails: Any, when: Any, failed: PerParty, rescue: Rescue, fate: Fate) -> tuple[PerParty, Rescue]:
    """How those who fail end: nobody is saved twice."""
    can_be_saved = fails & (rescue.restructured == NEVER) & (rescue.acquired == NEVER)
    goes_on = can_be_saved & (fate.restructured > 0.0)
    is_bought = can_be_saved & ~goes_on & (fate.acquired > 0.0)
    saved = Rescue(jnp.where(goes_on, when, rescue.restructured), jnp.where(is_bought, when, rescue.acquired))
    return jnp.where(fails & ~goes_on & ~is_bought, when, failed), saved
