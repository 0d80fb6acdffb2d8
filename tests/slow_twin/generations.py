"""Generations of chips: what is made of each in a month, and for whom it comes."""

from typing import TYPE_CHECKING

from slow_twin.building import Site, of_chip
from slow_twin.chips import ChipSupply
from slow_twin.commitment import ComputeCommitment
from slow_twin.contracts import Contract, Sight
from slow_twin.figures import Said

if TYPE_CHECKING:
    from slow_twin.path import Path

NO_END = 1e12
"""Chips a month, where the book says no number."""


class Generation:
    """One generation, by its figures on this path."""

    def __init__(self, said: Said) -> None:
        self.said = said
        profile = said.of("profile")
        self.profile = [(-1e9, 1.0)] if profile is None else said.draws.steps(profile)

    @property
    def h100e(self) -> float:
        """What a chip is, at 989 TFLOP/s each; the book counts FLOP a month."""
        return self.said.number("bf16") / (989e12 * 3600 * 730)

    def of_driver(self, name: str, sight: Sight) -> float:
        said = self.said.of(name)
        return sight.levels[said] if isinstance(said, str) else self.said.number(name, 1.0)

    def price(self, sight: Sight) -> float:
        """USD per H100e."""
        grown = (1 + max(self.said.number("price_growth", 0.0), -0.999999)) ** (sight.month / 12)
        per_chip = self.said.number("price") * grown * self.of_driver("index", sight)
        return per_chip / self.h100e

    def beyond(self) -> list[float]:
        """Tokens, fp8 and fp4 of an H100e, each less what one of H100s has."""
        bf16, fp8 = self.said.number("bf16"), self.said.number("fp8", 0.0)
        in_fp8 = fp8 / bf16 if fp8 > 0 else 2.0
        fp4, serving = self.said.number("fp4", 0.0), self.said.number("serving", 0.0)
        in_fp4 = fp4 / bf16 if fp4 > 0 else in_fp8
        return [serving / self.h100e - 1 if serving > 0 else 0.0, in_fp8 - 2, in_fp4 - 2]

    def made(self, sight: Sight) -> float:
        """H100e that can be made this month."""
        if sight.month < self.said.number("ships", 0.0):
            return 0.0
        so_far = [level for date, level in self.profile if date <= sight.month]
        part = (so_far[-1] if so_far else 0.0) * max(self.of_driver("yields", sight), 0.0)
        return self.said.number("supply", NO_END) * part * self.h100e


def deliver(path: "Path", sight: Sight) -> None:
    """Fill orders, the old and the new: long-term ones first, all of a class to the same part."""
    supplies = [each for each in path.contracts if isinstance(each, ChipSupply)]
    in_vain = [each for each in supplies if each.in_force_from <= sight.month and is_in_vain(path, each, sight.month)]
    ordering = [each for each in supplies if each in path.running or each in in_vain]
    for each in supplies:
        is_gone = path.has_failed(each.payer, sight.month)
        each.line_up(sight, is_running=each in path.running, is_gone=is_gone, in_vain=each in in_vain)
    ordered = {name: waiting_for(name, supplies) for name in path.parties}
    sites = [each for each in path.running if isinstance(each, Site)]
    needed = {site: waiting_at(site, supplies) for site in sites}
    bought = {
        site: part_of(
            sum(each.for_sites(sight) for each in ordering if is_for(site, each)),
            sight.for_sites[site.payer, site.generation],
        )
        for site in sites
    }
    covered = {
        name: part_of(
            sum(each.shared(sight) for each in ordering if each.payer == name),
            sight.ordered[name],
        )
        for name in path.parties
    }
    there = {name: generation.made(sight) for name, generation in path.generations.items()}
    for name in [*there, None]:
        left = there.get(name, NO_END * NO_END)
        buyers = [each for each in supplies if each.of == name and each in path.running]
        for comes_first in (True, False):
            asked = sum(each.claim(comes_first=comes_first) for each in buyers)
            for each in buyers:
                each.take(min(left / asked, 1.0) if asked > 0 else 1.0, comes_first=comes_first)
            left = max(left - asked, 0.0)
    for contract in path.contracts:
        if isinstance(contract, ComputeCommitment):
            wanted = ordered.get(contract.payee, 0.0)
            missing = waiting_for(contract.payee, supplies) / wanted if wanted > 0 else 0.0
            orders = contract.orders * covered.get(contract.payee, 0.0)
            contract.awaited = (contract.awaited + orders) * missing
    for site, wanted in needed.items():
        site.take(sight, bought[site], waiting_at(site, supplies) / wanted if wanted > 0 else 0.0)
    share_out_sites(path, sight)
    for contract in path.running:
        if isinstance(contract, ComputeCommitment):
            contract.wait_for_chips(path.inner(contract))


def is_in_vain(path: "Path", supply: ChipSupply, month: int) -> bool:
    """Whether chips are ordered of a maker that has failed."""
    return path.has_failed(supply.payee, month) and not path.has_failed(supply.payer, month)


def share_out_sites(path: "Path", sight: Sight) -> None:
    """What runs at each site, among the commitments that name it."""
    for site in path.running:
        if isinstance(site, Site):
            tenants = [each for each in path.running if f"sites.{each.said.of('site')}" == site.address]
            wanted = sum(each.wanted_there for each in tenants)
            part = min(site.capacity / wanted, 1.0) if wanted > 0 else 1.0
            for each in tenants:
                each.at_site = each.wanted_there * part


def order_for_sites(path: "Path", sight: Sight) -> None:
    """What owners need for their sites."""
    for site in path.running:
        if isinstance(site, Site):
            said = path.generations[site.generation].said
            site.tenants = [each for each in path.running if f"sites.{each.said.of('site')}" == site.address]
            site.need(sight, of_chip(said), is_open=not path.has_failed(site.payer, sight.month))
            key = (site.payer, site.generation)
            sight.for_sites[key] = sight.for_sites.get(key, 0.0) + site.needed


def waiting_at(site: Site, supplies: list[ChipSupply]) -> float:
    """What the owner of a site has ordered for its sites of the generation, and not received."""
    return sum(each.waiting_for_sites for each in supplies if is_for(site, each))


def is_for(site: Site, contract: Contract) -> bool:
    """Whether a contract brings chips for a site."""
    same = (site.payer, site.generation)
    return isinstance(contract, ChipSupply) and (contract.payer, contract.of) == same


def part_of(bought: float, needed: float) -> float:
    """How much of what is needed was bought, all at most."""
    return min(bought / needed, 1.0) if needed > 0 else 0.0


def waiting_for(name: str, supplies: list[ChipSupply]) -> float:
    """What a party has ordered for those that it serves, and not received."""
    return sum(each.waiting_driven for each in supplies if each.payer == name)
