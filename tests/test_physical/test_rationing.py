"""Chips and compute that are not enough for all: against published divisions, and what is proved of such rules."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from interlock.ground.sums import tied
from interlock.physical.chips import Orders, filled
from interlock.physical.fleet import delivered


@pytest.fixture(autouse=True)
def _in_full_precision():
    with jax.enable_x64(True):
        yield


def long_term(claims, is_first, there):
    """Chips of one generation: the first class are long-term orders, the other open ones, half of each for sites."""
    half, nothing = claims / 2, jnp.zeros_like(claims)
    return filled(Orders(nothing, half, half), 1.0 - is_first, of_one(claims), there).all()


def firm(claims, is_first, there):
    """The same, where the first class are firm deliveries."""
    wanted = Orders(claims * is_first, claims * (1.0 - is_first), jnp.zeros_like(claims))
    return filled(wanted, 1.0 - is_first, of_one(claims), there).all()


def of_a_fleet(claims, is_first, there):
    """Compute of one seller: the first class are commitments, the other is sold by the hour."""
    return delivered(claims, (is_first,), of_one(claims), there)


def of_one(claims):
    return tied(jnp.zeros(len(claims), jnp.int32), 1)


@pytest.fixture(params=[long_term, firm, of_a_fleet], ids=lambda rule: rule.__name__)
def divided(request):
    """What each claim gets, [claim] or [claim, path], of what is there."""

    def of(claims, is_first, there):
        claims = jnp.asarray(claims, jnp.float64)
        wide = claims[:, None] if claims.ndim == 1 else claims
        is_first = jnp.broadcast_to(jnp.asarray(is_first, jnp.float64)[:, None], wide.shape)
        got = request.param(wide, is_first, jnp.atleast_1d(jnp.asarray(there, jnp.float64))[None])
        return np.asarray(got).reshape(claims.shape)

    return of


@pytest.mark.parametrize("is_first", [0, 1])
def test_three_wives_share_what_is_left_by_what_each_is_owed(divided, is_first):
    # Aumann & Maschler, Game theoretic analysis of a bankruptcy problem from the Talmud, Journal of Economic Theory 36
    # (1985), 195-213, Table I: 100, 200 and 300 are owed. Where 300 are left (the third case of the Mishna, Kethubot
    # 93a), the division is the proportional one: 50, 100 and 150.
    assert divided([100, 200, 300], [is_first] * 3, 300) == pytest.approx([50, 100, 150])


def test_a_price_below_what_assets_are_worth_goes_to_a_class_in_proportion_and_then_to_the_next(divided):
    # 26 CFR 1.338-7, first example: 270 USD paid for a building worth 100 and stock worth 200, both of class V, are 90
    # and 180 of basis. Once 330 are paid, these have 100 and 200, and 30 are left for class VII.
    assert divided([100, 200, 1_000], [1, 1, 0], 270) == pytest.approx([90, 180, 0])
    assert divided([100, 200, 1_000], [1, 1, 0], 330) == pytest.approx([100, 200, 30])


def test_cash_has_its_price_in_full_and_all_other_assets_theirs_in_proportion(divided):
    # 26 CFR 1.338-6, the example of an election under (c)(3): 2,700 USD for assets put at 3,000. Cash, class I, keeps
    # its 200; the rest get 2,500 of 2,800: securities, receivables, inventory, building, land, a subsidiary, goodwill.
    found = divided([200, 300, 600, 300, 800, 200, 450, 150], [1] + [0] * 7, 2_700)
    printed = [200, 268, 536, 268, 714, 178, 402, 134]  # "All numbers rounded for convenience": to sum to 2,700
    assert found == pytest.approx(printed, abs=0.6)
    assert found[0] == 200.0
    assert found.sum() == pytest.approx(2_700.0)


def test_a_division_is_what_priority_classes_and_proportion_are_characterised_by(divided):
    # Moulin, Priority rules and other asymmetric rationing methods, Econometrica 68 (2000), 643-684: rules that satisfy
    # these four are by priority classes, and within a class by proportion or by weighted gains or losses.
    rng = np.random.default_rng(11)
    claims, is_first = rng.exponential(1.0, (6, 500)), [1, 0, 1, 0, 0, 1]
    claims[:, ::7] *= rng.integers(0, 2, claims[:, ::7].shape)  # some claim nothing
    there, less = claims.sum(axis=0) * np.sort(rng.uniform(0.0, 1.2, (2, 500)), axis=0)[::-1]
    all_of_it, part = (divided(claims, is_first, each) for each in (there, less))
    room = {"rtol": 1e-9, "atol": 1e-12}
    np.testing.assert_allclose(all_of_it.sum(axis=0), np.minimum(there, claims.sum(axis=0)), **room)
    assert ((all_of_it >= 0) & (all_of_it <= claims * (1 + 1e-12))).all()
    # Scale invariance: it does not matter in what chips are counted.
    np.testing.assert_allclose(divided(claims * 8, is_first, there * 8), all_of_it * 8, **room)
    # Consistency: once some have left with what they got, nothing changes for the others.
    left = divided(claims[:4], is_first[:4], all_of_it[:4].sum(axis=0))
    np.testing.assert_allclose(left, all_of_it[:4], **room)
    # Upper composition: if less comes than was promised, it is divided by what was promised as by what was claimed.
    np.testing.assert_allclose(divided(all_of_it, is_first, less), part, **room)
    # Lower composition: if more comes than was there at first, it is divided by what is still lacking.
    lacking = np.maximum(claims - part, 0.0)
    np.testing.assert_allclose(part + divided(lacking, is_first, there - less), all_of_it, rtol=1e-6, atol=1e-9)
