"""A promise to buy compute, against ledgers worked out by hand, mostly at 1 USD per H100e and month."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.contracts import NEVER, ComputeCommitment, Notice, Now, Renegotiation, Schedule, rehearse
from interlock.contracts.clauses import Revision
from interlock.contracts.commitment_plan import Plan
from interlock.contracts.compute_commitment import Account

months = st.floats(0.0, 40.0)


def ledger(promise: ComputeCommitment, delivered: list[float], used: list[float], **seen: list[float]):
    """What is due for use, top-up and remedy in each month."""
    nows = [
        Now(month=float(t), delivered=d, used=u, **{name: values[t] for name, values in seen.items()})
        for t, (d, u) in enumerate(zip(delivered, used, strict=True))
    ]
    return rehearse(promise, nows)


def top_ups(dues) -> list[float]:
    return [round(top_up, 9) for _, top_up, _ in dues]


def reserved(promise: ComputeCommitment, length: int) -> list[float]:
    """Capacity by month where all is delivered."""
    return promise.derive().effects(Now(month=np.arange(float(length))), Account()).reserved.tolist()


# The schedule


def test_a_ramp_gives_half_of_what_full_capacity_would():
    promise = ComputeCommitment(capacity=100.0, price=1.0, ramp=4.0, term=6.0)
    assert reserved(promise, 8) == pytest.approx([12.5, 37.5, 62.5, 87.5, 100, 100, 0, 0], abs=1e-12)
    assert promise.derive().total == pytest.approx(400.0)


def test_a_schedule_may_begin_and_end_within_a_month():
    promise = ComputeCommitment(capacity=100.0, price=1.0, start=0.5, term=2.25)
    assert reserved(promise, 5) == pytest.approx([50, 100, 75, 0, 0], abs=1e-12)


def test_a_ramp_longer_than_the_term_never_comes_to_full_capacity():
    promise = ComputeCommitment(capacity=100.0, price=1.0, ramp=10.0, term=2.0)
    assert reserved(promise, 3) == pytest.approx([5, 15, 0], abs=1e-12)


def test_a_profile_says_what_is_reserved_by_date():
    profile = Schedule(np.array([1.0, 3.0]), np.array([0.25, 1.0]))
    promise = ComputeCommitment(capacity=100.0, price=1.0, profile=profile, start=0.5, term=4.0).derive()
    by_month = [promise.effects(Now(month=float(t)), Account()).reserved for t in range(6)]
    assert by_month == pytest.approx([0, 25, 25, 100, 50, 0], abs=1e-12)


@given(months, months, st.floats(0.1, 40.0), st.floats(0.1, 10.0))
def test_the_schedule_sums_to_the_total_for_any_start_ramp_term_and_price(start, ramp, term, price):
    promise = ComputeCommitment(total=1200.0, price=price, start=start, ramp=ramp, term=term)
    assert sum(reserved(promise, 82)) * price == pytest.approx(1200.0, rel=1e-9)


@given(months, months, st.floats(0.5, 40.0))
def test_a_derived_total_is_the_sum_of_the_schedule(start, ramp, term):
    promise = ComputeCommitment(capacity=50.0, price=2.0, start=start, ramp=ramp, term=term)
    assert sum(reserved(promise, 82)) * 2.0 == pytest.approx(promise.derive().total, rel=1e-9)


# Of total, capacity, term and price one follows from the others


def test_thirty_billion_at_twelve_billion_a_gigawatt_year_buy_one_gigawatt_for_two_and_a_half_years():
    promise = ComputeCommitment(total=30e9, power=1000.0, power_price=12e9 / 1000 / 12, density=1000.0).derive()
    assert promise.term == pytest.approx(30.0, rel=1e-12)
    assert promise.capacity == pytest.approx(1e6)
    assert promise.price == pytest.approx(1000.0)


@given(ramp=months, term=st.floats(0.5, 60.0))
def test_whichever_term_is_left_out_it_is_found_again(ramp, term):
    whole = ComputeCommitment(capacity=50.0, price=2.0, ramp=ramp, term=term).derive()
    given_terms = {"total": whole.total, "capacity": 50.0, "price": 2.0, "term": term}
    for missing, value in given_terms.items():
        rest = {name: each for name, each in given_terms.items() if name != missing}
        assert getattr(ComputeCommitment(ramp=ramp, **rest).derive(), missing) == pytest.approx(value, rel=1e-9)


@given(st.integers(1, 120), st.floats(0.1, 10.0), st.floats(1.0, 1e6), st.integers(0, 24))
def test_a_derived_term_of_whole_months_ends_in_its_last_month(term, price, capacity, ramp):
    full = term - ramp / 2 if term >= ramp else term * term / (2 * ramp)
    promise = ComputeCommitment(total=price * capacity * full, price=price, capacity=capacity, ramp=float(ramp))
    assert promise.derive().term == term, "its last settlement would come a month late"


def test_terms_that_say_too_much_or_too_little_are_told():
    assert "all given" in ComputeCommitment(total=1.0, price=1.0, term=1.0, capacity=1.0).problem()
    assert "missing: capacity" in ComputeCommitment(total=1.0, price=1.0).problem()
    assert "density" in ComputeCommitment(total=1.0, power=1.0, term=1.0).problem()
    assert ComputeCommitment(total=1.0, price=1.0, term=1.0).problem() is None


# Used or not


def test_an_idle_customer_still_owes_the_minimum():
    promise = ComputeCommitment(total=1200.0, price=1.0, term=12.0, take=0.8, true_up=3.0)
    dues = ledger(promise, [100.0] * 14, [0.0] * 14)
    assert top_ups(dues) == [0, 0, 240] * 4 + [0, 0]
    assert sum(use for use, _, _ in dues) == 0.0


def test_nobody_owes_for_capacity_that_was_not_delivered():
    promise = ComputeCommitment(total=1200.0, price=1.0, term=12.0, true_up=1.0)
    dues = ledger(promise, [0.0] * 30, [0.0] * 30)
    assert sum(sum(due) for due in dues) == 0.0


def test_credit_is_carried_to_the_next_true_up_and_never_refunded():
    # Half of 100 a month is owed. Three months of full use leave a credit of 150, which pays for three idle months.
    promise = ComputeCommitment(total=1200.0, price=1.0, term=12.0, take=0.5, true_up=3.0)
    dues = ledger(promise, [100.0] * 13, [100.0] * 3 + [0.0] * 10)
    assert top_ups(dues) == [0, 0, 0, 0, 0, 0, 0, 0, 150, 0, 0, 150, 0]
    always_full = ledger(promise, [100.0] * 13, [100.0] * 12 + [0.0])
    assert top_ups(always_full) == [0] * 13
    assert min(min(due) for due in always_full) == 0.0


def test_use_above_the_schedule_goes_on_at_the_contracts_price():
    promise = ComputeCommitment(total=300.0, price=1.0, term=3.0, true_up=1.0)
    assert ledger(promise, [150.0] * 3, [150.0] * 3) == [(150.0, 0.0, 0.0)] * 3


# What was not delivered


def test_the_undelivered_part_moves_to_the_end_of_the_term():
    promise = ComputeCommitment(total=300.0, price=1.0, term=3.0, true_up=1.0, outside=2.0)
    delivered = [100.0, 40.0, 100.0, 60.0, 0.0]
    dues = ledger(promise, delivered, delivered)
    assert [use for use, _, _ in dues] == delivered
    assert top_ups(ledger(promise, delivered, [0.0] * 5)) == [100, 40, 100, 60, 0]


def test_what_is_not_made_good_by_the_outside_date_lapses_with_its_remedy():
    # 100 are missing after the term; 30 and 20 are made good in the two months allowed; half of the other 50 is repaid.
    promise = ComputeCommitment(total=300.0, price=1.0, term=3.0, true_up=1.0, outside=2.0, remedy=0.5)
    dues = ledger(promise, [100.0, 0.0, 100.0, 30.0, 20.0, 0.0], [0.0] * 6)
    assert top_ups(dues) == [100, 0, 100, 30, 20, 0]
    assert [remedy for _, _, remedy in dues] == [0, 0, 0, 0, 25, 0]


def test_capacity_that_is_made_good_is_offered_at_no_more_than_full_capacity():
    promise = ComputeCommitment(total=300.0, price=1.0, term=3.0, outside=9.0).derive()
    account = Account(undelivered=250.0)
    offered = []
    for month in range(3, 7):
        now = Now(month=float(month))
        capacity = float(promise.effects(now, account).reserved)
        offered.append(capacity)
        account = promise.after(now._replace(delivered=capacity), account, ())
    assert offered == pytest.approx([100, 100, 50, 0])


# Options, notice, contracts inside others


def test_an_option_owes_nothing_until_it_is_exercised():
    idle = ComputeCommitment(total=300.0, price=1.0, term=3.0, true_up=1.0, exercise=NEVER)
    assert sum(sum(due) for due in ledger(idle, [100.0] * 40, [0.0] * 40)) == 0.0
    assert reserved(idle, 40) == [0.0] * 40
    called = ComputeCommitment(total=300.0, price=1.0, term=3.0, true_up=1.0, exercise=2.0, lag=3.0)
    assert reserved(called, 9) == pytest.approx([0, 0, 0, 0, 0, 100, 100, 100, 0])
    declined = ComputeCommitment(total=300.0, price=1.0, term=3.0, exercise=2.0, taken=0.0)
    assert reserved(declined, 9) == [0.0] * 9


def test_a_notice_ends_the_contract_after_its_period_and_settles_it():
    notice = Notice(given=4.0, period=3.0)
    promise = ComputeCommitment(total=1200.0, price=1.0, term=12.0, take=0.5, outside=12.0, notice=notice)
    assert reserved(promise, 14) == pytest.approx([100] * 7 + [0] * 7)
    delivered = [100.0] * 3 + [0.0] + [100.0] * 3 + [0.0] * 7
    assert top_ups(ledger(promise, delivered, [0.0] * 14)) == [0] * 6 + [300] + [0] * 7


def test_a_contract_inside_another_counts_toward_it():
    # 100 a month are owed in all. The inner contract charges 60: 40 are left to the outer one, of which 30 are used.
    promise = ComputeCommitment(total=1200.0, price=1.0, term=12.0, true_up=1.0)
    now = Now(month=0.0, delivered=40.0, used=30.0, within_charges=60.0, within_reserved=60.0, within_delivered=60.0)
    assert promise.derive().effects(now, Account()).reserved == pytest.approx(40.0)
    assert promise.derive().due(now, Account()) == pytest.approx((30.0, 10.0, 0.0))


# Chips


def test_new_capacity_needs_its_chips_before_it_runs_and_runs_late():
    # Half of 100 from month 6 on needs new chips: 2 months ahead of use, which a delay of 1 moves from month 6 to 7.
    promise = ComputeCommitment(
        capacity=100.0, price=1.0, start=6.0, term=12.0, additionality=0.5, lead=2.0, delay=1.0
    ).derive()
    account, orders, ready = Account(), [], []
    for month in range(20):
        now = Now(month=float(month))
        effects = promise.effects(now, account)
        orders.append(float(effects.orders))
        ready.append(float(effects.ready))
        account = promise.after(now._replace(delivered=effects.ready), account, ())
    assert orders == pytest.approx([0] * 5 + [50] + [0] * 14)
    assert ready[5:9] == pytest.approx([0, 50, 100, 100])
    assert ready[17:20] == pytest.approx([100, 50, 0])  # what ran late is made good after the term


# What is still to be paid


@pytest.mark.parametrize(
    ("start", "ramp", "chips"), [(-8.0, 0.0, 50.0), (-6.0, 12.0, 25.0), (0.0, 0.0, 0.0), (2.0, 4.0, 0.0)]
)
def test_what_began_before_the_run_had_its_chips_whoever_asks(start, ramp, chips):
    promise = ComputeCommitment(
        capacity=100.0, price=1.0, start=start, ramp=ramp, term=40.0, additionality=0.5, lead=0.5
    )
    promise, account = promise.derive(), Account()
    knows = Now(month=0.0, agenda=promise.agenda(0.0, account))
    for now in (Now(month=0.0), knows):
        assert promise.had(now, account) == pytest.approx(chips)
        assert promise.effects(now, account).had == promise.had(now, account)


def test_what_remains_is_the_minimum_of_what_is_still_scheduled():
    promise = ComputeCommitment(total=1200.0, price=1.0, term=12.0, take=0.5, true_up=6.0).derive()
    account, told = Account(), []
    for month in range(13):
        now = Now(month=float(month), delivered=100.0 if month < 12 else 0.0, used=0.0)
        account = promise.after(now, account, ())
        told.append(float(promise.remaining(now, account)))
    assert told == pytest.approx([600, 600, 600, 600, 600, 300, 300, 300, 300, 300, 300, 0, 0])


def test_after_a_notice_only_the_months_up_to_the_end_remain():
    notice = Notice(given=4.0, period=3.0)
    promise = ComputeCommitment(total=1200.0, price=1.0, term=12.0, true_up=1.0, notice=notice).derive()
    now = Now(month=4.0, delivered=100.0, used=100.0)
    assert promise.remaining(now, promise.after(now, Account(), ())) == pytest.approx(200.0)


def test_an_option_that_is_not_exercised_binds_nobody():
    promise = ComputeCommitment(total=1200.0, price=1.0, term=12.0, exercise=NEVER).derive()
    assert float(promise.remaining(Now(month=3.0), Account())) == 0.0


# Renegotiation: luck of a half and distress from month 3 on change everything from month 4 on


def renegotiated(length: int = 14, delivered: float = 100.0, used: float = 0.0, **changes):
    """What a promise of six months, 100 a month, comes to, month by month."""
    clause = Renegotiation(in_distress=1.0, luck=0.5, **changes)
    promise = ComputeCommitment(capacity=100.0, price=1.0, term=6.0, true_up=1.0, renegotiation=clause)
    return ledger(promise, [delivered] * length, [used] * length, austerity=[float(t >= 3) for t in range(length)])


def test_less_gives_up_a_part_of_what_is_to_come():
    assert top_ups(renegotiated(less=0.3))[:8] == pytest.approx([100, 100, 100, 100, 70, 70, 0, 0])


def test_longer_draws_out_what_is_to_come():
    assert top_ups(renegotiated(longer=1.0))[:9] == pytest.approx([100, 100, 100, 100, 50, 50, 50, 50, 0])


def test_cheaper_is_the_same_capacity_for_less():
    dues = renegotiated(cheaper=0.2, used=100.0)
    assert [use for use, _, _ in dues][:6] == pytest.approx([100, 100, 100, 100, 80, 80])
    assert top_ups(dues) == [0.0] * 14


def test_less_longer_and_cheaper_at_once():
    # Of the 200 to come, half of the capacity at 0.8 is 80, over four months in place of two.
    dues = renegotiated(less=0.5, longer=1.0, cheaper=0.2)
    assert top_ups(dues)[:9] == pytest.approx([100, 100, 100, 100, 20, 20, 20, 20, 0])


def test_nothing_changes_while_the_payer_is_not_in_distress():
    clause = Renegotiation(in_distress=1.0, less=0.9, luck=0.0)
    promise = ComputeCommitment(capacity=100.0, price=1.0, term=6.0, true_up=1.0, renegotiation=clause)
    assert top_ups(ledger(promise, [100.0] * 7, [0.0] * 7)) == pytest.approx([100] * 6 + [0])


def test_a_yearly_chance_comes_due_month_by_month():
    # 0.81^(m / 12) falls below 0.89 in the seventh month.
    clause = Renegotiation(chance=0.19, less=1.0, luck=0.11)
    promise = ComputeCommitment(capacity=100.0, price=1.0, term=12.0, true_up=1.0, renegotiation=clause)
    assert top_ups(ledger(promise, [100.0] * 12, [0.0] * 12)) == pytest.approx([100] * 7 + [0] * 5)


@given(months, months, st.floats(0.1, 40.0), st.floats(0, 0.9), st.floats(0, 3), st.floats(0, 0.9), st.integers(1, 30))
def test_what_was_due_before_and_the_kept_part_of_the_rest_is_all_that_is_due(
    start, ramp, term, less, longer, cheaper, since
):
    clause = Renegotiation(less=less, longer=longer, cheaper=cheaper)
    promise = ComputeCommitment(
        capacity=100.0, price=2.0, start=start, ramp=ramp, term=term, renegotiation=clause
    ).derive()
    as_agreed, after = Plan(promise), Plan(promise, float(since))
    before = as_agreed.scheduled(float(since))
    rest = promise.total - before
    by_month = after.agenda(np.arange(400.0)).scheduled
    assert sum(by_month[:since]) == pytest.approx(before, abs=1e-6)
    assert sum(by_month) == pytest.approx(before + (1 - less) * (1 - cheaper) * rest, abs=1e-6)
    assert by_month.min() >= -1e-6
    account = Account(revision=Revision(0.0, float(since)))
    left = promise.remaining(Now(month=since - 1.0), account)
    assert left == pytest.approx((1 - less) * (1 - cheaper) * rest, abs=1e-6)


def test_what_falls_due_is_the_minimum_and_the_account_that_is_settled_by_then():
    # 100 a month, of which 40 are used: 60 are short each month, and made up for at the end of month 11.
    commitment = ComputeCommitment(total=2400.0, term=24.0, price=1.0).derive()
    memory = commitment.opening()
    for month in range(9):
        now = Now(month=float(month), delivered=100.0, used=40.0)
        memory = commitment.after(now, memory, commitment.due(now, memory))
    eve = Now(month=8.0)
    assert [commitment.falls_due(eve, memory, months)[0] for months in (1.0, 2.0, 3.0, 12.0, 40.0)] == pytest.approx(
        [100, 200, 300 + 9 * 60, 1200 + 9 * 60, 1500 + 9 * 60]
    )
