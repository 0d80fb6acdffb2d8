"""Who is paid how much, when some cannot pay all that they owe.

Each party pays its dues class by class, the most senior first, and a class that it cannot pay in full pro rata:

    paid[i]  =  all dues of i                                        if cash[i] + receipts[i] cover them
                alpha x cash[i] + beta x receipts[i], at most dues   if they do not: i is in default

with receipts[i] what the others pay to i. Of the solutions of this system (a ring of debts may have several) the greatest
is what clears; the least is what is paid when nobody pays before having been paid. Greatest less least are the payments
that happen only because of a loop.

Eisenberg & Noe (2001), https://doi.org/10.1287/mnsc.47.2.236.9835 (one class, no default costs);
Rogers & Veraart (2013), https://doi.org/10.1287/mnsc.1120.1569 (default costs alpha, beta);
Elsinger (2009), Financial networks, cross holdings, and limited liability, Oesterreichische Nationalbank, working paper
156 (classes of seniority).

Both solutions are found exactly, in finitely many rounds. With everybody's marginal class fixed (the one that is paid in
part), payments are linear. The greatest solution starts from full payment, the least from none. A round goes in a straight
line toward the solution of the linear system and stops where the first party reaches the end of its marginal class; no
solution of the whole system is ever crossed: with A the slopes where the line starts, every point z on it has
Phi(z) <= z (from below: >=), and a party that had met its greatest payment would have to move by A times the moves of those
that have met theirs too, which is zero.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from interlock.ground.axes import IsPerParty, IsPerPath, PerParty, PerRank
from interlock.money.elimination import Eliminated, eliminate, substitute

TOLERANCE = 1e-12
"""Of the dues: whoever lacks less is not short, or rounding would make somebody default."""


class Settled(NamedTuple):
    """What becomes of the dues of each party."""

    share: PerRank
    """Of what a party owes in a class, the share that is paid: exactly 1 for a class that is paid in full."""

    in_default: IsPerParty
    """Whether a party cannot pay all that it owes."""


class Network(NamedTuple):
    """Who owes whom in which class, and what there is to pay with."""

    owed: Array
    """[rank, party, party, path]: the first party owes the second."""

    outside: PerRank
    due: PerRank
    due_ahead: Array
    """[rank + 1, party, path]: dues in classes before this one; the last entry is all dues."""

    cash: PerParty
    cash_kept: float | Array
    """alpha: what a default leaves of a party's own cash."""

    receipts_kept: float | Array
    """beta: what a default leaves of a party's receipts."""


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


def greatest(
    owed: Array, cash: PerParty, outside: PerRank, default_costs: tuple[float | Array, float | Array] = (1.0, 1.0)
) -> Settled:
    """The greatest payments that the parties can make to each other: a ring of debts without any cash clears.

    `owed` [rank, party, party, path]: the first party owes the second, the most senior class first, nothing on the
    diagonal; `outside` [rank, party, path]: what a party owes to others than these; all in USD, none negative.
    """
    network = _network(owed, cash, outside, default_costs)
    ranks = owed.shape[0]
    everything = network.due_ahead[ranks]
    nobody_short = Position(everything, jnp.full(cash.shape, ranks, jnp.int32), jnp.zeros(cash.shape[1:], bool))
    first = _look(network, nobody_short, jnp.sum(owed, axis=(0, 1)), upward=False)
    return _shares(network, _until_settled(network, first, upward=False))


def least(
    owed: Array, cash: PerParty, outside: PerRank, default_costs: tuple[float | Array, float | Array] = (1.0, 1.0)
) -> Settled:
    """The least payments that are consistent: a ring of debts without any cash pays nothing. Arguments as `greatest`."""
    network = _network(owed, cash, outside, default_costs)
    nobody_paid = jnp.zeros_like(cash)
    nothing = Position(nobody_paid, jnp.zeros(cash.shape, jnp.int32), jnp.zeros(cash.shape[1:], bool))
    first = _look(network, nothing, nobody_paid, upward=True)
    all_paid = jnp.all(first.marginal == owed.shape[0], axis=0)
    return _shares(network, _until_settled(network, first._replace(is_settled=all_paid), upward=True))


def _network(
    owed: Array, cash: PerParty, outside: PerRank, default_costs: tuple[float | Array, float | Array]
) -> Network:
    due = jnp.sum(owed, axis=2) + outside
    due_ahead = jnp.concatenate([jnp.zeros_like(due[:1]), jnp.cumsum(due, axis=0)])
    return Network(owed, outside, due, due_ahead, cash, *default_costs)


