"""What is kept of each month where a question asks for more than a run tells: levels that it has by year only."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.engine.cuts import austerity
from interlock.engine.state import Events, State
from interlock.ground.arrays import ratio


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


def levels_of(events: Events, after: State) -> Levels:
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
