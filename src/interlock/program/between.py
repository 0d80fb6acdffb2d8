"""What contracts have to do with each other's bills: who stands in for a debt, what is set off, what is due later."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np

from interlock.book.deal import WrittenContract
from interlock.book.ranges import quantile
from interlock.contracts.contract import REVENUE, Rank
from interlock.program.labels import LegLabel
from interlock.program.rows import named
from interlock.program.shape import padded

Array = Any

LONGEST = 12
"""Months from a bill to its due date, at most."""


class Group(NamedTuple):
    """Bills that some contracts look at, as a group for each set of bills."""

    of_contracts: Array
    """[contract] the group that it looks at, or `size` for none."""
    of_legs: Array
    """[leg] the group that it belongs to, or `size` for none."""
    size: int
    """Groups, padded."""


class Delays(NamedTuple):
    """The legs that fall due some time after they are billed."""

    legs: Array
    """[delayed leg] its row among all legs; past the end for padding."""
    contracts: Array
    """[delayed leg] the row of its contract."""
    written: tuple[WrittenContract | None, ...]
    longest: int
    """Months."""


def guaranteed(rows: Sequence[WrittenContract | None], legs: Sequence[LegLabel | None]) -> Group:
    """Debts that somebody guarantees: what one party is owed under one contract."""

    def debt(contract: WrittenContract) -> Hashable:
        address = named(contract, "owed")
        return (address, contract.payee) if address else None

    return _group(rows, legs, debt, lambda leg: (leg.contract, leg.payee))


def prepaid(rows: Sequence[WrittenContract | None], legs: Sequence[LegLabel | None]) -> Group:
    """Bills against which something is set off: those from one party to another under one contract."""

    def bills(contract: WrittenContract) -> Hashable:
        address = named(contract, "billed")
        return (address, contract.payer, contract.payee) if address else None

    return _group(rows, legs, bills, lambda leg: (leg.contract, leg.payer, leg.payee))


def _group(
    rows: Sequence[WrittenContract | None],
    legs: Sequence[LegLabel | None],
    looks_at: Callable[[WrittenContract], Hashable],
    belongs_to: Callable[[LegLabel], Hashable],
) -> Group:
    keys = [None if each is None else looks_at(each) for each in rows]
    known = {key: n for n, key in enumerate(sorted({key for key in keys if key is not None}, key=str))}
    size = padded(len(known))
    of_legs = [None if each is None else known.get(belongs_to(each)) for each in legs]
    return Group(
        np.array([size if key is None else known[key] for key in keys], dtype=np.int32),
        np.array([size if each is None else each for each in of_legs], dtype=np.int32),
        size,
    )


def delays(rows: Sequence[WrittenContract | None], legs: Sequence[LegLabel | None]) -> Delays:
    """Bills for goods and services of the payers who pay some time after."""
    row_of = {each.address: n for n, each in enumerate(rows) if each is not None}
    found, contracts = [], []
    for n, label in enumerate(legs):
        contract = None if label is None else rows[row_of[label.contract]]
        if label is None or contract is None or contract.pays_after is None:
            continue
        is_bill = label.rank is not Rank.subscription and label.purpose in REVENUE
        if is_bill and (label.payer, label.payee) == (contract.payer, contract.payee):
            found.append(n)
            contracts.append(contract)
    spare = padded(len(found)) - len(found)
    waits = [quantile(each.pays_after.distribution, 0.95) for each in contracts if each.pays_after is not None]
    return Delays(
        np.array([*found, *[len(legs)] * spare], dtype=np.int32),
        np.array([*(row_of[each.address] for each in contracts), *[len(rows)] * spare], dtype=np.int32),
        (*contracts, *[None] * spare),
        min(math.ceil(max(waits, default=0.0)), LONGEST),
    )