def _until_settled(network: Network, position: Position, *, upward: bool) -> Position:
    ranks, parties = network.owed.shape[:2]

    def is_unsettled(rounds_and_position: tuple[Array, Position]) -> Array:
        rounds, position = rounds_and_position
        # Each round but the last moves some party's margin by a class at least.
        return jnp.any(~position.is_settled) & (rounds < ranks * parties + 2)

    def next_round(rounds_and_position: tuple[Array, Position]) -> tuple[Array, Position]:
        rounds, position = rounds_and_position
        moved = _move(network, position, upward=upward)
        # Frozen, so that a path's answer never depends on how long its neighbours take.
        still = position.is_settled
        paid = jnp.where(still[None], position.paid, moved.paid)
        marginal = jnp.where(still[None], position.marginal, moved.marginal)
        return rounds + 1, Position(paid, marginal, still | moved.is_settled)

    return lax.while_loop(is_unsettled, next_round, (jnp.zeros((), jnp.int32), position))[1]


def _move(network: Network, position: Position, *, upward: bool) -> Position:
    """Go toward the solution for the present margins, up to where the first party reaches the end of its margin."""
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
    reached = Position(
        jnp.where(stops, end, there),
        jnp.where(stops, jnp.sum(beyond, axis=0, dtype=jnp.int32), marginal),
        ~some_leave,
    )
    receipts = jnp.sum(margin.senior + margin.split * (reached.paid - margin.start)[:, None], axis=0)
    return _look(network, reached, receipts, upward=upward)


def _look(network: Network, reached: Position, receipts: PerParty, *, upward: bool) -> Position:
    """Who is short, and of what class, after these receipts; settled if that is no news."""
    paid, marginal, _ = reached
    ranks = network.owed.shape[0]
    everything = network.due_ahead[ranks]
    can_pay_all = network.cash + receipts >= everything * (1 - TOLERANCE)
    left = network.cash_kept * network.cash + network.receipts_kept * receipts
    covered = jnp.sum(left[None] >= network.due_ahead[1:] * (1 - TOLERANCE), axis=0, dtype=jnp.int32)
    covered = jnp.minimum(covered, ranks - 1)
    if upward:
        now = jnp.where(can_pay_all, ranks, jnp.maximum(marginal, covered))
        bound = jnp.maximum(paid, jnp.where(now == ranks, everything, left))
    else:
        now = jnp.where((marginal == ranks) & can_pay_all, ranks, jnp.minimum(marginal, covered))
        bound = jnp.minimum(paid, jnp.where(now == ranks, everything, left))
    is_settled = reached.is_settled & jnp.all(now == marginal, axis=0)
    bound = jnp.clip(bound, _of_class(network.due_ahead, now), _of_class(network.due_ahead, now + 1))
    # Where all is settled, the linear system's solution is the answer, right in its last digits too.
    return Position(jnp.where(is_settled[None], paid, bound), now, is_settled)


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
    to_short = jnp.where(is_short[None], margin.split, 0.0)
    # Summed, not 1 less a sum: what leaves the ring of those in default may be very little.
    leak = margin.split_outside + jnp.sum(jnp.where(is_short[None], (1 - kept) * margin.split, margin.split), axis=1)
    leak = jnp.where(margin.end > margin.start, leak, 1.0)
    has = network.cash_kept * network.cash + kept * jnp.sum(margin.senior, axis=0)
    right = jnp.where(is_short[:, None], jnp.stack([has - margin.start, has + margin.start], axis=1), 0.0)
    eliminated = eliminate(kept * jnp.swapaxes(to_short, 0, 1), leak, right, "columns")
    stays = _in_a_closed_ring(eliminated, margin, position.paid, upward=upward)
    return substitute(eliminated._replace(right=eliminated.right[:, :1]), stays[:, None])[:, 0]


def _in_a_closed_ring(eliminated: Eliminated, margin: Margin, paid: PerParty, *, upward: bool) -> PerParty:
    """What the last party of a ring from which nothing leaks pays: as now, unless the ring as a whole gains or loses."""
    gain, size = eliminated.right[:, 0], eliminated.right[:, 1]
    as_now = paid - margin.start
    if upward:
        return jnp.where(gain > TOLERANCE * size, 2 * (margin.end - margin.start), as_now)
    return jnp.where(gain < -TOLERANCE * size, -margin.end, as_now)


