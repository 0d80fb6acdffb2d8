"""How numbers and their errors are said."""

import math

import numpy as np
import pytest

from interlock.analysis.answer import (
    Against,
    Estimate,
    Share,
    cents,
    errors_beyond,
    give_or_take,
    in_dollars,
    mean_of,
    median_of,
    percent,
    real_is,
)
from interlock.ground.chance import Sampling


@pytest.mark.parametrize("paths", [1, 2, 7, 1_000])
def test_the_range_of_nine_in_ten_is_that_of_numpy(paths):
    values = np.random.default_rng(paths).normal(size=paths)
    found = mean_of(values, Sampling.plain)
    assert [found.low, found.high] == pytest.approx(np.quantile(values, [0.05, 0.95]).tolist())
    values[0] = np.nan
    assert np.isnan([mean_of(values, Sampling.plain).low, mean_of(values, Sampling.plain).high]).all()


def test_what_is_counted_has_a_median_and_a_range_that_are_among_its_values():
    months = np.repeat([3.0, 4.0, 14.0, 15.0], [1, 9, 8, 2])
    found = median_of(months, Sampling.plain, is_whole=True)
    assert (found.low, found.centre, found.high) == (3.0, 4.0, 15.0)
    assert median_of(months, Sampling.plain).high == pytest.approx(np.quantile(months, 0.95))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (12.34, "12"),
        (9.4, "9.4"),
        (0.31, "0.3"),
        (0.0449, "0.04"),
        (0.0061, "0.006"),
        (0.0004, "0.001"),
        (1e-15, "0"),
        (0.0, "0"),
        (math.nan, "?"),
        (math.inf, "∞"),
    ],
)
def test_an_error_is_said_with_the_digits_that_tell_something(error, said):
    assert give_or_take(error) == said


def test_an_error_that_is_there_is_never_said_to_be_none():
    assert all(float(give_or_take(10.0**-power)) >= 10.0**-power * 0.95 for power in range(9))


def test_numbers_are_said_with_their_errors():
    assert in_dollars(4.31e9, 2.2e7) == "4.3 ± 0.02 B"
    assert in_dollars(0.0, 0.0) == "0 ± 0"
    assert in_dollars(1.24e12) == "1,240 B"
    assert in_dollars(4.31e7, 2.2e5) == "43 ± 0.2 M"
    assert in_dollars(-2.5e4) == "-25 k"
    assert in_dollars(31.0) == "31"
    # Where the error is the larger of the two, it says in what both are counted.
    assert in_dollars(0.0, 2e6) == "0 ± 2.0 M"
    assert percent(0.1134, 0.0032) == "11 ± 0.3 %"
    assert cents(0.0004, 0.00001) == "0.04 ± 0.001 cents"


def test_a_share_that_is_small_is_not_said_to_be_none():
    assert percent(0.0002) == "0.02 %"
    assert percent(0.0) == "0 %"


def test_what_is_no_number_or_has_no_end_is_null_in_json():
    assert Estimate(math.inf, 3.0, math.inf, math.nan).to_json() == {
        "centre": None,
        "low": 3.0,
        "high": None,
        "error": None,
    }
    assert Share(math.nan, math.nan).to_json() == {"share": None, "error": None}


@pytest.mark.parametrize("among", [2, 20, 400])
def test_the_largest_of_many_differences_that_are_none_is_hardly_ever_real(among):
    largest = np.abs(np.random.default_rng(7).normal(size=(4000, among))).max(axis=1).tolist()
    picked = [Against(each, 1.0, each, 1.0, among).is_real for each in largest]
    assert np.mean(picked) < 0.01
    # By two errors, as of one alone, about as many would be as there are answers.
    assert np.mean([Against(each, 1.0, each, 1.0).is_real for each in largest]) == pytest.approx(
        1.0 - 0.9545**among, abs=0.02
    )


def test_the_legend_says_what_a_star_takes():
    assert real_is(1) == "* is beyond 2 errors"
    assert real_is(400) == f"* is beyond {math.sqrt(2 * math.log(40_000)):.3g} errors, clear of chance among 400"
    assert errors_beyond(2) < errors_beyond(3)
