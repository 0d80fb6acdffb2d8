"""Rows added up by the party, or the pair of parties, that they belong to.

An index past the end is nowhere: what belongs there is left out of every sum, and reads as `otherwise`.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

Rows = Any


def summed_by(index: Rows, values: Rows, size: int) -> Rows:
    """[size, path]: the rows of `values` added up by their index, in order."""
    belongs = index[None] == jnp.arange(size, dtype=index.dtype)[:, None]
    return belongs.astype(values.dtype) @ values


def of_row(values: Rows, index: Rows, otherwise: float = 0.0) -> Rows:
    """The rows of `values` that an index names."""
    return values.at[index].get(mode="fill", fill_value=otherwise)
