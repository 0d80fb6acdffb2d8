"""The markets of a month: what they ask, and their two sides, which say what they ask in the next (method §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from interlock.ground.axes import PerDriver, PerMarket, PerParty
from interlock.ground.sums import once
from interlock.physical.spot import Quotes, Sides, quotes

Terms = Mapping[str, PerMarket]
"""The figures of the markets this month, by name."""


PRICES = ("price", "term_price", "response", "least", "most")
"""The figures that prices follow from."""


def unseen(markets: int, paths: int) -> tuple[PerMarket, Sides | None]:
    """Prices and sides before anything is known of them: the sides are even."""
    ones = jnp.ones((markets, paths))
    return ones, Sides(ones, ones) if markets else None


def asked(terms: Terms, last: Sides) -> Quotes:
    """What each market asks this month."""
    driver, term, response, least, most = (terms[name] for name in PRICES)
    found: Quotes = once(quotes(driver, term, response, least, most, last))
    return found


def levels(world: PerDriver, found: Quotes | None) -> Any:
    """[level, path] all that moves and may be referred to: drivers, then what markets ask."""
    return world if found is None else jnp.concatenate([world, found.spot, found.term])


def sides(terms: Terms, need: PerParty, fleet: PerParty, stands: PerParty) -> Sides:
    """Who wants and who has compute this month. Who has failed wants none and has none."""
    wanted, there = (in_all(rows * stands) for rows in (need, fleet))
    demand = wanted + terms["rest_demand"] * terms["demand_index"]
    found: Sides = once(Sides(demand, there + terms["rest_supply"] * terms["supply_index"]))
    return found


def in_all(rows: PerParty) -> Any:
    """[1, path] the sum over all parties, one after the other."""
    return sum(rows, start=jnp.zeros_like(rows[0]))[None]
