"""Earmarked dollars on flows that are written out, worked out by hand; and chains and diamonds."""

import numpy as np
import pytest

from interlock.money.colours import Dye, Flows, Traced, follow
from interlock.money.purses import Purses, set_apart

FINANCIER, LAB, CLOUD, OTHER, SUPPLIERS = range(5)
BUDGETS, EDGES = 4, 1


def traced(legs, months, opening, purses=None):
    """Follow one colour, which the first leg dyes: `legs` (payer, payee), `months` USD by leg; sales of all others."""
    payer, payee = (np.array([leg[side] for leg in legs], np.int32) for side in (0, 1))
    home = (payee == FINANCIER) & (np.arange(len(legs)) > 0)
    colour = (np.arange(len(legs)) > 0).astype(np.int32)
    dye = Dye(payer, payee, colour, home[None].astype(float), np.zeros((1, len(legs))))
    paid = np.array(months, float)
    cash, opened = np.array(opening, float), []
    for flows in paid:
        opened.append(cash)
        cash = cash + [flows[payee == n].sum() - flows[payer == n].sum() for n in range(BUDGETS)]
    flows = Flows(dye, paid[..., None], np.array(opened)[..., None])
    if purses is not None:
        flows = set_apart(purses, flows)
    found = follow(flows, edges=EDGES, start=24312, keeps_colour=False)
    return Traced(*(rows[..., 0] for rows in found))


def purse(legs, owner, fed_by, meant_for):
    """One purse."""
    return Purses(
        np.array([owner], np.int32),
        np.array([[n in fed_by for n in range(len(legs))]]),
        np.array([[n in meant_for for n in range(len(legs))]]),
    )


# The financier puts 100 into a lab that has as much already; the lab pays people, and compute of the financier.
LEGS = [(FINANCIER, LAB), (LAB, FINANCIER), (LAB, SUPPLIERS)]
COMPUTE = purse(LEGS, LAB, fed_by={0}, meant_for={1})


def test_earmarked_dollars_pay_what_they_are_meant_for_and_nothing_else():
    months, opening = [[100, 50, 60], [0, 80, 0]], [100, 100, 0, 0]
    found = traced(LEGS, months, opening, COMPUTE)
    # Fifty of the hundred in the first month, the other fifty in the second; the treasury pays all else.
    assert found.returned[0, 0, 1] == pytest.approx(100.0, rel=1e-12)
    assert found.left.sum() == found.held.sum() == pytest.approx(0.0, abs=1e-9)
    # Pooled, half of what is paid in the first month is dyed, and 45 of 90 that are left.
    pooled = traced(LEGS, months, opening)
    assert pooled.returned[0, 0, 1] == pytest.approx(25.0 + 40.0, rel=1e-12)
    assert pooled.left[0, 0] == pytest.approx(30.0, rel=1e-12)


def test_what_the_treasury_cannot_pay_a_purse_does():
    # Own money of 20 pays as much of the people; 40 come out of what compute has left of the hundred.
    found = traced(LEGS, [[100, 50, 60]], [100, 20, 0, 0], COMPUTE)
    assert found.returned[0, 0, 1] == pytest.approx(50.0, rel=1e-12)
    assert found.left[0, 0] == pytest.approx(40.0, rel=1e-12)
    assert found.held[0, LAB] == pytest.approx(10.0, rel=1e-12)


def test_what_is_kept_for_later_is_there_later():
    found = traced(LEGS, [[100, 0, 90], [0, 70, 0]], [100, 100, 0, 0], COMPUTE)
    assert found.returned[0, 0, 1] == pytest.approx(70.0, rel=1e-12)
    assert found.held[0, LAB] == pytest.approx(30.0, rel=1e-12)


def test_what_is_too_small_for_a_quotient_pays_nothing_and_breaks_nothing():
    found = traced(LEGS, [[1e-320, 50, 60]], [100, 200, 0, 0], COMPUTE)
    assert all(np.isfinite(rows).all() for rows in found)
    assert found.returned.sum() + found.left.sum() + found.held.sum() == pytest.approx(0.0, abs=1e-300)


def test_two_purses_pay_what_both_are_meant_for_in_proportion():
    """The lab has 100 of the financier and 50 of another, both for 60 of compute: 40 and 20."""
    legs = [(FINANCIER, LAB), (OTHER, LAB), (LAB, FINANCIER)]
    one, two = purse(legs, LAB, {0}, {2}), purse(legs, LAB, {1}, {2})
    both = Purses(*(np.concatenate(parts) for parts in zip(one, two, strict=True)))
    found = traced(legs, [[100, 50, 60]], [100, 0, 0, 50], both)
    # What a purse could have paid is at most the bill: 60 and 50.
    assert found.returned[0, 0, 2] == pytest.approx(60.0 * 60.0 / 110.0, rel=1e-12)
    assert found.held[0, LAB] == pytest.approx(100.0 - 60.0 * 60.0 / 110.0, rel=1e-12)


def test_a_purse_pays_the_same_share_of_all_that_it_is_meant_for():
    legs = [(FINANCIER, LAB), (LAB, FINANCIER), (LAB, CLOUD)]
    found = traced(legs, [[30, 20, 40]], [30, 60, 0, 0], purse(legs, LAB, {0}, {1, 2}))
    assert found.returned[0, 0, 1] == pytest.approx(10.0, rel=1e-12)
    assert found.held[0, CLOUD] == pytest.approx(20.0, rel=1e-12)


def test_receipts_pay_the_costs_of_their_contract_first():
    """A cloud with a thousand of its own passes all of the lab's dollars on to the financier, for their chips."""
    legs = [(FINANCIER, LAB), (LAB, CLOUD), (CLOUD, FINANCIER), (CLOUD, SUPPLIERS)]
    months, opening = [[100, 100, 80, 300]], [100, 0, 1000, 0]
    found = traced(legs, months, opening, purse(legs, CLOUD, {1}, {2}))
    assert found.returned[0, 0, 2] == pytest.approx(80.0, rel=1e-12)
    assert found.held[0, CLOUD] == pytest.approx(20.0, rel=1e-12)
    pooled = traced(legs, months, opening)
    assert pooled.returned[0, 0, 2] == pytest.approx(80.0 * 100.0 / 1100.0, rel=1e-12)


def test_a_chain_that_leads_nowhere_returns_nothing():
    legs = [(FINANCIER, LAB), (LAB, CLOUD), (CLOUD, OTHER), (OTHER, SUPPLIERS)]
    found = traced(legs, [[100, 90, 80, 70]], [100, 10, 20, 30])
    # A hundred among 110; 90 of it into 110; 80 of that into 110; 70 leave.
    passed = 90 * (100 / 110) * (80 / 110) * (70 / 110)
    assert found.returned.sum() == 0.0
    assert found.left[0, 0] == pytest.approx(passed, rel=1e-12)


def test_a_diamond_returns_by_both_its_sides():
    """The lab pays a cloud and another; both pay the financier. Each side carries what the lab's mixture gives it."""
    legs = [(FINANCIER, LAB), (LAB, CLOUD), (LAB, OTHER), (CLOUD, FINANCIER), (OTHER, FINANCIER)]
    found = traced(legs, [[100, 60, 40, 30, 10]], [100, 100, 40, 60])
    half = 100 / 200
    assert found.returned[0, 0].tolist() == pytest.approx([0, 0, 0, 30 * 60 * half / 100, 10 * 40 * half / 100])
