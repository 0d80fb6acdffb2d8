"""Rounds of a company that looks ahead: what it will need, what it is worth, what others would put in."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from slow_twin.contracts import FINANCING, Contract, Leg, Sight

if TYPE_CHECKING:
    from slow_twin.path import Path

LEAST = 1e-6
"""Of the worth of a company, or of what it needs: nobody holds a round for less."""

A_BILLION = 1e9
"""So much more than a year before are sales that began from nothing."""

A_MILLIONTH = 1e-6
"""Of a dollar: nor for less than that."""


@dataclass
class Month:
    """What a party received and paid in a month, financing apart."""

    sales: float = 0.0
    shares: float = 1.0
    """Outstanding at its end."""
    received: float = 0.0
    promised: float = 0.0
    """Paid under contracts that say how much is still to come."""
    other: float = 0.0
    """Paid otherwise."""
    settled: float = 0.0
    """Received to settle a year's account; what is paid for that is no measure of any month."""


@dataclass
class Past:
    """The last thirteen months of a party, the latest first."""

    months: list[Month] = field(default_factory=lambda: [Month()] * 13)

    def note(self, month: Month) -> None:
        self.months = [month, *self.months[:12]]

    def begin(self, rehearsed: Month, growth: float) -> None:
        """The run begins. Sales have grown towards what they are; all else was as it is, and no shares were issued."""
        yearly = 1 + max(growth, -0.999999)
        self.months = [
            replace(rehearsed, sales=rehearsed.sales * yearly ** (-n / 12), shares=1.0, settled=0.0) for n in range(13)
        ]

    @property
    def growth(self) -> float:
        """Of sales in a year, no more than twentyfold and no less than to a twentieth."""
        now, before = self.months[0].sales, self.months[12].sales
        is_something = now > before / A_BILLION and before > now / A_BILLION
        return min(max(now / before, 1 / 20), 20.0) - 1 if is_something else 0.0


def month_of(name: str, path: Path) -> Month:
    """What a party received and paid this month."""
    party = path.parties[name]
    month = Month(party.sales, party.shares)
    for contract in path.contracts:
        for leg in contract.legs:
            if leg.purpose in FINANCING:
                continue
            if leg.settles:
                month.settled += leg.paid if leg.payee == name else 0.0
                continue
            if leg.payee == name:
                month.received += leg.paid
            if leg.payer == name and contract.payer == name and contract.binds:
                month.promised += leg.paid
            elif leg.payer == name:
                month.other += leg.paid
    return month


@dataclass(frozen=True)
class Outlook:
    """What a company shows to those who would put money in."""

    net: float
    """What a party will pay over its horizon, less what it will receive."""
    coming: float
    """What is promised to it."""
    gap: float
    cash: float
    growth: float
    shares_a_year_ago: float


def outlook(name: str, path: Path, over: str = "horizon", otherwise: float = 18.0) -> Outlook:
    """What a party needs over its horizon, or so many months else, from the end of last month."""
    party = path.parties[name]
    said, past = party.said, party.past
    horizon, goes_on = said.number(over, otherwise), said.number("persistence", 0.5)
    yearly = (1 + past.growth) ** goes_on
    # The sum of all that a dollar a month comes to while it grows.
    months = horizon if abs(math.log(yearly)) < 1e-8 else 12 * (yearly ** (horizon / 12) - 1) / math.log(yearly)
    last = past.months[:3]
    promised, other, received = (
        sum(getattr(month, what) for month in last) / 3 * months for what in ("promised", "other", "received")
    )
    received += sum(month.settled for month in past.months[:12]) / 12 * months
    bound, of_debt, coming = due_within(horizon, name, path)
    arrears = sum(leg.arrears for each in path.contracts for leg in each.legs if leg.payer == name)
    net = max(promised, bound) + other + of_debt + arrears - received
    return Outlook(
        net, coming, max(net - coming + said.number("floor", 0.0), 0.0), party.cash, past.growth, past.months[11].shares
    )


def cut_back(name: str, path: Path) -> None:
    """A month more of cuts, or one less; and what the cuts of last month cost."""
    party, said = path.parties[name], path.parties[name].said
    if said.of("cuts_below") is None or path.sight.month < 0:
        return
    ahead = outlook(name, path, "cuts_below")
    is_short = ahead.net > 1 and party.cash + ahead.coming < ahead.net
    party.held_back *= (1 - said.number("slowdown", 0.0)) ** (party.costs_cut / 12)
    party.months_of_cuts = min(max(party.months_of_cuts + (1 if is_short else -1), 0), 6)
    if path.has_failed(name, path.sight.month):
        party.months_of_cuts = 0


