"""One month of a chunk of paths: the order below is the order of events (method §2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.contracts.contract import Effects
from interlock.engine.cuts import austerity, cut_back, of_compute, of_costs
from interlock.engine.debts import after_month
from interlock.engine.letting import let
from interlock.engine.markets import sides
from interlock.engine.mixes import mix_after, mixed
from interlock.engine.outlook import funders_see, look_ahead, maturing, passed_on
from interlock.engine.own_sites import at_own_sites, kept, with_own
from interlock.engine.payment import Payment, pay
from interlock.engine.profit import profit_of
from interlock.engine.promises import (
    Sight,
    agendas,
    buying,
    due,
    effects,
    first_sight,
    forgone,
    joined,
    losses,
    outlays,
    parties_of,
    payees_see,
    payers_see,
    remaining,
    remember,
    set_off,
    shares_held,
    suppliers_see,
    wait,
    within,
)
from interlock.engine.reletting import comes_next, next_ones_see
from interlock.engine.scene import Luck, Scene, Setting, look_around
from interlock.engine.segments import Trained, labs_after, merit_of, of_labs, offer, train
from interlock.engine.shipping import Arrivals, first_sight_of_chips, order, ship, tenants_see_sites, waiting
from interlock.engine.state import Events, Grounds, Seen, State
from interlock.engine.ties import RUNNING, SALES, booked
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerBill, PerParty, PerSupply
from interlock.ground.sums import Tie, once, seen_by, summed
from interlock.labs.beyond import Beyond, Mix
from interlock.labs.customers import Market
from interlock.labs.demand import Demand, after_moves, cut_training, demand, served
from interlock.labs.sourcing import LEAST_USE, Offered, offered, source
from interlock.money.stakes import shares_for_losses, shares_outstanding
from interlock.physical.fleet import delivered, received
from interlock.physical.sites import with_sites
from interlock.physical.spot import Sides
from interlock.program.shape import (
    BILLED,
    INSIDE,
    OTHERS,
    SUPPLY,
    acting,
    kind_of,
)


class Built(NamedTuple):
    """What is there to be used this month."""

    effects: Effects
    delivered: PerSupply
    installed: PerParty
    fleet: PerParty
    """H100e that each party has in all."""
    spoken_for: PerParty
    """Of these, what it runs for itself at sites of its own, and what waits for a commitment to begin."""
    billed: PerParty
    """The part of each lab's sales that others bill in its place."""
    gains: PerParty
    """How much more a unit of compute does for each lab."""
    reach: PerParty
    """Of each lab, among customers who choose."""
    arrivals: Arrivals
    """Chips that came, and those that wait."""
    beyond: tuple[Beyond, Beyond] | None
    """What they do beyond H100s: of all that each party received, and of what each contract delivers."""


class Served(NamedTuple):
    """What labs want, use and sell this month."""

    demanded: Demand
    offered: Offered
    used: PerSupply
    spare: PerSupply
    """USD charged for what is used only because it is paid for."""
    sold: PerParty
    """USD of demand served."""
    trained: Trained
    market: Market | None
    """Where customers choose."""
    mix: Mix | None


class Billed(NamedTuple):
    """What was billed, and what of it is due later."""

    bills: PerBill
    payable: Any
    """[months from now, delayed leg, path]"""
    set_off: PerBill
    """Paid in advance: not due any more."""


def month(setting: Setting, state: State, luck: Luck) -> tuple[State, Events]:
    """One month. Cash moves by the payment of legs, and by nothing else."""
    scene = look_around(setting, state, luck)
    scene, sight = foresee(scene, first_sight_of_chips(scene, agendas(scene, first_sight(scene))))
    built, sight = build(scene, sight)
    sold = serve(scene, built)
    billed, sight = bill(scene, sight, built, sold)
    falling_due, payable = wait(scene, billed)
    bills, sight = set_off(scene, sight, falling_due)
    payment, sight = pay(scene, sight, bills)
    return carry_on(scene, sight, built, sold, payment, Billed(billed, payable, falling_due - bills))


