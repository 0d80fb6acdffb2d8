"""Models: what a lab's training fleet can make, and how much better its newest model is than the one of the start.

    training fleet   = compute used - what serving takes
    largest run      = fleet x part in one run x peak x speed x utilisation x (1 + gains) x length of the run     FLOP
    speed            = 1 / (bf16 + fp8 / times bf16 + fp4 / times bf16)      the parts of the work, each by its speed
    effective        = largest run x training efficiency
    release          every so many months: the most effective run since the last one
    quality          = ln(effective compute of the newest model / that of the model at the start), never falling

The fleet of a month counts as if the run had been on it for all of its length. Failed labs release nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.ground.axes import PerParty
from interlock.ground.sums import once
from interlock.ground.units import FLOP_PER_H100E_MONTH, FP8_OF_H100
from interlock.labs.beyond import Beyond
from interlock.labs.demand import Demand

ROUNDING = 1e-9
"""Of what is used: less than that trains no model, and is what adding up leaves of nothing."""


class Models(NamedTuple):
    """The models of each lab."""

    quality: PerParty
    """e-folds of effective compute that the newest model has over that of the start."""
    at_start: PerParty
    """The logarithm of effective FLOP of the model of the start; zero where there is none yet."""
    best: PerParty
    """Effective FLOP of the best run since the last release."""
    work: PerParty
    """FLOP of that run."""
    newest: PerParty
    """FLOP of the run of the newest model."""
    released: PerParty
    """The month of the newest release in the run; before there is one, -1."""


def before_the_run(last_run: PerParty) -> Models:
    """The models at the start."""
    blank = jnp.zeros_like(last_run)
    return Models(blank, blank, blank, blank, last_run, blank - 1.0)


def training_fleet(demanded: Demand, used: PerParty, supply: PerParty) -> PerParty:
    """H100e that train: what is used and does not serve."""
    left = used - jnp.minimum(demanded.serving, supply)
    return jnp.where(left > ROUNDING * used, left, 0.0)


def speed(in_fp8: PerParty, in_fp4: PerParty, beyond: Beyond | None) -> PerParty:
    """How fast an H100e does the work of a run, in multiples of its bf16.

    `beyond` is what those of each lab do beyond H100s; None where they are all alike.
    """
    fp8 = fp4 = FP8_OF_H100
    if beyond is not None:
        fp8, fp4 = FP8_OF_H100 + beyond.fp8, FP8_OF_H100 + beyond.fp4
    in_bf16 = jnp.maximum(1.0 - in_fp8 - in_fp4, 0.0)
    return 1.0 / (in_bf16 + in_fp8 / fp8 + in_fp4 / fp4)


def largest_run(fleet: PerParty, utilisation: PerParty, gains: PerParty, length: PerParty) -> PerParty:
    """FLOP of a run of so many months on so much of the fleet."""
    return fleet * FLOP_PER_H100E_MONTH * utilisation * (1.0 + gains) * length


def released(before: Models, run: PerParty, efficiency: PerParty, every: PerParty, month: Any) -> Models:
    """After a month, one number, in which a run of so many FLOP could be made; who has failed could make none."""
    effective = run * efficiency
    is_best = effective > before.best
    best, work = jnp.where(is_best, effective, before.best), jnp.where(is_best, run, before.work)
    first = jnp.where(before.newest > 0.0, before.newest, run) * efficiency
    at_start = jnp.where(before.at_start > 0.0, before.at_start, jnp.log(jnp.maximum(first, 1.0)))
    every = jnp.maximum(every, 1.0)
    is_time = jnp.floor((month + 1.0) / every) > jnp.floor(month / every)
    is_out = is_time & (month >= 0.0) & (best > 1.0)
    gained = jnp.log(jnp.maximum(best, 1.0)) - at_start
    return Models(
        *once(
            (
                jnp.where(is_out, jnp.maximum(before.quality, gained), before.quality),
                at_start,
                jnp.where(is_out, 0.0, best),
                jnp.where(is_out, 0.0, work),
                jnp.where(is_out, work, before.newest),
                jnp.where(is_out, month, before.released),
            )
        )
    )
