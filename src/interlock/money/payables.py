"""Bills that fall due some time after: a queue for each, by months from now.

A bill that is due after 1.25 months is due to three quarters after one month, and to one quarter after two.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from interlock.ground.axes import PerLeg


def spread_over(waits: PerLeg, longest: int) -> Any:
    """[months later, leg, path] the part of a bill that falls due then, for waits in months of up to `longest`."""
    months = jnp.arange(longest + 1.0)[:, None, None]
    return jnp.maximum(1.0 - jnp.abs(jnp.minimum(waits, longest)[None] - months), 0.0)


def fallen_due(payable: Any, billed: PerLeg, parts: Any, is_over: PerLeg) -> tuple[PerLeg, Any]:
    """What falls due this month, and what will; all of it at once where the one who pays has failed (1.0)."""
    queue = jnp.concatenate([payable, jnp.zeros_like(billed)[None]]) + parts * billed[None]
    due = jnp.where(is_over > 0.0, jnp.sum(queue, axis=0), queue[0])
    return due, jnp.where(is_over[None] > 0.0, 0.0, queue[1:])


def payable_before(billed: PerLeg, parts: Any) -> Any:
    """What is payable where the same was billed in every month before."""
    later = jnp.cumsum(parts[::-1], axis=0)[::-1]
    return later[1:] * billed[None]
