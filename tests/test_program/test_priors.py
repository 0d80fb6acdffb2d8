"""Figures as distributions: what is drawn, what is correlated, and what disturbs what."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.special import betaincinv, ndtri

from interlock.ground.chance import Sampling
from interlock.ground.figure import Distribution, Shape
from interlock.ground.sampling_error import sampling_error
from interlock.program.beta import beta_quantile
from interlock.program.priors import Priors, median, quantile, rank

# 20 to 40 as a range that nine futures in ten fall into.
MIDDLE, SPREAD = np.log(20 * 40) / 2, np.log(40 / 20) / 2 / scipy.stats.norm.ppf(0.95)

FAMILIES = [
    (Distribution(Shape.lognormal, (MIDDLE, SPREAD)), scipy.stats.lognorm(SPREAD, scale=np.exp(MIDDLE))),
    (Distribution(Shape.normal, (-2.0, 3.0)), scipy.stats.norm(-2.0, 3.0)),
    (Distribution(Shape.uniform, (0.7, 1.0)), scipy.stats.uniform(0.7, 0.3)),
    (Distribution(Shape.triangular, (20.0, 25.0, 40.0)), scipy.stats.triang(0.25, 20.0, 20.0)),
    (Distribution(Shape.triangular, (20.0, 20.0, 40.0)), scipy.stats.triang(0.0, 20.0, 20.0)),
    (Distribution(Shape.beta, (3.0, 5.0)), scipy.stats.beta(3.0, 5.0)),
    (Distribution(Shape.beta, (0.4, 12.0)), scipy.stats.beta(0.4, 12.0)),
]

CONTINUOUS = pytest.mark.parametrize(("prior", "expected"), FAMILIES, ids=lambda each: getattr(each, "shape", ""))


def drawn(prior, paths=8_192, **named):
    return Priors([("deals.d.c.total", prior, "")], {}).draw(7, np.arange(paths), **named)[0]


@CONTINUOUS
@pytest.mark.parametrize("sampling", list(Sampling))
def test_draws_follow_the_distribution_that_the_book_gives(prior, expected, sampling):
    assert scipy.stats.kstest(drawn(prior, sampling=sampling), expected.cdf).pvalue > 0.01


@CONTINUOUS
def test_quantiles_are_those_of_scipy(prior, expected):
    parts = np.array([1e-9, 0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999])
    np.testing.assert_allclose(quantile(prior, parts), expected.ppf(parts), rtol=1e-6, atol=1e-6)
    assert median(prior) == pytest.approx(expected.median(), rel=1e-6)


@CONTINUOUS
def test_a_rank_is_the_probability_of_less(prior, expected):
    for value in expected.ppf([0.001, 0.3, 0.5, 0.99]):
        assert rank(prior, value) == pytest.approx(expected.cdf(value), abs=1e-6)


def test_nine_futures_in_ten_fall_into_the_range_that_was_written():
    values = drawn(FAMILIES[0][0])
    assert ((values > 20.0) & (values < 40.0)).mean() == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / 8_192))


def test_a_certain_figure_is_the_same_on_every_path():
    assert (drawn(Distribution(Shape.certain, (30e9,)), paths=16) == 30e9).all()
    assert median(Distribution(Shape.certain, (30e9,))) == 30e9


def test_a_chance_comes_true_as_often_as_it_should():
    values = drawn(Distribution(Shape.chance, (0.7,)))
    assert set(values) == {0.0, 1.0}
    assert values.mean() == pytest.approx(0.7, abs=4 * np.sqrt(0.21 / 8_192))


@pytest.mark.parametrize("certainty", [0.0, 1.0])
def test_a_chance_of_nothing_or_all_is_certain(certainty):
    assert (drawn(Distribution(Shape.chance, (certainty,))) == certainty).all()


def test_a_choice_takes_each_value_by_its_weight():
    values = drawn(Distribution(Shape.choice, (10.0, 5.0, 20.0, 0.3, 0.2, 0.5)))
    for value, weight in ((5.0, 0.2), (10.0, 0.3), (20.0, 0.5)):
        assert (values == value).mean() == pytest.approx(weight, abs=4 * np.sqrt(0.25 / 8_192))
    assert median(Distribution(Shape.choice, (10.0, 5.0, 20.0, 0.3, 0.2, 0.5))) in {10.0, 20.0}


def test_a_choice_whose_weights_sum_to_one_only_nearly_still_takes_a_value():
    thirds = Distribution(Shape.choice, (1.0, 2.0, 3.0, 0.333, 0.333, 0.333))
    assert quantile(thirds, 1.0 - 1e-16) == 3.0


@settings(max_examples=60)
@example(alpha=0.1, beta=0.1)
@example(alpha=0.05, beta=0.05)
@given(alpha=st.floats(0.05, 2_000.0), beta=st.floats(0.05, 2_000.0))
def test_the_table_of_a_beta_is_right_to_1e_6(alpha, beta):
    score = np.linspace(-8.2, 8.2, 1_013)
    low, high = (scipy.stats.norm.cdf(side * score) for side in (1, -1))
    exact = np.where(score < 0, betaincinv(alpha, beta, low), 1.0 - betaincinv(beta, alpha, high))
    table = beta_quantile(alpha, beta, score)
    assert np.abs(table - exact).max() < 1e-6
    assert (np.diff(table) >= 0).all()


GROUP = [
    ("a", FAMILIES[0][0], "costs"),
    ("b", FAMILIES[1][0], "costs"),
    ("c", FAMILIES[2][0], "-costs"),
    ("d", Distribution(Shape.chance, (0.5,)), "costs"),
    ("e", FAMILIES[1][0], ""),
]


def scores_of_group(sampling, paths=8_192):
    values = Priors(GROUP, {"costs": 0.6}).draw(3, np.arange(paths), sampling)
    return np.stack([ndtri((scipy.stats.rankdata(row) - 0.5) / paths) for row in values])


@pytest.mark.parametrize("sampling", list(Sampling))
def test_figures_of_a_group_move_together_as_much_as_it_says(sampling):
    seen = np.corrcoef(scores_of_group(sampling))
    close = 4 / np.sqrt(8_192)
    assert seen[0, 1] == pytest.approx(0.6, abs=close)
    assert seen[0, 2] == pytest.approx(-0.6, abs=close)
    assert seen[1, 2] == pytest.approx(-0.6, abs=close)
    assert seen[0, 4] == pytest.approx(0.0, abs=close)


def test_chances_of_a_group_come_true_together():
    certain = [("a", Distribution(Shape.chance, (0.5,)), "g"), ("b", Distribution(Shape.chance, (0.5,)), "g")]
    both = Priors(certain, {"g": 0.6}).draw(3, np.arange(8_192)).all(axis=0).mean()
    # Two normals of correlation r are both above their medians with probability 1/4 + arcsin(r) / (2 pi).
    assert both == pytest.approx(0.25 + np.arcsin(0.6) / (2 * np.pi), abs=4 * 0.5 / np.sqrt(8_192))


def test_a_chance_of_a_group_comes_true_where_the_rest_is_high():
    values = Priors(GROUP, {"costs": 0.6}).draw(3, np.arange(8_192))
    assert values[0][values[3] == 1.0].mean() > values[0].mean() > values[0][values[3] == 0.0].mean()


def test_a_group_leaves_each_figure_its_own_distribution():
    values = Priors(GROUP, {"costs": 0.6}).draw(3, np.arange(8_192))
    for row in range(3):
        assert scipy.stats.kstest(values[row], FAMILIES[row][1].cdf).pvalue > 0.01


def test_another_figure_or_group_does_not_disturb_what_is_drawn_for_the_rest():
    few = Priors(GROUP, {"costs": 0.6}).draw(3, np.arange(100))
    more = [("aa", FAMILIES[5][0], "other"), *GROUP, ("zz", FAMILIES[3][0], "costs")]
    np.testing.assert_array_equal(Priors(more, {"costs": 0.6, "other": 0.2}).draw(3, np.arange(100))[1:-1], few)


def test_a_changed_figure_keeps_its_luck():
    narrow, wide = (drawn(Distribution(Shape.normal, (0.0, spread))) for spread in (1.0, 2.0))
    np.testing.assert_allclose(wide, 2.0 * narrow)


@pytest.mark.parametrize("sampling", list(Sampling))
def test_draws_do_not_depend_on_the_chunk_nor_on_the_order_of_figures(sampling):
    priors = Priors(GROUP, {"costs": 0.6})
    whole = priors.draw(3, np.arange(1_000), sampling)
    parts = [priors.draw(3, np.arange(1_000)[first:][:96], sampling) for first in range(0, 1_000, 96)]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), whole)
    np.testing.assert_array_equal(Priors(GROUP[::-1], {"costs": 0.6}).draw(3, np.arange(1_000), sampling)[::-1], whole)


def test_a_variant_with_a_figure_made_certain_keeps_the_luck_of_the_rest_with_sobol_points_too():
    base = Priors(GROUP, {"costs": 0.6})
    variant = [("a", Distribution(Shape.certain, (25.0,)), ""), *GROUP[1:]]
    paths = np.arange(256)
    kept = Priors(variant, {"costs": 0.6}, kept=base.dimensions)
    assert kept.dimensions == base.dimensions
    np.testing.assert_array_equal(kept.draw(3, paths, Sampling.sobol)[1:], base.draw(3, paths, Sampling.sobol)[1:])


def test_dimensions_are_the_uncertain_figures_and_the_groups_in_use():
    figures = [*GROUP, ("sure", Distribution(Shape.certain, (1.0,)), "idle")]
    assert Priors(figures, {"costs": 0.6, "idle": 0.1}).dimensions == ("a", "b", "c", "d", "e", "groups.costs")


def test_evenly_spread_figures_give_their_means_far_more_precisely():
    figures = [(f"figure-{n}", FAMILIES[n % 3][0], "") for n in range(12)]
    truth = sum(FAMILIES[n % 3][1].mean() for n in range(12))
    totals = {sampling: Priors(figures, {}).draw(5, np.arange(4_096), sampling).sum(axis=0) for sampling in Sampling}
    errors = {sampling: sampling_error(totals[sampling], sampling) for sampling in Sampling}
    assert errors[Sampling.sobol] < errors[Sampling.plain] / 20
    assert abs(totals[Sampling.sobol].mean() - truth) < 4 * errors[Sampling.sobol]


def test_the_cheapest_commitment_is_the_one_that_the_newsvendor_makes():
    # Commit Q at 0.6 for each unit, buy the rest at 1, demand lognormal(0, 0.5).
    demand = Distribution(Shape.lognormal, (0.0, 0.5))
    best = float(quantile(demand, 1.0 - 0.6))
    assert best == pytest.approx(0.881021233658049, rel=1e-12)
    shortfall = np.maximum(drawn(demand, paths=2**16, sampling=Sampling.sobol) - best, 0.0)
    assert 0.6 * best + shortfall.mean() == pytest.approx(
        0.8774867282263966, abs=4 * sampling_error(shortfall, Sampling.sobol)
    )
    assert sampling_error(shortfall, Sampling.sobol) < 1e-4
