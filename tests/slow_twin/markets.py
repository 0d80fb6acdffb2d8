"""What compute costs by the hour: a driver, and how much more was wanted last month than there was."""

from typing import TYPE_CHECKING

from slow_twin.capacity import has
from slow_twin.commitment import ComputeCommitment
from slow_twin.figures import Said

if TYPE_CHECKING:
    from slow_twin.path import Path

A_TENTH_OF_A_CENT = 0.001 * 730


def committed(path: "Path", name: str) -> float:
    """What a seller delivers under commitments."""
    sold = [each for each in path.running if isinstance(each, ComputeCommitment) and each.payee == name]
    return sum(each.delivered for each in sold)


class Market:
    """One market, and the demand and supply of last month."""

    def __init__(self, said: Said) -> None:
        self.said = said
        self.demand = self.supply = 1.0
        self.price = self.term_price = 0.0
        """USD per H100e and month."""
        self.is_held = ""
        """At which bound the price stands."""

    def level(self, name: str, otherwise: float, levels: dict[str, float]) -> float:
        driver = self.said.of(name)
        return levels[driver] if isinstance(driver, str) else self.said.number(name, otherwise)

    def ask(self, levels: dict[str, float]) -> None:
        """This month's prices; they stand beside the drivers, for whoever looks at them."""
        self.term_price = max(self.level("term_price", 0.0, levels), A_TENTH_OF_A_CENT)
        low, high = (self.said.number(name, bound) * self.term_price for name, bound in (("least", 0.8), ("most", 4.0)))
        even = self.level("price", 0.0, levels)
        tightness = self.demand / self.supply if self.supply > 0 else 1e6
        price = even * min(max(tightness, 1e-6), 1e6) ** self.said.number("response")
        self.price = min(max(price, low), high)
        self.is_held = "least" if price < low else "most" if price > high else ""
        levels[f"{self.said.address}.price"] = self.price
        levels[f"{self.said.address}.term_price"] = self.term_price

    def look(self, path: "Path", levels: dict[str, float], month: int) -> None:
        """Who wants and who has compute at the end of the month."""
        standing = [party for name, party in path.parties.items() if not path.has_failed(name, month)]
        wanted = sum(party.need for party in standing)
        there = sum(party.said.number("own_fleet", 0.0) for party in standing)
        for name, party in path.parties.items():
            if party in standing:
                there += has(path, name, path.sight) if party.said.of("fleet") is not None else committed(path, name)
        self.demand = wanted + self.said.number("rest_demand", 0.0) * self.level("demand_index", 1.0, levels)
        self.supply = there + self.said.number("rest_supply", 0.0) * self.level("supply_index", 1.0, levels)
