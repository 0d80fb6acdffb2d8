"""What is kept of each month and each path: sums and levels by calendar year, and a few series by month."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import lax

from interlock.engine.promises import remaining
from interlock.engine.scene import runway
from interlock.engine.state import Events, State
from interlock.program.shape import Shape


class Yearly(NamedTuple):
    """By calendar year: [year, row, path] each. The first seven add up months, the others are levels at year's end."""

    paid: Any
    """USD by leg."""
    written_off: Any
    """USD by leg: claims that a failure ended."""
    delivered: Any
    """H100e-months by contract."""
    used: Any
    """H100e-months by contract."""
    wanted: Any
    """USD of demand, by party."""
    served: Any
    """USD of demand served, by party."""
    need: Any
    """H100e-months by party."""
    remaining: Any
    """USD by contract: what is still to be paid, whatever happens."""
    held: Any
    """Shares by contract."""
    shares: Any
    """Shares outstanding, by party."""
    cash: Any
    """USD by party."""
    runway: Any
    """Months by party."""


SUMS = 7
"""How many of the yearly series add up the months."""


class Monthly(NamedTuple):
    """By month: [row, path] each."""

    cash: Any
    """USD by party, at the end of the month."""
    paid: Any
    """USD by leg."""
    opening: Any
    """USD by party before anything was paid."""


def blank(shape: Shape, paths: int) -> Yearly:
    """Before the first month."""
    legs, contracts, parties = shape.legs, shape.rows, shape.parties
    rows = (
        legs,
        legs,
        contracts,
        contracts,
        parties,
        parties,
        parties,
        contracts,
        contracts,
        parties,
        parties,
        parties,
    )
    return Yearly(*(jnp.zeros((shape.years, row, paths)) for row in rows))


def noted(kept: Yearly, year: Any, is_year_end: Any, events: Events, after: State) -> Yearly:
    """The yearly series after one more month, which lies in the run's calendar year number `year`."""
    added = (
        events.paid,
        events.written_off,
        events.delivered,
        events.used,
        events.wanted,
        events.served,
        events.need,
    )
    sums = [old.at[year].add(rows) for old, rows in zip(kept[:SUMS], added, strict=True)]

    def at_year_end() -> tuple[Any, ...]:
        now = events.now._replace(drawn=after.drawn)  # what was paid this month is no longer to be paid
        return remaining(events.scene, now, after.memory), events.held, after.shares, after.cash, runway(after)

    def within_the_year() -> tuple[Any, ...]:
        return tuple(old[year] for old in kept[SUMS:])

    levels = lax.cond(is_year_end, at_year_end, within_the_year)
    return Yearly(*sums, *(old.at[year].set(rows) for old, rows in zip(kept[SUMS:], levels, strict=True)))
