"""Random books of those who build: clouds that buy scarce chips for their customers. Small, and of one shape."""

import json
from pathlib import Path

from slow_twin.random_world import Dice, Entry

START, MONTHS = "2026-01", 30
CLOUDS, BUYERS = ("cloud-a", "cloud-b"), ("lab", "fund", "customers")


def random_builders(seed: int) -> Entry:
    """The book with this number, as it would be written."""
    dice = Dice(seed + 5_000_000)
    contracts = {f"promise-{n}": _commitment(dice, n) for n in range(3)}
    contracts["inner"] = _commitment(dice, 3) | {
        "payer": contracts["promise-1"]["payer"],
        "inside": "deals.promise-1.promise-1",
    }
    for n in (0, 2):
        contracts[f"promise-{n}"] |= {"payee": CLOUDS[n // 2], "site": f"site-{n // 2}"}
    # By power at the meter of a site that is built for it.
    contracts["promise-1"] |= {"payee": CLOUDS[0], "site": "site-3", "power": dice.number(3, 30, "MW")}
    contracts["promise-1"] |= {"power_price": dice.number(8, 14, "B USD/GW-year")}
    del contracts["promise-1"]["capacity"], contracts["promise-1"]["price"]
    contracts |= {f"chips-{n}": _supply(dice, n) for n in range(5)}
    contracts["chips-5"] = _supply(dice, 2) | {"payer": "lab", "share_of_orders": "0 %"}
    return {
        "book": {"title": f"Builders {seed}", "as_of": "2026-01-01", "start": START, "months": MONTHS},
        "parties": _parties(dice),
        "chips": _chips(dice),
        "sites": {f"site-{n}": _site(dice, n) for n in range(4)},
        "drivers": {
            "yield": {"kind": "mean-reverting", "level": "80 %", "mean": "90 %", "half_life": "6 months"}
            | {"volatility": "30 to 60 %", "low": "0 %"},
            "electricity": {"kind": "mean-reverting", "level": "50 USD/MWh", "mean": "40 to 80 USD/MWh"}
            | {"half_life": "6 months", "volatility": "10 USD/MWh", "trend": "-20 to 10 %/year"},
            "index": {"kind": "geometric-brownian", "level": "1", "drift": "-10 %/year", "volatility": "20 %"},
        },
        "segments": {
            "apps": {
                "spend": dice.number(0.2, 2, "B USD/year", always_uncertain=True),
                "elasticity": dice.number(0.8, 1.5, "", always_uncertain=True),
                "patience": "4 months",
                "frontier": "index",
                "shares": {"lab": dice.share(20, 80, always_uncertain=True)},
            }
        },
        "deals": {
            name: {"announced": "2025-12-10", "status": "signed", "contracts": {name: contract}}
            | ({"completes": dice.number(0.5, 8, "months")} if dice.often(0.2) else {})
            for name, contract in contracts.items()
        },
    }


def write_builders(seed: int, folder: Path) -> Path:
    """The book with this number in a file; every JSON document is YAML."""
    file = folder / f"builders-{seed}.yaml"
    file.write_text(json.dumps(random_builders(seed)), encoding="utf-8")
    return file


def _parties(dice: Dice) -> Entry:
    clouds = {
        name: {
            "roles": ["cloud"],
            "cash": dice.number(1, 900 * dice.wealth, "M USD", always_uncertain=True),
            "fleet": dice.number(0.01, 20, "k H100e", always_uncertain=True),
            "grace": dice.one_of("0 months", "2 months"),
            "flows": {
                "costs": {
                    "amount": dice.number(1, 300, "M USD/year", always_uncertain=True),
                    "per_unit": dice.number(0.01, 0.2, "USD/H100e-hour", always_uncertain=True),
                }
            },
        }
        for name in CLOUDS
    }
    return clouds | {
        "lab": {
            "roles": ["lab"],
            "cash": dice.number(100, 900 * dice.wealth, "M USD", always_uncertain=True),
            "fleet": dice.number(0.01, 3, "k H100e", always_uncertain=True),
            "own_cost": "0.4 USD/H100e-hour",
            "in_fp8": dice.share(10, 60, always_uncertain=True),
            "in_fp4": dice.share(5, 30, always_uncertain=True),
            "releases": "4 months",
            "margin": "40 %",
            "training": "50 %",
            "compute_price": "2 USD/H100e-hour",
        },
        "fund": {"roles": ["investor"], "cash": dice.number(100, 900 * dice.wealth, "M USD", always_uncertain=True)},
        "maker": {"roles": ["chipmaker"], "flows": {"goods": {"amount": "1 M USD/year", "of_sales": "0.3"}}},
        "other-maker": {"roles": ["chipmaker"], "flows": {"goods": {"amount": "1 M USD/year", "of_sales": "1.1"}}},
    }


def _chips(dice: Dice) -> Entry:
    """One generation that is not there yet and short at first, and one of which there may be enough."""
    always = {"always_uncertain": True}
    months = [dice.month(first, first + 2) for first in (-3, 4, 9)]
    return {
        "new": {
            "maker": "maker",
            "bf16": dice.number(1, 5, "PFLOP/s", **always),
            "fp4": dice.number(4, 30, "PFLOP/s", **always),
            "serving": dice.number(1, 12, "H100e", **always),
            "price": dice.number(20, 60, "k USD/chip", **always),
            "power": dice.number(1, 4, "kW/chip", **always),
            "ships": dice.moment(**always),
            "supply": dice.number(20, 3000, "chips/month", **always),
            "profile": {month: f"{dice.random.uniform(5, 100):.4g} %" for month in months},
            "yields": "yield",
            "price_growth": dice.number(-40, -5, "%/year", **always),
            "life": dice.number(12, 40, "months", **always),
        },
        "old": {
            "maker": dice.one_of("maker", "other-maker"),
            "bf16": "989 TFLOP/s",
            "fp8": "2.5 PFLOP/s",
            "price": dice.number(10, 30, "k USD/chip"),
            "power": dice.number(1, 2, "kW/chip"),
            "supply": dice.number(100, 20000, "chips/month"),
            "index": "index",
        },
    }


def _commitment(dice: Dice, n: int) -> Entry:
    always = {"always_uncertain": n in {0, 3}}
    return {
        "kind": "compute-commitment",
        "payer": dice.one_of(*BUYERS),
        "payee": dice.one_of(*CLOUDS, *CLOUDS, *CLOUDS, *CLOUDS, "suppliers"),
        "capacity": dice.number(3, 30, "k H100e", **always),
        "term": dice.number(8, 30, "months", **always),
        "price": dice.number(1, 4, "USD/H100e-hour", **always),
        "start": dice.moment(**always),
        "ramp": dice.number(1, 14, "months", **always),
        "true_up": "6 months",
        "remedy": dice.share(1, 40, **always),
        "additionality": dice.share(20, 100, **always),
        "lead": dice.one_of("0 months", "1 month", "3.5 months"),
        "delay": dice.number(0, 5, "months", **always),
    }


def _site(dice: Dice, n: int) -> Entry:
    """Two with phases, of a cloud each, one without, of the first, and one that is built for its tenants."""
    always = {"always_uncertain": True}
    own = {
        "power": dice.number(5, 40, "MW", **always),
        "delay": dice.number(0.2, 8, "months", **always),
        "lead": dice.number(0, 6, "months", **always),
    }
    months = sorted({dice.month(first, first + 3) for first in (-4, 1, 6)})
    phases = [dice.random.uniform(0.05, 0.33) for _ in months]
    return {
        "owner": "lab" if n == 2 else CLOUDS[n % 2 if n < 3 else 0],
        "chips": ("new", "new", "old", "new")[n],
        **(own if n < 3 else {}),
        **({"start": dice.moment(**always)} if n == 2 else {}),
        **({"profile": {m: f"{100 * sum(phases[: k + 1]):.4g} %" for k, m in enumerate(months)}} if n < 2 else {}),
        "pue": dice.number(1.3, 1.8, "x", **always),
        "construction": dice.number(2, 20, "months", **always),
        "shell": dice.number(1, 15, "B USD/GW", **always),
        "electricity": "electricity" if n != 1 else "30 to 90 USD/MWh",
        "load": dice.share(40, 95, **always),
        "running": dice.number(50, 300, "M USD/GW-year", **always),
        "availability": dice.share(60, 95, **always),
        "refresh": dice.one_of("0 %", "100 %", "60 %") if n else "30 to 90 %",
    }


def _supply(dice: Dice, n: int) -> Entry:
    """Two for each cloud that share its orders, and one of chips of which nobody says how many there are."""
    share = 70 if n < 2 else 30
    return {
        "kind": "chip-supply",
        "payer": CLOUDS[n % 2] if n < 4 else dice.one_of(*CLOUDS, "suppliers"),
        "payee": dice.one_of("maker", "maker", "other-maker"),
        **({"price": dice.number(5, 30, "k USD/H100e", always_uncertain=True)} if n in {1, 4} else {}),
        **({"chip": ("new", "new", "old", "new")[n]} if n < 4 else {}),
        **({"priority": dice.one_of("open", "long-term")} if n < 4 else {}),
        **({"share_of_sites": f"{share} %"} if n in {1, 3} else {}),
        "share_of_orders": f"{share} %" if n < 4 else "0 %",
        "index": "index" if n == 0 else "0.9",
        "units": dice.number(10, 900, "H100e/month", always_uncertain=True),
        "start": dice.moment(always_uncertain=True),
        "term": dice.number(2, 20, "months", always_uncertain=True),
        "deposit": dice.share(1, 60, always_uncertain=True),
        "notice": {"given": (dice.month(3, 20), {"when": "sites.site-0.powered", "at_least": "4 MW"})[n % 2]},
    }
