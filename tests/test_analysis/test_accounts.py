"""The books of a party: every line against a table made by hand, and the balance of every month of random books."""

import tempfile
from pathlib import Path

import numpy as np
import pytest

import interlock
from drawn import assert_drawn
from interlock.analysis.accounts import Bound, Ratio, accounts_of
from interlock.contracts.contract import Purpose
from interlock.engine.accounting import Books, books_of
from interlock.engine.provenance import provenance_of
from interlock.engine.simulate import simulate_chunks
from interlock.ground.chance import Sampling
from interlock.money.bookkeeping import COST, Account
from interlock.money.statements import ASSETS, BALANCE, EQUITY, INCOME, LIABILITIES, Line
from interlock.program.compile import compile_book
from slow_twin.random_books import random_future, write_book

M = 1e6

TWO_PARTIES = """
book: {title: A shop and a maker, as_of: 2026-01-01, start: 2026-01, months: 3}
parties:
  shop:
    roles: [cloud]
    cash: 1000 M USD
    flows:
      customers: {from: customers, purpose: compute, amount: 1200 M USD/year}
      resold: {to: maker, purpose: resale, amount: 96 M USD/year}
      power: {purpose: power, amount: 240 M USD/year}
      cost-of-goods: {purpose: goods, amount: 60 M USD/year}
      people: {purpose: staff, amount: 120 M USD/year}
      fees: {purpose: fee, amount: 36 M USD/year}
      receipts: {from: customers, purpose: other-business, amount: 600 M USD/year}
      costs: {purpose: other-business, amount: 240 M USD/year}
      income-tax: {to: government, purpose: tax, amount: 48 M USD/year}
      building: {purpose: construction, amount: 432 M USD/year, term: 1 month}
      dividend: {to: maker, purpose: dividend, amount: 12 M USD/year}
      stake: {to: tenant, purpose: equity, amount: 48 M USD/year, term: 1 month}
      call: {from: maker, purpose: guarantee, amount: 36 M USD/year}
      sold-up: {from: capital-markets, purpose: liquidation, amount: 24 M USD/year}
  maker: {roles: [chipmaker], cash: 500 M USD}
  tenant:
    roles: [investor]
    cash: 1 M USD
    grace: 1 month
    flows: {rent: {to: shop, purpose: rent, amount: 84 M USD/year}}
deals:
  all:
    announced: 2026-01-01
    status: in-force
    contracts:
      chips: {kind: chip-supply, payer: shop, payee: maker, price: 30000 USD/H100e, units: 12000 H100e/year,
              start: 2026-02, term: 12 months, deposit: 40 %, ahead: 1 month}
      bridge: {kind: loan, payer: maker, payee: shop, total: 60 M USD, rate: 12 %/year, term: 2 months, every: 1 month}
      bond: {kind: loan, payer: capital-markets, payee: shop, outstanding: 40 M USD, rate: 6 %/year, term: 5 years,
             every: 1 month}
      shares: {kind: equity-commitment, payer: maker, payee: shop, total: 25 M USD, valuation: 1 B USD}
"""

BY_HAND = {
    # What the shop sells to customers, and the rent that falls due, paid or not, until the tenant has failed.
    Account.revenue: (107, 107, 100),
    Account.resold: (8, 8, 8),
    Line.net_revenue: (99, 99, 92),
    Account.compute: (20, 20, 20),
    Account.goods: (5, 5, 5),
    Account.staff: (10, 10, 10),
    Account.fees: (3, 3, 3),
    Account.other_business: (30, 30, 30),
    Line.ebitda: (91, 91, 84),
    # 36 of building over 3 months from the second on; chips of 30 from the third on, over 10.
    Line.depreciation: (0, 12, 12 + 3),
    Line.impairment: (0, 0, 0),
    Line.ebit: (91, 79, 69),
    Account.interest_received: (0, 0, 0),
    # Half a per cent of 40 a month, first paid after two; one per cent of the 60 drawn at the end of the first.
    Account.interest: (0, 0.4 + 0.6, 0.2 + 0.6),
    Account.dividends: (0, 0, 0),
    Account.guarantees: (3, 3, 3),
    Account.sold_up: (2, 2, 2),
    # In the third month the tenant has failed: rents of 9 and a stake of 4 are lost.
    Account.losses: (0, 0, 13),
    Line.before_tax: (96, 83, 60.2),
    Account.tax: (4, 4, 4),
    Line.net_income: (92, 79, 56.2),
    Line.tax_paid: (4, 4, 4),
    # 100 + 7 - 8 - 20 - 5 - 10 - 3 + 50 - 20 - 4 - interest; the tenant pays 5 of 7, and then nothing.
    Line.operations: (85, 79, 79.2),
    Line.capital_spending: (36 + 12, 18 + 12, 18 + 12),
    Line.free_cash_flow: (37, 49, 49.2),
    # 60 lent, 25 for shares, 3 of guarantees, 2 for what is sold, less 1 of dividends, 4 for a stake; then 60 back.
    Line.funding: (85, 4, 4 - 60),
    Line.cash: (1122, 1175, 1168.2),
    Line.receivables: (2, 9, 0),
    Account.prepayments: (12, 12, 12),
    Line.fixed_assets: (36, 54, 69),
    Account.lent: (0, 0, 0),
    Account.shares: (4, 4, 0),
    Line.payables: (0, 0, 0),
    Account.deferred: (0, 0, 0),
    Account.debt: (100, 100, 40),
    Line.opening_equity: (960, 960, 960),
    Account.paid_in: (25, 25, 25),
    Line.retained: (91, 169, 224.2),
}

