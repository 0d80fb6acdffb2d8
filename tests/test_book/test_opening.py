"""The large books begin where the industry stood: backlogs, capital spending and power, against what was disclosed.

Read from the files, without the reader and without a run. Sums are of the low ends and of the high ends of ranges.
"""

import re
from functools import cache, reduce
from pathlib import Path

import pytest
import yaml

from interlock.book.read import BUNDLED

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LATER, EARLIER = "ai-buildout", "ai-buildout-2025-11"


@cache
def pages_of(name):
    """The files of a book."""
    files = sorted(Path(BUNDLED, name).glob("*.yaml"))
    return [yaml.load(file.read_text(encoding="utf-8"), LOADER) for file in files]


def part_of(name, part):
    """Everything that the files of a book have under one heading."""
    return {key: value for page in pages_of(name) for key, value in page.get(part, {}).items()}


def ends(written):
    """Low and high of a quantity, as it is written: `255 to 285 B USD`, `300 B USD`."""
    text = next(str(written[word]) for word in ("stated", "estimated", "assumed", "assume") if word in written)
    found = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]
    return found[0], found[1] if " to " in text else found[0]


def total(ranges):
    lows, highs = zip(*ranges, strict=True)
    return sum(lows), sum(highs)


# The backlog that each cloud disclosed last, B USD, and the part of it that customers in the book owe. The rest is owed
# by companies that no announcement of a leg names. Of Oracle's, others' accelerators are in it, and software is not.
OWED = {
    LATER: {
        "microsoft": (678, 0.4, 0.5),
        "amazon": (496, 0.45, 0.55),
        "google": (514, 0.2, 0.3),
        "oracle": (664, 0.6, 0.85),
    },
    EARLIER: {"microsoft": (392 + 250 + 30, 0.38, 0.45), "oracle": (455, 0.65, 0.8)},
}


@pytest.mark.parametrize(("book", "cloud"), [(book, cloud) for book in OWED for cloud in OWED[book]])
def test_what_a_cloud_is_owed_is_a_part_of_the_backlog_that_it_disclosed(book, cloud):
    disclosed, least, most = OWED[book][cloud]
    contracts = [each for deal in part_of(book, "deals").values() for each in deal["contracts"].values()]
    owed = [
        ends(each["total"])
        for each in contracts
        if each["kind"] == "compute-commitment" and each["payee"] == cloud and "total" in each and "inside" not in each
    ]
    low, high = total(owed)
    assert least * disclosed <= low
    assert high <= most * disclosed


# Four times the last quarter's purchases of property and equipment in cash, B USD (Meta's of November 2025: the last
# quarter of its guidance for the year): what the flows are at the start, beside what contracts order.
SPENT = {
    LATER: {"microsoft": 4 * 35.8, "google": 4 * 44.9, "amazon": 4 * 53.1, "meta": 4 * 31.1},
    EARLIER: {"microsoft": 4 * 19.4, "google": 4 * 23.95, "amazon": 4 * 35.1, "meta": 4 * 22.7},
}


@pytest.mark.parametrize(("book", "company"), [(book, company) for book in SPENT for company in SPENT[book]])
def test_a_large_company_begins_with_the_capital_spending_that_it_reported(book, company):
    flows = part_of(book, "parties")[company]["flows"]
    spent = [
        ends(flow["amount"])
        for name, flow in flows.items()
        if flow.get("purpose") in {"chips", "construction"} and "amount" in flow and "from-2027" not in name
    ]
    low, high = total(spent)
    assert 0.65 * SPENT[book][company] <= (low + high) / 2 <= 1.25 * SPENT[book][company]


# MW that were at work in a month, by satellite.
POWERED = [
    (EARLIER, "abilene", 147, "2025-05"),
    (EARLIER, "rainier", 478, "2025-10"),
    (LATER, "rainier", 1092, "2026-03"),
    (LATER, "abilene", 590, "2026-05"),
]


@pytest.mark.parametrize(("book", "site", "megawatts", "phase"), POWERED)
def test_a_site_has_the_power_that_was_seen_of_it(book, site, megawatts, phase):
    written = part_of(book, "sites")[site]
    phases = {str(month): level for month, level in written["profile"]["estimated"].items()}
    part = float(phases[phase].removesuffix("%")) / 100.0
    low, high = (1e3 * part * end for end in ends(written["power"]))
    assert 0.95 * low <= megawatts <= 1.05 * high


