"""Credit up to a limit against accounts kept by hand; a line of 100 USD at 12 % a year unless said otherwise."""

import pytest

import interlock
from interlock.contracts import CreditLine, Loan, Now, rehearse

INTEREST, FEE, PRINCIPAL, DRAW, REPAYMENT = range(5)


def dues(lacking, **terms):
    """By month, where the borrower lacks so much in each; what it repays early is paid in full."""
    line = CreditLine(**{"limit": 100.0, "rate": 0.12, "term": 12.0} | terms)
    return rehearse(line, [Now(month=float(t), lacking=amount) for t, amount in enumerate(lacking)])


def column(rows, leg):
    return [row[leg] for row in rows]


def test_a_draw_covers_what_is_lacking_up_to_the_limit():
    assert column(dues([30.0, 50.0, 50.0, 50.0]), DRAW) == [30.0, 50.0, 20.0, 0.0]


def test_who_lacks_nothing_repays():
    assert column(dues([30.0, 10.0, 0.0, 0.0]), REPAYMENT) == [0.0, 0.0, 40.0, 0.0]


def test_interest_is_on_what_is_drawn_and_the_fee_on_what_is_not():
    rows = dues([60.0, 1.0, 0.0, 0.0], commitment_fee=0.024, spread=0.03)
    assert column(rows, INTEREST) == pytest.approx([0.0, 60 * 0.15 / 12, 61 * 0.15 / 12, 0.0])
    assert column(rows, FEE) == pytest.approx([100 * 0.002, 40 * 0.002, 39 * 0.002, 100 * 0.002])


def test_the_balance_falls_due_at_maturity():
    rows = dues([60.0, 5.0, 5.0, 5.0], term=2.0)
    assert column(rows, PRINCIPAL) == [0.0, 0.0, 65.0, 0.0]
    assert column(rows, DRAW) == [60.0, 5.0, 0.0, 0.0]


def test_what_was_drawn_before_the_run_is_outstanding():
    rows = dues([0.0, 0.0], outstanding=70.0, start=-3.0)
    assert rows[0] == (pytest.approx(0.7), 0.0, 0.0, 0.0, 70.0)


def test_a_broken_covenant_makes_all_of_it_fall_due():
    rows = dues([60.0, 10.0, 10.0], accelerated=1.0)
    assert column(rows, PRINCIPAL) == [0.0, 60.0, 0.0]
    assert column(rows, DRAW) == [60.0, 0.0, 0.0]


def test_nobody_is_paid_for_borrowing():
    assert column(dues([60.0, 0.0], rate=-0.05, spread=0.01), INTEREST) == [0.0, 0.0]


def test_what_can_still_be_drawn_remains():
    line = CreditLine(limit=100.0, rate=0.12, term=3.0)
    memory = line.after(Now(month=0.0, lacking=30.0), line.opening(), (0.0, 0.0, 0.0, 30.0, 0.0))
    assert line.remaining(Now(month=0.0), memory) == 70.0
    assert line.remaining(Now(month=2.0), memory) == 0.0


BOOK = """
book: {title: Lines, as_of: 2026-01-01, start: 2026-01, months: 4}
parties:
  bank: {roles: [lender], cash: 100 USD}
  shop: {roles: [cloud], cash: 30 USD, flows: {rent: {amount: 240 USD/year},
         till: {from: customers, purpose: goods, amount: 1200 USD/year, start: 2026-04}}}
  firm: {roles: [cloud]}
deals:
  credit:
    announced: 2026-01-01
    status: in-force
    contracts:
      one: {kind: credit-line, payer: bank, payee: shop, limit: 20 USD, rate: 0 %/year, term: 5 years}
      two: {kind: credit-line, payer: bank, payee: shop, limit: 60 USD, rate: 0 %/year, term: 5 years}
      shares: {kind: equity-commitment, payer: bank, payee: firm, total: 50 USD, valuation: 100 USD}
"""


@pytest.fixture
def run(tmp_path):
    file = tmp_path / "lines.yaml"
    file.write_text(BOOK, encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=1, keep=["paid", "cash"])


def paid(run, contract, name):
    legs = run["paid_by_month"]
    return legs.values[0][:, (legs.contract.values == f"deals.credit.{contract}") & (legs["name"].values == name)].sum(
        1
    )


