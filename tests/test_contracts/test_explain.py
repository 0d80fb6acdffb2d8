"""What each kind says of its bills, every number against one worked out by hand."""

import numpy as np
import pytest

from interlock.contracts import (
    KINDS,
    NEVER,
    ChipSupply,
    ComputeCommitment,
    Contract,
    DividendOrBuyback,
    EquityCommitment,
    ModelSales,
    Notice,
    Now,
    PlainFlow,
    RevenueShare,
    SpotCompute,
    Tranche,
)


def said(contract, *nows):
    """What a contract alone says month by month, where everything due is paid at once."""
    contract = contract.derive()
    memory, texts = contract.opening(), []
    for now in nows:
        due = contract.due(now, memory)
        texts.append(contract.explain(now, memory, due))
        memory = contract.after(now, memory, due)
    return texts


def half_used(months, **terms):
    """1,200 USD over 12 months at 1 USD per H100e and month, of which half is used; take-or-pay at 80 %."""
    promise = ComputeCommitment(**{"total": 1200.0, "price": 1.0, "term": 12.0, "take": 0.8, "true_up": 6.0} | terms)
    return said(promise, *(Now(month=float(t), delivered=100.0, used=50.0) for t in range(months)))


def test_use_says_how_much_of_what_was_delivered_and_at_what_price():
    (use, top_up, remedy), *_ = half_used(1)
    # 1 USD a month is 0.00137 USD an hour.
    assert use == "use: 50 H100e of 100 H100e delivered, at 0.00137 USD/H100e-hour"
    assert (top_up, remedy) == ("", "")


def test_use_says_what_was_reserved_where_less_was_delivered():
    (use, *_), *_ = said(ComputeCommitment(total=1200.0, price=1.0, term=12.0), Now(delivered=60.0, used=50.0))
    assert use == "use: 50 H100e of 60 H100e delivered, 100 H100e reserved, at 0.00137 USD/H100e-hour"


def test_a_true_up_says_minimum_charges_and_credit():
    # Half a year: 300 used, 80 % of 600 owed.
    assert [top_up for _, top_up, _ in half_used(12)] == [
        *[""] * 5,
        "true-up: 62.5 % of the minimum used since the last one; minimum 480 USD, charges 300 USD, credit 0 USD",
    ] * 2


def test_a_true_up_that_asks_for_nothing_says_what_is_carried_on():
    # The first half year uses 300 of a minimum of 240, the second lives on the credit of 60.
    first, second = (texts[1] for texts in half_used(12, take=0.4)[5::6])
    minimum = "minimum 240 USD, charges 300 USD"
    began = "true-up: 125 % of the minimum used since the last one; "
    assert first == f"{began}{minimum}, credit 0 USD; credit of 60 USD carried on"
    assert second.endswith(f"{minimum}, credit 60 USD; credit of 120 USD carried on")


def test_a_true_up_says_what_was_charged_under_contracts_inside_it():
    promise = ComputeCommitment(total=1200.0, price=1.0, term=12.0, true_up=1.0)
    ((_, top_up, _),) = said(
        promise, Now(delivered=40.0, within_reserved=60.0, within_delivered=60.0, within_charges=30.0)
    )
    assert top_up == (
        "true-up: 30 % of the minimum used since the last one; minimum 100 USD, charges 30 USD "
        "(30 USD this month under contracts inside it), credit 0 USD"
    )


def test_what_was_never_delivered_lapses_with_its_remedy():
    # 100 a month for 2 months, of which nothing comes; it can be made good for 1 more.
    promise = ComputeCommitment(total=200.0, price=1.0, term=2.0, outside=1.0, remedy=0.25)
    *_, last = said(promise, *(Now(month=float(t)) for t in range(3)))
    assert last[2] == "outside date: 200 USD were never delivered, the remedy is 25 % of it"


def test_a_tranche_says_what_is_released_and_drawn_and_the_price_of_the_shares():
    halves = Tranche(part=np.array([0.5, 0.5, 0.0]), when=np.array([0.0, 2.0, NEVER]))  # the last one only pads
    shares = EquityCommitment(total=10e9, valuation=350e9, tranches=halves)
    nows = [Now(month=float(t), drawn=drawn, free_cash=6e9) for t, drawn in enumerate([0.0, 5e9, 5e9])]
    called, worth = "tranches released: 5 B USD of 10 B USD called", "the company is worth 350 B USD before it"
    assert [text for (text,) in said(shares, *nows)] == [
        f"1 of 2 {called}, 0 USD drawn before; {worth}",
        "",
        f"2 of 2 {called}, 5 B USD drawn before; {worth}",
    ]


