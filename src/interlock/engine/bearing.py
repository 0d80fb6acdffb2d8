"""Which sales of a party bear which of its costs, future by future.

    chips that follow from orders, sites, rent, power     the compute that is sold, by its H100e-months of the run; rent
                                                          that it is paid itself, where it sells no compute
    costs by the dollar of sales                          the contracts that sell, by what they are paid in the year
    costs by the unit of compute                          the contracts that deliver, by what they do in the year
    costs by the year                                     all that is sold, by what it is paid over the run; of parties
                                                          that sell compute or let halls

Of compute that is sold only the part counts that runs on what was bought for it (new_capacity.py). Costs of years
without any sales that could bear them stay what they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from interlock.contracts import CapacityLease, ChipSupply, OwnCompute, PlainFlow, PowerPurchase, Site
from interlock.engine.new_capacity import ALL, Contracts, Counted, counted, sites_of
from interlock.engine.run import Run
from interlock.engine.venture import Venture
from interlock.ground.arrays import ratio
from interlock.money.discounting import parts_of_years

Shares = dict[str, Any]
"""By the address of what bears a cost: [path], or [year, path]."""


class Bearing:
    """Who bears what in a run."""

    def __init__(self, run: Run, contracts: Contracts) -> None:
        self.run, self.contracts = run, contracts
        self.sites, self.counted = sites_of(contracts), counted(run, contracts)
        self.with_before = counted(run, contracts, with_before=True)
        self.blank = np.zeros((len(run.years), run.draws.shape[1]))

    def counts(self, address: str) -> Counted:
        """What counts of what is sold under a contract."""
        return self.counted.get(address, ALL)

    def brought_home(self, party: str, found: dict[str, Venture]) -> dict[str, Venture]:
        """The ventures of a party by address, each cost where it is earned back."""
        sold = {address: venture.sold.sum(axis=0) for address, venture in found.items() if np.any(venture.sold)}
        sales = {address: venture.sales for address, venture in found.items() if np.any(venture.sales)}
        over_the_run = {address: usd.sum(axis=0) for address, usd in sales.items()}
        lets = {address for address in sales if isinstance(self.contracts[address][1], CapacityLease)}
        for address in [*found]:
            written, contract = self.contracts[address]
            if written.payer != party:
                continue
            if isinstance(contract, PlainFlow) and np.any(contract.of_sales != 0.0):
                revenue = self.run.series["revenue"]
                _share(found, address, *_parts(sales, revenue.first[revenue.of(party)]))
            elif isinstance(contract, PlainFlow) and np.any(contract.per_unit != 0.0):
                _share(found, address, *self._by_unit(party))
            elif sold and self._follows_compute(contract):
                self._to_compute(party, found, address, sold)
            elif lets or sold:
                is_by_year = isinstance(contract, PlainFlow) and not np.any(found[address].funded)
                if is_by_year or self._follows_compute(contract):
                    _share(found, address, *_parts(over_the_run, sum(over_the_run.values())))
        return found

    def _to_compute(self, party: str, found: dict[str, Venture], address: str, sold: Mapping[str, Any]) -> None:
        """What the compute that is sold runs on, to that compute; what nobody buys or the owner uses itself stays."""
        _, contract = self.contracts[address]
        is_site = isinstance(contract, Site)
        there = {other: each for other, each in sold.items() if not is_site or self.sites.get(other) == address}
        by_month = there or sold
        self._leave_out_what_was_there(found[address], by_month)
        own = self._own_use(party)
        _share(found, address, *_parts(by_month, sum(by_month.values(), own), own))

    def _leave_out_what_was_there(self, venture: Venture, sold: Collection[str]) -> None:
        """Of power, rent and upkeep only what goes with chips that were bought in the run."""
        delivered = self.run.series["delivered"]
        new = ever = self.blank
        for address in sold:
            taken = delivered.first[delivered.of(address)]
            new = new + taken * self.counts(address).part
            ever = ever + taken * self.with_before.get(address, ALL).part
        share = ratio(new, ever, 1.0)
        if np.any(share != 1.0):
            counted = venture.part(share)
            for what in ("running", "bound", "to_pay", "goes_on"):
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


def _parts(parts: Mapping[str, Any], whole: Any, stays: Any = 0.0) -> tuple[Shares, Any]:
    """Of a whole: the share of each part, and what stays; all of it where there is no whole."""
    shares = {address: ratio(part, whole) for address, part in parts.items()}
    return shares, ratio(stays, whole, 1.0)


def _share(found: dict[str, Venture], address: str, shares: Shares, rest: Any) -> None:
    """Bring a venture home to others, so much to each; a `rest` of it on each path stays."""
    whole = found.pop(address)
    for other, share in shares.items():
        if other != address and np.any(share):
            mine, part = found.setdefault(other, Venture()), whole.part(share)
            for each, amounts in part.amounts().items():
                mine.add(each, amounts)
    if np.any(rest):
        found[address] = whole.part(rest)
