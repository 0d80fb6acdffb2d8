"""The large books begin where the industry stood: backlogs, capital spending and power, against what was disclosed.

Read from the files, without the reader and without a run. Sums are of the low ends and of the high ends of ranges.
"""

import re
from functools import cache
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
# by companies that no announcement of a leg names; at Oracle and Nebius the named ones are most of it.
OWED = {
    LATER: {
        "microsoft": (678, 0.4, 0.5),
        "amazon": (496, 0.45, 0.55),
        "google": (514, 0.2, 0.3),
        "nebius": (37.5, 0.7, 0.9),
    },
    EARLIER: {"microsoft": (392 + 250 + 30, 0.38, 0.45), "coreweave": (55.6, 0.5, 0.7), "oracle": (455, 0.6, 0.7)},
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
