"""The laws that every month of every path must obey, and what is said where one is broken (method §9).

Each law yields a number for each party that is zero where it holds, relative to the largest flow (for shares:
to the shares) of the path in that month. The worst breach of each law and path is carried along.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.engine.state import Events, State
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerParty
from interlock.ground.sums import of_row, summed_by
from interlock.program.shape import Shape

TOLERANCE = 1e-9
"""Of the largest flow of the path in the month: far above rounding, far below anything that matters."""


class Law(StrEnum):
    """What must hold; the value says how it was broken."""

    cash = "dollars vanished or appeared"
    budget = "cash is not what came in less what went out, or fell below zero"
    bills = "a bill is negative or no number, was overpaid, or was paid before a more senior one"
    compute = "compute was used or delivered that was not there"
    shares = "the shares of a company do not sum to one"


class Breach(NamedTuple):
    """The worst breach of each law so far: [law, path] each."""

    size: Any
    month: Any
    party: Any


def unbroken(paths: int) -> Breach:
    """Before the first month."""
    blank = jnp.zeros((len(Law), paths))
    return Breach(blank, blank, blank)


def watch_laws(
    shape: Shape, links: Any, before: State, events: Events, after: State, month: Any, worst: Breach
) -> Breach:
    """The worst breaches after a month."""
    sizes = jnp.stack(
        [
            _cash(shape, links, before, events, after),
            _budget(shape, links, before, events, after),
            _bills(shape, links, events),
            _compute(shape, links, events),
            _shares(shape, links, events, after),
        ]
    )
    sizes = jnp.where(jnp.isnan(sizes), jnp.inf, sizes)
    size, party = jnp.max(sizes, axis=1), jnp.argmax(sizes, axis=1).astype(jnp.float64)
    is_worse = size > jnp.maximum(worst.size, TOLERANCE)
    return Breach(
        jnp.where(is_worse, size, worst.size),
        jnp.where(is_worse, month, worst.month),
        jnp.where(is_worse, party, worst.party),
    )


def _scale(events: Events) -> Any:
    return jnp.maximum(jnp.max(jnp.abs(events.owed), axis=0, initial=0.0), 1e-300)


def _cash(shape: Shape, links: Any, before: State, events: Events, after: State) -> PerParty:
    """Law 1: what leaves one party arrives at another, so that the change in cash of all of them is zero."""
    payer, payee = links["leg_payer"], links["leg_payee"]
    everybody = shape.parties + shape.edges
    is_whole = ((payer < everybody) & (payee < everybody)).astype(jnp.float64)[:, None]
    known = events.paid * is_whole
    moved = summed_by(payee, known, shape.parties) - summed_by(payer, known, shape.parties)
    return jnp.abs(after.cash - before.cash - moved) / _scale(events)


def _budget(shape: Shape, links: Any, before: State, events: Events, after: State) -> PerParty:
    """Law 2: closing cash is opening cash, plus receipts, less payments, and never below zero."""
    received = summed_by(links["leg_payee"], events.paid, shape.parties)
    spent = summed_by(links["leg_payer"], events.paid, shape.parties)
    gap = jnp.abs(after.cash - (before.cash + received - spent))
    return jnp.maximum(gap, -after.cash) / _scale(events)


def _bills(shape: Shape, links: Any, events: Events) -> PerParty:
    """Law 3: nobody pays more than is due or less than nothing, nor a junior bill before a senior one."""
    wrong = jnp.maximum(jnp.maximum(events.paid - events.owed, -events.paid), -events.due)
    wrong = jnp.where(jnp.isnan(events.due), jnp.inf, wrong)
    payer, rank = links["leg_payer"], links["leg_rank"]
    by_payer = jnp.zeros((shape.parties, wrong.shape[-1])).at[payer].max(wrong, mode="drop")
    unpaid = events.owed - events.paid
    jumped = jnp.zeros_like(by_payer)
    for senior in (0, 1):
        left = summed_by(payer, jnp.where((rank == senior)[:, None], unpaid, 0.0), shape.parties)
        junior = summed_by(payer, jnp.where(((rank > senior) & (rank < 3))[:, None], events.paid, 0.0), shape.parties)
        jumped = jnp.maximum(jumped, jnp.minimum(left, junior))
    return jnp.maximum(by_payer, jumped) / _scale(events)


def _compute(shape: Shape, links: Any, events: Events) -> PerParty:
    """Law 4: used <= delivered <= ready, and what a seller delivers in all <= what it has."""
    excess = jnp.maximum(events.used - events.delivered, events.delivered - events.ready)
    of_seller = jnp.zeros((shape.parties, excess.shape[-1])).at[links["payee"]].max(excess, mode="drop")
    sold = summed_by(links["payee"], events.delivered, shape.parties)
    return ratio(jnp.maximum(of_seller, sold - events.fleet), jnp.maximum(sold, 1e-300))


def _shares(shape: Shape, links: Any, events: Events, after: State) -> PerParty:
    """Law 5: the opening share and all that contracts have bought sum to the shares outstanding."""
    bought = summed_by(links["payee"], events.held, shape.parties)
    return jnp.abs(after.shares - 1.0 - bought) / jnp.maximum(after.shares, 1e-300)


def hint(law: Law, amount: float, party: str, flows: str) -> str:
    """What a broken law says of its amount: `12.4 M USD vanished (microsoft: out 840.0, in 827.6)`."""
    return f"{law.value}; {party}: {amount:.3g} of the month's largest flow{flows}"


def is_real(index: Any, everybody: int) -> Any:
    """Whether an index names a party at all."""
    return of_row(jnp.ones((everybody, 1)), index)[:, 0] > 0.0
