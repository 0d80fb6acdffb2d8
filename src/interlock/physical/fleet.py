"""What a cloud has, and which contract gets how much of it.

A cloud serves its contracts from capacity that it has or planned anyway (`fleet`, a figure of the party) and from
the chips that it has received for them. Where that is not enough for all, every contract gets the same share.
"""

from __future__ import annotations

import jax.numpy as jnp

from interlock.ground.arrays import ratio
from interlock.ground.axes import PerContract, PerParty, PerSupply
from interlock.ground.sums import Tie, seen_by, summed


def received(installed: PerParty, chips: PerContract, payer: Tie) -> PerParty:
    """Chips that each party has, after this month's deliveries to it."""
    return installed + summed(payer, chips)


def delivered(ready: PerSupply, payee: Tie, fleet: PerParty) -> PerSupply:
    """What each contract gets of what is ready for it: all, or the same share for all contracts of a seller."""
    lacking = 1.0 - jnp.minimum(ratio(fleet, summed(payee, ready), 1.0), 1.0)
    return ready * (1.0 - seen_by(payee, lacking))
