"""What everybody sees at the start of a month: the world, the triggers, the terms, and who is still in the game."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from interlock.book.party import HIGHEST_MARGIN
from interlock.drivers.tails import pulled
from interlock.engine.generations import Generations, OnSale, generations_of, on_sale
from interlock.engine.markets import asked, levels
from interlock.engine.rules import Values, call
from interlock.engine.state import Cuts, State
from interlock.engine.terms import References, fixed, looked_up, references
from interlock.engine.ties import Ties, ties_of
from interlock.engine.triggers import Watch, settle_triggers, watch_of, watched
from interlock.ground.axes import PerContract, PerDriver, PerMarket, PerParty, PerSegment, PerShare, PerTrigger
from interlock.ground.sums import once, seen_by
from interlock.money.default import Fate
from interlock.money.payables import spread_over
from interlock.physical.spot import Quotes
from interlock.program.shape import Fill, Shape, kind_of


class Given(NamedTuple):
    """What the months of a chunk are given besides the state."""

    links: Any
    """The arrays of the topology, by name."""
    terms: tuple[dict[str, Any], ...]
    """Drawn terms of each contract stack."""
    driver_terms: tuple[dict[str, Any], ...]
    party_terms: dict[str, Any]
    market_terms: dict[str, Any]
    chip_terms: dict[str, Any]
    thresholds: Any
    """[condition, path]"""
    in_force_from: PerContract
    waits: Any
    """[delayed leg, path] months from a bill to its due date."""
    tails: Any
    """[stream, 2] the key of the common shock of those that go to extremes together; none where nobody does."""
    segment_terms: dict[str, Any]
    """Drawn terms of the segments."""
    shares: PerShare
    """Of each lab, and of the outside, at the start."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Setting:
    """What is the same in all months of a chunk, made ready once."""

    shape: Shape = field(metadata={"static": True})
    links: Any
    ties: Ties
    terms: tuple[Values, ...]
    """Fixed terms of each stack of contracts, of the parties, and of the segments if there are any."""
    references: References
    """All other terms of these."""
    generations: Generations | None
    driver_terms: tuple[Values, ...]
    market_terms: Values
    """Fixed terms of the markets."""
    market_references: References | None
    watch: Watch
    in_force_from: PerContract
    waits: Any
    """[months later, delayed leg, path] the part of a bill that falls due then."""
    shares: PerShare
    """Of each lab, and of the outside, at the start."""


class Luck(NamedTuple):
    """The chance and the shocks of one month."""

    month: Any
    """Months since the start; one number."""
    days: Any
    """Of the calendar month; one number."""
    shocks: PerDriver
    """Independent standard normals."""
    common: Any
    """[stream, path] the common shock of those that go to extremes together."""
    factor: Any
    """[driver] What each level is multiplied by."""
    level: Any
    """[driver] What each level is set to; NaN where it is left alone."""


@dataclass(frozen=True)
class Scene:
    """One month of a chunk, before anything happens in it."""

    setting: Setting
    state: State
    month: Any
    days: Any
    drivers: tuple[Any, ...]
    """Memory of the drivers after this month's step."""
    world: PerDriver
    """Their levels."""
    market: dict[str, PerMarket]
    """The figures of the markets; none where the book has no markets."""
    quotes: Quotes | None
    """What they ask."""
    watched: Any
    """[condition, path] what each condition of a trigger watches."""
    fired: PerTrigger
    terms: tuple[Values, ...]
    party: dict[str, PerParty]
    stands: Any
    """[contract, path] whether those parties of a contract stand whose failure ends it."""
    active: Any
    """[contract, path] whether it is in force, too."""
    stood: Any
    """[contract, path] whether they stood last month."""
    has_failed: PerParty
    """1.0 where a party has failed."""
    has_just_failed: PerParty
    """1.0 where this is the first month in which a party has failed."""
    segment: dict[str, PerSegment] = field(default_factory=dict)
    """The figures of the segments."""
    on_sale: OnSale | None = None
    """The generations of chips, of a book that has any."""
    cuts: Cuts | None = None
    """What is cut this month."""

    @property
    def shape(self) -> Shape:
        """What is compiled."""
        return self.setting.shape

    @property
    def paths(self) -> int:
        """How many paths the chunk has."""
        return int(self.state.cash.shape[-1])


