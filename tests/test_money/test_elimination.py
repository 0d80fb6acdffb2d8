"""Solving a network of shares: against exact rational arithmetic, down to leaks that a general solver cannot see."""

from fractions import Fraction
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.money.elimination import eliminate, substitute

SIZE = 4


@partial(jax.jit, static_argnames="balance")
def both_ways(pull, leak, right, without_stake, balance):
    return substitute(eliminate(pull, leak, right, balance), lambda _, value: jnp.full_like(value, without_stake))


def solve(pull, leak, right, balance, without_stake=0.0):
    """One network, without the axis of paths; one right side."""
    with jax.enable_x64(True):
        solved = both_ways(pull[..., None], leak[:, None], right[:, None, None], without_stake, balance)
    return np.asarray(solved)[:, 0, 0]


def exactly(pull, leak, right, balance):
    """The same by Gauss-Jordan elimination in fractions, with pivots sought."""
    n = len(leak)
    exact = [[Fraction(float(pull[i, j])) for j in range(n)] for i in range(n)]
    leak, right = [Fraction(float(x)) for x in leak], [Fraction(float(x)) for x in right]
    rows = []
    for i in range(n):
        others = (exact[i][j] if balance == "rows" else exact[j][i] for j in range(n) if j != i)
        rows.append([-exact[i][j] for j in range(n)] + [right[i]])
        rows[i][i] = leak[i] + sum(others)
    for k in range(n):
        pivot = next(i for i in range(k, n) if rows[i][k] != 0)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(n):
            if i != k:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    return np.array([float(row[-1]) for row in rows])


pulls = st.lists(st.sampled_from([0.0, 1.0, 1 / 3, 1e-6, 1e3]), min_size=SIZE**2, max_size=SIZE**2)
leaks = st.lists(st.sampled_from([1e-9, 1e-15, 0.5, 1e2]), min_size=SIZE, max_size=SIZE)
rights = st.lists(st.sampled_from([0.0, 1.0, 1e-7, 1e4]), min_size=SIZE, max_size=SIZE)


@pytest.mark.parametrize("balance", ["rows", "columns"])
@given(pull=pulls, leak=leaks, right=rights)
def test_every_entry_is_right_to_rounding_however_small_the_leak(balance, pull, leak, right):
    pull, leak, right = np.array(pull).reshape(SIZE, SIZE), np.array(leak), np.array(right)
    np.testing.assert_allclose(
        solve(pull, leak, right, balance), exactly(pull, leak, right, balance), rtol=1e-14, atol=0
    )


@pytest.mark.parametrize("balance", ["rows", "columns"])
def test_a_general_solver_would_lose_half_the_digits(balance):
    pull = np.array([[0, 0.1, 0.7], [0.3, 0, 0.3], [0.7, 0.2, 0]])
    leak, right = np.array([1e-9, 0, 0]), np.array([1.0, 0, 0])
    sums = pull.sum(axis=1 if balance == "rows" else 0)
    general = np.linalg.solve(np.diag(leak + sums) - pull, right)
    exact = exactly(pull, leak, right, balance)
    assert np.abs(general / exact - 1).max() > 1e-9
    np.testing.assert_allclose(solve(pull, leak, right, balance), exact, rtol=1e-14)


def test_a_ring_without_leak_takes_the_value_that_it_is_given():
    # 1 and 2 pay all to each other; 0 pays half to each of them.
    pull = np.array([[0, 0, 0], [0.5, 0, 1.0], [0.5, 1.0, 0]])
    solved = solve(pull, np.zeros(3), np.array([0.0, 0.0, 0.0]), "columns", without_stake=7.0)
    np.testing.assert_array_equal(solved, [0, 7, 7])


def test_what_flows_into_a_ring_without_leak_has_left_the_network():
    # 0 pays all to 1; 1 and 2 pay all to each other; the ring comes first in the order of elimination, and last.
    pull = np.array([[0, 0, 0], [1.0, 0, 1.0], [0, 1.0, 0]])
    right = np.array([3.0, 0, 0])
    for order in ([0, 1, 2], [1, 2, 0], [2, 0, 1]):
        solved = solve(pull[np.ix_(order, order)], np.zeros(3), right[order], "columns", without_stake=7.0)
        assert solved[order.index(0)] == 3.0
        assert 7.0 in solved


def test_paths_do_not_touch_each_other():
    rng = np.random.default_rng(3)
    pull, leak, right = rng.random((5, 5, 8)), rng.random((5, 8)), rng.random((5, 2, 8))
    other = pull.copy()
    other[..., 1:] = 0.0
    with jax.enable_x64(True):
        one, two = (np.asarray(both_ways(p, leak, right, 0.0, "rows")) for p in (pull, other))
    np.testing.assert_array_equal(one[..., 0], two[..., 0])
    assert (one[..., 1:] != two[..., 1:]).any()
