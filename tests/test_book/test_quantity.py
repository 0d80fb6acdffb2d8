import math
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import interlock.ground.units as units_of_measure
from interlock.book.quantity import ANY, Calendar, QuantityError, read_quantity, show
from interlock.book.ranges import beta_between, mean, quantile, share_below
from interlock.ground.figure import Distribution, Shape
from interlock.ground.units import Unit


def unit(name: str) -> Unit:
    return get_args(getattr(units_of_measure, name))[1]


@pytest.mark.parametrize(
    ("text", "field", "in_base_units"),
    [
        ("30 B USD", "Usd", 30e9),
        ("30B USD", "Usd", 30e9),
        ("30 billion USD", "Usd", 30e9),
        ("-2 B USD", "SignedUsd", -2e9),
        ("180 B USD/year", "UsdPerMonth", 15e9),
        ("2.35 USD/H100e-hour", "UsdPerH100eHour", 2.35 * 730),
        ("2.35 USD/(H100e-hour)", "UsdPerH100eHour", 2.35 * 730),
        ("2.35 USD/H100e/hour", "UsdPerH100eHour", 2.35 * 730),
        ("7.5 c/kWh", "UsdPerMegawattHour", 0.075 * 1000 * 730),
        ("55 USD/MWh", "UsdPerMegawattHour", 55 * 730),
        ("12 B USD/GW-year", "UsdPerMegawattYear", 12e9 / 1000 / 12),
        ("40 B USD/GW", "UsdPerMegawatt", 40e6),
        ("1 GW", "FacilityMegawatt", 1000.0),
        ("1 GW (facility)", "FacilityMegawatt", 1000.0),
        ("400 k H100e", "H100e", 400e3),
        ("20 k H100e/month", "H100ePerMonth", 20e3),
        ("6 years", "Months", 72.0),
        ("1 quarter", "Months", 3.0),
        ("365 days", "Months", 12.0),
        ("45 %", "Share", 0.45),
        ("0.45", "Share", 0.45),
        ("25 x", "Multiple", 25.0),
        ("40 %/year", "GrowthPerYear", 0.4),
        ("5 x/year", "GrowthPerYear", 4.0),
        ("-30 %/year", "GrowthPerYear", -0.3),
        ("1.2", "Ratio", 1.2),
        ("0", "Usd", 0.0),
        ("1e3 USD", "Usd", 1000.0),
    ],
)
def test_one_number_is_kept_in_base_units(text, field, in_base_units):
    distribution = read_quantity(text, unit(field)).distribution
    assert distribution.shape is Shape.certain
    assert distribution.numbers[0] == pytest.approx(in_base_units, rel=1e-15)


def test_decimal_shares_are_exact():
    assert read_quantity("70 %", unit("Share")).distribution.numbers == (0.7,)
    assert read_quantity("0.1 %", unit("Share")).distribution.numbers == (0.001,)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("20 to 40 B USD", 20e9, 40e9),
        ("500 M to 2 B USD", 0.5e9, 2e9),
        ("20 USD to 40 B USD", 20.0, 40e9),
        ("20 B USD to 40 B USD", 20e9, 40e9),
        ("20B to 40B USD", 20e9, 40e9),
    ],
)
def test_a_range_of_money_is_a_lognormal_with_5_percent_beyond_each_end(text, low, high):
    distribution = read_quantity(text, unit("Usd")).distribution
    assert distribution.shape is Shape.lognormal
    rival = stats.lognorm(s=distribution.numbers[1], scale=math.exp(distribution.numbers[0]))
    assert rival.ppf([0.05, 0.95]) == pytest.approx([low, high], rel=1e-9)


def test_a_range_across_zero_is_a_normal():
    distribution = read_quantity("-5 to 10 B USD", unit("SignedUsd")).distribution
    rival = stats.norm(*distribution.numbers)
    assert distribution.shape is Shape.normal
    assert rival.ppf([0.05, 0.95]) == pytest.approx([-5e9, 10e9], rel=1e-9)


@given(st.floats(1e-4, 1 - 1e-4), st.floats(1e-4, 1 - 1e-4))
def test_a_range_of_shares_is_a_beta_with_5_percent_beyond_each_end(one, other):
    low, high = sorted((one, other))
    if high - low < 1e-3:
        return
    alpha, beta = beta_between(low, high)
    assert stats.beta.cdf(low, alpha, beta) == pytest.approx(0.05, abs=1e-9)
    assert stats.beta.sf(high, alpha, beta) == pytest.approx(0.05, abs=1e-9)


