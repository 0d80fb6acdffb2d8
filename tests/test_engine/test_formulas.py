"""A rule worked out for all rows and paths says what JAX's own mapping of it says, and works each formula out once."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import lax
from jax.extend.core.primitives import add_p, exp_p, jit_p

from interlock.engine.formulas import worked_out
from interlock.ground.arrays import clip, exp, expm1, maximum, ratio, running_total, total, where
from interlock.ground.schedule import Schedule
from interlock.ground.sums import once

ROWS, PATHS = 2, 3
NUMBERS = st.floats(-100.0, 100.0)
GRID = st.lists(NUMBERS, min_size=ROWS * PATHS, max_size=ROWS * PATHS).map(
    lambda a: jnp.asarray(a).reshape(ROWS, PATHS)
)


@pytest.fixture(autouse=True)
def whole_numbers():
    with jax.enable_x64(True):
        yield


def far(level, months):
    """Asks for the same again and again, through functions that do, with numbers of several types, and in vain."""
    exp(level)

    def at(month):
        return where(month > 3, level * clip(month, 0.0, 12.0), maximum(level, 1))

    again = [at(months + 1.0) - at(months), at(months + 1.0), {"more": at(months) + at(1 + months)}]
    return again, once(at(months)), level


def lists(level, months, dates):
    """Lists of entries: shared by the paths or not, sliced, joined, ordered, added up, multiplied and made anew."""
    own = jnp.stack([level, months, 2.0 * months])
    steps = Schedule(dates, jnp.arange(4.0), linear=True)
    both = jnp.concatenate([dates[1:3], own])
    solved = jnp.linalg.solve(jnp.eye(2) * (2.0 + level * level) + jnp.ones((2, 2)), dates[:2])
    counted = lax.while_loop(lambda n: n < months, lambda n: n + 7.0, jnp.abs(level))
    return (
        steps.area(months, months + level),
        total(expm1(-jnp.abs(dates)) * level),
        running_total(own),
        jnp.sort(both)[::2],
        jnp.full((3,), level).max() + jnp.zeros(3),
        both.at[1].set(months),
        jnp.argmax(own),
        jnp.where(months > 0.0, dates, own[0]),
        ratio(own, dates[:3], 1.0),
        solved,
        counted,
        7.0,
    )


def mapped(rule, level, months, dates):
    """The same by mapping over paths, then rows, with rows first and paths last."""
    over_paths = jax.vmap(rule, in_axes=(-1, -1, None), out_axes=-1, axis_size=PATHS)
    return jax.vmap(over_paths, in_axes=(0, 0, 0), out_axes=0, axis_size=ROWS)(level, months, dates)


def counted(rule, primitive, *arguments):
    """How often a primitive is worked out, functions that are called included."""

    def within(jaxpr):
        own = sum(formula.primitive is primitive for formula in jaxpr.eqns)
        return own + sum(within(each.params["jaxpr"].jaxpr) for each in jaxpr.eqns if each.primitive is jit_p)

    return within(jax.make_jaxpr(rule)(*arguments).jaxpr)


def for_all(rule):
    return lambda *arguments: worked_out(rule, ROWS, PATHS, *arguments)


@settings(max_examples=25, deadline=None)
@given(st.lists(NUMBERS, min_size=ROWS, max_size=ROWS), GRID, NUMBERS)
def test_it_says_what_the_rule_says_to_the_last_bit(level, months, number):
    one_for_all_paths = jnp.asarray(level)[:, None]
    for first, plain in (
        (one_for_all_paths, jnp.tile(one_for_all_paths, PATHS)),
        (number, jnp.full(months.shape, number)),
    ):
        asked = jax.vmap(jax.vmap(far))(plain, months)
        found = worked_out(far, ROWS, PATHS, first, months)
        assert jax.tree.structure(asked) == jax.tree.structure(found)
        for one, other in zip(jax.tree.leaves(asked), jax.tree.leaves(found), strict=True):
            assert (one.dtype, one.shape) == (other.dtype, other.shape)
            np.testing.assert_array_equal(one, other)


@settings(max_examples=10, deadline=None)
@given(GRID, GRID, NUMBERS, st.lists(st.floats(0.0, 50.0), min_size=8, max_size=8))
def test_lists_have_their_entries_first(level, months, number, dates):
    dates = jnp.sort(jnp.asarray(dates).reshape(ROWS, 4), axis=1)
    for first, second in ((level, months), (number, months), (number, number + 1.0)):
        asked = mapped(lists, *(jnp.broadcast_to(each, (ROWS, PATHS)) for each in (first, second)), dates)
        found = worked_out(lists, ROWS, PATHS, first, second, dates.T[..., None])
        assert len(asked) == len(found)
        for one, other in zip(asked, found, strict=True):
            # Entries are added up one after the other.
            np.testing.assert_allclose(other, jnp.moveaxis(one, 0, -2), rtol=1e-12, atol=1e-12)


def test_each_formula_is_worked_out_once_and_none_in_vain():
    # Of months + 1, twice, and 1 + months, and the sum of two levels.
    level, months = jnp.ones((ROWS, PATHS)), jnp.ones((ROWS, PATHS))
    assert counted(far, add_p, 2.0, 5.0) == 4
    assert counted(for_all(far), add_p, level, months) == 3
    assert counted(far, exp_p, 2.0, 5.0) == 1
    assert counted(for_all(far), exp_p, level, months) == 0


def test_numbers_that_look_alike_are_told_apart():
    def rule(level):
        return level * -0.0, level * 0.0, level.astype(int) * 1, level * 1.0, level.astype(jnp.float32) * 1.0

    plain, found = rule(jnp.asarray(3.0)), worked_out(rule, 1, 1, jnp.asarray([[3.0]]))
    assert [(str(each.dtype), each.tobytes()) for each in map(np.asarray, plain)] == [
        (str(each.dtype), each.tobytes()) for each in map(np.asarray, found)
    ]


def test_what_is_marked_as_once_stays_one_call():
    assert counted(for_all(far), jit_p, jnp.ones((ROWS, PATHS)), jnp.ones((ROWS, PATHS))) == 1
