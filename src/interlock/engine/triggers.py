"""What can be watched, and the month in which each trigger first held."""

from __future__ import annotations

from functools import reduce
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from interlock.contracts.contract import NEVER
from interlock.engine.cover import cover, leverage
from interlock.engine.state import State
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerDriver, PerParty, PerTrigger
from interlock.ground.sums import once
from interlock.program.shape import Shape

ENDLESS = 1e9
"""Months of runway of a party that takes in more than it spends; scarcity where compute is wanted and none promised."""

LEAST_BURN = 1.0
"""USD a month: less is rounding, and says nothing of a runway."""


class Watch(NamedTuple):
    """What the conditions of all triggers hold against which level."""

    row: Any
    """[condition] Among all that can be watched."""
    sign: Any
    """[condition, 1] 1.0 for at least, -1.0 for at most."""
    threshold: Any
    """[condition, path]"""
    table: Any
    """[trigger, alternative, condition] After the last condition: always true, and never true."""


def watch_of(shape: Shape, links: Any, thresholds: Any) -> Watch:
    """The conditions of a program, made ready once for all months."""
    watches = (shape.has_cover, shape.has_cover, shape.watches_failures, shape.watches_failures, shape.has_models)
    asked_for = [*(shape.parties * each for each in watches), shape.sites, shape.sites]
    sizes = np.array([1, shape.levels, *[shape.parties] * 6, shape.rows, *[shape.suppliers] * 2, *asked_for], np.int32)
    ends = np.cumsum(sizes, dtype=np.int32)
    which, row = links["watch_block"], links["watch_row"]
    # A contract that supplies no compute has none that is used or delivered.
    size, end = jnp.asarray(sizes)[which], jnp.asarray(ends)[which]
    place = jnp.where(row < size, end - size + row, ends[-1])
    return Watch(place, links["watch_sign"][:, None], thresholds, links["trigger_conditions"])


def watched(shape: Shape, watch: Watch, state: State, world: PerDriver, month: Any) -> Any:
    """[condition, path] what each condition looks at: drivers and date of this month, all else at its eve."""
    if shape.conditions == 0:
        return jnp.zeros((0, state.cash.shape[-1]))
    return _seen(shape, state, world, month).at[watch.row].get(mode="clip", wrap_negative_indices=False)


def settle_triggers(shape: Shape, watch: Watch, fired: PerTrigger, seen: Any, month: Any) -> PerTrigger:
    """The month in which each trigger first held, given what conditions see."""
    rows, alternatives, width = shape.triggers
    if rows == 0:
        return fired
    holds = watch.sign * (seen - watch.threshold) >= 0.0
    holds = once(jnp.concatenate([holds, jnp.ones_like(holds[:1]), jnp.zeros_like(holds[:1])]))
    each = [
        [
            holds.at[watch.table[:, n, condition]].get(mode="clip", wrap_negative_indices=False)
            for condition in range(width)
        ]
        for n in range(alternatives)
    ]
    is_met = reduce(jnp.logical_or, [reduce(jnp.logical_and, alternative) for alternative in each])
    return jnp.where((fired == NEVER) & is_met, month, fired)


def _seen(shape: Shape, state: State, world: PerDriver, month: Any) -> Any:
    """[row, path] all that can be watched, in the order of conditions.BLOCKS, and nothing at the end."""
    seen = state.seen
    blocks = (
        jnp.full_like(state.cash[:1], month),
        world,
        state.cash,
        state.sales,
        seen.need,
        seen.supply,
        # Who wants compute and is promised none lacks it without bound; who wants none lacks none.
        jnp.minimum(ratio(seen.need, seen.supply, jnp.where(seen.need > 0.0, ENDLESS, 0.0)), ENDLESS),
        runway(state),
        state.drawn,
        seen.used,
        seen.delivered,
        *([cover(state.debt_service, month), leverage(state.debt_service)] if shape.has_cover else []),
        *(_fates(state, month) if shape.watches_failures else []),
        *([] if state.models is None else [state.models.quality]),
        *([] if state.at_sites is None else state.at_sites),
        jnp.zeros_like(state.cash[:1]),
    )
    return once(jnp.concatenate(blocks))


def _fates(state: State, month: Any) -> tuple[PerParty, PerParty]:
    """1.0 where a party has failed, saved or not; and where it was taken over."""
    standing = state.standing
    has_failed = standing.failed <= month
    was_acquired = jnp.zeros_like(has_failed)
    if len(standing.rescue.acquired):
        was_acquired = standing.rescue.acquired <= month
        has_failed = has_failed | was_acquired | (standing.rescue.restructured <= month)
    return has_failed.astype(jnp.float64), was_acquired.astype(jnp.float64)


def runway(state: State) -> PerParty:
    """Months that cash lasts at the outflow of the last three months, net of receipts, financing apart.

    A party that has failed has none.
    """
    burn = sum(state.seen.burn) / 3.0
    lasts = jnp.where(burn > LEAST_BURN, jnp.minimum(ratio(state.cash, burn, ENDLESS), ENDLESS), ENDLESS)
    return jnp.where(state.standing.failed < NEVER, 0.0, lasts)
