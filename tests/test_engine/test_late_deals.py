"""A deal that closes late: every schedule under it begins when it is in force, and none of it is lost."""

import numpy as np
import pytest

import interlock

BOOK = """
book: {title: Late, as_of: 2026-01-01, start: 2026-01, months: 24}
parties: {a: {roles: [investor], cash: 10 B USD}, b: {roles: [cloud], cash: 1 B USD, fleet: 500 k H100e}}
deals:
  other:
    announced: 2026-01-01
    status: signed
    COMPLETES
    contracts:
      fee: {kind: model-usage, payer: a, payee: b, amount: 12 M USD/year, term: 1 month}
  d:
    announced: 2026-01-01
    status: in-force
    depends_on: [other]
    contracts:
      use: {kind: compute-commitment, payer: a, payee: b, total: 1200 M USD, price: 2 USD/H100e-hour, term: 12 months,
        start: 2025-11, true_up: 1 month}
      loan: {kind: loan, payer: a, payee: b, total: 100 M USD, rate: 6 %/year, term: 10 months, start: 2025-11,
        amortised: 100 %, every: 1 month}
      rent: {kind: capacity-lease, payer: a, payee: b, power: 1 MW, rent: 100 USD/kW-month, term: 5 months}
      power: {kind: power-purchase, payer: a, payee: b, power: 1 MW, price: 50 USD/MWh, term: 5 months}
      models: {kind: model-usage, payer: a, payee: b, amount: 12 M USD/year, term: 5 months, start: 2026-08}
      chips: {kind: chip-supply, payer: a, payee: b, price: 1 USD/H100e, units: 100 k H100e/month, term: 5 months,
        deposit: 40 %, ahead: 3 months}
      line: {kind: credit-line, payer: a, payee: b, limit: 12 M USD, rate: 0 %/year, term: 5 months,
        commitment_fee: 1 %/year}
"""


def paid(book, tmp_path):
    file = tmp_path / "late.yaml"
    file.write_text(book, encoding="utf-8")
    run = interlock.simulate(interlock.open_book(file), paths=2, keep=["paid"])
    legs = run["paid_by_month"]
    found = {}
    for n, (contract, name) in enumerate(zip(legs["contract"].values, legs["name"].values, strict=True)):
        found[f"{contract.split('.')[-1]} {name}".strip()] = np.round(legs.values[0, :, n] / 1e6, 4)
    return found


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    return paid(BOOK.replace("COMPLETES", "completes: 2026-05-01"), tmp_path_factory.mktemp("late"))


def in_months(first, amounts):
    months = np.zeros(24)
    months[first : first + len(amounts)] = amounts
    return pytest.approx(months, abs=1e-4)


def test_terms_begin_in_the_month_in_which_the_deal_is_in_force(late):
    assert late["use use"] + late["use top-up"] == in_months(4, [100.0] * 12)
    assert late["rent"] == in_months(4, [0.1] * 5)
    assert late["power"] == in_months(4, [0.0365] * 5)
    assert late["line commitment fee"] == in_months(4, [0.01] * 5)


def test_a_term_that_is_to_begin_later_still_does(late):
    assert late["models"] == in_months(7, [1.0] * 5)


def test_a_loan_is_repaid_from_when_it_is_drawn(late):
    assert late["loan draw"] == in_months(4, [100.0])
    assert late["loan principal"] == in_months(5, [10.0] * 10)
    assert late["loan interest"] == in_months(5, [0.05 * left for left in range(10, 0, -1)])


def test_deposits_that_fell_due_before_are_paid_with_the_delivery(late):
    assert late["chips delivery"] == in_months(4, [0.1, 0.1, 0.1, 0.06, 0.06])
    assert late["chips deposit"] == in_months(4, [0.04, 0.04])


def test_what_came_into_force_before_the_run_began_when_it_is_said_to_have(tmp_path):
    # Ten of twelve months are left of what began in November.
    early = paid(BOOK.replace("COMPLETES", "completes: 2025-12-01"), tmp_path)
    assert early["use use"] + early["use top-up"] == in_months(0, [100.0] * 10)
    assert early["rent"] == in_months(0, [0.1] * 5)
