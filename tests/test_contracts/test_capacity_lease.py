"""Rent for the power of a site, against ledgers worked out by hand."""

import numpy as np
import pytest

from interlock.contracts import NEVER, CapacityLease, Notice, Now, Schedule, rehearse
from interlock.contracts.clauses import escalated


def rents(lease: CapacityLease, length: int) -> list[float]:
    return [due for (due,) in rehearse(lease, [Now(month=float(t)) for t in range(length)])]


def test_rent_is_owed_for_the_power_that_is_rented_from_the_start_for_the_term():
    # 120 USD for each of 2,000 kW.
    lease = CapacityLease(rent=120_000.0, power=2.0, start=1.0, term=3.0)
    assert rents(lease, 6) == [0, 240_000, 240_000, 240_000, 0, 0]


def test_a_late_site_earns_no_rent_before_it_is_ready_and_the_whole_term_from_then():
    lease = CapacityLease(rent=100.0, power=1.0, start=1.0, delay=2.0, term=3.0)
    assert rents(lease, 8) == [0, 0, 0, 100, 100, 100, 0, 0]
    assert sum(rents(lease, 8)) == sum(rents(CapacityLease(rent=100.0, power=1.0, term=3.0), 8))


def test_a_lease_that_begins_within_a_month_owes_a_part_of_that_month_and_of_the_last():
    assert rents(CapacityLease(rent=100.0, power=1.0, start=0.75, term=2.0), 4) == pytest.approx([25, 100, 75, 0])


def test_rent_steps_up_on_each_anniversary_of_the_day_that_it_began():
    lease = CapacityLease(rent=100.0, power=1.0, start=2.0, term=36.0, escalator=0.1)
    owed = rents(lease, 40)
    assert owed[2:14] == pytest.approx([100.0] * 12)
    assert owed[14:26] == pytest.approx([110.0] * 12)
    assert owed[26:38] == pytest.approx([121.0] * 12)
    assert owed[38] == 0.0


def test_an_anniversary_within_a_month_splits_it():
    lease = CapacityLease(rent=100.0, power=1.0, start=0.25, term=24.0, escalator=0.2)
    assert rents(lease, 14)[12] == pytest.approx(0.25 * 100 + 0.75 * 120)


def test_phases_pay_as_they_are_handed_over_and_are_all_late_by_the_delay():
    halls = Schedule(np.array([1.0, 3.0]), np.array([0.4, 1.0]))
    assert rents(CapacityLease(rent=100.0, power=1.0, term=5.0, profile=halls), 6) == [0, 40, 40, 100, 100, 0]
    late = CapacityLease(rent=100.0, power=1.0, term=5.0, profile=halls, delay=1.5)
    assert rents(late, 8) == pytest.approx([0, 0, 20, 40, 70, 100, 50, 0])


def test_an_anniversary_between_phases_raises_the_rent_of_both():
    halls = Schedule(np.array([0.0, 11.5]), np.array([0.5, 1.0]))
    lease = CapacityLease(rent=100.0, power=1.0, start=0.5, term=36.0, escalator=0.1, profile=halls)
    # Month 12: half of it before the anniversary and half after, all of the power let.
    assert rents(lease, 14)[10:] == pytest.approx([50, 75, 105, 110])


def test_a_notice_ends_the_rent_and_what_remains():
    lease = CapacityLease(rent=100.0, power=1.0, term=36.0, notice=Notice(given=2.0, period=1.5))
    assert rents(lease, 5) == pytest.approx([100, 100, 100, 50, 0])
    assert lease.remaining(Now(month=1.0), ()) == pytest.approx(150.0)
    never_begun = CapacityLease(rent=100.0, power=1.0, start=6.0, term=36.0, notice=Notice(given=0.0, period=3.0))
    assert rents(never_begun, 9) == [0.0] * 9


@pytest.mark.parametrize(
    "terms",
    [
        {"start": 4.0},
        {"start": -30.0, "escalator": 0.03},
        {"start": 1.25, "delay": 3.5, "escalator": -0.02},
        {"profile": Schedule(np.array([2.0, 9.0, 30.0]), np.array([0.2, 0.7, 1.0])), "escalator": 0.05, "delay": 2.5},
        {"profile": Schedule(np.array([2.0]), np.array([0.6])), "notice": Notice(given=20.0, period=3.0)},
    ],
)
def test_what_remains_is_all_rent_to_come_before_the_lease_has_begun_too(terms):
    lease = CapacityLease(rent=100.0, power=3.0, term=40.0, **terms)
    owed = rents(lease, 80)
    for month in (-1, 0, 1, 11, 12, 13, 40, 79):
        assert lease.remaining(Now(month=float(month)), ()) == pytest.approx(sum(owed[month + 1 :]))


def test_a_clock_of_escalated_months_counts_each_year_at_its_price():
    assert escalated(18.0, 0.0) == 18.0
    assert escalated(30.0, 0.1) == pytest.approx(12 + 13.2 + 6 * 1.21)
    assert escalated(-3.0, 0.1) == 0.0
    assert escalated(30.0, -1.0) == pytest.approx(12.0, abs=1e-4)


def test_rent_says_how_much_is_let_and_at_what_price():
    halls = Schedule(np.array([0.0, 12.0]), np.array([0.25, 1.0]))
    lease = CapacityLease(rent=150_000.0, power=100.0, start=0.0, term=36.0, escalator=0.03, profile=halls)

    def said(month: int) -> str:
        now = Now(month=float(month))
        return lease.explain(now, (), lease.due(now, ()))[0]

    assert said(0) == "rent: 25 % of 100 MW (IT), at 150 USD/kW-month"
    assert said(12) == "rent: 100 MW (IT), at 154.5 USD/kW-month"
    assert said(36) == ""


def test_an_option_owes_nothing_until_it_is_exercised_and_begins_some_months_later():
    terms = {"rent": 100.0, "power": 1.0, "start": 1.0, "term": 3.0, "lag": 2.0}
    assert rents(CapacityLease(**terms, exercise=2.0), 9) == [0, 0, 0, 0, 100, 100, 100, 0, 0]
    # Called in good time, it begins as planned; and a site that is late then is late for it, too.
    assert rents(CapacityLease(**terms, exercise=-3.0), 6) == [0, 100, 100, 100, 0, 0]
    assert rents(CapacityLease(**terms, exercise=2.0, delay=1.0), 9) == [0, 0, 0, 0, 0, 100, 100, 100, 0]
    uncalled = CapacityLease(**terms, exercise=NEVER)
    assert rents(uncalled, 9) == [0.0] * 9
    assert uncalled.remaining(Now(), ()) == 0.0


def test_an_option_on_phases_owes_those_that_are_ready_when_it_begins():
    halls = Schedule(np.array([0.0, 4.0]), np.array([0.5, 1.0]))
    lease = CapacityLease(rent=100.0, power=1.0, term=4.0, profile=halls, exercise=1.0, lag=1.0)
    assert rents(lease, 7) == [0, 0, 50, 50, 100, 100, 0]
    assert rents(CapacityLease(rent=100.0, power=1.0, term=4.0, profile=halls, exercise=NEVER), 7) == [0.0] * 7
