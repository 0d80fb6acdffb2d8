"""The laws that every month of every path must obey, and what is said where one is broken (method §9).

Each law yields a number for each party that is zero where it holds, relative to what `MEASURED_BY` says. The first
breach of each law and path is carried along: what comes later may only follow from it.
"""

from __future__ import annotations

from enum import StrEnum
from functools import reduce
from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.engine.backlog import Shipments
from interlock.engine.state import Events, State
from interlock.engine.ties import ACCOUNTS, FINANCING, RUNNING, SALES, Ties, booked
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerLeg, PerParty
from interlock.ground.sums import once, seen_by, summed
from interlock.labs.customers import Rows, missing
from interlock.money.bills import RANKS

ONE = 1.0
"""H100e: what a seller that delivers less than one is measured by; a capacity of nothing is that but for rounding."""

TOLERANCE = 1e-9
"""Of what a law is measured by: far above rounding, far below anything that matters."""

BEYOND_MEASURE = 1e300
"""USD: the size of a breach by a bill that is no number."""

NO_NUMBER = 1e200
"""The size of a breach by anything else that is none: large, yet smaller than that of the bill from which it came."""

SUBSCRIPTION = 3
"""The rank of what is paid from what is spare."""


class Law(StrEnum):
    """What must hold; the value says how it was broken."""

    cash = "dollars vanished or appeared"
    budget = "cash is not what came in less what went out, or fell below zero"
    bills = "a bill is negative or no number, was overpaid, or was paid before a more senior one"
    compute = "compute was used or delivered that was not there, or chips that were not made or had no power"
    shares = "the shares of a company, or of a segment, do not sum to one"


MONEY = "the largest bill or treasury of the month"

MEASURED_BY = {
    Law.cash: MONEY,
    Law.budget: MONEY,
    Law.bills: MONEY,
    Law.compute: "what it delivers",
    Law.shares: "all of them",
}
"""What the size of a breach is a part of."""


class Breach(NamedTuple):
    """The first breach of each law so far: [law, path] each."""

    size: Any
    """Zero before there is one."""
    month: Any
    party: Any
    """Row of the party; filled in only where it is asked for."""


def unbroken(paths: int) -> Breach:
    """Before the first month."""
    blank = jnp.zeros((len(Law), paths))
    return Breach(blank, blank, blank)


def watch_laws(
    ties: Ties, month: Any, before: State, events: Events, after: State, first: Breach, *, names_party: bool
) -> Breach:
    """The first breaches after a month. The party costs more to find, and is looked for once a law is broken."""
    # A flow is subtracted from cash: it cannot be told more finely than cash is.
    treasury = jnp.max(_finite(before.cash), axis=0, keepdims=True)
    largest = jnp.maximum(jnp.maximum(_finite(events.largest), treasury), 1e-300)
    change = after.cash - before.cash
    by_law = (
        jnp.abs(change - _moved(events, SALES, FINANCING, RUNNING)) / largest,
        jnp.maximum(jnp.abs(change - _moved(events, *range(ACCOUNTS))), -after.cash) / largest,
        _bills(ties, events) / largest,
        _compute(ties, events),
        _shares(ties, events, after),
    )
    by_law = once(tuple(jnp.where(jnp.isnan(rows), NO_NUMBER, rows) for rows in by_law))
    size = jnp.stack([reduce(jnp.maximum, rows) for rows in by_law])
    # What is rehearsed before the first month moves nothing.
    is_first = (size > TOLERANCE) & (first.size == 0.0) & (month >= 0.0)
    party = jnp.stack([jnp.argmax(rows, axis=0) for rows in by_law]).astype(size.dtype) if names_party else first.party
    return Breach(
        jnp.where(is_first, size, first.size),
        jnp.where(is_first, month, first.month),
        jnp.where(is_first, party, first.party),
    )


def _finite(amounts: Any) -> Any:
    """What is a number; a sum over what is none would be told of everybody."""
    return jnp.where(jnp.isfinite(amounts), amounts, 0.0)


def _moved(events: Events, *accounts: int) -> PerParty:
    """What came to each party less what went from it, on some accounts: what leaves one party arrives at another."""
    return booked(events.received, *accounts) - booked(events.spent, *accounts)


