"""What belongs to which party, as matrices that are made once for all the months of a chunk."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.ground.axes import TieOfContract
from interlock.ground.sums import tied
from interlock.money.bills import Ends
from interlock.program.shape import Shape


class Ties(NamedTuple):
    """What belongs to which party."""

    payer: TieOfContract
    payee: TieOfContract
    container: Any
    """[contract, contract] 1.0 where the first counts toward the second."""
    ends: Ends
    is_whole: Any
    """[leg, 1] 1.0 where both ends of a leg are parties, edges included."""
    is_revenue: Any
    """[leg, 1]"""
    is_running: Any
    """[leg, 1] 1.0 where it neither funds somebody nor returns what did."""


def ties_of(shape: Shape, links: Any) -> Ties:
    """The ties of a program."""
    payer, payee = links["leg_payer"], links["leg_payee"]
    everybody = shape.parties + shape.edges
    return Ties(
        payer=tied(links["payer"], shape.parties),
        payee=tied(links["payee"], shape.parties),
        container=tied(links["container"], shape.rows),
        ends=Ends(payer, payee, links["leg_rank"], tied(payer, shape.parties), tied(payee, shape.parties)),
        is_whole=((payer < everybody) & (payee < everybody)).astype(jnp.float64)[:, None],
        is_revenue=links["leg_is_revenue"][:, None],
        is_running=1.0 - links["leg_is_financing"][:, None],
    )
