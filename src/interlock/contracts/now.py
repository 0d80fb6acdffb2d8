"""What a contract may look at in a month, and what it does to the physical world."""

from __future__ import annotations

from typing import Any, NamedTuple

from interlock.ground.units import (
    FacilityMegawatt,
    GrowthPerYear,
    H100e,
    ItMegawatt,
    MegawattPerH100e,
    Months,
    Multiple,
    Number,
    Share,
    Usd,
    UsdPerH100e,
    UsdPerH100eHour,
    UsdPerMonth,
)

ALWAYS = -float("inf")
"""The month in which a trigger that the book does not name first held."""

NEVER = float("inf")
"""The month in which a trigger that has not held yet first held."""


class Now(NamedTuple):
    """All that a contract may look at in a month; every number is for this contract and path."""

    month: Months = 0.0
    """Months since the start of the run."""
    days: Number = 30.0
    """Days of the month, in the calendar."""
    agenda: Any = None
    """What the contract has planned for the month, if its kind says so and it has been found."""
    since: Months = ALWAYS
    """The moment from which this contract is in force; ALWAYS where that is no news."""
    payer_stands: Number = 1.0
    """1.0 as long as the payer has not failed, then 0.0."""
    payee_stands: Number = 1.0
    """1.0 as long as the payee has not failed, then 0.0."""
    delivered: H100e = 0.0
    """Capacity that the payee has ready for this contract, on average over the month."""
    used: H100e = 0.0
    """Capacity that the payer uses."""
    ordered: H100e = 0.0
    """New chips that the payer needs this month for all the contracts under which it sells compute."""
    chip_price: UsdPerH100e = 0.0
    """Of the generation that this contract names."""
    received_firm: H100e | None = None
    """Firm chips that arrive this month; None where no generation of the book says how many are made."""
    received_driven: H100e | None = None
    """The same of chips that follow from the payer's orders."""
    waiting_firm: H100e = 0.0
    """Firm chips that were due and have not arrived: before this month's arrivals up to the bills, then after them."""
    waiting_driven: H100e = 0.0
    """The same of chips that were ordered."""
    awaited: H100e | None = None
    """New chips that the payee has ordered for this contract and not received; None as above."""
    ordered_for_sites: H100e = 0.0
    """New chips that the payer needs this month for its sites of the generation that this contract names."""
    chip_power: MegawattPerH100e = 0.0
    """IT power that an H100e of the generation takes, of a site."""
    chip_life: Months = 60.0
    """How long chips of the generation serve, of a site."""
    arrived: H100e = 0.0
    """Chips that arrive for a site this month."""
    placed: H100e = 0.0
    """Of those that it needs, what was ordered of somebody: all, as long as its owner has a seller."""
    at_site: H100e | None = None
    """What runs at the site that this contract names and is for it; None where the book has no sites."""
    has_site: Number = 0.0
    """1.0 where it names one."""
    builds_for: Months = 0.0
    """How long before its handover the shell of that site is paid for."""
    tenants_had: H100e = 0.0
    """New chips for the commitments that name a site: what should have come by last month."""
    tenants_order: H100e = 0.0
    """The same: what this month is to bring."""
    tenants_run: H100e = 0.0
    """The same: what is to run this month, late or not."""
    tenants_build: H100e = 0.0
    """The same: what its shell should have been paid for."""
    supplied: H100e = 0.0
    """What the payer runs for others beyond what its sites can: under commitments what is ready, else what is used."""
    drawn: Usd = 0.0
    """Paid under this contract up to last month."""
    arrears: Usd = 0.0
    """Billed under this contract and not paid, up to last month."""
    sales: Usd = 0.0
    """Revenue-class receipts of the payer last month."""
    payee_sales: Usd = 0.0
    """Revenue-class receipts of the payee last month."""
    earned: Usd = 0.0
    """Of the payer last month, if profit is taxed: sales, interest and prepayments, less what it paid for the same."""
    invested: Usd = 0.0
    """What the payer then paid for chips and construction, in advance or not."""
    served: Usd = 0.0
    """What the payee, a lab, can serve of its customers' demand this month."""
    billed: Share = 0.0
    """The part of that which others bill in the payee's place, under all contracts."""
    austerity: Share = 0.0
    """How far the payer, being short of cash for the months to come, has gone in cutting what it spends."""
    cut: Share = 0.0
    """How much it has cut of the costs that it can do without: they come after compute."""
    free_cash: Usd = 0.0
    """Cash of the payer above its floor and this month's bills (subscription legs only)."""
    lacking: Usd = 0.0
    """What the payee lacks to pay its bills and keep its floor, if it is paid all that it is owed (as before)."""
    unpaid: Usd = 0.0
    """What the obligor owed the payee at the end of last month, under the contract that this one names."""
    lost: Usd = 0.0
    """What the payee wrote off of that last month, the obligor having failed."""
    relieved: Usd = 0.0
    """What the obligor owes no longer because of what was paid under this contract in the month (in `after` only)."""
    relieved_by_others: Usd = 0.0
    """The same, because of what others paid who stand in for the same debt."""
    owed_back: Usd = 0.0
    """In arrears under it from the payee to the payer, at the end of last month (kinds whose collateral is sold)."""
    owed_secured: Usd = 0.0
    """Of that, what is secured."""
    payable: Usd = 0.0
    """Billed under this contract up to last month, and not yet due."""
    billed_under: Usd = 0.0
    """What falls due this month from payer to payee under the contract that this one names, arrears apart."""
    set_off: Usd = 0.0
    """What was set off of it (in `after` only)."""
    idle: H100e = 0.0
    """Capacity that the payee has, and nobody has, uses or waits for under a contract."""
    vacated: H100e = 0.0
    """Capacity that customers of the payee left when they failed, and that others may have by now."""
    vacated_worth: Usd = 0.0
    """What others pay for a month of it."""
    vacated_rent: Usd = 0.0
    """What others pay this month for halls that tenants of the payee so left."""
    beyond_cash: Usd = 0.0
    """What the payee's bills exceed its cash by, whatever it is paid in the month (kind `takeover` only)."""
    acquired: Months = NEVER
    """The first month after the payee was taken over; NEVER."""
    cash: Usd = 0.0
    """Cash of the payer at the end of last month (kind `estate-costs` only)."""
    shares: Number = 1.0
    """Shares of the payee outstanding at the end of last month; one share is the whole company at the start."""
    cover: Multiple = 1e9
    """How often the payer's business paid for its debt of 12 months, for a kind with `locked_below`; NaN before."""
    payee_cover: Multiple = 1e9
    """The same of the payee, for a kind with `cover_at_least`."""
    payee_leverage: Multiple = 0.0
    """Debt of the payee over what its business brought in during the last 12 months, where `leverage_at_most` asks."""
    shares_before: Number = 1.0
    """The same a year ago (kinds that look ahead only, like the five that follow)."""
    spare: Usd = 0.0
    """What the payer has left of its free cash when all of the month is paid (in `after` only)."""
    horizon: Months = 0.0
    """How far ahead the payee plans."""
    gap: Usd = 0.0
    """What the payee needs over its horizon: what falls due and is planned, less expected receipts, and its floor."""
    payee_cash: Usd = 0.0
    """Cash of the payee at the end of last month."""
    payee_growth: GrowthPerYear = 0.0
    """Of the payee's sales over the last twelve months."""
    within_charges: Usd = 0.0
    """What is charged this month under contracts that count toward this one."""
    within_reserved: H100e = 0.0
    """Capacity reserved this month under contracts that count toward this one."""
    within_delivered: H100e = 0.0
    """Capacity delivered this month under contracts that count toward this one."""
    within_coming: H100e = 0.0
    """Capacity planned, under contracts that count toward this one, for when chips ordered this month will run."""


