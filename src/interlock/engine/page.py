"""A month of one path with all that the program knew of it: what its rules saw, what they said, what came of it."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from interlock.engine.rules import Values
from interlock.engine.state import Events, State
from interlock.program.shape import Fill, Shape, StackShape

SHARED = {Fill.certain, Fill.schedule}
"""Terms that are the same on all paths: they have no axis of paths."""


class Page(NamedTuple):
    """One month of one path; the axis of paths is gone."""

    before: State
    events: Events
    after: State


def page_of(shape: Shape, column: Any, before: State, events: Events, after: State) -> Page:
    """The page of the path that stands in a column. Terms that all paths share are left out: the program has them."""
    grounds = events.grounds
    terms = tuple(_own(stack, values) for stack, values in zip(shape.contracts, grounds.terms, strict=True))
    events = events._replace(grounds=grounds._replace(terms=terms))

    def in_column(rows: Any) -> Any:
        # What is one number for all contracts has no rows, and no paths.
        return rows[..., column] if jnp.ndim(rows) else jnp.asarray(rows, jnp.float64)

    page: Page = jax.tree.map(in_column, Page(before, events, after))
    return page


def _own(stack: StackShape, values: Values) -> Values:
    """The terms that each path has for itself."""
    return {slot.name: values[slot.name] for slot in stack.slots if slot.name in values and slot.fill not in SHARED}
