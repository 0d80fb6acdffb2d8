"""Bounds of what customers choose, on figures of any size."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from interlock.ground.sums import tied
from interlock.labs import customers

SEGMENTS, LABS, PATHS = 3, 4, 512


@pytest.fixture
def world():
    """Three segments, in each of which every lab has a share, and the outside has what is left."""
    rng = np.random.default_rng(5)

    def drawn(low: float, high: float, rows: int = SEGMENTS):
        return jnp.asarray(rng.uniform(low, high, (rows, PATHS)))

    segments = customers.Segments(
        spend=drawn(0, 1e10),
        demand=drawn(0, 100),
        elasticity=drawn(0, 3),
        quality=drawn(0, 5),
        price=drawn(0, 5),
        patience=drawn(0, 20),
        spread=drawn(0, 1),
        frontier=jnp.exp(drawn(-30, 60)),
        outside_price=drawn(-0.5, 1),
        open_weights=drawn(0, 1),
        press=drawn(0, 1),
    )
    segment = np.repeat(np.arange(SEGMENTS), LABS + 1)
    party = np.tile([*range(LABS), LABS], SEGMENTS)
    rows = customers.Rows(tied(jnp.asarray(segment), SEGMENTS), tied(jnp.asarray(party), LABS))
    weights = rng.dirichlet(np.ones(LABS + 1), (SEGMENTS, PATHS))
    share = jnp.asarray(np.moveaxis(weights, -1, 1).reshape(-1, PATHS))
    return segments, rows, share, drawn


@pytest.fixture(autouse=True)
def _in_full_precision():
    with jax.enable_x64(True):
        yield


def test_margins_stay_between_nothing_and_what_they_would_be_without_open_models(world):
    segments, rows, share, drawn = world
    before = customers.before_the_run(share, drawn(1, 9, LABS))
    margin = drawn(0, 1, LABS)
    offered = customers.market(before, segments, rows, margin, drawn(0, 3, LABS), drawn(0, 9, LABS), drawn(1, 2, LABS))
    assert (offered.margin >= 0.0).all()
    assert (offered.margin <= margin).all()
    assert (offered.margin < margin).any()
    assert jnp.isfinite(offered.wanted).all()


def test_shares_are_shares_however_far_odds_go(world):
    segments, rows, share, drawn = world
    before = customers.before_the_run(share, drawn(1, 9, LABS))
    seen = (drawn(0, 1, LABS), jnp.exp(drawn(-30, 30, LABS)), drawn(0, 9, LABS), drawn(1, 2, LABS))
    stands = jnp.asarray(drawn(0, 1, LABS) > 0.4, jnp.float64)
    after = before
    for _ in range(5):
        offered = customers.market(after, segments, rows, *seen)
        after = customers.choose(after, segments, rows, share, offered, drawn(0, 60, LABS), stands)
    assert (after.share >= 0.0).all()
    assert float(customers.missing(rows, after.share).max()) < 1e-12
    assert float(jnp.abs(after.share - share).max()) > 0.3
