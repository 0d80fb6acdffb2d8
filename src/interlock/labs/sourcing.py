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


class Sourced(NamedTuple):
    """Where each buyer's compute comes from."""

    used: PerSupply
    committed: PerParty
    """H100e that commitments deliver to each buyer."""
    supply: PerParty
    """H100e that each buyer has in all, spot included."""


def source(need: PerParty, delivered: PerSupply, is_committed: PerSupply, payer: Tie) -> Sourced:
    """Use in merit order; `is_committed` is 1.0 where the contract's minimum is sunk."""
    sunk = delivered * is_committed
    flexible = delivered - sunk
    committed, on_spot = summed(payer, sunk), summed(payer, flexible)
    share_committed = jnp.minimum(ratio(need, committed), 1.0)
    share_spot = jnp.clip(ratio(need - committed, on_spot), 0.0, 1.0)
    used = sunk * seen_by(payer, share_committed, 1.0) + flexible * seen_by(payer, share_spot, 1.0)
    return Sourced(used, committed, committed + on_spot)
