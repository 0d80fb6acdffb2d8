"""Money for shares, against sums worked out by hand."""

import numpy as np
import pytest

from interlock.contracts import NEVER, EquityCommitment, Now, Tranche, rehearse
from interlock.contracts.equity_commitment import Holding


def called(promise: EquityCommitment, nows: list[Now]) -> list[float]:
    return [due for (due,) in rehearse(promise, nows)]


def test_all_of_it_is_called_at_once_where_no_tranche_says_otherwise():
    promise = EquityCommitment(total=10.0, valuation=90.0)
    assert called(promise, [Now(free_cash=50.0), Now(month=1.0, drawn=10.0, free_cash=50.0)]) == [10.0, 0.0]


def test_what_the_investor_cannot_spare_waits():
    promise = EquityCommitment(total=10.0, valuation=90.0)
    nows = [Now(month=float(t), drawn=drawn, free_cash=4.0) for t, drawn in enumerate([0.0, 4.0, 8.0, 10.0])]
    assert called(promise, nows) == [4.0, 4.0, 2.0, 0.0]


def test_a_tranche_is_released_by_its_trigger_and_not_before():
    tranches = Tranche(part=np.array([0.5, 0.3, 0.2]), when=np.array([0.0, 3.0, NEVER]))
    promise = EquityCommitment(total=10.0, valuation=90.0, tranches=tranches)
    drawn = [0.0, 5.0, 5.0, 5.0, 8.0]
    nows = [Now(month=float(t), drawn=each, free_cash=99.0) for t, each in enumerate(drawn)]
    assert called(promise, nows) == [5.0, 0.0, 0.0, 3.0, 0.0]


def test_a_residue_of_rounding_is_not_called():
    promise = EquityCommitment(total=1e9, valuation=1e10)
    assert called(promise, [Now(drawn=1e9 - 1e-7, free_cash=5e8)]) == [0.0]


def test_a_tenth_of_the_value_before_the_money_buys_an_eleventh_of_the_company():
    held = EquityCommitment(total=10.0, valuation=100.0).after(Now(), Holding(), (10.0,))
    assert held.shares / (1.0 + held.shares) == pytest.approx(1 / 11)


def test_a_second_round_dilutes_the_first():
    # 100 at 900 before the money: a tenth. Then 250 at 1,000: a fifth, and the tenth becomes 8 %.
    first = EquityCommitment(total=100.0, valuation=900.0).after(Now(), Holding(), (100.0,)).shares
    second = EquityCommitment(total=250.0, valuation=1000.0).after(Now(shares=1.0 + first), Holding(), (250.0,)).shares
    everybody = 1.0 + first + second
    assert first / (1.0 + first) == pytest.approx(0.1)
    assert first / everybody == pytest.approx(0.08)
    assert second / everybody == pytest.approx(0.2)


def test_a_multiple_prices_the_company_by_its_sales_of_a_year():
    promise = EquityCommitment(total=30.0, multiple=25.0)
    held = promise.after(Now(payee_sales=1.0), Holding(), (30.0,))
    assert held.shares == pytest.approx(30.0 / (25.0 * 12.0))


def test_money_priced_by_sales_waits_until_there_are_some():
    promise = EquityCommitment(total=30.0, multiple=25.0)
    months = [0.0, 0.0, 2.0]
    nows = [Now(month=float(t), payee_sales=sales, free_cash=99.0) for t, sales in enumerate(months)]
    assert called(promise, nows) == [0.0, 0.0, 30.0]


def test_what_remains_is_what_was_promised_and_not_drawn():
    promise = EquityCommitment(total=10.0, valuation=90.0)
    assert promise.remaining(Now(drawn=4.0), Holding()) == 6.0


def test_the_price_of_the_shares_is_said_once():
    assert "either" in EquityCommitment(total=1.0).problem()
    assert "either" in EquityCommitment(total=1.0, valuation=1.0, multiple=1.0).problem()
    assert EquityCommitment(total=1.0, multiple=1.0).problem() is None
