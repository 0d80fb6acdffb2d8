"""Contagion in rings, complete networks and loosely linked halves: what is known of them in closed form.

Acemoglu, Ozdaglar & Tahbaz-Salehi (2015), Systemic Risk and Stability in Financial Networks, American Economic Review
105(2), https://doi.org/10.1257/aer.20130456. Each of n banks owes y to other banks and v, senior, to others; it has a.
One of them loses eps. With a margin m = a - v, a shock is small below n m, and debts are large above (n - 1) m:
propositions 4 (small shocks) and 6 (large ones).
"""

import math

import numpy as np
import pytest

from interlock.money.clearing import clear

MARGIN, SENIOR = 1.0, 40.0


def ring(n, debts):
    """Each owes all of it to the next."""
    return np.roll(np.eye(n), 1, axis=1) * debts


def complete(n, debts):
    """Each owes every other the same."""
    return (1.0 - np.eye(n)) * debts / (n - 1)


def halves(n, debts, link):
    """Two complete networks of half the size, each bank of which owes a part `link` to all of the other half."""
    half = n // 2
    other = np.full((half, half), link * debts / half)
    within = complete(half, (1.0 - link) * debts)
    return np.block([[within, other], [other, within]])


def shocked(owed, shock):
    """What is paid when the first bank loses so much, and who defaults."""
    cash = np.full(len(owed), SENIOR + MARGIN)
    cash[0] -= shock
    return clear(owed, cash, outside_debt=np.full(len(owed), SENIOR))


@pytest.mark.parametrize(("n", "shock"), [(10, 6.5), (10, 1.5), (10, 9.99), (4, 2.5), (25, 17.25)])
def test_a_small_shock_goes_round_a_ring_until_the_margins_have_taken_it_up(n, shock):
    # The one who is hit passes on eps - m, everybody after it m less: bank k lacks eps - k m.
    debts = 2.0 * n * MARGIN
    cleared = shocked(ring(n, debts), shock)
    lacking = np.maximum(shock - MARGIN * np.arange(1, n + 1), 0.0)
    np.testing.assert_allclose(cleared.paid, debts - lacking, rtol=1e-13)
    assert cleared.in_default.sum() == math.ceil(shock / MARGIN) - 1


@pytest.mark.parametrize(("n", "shock"), [(10, 6.5), (10, 9.99), (4, 2.5), (25, 17.25)])
def test_a_small_shock_in_a_complete_network_fells_only_the_one_who_is_hit(n, shock):
    debts = 2.0 * n * MARGIN
    cleared = shocked(complete(n, debts), shock)
    np.testing.assert_allclose(cleared.paid, [debts - (shock - MARGIN), *[debts] * (n - 1)], rtol=1e-13)
    assert cleared.in_default.tolist() == [True] + [False] * (n - 1)


@pytest.mark.parametrize("network", [ring, complete])
@pytest.mark.parametrize(("n", "shock"), [(10, 10.5), (10, 30.0), (4, 4.01), (25, 40.0)])
def test_a_large_shock_fells_every_bank_of_a_ring_and_of_a_complete_network_alike(network, n, shock):
    # The one who is hit pays nothing. In the ring bank k pays (k - 1) m; in the complete network each of the others
    # pays p = p (n - 2) / (n - 1) + m, that is (n - 1) m.
    debts = 2.0 * n * MARGIN
    cleared = shocked(network(n, debts), shock)
    others = MARGIN * np.arange(1, n) if network is ring else np.full(n - 1, (n - 1) * MARGIN)
    np.testing.assert_allclose(cleared.paid, [0.0, *others], rtol=1e-12, atol=1e-12)
    assert cleared.in_default.all()


@pytest.mark.parametrize("n", [10, 24])
def test_against_a_large_shock_two_loosely_linked_halves_do_better_than_a_complete_network(n):
    debts, shock = 2.0 * n * MARGIN, 1.5 * n * MARGIN
    # A bank of the other half is owed link x debts by the first: it can lose at most that, and has its margin.
    link = 0.9 * MARGIN / debts
    in_default = shocked(halves(n, debts, link), shock).in_default
    assert in_default.tolist() == [True] * (n // 2) + [False] * (n // 2)
    assert shocked(complete(n, debts), shock).in_default.all()
