"""Scores of many futures against the one that came: against closed forms, brute force, and what they should be."""

import itertools
import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.ground.scores import crps, pit

NUMBERS = st.lists(st.floats(-100.0, 100.0), min_size=2, max_size=12)


def integral(futures, came):
    """The squared distance between the empirical distribution and a step, added up piece by piece (Hersbach 2000)."""
    edges = np.unique([*futures, came])
    pieces = itertools.pairwise(edges)
    return sum((np.mean(np.array(futures) <= low) - (came <= low)) ** 2 * (high - low) for low, high in pieces)


def of_a_normal(mean, spread, came):
    """Gneiting and Raftery, Journal of the American Statistical Association 102 (2007), equation 21."""
    z, one = (came - mean) / spread, NormalDist()
    return spread * (z * (2.0 * one.cdf(z) - 1.0) + 2.0 * one.pdf(z) - 1.0 / math.sqrt(math.pi))


@given(NUMBERS, st.floats(-100.0, 100.0))
def test_the_score_is_the_integral_less_what_so_few_futures_add_to_it(futures, came):
    pairs = np.abs(np.subtract.outer(futures, futures)).sum()
    count = len(futures)
    # Of pairs, the integral counts each future with itself, too; the fair score does not.
    unfair = pairs / (2.0 * count**2) - pairs / (2.0 * count * (count - 1))
    assert crps(np.array(futures), came) == pytest.approx(integral(futures, came) + unfair, abs=1e-9)


@pytest.mark.parametrize("came", [-1.0, 3.0, 9.0])
def test_very_many_futures_score_what_their_normal_does(came):
    middles = (np.arange(100_000) + 0.5) / 100_000
    futures = np.array([NormalDist(3.0, 2.0).inv_cdf(each) for each in middles])
    assert crps(futures, came) == pytest.approx(of_a_normal(3.0, 2.0, came), rel=1e-4)


def test_three_futures_score_on_average_what_all_of_them_do():
    drawn = np.random.default_rng(3).normal(3.0, 2.0, (40_000, 3))
    scores = np.array([crps(each, 4.0) for each in drawn])
    error = scores.std() / math.sqrt(len(scores))
    assert abs(scores.mean() - of_a_normal(3.0, 2.0, 4.0)) < 4.0 * error


def test_one_future_is_off_by_its_distance():
    assert crps(np.array([5.0]), 2.0) == 3.0


def test_below_what_came_lie_the_smaller_ones_and_half_of_the_same():
    assert pit(np.array([1.0, 2.0, 2.0, 3.0]), 2.0).tolist() == [1.0, 0.5, 0.5, 0.0]
