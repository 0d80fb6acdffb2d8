"""Where a dollar goes on networks small enough for a known answer, and against a general solver."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.ground.errors import ArgumentError
from interlock.money.mixtures import Home, mixtures
from interlock.money.tracing import mix

PASSED_ON = np.array([[0, 0.7, 0], [0, 0, 0.6], [0.5, 0, 0]])
"""A ring: each passes on .7, .6, .5 of what it has and receives, and keeps the rest."""

ALL_LAPS = 1.265822784810127
"""(I - A)^-1 [0, 0] = 1 / (1 - .7 x .6 x .5): what passes through the first for each dollar that it had."""


def ring(opening):
    """Flows of the ring when the parties start with so much, and what passes through each."""
    through = np.linalg.solve(np.eye(3) - PASSED_ON.T, opening)
    return PASSED_ON * through[:, None], through


def test_all_laps_of_a_ring_add_up_to_the_geometric_series():
    opening = np.array([1.0, 3.0, 2.0])
    flows, through = ring(opening)
    of_the_firsts_dollar = mix(flows, opening, np.eye(3))[:, 0] * through
    np.testing.assert_allclose(of_the_firsts_dollar[0], ALL_LAPS, rtol=1e-12)
    np.testing.assert_allclose(of_the_firsts_dollar[2] * 0.5, 0.21 / 0.79, rtol=1e-12)


def test_the_first_lap_alone_returns_21_cents_to_whoever_put_money_in():
    opening = np.array([1.0, 3.0, 2.0])
    flows, through = ring(opening)
    pull = flows.T[None]
    own = np.diag(opening)[None]
    # Money that comes back to the first loses its colour; that of the others never does.
    first = Home(np.array([0]), np.array([0]), np.zeros((1, 1, 1, 3)), np.array([[[flows[2, 0]]]]))
    others = Home(np.array([], int), np.array([1, 2]), np.zeros((1, 2, 0, 3)), np.zeros((1, 2, 0)))
    mixed = mixtures(pull, opening[None], own, [first, others])[0]
    np.testing.assert_allclose(mixed[2, 0] * flows[2, 0], 0.21, rtol=1e-12)
    np.testing.assert_allclose(mixed[0, 0] * through[0], 1.0, rtol=1e-12)
    np.testing.assert_allclose(mixed[:, 1:], mix(flows, opening, np.eye(3))[:, 1:], rtol=1e-12)
    # Each may lose its own.
    homes = [
        Home(np.array([n]), np.array([n]), np.zeros((1, 1, 1, 3)), flows[:, n].sum(keepdims=True)[None, None])
        for n in range(3)
    ]
    mixed = mixtures(pull, opening[None], own, homes)[0]
    np.testing.assert_allclose([mixed[:, n] @ flows[:, n] for n in range(3)], 0.21 * opening, rtol=1e-12)


def test_money_passes_through_a_chain_within_the_month():
    # A has 100 and pays B 60, who has 20 and pays C 70, who has nothing and pays D all of it.
    flows = np.zeros((4, 4))
    flows[0, 1], flows[1, 2], flows[2, 3] = 60, 70, 70
    mixed = mix(flows, [100, 20, 0, 0], np.eye(4)[:, :2])
    np.testing.assert_allclose(mixed, [[1, 0], [0.75, 0.25], [0.75, 0.25], [0.75, 0.25]], rtol=1e-15)


def test_a_circulation_without_inflow_has_no_colour():
    flows = np.zeros((4, 4))
    flows[0, 1], flows[1, 0], flows[1, 2], flows[3, 2] = 5, 5, 2, 2
    mixed = mix(flows, [0, 0, 0, 4], np.eye(4))
    np.testing.assert_array_equal(mixed[:2], 0)
    np.testing.assert_allclose(mixed[2], [0, 0, 0, 0.5], rtol=1e-15)  # half of what it got has no colour


def test_who_has_nothing_and_receives_nothing_has_no_colour():
    np.testing.assert_array_equal(mix(np.zeros((2, 2)), [0, 1], [[1.0], [1.0]]), [[0], [1]])


def test_a_payment_to_oneself_changes_nothing():
    flows = np.array([[50.0, 2.0], [1.0, 7.0]])
    colours = [[1.0, 0.0], [0.25, 0.5]]
    np.testing.assert_array_equal(mix(flows, [3, 4], colours), mix(flows * (1 - np.eye(2)), [3, 4], colours))


def test_a_billionth_of_inflow_colours_a_ring_completely():
    flows = np.array([[0, 1.0, 0], [0, 0, 1.0], [1.0, 0, 0]])
    mixed = mix(flows, [1e-9, 0, 2e-9], np.eye(3))
    # All three hold the same mixture of the two openings but for what each adds on its own turn, about a billionth.
    through = np.array([[1 / 3, 0, 2 / 3]] * 3)
    np.testing.assert_allclose(mixed, through, atol=3e-9)
    np.testing.assert_allclose(mixed.sum(axis=-1), 1, rtol=1e-15)
    # Exact: c0 (1 + a) = a + c2, c1 = c0, c2 (1 + b) = c1 with a = 1e-9, b = 2e-9 gives c0 = a (1 + b) / (a + b + a b).
    a, b = 1e-9, 2e-9
    np.testing.assert_allclose(mixed[:, 0], [a * (1 + b) / (a + b + a * b)] * 2 + [a / (a + b + a * b)], rtol=1e-14)


amounts = st.floats(0, 1e3).map(lambda amount: 0.0 if amount < 1e-3 else amount)
SIZE = 5


@st.composite
def networks(draw):
    flows = np.array(draw(st.lists(amounts, min_size=SIZE**2, max_size=SIZE**2))).reshape(SIZE, SIZE)
    opening = np.array(draw(st.lists(amounts, min_size=SIZE, max_size=SIZE)))
    return flows, opening


def coloured(opening):
    """Two colours and a rest: every dollar of opening cash has one."""
    first = np.linspace(0, 1, SIZE)
    return np.stack([first, (1 - first) / 3, (1 - first) * 2 / 3], axis=-1)


@given(networks())
def test_mixing_agrees_with_a_general_solver(network):
    flows, opening = network
    opening = opening + 1e-3  # else the general solver meets a singular matrix
    colours = coloured(opening)
    system = np.diag(opening + flows.sum(axis=0)) - flows.T
    exact = np.linalg.solve(system, opening[:, None] * colours)
    np.testing.assert_allclose(mix(flows, opening, colours), exact, rtol=1e-8, atol=1e-12)


@given(networks())
def test_what_is_wholly_coloured_stays_so_and_fractions_add_up(network):
    flows, opening = network
    mixed = mix(flows, opening, coloured(opening))
    reached = {i for i in range(SIZE) if opening[i] > 0}
    for _ in range(SIZE):
        reached |= {j for i in reached for j in range(SIZE) if flows[i, j] > 0}
    whole = np.array([float(i in reached) for i in range(SIZE)])
    unreached_pay = any(flows[i, j] > 0 for j in reached for i in set(range(SIZE)) - reached)
    if unreached_pay:
        assert (mixed.sum(axis=-1) <= 1 + 1e-14).all()
    else:
        np.testing.assert_allclose(mixed.sum(axis=-1), whole, rtol=1e-14)
    assert (mixed >= 0).all()


@given(networks())
def test_no_coloured_dollar_is_lost_or_made(network):
    flows, opening = network
    opening = opening + flows.sum(axis=1)  # nobody pays out more than it has
    colours = coloured(opening)
    mixed = mix(flows, opening, colours)
    closing = (opening + flows.sum(axis=0) - flows.sum(axis=1))[:, None] * mixed
    before, after = (opening[:, None] * colours).sum(axis=0), closing.sum(axis=0)
    np.testing.assert_allclose(after, before, rtol=1e-12, atol=1e-12 * (1 + opening.sum()))


def test_a_batch_mixes_to_the_same_bits_as_its_members():
    rng = np.random.default_rng(7)
    flows, opening = rng.exponential(size=(3, 50, 6, 6)), rng.exponential(size=(3, 50, 6))
    colours = rng.dirichlet(np.ones(4), size=(50, 6))  # shared by the three
    together = mix(flows, opening, colours)
    assert together.shape == (3, 50, 6, 4)
    for i, j in [(0, 0), (1, 17), (2, 49)]:
        np.testing.assert_array_equal(together[i, j], mix(flows[i, j], opening[i, j], colours[j]))


def test_an_empty_batch_is_mixed_to_an_empty_answer():
    assert mix(np.zeros((0, 2, 2)), np.zeros((0, 2)), np.zeros((0, 2, 3))).shape == (0, 2, 3)


@pytest.mark.parametrize(
    ("flows", "opening", "colours", "complaint"),
    [
        ([[0, -1], [0, 0]], [1, 1], [[1], [0]], r"flows\[0, 1\] is -1\.0; .*not negative"),
        ([[0, 1], [0, 0]], [1, np.nan], [[1], [0]], r"opening\[1\] is nan"),
        ([[0, 1], [0, 0]], [1, np.inf], [[1], [0]], r"opening\[1\] is inf"),
        ([[0, 1, 2], [0, 0, 3]], [1, 1], [[1], [0]], r"flows has shape \(2, 3\); \(…, n, n\)"),
        ([[0, 1], [0, 0]], [1, 1, 1], [[1], [0]], r"opening has shape \(3,\)"),
        ([[0, 1], [0, 0]], [1, 1], [1, 0], r"colours has shape \(2,\); at least 2 axes"),
        ([[0, 1], [0, 0]], [1, 1], [[1], [0], [0]], r"colours has shape \(3, 1\)"),
        ([[0, 1], [0, 0]], [1, 1], [[2], [0]], r"colours\[0, 0\] is 2\.0; fractions from 0 to 1"),
        ([[0, 1], [0, 0]], [1, 1], [[0.5, 0.6], [0, 0]], r"sum of colours\[0\] is 1\.1"),
        ([["a", 1], [0, 0]], [1, 1], [[1], [0]], "flows holds .* real numbers"),
        (np.zeros((3, 2, 2)), np.zeros((4, 2)), [[1], [0]], r"do not fit together: flows \(3,\), opening \(4,\)"),
    ],
)
def test_a_wrong_argument_is_refused_with_what_is_accepted(flows, opening, colours, complaint):
    with pytest.raises(ArgumentError, match=complaint):
        mix(flows, opening, colours)
