"""Spending cut by a party whose cash will not last: uncommitted compute first, then what it can do without (method §4).

Cutting takes six months: three for the compute that nobody has committed to, three for costs. It is undone as slowly
once cash lasts again. A lab that has cut its costs grows less.
"""

from __future__ import annotations

import jax.numpy as jnp

from interlock.engine.outlook import Outlook
from interlock.engine.scene import Scene
from interlock.engine.state import Cuts
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerParty
from interlock.ground.sums import once

MONTHS = 6.0
"""From the first cut to the last."""

LEAST = 1.0
"""USD: who spends less net of receipts spends nothing."""

ENDLESS = 1e9
"""Months that cash lasts where more comes in than goes out."""


def uncut(blank: PerParty) -> Cuts:
    """Before the first month."""
    return Cuts(blank, blank + ENDLESS, blank + 1.0)


def austerity(cuts: Cuts) -> PerParty:
    """How far a party has gone, from 0 to 1."""
    return cuts.months / MONTHS


def of_compute(cuts: Cuts) -> PerParty:
    """How much of its uncommitted compute it has cut."""
    return jnp.minimum(2.0 * austerity(cuts), 1.0)


def of_costs(cuts: Cuts) -> PerParty:
    """How much it has cut of the costs that it can do without."""
    return jnp.maximum(2.0 * austerity(cuts) - 1.0, 0.0)


def cut_back(scene: Scene, before: Cuts, outlook: Outlook) -> Cuts:
    """One more month of cuts for who is short of cash for the months to come, one less for who is not."""
    party, has = scene.party, scene.state.cash + outlook.coming
    lasts = jnp.where(outlook.net > LEAST, ratio(has * party["cuts_below"], outlook.net), ENDLESS)
    step = jnp.where(lasts < party["cuts_below"], 1.0, -1.0)
    # What is rehearsed before the first month cuts nothing, nor does who has failed.
    months = jnp.clip(before.months + jnp.where(scene.month < 0.0, 0.0, step), 0.0, MONTHS) * (1.0 - scene.has_failed)
    slower = jnp.log1p(-jnp.minimum(party["slowdown"], 0.999_999)) * of_costs(before) / 12.0
    return Cuts(*once((months, jnp.minimum(lasts, ENDLESS), before.held_back * jnp.exp(slower))))
