"""Who is paid how much, when some cannot pay all that they owe.

Each party pays its dues class by class, the most senior first, and a class that it cannot pay in full pro rata:

    paid[i]  =  all dues of i                                              if cash[i] + receipts[i] cover them
                min(dues of i, alpha x cash[i] + beta x receipts[i])       if they do not: i is in default

with receipts[i] what the others pay to i. Of the solutions of this system (a ring of debts may have several) the
greatest is what clears; the least is what is paid when nobody pays before having been paid. Greatest less least are the
payments that happen only because of a loop. Both are found exactly, in finitely many rounds (rounds.py).

Eisenberg & Noe (2001), https://doi.org/10.1287/mnsc.47.2.236.9835 (one class, no default costs);
Rogers & Veraart (2013), https://doi.org/10.1287/mnsc.1120.1569 (default costs alpha and beta);
Elsinger (2009), Financial networks, cross holdings, and limited liability, Oesterreichische Nationalbank, working paper
156 (classes of seniority).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from interlock.ground.axes import IsPerParty, PerParty, PerRank
from interlock.ground.errors import ArgumentError
from interlock.money.batches import (
    Given,
    Numbers,
    batch_first,
    common_batch,
    count_of_parties,
    in_blocks,
    numbers,
    paths_last,
    refuse_where,
    require_shape,
)
from interlock.money.rounds import Network, Position, look, network_of, settle, shares_paid

Kept = tuple[float | Array, float | Array]
"""alpha and beta: the shares of a party's own cash and of its receipts that a default leaves."""


class Settled(NamedTuple):
    """What becomes of the dues of each party."""

    share: PerRank
    """Of what a party owes in a class, the share that is paid: exactly 1 for a class that is paid in full."""

    in_default: IsPerParty
    """Whether a party cannot pay all that it owes."""


def greatest(owed: Array, cash: PerParty, outside: PerRank, default_costs: Kept = (1.0, 1.0)) -> Settled:
    """The greatest payments that the parties can make to each other: a ring of debts without any cash clears.

    `owed` [rank, party, party, path]: the first party owes the second, the most senior class first, nothing on the
    diagonal; `outside` [rank, party, path]: what a party owes to others than these; all in USD, none negative.
    """
    network = network_of(owed, cash, outside, default_costs)
    ranks = owed.shape[0]
    all_paid = Position(
        network.due_ahead[ranks], jnp.full(cash.shape, ranks, jnp.int32), jnp.zeros(cash.shape[1:], bool)
    )
    seen = look(network, all_paid, jnp.sum(owed, axis=(0, 1)), upward=False)
    return _settled(network, settle(network, seen, upward=False))


def least(owed: Array, cash: PerParty, outside: PerRank, default_costs: Kept = (1.0, 1.0)) -> Settled:
    """The least payments that are consistent: a ring of debts without any cash pays nothing. Called as `greatest`."""
    network = network_of(owed, cash, outside, default_costs)
    nothing = jnp.zeros_like(cash)
    none_paid = Position(nothing, jnp.zeros(cash.shape, jnp.int32), jnp.zeros(cash.shape[1:], bool))
    seen = look(network, none_paid, nothing, upward=True)
    return _settled(network, settle(network, seen, upward=True))


def _settled(network: Network, position: Position) -> Settled:
    return Settled(shares_paid(network, position), position.marginal < network.owed.shape[0])


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
    """(…, n): the same in the least solution; what `paid` exceeds it by is paid only because of a loop."""


