"""Parts of a variance: Ishigami's function by its closed form, and SciPy's own estimator on the same outputs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import f_oneway
from scipy.stats import sobol_indices as of_scipy

from interlock.ground.chance import Sampling, stream_keys, uniforms
from interlock.ground.indices import first_orders, sobol_indices
from interlock.ground.sobol import sobol_uniforms

# Ishigami and Homma (1990) with a = 7, b = 0.1: sin x1 + a sin² x2 + b x3⁴ sin x1, each x uniform from -pi to pi.
VARIANCE = 7**2 / 8 + 0.1 * np.pi**4 / 5 + 0.1**2 * np.pi**8 / 18 + 1 / 2
FIRST = np.array([(1 + 0.1 * np.pi**4 / 5) ** 2 / 2, 7**2 / 8, 0.0]) / VARIANCE
TOTAL = FIRST + np.array([1, 0, 1]) * 0.1**2 * np.pi**8 * (1 / 18 - 1 / 50) / VARIANCE


def ishigami(uniform):
    x = np.pi * (2 * uniform - 1)
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def drawn(seed, paths):
    return uniforms(stream_keys(seed, ["one", "two", "three"]), [0], np.arange(paths))[0]


def picked_and_frozen(seed, paths):
    a, b = drawn(seed, paths), drawn(seed + 1_000_000, paths)
    mixed = [np.where(np.arange(3)[:, None] == n, b, a) for n in range(3)]
    return ishigami(a), ishigami(b), [ishigami(each) for each in mixed]


def test_picked_and_frozen_indices_are_those_of_the_closed_form():
    a, b, mixed = picked_and_frozen(3, 2**15)
    for n, each in enumerate(mixed):
        first, total = sobol_indices(a, b, each)
        assert first.share == pytest.approx(FIRST[n], abs=4 * first.error)
        assert total.share == pytest.approx(TOTAL[n], abs=4 * total.error)
        assert max(first.error, total.error) < 0.02


def test_they_are_those_of_scipy_on_the_same_outputs():
    a, b, mixed = picked_and_frozen(5, 512)
    theirs = of_scipy(func={"f_A": a[None], "f_B": b[None], "f_AB": np.array(mixed)[:, None]}, n=512)
    ours = [sobol_indices(a, b, each) for each in mixed]
    np.testing.assert_allclose([first.share for first, _ in ours], theirs.first_order, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose([total.share for _, total in ours], theirs.total_order, rtol=1e-12)


def test_indices_from_draws_at_hand_are_those_of_the_closed_form():
    points = drawn(7, 2**15)
    index, error, _ = first_orders(points, ishigami(points))
    # What the output does within a bin is lost: 32 bins, over which sin² goes round once.
    assert np.abs(index - FIRST).max() < 4 * error.max() + 0.01
    assert error.max() < 0.01
    even = sobol_uniforms(7, ["one", "two", "three"], np.arange(2**13))
    index, error, _ = first_orders(even, ishigami(even), Sampling.sobol)
    assert np.abs(index - FIRST).max() < 4 * error.max() + 0.02


def test_errors_say_how_far_estimates_lie_from_the_truth():
    """Over 200 seeds the standard deviation of estimates is what a single one says of itself."""
    by_draws, by_pairs = [], []
    for seed in range(200):
        points = drawn(seed, 1024)
        by_draws.append(first_orders(points, ishigami(points))[:2])
        a, b, mixed = picked_and_frozen(seed, 512)
        by_pairs.append([sobol_indices(a, b, each) for each in mixed])
    index, error = (np.array(each) for each in zip(*by_draws, strict=True))
    # That of what makes nothing is told on the safe side.
    np.testing.assert_allclose(index.std(axis=0), np.sqrt((error**2).mean(axis=0)), rtol=0.25)
    shares = np.array([[[each.share for each in one] for one in run] for run in by_pairs])
    errors = np.array([[[each.error for each in one] for one in run] for run in by_pairs])
    np.testing.assert_allclose(shares.std(axis=0), np.sqrt((errors**2).mean(axis=0)), rtol=0.25)


def test_errors_halve_where_there_are_four_times_as_many_paths():
    few, many = (picked_and_frozen(11, paths) for paths in (2048, 8192))
    for n in range(3):
        for one, other in zip(sobol_indices(*few[:2], few[2][n]), sobol_indices(*many[:2], many[2][n]), strict=True):
            assert other.error == pytest.approx(one.error / 2, rel=0.25)


@settings(max_examples=20)
@given(st.floats(-1e9, 1e9), st.floats(0.01, 1e9), st.integers(0, 100))
def test_indices_do_not_depend_on_unit_or_origin(shift, scale, seed):
    a, b, mixed = picked_and_frozen(seed, 256)
    moved = [shift + scale * each for each in (a, b, mixed[0])]
    for one, other in zip(sobol_indices(a, b, mixed[0]), sobol_indices(*moved), strict=True):
        assert other.share == pytest.approx(one.share, rel=1e-4, abs=1e-4)


def test_what_happens_or_not_makes_two_bins():
    happens, noise = drawn(1, 4096)[0] < 0.3, drawn(1, 4096)[1]
    output = 2.0 * happens + noise
    index, _, _ = first_orders(happens[None].astype(float), output)
    # The variance of 2 x a chance of 0.3, and of a uniform number.
    assert index[0] == pytest.approx(4 * 0.21 / (4 * 0.21 + 1 / 12), abs=0.01)


def test_what_never_varies_rests_on_nothing():
    points = drawn(1, 256)
    index, error, _ = first_orders(points, np.full(256, 5.0))
    assert not index.any()
    assert not error.any()
    assert [each.share for each in sobol_indices(np.ones(8), np.ones(8), np.ones(8))] == [0.0, 0.0]
    assert first_orders(np.ones((1, 256)), points[0])[0] == pytest.approx(0.0, abs=1e-12)


OUTPUTS = {
    "normal": lambda luck, paths: luck.normal(size=paths),
    "an event in a hundred": lambda luck, paths: (luck.random(paths) < 0.01).astype(float),
    "an event in ten": lambda luck, paths: (luck.random(paths) < 0.1).astype(float),
}


@pytest.mark.parametrize("output", OUTPUTS)
def test_of_many_figures_that_do_not_matter_one_is_hardly_ever_clear_of_chance(output):
    luck, figures, paths, answers = np.random.default_rng(3), 25, 1024, 200
    named = 0
    for _ in range(answers):
        found = first_orders(luck.random((figures, paths)), OUTPUTS[output](luck, paths))
        named += (found.shares > found.least(paths, 0.01 / figures)).any()
    # Once in a hundred of these; five times in two hundred would come about once in ten thousand.
    assert named <= 7


def test_an_index_is_clear_of_chance_where_the_analysis_of_variance_says_so():
    """The probability of Fisher's F, as SciPy has it, of the same bins."""
    luck, paths = np.random.default_rng(5), 512
    for part in (0.0, 0.1, 0.2, 0.4):
        figure = luck.random(paths)
        output = part * figure + luck.normal(size=paths)
        found = first_orders(figure[None], output)
        p = f_oneway(*np.array_split(output[np.argsort(figure)], 8)).pvalue
        for chance in (0.001, 0.01, 0.1, p * 1.001, p * 0.999):
            assert (found.shares[0] > found.least(paths, chance)[0]) == (p < chance)
    assert found.bins.tolist() == [8.0]


def test_a_figure_that_makes_a_rare_event_likelier_is_told_from_chance():
    luck, paths = np.random.default_rng(1), 4096
    figure = luck.random(paths)
    found = first_orders(figure[None], (luck.random(paths) < 0.02 * (figure > 0.5)).astype(float))
    # 0.01² of 0.01 x 0.99; the error at what it is found to be would not tell it from nothing.
    assert found.shares[0] == pytest.approx(0.01 / 0.99, abs=3 * found.errors[0])
    assert found.shares[0] < 4.5 * found.errors[0]
    assert found.shares[0] > found.least(paths, 0.01 / 200)[0]
