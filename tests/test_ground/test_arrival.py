"""Shares that get from one to another, against paths walked one by one."""

import numpy as np
import pytest

from interlock.ground.arrival import in_all


def walked(direct, start, end):
    """The share that arrives, by solving for the ways that have not arrived yet."""
    others = [n for n in range(len(direct)) if n != end]
    stays = direct[np.ix_(others, others)]
    reach = np.linalg.solve(np.eye(len(others)) - stays, direct[others, end])
    return direct[start, end] + direct[start, others] @ reach


def test_shares_in_all_are_those_of_absorption():
    direct = np.random.default_rng(3).dirichlet(np.ones(6), 5)[:, :5]
    found = in_all(direct)
    for start in range(5):
        for end in range(5):
            assert found[start, end] == pytest.approx(walked(direct, start, end), rel=1e-9)


def test_a_ring_that_nothing_leaves_brings_all_to_everybody_once():
    assert in_all(np.roll(np.eye(3), 1, axis=1)).tolist() == np.ones((3, 3)).tolist()


def test_what_goes_round_without_arriving_does_not_arrive():
    direct = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    assert in_all(direct)[:, 2].tolist() == [0.0, 0.0, 0.0]
