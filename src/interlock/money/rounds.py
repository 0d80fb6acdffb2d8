"""One round of clearing: a step, in a straight line, toward what the parties can pay.

Fix for each party its marginal class, the one that it pays in part: it pays more senior classes in full, less senior
ones not at all. Then payments are linear. A round starts from a bound on the payments, goes toward the solution of that
linear system, and stops where the first party comes to an end of its marginal class: from there on another system
holds. From above every bound z is a super-solution (what the parties can pay out of z is at most z), and no party
passes its greatest payment: one that stands there would have to move by what those who stand there too pass on to it,
and so does not move. From below (`upward`) the same holds of the least solution. Every round but the last moves some
party's margin by a class, so that there are at most parties times classes, and one.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from interlock.ground.axes import IsPerPath, PerParty, PerRank
from interlock.money.elimination import eliminate, substitute

TOLERANCE = 1e-12
"""Of the dues: whoever lacks less is not short, or rounding would make somebody default."""


BLOCK = 64
"""Paths that are settled together."""

CHAIN = 3
"""Steps by which defaults are followed from debtor to creditor before they are solved for: enough for most."""


class Network(NamedTuple):
    """Who owes whom in which class, and what there is to pay with."""

    owed: Array
    """[rank, party, party, path]: the first party owes the second."""

    outside: PerRank
    due: PerRank
    due_ahead: Array
    """[rank + 1, party, path]: dues in classes before this one; the last entry is all dues."""

    cash: PerParty
    cash_kept: PerParty
    """alpha: the share of a party's own cash that a default leaves."""

    receipts_kept: PerParty
    """beta: the share of its receipts that a default leaves."""


class Position(NamedTuple):
    """A bound on what each party pays."""

    paid: PerParty
    marginal: Array
    """[party, path]: the class that a party pays in part; the number of classes if it is not in default."""

    is_settled: IsPerPath


class Margin(NamedTuple):
    """The linear system around a position."""

    senior: Array
    """[party, party, path]: owed in the classes before the debtor's marginal one, hence paid in full."""

    split: Array
    """[party, party, path]: who gets how much of a dollar paid in the debtor's marginal class."""

    split_outside: PerParty
    start: PerParty
    """What a party pays before it comes to its marginal class."""

    end: PerParty
    """What it has paid when its marginal class is paid in full."""


def network_of(
    owed: Array, cash: PerParty, outside: PerRank, default_costs: tuple[float | Array, float | Array]
) -> Network:
    """The network, with its dues added up."""
    due = jnp.sum(owed, axis=2) + outside
    due_ahead = jnp.stack(list(accumulate(due, initial=jnp.zeros_like(cash))))
    kept = (jnp.broadcast_to(jnp.asarray(share, cash.dtype), cash.shape) for share in default_costs)
    return Network(owed, outside, due, due_ahead, cash, *kept)


