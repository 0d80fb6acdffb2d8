"""What is locked in under a contract, how often it is not filled, and what is then paid for what nobody wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interlock.analysis.answer import ByYear, Estimate, Share, by_year, in_dollars, medians, percent, probabilities
from interlock.book.party import EDGES
from interlock.engine.run import Run

NEVER_MIND = 1e6
"""USD under which a promise is not worth a row."""


@dataclass(frozen=True)
class Commitment:
    """What is locked in under one contract, and whether it is filled."""

    contract: str
    payer: str
    payee: str
    remaining: ByYear
    """USD still to be paid at the end of each year, whatever is used."""
    short: Share | None
    """How often it is ever not filled, or ends by a failure; None where the kind knows no minimum.

    It is not filled once one dollar in a hundred of what is paid in a year is for compute that the budget of the buyer
    would not have bought, used or not.
    """
    shortfall: Estimate | None
    """USD paid by the end for what was not wanted, over all futures: the mean, and the range."""

    def tell(self) -> str:
        """A sentence or two."""
        (first, start), (last, end) = self.remaining[0], self.remaining[-1]
        told = (
            f"{self.payer} is bound to pay {self.payee} {_owed(start, 'USD')} at the end of {first}"
            f"{_range_of(start)} and {_owed(end)} at the end of {last}."
        )
        if self.short is None or self.shortfall is None:
            return told
        return (
            f"{told}\n    In {percent(self.short.share, self.short.error)} of futures it pays for compute beyond what "
            "its sales call for, or ends by a failure; for what it would not have bought goes "
            f"{in_dollars(self.shortfall.centre, self.shortfall.error)} on average over all futures."
        )

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {
            "contract": self.contract,
            "payer": self.payer,
            "payee": self.payee,
            "remaining_usd": by_year(self.remaining),
            "probability_short": None if self.short is None else self.short.to_json(),
            "shortfall_usd": None if self.shortfall is None else self.shortfall.to_json(),
        }


def _owed(usd: Estimate, unit: str = "") -> str:
    """An amount with its error, or that there is none."""
    if not usd.centre and not usd.error:
        return "nothing"
    return f"{in_dollars(usd.centre, usd.error)} {unit}".rstrip()


def _range_of(usd: Estimate) -> str:
    return f" (90 %: {in_dollars(usd.low)} to {in_dollars(usd.high)})" if usd.high else ""


def commitments(run: Run) -> list[Commitment]:
    """Contracts under which a party is bound to pay a seller, the largest first."""
    series = run.series["remaining"]
    largest = series.mean().max(axis=1)
    remaining, shortfall, short = medians(series), _shortfall(run), probabilities(run.series["unfilled"])
    found = []
    for label in run.program.labels.contracts:
        if label is None or label.payer in EDGES or label.address not in series.rows:
            continue
        name = label.address
        if name not in shortfall and largest[series.of(name)] <= NEVER_MIND:
            continue
        ever = short[name][-1][1] if name in short else None
        found.append(Commitment(name, label.payer, label.payee, remaining[name], ever, shortfall.get(name)))
    return sorted(found, key=lambda each: -max(usd.centre for _, usd in each.remaining))


def _shortfall(run: Run) -> dict[str, Estimate]:
    """What was paid by the end for what was not wanted, on average, under each contract that knows a minimum."""
    series = run.series["shortfall"]
    numbers = (series.mean(), series.quantile(0.05), series.quantile(0.95), series.mean_error())
    return {row: Estimate(*(float(each[n, -1]) for each in numbers)) for n, row in enumerate(series.rows)}