@pytest.mark.parametrize(
    ("now", "clause"),
    [
        (Now(free_cash=0.0, payee_sales=1e9), "waits, for the payer has no free cash"),
        (Now(free_cash=3e9, payee_sales=0.0), "waits, for the company has no sales that would price it"),
        (
            Now(free_cash=3e9, payee_sales=1e9),
            "free cash allows 3 B USD; the company is worth 240 B USD before it, 20 x its sales",
        ),
    ],
)
def test_money_that_waits_says_what_for(now, clause):
    ((text,),) = said(EquityCommitment(total=10e9, multiple=20.0), now)
    assert text == f"10 B USD of 10 B USD called, 0 USD drawn before; {clause}"


def test_chips_say_how_many_and_at_what_price():
    supply = ChipSupply(price=10.0, units=3.0, start=2.0, term=2.0, deposit=0.4, ahead=2.0, share_of_orders=0.5)
    texts = said(supply, Now(month=0.0), Now(month=2.0, ordered=8.0))
    assert texts[0] == ("", "deposit: 40 % on 3 H100e due in 2 months, at 10 USD/H100e", "", "")
    assert texts[1][0] == "chips: 3 H100e firm less the deposit of 40 % and 50 % of 8 H100e ordered, at 10 USD/H100e"


def test_a_cancellation_says_its_share():
    notice = Notice(period=0.0, given=1.0)
    supply = ChipSupply(price=10.0, units=3.0, term=12.0, cancellation_fee=0.2, notice=notice)
    assert said(supply, Now(month=1.0))[0][2] == (
        "notice: 20 % of the price of the chips that it strikes out, at 10 USD/H100e"
    )


def test_a_cancellation_says_which_deposits_are_set_off():
    # Deposits of 40 % on two months' three chips, one month of which is struck out: against a fee of 20 % or of 10 %.
    for fee, leg, text in ((0.3, 2, "{}, less 12 USD of deposits on them"), (0.1, 3, "{}, less a fee of 6 USD")):
        notice = Notice(period=1.0, given=1.0)
        terms = {"units": 3.0, "term": 12.0, "deposit": 0.4, "ahead": 2.0}
        supply = ChipSupply(price=10.0, cancellation_fee=fee, notice=notice, **terms)
        starts = (
            f"notice: {fee:.0%} of the price of the chips that it strikes out, at 10 USD/H100e".replace("%", " %"),
            "notice: 12 USD of deposits on the chips that it strikes out",
        )
        assert said(supply, Now(month=2.0))[0][leg] == text.format(starts[leg - 2])


def test_compute_by_the_hour_says_the_markets_price_and_the_markup():
    spot = SpotCompute(price=2.0 * 730, limit=70.0, markup=0.25)
    assert said(spot, Now(used=10.0, delivered=70.0), Now(delivered=70.0)) == [
        ("use: 10 H100e of 70 H100e that can be had, at 2.5 USD/H100e-hour (2 USD/H100e-hour and 25 %)",),
        ("",),
    ]


def test_a_plain_flow_names_the_parts_that_it_has():
    flow = PlainFlow(amount=100.0, growth=0.21, of_sales=0.5, per_unit=730.0, per_order=7.0)
    everything = Now(month=12.0, sales=40.0, supplied=10.0, ordered=3.0)
    ((text,),) = said(flow, everything)
    assert text.split(" + ") == [
        "121 USD fixed",
        "50 % of last month's sales of 40 USD",
        "1 USD/H100e-hour for 10 H100e supplied",
        "7 USD/H100e for 3 H100e ordered",
    ]
    assert said(PlainFlow(of_sales=0.5), Now(sales=40.0)) == [("50 % of last month's sales of 40 USD",)]


def test_shares_of_sales_and_of_spare_cash_name_both():
    assert said(RevenueShare(rate=0.2), Now(sales=250.0)) == [("20 % of last month's sales of 250 USD",)]
    assert said(DividendOrBuyback(part=0.25), Now(free_cash=80.0)) == [("25 % of its spare cash of 80 USD",)]
    assert said(ModelSales(), Now(served=75.0)) == [("what it can serve of its customers' demand",)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_kind_explains_itself(kind):
    assert kind.explain is not Contract.explain