def due_within(horizon: float, name: str, path: Path) -> tuple[float, float, float]:
    """What a party is bound to pay within so many months, to suppliers and to lenders, and what it is to be given."""
    eve = replace(path.sight, month=path.sight.month - 1)
    found = {False: 0.0, True: 0.0}
    coming = 0.0
    for contract in (each for each in path.contracts if name in {each.payer, each.payee}):
        if contract.inside is not None or not (contract in path.running or is_to_come(contract, path)):
            continue
        debtor, amount = contract.falls_due(eve, horizon)
        if debtor == name:
            found[contract.is_debt] += amount
        if contract.payee == name:
            coming += contract.coming(eve, horizon)
    return found[False], found[True], coming


def is_to_come(contract: Contract, path: Path) -> bool:
    """Whether a contract will certainly be in force, and all who must stand do."""
    waiting = [contract.address.split(".")[1]] if contract.address.startswith("deals.") else []
    for name in waiting:
        deal = path.book.deals[name]
        if deal.probability is not None or deal.status == "ended":
            return False
        waiting += [other for other in deal.depends_on if other not in waiting]
    return path.stand(contract, path.sight.month)


def maturing(name: str, path: Path) -> float:
    """What a party has borrowed that falls due within a year."""
    loans = [each for each in path.running if each.is_debt and each.payee == name]
    return sum(each.principal_within(path.sight.month, 12) for each in loans)


class FundingRounds(Contract):
    """A round is agreed when the company's cash covers too little of what it will need, and paid some months later."""

    pays_at = "subscription"

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [Leg(self.payer, self.payee, "equity", "subscription")]
        self.from_free_cash = self.legs[0]
        self.round: tuple[float, float, float] | None = None
        """Amount, price of a share, and when the money comes."""
        self.last = -12.0
        self.held_by = ""
        """What kept the last round below the need."""

    def asks(self, sight: Sight, free: float) -> float:
        return min(self.round[0], free) if self.is_closing(sight) else 0.0

    def coming(self, eve: Sight, months: float) -> float:
        return 0.0 if self.round is None or self.round[2] > eve.month + months else self.round[0]

    def is_closing(self, sight: Sight) -> bool:
        return self.round is not None and self.round[2] <= sight.month

    def close(self, sight: Sight) -> None:
        if self.is_closing(sight):
            self.shares += self.legs[0].paid / self.round[1]
            self.round = None
        elif self.round is None and self.payee in sight.outlooks:
            worth = self.worth(sight)
            amount = self.wanted(sight, worth)
            needed = sight.outlooks[self.payee].gap - sight.cash[self.payee]
            if amount > max(LEAST * worth, LEAST * needed, A_MILLIONTH):
                price = worth / sight.shares[self.payee]
                self.round = (amount, price, sight.month + self.said.number("lag", 3.0))
                self.last = sight.month

    def worth(self, sight: Sight) -> float:
        said, sales = self.said, sight.sales[self.payee]
        if sales <= 0:
            return 0.0
        size = sales / said.number("scale", 10e9 / 12)
        pace = (1 + sight.outlooks[self.payee].growth) / (1 + said.number("growth", 1.0))
        multiple = said.number("multiple") * pace ** said.number("response", 0.5)
        return 12 * sales * multiple / size ** said.number("compression", 0.2) * self.level("appetite", sight, 1.0)

    def wanted(self, sight: Sight, worth: float) -> float:
        said, company = self.said, sight.outlooks[self.payee]
        if company.cash >= said.number("covered", 2 / 3) * company.gap:
            return 0.0
        # So many shares that who held all of them a year ago keeps what the cap leaves.
        most = company.shares_a_year_ago / (1 - said.number("dilution", 0.2)) - sight.shares[self.payee]
        offered = said.number("offer") * min(sight.month - self.last, 12.0) * self.level("appetite", sight, 1.0)
        limits = {
            "": company.gap - company.cash,
            "cap": max(most, 0.0) * worth / sight.shares[self.payee],
            "offer": offered,
            "purse": sight.free.get(self.payer, math.inf),
        }
        self.held_by = min(limits, key=limits.__getitem__)
        return limits[self.held_by]
