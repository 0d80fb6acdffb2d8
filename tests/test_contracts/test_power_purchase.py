"""Power at a fixed price, against bills worked out by hand."""

import pytest

from interlock.contracts import Notice, Now, PowerPurchase, rehearse

HOURS = 730.0


def bills(contract: PowerPurchase, length: int) -> list[float]:
    return [due for due, _ in rehearse(contract, [Now(month=float(t)) for t in range(length)])]


def test_a_hundred_megawatts_at_fifty_dollars_cost_three_and_a_half_million_a_month():
    contract = PowerPurchase(price=50 * HOURS, power=100.0, start=1.0, term=2.0)
    assert bills(contract, 4) == [0.0, 3_650_000.0, 3_650_000.0, 0.0]


@pytest.mark.parametrize(("load", "paid_for"), [(0.0, 0.8), (0.5, 0.8), (0.8, 0.8), (0.95, 0.95)])
def test_what_is_not_drawn_is_paid_for_up_to_the_minimum(load, paid_for):
    contract = PowerPurchase(price=50 * HOURS, power=100.0, term=2.0, take=0.8, load=load)
    assert bills(contract, 1)[0] == pytest.approx(50 * 73_000 * paid_for)


def test_the_price_steps_up_on_each_anniversary_and_a_part_of_a_month_is_a_part_of_a_bill():
    contract = PowerPurchase(price=10.0, power=10.0, start=0.5, term=13.0, escalator=0.1)
    owed = bills(contract, 15)
    assert owed[:2] == pytest.approx([50.0, 100.0])
    assert owed[12:] == pytest.approx([50.0 + 55.0, 55.0, 0.0])


@pytest.mark.parametrize("terms", [{"start": 3.0}, {"start": -20.5, "escalator": 0.04}, {"escalator": -0.05}])
def test_what_remains_is_the_least_that_is_still_to_be_paid_for(terms):
    least = bills(PowerPurchase(price=10.0, power=10.0, term=30.0, take=0.6, load=0.0, **terms), 40)
    contract = PowerPurchase(price=10.0, power=10.0, term=30.0, take=0.6, load=0.9, **terms)
    for month in (-1, 0, 8, 12, 29, 39):
        assert contract.remaining(Now(month=float(month)), ()) == pytest.approx(sum(least[month + 1 :]))


def test_power_says_what_is_drawn_and_paid_for():
    def said(load: float) -> str:
        contract = PowerPurchase(price=50 * HOURS, power=100.0, start=0.5, term=24.0, take=0.8, load=load)
        return contract.explain(Now(), (), contract.due(Now(), ()))[0]

    assert said(0.6) == "power: 60 % drawn, 80 % of 100 MW paid for, at 50 USD/MWh"
    assert said(0.9) == "power: 90 % of 100 MW paid for, at 50 USD/MWh"


def test_a_notice_ends_the_purchase_and_what_remains_of_it():
    contract = PowerPurchase(price=10.0, power=10.0, term=24.0, notice=Notice(given=2.0, period=1.5))
    assert bills(contract, 6) == pytest.approx([100, 100, 100, 50, 0, 0])
    assert contract.remaining(Now(month=0.0), ()) == pytest.approx(250.0)
    # Given long before the start, nothing of it ever begins.
    assert (
        bills(PowerPurchase(price=10.0, power=10.0, start=9.0, term=24.0, notice=Notice(given=2.0)), 12) == [0.0] * 12
    )
