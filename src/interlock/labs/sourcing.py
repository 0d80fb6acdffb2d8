"""Which compute a buyer uses: what it pays for anyway, the rest of commitments, its own, spot while there is any.

Within a class every contract is used to the same share of what is left of it. An edge of the world uses all that it
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


class Merit(NamedTuple):
    """Which contracts are of which class: 1.0 where one is; by the hour are all others."""

    is_committed: PerSupply
    is_own: PerSupply | None
    """None where nobody owns what it uses."""


class Offered(NamedTuple):
    """What is delivered to each buyer this month."""

    committed: PerParty
    """H100e under commitments."""
    commitments_cost: PerParty
    """USD, if all of that is used."""
    sunk: PerParty
    """H100e under commitments that are paid for, used or not."""
    flexible: PerParty
    """H100e by the hour."""
    flexible_cost: PerParty
    """USD, if all of that is used."""
    own: PerParty | None = None
    """H100e of its own; None where nobody has any."""
    own_cost: PerParty | None = None
    """USD, if all of that is used."""

    @property
    def firm(self) -> list[tuple[PerParty, PerParty]]:
        """H100e and USD of what is used before anything is bought by the hour, class by class."""
        own = [] if self.own is None or self.own_cost is None else [(self.own, self.own_cost)]
        return [(self.committed, self.commitments_cost), *own]

    @property
    def held(self) -> PerParty:
        """H100e that are not bought by the hour."""
        return self.committed if self.own is None else self.committed + self.own

    @property
    def cost_of_held(self) -> PerParty:
        """USD, if all of that is used."""
        return self.commitments_cost if self.own_cost is None else self.commitments_cost + self.own_cost

    @property
    def supply(self) -> PerParty:
        """H100e in all."""
        return self.held + self.flexible


def offered(delivered: PerSupply, price: PerSupply, sunk: PerSupply, merit: Merit, payer: Tie) -> Offered:
    """What each buyer can use, and at what cost; `sunk` is the part that it pays for anyway."""
    committed = delivered * merit.is_committed
    flexible, own = delivered - committed, None
    if merit.is_own is not None:
        own = delivered * merit.is_own
        flexible = flexible - own
    each = (committed, committed * price, committed * sunk, flexible, flexible * price)
    found = Offered(*(summed(payer, rows) for rows in each))
    return found if own is None else found._replace(own=summed(payer, own), own_cost=summed(payer, own * price))


def affordable(budget: PerParty, offered: Offered, last_price: PerParty) -> PerParty:
    """The H100e that a budget in USD buys in merit order.

    Beyond what is on offer it is counted at the price of what is used last; where nothing is on offer, at that
    of last month.
    """
    price = last_price
    for there, cost in (*offered.firm, (offered.flexible, offered.flexible_cost)):
        price = jnp.where(there > LEAST_USE, ratio(cost, there), price)
    return _bought(budget, offered.firm, price)


def _bought(budget: PerParty, classes: list[tuple[PerParty, PerParty]], price: PerParty) -> PerParty:
    """The H100e that a budget buys of each class in turn, and then at a price."""
    (there, cost), *rest = classes
    more = _bought(budget - cost, rest, price) if rest else ratio(budget - cost, price)
    return jnp.where(budget < cost, there * ratio(budget, cost), there + more)


def source(
    need: PerParty, delivered: PerSupply, sunk: PerSupply, merit: Merit, offered: Offered, payer: Tie
) -> PerSupply:
    """Use in merit order."""
    committed = delivered * merit.is_committed
    share_sunk = jnp.minimum(ratio(need, offered.sunk), 1.0)
    share_more = jnp.clip(ratio(need - offered.sunk, offered.committed - offered.sunk), 0.0, 1.0)
    share_spot = jnp.clip(ratio(need - offered.held, offered.flexible), 0.0, 1.0)
    used = sunk * seen_by(payer, share_sunk, 1.0) + (1.0 - sunk) * seen_by(payer, share_more, 1.0)
    firm, flexible = committed * used, delivered - committed
    if merit.is_own is not None and offered.own is not None:
        own = delivered * merit.is_own
        share_own = jnp.clip(ratio(need - offered.committed, offered.own), 0.0, 1.0)
        firm, flexible = firm + own * seen_by(payer, share_own, 1.0), flexible - own
    return firm + flexible * seen_by(payer, share_spot, 1.0)
