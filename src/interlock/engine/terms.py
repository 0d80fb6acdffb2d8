"""What the terms of contracts and parties are: fixed for a path, or what they refer to this month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from interlock.engine.rules import Values
from interlock.ground.axes import PerDriver, PerTrigger
from interlock.ground.sums import once
from interlock.program.shape import Fill, StackShape

Links = Mapping[str, Mapping[str, Any]]


def fixed(stack: StackShape, links: Links, drawn: Mapping[str, Any]) -> Values:
    """The value of every slot that is the same in all months."""
    values: Values = {}
    for slot in stack.slots:
        if slot.fill is Fill.value:
            values[slot.name] = drawn[slot.name]
        elif slot.fill is Fill.certain:
            values[slot.name] = links[slot.name]["value"]
        elif slot.fill is Fill.schedule:
            values[slot.name] = (links[slot.name]["times"], links[slot.name]["levels"])
    return values


class References(NamedTuple):
    """The terms of all stacks that refer to drivers and triggers, row after row."""

    index: Any
    """[row] Which of the drivers, and after them the triggers; -1 where the book names nothing."""
    default: Any
    """[row, path] or [row, 1] What a rule sees there."""
    places: tuple[tuple[int, str, tuple[int, ...]], ...]
    """The number of the stack, the slot and the shape of each term."""


def references(
    stacks: Sequence[StackShape], links: Sequence[Links], drawn: Sequence[Mapping[str, Any]], drivers: int
) -> References:
    """The references of some stacks, made ready once for all months; `drivers` counts the rows of drivers."""
    index, default, first, places = [jnp.zeros(0, jnp.int32)], [jnp.zeros((0, 1))], [np.zeros(0, np.int32)], []
    for n, stack in enumerate(stacks):
        for slot in stack.slots:
            if slot.fill in {Fill.driver, Fill.trigger}:
                link = links[n][slot.name]
                index.append(link["index"].reshape(-1))
                default.append(drawn[n].get(slot.name, link["default"].reshape(-1, 1)))
                first.append(np.full(index[-1].size, drivers if slot.fill is Fill.trigger else 0, np.int32))
                places.append((n, slot.name, link["index"].shape))
    row = jnp.concatenate(index)
    width = max(rows.shape[1] for rows in default)
    columns = [jnp.broadcast_to(rows, (rows.shape[0], width)) for rows in default]
    return References(jnp.where(row >= 0, row + np.concatenate(first), -1), jnp.concatenate(columns), tuple(places))


def looked_up(references: References, world: PerDriver, fired: PerTrigger) -> dict[int, Values]:
    """The terms that refer to something, by number of the stack: driver levels, and months in which triggers held."""
    moving = jnp.concatenate([world, fired])
    found = jnp.broadcast_to(references.default, (references.index.shape[0], world.shape[-1]))
    if moving.shape[0]:
        found = jnp.where((references.index >= 0)[:, None], once(moving).at[references.index].get(mode="clip"), found)
    found = once(found)
    values: dict[int, Values] = {}
    first = 0
    for n, name, shape in references.places:
        values.setdefault(n, {})[name] = found[first : first + prod(shape)].reshape(*shape, -1)
        first += prod(shape)
    return values
