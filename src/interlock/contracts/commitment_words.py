"""What a commitment to buy compute says of a month: its use and price, its account, what was never delivered."""

from __future__ import annotations

from typing import Any

from interlock.contracts.commitment_plan import Plan
from interlock.contracts.contract import Now
from interlock.ground.amounts import h100e, hourly, share, usd
from interlock.ground.arrays import maximum
from interlock.ground.units import H100e, Months, Usd

ROUNDING = 1e-9
"""Of the minimums: what lacks less is not short."""


def of_use(plan: Plan, now: Now, reserved: H100e) -> str:
    """How much is used of what is there and was `reserved`, and its price."""
    if reserved <= 0.0 and now.used <= 0.0:
        return ""
    undelivered = "" if now.delivered >= reserved * (1.0 - ROUNDING) else f", {h100e(reserved)} reserved"
    price = hourly(plan.price(now.month)) + _as_changed(plan, now.month)
    return f"use: {h100e(now.used)} of {h100e(now.delivered)} delivered{undelivered}, at {price}"


def _as_changed(plan: Plan, month: Months) -> str:
    if plan.renewed.since <= month:
        return " as renewed"
    return " as renegotiated" if plan.since <= month else ""


def of_true_up(plan: Plan, now: Now, account: Any, top_up: Usd) -> str:
    """What of the minimum was used since the last settlement, and what is carried on."""
    if not plan.is_true_up(now.month) or account.minimums + account.charges <= 0.0:
        return ""
    used = "no minimum,"
    if account.minimums > 0.0:
        used = f"{share(account.charges / account.minimums)} of the minimum"
    inner = f" ({usd(now.within_charges)} this month under contracts inside it)" if now.within_charges > 0.0 else ""
    carried = maximum(account.credit + account.charges - account.minimums, 0.0)
    onward = f"; credit of {usd(carried)} carried on" if top_up <= 0.0 and carried > 0.0 else ""
    return (
        f"true-up: {used} used since the last one; minimum {usd(account.minimums)}, charges "
        f"{usd(account.charges)}{inner}, credit {usd(account.credit)}{onward}"
    )


def of_lapse(plan: Plan, now: Now, account: Any) -> str:
    """What was not delivered by the outside date."""
    if not plan.is_over(now.month) or account.undelivered <= ROUNDING * plan.full_rate(now.month):
        return ""
    remedy = f"the remedy is {share(plan.of.remedy)} of it" if plan.of.remedy > 0.0 else "it lapses"
    return f"outside date: {usd(account.undelivered)} were never delivered, {remedy}"
