"""One number that each future of a run has, chosen by a phrase, such as may depend on every figure of a book.

failure of openai      sales of anthropic in 2028      paid under deals.azure-2025-11.compute      lowest cash of lab
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from interlock.book.book import Book
from interlock.book.observable import Observable, names_for, names_in
from interlock.book.party import EDGES
from interlock.contracts.contract import INVESTMENT
from interlock.engine.run import Run
from interlock.ground.errors import ArgumentError, did_you_mean


class Besides(StrEnum):
    """What a future says besides what others report."""

    failure = "failure of PARTY"
    """1 where it has failed by the end; of one year, by the end of that."""
    lowest_cash = "lowest cash of PARTY"
    """At the end of any year; of one year, of any up to that."""
    top_ups = "top-ups under CONTRACT"
    """Paid because a commitment was not filled."""
    payments = "payments of PAYER to PAYEE"
    """Under all contracts."""


PHRASES = (
    *Besides,
    Observable.sales,
    Observable.models,
    Observable.capex,
    Observable.paid,
    Observable.cash,
    Observable.remaining,
    Observable.price,
    Observable.powered,
    Observable.installed,
    Observable.stake,
    Observable.share,
)
"""What may be asked; each of one year, ` in 2028`, or of all of them: sums of what flows, the end of what stands."""

SUMS = {Besides.payments, Observable.sales, Observable.models, Observable.capex, Observable.paid}

SO_FAR = (Besides.failure, Besides.lowest_cash)
"""What has happened by the end of a year, whenever before."""

UNITS = {
    Besides.failure: "share",
    Observable.price: "USD/H100e-hour",
    Observable.powered: "MW",
    Observable.installed: "H100e",
    Observable.stake: "share",
    Observable.share: "share",
}
"""In which it is; all else is USD."""

SERIES = {
    Besides.failure: "failed",
    Besides.lowest_cash: "cash",
    Besides.top_ups: "shortfall",
    Besides.payments: "flows",
    Observable.sales: "revenue",
    Observable.models: "served",
    Observable.cash: "cash",
    Observable.remaining: "remaining",
    Observable.price: "spot_price",
    Observable.powered: "powered",
    Observable.installed: "installed",
    Observable.stake: "stakes",
    Observable.share: "share",
}
"""The series in whose rows it stands; what is paid stands in those of legs."""


@dataclass(frozen=True)
class Output:
    """One number of each future."""

    of: StrEnum
    names: tuple[str, ...]
    year: int | None
    """None: of all years."""

    def __str__(self) -> str:
        found = str(self.of)
        for name in self.names:
            found = re.sub(r"[A-Z]+", name, found, count=1)
        return found if self.year is None else f"{found} {'by the end of' if self.of in SO_FAR else 'in'} {self.year}"

    @property
    def unit(self) -> str:
        """In which it is."""
        return UNITS.get(self.of, "USD")

    @property
    def is_event(self) -> bool:
        """Whether it happens on a future or not."""
        return self.of is Besides.failure

    def values(self, run: Run) -> Any:
        """[path] on the paths that were kept."""
        rows = self._by_year(run)
        if self.of is Besides.lowest_cash:
            last = len(rows) if self.year is None else run.years.index(self.year) + 1
            return rows[:last].min(axis=0)
        if self.year is not None:
            at = run.years.index(self.year)
            # Top-ups are kept as what was paid so far.
            before = rows[at - 1] if self.of is Besides.top_ups and at else 0.0
            return rows[at] - before
        if self.of is Observable.price:
            return rows.mean(axis=0)
        return rows.sum(axis=0) if self.of in SUMS else rows[-1]

    def _by_year(self, run: Run) -> Any:
        """On each future: [year, path]."""
        if self.of in {Observable.capex, Observable.paid}:
            paid, [name] = run.series["paid"], self.names
            ends = {each.address: (each.payer, each.payee) for each in run.program.labels.contracts if each is not None}
            is_one_of_them: Callable[[Any], bool] = (
                (lambda leg: leg[1] == name and leg[3] in INVESTMENT)
                if self.of is Observable.capex
                else (lambda leg: leg[:3] == (name, *ends[name]))
            )
            return paid.first[[n for n, leg in enumerate(paid.rows) if is_one_of_them(leg)]].sum(axis=0)
        series = run.series.get(SERIES[self.of])
        row: Any = self.names[0] if len(self.names) == 1 else self.names
        row = row[::-1] if self.of is Observable.share else row
        if series is None or row not in series.rows:
            return np.zeros((len(run.years), run.draws.shape[1]))
        return series.first[series.of(row)]


def output_of(text: str, book: Book) -> Output:
    """What a phrase names. Raises ArgumentError for no such phrase, or what is not in the book or its years."""
    phrase, year = text.strip(), None
    match = re.fullmatch(r"(.+?) (in|by the end of) (\d{4})", phrase)
    if match is not None:
        phrase, year = match[1], int(match[3])
        first, last = book.start // 12, (book.start + book.months - 1) // 12
        if not first <= year <= last:
            raise ArgumentError(f"'{text}': the run goes from {first} to {last}.")
    for of in PHRASES:
        names = names_in(of, phrase)
        if names is not None:
            for name, options in zip(names, names_for(book, of), strict=True):
                for what, there in options.items():
                    if name not in there:
                        raise ArgumentError(f"'{text}': there is no '{name}'. {did_you_mean(name, there, what)}")
            if match is not None and match[2] != "in" and of not in SO_FAR:
                raise ArgumentError(f"'{text}': only of {' and '.join(SO_FAR)} one may ask by the end of a year.")
            return Output(of, names, year)
    raise ArgumentError(f"'{text}' is no output. Write one of: {', '.join(PHRASES)}; or for one year: … in 2028.")


def first_output(run: Run) -> Output:
    """What is asked unless something is said: whether that lab fails that fails most often, or its least cash.

    In a book without labs it is the sales of who sells most.
    """
    failed, sales = run.series["failed"], run.series["revenue"]
    labs = [name for name, party in sorted(run.book.parties.items()) if "lab" in party.roles and name not in EDGES]
    if not labs:
        most = sales.rows[int(sales.mean().sum(axis=1).argmax())]
        return Output(Observable.sales, (most,), None)
    often = {lab: failed.mean()[failed.of(lab), -1] for lab in labs}
    lab = max(labs, key=lambda name: (often[name], sales.mean()[sales.of(name)].sum()))
    return Output(Besides.failure if often[lab] > 0.0 else Besides.lowest_cash, (lab,), None)