def test_lines_share_what_is_lacking_and_the_lender_keeps_the_rest_ready(run):
    # Rent of 20 a month: 30 in cash lasts for January; 10 is lacking in February, 20 in March. In April 100 comes in.
    # Of what is lacking each line lends the same part of what it was asked for: asked for 10, each lends 5.
    cash = run["cash_by_month"].sel(party="shop").values[0]
    assert cash == pytest.approx([10.0, 0.0, 0.0, 80.0])
    assert paid(run, "one", "draw") == pytest.approx([0.0, 5.0, 20 * 15 / 35, 0.0])
    assert paid(run, "two", "draw") == pytest.approx([0.0, 5.0, 20 * 20 / 35, 0.0])
    # Of its 100 the bank keeps 80 ready for the lines, so that shares get 20; what is drawn later was kept ready.
    assert paid(run, "shares", "") == pytest.approx([20.0, 0.0, 0.0, 0.0])


def test_the_causes_are_told_in_the_numbers():
    line, now = CreditLine(limit=100.0, rate=0.12, commitment_fee=0.01, term=9.0), Now(month=1.0, lacking=40.0)
    texts = line.explain(
        now, line.opening()._replace(balance=30.0), line.due(now, line.opening()._replace(balance=30.0))
    )
    assert texts == (
        "12 % a year on 30 USD",
        "1 % a year on 70 USD not drawn",
        "",
        "draw: 40 USD is lacking; 70 USD of 100 USD can be drawn",
        "",
    )


def test_nothing_more_is_lent_while_debt_is_covered_too_thinly():
    line = CreditLine(limit=100.0, rate=0.0, term=12.0, cover_at_least=1.2)
    covers = [1.1, 1.2, float("nan"), -1.0]
    nows = [Now(month=float(t), lacking=60.0, payee_cover=each) for t, each in enumerate(covers)]
    # Where cover is not known, it is no limit.
    assert column(rehearse(line, nows), DRAW) == [0.0, 60.0, 40.0, 0.0]
    assert line.reserves(nows[0], line.opening()) == 0.0
    assert line.remaining(nows[0], line.opening()) == 100.0
    assert line.explain(nows[0], line.opening(), line.due(nows[0], line.opening()))[DRAW] == (
        "nothing more is lent: its business covers debt service 1.1 x, less than 1.2 x"
    )


def test_a_tranche_waits_while_there_is_too_much_debt():
    loan = Loan(total=100.0, rate=0.0, term=12.0, leverage_at_most=5.0)
    nows = [Now(month=float(t), payee_leverage=each) for t, each in enumerate([5.1, 1e9, 5.0])]
    assert [due[4] for due in rehearse(loan, nows)] == [0.0, 0.0, 100.0]
    assert loan.explain(nows[0], loan.opening(), loan.due(nows[0], loan.opening()))[4] == (
        "nothing more is lent: its debt is 5.1 x what its business earns in a year, more than 5 x"
    )


WITHIN_LIMITS = """
book: {title: Limits, as_of: 2026-01-01, start: 2026-01, months: 6}
parties:
  bank: {roles: [lender], cash: 900 USD}
  builder:
    roles: [cloud]
    flows:
      till: {from: customers, purpose: goods, amount: 120 USD/year}
      works: {purpose: construction, amount: 360 USD/year}
deals:
  credit:
    announced: 2026-01-01
    status: in-force
    contracts:
      line: {kind: credit-line, payer: bank, payee: builder, limit: 500 USD, rate: 0 %/year, term: 5 years,
        leverage_at_most: 0.5 x}
      shares: {kind: equity-commitment, payer: capital-markets, payee: builder, total: 30 USD, valuation: 100 USD,
        tranches: [{part: 100 %, when: {when: parties.builder.leverage, at_least: 0.6 x}}]}
"""


def test_a_cloud_borrows_within_its_limit_of_leverage(tmp_path):
    # 20 a month are lacking. 120 came in in the year before, whatever is built: after 60 of debt, which are half of it,
    # 20 more are lent, after 80 nothing. Shares are sold when the debt is seen to be 0.67 x.
    file = tmp_path / "limits.yaml"
    file.write_text(WITHIN_LIMITS, encoding="utf-8")
    run = interlock.simulate(interlock.open_book(file), paths=1, keep=["paid"])
    assert paid(run, "line", "draw") == pytest.approx([20, 20, 20, 20, 0, 0])
    assert paid(run, "shares", "") == pytest.approx([0, 0, 0, 0, 30, 0])
