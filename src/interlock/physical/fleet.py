"""What a cloud has, and which contract gets how much of it.

A cloud serves its contracts from capacity that it has or planned anyway (`fleet`, a figure of the party) and from
the chips that it has received for them. Commitments come first; what they leave is sold by the hour. Where there is
not enough for all contracts of a class, every one of them gets the same share.
"""

from __future__ import annotations

import jax.numpy as jnp

from interlock.ground.arrays import ratio
from interlock.ground.axes import PerContract, PerParty, PerSupply
from interlock.ground.sums import Tie, seen_by, summed


def received(installed: PerParty, chips: PerContract, payer: Tie) -> PerParty:
    """Chips that each party has, after this month's deliveries to it."""
    return installed + summed(payer, chips)


def left_of(capacity: PerParty, promised: PerParty, fleet: PerParty) -> PerParty:
    """What commitments leave each party of a part of its fleet."""
    return jnp.minimum(capacity, jnp.maximum(fleet - promised, 0.0))


def delivered(
    ready: PerSupply, is_committed: PerSupply, payee: Tie, fleet: PerParty, kept: PerParty | float = 0.0
) -> PerSupply:
    """What each contract gets of what is ready for it; `is_committed` is 1.0 where the contract's minimum is sunk.

    Beside commitments, a seller does not let what it has `kept` for itself.
    """
    firm = ready * is_committed
    flexible, promised = ready - firm, summed(payee, firm)
    left = jnp.maximum(fleet - promised - kept, 0.0)
    return _rationed(firm, promised, payee, fleet) + _rationed(flexible, summed(payee, flexible), payee, left)


def _rationed(ready: PerSupply, promised: PerParty, payee: Tie, fleet: PerParty) -> PerSupply:
    """All of it, or the same share for all contracts of a seller."""
    lacking = 1.0 - jnp.minimum(ratio(fleet, promised, 1.0), 1.0)
    return ready * (1.0 - seen_by(payee, lacking))
