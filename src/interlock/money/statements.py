"""Income, cash and balance of one party, from what was entered in its books.

    EBITDA      = revenue - paid on for what was resold - compute - goods - staff - fees + other business
    EBIT        = EBITDA - depreciation - impairment
    before tax  = EBIT + interest received - interest + dividends received + guarantees
                  + collateral sold - losses
    net income  = profit before tax - tax
    equity      = equity at the start + paid-in capital + net income - handed to owners

What is bought in a month is written off from the next one on, 1/life of it each month; what is left when its owner
fails is impaired at once, for in this model nobody buys it but what secures a loan; impairment.py says what is impaired
when a customer leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from interlock.contracts.contract import DEBT_SERVICE, FINANCING, INVESTMENT, REVENUE, Purpose, Rank
from interlock.money.bookkeeping import ASSETS_BOUGHT, Account, Amounts, Dealings, Journal, delivered_as, was_prepaid
from interlock.money.impairment import Freed, written_down


class Line(StrEnum):
    """A line of the statements that is worked out from others, or from the engine's own cash and claims."""

    net_revenue = "net revenue"
    ebitda = "EBITDA"
    depreciation = "depreciation"
    impairment = "impairment"
    ebit = "EBIT"
    before_tax = "profit before tax"
    net_income = "net income"
    operations = "cash from operations"
    capital_spending = "capital spending"
    free_cash_flow = "free cash flow"
    funding = "raised and lent, less paid back and handed out"
    earned = "cash earned before financing and capital spending"
    debt_service = "interest and principal that fell due"
    tax_paid = "tax paid"
    losses_carried = "losses carried forward for tax, at the end"
    cash = "cash"
    receivables = "receivables"
    fixed_assets = "chips and buildings, net"
    payables = "unpaid bills"
    opening_equity = "equity at the start"
    retained = "retained earnings"


COSTS = (Account.compute, Account.goods, Account.staff, Account.fees)

INCOME = (
    Account.revenue,
    Account.resold,
    Line.net_revenue,
    *COSTS,
    Account.other_business,
    Line.ebitda,
    Line.depreciation,
    Line.impairment,
    Line.ebit,
    Account.interest_received,
    Account.interest,
    Account.dividends,
    Account.guarantees,
    Account.sold_up,
    Account.losses,
    Line.before_tax,
    Account.tax,
    Line.net_income,
)

CASH = (Line.operations, Line.capital_spending, Line.free_cash_flow, Line.funding)

SERVICE = (Line.earned, Line.debt_service)
"""What debt-service cover is made of."""

TAX = (Line.tax_paid, Line.losses_carried)
"""What stands beside the tax that is in the income."""

ASSETS = (
    Line.cash,
    Line.receivables,
    Account.prepayments,
    Line.fixed_assets,
    Account.lent,
    Account.shares,
)

LIABILITIES = (Line.payables, Account.deferred, Account.debt)

EQUITY = (Line.opening_equity, Account.paid_in, Line.retained)

BALANCE = (*ASSETS, *LIABILITIES, *EQUITY)

OPERATING = REVENUE | {Purpose.interest, Purpose.tax, Purpose.other_business}


@dataclass(frozen=True)
class Letting:
    """What is free again of what a party has bought, by what it bought."""

    freed: Mapping[Account, Sequence[Freed]] = field(default_factory=dict)
    running: float | None = None
    """The part of rent that running costs take; None for what they take in its own books."""


NOTHING_LET = Letting()


@dataclass(frozen=True)
class Statements:
    """What one party earned, paid, owns and owes: [month, path] each, in USD."""

    flows: Mapping[StrEnum, Amounts]
    """Of the month: INCOME, CASH and SERVICE, and the tax that was paid."""
    balance: Mapping[StrEnum, Amounts]
    """At the end of the month: BALANCE."""

    def gap(self) -> Amounts:
        """By how much assets miss liabilities and equity, of the largest amount in the books so far."""
        assets, claims = (sum(self.balance[line] for line in lines) for lines in (ASSETS, (*LIABILITIES, *EQUITY)))
        largest = sum(np.abs(self.balance[line]) for line in BALANCE) + np.abs(self.flows[Account.revenue])
        return np.abs(assets - claims) / np.maximum(np.maximum.accumulate(largest, axis=0), 1.0)


