"""Networks of shares, solved exactly: one party after the other is taken out of the network.

    y[i] x stake[i]  =  right[i] + sum over j of pull[i, j] y[j]

where the stake of a party is all that it pulls, or all that is pulled from it, and what leaks out of the network:

    rows:     stake[i] = leak[i] + sum over j of pull[i, j]        what comes in: mixtures
    columns:  stake[j] = leak[j] + sum over i of pull[i, j]        what goes out: payments

Taking party k out passes its part on: pull[i, j] grows by pull[i, k] pull[k, j] / stake[k]. Each stake is summed from
what is left of the network, never found as a difference. No negative number is ever added, so that no digit is lost and
no pivoting is needed: where `right` is not negative, y is right to rounding in each single entry, however small the
leak; and a part of the network without any leak shows itself by a stake of exactly zero.

Grassmann, Taksar & Heyman (1985), https://doi.org/10.1287/opre.33.5.1107 (the elimination);
O'Cinneide (1993), https://doi.org/10.1007/BF01385741 (its accuracy in each entry).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import jax.numpy as jnp
from jax import Array, lax

Balance = Literal["rows", "columns"]


class Eliminated(NamedTuple):
    """A network from which every party has been taken out, the first party first."""

    pull: Array
    """[party, party, path]; right of the diagonal: what each party pulled from later ones when it was taken out."""

    stake: Array
    """[party, path]; zero where a part of the network had no leak and this party was its last."""

    right: Array
    """[party, column, path]; with what earlier parties passed on."""


def eliminate(pull: Array, leak: Array, right: Array, balance: Balance) -> Eliminated:
    """Take one party after the other out of the network, and pass on what it held.

    `pull` [party, party, path] and `leak` [party, path] are not negative; `right` is [party, column, path]. The
    diagonal of `pull` is of no account: what a party pulls from itself it also has.
    """
    parties = jnp.arange(pull.shape[0])[:, None]

    def take_out(k: Array, network: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
        pull, leak, right, stake = network
        pulled_from = jnp.where(parties > k, pull[:, k], 0.0)
        pulls = jnp.where(parties > k, pull[k], 0.0)
        stake_k = leak[k][None] + jnp.sum(pulls if balance == "rows" else pulled_from, axis=0, keepdims=True)
        has_stake = stake_k > 0
        divisor = jnp.where(has_stake, stake_k, 1.0)
        passed_on = jnp.where(has_stake, pulled_from / divisor, 0.0)
        # Where nothing comes out of a part of the network, what is put into it has leaked.
        lost = jnp.where(has_stake, leak[k][None] / divisor, 1.0)
        return (
            pull + passed_on[:, None] * pulls[None],
            leak + lost * (pulled_from if balance == "rows" else pulls),
            right + passed_on[:, None] * right[k][None],
            lax.dynamic_update_index_in_dim(stake, stake_k, k, axis=0),
        )

    pull, _, right, stake = lax.fori_loop(0, pull.shape[0], take_out, (pull, leak, right, jnp.zeros_like(leak)))
    return Eliminated(pull, stake, right)


def substitute(eliminated: Eliminated, without_stake: Callable[[Array, Array], Array]) -> Array:
    """Put the parties back, the last first: y [party, column, path].

    For a party k without a stake y is `without_stake(k, value)`, where `value` [column, path] is its right side with
    all that it pulls from later parties.
    """
    pull, stake, right = eliminated
    last = pull.shape[0] - 1
    parties = jnp.arange(last + 1)[:, None]

    def put_back(step: Array, y: Array) -> Array:
        k = last - step
        pulls = jnp.where(parties > k, pull[k], 0.0)
        value = right[k] + jnp.sum(pulls[:, None] * y, axis=0)
        stake_k = stake[k][None]
        has_stake = stake_k > 0
        paid = jnp.where(has_stake, value / jnp.where(has_stake, stake_k, 1.0), without_stake(k, value))
        with_k: Array = lax.dynamic_update_index_in_dim(y, paid, k, axis=0)
        return with_k

    y: Array = lax.fori_loop(0, last + 1, put_back, jnp.zeros_like(right))
    return y
