"""Shares of revenue that end at a cap, or are of one stream, against ledgers worked out by hand."""

import pytest

import interlock
from interlock.contracts import Now, RevenueShare, rehearse

BOOK = """
book: {title: A royalty, as_of: 2026-01-01, start: 2026-01, months: 6}
parties:
  seller: {roles: [cloud], cash: 1 M USD}
  author: {roles: [lab]}
  buyer: {roles: [lab], cash: 10 k USD}
deals:
  sale:
    announced: 2026-01-01
    status: in-force
    contracts:
      goods: {kind: model-usage, payer: buyer, payee: seller, amount: 1200 USD/year, term: 3 months}
      others: {kind: model-usage, payer: customers, payee: seller, amount: 12 k USD/year, term: 24 months}
      royalty: {kind: revenue-share, payer: seller, payee: author, rate: 10 %, of: goods}
"""


def owed(share: RevenueShare, *months: tuple[float, float, float]) -> list[float]:
    """Month by month, given last month's sales, what was paid before and what is in arrears."""
    nows = [Now(month=float(t), sales=sales, drawn=drawn, arrears=due) for t, (sales, drawn, due) in enumerate(months)]
    return [due for (due,) in rehearse(share, nows)]


def test_a_cap_that_is_reached_within_a_month_is_paid_to_the_dollar():
    share = RevenueShare(rate=0.2, cap=50.0)
    assert owed(share, (100, 0, 0), (100, 20, 0), (100, 40, 0), (100, 50, 0)) == [20, 20, 10, 0]


def test_arrears_count_as_billed():
    # 20 of month 0 are not paid; after month 2 all 50 are billed, whatever is still in arrears.
    share = RevenueShare(rate=0.2, cap=50.0)
    assert owed(share, (100, 0, 0), (100, 0, 20), (100, 30, 10), (100, 35, 15)) == [20, 20, 10, 0]


def test_more_paid_than_the_cap_is_no_bill_below_zero():
    assert owed(RevenueShare(rate=0.2, cap=50.0), (100, 50.0000001, 0)) == [0.0]


def test_an_end_before_the_cap_ends_it():
    assert owed(RevenueShare(rate=0.2, cap=50.0, term=1.0), (100, 0, 0), (100, 20, 0)) == [20, 0]


def test_a_share_of_one_stream_looks_at_what_was_paid_under_it_last_month():
    terms = {"rate": 0.5, "cap": 40.0}
    # Paid under the contract up to last month: 10 before the share began, then 0, 60 and 60 more.
    nows = [Now(month=float(t), sales=999.0, drawn=drawn) for t, drawn in enumerate((0.0, 0.0, 0.0, 30.0))]
    memory, bills = RevenueShare(of=0.0, **terms).opening(), []
    for now, paid_under in zip(nows, (10.0, 10.0, 70.0, 130.0), strict=True):
        share = RevenueShare(of=paid_under, **terms)
        bills.append(float(share.due(now, memory)[0]))
        memory = share.after(now, memory, (0.0,))
    assert bills == [0.0, 0.0, 30.0, 10.0]


def test_a_royalty_on_one_contract_leaves_the_other_alone(tmp_path):
    file = tmp_path / "book.yaml"
    file.write_text(BOOK, encoding="utf-8")
    book = interlock.open_book(file)
    paid = interlock.simulate(book, paths=2, keep=["paid"])["paid_by_month"]
    royalty = paid.values[0][:, paid.contract.values == "deals.sale.royalty"][:, 0]
    # 100 a month for three months, a tenth of each a month later.
    assert royalty == pytest.approx([0, 10, 10, 10, 0, 0])
    assert "pays author 10 % (assumed, no reason given) of its revenue under deals.sale.goods." in book.tell("sale")


def test_a_share_says_what_the_cap_left():
    def said(of: float | None = None, **seen: float) -> str:
        share = RevenueShare(rate=0.2, cap=50.0, of=of)
        now, memory = Now(sales=100.0, **seen), share.opening()._replace(before=0.0)
        return share.explain(now, memory, share.due(now, memory))[0]

    assert said() == "20 % of last month's sales of 100 USD"
    assert said(drawn=40.0) == "20 % of last month's sales of 100 USD; the cap of 50 USD left 10 USD"
    assert said(drawn=30.0, arrears=20.0) == "the cap of 50 USD is reached"
    assert said(of=60.0) == "20 % of last month's payments under it of 60 USD"
