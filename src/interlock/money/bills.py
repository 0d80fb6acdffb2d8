"""What everybody owes this month, and in which order it is paid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import lax

from interlock.ground.axes import PerLeg, PerParty
from interlock.ground.sums import Tie, seen_by, summed, tied
from interlock.money.clearing import Settled, greatest, least

DUST = 1e-12
"""Of its dues in a class: who has less than that for it pays nothing of it. So little cash was left by rounding."""

RANKS = 3
"""Classes in which bills are cleared; subscriptions come before, from cash above the floor."""

SECURED = 1
"""The class of what collateral covers."""

BLOCK = 64
"""Paths that are cleared together."""


class Ends(NamedTuple):
    """Who pays each leg, who is paid, and in which class; parties without a budget lie past the end."""

    payer: Tie
    payee: Tie
    rank: Any
    """[leg]"""
    sold: Tie | None = None
    """To whom each leg belongs under which others buy what a party owned that has failed; None where there is none."""

    def part(self, legs: slice) -> Ends:
        """The ends of some of the legs."""
        sold = None if self.sold is None else self.sold.part(legs)
        return Ends(self.payer.part(legs), self.payee.part(legs), self.rank[legs], sold)

    def payer_by_class(self) -> Tie:
        """To who pays each leg, class by class: [class x party]."""
        parties = self.payer.groups
        groups = RANKS * parties
        is_there = (self.payer.group < parties) & (self.rank < RANKS)
        return tied(jnp.where(is_there, self.rank * parties + self.payer.group, groups), groups)

    def sold_up(self, owed: PerLeg) -> PerParty | None:
        """1.0 where what a party owned is sold: it goes to who is secured before anybody else. None: nowhere."""
        return None if self.sold is None else (summed(self.sold, owed) > 0.0).astype(owed.dtype)


def free_cash(cash: PerParty, floor: PerParty, bills: PerLeg, ends: Ends) -> PerParty:
    """Opening cash above the floor and this month's bills: what subscriptions and dividends are paid from."""
    return jnp.maximum(cash - floor - summed(ends.payer, bills), 0.0)


def shortfall(cash: PerParty, floor: PerParty, bills: PerLeg, ends: Ends) -> PerParty:
    """What each party lacks to pay its bills and keep its floor, if it is paid all that it is owed itself."""
    return jnp.maximum(floor + summed(ends.payer, bills) - cash - summed(ends.payee, bills), 0.0)


def rationed(asked: PerLeg, free: PerParty, payer: Tie) -> PerLeg:
    """What of the subscriptions asked for can be paid from free cash: the same share of each. Edges pay all."""
    wanted = summed(payer, asked)
    lacking = 1.0 - jnp.minimum(free / jnp.where(wanted > 0.0, wanted, 1.0), 1.0)
    return asked * (1.0 - seen_by(payer, jnp.where(wanted > 0.0, lacking, 0.0)))


def clear_bills(owed: PerLeg, cash: PerParty, ends: Ends) -> PerLeg:
    """What is paid of what is owed, class by class; `cash` is what each party has before any bill is paid."""
    out, into = summed(ends.payer, owed), summed(ends.payee, owed)
    is_short = jnp.any(cash + into - out < -1e-12 * out, axis=0)
    return _cleared(greatest, owed, cash, ends, is_short)


def clear_in_turn(owed: PerLeg, cash: PerParty, ends: Ends) -> PerLeg:
    """The same if nobody pays before having been paid: what `clear_bills` exceeds it by is paid only by a loop."""
    from_edges = summed(ends.payee, jnp.where((ends.payer.group >= cash.shape[0])[:, None], owed, 0.0))
    out, funds = summed(ends.payer, owed), cash + from_edges
    both_inner = jnp.where((ends.payer.group < cash.shape[0])[:, None], owed, 0.0)

    def more(can_pay: Any) -> Any:
        receipts = summed(ends.payee, both_inner * seen_by(ends.payer, can_pay))
        return jnp.where(funds + receipts >= out, 1.0, 0.0)

    # Whoever can pay all once those who can have paid: after as many turns as there are parties no more are found.
    can_pay = lax.fori_loop(0, cash.shape[0], lambda _, before: more(before), jnp.zeros_like(cash))
    return _cleared(least, owed, cash, ends, jnp.any(can_pay == 0.0, axis=0))


Solution = Callable[[Any, PerParty, Any], Settled]
"""Which of the solutions clears."""


def _cleared(solution: Solution, owed: PerLeg, cash: PerParty, ends: Ends, is_short: Any) -> PerLeg:
    """What is paid of what is owed, where on some paths somebody is short."""
    parties, paths = cash.shape
    block = min(BLOCK, paths)
    # The paths on which somebody is short, in order; a last block that is not full reaches back, or past the end.
    short = jnp.sort(jnp.where(is_short, jnp.arange(paths, dtype=jnp.int32), paths))
    count = jnp.sum(is_short, dtype=jnp.int32)

    def settle(n: Any, unpaid: Any) -> Any:
        here = lax.dynamic_slice(short, (n * block,), (block,))
        some, theirs = (rows.at[:, here].get(mode="clip", wrap_negative_indices=False) for rows in (owed, cash))
        settled = _unpaid(solution, some, theirs, ends)
        return unpaid.at[:, here].set(settled, mode="drop", wrap_negative_indices=False)

    all_paid = jnp.zeros((RANKS * parties, paths))
    unpaid = lax.fori_loop(0, (count + block - 1) // block, settle, all_paid)
    return owed * (1.0 - seen_by(_classes(ends), unpaid))


def _unpaid(solution: Solution, owed: PerLeg, cash: PerParty, ends: Ends) -> Any:
    """[class x party, path] the share of its dues in a class that a party cannot pay, where somebody is short."""
    parties = cash.shape[0]
    classes, payee = _classes(ends), ends.payee.group
    is_inner = payee < parties
    squares = classes.groups * parties
    cell = jnp.where((classes.group < classes.groups) & is_inner, classes.group * parties + payee, squares)
    network = summed(tied(cell, squares), owed)
    outward = summed(tied(jnp.where(is_inner, classes.groups, classes.group), classes.groups), owed)
    from_edges = summed(ends.payee, jnp.where((ends.payer.group >= parties)[:, None], owed, 0.0))
    sold_up = ends.sold_up(owed)
    within = _secured_first(network.reshape(RANKS, parties, parties, -1), sold_up)
    settled = solution(within, cash + from_edges, _secured_first(outward.reshape(RANKS, parties, -1), sold_up))
    share = _secured_first(settled.share.reshape(RANKS, parties, -1), sold_up)
    share = share.reshape(RANKS * parties, -1)
    return 1.0 - jnp.where(share > DUST, share, 0.0)


def _secured_first(by_class: Any, sold_up: PerParty | None) -> Any:
    """[class, party, …, path] the first two classes changed about for those whose assets are sold; or back again."""
    if sold_up is None:
        return by_class
    operating, secured, trade = by_class
    is_sold = sold_up.reshape(sold_up.shape[0], *[1] * (operating.ndim - 2), sold_up.shape[-1]) > 0.0
    return jnp.stack([jnp.where(is_sold, secured, operating), jnp.where(is_sold, operating, secured), trade])


def _classes(ends: Ends) -> Tie:
    """The class of dues of its payer to which each leg belongs; what an edge pays, or one pays oneself, to none."""
    parties, payer = ends.payer.groups, ends.payer.group
    is_due = (payer < parties) & (payer != ends.payee.group)
    return tied(jnp.where(is_due, ends.rank * parties + payer, RANKS * parties), RANKS * parties)
