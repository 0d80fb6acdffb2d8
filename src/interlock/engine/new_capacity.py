"""How much of the compute that is sold runs on what is bought for it in the run: the part that earns a return on that.

    of a commitment           additionality - H100e that were ordered for it before the run / what it takes
    that names a site         what is installed at a site with a power of its own / what those take who name it
    and of all else that the owner of such sites sells
                              the same + (1 - the same) x what is left of these sites / what the rest takes

    of what failed customers left
                              as of what they had

Of what is installed at such sites no more is new than has arrived for their owner in the run. What is not new was there
anyway, and could have been sold to others at that price. Who orders no chips, and has no site, has costs that the book
gives it for all that it sells: there all of it counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from interlock.book.deal import WrittenContract
from interlock.contracts import ChipSupply, Now, PlainFlow, Reletting, Site
from interlock.engine.run import Run
from interlock.ground.arrays import ratio
from interlock.money.discounting import parts_of_years
from interlock.program.rows import named

Contracts = Mapping[str, tuple[WrittenContract, Any]]
"""By address: as written, and with its terms on each path."""


@dataclass(frozen=True)
class Counted:
    """Of what is sold under a contract, [path], [year, path] or a number."""

    part: Any
    """What counts."""
    at_site: Any
    """What runs at sites, which have bills of their own."""

    def at_the_end(self) -> Any:
        """What counts in the last year."""
        return self.part[-1] if np.ndim(self.part) == 2 else self.part


ALL = Counted(1.0, 0.0)


def sites_of(contracts: Contracts) -> dict[str, str]:
    """The site that a contract which supplies compute names, by address."""
    found = {address: named(written, "site") for address, (written, _) in contracts.items()}
    return {address: f"sites.{site}" for address, site in found.items() if site}


def order_chips(contracts: Contracts) -> frozenset[str]:
    """Parties that order chips for the compute that they sell."""
    return frozenset(
        written.payer
        for written, contract in contracts.values()
        if isinstance(contract, Site)
        or (isinstance(contract, ChipSupply) and np.any(np.asarray(contract.share_of_orders) > 0.0))
        or (isinstance(contract, PlainFlow) and np.any(np.asarray(contract.per_order) > 0.0))
    )


def counted(run: Run, contracts: Contracts, *, with_before: bool = False) -> dict[str, Counted]:
    """What counts of each contract that supplies compute, of sellers who order chips.

    And `with_before`, what would if all that was bought for it had been bought in the run.
    """
    sites, found = sites_of(contracts), dict[str, Counted]()
    begins, ends = parts_of_years(run.program.labels.start, run.program.labels.months)
    months = 12.0 * (ends - begins)[:, None]
    for seller in order_chips(contracts):
        delivered = run.series["delivered"]
        sold = {
            address: delivered.first[n]
            for n, address in enumerate(delivered.rows)
            if contracts[address][0].payee == seller
        }
        parts = {
            address: _ordered(contracts[address][1], taken, months, with_before=with_before)
            for address, taken in sold.items()
        }
        left: Any = 0.0
        for site, capacity in _capacity_of(run, contracts, seller, months, with_before=with_before).items():
            there = [address for address in sold if sites.get(address) == site]
            need = sum((sold[address] for address in there), 0.0 * capacity)
            part = np.where(need > 0.0, np.minimum(capacity / np.where(need > 0.0, need, 1.0), 1.0), 1.0)
            found |= dict.fromkeys(there, Counted(part, part))
            left = left + np.maximum(capacity - need, 0.0)
        again = [address for address in sold if isinstance(contracts[address][1], Reletting)]
        others = [address for address in sold if address not in found and address not in again]
        rest = sum(((1.0 - parts[address]) * sold[address] for address in others), 0.0 * left)
        met = np.minimum(ratio(left, rest), 1.0) if np.ndim(left) else 0.0
        for address in others:
            at_site = (1.0 - parts[address]) * met
            found[address] = Counted(parts[address] + at_site, at_site + (parts[address] if address in sites else 0.0))
        found |= dict.fromkeys(again, _let_again(run, contracts, sold, found))
    return found


def _let_again(run: Run, contracts: Contracts, sold: Mapping[str, Any], counts: Mapping[str, Counted]) -> Counted:
    """What counts of what failed customers left: as of what they had, each by the H100e-months of its best year."""
    # Who was saved goes on; where nobody can be, whoever fails is liquidated.
    failed = run.series["liquidated" if "liquidated" in run.series else "failed"]
    part: Any = 0.0
    at_site, left = part, part
    for address, taken in sold.items():
        customer = contracts[address][0].payer
        if address in counts and customer in failed.rows:
            has_left = (failed.first[failed.of(customer)] > 0.0) * taken.max(axis=0)
            before = ratio(taken, taken.sum(axis=0))
            left = left + has_left
            part = part + has_left * (before * counts[address].part).sum(axis=0)
            at_site = at_site + has_left * (before * counts[address].at_site).sum(axis=0)
    return Counted(ratio(part, left), ratio(at_site, left))


def _ordered(contract: Any, taken: Any, months: Any, *, with_before: bool) -> Any:
    """[year, path] the part of what a contract takes, in H100e-months, that runs on chips ordered for it in the run."""
    part = getattr(contract, "additionality", 0.0)
    if not np.any(np.asarray(part) > 0.0):
        return 0.0
    if with_before:
        return part + 0.0 * taken
    before = contract.had(Now(month=0.0), contract.opening())
    return np.maximum(part - ratio(before * months, taken), 0.0)


def _capacity_of(run: Run, contracts: Contracts, owner: str, months: Any, *, with_before: bool) -> dict[str, Any]:
    """[year, path] H100e-months of new chips that can be sold at each site of an owner that has a power of its own."""
    sites = {
        address: contract
        for address, (written, contract) in sorted(contracts.items())
        if isinstance(contract, Site) and written.payer == owner and contract.power is not None
    }
    if not sites:
        return {}
    installed, chips = run.series["installed"], run.series["chips"]
    levels = {address: installed.first[installed.of(address.removeprefix("sites."))] for address in sites}
    bought = [chips.first[n] for n, address in enumerate(chips.rows) if contracts[address][0].payer == owner]
    is_new = 1.0 if with_before else np.minimum(ratio(np.cumsum(sum(bought), axis=0), sum(levels.values())), 1.0)
    new = {address: is_new * level for address, level in levels.items()}
    # Known at the end of each year only; between two of them it is taken to move evenly.
    before = {address: np.concatenate([0.0 * level[:1], level[:-1]]) for address, level in new.items()}
    return {
        address: contract.availability * months * (new[address] + before[address]) / 2.0
        for address, contract in sites.items()
    }
