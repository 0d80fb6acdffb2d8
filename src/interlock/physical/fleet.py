"""What a cloud has, and which contract gets how much of it.

A cloud serves its contracts from capacity that it has or planned anyway (`fleet`, a figure of the party) and from
the chips that it has received for them. Commitments come first, then who takes what others left; the rest is sold by
the hour. Where there is not enough for all contracts of a class, every one of them gets the same share.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    ready: PerSupply, classes: Sequence[PerSupply], payee: Tie, fleet: PerParty, kept: PerParty | float = 0.0
) -> PerSupply:
    """What each contract gets of what is ready for it.

    `classes` are 1.0 for the contracts of each class in turn, first those whose minimum is sunk; all others come last.
    Beside the first class, a seller does not let what it has `kept` for itself or for others.
    """
    got, rest, left = jnp.zeros_like(ready), ready, fleet
    for n, is_of in enumerate(classes):
        rows = ready * is_of
        promised, rest = summed(payee, rows), rest - rows
        got = got + _rationed(rows, promised, payee, left)
        left = jnp.maximum(left - promised - (kept if n == 0 else 0.0), 0.0)
    return got + _rationed(rest, summed(payee, rest), payee, left)


def _rationed(ready: PerSupply, promised: PerParty, payee: Tie, fleet: PerParty) -> PerSupply:
    """All of it, or the same share for all contracts of a seller."""
    lacking = 1.0 - jnp.minimum(ratio(fleet, promised, 1.0), 1.0)
    return ready * (1.0 - seen_by(payee, lacking))
