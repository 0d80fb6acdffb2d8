"""Random contracts of the kinds that labs and clouds sign beside those for compute, chips and shares."""

from slow_twin.random_world import CLOUDS, LABS, MAKERS, Dice, Entry


def renegotiation(dice: Dice, n: int) -> Entry:
    """Likely enough to be seen."""
    always = {"always_uncertain": n == 0}
    return {
        "chance": dice.share(5, 80, **always),
        "in_distress": dice.share(5, 90, **always),
        "less": dice.share(5, 70, **always),
        "longer": dice.share(5, 90, **always),
        "cheaper": dice.share(2, 40, **always),
    }


BINDING = ("promise-", "profiled-", "lease-", "power-", "usage-", "chips-")
"""Contracts under which a seller can claim something when its buyer has failed."""


def damages(dice: Dice, n: int) -> Entry:
    """Of a contract that is the n-th of its kind; the claim on another is discounted at nothing."""
    always = {"always_uncertain": n % 2 == 0}
    return {
        "enforceable": dice.share(20, 99, **always),
        "vacancy": dice.number(0.3, 9, "months", **always),
        "relet": dice.share(10, 90, **always),
        "discount": dice.number(1, 30, "%/year", **always) if n != 1 else "0 %/year",
    }


def lease(dice: Dice, n: int) -> Entry:
    """Two handed over at once, two in phases."""
    always = {"always_uncertain": n % 2 == 0}
    tenant = dice.one_of(*CLOUDS, *LABS)
    found: Entry = {
        "kind": "capacity-lease",
        "payer": tenant,
        "payee": dice.one_of(*(name for name in (*CLOUDS, "fund", "bank", "suppliers") if name != tenant))
        if n
        else "fund",
        "rent": dice.number(80, 200, "USD/kW-month", **always),
        "power": dice.number(1, 40, "MW", **always),
        "term": dice.number(4, 60, "months", **always),
        "start": dice.moment(**always),
        "delay": dice.number(0.5, 6, "months", **always),
        "escalator": dice.number(-2, 12, "%/year") if n % 2 else dice.number(1, 6, "%/year", **always),
        "lag": dice.number(0.5, 4, "months", **always),
        "notice": {"period": dice.number(0.5, 5, "months", **always)},
    }
    if n >= 2:
        found["profile"] = {
            dice.month(first, first + 2): f"{dice.random.uniform(5, 100):.4g} %" for first in (-4, 1, 5, 12)
        }
    return found


def line(dice: Dice, n: int) -> Entry:
    """Two of the same borrower; the lenders may have too little themselves."""
    always = {"always_uncertain": n == 0}
    return {
        "kind": "credit-line",
        "payer": dice.one_of("fund", "bank", "bank", "capital-markets"),
        "payee": LABS[0] if n < 2 else dice.one_of(*LABS, *CLOUDS, *MAKERS),
        "limit": dice.number(1, 150, "M USD", **always),
        "outstanding": dice.number(0.1, 1, "M USD", **always),
        "rate": ("3 to 9 %/year", "interest", "5 %/year", dice.one_of("interest", "8 %/year"))[n],
        "spread": dice.number(0, 4, "%/year", **always),
        "commitment_fee": dice.number(0.1, 2, "%/year", **always),
        "cover_at_least": dice.number(0.02, 0.8, "x", **always),
        "leverage_at_most": dice.number(2, 60, "x", **always),
        "day_count": dice.one_of("30/360", "actual/365", "actual/360"),
        "start": dice.moment(**always),
        "term": dice.number(2, 40, "months", **always),
    }


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
        "load": ("30 to 90 %", "margin", "appetite", dice.share(20, 99))[n],
        "take": dice.share(10, 99, **always),
        "notice": {"period": dice.number(0.5, 5, "months", **always)},
    }