def settle(network: Network, position: Position, *, upward: bool) -> Position:
    """From a bound on the payments to the solution, block by block of the paths that are not settled yet.

    Most paths of a chunk need none of this; those of one block fit into the fastest memory together.
    """
    paths, block = network.cash.shape[1], BLOCK
    if paths <= block:
        return _settle_all(network, position, upward=upward)
    unsettled = jnp.flatnonzero(~position.is_settled, size=paths + block, fill_value=paths).astype(jnp.int32)
    count = jnp.sum(~position.is_settled, dtype=jnp.int32)

    def settle_block(b: Array, everywhere: Position) -> Position:
        here = lax.dynamic_slice(unsettled, (b * block,), (block,))
        is_spare = here >= paths
        some = jax.tree.map(lambda array: jnp.take(array, here, axis=-1, mode="clip"), (network, everywhere))
        settled = _settle_all(some[0], some[1]._replace(is_settled=is_spare), upward=upward)
        return Position(
            everywhere.paid.at[:, here].set(settled.paid, mode="drop"),
            everywhere.marginal.at[:, here].set(settled.marginal, mode="drop"),
            everywhere.is_settled,
        )

    settled: Position = lax.fori_loop(0, (count + block - 1) // block, settle_block, position)
    return settled


def _settle_all(network: Network, position: Position, *, upward: bool) -> Position:
    """Follow the chain of defaults while that alone may do; then solve, round after round."""
    ranks, parties = network.owed.shape[:2]

    def follow(old: Position) -> tuple[Position, PerParty]:
        receipts = jnp.sum(network.owed * shares_paid(network, old)[:, :, None], axis=(0, 1))
        return old._replace(is_settled=jnp.zeros_like(old.is_settled)), receipts

    def solve(old: Position) -> tuple[Position, PerParty]:
        return _move(network, old, upward=upward)

    def step(steps_and_position: tuple[Array, Position]) -> tuple[Array, Position]:
        steps, position = steps_and_position
        reached, receipts = lax.cond(steps < CHAIN, follow, solve, position)
        seen = look(network, reached, receipts, upward=upward)
        is_solved = reached.is_settled & jnp.all(seen.marginal == reached.marginal, axis=0)
        # The solution of a linear system is right in its last digits too.
        paid = jnp.where(is_solved[None], reached.paid, seen.paid)
        # Frozen, so that a path's answer never depends on how long its neighbours take.
        still = position.is_settled
        paid = jnp.where(still[None], position.paid, paid)
        marginal = jnp.where(still[None], position.marginal, seen.marginal)
        return steps + 1, Position(paid, marginal, still | is_solved | seen.is_settled)

    def goes_on(steps_and_position: tuple[Array, Position]) -> Array:
        steps, position = steps_and_position
        return jnp.any(~position.is_settled) & (steps < CHAIN + ranks * parties + 2)

    return lax.while_loop(goes_on, step, (jnp.zeros((), jnp.int32), position))[1]


def _move(network: Network, position: Position, *, upward: bool) -> tuple[Position, PerParty]:
    """Go toward the solution for the present margins, up to where the first party reaches the end of its margin.

    Where no party does, the position is the solution. Returns also what each party then receives.
    """
    paid, marginal, _ = position
    ranks = network.owed.shape[0]
    is_short = marginal < ranks
    margin = _margin(network, marginal)
    solved = jnp.where(is_short, margin.start + _solve(network, margin, position, upward=upward), margin.start)
    if upward:
        leaves = is_short & (solved > margin.end * (1 + TOLERANCE))
        to_go, room = solved - paid, margin.end - paid
        end, beyond = margin.end, network.due_ahead[1:] <= margin.end[None]
    else:
        leaves = is_short & (margin.start > 0) & (solved < margin.start * (1 - TOLERANCE))
        to_go, room = paid - solved, paid - margin.start
        end, beyond = margin.start, network.due_ahead[1:] < margin.start[None]
    part = jnp.where(leaves, jnp.clip(room / jnp.where(leaves, to_go, 1.0), 0.0, 1.0), 1.0)
    first = jnp.min(part, axis=0)
    stops = leaves & (part <= first[None])
    some_leave = jnp.any(leaves, axis=0)
    there = jnp.where(some_leave[None], paid + first[None] * (solved - paid), solved)
    there = jnp.clip(there, margin.start, margin.end)  # or rounding would make a payment negative
    reached = Position(
        jnp.where(stops, end, there),
        jnp.where(stops, jnp.sum(beyond, axis=0, dtype=jnp.int32), marginal),
        ~some_leave,
    )
    return reached, jnp.sum(margin.senior + margin.split * (reached.paid - margin.start)[:, None], axis=0)


def look(network: Network, before: Position, receipts: PerParty, *, upward: bool) -> Position:
    """Who is short, and of what class, after these receipts; settled where that is exactly as before."""
    ranks = network.owed.shape[0]
    everything = network.due_ahead[ranks]
    can_pay_all = network.cash + receipts >= everything * (1 - TOLERANCE)
    left = network.cash_kept * network.cash + network.receipts_kept * receipts
    covered = jnp.sum(left[None] >= network.due_ahead[1:] * (1 - TOLERANCE), axis=0, dtype=jnp.int32)
    covered = jnp.minimum(covered, ranks - 1)
    if upward:
        marginal = jnp.where(can_pay_all, ranks, jnp.maximum(before.marginal, covered))
        paid = jnp.maximum(before.paid, jnp.where(marginal == ranks, everything, left))
    else:
        marginal = jnp.where((before.marginal == ranks) & can_pay_all, ranks, jnp.minimum(before.marginal, covered))
        paid = jnp.minimum(before.paid, jnp.where(marginal == ranks, everything, left))
    paid = jnp.clip(paid, _of_class(network.due_ahead, marginal), _of_class(network.due_ahead, marginal + 1))
    is_settled = jnp.all((marginal == before.marginal) & (paid == before.paid), axis=0)
    if upward:
        is_settled |= jnp.all(marginal == ranks, axis=0)
    return Position(paid, marginal, is_settled)


def _of_class(due_ahead: Array, rank: Array) -> PerParty:
    classes = jnp.arange(due_ahead.shape[0], dtype=rank.dtype)[:, None, None]
    chosen = jnp.minimum(rank, due_ahead.shape[0] - 1)
    return jnp.sum(jnp.where(classes == chosen[None], due_ahead, 0.0), axis=0)


def _margin(network: Network, marginal: Array) -> Margin:
    classes = jnp.arange(network.owed.shape[0], dtype=marginal.dtype)[:, None, None]
    is_senior, is_marginal = classes < marginal[None], classes == marginal[None]
    due = jnp.sum(jnp.where(is_marginal, network.due, 0.0), axis=0)
    part = jnp.where(due > 0, due, 1.0)
    start = _of_class(network.due_ahead, marginal)
    return Margin(
        senior=jnp.sum(jnp.where(is_senior[:, :, None], network.owed, 0.0), axis=0),
        split=jnp.sum(jnp.where(is_marginal[:, :, None], network.owed, 0.0), axis=0) / part[:, None],
        split_outside=jnp.sum(jnp.where(is_marginal, network.outside, 0.0), axis=0) / part,
        start=start,
        end=start + due,
    )


def _solve(network: Network, margin: Margin, position: Position, *, upward: bool) -> PerParty:
    """What the parties in default pay in their marginal classes, if these had no end; below zero where it lacks."""
    is_short = position.marginal < network.owed.shape[0]
    kept = network.receipts_kept
    # Summed, not 1 less a sum: what leaves the ring of those in default may be very little.
    lost = jnp.where(is_short, 1 - kept, 1.0)
    leak = margin.split_outside + jnp.sum(lost[None] * margin.split, axis=1)
    leak = jnp.where(margin.end > margin.start, leak, 1.0)
    has = network.cash_kept * network.cash + kept * jnp.sum(margin.senior, axis=0)
    right = jnp.where(is_short[:, None], jnp.stack([has - margin.start, has + margin.start], axis=1), 0.0)
    pull = jnp.where(is_short[:, None], kept[:, None] * jnp.swapaxes(margin.split, 0, 1), 0.0)
    eliminated = eliminate(pull, leak, right, "columns")
    return substitute(eliminated, _last_of_a_closed_ring(margin, position.paid, upward=upward))[:, 0]


def _last_of_a_closed_ring(margin: Margin, paid: PerParty, *, upward: bool) -> Callable[[Array, Array], Array]:
    """What a party pays if all of it comes back to it: as now, unless the ring as a whole gains or loses.

    A ring that gains or loses has no solution: its payments go up or down until one of its parties leaves its margin.
    """

    def pays(k: Array, value: Array) -> Array:
        gain, size = value[0], value[1]
        start, end = margin.start[k], margin.end[k]
        as_now = paid[k] - start
        if upward:
            pays = jnp.where(gain > TOLERANCE * size, 2 * (end - start), as_now)
        else:
            pays = jnp.where(gain < -TOLERANCE * size, -end, as_now)
        return jnp.stack([pays, end])

    return pays


def shares_paid(network: Network, position: Position) -> PerRank:
    """Of what a party owes in a class, the share that is paid: exactly 1 for a class that is paid in full."""
    classes = jnp.arange(network.owed.shape[0], dtype=position.marginal.dtype)[:, None, None]
    is_full = (classes < position.marginal[None]) | (network.due <= 0)
    part = (position.paid[None] - network.due_ahead[:-1]) / jnp.where(network.due > 0, network.due, 1.0)
    share = jnp.where(classes == position.marginal[None], jnp.clip(part, 0.0, 1.0), 0.0)
    return jnp.where(is_full, 1.0, share)
