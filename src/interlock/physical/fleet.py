"""What a cloud has, and which contract gets how much of it.

A cloud serves its contracts from capacity that it has or planned anyway (`fleet`, a figure of the party) and from
the chips that it has received for them. Where that is not enough for all, every contract gets the same share.
"""

from __future__ import annotations

import jax.numpy as jnp

from interlock.ground.arrays import ratio
from interlock.ground.axes import PartyOfContract, PerContract, PerParty
from interlock.ground.sums import summed_by


def received(installed: PerParty, chips: PerContract, payer: PartyOfContract) -> PerParty:
    """Chips that each party has, after this month's deliveries to it."""
    return installed + summed_by(payer, chips, installed.shape[0])


def delivered(ready: PerContract, payee: PartyOfContract, fleet: PerParty, installed: PerParty) -> PerContract:
    """What each contract gets of what is ready for it: all, or the same share for all contracts of a seller."""
    wanted = summed_by(payee, ready, fleet.shape[0])
    share = jnp.minimum(ratio(fleet + installed, wanted, 1.0), 1.0)
    return ready * share.at[payee].get(mode="fill", fill_value=1.0)
