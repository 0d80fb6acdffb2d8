"""The last months of something: [month, …], where each month takes the place of the one as many months ago.

So that a month costs one row, and not as many as are remembered.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

import jax.numpy as jnp
from jax import lax

from interlock.ground.sums import once

Remembered = Any


def oldest(rows: Remembered, month: Any) -> Any:
    """What stands in the place of a month: that of as many months before it as are remembered."""
    return lax.dynamic_index_in_dim(rows, _place(rows, month), keepdims=False)


def with_latest(rows: Remembered, month: Any, latest: Any) -> Remembered:
    """The same, with what is of a month in the place of the oldest."""
    return lax.dynamic_update_index_in_dim(rows, latest, _place(rows, month), axis=0)


def added_up(rows: Remembered) -> Any:
    """The sum of all that are remembered, one after the other: of few rows, quicker than a sum along an axis."""
    return once(reduce(add, rows))


def _place(rows: Remembered, month: Any) -> Any:
    return jnp.asarray(month).astype(jnp.int32) % len(rows)