def statements_of(
    journal: Journal,
    party: str,
    cash: Amounts,
    opening: Any,
    life: Mapping[Account, float],
    letting: Letting = NOTHING_LET,
) -> Statements:
    """The statements of a party, given its cash at the end of each month and [path] before the first one.

    `life` says over how many months chips and buildings are written off, and `letting` what of them is free again.
    """
    entered: dict[StrEnum, Amounts] = {account: journal.of(party, account) for account in Account}
    has_failed = journal.dealings.has_failed(party)
    running = _running(entered) if letting.running is None else np.broadcast_to(letting.running, cash.shape)
    parts = [
        written_down(entered[kind], life[kind], has_failed, letting.freed.get(kind, ()), running)
        for kind in ASSETS_BOUGHT
    ]
    depreciation, impairment, fixed_assets = (sum(amounts) for amounts in zip(*parts, strict=True))
    flows = {
        **entered,
        Line.depreciation: depreciation,
        Line.impairment: impairment,
        Line.net_revenue: entered[Account.revenue] - entered[Account.resold],
    }
    flows[Line.ebitda] = flows[Line.net_revenue] - _sum(entered, COSTS) + entered[Account.other_business]
    flows[Line.ebit] = flows[Line.ebitda] - depreciation - impairment
    gains = (Account.interest_received, Account.dividends, Account.guarantees, Account.sold_up)
    losses = (Account.interest, Account.losses)
    flows[Line.before_tax] = flows[Line.ebit] + _sum(entered, gains) - _sum(entered, losses)
    flows[Line.net_income] = flows[Line.before_tax] - entered[Account.tax]
    flows |= _cash(journal.dealings, party) | _service(journal.dealings, party)
    overdue, unpaid = _arrears(journal.dealings, party)
    before = _before(journal.dealings, party)
    retained = (flows[Line.net_income] - entered[Account.handed_out]).cumsum(axis=0)
    balance = {
        Line.cash: cash,
        Line.receivables: unpaid.to_it,
        Account.prepayments: entered[Account.prepayments].cumsum(axis=0),
        Line.fixed_assets: fixed_assets,
        Account.lent: entered[Account.lent].cumsum(axis=0) + overdue.to_it,
        Account.shares: entered[Account.shares].cumsum(axis=0),
        Line.payables: unpaid.by_it,
        Account.deferred: entered[Account.deferred].cumsum(axis=0),
        Account.debt: entered[Account.debt].cumsum(axis=0) + overdue.by_it,
        Line.opening_equity: np.broadcast_to(opening + before, cash.shape),
        Account.paid_in: entered[Account.paid_in].cumsum(axis=0),
        Line.retained: retained,
    }
    return Statements({line: flows[line] for line in (*INCOME, *CASH, *SERVICE, Line.tax_paid)}, balance)


def _running(entered: Mapping[StrEnum, Amounts]) -> Any:
    """[month, path] compute, power and rent of the twelve months before, as a part of what was sold; at most all."""

    def of_a_year(account: Account) -> Amounts:
        so_far = np.concatenate([np.zeros_like(entered[account][:1]), entered[account].cumsum(axis=0)])[:-1]
        return so_far - np.concatenate([np.zeros_like(so_far[:12]), so_far[:-12]])[: len(so_far)]

    sold = of_a_year(Account.revenue)
    part = np.where(sold > 0.0, of_a_year(Account.compute) / np.where(sold > 0.0, sold, 1.0), 0.0)
    return np.clip(part, 0.0, 1.0)


@dataclass(frozen=True)
class _Unpaid:
    """Arrears at the end of each month."""

    to_it: Amounts
    by_it: Amounts


