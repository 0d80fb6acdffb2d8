"""What is kept of each month where a run is held against what was reported: levels that a run tells by year only."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.engine.state import Events, State


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
    )
