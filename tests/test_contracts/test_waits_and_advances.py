"""Bills that fall due later, and bills paid in advance, by hand; amounts in USD, by month from January 2026."""

import numpy as np
import pytest

import interlock
from interlock.contracts import Now, Prepayment, rehearse
from interlock.ground.errors import BookError

BOOK = """
book: {title: Later and before, as_of: 2026-01-01, start: 2026-01, months: 6}
parties:
  buyer: {roles: [cloud], cash: BUYER, grace: 0 months}
  seller: {roles: [chipmaker], cash: 1 USD, grace: 0 months, flows: {wages: {amount: WAGES}}}
deals:
  trade:
    announced: 2026-01-01
    status: in-force
    contracts:
      goods: {kind: model-usage, payer: buyer, payee: seller, amount: 1200 USD/year, start: START, term: MONTHSMORE}
"""

USUAL = {"BUYER": "1000 USD", "WAGES": "0.000001 USD/year", "START": "2026-01", "MONTHS": "3 months", "MORE": ""}


@pytest.fixture
def run(tmp_path):
    def of(extra="", **said):
        text = BOOK + extra
        for name, value in (USUAL | said).items():
            text = text.replace(name, value)
        file = tmp_path / "book.yaml"
        file.write_text(text, encoding="utf-8")
        return interlock.simulate(interlock.open_book(file), paths=1, keep=["paid", "cash"])

    return of


def paid(run, contract="goods", name=""):
    legs = run["paid_by_month"]
    chosen = (legs.contract.values == f"deals.trade.{contract}") & (legs["name"].values == name)
    return legs.values[0][:, chosen].sum(axis=1)


def test_bills_fall_due_some_months_later(run):
    assert paid(run(MORE=", pays_after: 2 months")) == pytest.approx([0, 0, 100, 100, 100, 0])


def test_a_part_of_a_month_is_a_part_of_the_bill(run):
    # Of each bill three quarters are due a month later, a quarter two months later.
    assert paid(run(MORE=", pays_after: 1.25 months")) == pytest.approx([0, 75, 100, 100, 25, 0])


def test_what_was_billed_before_the_run_falls_due_in_it(run):
    # Deliveries since last year: the bills of November and December are open when the run begins.
    found = run(MORE=", pays_after: 2 months", START="2025-06", MONTHS="8 months")
    assert paid(found) == pytest.approx([100, 100, 100, 0, 0, 0])


def test_everything_billed_falls_due_when_the_buyer_fails(run):
    # February's bill of January's goods leaves 50. In March 50 of 100 are paid. It fails: April's bill is written off.
    found = run(MORE=", pays_after: 1 month", BUYER="150 USD", MONTHS="4 months")
    assert paid(found) == pytest.approx([0, 100, 50, 0, 0, 0])
    # 50 of February's bill, and March's, which falls due at once.
    assert float(found["written_off"].values.sum()) == pytest.approx(150)


def test_who_fails_is_still_paid_what_it_had_billed(run):
    # Wages of 60 from January on; nothing comes in before March. The seller fails in February with two bills out.
    found = run(MORE=", pays_after: 2 months", WAGES="720 USD/year")
    assert found["failed"].sel(party="seller").values.max() == 1.0
    assert paid(found).sum() == pytest.approx(100)


ADVANCE = "\n      before: {kind: prepayment, payer: buyer, payee: seller, of: goods, total: 150 USDTERMS}\n"


def test_an_advance_is_set_off_against_the_bills(run):
    # January: 150 in advance and 100 of goods. Then 50 % of each bill: 50, 50. 50 are left in April: they stay.
    found = run(ADVANCE, TERMS=", part: 50 %")
    assert paid(found, "before", "advance") == pytest.approx([150, 0, 0, 0, 0, 0])
    assert paid(found) == pytest.approx([100, 50, 50, 0, 0, 0])


def test_what_is_left_of_an_advance_comes_back_at_the_end(run):
    found = run(ADVANCE, TERMS=", part: 50 %, term: 4 months")
    assert paid(found, "before", "refund") == pytest.approx([0, 0, 0, 0, 50, 0])
    kept = run(ADVANCE, TERMS=", part: 50 %, term: 4 months, then: kept")
    assert paid(kept, "before", "refund").sum() == 0.0


def test_who_has_paid_in_advance_is_an_unsecured_creditor_of_who_fails(run):
    # Wages of 200 a month: 150 + 100 leave 50 in January; of 200 only 50 + 50 are there in February, and it fails. In
    # March it owes 100 of wages and 100 that was not set off, and has nothing.
    found = run(ADVANCE, TERMS=", part: 50 %", WAGES="2400 USD/year")
    assert paid(found, "before", "refund").sum() == 0.0
    written_off = found["written_off"]
    to_buyer = written_off.values[0][:, written_off.payee.values == "buyer"]
    assert float(to_buyer.sum()) == pytest.approx(100)


def test_an_advance_that_a_bill_is_set_off_against_costs_the_same_in_all(run):
    alone = run()
    found = run(ADVANCE, TERMS="")
    assert paid(found).sum() + paid(found, "before", "advance").sum() == pytest.approx(paid(alone).sum())
    cash = found["cash_by_month"].sel(party="seller").values[0]
    assert cash[-1] == pytest.approx(alone["cash_by_month"].sel(party="seller").values[0][-1])


def test_what_was_paid_before_the_run_is_set_off_in_it():
    advance = Prepayment(of=None, outstanding=70.0, part=0.5)
    nows = [Now(month=float(t), billed_under=100.0) for t in range(3)]
    used, memory = [], advance.opening()
    for now in nows:
        used.append(float(advance.sets_off(now, memory)))
        memory = advance.after(now._replace(set_off=used[-1]), memory, (0.0, 0.0))
    assert used == [50.0, 20.0, 0.0]
    assert rehearse(advance, nows) == [(0.0, 0.0)] * 3


@pytest.mark.parametrize("waits", np.linspace(0.0, 5.0, 6))
def test_waiting_moves_payments_and_changes_no_sum(run, waits):
    found = run(MORE=f", pays_after: {waits:g} months", MONTHS="1 month")
    assert paid(found).sum() == pytest.approx(100)
    months = paid(found) @ np.arange(6)
    assert months == pytest.approx(100 * waits)


def test_only_bills_for_goods_and_services_can_wait(run):
    loan = """
      debt: {kind: loan, payer: seller, payee: buyer, total: 1 USD, rate: 1 %/year, term: 1 year, pays_after: 1 month}
"""
    with pytest.raises(BookError, match="'debt' has `pays_after`, but seller is sent no bills for goods or services"):
        run(loan)


def test_an_advance_is_between_the_same_two_and_the_only_one(run):
    with pytest.raises(
        BookError, match=r"'before' is paid by seller to buyer, the bills under deals\.trade\.goods are not"
    ):
        run(ADVANCE.replace("payer: buyer, payee: seller", "payer: seller, payee: buyer"), TERMS="")
    with pytest.raises(BookError, match=r"'(before|again)' and '(before|again)' are both set off"):
        run(ADVANCE + ADVANCE.replace("before", "again"), TERMS="")
