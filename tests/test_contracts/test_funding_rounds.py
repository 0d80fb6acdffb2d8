"""Rounds against a table worked out by hand: valuation, caps of dilution and of the market, lag."""

import math

import pytest

from interlock.contracts import FundingRounds, Now
from interlock.contracts.funding_rounds import Raising


def rounds(**terms):
    """A company worth 10 times its sales of a year, whatever its size and growth; 120 a year are on offer."""
    usual = {"multiple": 10.0, "compression": 0.0, "response": 0.0, "offer": 10.0, "covered": 1.0, "lag": 3.0}
    return FundingRounds(**usual | terms)


def needing(amount, *, sales=100.0, **seen):
    """A company with sales of 1,200 a year that needs so much beyond its cash of 50."""
    return Now(
        **{
            "payee_sales": sales,
            "gap": 50.0 + amount,
            "payee_cash": 50.0,
            "horizon": 18.0,
            "free_cash": 1e9,
            "spare": 1e9,
        }
        | seen
    )


def agreed(kind, now):
    """What is agreed, and at what value of the company before the money."""
    after = kind.after(now, kind.opening(), (0.0,))
    return after.amount, after.price * now.shares


@pytest.mark.parametrize(
    ("sales", "growth", "appetite", "worth"),
    [
        # At 100 a month and a growth of 50 % it is worth 25 times its sales of a year.
        (100.0, 0.5, 1.0, 25.0 * 1200.0),
        (100.0, 0.5, 0.4, 0.4 * 25.0 * 1200.0),
        # Four times as large: the multiple falls by 4^-0.5, to a half.
        (400.0, 0.5, 1.0, 12.5 * 4800.0),
        # It grows to 6 times as much instead of to 1.5 times: the multiple rises by 4^0.5.
        (100.0, 5.0, 1.0, 50.0 * 1200.0),
        # It shrinks to 0.375 of what it was: 0.25^0.5.
        (100.0, -0.625, 1.0, 12.5 * 1200.0),
        # A company that has lost nearly all it sold is worth nearly nothing, and one without sales is worth nothing.
        (100.0, -1.0 + 1.5e-8, 1.0, 25.0 * 1e-4 * 1200.0),
    ],
)
def test_what_a_company_is_worth_follows_sales_growth_and_appetite(sales, growth, appetite, worth):
    kind = rounds(multiple=25.0, scale=100.0, compression=0.5, growth=0.5, response=0.5, appetite=appetite)
    amount, value = agreed(kind, needing(0.1, sales=sales, payee_growth=growth))
    assert amount == pytest.approx(0.1)
    assert value == pytest.approx(worth)


def test_the_default_company_of_ten_billion_a_year_that_doubles_is_worth_its_multiple():
    kind = FundingRounds(multiple=20.0, offer=1e9)
    _, value = agreed(kind, needing(1e9, sales=10e9 / 12.0, payee_growth=1.0))
    assert value == pytest.approx(200e9)
    _, twice_as_large = agreed(kind, needing(1e9, sales=20e9 / 12.0, payee_growth=1.0))
    assert twice_as_large / (2 * value) == pytest.approx(math.exp(-0.2 * math.log(2.0)))


@pytest.mark.parametrize(
    ("need", "offer", "appetite", "amount"),
    [
        (70.0, 10.0, 1.0, 70.0),  # what it needs
        (500.0, 10.0, 1.0, 120.0),  # a year of what the market offers
        (500.0, 10.0, 0.5, 60.0),  # half as much while it is half open
        (9000.0, 1e6, 1.0, 3000.0),  # worth 12,000: a fifth of what it then is
        (9000.0, 1e6, 0.5, 1500.0),  # worth half of that
        (9000.0, 1e6, 0.0, 0.0),  # shut
        (0.0, 10.0, 1.0, 0.0),
    ],
)
def test_a_round_is_the_least_of_the_need_the_offer_and_the_cap(need, offer, appetite, amount):
    assert agreed(rounds(offer=offer, appetite=appetite), needing(need))[0] == pytest.approx(amount)


def test_no_more_is_agreed_than_the_investors_can_spare():
    assert agreed(rounds(), needing(70.0, spare=30.0))[0] == 30.0
    assert agreed(rounds(), needing(500.0, spare=130.0))[0] == pytest.approx(120.0)
    # Who has nothing agrees on nothing, and the market's offer goes on adding up.
    after = rounds().after(needing(70.0, spare=0.0), Raising(), (0.0,))
    assert after == Raising()


def test_the_cap_counts_all_shares_that_were_issued_within_a_year():
    # A tenth more shares than a year ago; the holders of then may fall to 80 %: 1.25 shares for each of theirs.
    amount, worth = agreed(rounds(offer=1e6), needing(9000.0, shares=1.1, shares_before=1.0))
    assert amount == pytest.approx(worth * (1.25 - 1.1) / 1.1)
    assert 1.0 / (1.1 + amount / (worth / 1.1)) == pytest.approx(0.8)
    assert agreed(rounds(offer=1e6), needing(9000.0, shares=1.25, shares_before=1.0))[0] == 0.0
    assert agreed(rounds(offer=1e6), needing(9000.0, shares=1.4, shares_before=1.0))[0] == 0.0


