"""Moments of the drivers against closed forms.

A logarithm or level that is linear in its shocks is fully known from where it goes undisturbed and from what one
shock in each month does to it. So its mean and variance are found exactly, not by sampling.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.drivers import GeometricBrownian, Growth, MeanReverting, rehearse
from interlock.ground.chance import normals, stream_keys

shares = st.floats(0.01, 0.8)
half_lives = st.floats(1.0, 120.0)
few = settings(max_examples=20)


def linear(driver, months, of):
    """The mean and variance after some months of `of(level)`, which is linear in the shocks."""
    still = of(rehearse(driver, [0.0] * months)[-1])
    effects = [of(rehearse(driver, list(row))[-1]) - still for row in np.eye(months)]
    return still, float(np.sum(np.square(effects)))


@few
@given(drift=st.floats(-0.5, 1.0), volatility=shares, months=st.integers(1, 12))
def test_geometric_brownian_motion_has_the_mean_and_variance_of_its_closed_form(drift, volatility, months):
    driver = GeometricBrownian(level=3.0, drift=drift, volatility=volatility)
    middle, variance = linear(driver, months, np.log)
    years = months / 12
    assert variance == pytest.approx(volatility**2 * years, rel=1e-9)
    assert np.exp(middle + variance / 2) == pytest.approx(3.0 * np.exp(drift * years), rel=1e-9)


def test_sampled_prices_have_the_mean_that_their_drift_promises(levels_on_paths):
    shocks = normals(stream_keys(1, ["spot"]), np.arange(37), np.arange(20_000))[:, 0]
    ends = levels_on_paths(GeometricBrownian(level=1.0, drift=0.1, volatility=0.4), shocks)[-1]
    spread = np.exp(0.3) * np.sqrt((np.exp(0.16 * 3) - 1) / 20_000)
    assert ends.mean() == pytest.approx(np.exp(0.3), abs=4 * spread)


@few
@given(half_life=half_lives, volatility=shares, months=st.integers(1, 12))
def test_an_unbounded_level_reverts_as_the_process_of_ornstein_and_uhlenbeck(half_life, volatility, months):
    driver = MeanReverting(level=5.0, mean=2.0, half_life=half_life, volatility=volatility)
    middle, variance = linear(driver, months, lambda level: level)
    pull, years = 12 * np.log(2) / half_life, months / 12
    assert middle == pytest.approx(2.0 + 3.0 * np.exp(-pull * years), rel=1e-9)
    assert variance == pytest.approx(volatility**2 * (1 - np.exp(-2 * pull * years)) / (2 * pull), rel=1e-9)


@few
@given(half_life=half_lives, volatility=shares, months=st.integers(1, 12))
def test_the_logarithm_over_a_lower_bound_reverts_likewise(half_life, volatility, months):
    driver = MeanReverting(level=5.0, mean=2.0, half_life=half_life, volatility=volatility, low=0.0)
    middle, variance = linear(driver, months, np.log)
    pull, years = 12 * np.log(2) / half_life, months / 12
    assert middle == pytest.approx(np.log(2.0) + np.log(2.5) * np.exp(-pull * years), rel=1e-9)
    assert variance == pytest.approx((volatility / 2) ** 2 * (1 - np.exp(-2 * pull * years)) / (2 * pull), rel=1e-9)


def test_half_of_the_distance_is_left_after_the_half_life():
    levels = rehearse(MeanReverting(level=10.0, mean=4.0, half_life=7.0, volatility=0.0), [0.0] * 14)
    assert (levels[7], levels[14]) == pytest.approx((7.0, 5.5))


def test_a_trend_multiplies_the_level_and_changes_nothing_else():
    terms = {"level": 2.0, "mean": 1.0, "half_life": 9.0, "volatility": 0.4, "low": 0.0}
    shocks = [0.7, -1.2, 0.1] * 8
    steady, falling = rehearse(MeanReverting(**terms), shocks), rehearse(MeanReverting(**terms, trend=-0.19), shocks)
    assert falling == pytest.approx([level * 0.9 ** (t / 6) for t, level in enumerate(steady)], rel=1e-12)


def test_near_its_mean_a_bounded_level_is_as_volatile_as_one_without_bounds():
    terms = {"level": 0.6, "mean": 0.6, "half_life": 36.0, "volatility": 1e-4}
    free = rehearse(MeanReverting(**terms), [1.0])[1] - 0.6
    for bounds in ({"low": 0.1}, {"high": 0.9}, {"low": 0.1, "high": 0.9}):
        assert rehearse(MeanReverting(**terms, **bounds), [1.0])[1] - 0.6 == pytest.approx(free, rel=1e-3)


def test_a_bounded_level_has_its_mean_as_the_median_in_the_long_run(levels_on_paths):
    shocks = normals(stream_keys(1, ["margin"]), np.arange(121), np.arange(4_000))[:, 0]
    driver = MeanReverting(level=0.3, mean=0.6, half_life=12.0, volatility=0.15, low=0.0, high=0.75)
    ends = levels_on_paths(driver, shocks)[-1]
    assert (ends < 0.6).mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(4_000))


@few
@given(
    low=st.floats(-1.0, 0.5),
    room=st.floats(0.05, 10.0),
    start=st.floats(-0.5, 1.5),
    mean=st.floats(0.01, 0.99),
    half_life=half_lives,
    volatility=st.floats(0.0, 5.0),
    shocks=st.lists(st.floats(-8.0, 8.0), min_size=1, max_size=12),
    has=st.sampled_from([(True, True), (True, False), (False, True)]),
)
def test_a_bound_is_never_reached_whatever_happens(low, room, start, mean, half_life, volatility, shocks, has):
    bounds = {name: bound for name, bound, given in zip(("low", "high"), (low, low + room), has, strict=True) if given}
    level, mean = low + start * room, low + mean * room
    driver = MeanReverting(level=level, mean=mean, half_life=half_life, volatility=volatility, **bounds)
    levels = np.array(rehearse(driver, shocks))
    assert np.isfinite(levels).all()
    assert (levels > bounds.get("low", -np.inf)).all()
    assert (levels < bounds.get("high", np.inf)).all()


def test_a_mean_drawn_beyond_a_bound_stops_at_it_and_breaks_nothing():
    beyond = {"half_life": 12.0, "volatility": 0.1, "level": 0.5}
    for driver in (
        MeanReverting(**beyond, mean=0.9, low=0.1, high=0.8),
        MeanReverting(**beyond, mean=0.9, high=0.8),
        MeanReverting(**beyond, mean=0.05, low=0.1),
        MeanReverting(**beyond, mean=0.5, low=0.8, high=0.1),
    ):
        assert np.isfinite(rehearse(driver, [1.0, -1.0] * 12)).all()


def test_bounds_out_of_order_are_said():
    terms = {"level": 0.5, "mean": 0.5, "half_life": 12.0, "volatility": 0.1}
    assert MeanReverting(**terms, low=0.1, high=0.9).problem() is None
    assert "`level` is not below `high`" in MeanReverting(**terms, high=0.4).problem()
    assert "`mean` is not above `low`" in MeanReverting(**{**terms, "level": 0.7}, low=0.6).problem()


@few
@given(
    growth=st.floats(-0.5, 4.0),
    long_run=st.floats(-0.2, 0.5),
    half_life=half_lives,
    volatility=shares,
    months=st.integers(1, 12),
)
def test_growth_fades_as_its_closed_form_and_volatility_leaves_the_mean_alone(
    growth, long_run, half_life, volatility, months
):
    driver = Growth(level=2.0, growth=growth, long_run=long_run, half_life=half_life, volatility=volatility)
    middle, variance = linear(driver, months, np.log)
    pull, years = 12 * np.log(2) / half_life, months / 12
    excess = np.log1p(growth) - np.log1p(long_run)
    grown = np.log1p(long_run) * years + excess * (1 - np.exp(-pull * years)) / pull
    assert variance == pytest.approx(volatility**2 * years, rel=1e-9)
    assert np.exp(middle + variance / 2) == pytest.approx(2.0 * np.exp(grown), rel=1e-9)


def test_growth_that_never_fades_compounds_by_the_year():
    levels = rehearse(Growth(level=1.0, growth=0.4, long_run=0.4), [0.0] * 36)
    assert levels[12::12] == pytest.approx([1.4, 1.4**2, 1.4**3])


@few
@given(growth_volatility=shares, half_life=half_lives, months=st.integers(2, 12))
def test_volatile_growth_spreads_the_logarithm_by_what_each_shock_does_to_all_later_months(
    growth_volatility, half_life, months
):
    driver = Growth(level=1.0, growth=0.0, half_life=half_life, growth_volatility=growth_volatility)
    _, variance = linear(driver, months, np.log)
    pull = np.log(2) / half_life
    once = growth_volatility * np.sqrt((1 - np.exp(-2 * pull)) / (2 * pull) / 12)
    later = np.arange(months)
    assert variance == pytest.approx(np.sum((once * (1 - np.exp(-pull * later)) / pull / 12) ** 2), rel=1e-9)
