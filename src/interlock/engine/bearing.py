"""Which sales of a party bear which of its costs, future by future.

    chips that follow from orders, sites, rent, power     the compute that is sold, by its H100e-months of the run, or
                                                          after it where nothing is sold in it; rent that it is paid
                                                          itself, where it sells no compute
    costs by the dollar of sales                          the contracts that sell, by what they are paid in the year
    costs by the unit of compute                          the contracts that deliver, by what they do in the year
    costs by the year                                     all that is sold, by what it is paid over the run; of parties
                                                          that sell compute or let halls

Of compute that is sold only the part counts that runs on what was bought for it (new_capacity.py). Costs of years
without any sales that could bear them stay what they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np

from interlock.contracts import CapacityLease, ChipSupply, OwnCompute, PlainFlow, PowerPurchase, Site
from interlock.engine.new_capacity import ALL, Contracts, Counted, counted, sites_of
from interlock.engine.run import Run
from interlock.engine.venture import Venture, all_of
from interlock.ground.arrays import is_any, ratio
from interlock.money.discounting import parts_of_years

Shares = dict[str, Any]
"""By the address of what bears a cost: [path], or [year, path]."""


RUNNING = ("running", "bound", "to_pay", "goes_on")
"""Of a venture, what running it costs, and will."""


class Way(Enum):
    """By what costs are shared out."""

    sales = "what is paid in the year"
    units = "what is delivered in the year"
    compute = "H100e-months over the run, or after it where there are none in it"
    over_the_run = "what is paid over the run"


class Bearing:
    """Who bears what in a run."""

    def __init__(self, run: Run, contracts: Contracts) -> None:
        self.run, self.contracts = run, contracts
        self.sites, self.counted = sites_of(contracts), counted(run, contracts)
        self.blank = np.zeros((len(run.years), run.draws.shape[1]))

    @cached_property
    def with_before(self) -> dict[str, Counted]:
        """What would count if all had been bought in the run."""
        return counted(self.run, self.contracts, with_before=True)

    def counts(self, address: str) -> Counted:
        """What counts of what is sold under a contract."""
        return self.counted.get(address, ALL)

    def brought_home(self, party: str, found: dict[str, Venture]) -> dict[str, Venture]:
        """The ventures of a party by address, each cost where it is earned back."""
        sold = {address: venture for address, venture in found.items() if venture.sells_compute()}
        sales = {address: venture.sales for address, venture in found.items() if is_any(venture.sales)}
        lets = any(isinstance(self.contracts[address][1], CapacityLease) for address in sales)
        ways: dict[tuple[Way, frozenset[str]], list[str]] = {}
        for address, venture in found.items():
            way = self._way_of(party, address, venture, sells=bool(sold), lets=lets)
            if way is not None:
                there = self._there(address, sold) if way is Way.compute else frozenset[str]()
                ways.setdefault((way, there), []).append(address)
        for (way, there), addresses in ways.items():
            if way is Way.sales:
                revenue = self.run.series["revenue"]
                shares, rest = _parts(sales, revenue.first[revenue.of(party)])
            elif way is Way.units:
                shares, rest = self._by_unit(party)
            elif way is Way.compute:
                self._leave_out_what_was_there([found[address] for address in addresses], there)
                own = self._own_use(party)
                by_month = _compute_of({address: sold[address] for address in sold if address in there}, own)
                shares, rest = _parts(by_month, sum(by_month.values(), own), own)
            else:
                over_the_run = {address: usd.sum(axis=0) for address, usd in sales.items()}
                shares, rest = _parts(over_the_run, sum(over_the_run.values()))
            _share(found, addresses, shares, rest)
        return found

    def _way_of(self, party: str, address: str, venture: Venture, *, sells: bool, lets: bool) -> Way | None:
        """By what a cost of a party is shared out, which sells compute, or lets halls; None for what stays."""
        written, contract = self.contracts[address]
        if written.payer != party:
            return None
        if isinstance(contract, PlainFlow) and np.any(contract.of_sales != 0.0):
            return Way.sales
        if isinstance(contract, PlainFlow) and np.any(contract.per_unit != 0.0):
            return Way.units
        if self._follows_compute(contract):
            return Way.compute if sells else Way.over_the_run if lets else None
        is_by_year = isinstance(contract, PlainFlow) and not is_any(venture.funded)
        return Way.over_the_run if is_by_year and (sells or lets) else None

    def _there(self, address: str, sold: Collection[str]) -> frozenset[str]:
        """What sells the compute that a cost is for: of a site all who name it, or else all."""
        is_site = isinstance(self.contracts[address][1], Site)
        there = (other for other in sold if not is_site or self.sites.get(other) == address)
        return frozenset(there) or frozenset(sold)

    def _leave_out_what_was_there(self, ventures: Iterable[Venture], sold: Collection[str]) -> None:
        """Of power, rent and upkeep only what goes with chips that were bought in the run."""
        delivered = self.run.series["delivered"]
        new = ever = self.blank
        for address in sorted(sold):
            taken = delivered.first[delivered.of(address)]
            new = new + taken * self.counts(address).part
            ever = ever + taken * self.with_before.get(address, ALL).part
        share = ratio(new, ever, 1.0)
        if np.any(share != 1.0):
            for venture in ventures:
                counted = venture.part(share, RUNNING)
                for what in RUNNING:
                    setattr(venture, what, getattr(counted, what))

    def _own_use(self, party: str) -> Any:
        """[path] H100e-months of its sites that a lab uses itself; what it owns beside them is not paid for here."""
        delivered, found = self.run.series["delivered"], self.blank[0]
        begins, ends = parts_of_years(self.run.program.labels.start, self.run.program.labels.months)
        months = 12.0 * (ends - begins)[:, None]
        for n, address in enumerate(delivered.rows):
            written, contract = self.contracts[address]
            if written.payer == party and isinstance(contract, OwnCompute):
                found = found + np.maximum(delivered.first[n] - contract.capacity * months, 0.0).sum(axis=0)
        return found

    def _follows_compute(self, contract: Any) -> bool:
        """Whether its payer has under it what the compute that it sells runs on."""
        if isinstance(contract, ChipSupply):
            return True
        if isinstance(contract, PlainFlow):
            return bool(np.any(contract.per_order != 0.0))
        return isinstance(contract, Site | CapacityLease | PowerPurchase)

    def _by_unit(self, party: str) -> tuple[Shares, Any]:
        """The part of costs by the unit that each contract which delivers has, only what counts; and what stays."""
        delivered, parts, total = self.run.series["delivered"], {}, self.blank
        for n, address in enumerate(delivered.rows):
            if self.contracts[address][0].payee == party:
                counts = self.counts(address)
                # What runs at a site has bills of its own, and costs by the unit are of the rest.
                total = total + delivered.first[n] * (1.0 - counts.at_site)
                parts[address] = delivered.first[n] * (counts.part - counts.at_site)
        return _parts(parts, total)


def _compute_of(sellers: Mapping[str, Venture], own: Any) -> Shares:
    """[path] H100e-months that each sells in the run; where none does, nor its owner uses any, after it."""
    sold = {address: np.sum(venture.sold, axis=0) + 0.0 * own for address, venture in sellers.items()}
    is_none = sum(sold.values(), own) <= 0.0
    if not is_none.any():
        return sold
    return {
        address: np.where(is_none, np.sum(venture.asked, axis=0), sold[address]) for address, venture in sellers.items()
    }


def _parts(parts: Mapping[str, Any], whole: Any, stays: Any = 0.0) -> tuple[Shares, Any]:
    """Of a whole: the share of each part, and what stays; all of it where there is no whole."""
    shares = {address: ratio(part, whole) for address, part in parts.items()}
    return shares, ratio(stays, whole, 1.0)


def _share(found: dict[str, Venture], addresses: Sequence[str], shares: Shares, rest: Any) -> None:
    """Bring ventures home to others, so much to each; a `rest` of each on each path stays."""
    wholes = [found.pop(address) for address in addresses]
    together = all_of(wholes)
    for other, share in shares.items():
        if is_any(share):
            found.setdefault(other, Venture()).takes_over(together.part(share))
    if is_any(rest):
        for address, whole in zip(addresses, wholes, strict=True):
            found.setdefault(address, Venture()).takes_over(whole.part(rest))
