"""What of its capacity each party has free again, and what the next customer pays for it: as damages count it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from interlock.contracts.contract import REVENUE, Purpose
from interlock.engine.chunk import Futures
from interlock.engine.collect import Rows
from interlock.engine.letting import letting
from interlock.engine.state import Letting
from interlock.ground.arrays import minimum, ratio
from interlock.money.bookkeeping import Account, Dealings
from interlock.money.impairment import Freed
from interlock.program.program import Program
from interlock.program.recipes import Recipe
from interlock.program.shape import kind_of

LEAST = 1e-3
"""H100e that a party has built: what is less was left by rounding."""

SOLD = REVENUE | {Purpose.other_business}
"""What a party is paid for."""

ByOwner = dict[str, dict[Account, list[Freed]]]


def freed_of(program: Program, rows: Rows, draws: Any, futures: Futures, dealings: Dealings) -> ByOwner:
    """By owner, and by what serves its customers: chips of who sells compute, buildings of who lets power.

    Chips are shared out by how many there are, and buildings by what their owner sells.
    """
    found: ByOwner = defaultdict(lambda: defaultdict(list))
    if futures.bills is None:
        return found
    kept: Letting = futures.bills.letting
    # What was let before the run was built before it, and is in no books.
    new = np.maximum(kept.capacity - kept.capacity[:1], 0.0)[:-1]
    owners = dict(zip(rows.party_names, rows.parties, strict=True))
    for n, owner, account, recipe in _contracts(program):
        if owner not in owners:
            continue
        terms, of_month = recipe.settled(draws), kept.freed[1:, n]
        rent = kept.rent[:-1, n] * _part(new[:, n], kept.capacity[:-1, n])
        if account is Account.chips:
            built = kept.built[:-1, owners[owner]]
            built = np.where(built > LEAST, built, 0.0)
            share, rent = _part(new[:, n], built), rent * _part(built, new[:, n])
        else:
            share = _part(rent, _sales(dealings, owner))
        found[owner][account].append(
            Freed(share * of_month, rent * of_month, terms.relet, terms.vacancy, terms.discount)
        )
    return found


def _sales(dealings: Dealings, party: str) -> Any:
    """[month, path] USD that a party sold in a month, in the book and outside, on average of the twelve before."""
    legs = [n for n, leg in enumerate(dealings.legs) if leg.payee == party and leg.purpose in SOLD]
    sold = sum((dealings.billed[n] for n in legs), np.zeros(dealings.shape))
    so_far = np.concatenate([np.zeros_like(sold[:1]), sold.cumsum(axis=0)])
    months = np.arange(len(sold))
    first = np.maximum(months - 12, 0)
    return (so_far[months] - so_far[first]) / np.maximum(months - first, 1)[:, None]


def _contracts(program: Program) -> Iterator[tuple[int, str, Account, Recipe]]:
    """Of each contract that lets capacity: its row among them, who lets, what serves it, and its terms."""
    first = 0
    for n, shape in letting(program.shape):
        account = Account.construction if kind_of(shape).merit is None else Account.chips
        stack = program.stacks[n]
        for row, (written, recipe) in enumerate(zip(stack.contracts, stack.recipes, strict=True)):
            yield first + row, written.payee, account, recipe
        first += shape.size


def _part(amount: Any, whole: Any) -> Any:
    """A part of a whole, no more than all of it; of nothing, nothing."""
    return minimum(ratio(amount, whole), 1.0)
