"""What of its capacity each party has free again, and what the next customer pays for it: as damages count it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from interlock.engine.chunk import Futures
from interlock.engine.collect import Rows
from interlock.engine.letting import letting
from interlock.engine.state import Letting
from interlock.money.bookkeeping import Account
from interlock.money.impairment import Freed
from interlock.program.program import Program
from interlock.program.recipes import Recipe
from interlock.program.shape import kind_of

LEAST = 1e-3
"""H100e that a party has built: what is less was left by rounding."""

ByOwner = dict[str, dict[Account, list[Freed]]]


def freed_of(program: Program, rows: Rows, draws: Any, futures: Futures) -> ByOwner:
    """By owner, and by what serves its customers: chips of who sells compute, buildings of who lets power."""
    found: ByOwner = defaultdict(lambda: defaultdict(list))
    if futures.bills is None:
        return found
    kept: Letting = futures.bills.letting
    # What was let before the run was built before it, and is in no books.
    new = np.maximum(kept.capacity - kept.capacity[:1], 0.0)[:-1]
    owners, places = dict(zip(rows.party_names, rows.parties, strict=True)), list(_contracts(program))
    for n, owner, account, recipe in places:
        if owner not in owners:
            continue
        if account is Account.chips:
            there = kept.built[:-1, owners[owner]]
        else:
            there = sum(new[:, m] for m, other, what, _ in places if (other, what) == (owner, account))
        terms, held, of_month = recipe.settled(draws), kept.capacity[:-1, n], kept.freed[1:, n]
        part = _over(new[:, n], there, np.where(there > LEAST, 1.0, 0.0))
        rent = kept.rent[:-1, n] * _over(new[:, n], held) * _over(part * there, new[:, n])
        share = np.where(rent > 0.0, part * of_month, 0.0)
        found[owner][account].append(Freed(share, rent * of_month, terms.relet, terms.vacancy, terms.discount))
    return found


def _contracts(program: Program) -> Iterator[tuple[int, str, Account, Recipe]]:
    """Of each contract that lets capacity: its row among them, who lets, what serves it, and its terms."""
    first = 0
    for n, shape in letting(program.shape):
        account = Account.construction if kind_of(shape).merit is None else Account.chips
        stack = program.stacks[n]
        for row, (written, recipe) in enumerate(zip(stack.contracts, stack.recipes, strict=True)):
            yield first + row, written.payee, account, recipe
        first += shape.size


def _over(amount: Any, whole: Any, most: Any = 1.0) -> Any:
    """A part of a whole, no more than all of it; of nothing, nothing."""
    return np.minimum(np.where(whole > 0.0, amount / np.where(whole > 0.0, whole, 1.0), 0.0), most)
