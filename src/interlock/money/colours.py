"""The path of coloured dollars over recorded flows: what came back, what was repaid, passed on, held, or left.

Each financing contract k dyes the dollars paid under it with a colour of its own. Cash mixes perfectly
(`tracing`). Colour k is lost where it comes back to the financier of k, as its revenue (returned) or as what k
owes it (repaid), and where it is paid out again under another financing contract (refinanced by that one):

    paid = returned + repaid + refinanced + held at the end + left through the world's edges       (first lap)

With `keeps_colour` money that has come back stays dyed and is counted each time: all laps, which may exceed paid.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from interlock.ground.arrays import ratio
from interlock.ground.axes import PartyOfLeg
from interlock.ground.sums import Tie, seen_by, summed, tied
from interlock.money.tracing import mixture


class Dye(NamedTuple):
    """Which legs carry which colour; index arrays."""

    payer: PartyOfLeg
    payee: PartyOfLeg
    colour: PartyOfLeg
    """[leg] the colour with which the leg dyes what is paid; the number of colours where it does not."""
    returns: Any
    """[colour, leg] 1.0 where it is a sale of the financier of the colour."""
    repays: Any
    """[colour, leg] 1.0 where it gives back to the financier what it has put in, or what it earns by that."""


class Traced(NamedTuple):
    """Where the dollars of each colour went; USD."""

    paid: Any
    """[year, colour, path]"""
    returned: Any
    """[year, colour, leg, path] to the financier as its revenue, by the leg through which it came."""
    repaid: Any
    """[colour, leg, path]"""
    refinanced: Any
    """[colour, colour, path] the first paid out again under the second."""
    left: Any
    """[colour, edge, path]"""
    held: Any
    """[colour, party, path] at the end."""


class _Ties(NamedTuple):
    """Who belongs to what (ground/sums.py)."""

    payer: Any
    payee: Any
    pair: Any
    """[leg, party x party] legs between two parties with budgets that do not dye."""
    from_edge: Any
    """[leg, party] legs by which an edge pays a party without dyeing."""
    fresh: Any
    """[leg, party x colour] legs that dye what a party receives."""
    edge: Any
    """[leg, edge] legs that leave through an edge without dyeing."""
    colour: Any
    """[leg, colour] legs that dye."""
    is_returned: Any
    """[colour, leg, 1] sales of the colour's financier that do not dye."""
    is_repaid: Any
    """[colour, leg, 1] what gives back to the colour's financier, and does not dye."""


def _ties(dye: Dye, parties: int, edges: int) -> _Ties:
    colours = dye.returns.shape[0]
    is_plain = dye.colour >= colours
    nowhere = parties * max(parties, colours)
    is_inner = is_plain & (dye.payer < parties) & (dye.payee < parties)
    from_edge = is_plain & (dye.payer >= parties)
    to_edge = is_plain & (dye.payer < parties) & (dye.payee >= parties)
    return _Ties(
        payer=tied(dye.payer, parties),
        payee=tied(dye.payee, parties),
        pair=tied(jnp.where(is_inner, dye.payer * parties + dye.payee, nowhere), parties * parties),
        from_edge=tied(jnp.where(from_edge, dye.payee, parties), parties),
        fresh=tied(jnp.where(is_plain, nowhere, dye.payee * colours + dye.colour), parties * colours),
        edge=tied(jnp.where(to_edge, dye.payee - parties, edges), edges),
        colour=tied(dye.colour, colours),
        is_returned=(is_plain[None] & (dye.returns > 0.0))[..., None],
        is_repaid=(is_plain[None] & (dye.repays > 0.0))[..., None],
    )