def _bills(ties: Ties, events: Events) -> PerParty:
    """Law 3: nobody pays more than is due or less than nothing, nor a junior bill before a senior one."""
    wrong = jnp.maximum(jnp.maximum(events.paid - events.owed, -events.paid), -events.due)
    # What is spare follows from bills: where a bill is no number, no subscription is one, whoever pays it.
    no_number = jnp.where(ties.legs.rank[:, None] == SUBSCRIPTION, NO_NUMBER, BEYOND_MEASURE)
    wrong = jnp.where(wrong > 0.0, _finite(wrong), 0.0) + jnp.where(jnp.isfinite(events.due), 0.0, no_number)
    unpaid, paid = (_by_class(ties, once(_finite(amounts))) for amounts in (events.owed - events.paid, events.paid))
    sold_up = ties.legs.sold_up(_finite(events.owed))
    is_first = 0.0 if sold_up is None else sold_up
    # Where what somebody owned is sold, who is secured comes before running costs, else after them.
    senior = unpaid[0] + is_first * (unpaid[1] - unpaid[0])
    junior = paid[1] + is_first * (paid[0] - paid[1]) + paid[2]
    return summed(ties.legs.payer, wrong) + jnp.maximum(jnp.minimum(senior, junior), 0.0)


def _by_class(ties: Ties, amounts: PerLeg) -> Any:
    """[class, party, path] amounts by who pays them; subscriptions are of no class."""
    return summed(ties.legs.payer_by_class(), amounts).reshape(RANKS, -1, amounts.shape[-1])


def _shares(ties: Ties, events: Events, after: State) -> PerParty:
    """Law 5: by which part the shares of a company, and of the segments in which it stands, miss one."""
    of_company = jnp.abs(after.shares - 1.0 - events.issued) / jnp.maximum(after.shares, 1e-300)
    if after.customers is None:
        return of_company
    return of_company + missing(Rows(ties.share_segment, ties.share_party), after.customers.share)


def _compute(ties: Ties, events: Events) -> PerParty:
    """Law 4: used <= delivered <= ready, and what a seller delivers in all <= what it has; relative to that."""
    seller = ties.payee.part(slice(events.delivered.shape[0]))
    excess = jnp.maximum(jnp.maximum(events.used - events.delivered, events.delivered - events.ready), 0.0)
    sold = summed(seller, events.delivered)
    beyond = beyond_fleet(summed(seller, excess), sold, events.fleet)
    if events.shipments is None:
        return beyond
    return jnp.maximum(beyond, _chips(ties, events.shipments) + _sites(ties, events.shipments))


def beyond_fleet(excess: PerParty, sold: PerParty, fleet: PerParty) -> PerParty:
    """What sellers deliver that they do not have, or that their contracts do not ask for; relative to all of it."""
    return jnp.maximum(excess, sold - fleet) / jnp.maximum(sold, ONE)


def _chips(ties: Ties, shipments: Shipments) -> PerParty:
    """Law 4 of chips, by buyer: delivered <= made, none below zero arrive or wait; relative to what is delivered."""
    below = -jnp.minimum(jnp.minimum(shipments.received, shipments.waiting), 0.0)
    beyond = seen_by(ties.generation, jnp.maximum(shipments.shipped - shipments.made, 0.0))
    wrong, shipped = jnp.maximum(beyond, below), seen_by(ties.generation, shipments.shipped)
    return summed(ties.buyer, ratio(wrong, jnp.maximum(shipped, wrong)))


def _sites(ties: Ties, shipments: Shipments) -> PerParty:
    """Law 4 of sites, by owner: installed <= received, installed x power of a chip <= power; relative to installed."""
    sites, power = shipments.sites, shipments.chip_power
    without_power = ratio(sites.installed * power - sites.grid, power)
    wrong = jnp.maximum(jnp.maximum(sites.installed - sites.left, without_power), -sites.installed)
    wrong = jnp.maximum(jnp.maximum(wrong, sites.capacity - sites.installed), -shipments.arrived)
    return summed(ties.owner, ratio(jnp.maximum(wrong, 0.0), jnp.maximum(jnp.abs(sites.installed), 1e-300)))