def foresee(scene: Scene, sight: Sight) -> tuple[Scene, Sight]:
    """What parties will need, and what they cut for it: where a book asks for either."""
    past = scene.state.past
    if past is None:
        return scene, sight
    if any(kind_of(stack).looks_ahead for stack in scene.shape.contracts):
        sight = funders_see(scene, sight, past, look_ahead(scene, sight, past, scene.party["horizon"]))
    if scene.state.cuts is not None:
        # What falls due soon is seen as it falls: a bill of a year's size is no twelfth of it each month.
        cuts = cut_back(scene, scene.state.cuts, look_ahead(scene, sight, past, scene.party["cuts_below"]))
        sight = payers_see(scene, sight, austerity=austerity(cuts), cut=of_costs(cuts))
        scene = replace(scene, cuts=cuts)
    return scene, sight


def build(scene: Scene, sight: Sight) -> tuple[Built, Sight]:
    """Capacity reserved and ready, chips ordered and received, and what each contract gets."""
    ties, shape = scene.setting.ties, scene.shape
    suppliers = slice(shape.suppliers)
    sight = tenants_see_sites(scene, sight)
    inner = effects(scene, sight, INSIDE)
    if shape.has_inside:
        sight = suppliers_see(
            scene, sight, within_reserved=within(scene, inner.reserved), within_coming=within(scene, inner.coming)
        )
    sight = next_ones_see(scene, sight, inner)
    supply = joined(inner, effects(scene, sight, SUPPLY))
    supply, sight, needed = order(scene, sight, supply)
    arrivals, sight = ship(scene, sight, supply, effects(scene, sight, OTHERS), needed)
    supply, others = arrivals.supply, arrivals.others
    chips = jnp.concatenate([supply.chips + supply.driven, others.chips + others.driven])
    everybody = parties_of(ties.payer, acting(shape, INSIDE, SUPPLY, OTHERS))
    installed = received(scene.state.installed, chips, everybody)
    fleet = scene.party["fleet"] + installed
    if shape.sites:
        fleet = with_sites(fleet, arrivals.capacity, ties.owner, scene.has_failed)
    fleet, seller, is_committed = once(fleet), ties.payee.part(suppliers), _is_committed(scene)
    own = at_own_sites(scene, arrivals, summed(seller, supply.ready * is_committed), fleet)
    supply = with_own(supply, own)
    # What has come for a commitment and runs only later is nobody else's meanwhile.
    spoken_for = once(kept(scene, own) + summed(seller, arrivals.early))
    got = once(delivered(supply.ready, (is_committed, *comes_next(scene)), seller, fleet, spoken_for))
    if shape.has_inside:
        sight = suppliers_see(scene, sight, within_delivered=within(scene, got))
    carried, improved = (parties_of(tie, acting(shape, OTHERS)) for tie in (ties.payee, ties.payer))
    billed, gains = once((summed(carried, others.billed), summed(improved, others.gain)))
    reach = 1.0 + summed(carried, others.reach)
    mix = mixed(scene, arrivals, chips, installed, got, own)
    return Built(supply, got, installed, fleet, spoken_for, billed, gains, reach, arrivals, mix), sight


