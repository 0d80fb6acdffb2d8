"""The same futures with one limit a little wider: chips made, power handed over, cash, or what customers want.

A program keeps its shape, its draws and its chance; only figures that say how wide the limit is are multiplied, for all
months of the run. What was there before stays as it was:

    chips      `supply` of each generation
    power      what a site with a `power` of its own is handed over after the first month, by its phases or its start;
               the `delay` of compute that is built as it is needed is divided
    cash       `cash` of each party at the start; what is promised as equity or lent, of each contract
    demand     `revenue` of each lab, `spend` of each segment
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from interlock.contracts.contract import PAYEE, PAYER, Leg, Purpose, Rank
from interlock.ground.units import Factor
from interlock.program.program import Program
from interlock.program.recipes import Draws, Origin, Recipe
from interlock.program.shape import SUPPLY, Fill, kind_of
from interlock.program.stacking import Stack


class Limit(StrEnum):
    """What may hold the build-out back."""

    chips = "chips"
    """How many are made."""
    power = "power"
    """What is handed over at sites, and when."""
    cash = "cash"
    """What parties have, and what others put in."""
    demand = "demand"
    """What customers would pay."""


@dataclass(frozen=True)
class Scaled:
    """A figure times a number."""

    of: Origin
    by: Factor

    @property
    def is_certain(self) -> bool:
        """Whether the figure is."""
        return self.of.is_certain

    def value(self, draws: Draws) -> Any:
        """The figure's, multiplied; of what is absent, nothing."""
        value = self.of.value(draws)
        return None if value is None else value * self.by


Linked = tuple[Stack, Mapping[str, Any]]
"""A stack, and what its slots are linked to."""


def wider(program: Program, limit: Limit, by: Factor) -> Program:
    """The program with one limit so much wider; itself, where the book has no such limit."""
    topology, segments = program.topology, program.segments
    before = list(zip(program.stacks, topology.stack_links, strict=True))
    contracts = [_contracts(*each, limit, by) for each in before]
    of_party = {Limit.cash: "cash", Limit.demand: "revenue"}.get(limit, "")
    party = _scaled(program.party_stack, topology.party_links, {of_party: by})
    chips = _scaled(program.chip_stack, topology.chip_links, {"supply" if limit is Limit.chips else "": by})
    spends = _scaled(segments.stack, topology.segment_links, {"spend" if limit is Limit.demand else "": by})
    after = [*contracts, party, chips, spends]
    same = [*topology.stack_links, topology.party_links, topology.chip_links, topology.segment_links]
    if all(links is old for (_, links), old in zip(after, same, strict=True)):
        return program
    return replace(
        program,
        stacks=tuple(stack for stack, _ in contracts),
        party_stack=party[0],
        chip_stack=chips[0],
        segments=replace(segments, stack=spends[0]),
        topology=replace(
            topology,
            stack_links=tuple(links for _, links in contracts),
            party_links=party[1],
            chip_links=chips[1],
            segment_links=spends[1],
        ),
    )


def _contracts(stack: Stack, links: Mapping[str, Any], limit: Limit, by: Factor) -> Linked:
    """A stack of contracts with one limit wider."""
    kind = kind_of(stack.shape)
    if limit is Limit.cash and any(_puts_in(leg) for leg in kind.legs):
        return _scaled(stack, links, dict.fromkeys(kind.sizes, by))
    if limit is Limit.power and kind.builds:
        return _with_more_power(stack, links, by)
    if limit is Limit.power and stack.shape.stage <= SUPPLY:
        # What is built as it is needed has the power that it needs, only late.
        return _scaled(stack, links, {"delay": 1.0 / by})
    return stack, links


def _puts_in(leg: Leg) -> bool:
    """Whether the payer of a contract puts money into its payee by a leg, as shares or as debt."""
    is_in = (leg.pays, leg.receives) == (PAYER, PAYEE) and leg.rank is Rank.subscription
    return is_in and leg.purpose in {Purpose.equity, Purpose.principal}


def _with_more_power(stack: Stack, links: Mapping[str, Any], by: Factor) -> Linked:
    """Sites that are handed over more; what they have in the first month has had its chips, and stays."""
    fills = {slot.name: slot.fill for slot in stack.shape.slots}
    if fills["power"] is Fill.absent:
        return stack, links
    if fills["profile"] is not Fill.schedule:
        return _scaled(stack, links, {"power": [1.0 if _has_begun(recipe) else by for recipe in stack.recipes]})
    times, levels = (links["profile"][name] for name in ("times", "levels"))
    there = np.max(np.where(times <= 0.0, levels, 0.0), axis=1, keepdims=True)
    more = np.where(levels > there, there + by * (levels - there), levels)
    return stack, {**links, "profile": {"times": times, "levels": more}}


def _has_begun(recipe: Recipe) -> bool:
    """Whether it is certain that a site is there in the first month."""
    start = recipe.origins["start"]
    return start.is_certain and float(start.value(np.zeros((0, 1)))) <= 0.0


def _scaled(stack: Stack | None, links: Mapping[str, Any], by: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
    """A stack with some of its terms multiplied: by one number, or by one for each of its rows."""
    fills = {} if stack is None else {slot.name: slot.fill for slot in stack.shape.slots}
    known = {name: factor for name, factor in by.items() if fills.get(name) in {Fill.value, Fill.certain}}
    if stack is None or not known:
        return stack, links
    recipes = [dict(recipe.origins) for recipe in stack.recipes]
    certain = {}
    for name, factor in known.items():
        factors = np.broadcast_to(factor, (len(recipes),))
        for origins, each in zip(recipes, factors, strict=True):
            origins[name] = Scaled(origins[name], float(each))
        if fills[name] is Fill.certain:
            # Rows that only pad are those of the first.
            padding = np.repeat(factors[:1], stack.shape.size - len(recipes))
            certain[name] = {"value": links[name]["value"] * np.concatenate([factors, padding])}
    made = tuple(Recipe(recipe.kind, origins) for recipe, origins in zip(stack.recipes, recipes, strict=True))
    return replace(stack, recipes=made), {**links, **certain}
