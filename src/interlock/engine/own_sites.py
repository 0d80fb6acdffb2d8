"""What labs run for themselves at sites of their own: what their tenants and their commitments leave of them."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from interlock.contracts.contract import Effects
from interlock.engine.scene import Scene
from interlock.engine.shipping import Arrivals
from interlock.ground.axes import PerParty, PerSupply
from interlock.ground.sums import Tie, once, seen_by, summed
from interlock.physical.fleet import left_of
from interlock.program.shape import SUPPLY, Shape, kind_of


def at_own_sites(scene: Scene, arrivals: Arrivals, promised: PerParty, fleet: PerParty) -> PerSupply | None:
    """H100e that each contract by which a lab runs its own compute gets there; None where no lab can.

    `promised` is what the lab has ready under commitments, `fleet` what it has in all.
    """
    owns = is_own(scene.shape)
    if not scene.shape.sites or not owns.any():
        return None
    suppliers = slice(scene.shape.suppliers)
    payer = scene.setting.ties.payer.part(suppliers)
    there = left_of(summed(scene.setting.ties.owner, arrivals.unlet), promised, fleet)
    return once(jnp.where(owns[:, None] & scene.active[suppliers], seen_by(payer, there), 0.0))


def kept(scene: Scene, own: PerSupply | None) -> PerParty | float:
    """What each party so keeps of what it has."""
    return 0.0 if own is None else summed(scene.setting.ties.payer.part(slice(scene.shape.suppliers)), own)


def with_own(supply: Effects, own: PerSupply | None) -> Effects:
    """What contracts that supply compute have ready, what labs run themselves included."""
    return supply if own is None else supply._replace(ready=supply.ready + own)


def is_own(shape: Shape) -> Any:
    """[contract that supplies compute] whether it is a lab's own compute."""
    stacks = [stack for stack in shape.contracts if stack.stage <= SUPPLY]
    rows = [np.full(stack.size, kind_of(stack).merit == 1) for stack in stacks]
    return np.concatenate([np.zeros(0, bool), *rows])


def their_own(scene: Scene, seller: Tie) -> Tie:
    """The tie of contracts to who sells under each; a lab's own compute it has itself."""
    payer = scene.setting.ties.payer.group[: scene.shape.suppliers]
    return Tie(jnp.where(is_own(scene.shape), payer, seller.group), seller.groups)
