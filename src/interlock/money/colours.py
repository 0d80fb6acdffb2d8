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
from interlock.ground.sums import of_row, summed_by
from interlock.money.tracing import mixture


class Dye(NamedTuple):
    """Which legs carry which colour; index arrays."""

    payer: PartyOfLeg
    payee: PartyOfLeg
    colour: PartyOfLeg
    """[leg] the colour with which the leg dyes what is paid; the number of colours where it does not."""
    back: PartyOfLeg
    """[leg] the colour that the leg repays to its financier; the number of colours where it does not."""
    is_revenue: Any
    """[leg] 1.0 where it is a sale of the one who is paid."""
    financier: Any
    """[colour] the party that put the money in."""


class Traced(NamedTuple):
    """Where the dollars of each colour went; USD."""

    paid: Any
    """[year, colour, path]"""
    returned: Any
    """[year, colour, leg, path] to the financier as its revenue, by the leg through which it came."""
    repaid: Any
    """[year, colour, path]"""
    refinanced: Any
    """[colour, colour, path] the first paid out again under the second."""
    left: Any
    """[colour, edge, path]"""
    held: Any
    """[colour, party, path] at the end."""


@partial(jax.jit, static_argnames=("edges", "start", "keeps_colour"))
def follow(dye: Dye, paid: Any, opening: Any, *, edges: int, start: int, keeps_colour: bool) -> Traced:
    """Follow every colour through the months: `paid` [month, leg, path], `opening` [month, party, path] in USD."""
    months, legs, paths = paid.shape
    parties, colours = opening.shape[1], dye.financier.shape[0]
    years = (start + months - 1) // 12 - start // 12 + 1
    nothing = Traced(
        paid=jnp.zeros((years, colours, paths)),
        returned=jnp.zeros((years, colours, legs, paths)),
        repaid=jnp.zeros((years, colours, paths)),
        refinanced=jnp.zeros((colours, colours, paths)),
        left=jnp.zeros((colours, edges, paths)),
        held=jnp.zeros((colours, parties, paths)),
    )

    def one(carried: tuple[Traced, Any], now: tuple[Any, Any, Any]) -> tuple[tuple[Traced, Any], None]:
        traced, shares = carried
        month, flows, cash = now
        year = (start + month) // 12 - start // 12
        mixed = _mixed(dye, flows, cash, shares, keeps_colour=keeps_colour)
        return (_noted(traced, dye, flows, mixed, year, edges), mixed), None

    months_and_flows = (jnp.arange(months, dtype=jnp.int32), paid, opening)
    (traced, mixed), _ = lax.scan(one, (nothing, jnp.zeros((parties, colours, paths))), months_and_flows)
    into, out = summed_by(dye.payee, paid[-1], parties), summed_by(dye.payer, paid[-1], parties)
    closing = jnp.maximum(opening[-1] + into - out, 0.0)
    return traced._replace(held=jnp.moveaxis(mixed * closing[:, None], 0, 1))


def _mixed(dye: Dye, flows: Any, cash: Any, shares: Any, *, keeps_colour: bool) -> Any:
    """[party, colour, path] of what colour the money of each party is this month."""
    parties, colours, paths = shares.shape
    is_plain = (dye.colour >= colours)[:, None]
    plain, dyed = jnp.where(is_plain, flows, 0.0), jnp.where(is_plain, 0.0, flows)
    is_inner = (dye.payer < parties) & (dye.payee < parties)
    cell = jnp.where(is_inner, dye.payer * parties + dye.payee, parties * parties)
    from_edges = jnp.where(dye.payer >= parties, dye.payee, parties)
    dyed_cell = jnp.where(dye.colour < colours, dye.payee * colours + dye.colour, parties * colours)
    fresh = summed_by(dyed_cell, dyed, parties * colours).reshape(parties, colours, paths)
    # What is dyed on arrival, and what comes from the world's edges, joins opening cash.
    pool = cash + jnp.sum(fresh, axis=1) + summed_by(from_edges, plain, parties)
    fractions = ratio(cash[:, None] * shares + fresh, pool[:, None])
    inner = summed_by(cell, plain, parties * parties).reshape(parties, parties, paths)
    if keeps_colour:
        return mixture(inner[None], pool, fractions)
    losing = []
    for k in range(colours):
        comes_back = (dye.payee == dye.financier[k]) & ((dye.is_revenue > 0.0) | (dye.back == k))
        losing.append(jnp.where(comes_back[:, None], plain, 0.0))
    bleached = jnp.stack([summed_by(jnp.where(is_inner, dye.payee, parties), lost, parties) for lost in losing])
    inner_lost = jnp.stack(
        [summed_by(cell, lost, parties * parties).reshape(parties, parties, paths) for lost in losing]
    )
    return mixture(inner[None] - inner_lost, pool, fractions, bleached)


def _noted(traced: Traced, dye: Dye, flows: Any, mixed: Any, year: Any, edges: int) -> Traced:
    """What became of each colour, after one more month."""
    parties, colours, paths = mixed.shape
    plain = jnp.where((dye.colour >= colours)[:, None], flows, 0.0)
    dyed = flows - plain
    # [colour, leg, path]: the dollars of each colour that each leg carries out of its payer.
    carried = jnp.moveaxis(of_row(mixed, dye.payer), 1, 0)
    home = dye.payee[None] == dye.financier[:, None]
    is_returned = home & (dye.is_revenue > 0.0)[None]
    is_repaid = home & (dye.back[None] == jnp.arange(colours)[:, None])
    returned = jnp.where(is_returned[..., None], carried * plain[None], 0.0)
    repaid = jnp.sum(jnp.where(is_repaid[..., None], carried * plain[None], 0.0), axis=1)
    edge = jnp.where((dye.payee >= parties) & (dye.payee < parties + edges), dye.payee - parties, edges)
    outward = [summed_by(edge, carried[k] * plain, edges) for k in range(colours)]
    again = [summed_by(dye.colour, carried[k] * dyed, colours) for k in range(colours)]
    return traced._replace(
        paid=traced.paid.at[year].add(summed_by(dye.colour, dyed, colours)),
        returned=traced.returned.at[year].add(returned),
        repaid=traced.repaid.at[year].add(repaid),
        refinanced=traced.refinanced + jnp.stack(again),
        left=traced.left + jnp.stack(outward),
    )
