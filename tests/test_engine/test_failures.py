"""How failures end, in small worlds worked out by hand; amounts in millions of USD, by month from January."""

import numpy as np
import pytest

import interlock

BOOK = """
book: {title: Failures, as_of: 2026-01-01, start: 2026-01, months: 12}

parties:
  # Restructured: what it owes is lost, half of what it had promised to buy goes on
  survivor:
    roles: [cloud]
    cash: 35 M USD
    grace: 1 month
    restructured: 100 %
    keeps: 50 %
    creditors_get: 70 %
    flows: {receipts: {from: customers, amount: 60 M USD/year}}
  seller: {roles: [cloud]}
  maker: {roles: [chipmaker]}

  # Taken over by somebody with money, and by somebody with too little of it
  target:
    roles: [cloud]
    cash: 5 M USD
    grace: 1 month
    acquired: 100 %
    acquirer: rich
    owners_get: 10 %
    flows: {receipts: {from: customers, amount: 60 M USD/year}}
  other-target:
    roles: [cloud]
    cash: 5 M USD
    grace: 1 month
    acquired: 100 %
    acquirer: poor
    flows: {receipts: {from: customers, amount: 60 M USD/year}}
  rich: {roles: [investor], cash: 100 M USD}
  poor: {roles: [investor], cash: 22 M USD, grace: 1 month}
  founder: {roles: [investor], stakes: {target: 80 %}}
  landlord: {roles: [landlord]}

  # Wound up, at a cost
  estate: {roles: [cloud], cash: 40 M USD, default_costs: 10 %}
  bank: {roles: [lender]}

  # A lab whose customers go to others, or nowhere
  gone-lab: {roles: [lab], revenue: 480 M USD/year, customers_move: 50 %}
  big-lab: {roles: [lab], revenue: 360 M USD/year}
  small-lab: {roles: [lab], revenue: 120 M USD/year}

  # A buyer that fails leaves its capacity to who buys by the hour
  host: {roles: [cloud], fleet: 100 H100e}
  buyer: {roles: [investor], cash: 1 M USD}

  # One that nobody knows what becomes of
  gambler: {roles: [cloud], restructured: 30 %, acquired: 50 %}

deals:
  survivor:
    announced: 2026-01-01
    status: in-force
    contracts:
      promise: {kind: compute-commitment, payer: survivor, payee: seller, total: 72 M USD, term: 12 months,
        price: 1 USD/H100e-hour, true_up: 1 month}
      chips: {kind: chip-supply, payer: survivor, payee: maker, price: 1 USD/H100e, units: 4 M H100e/month,
        start: 2026-01, term: 2 years}
  targets:
    announced: 2026-01-01
    status: in-force
    contracts:
      lease: {kind: capacity-lease, payer: target, payee: landlord, power: 10 MW, rent: 1000 USD/kW-month,
        term: 5 years}
      other-lease: {kind: capacity-lease, payer: other-target, payee: landlord, power: 10 MW,
        rent: 1000 USD/kW-month, term: 5 years, enforceable: 0 %}
  estate:
    announced: 2026-01-01
    status: in-force
    contracts:
      loan: {kind: loan, payer: bank, payee: estate, outstanding: 60 M USD, rate: 0 %/year, start: 2025-12,
        term: 2 years}
  capacity:
    announced: 2026-01-01
    status: in-force
    contracts:
      promise: {kind: compute-commitment, payer: buyer, payee: host, capacity: 80 H100e, term: 12 months,
        price: 1 USD/H100e-hour}
      spot: {kind: spot-compute, payer: customers, payee: host, price: 1 USD/H100e-hour, limit: 90 H100e}
"""

MARCH = [{"party": party, "month": "2026-03"} for party in ("estate", "gone-lab", "buyer", "gambler")]

PATHS = 1000


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "failures.yaml"
    file.write_text(BOOK, encoding="utf-8")
    book = interlock.with_scenario(interlock.open_book(file), {"title": "Some fail in March", "fail": MARCH})
    return interlock.simulate(book, paths=PATHS, keep=["cash", "paid"])


@pytest.fixture
def paid(run):
    """What is paid under a contract by month, on every path the same."""
    by_month = run["paid_by_month"]

    def of(contract: str) -> list[float]:
        legs = by_month.values[..., by_month.contract.values == contract].sum(axis=-1) / 1e6
        assert (legs == legs[0]).all()
        return legs[0].tolist()

    return of


@pytest.fixture
def row(run):
    """The last year of one row of a series, on the first path."""

    def of(series: str, *names: str) -> float:
        rows = run.series[series].rows
        return float(run.series[series].values[rows.index(names if len(names) > 1 else names[0]), -1, 0])

    return of


