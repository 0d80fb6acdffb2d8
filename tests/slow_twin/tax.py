"""Tax on profit: every year of a party worked out anew, from all that it has earned and spent."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from slow_twin.contracts import NO_SALES, Contract, Leg, Sight

ASSETS = {"chips", "construction"}
INCOME = {"interest", "prepayment"}


@dataclass(frozen=True)
class Month:
    """What a party earned, and spent on chips and buildings."""

    number: int
    earned: float
    spent: float


class ProfitTax(Contract):
    """Every year's profit, what earlier losses leave of it, and the tax on that."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.needs = {self.payer}
        self.legs = [Leg(self.payer, self.payee, "tax", "operating"), Leg(self.payee, self.payer, "tax", "operating")]
        self.known: list[Month] = []
        self.asked: dict[int, float] = {}
        """By year: billed less paid back."""
        self.carried = 0.0
        """Losses, at the last settlement."""
        self.set_off = 0.0

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        self.known.append(sight.last_month.get(self.payer, Month(sight.month - 1, 0.0, 0.0)))
        year, month = self.year_of(sight.month - 1)
        gone = month + 1
        every = max(self.said.number("every", 3.0), 1.0)
        if gone // every == month // every and gone < 12:
            return [0.0, 0.0]
        losses = self.said.number("losses", 0.0)
        for earlier in range(min(self.year_of(each.number)[0] for each in self.known), year):
            profit = self.profit(earlier, 12)
            losses += -profit if profit < 0 else -self.usable(profit, losses)
        self.carried = losses
        profit = self.profit(year, gone)
        self.set_off = self.usable(profit, losses)
        tax = self.said.number("rate") * max(profit - self.set_off, 0.0)
        missing = tax - self.asked.get(year, 0.0)
        self.asked[year] = tax
        return [max(missing, 0.0), max(-missing, 0.0)]

    def year_of(self, month: int) -> tuple[int, int]:
        """The tax year of a month, and which of its months it is."""
        since = month - math.floor(self.said.number("year_begins", 0.0))
        return since // 12, since % 12

    def profit(self, year: int, months: int) -> float:
        """Of so many months of a year."""
        at_once = self.said.number("at_once", 0.0)
        theirs = [each for each in self.known if self.year_of(each.number)[0] == year]
        profit = sum(each.earned - at_once * each.spent for each in theirs)
        for each in self.known:
            age = year - self.year_of(each.number)[0]
            profit -= each.spent * (1 - at_once) * self.worn(age) * months / 12
        return profit

    def worn(self, age: int) -> float:
        """The part of an asset that is used up in the year in which it is so old; bought in the middle of a year."""
        life = max(self.said.number("life", 60.0), 1.0) / 12
        begins, ends = max(age - 0.5, 0.0), min(age + 0.5, life)
        return (ends - begins) / life if age >= 0 and ends > begins else 0.0

    def usable(self, profit: float, losses: float) -> float:
        """Of losses from earlier years."""
        return min(losses, self.said.number("offset", 0.8) * profit) if profit > 0 else 0.0


def month_of(name: str, number: int, contracts: Iterable[Contract]) -> Month:
    """What a party earned and invested in a month. What is paid in advance is for what its contract sells first."""
    contracts = list(contracts)
    by_address = {each.address: each for each in contracts}
    earned = spent = 0.0
    for contract in contracts:
        prepaid = [(leg.payer, leg.payee) for leg in contract.legs if leg.purpose == "prepayment"]
        for leg in contract.legs:
            is_refund = leg.purpose == "refund" and (leg.payee, leg.payer) in prepaid
            if leg.purpose in NO_SALES and leg.purpose not in INCOME and not is_refund:
                continue
            buyer, seller = (leg.payee, leg.payer) if is_refund else (leg.payer, leg.payee)
            bought = leg.purpose
            if is_refund or leg.purpose == "prepayment":
                under = by_address.get(str(contract.said.of("of")), contract)
                sold = [each.purpose for each in under.legs if (each.payer, each.payee) == (buyer, seller)]
                bought = next((purpose for purpose in sold if purpose not in NO_SALES), "")
            moved = -leg.paid if is_refund else leg.paid
            earned += moved if name == seller else 0.0
            if name == buyer:
                earned, spent = (earned, spent + moved) if bought in ASSETS else (earned - moved, spent)
    return Month(number, earned, spent)