def usage(dice: Dice, n: int) -> Entry:
    always = {"always_uncertain": n == 0}
    lab = dice.one_of(*LABS)
    return {
        "kind": "model-usage",
        "payer": dice.one_of(*(name for name in (*CLOUDS, *MAKERS, *LABS, "fund", "customers") if name != lab)),
        "payee": lab,
        "amount": dice.number(1, 300, "M USD/year", **always),
        "term": dice.number(3, 40, "months", **always),
        "growth": dice.number(-30, 90, "%/year") if n else "10 to 50 %/year",
        "index": ("0.8 to 1.3", "demand-a", "1.1", dice.one_of("demand-b", "0.9"))[n],
        "minimum": dice.number(1, 200, "M USD/year", **always),
        "start": dice.moment(**always),
        "notice": {"period": dice.number(0.5, 5, "months", **always)},
    }


def tax(dice: Dice, n: int) -> Entry:
    always = {"always_uncertain": n == 0}
    return {
        "kind": "profit-tax",
        "payer": (*MAKERS, *LABS, *CLOUDS)[(2 * n + dice.random.randint(0, 1)) % 6] if n < 3 else dice.one_of(*MAKERS),
        "payee": dice.one_of("government", "government", "bank"),
        "rate": dice.share(10, 60, **always),
        "offset": dice.share(20, 100, **always),
        "losses": dice.number(1, 60, "M USD", **always),
        "life": dice.number(4, 40, "months", **always),
        "at_once": dice.share(1, 90, **always),
        "year_begins": dice.moment(**always),
        "every": dice.number(1, 7, "months", **always),
    }


def warrant(dice: Dice, n: int) -> Entry:
    """Two that expire, two that do not; one for nothing."""
    company = dice.one_of(*MAKERS, *LABS)
    always = {"always_uncertain": n % 2 == 0}
    found: Entry = {
        "kind": "warrant",
        "payer": dice.one_of(*(name for name in (*LABS, *CLOUDS, "fund", "capital-markets") if name != company)),
        "payee": company,
        "shares": dice.share(1, 20, **always),
        "strike": dice.number(0.1, 20, "B USD", **always) if n < 3 else "0 USD",
        "worth": ("5 to 30 B USD", "worth", "10 B USD", "worth")[n],
        "tranches": [{"part": dice.share(10, 33, **always)} for _ in range((3, 2, 3, 1)[n])],
    }
    return found | ({"expires": dice.moment(**always)} if n < 2 else {})


def rounds(dice: Dice, n: int) -> Entry:
    """Of four companies, each by itself."""
    company = (*LABS, CLOUDS[0], MAKERS[0])[n]
    always = {"always_uncertain": n == 0}
    return {
        "kind": "funding-rounds",
        "payer": dice.one_of(*(name for name in ("fund", "capital-markets", MAKERS[1]) if name != company)),
        "payee": company,
        "multiple": dice.number(2, 40, "x", **always),
        "scale": dice.number(20, 2000, "M USD/year", **always),
        "compression": "0.1 to 0.4" if n == 0 else f"{dice.random.uniform(-0.1, 0.5):.4g}",
        "growth": dice.number(-30, 90, "%/year") if n else "10 to 50 %/year",
        "response": "0.3 to 0.9" if n == 0 else f"{dice.random.uniform(0, 1):.4g}",
        "appetite": ("0.5 to 1", "appetite", "1", "appetite")[n],
        "offer": dice.number(20, 2000, "M USD/year", **always),
        "dilution": dice.share(3, 40, **always),
        "covered": dice.share(40, 99, **always),
        "lag": dice.number(0.3, 5, "months", **always),
    }


