"""Earmarked money: what is paid under some contracts is kept apart, and pays first what it was meant for.

Every party has a treasury, and a purse for each contract whose money is earmarked. Month by month, of what it paid,

    named      a purse pays the same share of all that it is meant for, as far as it goes; what several purses are
               meant for they pay together, each in proportion to what it could have paid
    treasury   pays the rest, as far as it goes, the same share of everything
    purses     pay what is then still missing, each in proportion to what it has left

What is left stays in its purse. Who pays whom how much is as recorded; only out of what it comes is decided here. Then
money mixes within each treasury and purse, as it does in the treasuries of the pooled measure (`colours`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from interlock.ground.arrays import ratio
from interlock.ground.axes import PartyOfLeg
from interlock.ground.sums import seen_by, summed, tied
from interlock.money.colours import Dye, Traced, follow


class Purses(NamedTuple):
    """Which purses there are beside the treasuries."""

    owner: Any
    """[purse] the party."""
    fed_by: Any
    """[purse, leg] True where the leg pays its owner, into the purse."""
    meant_for: Any
    """[purse, leg] True where the purse is meant for what its owner pays under the leg."""


class Ways(NamedTuple):
    """Each leg out of each treasury or purse that its payer has. Purses are numbered after treasuries, then edges."""

    leg: PartyOfLeg
    payer: PartyOfLeg
    payee: PartyOfLeg


def ways_of(purses: Purses, payer: Any, payee: Any, parties: int) -> Ways:
    """The ways of all legs; `payer` and `payee` [leg] are parties, or edges of the world past their end."""
    apart = len(purses.owner)

    def place(end: Any) -> Any:
        return np.where(end < parties, end, end + apart)

    into = place(payee)
    for n, fed_by in enumerate(purses.fed_by):
        into = np.where(fed_by, parties + n, into)
    rows = [(leg, out_of) for leg, out_of in enumerate(place(payer))]
    rows += [(int(leg), parties + n) for n, owner in enumerate(purses.owner) for leg in np.flatnonzero(payer == owner)]
    leg, out_of = (np.array(each, np.int32) for each in zip(*rows, strict=True))
    return Ways(leg, out_of, into.astype(np.int32)[leg])


def follow_apart(
    purses: Purses, dye: Dye, paid: Any, opening: Any, *, edges: int, start: int, keeps_colour: bool
) -> Traced:
    """Follow every colour where money is earmarked, as NumPy arrays; called as `colours.follow`."""
    parties, legs = opening.shape[1], paid.shape[1]
    ways = ways_of(purses, np.asarray(dye.payer), np.asarray(dye.payee), parties)
    by_way, opened = _split(purses, ways, paid, opening)
    dyed = Dye(ways.payer, ways.payee, dye.colour[ways.leg], dye.returns[:, ways.leg], dye.repays[:, ways.leg])
    found = follow(dyed, by_way, opened, edges=edges, start=start, keeps_colour=keeps_colour)
    traced: Traced = jax.tree.map(np.asarray, found)
    owners = np.concatenate([np.arange(parties), purses.owner])
    return traced._replace(
        returned=_together(traced.returned, ways.leg, 2, legs),
        repaid=_together(traced.repaid, ways.leg, 1, legs),
        held=_together(traced.held, owners, 1, parties),
    )


def _together(rows: Any, group: Any, axis: int, groups: int) -> Any:
    """The rows along an axis added up by group."""
    first = np.moveaxis(rows, axis, 0)
    found = np.zeros((groups, *first.shape[1:]))
    np.add.at(found, group, first)
    return np.moveaxis(found, 0, axis)


@jax.jit
def _split(purses: Purses, ways: Ways, paid: Any, opening: Any) -> tuple[Any, Any]:
    """The flows by way [month, way, path], and what treasuries and purses open with [month, purse, path]."""
    parties, apart, legs = opening.shape[1], purses.owner.shape[0], paid.shape[1]
    of_owner = tied(purses.owner, parties)
    # The first ways are those out of the treasuries, one for each leg.
    payer, into = tied(ways.payer[:legs], parties), tied(ways.payee[:legs], parties + apart)
    is_apart = (ways.payer >= parties) & (ways.payer < parties + apart)
    place = jnp.where(is_apart, ways.payer - parties, 0)

    def one(kept: Any, now: tuple[Any, Any]) -> tuple[Any, tuple[Any, Any]]:
        flows, cash = now
        treasury = jnp.maximum(cash - summed(of_owner, kept), 0.0)
        received = summed(into, flows)
        purse = kept + received[parties:]
        drawn = _drawn(purses, payer, flows, treasury + received[:parties], purse)
        # The treasury pays whatever no purse does, so that nothing is lost by rounding.
        from_treasury = jnp.maximum(flows - jnp.sum(drawn, axis=0), 0.0)
        by_way = jnp.where(is_apart[:, None], drawn[place, ways.leg], from_treasury[ways.leg])
        return jnp.maximum(purse - jnp.sum(drawn, axis=1), 0.0), (by_way, jnp.concatenate([treasury, kept]))

    by_way, opened = lax.scan(one, jnp.zeros((apart, paid.shape[-1])), (paid, opening))[1]
    return by_way, opened


def _drawn(purses: Purses, payer: Any, flows: Any, treasury: Any, purse: Any) -> Any:
    """[purse, leg, path] what each leg is paid out of each purse."""
    of_owner = tied(purses.owner, treasury.shape[0])
    asked = jnp.where(purses.meant_for[..., None], flows[None], 0.0)
    offered = asked * jnp.minimum(ratio(purse, jnp.sum(asked, axis=1)), 1.0)[:, None]
    first = offered * jnp.minimum(ratio(flows, jnp.sum(offered, axis=0)), 1.0)[None]
    rest = jnp.maximum(flows - jnp.sum(first, axis=0), 0.0)
    lacking = 1.0 - jnp.minimum(ratio(treasury, summed(payer, rest), 1.0), 1.0)
    missing = rest * seen_by(payer, lacking)
    left = jnp.maximum(purse - jnp.sum(first, axis=1), 0.0)
    part = ratio(left, seen_by(of_owner, summed(of_owner, left)))
    is_owners = (purses.owner[:, None] == payer.group[None])[..., None]
    return first + jnp.where(is_owners, part[:, None] * missing[None], 0.0)
