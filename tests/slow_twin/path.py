"""One path of a book, month by month, in plain Python: the model as a specification.

Everything is looked up by name. Parties are those with a budget; whoever else pays or is paid is an edge of the world,
which pays whatever it owes.
"""

import math
from calendar import monthrange
from copy import deepcopy
from dataclasses import replace

from interlock.book.book import Book
from interlock.book.deal import WrittenContract
from interlock.book.party import EDGES
from interlock.book.ranges import quantile
from interlock.book.terms import Terms
from interlock.contracts import ModelSales as ModelSalesTerms
from slow_twin import contracts as kinds
from slow_twin import tax
from slow_twin.building import Site
from slow_twin.capacity import build, use_compute
from slow_twin.clearing import Debt, clear
from slow_twin.contracts import NO_SALES, Contract, Leg, Sight
from slow_twin.customers import Segment, close_month
from slow_twin.entered import contract_of, party_of
from slow_twin.failing import end, unwritten, write_off
from slow_twin.figures import Draws, Said
from slow_twin.funding import FundingRounds, cut_back, month_of, outlook
from slow_twin.generations import Generation
from slow_twin.guarantee import Guarantee, Prepayment, share_relief
from slow_twin.markets import Market
from slow_twin.party import LEAST_USE, Party
from slow_twin.reletting import is_over
from slow_twin.serving import debt_of, interest_first, serve_before
from slow_twin.triggers import NEVER
from slow_twin.waiting import as_ever, no_more_than, put_off

ROUNDING = 1e-12
"""Of the largest bill of the month: less is not left unpaid."""


