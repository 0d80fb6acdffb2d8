"""The contracts of a book, one object each, which remember what has happened under them.

Everything here is in USD, months and H100e. The commitment to buy compute has a file of its own (commitment.py).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from slow_twin.figures import Said
from slow_twin.triggers import ALWAYS, NEVER, Trigger

if TYPE_CHECKING:
    from slow_twin.funding import Outlook
    from slow_twin.tax import Month

FINANCING = {
    "equity",
    "principal",
    "prepayment",
    "refund",
    "interest",
    "dividend",
    "buyback",
    "guarantee",
    "liquidation",
}
NO_SALES = FINANCING | {"tax", "other-business"}

ROUNDING = 1e-12
"""A smaller part of a promised total is not called."""

LEAST_WORTH = 1e-9
"""Of a promised total: a company worth less has no price."""


@dataclass
class Leg:
    """One way in which a contract moves money. Operating costs are paid before trade bills."""

    payer: str
    payee: str
    purpose: str
    rank: str = "trade"
    due: float = 0.0
    """This month's bill."""
    arrears: float = 0.0
    """Of earlier bills."""
    paid: float = 0.0
    written_off: float = 0.0
    billed: float = 0.0
    """This month, due now or later."""
    later: list[float] = field(default_factory=list)
    """Of earlier bills, what falls due this month, the next one, and so on."""
    relieved: float = 0.0
    """Paid this month by who guarantees it."""
    compensation: float = 0.0
    """Shares of the payer that the payee was given for what it lost."""
    settles: bool = False
    """Whether it makes good what was left open in the last year."""

    @property
    def owed(self) -> float:
        return self.due + self.arrears


@dataclass
class Sight:
    """What contracts see in a month, besides what they remember."""

    month: int
    days: int
    """Of the calendar month."""
    levels: Mapping[str, float]
    """Of the drivers."""
    sales: Mapping[str, float]
    """Revenue-class receipts of each party last month."""
    shares: Mapping[str, float]
    """Outstanding at the end of last month."""
    months_of_cuts: dict[str, int]
    """That each party has made; six are all."""
    outlooks: "Mapping[str, Outlook]"
    """What those see ahead whom others fund in rounds."""
    is_standing: Mapping[str, bool]
    """Whether each party has not failed."""
    for_sites: Mapping[tuple[str, str], float]
    """Chips that each owner needs this month for its sites, by generation."""
    chip_prices: dict[str, float]
    """USD per H100e of each generation."""
    ordered: Mapping[str, float]
    """Chips that each party needs this month for the compute that it sells."""
    supplied: Mapping[str, float]
    """Compute that each party delivers this month."""
    supplied_elsewhere: Mapping[str, float]
    """Of it, what is beyond what its sites can run."""
    served: Mapping[str, float]
    """Demand of its customers that each lab can serve."""
    billed: Mapping[str, float]
    """The part of that which others bill."""
    idle: Mapping[str, float]
    """Capacity of each party that nobody has or uses."""
    last_month: "Mapping[str, Month]"
    """What each party earned, and spent on chips and buildings, of a book in which profit is taxed."""
    cover: Mapping[str, float]
    """How many times each party's business paid for its debt in the last twelve months."""
    leverage: Mapping[str, float]
    """How many times what its business brings in within a year each party's debt is."""
    opening_cash: Mapping[str, float]
    """Of each party, at the end of last month."""
    acquired: Mapping[str, float]
    """The month from which each party belongs to somebody else."""
    cash: dict[str, float]
    """Of each party, once lines are drawn."""
    bills: dict[str, float]
    """What each party owes this month, arrears included."""
    drawn: Mapping[str, float]
    """Paid under each contract up to last month, from its payer to its payee."""
    free: dict[str, float]
    """What each party can spare at a stage."""
    lacking: dict[str, float]
    """What each party lacks for its bills and its floor, if others pay it all they owe."""


