"""What parties let of what they have built, and what of it is free again before its time: for the accounts."""

from __future__ import annotations

from collections.abc import Iterator

import jax.numpy as jnp

from interlock.engine.promises import Sight
from interlock.engine.rules import call
from interlock.engine.scene import Scene
from interlock.engine.state import Letting
from interlock.ground.axes import PerParty
from interlock.ground.sums import seen_by
from interlock.program.shape import INSIDE, Shape, StackShape, kind_of, says


def letting(shape: Shape) -> Iterator[tuple[int, StackShape]]:
    """The stacks whose contracts let capacity, with their numbers; what counts toward another is let under that one."""
    for n, stack in enumerate(shape.contracts):
        if says(stack, "lets") and stack.stage != INSIDE:
            yield n, stack


def let(scene: Scene, sight: Sight, fleet: PerParty) -> Letting:
    """What is let this month, and what is free again."""
    none = jnp.zeros((0, scene.paths))
    rows = [(none, none, none)]
    for n, stack in letting(scene.shape):
        found = call(stack, "lets", scene.terms[n], scene.paths, sight[n], scene.state.memory[n])
        active = scene.active[stack.rows]
        freed = jnp.where(active, found.is_cut, 0.0)
        payer = scene.setting.ties.payer.part(stack.rows)
        fallen = seen_by(payer, scene.has_just_failed) > 0.0
        freed = jnp.where(fallen & ~scene.stands[stack.rows], 1.0, freed)
        if scene.shape.has_restructuring and kind_of(stack).scaled:
            is_new = scene.state.standing.rescue.restructured == scene.month
            freed = jnp.maximum(freed, seen_by(payer, jnp.where(is_new, 1.0 - scene.party["keeps"], 0.0)))
        rows.append((jnp.where(active, found.capacity, 0.0), jnp.where(active, found.rent, 0.0), freed))
    capacity, rent, freed = (jnp.concatenate(parts) for parts in zip(*rows, strict=True))
    return Letting(capacity, rent, freed, jnp.maximum(fleet - scene.party["fleet"], 0.0))
