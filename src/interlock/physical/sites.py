"""What runs at sites and is for whom, and what a party has with its sites."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from interlock.ground.arrays import ratio
from interlock.ground.axes import PerParty, PerSite, PerSupply
from interlock.ground.sums import Tie, seen_by, summed


def shared_out(capacity: PerSite, wanted: PerSupply, site: Tie) -> PerSupply:
    """What each contract gets of the site that it names: all that it wants, or the same part for all of them."""
    part = jnp.minimum(ratio(capacity, summed(site, wanted), 1.0), 1.0)
    return wanted * seen_by(site, part)


def with_sites(fleet: PerParty, capacity: PerSite, owner: Tie, has_failed: Any) -> PerParty:
    """What each party has in all; of one that has failed, what runs at its sites under a receiver."""
    return fleet * (1.0 - has_failed) + summed(owner, capacity)
