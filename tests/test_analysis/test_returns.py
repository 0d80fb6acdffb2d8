"""What spending earns: against closed forms, and a ledger worked by hand."""

import numpy as np
import pytest
from scipy.optimize import brentq

import interlock
from drawn import assert_drawn
from interlock.engine.venture import together
from interlock.engine.ventures import Ventures

# A hall is built in the first year for 120 M, and let from the second on for RENT less 12 M of running costs.
LANDLORD = """
  landlord:
    roles: [landlord]
    cash: 1 B USD
    flows:
      building: {purpose: construction, amount: 120 M USD/year, term: 12 months}
      rent: {from: customers, purpose: rent, amount: "RENT", start: 2027-01}
      running: {purpose: staff, amount: 12 M USD/year, start: 2027-01}
      owners: {to: capital-markets, purpose: dividend, amount: 5 M USD/year}
"""
BANK = """
  bank: {roles: [lender], cash: 1 B USD}
"""
BOOK = """
book: {title: A hall, as_of: 2026-01-01, start: 2026-01, months: 72}
deals:
  loan:
    announced: 2026-01-01
    status: in-force
    contracts:
      bond: {kind: loan, payer: bank, payee: landlord, total: 100 M USD, rate: 5 %/year, term: 5 years}
parties:
"""
HALL = BOOK + LANDLORD + BANK
# As good as certain, and compiled as what is not.
SIXTY = "uniform(59.999999, 60.000001) M USD/year"
TIMES = np.arange(6) + 0.5


def opened(folder, text):
    file = folder / "book.yaml"
    file.write_text(text, encoding="utf-8")
    return interlock.open_book(file)


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    book = opened(tmp_path_factory.mktemp("hall"), HALL.replace("RENT", SIXTY))
    return interlock.simulate(book, paths=4)


@pytest.fixture(scope="module")
def uncertain(tmp_path_factory):
    return opened(tmp_path_factory.mktemp("uncertain"), HALL.replace("RENT", "uniform(20, 80) M USD/year"))


def test_the_hall_is_worth_what_the_closed_form_says(hall):
    answer = interlock.returns(hall, cost_of_capital=0.08)
    flows = np.array([-120.0, *[48.0] * 5]) * 1e6
    whole = answer.rows[0]
    worth = float((flows * 1.08**-TIMES).sum())
    assert whole.npv.centre == pytest.approx(worth, rel=1e-7)
    # Fifteen years straight-line, five and a half of which are over.
    left = 120e6 * (1.0 - 5.5 / 15.0)
    assert whole.npv_with.centre == pytest.approx(worth + left * 1.08**-6, rel=1e-7)
    assert whole.left["buildings"] == pytest.approx(left * 1.08**-6)
    assert whole.irr == pytest.approx(brentq(lambda rate: (flows * (1 + rate) ** -TIMES).sum(), 0.0, 1.0), abs=1e-7)
    later = brentq(lambda rate: (flows * (1 + rate) ** -TIMES).sum() + left * (1 + rate) ** -6, 0.0, 1.0)
    assert whole.irr_with == pytest.approx(later, abs=1e-7)
    assert (whole.multiple, whole.payback_year, whole.no_irr.share) == (pytest.approx(2.0), 2029, 0.0)
    assert whole.npv.error < 10.0


def test_a_tax_is_a_cost_of_the_party_and_no_deal_to_earn_on(hall, tmp_path):
    taxed = HALL.replace("RENT", SIXTY).replace(
        "parties:",
        "  taxes: {announced: 2026-01-01, status: in-force, contracts: {tax: {kind: profit-tax, payer: landlord, "
        "payee: government, rate: 20 %}}}\nparties:",
    )
    answer = interlock.returns(interlock.simulate(opened(tmp_path, taxed), paths=4))
    assert not [row for row in answer.rows if "taxes" in row.of]
    assert answer.rows[0].npv.centre < interlock.returns(hall).rows[0].npv.centre


def test_a_life_is_a_lever_and_a_dearer_year_needs_more(hall):
    answer = interlock.returns(hall, cost_of_capital=0.08, life={"construction": 4.0})
    # 120 M earned back within four years from the middle of the first one, and 12 M of running costs.
    pace = np.log(1.08)
    yearly = 120e6 * pace / (1.0 - np.exp(-4.0 * pace))
    needed = [yearly / 2, *[yearly + 12e6] * 3, yearly / 2 + 12e6, 12e6]
    assert [need.needed for need in answer.needs] == pytest.approx(needed, rel=1e-7)
    assert [need.projected for need in answer.needs] == pytest.approx([0, *[60e6] * 5], abs=1.0)
    assert [need.gap.centre > 0.0 for need in answer.needs] == [True, False, False, False, False, False]
    assert "up to 2026 and no longer" in answer.head()
    assert answer.rows[0].left["buildings"] == 0.0
    assert [lever.life for lever in answer.levers] == [3.0, 4.0, 5.0, 6.0]


