"""What failed customers leave, and who takes it: by hand, and against what is claimed of who failed."""

import pytest

import interlock
from interlock import BookError
from interlock.contracts import ComputeCommitment, Now
from interlock.contracts.damages import damages
from interlock.engine.ventures import Ventures

BOOK = """
book: {title: Let again, as_of: 2026-01-01, start: 2026-01, months: 12}
parties:
  cloud: {roles: [cloud], fleet: 50 H100e}
  landlord: {roles: [landlord]}
  tenant: {roles: [investor], cash: 330 k USD, grace: 0 months}
deals:
  old:
    announced: 2026-01-01
    status: in-force
    contracts:
      compute: {kind: compute-commitment, payer: tenant, payee: cloud, capacity: 60 H100e, price: 1 USD/H100e-hour,
                term: 10 months, vacancy: 1.5 months, relet: 50 %}
      halls: {kind: capacity-lease, payer: tenant, payee: landlord, rent: 100 USD/kW-month, power: 1 MW,
              term: 9 months, vacancy: 2 months, relet: 80 %}
  new:
    announced: 2026-01-01
    status: in-force
    contracts:
      compute: {kind: reletting, payer: customers, payee: cloud}
      halls: {kind: reletting, payer: customers, payee: landlord}
"""


@pytest.fixture
def run(tmp_path):
    def of(text: str):
        file = tmp_path / "again.yaml"
        file.write_text(text, encoding="utf-8")
        return interlock.simulate(interlock.open_book(file), paths=1, keep=["paid"])

    return of


def test_what_a_failed_customer_leaves_is_let_again_until_its_contract_would_have_ended(run):
    legs = run(BOOK)["paid_by_month"]
    new = {
        name: legs.values[0][:, legs.contract.values == f"deals.new.{name}"].sum(axis=1)
        for name in ("compute", "halls")
    }
    # 36.5 k for 50 of 60 H100e and 100 k for halls fall due each month: there is cash for two, it fails in April.
    # Compute stands empty until the middle of May. Then 50 H100e cost half of 36.5 k, up to October.
    assert new["compute"] == pytest.approx([0, 0, 0, 0, 10_950, *[18_250] * 5, 0, 0])
    assert new["halls"] == pytest.approx([0, 0, 0, 0, 0, *[80_000] * 4, 0, 0, 0])


def test_nobody_takes_anything_as_long_as_all_customers_stand(run):
    legs = run(BOOK.replace("330 k USD", "1 B USD"))["paid_by_month"]
    assert not legs.values[0][:, [str(name).startswith("deals.new") for name in legs.contract.values]].any()


def test_what_is_let_again_is_what_the_claim_is_less_by():
    # Undiscounted: 12 months to come at 100, of which the seller claims what the next one does not pay.
    promise = ComputeCommitment(capacity=100.0, price=1.0, total=2400.0, term=24.0, discount=0.0).derive()
    claim = damages(promise, 1200.0, 12.0, 24.0)
    again = promise.lets_again(Now(month=15.0), promise.opening())
    assert again.worth * (12.0 - again.vacancy) == pytest.approx(1200.0 - claim)


STALE = """
book: {title: What nobody decides any more, as_of: 2026-01-01, start: 2026-01, months: 12}
parties:
  cloud: {roles: [cloud], fleet: 100 H100e, cash: 1 B USD}
  maker: {roles: [chipmaker]}
  tenant: {roles: [investor], cash: 10 k USD, grace: 0 months}
  early: {roles: [investor], cash: 1 B USD}
  lab: {roles: [lab], cash: 1 B USD, revenue: 100 k USD/year, margin: 0 %, compute_price: 1 USD/H100e-hour}
drivers:
  price: {kind: geometric-brownian, level: 1 USD/H100e-hour, drift: 0 %/year, volatility: 0 %}
deals:
  old:
    announced: 2026-01-01
    status: in-force
    contracts:
      firm: {kind: compute-commitment, payer: tenant, payee: cloud, capacity: 40 H100e, price: 1 USD/H100e-hour,
             term: 12 months, vacancy: 0 months, relet: 80 %, take: 50 %,
             notice: {given: {when: parties.tenant.failed, at_least: 1}, period: 0 months}}
      option: {kind: compute-commitment, payer: tenant, payee: cloud, capacity: 20 H100e, price: 1 USD/H100e-hour,
               term: 12 months, vacancy: 0 months, exercise: {when: parties.tenant.failed, at_least: 1}}
      unbuilt: {kind: compute-commitment, payer: tenant, payee: cloud, capacity: 30 H100e, price: 10 USD/H100e-hour,
                start: 2026-09, term: 12 months, vacancy: 0 months, additionality: 100 %}
      later: {kind: compute-commitment, payer: early, payee: cloud, capacity: 500 H100e, price: 1 USD/H100e-hour,
              start: 2026-11, lead: 8 months, term: 12 months, additionality: 100 %}
      chips: {kind: chip-supply, payer: cloud, payee: maker, price: 1 USD/H100e, share_of_orders: 100 %}
      spot: {kind: spot-compute, payer: lab, payee: cloud, price: price}
      again: {kind: reletting, payer: customers, payee: cloud}
"""


@pytest.fixture(scope="module")
def stale(tmp_path_factory):
    file = tmp_path_factory.mktemp("again") / "stale.yaml"
    file.write_text(STALE, encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=1, keep=["paid"])


def test_what_was_not_triggered_or_ordered_when_the_customer_failed_is_not_let_and_the_rest_comes_before_spot(stale):
    legs = stale["paid_by_month"]
    paid = legs.values[0][:, legs.contract.values == "deals.old.again"].sum(axis=1)
    # It owes 29,200 in January, and fails in February. Its 40 H100e are let for 80 % of the half that was owed, notice
    # or not; the option, and chips that nobody had ordered, are not. The lab may buy by the hour without limit.
    assert paid == pytest.approx([0, *[0.8 * 0.5 * 40 * 730] * 11])


def test_chips_that_wait_for_somebody_are_nobody_elses(stale):
    # 500 come in March and run from November on. All year 60 of the fleet of 100 are for sale by the hour.
    delivered = stale["delivered"]
    spot = delivered.sel(contract="deals.old.spot").values
    assert spot.sum() == pytest.approx(60 * 12)


def test_returns_count_what_is_let_again_as_they_count_what_had_been_let(tmp_path):
    book = STALE.replace("take: 50 %,", "take: 50 %, additionality: 100 %,").replace(
        "fleet: 100 H100e", "fleet: 0 H100e"
    )
    file = tmp_path / "returns.yaml"
    file.write_text(book, encoding="utf-8")
    run = interlock.simulate(interlock.open_book(file), paths=1)
    paid = run["paid"]
    again = Ventures(run).of("cloud")["deals.old.again"]
    assert again.sales.sum() == pytest.approx(float(paid.sel(leg=paid.contract.values == "deals.old.again").sum()))
    assert again.sales.sum() > 0.0


def test_where_nothing_is_let_nothing_is_let_again(run):
    with pytest.raises(BookError, match=r"'halls' takes what customers of tenant leave, who sells and lets nothing"):
        run(
            BOOK.replace(
                "{kind: reletting, payer: customers, payee: landlord}",
                "{kind: reletting, payer: customers, payee: tenant}",
            )
        )


def test_what_is_left_is_let_once(run):
    second = BOOK.replace(
        "      halls: {kind: reletting, payer: customers, payee: landlord}",
        "      more: {kind: reletting, payer: government, payee: cloud}",
    )
    with pytest.raises(BookError, match=r"'more' takes what customers of cloud leave, as deals\.new\.compute does"):
        run(second)
