"""What compute costs by the hour: dear where more is wanted than there is.

spot = driver x (demand / supply)^response        of last month, within [least, most] x the price for a term
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from interlock.ground.arrays import ratio
from interlock.ground.axes import PerMarket

EXTREME = 1e6
"""Demand over supply, or the reverse, beyond which more says nothing of a price."""

LEAST_PRICE = 0.73
"""USD per H100e and month, a tenth of a cent an hour: a driver below it would make compute free, or worse."""


class Sides(NamedTuple):
    """The two sides of each market in a month."""

    demand: PerMarket
    """H100e that are wanted: by the parties of the book that stand, and by the rest."""
    supply: PerMarket
    """H100e that there are."""


class Quotes(NamedTuple):
    """What each market asks in a month; USD per H100e and month."""

    spot: PerMarket
    """By the hour."""
    term: PerMarket
    """For a term of years."""


def quotes(
    driver: PerMarket, term: PerMarket, response: PerMarket, least: PerMarket, most: PerMarket, last: Sides
) -> Quotes:
    """What is asked, given the sides of last month; `least` and `most` are in prices for a term."""
    term = jnp.maximum(term, LEAST_PRICE)
    tightness = jnp.clip(ratio(last.demand, last.supply, EXTREME), 1.0 / EXTREME, EXTREME)
    spot = driver * jnp.exp(response * jnp.log(tightness))
    return Quotes(jnp.clip(spot, least * term, most * term), term)
