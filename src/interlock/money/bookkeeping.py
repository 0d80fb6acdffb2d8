"""Double entry: what everybody earned, owns and owes, from what was billed and paid month by month.

A bill counts in the month for which it is written, due or not, paid or not (accrual). What buys chips or buildings is
an asset, and is written off in equal parts over its life; what is prepaid is one until it is delivered. Each leg of
a contract is entered in the books of both its ends, against cash once it is paid and against a claim until then. Cash
and claims are not worked out here: they are the engine's own, so that

    cash + claims + prepayments + fixed assets + loans given + shares at cost
        =  unpaid bills + deferred revenue + debt + equity

is a check of every month and not true by construction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from interlock.contracts.contract import NEVER, REVENUE, Purpose
from interlock.program.labels import LegLabel

Amounts = Any
"""[month, path] USD."""


class Account(StrEnum):
    """What is entered in the books of a party; a cost or a loss is a positive amount."""

    revenue = "revenue"
    resold = "paid on for what was resold"
    compute = "compute, power and rent"
    goods = "goods"
    staff = "staff"
    fees = "fees and shares of revenue"
    other_business = "other business, net and after its tax"
    interest_received = "interest received"
    interest = "interest"
    dividends = "dividends received"
    guarantees = "guarantees and refunds, received less paid"
    sold_up = "collateral sold after a failure, less bought"
    losses = "claims and stakes lost, less debts forgiven"
    tax = "tax"
    chips = "chips"
    construction = "construction"
    prepayments = "prepayments"
    lent = "loans given"
    shares = "shares, at cost"
    deferred = "deferred revenue"
    debt = "debt"
    paid_in = "paid-in capital"
    handed_out = "handed to owners"


COST = {
    Purpose.compute: Account.compute,
    Purpose.chips: Account.chips,
    Purpose.model_usage: Account.compute,
    Purpose.resale: Account.resold,
    Purpose.power: Account.compute,
    Purpose.construction: Account.construction,
    Purpose.staff: Account.staff,
    Purpose.rent: Account.compute,
    Purpose.fee: Account.fees,
    Purpose.revenue_share: Account.fees,
    Purpose.goods: Account.goods,
    Purpose.interest: Account.interest,
    Purpose.dividend: Account.handed_out,
    Purpose.buyback: Account.handed_out,
    Purpose.tax: Account.tax,
    Purpose.equity: Account.shares,
}
"""Where the one who pays enters it; two purposes have one account for both ends, and three depend on the contract."""

INCOME = dict.fromkeys(REVENUE, Account.revenue) | {
    Purpose.interest: Account.interest_received,
    Purpose.dividend: Account.dividends,
    Purpose.buyback: Account.dividends,
    Purpose.equity: Account.paid_in,
}
"""Where the one who is paid enters it."""

NET = {
    Purpose.other_business: Account.other_business,
    Purpose.guarantee: Account.guarantees,
    Purpose.liquidation: Account.sold_up,
}
"""What both ends enter on one account, the one who pays as less than nothing."""

ASSETS_BOUGHT = (Account.chips, Account.construction)

PREPAYING = (Purpose.prepayment, Purpose.refund)


@dataclass(frozen=True)
class Advance:
    """What becomes of what is prepaid under a contract."""

    delivers_after: Any
    """[path] months from a prepayment to the delivery of what it is for; NEVER."""
    keeps_from: Any
    """[path] the month from which what is left is the seller's; NEVER."""
    of: str
    """The contract whose bills are set off; empty where there is none."""
    needs: tuple[str, ...]
    """Whose failure ends it."""
    ended_by: tuple[str, ...] = ()
    """The legs by which it is settled: what is then not refunded is the seller's fee."""


