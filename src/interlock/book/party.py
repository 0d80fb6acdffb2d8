"""Whoever pays and is paid: parties with budgets, and the world's edges without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from interlock.book.deal import WrittenContract
from interlock.book.terms import Terms
from interlock.contracts.contract import IndexDriver, PartyName, ShareDriver
from interlock.ground.figure import Figure
from interlock.ground.units import (
    HOURS_PER_MONTH,
    Chance,
    Flop,
    GrowthPerYear,
    H100e,
    Months,
    RatePerYear,
    Share,
    Usd,
    UsdPerH100eHour,
    UsdPerMonth,
)

ROLES = ("lab", "cloud", "chipmaker", "landlord", "investor", "lender", "vehicle")

EDGES = ("customers", "suppliers", "capital-markets", "government")
"""They have no budget: they pay whatever they owe, and close the books. Every book has them."""


OF_ITSELF = ("sales", "takeover", "estate", "own")
"""The names of contracts that a party may have without anybody writing them."""

HIGHEST_MARGIN = 0.99
"""Where a driver gives it: serving takes a part of every dollar, whatever happens."""


@dataclass(frozen=True, kw_only=True)
class PartyTerms:
    """The figures of a party; the reader, the schema and the reference read them off this class."""

    cash: Usd = 0.0
    """At the start of the run."""

    floor: Usd = 0.0
    """Cash that it keeps; only bills may touch it."""

    grace: Months = 2.0
    """How long a bill may be unpaid before it fails; what it pays goes to the oldest bills first."""

    horizon: Months = 18.0
    """How far it looks ahead when it asks what it will need."""

    persistence: Share = 0.5
    """The part of last year's growth of its sales that it expects to go on, for what it receives and what it spends."""

    past_growth: GrowthPerYear = 0.0
    """Growth of its sales in the year before the run."""

    cuts_below: Months = 0.0
    """It cuts what it spends, within six months, when its cash and what is promised to it last less than this."""

    slowdown: RatePerYear = 0.0
    """A lab: what a year with all cuts made takes off its customers' demand, for good."""

    restructured: Chance = 0.0
    """When it fails: whether it goes on, its arrears written off. Who fails again is liquidated."""

    keeps: Share = 1.0
    """What it then keeps of what it has promised to buy."""

    creditors_get: Share = 0.0
    """The part of the company that is then issued to those who lost by it."""

    acquired: Chance = 0.0
    """When it fails and is not restructured: whether somebody takes it over with all its contracts."""

    acquirer: PartyName = "capital-markets"
    """Who takes it over, and from then on pays what it cannot pay."""

    owners_get: Share = 0.0
    """What its owners keep of it when it is taken over."""

    default_costs: Share = 0.0
    """When it is liquidated: the part of its cash that is lost to the costs of that."""

    customers_move: Share = 0.0
    """A lab: how many of its customers go to other labs when it is liquidated."""

    fleet: H100e = 1e12
    """A cloud: capacity that it has, or will have anyway, for the contracts under which it sells compute."""

    revenue: UsdPerMonth = 0.0
    """A lab: run-rate at the start of what customers would pay for its models."""

    demand: IndexDriver = 1.0
    """A lab: what multiplies that run-rate, month by month."""

    margin: ShareDriver = 1.0
    """A lab: gross margin of serving; the rest of revenue is spent on compute. A driver of it goes to 99 % at most."""

    training: ShareDriver = 0.0
    """A lab: what it wants to spend on training compute, per dollar of demand."""

    compute_price: UsdPerH100eHour = 0.0
    """A lab: the average price of its compute before the first month."""

    own_fleet: H100e = 0.0
    """A lab: compute that it owns and uses itself, after its commitments and before it buys by the hour."""

    own_cost: UsdPerH100eHour = 0.0
    """A lab: what a unit of that costs when it is used; what one at its sites counts at, in its price of compute."""

    serving_efficiency: IndexDriver = 1.0
    """A lab: tokens that a unit of its compute serves, which its token price follows."""

    training_efficiency: IndexDriver = 1.0
    """A lab: how much better a model the same work makes, as algorithms get better."""

    utilisation: Share = 0.35
    """A lab: the part of peak dense bf16 work that a run of training gets out of its chips."""

    in_fp8: Share = 0.0
    """A lab: the part of the work of a run that is done in fp8; the rest is done in bf16."""

    in_fp4: Share = 0.0
    """A lab: the part that is done in fp4."""

    in_one_run: Share = 1.0
    """A lab: the part of its training fleet that its largest run has; the rest tries out and finishes."""

    run: Months = 100.0 * 24.0 / HOURS_PER_MONTH
    """A lab: how long its largest run of training takes."""

    releases: Months = 6.0
    """A lab: from one model to the next."""

    last_run: Flop = 0.0
    """A lab: the work in its newest model at the start; unless given, what it could first do in the run."""


@dataclass(frozen=True)
class Party:
    """One party of a book."""

    name: str
    title: str
    roles: tuple[str, ...]
    terms: Terms
    stakes: Mapping[str, Figure] = field(default_factory=lambda: MappingProxyType({}))
    """What it holds of other parties at the start, by their names."""
    flows: Mapping[str, WrittenContract] = field(default_factory=lambda: MappingProxyType({}))
    """Its plain flows: other business, staff, cost of goods, capex …"""