@partial(jax.jit, static_argnames=("edges", "start", "keeps_colour"))
def follow(dye: Dye, paid: Any, opening: Any, *, edges: int, start: int, keeps_colour: bool) -> Traced:
    """Follow every colour through the months: `paid` [month, leg, path], `opening` [month, party, path] in USD."""
    months, legs, paths = paid.shape
    parties, colours = opening.shape[1], dye.returns.shape[0]
    years = (start + months - 1) // 12 - start // 12 + 1
    ties = _ties(dye, parties, edges)
    nothing = Traced(
        paid=jnp.zeros((years, colours, paths)),
        returned=jnp.zeros((years, colours, legs, paths)),
        repaid=jnp.zeros((colours, legs, paths)),
        refinanced=jnp.zeros((colours, colours, paths)),
        left=jnp.zeros((colours, edges, paths)),
        held=jnp.zeros((colours, parties, paths)),
    )

    def one(carried: tuple[Traced, Any], now: tuple[Any, Any, Any]) -> tuple[tuple[Traced, Any], None]:
        traced, shares = carried
        month, flows, cash = now
        mixed = _mixed(ties, flows, cash, shares, keeps_colour=keeps_colour)
        return (_noted(traced, ties, flows, mixed, (start + month) // 12 - start // 12), mixed), None

    months_and_flows = (jnp.arange(months, dtype=jnp.int32), paid, opening)
    (traced, mixed), _ = lax.scan(one, (nothing, jnp.zeros((parties, colours, paths))), months_and_flows)
    closing = jnp.maximum(opening[-1] + summed(ties.payee, paid[-1]) - summed(ties.payer, paid[-1]), 0.0)
    return traced._replace(held=jnp.moveaxis(mixed * closing[:, None], 0, 1))


def _mixed(ties: _Ties, flows: Any, cash: Any, shares: Any, *, keeps_colour: bool) -> Any:
    """[party, colour, path] of what colour the money of each party is this month."""
    parties, colours, paths = shares.shape
    square = (parties, parties, paths)
    fresh = summed(ties.fresh, flows).reshape(parties, colours, paths)
    # What is dyed on arrival, and what comes from the world's edges, joins opening cash.
    pool = cash + jnp.sum(fresh, axis=1) + summed(ties.from_edge, flows)
    fractions = ratio(cash[:, None] * shares + fresh, pool[:, None])
    inner = summed(ties.pair, flows).reshape(square)
    if keeps_colour:
        return mixture(inner[None], pool, fractions)
    losing = jnp.where(ties.is_returned | ties.is_repaid, flows[None], 0.0)
    carrying = inner[None] - _summed_by_colour(ties.pair, losing).reshape(colours, *square)
    bleached = _summed_by_colour(ties.payee, losing * _is_inner(ties)[None])
    return mixture(jnp.maximum(carrying, 0.0), pool, fractions, bleached)


def _summed_by_colour(tie: Tie, values: Any) -> Any:
    """[colour, group, path] the rows of `values` [colour, row, path] added up by group, for all colours at once."""
    colours, rows, paths = values.shape
    side_by_side = jnp.swapaxes(values, 0, 1).reshape(rows, colours * paths)
    return jnp.swapaxes(summed(tie, side_by_side).reshape(tie.groups, colours, paths), 0, 1)


def _is_inner(ties: _Ties) -> Any:
    """[leg, 1] 1.0 for legs between two parties with budgets that do not dye."""
    return (ties.pair.group < ties.pair.groups)[:, None].astype(jnp.float64)


def _noted(traced: Traced, ties: _Ties, flows: Any, mixed: Any, year: Any) -> Traced:
    """What became of each colour, after one more month."""
    parties, colours, paths = mixed.shape
    # [colour, leg, path]: the dollars of each colour that each leg carries out of its payer.
    share = seen_by(ties.payer, mixed.reshape(parties, colours * paths)).reshape(-1, colours, paths)
    carried = jnp.moveaxis(share, 1, 0) * flows[None]
    return traced._replace(
        paid=traced.paid.at[year].add(summed(ties.colour, flows)),
        returned=traced.returned.at[year].add(jnp.where(ties.is_returned, carried, 0.0)),
        repaid=traced.repaid + jnp.where(ties.is_repaid, carried, 0.0),
        refinanced=traced.refinanced + _summed_by_colour(ties.colour, carried),
        # What an edge is repaid, or earns, of what it put in has come home; it has not left.
        left=traced.left + _summed_by_colour(ties.edge, jnp.where(ties.is_returned | ties.is_repaid, 0.0, carried)),
    )
