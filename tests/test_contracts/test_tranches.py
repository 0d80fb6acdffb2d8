"""Tranches of money, loans and shares: together they are never more than what was promised."""

import numpy as np
import pytest

from interlock.contracts import NEVER, EquityCommitment, Loan, Now, Tranche, Warrant

TWO_OF_80 = Tranche(part=np.array([0.8, 0.8]), when=np.array([0.0, 1.0]))


@pytest.mark.parametrize(("month", "called"), [(0.0, 80.0), (1.0, 100.0)])
def test_what_two_tranches_of_80_percent_release_is_the_total_and_no_more(month, called):
    rich = Now(month=month, free_cash=1e9)
    shares = EquityCommitment(total=100.0, valuation=1000.0, tranches=TWO_OF_80)
    loan = Loan(total=100.0, rate=0.05, term=24.0, tranches=TWO_OF_80)
    warrant = Warrant(shares=0.1, strike=1000.0, tranches=TWO_OF_80)
    assert shares.due(rich, shares.opening()) == pytest.approx((called,))
    assert loan.due(rich, loan.opening())[4] == pytest.approx(called)
    assert warrant.due(rich, warrant.opening()) == pytest.approx((called,))
    assert f"{called:g} USD of 100 USD called" in shares.explain(rich, shares.opening(), (called,))[0]


def test_tranches_that_come_to_more_than_the_whole_are_refused():
    wrong = "the tranches come to 160 %, more than the whole"
    terms = {"tranches": TWO_OF_80}
    assert EquityCommitment(total=1.0, valuation=1.0, **terms).problem() == wrong
    assert Loan(total=1.0, rate=0.0, term=1.0, **terms).problem() == wrong
    assert Warrant(shares=0.1, **terms).problem() == wrong


def test_ten_tenths_are_the_whole():
    tenths = Tranche(part=np.full(10, 0.1), when=np.full(10, NEVER))
    assert EquityCommitment(total=1.0, valuation=1.0, tranches=tenths).problem() is None
