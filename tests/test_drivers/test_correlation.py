"""Drivers that move together: the factor of their matrix, and entries that cannot all hold."""

from itertools import combinations

import numpy as np
import pytest

from interlock.drivers.correlation import clashes, factor
from interlock.ground.chance import normals, stream_keys
from interlock.ground.errors import ArgumentError

NAMES = ("appetite", "demand", "margin", "spot")
PAIRS = (("demand", "appetite", 0.4), ("demand", "spot", 0.6), ("appetite", "spot", -0.2))


def mixed(lower, independent):
    """Term by term and in order, as the engine does it."""
    total = np.zeros_like(independent)
    for column in range(len(lower)):
        total = total + lower[:, column : column + 1] * independent[column : column + 1]
    return total


def matrix_of(names, pairs):
    matrix = np.eye(len(names))
    for a, b, correlation in pairs:
        matrix[names.index(a), names.index(b)] = matrix[names.index(b), names.index(a)] = correlation
    return matrix


@pytest.mark.parametrize("names", [NAMES, NAMES[::-1], ("spot", "padding", "demand", "margin", "appetite")])
def test_the_factor_gives_back_the_matrix_in_any_order_of_drivers(names):
    lower = factor(names, PAIRS)
    np.testing.assert_allclose(lower @ lower.T, matrix_of(names, PAIRS), atol=1e-15)


def test_shocks_are_correlated_as_the_book_says():
    independent = normals(stream_keys(1, NAMES), [1], np.arange(40_000))[0]
    seen = np.corrcoef(mixed(factor(NAMES, PAIRS), independent))
    np.testing.assert_allclose(seen, matrix_of(NAMES, PAIRS), atol=4 / np.sqrt(40_000))


def test_a_driver_that_is_joined_to_no_other_changes_no_bit_of_their_shocks():
    def shocks_of(names, pairs):
        drawn = normals(stream_keys(1, names), [1], np.arange(500))[0]
        return dict(zip(names, mixed(factor(names, pairs), drawn), strict=True))

    few = shocks_of(NAMES, PAIRS)
    more_names = ("aaa", "appetite", "chip-price", "demand", "margin", "spot", "zzz")
    more = shocks_of(more_names, (*PAIRS, ("aaa", "zzz", -0.7)))
    for name in NAMES:
        np.testing.assert_array_equal(more[name], few[name])


def test_a_driver_of_its_own_keeps_its_own_shocks():
    independent = normals(stream_keys(1, NAMES), [1], np.arange(500))[0]
    np.testing.assert_array_equal(mixed(factor(NAMES, PAIRS), independent)[2], independent[2])


def test_correlations_that_can_all_hold_do_not_clash():
    assert clashes(NAMES, PAIRS) == ()
    assert clashes(NAMES, ()) == ()


def test_of_many_entries_those_that_clash_are_named():
    pairs = (*PAIRS, ("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9), ("c", "demand", 0.1))
    assert clashes((*NAMES, "a", "b", "c"), pairs) == (("a", "b", 0.9), ("a", "c", -0.9), ("b", "c", 0.9))


def test_a_pair_that_is_left_out_counts_as_independent():
    pairs = (("a", "b", 0.8), ("b", "c", 0.8))
    assert clashes("abc", pairs) == (("a", "b", 0.8), ("a", "c", 0.0), ("b", "c", 0.8))


@pytest.mark.parametrize("correlation", [1.0, -1.0, 1.2])
def test_a_pair_may_clash_with_itself(correlation):
    assert clashes("ab", (("b", "a", correlation),)) == (("a", "b", correlation),)


def test_as_few_drivers_are_named_as_show_the_clash_even_among_many():
    # No more than ten drivers can be correlated by -10 % with each other.
    names = [f"driver-{n:02}" for n in range(24)]
    pairs = [(a, b, -0.1) for a, b in combinations(names, 2)]
    found = clashes(names, pairs)
    drivers = {name for a, b, _ in found for name in (a, b)}
    assert len(drivers) == 11
    assert len(found) == 55


def test_a_factor_of_an_impossible_matrix_is_refused_with_the_entries():
    with pytest.raises(ArgumentError, match=r"'a', 'c', -0\.9"):
        factor("abc", (("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)))
