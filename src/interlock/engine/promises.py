"""What contracts do, stage by stage: each sees its own part of what is known, and its rules are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import jax
import jax.numpy as jnp

from interlock.contracts.contract import NEVER, PAYEE, PAYER, Effects, Now, Purpose, Rank
from interlock.engine.cover import ENDLESS, cover, leverage
from interlock.engine.profit import Profit
from interlock.engine.rules import call, formulas_of, only_where
from interlock.engine.scene import Scene
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerBill, PerContract, PerLeg, PerParty, PerSupply
from interlock.ground.sums import Tie, once, part_of, seen_by, summed
from interlock.money.payables import fallen_due, payable_before
from interlock.program.shape import BILLED, INSIDE, SUPPLY, Shape, StackShape, acting, kind_of, says, wave_of

Sight = tuple[Now, ...]
"""For each stack: what its contracts see, [row, path] each, or one number for all of them."""


def first_sight(scene: Scene) -> Sight:
    """What contracts see before anything is built."""
    state = scene.state
    arrears = outlays(scene.shape, state.standing.arrears)
    payable = once(summed(scene.setting.ties.delayed_contract, jnp.sum(state.payable, axis=0)))
    sight = tuple(
        Now(
            month=scene.month,
            days=scene.days,
            since=scene.setting.in_force_from[stack.rows],
            drawn=state.drawn[stack.rows],
            arrears=arrears[stack.rows],
            payable=payable[stack.rows] if scene.shape.delayed else 0.0,
            **owed_back(stack, state.standing.arrears),
        )
        for stack in scene.shape.contracts
    )
    if scene.shape.guaranteed:
        unpaid = once(summed(scene.setting.ties.guaranteed, state.standing.arrears))
        sight = guarantors_see(scene, sight, unpaid=unpaid, lost=state.lost)
    stands = once(1.0 - scene.has_failed)
    sight = payers_see(scene, sight, 1.0, payer_stands=stands)
    sight = parties_see(scene.setting.ties.payee, scene.shape, sight, 1.0, {"payee_stands": stands})
    sight = payers_see(scene, sight, sales=state.sales)
    if scene.shape.has_cover:
        covered, owed = cover(state.debt_service, scene.month), leverage(state.debt_service)
        sight = payers_see(scene, sight, ENDLESS, cover=covered)
        payee = scene.setting.ties.payee
        sight = parties_see(payee, scene.shape, sight, ENDLESS, {"payee_cover": covered})
        sight = parties_see(payee, scene.shape, sight, 0.0, {"payee_leverage": owed})
    if scene.shape.has_estates:
        sight = payers_see(scene, sight, cash=state.cash)
    if scene.shape.has_takeovers:
        sight = payees_see(scene, sight, acquired=state.standing.rescue.acquired)
    if state.profit is not None:
        sight = payers_see(scene, sight, **state.profit._asdict())
    return payees_see(scene, sight, payee_sales=state.sales, shares=state.shares)


def agendas(scene: Scene, sight: Sight) -> Sight:
    """The same, and what contracts have planned for the month."""
    return tuple(
        now._replace(agenda=call(stack, "agenda", scene.terms[n], scene.paths, scene.month, scene.state.memory[n]))
        if says(stack, "agenda")
        else now
        for n, (stack, now) in enumerate(zip(scene.shape.contracts, sight, strict=True))
    )


def owed_back(stack: StackShape, arrears: PerBill) -> dict[str, Any]:
    """What payees are in arrears with to payers, in all and secured, under contracts whose collateral may be sold."""
    legs = list(zip(kind_of(stack).legs, stack.legs, strict=True))
    if not any(leg.sells_up for leg, _ in legs):
        return {}
    theirs = [(leg, arrears[places]) for leg, places in legs if (leg.pays, leg.receives) == (PAYEE, PAYER)]
    secured = sum(rows for leg, rows in theirs if leg.rank is Rank.secured)
    return {"owed_back": sum(rows for _, rows in theirs), "owed_secured": secured}


def payers_see(scene: Scene, sight: Sight, beyond: float = 0.0, **known: PerParty) -> Sight:
    """The same, and something that the payer of each contract has; `beyond` where that is an edge of the world."""
    return parties_see(scene.setting.ties.payer, scene.shape, sight, beyond, known)


def payees_see(scene: Scene, sight: Sight, **known: PerParty) -> Sight:
    """The same, and something that the payee of each contract has."""
    return parties_see(scene.setting.ties.payee, scene.shape, sight, 0.0, known)


def suppliers_see(scene: Scene, sight: Sight, **known: PerSupply) -> Sight:
    """The same, and something that the contracts that supply compute have."""
    return tuple(
        now._replace(**{name: rows[stack.rows] for name, rows in known.items()}) if stack.stage <= SUPPLY else now
        for stack, now in zip(scene.shape.contracts, sight, strict=True)
    )


def guarantors_see(scene: Scene, sight: Sight, **known: Any) -> Sight:
    """The same, and something of the debt for which each contract stands in, [guaranteed debt, path]."""
    return parties_see(scene.setting.ties.stands_in, scene.shape, sight, 0.0, known)


def parties_see(tie: Tie, shape: Shape, sight: Sight, beyond: float, known: dict[str, PerParty]) -> Sight:
    """The same, and something that the group of each contract has, such as one of its parties; `beyond` without one."""
    seen = {name: seen_by(tie, rows, beyond) for name, rows in known.items()}
    return tuple(
        now._replace(**{name: part_of(rows, stack.rows) for name, rows in seen.items()})
        for stack, now in zip(shape.contracts, sight, strict=True)
    )


def effects(scene: Scene, sight: Sight, stage: int) -> Effects:
    """What the contracts of a stage do to the physical world, [contract, path]."""
    blank = Effects(*[jnp.zeros((0, scene.paths))] * len(Effects._fields))
    parts = [blank]
    for n, stack in acting(scene.shape, stage):
        found = formulas_of(stack, "effects", scene.terms[n], scene.paths, sight[n], scene.state.memory[n])
        parts.append(only_where(scene.active[stack.rows], found))
    return joined(*parts)


def joined(*parts: Effects) -> Effects:
    """The effects of contracts, one after the other."""
    together: Effects = jax.tree.map(lambda *rows: jnp.concatenate(rows), *parts)
    return together


def due(scene: Scene, sight: Sight, wave: int, *stages: int) -> PerLeg:
    """What falls due in a wave under the contracts of some stages, leg after leg."""
    rows = [jnp.zeros((0, scene.paths))]
    for n, stack in enumerate(scene.shape.contracts):
        legs = stack.paid_in(wave)
        if stack.stage in stages and legs:
            amounts = call(stack, "due", scene.terms[n], scene.paths, sight[n], scene.state.memory[n])
            amounts = [jnp.where(pays(scene, stack, leg), amounts[leg], 0.0) for leg in legs]
            # What counts toward another contract is claimed under that one.
            if wave == BILLED and says(stack, "claims") and stack.stage != INSIDE:
                amounts = [due + claim for due, claim in zip(amounts, claimed(scene, sight, n), strict=True)]
            rows += once(amounts)
    return jnp.concatenate(rows)


def pays(scene: Scene, stack: StackShape, leg: int) -> Any:
    """[contract, path] whether the contracts of a stack are in force, and the payer of one of their legs stands."""
    active = scene.active[stack.rows]
    if kind_of(stack).builds or (kind_of(stack).needs == {PAYER, PAYEE} and not scene.shape.sites):
        return active
    return active & (seen_by(scene.setting.ties.legs.payer.part(stack.legs[leg]), scene.has_failed) == 0.0)


def claimed(scene: Scene, sight: Sight, n: int) -> list[Any]:
    """What falls due under the billed legs of a stack because somebody has just failed."""
    stack = scene.shape.contracts[n]
    was_in_force = scene.stood[stack.rows] & (scene.setting.in_force_from[stack.rows] < scene.month)
    amounts = call(stack, "claims", scene.terms[n], scene.paths, sight[n], scene.state.memory[n])
    claims = []
    for leg in stack.paid_in(BILLED):
        ends = scene.setting.ties.legs.part(stack.legs[leg])
        fallen = seen_by(ends.payee if kind_of(stack).legs[leg].sells_up else ends.payer, scene.has_just_failed)
        claims.append(jnp.where(was_in_force, amounts[leg] * fallen, 0.0))
    return claims


def outlays(shape: Shape, amounts: PerLeg) -> PerContract:
    """The legs of each contract from its payer to its payee, added up; `amounts` of the first legs, or of all."""
    rows = [amounts[:0]]
    for stack in shape.contracts:
        total = jnp.zeros((stack.size, amounts.shape[-1]))
        for leg, places in zip(kind_of(stack).legs, stack.legs, strict=True):
            if (leg.pays, leg.receives) == (PAYER, PAYEE) and places.stop <= amounts.shape[0]:
                total = total + amounts[places]
        rows.append(total)
    return jnp.concatenate(rows)


def within(scene: Scene, values: Any) -> PerSupply:
    """For each contract that supplies compute, the sum over those that count toward it; `values` of the first rows."""
    if not scene.shape.has_inside:
        return jnp.zeros((scene.shape.suppliers, scene.paths))
    return summed(scene.setting.ties.container.part(slice(values.shape[0])), values)


def reserved(scene: Scene, sight: Sight) -> PerParty:
    """What each party keeps ready for what it may have to pay under its contracts."""
    return _kept(scene, sight, "reserves", scene.setting.ties.payer)


def set_aside(scene: Scene, sight: Sight) -> PerParty:
    """What each party keeps for what it will have to pay back, before it hands anything out."""
    return _kept(scene, sight, "sets_aside", scene.setting.ties.payee)


def _kept(scene: Scene, sight: Sight, rule: str, keeper: Tie) -> PerParty:
    kept = jnp.zeros_like(scene.state.cash)
    for n, stack in enumerate(scene.shape.contracts):
        if says(stack, rule):
            rows = call(stack, rule, scene.terms[n], scene.paths, sight[n], scene.state.memory[n])
            kept = kept + summed(keeper.part(stack.rows), only_where(scene.active[stack.rows], rows))
    return once(kept)


def wait(scene: Scene, billed: PerBill) -> tuple[PerBill, Any]:
    """What falls due this month of what is and was billed, and what is payable later.

    Before the first month the same was billed in every month.
    """
    if not scene.shape.delayed:
        return billed, scene.state.payable
    ties, legs = scene.setting.ties, scene.setting.ties.delayed
    later = billed.at[legs].get(mode="fill", fill_value=0.0)
    payer = Tie(ties.legs.payer.group.at[legs].get(mode="fill", fill_value=scene.shape.parties), scene.shape.parties)
    parts = scene.setting.waits
    due, payable = once(fallen_due(scene.state.payable, later, parts, seen_by(payer, scene.has_failed)))
    payable = jnp.where(scene.month < 0.0, payable_before(later, parts), payable)
    return once(billed.at[legs].set(due, mode="drop")), payable


def set_off(scene: Scene, sight: Sight, bills: PerBill) -> tuple[PerBill, Sight]:
    """The bills without what was paid in advance; and each contract under which it was sees what it is used for."""
    if not scene.shape.prepaid:
        return bills, sight
    ties, used = scene.setting.ties, []
    billed = once(summed(ties.prepaid, bills))
    sight = parties_see(ties.sets_off, scene.shape, sight, 0.0, {"billed_under": billed})
    seen = [*sight]
    for n, stack in enumerate(scene.shape.contracts):
        if says(stack, "sets_off"):
            rows = call(stack, "sets_off", scene.terms[n], scene.paths, sight[n], scene.state.memory[n])
            rows = only_where(scene.active[stack.rows], rows)
            used.append(summed(ties.sets_off.part(stack.rows), rows))
            seen[n] = sight[n]._replace(set_off=rows)
    left = jnp.maximum(1.0 - seen_by(ties.prepaid, ratio(sum(used), billed)), 0.0)
    return once(bills * left), tuple(seen)


def relieve(scene: Scene, sight: Sight, owed: PerBill, paid: PerBill) -> tuple[PerBill, Sight]:
    """What is owed no longer, for it was paid by those who guarantee it; and each of them sees its part of it."""
    ties, nothing = scene.setting.ties, jnp.zeros_like(owed)
    if not scene.shape.guaranteed:
        return nothing, sight
    unpaid = owed - paid
    rows = [
        (stack.rows, sum(paid[stack.legs[leg]] for leg in stack.paid_in(BILLED) if kind_of(stack).legs[leg].stands_in))
        for stack in scene.shape.contracts
        if any(leg.stands_in for leg in kind_of(stack).legs)
    ]
    given = sum(summed(ties.stands_in.part(places), amounts) for places, amounts in rows)
    open_debt = once(summed(ties.guaranteed, unpaid))
    settled = once(jnp.minimum(given, open_debt))
    relieved = {
        places.start: amounts * seen_by(ties.stands_in.part(places), ratio(settled, given)) for places, amounts in rows
    }
    others = {
        places.start: seen_by(ties.stands_in.part(places), settled) - relieved[places.start] for places, _ in rows
    }
    sight = tuple(
        now._replace(relieved=relieved[first], relieved_by_others=others[first])
        if (first := stack.rows.start) in relieved
        else now
        for stack, now in zip(scene.shape.contracts, sight, strict=True)
    )
    return once(unpaid * seen_by(ties.guaranteed, ratio(settled, open_debt))), sight


def remember(scene: Scene, sight: Sight, due: PerLeg, owed: PerLeg, paid: PerLeg) -> tuple[Any, ...]:
    """The memory of every contract after the month, given what was paid of this month's bills and of arrears."""
    memories: list[Any] = []
    for n, stack in enumerate(scene.shape.contracts):
        old = scene.state.memory[n]
        if says(stack, "after"):
            by_leg = tuple(ratio(paid[rows], owed[rows], 1.0) * due[rows] for rows in stack.legs)
            new = formulas_of(stack, "after", scene.terms[n], scene.paths, sight[n], old, by_leg)
            old = only_where(scene.active[stack.rows], new, old)
        memories.append(old)
    return tuple(memories)


