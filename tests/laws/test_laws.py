"""The laws of the model (method §9), checked on every month of random books: by NumPy, from what was recorded."""

import tempfile
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.book.read import open_book
from interlock.contracts.contract import PAYEE, PAYER, Contract
from laws.recorded import Recorded, record
from slow_twin.random_books import random_future, write_book

BOOKS, PATHS = 6, 64
ROUNDING = 1e-9
"""Of the largest bill or treasury of the path in the month."""

OPERATING, TRADE, SUBSCRIPTION = "operating", "trade", "subscription"

random_worlds = settings(max_examples=2 * BOOKS)
numbers = st.integers(0, BOOKS - 1)


@lru_cache
def world(number: int) -> Recorded:
    with tempfile.TemporaryDirectory() as folder:
        book = random_future(open_book(write_book(number, Path(folder))), number)
    return record(book, paths=PATHS, seed=number)


def by_party(w: Recorded, amounts, end: int, *ranks: str):
    """[month, party, path]: amounts by leg, added up by the party at one end (0 pays, 1 receives)."""
    found = np.zeros_like(w.opening)
    for leg, ends in enumerate(w.ends()):
        if ends[end] >= 0 and (not ranks or w.rows.leg_labels[leg].rank in ranks):
            found[:, ends[end]] += amounts[:, leg]
    return found


def largest(w: Recorded):
    """[month, 1, path]: what rounding is relative to."""
    return np.maximum(w.owed.max(axis=1, keepdims=True), w.opening.max(axis=1, keepdims=True)) + 1e-300


def assert_never_above(smaller, larger, scale) -> None:
    assert ((smaller - larger) <= ROUNDING * scale).all()


def assert_same(a, b, scale) -> None:
    assert (np.abs(a - b) <= ROUNDING * scale).all()


@random_worlds
@given(numbers)
def test_no_dollar_appears_or_vanishes(number):
    w = world(number)
    of_parties = (w.closing - w.opening).sum(axis=1)
    to_edges = sum(w.paid[:, leg] for leg, (_, payee) in enumerate(w.ends()) if payee < 0)
    from_edges = sum(w.paid[:, leg] for leg, (payer, _) in enumerate(w.ends()) if payer < 0)
    assert_same(of_parties + to_edges - from_edges, 0.0, largest(w)[:, 0])


@random_worlds
@given(numbers)
def test_cash_is_what_came_in_less_what_went_out_and_never_below_zero(number):
    w = world(number)
    assert_same(w.closing, w.opening + by_party(w, w.paid, 1) - by_party(w, w.paid, 0), largest(w))
    assert (w.closing >= 0.0).all()
    assert (w.opening[1:] == w.closing[:-1]).all()


@random_worlds
@given(numbers)
def test_nobody_pays_more_than_is_due_and_what_is_unpaid_stays_owed_until_a_failure_ends_it(number):
    w = world(number)
    assert (w.due >= 0.0).all()
    assert (w.paid >= 0.0).all()
    assert_never_above(w.paid, w.owed, largest(w))
    arrears = w.owed - w.paid - w.written_off - w.relieved
    assert_same(w.owed[0], w.due[0], largest(w)[0])
    assert_same(w.owed[1:], w.due[1:] + arrears[:-1], largest(w)[1:])
    next_month = np.arange(len(w.paid))[:, None, None] + 1.0
    has_failed = (w.failed <= next_month) | (w.restructured == next_month)
    lost = by_party(w, w.written_off, 0)
    assert (lost[~has_failed] == 0.0).all()
    assert lost.sum() > 0.0, "no claim was written off: the books are too kind to prove anything"


@random_worlds
@given(numbers)
def test_a_class_that_cannot_be_paid_in_full_is_paid_pro_rata(number):
    w = world(number)
    scale = largest(w)[:, 0]
    for rank in (OPERATING, TRADE):
        owed, paid = by_party(w, w.owed, 0, rank), by_party(w, w.paid, 0, rank)
        # Within a contract interest comes before principal: what is pro rata is all of its legs together.
        of_contracts = defaultdict(list)
        for leg, (payer, payee) in enumerate(w.ends()):
            if payer >= 0 and w.rows.leg_labels[leg].rank == rank:
                of_contracts[w.rows.leg_labels[leg].contract, payer, payee].append(leg)
        for (_, payer, _), legs in of_contracts.items():
            share = paid[:, payer] / np.where(owed[:, payer] > 0.0, owed[:, payer], 1.0)
            assert_same(w.paid[:, legs].sum(axis=1), share * w.owed[:, legs].sum(axis=1), scale)


