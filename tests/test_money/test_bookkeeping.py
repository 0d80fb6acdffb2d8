"""Double entry: each kind of entry against what can be written down by hand."""

import numpy as np

from interlock.contracts.contract import NEVER, Purpose, Rank
from interlock.money.bookkeeping import Account, Advance, Dealings, journal_of
from interlock.money.statements import Line, statements_of
from interlock.program.labels import LegLabel


def dealings_of(legs, dues, failed=None, relieved=None, set_off=None, terms=None, open_before=None):
    """Legs (contract, payer, payee, purpose) and what falls due under each and is paid at once."""
    due = [np.array(each, dtype=float)[:, None] for each in dues]
    nothing = [np.zeros_like(each) for each in due]
    labels = tuple(
        LegLabel(contract, payer, payee, Purpose(purpose), Rank.trade, purpose)
        for contract, payer, payee, purpose in legs
    )

    def given(rows):
        return nothing if rows is None else [np.array(each, dtype=float)[:, None] for each in rows]

    return Dealings(
        legs=labels,
        billed=due,
        paid=due,
        unpaid=nothing,
        written_off=nothing,
        relieved=given(relieved),
        set_off=given(set_off),
        unpaid_before=[0.0 for _ in due],
        failed={name: np.array([month]) for name, month in (failed or {}).items()},
        open_before=open_before or {},
        terms=terms or {},
    )


def advance(delivers_after=NEVER, keeps_from=NEVER, of="", needs=("buyer", "seller"), ended_by=()):
    return Advance(np.array([delivers_after]), np.array([keeps_from]), of, needs, ended_by)


def said(dealings, party, *lines):
    life = {Account.chips: 4.0, Account.construction: 4.0}
    journal = journal_of(dealings)
    found = statements_of(journal, party, np.zeros(dealings.shape), np.zeros(dealings.shape[1]), life)
    return [(found.flows | found.balance)[line][:, 0].tolist() for line in lines]


def test_a_prepayment_is_revenue_when_it_is_delivered_and_what_is_refunded_never_is():
    legs = [
        ("k", "buyer", "seller", "chips"),
        ("k", "buyer", "seller", "prepayment"),
        ("k", "seller", "buyer", "refund"),
    ]
    dues = [(0, 0, 6, 0), (4, 5, 0, 0), (0, 0, 0, 0)]
    world = dealings_of(legs, dues, terms={"k": advance(2.0)})
    # What is prepaid is delivered two months later.
    assert said(world, "seller", Account.revenue, Account.deferred, Account.losses) == [
        [0, 0, 10, 5],
        [4, 9, 5, 0],
        [0, 0, 0, 0],
    ]
    assert said(world, "buyer", Account.prepayments, Line.capital_spending) == [[4, 9, 5, 0], [4, 5, 6, 0]]


def test_what_is_refunded_is_no_revenue_and_no_more_is_delivered_than_is_left():
    legs = [("k", "buyer", "seller", "chips"), ("k", "buyer", "seller", "prepayment")]
    legs += [("k", "seller", "buyer", "refund")]
    world = dealings_of(legs, [(0, 0, 0, 0), (4, 5, 0, 0), (0, 3, 0, 0)], terms={"k": advance(2.0)})
    assert said(world, "seller", Account.revenue, Account.deferred) == [[0, 0, 4, 2], [4, 6, 2, 0]]
    assert said(world, "buyer", Line.capital_spending) == [[4, 2, 0, 0]]


def test_what_is_kept_of_a_prepayment_that_a_notice_ends_is_a_fee_and_nothing_more_is_delivered():
    legs = [("k", "buyer", "seller", purpose) for purpose in ("chips", "prepayment", "fee")]
    legs += [("k", "seller", "buyer", "refund")]
    terms = {"k": advance(2.0, ended_by=("fee", "refund"))}
    # Of 9 that wait 3 come back; or none, and 1 has to be paid on top.
    for fees, refunds, kept in (((0, 0, 0), (0, 3, 0), 6), ((0, 1, 0), (0, 0, 0), 9)):
        world = dealings_of(legs, [(0, 0, 0), (9, 0, 0), fees, refunds], terms=terms)
        income = [0, kept + fees[1], 0]
        assert said(world, "seller", Account.revenue, Account.deferred) == [income, [9, 0, 0]]
        lines = (Account.fees, Line.fixed_assets, Account.prepayments)
        assert said(world, "buyer", *lines) == [income, [0, 0, 0], [9, 0, 0]]


def test_a_prepayment_is_lost_when_the_seller_fails():
    legs = [("k", "buyer", "seller", "chips"), ("k", "buyer", "seller", "prepayment")]
    world = dealings_of(legs, [(0, 0, 0), (4, 0, 0)], {"seller": 1.0}, terms={"k": advance(2.0)})
    assert said(world, "buyer", Account.prepayments, Account.losses) == [[4, 0, 0], [0, 4, 0]]
    assert said(world, "seller", Account.deferred, Account.losses) == [[4, 0, 0], [0, -4, 0]]


def test_a_prepayment_for_nothing_in_particular_stays_until_it_is_refunded():
    legs = [("k", "buyer", "seller", "prepayment"), ("k", "seller", "buyer", "refund")]
    world = dealings_of(legs, [(4, 0, 0), (0, 1, 5)], terms={"k": advance()})
    # More than was prepaid comes back: the seller has lost that.
    assert said(world, "seller", Account.deferred, Account.losses) == [[4, 3, 0], [0, 0, 2]]


