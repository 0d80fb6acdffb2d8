"""The book as arrays: its shape, who is linked to whom, and how its figures are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interlock.program.force import Force
from interlock.program.labels import Labels
from interlock.program.priors import Priors
from interlock.program.recipes import Origin
from interlock.program.segments import Segments
from interlock.program.shape import Shape
from interlock.program.stacking import Stack

Array = Any


@dataclass(frozen=True)
class Topology:
    """Who is linked to whom, as index arrays. Row `parties + edges` of any party axis is nowhere."""

    payer: Array
    """[contract]"""
    payee: Array
    """[contract]"""
    is_signed: Array
    """[contract] 1.0 where it comes into force for certain, now or later."""
    needs_payer: Array
    """[contract] 1.0 where the failure of its payer ends it."""
    needs_payee: Array
    """[contract]"""
    container: Array
    """[contract] the row that this one counts toward, or `rows` for none."""
    delayed: Array
    """[delayed leg] its row among the legs; past the end for padding."""
    delayed_contract: Array
    """[delayed leg] its contract."""
    sets_off: Array
    """[contract] the prepaid contract whose bills this one is set off against, or `prepaid` for none."""
    leg_prepaid: Array
    """[leg] the prepaid contract of whose bills it is part, or `prepaid` for none."""
    stands_in: Array
    """[contract] the guaranteed debt that this one stands in for, or `guaranteed` for none."""
    leg_guaranteed: Array
    """[leg] the guaranteed debt that it is part of, or `guaranteed` for none."""
    leg_payer: Array
    """[leg]"""
    leg_payee: Array
    """[leg]"""
    leg_rank: Array
    """[leg] 0 operating, 1 secured, 2 trade, 3 subscription."""
    leg_sells_up: Array
    """[leg] 1.0 where others buy what its payee owned, which has failed."""
    leg_is_revenue: Array
    """[leg] 1.0 where it is a sale of the one who is paid."""
    leg_is_financing: Array
    """[leg] 1.0 where it funds somebody, or returns what funded them."""
    leg_taxed_payer: Array
    """[leg] on which account of its payer's profit it counts (taxed.py)."""
    leg_taxed_payee: Array
    """[leg]"""
    leg_is_debt_service: Array
    """[leg] 1.0 where it is interest or principal."""
    leg_is_investment: Array
    """[leg] 1.0 where it buys what lasts for years."""
    generation: Array
    """[contract] the generation of chips that is bought under it, or as many as there are for none."""
    site: Array
    """[contract] the site that it names, among the rows of sites, or as many as there are for none."""
    owns_sites: Array
    """[party] 1.0 where it owns a site, which runs on when it has failed."""
    chip_links: Mapping[str, Mapping[str, Array]]
    is_lab: Array
    """[party] 1.0 where customers' demand is served."""
    stack_links: tuple[Mapping[str, Mapping[str, Array]], ...]
    """For each contract stack and slot: indices into drivers or triggers, schedules, certain values."""
    driver_links: tuple[Mapping[str, Mapping[str, Array]], ...]
    party_links: Mapping[str, Mapping[str, Array]]
    segment_links: Mapping[str, Mapping[str, Array]]
    share_segment: Array
    """[share] the segment of which it is one; past the end for padding."""
    share_party: Array
    """[share] the lab that has it; `parties` for the outside."""
    market_links: Mapping[str, Mapping[str, Array]]
    offers: Array
    """[party] 1.0 where the book says what compute a party has."""
    mixing: Array
    """[driver, driver] lower triangle that turns independent shocks into correlated ones."""
    tailed: Array
    """[driver of those that go to extremes together] its row among the drivers; past the end for padding."""
    trigger_conditions: Array
    """[trigger, alternative, condition] row of a condition; after the last one, always true and never true."""
    watch_block: Array
    """[condition] which list the watched row stands in."""
    watch_row: Array
    """[condition]"""
    watch_sign: Array
    """[condition] 1.0 for at least, -1.0 for at most."""
    shock_factor: Array
    """[month, driver]"""
    shock_level: Array
    """[month, driver] NaN where the level is not set."""
    forced_failure: Array
    """[party] month in which the party is made to fail; NEVER."""


@dataclass(frozen=True)
class Program:
    """A book, compiled: its shape, its links, its labels and how its figures are drawn."""

    shape: Shape
    topology: Topology
    labels: Labels
    priors: Priors
    stacks: tuple[Stack, ...]
    driver_stacks: tuple[Stack, ...]
    party_stack: Stack
    market_stack: Stack | None
    chip_stack: Stack | None
    """Generations of chips."""
    thresholds: tuple[Origin, ...]
    """For each condition, the source of the level that it is held against."""
    forces: tuple[Force, ...]
    """For each contract row, how the month from which it is in force follows from the draws."""
    delays: tuple[Origin, ...]
    """For each delayed leg, the months from its bill to its due date."""
    stakes: tuple[tuple[str, str, Origin], ...]
    """Holder, company and share at the start."""
    segments: Segments
    """Of the market for models."""

    def as_arrays(self) -> dict[str, Any]:
        """The topology as nested dictionaries of NumPy arrays: what is passed to compiled code."""
        return {name: getattr(self.topology, name) for name in self.topology.__dataclass_fields__}
