"""What is claimed of a buyer that has failed, against sums worked out by hand."""

import pytest

from interlock.contracts import ComputeCommitment, Now


def claim(promise, months, used=10.0):
    """What is claimed in the month after some months in which so much is delivered and used."""
    memory = promise.opening()
    for t in range(months):
        now = Now(month=float(t), delivered=100.0, used=used)
        memory = promise.after(now, memory, promise.due(now, memory))
    return promise.claims(Now(month=float(months)), memory)


def promise(**terms):
    """100 USD a month for 24 months."""
    return ComputeCommitment(total=2400.0, price=1.0, term=24.0, **{"discount": 0.0, **terms}).derive()


def test_the_seller_claims_the_minimum_to_come_less_what_it_lets_again():
    # After 12 months settled 1,200 are to come; let again after 6 months at 80 %: 480 of them.
    assert claim(promise(), 12) == pytest.approx((0, 720, 0))


def test_what_the_next_true_up_would_have_lacked_is_claimed_too():
    # After 6 months 600 of minimum against 60 of use, and 1,800 to come, all lost.
    assert claim(promise(relet=0.0), 6)[1] == pytest.approx(540 + 1800)


def test_a_claim_is_cut_to_what_can_be_enforced_and_discounted():
    full = claim(promise(relet=0.0), 12)[1]
    assert claim(promise(relet=0.0, enforceable=0.4), 12)[1] == pytest.approx(0.4 * full)
    # 100 a month for a year, at 10 % a year, compounded without end.
    rate = 0.0953101798
    assert claim(promise(relet=0.0, discount=0.1), 12)[1] == pytest.approx(full * (1 - 1 / 1.1) / rate)


def test_nothing_is_claimed_when_all_has_been_paid():
    assert claim(promise(outside=0.0), 25) == pytest.approx((0, 0, 0))


def test_nothing_is_claimed_for_an_option_that_was_never_called():
    assert claim(promise(exercise=float("inf")), 5, used=0.0) == pytest.approx((0, 0, 0))
