"""What parties earned and invested last month: kept only of books in which profit is taxed.

Cash counts, when it moves: sales, interest and prepayments, and what was paid for the same. Chips and buildings are
investment, and so is what is paid for them in advance.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.ground.axes import PerLeg, PerParty
from interlock.ground.sums import once, summed, tied
from interlock.program.shape import Shape
from interlock.program.taxed import EARNED, INVESTED, NEITHER


class Profit(NamedTuple):
    """Of the last month."""

    earned: PerParty
    """USD received less paid, investment apart."""
    invested: PerParty
    """USD paid less received back."""


def none_yet(blank: PerParty) -> Profit:
    """Before the run."""
    return Profit(blank, blank)


def profit_of(shape: Shape, links: Any, paid: PerLeg) -> Profit | None:
    """Of the month, where somebody asks."""
    if not shape.taxes_profit:
        return None
    books = NEITHER * shape.parties

    def entered(end: str) -> Any:
        account, party = links[f"leg_taxed_{end}"], links[f"leg_{end}"]
        counts = (account != NEITHER) & (party < shape.parties)
        return summed(tied(jnp.where(counts, account * shape.parties + party, books), books), paid)

    spent, received = entered("payer"), entered("payee")
    of_earned, of_invested = (slice(n * shape.parties, (n + 1) * shape.parties) for n in (EARNED, INVESTED))
    return Profit(*once((received[of_earned] - spent[of_earned], spent[of_invested] - received[of_invested])))
