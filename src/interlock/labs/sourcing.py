"""Which compute a buyer uses: commitments first, for their minimum is sunk; then spot, while there is any.

Within a class every contract is used to the same share of what it delivers. An edge of the world uses all that it
has bought: nobody asks what it wants.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from interlock.ground.arrays import ratio
from interlock.ground.axes import PerParty, PerSupply
from interlock.ground.sums import Tie, seen_by, summed

LEAST_USE = 1e-6
"""H100e: less is rounding, and says nothing of a price."""


class Offered(NamedTuple):
    """What is delivered to each buyer this month."""

    committed: PerParty
    """H100e under commitments."""
    commitments_cost: PerParty
    """USD, if all of that is used."""
    flexible: PerParty
    """H100e by the hour."""
    flexible_cost: PerParty
    """USD, if all of that is used."""

    @property
    def supply(self) -> PerParty:
        """H100e in all."""
        return self.committed + self.flexible


def offered(delivered: PerSupply, price: PerSupply, is_committed: PerSupply, payer: Tie) -> Offered:
    """What each buyer can use, and at what cost; `is_committed` is 1.0 where the contract's minimum is sunk."""
    sunk = delivered * is_committed
    flexible = delivered - sunk
    return Offered(*(summed(payer, rows) for rows in (sunk, sunk * price, flexible, flexible * price)))


def affordable(budget: PerParty, offered: Offered, last_price: PerParty) -> PerParty:
    """The H100e that a budget in USD buys in merit order.

    Beyond what is on offer it is counted at the price of what is used last; where nothing is on offer, at that
    of last month.
    """
    committed, cost = offered.committed, offered.commitments_cost
    price = jnp.where(committed > LEAST_USE, ratio(cost, committed), last_price)
    price = jnp.where(offered.flexible > LEAST_USE, ratio(offered.flexible_cost, offered.flexible), price)
    return jnp.where(budget < cost, committed * ratio(budget, cost), committed + ratio(budget - cost, price))


def source(need: PerParty, delivered: PerSupply, is_committed: PerSupply, offered: Offered, payer: Tie) -> PerSupply:
    """Use in merit order."""
    sunk = delivered * is_committed
    share_committed = jnp.minimum(ratio(need, offered.committed), 1.0)
    share_spot = jnp.clip(ratio(need - offered.committed, offered.flexible), 0.0, 1.0)
    return sunk * seen_by(payer, share_committed, 1.0) + (delivered - sunk) * seen_by(payer, share_spot, 1.0)
