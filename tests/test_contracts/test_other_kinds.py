"""Spot compute, revenue shares, dividends, sales of models and plain flows, against sums worked out by hand."""

import pytest

from interlock.contracts import DividendOrBuyback, ModelSales, Now, PlainFlow, RevenueShare, SpotCompute, rehearse


def test_spot_compute_costs_its_use_at_the_price_of_the_month_and_a_markup():
    assert rehearse(SpotCompute(price=1460.0, markup=0.25), [Now(used=10.0)]) == [(18_250.0,)]
    offered = SpotCompute(price=1460.0, limit=70.0).effects(Now(), ())
    assert (offered.reserved, offered.ready, offered.price) == (70.0, 70.0, 1460.0)
    assert SpotCompute(price=1460.0, limit=70.0, limit_index=1.5).effects(Now(), ()).ready == 105.0


def test_nothing_is_owed_for_spot_compute_that_is_not_used():
    assert rehearse(SpotCompute(price=1460.0), [Now(delivered=50.0, used=0.0)]) == [(0.0,)]


def test_a_revenue_share_is_paid_on_last_months_revenue_from_its_start_for_its_term():
    share = RevenueShare(rate=0.2, start=1.0, term=2.0)
    assert rehearse(share, [Now(month=float(t), sales=100.0) for t in range(4)]) == [(0,), (20,), (20,), (0,)]


def test_a_dividend_is_a_part_of_what_is_spare():
    dividend = DividendOrBuyback(part=0.25, start=1.0)
    spare = [80.0, 80.0, 0.0]
    assert rehearse(dividend, [Now(month=float(t), free_cash=each) for t, each in enumerate(spare)]) == [
        (0.0,),
        (20.0,),
        (0.0,),
    ]


def test_distributions_are_locked_while_debt_is_not_covered_well_enough():
    lock = DividendOrBuyback(part=1.0, locked_below=1.2)
    assert rehearse(lock, [Now(free_cash=80.0, cover=cover) for cover in (1.19, 1.2, -3.0)]) == [
        (0.0,),
        (80.0,),
        (0.0,),
    ]


def test_distributions_wait_while_there_is_no_cover_to_speak_of():
    lock = DividendOrBuyback(part=1.0, locked_below=0.0)
    assert rehearse(lock, [Now(free_cash=80.0, cover=float("nan"))]) == [(0.0,)]


def test_customers_pay_for_what_can_be_served():
    assert rehearse(ModelSales(), [Now(served=75.0), Now(month=1.0, served=0.0)]) == [(75.0,), (0.0,)]


def test_a_fixed_sum_grows_by_its_yearly_rate():
    wages = PlainFlow(amount=100.0, growth=0.21)
    dues = [due for (due,) in rehearse(wages, [Now(month=float(t)) for t in (0, 6, 12, 24)])]
    assert dues == pytest.approx([100.0, 110.0, 121.0, 146.41])


def test_a_plain_flow_adds_its_four_parts():
    flow = PlainFlow(amount=100.0, of_sales=0.5, per_unit=2.0, per_order=7.0)
    assert rehearse(flow, [Now(sales=40.0, supplied=10.0, ordered=3.0)]) == [(100.0 + 20.0 + 20.0 + 21.0,)]


def test_a_plain_flow_follows_what_it_was_planned_for():
    flow = PlainFlow(amount=100.0, growth=0.21, index=0.5, planned=2.0, response=0.5)
    assert rehearse(flow, [Now(month=0.0), Now(month=12.0)]) == [(pytest.approx(50.0),), (pytest.approx(60.5),)]
    as_planned = PlainFlow(amount=100.0, index=3.7, planned=3.7, response=0.4)
    assert rehearse(as_planned, [Now()]) == [(100.0,)]
    assert rehearse(PlainFlow(amount=100.0, index=0.0), [Now()]) == [(pytest.approx(0.0, abs=1e-6),)]


def test_a_plain_flow_begins_and_ends():
    flow = PlainFlow(amount=10.0, start=1.5, term=2.0)
    assert [due for (due,) in rehearse(flow, [Now(month=float(t)) for t in range(5)])] == [0.0, 0.0, 10.0, 10.0, 0.0]


def test_what_shrinks_by_all_of_itself_in_a_year_is_soon_gone():
    assert rehearse(PlainFlow(amount=100.0, growth=-1.0), [Now(month=12.0)])[0][0] == pytest.approx(0.0, abs=1e-3)