def test_a_company_without_sales_gets_no_round():
    assert agreed(rounds(), needing(70.0, sales=0.0))[0] == 0.0


def test_a_round_waits_until_cash_covers_too_little():
    # 50 of 75 is two thirds; of 80 it is less.
    assert agreed(rounds(covered=2 / 3), needing(24.9))[0] == 0.0
    assert agreed(rounds(covered=2 / 3), needing(30.0))[0] == 30.0


def played(kind, nows):
    """Due, paid as far as free cash goes, and the memory after each month."""
    memory, found = kind.opening(), []
    for now in nows:
        due = kind.due(now, memory)
        memory = kind.after(now, memory, due)
        found.append((due[0], memory))
    return found


def test_the_money_comes_after_the_lag_at_the_price_agreed():
    # Worth 12,000 when it is agreed; sales have doubled, and others have bought a tenth, when the money comes.
    nows = [needing(600.0, month=float(t), sales=100.0 if t == 0 else 200.0) for t in range(4)]
    nows[3] = nows[3]._replace(shares=1.1)
    found = played(rounds(offer=100.0), nows)
    assert [due for due, _ in found] == [0.0, 0.0, 0.0, 600.0]
    assert found[-1][1].shares == pytest.approx(600.0 / 12000.0)


def test_money_that_comes_in_the_middle_of_a_month_is_paid_in_the_next():
    dues = [due for due, _ in played(rounds(offer=100.0, lag=2.2), [needing(600.0, month=float(t)) for t in range(4)])]
    assert dues == [0.0, 0.0, 0.0, 600.0]


def test_one_round_at_a_time_and_the_next_is_offered_what_came_since():
    # Agreed in month 0 for a year's offer of 120, paid in month 3; agreed anew in month 4, for four months of it.
    found = played(rounds(), [needing(500.0, month=float(t)) for t in range(9)])
    assert [due for due, _ in found] == [0, 0, 0, 120.0, 0, 0, 0, 40.0, 0]
    assert [memory.agreed for _, memory in found] == [0, 0, 0, 0, 4, 4, 4, 4, 8]


def test_what_the_investors_cannot_spare_lapses():
    found = played(rounds(), [needing(100.0, month=float(t), free_cash=30.0) for t in range(4)])
    assert found[3][0] == 30.0
    assert found[3][1].shares == pytest.approx(30.0 / 12000.0)
    assert found[3][1].amount == 0.0


def test_a_round_agreed_is_paid_though_the_market_has_shut():
    memory = rounds().after(needing(100.0), Raising(), (0.0,))
    assert rounds(appetite=0.0).due(needing(100.0, month=3.0), memory) == (100.0,)


def said(now, memory=None, **terms):
    kind = rounds(**terms)
    memory = kind.opening() if memory is None else memory
    (text,) = kind.explain(now, memory, kind.due(now, memory))
    return text


def test_a_round_says_what_is_needed_what_limits_it_and_when_it_is_paid():
    needs = "round: needs 550 USD over 18 months and has 50 USD; "
    limits = "worth 12 k USD before it; the market offers 120 USD, the cap of 20 % a year leaves 3 k USD; "
    assert said(needing(500.0)) == f"{needs}{limits}120 USD is agreed, the offer binds, to be paid in 3 months"
    assert "9 k USD is agreed" not in said(needing(9000.0), offer=1e6)
    assert said(needing(9000.0), offer=1e6).endswith("3 k USD is agreed, the cap binds, to be paid in 3 months")
    assert said(needing(70.0)).endswith("70 USD is agreed, to be paid in 3 months")
    assert said(needing(500.0), appetite=0.0) == f"{needs}the market is shut"
    assert said(needing(500.0, sales=0.0)) == f"{needs}no sales that would price it"
    assert said(needing(500.0, shares=2.0)).endswith("the cap of 20 % a year leaves 0 USD: none is agreed")
    assert said(needing(0.0)) == ""
    few = said(needing(500.0, spare=40.0))
    assert few.endswith(
        "leaves 3 k USD, who would buy has 40 USD to spare; 40 USD is agreed, what can be spared binds, to be paid in "
        "3 months"
    )
    assert said(needing(500.0, spare=0.0)).endswith("who would buy has 0 USD to spare: none is agreed")


def test_the_money_of_a_round_says_when_it_was_agreed_and_what_lapses():
    memory = rounds().after(needing(100.0), Raising(), (0.0,))
    assert said(needing(100.0, month=2.0), memory) == ""
    paid = "round of 100 USD agreed 3 months ago is paid"
    assert said(needing(100.0, month=3.0), memory) == paid
    assert said(needing(100.0, month=3.0, free_cash=30.0), memory) == f"{paid}; 70 USD lapses: free cash allows no more"


def test_terms_that_price_nothing_are_refused():
    assert "scale" in rounds(scale=0.0).problem()
    assert "dilution" in rounds(dilution=1.0).problem()
    assert rounds().problem() is None
