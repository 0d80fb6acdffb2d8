"""Where a dollar goes: cash mixes perfectly in a party's treasury.

What a party pays out in a month carries the mixture of its opening cash and of all that it received in that month:

    mixture[i] x (opening[i] + receipts[i])  =  opening[i] x colour[i] + sum over j of flow[j, i] x mixture[j]

for each colour, so that money can pass through several parties within the month. A circulation into which nothing flows
has no colour. `colours` follows it through the months of a run, with `mixtures`.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array

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
from interlock.money.elimination import eliminate, substitute


def mix(flows: Given, opening: Given, colours: Given) -> Numbers:
    """Perfect mixing on any network of flows: of what colour is the money that each party holds and pays out.

    Money passes through within the period: what a party pays carries the mixture of its opening cash and of all that it
    received. To dye a payment, take it out of `flows` and add it, coloured, to the receiver's `opening`. Solved to
    rounding in each fraction; a batch gives the same bits as its members one by one.

    Parameters
    ----------
    flows
        (…, n, n): what i pays to j; a payment to oneself changes nothing. Amounts are not negative, in any one unit.
    opening
        (…, n): opening cash, in the same unit.
    colours
        (…, n, k): fractions of opening cash by colour; what is missing to 1 has none.

    Returns
    -------
    (…, n, k): fractions of what each party holds and pays out. Zeros for a party that has nothing, and for a
    circulation into which nothing flows.

    Raises
    ------
    ArgumentError
        Where an argument is not as above, or the shapes do not fit together.
    """
    paid, cash, shares = numbers("flows", flows, 2), numbers("opening", opening, 1), numbers("colours", colours, 2)
    n = count_of_parties("flows", paid)
    require_shape("opening", cash, (n,))
    require_shape("colours", shares, (n, shares.shape[-1]))
    refuse_where("colours", shares, shares > 1, "fractions from 0 to 1")
    together = shares.sum(axis=-1)
    refuse_where("the sum of colours", together, together > 1 + 1e-9, "sums up to 1")
    batch = common_batch(flows=paid.shape[:-2], opening=cash.shape[:-1], colours=shares.shape[:-2])
    (mixed,) = in_blocks(_mix, paths_last(paid, batch, 2), paths_last(cash, batch, 1), paths_last(shares, batch, 2))
    return batch_first(mixed, batch)


@jax.jit
def _mix(flows: Array, opening: Array, colours: Array) -> tuple[Array, ...]:
    mixed = eliminate(jnp.swapaxes(flows, 0, 1), opening, opening[:, None] * colours, "rows")
    return (substitute(mixed, lambda _, value: jnp.zeros_like(value)),)