def test_a_very_narrow_range_of_shares_has_its_tails_to_three_digits():
    alpha, beta = beta_between(0.3, 0.3001)
    assert stats.beta.cdf(0.3, alpha, beta) == pytest.approx(0.05, abs=1e-3)
    assert stats.beta.sf(0.3001, alpha, beta) == pytest.approx(0.05, abs=1e-3)


@given(st.floats(0.05, 200), st.floats(0.05, 200), st.floats(0.001, 0.999))
def test_the_incomplete_beta_function_is_that_of_the_tables(alpha, beta, x):
    assert share_below(x, alpha, beta) == pytest.approx(stats.beta.cdf(x, alpha, beta), abs=1e-12)


@pytest.mark.parametrize("text", ["70 to 100 %", "0 to 30 %"])
def test_a_share_that_touches_an_end_is_uniform(text):
    assert read_quantity(text, unit("Share")).distribution.shape is Shape.uniform


def test_a_range_in_percent_of_a_field_that_may_exceed_100_is_a_share_only_inside():
    ratio = unit("Ratio")
    assert read_quantity("20 to 40 %", ratio).distribution.shape is Shape.beta
    assert read_quantity("80 to 120 %", ratio).distribution.shape is Shape.lognormal
    assert read_quantity("0.2 to 0.4", ratio).distribution.shape is Shape.lognormal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("normal(20, 3) B USD", Distribution(Shape.normal, (20e9, 3e9))),
        ("uniform(20, 40) B USD", Distribution(Shape.uniform, (20e9, 40e9))),
        ("triangular(20, 25, 40) B USD", Distribution(Shape.triangular, (20e9, 25e9, 40e9))),
        ("triangular(500 M, 1 B, 2 B USD)", Distribution(Shape.triangular, (0.5e9, 1e9, 2e9))),
        ("choice(10: 30 %, 20: 70 %) B USD", Distribution(Shape.choice, (10e9, 20e9, 0.3, 0.7))),
        ("choice(10 M USD: 30 %, 20 B USD: 70 %)", Distribution(Shape.choice, (10e6, 20e9, 0.3, 0.7))),
    ],
)
def test_named_distributions_take_the_unit_at_their_end(text, expected):
    assert read_quantity(text, unit("Usd")).distribution == expected


def test_beta_is_a_share_by_its_two_numbers():
    assert read_quantity("beta(2, 5)", unit("Share")).distribution == Distribution(Shape.beta, (2.0, 5.0))


def test_a_probability_is_drawn_as_yes_or_no_and_an_uncertain_one_counts_by_its_mean():
    chance = unit("Chance")
    assert read_quantity("70 %", chance).distribution == Distribution(Shape.chance, (0.7,))
    uncertain = read_quantity("60 to 80 %", chance).distribution
    assert uncertain.shape is Shape.chance
    assert uncertain.numbers[0] == pytest.approx(stats.beta.mean(*beta_between(0.6, 0.8)))


def test_a_month_counts_from_the_start_and_a_lag_from_the_announcement():
    january, november = 2026 * 12, 2025 * 12 + 10
    calendar = Calendar(start=january, origin=november)
    moment = unit("Moment")
    date = read_quantity("2026-06", moment, calendar)
    assert (date.distribution.numbers, date.offset) == ((5.0,), 0.0)
    lag = read_quantity("2 to 14 months", moment, calendar)
    assert (lag.distribution.shape, lag.offset) == (Shape.lognormal, -2.0)
    assert quantile(lag.distribution, 0.95) == pytest.approx(14.0)
    between = read_quantity("2026-04 to 2027-01", moment, calendar).distribution
    assert between.shape is Shape.normal
    assert stats.norm(*between.numbers).ppf([0.05, 0.95]) == pytest.approx([3.0, 12.0])
    either = read_quantity("choice(2026-03: 30 %, 2027-03: 70 %)", moment, calendar)
    assert either.distribution.numbers == (2.0, 14.0, 0.3, 0.7)