@dataclass(frozen=True)
class Dealings:
    """What was billed and paid on some paths: for each leg [month, path] in USD."""

    legs: tuple[LegLabel, ...]
    billed: Sequence[Amounts]
    """For what was delivered, lent or promised in the month, due now or later."""
    paid: Sequence[Amounts]
    unpaid: Sequence[Amounts]
    """At the end of the month, due or not."""
    written_off: Sequence[Amounts]
    relieved: Sequence[Amounts]
    """Owed no longer, for a guarantor paid it."""
    set_off: Sequence[Amounts]
    """Owed no longer, for it was paid in advance."""
    unpaid_before: Sequence[Any]
    """[path] before the first month."""
    failed: Mapping[str, Any]
    """[path] the first month in which a party has failed; NEVER."""
    open_before: Mapping[tuple[str, str, str], Any]
    """By contract, who had paid and who was paid: [path] what was lent or prepaid before the first month."""
    terms: Mapping[str, Advance]
    """By contract under which something is prepaid."""

    @property
    def shape(self) -> tuple[int, int]:
        """Months and paths."""
        months, paths = self.billed[0].shape
        return months, paths

    def has_failed(self, party: str) -> Any:
        """[month, path] whether a party has failed; edges never do."""
        months, paths = self.shape
        return self.failed.get(party, np.full(paths, NEVER)) <= np.arange(months)[:, None]


@dataclass(frozen=True)
class Journal:
    """Everything that was entered."""

    dealings: Dealings
    entries: dict[tuple[str, Account], Amounts] = field(default_factory=dict)
    principal: dict[tuple[str, str, str], Amounts] = field(default_factory=dict)
    """By contract, lender and borrower: what is outstanding at the end of the month, and has not fallen due."""

    def enter(self, party: str, account: Account, amounts: Amounts) -> None:
        """Add to an account of a party."""
        known = self.entries.get((party, account))
        self.entries[party, account] = amounts.copy() if known is None else known + amounts

    def of(self, party: str, account: Account) -> Amounts:
        """What was entered month by month."""
        return self.entries.get((party, account), np.zeros(self.dealings.shape))


def journal_of(dealings: Dealings) -> Journal:
    """Enter every leg in the books of both its ends."""
    journal = Journal(dealings)
    contracts: dict[str, list[int]] = defaultdict(list)
    for n, leg in enumerate(dealings.legs):
        contracts[leg.contract].append(n)
        _enter_leg(journal, n, leg)
    for contract, legs in contracts.items():
        _enter_principal(journal, contract, legs)
        _enter_prepayments(journal, contract, legs)
    _write_off_shares(journal)
    return journal


def _enter_leg(journal: Journal, n: int, leg: LegLabel) -> None:
    """Income and cost of what was billed, and what was written off."""
    dealings = journal.dealings
    written_off = dealings.written_off[n]
    if written_off.any():
        journal.enter(leg.payee, Account.losses, written_off)
        journal.enter(leg.payer, Account.losses, -written_off)
    relieved = dealings.relieved[n]
    if relieved.any():
        journal.enter(leg.payee, Account.guarantees, -relieved)
        journal.enter(leg.payer, Account.guarantees, relieved)
    if leg.purpose is Purpose.principal or leg.purpose in PREPAYING:
        return
    due = dealings.billed[n]
    # What is billed to one who has failed is no sale: it is claimed for what will not be sold.
    claimed = np.where(dealings.has_failed(leg.payer), due, 0.0)
    if leg.purpose is not Purpose.equity and claimed.any():
        journal.enter(leg.payee, Account.losses, -claimed)
        journal.enter(leg.payer, Account.losses, claimed)
        due = due - claimed
    if leg.purpose in NET:
        journal.enter(leg.payer, NET[leg.purpose], -due)
        journal.enter(leg.payee, NET[leg.purpose], due)
        return
    journal.enter(leg.payer, COST[leg.purpose], due)
    if leg.purpose is Purpose.tax:
        journal.enter(leg.payee, Account.tax, -due)
    else:
        journal.enter(leg.payee, INCOME[leg.purpose], due)


