"""What the terms of contracts and parties are: fixed for a path, or what they refer to this month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from interlock.engine.rules import Values
from interlock.ground.axes import PerDriver, PerTrigger
from interlock.ground.sums import Tie, once, seen_by, tied
from interlock.program.shape import Fill, Shape, StackShape

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


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class References:
    """The terms of all stacks that refer to drivers and triggers, row after row."""

    tie: Tie
    """To the drivers, the triggers, and what conditions watch, in this order; to none where the book names nothing."""
    default: Any
    """[row, path] or [row, 1] What a rule sees there."""
    places: tuple[tuple[int, str, tuple[int, ...]], ...] = field(metadata={"static": True})
    """The number of the stack, the slot and the shape of each term."""
    has_watched: bool = field(metadata={"static": True})
    """Whether any term is something watched."""


def references(
    stacks: Sequence[StackShape], links: Sequence[Links], drawn: Sequence[Mapping[str, Any]], shape: Shape
) -> References:
    """The references of some stacks, made ready once for all months."""
    has_watched = any(slot.fill is Fill.watch for stack in stacks for slot in stack.slots)
    offsets = {Fill.driver: 0, Fill.trigger: shape.levels, Fill.watch: shape.levels + shape.triggers[0]}
    rows = offsets[Fill.watch] + (shape.conditions if has_watched else 0)
    index, default, first, places = [jnp.zeros(0, jnp.int32)], [jnp.zeros((0, 1))], [np.zeros(0, np.int32)], []
    for n, stack in enumerate(stacks):
        for slot in stack.slots:
            if slot.fill in offsets:
                link = links[n][slot.name]
                index.append(link["index"].reshape(-1))
                default.append(drawn[n].get(slot.name, link["default"].reshape(-1, 1)))
                first.append(np.full(index[-1].size, offsets[slot.fill], np.int32))
                places.append((n, slot.name, link["index"].shape))
    row = jnp.concatenate(index)
    width = max(each.shape[1] for each in default)
    columns = [jnp.broadcast_to(each, (each.shape[0], width)) for each in default]
    tie = tied(jnp.where(row >= 0, row + np.concatenate(first), rows), rows)
    return References(tie, jnp.concatenate(columns), tuple(places), has_watched)


def looked_up(references: References, world: PerDriver, fired: PerTrigger, watched: Any) -> dict[int, Values]:
    """The terms that refer to something, by number of the stack."""
    there = [world, fired, watched] if references.has_watched else [world, fired]
    found = once(seen_by(references.tie, jnp.concatenate(there), references.default))
    values: dict[int, Values] = {}
    first = 0
    for n, name, shape in references.places:
        values.setdefault(n, {})[name] = found[first : first + prod(shape)].reshape(*shape, -1)
        first += prod(shape)
    return values
