"""A party with a budget: how it stands, what can be watched of it, and what compute it wants."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from slow_twin.contracts import Contract, Leg
from slow_twin.figures import Said
from slow_twin.funding import Past
from slow_twin.triggers import NEVER

WITHOUT_BOUND = 1e9
"""Months of runway of a party that does not burn cash; scarcity of compute where some is wanted and none promised."""

A_BILLIONTH = 1e-9
"""Of the bills of some months: so much is left of one only by rounding."""

A_DOLLAR = 1.0
"""A month: who burns less burns nothing."""

LEAST_USE = 1e-6
"""H100e: who uses less learns no price from it."""


@dataclass
class Party:
    """A party with a budget, and how it stands."""

    said: Said
    is_lab: bool
    cash: float
    compute_price: float
    """What it paid on average for a unit of compute, when it last used any; without top-ups."""
    sales: float = 0.0
    """Last month."""
    burn: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    """Outflow net of receipts in the last three months, financing apart."""
    margin: float = 1.0
    """Of serving this month, under the press of open models."""
    quality: float = 0.0
    """e-folds of effective compute that its newest model has over that of the start."""
    at_start: float = 0.0
    """The logarithm of effective FLOP of the model of the start; zero where there is none yet."""
    best: float = 0.0
    """Effective FLOP of the best run since the last release."""
    work: float = 0.0
    """FLOP of that run."""
    newest: float = 0.0
    """FLOP of the run behind the newest model."""
    released: int = -1
    """The month of the newest release."""
    better: float = 0.0
    """What the release of this month has gained."""
    training: float = 0.0
    """H100e."""
    run: float = 0.0
    """FLOP of the largest run that they could make."""
    token_price: float = 0.0
    price_at_start: float = 0.0
    log_price: float = 0.0
    """Of a token, relative to the start."""
    reach: float = 1.0
    reach_at_start: float = 0.0
    shares: float = 1.0
    chips: float = 0.0
    chips_beyond: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    """What these do beyond as many H100s: tokens, fp8, fp4."""
    beyond: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    """What an H100e of those that it uses does beyond an H100: the same three."""
    kept: float = 0.0
    """What it runs for itself at its own sites."""
    at_sites: float = 0.0
    """What runs at its sites and can be sold."""
    past: Past = field(default_factory=Past)
    months_of_cuts: int = 0
    beyond_commitments: float = 0.0
    """What it would spend on training beyond its commitments; USD."""
    held_back: float = 1.0
    """What cuts have left of its customers' demand."""
    wanted: float = 0.0
    serving: float = 0.0
    need: float = 0.0
    spare: float = 0.0
    """Of it, what it would not have bought."""
    committed: float = 0.0
    """H100e that commitments deliver to it."""
    served: float = 0.0
    debt_service: list[tuple[float, float]] = field(default_factory=list)
    """For each month, the last one last: what its business brought in, and the interest and principal that fell due."""
    debt: float = 0.0
    """At the end of the last month, what has fallen due and is not paid included."""
    first_owed: float = NEVER
    """The month at whose end it first had debt."""
    months_in_arrears: int = 0
    """How long the oldest bill is unpaid."""
    waiting: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    """Month and amount of the unpaid bills of each class, the oldest first."""
    failed: float = NEVER
    """The first month in which it is gone."""
    restructured: float = NEVER
    """The first month in which it goes on after a failure."""
    acquired: float = NEVER
    """The first month in which it belongs to somebody else, after a failure."""

    @property
    def compute_cut(self) -> float:
        """Of what it would buy beyond its commitments: all of it after three months."""
        return min(self.months_of_cuts / 3, 1.0)

    def pay_oldest_first(self, month: int, bills: list[Leg]) -> None:
        """Bills wait in the order of their months, class by class; so much of them is unpaid as is in arrears."""
        self.months_in_arrears = 0
        for rank in ("operating", "secured", "trade"):
            theirs = [leg for leg in bills if leg.rank == rank]
            waiting = self.waiting.setdefault(rank, [])
            waiting.append((month, sum(leg.due for leg in theirs)))
            paid = sum(amount for _, amount in waiting) - sum(leg.arrears for leg in theirs)
            rounding = A_BILLIONTH * sum(amount for _, amount in waiting)
            while waiting and waiting[0][1] - paid <= rounding:
                paid -= waiting.pop(0)[1]
            if waiting:
                waiting[0] = (waiting[0][0], waiting[0][1] - paid)
                self.months_in_arrears = max(self.months_in_arrears, month - waiting[0][0] + 1)

    def forget_dates(self, month: int) -> None:
        """Who is saved has time again to pay what is left."""
        if self.failed == NEVER:
            self.waiting = {rank: [(month, sum(left for _, left in bills))] for rank, bills in self.waiting.items()}
            if self.restructured == month + 1:
                self.waiting = {"secured": self.waiting.get("secured", [])}

    @property
    def costs_cut(self) -> float:
        """Of what it can do without: in the next three."""
        return max(self.months_of_cuts / 3 - 1, 0.0)

    @property
    def runway(self) -> float:
        """Months that cash lasts at the outflow of the last three months; none for a party that has failed."""
        if self.failed != NEVER:
            return 0.0
        burn = sum(self.burn) / 3
        return min(self.cash / burn, WITHOUT_BOUND) if burn > A_DOLLAR else WITHOUT_BOUND

    def cover(self, month: int) -> float:
        """How many times its business paid for its debt in the last twelve months; unknown until all of them saw it."""
        if self.first_owed != NEVER and self.first_owed >= month - 12:
            return math.nan
        brought_in, due = (sum(months) for months in zip((0.0, 0.0), *self.debt_service[-12:], strict=True))
        return min(brought_in / due, WITHOUT_BOUND) if due != 0 else WITHOUT_BOUND

    @property
    def leverage(self) -> float:
        """How many times what its business brought in within twelve months is its debt."""
        brought_in = sum(month[0] for month in self.debt_service[-12:])
        if self.debt <= 0:
            return 0.0
        return min(self.debt / brought_in, WITHOUT_BOUND) if brought_in > 0 else WITHOUT_BOUND

    def watched(self, what: str, month: int) -> float:
        """What a trigger can watch of it, as of the end of last month."""
        fates = {"failed": min(self.failed, self.restructured, self.acquired), "acquired": self.acquired}
        if what in fates:
            return float(fates[what] <= month)
        match what:
            case "sales" | "run_rate":  # the levels of both are read in USD a month
                return self.sales
            case "cover":
                return self.cover(month)
            case "supply":
                return self.committed
            case "scarcity":
                lacks = self.need / self.committed if self.committed > 0 else self.need * math.inf if self.need else 0.0
                return min(lacks, WITHOUT_BOUND)
            case _:
                return float(getattr(self, what))

    def level(self, name: str, otherwise: float, levels: Mapping[str, float]) -> float:
        """A figure, or the driver that stands in its place."""
        driver = self.said.of(name)
        return levels[driver] if isinstance(driver, str) else self.said.number(name, otherwise)

    def own_margin(self, levels: Mapping[str, float]) -> float:
        """Of serving, without open models; what a driver gives never takes all."""
        margin = self.level("margin", 1.0, levels)
        return min(margin, 0.99) if isinstance(self.said.of("margin"), str) else margin

    def keeps(self, month: int) -> float:
        """The part of what it has promised to buy that it still buys."""
        return self.said.number("keeps", 1.0) if self.restructured <= month else 1.0

    def look_at_customers(self, levels: Mapping[str, float]) -> None:
        """Demand in USD."""
        self.wanted = self.said.number("revenue", 0.0) * self.level("demand", 1.0, levels) * self.held_back

    def want(
        self,
        levels: Mapping[str, float],
        commitments: list[Contract],
        owned: list[Contract],
        on_spot: list[Contract],
        gains: float,
    ) -> None:
        """The H100e that the budget for serving demand and for training buys."""
        margin, training = self.margin, max(self.level("training", 0.0, levels), 0.0)
        if not self.is_lab:
            self.need, self.serving = sum(each.delivered for each in [*commitments, *owned, *on_spot]), 0.0
            return
        to_serve, price = 1 - margin, self.compute_price
        for_serving, for_training = (self.wanted * part / (1 + gains) for part in (to_serve, training))
        committed = sum(each.delivered * each.price for each in [*commitments, *owned])
        beyond = for_training - min(max(committed - for_serving, 0.0), for_training)
        for_training -= self.compute_cut * beyond
        self.beyond_commitments = beyond
        left = for_serving + for_training
        self.need = 0.0
        for some in (commitments, owned, on_spot):
            there = sum(each.delivered for each in some)
            if there > LEAST_USE:
                cost = sum(each.delivered * each.price for each in some)
                price = cost / there
                if left < cost:  # what comes after it is not reached, were it for nothing
                    self.need, left = self.need + there * left / cost, 0.0
                    break
                self.need, left = self.need + there, left - cost
        self.need += left / price if price > 0 else 0.0
        both = for_serving + for_training
        self.serving = self.need * for_serving / both if both > 0 else 0.0
        bought, self.need = self.need, max(self.need, sum(each.paid_anyway for each in commitments))
        self.spare = 1 - bought / self.need if self.need > 0 else 0.0


def use_committed(commitments: list[Contract], need: float) -> None:
    """What is paid for anyway, and then every contract to the same share of the rest."""
    sunk = sum(each.paid_anyway for each in commitments)
    delivered = sum(each.delivered for each in commitments)
    of_sunk = min(need / sunk, 1.0) if sunk > 0 else 0.0
    of_rest = min(max(need - sunk, 0.0) / (delivered - sunk), 1.0) if delivered > sunk else 0.0
    for each in commitments:
        each.used = each.paid_anyway * of_sunk + (each.delivered - each.paid_anyway) * of_rest


def use_evenly(contracts: list[Contract], need: float) -> None:
    """Every contract to the same share of what it delivers."""
    delivered = sum(each.delivered for each in contracts)
    share = min(max(need / delivered, 0.0), 1.0) if delivered > 0 else 0.0
    for each in contracts:
        each.used = each.delivered * share
