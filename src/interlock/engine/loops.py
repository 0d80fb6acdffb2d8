"""Payments that happen only because of a loop: the bills of each month cleared again, as if nobody paid in advance.

A ring of debts without any cash clears in the greatest clearing vector, which is what a run pays, and pays nothing in
the least. What the first exceeds the second by is paid only because it comes back within the same month.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from interlock.engine.record import Monthly
from interlock.engine.ties import ties_of
from interlock.engine.tracing import months_of
from interlock.ground.sums import summed
from interlock.money.bills import clear_in_turn
from interlock.program.shape import Shape

if TYPE_CHECKING:
    from interlock.engine.run import Run

ROUNDING = 1e-9
"""Of the largest bill of the month: two ways to clear it agree up to that."""


def paid_by_loops(run: Run, paths: int) -> Any:
    """[leg, year, path] USD that was paid of the bills only because of a loop, on the first `paths` futures."""
    shape, parts = run.program.shape, []
    for months in months_of(run, min(paths, run.paths)):
        with jax.enable_x64(True):
            parts.append(np.asarray(_by_year(shape, run.program.as_arrays(), months)))
    return np.swapaxes(np.concatenate(parts, axis=-1), 0, 1)


@partial(jax.jit, static_argnames="shape")
def _by_year(shape: Shape, links: Any, months: Monthly) -> Any:
    """Those of some paths: [year, leg, path]."""
    legs = ties_of(shape, links).legs
    bills, free = legs.part(slice(shape.bills)), legs.part(slice(shape.bills, shape.legs))

    def one(found: Any, now: tuple[Any, Monthly]) -> tuple[Any, None]:
        month, (_, paid, opening, owed) = now
        from_free_cash = paid[shape.bills :]
        cash = opening + summed(free.payee, from_free_cash) - summed(free.payer, from_free_cash)
        apart = paid[: shape.bills] - clear_in_turn(owed, cash, bills)
        rounding = ROUNDING * jnp.max(owed, axis=0, keepdims=True, initial=0.0)
        year = (shape.start + month) // 12 - shape.start // 12
        return found.at[year].add(jnp.where(apart > rounding, apart, 0.0)), None

    nothing = jnp.zeros((shape.years, shape.bills, months.owed.shape[-1]))
    return lax.scan(one, nothing, (jnp.arange(shape.months, dtype=jnp.int32), months))[0]
