"""Who is paid this month: from free cash what can wait, then the bills, which are cleared (method §2)."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.engine.debts import interest_first
from interlock.engine.promises import Sight, due, payees_see, payers_see, relieve, reserved, set_aside
from interlock.engine.scene import Scene, fate_of
from interlock.ground.axes import PerBill, PerLeg, PerParty
from interlock.ground.sums import once, summed
from interlock.money.bills import Ends, clear_bills, free_cash, rationed, shortfall
from interlock.money.default import Standing, after_payment
from interlock.program.shape import HANDED_OUT, INSIDE, OTHERS, RESERVED, SUBSCRIBED, SUPPLY, StackShape, kind_of

ENDLESS_CASH = 1e30
"""USD that an edge of the world can spare."""


class Payment(NamedTuple):
    """What was paid of what fell due."""

    due: PerLeg
    owed: PerLeg
    paid: PerLeg
    largest: Any
    written_off: PerBill
    relieved: PerBill
    closing: PerParty
    standing: Standing


def pay(scene: Scene, sight: Sight, bills: PerBill) -> tuple[Payment, Sight]:
    """What can wait is paid from free cash; the rest is cleared, and who was not paid may have failed."""
    ends = scene.setting.ties.legs.part(slice(scene.shape.bills))
    owed = once(bills + scene.state.standing.arrears)
    granted, before, sight = grant(scene, sight, owed, ends)
    paid = interest_first(scene.shape, owed, once(clear_bills(owed, before, ends)))
    closing = before + summed(ends.payee, paid) - summed(ends.payer, paid)
    largest = jnp.max(owed, axis=0, initial=0.0, keepdims=True)
    # What clearing leaves below zero is rounding: a millionth of a dollar for each thousand owed at most.
    is_rounding = (closing < 0.0) & (closing >= -1e-9 * largest)
    relief, sight = relieve(scene, sight, owed, paid)
    standing, written_off = after_payment(
        scene.state.standing,
        owed,
        paid + relief,
        ends,
        month=scene.month,
        grace=scene.party["grace"],
        forced=scene.setting.links["forced_failure"][:, None],
        receivers=scene.setting.links["owns_sites"][:, None] if scene.shape.sites else None,
        fate=fate_of(scene.shape, scene.party),
    )
    payment = Payment(
        due=jnp.concatenate([bills, granted]),
        owed=jnp.concatenate([owed, granted]),
        paid=once(jnp.concatenate([paid, granted])),
        largest=jnp.maximum(largest, jnp.max(granted, axis=0, initial=0.0, keepdims=True)),
        written_off=written_off,
        relieved=relief,
        closing=once(jnp.where(is_rounding, 0.0, closing)),
        standing=standing,
    )
    return payment, sight


def grant(scene: Scene, sight: Sight, owed: PerBill, ends: Ends) -> tuple[PerLeg, PerParty, Sight]:
    """What is paid of subscriptions, wave by wave, from what is free; and the cash that is then there for bills."""
    legs, stacks = scene.setting.ties.legs, scene.shape.contracts
    before, first = scene.state.cash, scene.shape.bills
    free = once(free_cash(before, scene.party["floor"], owed, ends))
    granted = [jnp.zeros((0, scene.paths))]
    if any(stack.paid_in(RESERVED) for stack in stacks):
        lacking = once(shortfall(before, scene.party["floor"], owed, ends))
        sight = payees_see(scene, sight, lacking=lacking)
    for wave in (RESERVED, SUBSCRIBED, HANDED_OUT):
        if wave == SUBSCRIBED and scene.shape.has_takeovers:
            sight = payees_see(scene, sight, beyond_cash=once(jnp.maximum(summed(ends.payer, owed) - before, 0.0)))
        if wave == HANDED_OUT and any(map(_asks_what_is_spare, stacks)):
            free = jnp.maximum(free - set_aside(scene, sight), 0.0)
        # An edge has no budget: what it can spare is without end.
        sight = payers_see(scene, sight, ENDLESS_CASH, free_cash=free)
        asked = due(scene, sight, wave, INSIDE, SUPPLY, OTHERS)
        theirs = legs.part(slice(first, first + len(asked)))
        if wave == RESERVED and len(asked):
            # Several lines of one borrower together lend it what it lacks.
            asked = once(rationed(asked, lacking, theirs.payee))
        granted.append(once(rationed(asked, free, theirs.payer)))
        spent = summed(theirs.payer, granted[-1])
        before = before + summed(theirs.payee, granted[-1]) - spent
        gone = reserved(scene, sight) if wave == RESERVED and len(asked) else spent
        free = jnp.maximum(free - gone, 0.0)
        first += len(asked)
    if any(kind_of(stack).looks_ahead for stack in stacks):
        sight = payers_see(scene, sight, ENDLESS_CASH, spare=once(free))
    return jnp.concatenate(granted), once(before), sight


def _asks_what_is_spare(stack: StackShape) -> bool:
    """Whether anything under some contracts hangs on what a party has beyond this month's payments and later ones."""
    return bool(stack.paid_in(HANDED_OUT)) or kind_of(stack).looks_ahead
