"""Chips, their deposits and their cancellation, against ledgers worked out by hand."""

import pytest

from interlock.contracts import ChipSupply, Notice, Now, rehearse


def ledger(supply: ChipSupply, length: int, **seen: float) -> list[tuple[float, float, float]]:
    """Delivery, deposit and fee by month, where nothing is refunded."""
    dues = rehearse(supply, [Now(month=float(t), **seen) for t in range(length)])
    assert not any(refund for *_, refund in dues)
    return [tuple(due[:3]) for due in dues]


def test_firm_deliveries_are_paid_month_by_month():
    supply = ChipSupply(price=10.0, units=3.0, start=1.0, term=2.0)
    assert ledger(supply, 4) == [(0, 0, 0), (30, 0, 0), (30, 0, 0), (0, 0, 0)]


def test_a_deposit_is_paid_when_a_delivery_becomes_an_obligation_and_set_off_against_it():
    supply = ChipSupply(price=10.0, units=3.0, start=3.0, term=2.0, deposit=0.4, ahead=3.0)
    dues = ledger(supply, 6)
    assert dues == [(0, 12, 0), (0, 12, 0), (0, 0, 0), (18, 0, 0), (18, 0, 0), (0, 0, 0)]
    assert sum(map(sum, dues)) == pytest.approx(10.0 * 3.0 * 2)


def test_a_share_of_what_the_buyer_orders_comes_on_top():
    supply = ChipSupply(price=10.0, units=3.0, term=1.0, share_of_orders=0.25)
    assert ledger(supply, 2, ordered=8.0) == [(50, 0, 0), (20, 0, 0)]
    effects = supply.effects(Now(ordered=8.0), supply.opening())
    assert (effects.chips, effects.driven) == (3.0, 2.0)


def test_the_price_moves_with_its_growth_and_its_index():
    supply = ChipSupply(price=100.0, price_growth=-0.19, index=2.0, share_of_orders=1.0)
    delivered = [due for due, _, _ in ledger(supply, 13, ordered=1.0)]
    assert delivered[0] == pytest.approx(200.0)
    assert delivered[6] == pytest.approx(200.0 * 0.9)
    assert delivered[12] == pytest.approx(200.0 * 0.81)


def test_a_notice_ends_deliveries_and_costs_a_fee_for_the_obligations_that_it_strikes_out():
    # Two a month for ten months; the notice of month 1 takes effect in month 3. Of the seven months left,
    # the next two are obligations: a quarter of 2 x 2 x 10 is due as a fee.
    notice = Notice(given=1.0, period=2.0)
    supply = ChipSupply(price=10.0, units=2.0, term=10.0, ahead=2.0, cancellation_fee=0.25, notice=notice)
    dues = ledger(supply, 6, ordered=5.0)
    assert [delivery for delivery, _, _ in dues] == [20, 20, 20, 0, 0, 0]
    assert [fee for _, _, fee in dues] == [0, 0, 0, 10, 0, 0]


def test_a_notice_near_the_end_strikes_out_no_more_than_is_left():
    notice = Notice(given=0.0, period=2.0)
    supply = ChipSupply(price=10.0, units=2.0, term=3.0, ahead=6.0, cancellation_fee=0.5, notice=notice)
    assert [fee for _, _, fee in ledger(supply, 5)] == [0, 0, 10, 0, 0]


# Notice in month 3: chips of month 4 and later do not come. Deposits of 8 were paid before the run on those of months 0
# and 1, in months 0 to 2 on those of months 2 to 4, and in month 3 on none. The fee is on chips for 40 USD.
@pytest.mark.parametrize(
    ("fee", "due", "refund"), [(0.25, 2.0, 0.0), (0.2, 0.0, 0.0), (0.1, 0.0, 4.0), (0.0, 0.0, 8.0)]
)
def test_deposits_on_what_a_notice_strikes_out_are_set_off_against_the_fee_and_the_rest_comes_back(fee, due, refund):
    terms = {"units": 2.0, "term": 10.0, "ahead": 2.0, "deposit": 0.4, "notice": Notice(given=3.0, period=1.0)}
    supply = ChipSupply(price=10.0, cancellation_fee=fee, **terms)
    dues = rehearse(supply, [Now(month=float(t)) for t in range(7)])
    assert dues == [(12, 8, 0, 0)] * 3 + [(12, 0, 0, 0), (0, 0, due, refund), (0, 0, 0, 0), (0, 0, 0, 0)]


