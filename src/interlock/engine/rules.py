"""Rules written for one contract and one path, mapped over the rows of a stack and the paths of a chunk."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlock.engine.repeats import without_repeats
from interlock.ground.schedule import Schedule
from interlock.program.recipes import assembled
from interlock.program.shape import Fill, StackShape

Values = dict[str, Any]
"""The value of each slot of a stack: [row, path], [row, entry, path], or [row] where all paths share it."""


def call(stack: StackShape, rule: str, values: Values, paths: int, *arguments: Any) -> Any:
    """Call a rule of every row and path; `arguments` are trees of [row, path], or of one number for all of them.

    Returns what the rule returns, each number as [row, path].
    """
    linear = {slot.name: slot.linear for slot in stack.slots if slot.fill is Fill.schedule}
    absent = {slot.name: None for slot in stack.slots if slot.fill in {Fill.absent, Fill.text}}
    is_shared = {slot.name: slot.fill in {Fill.certain, Fill.schedule} for slot in stack.slots}

    def one(values: Values, *arguments: Any) -> Any:
        terms = {
            name: Schedule(value[0], value[1], linear=linear[name]) if name in linear else value
            for name, value in values.items()
        }
        contract = assembled(stack.kind, terms | absent)
        return jax.tree.map(lambda number: jnp.asarray(number, jnp.float64), getattr(contract, rule)(*arguments))

    # Once the row axis is gone, a term of its own on each path still has the path last; a shared one has none.
    over_paths = ({name: None if is_shared[name] else -1 for name in values}, *_axes(arguments, -1))
    over_rows = (dict.fromkeys(values, 0), *_axes(arguments, 0))
    along_paths = jax.vmap(without_repeats(one), in_axes=over_paths, out_axes=-1, axis_size=paths)
    return jax.vmap(along_paths, in_axes=over_rows, out_axes=0, axis_size=stack.size)(values, *arguments)


def _axes(arguments: Any, axis: int) -> Any:
    """The axis to map over, for every number that has axes."""
    return jax.tree.map(lambda number: axis if jnp.ndim(number) else None, arguments)
