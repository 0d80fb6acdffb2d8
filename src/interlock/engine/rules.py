"""Rules written for one contract and one path, mapped over the rows of a stack and the paths of a chunk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from interlock.ground.schedule import Schedule
from interlock.program.recipes import assembled
from interlock.program.shape import Fill, StackShape

Values = dict[str, Any]
Axes = dict[str, Any]


def filled(stack: StackShape, links: Mapping[str, Any], drawn: Mapping[str, Any], moving: Mapping[Fill, Any]) -> Values:
    """The value of every slot this month: [row, path], [row, entry, path], or [row] where all paths share it.

    `moving` holds what links look up: driver levels and the months in which triggers first held, [row, path].
    """
    values: Values = {}
    for slot in stack.slots:
        if slot.fill is Fill.value:
            values[slot.name] = drawn[slot.name]
        elif slot.fill is Fill.certain:
            values[slot.name] = links[slot.name]["value"]
        elif slot.fill is Fill.schedule:
            values[slot.name] = (links[slot.name]["times"], links[slot.name]["levels"])
        elif slot.fill in moving:
            values[slot.name] = _looked_up(links[slot.name], drawn.get(slot.name), moving[slot.fill])
    return values


def _looked_up(link: Mapping[str, Any], drawn: Any, rows: Any) -> Any:
    """The linked row for each contract; where the book names nothing (index -1), the default, or what was drawn."""
    index = link["index"]
    default = link["default"][..., None] if drawn is None else drawn
    if rows.shape[0] == 0:
        return jnp.broadcast_to(default, (*index.shape, rows.shape[-1]))
    found = rows[jnp.maximum(index, 0)]
    return jnp.where((index >= 0)[..., None], found, default)


def call(stack: StackShape, rule: str, values: Values, paths: int, *arguments: Any) -> Any:
    """Call a rule of every row and path; `arguments` are trees of [row, path].

    Returns what the rule returns, each number as [row, path].
    """
    linear = {slot.name: slot.linear for slot in stack.slots if slot.fill is Fill.schedule}
    absent = {slot.name: None for slot in stack.slots if slot.fill in {Fill.absent, Fill.text}}
    is_shared = {slot.name: slot.fill in {Fill.certain, Fill.schedule} for slot in stack.slots}
    # Once the row axis is gone, a term of its own on each path still has the path last; a shared one has none.
    over_paths = {name: None if is_shared[name] else -1 for name in values}

    def one(values: Values, *arguments: Any) -> Any:
        terms = {name: Schedule(*value, linear[name]) if name in linear else value for name, value in values.items()}
        contract = assembled(stack.kind, terms | absent)
        return jax.tree.map(lambda number: jnp.asarray(number, jnp.float64), getattr(contract, rule)(*arguments))

    axes = (over_paths, *[-1] * len(arguments))
    along_paths = jax.vmap(one, in_axes=axes, out_axes=-1, axis_size=paths)
    called = jax.vmap(along_paths, in_axes=0, out_axes=0, axis_size=stack.size)(values, *arguments)
    # Else the compiler works out a rule anew for everybody who looks at what it said: slower to compile and to run.
    return lax.optimization_barrier(called)
