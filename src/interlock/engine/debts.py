"""What parties owe under contracts by which they borrow, and how that was served before the run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp

from interlock.contracts.clauses import Debt
from interlock.contracts.contract import ALWAYS, NEVER, Now, Purpose
from interlock.engine.cover import WINDOW, DebtService, no_months, with_one_more
from interlock.engine.promises import Sight, first_sight, lending
from interlock.engine.rules import call
from interlock.engine.scene import Luck, Scene, Setting, look_around
from interlock.engine.state import State
from interlock.ground.axes import PerBill, PerLeg, PerParty
from interlock.ground.sums import once, summed
from interlock.program.shape import BILLED, Shape, StackShape, kind_of


def borrowing(shape: Shape) -> Iterator[tuple[int, StackShape]]:
    """The stacks under which payees borrow, with their numbers."""
    for n, stack in enumerate(shape.contracts):
        if issubclass(stack.kind, Debt):
            yield n, stack


def interest_first(shape: Shape, owed: PerBill, paid: PerBill) -> PerBill:
    """The same payments, where what is paid in a class under a contract goes to interest and fees before principal."""
    for _, stack in lending(shape):
        bills = [(kind_of(stack).legs[n], stack.legs[n]) for n in stack.paid_in(BILLED)]
        for last, rows in bills:
            for leg, first in bills:
                is_alike = (leg.pays, leg.receives, leg.rank) == (last.pays, last.receives, last.rank)
                if last.purpose is Purpose.principal is not leg.purpose and is_alike:
                    more = jnp.minimum(owed[first] - paid[first], paid[rows])
                    paid = paid.at[first].add(more).at[rows].add(-more)
    return once(paid)


def owed(scene: Scene, sight: Sight, memory: tuple[Any, ...], arrears: PerBill) -> PerParty:
    """USD of debt that each party has at the end of the month, given the memory after it and what is in arrears."""
    found, legs = jnp.zeros_like(scene.state.cash), scene.setting.ties.legs
    for n, stack in borrowing(scene.shape):
        rows = call(stack, "owes", scene.terms[n], scene.paths, sight[n], memory[n])
        payee = scene.setting.ties.payee.part(stack.rows)
        found = found + summed(payee, jnp.where(scene.active[stack.rows], rows, 0.0))
        for leg in stack.paid_in(BILLED):
            if kind_of(stack).legs[leg].purpose is Purpose.principal:
                found = found + summed(legs.payer.part(stack.legs[leg]), arrears[stack.legs[leg]])
    return once(found)


def after_month(
    scene: Scene, sight: Sight, memory: tuple[Any, ...], arrears: PerBill, burn: PerParty, due: PerLeg, paid: PerLeg
) -> DebtService:
    """How debt was served, with one more month; `burn` is outflow net of receipts, financing apart."""
    before, bills, links = scene.state.debt_service, slice(scene.shape.bills), scene.setting.links
    if not scene.shape.has_cover:
        return before
    payer = scene.setting.ties.legs.payer.part(bills)
    invested = summed(payer, paid[bills] * links["leg_is_investment"][bills, None])
    service = summed(payer, due[bills] * links["leg_is_debt_service"][bills, None])
    return with_one_more(before, scene.month, invested - burn, service, owed(scene, sight, memory, arrears))


def history(setting: Setting, state: State, calm: Luck) -> DebtService:
    """How debt was served in the year before the run, by the schedules of what is outstanding; nothing is earned."""
    shape, paths = setting.shape, state.cash.shape[-1]
    blank = no_months(shape, paths)
    if not shape.has_cover:
        return blank
    scene = look_around(setting, state, calm)
    sight = first_sight(scene)
    # In the places that they have from the first month on.
    months = jnp.arange(float(WINDOW)) - WINDOW
    due, since = jnp.zeros((WINDOW, *state.cash.shape)), blank.since
    for n, stack in borrowing(shape):
        payee, is_known = setting.ties.payee.part(stack.rows), scene.active[stack.rows]
        rows = once(jax.vmap(lambda month, n=n, stack=stack: _fell_due(scene, sight[n], stack, n, month))(months))
        due = due + jax.vmap(lambda some, payee=payee: summed(payee, some))(jnp.where(is_known[None], rows, 0.0))
        began = jnp.where(is_known, call(stack, "lent_since", scene.terms[n], paths), NEVER)
        since = since.at[payee.group].min(began, mode="drop", wrap_negative_indices=False)
    return DebtService(blank.earned, once(due), since, owed(scene, sight, state.memory, state.standing.arrears))


def _fell_due(scene: Scene, now: Now, stack: StackShape, n: int, month: Any) -> Any:
    """[contract, path] USD of interest and principal in a month before the run."""
    return call(stack, "fell_due", scene.terms[n], scene.paths, now._replace(month=month), scene.state.memory[n])


def before_the_run(setting: Setting, known: DebtService, rehearsed: DebtService, due: PerLeg) -> DebtService:
    """The year before the run, with business, and debt that no contract lends, as in the month that was rehearsed."""
    shape = setting.shape
    if not shape.has_cover:
        return known
    is_other = setting.links["leg_is_debt_service"][: shape.bills]
    for _, stack in borrowing(shape):
        for leg in stack.paid_in(BILLED):
            is_other = is_other.at[stack.legs[leg]].set(0.0)
    payer = setting.ties.legs.payer.part(slice(shape.bills))
    other = summed(payer, due[: shape.bills] * is_other[:, None])
    return DebtService(
        earned=jnp.broadcast_to(rehearsed.earned[-1:], rehearsed.earned.shape),
        due=known.due + other[None],
        since=jnp.where(other > 0.0, ALWAYS, known.since),
        owed=known.owed,
    )