@pytest.mark.parametrize(
    ("text", "field", "wrong"),
    [
        ("30 B EUR", "Usd", "is '30 B EUR', but this field is measured in USD"),
        ("1 GW", "Usd", "is '1 GW', but this field is measured in USD"),
        ("30", "Usd", "is '30', but this field is measured in USD"),
        ("800 MW (IT)", "FacilityMegawatt", "is '800 MW (IT)', but this field is measured in MW (facility)"),
        ("45 USD", "Share", "is '45 USD', but this field is a share in %"),
        ("40 to 20 B USD", "Usd", "is '40 to 20 B USD': the range is upside down"),
        ("20 to 20 B USD", "Usd", "is '20 to 20 B USD', a range without width"),
        ("1 to 2 to 3 B USD", "Usd", "is '1 to 2 to 3 B USD': a range has two ends"),
        ("triangular(3, 2, 1) USD", "Usd", "is 'triangular(3, 2, 1) USD': the range is upside down"),
        ("-1 USD", "Usd", "is '-1 USD', but it cannot be below 0 USD"),
        ("140 %", "Share", "is '140 %', but it cannot be above 100 %"),
        ("-150 %/year", "GrowthPerYear", "is '-150 %/year', but it cannot be below -100 %/year"),
        ("0 to 5 B USD", "Usd", "is '0 to 5 B USD', a normal distribution that falls below 0 USD"),
        ("normal(1, 1) USD", "Usd", "is 'normal(1, 1) USD', a normal distribution that falls below 0 USD"),
        ("5 x/year", "RatePerYear", "is '5 x/year', but this is no growth"),
        ("1e999 USD", "Usd", "is '1e999 USD', which is too large a number"),
        ("about 30 B USD", "Usd", "is 'about 30 B USD', which is no quantity"),
        ("poisson(3) USD", "Usd", "is 'poisson(3) USD', but there is no distribution 'poisson'"),
        ("uniform(3) USD", "Usd", "is 'uniform(3) USD', but uniform(…) has 2 numbers"),
        ("2026-06 to 9 months", "Moment", "is '2026-06 to 9 months', partly a month and partly a lag"),
        ("30 B USD", "Moment", "is '30 B USD', but this field is a month, or a lag in months"),
    ],
)
def test_what_is_no_quantity_of_its_field_is_refused(text, field, wrong):
    with pytest.raises(QuantityError) as error:
        read_quantity(text, unit(field))
    assert error.value.wrong == wrong
    assert error.value.remedy


def test_the_remedy_of_an_upside_down_range_is_the_range_the_right_way_up():
    with pytest.raises(QuantityError) as error:
        read_quantity("8 to 5 years", unit("Months"))
    assert error.value.remedy == 'Write "5 to 8 years".'
    with pytest.raises(QuantityError) as error:
        read_quantity("2 B USD to 500 M USD", unit("Usd"))
    assert error.value.remedy == 'Write "500 M USD to 2 B USD".'


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("900 to 1150 H100e/MW", "H100e/MW"),
        ("2.35 USD/H100e-hour", "USD/H100e/month"),
        ("12 B USD/GW-year", "USD/MW/month"),
        ("40 %/year", "1/year"),
        ("6 years", "month"),
        ("45 to 60 %", ""),
        ("3 B USD", "USD"),
    ],
)
def test_a_figure_that_stands_for_itself_has_the_unit_it_is_written_in(text, base):
    assert read_quantity(text, ANY).unit.base == base


@given(
    st.floats(1e-3, 1e15, allow_nan=False),
    st.sampled_from(
        ["Usd", "UsdPerMonth", "UsdPerH100eHour", "UsdPerMegawattYear", "FacilityMegawatt", "H100e", "Multiple"]
    ),
)
def test_a_number_that_is_shown_reads_back_to_itself(number, field):
    shown = show(number, unit(field))
    assert read_quantity(shown, unit(field)).distribution.numbers[0] == pytest.approx(number, rel=1e-5)


@given(
    st.sampled_from(["lognormal", "uniform", "triangular", "beta", "choice", "normal"]),
    st.floats(0.5, 3),
    st.floats(0.5, 3),
)
def test_the_mean_of_a_distribution_is_that_of_the_tables(shape, one, other):
    rivals = {
        "lognormal": ((one, other), stats.lognorm(s=other, scale=math.exp(one))),
        "normal": ((one, other), stats.norm(one, other)),
        "uniform": ((one, one + other), stats.uniform(one, other)),
        "triangular": ((0.0, one, one + other), stats.triang(one / (one + other), 0, one + other)),
        "beta": ((one, other), stats.beta(one, other)),
        "choice": ((one, 4.0, 0.25, 0.75), stats.rv_discrete(values=((one, 4.0), (0.25, 0.75)))),
    }
    numbers, rival = rivals[shape]
    distribution = Distribution(Shape(shape), numbers)
    assert mean(distribution) == pytest.approx(float(rival.mean()), rel=1e-9)
    if shape != "choice":
        assert quantile(distribution, 0.3) == pytest.approx(float(rival.ppf(0.3)), rel=1e-7)
