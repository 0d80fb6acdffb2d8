"""The laws that every month of every path must obey, and what is said where one is broken (method §9).

Each law yields a number for each party that is zero where it holds, relative to the largest flow or
treasury of the path in that month (for shares: to the shares). The worst breach of each law and path is carried along.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.engine.state import Events, State
from interlock.engine.ties import Ties
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerParty
from interlock.ground.sums import summed

TOLERANCE = 1e-9
"""Of the largest flow of the path in the month: far above rounding, far below anything that matters."""


BEYOND_MEASURE = 1e300
"""The size of a breach by something that is no number."""


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
    """Row of the party; filled in only where it is asked for."""


def unbroken(paths: int) -> Breach:
    """Before the first month."""
    blank = jnp.zeros((len(Law), paths))
    return Breach(blank, blank, blank)


def watch_laws(ties: Ties, before: State, events: Events, after: State, worst: Breach, *, names_party: bool) -> Breach:
    """The worst breaches after a month. The party costs more to find, and is looked for once a law is broken."""
    spent, received = summed(ties.ends.of_payer, events.paid), summed(ties.ends.of_payee, events.paid)
    flow = jnp.max(jnp.abs(events.owed), axis=0, keepdims=True)
    # A flow is subtracted from cash: it cannot be told more finely than cash is.
    largest = jnp.maximum(jnp.maximum(flow, jnp.max(before.cash, axis=0, keepdims=True)), 1e-300)
    by_party = jnp.stack(
        [
            _cash(ties, before, events, after) / largest,
            jnp.maximum(jnp.abs(after.cash - (before.cash + received - spent)), -after.cash) / largest,
            _bills(ties, events) / largest,
            _compute(ties, events),
            jnp.abs(after.shares - 1.0 - summed(ties.payee, events.held)) / jnp.maximum(after.shares, 1e-300),
        ]
    )
    by_party = jnp.where(jnp.isnan(by_party), jnp.inf, by_party)
    size = jnp.max(by_party, axis=1)
    is_worse = size > jnp.maximum(worst.size, TOLERANCE)
    party = jnp.argmax(by_party, axis=1).astype(size.dtype) if names_party else worst.party
    return Breach(
        jnp.where(is_worse, size, worst.size),
        jnp.where(is_worse, events.scene.month, worst.month),
        jnp.where(is_worse, party, worst.party),
    )


def _cash(ties: Ties, before: State, events: Events, after: State) -> PerParty:
    """Law 1: what leaves one party arrives at another: the change in cash is that of legs with two ends."""
    known = events.paid * ties.is_whole
    moved = summed(ties.ends.of_payee, known) - summed(ties.ends.of_payer, known)
    return jnp.abs(after.cash - before.cash - moved)


def _bills(ties: Ties, events: Events) -> PerParty:
    """Law 3: nobody pays more than is due or less than nothing, nor a junior bill before a senior one."""
    wrong = jnp.maximum(jnp.maximum(events.paid - events.owed, -events.paid), -events.due)
    wrong = jnp.where(wrong > 0.0, wrong, 0.0) + jnp.where(jnp.isnan(events.due), BEYOND_MEASURE, 0.0)
    unpaid, rank = events.owed - events.paid, ties.ends.rank[:, None]
    senior = summed(ties.ends.of_payer, jnp.where(rank == 0, unpaid, 0.0))
    junior = summed(ties.ends.of_payer, jnp.where((rank == 1) | (rank == 2), events.paid, 0.0))
    return summed(ties.ends.of_payer, wrong) + jnp.maximum(jnp.minimum(senior, junior), 0.0)


def _compute(ties: Ties, events: Events) -> PerParty:
    """Law 4: used <= delivered <= ready, and what a seller delivers in all <= what it has; relative to that."""
    excess = jnp.maximum(jnp.maximum(events.used - events.delivered, events.delivered - events.ready), 0.0)
    sold = summed(ties.payee, events.delivered)
    return ratio(jnp.maximum(summed(ties.payee, excess), sold - events.fleet), jnp.maximum(sold, 1e-300))
