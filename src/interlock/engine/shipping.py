"""Chips arrive as they are made: those of a month, and those that wait from earlier ones; then they run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from interlock.contracts.contract import Effects, SiteState
from interlock.engine.backlog import AtSites, Backlog, Shipments
from interlock.engine.promises import Sight, parties_see, payers_see, suppliers_see
from interlock.engine.rules import call
from interlock.engine.scene import Scene
from interlock.ground.axes import PerSite, PerSupply
from interlock.ground.sums import Tie, once, seen_by, summed, tied
from interlock.physical.chips import Orders, awaited, filled, placed
from interlock.physical.sites import shared_out
from interlock.program.shape import OTHERS, SUPPLY, Shape, StackShape, acting, building, says


class Arrivals(NamedTuple):
    """What comes of orders in a month."""

    supply: Effects
    """Of contracts that supply compute: what they can have ready."""
    others: Effects
    """Of the others: the chips that arrive, where a book says how many are made."""
    capacity: PerSite
    """H100e at each site that can be sold."""
    at_site: PerSupply
    """Of these, what is for each contract that supplies compute; no rows where the book has no sites."""
    unlet: PerSite
    """What no contract that names the site takes."""
    backlog: Backlog | None
    shipments: Shipments | None
    early: PerSupply
    """Of what has come for each contract that supplies compute and names no site, what runs only later."""


def nothing_waits(shape: Shape, paths: int) -> Backlog | None:
    """Before the first month."""
    if shape.chips is None:
        return None
    none, of_sites = (jnp.zeros((size, paths)) for size in (_size(acting(shape, OTHERS)), shape.sites))
    return Backlog(Orders(none, none, none), jnp.zeros((shape.suppliers, paths)), of_sites)


def nothing_stands(shape: Shape, paths: int) -> AtSites | None:
    """Before the first month."""
    return AtSites(*[jnp.zeros((shape.sites, paths))] * 2) if shape.sites else None


def waiting(shape: Shape, arrivals: Arrivals) -> dict[str, Any]:
    """What is carried on: chips that wait, and what can be watched of sites from the next month on."""
    there = arrivals.shipments if shape.sites else None
    at_sites = None if there is None else AtSites(there.sites.powered, there.sites.installed)
    return {"backlog": arrivals.backlog, "at_sites": at_sites}


def order(scene: Scene, sight: Sight, supply: Effects) -> tuple[Effects, Sight, PerSite]:
    """New chips that sellers of compute need this month for their contracts, and owners for their sites."""
    ties, none = scene.setting.ties, jnp.zeros((0, scene.paths))
    if scene.shape.sites:
        # What names a site runs on the chips of that site.
        has_site = once(seen_by(ties.site, jnp.ones((scene.shape.sites, scene.paths))))
        sight = suppliers_see(scene, sight, has_site=has_site)
        sight = _sites_see_tenants(scene, sight, supply, has_site)
        orders, early = (rows * (1.0 - has_site) for rows in (supply.orders, supply.early))
        supply = supply._replace(orders=orders, early=early, for_sites=supply.for_sites * has_site)
    sight = payers_see(scene, sight, ordered=summed(ties.payee.part(slice(scene.shape.suppliers)), supply.orders))
    rows = [none]
    for n, stack in building(scene.shape):
        asked = call(stack, "orders", scene.terms[n], scene.paths, sight[n], scene.state.memory[n])
        rows.append(jnp.where(scene.active[stack.rows], asked, 0.0))
    ordered = once(jnp.concatenate(rows))
    if scene.shape.sites:
        needed = seen_by(ties.buyer_of, summed(ties.owner_of, ordered))
        sight = _rows_see(sight, acting(scene.shape, OTHERS), ordered_for_sites=needed)
    return supply, sight, ordered


def ship(scene: Scene, sight: Sight, supply: Effects, others: Effects, needed: PerSite) -> tuple[Arrivals, Sight]:
    """Let chips arrive, as far as they are made, and run; `needed` are those ordered for sites this month."""
    before, on_sale, shape, ties = scene.state.backlog, scene.on_sale, scene.shape, scene.setting.ties
    if before is None or on_sale is None:
        return Arrivals(supply, others, needed[:0], needed[:0], needed[:0], None, None, supply.early), sight
    nobody = jnp.zeros((0, scene.paths), bool)
    active = jnp.concatenate([nobody, *(scene.active[stack.rows] for _, stack in acting(shape, OTHERS))])
    # Who has failed gets nothing any more. What was ordered of a maker that has failed never comes.
    stands = 1.0 - seen_by(ties.buyer, scene.has_failed)
    in_vain = _in_vain(scene, sight)
    new = once(Orders(others.chips, others.driven + in_vain[0], others.for_sites + in_vain[1]))
    due = once(Orders(*(old * stands + more for old, more in zip(before.orders, new, strict=True))))
    wanted = Orders(*(jnp.where(active, rows, 0.0) for rows in due))
    got = once(filled(wanted, others.is_open, ties.generation, on_sale.made))
    left = once(Orders(*(one - other for one, other in zip(due, got, strict=True))))
    ordered = once(_placed(scene, supply, needed, new))
    still, for_sites = once(_awaited(scene, before, ordered, due, left))
    sight = _buyers_see(scene, sight, got, left)
    sight = suppliers_see(scene, sight, awaited=still)
    arrived = once(before.for_sites * _owners_stand(scene) + ordered[1] - for_sites)
    sight = _rows_see(sight, building(shape), arrived=arrived, placed=ordered[1])
    states, at_site = _states(scene, sight), needed[:0]
    unlet = states.capacity
    if shape.sites:
        at_site = once(shared_out(states.capacity, supply.for_sites, ties.site))
        unlet = once(jnp.maximum(states.capacity - summed(ties.site, at_site), 0.0))
        sight = suppliers_see(scene, sight, at_site=at_site)
    shipments = Shipments(
        made=on_sale.made,
        shipped=once(summed(ties.generation, got.all())),
        received=got.all(),
        wanted=new.all(),
        waiting=jnp.where(active, left.all(), 0.0),
        ordered=ordered[1],
        arrived=arrived,
        sites=states,
        chip_power=of_sites(scene, on_sale.power),
    )
    supply = supply._replace(ready=once(_ready(scene, sight, supply)))
    others = others._replace(chips=got.firm, driven=got.driven)
    backlog = Backlog(left, still, for_sites)
    early = jnp.maximum(supply.early - still, 0.0)
    return Arrivals(supply, others, states.capacity, at_site, unlet, backlog, shipments, early), sight


def tenants_see_sites(scene: Scene, sight: Sight) -> Sight:
    """What contracts that supply compute know of the site that each names, before anything is built."""
    if not scene.shape.sites:
        return sight
    rows = [call(stack, "builds_over", scene.terms[n], scene.paths) for n, stack in building(scene.shape)]
    return suppliers_see(scene, sight, builds_for=seen_by(scene.setting.ties.site, jnp.concatenate(rows)))


def _sites_see_tenants(scene: Scene, sight: Sight, supply: Effects, has_site: PerSupply) -> Sight:
    """What the commitments that name a site need of it."""
    wants = {
        "tenants_had": supply.had,
        "tenants_order": supply.orders,
        "tenants_run": supply.runs,
        "tenants_build": supply.builds,
    }
    site = scene.setting.ties.site
    needs = once({name: summed(site, rows * has_site) for name, rows in wants.items()})
    return _rows_see(sight, building(scene.shape), **needs)


def first_sight_of_chips(scene: Scene, sight: Sight) -> Sight:
    """What contracts see of chips before anything arrives: what they are, and what waits."""
    if scene.on_sale is None or scene.state.backlog is None or scene.shape.chips is None:
        return sight
    generation, on_sale = tied(scene.setting.links["generation"], scene.shape.chips.size), scene.on_sale
    known = {"chip_price": on_sale.price, "chip_power": on_sale.power, "chip_life": on_sale.life}
    sight = parties_see(generation, scene.shape, sight, 0.0, known)
    return _buyers_see(scene, sight, None, scene.state.backlog.orders)


def _in_vain(scene: Scene, sight: Sight) -> tuple[Any, Any]:
    """[contract, path] chips for compute that buyers sell, and for sites, of makers that have failed.

    Nobody else takes such an order, and it never comes: else what it was for would run on chips that nobody made.
    """
    driven, for_sites = [jnp.zeros((0, scene.paths))], [jnp.zeros((0, scene.paths))]
    for n, stack in acting(scene.shape, OTHERS):
        found = call(stack, "effects", scene.terms[n], scene.paths, sight[n], scene.state.memory[n])
        ends = (scene.setting.ties.payer, scene.setting.ties.payee)
        buyer, maker = (seen_by(tie.part(stack.rows), scene.has_failed) for tie in ends)
        is_vain = (maker > buyer) & (scene.setting.in_force_from[stack.rows] <= scene.month)
        driven.append(jnp.where(is_vain, found.driven, 0.0))
        for_sites.append(jnp.where(is_vain, found.for_sites, 0.0))
    return jnp.concatenate(driven), jnp.concatenate(for_sites)


def _placed(scene: Scene, supply: Effects, needed: PerSite, new: Orders) -> tuple[PerSupply, PerSite]:
    """What was ordered for contracts that supply compute, and for sites: without a seller, nothing."""
    ties = scene.setting.ties
    of_contracts = placed(supply.orders, _sellers(scene), summed(ties.buyer, new.driven))
    return of_contracts, placed(needed, ties.owner_of, summed(ties.buyer_of, new.for_sites))


def _awaited(
    scene: Scene, before: Backlog, ordered: tuple[PerSupply, PerSite], due: Orders, left: Orders
) -> tuple[PerSupply, PerSite]:
    """What contracts that supply compute, and sites, still wait for."""
    ties, old = scene.setting.ties, before.for_sites * _owners_stand(scene)
    by_party = (summed(ties.buyer, left.driven), summed(ties.buyer, due.driven))
    by_both = (summed(ties.buyer_of, left.for_sites), summed(ties.buyer_of, due.for_sites))
    of_contracts = awaited(before.awaited, ordered[0], _sellers(scene), *by_party)
    return of_contracts, awaited(old, ordered[1], ties.owner_of, *by_both)


def _sellers(scene: Scene) -> Tie:
    """Of contracts that supply compute, to the party that sells."""
    return scene.setting.ties.payee.part(slice(scene.shape.suppliers))


def _owners_stand(scene: Scene) -> PerSite:
    """1.0 as long as the owner of a site has not failed."""
    return 1.0 - seen_by(scene.setting.ties.owner, scene.has_failed)


def of_sites(scene: Scene, figures: Any) -> PerSite:
    """A figure of the generation that runs at each site."""
    rows = [scene.setting.links["generation"][stack.rows] for _, stack in building(scene.shape)]
    return seen_by(tied(jnp.concatenate(rows), figures.shape[0]), figures) if rows else figures[:0]


def _states(scene: Scene, sight: Sight) -> SiteState:
    """How each site stands, with what has arrived for it."""
    parts: list[SiteState] = [SiteState(*[jnp.zeros((0, scene.paths))] * len(SiteState._fields))]
    for n, stack in building(scene.shape):
        found = call(stack, "stands", scene.terms[n], scene.paths, sight[n], scene.state.memory[n])
        is_there = scene.active[stack.rows]
        parts.append(jax.tree.map(lambda rows, is_there=is_there: jnp.where(is_there, rows, 0.0), found))
    states: SiteState = once(jax.tree.map(lambda *rows: jnp.concatenate(rows), *parts))
    return states


def _buyers_see(scene: Scene, sight: Sight, got: Orders | None, left: Orders) -> Sight:
    """What buyers of chips see of what has arrived, and of what has not."""
    known = {"waiting_firm": left.firm, "waiting_driven": left.ordered()}
    if got is not None:
        known |= {"received_firm": got.firm, "received_driven": got.ordered()}
    return _rows_see(sight, acting(scene.shape, OTHERS), **known)


def _rows_see(sight: Sight, stacks: Iterable[tuple[int, StackShape]], **known: Any) -> Sight:
    """The same, and something that the contracts of some stacks have, one after the other."""
    seen, first = [*sight], 0
    for n, stack in stacks:
        rows = slice(first, first + stack.size)
        seen[n] = seen[n]._replace(**{name: values[rows] for name, values in known.items()})
        first += stack.size
    return tuple(seen)


def _ready(scene: Scene, sight: Sight, supply: Effects) -> PerSupply:
    """What sellers of compute can have ready, given what has not arrived."""
    rows, first = [supply.ready[:0]], 0
    for n, stack in enumerate(scene.shape.contracts):
        if stack.stage > SUPPLY:
            continue
        ready = supply.ready[first : first + stack.size]
        if says(stack, "ready"):
            asked = call(stack, "ready", scene.terms[n], scene.paths, sight[n], scene.state.memory[n])
            ready = jnp.where(scene.active[stack.rows], asked, 0.0)
        rows.append(ready)
        first += stack.size
    return jnp.concatenate(rows)


def _size(stacks: Iterable[tuple[int, StackShape]]) -> int:
    return sum(stack.size for _, stack in stacks)
