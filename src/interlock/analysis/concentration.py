"""How few suppliers or customers a party has, and how far a cloud has weaned itself off one of them, over time.

    concentration = sum of squared shares     1 / n for n of the same size           Herfindahl (1950), Hirschman (1945)

The crowd outside the book counts as many small ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from interlock.analysis.answer import ByYear, Estimate, Share, SharesByYear, percent
from interlock.book.party import EDGES
from interlock.contracts.contract import REVENUE
from interlock.engine.run import Run
from interlock.ground.sampling_error import ratio_error

WORTH_TELLING = 0.1
"""A share that is smaller is in the table only."""


@dataclass(frozen=True)
class Concentration:
    """How few suppliers, or customers, a party has, over time."""

    party: str
    of: str
    """`suppliers` of compute, or `customers`."""
    years: ByYear
    """From 0 to 1: the mean of the futures in which there are any."""


@dataclass(frozen=True)
class Weaned:
    """How much of what a cloud sells, and is bound to be paid, is one customer's."""

    cloud: str
    customer: str
    sales: SharesByYear
    backlog: SharesByYear
    """Of what customers are bound to pay it, whatever they use."""

    def tell(self) -> str:
        """From what to what."""
        parts = [
            f"{percent(years[0][1].share, years[0][1].error)} of its {what} in {years[0][0]} and "
            f"{percent(years[-1][1].share, years[-1][1].error)} in {years[-1][0]}"
            for what, years in (("sales", self.sales), ("backlog", self.backlog))
            if years
        ]
        return f"{self.cloud}: {self.customer} makes {', and '.join(parts)}."


def concentrations(run: Run) -> Iterator[Concentration]:
    """Of suppliers of compute by buyer, and of customers by seller; only of who has two parties to choose from."""
    names = run.series["revenue"].rows
    customers: dict[tuple[str, str], Any] = {}
    paid = run.series["paid"]
    for (_, payer, payee, purpose, _), usd in zip(paid.rows, paid.first, strict=True):
        if purpose in REVENUE and payee in names and payer != payee:
            customers[payee, payer] = customers.get((payee, payer), 0.0) + usd
    for of, amounts in (("suppliers", used_between(run)), ("customers", customers)):
        for party in names:
            here = {other: each for (one, other), each in amounts.items() if one == party and each.any()}
            if len(here) > 1:
                yield Concentration(party, of, tuple(_by_year(here, run)))


def _by_year(here: dict[str, Any], run: Run) -> Iterator[tuple[int, Estimate]]:
    """The sum of squared shares, future by future, in each year in which there is anything."""
    total = sum(here.values())
    squares = sum(each**2 for other, each in here.items() if other not in EDGES) + np.zeros_like(total)
    for year, of, whole in zip(run.years, squares, total, strict=True):
        some = whole > 0.0
        index = np.divide(of, whole**2, out=np.zeros_like(of), where=some)
        if some.any():
            low, high = np.quantile(index[some], [0.05, 0.95])
            error = float(ratio_error(index, some, run.sampling))
            yield year, Estimate(float(index.sum() / some.sum()), float(low), float(high), error)


def weaning(run: Run) -> Iterator[Weaned]:
    """For each cloud, its customers among the parties: who buys most over the run comes first."""
    paid, remaining = run.series["paid"], run.series["remaining"]
    ends = {each.address: (each.payer, each.payee) for each in run.program.labels.contracts if each is not None}
    sales = [(leg[2], leg[1], usd) for leg, usd in zip(paid.rows, paid.first, strict=True) if leg[3] in REVENUE]
    # What a lender is bound to lend is no backlog of who borrows.
    sold = {leg[:3] for leg in paid.rows if leg[3] in REVENUE}
    backlog = [
        (*reversed(ends[each]), usd)
        for each, usd in zip(remaining.rows, remaining.first, strict=True)
        if (each, *ends[each]) in sold
    ]
    for cloud in sorted(name for name, party in run.book.parties.items() if "cloud" in party.roles):
        customers = {payer for seller, payer, _ in (*sales, *backlog) if seller == cloud and payer not in EDGES}
        bought = {
            each: sum(float(usd.sum()) for seller, payer, usd in sales if (seller, payer) == (cloud, each))
            for each in customers - {cloud}
        }
        for customer in sorted(bought, key=lambda each: (-bought[each], each)):
            of_cloud = ([(payer, usd) for seller, payer, usd in some if seller == cloud] for some in (sales, backlog))
            shares = [_share_of(customer, rows, run) for rows in of_cloud]
            if max((share.share for years in shares for _, share in years), default=0.0) >= WORTH_TELLING:
                yield Weaned(cloud, customer, *shares)


def _share_of(customer: str, rows: Sequence[tuple[str, Any]], run: Run) -> SharesByYear:
    """Of the sums of some rows [year, path], those of one customer, in each year in which there are any."""
    if not rows:
        return ()
    whole = sum(usd for _, usd in rows)
    part = sum((usd for payer, usd in rows if payer == customer), np.zeros_like(whole))
    return tuple(
        (year, Share(float(some.sum() / of.sum()), float(ratio_error(some, of, run.sampling))))
        for year, some, of in zip(run.years, part, whole, strict=True)
        if of.any()
    )


def used_between(run: Run) -> dict[tuple[str, str], Any]:
    """[year, path] H100e-months that are used, by buyer and seller; what a lab runs itself comes from nobody.

    What is delivered and not used is on offer only, by the hour without end.
    """
    used = run.series["used"]
    found: dict[tuple[str, str], Any] = {}
    ends = {each.address: (each.payer, each.payee) for each in run.program.labels.contracts if each is not None}
    for contract, months in zip(used.rows, used.first, strict=True):
        buyer, seller = ends[contract]
        if seller not in EDGES:
            found[buyer, seller] = found.get((buyer, seller), 0.0) + months
    return found
