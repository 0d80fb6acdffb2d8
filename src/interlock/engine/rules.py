"""Rules written for one contract and one path, mapped over the rows of a stack and the paths of a chunk."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from interlock.engine.formulas import worked_out
from interlock.ground.schedule import Schedule
from interlock.ground.sums import once
from interlock.program.recipes import assembled
from interlock.program.shape import Fill, StackShape

Values = dict[str, Any]
"""The value of each slot of a stack: [row, path], [row, entry, path], or [row] where all paths share it."""


def call(stack: StackShape, rule: str, values: Values, paths: int, *arguments: Any) -> Any:
    """Call a rule of every row and path; `arguments` are trees of [row, path], or of one number for all of them.

    Returns what the rule returns, each number as [row, path]. Whatever else looks at the month, it has the same bits.
    """
    return jax.tree.map(once, formulas_of(stack, rule, values, paths, *arguments))


def formulas_of(stack: StackShape, rule: str, values: Values, paths: int, *arguments: Any) -> Any:
    """The same, not worked out yet: for one who works it out together with what follows."""
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

    terms = {
        name: jax.tree.map(_shared_by_paths if is_shared[name] else _rows_by_paths, value)
        for name, value in values.items()
    }
    found = worked_out(one, stack.size, paths, terms, *jax.tree.map(_rows_by_paths, arguments))
    return jax.tree.map(lambda value: jnp.moveaxis(value, -2, 0) if jnp.ndim(value) > 2 else value, found)


def only_where(condition: Any, so: Any, otherwise: Any = 0.0) -> Any:
    """A tree of `so` where the condition [row, path] holds, else `otherwise`: a tree of the same, or a number for all.

    Each is worked out once, together with what it is made of: formulas of a rule need not be worked out before.
    """

    def chosen(a: Any, b: Any = otherwise) -> Any:
        # A memory may have several entries for each contract: [contract, entry, path].
        return once(jnp.where(condition[:, None] if a.ndim == 3 else condition, a, b))

    return jax.tree.map(chosen, so, *([] if jnp.isscalar(otherwise) else [otherwise]))


def _rows_by_paths(value: Any) -> Any:
    """A value of [row, entry, path] as [entry, row, path]; a number for all of them as it is."""
    return jnp.moveaxis(value, 0, -2) if jnp.ndim(value) > 2 else value


def _shared_by_paths(value: Any) -> Any:
    """A value of [row, entry] as [entry, row, path], with one path for all."""
    return lax.expand_dims(jnp.moveaxis(value, 0, -1) if jnp.ndim(value) > 1 else value, (-1,))
