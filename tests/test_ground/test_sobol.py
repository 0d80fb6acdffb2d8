"""Evenly spread futures: nets in every scramble, errors that shrink like 1/N, and shocks that are still normal."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from scipy.stats import qmc

from interlock.ground.chance import Sampling, normals, stream_keys, uniforms
from interlock.ground.errors import ArgumentError
from interlock.ground.sampling_error import sampling_error
from interlock.ground.sobol import SCRAMBLES, YEARS, shocks, sobol_uniforms, walk_components, yearly_normals

DRIVERS = ("drivers.demand", "drivers.spot")


def ishigami(points):
    """Ishigami and Homma (1990) with a = 7, b = 0.1 on 0 to 1; its mean is a / 2."""
    x, y, z = np.pi * (2.0 * points - 1.0)
    return np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


def plain_uniforms(seed, dimensions, paths):
    return uniforms(stream_keys(seed, dimensions), [0], paths)[0]


def root_mean_square_error(draw, paths, seeds=range(24)):
    means = [ishigami(draw(seed, ("x", "y", "z"), np.arange(paths))).mean() for seed in seeds]
    return np.sqrt(np.mean((np.array(means) - 3.5) ** 2))


def test_every_scramble_puts_one_point_into_each_cell_of_each_dimension():
    drawn = sobol_uniforms(3, [f"figure-{n}" for n in range(40)], np.arange(SCRAMBLES * 256))
    for scramble in range(SCRAMBLES):
        cells = np.sort((drawn[:, scramble::SCRAMBLES] * 256).astype(int), axis=1)
        np.testing.assert_array_equal(cells, np.tile(np.arange(256), (40, 1)))


def test_pairs_of_dimensions_are_filled_as_evenly_as_unscrambled_points_of_sobol():
    ours = sobol_uniforms(3, ("a", "b"), np.arange(SCRAMBLES * 64))[:, ::SCRAMBLES]
    for rows, columns in ((64, 1), (8, 8), (2, 32)):
        cells = (ours[0] * rows).astype(int) * columns + (ours[1] * columns).astype(int)
        assert sorted(cells) == list(range(64)), (rows, columns)


def test_scrambled_points_are_as_evenly_spread_as_those_of_scipy():
    ours = sobol_uniforms(3, [f"x{n}" for n in range(5)], np.arange(SCRAMBLES * 512))[:, ::SCRAMBLES]
    rival = qmc.Sobol(5, rng=np.random.default_rng(1)).random(512)
    plain = plain_uniforms(3, [f"x{n}" for n in range(5)], np.arange(512))
    discrepancies = [qmc.discrepancy(points) for points in (ours.T, rival, plain.T)]
    assert discrepancies[0] < 2 * discrepancies[1]
    assert discrepancies[0] < discrepancies[2] / 10


def test_the_mean_of_a_smooth_function_converges_at_least_like_1_over_n():
    assert root_mean_square_error(sobol_uniforms, 2**9) / root_mean_square_error(sobol_uniforms, 2**13) > 2**4


def test_with_plain_sampling_it_converges_like_1_over_the_root_of_n():
    few, many = (root_mean_square_error(plain_uniforms, 2**bits) for bits in (9, 13))
    assert few / many == pytest.approx(4.0, rel=0.5)


def test_the_mean_of_ishigami_is_found_within_its_stated_error():
    values = ishigami(sobol_uniforms(1, ("x", "y", "z"), np.arange(2**13)))
    error = sampling_error(values, Sampling.sobol)
    assert abs(values.mean() - 3.5) < 3 * error
    assert error < sampling_error(values) / 20


def test_the_stated_error_is_the_error_that_is_made():
    runs = [ishigami(sobol_uniforms(seed, ("x", "y", "z"), np.arange(2**10))) for seed in range(40)]
    made = np.sqrt(np.mean([(values.mean() - 3.5) ** 2 for values in runs]))
    stated = np.sqrt(np.mean([sampling_error(values, Sampling.sobol) ** 2 for values in runs]))
    assert stated == pytest.approx(made, rel=0.35)


@pytest.mark.parametrize("chunk", [1, 96, 1_000])
def test_points_do_not_depend_on_the_chunk(chunk):
    whole = sobol_uniforms(5, ("a", "b", "c"), np.arange(2_000))
    parts = [sobol_uniforms(5, ("a", "b", "c"), np.arange(2_000)[first:][:chunk]) for first in range(0, 2_000, chunk)]
    np.testing.assert_array_equal(np.concatenate(parts, axis=-1), whole)


def test_dimensions_after_others_continue_the_same_sequence():
    whole, rest = sobol_uniforms(5, ("a", "b", "c"), np.arange(256)), sobol_uniforms(5, ("c",), np.arange(256), after=2)
    np.testing.assert_array_equal(whole[2:], rest)


def test_more_dimensions_than_there_are_tables_for_are_refused():
    with pytest.raises(ArgumentError, match="plain"):
        sobol_uniforms(1, ("a",), np.arange(8), after=30_000)


def test_the_components_are_those_of_a_random_walk():
    # Closed form against the eigenvectors of its covariance, min(s, t).
    walk = np.minimum.outer(np.arange(1, YEARS + 1), np.arange(1, YEARS + 1))
    sizes, vectors = np.linalg.eigh(walk)
    ours = np.cumsum(walk_components(), axis=0)
    for k in range(ours.shape[1]):
        expected = vectors[:, -1 - k] * np.sqrt(sizes[-1 - k])
        np.testing.assert_allclose(ours[:, k] * np.sign(ours[0, k] * expected[0]), expected, atol=1e-12)


def test_shocks_of_evenly_spread_futures_are_independent_standard_normals():
    paths = np.arange(4_096)
    yearly = yearly_normals(2, DRIVERS, paths)
    drawn = shocks(stream_keys(2, DRIVERS), 38, paths, yearly)
    assert drawn.shape == (38, 2, 4_096)
    correlations = np.corrcoef(drawn.reshape(76, -1))
    np.testing.assert_allclose(correlations, np.eye(76), atol=5 / np.sqrt(4_096))
    for month in (1, 12, 13):
        assert scipy.stats.kstest(drawn[month, 0], "norm").pvalue > 0.01


def test_plain_shocks_are_the_normals_of_their_streams():
    keys = stream_keys(2, DRIVERS)
    np.testing.assert_array_equal(shocks(keys, 20, np.arange(50)), normals(keys, np.arange(20), np.arange(50)))


AS_USERS_HAVE_IT = {"xla_backend_optimization_level": 3, "xla_cpu_use_fusion_emitters": True}
"""What other tests ask of the compiler keeps no such promise."""


@pytest.mark.parametrize("sampling", list(Sampling))
def test_compiled_shocks_have_the_same_bits_for_chunks_of_any_size_and_for_a_longer_horizon(sampling):
    keys, paths = stream_keys(2, DRIVERS), np.arange(96)
    yearly = yearly_normals(2, DRIVERS, paths) if sampling is Sampling.sobol else None
    with jax.enable_x64(True):
        draw = jax.jit(
            lambda months, paths, yearly: shocks(keys, months, paths, yearly, jnp),
            static_argnums=0,
            compiler_options=AS_USERS_HAVE_IT,
        )
        whole = np.asarray(draw(30, paths, yearly))
        part = np.asarray(draw(30, paths[24:32], None if yearly is None else yearly[..., 24:32]))
        longer = np.asarray(draw(300, paths, yearly))
    np.testing.assert_array_equal(part, whole[..., 24:32])
    np.testing.assert_array_equal(longer[:30], whole)
    np.testing.assert_allclose(whole, shocks(keys, 30, paths, yearly), atol=1e-13)
    if yearly is not None:
        np.testing.assert_array_equal(yearly[..., 24:32], yearly_normals(2, DRIVERS, paths[24:32]))


def test_the_mean_price_after_8_years_is_known_far_better_from_evenly_spread_futures():
    def mean_price(seed, sampling):
        paths = np.arange(1_024)
        yearly = yearly_normals(seed, DRIVERS, paths) if sampling is Sampling.sobol else None
        walk = shocks(stream_keys(seed, DRIVERS), 97, paths, yearly)[1:].sum(axis=0)
        return np.exp(0.15 * walk / np.sqrt(12) - 0.15**2 * 4.0).mean(axis=-1)

    errors = {
        sampling: np.sqrt(np.mean([(mean_price(seed, sampling) - 1.0) ** 2 for seed in range(8)]))
        for sampling in Sampling
    }
    assert errors[Sampling.sobol] < errors[Sampling.plain] / 4


def test_a_stream_without_a_name_takes_no_dimension():
    paths = np.arange(64)
    padded = yearly_normals(2, (DRIVERS[0], None, DRIVERS[1], None), paths)
    np.testing.assert_array_equal(padded[:, [0, 2]], yearly_normals(2, DRIVERS, paths))
    assert not padded[:, [1, 3]].any()
