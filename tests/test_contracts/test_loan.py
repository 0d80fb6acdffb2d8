"""Loans against tables worked out by hand; amounts in USD, a loan of 1,200 unless said otherwise."""

from calendar import monthrange

import numpy as np
import pytest

from interlock.contracts import NEVER, Loan, Now, Tranche, rehearse


def months(count, drawn_from=0, total=1200.0):
    """Months of 2026 on, in which the loan is drawn at the end of one of them."""
    return [
        Now(
            month=float(t),
            days=float(monthrange(2026 + t // 12, t % 12 + 1)[1]),
            drawn=total if t > drawn_from else 0.0,
        )
        for t in range(count)
    ]


def paid(loan, nows):
    """Interest, principal and draws by month, secured or not."""
    dues = rehearse(loan, nows)
    return tuple([sum(due[n] for n in legs) for due in dues] for legs in ((0, 2), (1, 3), (4,)))


def test_a_bullet_pays_interest_each_month_and_all_of_it_at_the_end():
    loan = Loan(total=1200.0, rate=0.10, term=12.0, every=1.0)
    interest, principal, draws = paid(loan, months(15))
    assert draws == [1200] + [0] * 14
    assert interest == pytest.approx([0] + [10] * 12 + [0, 0])
    assert principal == pytest.approx([0] * 12 + [1200, 0, 0])


def test_the_first_reference_case_of_actus():
    loan = Loan(outstanding=3000.0, rate=0.10, start=-1.0, term=12.0, every=1.0, day_count=1.0)
    nows = [Now(month=float(t), days=float(monthrange(2013, t + 1)[1])) for t in range(3)]
    assert paid(loan, nows)[0] == pytest.approx([25.4794520547945, 23.013698630137, 25.4794520547945])


@pytest.mark.parametrize(("day_count", "year"), [(1.0, 365.0), (2.0, 360.0)])
def test_interest_by_days_does_not_depend_on_how_often_it_is_paid(day_count, year):
    terms = {"total": 1200.0, "rate": 0.07, "spread": 0.02, "term": 24.0, "day_count": day_count}
    totals = [sum(paid(Loan(**terms, every=every), months(30))[0]) for every in (1.0, 2.0, 3.0, 12.0)]
    days = sum(monthrange(2026 + t // 12, t % 12 + 1)[1] for t in range(1, 25))
    assert totals == pytest.approx([1200 * 0.09 * days / year] * 4)


def test_instalments_are_equal_and_interest_falls_with_what_is_left():
    loan = Loan(total=1200.0, rate=0.12, term=12.0, every=1.0, amortised=1.0)
    interest, principal, _ = paid(loan, months(15))
    assert principal == pytest.approx([0] + [100] * 12 + [0, 0])
    assert interest == pytest.approx([0, *(12.0 - n for n in range(12)), 0, 0])


def test_instalments_may_begin_late_and_leave_a_balloon():
    # From the sixth month on, half of it in two quarterly instalments; the other half at the end.
    loan = Loan(total=1200.0, rate=0.0, term=12.0, every=3.0, amortised=0.5, interest_only=6.0)
    assert paid(loan, months(15))[1] == pytest.approx([0] * 9 + [300, 0, 0, 900, 0, 0])


def test_a_loan_that_began_before_the_run_goes_on_as_it_was():
    # Twelve instalments of 100, six of them paid.
    loan = Loan(outstanding=600.0, rate=0.12, start=-7.0, term=12.0, every=1.0, amortised=1.0)
    interest, principal, draws = paid(loan, months(8, total=0.0))
    assert draws == [0] * 8
    assert principal == pytest.approx([100] * 6 + [0, 0])
    assert interest == pytest.approx([6, 5, 4, 3, 2, 1, 0, 0])


def test_what_the_market_lends_again_falls_due_later():
    loan = Loan(total=1200.0, rate=0.10, term=3.0, every=1.0, rolled=0.4, extension=2.0)
    interest, principal, _ = paid(loan, months(9))
    # 40 % of it at each maturity: 480 for two months more, then 192, …
    assert principal == pytest.approx([0, 0, 0, 720, 0, 288, 0, 115.2, 0])
    assert interest == pytest.approx([0, 10, 10, 10, 4, 4, 1.6, 1.6, 0.64])


def test_what_is_lent_again_may_bear_another_rate():
    loan = Loan(
        total=1200.0, rate=0.10, spread=0.02, term=3.0, every=1.0, rolled=1.0, extension=2.0, extension_rate=0.2
    )
    interest, principal, _ = paid(loan, months(6))
    assert interest == pytest.approx([0, 12, 12, 12, 20, 20])
    assert sum(principal) == 0
    now, memory = Now(month=3.0, drawn=1200.0), loan.opening()._replace(principal=1200.0, drawn=1200.0)
    assert loan.explain(now, memory, loan.due(now, memory))[2:4] == (
        "12 USD of interest: 12 % a year on 1.2 k USD",
        "matures, and all of 1.2 k USD is lent again",
    )


def test_what_matured_before_the_run_falls_due_in_its_first_month():
    loan = Loan(outstanding=100.0, rate=0.12, start=-30.0, term=24.0, every=3.0)
    assert paid(loan, months(3, total=0.0))[:2] == ([1, 0, 0], [100, 0, 0])
    # Or a part of it is lent again, from then on.
    loan = Loan(outstanding=100.0, rate=0.12, start=-30.0, term=24.0, every=1.0, rolled=0.6, extension=2.0)
    assert paid(loan, months(4, total=0.0))[1] == pytest.approx([40, 0, 24, 0])


def test_what_is_lent_again_is_lent_for_a_month_at_least():
    loan = Loan(outstanding=100.0, rate=0.12, start=-1.0, term=2.0, every=1.0, rolled=0.5, extension=0.0)
    assert paid(loan, months(5, total=0.0))[1] == pytest.approx([0, 50, 25, 12.5, 6.25])


def test_a_broken_covenant_makes_all_of_it_fall_due():
    loan = Loan(total=1200.0, rate=0.10, term=12.0, every=3.0, rolled=1.0, accelerated=5.0)
    interest, principal, _ = paid(loan, months(9))
    assert principal == pytest.approx([0] * 5 + [1200, 0, 0, 0])
    assert interest == pytest.approx([0, 0, 0, 30, 0, 20, 0, 0, 0])


def test_nothing_is_lent_once_a_covenant_is_broken():
    halves = Tranche(part=np.array([0.5, 0.5]), when=np.array([0.0, 6.0]))
    nows = [Now(month=float(t), drawn=600.0 if t else 0.0) for t in range(9)]
    lent = Loan(total=1200.0, rate=0.0, term=12.0, tranches=halves)
    assert paid(lent, nows)[2] == [600, 0, 0, 0, 0, 0, 600, 600, 600]  # nobody has paid the second one
    broken = Loan(total=1200.0, rate=0.0, term=12.0, tranches=halves, accelerated=6.0)
    assert paid(broken, nows)[2] == [600] + [0] * 8


def test_what_falls_due_is_secured_as_far_as_the_collateral_goes():
    loan = Loan(total=1200.0, rate=0.10, term=12.0, every=1.0, collateral=960.0, depreciation=0.5)
    dues = rehearse(loan, months(13))
    assert dues[1][0] == pytest.approx(10 * 960 * 0.5 ** (1 / 12) / 1210)
    assert dues[1][0] + dues[1][2] == pytest.approx(10)
    # After a year half of it: 480 of the 1,210 that are owed, interest and all.
    assert dues[12][0] + dues[12][1] == pytest.approx(480)
    assert dues[12][2] + dues[12][3] == pytest.approx(730)


def test_collateral_covers_interest_before_principal():
    # 1,200 and 144 of interest are due, 400 of it are covered.
    loan = Loan(total=1200.0, rate=0.12, term=12.0, every=12.0, collateral=400.0)
    assert rehearse(loan, months(13))[12][:4] == pytest.approx((144, 256, 0, 944))


def test_who_fails_owes_principal_and_interest_accrued():
    loan = Loan(total=1200.0, rate=0.10, term=12.0, every=3.0, collateral=300.0)
    memory = loan.opening()
    for now in months(3):
        due = loan.due(now, memory)
        memory = loan.after(now, memory, due)
    claims = loan.claims(Now(month=3.0), memory)
    assert sum(claims[:4]) == pytest.approx(1220)
    assert claims[0] + claims[1] == pytest.approx(300)


def test_terms_that_lend_nothing_or_for_no_time_are_refused():
    assert "total" in Loan(rate=0.1, term=12.0).problem()
    assert "no time" in Loan(total=1.0, rate=0.1, term=0.0).problem()
    assert "`extension` is no time" in Loan(total=1.0, rate=0.1, term=1.0, extension=0.0).problem()
    assert "matured before the run" in Loan(outstanding=1.0, rate=0.1, start=-3.0, term=2.0).problem()
    assert Loan(outstanding=1.0, rate=0.1, start=-3.0, term=3.0).problem() is None
    assert Loan(total=1.0, rate=0.1, term=1.0, accelerated=NEVER).problem() is None


def test_collateral_is_sold_for_what_it_is_worth_then_as_long_as_anything_is_owed():
    loan = Loan(total=1200.0, rate=0.0, term=12.0, every=12.0, collateral=400.0, depreciation=0.19)
    memory = loan.opening()
    for now in months(6):
        memory = loan.after(now, memory, loan.due(now, memory))
    assert loan.claims(Now(month=6.0), memory)[5] == pytest.approx(400 * 0.9)
    for now in months(13)[6:]:
        memory = loan.after(now, memory, loan.due(now, memory))
    # What has fallen due and was not paid is still owed; once it is paid, nobody may sell anything.
    assert loan.claims(Now(month=13.0, owed_back=100.0), memory)[5] == pytest.approx(400 * 0.9 ** (13 / 6))
    assert loan.claims(Now(month=13.0, owed_back=0.0), memory)[5] == 0.0


def test_no_more_is_secured_than_the_collateral_is_worth():
    # 300 of the collateral are taken up by what is in arrears: of 1,200, 100 are still covered.
    loan = Loan(total=1200.0, rate=0.0, term=12.0, every=1.0, amortised=1.0, collateral=400.0)
    memory = loan.after(months(1)[0], loan.opening(), loan.due(months(1)[0], loan.opening()))
    now = Now(month=1.0, drawn=1200.0, owed_back=500.0, owed_secured=300.0)
    assert loan.due(now, memory)[1] == pytest.approx(100 * 100 / 1200)


def test_what_the_next_payment_has_come_to_is_set_aside_before_anything_is_handed_out():
    # 12 of interest a month, and a third of the quarter's instalment of 300.
    loan = Loan(total=1200.0, rate=0.12, term=12.0, every=3.0, amortised=1.0)
    memory, kept = loan.opening(), []
    for now in months(7):
        kept.append(loan.sets_aside(now, memory))
        memory = loan.after(now, memory, loan.due(now, memory))
    assert kept == pytest.approx([0, 112, 224, 0, 109, 218, 0])


def test_the_year_before_the_run_is_as_the_schedule_says():
    # 1,600 lent 19 months before, in ten half-yearly instalments: 1,120 are left after three, 160 fall due each time.
    loan = Loan(outstanding=1120.0, rate=0.10, start=-19.0, term=60.0, every=6.0, amortised=1.0)
    due = [loan.fell_due(Now(month=float(t)), loan.opening()) for t in range(-14, 0)]
    assert due == pytest.approx([0, 160 + 80, 0, 0, 0, 0, 0, 160 + 72, 0, 0, 0, 0, 0, 160 + 64])
    assert loan.lent_since() == -19.0


def test_nothing_fell_due_of_what_was_not_lent():
    loan = Loan(total=1200.0, rate=0.10, start=-19.0, term=60.0, every=6.0, amortised=1.0)
    assert loan.fell_due(Now(month=-1.0), loan.opening()) == 0.0
    assert loan.lent_since() == NEVER
