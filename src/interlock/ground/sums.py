"""Rows that belong to groups: added up by group, or shown what their group has.

A tie says for each row to which group it belongs: the party that pays a leg, the contract that another counts
toward. A row whose group is past the end belongs to none: it is left out of every sum, and sees what it is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.experimental.xla_metadata import set_xla_metadata

Rows = Any

FEW = 8
"""Rows."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Tie:
    """To which group each row belongs."""

    group: Any
    """[row] Never below zero."""
    groups: int = field(metadata={"static": True})

    def part(self, rows: slice) -> Tie:
        """The tie of some of the rows."""
        return Tie(part_of(self.group, rows), self.groups)


def part_of(rows: Rows, which: slice) -> Rows:
    """Some of the rows, as far as there are any: what `rows[which]` says, at a fraction of what JAX takes for that."""
    first, last, _ = which.indices(rows.shape[0])
    return lax.slice_in_dim(rows, first, max(first, last))


def tied(group: Any, groups: int) -> Tie:
    """The tie of rows to the group of each."""
    return Tie(group, groups)


def summed(tie: Tie, values: Rows) -> Rows:
    """[group, path] the rows of `values` [row, path] added up by group, one after the other."""
    nothing = jnp.zeros((tie.groups, *values.shape[1:]))
    if values.shape[0] > FEW:
        return nothing.at[tie.group].add(values, mode="drop", wrap_negative_indices=False)
    # A few rows are added up within the formula that looks at the sums.
    belongs = tie.group[:, None] == jnp.arange(tie.groups, dtype=tie.group.dtype)[None]
    return sum((jnp.where(belongs[n][:, None], values[n][None], 0.0) for n in range(values.shape[0])), nothing)


def seen_by(tie: Tie, values: Rows, beyond: Rows = 0.0) -> Rows:
    """[row, path] what the group of each row has of `values` [group, path]; `beyond` where a row belongs to none."""
    if tie.groups == 0:
        return jnp.broadcast_to(beyond, (tie.group.shape[0], values.shape[-1]))
    belongs = (tie.group < tie.groups)[:, None]
    return jnp.where(belongs, once(values).at[tie.group].get(mode="clip", wrap_negative_indices=False), beyond)


def once(values: Any) -> Any:
    """The same values, worked out here and now, however many look at them.

    XLA would otherwise work them out anew within each formula that they go into, which is slower to run and much
    slower to compile. It looks into no call that is marked like this one, and the call itself costs nothing.
    """
    with set_xla_metadata(inlineable="false"):  # type: ignore[no-untyped-call]  # JAX says no types here
        return _as_they_are(values)


@jax.jit
def _as_they_are(values: Any) -> Any:
    return values
