"""Networks of many colours, each lost somewhere else, against a general solver of each colour's own network."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.money.mixtures import BLOCK, Home, mixtures


class Network:
    """A random network: every home has some rows, which may be those of other homes, and some colours."""

    def __init__(self, seed, purses, homes, *, paths=2):
        chance = np.random.default_rng(seed)
        self.pull = chance.lognormal(0.0, 3.0, (paths, purses, purses)) * (chance.random((paths, purses, purses)) < 0.3)
        self.leak = chance.lognormal(-3.0, 3.0, (paths, purses))
        alike = chance.integers(0, homes, 2 * homes)
        self.own = self.leak[..., None] * chance.dirichlet(np.ones(len(alike) + 1), (paths, purses))[..., :-1]
        self.homes = []
        for colours in (np.flatnonzero(alike == home) for home in range(homes)):
            rows = np.sort(chance.choice(purses, chance.integers(0, min(purses, 5)), replace=False))
            kept = chance.integers(0, 2, (paths, len(colours), len(rows), purses)) * self.pull[:, None, rows]
            lost = (self.pull[:, None, rows] - kept) * (np.arange(purses) != rows[:, None])
            self.homes.append(Home(rows, colours, kept, lost.sum(axis=-1)))

    def mixed(self):
        return mixtures(self.pull, self.leak, self.own, self.homes)

    def solved(self):
        """The same, each colour by itself: a general solver, whose diagonal is all that a row has."""
        places = np.arange(self.pull.shape[1])
        found = np.zeros(self.own.shape)
        for home in self.homes:
            for n, colour in enumerate(home.colours):
                pull, leak = self.pull.copy(), self.leak.copy()
                pull[:, home.rows] = home.kept[:, n]
                leak[:, home.rows] += home.lost[:, n]
                pull[:, places, places] = 0.0
                system = -pull
                system[:, places, places] = leak + pull.sum(axis=-1)
                found[..., colour] = np.linalg.solve(system, self.own[..., colour, None])[..., 0]
        return found


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), purses=st.integers(1, 2 * BLOCK + 3), homes=st.integers(1, 6))
def test_all_colours_together_are_what_each_is_by_itself(seed, purses, homes):
    network = Network(seed, purses, homes)
    mixed = network.mixed()
    np.testing.assert_allclose(mixed, network.solved(), rtol=1e-9, atol=1e-9)
    assert (mixed >= 0.0).all()
    assert (mixed <= 1.0 + 1e-12).all()


def test_a_path_is_the_same_alone_and_among_others():
    network = Network(1, 20, 4, paths=7)
    together = network.mixed()
    for path in range(7):
        one = slice(path, path + 1)
        homes = [Home(each.rows, each.colours, each.kept[one], each.lost[one]) for each in network.homes]
        alone = mixtures(network.pull[one], network.leak[one], network.own[one], homes)
        np.testing.assert_array_equal(alone, together[one])


def test_the_last_billionth_of_a_leak_is_not_lost_to_rounding():
    """A ring of two blocks passes 1 on, and a single purse has 1e-15 of its own: all of the ring has its colour."""
    purses = BLOCK + 4
    pull = np.roll(np.eye(purses), -1, axis=1)[None]
    leak = np.zeros((1, purses))
    leak[0, 3] = 1e-15
    own = leak[..., None] * [0.25, 0.75]
    home = Home(np.array([5]), np.array([0, 1]), pull[:, [5]][:, None].repeat(2, axis=1), np.zeros((1, 2, 1)))
    np.testing.assert_allclose(mixtures(pull, leak, own, [home])[0], [[0.25, 0.75]] * purses, rtol=1e-12)


def test_who_has_less_than_a_quotient_can_bear_has_nothing():
    """A purse with the least number that there is pays a billion to another, as rounding may have it."""
    pull = np.array([[[0.0, 0.0], [1e9, 0.0]]])
    leak = np.array([[5e-324, 1e9]])
    own = leak[..., None] * [1.0, 0.5]
    home = Home(np.array([], int), np.array([0, 1]), np.zeros((1, 2, 0, 2)), np.zeros((1, 2, 0)))
    mixed = mixtures(pull, leak, own, [home])[0]
    np.testing.assert_allclose(mixed, [[0.0, 0.0], [0.5, 0.25]], rtol=1e-15)


@pytest.mark.parametrize("home", [[], [0], [BLOCK], [1, BLOCK + 1]])
def test_a_circulation_into_which_nothing_flows_has_no_colour_and_takes_none_away(home):
    """A ring of two blocks without cash pays a purse that has as much of a colour: half of that one's money has it."""
    ring = BLOCK + 2
    pull = np.zeros((1, ring + 1, ring + 1))
    pull[0, :ring, :ring] = np.roll(np.eye(ring), 1, axis=1)
    pull[0, ring, 1] = 3.0
    leak = np.zeros((1, ring + 1))
    leak[0, ring] = 3.0
    rows = np.array(home, int)
    kept = pull[:, rows][:, None]
    found = mixtures(pull, leak, leak[..., None], [Home(rows, np.array([0]), kept, np.zeros((1, 1, len(rows))))])
    np.testing.assert_array_equal(found[0, :ring, 0], 0.0)
    assert found[0, ring, 0] == pytest.approx(0.5, rel=1e-15)
