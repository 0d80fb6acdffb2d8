"""Which compute a buyer uses: commitments first, for their minimum is sunk; then spot, while there is any.

Within a class every contract is used to the same share of what it delivers.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from interlock.ground.arrays import ratio
from interlock.ground.axes import PartyOfContract, PerContract, PerParty
from interlock.ground.sums import of_row, summed_by


class Sourced(NamedTuple):
    """Where each buyer's compute comes from."""

    used: PerContract
    committed: PerParty
    """H100e that commitments deliver to each buyer."""
    supply: PerParty
    """H100e that each buyer has in all, spot included."""


def source(need: PerParty, delivered: PerContract, is_committed: PerContract, payer: PartyOfContract) -> Sourced:
    """Use in merit order. Spot serves labs only: a buyer that uses everything takes its commitments alone."""
    parties = need.shape[0]
    sunk = delivered * is_committed
    flexible = delivered - sunk
    committed = summed_by(payer, sunk, parties)
    on_spot = summed_by(payer, flexible, parties)
    share_committed = jnp.minimum(ratio(need, committed), 1.0)
    share_spot = jnp.clip(ratio(need - committed, on_spot), 0.0, 1.0)
    used = sunk * of_row(share_committed, payer) + flexible * of_row(share_spot, payer)
    return Sourced(used, committed, committed + on_spot)