def _shares(network: Network, position: Position) -> Settled:
    paid, marginal, _ = position
    classes = jnp.arange(network.owed.shape[0], dtype=marginal.dtype)[:, None, None]
    is_full = (classes < marginal[None]) | (network.due <= 0)
    part = (paid[None] - network.due_ahead[:-1]) / jnp.where(network.due > 0, network.due, 1.0)
    share = jnp.where(classes == marginal[None], jnp.clip(part, 0.0, 1.0), 0.0)
    return Settled(jnp.where(is_full, 1.0, share), marginal < network.owed.shape[0])


@dataclass(frozen=True)
class Clearing:
    """Who pays whom when all debts of a network fall due at once; amounts in the unit of what was owed."""

    paid: Numbers
    """(…, n): what each party pays to the others in the network, without what it pays outside."""

    paid_to: Numbers
    """(…, n, n): what i pays to j."""

    in_default: NDArray[np.bool_]
    """(…, n): whether a party cannot pay all that it owes, inside the network or outside."""

    least: Numbers
    """(…, n): what each party pays to the others in the least solution. `paid` - `least` is paid only because of a loop."""


def clear(
    owed: ArrayLike,
    cash: ArrayLike,
    outside_debt: ArrayLike = 0.0,
    outside: Literal["senior", "pari-passu"] = "senior",
    seniority: ArrayLike | None = None,
    default_costs: tuple[float, float] = (1.0, 1.0),
) -> Clearing:
    """Clear a network of debts that all fall due at once: the greatest clearing vector, and the least beside it.

    Whoever cannot pay all pays what it has, the most senior class first, pro rata within a class. Exact to rounding; a
    party that lacks less than 1e-12 of its dues is not in default. A batch gives the same bits as its members one by one.

    Parameters
    ----------
    owed
        (…, n, n): what i owes to j; nothing on the diagonal.
    cash
        (…, n): what each party has before it is paid and before it pays anything, outside debt included.
    outside_debt
        (…, n), or one number for all: what each party owes to creditors outside the network.
    outside
        "senior": outside debt is paid before all debts in the network.
        "pari-passu": it shares with the debts of class 0.
    seniority
        None for a single class, or whole numbers (n, n) or (…, n, n): the class of i's debt to j; 0 is the most senior.
    default_costs
        (alpha, beta): the shares of its own cash and of its receipts that are left to a party in default.

    Raises
    ------
    ArgumentError
        Amounts that are negative or not finite, a debt to oneself, shapes that do not fit, an unknown `outside`, classes
        that are not whole numbers from 0, default costs outside [0, 1].

    References
    ----------
    Eisenberg, L., Noe, T. H. (2001). Systemic risk in financial systems. Management Science 47(2).
    https://doi.org/10.1287/mnsc.47.2.236.9835
    Rogers, L. C. G., Veraart, L. A. M. (2013). Failure and rescue in an interbank network. Management Science 59(4).
    https://doi.org/10.1287/mnsc.1120.1569
    Elsinger, H. (2009). Financial networks, cross holdings, and limited liability. Oesterreichische Nationalbank,
    working paper 156.
    """
    debts, funds, outer = numbers("owed", owed, 2), numbers("cash", cash, 1), numbers("outside_debt", outside_debt, 0)
    n = count_of_parties("owed", debts)
    refuse_where("owed", debts, (debts > 0) & np.eye(n, dtype=bool), "zeros on the diagonal (no debts to oneself)")
    require_shape("cash", funds, (n,))
    has_outside = outer.ndim > 0 or bool(outer)
    outer = np.broadcast_to(outer, (n,)) if outer.ndim == 0 else outer
    require_shape("outside_debt", outer, (n,))
    if outside not in {"senior", "pari-passu"}:
        raise ArgumentError(f"outside is {outside!r}; 'senior' or 'pari-passu' is accepted.")
    classes = _classes(seniority, n)
    batch = common_batch(
        owed=debts.shape[:-2], cash=funds.shape[:-1], outside_debt=outer.shape[:-1], seniority=classes.shape[:-2]
    )
    first = [-1] if has_outside and outside == "senior" else [0] if has_outside else []
    ranks = np.unique([*first, *np.unique(classes)])
    by_rank = np.stack([np.where(classes == rank, debts, 0.0) for rank in ranks])
    by_rank = paths_last(np.moveaxis(by_rank, 0, -3), batch, 3)
    outer_by_rank = paths_last(np.multiply.outer(np.eye(len(ranks))[0], outer).swapaxes(0, 1), batch, 2)
    del by_rank, outer_by_rank
    raise NotImplementedError
