"""One month of a chunk of paths: the order below is the order of events (method §2)."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from interlock.contracts.contract import Effects, Now
from interlock.engine.promises import charges, due, effects, first_sight, in_order, remaining, remember, shares_held
from interlock.engine.scene import Given, Luck, Scene, look_around, runway
from interlock.engine.state import Events, Seen, State
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerContract, PerLeg, PerParty
from interlock.ground.sums import of_row, summed_by
from interlock.labs.demand import Demand, demand, served
from interlock.labs.sourcing import Sourced, source
from interlock.money.bills import Links, clear_bills, free_cash, rationed
from interlock.money.default import Standing, after_payment
from interlock.money.stakes import shares_outstanding
from interlock.physical.fleet import delivered, received
from interlock.program.shape import Shape
from interlock.program.stacking import BILLS, DIVIDENDS, INSIDE, SUBSCRIPTIONS, SUPPLY


class Built(NamedTuple):
    """What is there to be used this month."""

    effects: Effects
    delivered: PerContract
    within_reserved: PerContract
    within_delivered: PerContract
    ordered: PerParty
    """H100e of new chips that each party needs for what it sells."""
    installed: PerParty


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
    links, rows = scene.given.links, scene.shape.rows
    sight = first_sight(scene)
    inner = effects(scene, sight, INSIDE)
    within = summed_by(links["container"], inner.reserved, rows)
    supply = _joined(inner, effects(scene, sight._replace(within_reserved=within), SUPPLY))
    ordered = summed_by(links["payee"], supply.orders, scene.shape.parties)
    arriving = effects(scene, sight._replace(ordered=of_row(ordered, links["payer"])), BILLS)
    everything = _joined(supply, arriving)
    installed = received(scene.state.installed, everything.chips, links["payer"])
    got = delivered(everything.ready, links["payee"], scene.party["fleet"] + 0.0 * installed, installed)
    return Built(everything, got, within, summed_by(links["container"], got, rows), ordered, installed)


def serve(scene: Scene, built: Built) -> Served:
    """What customers want, which compute is used, and what can be sold."""
    party, links = scene.party, scene.given.links
    is_lab = links["is_lab"][:, None] + jnp.zeros_like(scene.state.cash)
    whole = jnp.ones_like(scene.state.cash)
    demanded = demand(
        party["revenue"] * whole,
        party["demand"] * whole,
        party["margin"] * whole,
        party["training"] * whole,
        scene.state.compute_price,
        is_lab,
    )
    is_committed = _is_committed(scene)
    sourced = source(demanded.need, built.delivered, is_committed, links["payer"])
    return Served(demanded, sourced, served(demanded, sourced.supply))


def bill(scene: Scene, built: Built, sold: Served) -> Bills:
    """What falls due: contracts that count toward another first, for it counts what they charge."""
    links = scene.given.links
    supplied = summed_by(links["payee"], built.delivered, scene.shape.parties)
    now = first_sight(scene)._replace(
        delivered=built.delivered,
        used=sold.sourced.used,
        ordered=of_row(built.ordered, links["payer"]),
        supplied=of_row(supplied, links["payer"]),
        served=of_row(sold.sold, links["payee"]),
        within_reserved=built.within_reserved,
        within_delivered=built.within_delivered,
    )
    inner = due(scene, now, INSIDE)
    within = summed_by(links["container"], charges(scene, inner), scene.shape.rows)
    now = now._replace(within_charges=within)
    return Bills(in_order(scene, inner | due(scene, now, SUPPLY, BILLS)), now)


def pay(scene: Scene, bills: Bills) -> Payment:
    """Subscriptions, then dividends, from free cash; then the clearing of the rest, arrears included."""
    links, parties = scene.given.links, scene.shape.parties
    ends = Links(links["leg_payer"], links["leg_payee"], links["leg_rank"])
    state, now = scene.state, bills.now
    owed = bills.due + state.standing.arrears
    free = free_cash(state.cash, scene.party["floor"] + 0.0 * state.cash, owed, ends.payer)
    financed = jnp.zeros_like(owed)
    for stage in (SUBSCRIPTIONS, DIVIDENDS):
        now = now._replace(free_cash=of_row(free, links["payer"], jnp.inf))
        asked = in_order(scene, due(scene, now, stage))
        granted = rationed(asked, free, ends.payer)
        free = free - summed_by(ends.payer, granted, parties)
        financed = financed + granted
    before = state.cash + summed_by(ends.payee, financed, parties) - summed_by(ends.payer, financed, parties)
    paid = clear_bills(owed, before, ends).paid
    closing = before + summed_by(ends.payee, paid, parties) - summed_by(ends.payer, paid, parties)
    # What clearing leaves below zero is rounding: far below a millionth of a dollar for each million owed.
    is_rounding = (closing < 0.0) & (closing >= -1e-9 * jnp.max(owed, axis=0, initial=0.0))
    standing, written_off = after_payment(
        state.standing,
        owed,
        paid,
        ends.payer,
        month=scene.month,
        grace=scene.party["grace"] + 0.0 * state.cash,
        forced=links["forced_failure"][:, None],
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
    links, state, paid = scene.given.links, scene.state, payment.paid
    memory = remember(scene, payment.now, ratio(paid, payment.owed, 1.0) * payment.due)
    held = shares_held(scene, memory)
    issued = held - shares_held(scene, state.memory)
    outlay = summed_by(links["leg_contract"], paid * links["leg_is_outlay"][:, None], scene.shape.rows)
    carried = State(
        drivers=scene.drivers,
        fired=scene.fired,
        memory=memory,
        drawn=state.drawn + outlay,
        cash=payment.closing,
        standing=payment.standing,
        sales=summed_by(links["leg_payee"], paid * links["leg_is_revenue"][:, None], scene.shape.parties),
        shares=shares_outstanding(state.shares, issued, links["payee"]),
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
        remaining=remaining(scene, payment.now),
        held=held,
        wanted=sold.demanded.wanted,
        served=sold.sold,
        need=sold.demanded.need,
        supply=sold.sourced.committed,
        runway=runway(carried),
        ready=built.effects.ready,
        fleet=scene.party["fleet"] + built.installed,
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
    """USD per H100e and month that each buyer was charged on average, without top-ups; the last one where it used none."""
    payer, parties = scene.given.links["payer"], scene.shape.parties
    used = summed_by(payer, sold.sourced.used, parties)
    charged = summed_by(payer, sold.sourced.used * built.effects.price, parties)
    return jnp.where(used > 0.0, ratio(charged, used), scene.state.compute_price)


def _burn(scene: Scene, paid: PerLeg) -> PerParty:
    """Outflow net of receipts, financing apart."""
    links, parties = scene.given.links, scene.shape.parties
    running = paid * (1.0 - links["leg_is_financing"])[:, None]
    return summed_by(links["leg_payer"], running, parties) - summed_by(links["leg_payee"], running, parties)