class Path:
    """The state of one path, and the month that moves it."""

    def __init__(self, book: Book, draws: Draws, world: dict[str, list[float]]) -> None:
        self.book = book
        self.draws = draws
        self.world = world
        self.parties = {name: party_of(book, draws, name) for name in sorted(book.parties) if name not in EDGES}
        self.segments = [Segment(written, draws) for written in book.segments.values()]
        self.generations = {
            name: Generation(Said(terms, f"chips.{name}", draws)) for name, terms in sorted(book.chips.items())
        }
        written = list(book.contracts())
        written += [
            WrittenContract(
                "sales", f"parties.{name}.sales", ModelSalesTerms, "customers", name, Terms(ModelSalesTerms, {})
            )
            for name, party in self.parties.items()
            if party.is_lab
        ]
        waits = [quantile(each.pays_after.distribution, 0.95) for each in written if each.pays_after is not None]
        self.longest_wait = min(math.ceil(max(waits, default=0.0)), 12)
        self.owners = {each.payer for each in book.sites.values()}
        self.contracts = [contract_of(book, draws, each) for each in written] + unwritten(self.parties, self.owners)
        self.contracts.sort(key=lambda each: each.address)
        self.by_address = {contract.address: contract for contract in self.contracts}
        for contract in self.contracts:
            if isinstance(contract, Guarantee):
                contract.find(self.by_address)
        self.markets = [Market(Said(terms, f"markets.{name}", draws)) for name, terms in sorted(book.markets.items())]
        self.bound: dict[str, float] = {}
        self.last_month: dict[str, tax.Month] = {}
        self.forced: dict[str, float] = {}
        for failure in book.failures:
            month = float(failure.month - book.start)
            self.forced[failure.party] = min(month, self.forced.get(failure.party, NEVER))
        for name, month in self.forced.items():
            if month <= 0:
                end(self.parties[name], month)
        self._rehearse()

    def _rehearse(self) -> None:
        """Play the month before the run, twice, and keep only what can be seen of it."""
        unchanging = [self.book, self.draws, self.world, *(segment.said for segment in self.segments)]
        for contract in self.contracts:
            unchanging += [contract.said, *(trigger.written for trigger in contract.triggers)]
        for _ in range(2):
            other = deepcopy(self, {id(each): each for each in unchanging})
            other.month(-1)
            for name, party in self.parties.items():
                played = other.parties[name]
                party.sales, party.burn = played.sales, played.burn[:1] * 3
                party.need, party.committed = played.need, played.committed
                party.at_start, party.reach_at_start = played.at_start, played.reach_at_start
                party.price_at_start = played.token_price
                if party.compute_price > 0:
                    party.price_at_start *= played.compute_price / party.compute_price
                party.price_at_start *= (1 + party.beyond[0]) / (1 + played.beyond[0])
                if self.segments:
                    party.compute_price, party.beyond = played.compute_price, list(played.beyond)
                party.past.begin(played.past.months[0], party.said.number("past_growth", 0.0))
                serve_before(name, party, played.debt_service[-1][0], self, other)
            for contract in self.contracts:
                played = other.by_address[contract.address]
                contract.used, contract.delivered = played.used, played.delivered
                if isinstance(contract, Site):
                    contract.powered, contract.installed = played.powered, played.installed
                for leg, theirs in zip(contract.legs, played.legs, strict=True):
                    leg.later = as_ever(theirs.billed, contract.waits or 0.0, self.longest_wait)
            for market, played in zip(self.markets, other.markets, strict=True):
                market.demand, market.supply = played.demand, played.supply
            self.bound = other.bound

    def stake(self, holder: str, company: str) -> float:
        """What one party holds of another, of the shares outstanding."""
        opening = self.book.parties[holder].stakes.get(company)
        held = 0.0 if opening is None else self.draws.value(opening, f"parties.{holder}.stakes.{company}")
        held += sum(each.shares for each in self.contracts if (each.payer, each.payee) == (holder, company))
        legs = [leg for each in self.contracts for leg in each.legs]
        held += sum(leg.compensation for leg in legs if (leg.payee, leg.payer) == (holder, company))
        return held / self.parties[company].shares

    def remaining(self, contract: Contract) -> float:
        """What the payer is still bound to pay: from next month on, or from when the contract comes into force."""
        is_over = not self.stand(contract, self.sight.month) or self.has_failed(contract.payer, self.sight.month)
        if contract.in_force_from == NEVER or is_over:
            return 0.0
        eve = self.sight.month
        if contract.in_force_from > eve:
            eve = math.ceil(contract.in_force_from) - 1
        return contract.remaining(replace(self.sight, month=eve))

    def spare(self, contract: Contract) -> float:
        """What is charged for what its buyer would not have bought."""
        buyer = self.parties.get(contract.payer)
        return 0.0 if buyer is None else contract.used * contract.price * buyer.spare

    def forgone(self, contract: Contract) -> float:
        """What the payer was bound to pay at the end of last month, and is not, for it has failed since."""
        payer, month = self.parties.get(contract.payer), self.sight.month
        if payer is None:
            return 0.0
        if payer.restructured == month:
            return self.was_bound[contract.address] * (1 - payer.keeps(month)) if contract.shrinks else 0.0
        return self.was_bound[contract.address] if payer.failed == month and not self.stand(contract, month) else 0.0

    # The month

    def month(self, t: int) -> None:
        """One month, in order."""
        levels = {name: level[t] for name, level in self.world.items()}
        for market in self.markets:
            market.ask(levels)
        for contract in self.contracts:
            if is_over(contract, self, t):
                continue
            for trigger in contract.triggers:
                trigger.settle(t, lambda address: self.watch(address, levels, t))
        for contract in self.contracts:
            contract.kept = self.parties[contract.payer].keeps(t) if contract.payer in self.parties else 1.0
        self.running = [each for each in self.contracts if each.in_force_from <= t and self.stand(each, t)]
        self.sight = sight = Sight(
            month=t,
            levels=levels,
            sales={name: party.sales for name, party in self.parties.items()},
            days=monthrange((self.book.start + t) // 12, (self.book.start + t) % 12 + 1)[1] if t >= 0 else 30,
            shares={name: party.shares for name, party in self.parties.items()},
            chip_prices={},
            for_sites={},
            is_standing={name: not self.has_failed(name, t) for name in self.parties},
            ordered={},
            supplied={},
            supplied_elsewhere={},
            served={},
            billed={},
            idle={},
            last_month=self.last_month,
            cover={name: party.cover(t) for name, party in self.parties.items()},
            leverage={name: party.leverage for name, party in self.parties.items()},
            opening_cash={name: party.cash for name, party in self.parties.items()},
            acquired={name: party.acquired for name, party in self.parties.items()},
            cash={},
            bills={},
            drawn={contract.address: contract.drawn for contract in self.contracts},
            free={},
            lacking={},
            outlooks={},
            months_of_cuts={},
        )
        sight.chip_prices = {name: each.price(sight) for name, each in self.generations.items()}
        funded = {each.payee for each in self.running if isinstance(each, FundingRounds)}
        sight.outlooks = {name: outlook(name, self) for name in funded if name in self.parties}
        for name, party in self.parties.items():
            cut_back(name, self)
            sight.months_of_cuts[name] = party.months_of_cuts
        build(self, sight)
        use_compute(self, sight)
        self.bill(sight)
        self.pay_from_free_cash(sight)
        self.pay_bills()
        self.close(sight)
        close_month(self, t)
        for market in self.markets:
            market.look(self, levels, t)
        self.bound, self.was_bound = {each.address: self.remaining(each) for each in self.contracts}, self.bound

    def watch(self, address: str, levels: dict[str, float], t: int) -> float:
        """Something watched: a driver as it is, everything else as of the end of last month."""
        section, name, *rest = address.split(".")
        if section == "drivers":
            return levels[name]
        if section == "markets":
            return levels[address]
        if section == "parties":
            return self.parties[name].watched(rest[0], t)
        if section == "sites":
            return self.by_address[address.rpartition(".")[0]].watched(rest[0])
        return self.by_address[f"deals.{name}.{rest[0]}"].watched(rest[1])

    def stand(self, contract: Contract, t: int) -> bool:
        needed = [name for name in (contract.payer, contract.payee) if name in contract.needs]
        return not any(self.has_failed(name, t) for name in needed)

    def has_failed(self, name: str, t: int) -> bool:
        return name in self.parties and self.parties[name].failed <= t

    def inner(self, contract: Contract) -> list[Contract]:
        """The contracts that count toward this one."""
        return [each for each in self.running if each.inside == contract.address]

    def bill(self, sight: Sight) -> None:
        """What falls due: contracts that count toward another first, for it counts what they charge."""
        for contract in self.contracts:
            for leg in contract.legs:
                leg.due = leg.paid = leg.relieved = 0.0
        for contract in sorted(self.running, key=lambda each: each.inside is None):
            billed = [leg for leg in contract.legs if leg.rank != "subscription"]
            if billed:
                for leg, due in zip(billed, contract.bills(sight, self.inner(contract)), strict=True):
                    is_over = self.has_failed(leg.payer, sight.month) and not isinstance(contract, Site)
                    leg.due = 0.0 if is_over else due
        self.bill_claims(sight)

    def bill_claims(self, sight: Sight) -> None:
        """What is claimed of who has just failed; then what is due later, or paid in advance."""
        for contract in self.contracts:
            if contract.in_force_from < sight.month and self.stand(contract, sight.month - 1):
                for leg, claim in zip(contract.legs, contract.claims(sight), strict=False):
                    # What it owned is bought by somebody who has not failed.
                    fallen = self.parties.get(leg.payee if leg.purpose == "liquidation" else leg.payer)
                    if fallen is not None and fallen.failed == sight.month:
                        leg.due += claim
        for contract in self.contracts:
            for leg in contract.bills_of_payer() if contract.waits is not None else []:
                if leg.purpose not in kinds.NO_SALES:
                    put_off(leg, contract.waits, self.longest_wait, is_over=self.has_failed(leg.payer, sight.month))
        for contract in self.running:
            if isinstance(contract, Prepayment):
                contract.use(sight, self.by_address[str(contract.said.of("of"))].bills_of_payer())

    def pay_from_free_cash(self, sight: Sight) -> None:
        """Lines, subscriptions, then dividends, from opening cash above the floor and this month's bills."""
        for name, party in self.parties.items():
            needed = party.said.number("floor", 0.0) + self.owed_by(name) - party.cash
            sight.free[name] = max(-needed, 0.0)
            coming = sum(leg.owed for each in self.contracts for leg in each.legs if leg.payee == name)
            sight.lacking[name] = max(needed - coming, 0.0)
        for stage in ("reserved", "subscription", "dividend"):
            for name, party in self.parties.items():
                bills = [leg for each in self.contracts for leg in each.legs if leg.rank != "subscription"]
                sight.bills[name] = sum(leg.owed for leg in bills if leg.payer == name)
                sight.cash[name] = party.cash
            if stage == "dividend":
                for name, free in sight.free.items():
                    kept = sum(each.sets_aside(sight) for each in self.running if each.payee == name)
                    sight.free[name] = max(free - kept, 0.0)
            asked = [
                (each, leg, amount)
                for each in self.running
                for leg, amount in each.wants(stage, sight)
                if not self.has_failed(leg.payer, sight.month)
            ]
            if stage == "reserved":
                asked = no_more_than("payee", sight.lacking, asked)
            for contract, leg, amount in no_more_than("payer", sight.free, asked):
                leg.due = amount
                self.move(contract, leg, amount)
            for name, free in sight.free.items():
                gone = sum(leg.paid for _, leg, _ in asked if leg.payer == name)
                if stage == "reserved":
                    gone = sum(each.keeps_ready(sight) for each in self.running if each.payer == name)
                sight.free[name] = max(free - gone, 0.0)

    def pay_bills(self) -> None:
        """Clearing: bills and arrears, also those of contracts that have ended."""
        legs = [
            (each, leg) for each in self.contracts for leg in each.legs if leg.rank != "subscription" and leg.owed > 0
        ]
        cash = {name: party.cash for name, party in self.parties.items()}
        sold_up = {leg.payee for _, leg in legs if leg.purpose == "liquidation"}
        # What is sold of who has failed goes to those first whose debts it secures.
        first = {"operating": "secured", "secured": "operating"}
        ranks = [first.get(leg.rank, leg.rank) if leg.payer in sold_up else leg.rank for _, leg in legs]
        debts = [Debt(leg.payer, leg.payee, rank, leg.owed) for (_, leg), rank in zip(legs, ranks, strict=True)]
        paid = interest_first(legs, clear(cash, debts))
        for (contract, leg), amount in zip(legs, paid, strict=True):
            self.move(contract, leg, amount)
        for party in self.parties.values():
            party.cash = max(party.cash, 0.0)  # what is left below zero is rounding

    def owed_by(self, name: str) -> float:
        return sum(leg.owed for each in self.contracts for leg in each.legs if leg.payer == name)

    def move(self, contract: Contract, leg: Leg, amount: float) -> None:
        """The only way in which cash moves."""
        leg.paid += amount
        if leg.payer in self.parties:
            self.parties[leg.payer].cash -= amount
        if leg.payee in self.parties:
            self.parties[leg.payee].cash += amount
        if (leg.payer, leg.payee) == (contract.payer, contract.payee):
            contract.drawn += amount

    def close(self, sight: Sight) -> None:
        """Arrears, failures, shares, and what will be seen next month."""
        t = sight.month
        guarantors = [each for each in self.contracts if isinstance(each, Guarantee)]
        for debt in {each.debt for each in guarantors}:
            share_relief([each for each in guarantors if each.debt == debt])
        for contract in self.running:
            contract.close(sight)
        legs = [leg for each in self.contracts for leg in each.legs]
        rounding = ROUNDING * max((leg.owed for leg in legs), default=0.0)
        for leg in legs:
            unpaid = leg.owed - leg.paid - leg.relieved
            leg.written_off = 0.0
            leg.arrears = unpaid if unpaid > rounding else 0.0
            payer = self.parties.get(leg.payer)
            if payer is not None and payer.failed <= t and leg.payer not in self.owners:
                leg.written_off, leg.arrears = leg.arrears, 0.0
        for name, party in self.parties.items():
            self.settle_standing(name, party, t)
            bought = [each for each in self.running if each.sells_compute and each.payer == name]
            used = sum(each.used for each in bought)
            if used > LEAST_USE:
                party.compute_price = sum(each.used * each.price for each in bought) / used
            party.sales = sum(leg.paid for leg in legs if leg.payee == name and leg.purpose not in NO_SALES)
            party.burn = [self.burned(name, legs), *party.burn[:2]]
            party.debt_service.append((self.invested(name, legs) - party.burn[0], self.debt_due(name, legs)))
            if party.first_owed == NEVER and any(each.owes > 0 for each in self.running if each.payee == name):
                party.first_owed = t
            party.shares = 1.0 + sum(each.shares for each in self.contracts if each.payee == name)
            bills = [leg for leg in legs if leg.payer == name]
            party.shares += sum(leg.compensation for leg in bills)
            if party.restructured == t + 1:
                party.shares += write_off(party, bills, party.shares)
            party.past.note(month_of(name, self))
            party.debt = debt_of(name, self)
        if any(isinstance(each, tax.ProfitTax) for each in self.contracts):
            self.last_month = {name: tax.month_of(name, t, self.contracts) for name in self.parties}

    def settle_standing(self, name: str, party: Party, t: int) -> None:
        """Who has left a bill unpaid for longer than its grace fails next month."""
        legs = [leg for each in self.contracts for leg in each.legs if leg.payer == name]
        party.pay_oldest_first(t, [leg for leg in legs if leg.rank != "subscription"])
        fails = party.months_in_arrears > party.said.number("grace", 2.0) or t < self.forced.get(name, NEVER) <= t + 1
        if party.failed == NEVER and fails:
            end(party, float(t + 1))
            party.forget_dates(t)

    def burned(self, name: str, legs: list[Leg]) -> float:
        running = [leg for leg in legs if leg.purpose not in kinds.FINANCING]
        out = sum(leg.paid for leg in running if leg.payer == name)
        return out - sum(leg.paid for leg in running if leg.payee == name)

    def invested(self, name: str, legs: list[Leg]) -> float:
        return sum(leg.paid for leg in legs if leg.payer == name and leg.purpose in {"chips", "construction"})

    def debt_due(self, name: str, legs: list[Leg]) -> float:
        """Interest and principal of this month; what a lender lends is none of it."""
        service = [leg for leg in legs if leg.purpose in {"interest", "principal"} and leg.rank != "subscription"]
        return sum(leg.due for leg in service if leg.payer == name)
