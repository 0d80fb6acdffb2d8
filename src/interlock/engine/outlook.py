"""What a party will need over its horizon: what is due and planned, less what it expects to receive (method §5)."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.contracts.contract import FINANCING, PAYER, Purpose, Rank
from interlock.engine.promises import Sight, binding, lending
from interlock.engine.rules import call
from interlock.engine.scene import Scene
from interlock.engine.state import Past, State
from interlock.engine.ties import RUNNING, SALES, booked
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerContract, PerLeg, PerParty
from interlock.ground.last_months import added_up, oldest, with_latest
from interlock.ground.sums import once, seen_by, summed
from interlock.program.shape import INSIDE, kind_of, says

YEAR = 12
"""Months."""

MOST_GROWTH = 20.0
"""Growth in a year beyond twentyfold, up or down, is that of a start from nothing and says nothing of the next year."""

NOTHING = 1e-9
"""Of the sales a year later, or earlier: so little were no sales, and no growth is counted from or to them."""


class Outlook(NamedTuple):
    """How each party sees the months to come, from the end of last month."""

    net: PerParty
    """USD that it will pay over its horizon, less what it will receive, what is promised to it apart."""
    coming: PerParty
    """USD that is promised to it: equity and loans."""
    gap: PerParty
    """USD that it needs beyond what is promised to it, its floor included; never below zero."""
    growth: PerParty
    """Of its sales over the last twelve months, as a natural logarithm."""


def funders_see(scene: Scene, sight: Sight, past: Past, outlook: Outlook) -> Sight:
    """The same sight, and what kinds that look ahead see of the future of their payee."""
    payee = scene.setting.ties.payee
    known = {
        "shares_before": oldest(past.shares, scene.month),
        "horizon": scene.party["horizon"],
        "gap": outlook.gap,
        "payee_cash": scene.state.cash,
        "payee_growth": jnp.expm1(outlook.growth),
    }
    return tuple(
        now._replace(**{name: seen_by(payee.part(stack.rows), rows) for name, rows in known.items()})
        if kind_of(stack).looks_ahead
        else now
        for stack, now in zip(scene.shape.contracts, sight, strict=True)
    )


def look_ahead(scene: Scene, sight: Sight, past: Past, horizon: PerParty) -> Outlook:
    """What each party needs over so many months."""
    state, sales, before = scene.state, scene.state.sales, oldest(past.sales, scene.month)
    grown = jnp.clip(ratio(sales, before, 1.0), 1.0 / MOST_GROWTH, MOST_GROWTH)
    is_something = (sales > NOTHING * before) & (before > NOTHING * sales)
    growth = jnp.where(is_something, jnp.log(grown), 0.0)
    pace = scene.party["persistence"] * growth / YEAR
    # As many months like the last ones as the horizon comes to where everything grows.
    months = jnp.where(jnp.abs(pace) > 1e-9, jnp.expm1(pace * horizon) / jnp.where(pace == 0.0, 1.0, pace), horizon)
    bound, other, received = (sum(last) / len(last) for last in (past.bound, past.other, past.received))
    promised, serviced, coming = _falling_due(scene, sight, horizon)
    arrears = summed(scene.setting.ties.legs.payer.part(slice(scene.shape.bills)), state.standing.arrears)
    spends = jnp.maximum(bound * months, promised) + other * months + serviced + arrears
    net = spends - (received + added_up(past.settled) / len(past.settled)) * months
    gap = jnp.maximum(net - coming + scene.party["floor"], 0.0)
    return Outlook(*once((net, coming, gap, growth)))


def _falling_due(scene: Scene, sight: Sight, horizon: PerParty) -> tuple[PerParty, PerParty, PerParty]:
    """USD that falls due within the horizon of who pays it, under contracts that bind and of debt; and funds coming."""
    ties, found = scene.setting.ties, dict.fromkeys(("promised", "serviced", "coming"), jnp.zeros_like(horizon))
    is_signed = scene.setting.links["is_signed"][:, None] > 0.0
    for n, stack in enumerate(scene.shape.contracts):
        # What counts toward another contract is promised under that one.
        if stack.stage == INSIDE or not (says(stack, "remaining") or says(stack, "falls_due")):
            continue
        legs = kind_of(stack).legs
        will_be = scene.active[stack.rows] | (scene.stands[stack.rows] & is_signed[stack.rows])
        # Who plans with it: who is billed first, or is funded.
        plans = ties.payer if legs[0].pays == PAYER and legs[0].rank is not Rank.subscription else ties.payee
        months = seen_by(plans.part(stack.rows), horizon)
        eve = sight[n]._replace(month=scene.month - 1.0)
        falls = call(stack, "falls_due", scene.terms[n], scene.paths, eve, scene.state.memory[n], months)
        for leg, places, amount in zip(legs, stack.legs, falls, strict=True):
            owed = jnp.where(will_be, amount, 0.0)
            if leg.rank is Rank.subscription:
                # Who funds somebody does so from what is spare: nobody plans for it.
                found["coming"] += summed(ties.legs.payee.part(places), owed)
            else:
                what = "serviced" if leg.purpose in {Purpose.interest, Purpose.principal} else "promised"
                found[what] += summed(ties.legs.payer.part(places), owed)
    promised, serviced, coming = (once(rows) for rows in found.values())
    return promised, serviced, coming


def maturing(scene: Scene, sight: Sight, drawn: PerContract, memory: tuple[Any, ...]) -> Any:
    """[party, path] USD of debt that falls due within a year after this month; no rows where nobody lends."""
    found = jnp.zeros((0, scene.paths))
    for n, stack in lending(scene.shape):
        now = sight[n]._replace(drawn=drawn[stack.rows])
        falls = call(stack, "falls_due", scene.terms[n], scene.paths, now, memory[n], YEAR)
        for leg, places, amount in zip(kind_of(stack).legs, stack.legs, falls, strict=True):
            if leg.purpose is Purpose.principal and leg.rank is not Rank.subscription:
                owed = jnp.where(scene.active[stack.rows], amount, 0.0)
                found = summed(scene.setting.ties.legs.payer.part(places), owed) + (found if found.size else 0.0)
    return once(found)


def passed_on(scene: Scene, now: tuple[Any, Any], paid: PerLeg) -> Past | None:
    """What is remembered of the past after the month; `now` is what was spent and received in it, by account."""
    past, state = scene.state.past, scene.state
    if past is None:
        return None
    spent, received = (booked(books, SALES, RUNNING) for books in now)
    legs, bound, made_good, settled = scene.setting.ties.legs, *(jnp.zeros_like(spent),) * 3
    for _, stack in binding(scene.shape):
        for leg, places in zip(kind_of(stack).legs, stack.legs, strict=True):
            if leg.settles:
                made_good = made_good + summed(legs.payer.part(places), paid[places])
                settled = settled + summed(legs.payee.part(places), paid[places])
            elif leg.pays == PAYER and leg.purpose not in FINANCING:
                bound = bound + summed(legs.payer.part(places), paid[places])
    return Past(
        sales=with_latest(past.sales, scene.month, state.sales),
        shares=with_latest(past.shares, scene.month, state.shares),
        bound=(bound, *past.bound[:-1]),
        other=(spent - bound - made_good, *past.other[:-1]),
        received=(received - settled, *past.received[:-1]),
        settled=with_latest(past.settled, scene.month, settled),
    )


def long_ago(blank: PerParty) -> Past:
    """Before anything is known."""
    months = (blank,) * 3
    year = jnp.stack([blank] * YEAR)
    return Past(year, jnp.ones_like(year[1:]), months, months, months, year)


def before_the_run(rehearsed: State, past_growth: PerParty) -> Past | None:
    """The past as it was in the month before the run, and sales that grew towards it as the book says."""
    past = rehearsed.past
    if past is None:
        return None
    pace = jnp.log1p(jnp.maximum(past_growth, -0.999_999)) / YEAR
    sales = jnp.stack([rehearsed.sales * jnp.exp(-months * pace) for months in range(YEAR, 0, -1)])
    # No shares are issued before the run.
    return Past(
        sales=sales,
        shares=jnp.ones_like(past.shares),
        bound=(past.bound[0],) * 3,
        other=(past.other[0],) * 3,
        received=(past.received[0],) * 3,
        settled=jnp.zeros_like(past.settled),
    )
