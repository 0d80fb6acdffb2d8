"""Spending cut over six months by those whose cash will not last; amounts in millions of USD, worked out by hand."""

import pytest

import interlock
from one_host import world

# Each lab sells 10 a month, for which it buys compute for 5, and for 5 more to train; it pays its people 10.
CONTRACTS = """
      promised: {kind: compute-commitment, payer: committed, payee: host, total: 240 M USD, term: 24 months,
        price: 1 USD/H100e-hour}
      handed-out: {kind: dividend-or-buyback, payer: owned, payee: capital-markets, part: 10 %}
      handed-out-freely: {kind: dividend-or-buyback, payer: rich, payee: capital-markets, part: 10 %}
"""

LABS = {
    "short": "",
    "committed": "",
    "slowed": "slowdown: 50 %/year,",
    "owned": "",
    "rich": "",
    "doomed": "",
}

CASH = {"rich": 600, "doomed": 15}


def written():
    labs = [
        f"""  {name}: {{roles: [lab], cash: {CASH.get(name, 60)} M USD, revenue: 120 M USD/year,
    margin: 50 %, training: 50 %, compute_price: 1 USD/H100e-hour, horizon: 12 months, cuts_below: 12 months, {more}
    flows: {{staff: {{purpose: staff, amount: 120 M USD/year, cuttable: 50 %}}}}}}"""
        for name, more in LABS.items()
    ]
    contracts = [
        f"      spot-of-{name}: {{kind: spot-compute, payer: {name}, payee: host, price: 1 USD/H100e-hour}}"
        for name in LABS
        if name != "committed"
    ]
    return world("Cuts", 8, labs, [*contracts, CONTRACTS])


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "cuts.yaml"
    file.write_text(written(), encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=1, keep=["paid"])


@pytest.fixture
def paid(run):
    """What a party pays for some purpose, by month."""
    by_month = run["paid_by_month"]

    def of(payer: str, purpose: str) -> list[float]:
        rows = (by_month.payer.values == payer) & (by_month.purpose.values == purpose)
        return (by_month.values[0][:, rows].sum(axis=1) / 1e6).tolist()

    return of


def test_uncommitted_compute_is_cut_in_three_months_and_costs_in_the_next_three(paid):
    # 60 last 6 months at first. In July 35 last 21 at the 5 / 3 a month of the last three: costs come back by a third.
    assert paid("short", "compute") == pytest.approx([5 + 10 / 3, 5 + 5 / 3, 5, 5, 5, 5, 5, 5])
    assert paid("short", "staff") == pytest.approx([10, 10, 10, 10 - 5 / 3, 10 - 10 / 3, 5, 10 - 10 / 3, 10 - 5 / 3])


def test_compute_that_is_committed_to_is_not_cut(paid):
    assert paid("committed", "compute") == pytest.approx([10] * 8)
    assert paid("committed", "staff")[3:6] == pytest.approx([10 - 5 / 3, 10 - 10 / 3, 5])


def test_cuts_in_costs_cost_growth(run):
    # At full cut a year takes half of demand away. Cuts of a third, two thirds, all, from April on, tell from May on.
    monthly = [1, 1, 1, 1, 0.5 ** (1 / 36), 0.5 ** (3 / 36), 0.5 ** (6 / 36), 0.5 ** (8 / 36)]
    demand = run["demand"].sel(party=["short", "slowed"]).values[0][0] / 1e6
    assert demand == pytest.approx([80, 10 * sum(monthly)])


def test_who_cuts_hands_nothing_to_its_owners(paid):
    assert paid("owned", "dividend") == [0.0] * 8
    # 600 less 20 for bills, after which 10 comes in.
    assert paid("rich", "dividend")[0] == pytest.approx(58)


def test_who_has_enough_cuts_nothing(paid, run):
    assert paid("rich", "staff") == pytest.approx([10] * 8)
    austerity = run["austerity"].values[0][0]
    parties = run["austerity"].party.values.tolist()
    assert austerity[parties.index("rich")] == 0.0
    assert austerity[parties.index("short")] == pytest.approx(4 / 6)


def test_who_has_failed_cuts_nothing(run):
    assert run["failed"].sel(party="doomed").values[0] == 1.0
    assert run["austerity"].sel(party="doomed").values[0][0] == 0.0
    said = interlock.explain(run, path=0, party="doomed").tell()
    assert "doomed cuts what it spends" in said
    assert "doomed spends as it planned again" not in said


def test_a_path_says_when_cuts_begin_and_when_all_is_cut(run):
    said = interlock.explain(run, path=0, party="short").tell()
    begins = "2026-01  short cuts what it spends: its cash, and what is promised to it, lasts 6 months, less than 12"
    assert begins in said
    assert "2026-06  short has cut all that it can do without" in said
    lines = interlock.explain(run, path=0, contract="parties.short.staff").lines
    assert lines[3].cause == "10 M USD fixed, less the 16.7 % that is cut"


def test_a_dividend_that_is_cut_says_so(run):
    [line, *_] = interlock.explain(run, path=0, contract="deals.all.handed-out").lines
    assert line.cause == "none: it cuts what it spends"


def test_a_book_in_which_nobody_cuts_has_no_such_series():
    assert "austerity" not in interlock.simulate(interlock.open_book("pair"), paths=1).series
