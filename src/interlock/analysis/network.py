"""Who pays whom, for what and under which contracts: the bands of the loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from interlock.analysis.answer import Estimate, in_dollars, mean_of
from interlock.analysis.drawn import About
from interlock.book.party import EDGES
from interlock.charts.chart import Chart
from interlock.charts.loop import Kind, loop
from interlock.charts.loop_layout import Band, Party
from interlock.contracts.contract import FINANCING, Purpose
from interlock.engine.run import Run

COLUMNS = ("investors, lenders", "labs", "clouds", "landlords", "chipmakers")
"""From left to right."""

ROLES = {
    "lab": 1,
    "vehicle": 2,
    "cloud": 2,
    "landlord": 3,
    "chipmaker": 4,
    "investor": 0,
    "lender": 0,
}
"""The column of each role; a party that has several stands where the first of these says."""

OTHER = "other"

SORTS = (
    Kind("compute", "@1"),
    Kind("chips", "@3"),
    Kind("halls", "@5"),
    Kind("sales of models", "@7"),
    Kind("shares", "@2"),
    Kind("loans and deposits", "@4"),
    Kind(OTHER, "@rest"),
)
"""What money is paid for."""

OF_PURPOSE = {
    Purpose.compute: "compute",
    Purpose.chips: "chips",
    Purpose.rent: "halls",
    Purpose.model_usage: "sales of models",
    Purpose.resale: "sales of models",
    Purpose.equity: "shares",
    Purpose.dividend: "shares",
    Purpose.buyback: "shares",
}

NEVER_MIND = 1e6
"""USD over the run under which nothing is drawn."""

MOST_TOLD = 5
"""Contracts of a band that are told one by one."""


@dataclass(frozen=True)
class Under:
    """What of it is paid under one contract."""

    contract: str
    total: Estimate
    """USD over the run: the mean of the futures."""
    source: str
    """Publisher and date of the document that the deal rests on first; empty where it names none."""


@dataclass(frozen=True)
class Payment:
    """What one party pays another for one sort of thing."""

    payer: str
    payee: str
    sort: str
    total: Estimate
    """USD over the run: the mean of the futures."""
    years: tuple[tuple[int, Estimate], ...]
    under: tuple[Under, ...]
    """The largest first."""

    def tell(self, until: int) -> str:
        """What is paid, in a sentence."""
        what = "" if self.sort == OTHER else f", for {self.sort}"
        return f"{self.payer} pays {self.payee} {in_dollars(self.total.centre)} USD by {until}{what}"

    def hover(self, usd: Estimate, when: str, about: About) -> tuple[str, ...]:
        """What is said of it where it is pointed at."""
        least, most = in_dollars(usd.low), in_dollars(usd.high)
        told = [
            f"{about.label(self.payer)} → {about.label(self.payee)}: {self.sort}",
            f"{in_dollars(usd.centre, usd.error)} USD, {when} (90 % of futures: {least} to {most})",
        ]
        for each in self.under[:MOST_TOLD]:
            source = f", {each.source}" if each.source else ""
            told.append(f"{each.contract.removeprefix('deals.')}: {in_dollars(each.total.centre)} in all{source}")
        more = len(self.under) - MOST_TOLD
        return (*told, *([f"and {more} more contracts"] if more > 0 else []))


@dataclass(frozen=True)
class Network:
    """Everything that parties of the book pay one another, and what each takes from outside."""

    parties: tuple[tuple[str, str], ...]
    """With the role by which they are drawn."""
    payments: tuple[Payment, ...]
    outside: tuple[tuple[str, tuple[float, ...]], ...]
    """USD from customers, by party and year: the mean."""
    years: tuple[int, ...]

    def chart(self, title: str, source: str, about: About) -> Chart | None:
        """The loop; None where nobody pays anybody."""
        if not self.payments:
            return None
        parties = [Party(about.label(name), ROLES[role], "") for name, role in self.parties]
        span = f"{self.years[0]} to {self.years[-1]}"
        steps: list[tuple[str, list[Band]]] = [(span, [_band(each, each.total, span, about) for each in self.payments])]
        notes = [self._from_customers(slice(None), about)]
        for n, year in enumerate(self.years):
            bands = [_band(each, each.years[n][1], str(year), about) for each in self.payments]
            if any(band.usd > NEVER_MIND for band in bands):
                steps.append((str(year), bands))
                notes.append(self._from_customers(slice(n, n + 1), about))
        return loop(parties, steps, SORTS, COLUMNS, title=title, source=source, notes=notes)

    def _from_customers(self, years: slice, about: About) -> dict[str, str]:
        """What each party takes from customers in some of the years."""
        sums = {name: sum(usd[years]) for name, usd in self.outside}
        return {
            about.label(name): f"+ {in_dollars(usd)} from customers" for name, usd in sums.items() if usd > NEVER_MIND
        }


def network(run: Run) -> Network:
    """The payments of a run."""
    paid, book = run.series["paid"], run.book
    totals = paid.first.sum(axis=1)
    found: dict[tuple[str, str, str], list[int]] = {}
    outside: dict[str, Any] = {}
    for n, (_, payer, payee, purpose, _name) in enumerate(paid.rows):
        if payer == "customers" and payee not in EDGES:
            outside[payee] = outside.get(payee, 0.0) + paid.first[n].mean(axis=-1)
        if payer not in EDGES and payee not in EDGES and payer != payee:
            found.setdefault((payer, payee, _sort(purpose)), []).append(n)
    payments = [
        Payment(
            payer, payee, sort, mean_of(totals[legs].sum(axis=0), run.sampling), _by_year(run, legs), _under(run, legs)
        )
        for (payer, payee, sort), legs in found.items()
        if totals[legs].mean(axis=-1).sum() > NEVER_MIND
    ]
    return Network(
        parties=tuple(
            (name, next((role for role in ROLES if role in party.roles), "investor"))
            for name, party in sorted(book.parties.items())
            if name not in EDGES
        ),
        payments=tuple(sorted(payments, key=lambda each: (-each.total.centre, each.payer, each.payee, each.sort))),
        outside=tuple((name, tuple(map(float, usd))) for name, usd in sorted(outside.items())),
        years=run.years,
    )


def _sort(purpose: Any) -> str:
    return OF_PURPOSE.get(purpose, "loans and deposits" if purpose in FINANCING else OTHER)


def _by_year(run: Run, legs: Sequence[int]) -> tuple[tuple[int, Estimate], ...]:
    values = run.series["paid"].first[list(legs)].sum(axis=0)
    return tuple((year, mean_of(values[y], run.sampling)) for y, year in enumerate(run.years))


def _under(run: Run, legs: Sequence[int]) -> tuple[Under, ...]:
    """The same by contract."""
    paid = run.series["paid"]
    by_contract: dict[str, list[int]] = {}
    for n in legs:
        by_contract.setdefault(paid.rows[n][0], []).append(n)
    found = [
        Under(contract, mean_of(paid.first[rows].sum(axis=(0, 1)), run.sampling), _source(run, contract))
        for contract, rows in by_contract.items()
    ]
    return tuple(sorted((each for each in found if each.total.centre), key=lambda each: -np.abs(each.total.centre)))


def _source(run: Run, contract: str) -> str:
    """The document that a contract rests on first."""
    section, name, *_ = contract.split(".")
    deal = run.book.deals.get(name) if section == "deals" else None
    source = run.book.sources.get(deal.sources[0]) if deal is not None and deal.sources else None
    return "" if source is None else f"{source.publisher}, {source.date}"


def _band(payment: Payment, usd: Estimate, when: str, about: About) -> Band:
    payer, payee = about.label(payment.payer), about.label(payment.payee)
    return Band(payer, payee, usd.centre, payment.sort, payment.hover(usd, when, about))