class Contract:
    """What all kinds have: two parties, a month from which it is in force, legs, triggers, and money drawn."""

    pays_at = "clearing"
    """`clearing`, or before it from free cash: `subscription`, then `dividend`."""
    from_free_cash: Leg | None = None
    """The leg that is paid then."""
    sells_compute = False
    came_early = 0.0
    paid_anyway = 0.0
    """What of the compute delivered this month its buyer pays for, used or not."""
    shrinks = False
    """Whether a restructured payer keeps only a part of it."""

    def __init__(self, said: Said, payer: str, payee: str, binding: float | None) -> None:
        self.said = said
        self.address = said.address
        self.payer = payer
        self.payee = payee
        self.total = said.number("total", binding)
        """What is owed of a headline, where the book gives no total."""
        self.needs = {payer, payee}
        """Whose failure ends it."""
        self.in_force_from = ALWAYS
        self.legs: list[Leg] = []
        self.triggers: list[Trigger] = []
        self.drawn = 0.0
        self.shares = 0.0
        self.kept = 1.0
        """What the payer still buys of what it has promised to."""
        # For those that sell compute, this month:
        self.price = self.reserved = self.ready = self.orders = self.delivered = self.used = 0.0
        self.at_site = self.on_site = self.elsewhere = 0.0
        """What runs for it at the site that it names, that is delivered from there, and from anywhere else."""
        self.beyond = [0.0, 0.0, 0.0]
        """What an H100e of it does beyond one of H100s: tokens, fp8, fp4."""
        self.inside: str | None = None
        self.waits: float | None = None
        """Months from a bill for goods and services to its due date."""

    def trigger(self, said: Said, name: str, unless_written: float) -> Trigger:
        """The trigger that a term holds, settled with the others at the start of each month."""
        trigger = Trigger(said.of(name), f"{said.address}.{name}", said.draws, unless_written)
        self.triggers.append(trigger)
        return trigger

    def level(self, name: str, sight: Sight, otherwise: float) -> float:
        """A term that names a driver, or is a figure in the place of one."""
        said = self.said.of(name)
        if isinstance(said, str):
            return sight.levels[said]
        return self.said.number(name, otherwise)

    def watched(self, what: str) -> float:
        """What a trigger can watch of it."""
        return {"drawn": self.drawn, "used": self.used, "delivered": self.delivered}[what]

    def grown(self, name: str, month: int) -> float:
        """What one grows to at a yearly rate."""
        return math.exp(month / 12 * math.log(1 + max(self.said.number(name, 0.0), -0.999999)))

    def reserve(self, sight: Sight, inner: "list[Contract]") -> None:
        """What of the payee's capacity is reserved and ready, and the chips that must be ordered for it."""

    def chips(self, sight: Sight) -> float:
        """Chips that arrive at the payer."""
        return 0.0

    def arrives_for_others(self) -> float:
        """Of these, what goes to its sites."""
        return 0.0

    def billed(self, sight: Sight) -> float:
        """The part of the payee's sales that the payer bills in its place."""
        return 0.0

    def bills(self, sight: Sight, inner: "list[Contract]") -> list[float]:
        """What falls due this month under each leg; contracts that count toward this one have been billed."""
        raise NotImplementedError

    def claims(self, sight: Sight) -> list[float]:
        """What is claimed under each leg from a payer that has just failed, arrears apart."""
        return []

    def bills_of_payer(self) -> list[Leg]:
        """The legs that its payer is billed under, to its payee."""
        ends = (self.payer, self.payee)
        return [leg for leg in self.legs if (leg.payer, leg.payee) == ends and leg.rank != "subscription"]

    def wants(self, stage: str, sight: Sight) -> list[tuple[Leg, float]]:
        """What is to be paid before the bills at a stage (`reserved`, `subscription`, `dividend`), by leg."""
        leg = self.from_free_cash
        return [(leg, self.asks(sight, sight.free.get(leg.payer, 1e30)))] if leg and stage == self.pays_at else []

    def asks(self, sight: Sight, free: float) -> float:
        """The same of a contract with one such leg, given what its payer can spare."""
        raise NotImplementedError

    def sets_aside(self, sight: Sight) -> float:
        """What the payee keeps for it and does not hand out."""
        return 0.0

    def keeps_ready(self, sight: Sight) -> float:
        """What the payer spends on nothing else that can wait."""
        return 0.0

    def close(self, sight: Sight) -> None:
        """Remember what happened this month."""

    def remaining(self, sight: Sight) -> float:
        """What the payer is still bound to pay after this month."""
        return 0.0

    @property
    def binds(self) -> bool:
        """Whether it says what is still to be paid."""
        return type(self).remaining is not Contract.remaining

    is_debt = False

    @property
    def owes(self) -> float:
        """What its payee has borrowed, and what has not fallen due."""
        return 0.0

    def coming(self, eve: Sight, months: float) -> float:
        """What the payee will be given in so many months after the eve: released, and not yet paid."""
        return 0.0

    def falls_due(self, eve: Sight, months: float) -> tuple[str, float]:
        """Who is bound to pay, and what, in so many months after the eve."""
        then = replace(eve, month=eve.month + months)
        return self.payer, max(self.remaining(eve) - self.remaining(then), 0.0)


class SpotCompute(Contract):
    """Compute by the hour, up to a limit, at the market's price and a markup."""

    sells_compute = True

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [Leg(self.payer, self.payee, "compute")]

    def reserve(self, sight: Sight, inner: list[Contract]) -> None:
        market = self.said.of("market")
        hourly = self.level("price", sight, 0.0) if market is None else sight.levels[f"markets.{market}.price"]
        self.price = hourly * (1 + self.said.number("markup", 0.0))
        owes = any(leg.arrears > 0 for leg in self.legs)
        limit = self.said.number("limit", 1e9) * max(self.level("limit_index", sight, 1.0), 0.0)
        self.reserved = self.ready = 0.0 if owes else limit
        self.orders = 0.0

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        return [self.used * self.price]


