"""What each kind of driver says that it never exceeds, held against what it does under the wildest shocks."""

import math

import numpy as np
import pytest

from interlock.drivers import Fixed, GeometricBrownian, Growth, MeanReverting, Regime, State, Table, rehearse
from interlock.ground.schedule import Schedule

STEPS = Schedule(np.array([3.0, 6.0]), np.array([0.9, 0.4]))
STATES = State(level=np.array([0.5, 0.8, 0.1]), stay=np.array([2.0, 2.0, 2.0]), weight=np.array([1.0, 1.0, 1.0]))
PULLED = {"level": 0.4, "mean": 0.5, "half_life": 6.0, "volatility": 0.3}
MONTHS = 48


@pytest.mark.parametrize(
    ("driver", "highest"),
    [
        (Fixed(steps=STEPS), 0.9),
        (Fixed(line=Schedule(np.array([0.0, 9.0]), np.array([0.2, 0.7]), linear=True), scale=2.0), 1.4),
        (Table(file=STEPS, scale=0.5), 0.45),
        (Regime(states=STATES), 0.8),
        (MeanReverting(**PULLED, high=0.8), 0.8),
        (MeanReverting(**PULLED, low=0.0, high=0.8), 0.8),
        (MeanReverting(**PULLED, low=0.0, high=0.8, trend=-0.2), 0.8),
        (MeanReverting(**PULLED, low=0.0, high=0.8, trend=0.5), 0.8 * 1.5**4),
        (MeanReverting(**PULLED | {"level": 0.9}, low=0.95, high=0.8), 0.95),  # as bounds may be drawn
    ],
)
def test_a_driver_with_a_bound_comes_near_it_and_not_beyond(driver, highest):
    assert driver.highest(MONTHS) == pytest.approx(highest, rel=1e-12)
    shocks = np.random.default_rng(3).normal(0.0, 9.0, (40, MONTHS))
    reached = max(max(rehearse(driver, [*each])) for each in [*shocks, [40.0] * MONTHS])
    assert 0.95 * highest < reached <= highest * (1 + 1e-9)


@pytest.mark.parametrize(
    "driver",
    [
        MeanReverting(**PULLED),
        MeanReverting(**PULLED, low=0.0),
        GeometricBrownian(level=0.5, volatility=0.3),
        Growth(level=0.5, growth=0.1, volatility=0.1),
    ],
)
def test_a_driver_without_a_bound_says_so(driver):
    assert driver.highest(MONTHS) == math.inf
    assert max(rehearse(driver, [9.0] * MONTHS)) > 1.0
