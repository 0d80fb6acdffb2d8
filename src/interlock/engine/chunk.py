"""All the months of a chunk of paths, compiled once for each shape of book."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from interlock.contracts.contract import NEVER
from interlock.engine.laws import Breach, unbroken, watch_laws
from interlock.engine.month import month
from interlock.engine.record import Monthly, Yearly, blank, noted
from interlock.engine.rules import call, filled
from interlock.engine.scene import Given, Luck
from interlock.engine.state import Seen, State
from interlock.engine.ties import ties_of
from interlock.ground.sobol import shocks
from interlock.money.default import Standing
from interlock.program.shape import Shape


class Futures(NamedTuple):
    """What came of a chunk."""

    yearly: Yearly
    monthly: Monthly
    """[month, row, path] each."""
    breach: Breach
    failed: Any
    """[party, path] the first month in which a party has failed; NEVER."""
    arrears: Any
    """[leg, path] unpaid at the end."""


@partial(jax.jit, static_argnames=("shape", "names_party"))
def run_chunk(
    shape: Shape,
    given: Given,
    keys: Any,
    paths: Any,
    yearly: Any,
    *,
    names_party: bool = False,
) -> Futures:
    """Every month of some paths. `keys` [driver, 2] and `paths` name the chance; `yearly` is Sobol's part of it."""
    count = paths.shape[0]
    given = given._replace(ties=ties_of(shape, given.links))
    luck = Luck(
        month=jnp.arange(shape.months, dtype=jnp.float64),
        shocks=shocks(keys, shape.months, paths, yearly, jnp)
        if shape.driver_rows
        else jnp.zeros((shape.months, 0, count)),
        factor=given.links["shock_factor"],
        level=given.links["shock_level"],
    )

    def one(carried: tuple[State, Yearly, Breach], luck: Luck) -> tuple[tuple[State, Yearly, Breach], Monthly]:
        state, kept, worst = carried
        after, events = month(shape, given, state, luck)
        calendar = shape.start + luck.month.astype(jnp.int32)
        is_year_end = (calendar % 12 == 11) | (luck.month == shape.months - 1)
        worst = watch_laws(given.ties, state, events, after, worst, names_party=names_party)
        monthly = Monthly(after.cash, events.paid, events.opening)
        kept = noted(kept, calendar // 12 - shape.start // 12, is_year_end, events, after)
        return (after, kept, worst), monthly

    start = (opening(shape, given, count), blank(shape, count), unbroken(count))
    (state, kept, worst), monthly = lax.scan(one, start, luck)
    return Futures(kept, monthly, worst, state.standing.failed, state.standing.arrears)


def opening(shape: Shape, given: Given, paths: int) -> State:
    """The state before the first month."""
    links = given.links
    party = filled(shape.party, links["party_links"], given.party_terms, {})
    cash, price = (_of_party(party[name], shape, paths) for name in ("cash", "compute_price"))
    of_parties = jnp.zeros((shape.parties, paths))
    of_contracts, of_legs = jnp.zeros((shape.rows, paths)), jnp.zeros((shape.legs, paths))
    drivers = tuple(
        call(stack, "opening", filled(stack, links["driver_links"][n], given.driver_terms[n], {}), paths)
        for n, stack in enumerate(shape.drivers)
    )
    memory = tuple(
        call(stack, "opening", filled(stack, links["stack_links"][n], given.terms[n], {}), paths)
        for n, stack in enumerate(shape.contracts)
    )
    never = jnp.full((shape.parties, paths), NEVER)
    forced = links["forced_failure"][:, None]
    return State(
        drivers=drivers,
        fired=jnp.full((shape.triggers[0], paths), NEVER),
        memory=memory,
        drawn=of_contracts,
        cash=cash,
        standing=Standing(of_legs, of_parties, jnp.where(forced <= 0.0, forced, never)),
        sales=of_parties,
        shares=jnp.ones_like(of_parties),
        installed=of_parties,
        compute_price=price,
        seen=Seen(of_parties, of_parties, of_contracts, of_contracts, jnp.zeros((3, shape.parties, paths))),
    )


def _of_party(value: Any, shape: Shape, paths: int) -> Any:
    """[party, path] a figure of the parties, whether or not it is the same on every path."""
    return jnp.broadcast_to(value[:, None] if value.ndim == 1 else value, (shape.parties, paths))
