"""How far a result may be off: against closed forms, and against the errors that are really made."""

import numpy as np
import pytest
import scipy.stats

from interlock.ground.chance import Sampling, normals, stream_keys
from interlock.ground.sampling_error import probability_error, quantile_error, sampling_error, spread_error


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


def test_the_error_of_a_probability_is_the_binomial_one():
    happened = np.arange(1_000) < 200
    assert probability_error(happened) == pytest.approx(np.sqrt(0.2 * 0.8 / 1_000), rel=1e-3)


@pytest.mark.parametrize("sampling", list(Sampling))
@pytest.mark.parametrize("happened", [True, False])
def test_what_no_path_saw_is_not_certain(sampling, happened):
    error = probability_error(np.full(1_000, happened), sampling)
    assert 0.0 < error < 0.001


def test_batches_give_the_error_of_any_statistic():
    made = np.std([paths_of(seed).std() for seed in range(200)])
    stated = np.sqrt(np.mean([spread_error(paths_of(seed), lambda part: part.std(axis=0)) ** 2 for seed in range(20)]))
    assert stated == pytest.approx(made, rel=0.3)


def test_the_error_of_a_sobol_quantile_has_the_shape_of_what_was_asked():
    values = np.stack([paths_of(1), paths_of(2)], axis=1)
    assert quantile_error(values, 0.1, Sampling.sobol).shape == (2,)
