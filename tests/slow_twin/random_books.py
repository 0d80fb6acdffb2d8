"""Random books of one shape: as hard on a model as a book can be and still be read.

Every book has the same number of contracts of each kind, terms and triggers in the same places, and figures that are
uncertain in at least one row of each; all else is drawn: who deals with whom, amounts, dates, conditions. So the
program compiles once for all of them.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from typing import Any

from interlock.book.book import Book, Failure, Shock
from slow_twin import random_promises
from slow_twin.random_world import CLOUDS, GROUP, LABS, MAKERS, Dice, Entry, chips, drivers, markets, parties, segments

START, MONTHS = "2026-01", 24
BUYERS = (*LABS, "fund", "customers", GROUP)

SHAPES_OF_TRIGGERS = (
    lambda c: {"all": [{"any": c[:2]}, {"any": c[2:]}]},
    lambda c: {"all": c},
    lambda c: {"any": c},
    lambda c: {"any": [{"all": c[:2]}, {"all": c[2:]}]},
    lambda c: {"any": [{"all": c[:3]}, c[3]]},
    lambda c: {"all": [{"any": c[:3]}, c[3]]},
)
"""Ways to join four conditions. The first two are used in every book: none needs larger tables."""


def random_book(seed: int) -> Entry:
    """The book with this number, as it would be written."""
    dice = Dice(seed)
    contracts = {
        **_commitments(dice),
        **_many(4, "spot", lambda n: _spot(dice, n)),
        **_many(4, "chips", lambda n: _chips(dice, n, dice.random.uniform(20, 80))),
        **_many(4, "shares", lambda n: _equity(dice, n)),
        **_many(4, "cut", lambda n: _revenue_share(dice, n)),
        **_many(4, "dividend", lambda n: _dividend(dice, n)),
        **_many(4, "loan", lambda n: _loan(dice, n)),
        **_many(4, "line", lambda n: random_promises.line(dice, n)),
        **_many(4, "lease", lambda n: random_promises.lease(dice, n)),
        **_many(4, "power", lambda n: random_promises.power(dice, n)),
        **_many(4, "usage", lambda n: random_promises.usage(dice, n)),
        **_many(4, "channel", lambda n: random_promises.channel(dice, n)),
        **_many(4, "together", lambda n: random_promises.together(dice, n)),
        **_many(4, "warrant", lambda n: random_promises.warrant(dice, n)),
        **_many(4, "tax", lambda n: random_promises.tax(dice, n)),
        **_many(4, "rounds", lambda n: random_promises.rounds(dice, n)),
    }
    for name in ("promise-1", "spot-1", "chips-0", "lease-1", "cut-2", "usage-0"):
        contracts[name]["pays_after"] = dice.number(0.3, 3, "months", always_uncertain=name == "spot-1")
    # Drawn up to nearly four months in every book: the queue of bills is part of the shape.
    contracts["chips-1"]["pays_after"] = "3.8 months"
    contracts |= _many(3, "advance", lambda n: random_promises.advance(dice, n, contracts))
    contracts |= _many(2, "backstop", lambda n: random_promises.backstop(dice, n))
    contracts |= _many(3, "again", random_promises.reletting)
    contracts |= _many(4, "guarantee", lambda n: random_promises.guarantee(dice, n, contracts))
    _settle_shares_of_orders(contracts, dice)
    _place_triggers(contracts, dice)
    for n, name in enumerate(name for name in contracts if name.startswith(random_promises.BINDING)):
        contracts[name] |= random_promises.damages(dice, n % 4)
    return {
        "book": {"title": f"Random {seed}", "as_of": "2026-01-01", "start": START, "months": MONTHS},
        "parties": parties(dice),
        "chips": chips(dice),
        "drivers": drivers(dice),
        "segments": segments(dice),
        "correlations": [
            {"between": [one, other], "is": f"{dice.random.uniform(-45, 45):.4g} %"}
            for one, other in (("demand-a", "demand-b"), ("demand-b", "spot"), ("spot", "appetite"), ("mood", "margin"))
        ],
        "markets": markets(dice),
        "tails": {"between": ["appetite", "demand-a", "mood", "rates", "spot"]},
        "deals": _deals(dice, contracts),
    }


def write_book(seed: int, folder: Path) -> Path:
    """The book with this number in a file; every JSON document is YAML."""
    file = folder / f"random-{seed}.yaml"
    file.write_text(json.dumps(random_book(seed)), encoding="utf-8")
    return file


def random_future(book: Book, seed: int) -> Book:
    """The book, and what happens to it besides: a driver is shocked, a party is made to fail."""
    dice = Dice(seed + 1_000_000)
    begins = book.start + dice.random.randint(2, 14)
    factor, level = dice.one_of((dice.random.uniform(0.2, 3), None), (None, dice.random.uniform(0, 3)))
    until = begins + dice.random.randint(1, 9)
    failure = Failure(dice.one_of(*LABS, *CLOUDS, *MAKERS, "fund"), book.start + dice.random.randint(0, 20))
    is_shocked, fails = dice.often(0.5), dice.often(0.3)
    shock = Shock(dice.one_of("demand-a", "demand-a", "margin"), factor, level, begins, until)
    return replace(book, shocks=(shock,) * is_shocked, failures=(failure,) * fails)


def _many(count: int, name: str, make: Any) -> dict[str, Entry]:
    return {f"{name}-{n}": make(n) for n in range(count)}


def _commitments(dice: Dice) -> dict[str, Entry]:
    """Four by a ramp, two by a profile, two that count toward others of the same payer."""
    found: dict[str, Entry] = {}
    for n in range(4):
        found[f"promise-{n}"] = _commitment(dice, ("capacity", "total", "term", "price")[n], certain=n > 0)
        found[f"promise-{n}"]["renewal"] = random_promises.renewal(dice, n)
        found[f"promise-{n}"]["renegotiation"] = random_promises.renegotiation(dice, n)
    for n in range(2):
        found[f"profiled-{n}"] = _commitment(dice, ("capacity", "price")[n], certain=n > 0)
        found[f"profiled-{n}"]["profile"] = {
            dice.month(first, first + 2): f"{dice.random.uniform(5, 100):.4g} %" for first in (-2, 2, 6, 10)
        }
        found[f"profiled-{n}"]["renewal"] = random_promises.renewal(dice, n)
        del found[f"profiled-{n}"]["ramp"]
    for n, container in enumerate(dice.random.sample([*found], 2)):
        found[f"inner-{n}"] = _commitment(dice, ("total", "capacity")[n], certain=n > 0)
        found[f"inner-{n}"] |= {"payer": found[container]["payer"], "inside": f"deals.{container}.{container}"}
        # Each cloud sells something: what its customers leave may be let again.
        found[f"inner-{n}"]["payee"] = CLOUDS[n]
    return found


def _commitment(dice: Dice, derived: str, *, certain: bool) -> Entry:
    always = {"always_uncertain": not certain}
    figures = {
        "total": dice.number(100, 1500, "M USD", **always),
        "capacity": dice.number(3, 40, "k H100e", **always),
        "term": dice.number(5, 26, "months", **always),
        "price": dice.number(0.5, 4, "USD/H100e-hour", **always),
    }
    if derived == "total" and dice.often(0.5):
        figures |= {"power": dice.number(5, 40, "MW"), "power_price": dice.number(6, 14, "B USD/GW-year")}
        figures |= {"density": dice.number(700, 1300, "H100e/MW")}
        del figures["capacity"], figures["price"]
    del figures[derived]
    return {
        "kind": "compute-commitment",
        "payer": dice.one_of(*BUYERS[: dice.one_of(2, 2, 4, 5)]),
        "payee": dice.one_of(*CLOUDS, *CLOUDS, *CLOUDS, "suppliers"),
        **figures,
        "start": dice.moment(**always),
        "ramp": dice.one_of("0 months", dice.number(1, 14, "months"))
        if certain
        else dice.number(1, 9, "months", **always),
        "take": dice.share(20, 100, **always),
        "true_up": dice.one_of("1 month", "3 months", "6 months", "12 months"),
        "outside": dice.one_of("0 months", "2.5 months", "6 months"),
        "remedy": dice.share(0.1, 50, **always),
        "taken": dice.one_of("100 %", "80 %") if certain else "90 %",
        "lag": dice.number(0, 5, "months", **always),
        "additionality": dice.share(1, 99, **always),
        "lead": dice.one_of("0 months", "1 month", "2 months", "3.5 months"),
        "delay": dice.number(0, 5, "months", **always),
        "notice": {"period": dice.number(0.5, 5, "months", **always)},
    }


def _spot(dice: Dice, n: int) -> Entry:
    return {
        "kind": "spot-compute",
        "payer": dice.one_of(*BUYERS),
        "payee": dice.one_of(*CLOUDS),
        **({"price": ("1.5 to 3 USD/H100e-hour", "2.1 USD/H100e-hour", "spot")[n]} if n < 3 else {"market": "rents"}),
        "limit": dice.number(1, 15, "k H100e", always_uncertain=n % 2 == 0),
        **({"limit_index": "demand-a"} if n == 1 else {}),
        "markup": dice.share(1, 40, always_uncertain=n % 2 == 0),
    }


def _chips(dice: Dice, n: int, share: float) -> Entry:
    always = {"always_uncertain": n == 0}
    return {
        "kind": "chip-supply",
        "payer": CLOUDS[n % 2],
        "payee": dice.one_of(*MAKERS, *MAKERS, "suppliers"),
        "price": dice.number(5, 30, "k USD/H100e", **always),
        **({"chip": dice.one_of("new", "new", "old"), "priority": dice.one_of("open", "long-term")} if n != 1 else {}),
        "price_growth": dice.number(-40, -5, "%/year") if n else "-30 to -10 %/year",
        "index": ("0.8 to 1.3", "chip-index", "1.1", dice.one_of("chip-index", "0.9"))[n],
        "share_of_orders": f"{share if n < 2 else 0:.4f} %",
        "units": dice.number(10, 400, "H100e/month", **always),
        "start": dice.moment(**always),
        "term": dice.number(2, 20, "months", **always),
        "deposit": dice.share(1, 60, **always),
        "ahead": dice.one_of("1 month", "3 months", "4.5 months"),
        "cancellation_fee": dice.share(1, 9 if n == 3 else 90, **always),
        "notice": {"period": dice.number(0.5, 5, "months", **always)},
    }


def _settle_shares_of_orders(contracts: dict[str, Entry], dice: Dice) -> None:
    """What a cloud orders for its customers comes from two makers, and from nobody else."""
    for n in range(2):
        first = float(contracts[f"chips-{n}"]["share_of_orders"].split()[0])
        contracts[f"chips-{n + 2}"]["share_of_orders"] = f"{100 - first:.4f} %"


def _equity(dice: Dice, n: int) -> Entry:
    always = {"always_uncertain": n % 2 == 0}
    tranches = [{"part": dice.share(10, 33, **always)} for _ in range((3, 2, 3, 1)[n])]
    return {
        "kind": "equity-commitment",
        "payer": dice.one_of("fund", *MAKERS, *CLOUDS, "capital-markets"),
        "payee": dice.one_of(*LABS),
        "total": dice.number(50, 1500, "M USD", **always),
        **(
            {"valuation": dice.number(1, 20, "B USD", **always)}
            if n < 2
            else {"multiple": dice.number(4, 30, "x", **always)}
        ),
        "tranches": tranches,
    }


def _revenue_share(dice: Dice, n: int) -> Entry:
    payer, payee = dice.random.sample([*LABS, *CLOUDS, *MAKERS, "fund"], 2)
    stream = dice.one_of("promise-0", "promise-2", "spot-1", "usage-0", "lease-1", "cut-0", "chips-1")
    always = {"always_uncertain": n != 1}  # those without a cap, and of one contract, stand alone
    return {
        "kind": "revenue-share",
        "payer": payer,
        "payee": dice.one_of(payee, payee, "capital-markets"),
        "rate": dice.share(1, 45, **always),
        "start": dice.moment(**always),
        "term": dice.number(3, 30, "months", **always),
        **({"cap": dice.number(1, 80, "M USD", **always)} if n < 2 else {}),
        **({"of": f"deals.{stream}.{stream}"} if n == 2 else {}),
    }


def _dividend(dice: Dice, n: int) -> Entry:
    payer = dice.one_of(*LABS, *CLOUDS, *MAKERS, "fund")
    always = {"always_uncertain": n % 2 == 0}
    return {
        "kind": "dividend-or-buyback",
        "payer": payer,
        "payee": dice.one_of("capital-markets", "capital-markets", "bank" if payer != "bank" else "fund"),
        "part": dice.share(1, 90, **always),
        "start": dice.moment(**always),
        **({"locked_below": dice.number(0.2, 3, "x", **always)} if n < 2 else {}),
    }


def _loan(dice: Dice, n: int) -> Entry:
    lender = dice.one_of("bank", "fund", "capital-markets", *MAKERS)
    always = {"always_uncertain": n == 0}
    return {
        "kind": "loan",
        "payer": lender,
        "payee": dice.one_of(*(name for name in (*LABS, *CLOUDS, *CLOUDS, *MAKERS) if name != lender)),
        "total": dice.number(1, 800, "M USD", **always),
        "outstanding": dice.number(1, 500, "M USD", **always),
        "rate": ("2 to 9 %/year", "interest", "4 %/year", "interest")[n],
        "spread": dice.number(0.1, 5, "%/year", **always),
        "day_count": dice.one_of("30/360", "actual/365", "actual/360"),
        "start": dice.moment(**always) if n != 1 else "2025-09",
        # The second one may have matured before the run.
        "term": dice.number(4.2, 22, "months", **always) if n != 1 else "2 to 9 months",
        "tranches": [{"part": dice.share(10, 33, **always)} for _ in range((2, 1, 2, 1)[n])],
        "every": dice.one_of("1 month", "2 months", "3 months"),
        "amortised": dice.share(1, 100, **always),
        "interest_only": dice.number(0.5, 6, "months", **always),
        "rolled": ("0.2 to 0.8", "0", "appetite", "1")[n],
        "extension": dice.number(2, 12, "months", **always),
        "extension_rate": ("3 to 9 %/year", "interest", "4 %/year", "interest")[n],
        "collateral": dice.number(1, 600, "M USD", **always),
        "depreciation": dice.number(1, 40, "%/year", **always),
        "cover_at_least": dice.number(0.02, 0.8, "x", **always),
        "leverage_at_most": dice.number(2, 60, "x", **always),
    }


def _condition(dice: Dice) -> Entry:
    """Something watched, held against a level that it may well reach."""
    party, lab = dice.one_of(*LABS, *CLOUDS, *MAKERS, "fund"), dice.one_of(*LABS)
    bought = dice.one_of(*(f"promise-{n}" for n in range(4)), "profiled-0", "spot-1", "chips-1", "cut-2", "shares-0")
    watched = dice.one_of(
        ("drivers.demand-a", f"{dice.random.uniform(0.8, 2.5):.4g}"),
        ("drivers.spot", dice.number(1.5, 3, "USD/H100e-hour")),
        ("markets.rents.price", dice.number(1.5, 6, "USD/H100e-hour")),
        ("drivers.appetite", dice.share(20, 90)),
        ("drivers.mood", f"{dice.random.uniform(-1, 1):.4g}"),
        (f"parties.{party}.cash", dice.number(1, 800 * dice.wealth, "M USD")),
        (f"parties.{party}.sales", dice.number(1, 60, "M USD/month")),
        (f"parties.{party}.run_rate", dice.number(10, 700, "M USD/year")),
        (f"parties.{party}.cover", dice.number(0.2, 3, "x")),
        (f"parties.{party}.leverage", dice.number(0.5, 20, "x")),
        (f"parties.{party}.runway", dice.number(1, 30, "months")),
        (f"parties.{party}.failed", "1"),
        (f"parties.{party}.acquired", "1"),
        (f"parties.{lab}.need", dice.number(1, 40, "k H100e")),
        (f"parties.{lab}.supply", dice.number(1, 30, "k H100e")),
        (f"parties.{lab}.scarcity", dice.number(20, 200, "%")),
        (f"parties.{lab}.quality", dice.number(0.01, 2, "").strip()),
        (f"deals.{bought}.{bought}.drawn", dice.number(1, 200, "M USD")),
        (f"deals.{bought}.{bought}.used", dice.number(1, 10000, "H100e")),
        (f"deals.{bought}.{bought}.delivered", dice.number(1, 10000, "H100e")),
        ("date", dice.month(1, 18)),
    )
    if watched[0] == "date":
        return {"date": watched[1]}
    return {"when": watched[0], dice.one_of("at_least", "at_least", "at_most"): watched[1]}


def _triggers(dice: Dice) -> Iterator[Entry]:
    """As many as one asks for."""
    for shape in chain(SHAPES_OF_TRIGGERS[:2], (dice.one_of(*SHAPES_OF_TRIGGERS) for _ in count())):
        yield shape([_condition(dice) for _ in range(4)])


def _place_triggers(contracts: dict[str, Entry], dice: Dice) -> None:
    """The same terms have a trigger in every book."""
    free = _triggers(dice)
    for name in ("promise-1", "promise-3", "profiled-1", "inner-0", "lease-1", "lease-3"):
        contracts[name]["exercise"] = next(free)
    ended = ("promise-0", "promise-1", "profiled-0", "inner-1", "chips-0", "chips-3", "lease-0", "lease-2")
    for name in (*ended, "channel-3", "power-1"):
        contracts[name]["notice"]["given"] = next(free)
    for name, tranche in (("warrant-0", 1), ("warrant-0", 2), ("warrant-1", 0), ("warrant-2", 1), ("warrant-3", 0)):
        contracts[name]["tranches"][tranche]["when"] = next(free)
    contracts["shares-0"]["tranches"][1]["when"] = next(free)
    contracts["shares-0"]["tranches"][2]["when"] = next(free)
    contracts["shares-1"]["tranches"][1]["when"] = next(free)
    contracts["shares-2"]["tranches"][2]["when"] = next(free)
    contracts["shares-2"]["tranches"][1]["when"] = dice.month(1, 14)
    contracts["loan-0"]["tranches"][1]["when"] = next(free)
    # A cross-default and a change of control.
    broke, bought = dice.one_of(*LABS, *CLOUDS, *MAKERS, "fund"), dice.one_of(*LABS, *CLOUDS, *MAKERS, "fund")
    contracts["loan-2"]["accelerated"] = {"when": f"parties.{broke}.failed", "at_least": "1"}
    contracts["usage-1"]["notice"]["given"] = {"when": f"parties.{bought}.acquired", "at_least": "1"}
    contracts["line-1"]["accelerated"] = next(free)


def _deals(dice: Dice, contracts: dict[str, Entry]) -> dict[str, Entry]:
    """A deal for each contract; some do not complete, come late, or depend on an earlier one."""
    deals: dict[str, Entry] = {}
    for name, contract in contracts.items():
        deal: Entry = {"announced": "2025-12-10", "status": "signed", "contracts": {name: contract}}
        if dice.often(0.15):
            deal |= {"status": "letter-of-intent", "probability": "70 %"}
            if contract["kind"] in {"compute-commitment", "equity-commitment", "loan", "chip-supply", "power-purchase"}:
                deal["size"] = dice.share(20, 99) if dice.often(0.5) else "110 to 150 %"
        if dice.often(0.05) and contract["kind"] != "chip-supply":
            deal["status"] = "ended"
        if dice.often(0.2):
            deal["completes"] = dice.number(0.5, 8, "months")
        if deals and dice.often(0.15):
            deal["depends_on"] = [dice.one_of(*deals)]
        deals[name] = deal
    return deals