def middle(name, written):
    """The middle of a quantity as it is written, of another where it is the same as that; dates in months."""
    while "same_as" in written:
        written = reduce(lambda found, word: found[word], written["same_as"].split("."), whole(name))
    texts = [str(written[word]) for word in ("stated", "estimated", "assumed", "assume") if word in written]
    months = [12 * int(year) + int(month) for year, month in re.findall(r"(\d{4})-(\d{2})", texts[0])]
    low, high = (months[0], months[-1]) if months else ends(written)
    scale = 12.0 if "years" in texts[0] else 1e-3 if re.search(r" (k H100e|MW)\b", texts[0]) else 1.0
    return scale * (low + high) / 2


@cache
def whole(name):
    """All that a book writes, by heading."""
    return {part: part_of(name, part) for part in ("parties", "deals", "figures", "sites", "chips")}


def begins(name, contract):
    """The first month of a commitment, counted from that of the book."""
    start, first = contract["start"], middle(name, {"stated": BEGINS[name]})
    text = next(str(start[word]) for word in ("stated", "estimated", "assumed") if word in start)
    return middle(name, start) - (0.0 if "months" in text else first)


def reserved(name, contract):
    """M H100e that a commitment reserves when its ramp is over, and B USD a year for each of them."""
    density = middle(name, contract["density"]) / 1e3 if "density" in contract else 1.0
    price = (
        middle(name, contract["power_price"]) / density
        if "power_price" in contract
        else 8.766 * middle(name, contract["price"])
    )
    if "total" not in contract:
        return middle(name, contract["capacity"]) if "capacity" in contract else middle(
            name, contract["power"]
        ) * density, price
    years = (middle(name, contract["term"]) - middle(name, contract["ramp"]) / 2) / 12
    return middle(name, contract["total"]) / (price * years), price


LETTER = "letter-of-intent"


def of_kind(name, kind, *, is_signed=True):
    """Contracts of a kind, in deals that are signed or in those that are not."""
    return [
        each
        for deal in part_of(name, "deals").values()
        for each in deal["contracts"].values()
        if each["kind"] == kind and (deal["status"] != LETTER) == is_signed
    ]


def sold_by(name, cloud, *, is_signed=True):
    """The commitments that a cloud has with its customers, or that it means to have."""
    return [
        each
        for each in of_kind(name, "compute-commitment", is_signed=is_signed)
        if each["payee"] == cloud and "inside" not in each
    ]


def to_be_spent(name, cloud, chip):
    """B USD of capital spending in the first twelve months, as planned: flows, and chips two months before they run."""

    def step(profile, month):
        past = [text for date, text in sorted(profile.items()) if middle(name, {"stated": str(date)}) <= month]
        return float(past[-1].removesuffix("%")) / 100 if past else 0.0

    flows = part_of(name, "parties")[cloud]["flows"]
    spent = sum(
        middle(name, each["amount"])
        for each in flows.values()
        if each.get("purpose") in {"chips", "construction"} and "amount" in each
    )
    made = whole(name)["chips"][chip]
    of_a_chip = middle(name, made["price"]) * 0.989 / middle(name, made["bf16"])
    first = middle(name, {"stated": BEGINS[name]})
    next_deal = part_of(name, "deals").get(f"{cloud}-next")
    hoped = middle(name, next_deal["probability"]) * middle(name, next_deal["size"]) / 1e4 if next_deal else 0.0
    for is_signed, part in ((True, 1.0), (False, hoped)):
        for contract in sold_by(name, cloud, is_signed=is_signed):
            if "ramp" in contract and "site" not in contract:
                late = begins(name, contract) + (middle(name, contract["delay"]) if "delay" in contract else 0.0) - 2
                in_use = [min(max((month - late) / middle(name, contract["ramp"]), 0.0), 1.0) for month in (0, 12)]
                new = (in_use[1] - in_use[0]) * middle(name, contract["additionality"]) / 100
                ordered = part * new * reserved(name, contract)[0]
                spent += ordered * (of_a_chip + middle(name, flows["building"]["per_order"]))
    for site in whole(name)["sites"].values():
        if site["owner"] == cloud:
            added = step(site["profile"]["estimated"], first + 14) - step(site["profile"]["estimated"], first + 2)
            chips = middle(name, {"same_as": "figures.nvidia-density"}) / 1e3 * of_a_chip
            spent += added * middle(name, site["power"]) * (chips + middle(name, site["shell"]))
    return spent


