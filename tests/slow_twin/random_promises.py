"""Random contracts of the kinds that labs and clouds sign beside those for compute, chips and shares."""

from slow_twin.random_world import CLOUDS, LABS, Dice, Entry


def lease(dice: Dice, n: int) -> Entry:
    """Two handed over at once, two in phases."""
    always = {"always_uncertain": n % 2 == 0}
    tenant = dice.one_of(*CLOUDS, *LABS)
    found: Entry = {
        "kind": "capacity-lease",
        "payer": tenant,
        "payee": dice.one_of(*(name for name in (*CLOUDS, "fund", "bank", "suppliers") if name != tenant)),
        "rent": dice.number(80, 200, "USD/kW-month", **always),
        "power": dice.number(1, 40, "MW", **always),
        "term": dice.number(4, 60, "months", **always),
        "start": dice.moment(**always),
        "delay": dice.number(0.5, 6, "months", **always),
        "escalator": dice.number(-2, 12, "%/year") if n % 2 else dice.number(1, 6, "%/year", **always),
        "notice": {"period": dice.number(0.5, 5, "months", **always)},
    }
    if n >= 2:
        found["profile"] = {
            dice.month(first, first + 2): f"{dice.random.uniform(5, 100):.4g} %" for first in (-4, 1, 5, 12)
        }
    return found


def power(dice: Dice, n: int) -> Entry:
    always = {"always_uncertain": n == 0}
    return {
        "kind": "power-purchase",
        "payer": dice.one_of(*CLOUDS, *LABS),
        "payee": dice.one_of("suppliers", "suppliers", "fund", "bank"),
        "price": dice.number(20, 120, "USD/MWh", **always),
        "power": dice.number(1, 60, "MW", **always),
        "term": dice.number(3, 60, "months", **always),
        "start": dice.moment(**always),
        "escalator": dice.number(1, 6, "%/year", **always),
        "load": ("30 to 90 %", "training", "appetite", dice.share(20, 99))[n],
        "take": dice.share(10, 99, **always),
    }
