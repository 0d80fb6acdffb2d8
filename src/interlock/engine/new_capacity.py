"""How much of the compute that is sold runs on what was bought for it: the part that earns a return on the spending.

    of a commitment           additionality
    that names a site         what is installed at a site with a power of its own / what those take who name it
    and of all else that the owner of such sites sells
                              additionality + (1 - additionality) x what is left of them / what no orders are made for

The rest runs on what was there anyway, and could have been sold to others at that price. Who orders no chips, and has
no site, has costs that the book gives it for all that it sells: there all of it counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from interlock.book.deal import WrittenContract
from interlock.contracts import ChipSupply, PlainFlow, Site
from interlock.engine.run import Run
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


def counted(run: Run, contracts: Contracts) -> dict[str, Counted]:
    """What counts of each contract that supplies compute, of sellers who order chips."""
    sites, found = sites_of(contracts), dict[str, Counted]()
    for seller in order_chips(contracts):
        delivered = run.series["delivered"]
        sold = {
            address: delivered.first[n]
            for n, address in enumerate(delivered.rows)
            if contracts[address][0].payee == seller
        }
        parts = {address: getattr(contracts[address][1], "additionality", 0.0) for address in sold}
        left: Any = 0.0
        for site, capacity in _capacity_of(run, contracts, seller).items():
            there = [address for address in sold if sites.get(address) == site]
            need = sum((sold[address] for address in there), 0.0 * capacity)
            part = np.where(need > 0.0, np.minimum(capacity / np.where(need > 0.0, need, 1.0), 1.0), 1.0)
            found |= dict.fromkeys(there, Counted(part, part))
            left = left + np.maximum(capacity - need, 0.0)
        others = [address for address in sold if address not in found]
        rest = sum(((1.0 - parts[address]) * sold[address] for address in others), 0.0 * left)
        met = np.minimum(_over(left, rest), 1.0) if np.ndim(left) else 0.0
        for address in others:
            at_site = (1.0 - parts[address]) * met
            found[address] = Counted(parts[address] + at_site, at_site + (parts[address] if address in sites else 0.0))
    return found


def _capacity_of(run: Run, contracts: Contracts, owner: str) -> dict[str, Any]:
    """[year, path] H100e-months that can be sold at each site of an owner that has a power of its own."""
    if "installed" not in run.series:
        return {}
    begins, ends = parts_of_years(run.program.labels.start, run.program.labels.months)
    months, installed = 12.0 * (ends - begins)[:, None], run.series["installed"]
    found = {}
    for address, (written, contract) in sorted(contracts.items()):
        if isinstance(contract, Site) and written.payer == owner and contract.power is not None:
            levels = installed.first[installed.of(address.removeprefix("sites."))]
            # Known at the end of each year only; before the first month it is not.
            before = np.concatenate([levels[:1], levels[:-1]])
            found[address] = contract.availability * months * (levels + before) / 2.0
    return found


def _over(part: Any, whole: Any) -> Any:
    return np.where(whole > 0.0, part / np.where(whole > 0.0, whole, 1.0), 0.0)
