"""What everybody owes this month, and in which order it is paid."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import lax

from interlock.ground.axes import PartyOfLeg, PerLeg, PerParty, TieOfLeg
from interlock.ground.sums import seen_by, summed, tied
from interlock.money.clearing import greatest

RANKS = 3
"""Classes in which bills are cleared; subscriptions come before, from cash above the floor."""

BLOCK = 64
"""Paths that are cleared together."""


class Ends(NamedTuple):
    """Who pays each leg, who is paid, and in which class; parties without a budget lie past the end."""

    payer: PartyOfLeg
    payee: PartyOfLeg
    rank: PartyOfLeg
    of_payer: TieOfLeg
    of_payee: TieOfLeg


def free_cash(cash: PerParty, floor: PerParty, bills: PerLeg, ends: Ends) -> PerParty:
    """Opening cash above the floor and this month's bills: what subscriptions and dividends are paid from."""
    return jnp.maximum(cash - floor - summed(ends.of_payer, bills), 0.0)


def rationed(asked: PerLeg, free: PerParty, ends: Ends) -> PerLeg:
    """What of the subscriptions asked for can be paid from free cash: the same share of each. Edges pay all."""
    wanted = summed(ends.of_payer, asked)
    lacking = 1.0 - jnp.minimum(free / jnp.where(wanted > 0.0, wanted, 1.0), 1.0)
    return asked * (1.0 - seen_by(ends.of_payer, jnp.where(wanted > 0.0, lacking, 0.0)))


def clear_bills(owed: PerLeg, cash: PerParty, ends: Ends) -> PerLeg:
    """What is paid of what is owed, class by class; `cash` is what each party has before any bill is paid."""
    out, into = summed(ends.of_payer, owed), summed(ends.of_payee, owed)
    is_short = jnp.any(cash + into - out < -1e-12 * out, axis=0)
    paths = cash.shape[1]
    block = min(BLOCK, paths)
    short = jnp.flatnonzero(is_short, size=paths + block, fill_value=paths).astype(jnp.int32)
    count = jnp.sum(is_short, dtype=jnp.int32)

    def settle(n: Any, paid: PerLeg) -> PerLeg:
        here = lax.dynamic_slice(short, (n * block,), (block,))
        some = owed.take(here, axis=1, mode="clip")
        return paid.at[:, here].set(_pro_rata(some, cash.take(here, axis=1, mode="clip"), ends), mode="drop")

    return lax.fori_loop(0, (count + block - 1) // block, settle, owed)


def _pro_rata(owed: PerLeg, cash: PerParty, ends: Ends) -> PerLeg:
    """What is paid where somebody is short. What edges owe is always paid; what one owes oneself changes nothing."""
    parties = cash.shape[0]
    pays = (ends.payer < parties) & (ends.payer != ends.payee)
    is_inner = pays & (ends.payee < parties)
    squares = RANKS * parties * parties
    cell = (ends.rank * parties + ends.payer) * parties + ends.payee
    network = summed(tied(jnp.where(is_inner, cell, squares), squares), owed)
    of_class = ends.rank * parties + ends.payer
    outward = summed(tied(jnp.where(pays & ~is_inner, of_class, squares), RANKS * parties), owed)
    from_edges = summed(ends.of_payee, jnp.where((ends.payer >= parties)[:, None], owed, 0.0))
    settled = greatest(
        network.reshape(RANKS, parties, parties, -1), cash + from_edges, outward.reshape(RANKS, parties, -1)
    )
    unpaid = 1.0 - settled.share.reshape(RANKS * parties, -1)
    return owed * (1.0 - seen_by(tied(jnp.where(pays, of_class, squares), RANKS * parties), unpaid))
