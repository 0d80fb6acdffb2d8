"""What is kept of chips and sites by calendar year: what arrived, what waits, what runs."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.engine.state import Events
from interlock.engine.years import Kept, with_month
from interlock.program.generations import site_rows
from interlock.program.program import Program
from interlock.program.shape import OTHERS, Shape, acting

SUMS = 1
"""How many of the series add up the months."""

Described = dict[str, tuple[str, str, tuple[Any, ...]]]
"""Unit, description and row names of each series."""


class Physical(NamedTuple):
    """By calendar year: [year, row, path] each. The first adds up months, the others are levels at year's end."""

    chips: Any
    """H100e that arrived under each contract that may buy chips."""
    queue: Any
    """H100e that wait under it at the end of the year."""
    powered: Any
    """MW at the meter of each site at the end of the year."""
    installed: Any
    """H100e there that have power."""


def blank_physical(shape: Shape, paths: int) -> Physical:
    """Before the first month."""
    buyers = 0 if shape.chips is None else sum(stack.size for _, stack in acting(shape, OTHERS))
    return Physical(*(jnp.zeros((shape.years, rows, paths)) for rows in (buyers, buyers, shape.sites, shape.sites)))


def noted_physical(shape: Shape, kept: Kept, month: Any, events: Events) -> Kept:
    """The same after one more month."""
    if events.shipments is None:
        return kept
    sites = events.shipments.sites
    levels = (events.shipments.waiting, sites.powered, sites.installed)
    return with_month(shape, kept, month, (events.shipments.received,), levels)


class PhysicalRows:
    """Which rows of what is kept are real, and what they are called."""

    def __init__(self, program: Program) -> None:
        places = [n for _, stack in acting(program.shape, OTHERS) for n in range(stack.rows.start, stack.rows.stop)]
        none = 0 if program.shape.chips is None else program.shape.chips.size
        self.sites = site_rows(program.stacks, [each for stack in program.stacks for each in stack.padded_contracts()])
        self.buyers = {
            label.address: row
            for row, n in enumerate(places)
            if (label := program.labels.contracts[n]) is not None and program.topology.generation[n] < none
        }

    def described(self) -> Described:
        """Unit, description and row names of each series."""
        sites = (*self.sites,)
        of_sites = {
            "powered": ("MW", "power handed over at each site at the meter, at the end of the year", sites),
            "installed": ("H100e", "chips there that have power", sites),
        }
        of_buyers = {
            "chips": ("H100e", "chips of a generation that arrived under each contract in the year", (*self.buyers,)),
            "queue": ("H100e", "chips that still waited under it at the end of the year", (*self.buyers,)),
        }
        return (of_buyers if self.buyers else {}) | (of_sites if sites else {})

    def of(self, kept: Physical) -> dict[str, Any]:
        """The values [row, year, path] of each series."""
        rows = {"powered": self.sites, "installed": self.sites}
        places = {name: [*rows.get(name, self.buyers).values()] for name in self.described()}
        return {name: getattr(kept, name)[:, place].swapaxes(0, 1) for name, place in places.items()}