def channel(dice: Dice, n: int) -> Entry:
    """Of labs; where several bill much, they sell all there is. Where customers choose, reach is gained."""
    always = {"always_uncertain": n == 0}
    choosing = [name for name in LABS if name != dice.apart]
    lab = choosing[0] if n == 0 else LABS[n % 2]
    return {
        "kind": "distribution",
        "payer": dice.one_of(*CLOUDS, *MAKERS, "fund"),
        "payee": lab,
        **({"reach": dice.number(0.1, 2, "", **always).strip()} if lab != dice.apart else {}),
        "through": dice.share(5, 80, **always),
        "fee": dice.share(2, 40, **always),
        "billing": dice.one_of("carrier", "carrier", "lab"),
        "start": dice.moment(**always),
        "ramp": dice.number(0.2, 9, "months", **always) if n else "2 to 5 months",
        "term": dice.number(3, 40, "months", **always),
        "notice": {"period": dice.number(0.5, 5, "months", **always)},
    }


def together(dice: Dice, n: int) -> Entry:
    """Two for the same lab, one of which may not work."""
    always = {"always_uncertain": n == 0}
    return {
        "kind": "co-design",
        "payer": LABS[0] if n < 2 else dice.one_of(*LABS),
        "payee": dice.one_of(*MAKERS),
        "gain": dice.share(5, 80, **always),
        "start": dice.moment(**always),
        "lag": dice.number(0.3, 6, "months", **always),
        "works": dice.share(30, 70) if n != 1 else "100 %",
    }


def backstop(dice: Dice, n: int) -> Entry:
    always = {"always_uncertain": n == 0}
    return {
        "kind": "capacity-backstop",
        "payer": dice.one_of(*MAKERS, "fund", "capital-markets"),
        "payee": CLOUDS[n],
        "capacity": dice.number(1, 30, "k H100e", **always),
        "price": dice.number(0.5, 3, "USD/H100e-hour", **always),
        "cap": dice.number(10, 900, "M USD", **always),
        "start": dice.moment(**always),
        "term": dice.number(3, 40, "months", **always),
    }


def reletting(n: int) -> Entry:
    """Of what both clouds sell, and of what a landlord lets."""
    return {"kind": "reletting", "payer": "customers", "payee": (*CLOUDS, "fund")[n]}


def guarantee(dice: Dice, n: int, contracts: dict[str, Entry]) -> Entry:
    """Two of the same debt, one of a loan, one of compute by the hour; by somebody who is no party to it."""
    always = {"always_uncertain": n == 0}
    of = ("promise-0", "loan-0", "promise-0", "spot-0")[n]
    debt = contracts[of]
    owed = debt["payer"] if debt["kind"] == "loan" else debt["payee"]
    others = [name for name in (*CLOUDS, *MAKERS, "fund", "bank") if name not in {debt["payer"], debt["payee"]}]
    return {
        "kind": "guarantee",
        "payer": dice.one_of(*others),
        "payee": owed,
        "of": f"deals.{of}.{of}",
        "cap": dice.number(1, 400, "M USD", **always),
        "part": dice.share(20, 100, **always),
        "start": dice.moment(**always),
        "term": dice.number(6, 40, "months", **always),
    }


def advance(dice: Dice, n: int, contracts: dict[str, Entry]) -> Entry:
    """One on bills that are also due later."""
    always = {"always_uncertain": n == 0}
    of = ("promise-0", "spot-1", "power-1")[n]
    return {
        "kind": "prepayment",
        "payer": contracts[of]["payer"],
        "payee": contracts[of]["payee"],
        "of": f"deals.{of}.{of}",
        "total": dice.number(0.1, 60, "M USD", **always),
        "outstanding": dice.number(0.01, 20, "M USD", **always),
        "part": dice.share(10, 90, **always),
        "start": dice.moment(**always),
        "term": dice.number(1, 20, "months", **always),
        "then": dice.one_of("refunded", "kept"),
    }


def renewal(dice: Dice, n: int) -> Entry:
    """Another term, at what a market asks then."""
    return {
        "market": ("rents", "pawns")[n % 2],
        "chance": "70 %",
        "term": dice.number(2, 20, "months", always_uncertain=n == 0),
    }
