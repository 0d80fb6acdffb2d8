"""What of the chips that are ordered arrives, and for whom.

Orders of a month, and what waits from before, are filled from what is made of a generation in the month: firm
deliveries and long-term orders first, open orders from what these leave; where there is not enough for all of a class,
every one of them gets the same share. The rest waits. Chips that nobody wants are not made.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.ground.arrays import ratio
from interlock.ground.axes import PerContract, PerGeneration
from interlock.ground.sums import Tie, seen_by, summed


class Orders(NamedTuple):
    """Chips under each contract, H100e."""

    firm: PerContract
    driven: PerContract
    """Ordered for compute that the payer sells."""
    for_sites: PerContract
    """Ordered for its sites."""

    def ordered(self) -> PerContract:
        """All that is not firm."""
        return self.driven + self.for_sites

    def all(self) -> PerContract:
        """All."""
        return self.firm + self.driven + self.for_sites


def filled(wanted: Orders, is_open: Any, generation: Tie, made: PerGeneration) -> Orders:
    """What arrives of what is wanted; contracts of no generation get all of it."""
    ahead, behind = wanted.firm + wanted.ordered() * (1.0 - is_open), wanted.ordered() * is_open
    long_term = summed(generation, ahead)
    for_open = jnp.maximum(made - long_term, 0.0)
    first, second = _part(long_term, made), _part(summed(generation, behind), for_open)
    of_long_term, of_open = (1.0 - seen_by(generation, 1.0 - part) for part in (first, second))
    of_ordered = jnp.where(is_open > 0.0, of_open, of_long_term)
    return Orders(wanted.firm * of_long_term, wanted.driven * of_ordered, wanted.for_sites * of_ordered)


def _part(wanted: PerGeneration, made: PerGeneration) -> PerGeneration:
    """The part of what is wanted that is there."""
    return jnp.minimum(ratio(made, wanted, 1.0), 1.0)


def placed(needed: Any, buyer: Tie, ordered: Any) -> Any:
    """The part of what each contract that supplies compute, or each site, needs that was `ordered` of anybody."""
    return needed * seen_by(buyer, jnp.minimum(ratio(ordered, summed(buyer, needed)), 1.0))


def awaited(before: Any, new: Any, buyer: Tie, waiting: Any, wanted: Any) -> Any:
    """What each of them still waits for: the same part of all that was ordered for it.

    Of what its buyer wanted this month, what had waited before included, `waiting` has not arrived.
    """
    return (before + new) * seen_by(buyer, ratio(waiting, wanted))
