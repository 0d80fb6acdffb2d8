"""What customers leave who have failed, and others may have: of each seller, where somebody takes it.

Nobody exercises an option of who has failed, or gives notice in its place: whatever had not been triggered by then
never is. What counts toward another commitment is let again by itself, and the other without it.
"""

from __future__ import annotations

import jax.numpy as jnp

from interlock.contracts.contract import NEVER, Effects
from interlock.contracts.reletting import Reletting
from interlock.engine.promises import Sight, payees_see, suppliers_see, supplying, within
from interlock.engine.rules import Values, call
from interlock.engine.scene import Scene
from interlock.ground.axes import PerContract, PerParty, PerSupply
from interlock.ground.sums import once, seen_by, summed
from interlock.program.shape import INSIDE, Fill, Shape, StackShape, kind_of, says


def is_let_again(shape: Shape) -> bool:
    """Whether anybody takes what others leave."""
    return any(_takes_over(stack) for stack in shape.contracts)


def _takes_over(stack: StackShape) -> bool:
    """Whether the contracts of a stack are those by which somebody takes what others leave."""
    return issubclass(kind_of(stack), Reletting)


def comes_next(scene: Scene) -> tuple[PerSupply, ...]:
    """1.0 where a contract takes what others left: it gets what commitments leave before anybody buys by the hour."""
    if not is_let_again(scene.shape):
        return ()
    rows = [jnp.full((stack.size, scene.paths), float(_takes_over(stack))) for _, stack in supplying(scene.shape)]
    return (jnp.concatenate(rows),)


def next_ones_see(scene: Scene, sight: Sight, inner: Effects) -> Sight:
    """What others may have of what customers of each seller left when they failed, and what they pay for it.

    `inner` is what contracts do that count toward another.
    """
    if not is_let_again(scene.shape):
        return sight
    stacks = [(n, stack) for n, stack in enumerate(scene.shape.contracts) if says(stack, "lets_again")]
    inside = [_left(scene, sight, n, stack) for n, stack in stacks if stack.stage == INSIDE]
    seen = sight
    if inside:
        ended = jnp.concatenate([planned for planned, _ in inside])
        seen = suppliers_see(scene, sight, within_reserved=within(scene, inner.reserved + ended))
    outside = [_left(scene, seen, n, stack) for n, stack in stacks if stack.stage != INSIDE]
    found = [each for _, each in (*inside, *outside)]
    capacity, worth, rent = once(tuple(sum(rows) for rows in zip(*found, strict=True)))
    return payees_see(scene, sight, vacated=capacity, vacated_worth=worth, vacated_rent=rent)


def _left(scene: Scene, sight: Sight, n: int, stack: StackShape) -> tuple[PerContract, tuple[PerParty, ...]]:
    """What the contracts of a stack whose payer has failed would have reserved; and by seller, what others may have."""
    fell = seen_by(scene.setting.ties.payer.part(stack.rows), scene.state.standing.failed, NEVER)
    now, terms = sight[n], scene.terms[n]
    if any(slot.fill is Fill.trigger for slot in stack.slots):
        now, terms = now._replace(agenda=None), _as_it_fell(stack, terms, fell)
    found = call(stack, "lets_again", terms, scene.paths, now, scene.state.memory[n])
    was_in_force = scene.setting.in_force_from[stack.rows] < fell
    part = jnp.where(was_in_force, jnp.clip(scene.month + 1.0 - fell - found.vacancy, 0.0, 1.0), 0.0)
    part, planned = once((part, jnp.where(was_in_force & (fell <= scene.month), found.planned, 0.0)))
    seller = scene.setting.ties.payee.part(stack.rows)
    return planned, tuple(summed(seller, rows * part) for rows in (found.capacity, found.worth, found.rent))


def _as_it_fell(stack: StackShape, terms: Values, fell: PerContract) -> Values:
    """Terms with no trigger that first held once the payer had failed."""
    triggers = {slot.name for slot in stack.slots if slot.fill is Fill.trigger}
    return terms | {name: jnp.where(terms[name] < fell, terms[name], NEVER) for name in triggers}
