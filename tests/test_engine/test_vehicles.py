"""A vehicle that owns a site and the debt on it, worked out by hand; amounts in millions of USD, by month."""

import pytest

import interlock

BOOK = """
book: {title: Vehicle, as_of: 2026-01-01, start: 2026-01, months: 6}

parties:
  sponsor: {roles: [investor], cash: 50 M USD, stakes: {vehicle: 100 %}}
  bank: {roles: [lender]}
  tenant:
    roles: [cloud]
    cash: 10 M USD
    flows: {receipts: {from: customers, purpose: other-business, amount: 120 M USD/year}}
  vehicle:
    roles: [vehicle]
    cash: 20 M USD
    floor: 4 M USD
    flows:
      running: {to: suppliers, purpose: power, amount: 42 M USD/year}
      tax: {to: government, purpose: tax, amount: 12 M USD/year}
      works: {to: suppliers, purpose: construction, amount: 12 M USD/year, start: 2026-02, term: 1 month}
      late-rent: {from: customers, purpose: rent, amount: 30 M USD/year, start: 2026-04}

deals:
  site:
    announced: 2025-12-01
    status: in-force
    contracts:
      lease: {kind: capacity-lease, payer: tenant, payee: vehicle, power: 10 MW, rent: 1000 USD/kW-month, term: 5 years}
      debt: {kind: loan, payer: bank, payee: vehicle, outstanding: 60 M USD, rate: 0 %/year, start: 2025-12,
        term: 12 months, every: 1 month, amortised: 100 %}
      distributions: {kind: dividend-or-buyback, payer: vehicle, payee: sponsor, part: 100 %, locked_below: 1.2 x}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "vehicle.yaml"
    file.write_text(BOOK, encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=1, keep=["cash", "paid"])


def test_distributions_are_locked_until_business_covers_debt_service(run):
    # Rent 10 (12.5 from April) less running costs 3.5 and tax 1; debt service 5; February's works are no running cost.
    # Nothing fell due before January. From February to April 5.5 / 5 = 1.1 is too little; then 24.5 / 20 and 32.5 / 25.
    by_month = run["paid_by_month"]
    handed_out = by_month.values[0][:, by_month.purpose.values == "dividend"].sum(axis=1) / 1e6
    assert handed_out == pytest.approx([6.5, 0, 0, 0, 3.5, 3.0])
    cash = run["cash_by_month"].sel(party="vehicle").values[0] / 1e6
    assert cash == pytest.approx([14, 13.5, 14, 17, 16.5, 16.5])
    assert run["cash_by_month"].sel(party="sponsor").values[0, -1] / 1e6 == pytest.approx(50 + 13)


def test_a_locked_distribution_says_why(run):
    lines = interlock.explain(run, path=0, contract="deals.site.distributions", month="2026-03").lines
    assert [line.cause for line in lines] == [
        "locked: its business paid for 1.1 x of its debt service in the last 12 months, less than 1.2 x"
    ]
