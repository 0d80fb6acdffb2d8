"""No answer depends on the order of parties or deals.

A book is read in order of name, however it is written; so names are given that turn the order round. The book is
certain, for a figure by another name would have other draws.
"""

import json
import math
import re
from functools import partial

import pytest

import interlock
from metamorphic.books import opened, text_of

PATHS = 64

NAMES = {
    "parties": {"lab": "party-a", "cloud": "party-b", "chipmaker": "party-c"},
    "deals": {"chips": "deal-a", "compute": "deal-b", "rounds": "deal-c"},
}

TURNED = {f"{what}-{a}": f"{what}-{b}" for what in ("party", "deal") for a, b in ("az", "by", "cx")}

# The lab fails, and owes the cloud.
CERTAIN = {
    "deals.deal-c.probability": "100 %",
    "deals.deal-b.promise.ramp": "9 months",
    "drivers.demand.drift": "45 %/year",
    "drivers.demand.volatility": "0 %",
    "parties.party-a.staff.amount": "3 B USD/year",
}

DEMAND = "drivers.demand.level"

QUESTIONS = {
    "trace": lambda run, _: interlock.trace(run, incremental=True),
    "stress": lambda run, name: interlock.stress(run, fail={name("party-a"): "2027-06"}),
    "shock": lambda run, _: interlock.stress(run, shocks=[f"{DEMAND}=0.6@2027-01..2028-01"]),
    "stress in reverse": lambda run, name: interlock.breaking_point(run, name("party-a"), DEMAND),
    "stress matrix": lambda run, _: interlock.stress_matrix(run, month="2027-06"),
    "returns": lambda run, _: interlock.returns(run),
    "limits": lambda run, _: interlock.limits(run),
    "race": lambda run, name: interlock.race(run, without=[name("deal-c")]),
    "influence": lambda run, _: interlock.influence(run),
    "removals": lambda run, name: interlock.removals(run, *map(name, ("party-b", "deal-c", "party-c"))),
    "sensitivity": lambda run, name: interlock.sensitivity(run, of=name("sales of party-a"), top=0),
    "compare": lambda run, name: interlock.compare(run, run.book.amend({name("parties.party-a.cash"): "2 B USD"})),
    "price": lambda run, name: interlock.price(run, name("deals.deal-b.promise.price")),
    "losses": lambda run, _: interlock.losses(run),
}


def renamed():
    """The chain, whose parties and deals have names that are no other words of a book or of an answer."""
    book = text_of("chain")
    book["parties"]["lab"]["last_run"] = "1e26 FLOP"
    # As much would rest on the chipmaker as on the cloud, and who is named first would be a matter of names.
    book["parties"]["cloud"]["flows"] = {"power": {"purpose": "power", "amount": "90 M USD/year"}}
    for section, names in NAMES.items():
        book[section] = {names[name]: part for name, part in book[section].items()}
    text = json.dumps(book)
    for name, other in NAMES["parties"].items():
        for before, after in (('payer": "', '"'), ('payee": "', '"'), ("parties.", ".")):
            text = text.replace(f"{before}{name}{after}", f"{before}{other}{after}")
    return text


def by_other_names(text, names):
    """A text in which whole words are others."""
    return re.sub(r"(?<![\w-])(" + "|".join(names) + r")(?![\w-])", lambda word: names[word[0]], text)


def sorted_by_name(part):
    """The same with every mapping and list in order of its words: numbers may differ by rounding."""
    if isinstance(part, dict):
        return {name: sorted_by_name(part[name]) for name in sorted(part)}
    if isinstance(part, list) and any(isinstance(each, dict) for each in part):
        return sorted(map(sorted_by_name, part), key=words)
    return sorted(part) if isinstance(part, list) and all(isinstance(each, str) for each in part) else part


def words(part):
    """Its texts, in order."""
    if isinstance(part, dict):
        return [word for name in part for word in (name, *words(part[name]))]
    return (
        [word for each in part for word in words(each)]
        if isinstance(part, list)
        else [str(part)] * isinstance(part, str)
    )


def assert_alike(one, other, place=""):
    if isinstance(one, dict):
        assert one.keys() == other.keys(), place
        for name in one:
            assert_alike(one[name], other[name], f"{place}.{name}")
    elif isinstance(one, list):
        assert len(one) == len(other), place
        for n, pair in enumerate(zip(one, other, strict=True)):
            assert_alike(*pair, f"{place}[{n}]")
    elif isinstance(one, float) and isinstance(other, float):
        assert math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-3), (place, one, other)
    else:
        assert one == other, place


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder, text, found = tmp_path_factory.mktemp("order"), renamed(), []
    for at, names in (("as-it-is", {each: each for each in TURNED}), ("turned", TURNED)):
        book = opened(json.loads(by_other_names(text, names)), folder / at / "chain.yaml")
        certain = {by_other_names(address, names): figure for address, figure in CERTAIN.items()}
        found.append(interlock.simulate(book.amend(certain), paths=PATHS))
    first, second = (run.program.labels.parties[:3] for run in found)
    assert [TURNED[party] for party in first] == [*reversed(second)]
    return found


LONG = {"limits", "price", "stress in reverse"}
"""Those that take many runs."""


@pytest.mark.parametrize(
    "question", [pytest.param(each, marks=[pytest.mark.weekly] if each in LONG else []) for each in QUESTIONS]
)
def test_no_answer_depends_on_the_order_of_parties_or_deals(runs, question):
    ways = ({each: each for each in TURNED}, TURNED)
    here, there = (
        QUESTIONS[question](run, partial(by_other_names, names=names)).to_json()
        for run, names in zip(runs, ways, strict=True)
    )
    there = json.loads(by_other_names(json.dumps(there), {other: name for name, other in TURNED.items()}))
    assert_alike(sorted_by_name(json.loads(json.dumps(here))), sorted_by_name(there))
