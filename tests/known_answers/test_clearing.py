"""Clearing against published examples and hand-made cases, with exact answers.

Eisenberg & Noe (2001), https://doi.org/10.1287/mnsc.47.2.236.9835
Rogers & Veraart (2013), https://doi.org/10.1287/mnsc.1120.1569
Elsinger (2009), Oesterreichische Nationalbank, working paper 156
"""

from fractions import Fraction

import numpy as np
import pytest

from interlock.money.clearing import clear

THREE_BANKS = [[0, 0.1, 0.7], [2, 0, 10.5], [0, 8.4, 0]]
FIVE_BANKS = [[0, 7, 1, 1, 3], [3, 0, 3, 3, 3], [1, 1, 0, 1, 3], [1, 2, 1, 0, 3], [0, 0, 0, 0, 0]]
OPEN_RING = [[0, 4, 0], [0, 0, 3], [2, 0, 0]]
RING_OF_HALVES = [[0, 0, 0.5], [0.5, 0, 0], [0, 0.5, 0]]
COMPLETE_HALVES = [[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
SHOCKED_TRIO = [[0, 2, 9], [7, 0, 9], [3, 1, 0]]


def equals(measured, exact):
    np.testing.assert_allclose(measured, [float(Fraction(number)) for number in exact], rtol=1e-12, atol=1e-15)


def test_the_one_bank_that_cannot_pay_everything_pays_what_it_has():
    cleared = clear(THREE_BANKS, [1, 1, 1])
    equals(cleared.paid, ["4/5", "19/2", "42/5"])
    assert cleared.in_default.tolist() == [False, True, False]


def test_a_default_drags_its_creditor_down():
    cleared = clear(THREE_BANKS, [0, 0, 0.1])
    equals(cleared.paid, ["4/5", "45/8", "221/40"])
    assert cleared.in_default.tolist() == [False, True, True]


def test_default_costs_lower_what_a_failed_bank_pays():
    cleared = clear(THREE_BANKS, [1, 1, 1], default_costs=(0.9, 0.9))
    equals(cleared.paid, ["4/5", "171/20", "42/5"])
    assert cleared.in_default.tolist() == [False, True, False]


def test_three_of_five_banks_default_together():
    cleared = clear(FIVE_BANKS, [1, 3, 2, 5, 100])
    equals(cleared.paid, ["192/37", "332/37", "210/37", "7", "0"])
    assert cleared.in_default.tolist() == [True, True, True, False, False]


def test_a_ring_whose_outside_debt_is_paid_already():
    cleared = clear(OPEN_RING, [1, 0, 1])
    equals(cleared.paid, ["3", "3", "2"])
    assert cleared.in_default.tolist() == [True, False, False]


# The ring of the test before with its balance sheets in full: assets 20, 20, 10, of which a tenth is lost (so in the
# exercises of NEVA, https://github.com/paolobarucca/neva), and senior debts to others of 17, 18, 8.
def test_senior_outside_debt_leaves_the_ring_what_remains():
    cleared = clear(OPEN_RING, [18, 18, 9], [17, 18, 8], "senior")
    equals(cleared.paid, ["3", "3", "2"])
    assert cleared.in_default.tolist() == [True, False, False]


def test_outside_debt_of_equal_rank_shares_in_what_there_is():
    cleared = clear(RING_OF_HALVES, np.array([10, 5, 3]) * 0.8, [9, 4, 2], "pari-passu")
    assert cleared.in_default.tolist() == [True, False, False]
    equals(cleared.paid / 0.5, ["17/19", "1", "1"])  # A has 8 + 1/2 for 9 + 1/2


def test_whether_outside_debt_is_senior_decides_who_defaults():
    cash, outside_debt = np.array([10, 5, 3]) * 0.8, [9, 4, 2]
    senior = clear(RING_OF_HALVES, cash, outside_debt, "senior")
    # A owes 9 and has 8 and what B pays, at most 1/2: nothing is left for C, so that C has 2/5, B 2/5 and A 8 2/5.
    equals(senior.paid, ["0", "2/5", "2/5"])
    assert senior.in_default.tolist() == [True, True, True]


def test_a_ring_without_any_cash_clears_only_because_it_is_a_ring():
    cleared = clear(RING_OF_HALVES, [0, 0, 0])
    equals(cleared.paid, ["1/2", "1/2", "1/2"])
    equals(cleared.least, ["0", "0", "0"])
    assert not cleared.in_default.any()


def test_a_ring_without_cash_collapses_once_somebody_owes_a_cent_outside():
    cleared = clear(RING_OF_HALVES, [0, 0, 0], [0, 0.01, 0])
    equals(cleared.paid, ["0", "0", "0"])
    assert cleared.in_default.tolist() == [True, True, True]


# The example in the documentation of the R package systemicrisk (`default_clearing`), where outside debts are of equal
# rank; solved by hand for all three banks in default, of which the third just pays all in the first case.
@pytest.mark.parametrize(
    ("default_costs", "paid", "in_default"),
    [
        ((1.0, 1.0), ["33/56", "53/56", "1"], [True, True, False]),
        ((0.5, 0.7), ["845/4208", "53425/155696", "58685/155696"], [True, True, True]),
    ],
)
def test_the_example_of_the_r_package_systemicrisk(default_costs, paid, in_default):
    cleared = clear(
        COMPLETE_HALVES, [1 / 2, 5 / 8, 3 / 4], [3 / 2, 1 / 2, 1 / 2], "pari-passu", default_costs=default_costs
    )
    equals(cleared.paid, paid)
    assert cleared.in_default.tolist() == in_default


# Inputs from a public Python implementation of Rogers & Veraart (J. Kanjere, 2021): cash of 11, 8, 12, less a shock.
# With default costs the greatest and the least solution can differ although there is cash: trust makes the difference.
def test_default_costs_alone_can_make_two_solutions():
    cleared = clear(SHOCKED_TRIO, [7, 4, 8], default_costs=(0.1, 0.9))
    equals(cleared.paid, ["11", "31/10", "4"])
    equals(cleared.least, ["68849/16466", "16336/8233", "4"])
    assert cleared.in_default.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("default_costs", "paid"),
    [
        ((1.0, 1.0), ["1133/162", "184/81", "4"]),
        ((0.5, 0.5), ["2189/690", "272/345", "4"]),
        ((0.1, 0.9), ["59037/16466", "12240/8233", "4"]),
    ],
)
def test_the_heaviest_shock_at_three_levels_of_default_costs(default_costs, paid):
    cleared = clear(SHOCKED_TRIO, [3, 0, 4], default_costs=default_costs)
    equals(cleared.paid, paid)
    assert cleared.in_default.tolist() == [True, True, False]


def test_the_senior_class_is_paid_before_the_junior_one_sees_a_cent():
    # The first owes 6 senior and 10 junior and has 9; the third owes the first 4 and has 1.
    owed, classes = [[0, 6, 10], [0, 0, 0], [4, 0, 0]], [[0, 0, 1], [0, 0, 0], [0, 0, 0]]
    cleared = clear(owed, [5, 0, 0], seniority=classes)
    # Junior payments y come back in full while they are under 4: y = 5 + y - 6 has no solution but that y is 0 and
    # senior debt gets 5: the loop cannot lift itself.
    np.testing.assert_array_equal(cleared.paid_to, [[0, 5, 0], [0, 0, 0], [0, 0, 0]])
    np.testing.assert_array_equal(clear(owed, [7, 0, 0], seniority=classes).paid_to, [[0, 6, 5], [0, 0, 0], [4, 0, 0]])


def test_where_a_senior_creditor_helps_the_juniors_debtor_the_classes_split_the_loss():
    # A owes B 6 senior and C 10 junior; B owes A 4 in its only class; C owes nobody. A has 3, B has nothing.
    cleared = clear([[0, 6, 10], [4, 0, 0], [0, 0, 0]], [3, 0, 0], seniority=[[0, 0, 1], [0, 0, 0], [0, 0, 0]])
    # B gets 6 and pays its 4; A has 7: 6 for B, 1 for C.
    np.testing.assert_array_equal(cleared.paid_to, [[0, 6, 1], [4, 0, 0], [0, 0, 0]])
    assert cleared.in_default.tolist() == [True, False, False]