MAKERS = {
    # Chips count when they are delivered, deposit and all.
    Account.revenue: (8, 38, 38),
    Account.interest_received: (0, 0.6, 0.6),
    Account.dividends: (1, 1, 1),
    Account.guarantees: (-3, -3, -3),
    Line.net_income: (6, 36.6, 36.6),
    # 8 + 12, then 8 + 12 + 18 + 0.6 of interest.
    Line.operations: (20, 38.6, 38.6),
    Line.funding: (-60 - 25 + 1 - 3, -2, -2 + 60),
    Account.lent: (60, 60, 0),
    Account.shares: (25, 25, 25),
    Account.deferred: (12, 12, 12),
}

LIFE = {"chips": 10 / 12, "construction": 3 / 12}


def opened(text, **options):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "book.yaml").write_text(text, encoding="utf-8")
        return interlock.open_book(Path(folder) / "book.yaml", **options)


def made(book, paths, seed=7):
    return provenance_of(book, paths=paths, seed=seed, sampling=Sampling.plain, chunk=paths)


def kept(book, paths, seed=7, life=None) -> list[Books]:
    years = {"chips": 5.0, "construction": 15.0} | (life or {})
    months = {account: 12 * years[account.name] for account in (Account.chips, Account.construction)}
    return list(books_of(compile_book(book), made(book, paths, seed), paths, months))


@pytest.fixture(scope="module")
def two_parties():
    (books,) = kept(opened(TWO_PARTIES), 1, life=LIFE)
    return books


@pytest.mark.parametrize(("party", "table"), [("shop", BY_HAND), ("maker", MAKERS)])
def test_every_line_of_two_parties_over_three_months_is_that_of_a_table_made_by_hand(two_parties, party, table):
    statements = two_parties.statements[party]
    lines = statements.flows | statements.balance
    found = {line: lines[line][:, 0] / M for line in table}
    for line, by_hand in table.items():
        assert found[line] == pytest.approx(by_hand, abs=1e-9), line


def test_the_table_made_by_hand_has_every_line():
    assert set(BY_HAND) == {*INCOME, *BALANCE} | {
        Line.operations,
        Line.capital_spending,
        Line.free_cash_flow,
        Line.funding,
        Line.tax_paid,
    }
    for month in range(3):
        assert sum(BY_HAND[line][month] for line in ASSETS) == pytest.approx(
            sum(BY_HAND[line][month] for line in (*LIABILITIES, *EQUITY))
        )


def test_cover_and_leverage_are_those_of_the_year(two_parties):
    answer = accounts_of(opened(TWO_PARTIES), made(opened(TWO_PARTIES), 1), "shop", life=LIFE, paths=1)
    (shop,) = answer.parties
    ratio = {line: shop.lines[line][0][1].centre for line in Ratio}
    ebitda, interest = 91 + 91 + 84, 1.0 + 0.8
    assert ratio[Ratio.interest_cover] == pytest.approx(ebitda / interest)
    # Sales, 5 of rent and other business, less costs and tax, without interest and deposits; the bridge falls due.
    earned = 3 * (100 - 8 - 20 - 5 - 10 - 3 + 30 - 4) + 5
    assert ratio[Ratio.service_cover] == pytest.approx(earned / (interest + 60))
    # Three months of EBITDA stand for a quarter of a year's.
    assert ratio[Ratio.leverage] == pytest.approx(40 / (4 * ebitda))
    # Ten deliveries are to come, one of them prepaid by 40 %, as are the deposits on nine.
    to_come = 30 * (0.6 * 10 + 0.4 * 9)
    assert shop.lines[Bound.begun][0][1].centre == pytest.approx(to_come * M)
    assert ratio[Ratio.with_commitments] == pytest.approx((40 + to_come) / (4 * ebitda))


