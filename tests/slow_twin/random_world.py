"""The parties and drivers of a random book, and the dice that all of it is drawn with."""

import random
from typing import Any

LABS, CLOUDS, MAKERS = ("lab-a", "lab-b"), ("cloud-a", "cloud-b"), ("maker-a", "maker-b")

GROUP = "maker-b"
"""A lab and a chipmaker in one party."""

Entry = dict[str, Any]
"""A piece of a book, as it would be written."""


class Dice:
    """The chance behind one book."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.wealth = self.random.choice((0.02, 0.2, 0.5, 1.0, 3.0))
        """Of everybody: poor worlds fail, rich ones pay dividends."""
        self.apart = self.random.choice((*LABS, GROUP))
        """The lab whose customers do not choose: it has a revenue of its own; the others stand in segments."""

    def one_of(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def often(self, chance: float) -> bool:
        return self.random.random() < chance

    def number(self, low: float, high: float, unit: str, *, always_uncertain: bool = False) -> str:
        """A figure: certain, or a range."""
        value = self.random.uniform(low, high)
        if always_uncertain or self.often(0.3):
            ends = sorted((0.8 * value, 1.2 * value))
            return f"{ends[0]:.7g} to {ends[1]:.7g} {unit}"
        return f"{value:.7g} {unit}"

    def share(self, low: float, high: float, *, always_uncertain: bool = False) -> str:
        value = self.random.uniform(low, high)
        if always_uncertain or self.often(0.3):
            return f"{0.8 * value:.7g} to {min(1.1 * value, 99.0):.7g} %"
        return f"{value:.7g} %"

    def month(self, first: int, last: int) -> str:
        month = self.random.randint(first, last)
        return f"{2026 + month // 12}-{month % 12 + 1:02d}"

    def moment(self, *, always_uncertain: bool = False) -> str:
        """A calendar month, or a lag that may be a fraction of one."""
        if always_uncertain or self.often(0.4):
            return self.number(0.5, 9.0, "months", always_uncertain=always_uncertain)
        return self.month(-4, 12)


def parties(dice: Dice) -> dict[str, Entry]:
    """Two labs, two clouds, two chipmakers, a fund, and a bank that may have no budget."""
    parties: dict[str, Entry] = {name: _lab(dice, n) for n, name in enumerate(LABS)}
    for n, name in enumerate(CLOUDS):
        parties[name] = {
            "roles": ["cloud"],
            "cash": _cash(dice, 2),
            "fleet": dice.number(2, 60, "k H100e", always_uncertain=n == 0),
            "flows": {"power": _flow(dice, "power"), "tax": _flow(dice, "tax", to="government")},
        }
    for name in MAKERS:
        parties[name] = {"roles": ["chipmaker"], "cash": _cash(dice, 1), "flows": {"goods": _flow(dice, "goods")}}
    parties[GROUP] |= {**_models(dice, 2), "roles": ["chipmaker", "lab"], "margin": dice.share(10, 90)}
    parties[GROUP] |= {"training": dice.share(5, 60), "compute_price": dice.number(1, 3, "USD/H100e-hour")}
    parties[dice.apart] |= {"revenue": dice.number(100, 1200, "M USD/year", always_uncertain=True)}
    parties[dice.apart] |= {"demand": dice.one_of("demand-a", "demand-b")}
    parties["fund"] = {
        "roles": ["investor"],
        "cash": _cash(dice, 3),
        "stakes": {"lab-a": dice.share(1, 30)},
        "flows": {
            "receipts": _flow(dice, "other-business", **{"from": "customers"}),
            "costs": _flow(dice, "other-business", to="maker-a"),
        },
    }
    if dice.often(0.5):
        parties["bank"] = {"roles": ["lender"], "cash": _cash(dice, 1), "floor": "1 M USD"}
    else:
        parties["bank"] = {"roles": ["lender"]}
    for party in parties.values():
        party["grace"] = dice.one_of("0 months", "1 month", "2 months", "3 months")
    return {name: party | _after_failure(dice, name) for name, party in parties.items()}


def chips(dice: Dice) -> dict[str, Entry]:
    """Two generations: one that is not there yet and short at first, and one of which there may be enough."""
    dates = {dice.month(first, first + 2): dice.share(5, 90).split(" to ")[0] for first in (-3, 4, 9)}
    return {
        "new": {
            "maker": dice.one_of(*MAKERS, "suppliers"),
            "bf16": dice.number(1, 5, "PFLOP/s", always_uncertain=True),
            "price": dice.number(20, 60, "k USD/chip", always_uncertain=True),
            "power": dice.number(1, 4, "kW/chip", always_uncertain=True),
            "ships": dice.moment(always_uncertain=True),
            "supply": dice.number(20, 3000, "chips/month", always_uncertain=True),
            "profile": {month: f"{level.rstrip(' %')} %" for month, level in dates.items()},
            "yields": "mood",  # at times below zero: nothing is made
            "price_growth": dice.number(-40, -5, "%/year", always_uncertain=True),
            "life": dice.number(12, 40, "months", always_uncertain=True),
        },
        "old": {
            "maker": dice.one_of(*MAKERS),
            "bf16": "989 TFLOP/s",
            "price": dice.number(10, 30, "k USD/chip"),
            "power": dice.number(1, 2, "kW/chip"),
            "supply": dice.number(100, 20000, "chips/month"),
            "yields": dice.number(0.5, 1, "", always_uncertain=True),
            "index": "chip-index",
        },
    }


def _after_failure(dice: Dice, name: str) -> Entry:
    """Labs and clouds may be saved; whoever has no need to be costs something in the end."""
    always = {"always_uncertain": name == LABS[0]}
    costs = {"default_costs": dice.share(1, 60, **always)} if name not in {*CLOUDS, "bank"} else {}
    if name not in {*LABS, *CLOUDS}:
        return costs
    moves = {"customers_move": dice.share(1, 99, **always)} if name in LABS else {}
    return {
        **costs,
        **moves,
        "restructured": dice.one_of("20 %", "60 %"),
        "keeps": dice.share(1, 90, **always),
        "creditors_get": dice.one_of("100 %", dice.share(1, 99)) if name != LABS[0] else dice.share(1, 99, **always),
        "acquired": dice.one_of("20 %", "60 %"),
        "acquirer": dice.one_of("capital-markets", "fund", *MAKERS),
        "owners_get": dice.one_of("0 %", dice.share(1, 60)) if name != LABS[0] else dice.share(1, 60, **always),
    }


def _lab(dice: Dice, n: int) -> Entry:
    """Two, of which one is all uncertain."""
    always = {"always_uncertain": n == 0}
    return {
        "roles": ["lab"],
        "cash": _cash(dice, 1, **always),
        "floor": dice.number(1, 40, "M USD", **always),
        **_models(dice, n),
        "margin": "margin" if n == 0 else dice.share(20, 80, always_uncertain=True),
        "horizon": dice.number(5, 24, "months", **always),
        "cuts_below": dice.number(2, 20, "months", **always),
        "slowdown": dice.number(1, 60, "%/year", **always),
        "persistence": dice.share(20, 90, **always),
        "past_growth": dice.number(1, 200, "%/year", **always),
        "training": "training" if n == 0 else dice.share(5, 80, always_uncertain=True),
        "compute_price": dice.number(1, 3, "USD/H100e-hour", **always),
        "flows": {"staff": _flow(dice, "staff", always_uncertain=n == 0), "selling": _flow(dice, "fee")},
    }


def _models(dice: Dice, n: int) -> Entry:
    """What a lab trains with, and how often it releases a model."""
    always = {"always_uncertain": n == 0}
    return {
        "serving_efficiency": ("chip-index", "0.7 to 1.5", dice.one_of("chip-index", "demand-b"))[n],
        "training_efficiency": ("demand-a", "0.9 to 1.6", dice.one_of("demand-a", "1.3"))[n],
        "utilisation": dice.share(15, 60, **always),
        "in_one_run": dice.share(10, 90, **always),
        "run": dice.number(1, 6, "months", **always),
        "releases": dice.number(0.6, 9, "months", **always),
        **(
            {
                "own_fleet": dice.number(1, 20, "k H100e", **always),
                "own_cost": dice.one_of("0 USD/H100e-hour", "0.6 USD/H100e-hour") if n else "0.2 to 3 USD/H100e-hour",
            }
            if n != 1
            else {}
        ),
        **(
            {"last_run": dice.number(1, 9, "", **always).strip().replace(" to ", "e23 to ") + "e23 FLOP"}
            if n != 1
            else {}
        ),
    }


def segments(dice: Dice) -> dict[str, Entry]:
    """Two, in which the same two labs have shares."""
    labs = [name for name in (*LABS, GROUP) if name != dice.apart]
    return {name: _segment(dice, n, labs) for n, name in enumerate(("coding", "office"))}


def _segment(dice: Dice, n: int, labs: list[str]) -> Entry:
    """One of which all is uncertain, and one that leaves the price outside to be as the labs'."""
    always = {"always_uncertain": n == 0}
    outside = {"outside_price": dice.one_of("chip-index", "0.8")} if n == 0 else {}
    return {
        "spend": dice.number(200, 2400, "M USD/year", **always),
        "demand": ("demand-a", "demand-b")[n],
        "elasticity": dice.number(0, 2, "", **always).strip(),
        "quality": dice.number(0.01, 1.5, "", **always).strip(),
        "price": dice.number(0.01, 2, "", **always).strip(),
        "patience": dice.number(0.5, 20, "months", **always),
        "spread": dice.share(1, 90, **always),
        "frontier": ("demand-b", "0.8 to 3")[n],
        "open_weights": ("margin", dice.share(1, 60, always_uncertain=True))[n],
        "press": dice.share(1, 90, **always),
        "shares": {lab: dice.share(5, 45, **always) for lab in labs},
        **outside,
    }