def _enter_principal(journal: Journal, contract: str, legs: Sequence[int]) -> None:
    """Loans: what was lent and has not fallen due is an asset of one end and a debt of the other."""
    dealings = journal.dealings
    some = [n for n in legs if dealings.legs[n].purpose is Purpose.principal]
    for one, other in _pairs(dealings, some):
        lent = _from_to(dealings, some, one, other) - _from_to(dealings, some, other, one)
        before = dealings.open_before
        owed = lent.cumsum(axis=0) + before.get((contract, one, other), 0.0) - before.get((contract, other, one), 0.0)
        # Who has failed owes what was claimed, and that has fallen due: nothing else is outstanding.
        debtor_has_failed = np.where(owed > 0.0, dealings.has_failed(other), dealings.has_failed(one))
        kept = np.where(debtor_has_failed, 0.0, owed)
        lost = np.diff(owed - kept, axis=0, prepend=0.0)
        journal.enter(one, Account.losses, lost)
        journal.enter(other, Account.losses, -lost)
        for lender, borrower, balance in ((one, other, np.maximum(kept, 0.0)), (other, one, np.maximum(-kept, 0.0))):
            if not balance.any():
                continue
            # What was there before the first month comes in the first one, against opening equity.
            moved = np.diff(balance, axis=0, prepend=0.0)
            journal.enter(lender, Account.lent, moved)
            journal.enter(borrower, Account.debt, moved)
            journal.principal[contract, lender, borrower] = balance


def _enter_prepayments(journal: Journal, contract: str, legs: Sequence[int]) -> None:
    """What was paid in advance is an asset of one end and deferred revenue of the other, until it is delivered."""
    dealings = journal.dealings
    some = [n for n in legs if dealings.legs[n].purpose is Purpose.prepayment]
    for buyer, seller in dict.fromkeys((dealings.legs[n].payer, dealings.legs[n].payee) for n in some):
        prepaid = _from_to(dealings, some, buyer, seller)
        refunds = [n for n in legs if dealings.legs[n].purpose is Purpose.refund]
        refunded = _from_to(dealings, refunds, seller, buyer)
        terms = dealings.terms[contract]
        coming = _later(prepaid, terms.delivers_after) + _set_off(dealings, terms.of, buyer, seller)
        before = dealings.open_before.get((contract, buyer, seller), 0.0)
        is_over, is_settled = _is_over(dealings, terms), _is_settled(dealings, contract, legs)
        balance, delivered, left = _in_advance(prepaid, coming, refunded, is_over | is_settled, before)
        kept = np.where(is_settled & ~is_over, left, 0.0)
        lost = left - kept
        # What was there before the first month comes in the first one, against opening equity.
        moved = np.diff(balance, axis=0, prepend=0.0)
        journal.enter(buyer, Account.prepayments, moved)
        journal.enter(seller, Account.deferred, moved)
        journal.enter(buyer, Account.losses, lost)
        journal.enter(seller, Account.losses, -lost)
        journal.enter(buyer, Account.fees, kept)
        journal.enter(seller, Account.revenue, kept)
        cost = delivered_as(dealings.legs, contract, buyer, seller)
        # What is set off was billed as a sale under the other contract.
        if cost is not None:
            journal.enter(buyer, cost, delivered)
            journal.enter(seller, Account.revenue, delivered)
    for n in legs:
        leg = dealings.legs[n]
        if leg.purpose is Purpose.refund and not was_prepaid(dealings.legs, leg):
            # Of a guarantee it is what the guarantor gets back.
            journal.enter(leg.payer, Account.guarantees, -dealings.billed[n])
            journal.enter(leg.payee, Account.guarantees, dealings.billed[n])


def was_prepaid(legs: Sequence[LegLabel], refund: LegLabel) -> bool:
    """Whether a refund returns what was prepaid under its contract."""
    prepayment = (refund.contract, refund.payee, refund.payer, Purpose.prepayment)
    return any((leg.contract, leg.payer, leg.payee, leg.purpose) == prepayment for leg in legs)


def delivered_as(legs: Sequence[LegLabel], contract: str, buyer: str, seller: str) -> Account | None:
    """The account on which the buyer enters what is delivered under a contract; None where nothing is sold."""
    sold = (leg for leg in legs if (leg.contract, leg.payer, leg.payee) == (contract, buyer, seller))
    return next((COST[leg.purpose] for leg in sold if leg.purpose in REVENUE), None)


