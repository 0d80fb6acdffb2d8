"""One month of a chunk of paths: the order below is the order of events (method §2)."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from interlock.contracts.contract import Effects, Now
from interlock.engine.promises import (
    by_contract,
    charges,
    due,
    effects,
    first_sight,
    in_order,
    remember,
    shares_held,
    within,
)
from interlock.engine.scene import Given, Luck, Scene, look_around
from interlock.engine.state import Events, Seen, State
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerContract, PerLeg, PerParty
from interlock.ground.sums import seen_by, summed
from interlock.labs.demand import Demand, demand, served
from interlock.labs.sourcing import Sourced, source
from interlock.money.bills import clear_bills, free_cash, rationed
from interlock.money.default import Standing, after_payment
from interlock.money.stakes import shares_outstanding
from interlock.physical.fleet import delivered, received
from interlock.program.shape import Shape
from interlock.program.stacking import BILLS, DIVIDENDS, INSIDE, SUBSCRIPTIONS, SUPPLY

ENDLESS_CASH = 1e30
"""USD that an edge of the world can spare."""

LEAST_USE = 1e-6
"""H100e: less is rounding, and says nothing of a price."""


class Built(NamedTuple):
    """What is there to be used this month."""

    effects: Effects
    delivered: PerContract
    within_reserved: PerContract
    within_delivered: PerContract
    ordered: PerParty
    """H100e of new chips that each party needs for what it sells."""
    installed: PerParty
    fleet: PerParty
    """H100e that each party has in all."""


class Served(NamedTuple):
    """What labs want, use and sell this month."""

    demanded: Demand
    sourced: Sourced
    sold: PerParty
    """USD of demand served."""


class Bills(NamedTuple):
    """What falls due this month."""

    due: PerLeg
    now: Now
    """What contracts saw when they were billed."""


class Payment(NamedTuple):
    """What was paid of it."""

    due: PerLeg
    owed: PerLeg
    paid: PerLeg
    written_off: PerLeg
    closing: PerParty
    standing: Standing
    now: Now


def month(shape: Shape, given: Given, state: State, luck: Luck) -> tuple[State, Events]:
    """One month. Cash moves by the payment of legs, and by nothing else."""
    scene = look_around(shape, given, state, luck)
    built = build(scene)
    sold = serve(scene, built)
    bills = bill(scene, built, sold)
    payment = pay(scene, bills)
    return carry_on(scene, built, sold, payment)


def build(scene: Scene) -> Built:
    """Capacity reserved and ready, chips ordered and received, and what each contract gets."""
    ties = scene.given.ties
    sight = first_sight(scene)
    inner = effects(scene, sight, INSIDE)
    reserved = within(scene, inner.reserved)
    supply = _joined(inner, effects(scene, sight._replace(within_reserved=reserved), SUPPLY))
    ordered = summed(ties.payee, supply.orders)
    arriving = effects(scene, sight._replace(ordered=seen_by(ties.payer, ordered)), BILLS)
    everything = _joined(supply, arriving)
    installed = received(scene.state.installed, everything.chips, ties.payer)
    fleet = scene.party["fleet"] + installed
    got = delivered(everything.ready, ties.payee, fleet)
    return Built(everything, got, reserved, within(scene, got), ordered, installed, fleet)


def serve(scene: Scene, built: Built) -> Served:
    """What customers want, which compute is used, and what can be sold."""
    party, state = scene.party, scene.state
    is_lab = scene.given.links["is_lab"][:, None] + jnp.zeros_like(state.cash)
    given = (party[name] + jnp.zeros_like(state.cash) for name in ("revenue", "demand", "margin", "training"))
    demanded = demand(*given, state.compute_price, is_lab)
    sourced = source(demanded.need, built.delivered, _is_committed(scene), scene.given.ties.payer)
    return Served(demanded, sourced, served(demanded, sourced.supply))


def bill(scene: Scene, built: Built, sold: Served) -> Bills:
    """What falls due: contracts that count toward another first, for it counts what they charge."""
    ties = scene.given.ties
    now = first_sight(scene)._replace(
        delivered=built.delivered,
        used=sold.sourced.used,
        ordered=seen_by(ties.payer, built.ordered),
        supplied=seen_by(ties.payer, summed(ties.payee, built.delivered)),
        served=seen_by(ties.payee, sold.sold),
        within_reserved=built.within_reserved,
        within_delivered=built.within_delivered,
    )
    inner = due(scene, now, INSIDE)
    now = now._replace(within_charges=within(scene, charges(scene, inner)))
    return Bills(in_order(scene, inner | due(scene, now, SUPPLY, BILLS)), now)


def pay(scene: Scene, bills: Bills) -> Payment:
    """Subscriptions, then dividends, from free cash; then the clearing of the rest, arrears included."""
    ends, state, now = scene.given.ties.ends, scene.state, bills.now
    owed = bills.due + state.standing.arrears
    free = free_cash(state.cash, scene.party["floor"] + jnp.zeros_like(state.cash), owed, ends)
    financed = jnp.zeros_like(owed)
    for stage in (SUBSCRIPTIONS, DIVIDENDS):
        # An edge has no budget: what it can spare is without end.
        endless = (1.0 - jnp.sum(scene.given.ties.payer, axis=1, keepdims=True)) * ENDLESS_CASH
        now = now._replace(free_cash=seen_by(scene.given.ties.payer, free) + endless)
        granted = rationed(in_order(scene, due(scene, now, stage)), free, ends)
        free = free - summed(ends.of_payer, granted)
        financed = financed + granted
    before = state.cash + summed(ends.of_payee, financed) - summed(ends.of_payer, financed)
    paid = clear_bills(owed, before, ends)
    closing = before + summed(ends.of_payee, paid) - summed(ends.of_payer, paid)
    # What clearing leaves below zero is rounding: a millionth of a dollar for each thousand owed at most.
    is_rounding = (closing < 0.0) & (closing >= -1e-9 * jnp.max(owed, axis=0, initial=0.0, keepdims=True))
    standing, written_off = after_payment(
        state.standing,
        owed,
        paid,
        ends.of_payer,
        month=scene.month,
        grace=scene.party["grace"] + jnp.zeros_like(state.cash),
        forced=scene.given.links["forced_failure"][:, None],
    )
    return Payment(
        due=bills.due + financed,
        owed=owed + financed,
        paid=paid + financed,
        written_off=written_off,
        closing=jnp.where(is_rounding, 0.0, closing),
        standing=standing,
        now=now,
    )


def carry_on(scene: Scene, built: Built, sold: Served, payment: Payment) -> tuple[State, Events]:
    """The state after the month, and what happened in it."""
    ties, state, paid = scene.given.ties, scene.state, payment.paid
    memory = remember(scene, payment.now, ratio(paid, payment.owed, 1.0) * payment.due)
    held = shares_held(scene, memory)
    carried = State(
        drivers=scene.drivers,
        fired=scene.fired,
        memory=memory,
        drawn=state.drawn + by_contract(scene, paid),
        cash=payment.closing,
        standing=payment.standing,
        sales=summed(ties.ends.of_payee, paid * ties.is_revenue),
        shares=shares_outstanding(state.shares, held - shares_held(scene, state.memory), ties.payee),
        installed=built.installed,
        compute_price=_average_price(scene, built, sold),
        seen=Seen(
            need=sold.demanded.need,
            supply=sold.sourced.committed,
            used=sold.sourced.used,
            delivered=built.delivered,
            burn=jnp.concatenate([_burn(scene, paid)[None], state.seen.burn[:2]]),
        ),
    )
    events = Events(
        due=payment.due,
        owed=payment.owed,
        paid=paid,
        written_off=payment.written_off,
        opening=state.cash,
        delivered=built.delivered,
        used=sold.sourced.used,
        ready=built.effects.ready,
        fleet=built.fleet,
        held=held,
        wanted=sold.demanded.wanted,
        served=sold.sold,
        need=sold.demanded.need,
        now=payment.now,
        scene=scene,
    )
    return carried, events


def _joined(a: Effects, b: Effects) -> Effects:
    """Effects of contracts of different stages; each row is zero in all but one."""
    return Effects(*(x + y for x, y in zip(a, b, strict=True)))


def _is_committed(scene: Scene) -> PerContract:
    """[contract, path] 1.0 where the contract's minimum is sunk."""
    flags = [jnp.full((stack.size, scene.paths), float(stack.kind.merit == 0)) for stack in scene.shape.contracts]
    return jnp.concatenate(flags)


def _average_price(scene: Scene, built: Built, sold: Served) -> PerParty:
    """USD per H100e and month that each buyer was charged, without top-ups; that of last month where it used none."""
    used = summed(scene.given.ties.payer, sold.sourced.used)
    charged = summed(scene.given.ties.payer, sold.sourced.used * built.effects.price)
    return jnp.where(used > LEAST_USE, ratio(charged, used), scene.state.compute_price)


def _burn(scene: Scene, paid: PerLeg) -> PerParty:
    """Outflow net of receipts, financing apart."""
    ties = scene.given.ties
    running = paid * ties.is_running
    return summed(ties.ends.of_payer, running) - summed(ties.ends.of_payee, running)
