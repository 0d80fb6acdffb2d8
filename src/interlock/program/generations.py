"""Which row each generation of chips of a book gets, and who buys it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from interlock.book.book import Book
from interlock.book.deal import WrittenContract
from interlock.book.terms import Terms, WrittenSchedule
from interlock.program.program import Array
from interlock.program.reading import Ledger
from interlock.program.rows import figures_stack, named
from interlock.program.shape import kind_of
from interlock.program.stacking import Locate, Stack, links_of

FROM_THE_FIRST = WrittenSchedule((0,), (1.0,), linear=False)
"""The profile of what a book gives none: all of it at any time."""


def chip_stack(book: Book, ledger: Ledger) -> Stack | None:
    """The generations of chips, in one stack, in order of name."""
    recipes = [ledger.recipe(_filled_in(book.chips[name]), f"chips.{name}") for name in sorted(book.chips)]
    return figures_stack(sorted(book.chips), recipes) if recipes else None


def _filled_in(terms: Terms) -> Terms:
    """With a profile: all generations have the same terms."""
    return Terms(terms.of, {"profile": FROM_THE_FIRST, **terms.values})


def generation_links(stack: Stack | None, rows: Sequence[WrittenContract | None], locate: Locate) -> dict[str, Any]:
    """What contracts have to do with generations."""
    if stack is None:
        return {"generation": np.zeros(len(rows), dtype=np.int32), "chip_links": {}}
    row_of = {name: row for row, name in enumerate(stack.names)}
    bought = [None if each is None else row_of.get(named(each, "chip")) for each in rows]
    return {
        "generation": np.array([stack.shape.size if row is None else row for row in bought], dtype=np.int32),
        "chip_links": links_of(stack, locate),
    }


def site_rows(stacks: Sequence[Stack], rows: Sequence[WrittenContract | None]) -> dict[str, int]:
    """Where each site stands among the rows of sites, by its name."""
    sites = _sites(stacks, rows)
    return {each.address.removeprefix("sites."): n for n, each in enumerate(sites) if each is not None}


def site_links(
    stacks: Sequence[Stack], rows: Sequence[WrittenContract | None], names: Sequence[str]
) -> dict[str, Array]:
    """Who names which site, counted among the rows of sites, and which of the parties owns any."""
    sites, row_of = _sites(stacks, rows), site_rows(stacks, rows)
    named_by = [None if each is None else row_of.get(named(each, "site")) for each in rows]
    owners = {each.payer for each in sites if each is not None}
    return {
        "site": np.array([len(sites) if n is None else n for n in named_by], dtype=np.int32),
        "owns_sites": np.array([float(name in owners) for name in names]),
    }


def _sites(stacks: Sequence[Stack], rows: Sequence[WrittenContract | None]) -> list[WrittenContract | None]:
    """The rows of sites, those that only pad included."""
    return [each for stack in stacks if kind_of(stack.shape).builds for each in rows[stack.shape.rows]]