class EquityCommitment(Contract):
    """Money for new shares, as its tranches are released and as far as the investor can spare it."""

    pays_at = "subscription"

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [Leg(self.payer, self.payee, "equity", "subscription")]
        self.from_free_cash = self.legs[0]
        self.tranches = [
            (tranche.number("part"), self.trigger(tranche, "when", ALWAYS)) for tranche in self.said.parts("tranches")
        ]

    def called(self, month: int) -> float:
        released = sum(part for part, when in self.tranches if when.since <= month) if self.tranches else 1.0
        return self.total * min(released, 1.0) - self.drawn

    def coming(self, eve: Sight, months: float) -> float:
        return max(self.called(eve.month), 0.0)

    def asks(self, sight: Sight, free: float) -> float:
        called = self.called(sight.month)
        if called <= ROUNDING * self.total or self.worth(sight) <= LEAST_WORTH * self.total:
            return 0.0
        return min(called, free)

    def close(self, sight: Sight) -> None:
        if self.legs[0].paid > 0:
            self.shares += self.legs[0].paid * sight.shares.get(self.payee, 0.0) / self.worth(sight)

    def worth(self, sight: Sight) -> float:
        """Of the whole company, before the money: as agreed, or so many times its yearly sales."""
        valuation = self.said.number("valuation")
        if valuation is not None:
            return valuation
        return self.said.number("multiple") * 12 * sight.sales.get(self.payee, 0.0)

    def remaining(self, sight: Sight) -> float:
        return max(self.total - self.drawn, 0.0)


class RevenueShare(Contract):
    """A part of last month's revenue, or of what was paid under one contract, until so much has been billed."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [Leg(self.payer, self.payee, "revenue-share")]
        self.seen_before: float | None = None
        """What had been paid under that contract a month ago, if the share was in force then."""

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        start, stream = self.said.number("start", 0.0), self.said.of("of")
        if start > max(sight.month, 0) or sight.month >= start + self.said.number("term", 1200.0):
            return [0.0]
        revenue = sight.sales.get(self.payer, 0.0)
        if stream is not None:
            revenue = 0.0 if self.seen_before is None else sight.drawn[str(stream)] - self.seen_before
        left = max(self.said.number("cap", NEVER) - self.drawn - self.legs[0].arrears - sum(self.legs[0].later), 0.0)
        return [min(self.said.number("rate") * revenue, left)]

    def close(self, sight: Sight) -> None:
        self.seen_before = sight.drawn.get(str(self.said.of("of")))


class DividendOrBuyback(Contract):
    """A part of what can be spared after everything else."""

    pays_at = "dividend"

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [Leg(self.payer, self.payee, "dividend", "subscription")]
        self.from_free_cash = self.legs[0]
        self.is_locked = False

    def asks(self, sight: Sight, free: float) -> float:
        least = self.said.number("locked_below")
        self.is_locked = least is not None and not sight.cover.get(self.payer, NEVER) >= least
        begins = self.said.number("start", 0.0)
        is_cut = sight.months_of_cuts.get(self.payer, 0) > 0
        return self.said.number("part") * free if begins <= sight.month and not self.is_locked | is_cut else 0.0


class ModelSales(Contract):
    """What customers pay for what a lab can serve."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [Leg(self.payer, self.payee, "model-usage")]

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        return [sight.served[self.payee] * max(1 - sight.billed[self.payee], 0.0)]


class PlainFlow(Contract):
    """A fixed sum that grows, and so much per dollar of sales, unit of compute supplied and chip received."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        purpose = str(self.said.of("purpose") or "goods")
        keeps_it_running = purpose in {"goods", "staff", "power", "other-business", "tax"}
        self.legs = [Leg(self.payer, self.payee, purpose, "operating" if keeps_it_running else "trade")]

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        start = self.said.number("start", 0.0)
        if start > max(sight.month, 0) or sight.month >= start + self.said.number("term", 1200.0):
            return [0.0]
        planned, response = self.level("planned", sight, 1.0), self.said.number("response", 1.0)
        followed = max(self.level("index", sight, 1.0) / planned if planned > 0 else 0.0, 1e-9) ** response
        uncut = (
            self.said.number("amount", 0.0) * self.grown("growth", sight.month) * followed
            + self.said.number("of_sales", 0.0) * sight.sales.get(self.payer, 0.0)
            + self.said.number("per_unit", 0.0) * sight.supplied_elsewhere.get(self.payer, 0.0)
            + self.said.number("per_order", 0.0) * sight.ordered.get(self.payer, 0.0)
        )
        cut = max(sight.months_of_cuts.get(self.payer, 0) / 3 - 1, 0.0)
        return [uncut - uncut * self.said.number("cuttable", 0.0) * cut]