# What the two spend in the year ahead, B USD. Oracle: 72 net of what customers paid ahead to 114 by its last quarter,
# 90 to 95 guided for its year; CoreWeave: 31 to 35 guided; Nebius: 20 to 25, what Microsoft's last halls took apart. A
# year before: 34 by its last quarter and 35 guided; over twice 12 to 14. What is next counts as it is likely.
BEGINS = {LATER: "2026-11", EARLIER: "2025-12"}
AHEAD = [
    (LATER, "oracle", "rubin", 72, 114),
    (LATER, "coreweave", "rubin", 28, 40),
    (LATER, "nebius", "rubin", 12, 22),
    (EARLIER, "oracle", "blackwell", 33, 55),
    (EARLIER, "coreweave", "blackwell", 20, 32),
]


@pytest.mark.parametrize(("book", "cloud", "chip", "least", "most"), AHEAD)
def test_a_cloud_that_builds_for_others_too_spends_what_it_guided(book, cloud, chip, least, most):
    assert least <= to_be_spent(book, cloud, chip) <= most


# A backlog that the book has whole: OpenAI's, Meta's, Anthropic's and all others', 25 B of them signed since;
# Nebius's of June 2026, Microsoft's, Meta's and all others', with what was used and what was signed since.
WHOLE = [(LATER, "coreweave", 103.7 + 25), (EARLIER, "coreweave", 55.6), (LATER, "nebius", 37.5)]


@pytest.mark.parametrize(("book", "cloud", "disclosed"), WHOLE)
def test_what_a_cloud_without_other_business_is_owed_is_its_backlog(book, cloud, disclosed):
    owed = 0.0
    for contract in sold_by(book, cloud):
        if "total" in contract:
            owed += middle(book, contract["total"])
        elif "capacity" in contract:
            capacity, price = reserved(book, contract)
            owed += capacity * price * (begins(book, contract) + middle(book, contract["term"])) / 12
    assert 0.9 <= owed / disclosed <= 1.15


# M H100e: CoreWeave's 1.5 GW of mid-2026 and 0.59 of September 2025 at what a gigawatt runs; Oracle's of the end of
# 2025, from where the world's stock grows three and a half times a year.
@pytest.mark.parametrize(("book", "gigawatts"), [(LATER, 1.5), (EARLIER, 0.59)])
def test_coreweave_has_what_its_power_runs(book, gigawatts):
    fleet = part_of(book, "parties")["coreweave"]["fleet"]
    low, high = ends(whole(book)["figures"]["nvidia-density"])
    assert low / 1e3 * gigawatts <= middle(book, fleet) <= high / 1e3 * gigawatts


def test_oracle_has_the_chips_that_were_counted_and_those_that_came_since():
    abilene = 0.85 * 1.2 * middle(LATER, {"same_as": "figures.nvidia-density"}) / 1e3
    there = middle(LATER, part_of(LATER, "parties")["oracle"]["fleet"]) + abilene
    assert 0.77 <= there <= 1.38 * 3.4 ** (10 / 12)


def reached(name, contract):
    """The part of a commitment that is reserved when the book begins, as planned: all of it, or by its phases."""
    first = middle(name, {"stated": BEGINS[name]})
    phases = next(iter(contract["profile"].values())) if "profile" in contract else {BEGINS[name]: "100 %"}
    past = [part for date, part in sorted(phases.items()) if middle(name, {"stated": str(date)}) <= first]
    return float(past[-1].removesuffix("%")) / 100


