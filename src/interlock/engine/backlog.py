"""Chips that wait, carried from month to month, and what was made, delivered and installed, which is only reported."""

from __future__ import annotations

from typing import Any, NamedTuple

from interlock.contracts.contract import SiteState
from interlock.ground.axes import PerGeneration, PerSite, PerSupply
from interlock.physical.chips import Orders


class Backlog(NamedTuple):
    """What waits to be delivered."""

    orders: Orders
    """Of each contract that acts among others than those that supply compute."""
    awaited: PerSupply
    """H100e of chips that were ordered for each contract that supplies compute, and have not arrived."""
    for_sites: PerSite
    """The same for each site."""


class AtSites(NamedTuple):
    """What can be watched of sites: as of the end of last month."""

    powered: PerSite
    """MW at the meter."""
    installed: PerSite
    """H100e."""


class Shipments(NamedTuple):
    """What was made and delivered in a month."""

    made: PerGeneration
    """H100e that could be made."""
    shipped: PerGeneration
    received: Any
    """[contract, path] H100e that arrived under each contract of the stage."""
    wanted: Any
    """[contract, path] H100e that were due and ordered in the month, under the same contracts."""
    waiting: Any
    """[contract, path] H100e that still wait under them; of those that have ended, nothing."""
    ordered: PerSite
    """H100e that were ordered for each site."""
    arrived: PerSite
    """H100e that arrived for it."""
    sites: SiteState
    """How each stands."""
    chip_power: PerSite
    """MW (IT) that an H100e takes there."""
