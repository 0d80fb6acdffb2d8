"""Present values, rates of return, payback and capital charges: against roots of polynomials, and by hand."""

import numpy as np
import numpy_financial
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import Polynomial
from scipy.integrate import quad
from scipy.optimize import brentq

from interlock.money.discounting import (
    capital_charge,
    evenly,
    has_rate,
    parts_of_years,
    payback,
    present_value,
    put_in_and_back,
    rate_of_return,
    slope_of_value,
)

YEARLY = np.arange(6) + 0.5


@pytest.mark.parametrize(
    ("flows", "rate", "digits"),
    [
        # The examples of numpy-financial, and of Microsoft's help for IRR; a root; twice as much after a year.
        ((-100, 39, 59, 55, 20), 0.28095, 5),
        ((-100, 0, 0, 74), -0.0955, 4),
        ((-70_000, 12_000, 15_000, 18_000, 21_000, 26_000), 0.087, 3),
        ((-100, 0, 0, 74), 0.74 ** (1 / 3) - 1.0, 14),
        ((-1, 2), 1.0, 14),
    ],
)
def test_the_rate_of_published_examples(flows, rate, digits):
    assert rate_of_return(flows, np.arange(len(flows))) == pytest.approx(rate, abs=0.5 * 10.0**-digits)


def test_the_rate_is_the_one_root_of_the_polynomial_that_is_a_discount_factor():
    chance = np.random.default_rng(3)
    flows = chance.normal(size=(6, 60)) + np.array([-2.5, 0, 0.2, 0.4, 0.6, 0.8])[:, None]
    some = has_rate(flows, YEARLY)
    assert 0.3 < some.mean() < 1.0
    for n, mine in enumerate(flows.T):
        roots = Polynomial(mine).roots()
        real = [each.real for each in roots if abs(each.imag) < 1e-9 and 1 / 50.0 < each.real < 50.0]
        if some[n]:
            assert len(real) == 1 or (np.diff(np.sign(mine)) != 0).sum() == 1
            if real:
                assert rate_of_return(mine, YEARLY) == pytest.approx(1.0 / real[0] - 1.0, rel=1e-8, abs=1e-8)
        else:
            assert np.isnan(rate_of_return(mine, YEARLY))
            # Nothing put in first, no root, several, or one at which the value rises.
            falls = [each for each in real if Polynomial(mine).deriv()(each) > 0.0]
            assert len(real) != 1 or not falls


def test_many_futures_at_once_are_what_each_is_alone():
    flows = np.random.default_rng(5).normal(size=(6, 50)) - np.array([1.0, 0, 0, 0, 0, 0])[:, None]
    alone = [bool(has_rate(each[:, None], YEARLY)[0]) for each in flows.T]
    assert has_rate(np.tile(flows, 30), YEARLY).tolist() == alone * 30
    assert [not np.isnan(rate_of_return(each, YEARLY)) for each in flows.T] == alone
    assert {True, False} == {*alone}


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=9), st.floats(10, 500))
def test_a_rate_is_that_of_a_finance_library(returns, spent):
    flows = np.array([-spent, *returns])
    assert rate_of_return(flows, np.arange(len(flows))) == pytest.approx(numpy_financial.irr(flows), rel=1e-6, abs=1e-8)


def test_the_rate_of_uneven_times_is_that_of_brent():
    times = np.array([0.04, 0.6, 1.6, 2.9, 7.0])
    flows = np.array([-40.0, -60.0, 50.0, 40.0, 45.0])
    mine = rate_of_return(flows, times)
    assert mine == pytest.approx(brentq(lambda rate: present_value(flows, times, rate), 0.0, 1.0), abs=1e-10)
    step = 1e-6
    slope = (present_value(flows, times, mine + step) - present_value(flows, times, mine - step)) / (2 * step)
    assert slope_of_value(flows, times, mine) == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize(
    "flows",
    [(1, 2, 3), (-1, -2, -3), (100, -50, -20), (-100, 230, -132), (-1, 3, -3), (0, 0, 0)],
    ids=["only in", "only out", "borrowed", "two rates", "none at all", "nothing"],
)
def test_there_is_no_rate_where_none_is_what_the_money_earns(flows):
    assert np.isnan(rate_of_return(flows, np.arange(3)))
    assert not has_rate(np.array(flows, float)[:, None], np.arange(3))[0]


def test_a_rate_beyond_fiftyfold_a_year_says_nothing():
    assert rate_of_return([-1.0, 49.0], [0.0, 1.0]) == pytest.approx(48.0)
    assert np.isnan(rate_of_return([-1.0, 51.0], [0.0, 1.0]))
    futures = np.array([[-1.0, -1.0, -1.0, -1.0], [49.0, 51.0, 100.0, 100.0], [0.0, 0.0, -60.0, -1.0]])
    assert has_rate(futures, [0.0, 1.0, 2.0]).tolist() == [True, False, False, False]


def test_what_is_nothing_but_rounding_has_no_sign():
    # Who has failed takes in and pays nothing but for rounding.
    flows = np.array([-100.0, 60.0, 70.0, -1e-8, 1e-8, -1e-9])
    assert has_rate(flows[:, None], YEARLY).tolist() == [True]
    assert rate_of_return(flows, YEARLY) == pytest.approx(rate_of_return(flows[:3], YEARLY[:3]))
    assert payback(flows[:, None]).tolist() == [2]


def test_years_of_a_run_that_begins_in_december():
    begins, ends = parts_of_years(2025 * 12 + 11, 97)
    assert begins[:3] == pytest.approx([0.0, 1 / 12, 13 / 12])
    assert ends[-2:] == pytest.approx([85 / 12, 97 / 12])


def test_payback_is_for_good_and_not_by_the_end_is_not_never_put_in():
    flows = np.array([[-10, -10, -10, 5], [4, 12, 12, 0], [6, -5, 0, 0], [1, 4, 0, 0], [1, 0, -3, 0]], float)
    assert payback(flows).tolist() == [2, 3, 5, -1]
    assert [each.tolist() for each in put_in_and_back(flows)] == [[12, 16, 12, 5], [10, 15, 13, 0]]


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.4])
def test_the_charge_discounted_is_what_was_spent(rate):
    life, times = 3.0, np.array([0.5, 1.5])
    edges = np.arange(8.0)
    spent = np.array([[100.0], [60.0]])
    charge = capital_charge(spent, times, edges[:-1], edges[1:], life, rate)[:, 0]
    yearly = 1.0 / evenly(np.array(life), rate)
    by_hand = [50 * yearly, 130 * yearly, 160 * yearly, 110 * yearly, 30 * yearly, 0, 0]
    assert charge == pytest.approx([float(each) for each in by_hand])
    worth = quad(lambda time: (1 + rate) ** -time, 0.5, 3.5)[0] * yearly * 100
    assert worth == pytest.approx(100 * (1 + rate) ** -0.5)