def _cash(dice: Dice, scale: float, **always: bool) -> str:
    return dice.number(1 * dice.wealth * scale, 600 * dice.wealth * scale, "M USD", **always)


def _flow(dice: Dice, purpose: str, *, always_uncertain: bool = False, **terms: Any) -> Entry:
    always = {"always_uncertain": always_uncertain}
    return {
        "purpose": purpose,
        "amount": dice.number(0.1, 90, "M USD/year", **always),
        "growth": dice.number(1, 60, "%/year", **always),
        "index": "demand-b",
        "planned": "chip-index",
        "response": dice.number(0.1, 0.9, "", **always),
        "of_sales": f"{dice.random.uniform(0, 0.4):.4g}" if not always_uncertain else "0.05 to 0.3",
        "per_unit": dice.number(0.01, 0.3, "USD/H100e-hour", **always),
        "per_order": dice.number(100, 6000, "USD/H100e", **always),
        "cuttable": dice.share(5, 90, **always),
        "start": dice.moment(**always),
        "term": dice.number(6, 40, "months", **always),
        **terms,
    }


def drivers(dice: Dice) -> dict[str, Entry]:
    """One of each make; what is uncertain is the same in every book."""
    return drivers_of_labs(dice) | drivers_of_markets(dice)


def drivers_of_labs(dice: Dice) -> dict[str, Entry]:
    """What customers want, and what serving them takes."""
    return {
        "demand-a": {
            "kind": "growth",
            "level": "0.9 to 1.2",
            "growth": "10 to 200 %/year",
            "long_run": "5 %/year",
            "half_life": dice.number(6, 30, "months", always_uncertain=True),
            "volatility": "10 to 40 %",
            "growth_volatility": "5 to 30 %",
        },
        "demand-b": {
            "kind": "geometric-brownian",
            "level": "1.0",
            "drift": "-20 to 60 %/year",
            "volatility": "10 to 60 %",
        },
        "margin": {
            "kind": "mean-reverting",
            "level": "30 to 50 %",
            "mean": "40 to 70 %",
            "half_life": "6 to 20 months",
            "volatility": "5 to 30 %",
            "low": "0 %",
            "high": "95 %",
        },
        "training": {
            "kind": "mean-reverting",
            "level": "20 to 60 %",
            "mean": "10 to 30 %",
            "half_life": "12 months",
            "volatility": "5 to 15 %",
            "low": "0 %",
            "high": "200 %",
        },
    }


