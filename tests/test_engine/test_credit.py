"""Loans, security and claims in small worlds worked out by hand; amounts in millions of USD, by month from January."""

import pytest

import interlock

BOOK = """
book: {title: Credit, as_of: 2026-01-01, start: 2026-01, months: 12}

parties:
  # A loan that is repaid
  bank: {roles: [lender], cash: 500 M USD}
  good: {roles: [cloud], flows: {receipts: {from: customers, amount: 600 M USD/year}}}

  # One that is not: what collateral covers comes before trade
  short: {roles: [cloud], cash: 80 M USD, grace: 0 months}
  maker: {roles: [chipmaker]}

  # One whose collateral is worth more than the loan: the rest is there for others
  rich: {roles: [vehicle], grace: 0 months}
  landowner: {roles: [landlord]}

  # One that is saved: what collateral covers is still owed
  saved: {roles: [cloud], cash: 10 M USD, grace: 0 months, restructured: 100 %}

  # One that cannot pay all: interest first
  late: {roles: [cloud], grace: 24 months, flows: {receipts: {from: customers, amount: 96 M USD/year}}}

  # A buyer of compute that fails owes what its seller loses
  buyer: {roles: [investor], cash: 20 M USD, grace: 0 months}
  seller: {roles: [cloud]}

  # A lender that fails: its borrower goes on paying
  weak-bank: {roles: [lender], grace: 0 months, flows: {rent: {purpose: rent, amount: 12 M USD/year}}}
  debtor: {roles: [cloud], flows: {receipts: {from: customers, amount: 600 M USD/year}}}

  # A lender with too little to spare
  small-bank: {roles: [lender], cash: 50 M USD, floor: 20 M USD}
  asks: {roles: [cloud], flows: {receipts: {from: customers, amount: 600 M USD/year}}}

deals:
  repaid:
    announced: 2026-01-01
    status: in-force
    contracts:
      loan: {kind: loan, payer: bank, payee: good, total: 120 M USD, rate: 12 %/year, term: 3 months, every: 1 month}
  unpaid:
    announced: 2026-01-01
    status: in-force
    contracts:
      loan:
        {kind: loan, payer: bank, payee: short, outstanding: 120 M USD, rate: 0 %/year, start: 2025-12, term: 2 months,
         collateral: 60 M USD}
      chips: {kind: chip-supply, payer: short, payee: maker, price: 1 USD/H100e, units: 40 M H100e/month,
         start: 2026-02, term: 1 month}
  surplus:
    announced: 2026-01-01
    status: in-force
    contracts:
      loan: {kind: loan, payer: bank, payee: rich, outstanding: 100 M USD, rate: 0 %/year, start: 2025-12,
         term: 5 years, collateral: 200 M USD}
      land: {kind: capacity-lease, payer: rich, payee: landowner, power: 40 MW, rent: 1000 USD/kW-month, term: 1 month}
  saving:
    announced: 2026-01-01
    status: in-force
    contracts:
      loan: {kind: loan, payer: bank, payee: saved, outstanding: 100 M USD, rate: 0 %/year, start: 2025-12,
         term: 10 months, every: 1 month, amortised: 100 %, collateral: 200 M USD}
      land: {kind: capacity-lease, payer: saved, payee: landowner, power: 4 MW, rent: 1000 USD/kW-month,
         start: 2026-02, term: 2 months}
  late:
    announced: 2026-01-01
    status: in-force
    contracts:
      loan: {kind: loan, payer: bank, payee: late, outstanding: 120 M USD, rate: 12 %/year, start: 2025-12,
         term: 12 months, every: 1 month, amortised: 100 %}
  failing:
    announced: 2026-01-01
    status: in-force
    contracts:
      promise:
        {kind: compute-commitment, payer: buyer, payee: seller, total: 120 M USD, term: 12 months,
         price: 1 USD/H100e-hour, true_up: 1 month, discount: 0 %/year, relet: 50 %, vacancy: 3 months}
  outlived:
    announced: 2026-01-01
    status: in-force
    contracts:
      loan: {kind: loan, payer: weak-bank, payee: debtor, outstanding: 60 M USD, rate: 12 %/year, start: 2025-12,
         term: 6 months, every: 1 month}
  rationed:
    announced: 2026-01-01
    status: in-force
    contracts:
      loan: {kind: loan, payer: small-bank, payee: asks, total: 60 M USD, rate: 0 %/year, term: 6 months}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "credit.yaml"
    file.write_text(BOOK, encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=1, keep=["cash", "paid"])


@pytest.fixture
def paid(run):
    """What is paid under the legs of a contract with some purpose, by month."""
    by_month = run["paid_by_month"]

    def of(contract: str, purpose: str, payer: str) -> list[float]:
        rows = (
            (by_month.contract.values == contract)
            & (by_month.purpose.values == purpose)
            & (by_month.payer.values == payer)
        )
        return (by_month.values[0][:, rows].sum(axis=1) / 1e6).tolist()

    return of


@pytest.fixture
def lost(run):
    """What one party wrote off of another, in all."""
    written_off = run["written_off"]
    pairs = list(zip(written_off.payer.values, written_off.payee.values, strict=True))
    return lambda debtor, creditor: float(written_off.values[0][:, pairs.index((debtor, creditor))].sum() / 1e6)


def test_a_loan_is_drawn_bears_interest_and_is_repaid(paid, run):
    assert paid("deals.repaid.loan", "principal", "bank") == pytest.approx([120] + [0] * 11)
    assert paid("deals.repaid.loan", "interest", "good") == pytest.approx([0, 1.2, 1.2, 1.2] + [0] * 8)
    assert paid("deals.repaid.loan", "principal", "good") == pytest.approx([0, 0, 0, 120] + [0] * 8)


def test_collateral_comes_before_trade_and_the_rest_is_shared(paid, lost):
    # February: 120 of principal, 60 of it secured, and 40 for chips; 80 in the till. 20 are left for 100 of trade. In
    # March the collateral is sold for the 60 that it is worth. What it secured has been paid: it goes to the 80 that
    # are left. So it is as if it had been sold at once: 60 for the bank, then 80 for 60 of it and 40 of chips.
    assert paid("deals.unpaid.loan", "principal", "short")[:3] == pytest.approx([0, 60 + 12, 36])
    assert paid("deals.unpaid.chips", "chips", "short")[:3] == pytest.approx([0, 8, 24])
    assert paid("deals.unpaid.loan", "liquidation", "capital-markets")[:4] == pytest.approx([0, 0, 60, 0])
    assert lost("short", "bank") == pytest.approx(12)
    assert lost("short", "maker") == pytest.approx(8)


def test_what_collateral_fetches_beyond_the_loan_is_there_for_the_others(paid, run):
    # 40 of rent are missed in January. In February 200 come in: 100 for the bank, 40 for the landowner, 60 are left.
    assert paid("deals.surplus.loan", "principal", "rich")[:3] == pytest.approx([0, 100, 0])
    assert paid("deals.surplus.land", "rent", "rich")[:3] == pytest.approx([0, 40, 0])
    assert run["cash_by_month"].sel(party="rich").values[0, -1] / 1e6 == pytest.approx(60)


def test_a_restructuring_writes_off_nothing_that_collateral_covers(paid, lost, run):
    # 10 are paid in January. In February 10 of the loan and 4 of rent are missed, and the 4 are lost. In March 14 more
    # are missed: the second failure is the last one. The site, worth 200, pays 90 of the loan and 4 of rent.
    assert paid("deals.saving.loan", "principal", "saved")[:5] == pytest.approx([10, 0, 0, 90, 0])
    assert paid("deals.saving.land", "rent", "saved")[:5] == pytest.approx([0, 0, 0, 4, 0])
    assert lost("saved", "bank") == 0.0
    assert lost("saved", "landowner") == pytest.approx(4)
    assert run["cash_by_month"].sel(party="saved").values[0, -1] / 1e6 == pytest.approx(106)


def test_what_is_paid_on_a_loan_goes_to_interest_first(paid):
    # 8 a month for instalments of 10, and interest of 1.2 on 120, then 1.1 on 110 that have not fallen due, …
    interest = [1.2 - 0.1 * month for month in range(12)]
    assert paid("deals.late.loan", "interest", "late") == pytest.approx(interest)
    assert paid("deals.late.loan", "principal", "late") == pytest.approx([8 - usd for usd in interest])


def test_a_seller_claims_what_it_loses_by_the_failure_of_its_buyer(paid, lost):
    # 10 a month, paid twice. March is missed; from April on 90 were to come, 6 of 9 months of it let again at half.
    assert paid("deals.failing.promise", "compute", "buyer") == pytest.approx([10, 10] + [0] * 10)
    assert lost("buyer", "seller") == pytest.approx(10 + 90 - 0.5 * 60)


def test_what_a_failed_lender_has_lent_is_repaid_to_its_estate(paid, run):
    failed = run.kept.failed[0][run["cash"].party.values.tolist().index("weak-bank"), 0]
    assert failed == 1.0  # its own rent it cannot pay
    assert paid("deals.outlived.loan", "interest", "debtor") == pytest.approx([0.6] * 6 + [0] * 6)
    assert paid("deals.outlived.loan", "principal", "debtor") == pytest.approx([0] * 5 + [60] + [0] * 6)


def test_a_lender_lends_what_it_can_spare_and_the_rest_waits(paid):
    assert paid("deals.rationed.loan", "principal", "small-bank") == pytest.approx([30] + [0] * 11)