def set_up(shape: Shape, given: Given) -> Setting:
    """The setting of a chunk."""
    links = given.links
    stacks, drawn = [*shape.contracts, shape.party], [*given.terms, given.party_terms]
    stack_links = [*links["stack_links"], links["party_links"]]
    if shape.segment is not None:
        stacks, drawn = [*stacks, shape.segment], [*drawn, given.segment_terms]
        stack_links.append(links["segment_links"])
    return Setting(
        shape=shape,
        links=links,
        ties=ties_of(shape, links),
        terms=tuple(fixed(*each) for each in zip(stacks, stack_links, drawn, strict=True)),
        references=references(stacks, stack_links, drawn, shape),
        generations=generations_of(shape, links, given.chip_terms),
        driver_terms=tuple(
            fixed(*each) for each in zip(shape.drivers, links["driver_links"], given.driver_terms, strict=True)
        ),
        market_terms={} if shape.market is None else fixed(shape.market, links["market_links"], given.market_terms),
        market_references=None
        if shape.market is None
        else references([shape.market], [links["market_links"]], [given.market_terms], shape),
        watch=watch_of(shape, links, given.thresholds),
        in_force_from=given.in_force_from,
        waits=spread_over(given.waits, shape.longest_delay),
        shares=given.shares,
    )


def look_around(setting: Setting, state: State, luck: Luck) -> Scene:
    """Move the drivers, settle the triggers, and fill in what the terms refer to."""
    drivers, world = _move_drivers(setting, state, luck)
    # Together with the month: or the compiler would take whatever is the same in all months out of each rule by itself,
    # and no longer see what rules have in common.
    setting, month = once((setting, luck.month))
    market = _market_terms(setting, world, state)
    quotes = None if state.seen.sides is None else asked(market, state.seen.sides)
    moves = levels(world, quotes)
    seen = watched(setting.shape, setting.watch, state, moves, month)
    fired = settle_triggers(setting.shape, setting.watch, state.fired, seen, month)
    moving = looked_up(setting.references, moves, fired, seen)
    found = [each | moving.get(n, {}) for n, each in enumerate(setting.terms)]
    terms, party, segment = found[:-1], found[-1], {}
    if setting.shape.segment is not None:
        *terms, party, segment = found
    has_failed = once((state.standing.failed <= month).astype(jnp.float64))
    has_just_failed = once((state.standing.failed == month).astype(jnp.float64))
    stands = _standing(setting, has_failed)
    paths = state.cash.shape[-1]
    of_parties, of_segments = (
        {name: on_each_path(value, paths) for name, value in figures.items()} for figures in (party, segment)
    )
    of_parties |= once(_held(setting, of_parties))
    if setting.shape.has_restructuring:
        terms = _scaled(setting, terms, of_parties["keeps"], state.standing.rescue.restructured <= month)
    return Scene(
        setting=setting,
        state=state,
        month=month,
        days=luck.days,
        drivers=drivers,
        world=world,
        market=market,
        quotes=quotes,
        watched=seen,
        fired=fired,
        terms=tuple(terms),
        party=of_parties,
        segment=of_segments,
        stands=stands,
        active=once(stands & (setting.in_force_from <= month)),
        has_failed=has_failed,
        has_just_failed=has_just_failed,
        stood=once(_standing(setting, has_failed - has_just_failed)),
        on_sale=on_sale(setting.shape, setting.generations, world, fired, seen, month),
    )


