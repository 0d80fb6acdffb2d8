"""Vehicles that own a site and the debt on it, worked out by hand; amounts in millions of USD, by month."""

import pytest

import interlock

BOOK = """
book: {title: Vehicles, as_of: 2026-01-01, start: 2026-01, months: 8}

parties:
  sponsor: {roles: [investor], cash: 50 M USD, stakes: {vehicle: 100 %, yard: 100 %, dock: 100 %, quay: 100 %}}
  builder: {roles: [cloud]}
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
  yard:
    roles: [vehicle]
    cash: 20 M USD
    flows: {rent: {from: customers, purpose: rent, amount: 120 M USD/year}}
  dock:
    roles: [vehicle]
    cash: 50 M USD
    flows: {rent: {from: customers, purpose: rent, amount: 60 M USD/year}}
  quay:
    roles: [vehicle]
    cash: 20 M USD
    flows:
      rent: {from: customers, purpose: rent, amount: 120 M USD/year}
      outside-debt: {to: capital-markets, purpose: interest, amount: 96 M USD/year}
  slip:
    roles: [vehicle]
    cash: 7 M USD
    flows:
      power: {to: suppliers, purpose: power, amount: 24 M USD/year}
      works: {to: builder, purpose: construction, amount: 60 M USD/year}

deals:
  site:
    announced: 2025-12-01
    status: in-force
    contracts:
      lease: {kind: capacity-lease, payer: tenant, payee: vehicle, power: 10 MW, rent: 1000 USD/kW-month,
        start: 2025-06, term: 5 years}
      debt: {kind: loan, payer: bank, payee: vehicle, outstanding: 60 M USD, rate: 0 %/year, start: 2024-12,
        term: 24 months, every: 1 month, amortised: 100 %}
      distributions: {kind: dividend-or-buyback, payer: vehicle, payee: sponsor, part: 100 %, locked_below: 1.2 x}
  others:
    announced: 2025-12-01
    status: in-force
    contracts:
      yard-debt: {kind: loan, payer: bank, payee: yard, outstanding: 140 M USD, rate: 0 %/year, start: 2024-07,
        term: 60 months, every: 6 months, amortised: 100 %, accelerated: {when: parties.yard.cover, at_most: 1.1 x}}
      yard-out: {kind: dividend-or-buyback, payer: yard, payee: sponsor, part: 100 %, locked_below: 3.4 x}
      dock-debt: {kind: loan, payer: bank, payee: dock, outstanding: 100 M USD, rate: 0 %/year, start: 2024-06,
        term: 30 months, every: 6 months, amortised: 100 %}
      dock-out: {kind: dividend-or-buyback, payer: dock, payee: sponsor, part: 100 %, locked_below: 0.7 x}
      slip-debt: {kind: loan, payer: bank, payee: slip, outstanding: 60 M USD, rate: 0 %/year, start: 2025-12,
        term: 12 months, every: 1 month, amortised: 100 %, collateral: 900 M USD}
      quay-out: {kind: dividend-or-buyback, payer: quay, payee: sponsor, part: 100 %, locked_below: 1.3 x}
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "vehicle.yaml"
    file.write_text(BOOK, encoding="utf-8")
    return interlock.open_book(file)


@pytest.fixture(scope="module")
def run(book):
    return interlock.simulate(book, paths=1, keep=["cash", "paid"])


def paid(run, contract):
    by_month = run["paid_by_month"]
    return by_month.values[0][:, by_month.contract.values == f"deals.{contract}"].sum(axis=1) / 1e6


def test_distributions_are_locked_until_business_covers_debt_service(run):
    # Rent 10 (12.5 from April) less running costs 3.5 and tax 1; debt service 5; February's works are no running cost.
    # The year before was like the month before: 66 / 60 = 1.1. With April to June 73.5 / 60 = 1.225 is enough.
    assert paid(run, "site.distributions") == pytest.approx([0, 0, 0, 0, 0, 0, 16, 3])
    cash = run["cash_by_month"].sel(party="vehicle").values[0] / 1e6
    assert cash == pytest.approx([20.5, 20, 20.5, 23.5, 26.5, 29.5, 16.5, 16.5])


def test_a_locked_distribution_says_why(run):
    lines = interlock.explain(run, path=0, contract="deals.site.distributions", month="2026-03").lines
    assert [line.cause for line in lines] == [
        "locked: its business paid for 1.1 x of its debt service in the last 12 months, less than 1.2 x"
    ]


def test_debt_was_served_before_the_run_as_its_schedule_says(run):
    # 175 was lent; of it 17.5 fell due in July 2025, and in January. 120 a year cover 35 a year 3.4 times: neither does
    # the covenant of 1.1 break, nor is anything locked; a sixth of the next instalment is set aside each month.
    assert paid(run, "others.yard-debt") == pytest.approx([17.5, 0, 0, 0, 0, 0, 17.5, 0])
    handed_out = paid(run, "others.yard-out")
    assert handed_out[:2] == pytest.approx([20 - 17.5, 10 - 17.5 / 6])
    assert (handed_out[2:] > 0.0).all()


def test_distributions_are_locked_where_nothing_falls_due_for_months(run):
    # 50 fell due in June and December 2025: 60 a year are 0.6 of that, whatever falls due in January.
    assert paid(run, "others.dock-out").sum() == 0.0
    assert paid(run, "others.dock-debt") == pytest.approx([0, 0, 0, 0, 0, 50, 0, 0])


def test_debt_that_no_contract_lends_was_served_as_in_the_month_before(run):
    # 120 over 96 are 1.25.
    assert paid(run, "others.quay-out").sum() == 0.0


def test_what_is_built_comes_after_secured_debt_and_running_costs_before(run):
    # 7 pay 2 of power, and 5 that fall due of a loan; nothing is left for the works of 5.
    by_month = run["paid_by_month"]
    first = {
        (str(c), str(p)): usd / 1e6
        for c, p, usd in zip(by_month.contract.values, by_month.purpose.values, by_month.values[0, 0], strict=True)
    }
    assert first["parties.slip.power", "power"] == pytest.approx(2)
    assert paid(run, "others.slip-debt")[0] == pytest.approx(5)
    assert first["parties.slip.works", "construction"] == 0.0


def test_while_a_debt_is_young_there_is_no_cover_to_speak_of(book):
    # Lent a month before the run, so that the first whole year of it is over at its end.
    young = {f"deals.{name}.start": "2025-12" for name in ("site.debt", "others.yard-debt", "others.dock-debt")}
    run = interlock.simulate(interlock.with_scenario(book, {"title": "Young", "set": young}), paths=1, keep=["paid"])
    for contract in ("site.distributions", "others.yard-out", "others.dock-out"):
        assert paid(run, contract).sum() == 0.0
    assert paid(run, "others.yard-debt") == pytest.approx([0, 0, 0, 0, 0, 14, 0, 0])
    lines = interlock.explain(run, path=0, contract="deals.site.distributions", month="2026-03").lines
    assert [line.cause for line in lines] == ["locked: it has not served its debt for 12 months yet"]
