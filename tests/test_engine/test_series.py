"""What is kept of one thing: against NumPy on all its values, kept or only counted."""

import numpy as np
import pytest

import interlock
from interlock.engine.series import BIN, EVENT, Series
from interlock.ground.chance import Sampling
from interlock.ground.sampling_error import sampling_error

PATHS = 4_096


def lognormal(paths=PATHS, seed=5):
    """[row, year, path]: rows and years of different sizes, some of them zero or below."""
    size = np.array([[[1.0], [1e9], [-3e4]], [[0.0], [5e-4], [2e11]]])
    return size * np.exp(np.random.default_rng(seed).normal(size=(2, 3, paths)))


def filled(values, *, kept=None, chunk=1_000, unit="USD", sampling=Sampling.plain):
    """A series that took in the values in chunks; of which only the first `kept` paths are kept."""
    rows, years = ("a", "b"), (2026, 2027, 2028)
    is_counted, room = kept is not None, kept or values.shape[-1]
    made = Series("it", unit, "a thing", rows, years, sampling=sampling, is_counted=is_counted, room=room)
    for start in range(0, values.shape[-1], chunk):
        made.add(values[..., start : start + chunk])
    return made


@pytest.mark.parametrize("kept", [None, 1_500])
def test_means_and_their_errors_are_those_of_all_paths(kept):
    values = lognormal()
    made = filled(values, kept=kept)
    np.testing.assert_allclose(made.mean(), values.mean(axis=-1), rtol=1e-12)
    np.testing.assert_allclose(made.mean_error(), values.std(axis=-1, ddof=1) / np.sqrt(PATHS), rtol=1e-12)


def test_the_error_of_a_mean_survives_values_that_differ_only_in_their_last_digits():
    values = 1e12 + lognormal()[:, :1].repeat(3, axis=1)
    made = filled(values, kept=1_500)
    np.testing.assert_allclose(made.mean_error(), values.std(axis=-1, ddof=1) / np.sqrt(PATHS), rtol=1e-3, atol=1e-9)


@pytest.mark.parametrize("kept", [None, 1_500])
@pytest.mark.parametrize("unit", ["USD", EVENT])
def test_the_errors_of_sobol_paths_are_read_off_the_scrambles(kept, unit):
    values = (lognormal() > 1.0).astype(float) if unit == EVENT else lognormal()
    made = filled(values, kept=kept, sampling=Sampling.sobol, unit=unit)
    expected = sampling_error(np.moveaxis(values, -1, 0), Sampling.sobol)
    if unit == EVENT:
        expected = np.maximum(expected, 0.5 / (PATHS + 1))
    np.testing.assert_allclose(made.mean_error(), expected, rtol=1e-9)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_counted_quantile_is_good_to_half_a_bin(share):
    values = lognormal()
    made = filled(values, kept=1_500)
    # The order statistic that the share of the paths comes to; rounding may move it by one.
    exact = np.quantile(values, share, axis=-1, method="inverted_cdf")
    np.testing.assert_allclose(made.quantile(share), exact, rtol=1.02 * BIN / 2)


@pytest.mark.parametrize("sampling", list(Sampling))
def test_the_error_of_a_counted_quantile_is_that_of_values_kept_and_never_under_half_a_bin(sampling):
    values = lognormal()
    kept = filled(values, sampling=sampling).quantile_error(0.5)
    counted = filled(values, kept=2_048, sampling=sampling).quantile_error(0.5)
    half_a_bin = np.abs(np.median(values, axis=-1)) * BIN / 2
    assert (counted >= 0.98 * half_a_bin).all()
    is_clear = kept > half_a_bin
    assert is_clear.any()
    # Scaled up from half of the paths, by the spread of eight scrambles in the case of Sobol's.
    np.testing.assert_allclose(counted[is_clear], kept[is_clear], rtol=0.25 if sampling is Sampling.plain else 0.8)


def test_a_median_that_all_paths_agree_on_is_counted_with_half_a_bin_of_doubt():
    values = np.full((2, 3, PATHS), 7.0)
    made = filled(values, kept=1_500)
    assert (np.abs(made.quantile(0.5) - 7.0) <= made.quantile_error(0.5)).all()
    assert (filled(values).quantile_error(0.5) == 0.0).all()


def test_only_the_first_paths_are_kept_of_very_many_and_asking_for_all_says_so():
    values = lognormal()
    assert np.array_equal(filled(values).values, values)
    made = filled(values, kept=1_500)
    assert np.array_equal(made.first, values[..., :1_500])
    with pytest.raises(interlock.ArgumentError, match="--paths 1500 or fewer"):
        _ = made.values


def test_what_is_nothing_at_first_is_kept_when_it_is_something():
    values = lognormal()
    values[0, :, :2_500] = 0.0
    values[1, :2] = 0.0
    assert np.array_equal(filled(values).values, values)


def test_one_path_tells_no_error():
    assert np.isnan(filled(lognormal(1)).mean_error()).all()


def test_what_never_happened_may_still_happen():
    made = filled(np.zeros((2, 3, 1_000)), unit=EVENT)
    assert made.mean_error() == pytest.approx(1.0 / 2_002, rel=1e-3)


def test_the_errors_of_sobol_runs_are_how_far_scramblings_lie_apart():
    """Twenty-four runs of a small book, each scrambled anew; the formula for independent paths is far too wide."""
    book = interlock.open_book("pair")
    runs = [interlock.simulate(book, paths=256, seed=seed, sampling="sobol") for seed in range(24)]
    for name, row in (("revenue", "cloud"), ("unfilled", "deals.promise.compute")):
        kept = [run.series[name] for run in runs]
        made = np.std([each.mean()[each.of(row), -1] for each in kept], ddof=1)
        stated = np.sqrt(np.mean([each.mean_error()[each.of(row), -1] ** 2 for each in kept]))
        assert stated == pytest.approx(made, rel=0.5), name
    revenue = runs[0].series["revenue"]
    independent = sampling_error(np.moveaxis(revenue.values, -1, 0))[revenue.of("cloud"), -1]
    assert revenue.mean_error()[revenue.of("cloud"), -1] < independent / 2.0
