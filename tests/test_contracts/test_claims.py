"""What is claimed of a buyer that has failed, against sums worked out by hand."""

import math

import numpy as np
import pytest

from interlock.contracts import CapacityLease, ChipSupply, ComputeCommitment, ModelUsage, Notice, Now, PowerPurchase
from interlock.contracts.contract import PAYER

# Half of the price after three months, all at once: each kind is asked for the same.
TERMS = {"vacancy": 3.0, "relet": 0.5, "discount": 0.0}
NEVER = float("inf")


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
    assert claim(promise(exercise=NEVER), 5, used=0.0) == pytest.approx((0, 0, 0))


def lease(**terms):
    """1 MW at 100 USD a month, for two years."""
    return CapacityLease(rent=100.0, power=1.0, term=24.0, **(TERMS | terms))


def power(**terms):
    """1 MW at 125 USD a month, 80 % of it take-or-pay, for two years."""
    return PowerPurchase(price=125.0, power=1.0, take=0.8, load=0.9, term=24.0, **(TERMS | terms))


def usage(**terms):
    """At least 100 USD a month, and more as long as it lasts, for two years."""
    return ModelUsage(amount=150.0, minimum=100.0, term=24.0, **(TERMS | terms))


def chips(**terms):
    """Ten chips a month at 10 USD each, for two years."""
    return ChipSupply(price=10.0, units=10.0, term=24.0, share_of_orders=0.5, **(TERMS | terms))


KINDS = [lease, power, usage, chips]


def claimed(contract, month):
    """Of a contract that remembers nothing but its terms."""
    buyer_owes = zip(contract.legs, contract.claims(Now(month=month, ordered=5.0), contract.opening()), strict=True)
    return sum(claim for leg, claim in buyer_owes if leg.pays == PAYER)


@pytest.mark.parametrize("kind", KINDS)
def test_every_seller_claims_by_the_same_rule(kind):
    # Twelve months of 100 are to come; in nine of them the next buyer pays 50.
    assert claimed(kind(), 12.0) == pytest.approx(1200 - 450)
    assert claimed(kind(enforceable=0.4), 12.0) == pytest.approx(0.4 * 750)
    # Who finds nobody before the end loses all of it; who finds one at once and at the same price, nothing.
    assert claimed(kind(), 21.5) == pytest.approx(250)
    assert claimed(kind(vacancy=0.0, relet=1.0), 12.0) == pytest.approx(0)
    assert claimed(kind(), 24.0) == claimed(kind(), 30.0) == 0.0


@pytest.mark.parametrize("kind", KINDS)
def test_every_loss_is_discounted_evenly_over_the_months_that_were_left(kind):
    # The same added up by a thousandth of a month, at 20 % a year.
    middles = (np.arange(12_000) + 0.5) / 1000
    assert claimed(kind(discount=0.2), 12.0) == pytest.approx(750 * np.mean(1.2 ** (-middles / 12)), rel=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_of_what_ends_by_notice_only_what_comes_before_is_claimed(kind):
    # Given in month 10, six months before the end: in month 12 four are left, one of them let again.
    assert claimed(kind(notice=Notice(given=10.0, period=6.0)), 12.0) == pytest.approx(400 - 50)


def test_rent_is_claimed_as_it_steps_up_and_from_before_the_lease_begins():
    # 100 a month in the first year, 120 in the second, from month 6 on; in month 0 thirty months are left, of which the
    # next tenant is there for 27, at half of the same rents spread evenly.
    assert claimed(lease(start=6.0, escalator=0.2), 0.0) == pytest.approx(2640 * (1 - 0.5 * 27 / 30))
    assert claimed(lease(exercise=NEVER), 0.0) == 0.0


def test_where_a_book_is_silent_a_site_is_let_again_soon_and_power_at_once():
    # A year of 100 a month, undiscounted: 3 months at 90 %, no month at 80 % and 50 %, 3 months at 90 %.
    silent = [
        CapacityLease(rent=100.0, power=1.0, term=12.0, discount=0.0),
        PowerPurchase(price=100.0, power=1.0, term=12.0, discount=0.0),
        ModelUsage(amount=0.0, minimum=100.0, term=12.0, discount=0.0),
        ChipSupply(price=10.0, units=10.0, term=12.0, discount=0.0),
    ]
    assert [claimed(each, 0.0) for each in silent] == pytest.approx([390, 240, 600, 390])


def test_deposits_that_were_paid_make_good_what_chips_lose_when_they_are_sold_again():
    # Ten chips a month at 10 USD for twelve months; 40 % of those of the next four months is paid already. To come are
    # 120 chips' worth less 160; others pay 90 % of all of it in nine months of twelve.
    contract = chips(deposit=0.4, ahead=4.0, relet=0.9)
    assert claimed(contract, 12.0) == pytest.approx(1200 - 160 - 0.9 * 900)
    # With more paid ahead than is lost, nothing is claimed, and nothing given back.
    assert claimed(chips(deposit=0.6, ahead=12.0, relet=0.9), 12.0) == 0.0


def test_a_maker_that_fails_owes_the_deposits_that_it_has():
    contract, now = chips(deposit=0.4, ahead=4.0), Now(month=12.0)
    assert contract.claims(now, contract.opening())[3] == pytest.approx(160)
    assert contract.explain_claims(now, contract.opening())[3] == "claimed: deposits on chips that do not come"
    assert chips().explain_claims(now, contract.opening())[3] == ""


def test_chips_are_claimed_at_the_price_of_the_month():
    falling = chips(price_growth=-0.5, index=1.2)
    assert claimed(falling, 12.0) == pytest.approx(750 * 0.5 * 1.2)


def test_a_loss_on_power_is_no_operating_cost():
    legs = dict(zip((leg.rank for leg in PowerPurchase.legs), power().claims(Now(month=12.0), ()), strict=True))
    assert legs == {"operating": 0.0, "trade": pytest.approx(750)}


def test_a_claim_says_why():
    def said(contract, month=12.0):
        texts = zip(contract.legs, contract.explain_claims(Now(month=month), contract.opening()), strict=True)
        return "".join(text for leg, text in texts if leg.pays == PAYER)

    again = "the next buyer pays 50 % of the price for 9 of them"
    assert said(lease()) == f"claimed: 1.2 k USD were to come in 12 months; {again}"
    assert (
        said(power(discount=0.1)) == f"claimed: 1.2 k USD were to come in 12 months; {again}, discounted at 10 % a year"
    )
    assert said(usage(enforceable=0.4)).endswith(f"{again}, and 40 % of the loss can be claimed")
    assert said(chips(deposit=0.4, ahead=4.0)) == (
        f"claimed: 1.04 k USD were to come in 12 months beside 160 USD paid in advance; {again}"
    )
    assert said(lease(), 22.0) == "claimed: 200 USD were to come in 2 months; no other buyer is found in them"
    assert said(lease(), 30.0) == ""


def test_a_claim_on_a_commitment_says_why():
    told = promise(relet=0.8).explain_claims(Now(month=0.0), promise().opening())
    assert told == (
        "",
        "claimed: 2.4 k USD were to come in 24 months; the next buyer pays 80 % of the price for 18 of them",
        "",
    )
    assert math.isclose(claim(promise(), 0)[1], 2400 * (1 - 0.8 * 18 / 24))