def test_debt_that_falls_due_within_a_year_is_shown_before_any_of_it_is_lent_again():
    # At the end of March 2026 the bridge is repaid; the bond of 40 matures in January 2031, or in March 2027.
    soon = TWO_PARTIES.replace("term: 5 years", "term: 14 months, rolled: 1")
    for text, usd in ((TWO_PARTIES, 0.0), (soon, 40.0)):
        book = opened(text)
        (shop,) = accounts_of(book, made(book, 1), "shop", life=LIFE, paths=1).parties
        assert shop.lines[Bound.maturing][0][1].centre == pytest.approx(usd * M)
        assert (Bound.maturing in shop.of("bound")) == (usd > 0)


@pytest.mark.parametrize("name", ["ring", "chain", "pair"])
def test_the_books_of_a_teaching_book_balance_in_every_month(name):
    assert_balanced(kept(interlock.open_book(name), 64))


@pytest.mark.weekly
def test_the_books_of_the_deal_of_november_2025_balance_in_every_month():
    assert_balanced(kept(interlock.open_book("nvidia-microsoft-anthropic"), 32))


@pytest.mark.weekly
@pytest.mark.parametrize("number", range(6))
def test_the_books_of_a_random_book_balance_in_every_month_and_lose_what_the_run_wrote_off(number):
    with tempfile.TemporaryDirectory() as folder:
        book = random_future(interlock.open_book(write_book(number, Path(folder))), number)
    books = kept(book, 16, number)
    assert_balanced(books)
    lost = sum(each.sum(axis=0) for each in books[0].journal.dealings.written_off)
    chunks = simulate_chunks(compile_book(book), paths=16, seed=number, chunk=16, keeps_bills=True)
    ((_, _, futures),) = chunks
    assert lost == pytest.approx(futures.yearly.written_off.sum(axis=(0, 1)), rel=1e-12)


def assert_balanced(books):
    for each in books:
        for party, statements in each.statements.items():
            assets = sum(statements.balance[line] for line in ASSETS)
            claims = sum(statements.balance[line] for line in (*LIABILITIES, *EQUITY))
            scale = np.maximum.accumulate(sum(np.abs(statements.balance[line]) for line in BALANCE), axis=0) + 1.0
            assert (np.abs(assets - claims) <= 1e-9 * scale).all(), party
            change = np.diff(statements.balance[Line.cash], axis=0)
            moved = statements.flows[Line.free_cash_flow] + statements.flows[Line.funding]
            assert (np.abs(change - moved[1:]) <= 1e-9 * scale[1:]).all(), party


def test_books_with_a_cost_on_the_wrong_side_are_refused(monkeypatch):
    # A check that never fails would prove nothing.
    with monkeypatch.context() as patched:
        patched.setitem(COST, Purpose.staff, Account.guarantees)
        with pytest.raises(interlock.LawBroken, match=r"books of shop do not balance in month 2026-01 of path 0"):
            kept(opened(TWO_PARTIES), 1)


LATER = """
book: {title: Bills that wait, as_of: 2026-01-01, start: 2026-01, months: 4}
parties:
  buyer: {roles: [lab], cash: 100 M USD}
  seller: {roles: [landlord], cash: 0 USD}
deals:
  all:
    announced: 2026-01-01
    status: in-force
    contracts:
      site: {kind: capacity-lease, payer: buyer, payee: seller, rent: 12 M USD/MW/year, power: 6 MW, start: 2025-01,
             term: 5 years, pays_after: 2 months}
      advance: {kind: prepayment, payer: buyer, payee: seller, of: site, outstanding: 5 M USD, total: 7 M USD,
                part: 50 %, start: 2026-02}
"""


def test_a_bill_counts_when_it_is_written_and_is_open_until_it_is_paid_or_set_off():
    """Rent of 6 a month, due two months later; half of what falls due is set off, as far as the advance goes."""
    (books,) = kept(opened(LATER), 1)
    seller = books.statements["seller"]
    found = {line: rows[:, 0] / M for line, rows in (seller.flows | seller.balance).items()}
    assert found[Account.revenue] == pytest.approx([6, 6, 6, 6])
    assert found[Line.receivables] == pytest.approx([12, 12, 12, 12])
    # 5 of before, less 3; the last 2 are used while 7 more are paid, which are there from the next month on.
    assert found[Account.deferred] == pytest.approx([2, 7, 4, 1])
    assert found[Line.operations] == pytest.approx([3, 4 + 7, 3, 3])
    assert found[Line.opening_equity] == pytest.approx([12 - 5] * 4)