def _held(setting: Setting, party: dict[str, PerParty]) -> dict[str, PerParty]:
    """Margins of serving below all, and training not below nothing, whatever drivers and shocks to them do."""
    index = {name: setting.links["party_links"].get(name, {}).get("index") for name in ("margin", "training")}
    bounded = {
        "margin": jnp.minimum(party["margin"], HIGHEST_MARGIN),
        "training": jnp.maximum(party["training"], 0.0),
    }
    return {
        name: jnp.where((driver >= 0)[:, None], bounded[name], party[name])
        for name, driver in index.items()
        if driver is not None
    }


def _market_terms(setting: Setting, world: PerDriver, state: State) -> dict[str, PerMarket]:
    """The figures of the markets this month."""
    if setting.market_references is None:
        return {}
    # They refer to drivers alone: to what moves by itself.
    moving = looked_up(setting.market_references, world, state.fired, None).get(0, {})
    paths = state.cash.shape[-1]
    return {name: on_each_path(value, paths) for name, value in (setting.market_terms | moving).items()}


def _scaled(setting: Setting, terms: list[Values], keeps: PerParty, is_restructured: Any) -> list[Values]:
    """The terms of contracts, less what those who were restructured no longer buy."""
    kept = once(jnp.where(is_restructured, keeps, 1.0))
    scaled = []
    for stack, values in zip(setting.shape.contracts, terms, strict=True):
        payer = setting.ties.payer.part(stack.rows)
        own = {slot.name for slot in stack.slots if slot.fill is Fill.value} & kind_of(stack).scaled
        scaled.append(values | {name: values[name] * seen_by(payer, kept, 1.0) for name in own})
    return scaled


def _standing(setting: Setting, has_failed: PerParty) -> Any:
    """[contract, path] whether those parties of a contract stand whose failure ends it."""
    by_payer, by_payee = (seen_by(tie, has_failed) for tie in (setting.ties.payer, setting.ties.payee))
    needs_payer, needs_payee = (setting.links[name][:, None] for name in ("needs_payer", "needs_payee"))
    return by_payer * needs_payer + by_payee * needs_payee == 0.0


def fate_of(shape: Shape, party: dict[str, PerParty]) -> Fate | None:
    """What becomes of each party if it fails; None where all are liquidated."""
    return Fate(party["restructured"], party["acquired"]) if shape.has_rescues else None


def on_each_path(value: Any, paths: int) -> Any:
    """[row, path] a figure of parties or segments, whether or not it is the same on every path."""
    return jnp.broadcast_to(value[:, None] if value.ndim == 1 else value, (value.shape[0], paths))


def _move_drivers(setting: Setting, state: State, luck: Luck) -> tuple[tuple[Any, ...], PerDriver]:
    """One step of every driver, and its level after the shocks that the book puts on it."""
    mixing = setting.links["mixing"]
    # A sum in fixed order, row by row: a dot product may round differently from one chunk size to another.
    mixed = sum(
        (mixing[:, n : n + 1] * luck.shocks[n : n + 1] for n in range(len(mixing))), jnp.zeros_like(luck.shocks)
    )
    mixed = once(mixed)
    if setting.shape.tails:
        tailed = setting.links["tailed"]
        own = once(mixed.at[tailed].get(mode="fill", fill_value=0.0))
        mixed = once(mixed.at[tailed].set(pulled(own, luck.common), mode="drop"))
    memories, levels, first, paths = [], [], 0, luck.shocks.shape[-1]
    # Before the run the world is as in its first month.
    month = jnp.maximum(luck.month, 0.0)
    for stack, terms, old in zip(setting.shape.drivers, setting.driver_terms, state.drivers, strict=True):
        stepped = call(stack, "step", terms, paths, old, month, mixed[first : first + stack.size])
        memory = type(old)(*(jnp.where(luck.month > 0, *each) for each in zip(stepped, old, strict=True)))
        memories.append(memory)
        levels.append(call(stack, "at", terms, paths, memory, month))
        first += stack.size
    world = jnp.concatenate(levels) if levels else jnp.zeros_like(luck.shocks)
    is_set = ~jnp.isnan(luck.level)
    return tuple(memories), jnp.where(is_set[:, None], luck.level[:, None], world * luck.factor[:, None])