def test_deposits_count_at_the_average_of_the_prices_at_which_they_fell_due():
    # Two months ahead, half of the price: 5 at 10, 10 at 20; the first chip uses half of these 15, and 15 at 30 are
    # paid. The next one uses half of 22.5, and 5 at 10 are paid.
    supply = ChipSupply(chip="new", units=1.0, start=2.0, term=9.0, deposit=0.5, ahead=2.0)
    held, memory = [], supply.opening()
    for t, price in enumerate([10.0, 20.0, 30.0, 10.0, 10.0]):
        now = Now(month=float(t), chip_price=price)
        held.append(supply.claims(now, memory)[3])
        memory = supply.after(now, memory, supply.due(now, memory))
    assert held == pytest.approx([0, 5, 15, 7.5 + 15, 22.5 / 2 + 5])


def test_deposits_of_before_the_run_count_at_the_price_of_the_first_month():
    # On the chips of two months, three a month at 10.
    supply = ChipSupply(price=10.0, units=3.0, term=6.0, deposit=0.4, ahead=2.0)
    now, memory = Now(), supply.opening()
    assert supply.claims(now, memory)[3] == pytest.approx(24)
    # Chips that wait have deposits, too, and a buyer that fails as well leaves all of them to the seller.
    assert supply.claims(now._replace(waiting_firm=5.0), memory)[3] == pytest.approx(24 + 0.4 * 5 * 10)
    assert supply.claims(now._replace(payer_stands=0.0), memory)[3] == 0.0
    # In force from the first month: deposits are paid from then on.
    assert supply.claims(now._replace(since=0.0), memory)[3] == 0.0


def test_no_chips_are_ordered_after_a_notice():
    supply = ChipSupply(price=10.0, share_of_orders=1.0, notice=Notice(given=0.0, period=1.0))
    assert [delivery for delivery, _, _ in ledger(supply, 3, ordered=4.0)] == [40, 0, 0]


def test_what_remains_is_deliveries_to_come_and_the_deposits_not_yet_paid_on_them():
    supply = ChipSupply(price=10.0, units=3.0, start=2.0, term=6.0, deposit=0.4, ahead=3.0)
    dues = [sum(due) for due in ledger(supply, 10)]
    for month in range(1, 10):
        to_come = sum(dues[month + 1 :])
        assert supply.remaining(Now(month=float(month)), supply.opening()) == pytest.approx(to_come)


def test_a_deposit_that_fell_due_before_there_was_a_contract_is_paid_with_the_delivery():
    # Three a month from month 3 to 7, deposits three months ahead; in force from month 2: those of months 0 and 1 are
    # not paid, so that the deliveries of months 3 and 4 cost all of their price.
    supply = ChipSupply(price=10.0, units=3.0, start=3.0, term=5.0, deposit=0.4, ahead=3.0)
    nows = [Now(month=float(t), since=2.0) for t in range(2, 9)]
    assert [due for due, *_ in rehearse(supply, nows)] == [0, 30, 30, 18, 18, 18, 0]
    assert [deposit for _, deposit, *_ in rehearse(supply, nows)] == [12, 12, 12, 0, 0, 0, 0]
    for now in [nows[0]._replace(month=1.0), *nows]:
        to_come = sum(map(sum, rehearse(supply, [then for then in nows if then.month > now.month])))
        assert supply.remaining(now, supply.opening()) == pytest.approx(to_come)


def test_only_what_arrives_of_a_generation_is_billed_and_what_waits_remains():
    # Of 4 firm a month a fifth was deposited; 3 firm and 1 ordered chip arrive, 5 firm and 2 ordered ones wait.
    supply = ChipSupply(chip="new", units=4.0, term=10.0, deposit=0.2, ahead=0.0, price_growth=-0.19, priority=1.0)
    now = Now(month=6.0, chip_price=10.0, received_firm=3.0, received_driven=1.0, waiting_firm=5.0, waiting_driven=2.0)
    assert supply.due(now, supply.opening()) == pytest.approx((9.0 * (3 * 0.8 + 1), 9.0 * 4 * 0.2, 0.0, 0.0))
    assert supply.remaining(now, supply.opening()) == pytest.approx(9.0 * (5 * 0.8 + 2) + 9.0 * 4 * 3)
    falls, *_ = supply.falls_due(now, supply.opening(), 2.0)
    assert falls == pytest.approx(9.0 * (5 * 0.8 + 2) + 9.0 * 4 * 2)
    assert supply.effects(now, supply.opening()).is_open == 0.0


def test_a_contract_has_a_price_or_a_generation_that_has_one():
    assert "price" in (ChipSupply(units=4.0).problem() or "")
    assert ChipSupply(units=4.0, chip="new").problem() is None