LOSSES = """
book: {title: A lab that earns nothing at first, as_of: 2026-01-01, start: 2026-01, months: 36}
parties:
  lab:
    roles: [lab]
    cash: 500 M USD
    flows:
      customers: {from: customers, purpose: model-usage, amount: 360 M USD/year, start: 2027-01}
      people: {purpose: staff, amount: 240 M USD/year}
  gone: {roles: [cloud], cash: 0 USD, grace: 1 month, flows: {people: {purpose: staff, amount: 12 M USD/year}}}
deals:
  law:
    announced: 2026-01-01
    status: in-force
    contracts:
      lab: {kind: profit-tax, payer: lab, payee: government, rate: 25 %, losses: 10 M USD}
      gone: {kind: profit-tax, payer: gone, payee: government, rate: 25 %, losses: 10 M USD}
"""


def test_losses_are_carried_forward_from_year_to_year_until_a_party_fails():
    book = opened(LOSSES)
    gone, lab = accounts_of(book, made(book, 1), None, life={}, paths=1).parties
    found = {line: [each.centre / M for _, each in lab.lines[line]] for line in lab.lines}
    # A loss of 240, then profits of 120, four fifths of which the losses of before make free of tax.
    assert found[Line.losses_carried] == pytest.approx([10 + 240, 250 - 96, 250 - 2 * 96])
    assert found[Line.before_tax] == pytest.approx([-240, 120, 120])
    # The last quarter of a year is paid in the next one.
    assert found[Line.tax_paid] == pytest.approx([0, 0.75 * 6, 0.25 * 6 + 0.75 * 6])
    assert found[Account.tax] == found[Line.tax_paid]
    assert lab.of("tax").keys() == {Line.tax_paid, Line.losses_carried}
    assert gone.of("tax") == {}


@pytest.fixture(scope="module")
def pair():
    return interlock.simulate(interlock.open_book("pair"), paths=64)


def test_the_balance_sheet_by_month_ends_the_years(pair):
    answer = interlock.accounts(pair)
    lab = answer.balance_sheet("lab")
    (accounts,) = [each for each in answer.parties if each.party == "lab"]
    assert lab.sizes == {"path": 64, "month": 36, "line": len(BALANCE)}
    mean = lab.sel(month="2027-12", line="cash").mean()
    assert dict(accounts.lines[Line.cash])[2027].centre == pytest.approx(float(mean), rel=1e-12)
    cash = pair.series["cash"]
    assert mean == pytest.approx(cash.first[cash.of("lab"), 1].mean(), rel=1e-12)


def test_runway_is_that_of_the_run(pair):
    (lab,) = interlock.accounts(pair, "lab").parties
    runway = pair.series["runway"]
    expected = np.median(runway.first[runway.of("lab")], axis=-1)
    assert [each.centre for _, each in lab.lines[Ratio.runway]] == pytest.approx(
        [np.inf if months > 1e6 else months for months in expected]
    )


def test_the_table_and_the_document_say_the_same(pair):
    answer = interlock.accounts(pair, "cloud", life={"chips": 4})
    table, document = answer.table(), answer.to_json()
    revenue = table[(table.line == "revenue") & (table.year == 2027)].iloc[0]
    assert document["parties"]["cloud"]["income"]["revenue"]["years"]["2027"]["centre"] == revenue.centre
    assert document["life_years"] == {"chips": 4, "construction": 15.0}
    assert "cloud in 2028" in answer.tell()


def test_a_shorter_life_writes_off_more(pair):
    def depreciation(years):
        (cloud,) = interlock.accounts(pair, "cloud", life={"chips": years}).parties
        return dict(cloud.lines[Line.depreciation])[2027].centre

    assert depreciation(3) == pytest.approx(2 * depreciation(6), rel=1e-9)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"party": "labb"}, "Did you mean 'lab'"),
        ({"life": {"chip": 5}}, "Did you mean 'chips'"),
        ({"life": {"chips": 0}}, "from a month to 100 years"),
        ({"paths": 0}, "at least 1"),
    ],
)
def test_what_cannot_be_answered_is_refused(pair, asked, told):
    with pytest.raises(interlock.ArgumentError, match=told):
        interlock.accounts(pair, **asked)


def test_accounts_are_drawn(pair):
    answer = interlock.accounts(pair)
    assert_drawn(answer, *(each.party for each in answer.parties))
