"""What each party puts in and gets out under each contract, year by year, with the costs that follow from its sales.

    net = received - running costs - chips - buildings + what it funds, got back less put in

Costs are brought to where they are earned back, future by future:

    chips that follow from orders, sites, rent, power     to the compute that is sold, by its H100e-months of the run
    costs by the dollar of sales                          to the contracts that sell, by what they bring in the year
    costs by the unit of compute                          to the contracts that deliver, by what they do in the year

Of compute that is sold only the part counts that runs on what was bought for it (new_capacity.py). What a party does
beside the book (`other-business`, and what it then pays or is paid by the year, whatever it sells) is no part of it,
nor is what funds it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from interlock.contracts import (
    CapacityLease,
    ChipSupply,
    FundingRounds,
    Now,
    OwnCompute,
    PlainFlow,
    PowerPurchase,
    Site,
)
from interlock.contracts.contract import INVESTMENT, REVENUE, Purpose
from interlock.engine.new_capacity import ALL, Counted, counted, sites_of
from interlock.engine.run import Run
from interlock.ground.arrays import ratio
from interlock.money.discounting import parts_of_years

CAPITAL = {Purpose.chips: "chips", Purpose.construction: "buildings"}
"""Where what is bought for years is entered."""

ADVANCES = frozenset({Purpose.prepayment, Purpose.refund})

LENDING = frozenset({Purpose.principal, Purpose.interest})

OWNING = frozenset({Purpose.equity, Purpose.dividend, Purpose.buyback})

UNASKED = frozenset({Purpose.guarantee, Purpose.liquidation})
"""Neither sales nor costs, and both ends have them."""


@dataclass
class Venture:
    """What a party puts in and gets out: [year, path] USD, unless it says otherwise."""

    received: Any = 0.0
    running: Any = 0.0
    """Costs that bring nothing in later years."""
    chips: Any = 0.0
    buildings: Any = 0.0
    funded: Any = 0.0
    """Got back less put in, of shares and loans."""
    arrived: Any = 0.0
    """H100e of chips."""
    sold: Any = 0.0
    """H100e-months, of those that count."""
    to_come: Any = 0.0
    """[path] what others are still bound to pay at the end of the run, of what counts."""
    to_pay: Any = 0.0
    """[path] what it is still bound to pay itself."""
    lent: Any = 0.0
    """[path] principal that is outstanding at the end."""
    shares: Any = 0.0
    """[path] what the shares bought are worth at the end, at the price of a round in an open market."""

    def add(self, what: str, amounts: Any) -> None:
        """So much more of one of them."""
        setattr(self, what, getattr(self, what) + amounts)

    def part(self, share: Any) -> Venture:
        """A part of it on each path."""
        return Venture(**{each.name: getattr(self, each.name) * share for each in fields(self)})

    def spent(self) -> Any:
        """On what lasts for years."""
        return self.chips + self.buildings

    def earned(self) -> Any:
        """By what it sells, buys and builds, whoever funds it."""
        return self.received - self.running - self.spent()

    def net(self) -> Any:
        """All of it."""
        return self.earned() + self.funded


def together(ventures: Iterable[Venture]) -> Venture:
    """Several as one."""
    found = Venture()
    for venture in ventures:
        for each in fields(Venture):
            amounts = getattr(venture, each.name)
            if np.ndim(amounts):
                found.add(each.name, amounts)
    return found


class Ventures:
    """Which costs follow from which sales in a run."""

    def __init__(self, run: Run) -> None:
        self.run, self.draws = run, run.draws
        self.contracts = {
            written.address: (written, recipe.settled(self.draws))
            for stack in run.program.stacks
            for written, recipe in zip(stack.contracts, stack.recipes, strict=True)
        }
        self.sites, self.counted = sites_of(self.contracts), counted(run, self.contracts)
        self.with_before = counted(run, self.contracts, with_before=True)
        self.blank = np.zeros((len(run.years), self.draws.shape[1]))
        self.legs = run.series["paid"].rows
        self.purposes: dict[str, set[str]] = {}
        self.promised: dict[str, set[str]] = {}
        for contract, payer, payee, purpose, _ in self.legs:
            self.purposes.setdefault(contract, set()).add(purpose)
            written, _ = self.contracts[contract]
            if (payer, payee) == (written.payer, written.payee):
                self.promised.setdefault(contract, set()).add(purpose)

    def of(self, party: str) -> dict[str, Venture]:
        """What a party puts in and gets out, by the address of the contract that it belongs to."""
        found: dict[str, Venture] = {}
        for n, (contract, payer, payee, purpose, _) in enumerate(self.legs):
            if party in {payer, payee} and payer != payee and self._is_of_the_book(party, contract, purpose):
                venture = found.setdefault(contract, Venture(received=self.blank))
                self._enter(venture, party, self.legs[n], self.run.series["paid"].first[n])
        for address, venture in found.items():
            if self.contracts[address][0].payee == party:
                venture.received = venture.received * self.counts(address).part
            self._delivers(venture, party, address)
            self._is_left(venture, party, address)
        return self._brought_home(party, found)

    def of_group(self, group: Collection[str], of_each: Mapping[str, Mapping[str, Venture]]) -> Venture:
        """Several parties as one: what they still have to pay each other, or hold of each other, is nothing to it."""
        whole = together(venture for name in sorted(group) for venture in of_each[name].values())
        for address, (written, _) in self.contracts.items():
            if {written.payer, written.payee} <= {*group}:
                for party in {written.payer, written.payee}:
                    inside = Venture()
                    self._is_left(inside, party, address)
                    for what in ("to_come", "to_pay", "lent", "shares"):
                        whole.add(what, -1.0 * getattr(inside, what))
        return whole

    def sold_to_others(self, group: Collection[str]) -> Any:
        """[year, path] USD of what a group sells to others, of what counts."""
        paid, found = self.run.series["paid"], self.blank
        for n, (contract, payer, payee, purpose, _) in enumerate(self.legs):
            is_sale = purpose in REVENUE and payee in group and payer not in group
            if is_sale and self._is_of_the_book(payee, contract, purpose):
                found = found + paid.first[n] * self.counts(contract).part
        return found

    def committed(self, group: Collection[str]) -> list[float]:
        """USD on average that a group is bound to pay for goods and services at the end of each year, used or not."""
        remaining, found = self.run.series["remaining"], np.zeros(len(self.blank))
        means = remaining.mean()
        for n, address in enumerate(remaining.rows):
            written, _ = self.contracts[address]
            if written.payer in group and self.purposes.get(address, set()) & REVENUE:
                found = found + means[n]
        return [float(usd) for usd in found]

    def counts(self, address: str) -> Counted:
        """What counts of what is sold under a contract."""
        return self.counted.get(address, ALL)

    @cached_property
    def have_other_business(self) -> frozenset[str]:
        """Parties that do something which the book does not model."""
        return frozenset(
            contract.split(".")[1]
            for contract, _, _, purpose, _ in self.legs
            if contract.startswith("parties.") and purpose == Purpose.other_business
        )

    @cached_property
    def worth(self) -> dict[str, Any]:
        """[path] what a company that sells shares in rounds is worth at the end, were the market open."""
        begins, ends = parts_of_years(self.run.program.labels.start, self.run.program.labels.months)
        found, revenue = {}, self.run.series["revenue"]
        for written, contract in self.contracts.values():
            if isinstance(contract, FundingRounds) and len(ends) > 1:
                sales = revenue.first[revenue.of(written.payee)] / (ends - begins)[:, None]
                # Years that the run covers in part are no measure of growth.
                last, before = sales[-1], sales[-2]
                now = Now(month=0.0, payee_sales=last / 12.0, payee_growth=ratio(last, before) - 1.0)
                found[written.payee] = replace(contract, appetite=1.0).worth(now)
        return found

    def _is_of_the_book(self, party: str, address: str, purpose: str) -> bool:
        """Whether a flow belongs to what the book models of a party."""
        if purpose == Purpose.other_business:
            return False
        _, contract = self.contracts[address]
        if not (isinstance(contract, PlainFlow) and party in self.have_other_business):
            return True
        return any(np.any(getattr(contract, by) != 0.0) for by in ("of_sales", "per_unit", "per_order"))

    def _enter(self, venture: Venture, party: str, leg: tuple[str, str, str, str, str], usd: Any) -> None:
        """One leg, in the venture of one of its ends."""
        contract, payer, payee, purpose, _ = leg
        written, _ = self.contracts[contract]
        sign = 1.0 if party == payee else -1.0
        if purpose in LENDING | OWNING:
            # Of a loan, of shares and of dividends: only who funds somebody, not who is funded.
            funds = payee if purpose in {Purpose.dividend, Purpose.buyback} else written.payer
            if party == funds:
                venture.add("funded", sign * usd)
        elif purpose in UNASKED:
            venture.add("funded", sign * usd)
        elif purpose in ADVANCES and self._buys_what_lasts(contract):
            buyer = payer if purpose == Purpose.prepayment else payee
            venture.add(*(("chips", -sign * usd) if party == buyer else ("received", sign * usd)))
        elif party == payee:
            venture.add("received", usd)
        else:
            venture.add(CAPITAL.get(Purpose(purpose), "running"), usd)

    def _buys_what_lasts(self, contract: str) -> bool:
        return bool(self.purposes[contract] & INVESTMENT)

    def _delivers(self, venture: Venture, party: str, address: str) -> None:
        """The compute that is sold, and the chips that have arrived."""
        series, (written, _) = self.run.series, self.contracts[address]
        if written.payee == party and address in series["delivered"].rows:
            delivered = series["delivered"]
            venture.add("sold", delivered.first[delivered.of(address)] * self.counts(address).part)
        if written.payer == party and "chips" in series and address in series["chips"].rows:
            venture.add("arrived", series["chips"].first[series["chips"].of(address)])

    def _is_left(self, venture: Venture, party: str, address: str) -> None:
        """What is still to be paid, owned and lent at the end of the run."""
        series, (written, contract) = self.run.series, self.contracts[address]
        remaining, bought = series["remaining"], series["bought"]
        purposes = self.promised.get(address, set())
        if address in remaining.rows and purposes & REVENUE:
            usd = remaining.first[remaining.of(address), -1]
            if written.payee == party:
                venture.add("to_come", usd * self.counts(address).at_the_end())
            elif not purposes & INVESTMENT:
                # Chips to come are worth what is still to be paid for them.
                venture.add("to_pay", usd)
        if written.payer == party and address in bought.rows and written.payee in self.worth:
            held = bought.first[bought.of(address), -1]
            venture.add("shares", held * self.worth[written.payee] * self._stands(written.payee))
        if written.payer == party and Purpose.principal in self.purposes.get(address, set()):
            self._lend(venture, address, contract)

    def _lend(self, venture: Venture, address: str, contract: Any) -> None:
        """A loan: what stood at the start counts as put in then; who has not failed owes what stands at the end."""
        written, _ = self.contracts[address]
        before = np.asarray(getattr(contract, "outstanding", 0.0)) * np.ones(self.blank.shape[1])
        venture.funded = venture.funded + self.blank
        venture.funded[0] -= before
        owed = before
        for n, (of, payer, _, purpose, _) in enumerate(self.legs):
            if of == address and purpose == Purpose.principal:
                way = 1.0 if payer == written.payer else -1.0
                owed = owed + way * self.run.series["paid"].first[n].sum(axis=0)
        venture.add("lent", np.maximum(owed, 0.0) * self._stands(written.payee))

    def _stands(self, party: str) -> Any:
        """[path] 1.0 where a party has not failed by the end."""
        failed = self.run.series["failed"]
        return 1.0 - failed.first[failed.of(party), -1] if party in failed.rows else 1.0

    def _brought_home(self, party: str, found: dict[str, Venture]) -> dict[str, Venture]:
        """The same, each cost where it is earned back."""
        sold = {address: venture for address, venture in found.items() if np.any(np.asarray(venture.sold) > 0.0)}
        revenue = self.run.series["revenue"]
        total = revenue.first[revenue.of(party)]
        received = {address: venture.received for address, venture in found.items()}
        for address in [*found]:
            written, contract = self.contracts[address]
            if written.payer != party:
                continue
            if isinstance(contract, PlainFlow) and np.any(contract.of_sales != 0.0):
                _share(
                    found, address, {other: ratio(usd, total) for other, usd in received.items() if other != address}
                )
            elif isinstance(contract, PlainFlow) and np.any(contract.per_unit != 0.0):
                _share(found, address, self._by_unit(party))
            elif sold and self._follows_compute(contract):
                by_month = {
                    other: venture.sold.sum(axis=0)
                    for other, venture in sold.items()
                    if not isinstance(contract, Site) or self.sites.get(other) == address
                } or {other: venture.sold.sum(axis=0) for other, venture in sold.items()}
                self._leave_out_what_was_there(found[address], by_month)
                own = self._own_use(party)
                months = sum(by_month.values(), own)
                # What nobody buys, and what the owner uses itself, stays what it is.
                rest = np.where(months > 0.0, ratio(own, months), 1.0)
                _share(found, address, {other: ratio(each, months) for other, each in by_month.items()}, rest)
        return found

    def _leave_out_what_was_there(self, venture: Venture, sold: Collection[str]) -> None:
        """Of power, rent and upkeep only what goes with chips that were bought in the run."""
        delivered = self.run.series["delivered"]
        new = ever = self.blank
        for address in sold:
            taken = delivered.first[delivered.of(address)]
            new = new + taken * self.counts(address).part
            ever = ever + taken * self.with_before.get(address, ALL).part
        part = np.where(ever > 0.0, ratio(new, ever), 1.0)
        venture.running = venture.running * part
        venture.to_pay = venture.to_pay * part[-1]

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

    def _by_unit(self, party: str) -> dict[str, Any]:
        """[year, path] the part of costs by the unit that each contract which delivers has: only what counts."""
        delivered, parts, weights = self.run.series["delivered"], {}, {}
        for n, address in enumerate(delivered.rows):
            if self.contracts[address][0].payee == party:
                counts = self.counts(address)
                # What runs at a site has bills of its own, and costs by the unit are of the rest.
                weights[address] = delivered.first[n] * (1.0 - counts.at_site)
                parts[address] = delivered.first[n] * (counts.part - counts.at_site)
        total = sum(weights.values(), self.blank)
        return {address: ratio(part, total) for address, part in parts.items()}


def _share(found: dict[str, Venture], address: str, shares: dict[str, Any], rest: Any = 0.0) -> None:
    """Bring a venture home to others, so much to each; a `rest` of it on each path stays."""
    whole = found.pop(address)
    for other, share in shares.items():
        mine = found.setdefault(other, Venture())
        for each in fields(Venture):
            amounts = getattr(whole, each.name)
            if np.ndim(amounts) == 1 and np.ndim(share) == 2:
                amounts = amounts * share[-1]
            elif np.any(amounts):
                amounts = amounts * share
            mine.add(each.name, amounts)
    if np.any(rest):
        found[address] = whole.part(rest)
