"""What is kept of each month where a question asks for more than a run tells: levels that it has by year only."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.contracts.contract import NEVER
from interlock.engine.cuts import austerity
from interlock.engine.promises import supplying
from interlock.engine.rules import call
from interlock.engine.scene import Setting
from interlock.engine.state import Events, State
from interlock.ground.arrays import ratio
from interlock.ground.sums import seen_by


class Levels(NamedTuple):
    """By month: [month, row, path] each; what the book does not have has no rows."""

    drivers: Any
    """In their base units."""
    spot: Any
    """USD per H100e and month, by market: by the hour."""
    term: Any
    """The same for a term of years."""
    served: Any
    """USD of demand served in the month, by party."""
    fleet: Any
    """H100e that each party has."""
    remaining: Any
    """USD still to be paid, by the contracts that bind somebody."""
    powered: Any
    """MW at the meter, by site."""
    installed: Any
    """H100e there that have power."""
    held: Any
    """Shares of the payee, by the contracts that buy shares."""
    shares: Any
    """Shares outstanding, by party."""
    compensation: Any
    """Shares of the payer that are held for what was lost under each bill."""
    share: Any
    """Of the segments of customers."""
    reserved: Any
    """H100e as planned, by the contracts that supply compute."""
    agreed: Any
    """H100e that each of them reserves by its schedule, also after a failure has ended it."""
    used: Any
    """H100e of it that are used."""
    ready: Any
    """H100e of it that the seller could deliver, its fleet permitting."""
    delivered: Any
    """H100e of it that are there."""
    awaited: Any
    """H100e of chips that were ordered for them and have not come."""
    chips: Any
    """H100e of chips that each site has."""
    room: Any
    """H100e of chips that the power there could run."""
    austerity: Any
    """From 0 to 1 by party: how far it has gone in cutting."""
    training: Any
    """H100e that train, by party; no rows where models are not followed."""
    run: Any
    """FLOP of the largest run that each party could make (as before)."""
    effective: Any
    """The same, times how far algorithms have come (as before)."""


def levels_of(setting: Setting, before: State, events: Events, after: State) -> Levels:
    """The levels of one month."""
    none = jnp.zeros((0, events.opening.shape[-1]))
    grounds, shipments = events.grounds, events.shipments
    return Levels(
        drivers=grounds.world,
        spot=after.seen.prices,
        term=grounds.market.get("term_price", none),
        served=events.served,
        fleet=events.fleet,
        remaining=events.remaining,
        powered=none if shipments is None else shipments.sites.powered,
        installed=none if shipments is None else shipments.sites.installed,
        held=events.held,
        shares=after.shares,
        compensation=after.compensation,
        share=none if after.customers is None else after.customers.share,
        reserved=events.reserved,
        agreed=_agreed(setting, before, events),
        used=events.used,
        ready=events.ready,
        delivered=events.delivered,
        awaited=none if after.backlog is None else after.backlog.awaited,
        chips=none if shipments is None else shipments.sites.left,
        room=none if shipments is None else ratio(shipments.sites.grid, shipments.chip_power),
        austerity=none if after.cuts is None else austerity(after.cuts),
        training=events.training,
        run=events.run,
        effective=events.run * grounds.party["training_efficiency"] if len(events.run) else none,
    )


def _agreed(setting: Setting, before: State, events: Events) -> Any:
    """What the contracts that supply compute reserve by schedule: those that came into force before anybody failed."""
    grounds, ties, paths = events.grounds, setting.ties, events.opening.shape[-1]
    rows = [jnp.zeros((0, paths))]
    for n, stack in supplying(setting.shape):
        planned = call(stack, "planned", grounds.terms[n], paths, grounds.sight[n], before.memory[n])
        ends = (seen_by(tie.part(stack.rows), before.standing.failed, NEVER) for tie in (ties.payer, ties.payee))
        begins = setting.in_force_from[stack.rows]
        is_agreed = (begins <= grounds.sight[n].month) & (begins < jnp.minimum(*ends))
        rows.append(jnp.where(is_agreed, planned, 0.0))
    return jnp.concatenate(rows)
