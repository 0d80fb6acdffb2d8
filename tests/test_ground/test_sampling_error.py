"""How far a result may be off: against closed forms, and against the errors that are really made."""

import numpy as np
import pytest
import scipy.stats

from interlock.ground.chance import Sampling, normals, stream_keys
from interlock.ground.sampling_error import (
    by_scramble,
    probability_error,
    quantile_error,
    ratio_error,
    sampling_error,
    spread_error,
)


def paths_of(seed, count=4_096):
    return normals(stream_keys(seed, ["x"]), [0], np.arange(count))[0, 0]


def test_the_error_of_a_plain_mean_is_that_of_independent_paths():
    values = np.array([[1.0, 10.0], [2.0, 10.0], [3.0, 10.0], [6.0, 10.0]])
    np.testing.assert_allclose(sampling_error(values), [scipy.stats.sem([1.0, 2.0, 3.0, 6.0]), 0.0])


def test_one_path_tells_no_error():
    assert np.isnan(sampling_error(np.array([3.0])))


def test_the_error_of_a_sobol_mean_is_read_off_the_scrambles():
    # Path p belongs to scramble p % 8: within each, here, all paths are equal.
    values = np.tile(np.arange(8.0), 100)
    assert sampling_error(values, Sampling.sobol) == pytest.approx(scipy.stats.sem(np.arange(8.0)))


@pytest.mark.parametrize("part", [0.05, 0.5, 0.95])
def test_the_error_of_a_quantile_is_that_of_its_order_statistic(part):
    expected = np.sqrt(part * (1 - part) / 4_096) / scipy.stats.norm.pdf(scipy.stats.norm.ppf(part))
    stated = [quantile_error(paths_of(seed), part) for seed in range(20)]
    made = np.std([np.quantile(paths_of(seed), part) for seed in range(200)])
    assert made == pytest.approx(expected, rel=0.2)
    assert np.mean(stated) == pytest.approx(expected, rel=0.1)


def counted(happened, among=None):
    """Numbers of paths by scramble: on which it happened, and which count."""
    return by_scramble(happened), by_scramble(np.ones(len(happened)) if among is None else among)


def test_sums_by_scramble_are_those_of_paths_with_the_same_remainder_whatever_the_chunks():
    values = np.arange(100.0)
    expected = [values[np.arange(100) % 8 == scramble].sum() for scramble in range(8)]
    assert by_scramble(values).tolist() == expected
    assert (by_scramble(values[:37]) + by_scramble(values[37:], first=37)).tolist() == expected


def test_the_error_of_a_probability_is_the_binomial_one():
    happened = np.arange(1_000) < 200
    assert probability_error(*counted(happened)) == pytest.approx(np.sqrt(0.2 * 0.8 / 1_000), rel=1e-3)


def test_the_error_of_a_conditional_probability_is_that_of_the_paths_on_which_the_condition_held():
    among = np.arange(1_000) % 10 < 4
    happened = among & (np.arange(1_000) < 500)
    assert probability_error(*counted(happened, among)) == pytest.approx(np.sqrt(0.25 / 400), rel=2e-3)


def test_what_happened_among_no_path_has_no_probability():
    assert np.isnan(probability_error(*counted(np.zeros(64), np.zeros(64))))


@pytest.mark.parametrize("sampling", list(Sampling))
@pytest.mark.parametrize("happened", [True, False])
def test_what_no_path_saw_is_not_certain(sampling, happened):
    error = probability_error(*counted(np.full(1_000, happened)), sampling)
    # The half-width of Wilson's interval: half a path.
    assert error == pytest.approx(1.0 / 2_002, rel=1e-3)


def test_the_error_of_a_sobol_probability_is_that_of_the_mean_of_the_scrambles():
    happened = np.random.default_rng(4).random(800) < np.tile(np.linspace(0.2, 0.5, 8), 100)
    expected = sampling_error(happened, Sampling.sobol)
    assert probability_error(*counted(happened), Sampling.sobol) == pytest.approx(expected, rel=1e-12)


def test_the_error_of_a_ratio_is_how_far_ratios_lie_apart():
    def ratio(seed):
        whole = np.exp(paths_of(seed, 512))
        return whole * (0.3 + 0.1 * paths_of(seed + 1_000, 512)), whole

    made = np.std([part.sum() / whole.sum() for part, whole in map(ratio, range(300))])
    stated = np.sqrt(np.mean([ratio_error(*ratio(seed)) ** 2 for seed in range(300)]))
    assert stated == pytest.approx(made, rel=0.15)
    # A part that is the same of every whole is known exactly.
    assert ratio_error(0.3 * ratio(1)[1], ratio(1)[1]) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("sampling", list(Sampling))
def test_paths_that_do_not_count_leave_the_error_of_a_quantile_to_the_others(sampling):
    values = paths_of(1, 800)
    some = np.where(np.arange(800) // 8 % 2 == 0, values, np.nan)
    expected = quantile_error(values[np.arange(800) // 8 % 2 == 0], 0.5, sampling)
    assert quantile_error(some, 0.5, sampling) == pytest.approx(expected, rel=1e-12)
    both = quantile_error(np.stack([some, np.full(800, np.nan)], axis=1), 0.5, sampling)
    assert both[0] == pytest.approx(expected, rel=1e-12)
    assert np.isnan(both[1])


def test_batches_give_the_error_of_any_statistic():
    made = np.std([paths_of(seed).std() for seed in range(200)])
    stated = np.sqrt(np.mean([spread_error(paths_of(seed), lambda part: part.std(axis=0)) ** 2 for seed in range(20)]))
    assert stated == pytest.approx(made, rel=0.3)


def test_the_error_of_a_sobol_quantile_has_the_shape_of_what_was_asked():
    values = np.stack([paths_of(1), paths_of(2)], axis=1)
    assert quantile_error(values, 0.1, Sampling.sobol).shape == (2,)