# B USD a year: Nebius had 1.9 in March 2026 and aimed at 7 to 9 by the end of the year; 0.55 in September 2025.
@pytest.mark.parametrize(("book", "least", "most"), [(LATER, 4.0, 7.0), (EARLIER, 0.55, 1.6)])
def test_nebius_begins_between_its_last_run_rate_and_its_aim(book, least, most):
    sold = 0.0
    for contract in sold_by(book, "nebius"):
        if begins(book, contract) <= 0 and "ramp" not in contract:
            capacity, price = reserved(book, {"ramp": {"assumed": "0 months"}, **contract})
            sold += reached(book, contract) * capacity * price
    assert least <= sold <= most


@pytest.mark.parametrize("book", [LATER, EARLIER])
@pytest.mark.parametrize("cloud", ["coreweave", "nebius"])
def test_what_is_next_has_halls_and_loans_of_its_own(book, cloud):
    deal = part_of(book, "deals")[f"{cloud}-next"]
    assert deal["status"] == LETTER
    assert 0 < middle(book, deal["probability"]) < 100
    kinds = {each["kind"]: each for each in deal["contracts"].values()}
    assert set(kinds) == {"compute-commitment", "capacity-lease", "credit-line"}
    power, halls = (kinds[kind]["power"] for kind in ("compute-commitment", "capacity-lease"))
    assert power["group"] == halls["group"]
    assert 0.6 <= middle(book, halls) / (middle(book, power) / 1.25) <= 1.05
    compute = f"deals.{cloud}-next.compute"
    assert kinds["capacity-lease"]["start"] == {"same_as": f"{compute}.start"}
    assert kinds["capacity-lease"]["delay"] == {"same_as": f"{compute}.delay"}
    # What 85 % of its chips and building cost.
    flows = part_of(book, "parties")[cloud]["flows"]
    made = whole(book)["chips"]["rubin" if book == LATER else "blackwell"]
    of_a_chip = middle(book, made["price"]) * 0.989 / middle(book, made["bf16"])
    cost = reserved(book, kinds["compute-commitment"])[0] * (of_a_chip + middle(book, flows["building"]["per_order"]))
    assert 0.75 <= middle(book, kinds["credit-line"]["limit"]) / cost <= 1.0


def last_month(name, lease):
    """The month in which the last of its halls is handed over, as planned."""
    phases = next(iter(lease.get("profile", {}).values()), {})
    dates = [{"stated": str(date)} for date in phases] or [lease.get("start", {"stated": BEGINS[name]})]
    return max(middle(name, date) for date in dates)


@pytest.mark.parametrize("book", [LATER, EARLIER])
def test_no_hall_that_is_to_come_is_on_time_for_certain(book):
    first = middle(book, {"stated": BEGINS[book]})
    certain = [
        f"{name}.{label}"
        for name, deal in part_of(book, "deals").items()
        for label, each in deal["contracts"].items()
        if each["kind"] == "capacity-lease" and not {"delay", "exercise"} & set(each) and "completes" not in deal
        if last_month(book, each) > first
    ]
    assert certain == []


# GW at the meter, of which what is rented for its contracts is the larger part; a kW of IT takes 1.25 at the meter.
@pytest.mark.parametrize(("book", "contracted"), [(LATER, 3.7), (EARLIER, 2.9)])
def test_coreweave_rents_most_of_what_it_has_contracted(book, contracted):
    deal = part_of(book, "deals")["coreweave-next"]
    hoped = middle(book, deal["size"]) / 100
    rented = sum(
        part * middle(book, each["power"])
        for is_signed, part in ((True, 1.0), (False, hoped))
        for each in of_kind(book, "capacity-lease", is_signed=is_signed)
        if each["payer"] == "coreweave"
    )
    assert 0.7 <= 1.25 * rented / contracted <= 1.0


def test_nvidia_begins_with_what_it_guided():
    # 54 B for the quarter to October 2025, growing by 5 to 10 % a quarter; less some 40 B a year under contracts.
    parties = part_of(EARLIER, "parties")
    sold = [
        ends(flow["amount"])
        for name, party in parties.items()
        for label, flow in party.get("flows", {}).items()
        if (flow.get("to") == "nvidia" or (name == "nvidia" and label == "other-sales")) and "amount" in flow
    ]
    low, high = total(sold)
    assert 185 <= (low + high) / 2 <= 215
