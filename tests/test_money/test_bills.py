"""Bills class by class, and what becomes of the order where what somebody owned is sold."""

import jax
import numpy as np
import pytest

from interlock.ground.sums import tied
from interlock.money.bills import Ends, clear_bills

OPERATING, SECURED, TRADE = range(3)
PARTY, EDGE = 0, 1

# Running costs of 30, a loan of 20 that is secured, a bill of 10; an edge pays the party for what it owned.
RANKS = np.array([OPERATING, SECURED, TRADE, OPERATING], np.int32)
PAYERS = np.array([PARTY, PARTY, PARTY, EDGE], np.int32)
PAYEES = np.array([EDGE, EDGE, EDGE, PARTY], np.int32)
SOLD = np.array([EDGE, EDGE, EDGE, PARTY], np.int32)


def paid(cash, sold, *, sells_up):
    ends = Ends(tied(PAYERS, 1), tied(PAYEES, 1), RANKS, tied(SOLD, 1) if sells_up else None)
    owed = np.array([[30.0], [20.0], [10.0], [sold]])
    with jax.enable_x64(True):
        return np.asarray(jax.jit(clear_bills)(owed, np.array([[float(cash)]]), ends))[:3, 0]


@pytest.mark.parametrize(
    ("cash", "sold", "expected"),
    [
        (5, 25, [10, 20, 0]),
        (0, 15, [0, 15, 0]),
        (10, 45, [30, 20, 5]),
        (40, 0, [30, 10, 0]),  # nothing is sold: running costs come first
    ],
)
def test_what_is_sold_of_a_failed_party_goes_to_who_is_secured_first(cash, sold, expected):
    assert paid(cash, sold, sells_up=True) == pytest.approx(expected)


def test_elsewhere_running_costs_come_first():
    assert paid(5, 25, sells_up=False) == pytest.approx([30, 0, 0])
