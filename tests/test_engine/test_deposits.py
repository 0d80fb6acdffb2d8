"""Deposits on chips that do not come, in a small world worked out by hand; amounts in millions of USD, from January."""

import numpy as np
import pytest

import interlock

BOOK = """
book: {title: Deposits, as_of: 2026-01-01, start: 2026-01, months: 8}

parties:
  # A maker that spends deposits as they come, and fails in April with those of two months
  buyer: {roles: [cloud], cash: 100 M USD}
  maker: {roles: [chipmaker], cash: 8 M USD, flows: {foundry: {amount: 96 M USD/year}}}

  # A buyer that leaves by a notice in March
  leaver: {roles: [cloud], cash: 100 M USD}
  other-maker: {roles: [chipmaker]}

  # A buyer and a maker that fail in the same month
  fallen-buyer: {roles: [cloud], cash: 100 M USD}
  fallen-maker: {roles: [chipmaker]}

deals:
  all:
    announced: 2026-01-01
    status: in-force
    contracts:
      held: {kind: chip-supply, payer: buyer, payee: maker, TERMS}
      left: {kind: chip-supply, payer: leaver, payee: other-maker, TERMS, cancellation_fee: 20 %,
        notice: {given: 2026-03, period: 1 month}}
      both: {kind: chip-supply, payer: fallen-buyer, payee: fallen-maker, TERMS}

fail:
- {party: maker, month: 2026-04}
- {party: fallen-buyer, month: 2026-04}
- {party: fallen-maker, month: 2026-04}
"""

TERMS = "price: 10 USD/H100e, units: 1 M H100e/month, start: 2026-03, term: 6 months, deposit: 50 %, ahead: 2 months"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("deposits") / "deposits.yaml"
    file.write_text(BOOK.replace("TERMS", TERMS), encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=1, keep=["paid"])


def paid(run, contract):
    """By leg and month, until May."""
    legs = run["paid_by_month"]
    names = zip(legs["contract"].values, legs["name"].values, strict=True)
    return {
        str(name): np.round(legs.values[0, :5, n] / 1e6, 9).tolist()
        for n, (address, name) in enumerate(names)
        if address == f"deals.all.{contract}"
    }


def test_the_buyer_of_a_maker_that_fails_claims_its_deposits_and_gets_what_there_is(run):
    # 8 + 5 - 8 = 5, then 2, then 2 + 10 - 8 = 4 of the 10 that were paid for April and May.
    assert paid(run, "held") == {
        "delivery": [0, 0, 5, 0, 0],
        "deposit": [5, 5, 5, 0, 0],
        "cancellation": [0, 0, 0, 0, 0],
        "refund": [0, 0, 0, 4, 0],
    }
    lost = {(each.contract, each.holder, each.what): each.overall.centre / 1e6 for each in interlock.losses(run).losses}
    assert lost["deals.all.held", "buyer", "claims"] == pytest.approx(6)


def test_a_buyer_that_leaves_gets_back_the_deposits_that_exceed_its_fee(run):
    # A deposit of 5 on April's chips, against a fifth of the price of two months.
    assert paid(run, "left") == {
        "delivery": [0, 0, 5, 0, 0],
        "deposit": [5, 5, 0, 0, 0],
        "cancellation": [0, 0, 0, 0, 0],
        "refund": [0, 0, 0, 1, 0],
    }


def test_where_both_fail_deposits_make_good_what_the_maker_loses(run):
    assert paid(run, "both")["refund"] == [0] * 5


def test_accounts_of_deposits_that_come_to_nothing(run):
    accounts = interlock.accounts(run, paths=1)
    found = accounts.table().query("year == 2026").set_index(["party", "line"]).centre / 1e6
    by_hand = {
        # One month's chips, and 6 of deposits that are lost for good; they were the maker's.
        ("buyer", "losses"): 6,
        ("buyer", "capital_spending"): 20 - 4,
        ("maker", "losses"): -6,
        ("maker", "revenue"): 10,
        # One month's chips, and the fee that the deposit was kept for.
        ("leaver", "fees"): 4,
        ("leaver", "losses"): 0,
        ("leaver", "capital_spending"): 15 - 1,
        ("other-maker", "revenue"): 14,
        ("other-maker", "deferred"): 0,
    }
    assert {key: found[key] for key in by_hand} == pytest.approx(by_hand)
    months = accounts.balance_sheet("buyer").sel(line="prepayments")[0] / 1e6
    assert months.values.tolist() == pytest.approx([5, 10, 10, 0, 0, 0, 0, 0])
