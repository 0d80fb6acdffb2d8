"""One path of a run again, with everything that the program knew in every month of it.

The whole chunk in which the path stands is run again, as the run had it: a path's last bits may depend on how many
stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from interlock.contracts.contract import Contract, Now
from interlock.engine.chunk import REHEARSALS, run_chunk
from interlock.engine.laws import TOLERANCE, Law
from interlock.engine.page import SHARED, Page
from interlock.engine.provenance import Provenance
from interlock.engine.simulate import chance_of, given_of
from interlock.ground.schedule import Schedule
from interlock.program.program import Program
from interlock.program.recipes import assembled
from interlock.program.shape import Fill
from interlock.program.stacking import Stack


@dataclass(frozen=True)
class Broken:
    """A law that did not hold."""

    law: Law
    month: int
    """Of the run."""
    party: str


@dataclass(frozen=True)
class Retraced:
    """One path, month by month."""

    program: Program
    path: int
    draws: Any
    """[figure]"""
    thresholds: Any
    """[condition]"""
    in_force_from: Any
    """[contract]"""
    pages: tuple[Page, ...]
    """One for each month."""
    broken: tuple[Broken, ...]

    def rows(self) -> Iterator[tuple[int, Stack, int]]:
        """Every contract: the number of its stack, the stack, its row within it."""
        for n, stack in enumerate(self.program.stacks):
            for row in range(len(stack.contracts)):
                yield n, stack, row

    def asks(self, page: Page, n: int, row: int) -> tuple[Contract, Now, Any]:
        """A contract, what it saw and what it remembered in a month, as its rules had them."""
        seen, kept = page.events.grounds.sight[n], page.before.memory[n]
        now = jax.tree.map(lambda rows: float(rows[row] if np.ndim(rows) else rows), seen)
        return self._contract(page, n, row), now, jax.tree.map(lambda rows: _plain(rows[row]), kept)

    def _contract(self, page: Page, n: int, row: int) -> Contract:
        """With the terms of this path, and what they refer to in this month."""
        stack, links = self.program.stacks[n].shape, self.program.topology.stack_links[n]
        own = page.events.grounds.terms[n]
        terms: dict[str, Any] = {name: _plain(values[row]) for name, values in own.items()}
        for slot in stack.slots:
            if slot.fill is Fill.schedule:
                dated = links[slot.name]
                terms[slot.name] = Schedule(dated["times"][row], dated["levels"][row], linear=slot.linear)
            elif slot.fill in SHARED:
                terms[slot.name] = _plain(links[slot.name]["value"][row])
            elif slot.name not in terms:
                terms[slot.name] = None
        found: Contract = assembled(stack.kind, terms)
        return found


def retrace(program: Program, made: Provenance, path: int) -> Retraced:
    """Run a path again, to the last bit as the run had it."""
    first = path - path % made.chunk
    numbers = np.arange(first, first + made.chunk)
    given, draws = given_of(program, made.seed, numbers, made.sampling)
    keys, yearly = chance_of(program, made.seed, numbers, made.sampling)
    column = path - first
    with jax.enable_x64(True):
        futures = run_chunk(program.shape, given, keys, numbers, yearly, names_party=True, column=column)
        months, breach = jax.tree.map(np.asarray, (futures.page, futures.breach))
    size, month, party = (rows[:, column] for rows in breach)
    broken = [
        Broken(law, int(month[n]), program.labels.parties[int(party[n])] or "")
        for n, law in enumerate(Law)
        if size[n] > TOLERANCE
    ]
    return Retraced(
        program=program,
        path=path,
        draws=draws[:, column],
        thresholds=given.thresholds[:, column],
        in_force_from=given.in_force_from[:, column],
        pages=tuple(jax.tree.map(lambda rows, t=t: rows[REHEARSALS + t], months) for t in range(program.shape.months)),
        broken=tuple(broken),
    )


def _plain(value: Any) -> Any:
    """A number as a plain one; the entries of a list as they are."""
    return value if np.ndim(value) else float(value)
