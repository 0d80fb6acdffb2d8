"""What becomes of a party that fails: it is saved, once, or wound up."""

from slow_twin.contracts import Contract, Leg, Sight
from slow_twin.party import Party
from slow_twin.triggers import NEVER

BILLIONTH = 1e-9
"""Owners who lose everything keep so much of their company."""


class Takeover(Contract):
    """Who has bought a party that failed pays what its cash does not pay for, and owns it."""

    pays_at = "subscription"

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.address = f"parties.{self.payee}.takeover"
        self.legs = [Leg(self.payer, self.payee, "equity", "subscription")]
        self.from_free_cash = self.legs[0]

    def asks(self, sight: Sight, free: float) -> float:
        return max(sight.bills[self.payee] - sight.cash[self.payee], 0.0) if self.has_happened(sight) else 0.0

    def has_happened(self, sight: Sight) -> bool:
        return sight.acquired[self.payee] <= sight.month

    def close(self, sight: Sight) -> None:
        if self.has_happened(sight) and self.shares == 0:
            old = max(self.said.number("owners_get", 0.0), BILLIONTH)
            self.shares = sight.shares[self.payee] / old - sight.shares[self.payee]


class EstateCosts(Contract):
    """A part of the cash that a party still has when it is wound up."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.address = f"parties.{self.payer}.estate"
        self.legs = [Leg(self.payer, self.payee, "fee", "operating")]

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        return [0.0]

    def claims(self, sight: Sight) -> list[float]:
        return [self.said.number("default_costs", 0.0) * sight.opening_cash[self.payer]]


class OwnCompute(Contract):
    """What a lab owns, and pays its suppliers for when it uses it."""

    sells_compute = True

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.address = f"parties.{self.payer}.own"
        self.legs = [Leg(self.payer, self.payee, "power", "operating")]

    @property
    def owned(self) -> float:
        return self.said.number("own_fleet", 0.0)

    def reserve(self, sight: Sight, inner: list[Contract]) -> None:
        self.reserved = self.ready = self.owned
        self.price = self.said.number("own_cost", 0.0)

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        return [min(self.used, self.owned) * self.price]


def unwritten(parties: dict[str, Party], owners: set[str]) -> list[Contract]:
    """The contracts that follow from what a book says of its parties."""
    found: list[Contract] = []
    for name, party in parties.items():
        if party.said.of("own_fleet") is not None or (party.is_lab and name in owners):
            found.append(OwnCompute(party.said, name, "suppliers", None))
        if party.said.of("acquired") is not None:
            found.append(Takeover(party.said, party.said.of("acquirer") or "capital-markets", name, None))
        if party.said.of("default_costs") is not None:
            found.append(EstateCosts(party.said, name, "suppliers", None))
    return found


def end(party: Party, since: float) -> None:
    """A party fails; `since` is the first month after it."""
    is_first = party.restructured == party.acquired == NEVER
    if is_first and party.said.number("restructured", 0.0) == 1:
        party.restructured = since
    elif is_first and party.said.number("acquired", 0.0) == 1:
        party.acquired = since
    else:
        party.failed = since
    party.months_in_arrears = 0


def write_off(party: Party, bills: list[Leg], shares: float) -> float:
    """What a restructured party has not paid is lost, unless it is secured, for new shares of the company: so many."""
    bills = [leg for leg in bills if leg.rank != "secured"]
    lost = sum(leg.arrears for leg in bills)
    part = min(party.said.number("creditors_get", 0.0), 1 - BILLIONTH)
    new = shares * part / (1 - part) if lost > 0 else 0.0
    for leg in bills:
        leg.compensation += new * leg.arrears / lost if lost > 0 else 0.0
        leg.written_off += leg.arrears
        leg.arrears = 0.0
    return new


def move_customers(parties: dict[str, Party], month: int) -> None:
    """Customers of labs that are gone spend with the others, in proportion to what these sell anyway."""
    standing = {name: party.wanted for name, party in parties.items() if party.failed > month}
    if sum(standing.values()) == 0:
        return
    moved = 0.0
    for party in parties.values():
        if party.failed <= month:
            leaving = party.said.number("customers_move", 0.0) * party.wanted
            moved, party.wanted = moved + leaving, party.wanted - leaving
    for name, wanted in standing.items():
        parties[name].wanted += moved * wanted / sum(standing.values())
