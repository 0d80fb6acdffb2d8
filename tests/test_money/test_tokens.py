"""Where dollars go, against single dollars that are thrown through a random network one by one.

A dollar that a party holds in a month goes into each of its payments with the probability that this payment is of all
that it holds and receives, and stays with the rest; in the next treasury the same holds, until it is at rest.
"""

import numpy as np
import pytest

from interlock.money.colours import Dye, Flows, Traced, follow
from interlock.money.purses import Purses, set_apart

PARTIES, EDGES, MONTHS, COLOURS, LEGS = 4, 2, 3, 2, 16
EVERYBODY = PARTIES + EDGES
TOKENS = 40_000


class World:
    """Random flows that every treasury can afford, and two colours."""

    def __init__(self, seed):
        chance = np.random.default_rng(seed)
        ends = [(a, b) for a in range(EVERYBODY) for b in range(EVERYBODY) if a != b and min(a, b) < PARTIES]
        picked = chance.choice(len(ends), LEGS, replace=True)
        self.payer, self.payee = (np.array([ends[n][side] for n in picked], np.int32) for side in (0, 1))
        # The first two legs dye: 0 puts money into 1, and 1 into 2.
        self.payer[:2], self.payee[:2] = (0, 1), (1, 2)
        self.colour = np.where(np.arange(LEGS) < COLOURS, np.arange(LEGS), COLOURS).astype(np.int32)
        self.paid = chance.uniform(0.0, 10.0, (MONTHS, LEGS)) * chance.integers(0, 2, (MONTHS, LEGS))
        self.paid[0, :2] = 5.0
        is_revenue = chance.integers(0, 2, LEGS) > 0
        home = (self.payee[None] == self.payer[:COLOURS, None]) & (self.colour == COLOURS)
        self.returns, self.repays = home & is_revenue, home & ~is_revenue & (chance.integers(0, 2, LEGS) > 0)
        out = np.stack([self.paid[:, self.payer == party].sum(axis=1) for party in range(PARTIES)], axis=1)
        into = np.stack([self.paid[:, self.payee == party].sum(axis=1) for party in range(PARTIES)], axis=1)
        # Enough at the start for what goes out in any month and is not first taken in, and a little more.
        before = np.concatenate([np.zeros((1, PARTIES)), np.cumsum(into - out, axis=0)])
        lowest = np.minimum(before[1:], before[:-1]).min(axis=0)
        self.opening = before[:-1] + np.maximum(-lowest, 0.0) + 1.0
        self.purses = Purses(
            owner=np.array([1, 2], np.int32),
            fed_by=np.stack([(np.arange(LEGS) == 0), (self.payee == 2) & (chance.integers(0, 2, LEGS) > 0)]),
            meant_for=np.stack([(self.payer == 1) & (chance.integers(0, 2, LEGS) > 0), self.payer == 2]),
        )

    def traced(self, *, keeps_colour=False, is_apart=False):
        dye = Dye(self.payer, self.payee, self.colour, self.returns.astype(float), self.repays.astype(float))
        flows = Flows(dye, self.paid[..., None], self.opening[..., None])
        if is_apart:
            flows = set_apart(self.purses, flows)
        found = follow(flows, edges=EDGES, start=24312, keeps_colour=keeps_colour)
        return Traced(*(rows[..., 0] for rows in found))

    def thrown(self, colour, seed):
        """The share of the dollars of a colour that end where: by hand, dollar by dollar."""
        chance = np.random.default_rng(seed)
        ended = {}
        months = self.paid[:, colour] / self.paid[:, colour].sum()
        for month in chance.choice(MONTHS, TOKENS, p=months):
            end = self.end_of_one(colour, month, chance)
            ended[end] = ended.get(end, 0) + 1 / TOKENS
        return ended

    def end_of_one(self, colour, month, chance):
        party = self.payee[colour]
        while month < MONTHS:
            legs = np.flatnonzero(self.payer == party)
            holds = self.opening[month, party] + self.paid[month, self.payee == party].sum()
            spot = chance.uniform(0.0, holds)
            reached = np.searchsorted(np.cumsum(self.paid[month, legs]), spot, side="right")
            if reached == len(legs):
                month += 1
                continue
            leg = legs[reached]
            if self.colour[leg] < COLOURS:
                return "refinanced", int(self.colour[leg])
            if self.returns[colour, leg] or self.repays[colour, leg]:
                return ("returned" if self.returns[colour, leg] else "repaid"), int(leg)
            party = self.payee[leg]
            if party >= PARTIES:
                return "left", int(party - PARTIES)
        return "held", int(party)


def shares_of(found, colour):
    """What the program says of the same ends."""
    paid = found.paid[:, colour].sum()
    rows = {
        "returned": found.returned[:, colour].sum(axis=0),
        "repaid": found.repaid[colour],
        "refinanced": found.refinanced[colour],
        "left": found.left[colour],
        "held": found.held[colour],
    }
    return {(fate, n): usd / paid for fate, values in rows.items() for n, usd in enumerate(values) if usd > 0.0}


@pytest.mark.parametrize("seed", range(4))
def test_shares_are_how_often_single_dollars_end_there(seed):
    world = World(seed)
    found = world.traced()
    for colour in range(COLOURS):
        told, thrown = shares_of(found, colour), world.thrown(colour, seed + 100)
        assert set(thrown) <= set(told)
        for end, share in told.items():
            error = np.sqrt(share * (1.0 - share) / TOKENS)
            assert thrown.get(end, 0.0) == pytest.approx(share, abs=4.5 * error + 1e-4), end


@pytest.mark.parametrize("is_apart", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_every_dollar_of_a_colour_is_found_again(seed, is_apart):
    found = World(seed).traced(is_apart=is_apart)
    for colour in range(COLOURS):
        assert sum(shares_of(found, colour).values()) == pytest.approx(1.0, rel=1e-10)


@pytest.mark.parametrize("is_apart", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_parties_and_purses_does_not_matter(seed, is_apart):
    world, other = World(seed), World(seed)
    order = np.random.default_rng(seed).permutation(PARTIES)
    place = np.concatenate([np.argsort(order), np.arange(PARTIES, EVERYBODY)]).astype(np.int32)
    other.payer, other.payee, other.opening = place[world.payer], place[world.payee], world.opening[:, order]
    purses = world.purses
    other.purses = Purses(place[purses.owner[::-1]], purses.fed_by[::-1], purses.meant_for[::-1])
    one, two = world.traced(is_apart=is_apart), other.traced(is_apart=is_apart)
    np.testing.assert_allclose(two.held, one.held[:, order], rtol=1e-9, atol=1e-9)
    for name in ("paid", "returned", "repaid", "refinanced", "left"):
        np.testing.assert_allclose(getattr(two, name), getattr(one, name), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_all_laps_are_never_less_than_the_first(seed):
    world = World(seed)
    first, laps = world.traced(), world.traced(keeps_colour=True)
    assert (laps.returned >= first.returned * (1 - 1e-9)).all()


def test_purses_that_are_meant_for_nothing_that_is_paid_change_nothing():
    world = World(1)
    world.purses = world.purses._replace(
        meant_for=np.zeros_like(world.purses.meant_for), fed_by=world.purses.fed_by & False
    )
    one, two = world.traced(), world.traced(is_apart=True)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-12, atol=1e-12)