def test_spending_may_be_ahead_to_the_end(hall):
    dear = interlock.returns(hall, cost_of_capital=0.9, life={"construction": 9.0})
    assert "to the end of the run in 2031" in dear.ahead()


def test_an_error_shrinks_with_the_root_of_the_futures(uncertain):
    few, many = (interlock.returns(interlock.simulate(uncertain, paths=paths)).rows[0] for paths in (128, 2048))
    for of in (lambda row: row.npv.error, lambda row: row.irr_error, lambda row: row.multiple_error):
        assert of(few) / of(many) == pytest.approx(4.0, rel=0.25)
    # The mean of the rent is 50 M.
    worth = float((np.array([-120e6, *[38e6] * 5]) * 1.1**-TIMES).sum())
    assert many.npv.centre == pytest.approx(worth, abs=3.0 * many.npv.error)
    assert abs(few.npv.centre - worth) < 4.0 * few.npv.error
    # Below 36 M a year less costs nothing has come back by the end: a rent under 36.
    assert many.paid_back.share == pytest.approx((80 - 36) / 60, abs=4.0 * many.paid_back.error)
    assert many.payback_year == 2030
    # Below 12 M nothing ever comes in.
    assert many.no_irr.share == 0.0


@pytest.fixture(scope="module")
def pair():
    return interlock.simulate(interlock.open_book("pair"), paths=64)


def test_only_the_part_for_which_chips_were_ordered_counts_and_costs_come_to_where_they_are_earned_back(pair):
    cloud = Ventures(pair).of("cloud")
    paid = pair["paid"].groupby("contract").sum().transpose("year", "path", "contract")
    compute = cloud["deals.promise.compute"]
    under = {name: paid.sel(contract=name).values for name in paid.contract.values}
    assert compute.received == pytest.approx(0.5 * under["deals.promise.compute"])
    assert compute.chips == pytest.approx(under["deals.chips.supply"], rel=1e-7)
    assert set(cloud) == {"deals.promise.compute", "deals.promise.spot"}
    delivered = pair["delivered"].transpose("contract", "year", "path")
    share = delivered.sel(contract="deals.promise.compute").values / delivered.sum("contract").values
    assert compute.running == pytest.approx(0.5 * share * under["parties.cloud.power"])


def test_a_seller_bears_the_cost_of_what_it_sells(pair):
    maker = together(Ventures(pair).of("chipmaker").values())
    assert maker.running.sum() == pytest.approx(0.3 * maker.received.sum(), rel=0.05)


def test_a_loan_earns_its_rate_for_who_lends_and_is_no_part_of_what_who_borrows_earns(hall):
    answer = interlock.returns(hall)
    by_name = {(row.level, row.of, row.party): row for row in answer.rows}
    bank = by_name["party", "bank", "bank"]
    assert bank.irr == pytest.approx(0.05, abs=0.004)
    assert bank.multiple > 1.0
    assert by_name["deal", "loan", "bank"].npv == bank.npv
    assert by_name["party", "landlord", "landlord"].npv == answer.rows[0].npv


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"of": "landlort"}, "Did you mean 'landlord'"),
        ({"cost_of_capital": 8.0}, "0.1 for 10 %"),
        ({"life": {"chip": 3.0}}, "Did you mean 'chips'"),
        ({"life": {"chips": 0.0}}, "from a month"),
        ({"cost_of_capital": float("nan")}, "from 0 to 1 a year"),
        ({"cost_of_capital": "10 %"}, "cost_of_capital is '10 %'; it must be a number"),
        ({"life": {"chips": "4"}}, "life is {'chips': '4'}; it must be a dict of"),
        ({"of": 7}, "of is 7; it must be text or None"),
    ],
)
def test_what_cannot_be_asked_is_one_line(hall, given, words):
    with pytest.raises(interlock.ArgumentError, match=words) as problem:
        interlock.returns(hall, **given)
    assert len(str(problem.value).splitlines()) == 1


def test_what_is_needed_is_drawn_against_what_is_sold(pair):
    assert_drawn(interlock.returns(pair), "need", "worth")
