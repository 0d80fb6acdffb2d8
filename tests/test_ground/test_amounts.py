"""Amounts as people say them."""

import math

import pytest

from interlock.ground.amounts import h100e, hourly, number, share, usd


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0.0, "0"),
        (1e-7, "0"),
        (0.001, "0.001"),
        (480.0, "480"),
        (1_234.56, "1.235 k"),
        (999_960.0, "1 M"),
        (-2.5e9, "-2.5 B"),
        (1.5e12, "1.5 T"),
        (2e15, "2,000 T"),
        (math.inf, "endless"),
        (math.nan, "no number"),
    ],
)
def test_a_number_has_four_digits_and_a_magnitude(amount, said):
    assert number(amount) == said


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (0.0, "0 %"),
        (0.00001, "less than 0.01 %"),
        (0.625, "62.5 %"),
        (0.9998, "almost 100 %"),
        (1.0, "100 %"),
        (1.0 - 1e-12, "100 %"),
        (12.5, "1,250 %"),
    ],
)
def test_a_share_is_never_all_or_nothing_unless_it_is(part, said):
    assert share(part) == said


def test_units_follow_their_numbers():
    assert usd(3.1e9) == "3.1 B USD"
    assert h100e(52_000.0) == "52 k H100e"
    assert hourly(2.1 * 730) == "2.1 USD/H100e-hour"
