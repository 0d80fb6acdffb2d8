"""A site: power that is handed over in phases or as its tenants need it, chips that run on it, and what both cost.

    planned_t   = power x phases handed over by t as planned                 facility MW
    powered_t   = power x phases handed over by t - delay
    orders_t    = chips for planned_(t + lead) + refresh x chips retired by t, less those ordered so far
    installed_t = min(received - retired, powered_t / pue / power of an H100e)
    capacity_t  = availability x installed_t                                 joins the fleet of its owner

    construction = shell x (powered_(t + construction) - powered_t) / construction      each phase up to its handover
    power        = electricity x load x pue x power of an H100e x installed_t
    running      = running x powered_t

Chips are ordered by what is planned: nobody knows then by how much the site will be late. What was to run before the
first month was received in the year before it. The chips of a year retire evenly over twelve months, which begin the
service life of their generation after that year. When its owner fails the site runs on under a receiver: nothing is
built or ordered any more, and power and running costs are paid before everything else.

A site without a power of its own is built for the commitments that name it, as large as they need it:

    powered_t    = pue x power of an H100e x new capacity that they are to run at t / availability
    orders_t     = new chips that they need by t / availability + refresh x retired, less those ordered so far
    construction = shell x rise of max(powered_t, mean of powered over the `construction` months to come)

Their own `lead` and `delay` then say when chips come and when they run. What was not known in time, such as an option
that is called for late, is made up for in the month in which it is known; what ran by the first month had been paid
for before it. What they leave stays where it is, for others or for who comes next.

Worked example: 13 MW at the meter of PUE 1.3, in two halves, for chips of 1 kW; construction takes 5 months.

>>> import numpy as np
>>> from interlock.contracts import Now, Schedule, Site
>>> halls = Schedule(np.array([6.0, 8.0]), np.array([0.5, 1.0]))
>>> site = Site(chips="new", power=13.0, pue=1.3, profile=halls, shell=100.0, construction=5.0, electricity=2.0)
>>> [float(site.due(Now(month=float(t)), site.opening())[0]) for t in range(9)]
[0.0, 130.0, 130.0, 260.0, 260.0, 260.0, 130.0, 130.0, 0.0]
>>> now = Now(month=8.0, chip_power=0.001, chip_life=60.0, arrived=6_000.0)
>>> state = site.stands(now, site.opening())
>>> [float(number) for number in (state.powered, state.installed, state.capacity)]
[13.0, 6000.0, 5700.0]
>>> round(float(site.due(now, site.opening())[1]), 9)  # 6,000 chips of 1 kW draw 7.8 MW at the meter
15.6
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np

from interlock.contracts.clauses import Schedule, Scheduled
from interlock.contracts.contract import (
    PAYEE,
    PAYER,
    ChipName,
    Contract,
    ElectricityDriver,
    Leg,
    Now,
    Purpose,
    Rank,
    ShareDriver,
    SiteState,
)
from interlock.ground.amounts import h100e, megawatts, number
from interlock.ground.arrays import clip, floor, maximum, minimum, places, ratio, total, where
from interlock.ground.units import (
    FacilityMegawatt,
    H100e,
    Moment,
    Months,
    Multiple,
    Number,
    Share,
    Usd,
    UsdPerMegawatt,
    UsdPerMegawattYear,
)

YEARS = 32
"""Years of deliveries that are told apart; what comes later counts as if in the last of them."""


class Stock(NamedTuple):
    """What a site remembers."""

    before: H100e
    """Chips received before the run."""
    ordered: H100e
    """Chips ordered so far, those of before included."""
    replaced: H100e
    """Of those that have retired, what is to be replaced."""
    vintages: Any
    """[year of the run] H100e received."""
    powered: FacilityMegawatt
    """Handed over by last month."""
    paid_for: FacilityMegawatt
    """Of which the shell has fallen due by last month, at a site that is built for its tenants."""


@dataclass(frozen=True, kw_only=True)
class Site(Contract):
    """A site: power that is handed over in phases, chips that run on it, and what both cost."""

    kind: ClassVar[str] = "site"
    sentence: ClassVar[str] = (
        "at '{name}' {payer} builds {power}[ {phases}][ by {start}][, each part late by {delay}], for chips of the "
        "generation {chips}[, its shell and power at {shell}]"
    )
    builds: ClassVar[bool] = True

    chips: ChipName
    """The generation that runs on it."""

    power: FacilityMegawatt | None = None
    """At the meter, when it is complete; what the commitments that name the site need, unless given."""

    start: Moment = 0.0
    """The month in which all of it is handed over as planned, where it has no phases."""

    profile: Annotated[Schedule | None, Scheduled(linear=False)] = None
    """In place of a start, phases: the part of the power that is handed over, by date as planned."""

    delay: Months = 0.0
    """By how much all of it is late."""

    pue: Multiple = 1.25
    """Power at the meter for each MW that chips take."""

    lead: Months = 2.0
    """How long before a phase is to be handed over its chips are ordered."""

    construction: Months = 18.0
    """How long the shell and the power of a phase are paid for, in equal parts, up to its handover."""

    shell: UsdPerMegawatt = 0.0
    """What shell and power cost, for each MW at the meter."""

    electricity: ElectricityDriver = 0.0
    """Its price: a driver, or a figure."""

    load: ShareDriver = 1.0
    """The part of the chips' power that is drawn, on average."""

    running: UsdPerMegawattYear = 0.0
    """Staff and upkeep, for each MW at the meter that is handed over."""

    availability: Share = 0.95
    """The part of what is installed that can be sold."""

    refresh: Share = 0.0
    """The part of retired chips that is replaced."""

    sizes: ClassVar[tuple[str, ...]] = ("power",)
    legs: ClassVar[tuple[Leg, ...]] = (
        Leg(PAYER, PAYEE, Purpose.construction, name="construction"),
        Leg(PAYER, PAYEE, Purpose.power, Rank.operating, name="power"),
        Leg(PAYER, PAYEE, Purpose.staff, Rank.operating, name="running"),
    )
    needs: ClassVar[frozenset[str]] = frozenset()

    def opening(self) -> Stock:
        """Nothing; what was there before the run is known in its first month."""
        return Stock(0.0, 0.0, 0.0, np.zeros(YEARS), 0.0, 0.0)

    def builds_over(self) -> Months:
        """The months of construction."""
        return self._building()

    def orders(self, now: Now, memory: Any) -> H100e:
        """Chips for phases to come, and for what retires."""
        wanted = self._wanted(now) + self._replaced(now, memory)
        return now.payer_stands * maximum(wanted - self._ordered_before(now, memory), 0.0)

    def stands(self, now: Now, memory: Any) -> SiteState:
        """What is powered, received and installed this month."""
        powered = self._powered(now, memory)
        grid = powered / maximum(self.pue, 1.0)
        left = self._left(now, memory) + now.arrived
        installed = minimum(left, ratio(grid, now.chip_power))
        return SiteState(powered, grid, left, installed, self.availability * installed)

    def due(self, now: Now, memory: Any) -> tuple[Usd, Usd, Usd]:
        """Construction of the phases to come, power that is drawn, and upkeep."""
        state = self.stands(now, memory)
        construction = now.payer_stands * self.shell * self._being_paid_for(now, memory)
        drawn = self.load * maximum(self.pue, 1.0) * state.installed * now.chip_power
        return (construction, self.electricity * drawn, self.running * state.powered)

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> Stock:
        """With what has arrived."""
        year = minimum(maximum(floor(now.month / 12.0), 0.0), YEARS - 1.0)
        return Stock(
            before=self._before(now, memory),
            ordered=self._ordered_before(now, memory) + now.placed,
            replaced=self._replaced(now, memory),
            vintages=memory.vintages + where(places(memory.vintages) == year, now.arrived, 0.0),
            powered=self._powered(now, memory),
            paid_for=self._paid_for(now, memory),
        )

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """What is built, what is drawn, what is handed over."""
        state = self.stands(now, memory)
        built, months = megawatts(self._being_paid_for(now, memory)), number(self._building())
        texts = (
            f"construction: {built} of shell and power, paid for over {months} months",
            f"power: {h100e(state.installed)} of {h100e(state.left)} received run on {megawatts(state.grid)} (IT)",
            f"running: {megawatts(state.powered)} handed over",
        )
        return tuple(text if amount > 0.0 else "" for text, amount in zip(texts, due, strict=True))

    def _building(self) -> Months:
        return maximum(self.construction, 1.0)

    def _being_paid_for(self, now: Now, memory: Any) -> FacilityMegawatt:
        """Of phases to come, what falls due in a month."""
        if self.power is None:
            return self._paid_for(now, memory) - self._paid_before(now, memory)
        rise = self._handed_over(now.month + self._building()) - self._handed_over(now.month)
        # Where nothing is handed over any more, the two are the same but for rounding.
        return self.power * maximum(rise, 0.0) / self._building()

    def _paid_before(self, now: Now, memory: Any) -> FacilityMegawatt:
        """Shells paid for by last month; before the run, of what ran by its first month."""
        return where(now.month > 0.0, memory.paid_for, self._at_meter(now, now.tenants_run))

    def _paid_for(self, now: Now, memory: Any) -> FacilityMegawatt:
        """The same by this month."""
        if self.power is not None:
            return memory.paid_for
        before, by_now = (
            self._paid_before(now, memory),
            self._at_meter(now, maximum(now.tenants_build, now.tenants_run)),
        )
        return where(now.payer_stands > 0.0, maximum(before, by_now), before)

    def _at_meter(self, now: Now, for_tenants: H100e) -> FacilityMegawatt:
        """The power that it takes to have so much for tenants."""
        return ratio(for_tenants, self.availability) * maximum(self.pue, 1.0) * now.chip_power

    def _phases(self, month: Months) -> Share:
        """The part that is handed over in a month as planned, on average over it."""
        if self.profile is None:
            return clip(month + 1.0 - self.start, 0.0, 1.0)
        return self.profile.at(month)

    def _handed_over(self, month: Months) -> Share:
        """The part that is handed over in a month."""
        return self._phases(month - self.delay)

    def _powered(self, now: Now, memory: Any) -> FacilityMegawatt:
        """MW handed over; no more are once its owner has failed."""
        if self.power is None:
            before = where(now.month > 0.0, memory.powered, 0.0)
            by_now = maximum(before, self._at_meter(now, now.tenants_run))
        else:
            before, by_now = memory.powered, self.power * self._handed_over(now.month)
        return where(now.payer_stands > 0.0, by_now, before)

    def _wanted(self, now: Now) -> H100e:
        """All chips that must have been ordered by now, but for those that replace others."""
        if self.power is None:
            return ratio(now.tenants_had + now.tenants_order, self.availability)
        return self._planned_for(now, now.month)

    def _planned_for(self, now: Now, month: Months) -> H100e:
        """Of a site with a power of its own: all chips that must have been ordered by a month."""
        grid = self.power * self._phases(month + self.lead) / maximum(self.pue, 1.0)
        return ratio(grid, now.chip_power)

    def _before(self, now: Now, memory: Any) -> H100e:
        """Chips that were there before the run."""
        if self.power is None:
            there = ratio(now.tenants_had, self.availability)
        else:
            there = self._planned_for(now, minimum(now.month, 0.0) - 1.0)
        return where(now.month > 0.0, memory.before, there)

    def _ordered_before(self, now: Now, memory: Any) -> H100e:
        """Chips ordered up to last month."""
        return where(now.month > 0.0, memory.ordered, self._before(now, memory))

    def _left(self, now: Now, memory: Any) -> H100e:
        """What is left in a month of the chips that had been received before it."""
        return self._part_left(now, memory, now.month)

    def _replaced(self, now: Now, memory: Any) -> H100e:
        """What is to be replaced of all that has retired by a month."""
        retiring = self._part_left(now, memory, now.month - 1.0) - self._part_left(now, memory, now.month)
        return memory.replaced + self.refresh * maximum(retiring, 0.0)

    def _part_left(self, now: Now, memory: Any, month: Months) -> H100e:
        def left(year: Number) -> Share:
            return 1.0 - clip((month + 1.0 - 12.0 * year - now.chip_life) / 12.0, 0.0, 1.0)

        before = self._before(now, memory) * left(-1.0)
        return before + total(memory.vintages * left(places(memory.vintages)))
