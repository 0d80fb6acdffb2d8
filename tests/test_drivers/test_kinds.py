"""Every kind of driver: its sentence, its worked example, and one rule for plain numbers and for compiled paths."""

import doctest
import importlib
import re
import subprocess
import sys

import numpy as np
import pytest

from interlock.drivers import KINDS, Fixed, GeometricBrownian, Growth, MeanReverting, Regime, State, Table, rehearse
from interlock.ground.chance import normals, stream_keys
from interlock.ground.fields import Role, fields_of
from interlock.ground.schedule import Schedule

LINE = Schedule(np.array([0.0, 6.0, 18.0]), np.array([1.0, 2.0, 1.5]), linear=True)
STEPS = Schedule(np.array([3.0, 6.0]), np.array([1.0, 2.0]))
STATES = State(level=np.array([1.0, 0.4, 0.0]), stay=np.array([9.0, 6.0, 4.0]), weight=np.array([1.0, 0.9, 0.1]))

EXAMPLES = [
    Fixed(line=LINE, scale=2.0),
    Fixed(steps=STEPS),
    GeometricBrownian(level=2.0, drift=0.1, volatility=0.3),
    Growth(level=1.0, growth=1.0, long_run=0.1, half_life=18.0, volatility=0.2, growth_volatility=0.1),
    MeanReverting(level=0.04, mean=0.03, half_life=24.0, volatility=0.01),
    MeanReverting(level=2.0, mean=3.0, half_life=24.0, volatility=0.5, low=0.0, trend=-0.2),
    MeanReverting(level=2.0, mean=3.0, half_life=24.0, volatility=0.5, high=4.0),
    MeanReverting(level=0.4, mean=0.6, half_life=24.0, volatility=0.1, low=0.0, high=0.8),
    Regime(states=STATES, first=2.0),
    Table(file=STEPS),
]


@pytest.mark.parametrize("driver", EXAMPLES, ids=lambda driver: driver.kind)
def test_a_rule_gives_the_same_on_plain_numbers_and_on_compiled_paths(driver, levels_on_paths):
    shocks = normals(stream_keys(4, ["x"]), np.arange(30), np.arange(8))[:, 0]
    compiled = levels_on_paths(driver, shocks)
    alone = np.stack([rehearse(driver, list(shocks[1:, path])) for path in range(8)], axis=1)
    np.testing.assert_allclose(compiled, alone, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("driver", EXAMPLES, ids=lambda driver: driver.kind)
def test_month_0_stands_at_the_opening_level_and_a_longer_horizon_changes_nothing_before(driver):
    shocks = list(normals(stream_keys(4, ["x"]), np.arange(40), [0])[:, 0, 0])
    longer, shorter = rehearse(driver, shocks), rehearse(driver, shocks[:10])
    assert longer[:11] == shorter
    if hasattr(driver, "level"):
        assert shorter[0] == pytest.approx(driver.level, rel=1e-12)


@pytest.mark.parametrize("driver", EXAMPLES, ids=lambda driver: driver.kind)
def test_only_a_random_driver_is_moved_by_its_shocks(driver):
    up, down = (rehearse(driver, [shock] * 12) for shock in (3.0, -3.0))
    assert (up != down) == driver.is_random
    assert all(high >= low for high, low in zip(up, down, strict=True))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_each_kind_has_a_sentence_whose_gaps_are_its_terms(kind):
    names = {each.name for each in fields_of(kind)}
    assert set(re.findall(r"{(\w+)}", kind.sentence)) <= names
    assert len(kind.sentence.split()) >= 4


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_each_kind_states_its_equation_and_a_worked_example_that_holds(kind):
    module = importlib.import_module(kind.__module__)
    assert " = " in module.__doc__
    assert "Worked example" in module.__doc__
    tests = doctest.testmod(module)
    assert tests.attempted >= 3
    assert tests.failed == 0


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_figure_of_a_kind_has_a_unit(kind):
    parts = [each.part for each in fields_of(kind) if each.part is not None]
    for each in [*fields_of(kind), *(field for part in parts for field in fields_of(part))]:
        assert each.unit is not None or each.role in {Role.refers, Role.many}, each.name


def test_kinds_have_names_of_their_own_in_alphabetical_order():
    names = [kind.kind for kind in KINDS]
    assert names == sorted(set(names))


def test_kinds_are_known_without_loading_what_is_slow():
    ask = "import sys, interlock.drivers; print(*sorted({'jax', 'scipy', 'pandas', 'xarray'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_fixed_level_needs_one_schedule_not_two():
    assert Fixed(line=LINE).problem() is None
    assert Fixed(steps=STEPS).problem() is None
    assert Fixed().problem()
    assert Fixed(steps=STEPS, line=LINE).problem()


def test_steps_keep_the_first_level_before_their_first_date_and_the_last_after_their_last():
    assert rehearse(Fixed(steps=STEPS), [0.0] * 8) == [1.0] * 6 + [2.0] * 3


def test_a_line_counts_with_its_mean_over_each_month():
    levels = rehearse(Fixed(line=LINE), [0.0] * 20)
    assert levels[:2] == pytest.approx([1 + 1 / 12, 1 + 3 / 12])
    assert sum(levels[:18]) == pytest.approx(6 * 1.5 + 12 * 1.75)
    assert levels[18:] == [1.5] * 3


def test_a_schedule_padded_with_its_last_date_says_the_same():
    padded = Schedule(np.array([3.0, 6.0, 6.0, 6.0]), np.array([1.0, 2.0, 2.0, 2.0]))
    assert rehearse(Table(file=padded), [0.0] * 9) == rehearse(Table(file=STEPS), [0.0] * 9)