@random_worlds
@given(numbers)
def test_no_trade_bill_is_paid_before_operating_costs_and_who_owes_keeps_nothing(number):
    w = world(number)
    unpaid_operating = by_party(w, w.owed - w.paid, 0, OPERATING)
    assert (np.minimum(unpaid_operating, by_party(w, w.paid, 0, TRADE)) <= ROUNDING * largest(w)).all()
    unpaid = by_party(w, w.owed - w.paid, 0, OPERATING, TRADE)
    is_short = unpaid > ROUNDING * largest(w)
    assert is_short.any()
    assert (w.closing[is_short] <= (ROUNDING * largest(w) + 0.0 * w.closing)[is_short]).all()


@random_worlds
@given(numbers)
def test_subscriptions_and_dividends_come_from_cash_beyond_the_bills(number):
    w = world(number)
    spare = np.maximum(w.opening - by_party(w, w.owed, 0, OPERATING, TRADE), 0.0)
    assert_never_above(by_party(w, w.paid, 0, SUBSCRIPTION), spare, largest(w))


@random_worlds
@given(numbers)
def test_compute_is_used_only_where_it_was_delivered_and_delivered_only_where_it_is(number):
    w = world(number)
    scale = w.ready.max(axis=1, keepdims=True) + 1e-300
    assert_never_above(w.used, w.delivered, scale)
    assert_never_above(w.delivered, w.ready, scale)
    sold = np.zeros_like(w.fleet)
    for contract, (_, payee) in enumerate(w.contract_ends()):
        if payee >= 0:
            sold[:, payee] += w.delivered[:, contract]
    assert_never_above(sold, w.fleet, scale)
    assert (np.diff(w.installed, axis=0) >= 0.0).all()
    own = w.fleet - w.installed
    assert_same(own, own[:1], np.abs(own[:1]))


@random_worlds
@given(numbers)
def test_the_shares_of_a_company_sum_to_one(number):
    w = world(number)
    bought = np.zeros_like(w.shares)
    for contract, (_, payee) in enumerate(w.contract_ends()):
        if payee >= 0:
            bought[:, payee] += w.held[:, contract]
    for_losses = by_party(w, w.compensation, 0)
    founders = 1.0
    assert_same((founders + bought + for_losses) / w.shares, 1.0, 1.0)
    assert (np.diff(w.held, axis=0) >= 0.0).all()
    assert (np.diff(w.compensation, axis=0) >= 0.0).all()
    assert bought.max() > 0.0


@random_worlds
@given(numbers)
def test_the_shares_of_a_segment_of_customers_sum_to_one(number):
    w = world(number)
    for segment in {segment for segment, _ in w.rows.share_labels}:
        here = [n for n, label in enumerate(w.rows.share_labels) if label[0] == segment]
        assert_same(w.share[:, here].sum(axis=1), 1.0, 1.0)
    assert (w.share >= 0.0).all()
    assert np.ptp(w.share, axis=0).max() > 0.01, "no customer moves: the books prove nothing"


@random_worlds
@given(numbers)
def test_the_contracts_of_a_failed_party_end(number):
    w = world(number)
    months = np.arange(len(w.paid))[:, None]
    failed_before = np.concatenate([np.full_like(w.failed[:1], np.inf), w.failed[:-1]])
    ends = {label.address: each for label, each in zip(_contracts(w), w.contract_ends(), strict=True)}
    written = {each.address: each for stack in w.rows.program.stacks for each in stack.contracts}
    kinds = {address: each.kind for address, each in written.items()}
    for leg, label in enumerate(w.rows.leg_labels):
        # In the month in which somebody fails, what is claimed of it falls due; a loan outlives its lender.
        may_claim = kinds[label.contract].claims is not Contract.claims
        needed = [PAYER in kinds[label.contract].needs, PAYEE in kinds[label.contract].needs]
        for party in (party for party, is_needed in zip(ends[label.contract], needed, strict=True) if is_needed):
            # What was billed before its payee failed still falls due, later.
            is_late = written[label.contract].pays_after is not None
            if party >= 0 and not is_late:
                has_failed = failed_before[:, party] <= months - float(may_claim)
                assert (w.due[:, leg][has_failed] == 0.0).all()
        payer, _ = w.ends()[leg]
        if payer >= 0:  # and all that was billed, when its payer fails
            has_failed = failed_before[:, payer] < months
            assert (w.due[:, leg][has_failed] == 0.0).all()


def _contracts(w: Recorded):
    return [label for label in w.rows.program.labels.contracts if label is not None]
