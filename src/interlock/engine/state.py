"""What is carried from month to month, and what is only reported."""

from __future__ import annotations

from typing import Any, NamedTuple

from interlock.contracts.contract import Now
from interlock.engine.backlog import AtSites, Backlog, Shipments
from interlock.engine.cover import DebtService
from interlock.engine.profit import Profit
from interlock.ground.axes import PerBill, PerContract, PerDriver, PerLeg, PerMarket, PerParty, PerSupply, PerTrigger
from interlock.labs.beyond import Mix
from interlock.labs.customers import Customers
from interlock.labs.training import Models
from interlock.money.default import Standing
from interlock.physical.spot import Sides


class Seen(NamedTuple):
    """What can be watched: everything as of the end of last month."""

    need: PerParty
    """H100e that each party wants."""
    supply: PerParty
    """H100e that commitments deliver to it."""
    used: PerSupply
    delivered: PerSupply
    burn: tuple[PerParty, PerParty, PerParty]
    """USD of outflow net of receipts in the last month and the two before, financing apart."""
    prices: PerMarket
    """USD per H100e and month, by the hour; no rows where the book has no markets."""
    sides: Sides | None
    """Of the markets of the book, if it has any."""


class Past(NamedTuple):
    """What parties that look ahead remember: [month, …] as in last_months.py, three months the latest first."""

    sales: Any
    """[month, party, path] Revenue-class receipts in the twelve months before the last."""
    shares: Any
    """[month, party, path] Shares outstanding at the ends of the eleven months before the last."""
    bound: tuple[PerParty, PerParty, PerParty]
    """USD paid in the last month and the two before under contracts that bind; financing and settlements apart."""
    other: tuple[PerParty, PerParty, PerParty]
    """USD paid otherwise."""
    received: tuple[PerParty, PerParty, PerParty]
    """USD received."""
    settled: Any
    """[month, party, path] USD received in each of the last twelve months to settle what earlier ones left open."""


class Cuts(NamedTuple):
    """How far each party has cut its spending."""

    months: PerParty
    """Of cutting, less those of undoing it; six are all."""
    lasts: PerParty
    """Months that its cash and what is promised to it last, by what it plans."""
    held_back: PerParty
    """What is left of its customers' demand, after what cuts have cost it."""


class State(NamedTuple):
    """Carried on."""

    # the world
    drivers: tuple[Any, ...]
    fired: PerTrigger
    """The month in which each trigger first held; NEVER."""

    # contracts
    memory: tuple[Any, ...]
    drawn: PerContract
    """USD paid under each contract so far, by its payer to its payee."""
    remaining: Any
    """[contract, path] USD still to be paid, by the contracts that bind somebody."""

    # what parties have and owe
    cash: PerParty
    standing: Standing
    payable: Any
    """[months from now, delayed leg, path] USD that were billed and are not due yet."""
    lost: Any
    """[guaranteed debt, path] USD written off last month of what somebody guarantees."""
    sales: PerParty
    """Revenue-class receipts last month."""
    shares: PerParty
    """Shares outstanding; one at the start."""
    compensation: PerBill
    """Shares of the payer that those hold who lost under each bill. No rows where the book restructures nobody."""
    installed: PerParty
    """H100e of chips received since the start."""
    compute_price: PerParty
    """What each party paid for a unit of compute last month, without top-ups; USD per H100e and month."""

    seen: Seen
    debt_service: DebtService
    past: Past | None
    """Of a book in which somebody looks ahead."""
    profit: Profit | None
    """Of a book in which profit is taxed."""
    cuts: Cuts | None
    """Of a book in which somebody cuts."""
    models: Models | None
    """Of a book in which models of labs are followed."""
    customers: Customers | None
    """Of a book with segments of customers who choose."""
    backlog: Backlog | None
    """Of a book with generations of chips."""
    at_sites: AtSites | None
    """What can be watched of sites, of a book that has any."""
    mix: Mix | None
    """What chips do beyond H100s, of a book that says so of any."""


class Grounds(NamedTuple):
    """What the rules of a month went by: for whoever explains a path. Where nobody does, it is never worked out."""

    sight: tuple[Now, ...]
    """What the contracts of each stack saw, in the end."""
    terms: tuple[Any, ...]
    """The terms of each stack of contracts, by slot."""
    party: dict[str, PerParty]
    """The figures of the parties."""
    world: PerDriver
    """Levels of the drivers."""
    market: dict[str, PerMarket]
    """The figures of the markets."""
    watched: Any
    """[condition, path] what each condition of a trigger watches."""
    active: Any
    """[contract, path] whether it is in force."""


class Letting(NamedTuple):
    """What parties let of what they have built, and what of it is free again; contracts are those that let capacity."""

    capacity: Any
    """[contract, path] H100e or MW."""
    rent: Any
    """[contract, path] USD, by the contract."""
    freed: Any
    """[contract, path] The part of what was let last month that is free, for the payer failed or gave notice."""
    built: PerParty
    """H100e that each party has beside those that it had at the start."""


class Events(NamedTuple):
    """Only reported: what happened in a month."""

    due: PerLeg
    owed: PerLeg
    """What fell due, and arrears."""
    paid: PerLeg
    spent: Any
    """[account x party, path] USD (ties.py)."""
    received: Any
    """[account x party, path] USD."""
    largest: Any
    """[1, path] the largest of what was owed under one leg."""
    written_off: PerBill
    relieved: PerBill
    """Owed no longer, for a guarantor paid it."""
    billed: PerBill
    """What was billed this month, due now or later, set off or not."""
    set_off: PerBill
    """What would have fallen due, had it not been paid in advance."""
    opening: PerParty
    """Cash before anything was paid."""
    delivered: PerSupply
    used: PerSupply
    spare: PerSupply
    """USD charged for what is used only because it is paid for."""
    reserved: PerSupply
    """H100e that each contract offers as planned, whether or not it is there."""
    ready: PerSupply
    """H100e that the seller could have delivered, its fleet permitting."""
    fleet: PerParty
    """H100e that each party has."""
    held: Any
    """[contract, path] shares of the payee, by the contracts that buy shares."""
    issued: PerParty
    """All shares of each party that contracts hold, and those who lost by it."""
    wanted: PerParty
    """USD of demand."""
    served: PerParty
    """USD of demand served."""
    need: PerParty
    training: PerParty
    """H100e that trained; no rows where models are not followed."""
    run: PerParty
    """FLOP of the largest run that they could make (as before)."""
    remaining: Any
    """[contract, path] USD still to be paid, by the contracts that bind somebody."""
    forgone: Any
    """[contract, path] The same, before this month, of those that the failure of their payer has just ended."""
    maturing: Any
    """[party, path] USD of debt that falls due within a year; no rows where nobody lends."""
    losses: Any
    """[contract, path] USD carried forward at the end of the month, by the contracts that tax profit."""
    letting: Letting
    """For the accounts; where none are kept, it is never worked out."""
    shipments: Shipments | None
    """Of a book with generations of chips."""
    grounds: Grounds
