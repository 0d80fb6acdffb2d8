"""Schedules: the level of each month and the sum over any stretch, against fine-grained sums."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.ground.schedule import Schedule

TIMES, LEVELS = np.array([2.0, 5.0, 5.5, 12.0]), np.array([1.0, 3.0, 0.0, 2.0])


def level_at(instants, linear):
    """The level at each instant: nothing before the first date, the last level after the last."""
    if linear:
        return np.interp(instants, TIMES, LEVELS, left=0.0)
    place = np.searchsorted(TIMES, instants, side="right")
    return np.concatenate([[0.0], LEVELS])[place]


@settings(max_examples=50)
@given(start=st.floats(-3.0, 20.0), length=st.floats(0.0, 20.0), linear=st.booleans())
def test_the_sum_over_a_stretch_is_that_of_its_instants(start, length, linear):
    instants = start + (np.arange(20_000) + 0.5) / 20_000 * length
    expected = level_at(instants, linear).mean() * length
    assert Schedule(TIMES, LEVELS, linear).area(start, start + length) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("linear", [True, False])
def test_the_level_of_a_month_is_its_mean_over_the_month(linear):
    schedule = Schedule(TIMES, LEVELS, linear)
    for month in range(15):
        instants = month + (np.arange(20_000) + 0.5) / 20_000
        assert schedule.at(month) == pytest.approx(level_at(instants, linear).mean(), abs=1e-4)


def test_steps_that_fall_on_months_are_exact_however_late():
    schedule = Schedule(np.array([0.0, 1_000.0]), np.array([0.1, 0.7]))
    assert [schedule.at(month) for month in (0, 999, 1_000, 5_000)] == [0.1, 0.1, 0.7, 0.7]


@pytest.mark.parametrize("linear", [True, False])
def test_a_single_date_is_when_the_level_begins(linear):
    schedule = Schedule(np.array([2.5]), np.array([0.4]), linear)
    assert [schedule.at(month) for month in (1, 2, 3)] == pytest.approx([0.0, 0.2, 0.4])
