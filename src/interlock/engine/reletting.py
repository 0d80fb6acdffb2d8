"""What customers leave who have failed, and others may have: of each seller, where somebody takes it."""

from __future__ import annotations

import jax.numpy as jnp

from interlock.contracts.contract import NEVER
from interlock.contracts.reletting import Reletting
from interlock.engine.letting import letting
from interlock.engine.promises import Sight, payees_see
from interlock.engine.rules import call
from interlock.engine.scene import Scene
from interlock.ground.sums import once, seen_by, summed
from interlock.program.shape import Shape, kind_of, says


def is_let_again(shape: Shape) -> bool:
    """Whether anybody takes what others leave."""
    return any(issubclass(kind_of(stack), Reletting) for stack in shape.contracts)


def next_ones_see(scene: Scene, sight: Sight) -> Sight:
    """What others may have of what customers of each seller left when they failed, and what they pay for it."""
    if not is_let_again(scene.shape):
        return sight
    ties, left = scene.setting.ties, [jnp.zeros_like(scene.state.cash)] * 3
    for n, stack in letting(scene.shape):
        if not says(stack, "lets_again"):
            continue
        found = call(stack, "lets_again", scene.terms[n], scene.paths, sight[n], scene.state.memory[n])
        fell = seen_by(ties.payer.part(stack.rows), scene.state.standing.failed, NEVER)
        part = jnp.clip(scene.month + 1.0 - fell - found.vacancy, 0.0, 1.0)
        part = once(jnp.where(scene.setting.in_force_from[stack.rows] < fell, part, 0.0))
        seller = ties.payee.part(stack.rows)
        left = [
            sofar + summed(seller, rows * part)
            for sofar, rows in zip(left, (found.capacity, found.worth, found.rent), strict=True)
        ]
    capacity, worth, rent = once(tuple(left))
    return payees_see(scene, sight, vacated=capacity, vacated_worth=worth, vacated_rent=rent)