def test_what_is_set_off_is_a_sale_of_the_contract_that_it_is_set_off_against():
    legs = [("k", "buyer", "seller", "compute"), ("advance", "buyer", "seller", "prepayment")]
    set_off, terms = [(0, 4, 1), (0, 0, 0)], {"advance": advance(of="k", needs=("seller",))}
    before = {("advance", "buyer", "seller"): np.array([2.0])}
    world = dealings_of(legs, [(6, 6, 6), (3, 0, 0)], set_off=set_off, terms=terms, open_before=before)
    assert said(world, "seller", Account.revenue, Account.deferred) == [[6, 6, 6], [5, 1, 0]]
    assert said(world, "buyer", Account.prepayments, Line.opening_equity) == [[5, 1, 0], [2, 2, 2]]


def test_what_is_left_of_a_prepayment_may_be_kept():
    legs, terms = [("k", "buyer", "seller", "prepayment")], {"k": advance(keeps_from=2.0)}
    world = dealings_of(legs, [(4, 0, 0)], terms=terms)
    assert said(world, "seller", Account.deferred, Account.losses) == [[4, 4, 0], [0, 0, -4]]


def test_what_is_claimed_of_who_has_failed_is_no_revenue():
    legs = [("k", "buyer", "seller", "compute")]
    world = dealings_of(legs, [(5, 9, 0)], {"buyer": 1.0})
    assert said(world, "seller", Account.revenue, Account.losses) == [[5, 0, 0], [0, -9, 0]]
    assert said(world, "buyer", Account.compute, Account.losses) == [[5, 0, 0], [0, 9, 0]]


def test_a_loan_is_an_asset_of_one_and_a_debt_of_the_other_and_what_is_not_claimed_is_lost():
    legs = [("k", "bank", "firm", "principal"), ("k", "firm", "bank", "principal")]
    owed = {("k", "bank", "firm"): np.array([10.0])}
    world = dealings_of(legs, [(5, 0, 0), (0, 3, 0)], {"firm": 2.0}, open_before=owed)
    assert said(world, "bank", Account.lent, Account.losses) == [[15, 12, 0], [0, 0, 12]]
    assert said(world, "firm", Account.debt, Account.losses) == [[15, 12, 0], [0, 0, -12]]
    assert said(world, "firm", Line.opening_equity) == [[-10.0] * 3]


def test_what_is_bought_is_written_off_in_equal_parts_from_the_next_month_on():
    world = dealings_of([("k", "firm", "suppliers", "construction")], [(8, 4, 0, 0, 0, 0)])
    assert said(world, "firm", Line.depreciation, Line.fixed_assets) == [[0, 2, 3, 3, 3, 1], [8, 10, 7, 4, 1, 0]]


def test_the_assets_of_who_fails_are_impaired():
    world = dealings_of([("k", "firm", "suppliers", "chips")], [(8, 0, 0, 0)], {"firm": 2.0})
    lines = (Line.depreciation, Line.impairment, Line.fixed_assets)
    assert said(world, "firm", *lines) == [[0, 2, 0, 0], [0, 0, 6, 0], [8, 6, 0, 0]]


def test_shares_of_who_fails_are_worth_nothing():
    world = dealings_of([("k", "fund", "firm", "equity")], [(8, 0, 0)], {"firm": 1.0})
    assert said(world, "fund", Account.shares, Account.losses) == [[8, 0, 0], [0, 8, 0]]


def test_who_never_fails_loses_nothing():
    world = dealings_of([("k", "fund", "firm", "equity")], [(8, 0, 0)], {"firm": NEVER})
    assert said(world, "fund", Account.losses) == [[0, 0, 0]]


def test_a_call_on_a_guarantor_is_its_cost_until_who_did_not_pay_has_paid_it_back():
    legs = [("debt", "firm", "bank", "compute"), ("cover", "fund", "bank", "guarantee")]
    legs += [("cover", "firm", "fund", "refund")]
    dues = [(9, 0, 0), (0, 6, 0), (0, 0, 6)]
    world = dealings_of(legs, dues, relieved=[(0, 6, 0), (0, 0, 0), (0, 0, 0)])
    # What is called replaces what was owed: the bank is no richer for it, and the firm owes another.
    assert said(world, "bank", Account.revenue, Account.guarantees) == [[9, 0, 0], [0, 0, 0]]
    assert said(world, "firm", Account.compute, Account.guarantees) == [[9, 0, 0], [0, 6, -6]]
    assert said(world, "fund", Account.guarantees, Line.funding) == [[0, -6, 6], [0, -6, 6]]


def test_revenue_is_gross_of_who_bills_and_net_of_what_it_pays_on():
    legs = [("k", "customers", "carrier", "model-usage"), ("k", "carrier", "lab", "resale")]
    world = dealings_of(legs, [(10, 20), (8, 16)])
    assert said(world, "carrier", Account.revenue, Line.net_revenue) == [[10, 20], [2, 4]]
    assert said(world, "lab", Account.revenue, Line.net_revenue) == [[8, 16], [8, 16]]