class Effects(NamedTuple):
    """What a contract does to the physical world in a month, before anybody is billed."""

    reserved: H100e = 0.0
    """Capacity that the payer may use under this contract."""
    ready: H100e = 0.0
    """What the payee can have ready of it, as far as this contract's own chips are concerned."""
    orders: H100e = 0.0
    """New chips that the payee needs this month for this contract."""
    coming: H100e = 0.0
    """Capacity planned for when chips ordered this month will run."""
    chips: H100e = 0.0
    """Firm chips that fall due to the payer."""
    driven: H100e = 0.0
    """Chips that follow from what the payer orders for the compute that it sells."""
    for_sites: H100e = 0.0
    """Chips that follow from what it orders for its sites. Of compute: what is wanted of the site that it names."""
    is_open: Number = 0.0
    """1.0 where ordered chips wait until all firm ones, and all of long-term contracts, have been filled."""
    had: H100e = 0.0
    """New chips that should have come for this contract by last month."""
    runs: H100e = 0.0
    """New chips that are to run for it this month, late or not."""
    early: H100e = 0.0
    """New chips that should have come for it by now and are to run only later."""
    builds: H100e = 0.0
    """New chips of which the shell should have been paid for, at the site that it names."""
    price: UsdPerH100eHour = 0.0
    """What a unit of use is charged."""
    sunk: Share = 0.0
    """The part of what is delivered that the payer pays for, used or not."""
    billed: Share = 0.0
    """The part of what the payee, a lab, can serve that the payer bills in its place."""
    gain: Share = 0.0
    """How much more a unit of compute does for the payer, a lab."""
    reach: Number = 0.0
    """What it adds to the reach of the payee, a lab, among customers who choose; without any contract that is 1."""


class SiteState(NamedTuple):
    """How a site stands in a month."""

    powered: FacilityMegawatt = 0.0
    """At the meter, handed over."""
    grid: ItMegawatt = 0.0
    """The same, less what cooling and losses take."""
    left: H100e = 0.0
    """Chips received, less those retired."""
    installed: H100e = 0.0
    """Of these, what has power."""
    capacity: H100e = 0.0
    """Of these, what can be sold."""


class Let(NamedTuple):
    """What of the payee's capacity the payer holds in a month, of that which was built or bought for the contract."""

    capacity: Number = 0.0
    """H100e, or MW."""
    rent: UsdPerMonth = 0.0
    """What the contract asks for so much."""
    is_cut: Number = 0.0
    """1.0 in the month in which a notice ends it before its time."""


class Again(NamedTuple):
    """What others may have in a month of what the payer left when it failed, and what they pay for it."""

    planned: H100e = 0.0
    """What it would have reserved."""
    capacity: H100e = 0.0
    """Of that, what is there."""
    worth: Usd = 0.0
    """For all of that capacity."""
    rent: Usd = 0.0
    """For halls."""
    vacancy: Months = 0.0
    """For how long nobody has it."""


class Nothing(NamedTuple):
    """The memory of a contract that remembers nothing."""
