"""A rule without repeats says what the rule says, to the last bit, and works each formula out once."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax.extend.core.primitives import add_p, exp_p, jit_p

from interlock.engine.repeats import without_repeats
from interlock.ground.arrays import clip, exp, maximum, where
from interlock.ground.sums import once

NUMBERS = st.floats(-100.0, 100.0)


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


def counted(rule, primitive, *arguments):
    """How often a primitive is worked out, functions that are called included."""

    def within(jaxpr):
        own = sum(formula.primitive is primitive for formula in jaxpr.eqns)
        return own + sum(within(each.params["jaxpr"].jaxpr) for each in jaxpr.eqns if each.primitive is jit_p)

    return within(jax.make_jaxpr(rule)(*arguments).jaxpr)


@settings(max_examples=25, deadline=None)
@given(NUMBERS, st.lists(NUMBERS, min_size=3, max_size=3))
def test_it_says_what_the_rule_says(level, months):
    months = jnp.asarray(months)
    plain, short = (jax.vmap(rule, in_axes=(None, 0))(level, months) for rule in (far, without_repeats(far)))
    assert jax.tree.structure(plain) == jax.tree.structure(short)
    for one, other in zip(jax.tree.leaves(plain), jax.tree.leaves(short), strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


def test_each_formula_is_worked_out_once_and_none_in_vain():
    # Of months + 1, twice, and 1 + months, and the sum of two levels.
    assert counted(far, add_p, 2.0, 5.0) == 4
    assert counted(without_repeats(far), add_p, 2.0, 5.0) == 3
    assert counted(far, exp_p, 2.0, 5.0) == 1
    assert counted(without_repeats(far), exp_p, 2.0, 5.0) == 0


def test_numbers_that_look_alike_are_told_apart():
    def rule(level):
        return level * -0.0, level * 0.0, level.astype(int) * 1, level * 1.0, level.astype(jnp.float32) * 1.0

    plain, short = rule(jnp.asarray(3.0)), without_repeats(rule)(jnp.asarray(3.0))
    assert [(str(each.dtype), each.tobytes()) for each in map(np.asarray, plain)] == [
        (str(each.dtype), each.tobytes()) for each in map(np.asarray, short)
    ]


def test_what_is_marked_as_once_stays_one_call():
    assert counted(without_repeats(far), jit_p, 2.0, 5.0) == 1
