"""The same program with something otherwise: what is compiled stays, and so does all luck that is not meant to change.

    contracts    are never in force, nor planned for
    parties      are out: none of their contracts is in force, and they have failed before the first month, beyond
                 rescue; customers who choose among labs are with the others from the start
    failures     a party is made to fail in a month of the run
    held         a figure is the same on every path
    redrawn      streams follow another seed

A book that is changed would do the same and might be compiled anew; and a contract taken out of it would take its
draws along, which changes those of all others where sampling is Sobol.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from interlock.program.force import Force
from interlock.program.program import Program
from interlock.program.recipes import Constant, Recipe
from interlock.program.stacking import Stack

BEFORE = -2.0
"""The month in which a party fails that is out: the opening state is played from the month before the run."""

RESCUES = ("restructured", "acquired")
"""The terms of a party by which it may be saved."""


@dataclass(frozen=True)
class Variant:
    """What is otherwise; nothing, unless said."""

    contracts: tuple[str, ...] = ()
    """By address."""
    parties: tuple[str, ...] = ()
    failures: Mapping[str, int] = field(default_factory=dict)
    """Months since the start, by party."""
    held: Mapping[str, float] = field(default_factory=dict)
    """In base units, by stream."""
    redrawn: Mapping[str, int] = field(default_factory=dict)
    """Seeds, by stream."""
    seed: int | None = None
    """Of all other streams; None is the seed of the run."""

    def said(self) -> str:
        """The same for the same variant, however it is put together."""
        return json.dumps(asdict(self), sort_keys=True)


def varied(program: Program, variant: Variant) -> Program:
    """The program of a variant, of the same shape."""
    void = {*variant.contracts, *contracts_of(program, variant.parties)}
    rows = [n for n, label in enumerate(program.labels.contracts) if label is not None and label.address in void]
    signed, failing = program.topology.is_signed.copy(), program.topology.forced_failure.copy()
    signed[rows] = 0.0
    forces = list(program.forces)
    for row in rows:
        forces[row] = Force(is_void=True)
    months = {party: float(month) for party, month in variant.failures.items()} | dict.fromkeys(variant.parties, BEFORE)
    for party, month in months.items():
        failing[program.labels.parties.index(party)] = month
    return replace(
        program,
        forces=tuple(forces),
        topology=replace(
            program.topology,
            is_signed=signed,
            forced_failure=failing,
            party_links=_beyond_rescue(program, variant.parties),
        ),
        party_stack=_not_saved(program.party_stack, variant.parties),
        segments=replace(program.segments, out=frozenset(variant.parties)),
        priors=replace(program.priors, held=variant.held, redrawn=variant.redrawn),
    )


def contracts_of(program: Program, parties: Collection[str]) -> set[str]:
    """The addresses of contracts in which some parties pay or are paid, also in another's place."""
    labels = program.labels
    ends = [(each.address, each.payer, each.payee) for each in labels.contracts if each is not None]
    ends += [(each.contract, each.payer, each.payee) for each in labels.legs if each is not None]
    return {address for address, payer, payee in ends if payer in parties or payee in parties}


def _not_saved(stack: Stack, parties: Collection[str]) -> Stack:
    """The same parties, some of which nobody saves."""
    recipes = tuple(
        Recipe(recipe.kind, {**recipe.origins, **dict.fromkeys(RESCUES, Constant(0.0))}) if name in parties else recipe
        for name, recipe in zip(stack.names, stack.recipes, strict=True)
    )
    return replace(stack, recipes=recipes)


def _beyond_rescue(program: Program, parties: Collection[str]) -> Mapping[str, Mapping[str, np.ndarray]]:
    """What is certain of parties, some of which nobody saves."""
    rows = [program.labels.parties.index(party) for party in parties]
    links = {name: dict(arrays) for name, arrays in program.topology.party_links.items()}
    for name in RESCUES:
        if rows and "value" in links.get(name, {}):
            links[name]["value"] = links[name]["value"].copy()
            links[name]["value"][rows] = 0.0
    return links
