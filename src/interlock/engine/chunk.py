"""All the months of a chunk of paths, compiled once for each shape of book.

What is compiled for a shape takes some 800 mappings of memory, of which Linux allows a process 65,530; without one, XLA
aborts. So it is let go of when many other shapes have been run since.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from interlock.contracts.contract import NEVER
from interlock.drivers.tails import common_shocks
from interlock.engine.compiling import options_for, without_collecting
from interlock.engine.cover import no_months
from interlock.engine.cuts import uncut
from interlock.engine.debts import before_the_run as served_before
from interlock.engine.debts import history
from interlock.engine.last_used import LastUsed
from interlock.engine.laws import Breach, unbroken, watch_laws
from interlock.engine.levels import Levels, levels_of
from interlock.engine.markets import unseen
from interlock.engine.mixes import no_mix
from interlock.engine.month import month
from interlock.engine.outlook import before_the_run, long_ago
from interlock.engine.page import page_of
from interlock.engine.profit import none_yet
from interlock.engine.promises import binding
from interlock.engine.record import SUMS, Bills, Monthly, Yearly, bills_of, blank, noted
from interlock.engine.record_physical import SUMS as PHYSICAL_SUMS
from interlock.engine.record_physical import Physical, blank_physical, noted_physical
from interlock.engine.rules import Values, call
from interlock.engine.scene import Given, Luck, Setting, fate_of, on_each_path, set_up
from interlock.engine.segments import opening as opening_of_labs
from interlock.engine.segments import rehearsed as rehearsed_labs
from interlock.engine.shipping import nothing_stands, nothing_waits
from interlock.engine.state import Seen, State
from interlock.engine.years import Kept, nothing_kept
from interlock.ground.months import days_of
from interlock.ground.sobol import shocks
from interlock.money.default import Rescue, at_first
from interlock.program.shape import Shape

REHEARSALS = 2
"""How often the month before the run is played: costs that follow sales are only known the second time."""


class Futures(NamedTuple):
    """What came of a chunk."""

    yearly: Yearly
    physical: Physical
    monthly: Monthly
    """[month, row, path] each."""
    breach: Breach
    failed: Any
    """[party, path] the first month in which a party is no more, having failed; NEVER."""
    rescue: Rescue
    arrears: Any
    """[leg, path] unpaid at the end, of the legs that are billed."""
    page: Any = None
    """All that the program knew of every month of one path, if one was named."""
    bills: Bills | None = None
    """[month, leg, path] each, if it was asked for."""
    levels: Levels | None = None
    """[month, row, path] each, if it was asked for."""


Carried = tuple[State, tuple[Kept, Kept], Breach]


MOST_SHAPES = 24
"""How many shapes of book stay compiled."""


def run_chunk(shape: Shape, given: Given, keys: Any, paths: Any, yearly: Any, **wanted: Any) -> Futures:
    """`months_of` a chunk, compiled. It is done when this returns: nothing that is running is let go of."""
    with COMPILED.of(shape) as compiled:
        futures: Futures = compiled(given, keys, paths, yearly, **wanted)
        for rows in jax.tree.leaves(futures):
            rows.block_until_ready()
        return futures


def compiled_for(shape: Shape) -> Any:
    """The months of books of one shape, compiled when they are first run: a function of their own, to be forgotten."""

    def run_chunk(given: Given, keys: Any, paths: Any, yearly: Any, **wanted: Any) -> Futures:
        with without_collecting():
            return months_of(shape, given, keys, paths, yearly, **wanted)

    static = ("names_party", "keeps_bills", "keeps_levels", "by_month")
    return jax.jit(run_chunk, static_argnames=static, compiler_options=options_for(shape.bills))


def let_go(compiled: Any) -> None:
    """JAX forgets what it has compiled for a function, and the machine code goes back to the system."""
    compiled.clear_cache()


COMPILED: LastUsed[Shape, Any] = LastUsed(compiled_for, let_go, MOST_SHAPES)


def months_of(  # noqa: PLR0913 - which paths, and what is wanted of them
    shape: Shape,
    given: Given,
    keys: Any,
    paths: Any,
    yearly: Any,
    *,
    names_party: bool = False,
    keeps_bills: bool = False,
    keeps_levels: bool = False,
    by_month: int | None = None,
    column: Any = None,
) -> Futures:
    """Every month of some paths. `keys` [driver, 2] and `paths` name the chance; `yearly` is Sobol's part of it.

    The month before the first is played from the opening state, for what can be seen of it (sales, use, runway);
    nothing else of it is kept. Months are kept of the first `by_month` paths, by default of all; `column` is the place
    of a path of which everything is kept.
    """
    count = paths.shape[0]
    setting = set_up(shape, given)
    months = with_rehearsals(_luck_of(shape, given, keys, paths, yearly))
    calm: Luck = jax.tree.map(lambda rows: rows[0], months)
    before, past_growth = opening(setting, count), on_each_path(party_terms(setting)["past_growth"], count)
    served = history(setting, before, calm)

    def one(carried: Carried, luck: Luck) -> tuple[Carried, tuple[Monthly, Any, Any, Any]]:
        state, kept, broken = carried
        after, events = month(setting, state, luck)
        broken = watch_laws(setting.ties, luck.month, state, events, after, broken, names_party=names_party)
        kept = (noted(shape, kept[0], luck.month, events, after), noted_physical(shape, kept[1], luck.month, events))
        monthly = Monthly(after.cash, events.paid, events.opening, events.owed[: shape.bills])
        monthly = jax.tree.map(lambda rows: rows[..., :by_month], monthly)
        page = None if column is None else page_of(shape, column, state, events, after)

        def rehearsed(after: State) -> State:
            """The opening state, with what is known of the month before."""
            return rehearsed_labs(before, state, after)._replace(
                sales=after.sales,
                remaining=after.remaining,
                at_sites=after.at_sites,
                seen=after.seen._replace(burn=(after.seen.burn[0],) * 3),
                payable=after.payable,
                past=before_the_run(after, past_growth),
                debt_service=served_before(setting, served, after.debt_service, events.due),
            )

        after = lax.cond(luck.month < 0.0, rehearsed, lambda after: after, after)
        bills = bills_of(given.links, events, after) if keeps_bills else None
        levels = levels_of(setting, state, events, after) if keeps_levels else None
        return (after, kept, broken), (monthly, page, bills, levels)

    kept = (nothing_kept(blank(shape, count), SUMS), nothing_kept(blank_physical(shape, count), PHYSICAL_SUMS))
    start = (before, kept, unbroken(count))
    (state, kept, broken), (monthly, *rest) = lax.scan(one, start, months)
    standing = state.standing
    years, physical = (each.by_year for each in kept)
    return Futures(years, physical, monthly, broken, standing.failed, standing.rescue, standing.arrears, *rest)


def _luck_of(shape: Shape, given: Given, keys: Any, paths: Any, yearly: Any) -> Luck:
    """The chance of every month, and the shocks that the book puts on drivers."""
    moved = shape.driver_rows > 0
    none = jnp.zeros((shape.months, 0, paths.shape[0]))
    return Luck(
        month=jnp.arange(shape.months, dtype=jnp.float64),
        days=jnp.asarray([days_of(shape.start + month) for month in range(shape.months)], jnp.float64),
        shocks=shocks(keys, shape.months, paths, yearly, jnp) if moved else none,
        common=common_shocks(given.tails, jnp.arange(shape.months), paths, jnp),
        factor=given.links["shock_factor"],
        level=given.links["shock_level"],
    )


def with_rehearsals(luck: Luck) -> Luck:
    """The same months, and before them the month before the first: without chance, without shocks."""
    calm = Luck(month=-1.0, days=30.0, shocks=0.0, common=1.0, factor=1.0, level=jnp.nan)

    def preceded(rows: Any, level: float) -> Any:
        return jnp.concatenate([jnp.full((REHEARSALS, *rows.shape[1:]), level), rows])

    preceded_by_calm: Luck = jax.tree.map(preceded, luck, calm)
    return preceded_by_calm


def party_terms(setting: Setting) -> Values:
    """The figures of the parties that are the same in all months."""
    return setting.terms[len(setting.shape.contracts)]


def opening(setting: Setting, paths: int) -> State:
    """The state before the first month."""
    shape = setting.shape
    party = party_terms(setting)
    of_parties = jnp.zeros((shape.parties, paths))
    of_suppliers = jnp.zeros((shape.suppliers, paths))
    prices, sides = unseen(shape.markets, paths)
    drivers = tuple(
        call(stack, "opening", terms, paths) for stack, terms in zip(shape.drivers, setting.driver_terms, strict=True)
    )
    memory = tuple(
        call(stack, "opening", terms, paths)
        for stack, terms in zip(shape.contracts, setting.terms[: len(shape.contracts)], strict=True)
    )
    forced = setting.links["forced_failure"][:, None]
    of_each = {name: on_each_path(value, paths) for name, value in party.items()}
    models, customers = opening_of_labs(setting, of_each)
    return State(
        drivers=drivers,
        fired=jnp.full((shape.triggers[0], paths), NEVER),
        memory=memory,
        drawn=jnp.zeros((shape.rows, paths)),
        remaining=jnp.zeros((sum(stack.size for _, stack in binding(shape)), paths)),
        payable=jnp.zeros((shape.longest_delay, shape.delayed, paths)),
        lost=jnp.zeros((shape.guaranteed, paths)),
        cash=of_each["cash"],
        standing=at_first(shape.bills, forced, fate_of(shape, of_each), paths, shape.longest_grace),
        sales=of_parties,
        shares=jnp.ones_like(of_parties),
        compensation=jnp.zeros((shape.bills if shape.has_restructuring else 0, paths)),
        installed=of_parties,
        compute_price=of_each["compute_price"],
        seen=Seen(of_parties, of_parties, of_suppliers, of_suppliers, (of_parties,) * 3, prices, sides),
        debt_service=no_months(shape, paths),
        past=long_ago(of_parties) if shape.looks_ahead else None,
        profit=none_yet(of_parties) if shape.taxes_profit else None,
        cuts=uncut(of_parties) if shape.has_cuts else None,
        models=models,
        customers=customers,
        backlog=nothing_waits(shape, paths),
        at_sites=nothing_stands(shape, paths),
        mix=no_mix(shape, of_parties),
    )