def serve(scene: Scene, built: Built) -> Served:
    """What customers want, which compute is used, and what can be sold."""
    party, state, links = scene.party, scene.state, scene.setting.links
    is_lab = jnp.broadcast_to(links["is_lab"][:, None], state.cash.shape)
    merit, payer = merit_of(scene), scene.setting.ties.payer.part(slice(scene.shape.suppliers))
    sunk = once(built.effects.sunk)
    on_offer = once(offered(built.delivered, built.effects.price, sunk, merit, payer))
    wanted, training, margin = party["revenue"] * party["demand"], party["training"], party["margin"]
    market = offer(scene, built.reach)
    if market is not None:
        wanted, margin = wanted + market.wanted, market.margin
    if scene.cuts is not None:
        wanted = wanted * scene.cuts.held_back
    if scene.shape.has_moving_customers:
        wanted = once(after_moves(wanted, party["customers_move"], scene.has_failed))
    if scene.cuts is not None:
        training = cut_training(wanted, margin, training, built.gains, on_offer, of_compute(scene.cuts))
    takes = (margin, training, built.gains)
    demanded = once(demand(wanted, *takes, on_offer, state.compute_price, is_lab))
    used = once(source(demanded.need, built.delivered, sunk, merit, on_offer, payer))
    sold = once(served(demanded, on_offer.supply) * (1.0 - scene.has_failed))
    mix = mix_after(scene, built.beyond, used)
    trained = train(scene, demanded, used, on_offer.supply, built.gains, mix)
    spare = once(used * built.effects.price * seen_by(payer, demanded.spare))
    return Served(demanded, on_offer, used, spare, sold, trained, market, mix)


def bill(scene: Scene, sight: Sight, built: Built, sold: Served) -> tuple[PerBill, Sight]:
    """What falls due: contracts that count toward another first, for it counts what they charge."""
    suppliers = scene.setting.ties.payee.part(slice(scene.shape.suppliers))
    sight = suppliers_see(scene, sight, delivered=built.delivered, used=sold.used)
    # What is kept ready by the hour and not used runs for nobody's account here.
    supplied = summed(suppliers, jnp.where(_is_committed(scene) > 0.0, built.delivered, sold.used))
    # Sites have bills of their own: what they can run comes first, and only what is supplied beyond it costs more.
    at_sites = summed(scene.setting.ties.owner, built.arrivals.capacity) if scene.shape.sites else 0.0
    sight = payers_see(scene, sight, supplied=once(jnp.maximum(supplied - at_sites, 0.0)))
    sight = payees_see(scene, sight, idle=once(jnp.maximum(built.fleet - supplied - built.spoken_for, 0.0)))
    sight = payees_see(scene, sight, served=sold.sold, billed=built.billed)
    inner = due(scene, sight, BILLED, INSIDE)
    if scene.shape.has_inside:
        charges = outlays(scene.shape, inner)[: scene.shape.suppliers]
        sight = suppliers_see(scene, sight, within_charges=within(scene, charges))
    return once(jnp.concatenate([inner, due(scene, sight, BILLED, SUPPLY, OTHERS)])), sight


def carry_on(
    scene: Scene, sight: Sight, built: Built, sold: Served, payment: Payment, billed: Billed
) -> tuple[State, Events]:
    """The state after the month, and what happened in it."""
    ties, state, paid = scene.setting.ties, scene.state, payment.paid
    spent, received = once((summed(ties.spent, paid), summed(ties.received, paid)))
    burn = booked(spent, SALES, RUNNING) - booked(received, SALES, RUNNING)
    memory = remember(scene, sight, payment.due, payment.owed, paid)
    held, payee = shares_held(scene, memory), parties_of(ties.payee, buying(scene.shape))
    drawn = once(state.drawn + outlays(scene.shape, paid))
    carried = State(
        drivers=scene.drivers,
        fired=scene.fired,
        memory=memory,
        drawn=drawn,
        cash=payment.closing,
        standing=payment.standing,
        payable=billed.payable,
        lost=summed(ties.guaranteed, payment.written_off),
        sales=booked(received, SALES),
        installed=built.installed,
        compute_price=_average_price(scene, built, sold),
        remaining=remaining(scene, sight, drawn, memory),
        seen=_seen(scene, built, sold, burn),
        debt_service=after_month(scene, sight, memory, payment.standing.arrears, burn, payment.due, paid),
        past=passed_on(scene, (spent, received), paid),
        profit=profit_of(scene.shape, scene.setting.links, paid),
        cuts=scene.cuts,
        **outstanding(scene, held, payee, payment),
        **labs_after(scene, sold.trained, sold.market, sold.mix),
        **waiting(scene.shape, built.arrivals),
    )
    lost_for = carried.compensation
    return carried, Events(
        due=payment.due,
        owed=payment.owed,
        paid=paid,
        spent=spent,
        received=received,
        largest=payment.largest,
        written_off=payment.written_off,
        relieved=payment.relieved,
        billed=billed.bills,
        set_off=billed.set_off,
        opening=state.cash,
        **_supplied(built, sold),
        held=held,
        issued=summed(payee, held) + summed(ties.legs.payer.part(slice(len(lost_for))), lost_for),
        **of_labs(sold.demanded, sold.sold, sold.trained),
        remaining=carried.remaining,
        maturing=maturing(scene, sight, drawn, memory),
        losses=losses(scene, sight, carried.profit, memory),
        forgone=forgone(scene),
        letting=let(scene, sight, built.fleet),
        shipments=built.arrivals.shipments,
        grounds=Grounds(sight, scene.terms, scene.party, scene.world, scene.market, scene.watched, scene.active),
    )


