"""How a party served its debt in the year before the run."""

from typing import TYPE_CHECKING

from slow_twin.contracts import Contract, Leg
from slow_twin.loan import CreditLine, Loan
from slow_twin.party import Party
from slow_twin.triggers import ALWAYS, NEVER

if TYPE_CHECKING:
    from slow_twin.path import Path


def interest_first(bills: list[tuple[Contract, Leg]], paid: list[float]) -> list[float]:
    """What would be paid of principal goes to what else is owed in the same class, one after the other."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for n, (contract, leg) in enumerate(bills):
        groups.setdefault((contract.address, leg.payer, leg.payee, leg.rank), []).append(n)
    found = list(paid)
    for places in groups.values():
        for principal in (n for n in places if bills[n][1].purpose == "principal"):
            for n in (n for n in places if bills[n][1].purpose != "principal"):
                moved = min(bills[n][1].owed - found[n], found[principal])
                found[n] += moved
                found[principal] -= moved
    return found


def debt_of(name: str, path: "Path") -> float:
    """What it has borrowed, and what has fallen due of that and is not paid."""
    debts = [each for each in path.contracts if isinstance(each, Loan | CreditLine) and each.payee == name]
    overdue = [leg.arrears for each in debts for leg in each.legs if (leg.payer, leg.purpose) == (name, "principal")]
    return sum(overdue) + sum(each.owes for each in debts if each in path.running)


def serve_before(name: str, party: Party, brought_in: float, path: "Path", rehearsed: "Path") -> None:
    """Twelve months of business like the one rehearsed, and of what its debts say fell due in them."""
    borrowed = [
        each
        for each in path.contracts
        if isinstance(each, Loan | CreditLine)
        and each.payee == name
        and rehearsed.by_address[each.address] in rehearsed.running
    ]
    otherwise = sum(
        leg.due
        for each in rehearsed.contracts
        for leg in each.legs
        if leg.payer == name
        and leg.purpose in {"interest", "principal"}
        and leg.rank != "subscription"
        and not isinstance(each, Loan | CreditLine)
    )
    party.debt_service = [
        (brought_in, otherwise + sum(each.fell_due(month, rehearsed.sight) for each in borrowed))
        for month in range(-12, 0)
    ]
    party.debt = sum(each.owes for each in borrowed)
    began = [each.first_owed for each in borrowed if each.owes > 0]
    party.first_owed = ALWAYS if otherwise > 0 else min(began, default=NEVER)