def remaining(scene: Scene, sight: Sight, drawn: PerContract, memory: tuple[Any, ...]) -> Any:
    """[contract, path] USD that each payer is still bound to pay after this month, by the contracts that bind somebody.

    Given what was drawn and the memory after it; of a contract that is not in force yet, after the month before the
    first one in which it is.
    """
    rows = [jnp.zeros((0, scene.paths))]
    for n, stack in binding(scene.shape):
        begins = scene.setting.in_force_from[stack.rows]
        month = jnp.where(begins < NEVER, jnp.maximum(scene.month, jnp.ceil(begins) - 1.0), scene.month)
        # What is planned was found for this month, and by the memory before it.
        now = sight[n]._replace(month=month, drawn=drawn[stack.rows], agenda=None)
        left = call(stack, "remaining", scene.terms[n], scene.paths, now, memory[n])
        fallen = seen_by(scene.setting.ties.payer.part(stack.rows), scene.has_failed)
        is_bound = scene.stands[stack.rows] & (begins < NEVER) & (fallen == 0.0)
        rows.append(only_where(is_bound, left))
    return jnp.concatenate(rows)


def forgone(scene: Scene) -> Any:
    """[contract, path] the same, at the end of last month, of those that the failure of their payer has just ended.

    Of one who was restructured, the part that it does not keep.
    """
    lost = [jnp.zeros((0, scene.paths))]
    for _, stack in binding(scene.shape):
        payer = scene.setting.ties.payer.part(stack.rows)
        fallen = seen_by(payer, scene.has_just_failed) > 0.0
        lost.append(jnp.where(fallen & ~scene.stands[stack.rows], 1.0, 0.0))
        if scene.shape.has_restructuring and kind_of(stack).scaled:
            is_new = scene.state.standing.rescue.restructured == scene.month
            lost[-1] = lost[-1] + seen_by(payer, jnp.where(is_new, 1.0 - scene.party["keeps"], 0.0))
    return scene.state.remaining * jnp.concatenate(lost)


