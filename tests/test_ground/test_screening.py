"""The heaviest of many, found by weighing groups: against weighing every single one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.ground.screening import EACH, largest

WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=60, unique=True)


def weighing(weights, together=sum):
    """How a group of numbered parts is weighed, and how often it was."""
    asked = []

    def weigh(group):
        asked.append(tuple(group))
        return float(together([weights[n] for n in group]))

    return weigh, asked


@given(weights=WEIGHTS, wanted=st.integers(1, 8), together=st.sampled_from([sum, max]))
def test_the_heaviest_are_those_that_weighing_each_would_find(weights, wanted, together):
    weigh, asked = weighing(weights, together)
    found = largest(range(len(weights)), wanted, weigh)
    by_weight = sorted(range(len(weights)), key=lambda n: -weights[n])
    expected = [n for n in by_weight[:wanted] if weights[n] > 0]
    if len(asked) < EACH * wanted:
        assert found == expected
    assert len(asked) <= EACH * wanted + 2
    assert len(set(asked)) == len(asked)


def test_a_few_of_many_take_few_weighings():
    weights = np.full(800, 1e-6)
    weights[[17, 300, 301, 777]] = 4.0, 3.0, 2.0, 1.0
    weigh, asked = weighing(weights)
    assert largest(range(800), 4, weigh) == [17, 300, 301, 777]
    assert len(asked) <= 4 * EACH
    # Where those that stand first are the heaviest, each is weighed, and all the others once.
    weigh, asked = weighing(sorted(weights, reverse=True))
    assert largest(range(800), 4, weigh) == [0, 1, 2, 3]
    assert len(asked) == 5


@pytest.mark.parametrize("weights", [[0.0] * 9, [0.0, 0.0, 5.0]])
def test_what_weighs_nothing_is_not_among_them(weights):
    weigh, _ = weighing(weights)
    assert largest(range(len(weights)), 3, weigh) == [n for n, weight in enumerate(weights) if weight]


def test_of_many_alike_as_many_are_found_as_may_be_weighed():
    weigh, asked = weighing([1.0] * 4096)
    found = largest(range(4096), 3, weigh)
    assert found == [0, 1, 2]
    assert len(asked) <= 3 * EACH + 2