def _set_off(dealings: Dealings, contract: str, payer: str, payee: str) -> Amounts:
    """What was set off of the bills of one party to another under a contract."""
    found = [
        n for n, leg in enumerate(dealings.legs) if (leg.contract, leg.payer, leg.payee) == (contract, payer, payee)
    ]
    return sum((dealings.set_off[n] for n in found), np.zeros(dealings.shape))


def _is_over(dealings: Dealings, terms: Advance) -> Any:
    """[month, path] whether what is left of a prepayment is the seller's."""
    months = np.arange(dealings.shape[0])[:, None]
    has_ended = np.broadcast_to(terms.keeps_from <= months, dealings.shape)
    return np.any([has_ended, *(dealings.has_failed(party) for party in terms.needs)], axis=0)


def _is_settled(dealings: Dealings, contract: str, legs: Sequence[int]) -> Any:
    """[month, path] whether what was prepaid under a contract has been settled."""
    by = [n for n in legs if dealings.legs[n].name in dealings.terms[contract].ended_by]
    billed = sum((dealings.billed[n] for n in by), np.zeros(dealings.shape))
    return np.maximum.accumulate(billed > 0.0, axis=0)


def _in_advance(
    prepaid: Amounts, coming: Amounts, refunded: Amounts, is_over: Any, before: Any
) -> tuple[Amounts, Amounts, Amounts]:
    """Balance, deliveries, and what is left once it is the seller's."""
    balance, delivered, kept = (np.zeros_like(prepaid) for _ in range(3))
    for t in range(len(prepaid)):
        there = before + prepaid[t]
        delivered[t] = np.where(is_over[t], 0.0, np.minimum(coming[t], there))
        left = there - delivered[t] - refunded[t]
        # A refund of more than was prepaid is the buyer's gain.
        balance[t] = np.where(is_over[t], 0.0, np.maximum(left, 0.0))
        kept[t] = left - balance[t]
        before = balance[t]
    return balance, delivered, kept


def _later(amounts: Amounts, months: Any) -> Amounts:
    """The same amounts so many months later; `months` [path], rounded down."""
    months = np.broadcast_to(months, amounts.shape[1:])
    count = np.arange(len(amounts))[:, None]
    whole = np.floor(np.minimum(months, len(amounts)) + 1e-9).astype(int)
    found = np.take_along_axis(amounts, np.maximum(count - whole, 0), axis=0)
    return np.where(count >= whole, found, 0.0)


def _write_off_shares(journal: Journal) -> None:
    """Shares of a company that has failed are worth nothing."""
    dealings = journal.dealings
    some = [n for n, leg in enumerate(dealings.legs) if leg.purpose is Purpose.equity]
    for holder, company in dict.fromkeys((dealings.legs[n].payer, dealings.legs[n].payee) for n in some):
        cost = _from_to(dealings, some, holder, company).cumsum(axis=0)
        lost = np.diff(np.where(dealings.has_failed(company), cost, 0.0), axis=0, prepend=0.0)
        if lost.any():
            journal.enter(holder, Account.shares, -lost)
            journal.enter(holder, Account.losses, lost)


def _pairs(dealings: Dealings, legs: Sequence[int]) -> Iterator[tuple[str, str]]:
    """The two ends of some legs, each pair once, in the order in which it is first met."""
    met: set[frozenset[str]] = set()
    for n in legs:
        ends = dealings.legs[n].payer, dealings.legs[n].payee
        if frozenset(ends) not in met:
            met.add(frozenset(ends))
            yield ends


def _from_to(dealings: Dealings, legs: Sequence[int], payer: str, payee: str) -> Amounts:
    """What fell due under some legs from one party to another."""
    found = [n for n in legs if (dealings.legs[n].payer, dealings.legs[n].payee) == (payer, payee)]
    return sum((dealings.billed[n] for n in found), np.zeros(dealings.shape))
