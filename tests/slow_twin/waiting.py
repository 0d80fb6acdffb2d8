"""Bills that fall due later, and claims on those who cannot grant all of them."""

import math
from typing import Any

from slow_twin.contracts import Leg
from slow_twin.triggers import NEVER


def put_off(leg: Leg, waits: float, longest: int, *, is_over: bool) -> None:
    """This month's bill falls due some months later; all bills at once if who owes them has failed."""
    leg.billed = leg.due
    leg.later = after_a_bill(leg.later, leg.billed, waits, longest)
    if is_over:
        leg.due, leg.later = sum(leg.later), []
    else:
        leg.due = leg.later.pop(0)


def after_a_bill(later: list[float], billed: float, waits: float, longest: int) -> list[float]:
    """What falls due by months from now, after one more bill; a part of a month is a part of the bill."""
    waits = min(waits, longest)
    queue = [*later, *[0.0] * (longest + 2 - len(later))]
    whole = math.floor(waits)
    queue[whole] += billed * (1 - (waits - whole))
    queue[whole + 1] += billed * (waits - whole)
    return queue


def as_ever(billed: float, waits: float, longest: int) -> list[float]:
    """What falls due where the same was billed in every month before."""
    later: list[float] = []
    for _ in range(longest + 1):
        later = after_a_bill(later, billed, waits, longest)[1:]
    return later


def no_more_than(end: str, limits: dict[str, float], asked: list[Any]) -> list[Any]:
    """Of what is asked, the same share of each claim on one who cannot grant them all."""
    totals: dict[str, float] = {}
    for _, leg, amount in asked:
        totals[getattr(leg, end)] = totals.get(getattr(leg, end), 0.0) + amount
    share = {name: min(limits.get(name, NEVER) / total, 1.0) if total > 0 else 1.0 for name, total in totals.items()}
    return [(each, leg, amount * share[getattr(leg, end)]) for each, leg, amount in asked]