def _arrears(dealings: Dealings, party: str) -> tuple[_Unpaid, _Unpaid]:
    """Principal that has fallen due, and all other bills."""

    def unpaid(*, is_principal: bool) -> _Unpaid:
        some = [n for n, leg in enumerate(dealings.legs) if (leg.purpose is Purpose.principal) is is_principal]
        to_it = _total(dealings, dealings.unpaid, (n for n in some if dealings.legs[n].payee == party))
        by_it = _total(dealings, dealings.unpaid, (n for n in some if dealings.legs[n].payer == party))
        return _Unpaid(to_it, by_it)

    return unpaid(is_principal=True), unpaid(is_principal=False)


def _before(dealings: Dealings, party: str) -> Any:
    """[path] what others owed it before the first month, less what it owed them: loans, prepayments, and bills."""
    found = np.zeros(dealings.shape[1])
    for (_, one, other), usd in dealings.open_before.items():
        found = found + usd * ((one == party) * 1.0 - (other == party))
    for leg, unpaid in zip(dealings.legs, dealings.unpaid_before, strict=True):
        found = found + unpaid * ((leg.payee == party) * 1.0 - (leg.payer == party))
    return found


def _cash(dealings: Dealings, party: str) -> dict[StrEnum, Amounts]:
    """What was paid, by what it is for."""
    lines = (Line.operations, Line.capital_spending, Line.funding, Line.tax_paid)
    flows: dict[StrEnum, Amounts] = {line: np.zeros(dealings.shape) for line in lines}
    for n, leg in enumerate(dealings.legs):
        if leg.payee == party:
            flows[_use(dealings, n, is_payer=False)] += dealings.paid[n]
        if leg.payer == party:
            flows[_use(dealings, n, is_payer=True)] -= dealings.paid[n]
        if leg.purpose is Purpose.tax and party in {leg.payer, leg.payee}:
            flows[Line.tax_paid] += dealings.paid[n] * (1.0 if leg.payer == party else -1.0)
    flows[Line.capital_spending] *= -1.0
    flows[Line.free_cash_flow] = flows[Line.operations] - flows[Line.capital_spending]
    return flows


def _service(dealings: Dealings, party: str) -> dict[StrEnum, Amounts]:
    """What there was to serve debt with, and what was to be served; a draw on a loan is no service."""
    legs = list(enumerate(dealings.legs))
    taken_in = (n for n, leg in legs if leg.payee == party and leg.purpose not in FINANCING)
    paid_out = (n for n, leg in legs if leg.payer == party and leg.purpose not in FINANCING | INVESTMENT)
    served = (
        n for n, leg in legs if leg.payer == party and leg.purpose in DEBT_SERVICE and leg.rank is not Rank.subscription
    )
    return {
        Line.earned: _total(dealings, dealings.paid, taken_in) - _total(dealings, dealings.paid, paid_out),
        Line.debt_service: _total(dealings, dealings.billed, served),
    }


def _use(dealings: Dealings, n: int, *, is_payer: bool) -> Line:
    """To which line of the cash statement of one of its ends a leg belongs."""
    leg = dealings.legs[n]
    is_refund = leg.purpose is Purpose.refund
    if leg.purpose is Purpose.prepayment or (is_refund and was_prepaid(dealings.legs, leg)):
        # Of who pays for chips in advance, and gets back what is not delivered, it is capital spending.
        ends = (leg.payee, leg.payer) if is_refund else (leg.payer, leg.payee)
        is_buyer = is_payer is not is_refund
        sold_under = dealings.terms[leg.contract].of or leg.contract
        is_capital = is_buyer and delivered_as(dealings.legs, sold_under, *ends) in ASSETS_BOUGHT
        return Line.capital_spending if is_capital else Line.operations
    if is_payer and leg.purpose in INVESTMENT:
        return Line.capital_spending
    return Line.operations if leg.purpose in OPERATING else Line.funding


def _total(dealings: Dealings, amounts: Any, legs: Iterable[int]) -> Amounts:
    return sum((amounts[n] for n in legs), np.zeros(dealings.shape))


def _sum(entered: Mapping[StrEnum, Amounts], accounts: Iterable[Account]) -> Any:
    return sum(entered[account] for account in accounts)
