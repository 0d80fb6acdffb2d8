"""What everybody sees at the start of a month: the world, the triggers, the terms, and who is still in the game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.contracts.contract import NEVER
from interlock.engine.rules import Values, call, filled
from interlock.engine.state import State
from interlock.engine.ties import Ties
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerContract, PerDriver, PerParty, PerTrigger
from interlock.ground.sums import seen_by
from interlock.program.shape import Fill, Shape

ENDLESS = 1e9
"""Months of runway of a party that takes in more than it spends; scarcity where compute is wanted and none promised."""


class Given(NamedTuple):
    """What the months of a chunk are given besides the state."""

    links: Any
    """The arrays of the topology, by name."""
    ties: Ties | None
    """What belongs to which party."""
    terms: tuple[dict[str, Any], ...]
    """Drawn terms of each contract stack."""
    driver_terms: tuple[dict[str, Any], ...]
    party_terms: dict[str, Any]
    thresholds: Any
    """[condition, path]"""
    in_force_from: PerContract


class Luck(NamedTuple):
    """The chance and the shocks of one month."""

    month: Any
    """Months since the start; one number."""
    shocks: PerDriver
    """Independent standard normals."""
    factor: Any
    """[driver] What each level is multiplied by."""
    level: Any
    """[driver] What each level is set to; NaN where it is left alone."""


@dataclass(frozen=True)
class Scene:
    """One month of a chunk, before anything happens in it."""

    shape: Shape
    given: Given
    state: State
    month: Any
    drivers: tuple[Any, ...]
    """Memory of the drivers after this month's step."""
    world: PerDriver
    fired: PerTrigger
    terms: tuple[Values, ...]
    party: Values
    stands: Any
    """[contract, path] whether both parties of a contract stand."""
    active: Any
    """[contract, path] whether it is in force, too."""

    @property
    def paths(self) -> int:
        """How many paths the chunk has."""
        return int(self.state.cash.shape[-1])


def look_around(shape: Shape, given: Given, state: State, luck: Luck) -> Scene:
    """Move the drivers, settle the triggers, and fill in what the terms refer to."""
    drivers, world = _move_drivers(shape, given, state, luck)
    fired = _settle_triggers(shape, given, state, world, luck.month)
    moving = {Fill.driver: world, Fill.trigger: fired}
    links = given.links
    terms = tuple(
        filled(stack, link, drawn, moving)
        for stack, link, drawn in zip(shape.contracts, links["stack_links"], given.terms, strict=True)
    )
    party = filled(shape.party, links["party_links"], given.party_terms, moving)
    party = {name: value[:, None] if value.ndim == 1 else value for name, value in party.items()}
    has_failed = (state.standing.failed <= luck.month).astype(jnp.float64)
    fallen = seen_by(given.ties.payer, has_failed) + seen_by(given.ties.payee, has_failed)
    stands = fallen == 0.0
    active = stands & (given.in_force_from <= luck.month)
    return Scene(shape, given, state, luck.month, drivers, world, fired, terms, party, stands, active)


def _move_drivers(shape: Shape, given: Given, state: State, luck: Luck) -> tuple[tuple[Any, ...], PerDriver]:
    """One step of every driver, and its level after the shocks that the book puts on it."""
    mixing = given.links["mixing"]
    # A sum in fixed order, row by row: a dot product may round differently from one chunk size to another.
    mixed = sum(
        (mixing[:, n : n + 1] * luck.shocks[n : n + 1] for n in range(shape.driver_rows)), jnp.zeros_like(luck.shocks)
    )
    memories, levels, first, paths = [], [], 0, luck.shocks.shape[-1]
    months = jnp.full_like(luck.shocks, luck.month)
    for n, stack in enumerate(shape.drivers):
        rows = slice(first, first + stack.size)
        values = filled(stack, given.links["driver_links"][n], given.driver_terms[n], {})
        stepped = call(stack, "step", values, paths, state.drivers[n], months[rows], mixed[rows])
        memory = _where(luck.month > 0, stepped, state.drivers[n])
        memories.append(memory)
        levels.append(call(stack, "at", values, paths, memory, months[rows]))
        first += stack.size
    world = jnp.concatenate(levels) if levels else jnp.zeros_like(luck.shocks)
    shocked = jnp.where(jnp.isnan(luck.level), 0.0, luck.level)[:, None]
    world = jnp.where(jnp.isnan(luck.level)[:, None], world * luck.factor[:, None], shocked)
    return tuple(memories), world


def _where(condition: Any, so: Any, otherwise: Any) -> Any:
    return type(otherwise)(*(jnp.where(condition, a, b) for a, b in zip(so, otherwise, strict=True)))


def _settle_triggers(shape: Shape, given: Given, state: State, world: PerDriver, month: Any) -> PerTrigger:
    """The month in which each trigger first held, given what could be seen at the end of last month."""
    rows, alternatives, width = shape.triggers
    if rows == 0:
        return state.fired
    links = given.links
    sign = links["watch_sign"][:, None]
    holds = sign * (_watched(given, state, world, month) - given.thresholds) >= 0.0
    always, never = jnp.ones_like(holds[:1]), jnp.zeros_like(holds[:1])
    holds = jnp.concatenate([holds, always, never])
    table = links["trigger_conditions"].reshape(-1)
    each = holds[table].reshape(rows, alternatives, width, -1)
    is_met = jnp.any(jnp.all(each, axis=2), axis=1)
    return jnp.where((state.fired == NEVER) & is_met, month, state.fired)


def _watched(given: Given, state: State, world: PerDriver, month: Any) -> Any:
    """[condition, path] what each condition watches, from the list in which it stands (conditions.BLOCKS)."""
    seen = state.seen
    committed = seen.supply
    blocks = (
        jnp.full_like(state.cash[:1], month),
        world,
        state.cash,
        state.sales,
        seen.need,
        committed,
        # Who wants compute and is promised none lacks it without bound; who wants none lacks none.
        jnp.minimum(ratio(seen.need, committed, jnp.where(seen.need > 0.0, ENDLESS, 0.0)), ENDLESS),
        runway(state),
        state.drawn,
        seen.used,
        seen.delivered,
    )
    which, row = given.links["watch_block"][:, None], given.links["watch_row"]
    found = jnp.zeros_like(given.thresholds)
    for n, block in enumerate(blocks):
        if block.shape[0]:
            found = jnp.where(which == n, block[jnp.minimum(row, block.shape[0] - 1)], found)
    return found


def runway(state: State) -> PerParty:
    """Months that cash lasts at the outflow of the last three months, net of receipts, financing apart.

    A party that has failed has none.
    """
    burn = jnp.sum(state.seen.burn, axis=0) / 3.0
    lasts = jnp.minimum(ratio(state.cash, burn, ENDLESS), ENDLESS)
    return jnp.where(state.standing.failed < NEVER, 0.0, lasts)
