"""What each party puts in and gets out under each contract, year by year, with the costs that follow from its sales.

    net = received - running costs - chips - buildings + what it funds, got back less put in

Costs are brought to where they are earned back (bearing.py). Of compute that is sold only the part counts that runs on
what was bought for it (new_capacity.py). What a party does beside the book (`other-business`, and what it then pays or
is paid by the year, whatever it sells; but for what is built by who lets halls, and models and people of who sells
models) is no part of it, nor is what funds it: chips and buildings by the year serve other business and earn there, so
that neither they nor compute that is sold by the year can be told apart from it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from interlock.contracts import CapacityLease, ComputeCommitment, FundingRounds, Now, PlainFlow, PowerPurchase, Site
from interlock.contracts.contract import INVESTMENT, REVENUE, Purpose
from interlock.engine.bearing import Bearing
from interlock.engine.bound import by_year, spread, years_left
from interlock.engine.run import Run
from interlock.engine.venture import Venture
from interlock.ground.arrays import is_any, ratio
from interlock.money.discounting import parts_of_years
from interlock.program.rows import named

CAPITAL = {Purpose.chips: "chips", Purpose.construction: "buildings"}
"""Where what is bought for years is entered."""

ADVANCES = frozenset({Purpose.prepayment, Purpose.refund})

LENDING = frozenset({Purpose.principal, Purpose.interest})

OWNING = frozenset({Purpose.equity, Purpose.dividend, Purpose.buyback})

UNASKED = frozenset({Purpose.guarantee, Purpose.liquidation})
"""Neither sales nor costs, and both ends have them."""

MODELS = frozenset({Purpose.model_usage, Purpose.resale})
"""What a lab does after the run is not counted, nor what others are bound to pay for it."""


class Ventures:
    """Which costs follow from which sales in a run."""

    def __init__(self, run: Run) -> None:
        self.run, self.draws = run, run.draws
        self.contracts = {
            written.address: (written, recipe.settled(self.draws))
            for stack in run.program.stacks
            for written, recipe in zip(stack.contracts, stack.recipes, strict=True)
        }
        self.bearing = Bearing(run, self.contracts)
        self.blank = np.zeros((len(run.years), self.draws.shape[1]))
        paid = run.series["paid"]
        self.legs, self.paid, self.is_paid = paid.rows, paid.first, paid.mean().any(axis=1)
        self.parts = parts_of_years(run.program.labels.start, run.program.labels.months)
        self.purposes: dict[str, set[str]] = {}
        self.promised: dict[str, set[str]] = {}
        self.legs_of: dict[str, list[int]] = {}
        for n, (contract, payer, payee, purpose, _) in enumerate(self.legs):
            self.legs_of.setdefault(contract, []).append(n)
            self.purposes.setdefault(contract, set()).add(purpose)
            written, _ = self.contracts[contract]
            if (payer, payee) == (written.payer, written.payee):
                self.promised.setdefault(contract, set()).add(purpose)

    def of(self, party: str) -> dict[str, Venture]:
        """What a party puts in and gets out, by the address of the contract that it belongs to."""
        found: dict[str, Venture] = {}
        for n, (contract, payer, payee, purpose, _) in enumerate(self.legs):
            if party in {payer, payee} and payer != payee and self._is_of_the_book(party, contract, purpose):
                # What is paid in advance belongs to what it is set off against.
                venture = found.setdefault(self._set_off_against(contract), Venture())
                if self.is_paid[n]:
                    self._enter(venture, party, self.legs[n], self.paid[n])
        for address, venture in found.items():
            if self.contracts[address][0].payee == party:
                venture.takes(self.bearing.counts(address).part)
            self._delivers(venture, party, address)
            self._is_left(venture, party, address)
        home = self.bearing.brought_home(party, found)
        if any(venture.has_chips for venture in home.values()):
            beside = tuple(venture for venture in home.values() if venture.sells_compute())
            for venture in beside:
                venture.beside = beside
        return home

    def let_inside(self, group: Collection[str], of_each: Mapping[str, Mapping[str, Venture]]) -> None:
        """Note of each hall that members of a group let to each other who uses it."""
        for address, (written, contract) in self.contracts.items():
            is_inside = {written.payer, written.payee} <= {*group}
            if isinstance(contract, CapacityLease) and is_inside and address in of_each[written.payee]:
                users = (each.beside for each in of_each[written.payer].values() if each.beside)
                of_each[written.payee][address].tenants = next(users, ())

    def sold_to_others(self, group: Collection[str]) -> Any:
        """[year, path] USD of what a group sells to others, of what counts."""
        found = self.blank
        for n, (contract, payer, payee, purpose, _) in enumerate(self.legs):
            is_sale = purpose in REVENUE and payee in group and payer not in group
            if is_sale and self._is_of_the_book(payee, contract, purpose):
                found = found + self.paid[n] * self.bearing.counts(contract).part
        return found

    def committed(self, group: Collection[str]) -> list[float]:
        """USD on average that a group is bound to pay others for goods and services at the end of each year."""
        remaining, found = self.run.series["remaining"], np.zeros(len(self.blank))
        means = remaining.mean()
        for n, address in enumerate(remaining.rows):
            written, _ = self.contracts[address]
            is_owed_to_others = written.payer in group and written.payee not in group
            if is_owed_to_others and self.purposes.get(address, set()) & REVENUE:
                found = found + means[n]
        return [float(usd) for usd in found]

    def beside(self, group: Collection[str]) -> float:
        """USD on average that a group spends on chips and buildings over the run for what is beside the book."""
        means = self.run.series["paid"].mean().sum(axis=1)
        return float(
            sum(
                means[n]
                for n, (contract, payer, _, purpose, _) in enumerate(self.legs)
                if payer in group and purpose in INVESTMENT and not self._is_of_the_book(payer, contract, purpose)
            )
        )

    @cached_property
    def have_other_business(self) -> frozenset[str]:
        """Parties that do something which the book does not model."""
        return frozenset(
            contract.split(".")[1]
            for contract, _, _, purpose, _ in self.legs
            if contract.startswith("parties.") and purpose == Purpose.other_business
        )

    @cached_property
    def let_halls(self) -> frozenset[str]:
        """Parties that build for tenants of the book."""
        return frozenset(written.payee for written, each in self.contracts.values() if isinstance(each, CapacityLease))

    @cached_property
    def sell_models(self) -> frozenset[str]:
        """Parties whose models customers of the book use."""
        return frozenset(payee for _, _, payee, purpose, _ in self.legs if purpose == Purpose.model_usage)

    @cached_property
    def worth(self) -> dict[str, Any]:
        """[path] what a company that sells shares in rounds is worth at the end, were the market open."""
        begins, ends = self.parts
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
        if purpose in INVESTMENT and party in self.let_halls:
            return True
        if purpose in {Purpose.staff, Purpose.model_usage} and party in self.sell_models:
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
        elif purpose in ADVANCES:
            is_buyer = party == (payer if purpose == Purpose.prepayment else payee)
            lasts = self.purposes[self._set_off_against(contract)] & INVESTMENT
            venture.add(*(("chips" if lasts else "running", -sign * usd) if is_buyer else ("received", sign * usd)))
        elif party == payee:
            if purpose in REVENUE:
                venture.sells(usd)
            else:
                venture.add("received", usd)
        else:
            venture.add(CAPITAL.get(Purpose(purpose), "running"), usd)

    def _set_off_against(self, contract: str) -> str:
        """The address of the contract whose bills an advance pays; of all other contracts, their own."""
        return named(self.contracts[contract][0], "billed") or contract

    def _delivers(self, venture: Venture, party: str, address: str) -> None:
        """The compute that is sold, and the chips that have arrived."""
        series, (written, _) = self.run.series, self.contracts[address]
        if written.payee == party and address in series["delivered"].rows:
            delivered = series["delivered"]
            venture.add("sold", delivered.first[delivered.of(address)] * self.bearing.counts(address).part)
        if written.payer == party and "chips" in series and address in series["chips"].rows:
            arrived = series["chips"].first[series["chips"].of(address)]
            venture.add("arrived", arrived * self._availability(party))

    def _availability(self, party: str) -> Any:
        """The part of its chips that a party can sell, on average over its sites."""
        found = [
            contract.availability
            for written, contract in self.contracts.values()
            if isinstance(contract, Site) and written.payer == party
        ]
        return sum(found) / len(found) if found else 1.0

    def _is_left(self, venture: Venture, party: str, address: str) -> None:
        """What is still to be paid, owned and lent at the end of the run."""
        series, (written, contract) = self.run.series, self.contracts[address]
        bought = series["bought"]
        if address in series["remaining"].rows and (self.promised.get(address, set()) & REVENUE) - MODELS:
            self._is_bound(venture, party, address)
        if written.payer == party and address in bought.rows and written.payee in self.worth:
            held = bought.first[bought.of(address), -1]
            venture.add("shares", held * self.worth[written.payee] * self._stands(written.payee))
        if written.payer == party and Purpose.principal in self.purposes.get(address, set()):
            self._lend(venture, address, contract)

    def _is_bound(self, venture: Venture, party: str, address: str) -> None:
        """What is still to be paid under a contract that binds, and what it is for."""
        remaining, (written, contract) = self.run.series["remaining"], self.contracts[address]
        usd, last = remaining.first[remaining.of(address), -1], self._paid_last(address)
        if isinstance(contract, ComputeCommitment):
            contract = replace(contract, price=self._price_last(address, contract, last))
        years, is_owed = years_left(contract, usd, last), is_any(usd)
        if written.payee == party:
            if is_owed:
                venture.add("to_come", spread(usd * self.bearing.counts(address).at_the_end(), years))
            if is_owed and isinstance(contract, ComputeCommitment):
                venture.add("asked", ratio(venture.to_come, contract.price))
        elif not self.promised[address] & INVESTMENT:
            # Chips to come are worth what is still to be paid for them.
            venture.add("bound", venture.running)
            if isinstance(contract, CapacityLease | PowerPurchase):
                venture.add("goes_on", last * (1.0 - by_year(years)))
            if is_owed:
                venture.add("to_pay", spread(usd, years))
            if is_owed and isinstance(contract, ComputeCommitment):
                self._uses(venture, address, contract.price)

    def _paid_last(self, address: str) -> Any:
        """[path] USD a year that were paid for what a contract promises in the last year of the run."""
        (written, _), (begins, ends) = self.contracts[address], self.parts
        paid = sum(
            self.paid[n, -1]
            for n in self.legs_of[address]
            if self.legs[n][1:3] == (written.payer, written.payee) and self.legs[n][3] in REVENUE
        )
        return paid / (ends[-1] - begins[-1])

    def _price_last(self, address: str, contract: ComputeCommitment, last: Any) -> Any:
        """[path] what an H100e-month of a commitment costs by now: what is agreed, or less since it was changed."""
        used = self.run.series["used"].first[self.run.series["used"].of(address)]
        agreed = contract.price + 0.0 * last
        if (contract.renewal is None and contract.renegotiation is None) or len(used) < 2:
            return agreed
        begins, ends = self.parts
        # Of what has just begun some is not paid for yet.
        of_late = np.where(used[-2] > 0.0, ratio(last, used[-1] / (ends[-1] - begins[-1]), np.inf), np.inf)
        return np.minimum(agreed, np.where(of_late > 0.0, of_late, np.inf))

    def _uses(self, venture: Venture, address: str, price: Any) -> None:
        """Of compute that it is bound to pay for, what a party will use, if that is the part that it used of late."""
        series = self.run.series
        used, delivered = (series[name].first[series[name].of(address), -1] for name in ("used", "delivered"))
        usd = venture.to_pay * np.minimum(ratio(used, delivered, 1.0), 1.0)
        venture.add("to_use", usd)
        venture.add("hours", ratio(usd, price))

    def _lend(self, venture: Venture, address: str, contract: Any) -> None:
        """A loan: what stood at the start counts as put in then; who has not failed owes what stands at the end."""
        written, _ = self.contracts[address]
        before = np.asarray(getattr(contract, "outstanding", 0.0)) * np.ones(self.blank.shape[1])
        venture.add("before", before)
        owed = before
        for n in self.legs_of[address]:
            _, payer, _, purpose, _ = self.legs[n]
            if purpose == Purpose.principal:
                way = 1.0 if payer == written.payer else -1.0
                owed = owed + way * self.paid[n].sum(axis=0)
        venture.add("lent", np.maximum(owed, 0.0) * self._stands(written.payee))

    def _stands(self, party: str) -> Any:
        """[path] 1.0 where a party has not failed by the end."""
        failed = self.run.series["failed"]
        return 1.0 - failed.first[failed.of(party), -1] if party in failed.rows else 1.0
