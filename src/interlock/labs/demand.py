"""What customers would pay a lab, and the compute that serving and training take.

    demand   = run-rate at the start x the demand driver
    serving  = demand x (1 - margin) / r        r: the lab's average price of compute last month, without top-ups
    training = training intensity x demand / r

So the cost of serving moves with the price of compute and the margin is what the driver says: price and
efficiency never drift apart on their own. A buyer of compute without customers uses all that it has.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from interlock.ground.arrays import ratio
from interlock.ground.axes import PerParty

EVERYTHING = 1e15
"""The need, in H100e, of a buyer that uses whatever is reserved for it."""


class Demand(NamedTuple):
    """What each lab's customers want this month."""

    wanted: PerParty
    """USD that customers would pay."""
    serving: PerParty
    """H100e that serving it takes."""
    need: PerParty
    """H100e that the lab wants in all."""


def demand(
    revenue: PerParty, index: PerParty, margin: PerParty, training: PerParty, price: PerParty, is_lab: PerParty
) -> Demand:
    """The demand of a month; `price` in USD per H100e and month."""
    wanted = revenue * index
    serving = ratio(wanted * (1.0 - margin), price)
    need = serving + ratio(wanted * training, price)
    return Demand(wanted, serving, jnp.where(is_lab > 0.0, need, EVERYTHING))


def served(demanded: Demand, supply: PerParty) -> PerParty:
    """USD of demand that can be served from the compute that the lab has; serving comes before training."""
    return demanded.wanted * jnp.minimum(ratio(supply, demanded.serving, 1.0), 1.0)
