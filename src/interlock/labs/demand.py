"""What customers would pay a lab, and the compute that serving and training take.

    demand   = run-rate at the start x the demand driver
    budget   = demand x (1 - margin + training intensity) / (1 + gains in efficiency)     USD for compute
    bought   = the H100e that the budget buys this month, in merit order
    serving  = bought x (1 - margin) / (1 - margin + training intensity)
    need     = bought, and no less than what is paid for, used or not          what does not serve trains

So r = budget / bought is the lab's average price of compute, without top-ups, and serving takes
demand x (1 - margin) / r: the cost of serving moves with the price of compute, the margin is what the driver says, and
price and efficiency never drift apart on their own. Need and price settle within the month: with the price of the
month before, a lab at the edge of what it has committed to would swing between commitment and spot.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from interlock.ground.arrays import ratio
from interlock.ground.axes import PerParty
from interlock.labs.sourcing import Offered, affordable


class Demand(NamedTuple):
    """What each lab's customers want this month."""

    wanted: PerParty
    """USD that customers would pay."""
    serving: PerParty
    """H100e that serving it takes."""
    need: PerParty
    """H100e that the lab wants in all. A buyer of compute without customers wants all that it gets."""
    spare: PerParty
    """The part of the need that its budget would not have bought: it is paid for anyway."""


def cut_training(
    wanted: PerParty, margin: PerParty, training: PerParty, gains: PerParty, offered: Offered, cut: PerParty
) -> PerParty:
    """What is left of training, per dollar of demand, where so much of what goes beyond what it holds is cut."""
    committed = ratio(offered.cost_of_held * (1.0 + gains), wanted) - (1.0 - margin)
    kept = jnp.clip(committed, 0.0, training)
    return kept + (1.0 - cut) * (training - kept)


def demand(
    wanted: PerParty,
    margin: PerParty,
    training: PerParty,
    gains: PerParty,
    offered: Offered,
    last_price: PerParty,
    is_lab: PerParty,
) -> Demand:
    """The demand of a month; `last_price` in USD per H100e and month, where nothing is on offer."""
    to_serve = 1.0 - margin
    bought = affordable(wanted * (to_serve + training) / (1.0 + gains), offered, last_price)
    serving, need = bought * ratio(to_serve, to_serve + training), jnp.maximum(bought, offered.sunk)
    spare = jnp.where(is_lab > 0.0, ratio(need - bought, need), 0.0)
    return Demand(wanted, serving, jnp.where(is_lab > 0.0, need, offered.supply), spare)


def after_moves(wanted: PerParty, move: PerParty, has_failed: PerParty) -> PerParty:
    """Demand once customers of labs that have failed have gone to the others, in proportion to what these have.

    `move` is the part of its customers that goes; the others are lost, and so are all where no lab is left.
    """
    standing = wanted * (1.0 - has_failed)
    left = _in_all(standing)
    leaving = wanted * has_failed * jnp.where(left > 0.0, move, 0.0)
    return wanted - leaving + standing * ratio(_in_all(leaving), left)


def _in_all(demands: PerParty) -> PerParty:
    """The same for every party: the sum over all of them, one after the other."""
    return jnp.broadcast_to(sum(demands, start=jnp.zeros_like(demands[0]))[None], demands.shape)


def served(demanded: Demand, supply: PerParty) -> PerParty:
    """USD of demand that can be served from the compute that the lab has; serving comes before training."""
    return demanded.wanted * jnp.minimum(ratio(supply, demanded.serving, 1.0), 1.0)
