"""What everybody owes this month, and in which order it is paid."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from interlock.ground.axes import IsPerParty, PartyOfLeg, PerLeg, PerParty
from interlock.ground.sums import of_row, summed_by
from interlock.money.clearing import greatest

RANKS = 3
"""Classes in which bills are cleared; subscriptions come before, from cash above the floor."""

SUBSCRIPTION = 3
"""The class of what is paid from cash above the floor and this month's bills only."""


class Links(NamedTuple):
    """Who pays each leg, who is paid, and in which class."""

    payer: PartyOfLeg
    payee: PartyOfLeg
    rank: PartyOfLeg


class Paid(NamedTuple):
    """What became of the month's bills."""

    paid: PerLeg
    is_short: IsPerParty
    """Whether a party could not pay all that it owed."""


def free_cash(cash: PerParty, floor: PerParty, bills: PerLeg, payer: PartyOfLeg) -> PerParty:
    """Opening cash above the floor and this month's bills: what subscriptions and dividends are paid from."""
    return jnp.maximum(cash - floor - summed_by(payer, bills, cash.shape[0]), 0.0)


def rationed(asked: PerLeg, free: PerParty, payer: PartyOfLeg) -> PerLeg:
    """What of the subscriptions asked for can be paid from free cash: the same share of each. Edges pay all."""
    wanted = summed_by(payer, asked, free.shape[0])
    share = jnp.minimum(free / jnp.where(wanted > 0.0, wanted, 1.0), 1.0)
    return asked * of_row(share, payer, 1.0)


def clear_bills(owed: PerLeg, cash: PerParty, links: Links) -> Paid:
    """Pay what is owed, class by class. `cash` [party with a budget, path] is what each has before any bill is paid."""
    parties = cash.shape[0]
    is_self = links.payer == links.payee
    out = summed_by(links.payer, owed, parties)
    into = summed_by(links.payee, owed, parties)
    is_short = cash + into - out < -1e-12 * out

    def all_paid(owed: PerLeg) -> tuple[PerLeg, IsPerParty]:
        return owed, jnp.zeros_like(is_short)

    def pro_rata(owed: PerLeg) -> tuple[PerLeg, IsPerParty]:
        between = jnp.where((links.payer < parties) & (links.payee < parties) & ~is_self, links.rank, RANKS)
        cell = (between * parties + links.payer) * parties + links.payee
        network = summed_by(
            jnp.where(between < RANKS, cell, RANKS * parties * parties), owed, RANKS * parties * parties
        )
        is_outward = (links.payer < parties) & (links.payee >= parties)
        outward = jnp.where(is_outward, links.rank * parties + links.payer, RANKS * parties)
        from_edges = jnp.where(links.payer >= parties, links.payee, parties)
        settled = greatest(
            network.reshape(RANKS, parties, parties, -1),
            cash + summed_by(from_edges, owed, parties),
            summed_by(outward, owed, RANKS * parties).reshape(RANKS, parties, -1),
        )
        share = settled.share.reshape(RANKS * parties, -1)
        of_leg = jnp.where(is_self | (links.payer >= parties), RANKS * parties, links.rank * parties + links.payer)
        return owed * of_row(share, of_leg, 1.0), settled.in_default

    paid, is_short = lax.cond(jnp.any(is_short), pro_rata, all_paid, owed)
    return Paid(paid, is_short)


def as_flows(paid: Array, links: Links, parties: int) -> tuple[PerParty, PerParty]:
    """What each party paid and received, edges included: [party, path] twice."""
    return summed_by(links.payer, paid, parties), summed_by(links.payee, paid, parties)
