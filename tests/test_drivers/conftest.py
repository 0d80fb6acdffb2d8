"""Drivers as the engine runs them: compiled, over many paths at once."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest


@pytest.fixture
def levels_on_paths():
    """The levels [month, path] of a driver, given shocks [month, path] of which the first is for month 0 and unused."""

    def run(driver, shocks):

        def one(shocks):
            def month(memory, now):
                number, shock = now
                moved = driver.step(memory, number, shock)
                memory = jax.tree.map(lambda new, old: jnp.where(number > 0, new, old), moved, memory)
                return memory, jnp.asarray(driver.at(memory, number), dtype=jnp.float64)

            opening = jax.tree.map(lambda number: jnp.asarray(number, dtype=jnp.float64), driver.opening())
            return jax.lax.scan(month, opening, (jnp.arange(len(shocks), dtype=jnp.float64), shocks))[1]

        with jax.enable_x64(True):
            return np.asarray(jax.jit(jax.vmap(one, in_axes=1, out_axes=1))(jnp.asarray(shocks)))

    return run