def drivers_of_markets(dice: Dice) -> dict[str, Entry]:
    """Prices, moods and tables."""
    date = {f"{2026 + t // 12}-{t % 12 + 1:02d}": t for t in (0, 5, 11, 17)}
    return {
        "spot": {
            "kind": "mean-reverting",
            "level": "2 to 2.6 USD/H100e-hour",
            "mean": "1.5 to 2.5 USD/H100e-hour",
            "half_life": "6 to 12 months",
            "volatility": "0.3 to 1 USD/H100e-hour",
            "low": "0.1 USD/H100e-hour",
        },
        "term": {
            "kind": "mean-reverting",
            "level": "1 to 2 USD/H100e-hour",
            "mean": "1 to 2 USD/H100e-hour",
            "half_life": "9 months",
            "volatility": "0.1 to 0.4 USD/H100e-hour",
            "low": "0 USD/H100e-hour",
        },
        "interest": {
            "kind": "mean-reverting",
            "level": "3 to 6 %/year",
            "mean": "4 %/year",
            "half_life": "12 months",
            "volatility": "1 to 3 %/year",
        },
        "mood": {"kind": "mean-reverting", "level": "0", "mean": "0.1", "half_life": "5 months", "volatility": "0.8"},
        "ceiling": {
            "kind": "mean-reverting",
            "level": "1",
            "mean": "1.2",
            "half_life": "5 months",
            "volatility": "0.8",
            "high": "2",
        },
        "appetite": {
            "kind": "regime",
            "states": [
                {"level": "100 %", "stay": "4 to 10 months"},
                {"level": "50 %", "stay": "3 months", "weight": "2"},
                {"level": "0 %", "stay": "2 months"},
            ],
        },
        "worth": {"kind": "geometric-brownian", "level": "5 to 20 B USD", "drift": "0 %/year", "volatility": "60 %"},
        "chip-index": {"kind": "fixed", "steps": {month: f"{dice.random.uniform(0.6, 1.4):.4g}" for month in date}},
        "rates": {
            "kind": "fixed",
            "line": {month: f"{dice.random.uniform(0.6, 1.4):.4g}" for month in date},
            "scale": "0.9 to 1.1",
        },
    }


def markets(dice: Dice) -> dict[str, Entry]:
    """Two: one whose price follows a driver, one with figures throughout."""
    return {
        "rents": {
            "price": "spot",
            "term_price": "term",
            "response": dice.number(0.2, 3, "", always_uncertain=True).strip(),
            "least": dice.number(0.3, 0.9, "x", always_uncertain=True),
            "most": dice.number(1.5, 5, "x", always_uncertain=True),
            "rest_demand": dice.number(1, 200, "k H100e", always_uncertain=True),
            "demand_index": "demand-a",
            "rest_supply": dice.number(1, 200, "k H100e", always_uncertain=True),
            "supply_index": "rates",
        },
        "pawns": {
            "price": "1.5 to 3 USD/H100e-hour",
            "term_price": "1 to 2 USD/H100e-hour",
            "response": dice.number(0.2, 3, "").strip(),
            "rest_demand": dice.number(0, 2, "k H100e"),
            "rest_supply": dice.number(0, 2, "k H100e"),
        },
    }
