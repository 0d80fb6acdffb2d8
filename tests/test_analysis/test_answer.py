"""How numbers and their errors are said."""

import math

import pytest

from interlock.analysis.answer import Estimate, Share, cents, give_or_take, in_dollars, percent


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
