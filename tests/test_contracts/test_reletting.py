"""What failed customers leave, and who takes it: by hand, and against what is claimed of who failed."""

import pytest

import interlock
from interlock import BookError
from interlock.contracts import ComputeCommitment, Now
from interlock.contracts.damages import damages

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


def test_what_is_left_is_let_once(run):
    second = BOOK.replace(
        "      halls: {kind: reletting, payer: customers, payee: landlord}",
        "      more: {kind: reletting, payer: government, payee: cloud}",
    )
    with pytest.raises(BookError, match=r"'more' takes what customers of cloud leave, as deals\.new\.compute does"):
        run(second)