def clear(
    owed: Given,
    cash: Given,
    outside_debt: Given = 0.0,
    outside: str = "senior",
    seniority: Given | None = None,
    default_costs: Given = (1.0, 1.0),
) -> Clearing:
    """Clear a network of debts that all fall due at once: the greatest clearing vector, and the least beside it.

    Whoever cannot pay all pays what it has, the most senior class first, pro rata within a class. Exact to rounding:
    a party that lacks less than 1e-12 of its dues is not in default. A batch gives the same bits as its members alone.

    Parameters
    ----------
    owed
        (…, n, n): what i owes to j; nothing on the diagonal. Amounts are not negative, in any one unit.
    cash
        (…, n): what each party has before it is paid and before it pays anything, outside debt included.
    outside_debt
        (…, n), or one number for all: what each party owes to creditors outside the network.
    outside
        "senior": outside debt is paid before all debts in the network; "pari-passu": it shares with those of class 0.
    seniority
        None for one class, or whole numbers (…, n, n): the class of i's debt to j, 0 for the most senior.
    default_costs
        (alpha, beta): the shares of its own cash and of its receipts that are left to a party in default.

    Raises
    ------
    ArgumentError
        Where an argument is not as above, or the shapes do not fit together.

    References
    ----------
    Eisenberg & Noe (2001), https://doi.org/10.1287/mnsc.47.2.236.9835 · Rogers & Veraart (2013),
    https://doi.org/10.1287/mnsc.1120.1569 · Elsinger (2009), Oesterreichische Nationalbank, working paper 156.
    """
    debts, funds, outer = numbers("owed", owed, 2), numbers("cash", cash, 1), numbers("outside_debt", outside_debt, 0)
    n = count_of_parties("owed", debts)
    refuse_where("owed", debts, (debts > 0) & np.eye(n, dtype=bool), "zeros on the diagonal, no debts to oneself,")
    require_shape("cash", funds, (n,))
    by_rank, outer_by_rank = _by_rank(debts, outer, _class_of_outside(outside, outer), _classes(seniority, n))
    batch = common_batch(owed_by_class=by_rank.shape[:-3], cash=funds.shape[:-1], outside=outer_by_rank.shape[:-2])
    kept = [np.full((1, int(np.prod(batch))), share) for share in _shares_kept(default_costs)]
    paid_to, paid_to_least, in_default = in_blocks(
        _clear, paths_last(by_rank, batch, 3), paths_last(funds, batch, 1), paths_last(outer_by_rank, batch, 2), *kept
    )
    paid_to = batch_first(paid_to, batch)
    return Clearing(
        paid=paid_to.sum(axis=-1),
        paid_to=paid_to,
        in_default=batch_first(in_default, batch),
        least=batch_first(paid_to_least, batch).sum(axis=-1),
    )


@jax.jit
def _clear(owed: Array, cash: Array, outside: Array, cash_kept: Array, receipts_kept: Array) -> tuple[Array, ...]:
    most = greatest(owed, cash, outside, (cash_kept, receipts_kept))
    fewest = least(owed, cash, outside, (cash_kept, receipts_kept))
    paid_to, paid_to_least = (jnp.sum(owed * settled.share[:, :, None], axis=0) for settled in (most, fewest))
    return paid_to, paid_to_least, most.in_default


def _class_of_outside(outside: str, outer: Numbers) -> int | None:
    """Where outside debt stands: before class 0, in it, or nowhere if there is none."""
    if outside not in {"senior", "pari-passu"}:
        raise ArgumentError(f"outside is {outside!r}; 'senior' or 'pari-passu' is accepted.")
    if outer.ndim == 0 and outer == 0:
        return None
    return -1 if outside == "senior" else 0


def _classes(seniority: Given | None, n: int) -> NDArray[np.int64]:
    if seniority is None:
        return np.zeros((n, n), np.int64)
    classes = np.asarray(seniority)
    if classes.dtype.kind not in "iu":
        raise ArgumentError(f"seniority holds {classes.dtype.name} values; whole numbers from 0 are accepted.")
    require_shape("seniority", classes, (n, n))
    refuse_where("seniority", classes, classes < 0, "whole numbers from 0")
    return classes.astype(np.int64)


def _by_rank(
    debts: Numbers, outer: Numbers, class_of_outside: int | None, classes: NDArray[np.int64]
) -> tuple[Numbers, Numbers]:
    """Debts (…, rank, n, n) and outside debts (…, rank, n), the most senior first."""
    n = debts.shape[-1]
    outer = np.broadcast_to(outer, (n,)) if outer.ndim == 0 else outer
    require_shape("outside_debt", outer, (n,))
    in_use = {int(rank) for rank in np.unique(classes)}
    ranks = np.array(sorted(in_use if class_of_outside is None else in_use | {class_of_outside}))
    common_batch(owed=debts.shape[:-2], seniority=classes.shape[:-2])
    is_of_rank = classes[..., None, :, :] == ranks[:, None, None]
    holds_outside = ranks[:, None] == class_of_outside
    return np.where(is_of_rank, debts[..., None, :, :], 0.0), np.where(holds_outside, outer[..., None, :], 0.0)


def _shares_kept(default_costs: Given) -> tuple[float, float]:
    kept = np.asarray(default_costs)
    if kept.shape != (2,) or kept.dtype.kind not in "biuf" or not ((kept >= 0) & (kept <= 1)).all():
        raise ArgumentError(f"default_costs is {default_costs!r}; two shares from 0 to 1 are accepted.")
    return float(kept[0]), float(kept[1])
