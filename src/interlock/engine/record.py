"""What is kept of each month and each path: sums and levels by calendar year, and a few series by month."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from interlock.engine.cuts import austerity
from interlock.engine.promises import binding, buying, lending, supplying
from interlock.engine.state import Events, Letting, State
from interlock.engine.triggers import runway
from interlock.engine.years import Kept, with_month
from interlock.program.shape import Shape, StackShape


class Yearly(NamedTuple):
    """By calendar year: [year, row, path] each. The first twelve add up months, the others are levels at year's end."""

    paid: Any
    """USD by leg."""
    written_off: Any
    """USD by leg that is billed: claims that a failure ended."""
    relieved: Any
    """USD by leg that is billed: paid by a guarantor, and owed no longer. No rows where nothing is guaranteed."""
    delivered: Any
    """H100e-months by contract."""
    used: Any
    """H100e-months by contract."""
    spare: Any
    """USD by contract: charged for what was used only because it is paid for."""
    wanted: Any
    """USD of demand, by party."""
    served: Any
    """USD of demand served, by party."""
    need: Any
    """H100e-months by party."""
    training: Any
    """H100e-months that trained, by party; no rows where models are not followed."""
    forgone: Any
    """USD by contract: what was still to be paid when its payer failed."""
    prices: Any
    """USD per H100e, by market: what compute costs by the hour, month by month."""
    remaining: Any
    """USD by contract: what is still to be paid, whatever happens."""
    maturing: Any
    """USD by party: debt that falls due within a year."""
    austerity: Any
    """From 0 to 1 by party: how far it has gone in cutting."""
    held: Any
    """Shares by contract."""
    shares: Any
    """Shares outstanding, by party."""
    compensation: Any
    """Shares of the payer that are held for what was lost under each bill."""
    cash: Any
    """USD by party."""
    runway: Any
    """Months by party."""
    quality: Any
    """What the newest model of each party has gained; no rows where models are not followed."""
    run: Any
    """FLOP of the largest run, by party (as before)."""
    share: Any
    """Of the segments of customers."""


SUMS = 12
"""How many of the yearly series add up the months."""


class Monthly(NamedTuple):
    """By month: [row, path] each."""

    cash: Any
    """USD by party, at the end of the month."""
    paid: Any
    """USD by leg."""
    opening: Any
    """USD by party before anything was paid."""
    owed: Any
    """USD by leg that is billed: what fell due, and arrears."""


class Bills(NamedTuple):
    """By month, where the books are to be kept: [leg, path] each but one, of the legs that are billed; USD.

    The first month is that before the run, of which only that counts which is unpaid at its end.
    """

    billed: Any
    """Due now or later."""
    unpaid: Any
    """At the end of the month, due or not."""
    written_off: Any
    relieved: Any
    """Owed no longer, for a guarantor paid it."""
    set_off: Any
    """Owed no longer, for it was paid in advance."""
    losses: Any
    """By contract that taxes profit: carried forward at the end of the month."""
    letting: Letting
    """Contracts that let capacity, and parties."""


def bills_of(links: Any, events: Events, after: State) -> Bills:
    """What is to be kept of the bills of a month. Nothing is in arrears before the first one."""
    not_due = jnp.sum(after.payable, axis=0)
    unpaid = after.standing.arrears.at[links["delayed"]].add(not_due, mode="drop")
    kept = (events.written_off, events.relieved, events.set_off, events.losses, events.letting)
    return Bills(events.billed, unpaid, *kept)


def blank(shape: Shape, paths: int) -> Yearly:
    """Before the first month; rows only for those contracts that can have something of the sort."""
    legs, suppliers, parties = shape.legs, shape.suppliers, (shape.parties,) * 3
    bound, buyers = (sum(stack.size for _, stack in each) for each in (binding(shape), buying(shape)))
    relieved = shape.bills if shape.guaranteed else 0
    debtors, cutters = (shape.parties if some else 0 for some in (any(lending(shape)), shape.has_cuts))
    compensated = shape.bills if shape.has_restructuring else 0
    followed = shape.parties if shape.has_models else 0
    sums = (legs, shape.bills, relieved, suppliers, suppliers, suppliers, *parties, followed, bound, shape.markets)
    rows = (
        *sums,
        bound,
        debtors,
        cutters,
        buyers,
        parties[0],
        compensated,
        *parties[1:],
        followed,
        followed,
        shape.shares,
    )
    return Yearly(*(jnp.zeros((shape.years, row, paths)) for row in rows))


def noted(shape: Shape, kept: Kept, month: Any, events: Events, after: State) -> Kept:
    """The yearly series after one more month."""
    years: Yearly = kept.by_year
    sums = (
        events.paid,
        events.written_off,
        events.relieved if years.relieved.shape[1] else events.relieved[:0],
        events.delivered,
        events.used,
        events.spare,
        events.wanted,
        events.served,
        events.need,
        events.training,
        events.forgone,
        after.seen.prices,
    )
    issued = (events.held, after.shares, after.compensation)
    cut = years.austerity[0] if after.cuts is None else austerity(after.cuts)
    quality = years.quality[0] if after.models is None else after.models.quality
    share = years.share[0] if after.customers is None else after.customers.share
    labs = (quality, events.run, share)
    levels = (events.remaining, events.maturing, cut, *issued, after.cash, runway(after), *labs)
    return with_month(shape, kept, month, sums, levels)


def laid_out(shape: Shape, kept: Yearly) -> Yearly:
    """The same as NumPy arrays, with a row for every contract, and for every leg of what is written off."""
    return kept._replace(
        written_off=np.pad(kept.written_off, ((0, 0), (0, shape.legs - shape.bills), (0, 0))),
        delivered=by_contract(shape, supplying(shape), kept.delivered),
        used=by_contract(shape, supplying(shape), kept.used),
        spare=by_contract(shape, supplying(shape), kept.spare),
        forgone=by_contract(shape, binding(shape), kept.forgone),
        remaining=by_contract(shape, binding(shape), kept.remaining),
        held=by_contract(shape, buying(shape), kept.held),
    )


def by_contract(shape: Shape, stacks: Iterable[tuple[int, StackShape]], rows: Any) -> Any:
    """[…, contract, path] from the rows of some stacks; zero for the others."""
    found = np.zeros((*rows.shape[:-2], shape.rows, rows.shape[-1]))
    first = 0
    for _, stack in stacks:
        found[..., stack.rows, :] = rows[..., first : first + stack.size, :]
        first += stack.size
    return found