def _supplied(built: Built, sold: Served) -> dict[str, Any]:
    """What is reported of compute."""
    planned = {"reserved": built.effects.reserved, "ready": built.effects.ready}
    return planned | {"delivered": built.delivered, "used": sold.used, "spare": sold.spare, "fleet": built.fleet}


def _seen(scene: Scene, built: Built, sold: Served, burn: PerParty) -> Seen:
    """What can be watched of the month from the next one on."""
    return Seen(
        need=sold.demanded.need,
        supply=sold.offered.held,
        used=sold.used,
        delivered=built.delivered,
        burn=(burn, *scene.state.seen.burn[:2]),
        prices=jnp.zeros((0, scene.paths)) if scene.quotes is None else scene.quotes.spot,
        sides=_sides(scene, built, sold),
    )


def outstanding(scene: Scene, held: Any, payee: Tie, payment: Payment) -> dict[str, Any]:
    """All shares of each party, and those that are held for losses, after what was sold and lost in the month."""
    before = scene.state.compensation
    shares = shares_outstanding(scene.state.shares, held - shares_held(scene, scene.state.memory), payee)
    if not scene.shape.has_restructuring:
        return {"shares": shares, "compensation": before}
    payer = scene.setting.ties.legs.payer.part(slice(scene.shape.bills))
    is_new = (payment.standing.rescue.restructured == scene.month + 1.0).astype(shares.dtype)
    lost = payment.written_off * seen_by(payer, is_new)
    new = once(shares_for_losses(lost, shares, scene.party["creditors_get"], payer))
    return {"shares": shares + summed(payer, new), "compensation": before + new}


def _sides(scene: Scene, built: Built, sold: Served) -> Sides | None:
    """Who wants and who has compute, where the book has markets."""
    if scene.quotes is None:
        return None
    offers = scene.setting.links["offers"][:, None]
    seller = scene.setting.ties.payee.part(slice(scene.shape.suppliers))
    # Of who has nobody knows how much, what it delivers under commitments is all that is known.
    delivered = summed(seller, built.delivered * _is_committed(scene))
    there = scene.party["own_fleet"] + jnp.where(offers > 0.0, built.fleet, delivered)
    return sides(scene.market, sold.demanded.need, there, 1.0 - scene.has_failed)


def _is_committed(scene: Scene) -> PerSupply:
    """1.0 where the minimum of a contract that supplies compute is sunk."""
    return merit_of(scene).is_committed


def _average_price(scene: Scene, built: Built, sold: Served) -> PerParty:
    """USD per H100e and month that each buyer was charged, without top-ups; that of last month where it used none."""
    payer = scene.setting.ties.payer.part(slice(scene.shape.suppliers))
    used = summed(payer, sold.used)
    charged = summed(payer, sold.used * built.effects.price)
    return jnp.where(used > LEAST_USE, ratio(charged, used), scene.state.compute_price)
