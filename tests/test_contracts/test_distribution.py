"""Models sold through others: who bills, what is gross and what is net, and that the lab keeps the same."""

import numpy as np
import pytest

import interlock
from interlock.contracts import Distribution, ModelSales, Notice, Now, rehearse
from interlock.ground.errors import BookError

BOOK = """
book: {title: A channel, as_of: 2026-01-01, start: 2026-01, months: 12}
parties:
  lab: {roles: [lab], revenue: 1200 USD/year, demand: demand}
  carrier: {roles: [cloud]}
  landlord: {roles: [landlord]}
drivers:
  demand: {kind: geometric-brownian, level: 1, volatility: 40 %}
deals:
  channel:
    announced: 2026-01-01
    status: in-force
    contracts:
      models: {kind: distribution, payer: carrier, payee: lab, through: 30 %, fee: 20 %, ramp: 4 months, billing: WHO}
"""

EVERYTHING = {"through": 0.3, "fee": 0.2}


def bills(contract: Distribution, length: int, **seen: float) -> list[tuple[float, ...]]:
    return rehearse(contract, [Now(month=float(t), served=100.0, **seen) for t in range(length)])


@pytest.fixture
def run(tmp_path):
    def of(who: str, text: str = BOOK):
        file = tmp_path / f"{who}.yaml"
        file.write_text(text.replace("WHO", who), encoding="utf-8")
        return interlock.simulate(interlock.open_book(file), paths=16, keep=["paid", "cash"])

    return of


def flows(run, payer: str, payee: str):
    """[path, month] what one party pays another."""
    paid = run["paid_by_month"]
    return paid.values[..., (paid.payer.values == payer) & (paid.payee.values == payee)].sum(axis=-1)


def test_a_carrier_that_bills_passes_on_the_net():
    assert bills(Distribution(**EVERYTHING, billing=0), 1, billed=0.3) == [(30.0, 24.0, 0.0)]


def test_a_lab_that_bills_pays_a_fee():
    assert bills(Distribution(**EVERYTHING, billing=1), 1) == [(0.0, 0.0, 6.0)]


def test_customers_pay_each_dollar_once():
    carrier, other = Distribution(**EVERYTHING, billing=0), Distribution(through=0.5, fee=0.0, billing=0)
    now = Now(served=100.0, billed=0.8)
    gross = [contract.due(now, ())[0] for contract in (carrier, other)]
    assert sum(gross) + ModelSales().due(now, ())[0] == pytest.approx(100.0)


def test_carriers_who_would_bill_more_than_there_is_share_it():
    one, other = Distribution(through=0.9, fee=0.1, billing=0), Distribution(through=0.6, fee=0.1, billing=0)
    now = Now(served=100.0, billed=1.5)
    assert [contract.due(now, ())[0] for contract in (one, other)] == pytest.approx([60.0, 40.0])
    assert ModelSales().due(now, ()) == (0.0,)


def test_sales_ramp_up_from_the_start_in_a_straight_line():
    contract = Distribution(through=0.4, fee=0.5, start=1.0, ramp=2.0, term=4.0)
    gross = [gross for gross, _, _ in bills(contract, 6)]
    # A quarter of the part on average over the first month of the ramp, three quarters over the second.
    assert gross == pytest.approx([0.0, 10.0, 30.0, 40.0, 40.0, 0.0])
    assert [contract.effects(Now(month=float(t)), ()).billed for t in range(3)] == pytest.approx([0.0, 0.1, 0.3])


def test_a_notice_ends_it_within_a_month():
    contract = Distribution(**EVERYTHING, notice=Notice(given=0.0, period=1.5))
    assert [gross for gross, _, _ in bills(contract, 3)] == pytest.approx([30.0, 15.0, 0.0])


def test_nothing_is_billed_elsewhere_where_the_lab_bills():
    assert Distribution(**EVERYTHING, billing=1).effects(Now(), ()).billed == 0.0


def test_the_lab_keeps_the_same_cash_whoever_bills(run):
    by_carrier, by_lab = run("carrier"), run("lab")
    cash = by_carrier["cash_by_month"]
    assert cash.values == pytest.approx(by_lab["cash_by_month"].values, rel=1e-12)
    lab = cash.sel(party="lab").values
    assert np.ptp(lab[:, -1]) > 100.0  # the paths are not all alike
    # What customers pay in all is the same, too; the ways of the dollars are not.
    direct, through = flows(by_carrier, "customers", "lab"), flows(by_carrier, "customers", "carrier")
    assert direct + through == pytest.approx(flows(by_lab, "customers", "lab"), rel=1e-12)
    assert flows(by_carrier, "carrier", "lab") == pytest.approx(0.8 * through, rel=1e-12)
    assert flows(by_lab, "lab", "carrier") == pytest.approx(0.2 * through, rel=1e-12)
    assert through[:, 0] == pytest.approx([100.0 * 0.3 / 8] * 16)


def test_customers_of_another_kind_may_be_named(run):
    named = BOOK.replace("billing: WHO}", "billing: carrier, customers: landlord}").replace(
        "landlord: {roles: [landlord]}", "landlord: {roles: [landlord], cash: 10 k USD}"
    )
    of_landlord = run("named", named)
    assert flows(of_landlord, "landlord", "carrier").sum() > 0.0
    assert flows(of_landlord, "customers", "carrier").sum() == 0.0


def test_a_party_without_customers_has_no_channel(tmp_path):
    file = tmp_path / "book.yaml"
    file.write_text(BOOK.replace("payee: lab, through", "payee: landlord, through").replace("WHO", "lab"))
    with pytest.raises(BookError, match="'models' sells the models of landlord, which has no customers of its own"):
        interlock.open_book(file)


def test_customers_come_with_the_ramp_whoever_bills():
    for billing in (0, 1):
        contract = Distribution(**EVERYTHING, reach=0.5, start=1.0, ramp=2.0, term=4.0, billing=billing)
        reach = [float(contract.effects(Now(month=float(t)), ()).reach) for t in range(6)]
        # As much of it as of the ramp: a quarter on average over its first month, three quarters over its second.
        assert reach == pytest.approx([0.0, 0.125, 0.375, 0.5, 0.5, 0.0])


def test_nobody_reaches_customers_who_do_not_choose(tmp_path):
    file = tmp_path / "book.yaml"
    file.write_text(BOOK.replace("through: 30 %", "reach: 0.5, through: 30 %").replace("WHO", "lab"))
    with pytest.raises(BookError, match="'models' adds to the reach of lab, which has a share of no segment"):
        interlock.open_book(file)


def test_each_leg_says_what_was_sold():
    def said(**terms: float) -> tuple[str, ...]:
        contract, now = Distribution(**EVERYTHING, **terms), Now(served=100.0)
        return contract.explain(now, (), contract.due(now, ()))

    sold = "30 % of the 100 USD that the lab can serve"
    assert said() == (f"gross: {sold}, billed by the carrier", "net: 30 USD less a fee of 20 %", "")
    assert said(billing=1) == ("", "", f"fee: 20 % of {sold}")
    assert ModelSales().explain(Now(billed=0.3), (), (1.0,)) == (
        "what it can serve of its customers' demand, less the 30 % that others bill",
    )
