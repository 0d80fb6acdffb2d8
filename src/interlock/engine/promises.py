"""What contracts do, stage by stage: their rules are called, their legs put in order."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlock.contracts.contract import NEVER, PAYEE, PAYER, Effects, Now
from interlock.engine.rules import call
from interlock.engine.scene import Scene
from interlock.ground.axes import PerContract, PerLeg
from interlock.ground.sums import seen_by, summed
from interlock.program.shape import StackShape, kind_of

Legs = dict[int, tuple[Any, ...]]
"""For a stack's number: one amount in USD for each leg, [row, path]."""


def rows_of(stack: StackShape, values: Any) -> Any:
    """A stack's rows of arrays that have a row for every contract."""
    return jax.tree.map(lambda array: array[stack.first_row : stack.first_row + stack.size], values)


def first_sight(scene: Scene) -> Now:
    """What every contract sees before anything is built: [contract, path] each."""
    blank = jnp.zeros_like(scene.state.drawn)
    now = Now(*[blank] * len(Now._fields))
    ties, state = scene.given.ties, scene.state
    return now._replace(
        month=jnp.full_like(blank, scene.month),
        drawn=state.drawn,
        arrears=by_contract(scene, state.standing.arrears),
        sales=seen_by(ties.payer, state.sales),
        payee_sales=seen_by(ties.payee, state.sales),
        shares=seen_by(ties.payee, state.shares),
    )


def effects(scene: Scene, now: Now, *stages: int) -> Effects:
    """What the contracts of some stages do to the physical world, [contract, path]; nothing for the others."""
    parts: list[Effects] = []
    for n, stack in enumerate(scene.shape.contracts):
        if stack.stage in stages:
            part = call(stack, "effects", scene.terms[n], scene.paths, rows_of(stack, now), scene.state.memory[n])
        else:
            blank = jnp.zeros((stack.size, scene.paths))
            part = Effects(*[blank] * len(Effects._fields))
        parts.append(part)
    together: Effects = jax.tree.map(lambda *rows: jnp.concatenate(rows), *parts)
    return jax.tree.map(lambda rows: jnp.where(scene.active, rows, 0.0), together)


def due(scene: Scene, now: Now, *stages: int) -> Legs:
    """What falls due under the contracts of some stages."""
    found: Legs = {}
    for n, stack in enumerate(scene.shape.contracts):
        if stack.stage in stages:
            amounts = call(stack, "due", scene.terms[n], scene.paths, rows_of(stack, now), scene.state.memory[n])
            active = rows_of(stack, scene.active)
            found[n] = tuple(jnp.where(active, amount, 0.0) for amount in amounts)
    return found


def charges(scene: Scene, legs: Legs) -> PerContract:
    """USD that each contract charges its payer this month."""
    return by_contract(scene, in_order(scene, legs))


def by_contract(scene: Scene, amounts: PerLeg) -> PerContract:
    """The legs of each contract from its payer to its payee, added up."""
    rows: list[Any] = []
    for stack in scene.shape.contracts:
        total = jnp.zeros((stack.size, scene.paths))
        for n, leg in enumerate(kind_of(stack).legs):
            if (leg.pays, leg.receives) == (PAYER, PAYEE):
                first = stack.first_leg + n * stack.size
                total = total + amounts[first : first + stack.size]
        rows.append(total)
    return jnp.concatenate(rows)


def within(scene: Scene, values: PerContract) -> PerContract:
    """For each contract, the sum over those that count toward it."""
    if not scene.shape.has_inside:
        return jnp.zeros_like(values)
    return summed(scene.given.ties.container, values)


def in_order(scene: Scene, legs: Legs) -> PerLeg:
    """[leg, path]: the legs of all stacks in order, zero for stacks that are not among them."""
    rows: list[Any] = []
    for n, stack in enumerate(scene.shape.contracts):
        blank = jnp.zeros((stack.size, scene.paths))
        rows += legs.get(n, (blank,) * len(kind_of(stack).legs))
    return jnp.concatenate(rows)


def remember(scene: Scene, now: Now, paid: PerLeg) -> tuple[Any, ...]:
    """The memory of every contract after the month, given what was paid of this month's bills."""
    memories: list[Any] = []
    for n, stack in enumerate(scene.shape.contracts):
        legs = len(kind_of(stack).legs)
        block = paid[stack.first_leg : stack.first_leg + legs * stack.size]
        by_leg = tuple(block[leg * stack.size : (leg + 1) * stack.size] for leg in range(legs))
        old = scene.state.memory[n]
        new = call(stack, "after", scene.terms[n], scene.paths, rows_of(stack, now), old, by_leg)
        active = rows_of(stack, scene.active)
        memories.append(jax.tree.map(lambda a, b, active=active: jnp.where(active, a, b), new, old))
    return tuple(memories)


def remaining(scene: Scene, now: Now, memory: tuple[Any, ...]) -> PerContract:
    """USD that each payer is still bound to pay after this month, given the memory after it.

    Of a contract that is not in force yet: after the month before the first one in which it is.
    """
    begins = scene.given.in_force_from
    now = now._replace(month=jnp.where(begins < NEVER, jnp.maximum(now.month, jnp.ceil(begins) - 1.0), now.month))
    rows = [
        call(stack, "remaining", scene.terms[n], scene.paths, rows_of(stack, now), memory[n])
        for n, stack in enumerate(scene.shape.contracts)
    ]
    return jnp.where(scene.stands & (begins < NEVER), jnp.concatenate(rows), 0.0)


def shares_held(scene: Scene, memory: tuple[Any, ...]) -> PerContract:
    """Shares of the payee that each contract has bought."""
    rows = [
        memory[n].shares if "shares" in memory[n]._fields else jnp.zeros((stack.size, scene.paths))
        for n, stack in enumerate(scene.shape.contracts)
    ]
    return jnp.concatenate(rows)