def test_who_is_restructured_goes_on_with_a_part_of_what_it_had_promised_to_buy(paid, row):
    # 10 a month, 5 come in. In August it has 5 for 10, then 5 for 15, for 20: of the 15 that it owes at the end of
    # October, 5 are of September. They are lost, and half of 10 goes on.
    assert paid("deals.survivor.promise") == pytest.approx([6] * 7 + [3] * 3 + [3] * 2)
    assert paid("deals.survivor.chips") == pytest.approx([4] * 7 + [2] * 3 + [2] * 2)
    assert row("written_off", "survivor", "seller") == pytest.approx(9e6)
    assert row("written_off", "survivor", "maker") == pytest.approx(6e6)
    assert row("cash", "survivor") == pytest.approx(0.0, abs=1.0)


def test_creditors_of_who_is_restructured_own_it_by_what_they_lost(row):
    assert row("stakes", "seller", "survivor") == pytest.approx(0.7 * 0.6)
    assert row("stakes", "maker", "survivor") == pytest.approx(0.7 * 0.4)


def test_a_buyer_pays_what_was_in_arrears_and_then_what_is_lacking(paid, row):
    # 5 and 5 pay January's 10; then 5 of 10, of 15, of 20. In May 25 are owed and nothing is there; then 5 lack.
    assert paid("parties.target.takeover") == pytest.approx([0, 0, 0, 0, 25] + [5] * 7)
    assert paid("deals.targets.lease") == pytest.approx([10, 5, 5, 5, 25] + [10] * 7)
    assert row("stakes", "rich", "target") == pytest.approx(0.9)
    assert row("stakes", "founder", "target") == pytest.approx(0.08)


def test_who_is_taken_over_fails_for_good_when_its_buyer_has_nothing_left(paid, row):
    # 22 is all. June: 2 and 5 for 10, July: 5 for 13, August: 5 for 18, of which 3 are left of July; then nothing is
    # there for what is claimed.
    assert paid("parties.other-target.takeover") == pytest.approx([0, 0, 0, 0, 22] + [0] * 7)
    assert paid("deals.targets.other-lease") == pytest.approx([10, 5, 5, 5, 25, 7, 5, 5] + [0] * 4)
    assert row("written_off", "other-target", "landlord") == pytest.approx(13e6)
    assert row("acquired", "other-target") == row("liquidated", "other-target") == 1.0


def test_winding_up_costs_a_part_of_the_cash_before_anybody_is_paid(paid, row):
    assert paid("parties.estate.estate") == pytest.approx([0, 0, 4] + [0] * 9)
    assert paid("deals.estate.loan") == pytest.approx([0, 0, 36] + [0] * 9)
    assert row("written_off", "estate", "bank") == pytest.approx(24e6)


def test_customers_of_a_lab_that_is_gone_go_to_the_others_by_their_size(paid):
    assert paid("parties.gone-lab.sales") == pytest.approx([40, 40] + [0] * 10)
    assert paid("parties.big-lab.sales") == pytest.approx([30, 30] + [45] * 10)
    assert paid("parties.small-lab.sales") == pytest.approx([10, 10] + [15] * 10)


def test_customers_that_do_not_move_are_lost(row):
    assert row("demand", "gone-lab") == pytest.approx((2 * 40 + 10 * 20) * 1e6)
    assert row("served", "gone-lab") == pytest.approx(2 * 40e6)


def test_capacity_that_a_failure_frees_is_sold_by_the_hour(row):
    assert row("delivered", "deals.capacity.promise") == pytest.approx(2 * 80)
    assert row("delivered", "deals.capacity.spot") == pytest.approx(2 * 20 + 10 * 90)


def test_how_a_failure_ends_is_drawn_once_and_for_each_party(run):
    ended = {
        name: run.series[name].values[run.series[name].rows.index("gambler"), -1]
        for name in ("restructured", "acquired", "liquidated")
    }
    assert (sum(ended.values()) == 1.0).all()
    for name, chance in (("restructured", 0.3), ("acquired", 0.7 * 0.5), ("liquidated", 0.7 * 0.5)):
        assert ended[name].mean() == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / PATHS)), name
    assert (run.series["failed"].values[run.series["failed"].rows.index("gambler"), -1] == 1.0).all()


def test_the_first_screen_says_how_failures_ended(run):
    said = interlock.overview(run).ends()
    assert "survivor in 100" in said
    assert "restructured in 100" in said
    [how] = [each for each in interlock.overview(run).to_json()["endings"] if each["party"] == "target"]
    assert (how["ending"], how["share"]) == ("acquired", 1.0)


def test_a_ledger_says_how_a_failure_ended(run):
    told = interlock.explain(run, path=0).tell()
    assert (
        "survivor failed at the end of 2026-10, its oldest bill unpaid for 2 months: restructured; it keeps 50 % of "
        "what it has promised to buy, its creditors get 70 % of it" in told
    )
    assert (
        "target failed at the end of 2026-04, its oldest bill unpaid for 2 months: acquired by rich; its owners keep "
        "10 %" in told
    )
    assert "estate failed at the end of 2026-02, as the book has it: liquidated" in told
    lines = interlock.explain(run, path=0, contract="parties.target.takeover", month="2026-05..2026-06").lines
    assert [line.cause for line in lines] == [
        "taken over: its bills exceed its cash by 25 M USD; the owners before keep 10 %",
        "taken over: its bills exceed its cash by 5 M USD",
    ]