def binding(shape: Shape) -> Iterator[tuple[int, StackShape]]:
    """The stacks whose contracts bind somebody to what is still to be paid, with their numbers."""
    for n, stack in enumerate(shape.contracts):
        if says(stack, "remaining"):
            yield n, stack


def lending(shape: Shape) -> Iterator[tuple[int, StackShape]]:
    """The stacks under which principal falls due, with their numbers."""
    for n, stack in enumerate(shape.contracts):
        if any(leg.purpose is Purpose.principal and wave_of(leg) == BILLED for leg in kind_of(stack).legs):
            yield n, stack


def supplying(shape: Shape) -> Iterator[tuple[int, StackShape]]:
    """The stacks whose contracts supply compute, with their numbers."""
    for n, stack in enumerate(shape.contracts):
        if stack.stage <= SUPPLY:
            yield n, stack


def losses(scene: Scene, sight: Sight, profit: Profit | None, memory: tuple[Any, ...]) -> Any:
    """[contract, path] USD of losses carried forward once the books of this month are closed, where profit is taxed."""
    rows = [jnp.zeros((0, scene.paths))]
    if profit is None:
        return rows[0]
    sight = payers_see(scene, sight, **profit._asdict())
    for n, stack in taxing(scene.shape):
        now = sight[n]._replace(month=scene.month + 1.0)
        closed = call(stack, "after", scene.terms[n], scene.paths, now, memory[n], (0.0,) * len(stack.legs))
        rows.append(jnp.where(scene.active[stack.rows], closed.losses, memory[n].losses))
    return jnp.concatenate(rows)


def taxing(shape: Shape) -> Iterator[tuple[int, StackShape]]:
    """The stacks whose contracts tax profit, with their numbers."""
    for n, stack in enumerate(shape.contracts):
        if kind_of(stack).taxes_profit:
            yield n, stack


def shares_held(scene: Scene, memory: tuple[Any, ...]) -> Any:
    """[contract, path] shares of the payee that the contracts which buy shares have bought."""
    return jnp.concatenate([jnp.zeros((0, scene.paths)), *(memory[n].shares for n, _ in buying(scene.shape))])


def buying(shape: Shape) -> Iterator[tuple[int, StackShape]]:
    """The stacks whose contracts buy shares, with their numbers."""
    for n, stack in enumerate(shape.contracts):
        if stack.buys_shares:
            yield n, stack


def parties_of(tie: Tie, stacks: Iterable[tuple[int, StackShape]]) -> Tie:
    """The parties of the contracts of some stacks."""
    none = jnp.zeros(0, tie.group.dtype)
    return Tie(jnp.concatenate([none, *(tie.group[stack.rows] for _, stack in stacks)]), tie.groups)
