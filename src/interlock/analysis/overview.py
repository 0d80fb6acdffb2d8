"""The answers that matter, on one screen: who pays whom, what is locked in, who runs short, and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import Answer, Estimate, billions, percent
from interlock.analysis.reliance import Reliance, relies_on
from interlock.analysis.trace import Trace, trace
from interlock.book.party import EDGES
from interlock.engine.run import Run
from interlock.engine.series import Series
from interlock.ground.errors import ArgumentError

if TYPE_CHECKING:
    import pandas

NEVER_MIND = 1e6
"""USD a year under which a pair of parties is not worth a row."""


@dataclass(frozen=True)
class FlowsBetween:
    """What one party pays another, by year."""

    payer: str
    payee: str
    years: tuple[tuple[int, Estimate], ...]
    """USD in the year; the centre is the median."""


@dataclass(frozen=True)
class Commitment:
    """What is locked in under one contract, and whether it is filled."""

    contract: str
    payer: str
    payee: str
    remaining: tuple[tuple[int, Estimate], ...]
    """USD still to be paid at the end of each year, whatever is used."""
    short: Estimate | None
    """The probability that it is ever not filled, or ends by a failure; None where the kind knows no minimum."""
    shortfall: Estimate | None
    """USD paid for nothing by the end, over all futures: the mean, and the range."""


@dataclass(frozen=True)
class Footing:
    """How a lab stands, by year."""

    party: str
    cash: tuple[tuple[int, Estimate], ...]
    runway: tuple[tuple[int, Estimate], ...]
    """Months that cash lasts; a thousand million where it takes in more than it spends."""
    tight: tuple[tuple[int, float], ...]
    """The probability of less than half a year of runway at the end of each year."""
    failed: tuple[tuple[int, float], ...]
    """The probability that it has failed by the end of each year."""
    failed_error: float


@dataclass(frozen=True)
class Stake:
    """What one party holds of another, by year."""

    holder: str
    company: str
    years: tuple[tuple[int, Estimate], ...]
    """Share of all shares outstanding."""


@dataclass(frozen=True)
class Overview(Answer):
    """What `interlock run` prints."""

    title: str
    as_of: str
    paths: int
    months: int
    seed: int
    sampling: str
    years: tuple[int, ...]
    flows: tuple[FlowsBetween, ...]
    commitments: tuple[Commitment, ...]
    labs: tuple[Footing, ...]
    stakes: tuple[Stake, ...]
    traced: Trace
    reliance: tuple[Reliance, ...]
    outcomes: tuple[tuple[str, int], ...]

    def tell(self) -> str:
        """A sentence for each thing that matters."""
        lines = [f"{self.title}: {self.paths:,} futures of {self.months} months, as known on {self.as_of}."]
        for each in self.commitments:
            start, end = each.remaining[0], each.remaining[-1]
            lines.append(
                f"{each.payer} is bound to pay {each.payee} {billions(start[1].centre)} USD at the end of {start[0]} "
                f"(90 %: {billions(start[1].low)} to {billions(start[1].high)}) and {billions(end[1].centre)} "
                f"at the end of {end[0]}."
            )
            if each.short is not None and each.shortfall is not None:
                lines.append(
                    f"    In {percent(each.short.centre)} of futures (± {100 * each.short.error:.1f}) it pays for "
                    f"compute that it does not use: {billions(each.shortfall.centre)} on average over all futures."
                )
        lines += [
            f"{lab.party} has failed by {lab.failed[-1][0]} in {percent(lab.failed[-1][1])} of futures "
            f"(± {100 * lab.failed_error:.1f})."
            for lab in self.labs
        ]
        return "\n".join([*lines, self.traced.tell(), *(each.tell() for each in self.reliance)])

    def table(self) -> pandas.DataFrame:
        """The yearly flows: one row for each pair of parties and year."""
        import pandas  # slow to import, and only needed here

        return pandas.DataFrame(
            [
                {
                    "payer": flow.payer,
                    "payee": flow.payee,
                    "year": year,
                    "median_usd": usd.centre,
                    "q05_usd": usd.low,
                    "q95_usd": usd.high,
                }
                for flow in self.flows
                for year, usd in flow.years
            ]
        )

    def to_json(self) -> dict[str, Any]:
        """Everything on the screen, with sampling errors."""

        def by_year(years: Sequence[tuple[int, Estimate]]) -> dict[str, Any]:
            return {str(year): estimate.to_json() for year, estimate in years}

        return {
            "book": {"title": self.title, "as_of": self.as_of, "months": self.months},
            "run": {"paths": self.paths, "seed": self.seed, "sampling": self.sampling},
            "outcomes": dict(self.outcomes),
            "flows_usd": [
                {"payer": each.payer, "payee": each.payee, "years": by_year(each.years)} for each in self.flows
            ],
            "commitments": [
                {
                    "contract": each.contract,
                    "payer": each.payer,
                    "payee": each.payee,
                    "remaining_usd": by_year(each.remaining),
                    "probability_short": None if each.short is None else each.short.to_json(),
                    "shortfall_usd": None if each.shortfall is None else each.shortfall.to_json(),
                }
                for each in self.commitments
            ],
            "labs": [
                {
                    "party": each.party,
                    "cash_usd": by_year(each.cash),
                    "runway_months": by_year(each.runway),
                    "probability_tight": {str(year): share for year, share in each.tight},
                    "probability_failed": {str(year): share for year, share in each.failed},
                    "probability_failed_error": each.failed_error,
                }
                for each in self.labs
            ],
            "stakes": [
                {"holder": each.holder, "company": each.company, "years": by_year(each.years)} for each in self.stakes
            ],
            "trace": self.traced.to_json(),
            "rests_on": [each.to_json() for each in self.reliance],
        }


def overview(run: Run) -> Overview:
    """What a run says first."""
    book, series = run.book, run.series
    traced = trace(run)
    return Overview(
        title=book.title,
        as_of=book.as_of,
        paths=run.paths,
        months=book.months,
        seed=run.provenance.seed,
        sampling=str(run.sampling),
        years=run.years,
        flows=tuple(_flows(series["flows"], run)),
        commitments=tuple(_commitments(run)),
        labs=tuple(_footing(run, name) for name, party in sorted(book.parties.items()) if "lab" in party.roles),
        stakes=tuple(
            Stake(holder, company, _by_year(series["stakes"], (holder, company)))
            for holder, company in series["stakes"].rows
            if holder not in EDGES
        ),
        traced=traced,
        reliance=_reliance(run, traced),
        outcomes=tuple((str(outcome), count) for outcome, count in run.kept.outcomes.items() if count),
    )


def _by_year(series: Series, row: Any) -> tuple[tuple[int, Estimate], ...]:
    """Median, 90 % range and error of the median of one row, by year."""
    n = series.of(row)
    low, centre, high = (series.quantile(share)[n] for share in (0.05, 0.5, 0.95))
    error = series.quantile_error(0.5)[n]
    numbers = zip(centre, low, high, error, strict=True)
    return tuple((year, Estimate(*(float(x) for x in four))) for year, four in zip(series.years, numbers, strict=True))


def _flows(series: Series, run: Run) -> list[FlowsBetween]:
    """The pairs that matter: parties of the book, and what labs get from outside it."""
    mean = series.mean().max(axis=1)
    labs = {name for name, party in run.book.parties.items() if "lab" in party.roles}
    found = [
        FlowsBetween(payer, payee, _by_year(series, (payer, payee)))
        for n, (payer, payee) in enumerate(series.rows)
        if mean[n] > NEVER_MIND and payee not in EDGES and payer != payee and (payer not in EDGES or payee in labs)
    ]
    return sorted(found, key=lambda flow: (flow.payer in EDGES, -max(usd.centre for _, usd in flow.years)))


def _commitments(run: Run) -> list[Commitment]:
    """Contracts under which a party is bound to pay a seller, the largest first."""
    series, shortfall = run.series["remaining"], run.series["shortfall"]
    found = []
    for label in run.program.labels.contracts:
        if label is None or label.payer in EDGES:
            continue
        if label.address not in shortfall.rows and series.mean()[series.of(label.address)].max() <= NEVER_MIND:
            continue
        short = total = None
        if label.address in shortfall.rows:
            row = shortfall.of(label.address)
            share = float(run.series["unfilled"].mean()[row, -1])
            short = Estimate(share, share, share, _share_error(run, share))
            total = Estimate(
                centre=float(shortfall.mean()[row, -1]),
                low=float(shortfall.quantile(0.05)[row, -1]),
                high=float(shortfall.quantile(0.95)[row, -1]),
                error=float(shortfall.mean_error()[row, -1]),
            )
        remaining = _by_year(series, label.address)
        found.append(Commitment(label.address, label.payer, label.payee, remaining, short, total))
    return sorted(found, key=lambda each: -max(usd.centre for _, usd in each.remaining))


def _footing(run: Run, lab: str) -> Footing:
    """How a lab stands."""
    runway = run.series["runway"]
    row = runway.of(lab)
    tight = 1.0 - runway.share_above(6.0)[row]
    failed = run.kept.failed_by_year[row] / run.paths
    return Footing(
        party=lab,
        cash=_by_year(run.series["cash"], lab),
        runway=_by_year(runway, lab),
        tight=tuple(zip(run.years, tight.tolist(), strict=True)),
        failed=tuple(zip(run.years, failed.tolist(), strict=True)),
        failed_error=_share_error(run, float(failed[-1])),
    )


def _share_error(run: Run, share: float) -> float:
    """The standard error of a share of paths; for Sobol paths no more than that of as many independent ones.

    Where all paths agree, the half-width of Wilson's interval (1927).
    """
    return float(np.sqrt(share * (1.0 - share) / run.paths + 1.0 / (4.0 * run.paths**2)) / (1.0 + 1.0 / run.paths))


def _reliance(run: Run, traced: Trace) -> tuple[Reliance, ...]:
    """What the headline answers rest on most, where every path was kept."""
    try:
        draws = run.draws
    except ArgumentError:
        return ()
    paid, cash = run.series["paid"], run.series["cash"]
    outputs = [
        (f"what {each.payer} pays under {each.contract.removeprefix('deals.')}", _paid_under(paid, each))
        for each in _commitments(run)[:2]
    ]
    outputs += [
        (f"the lowest cash of {name} at any year's end", cash.values[cash.of(name)].min(axis=0))
        for name, party in sorted(run.book.parties.items())
        if "lab" in party.roles
    ]
    outputs += [
        (f"the share that came back to {colour.financier}", colour.returned_by_path)
        for colour in traced.colours
        if colour.returned.centre > 0.0005
    ]
    found = (relies_on(what, values, run.figures, draws[:, : len(values)]) for what, values in outputs)
    return tuple(each for each in found if each.figures)


def _paid_under(paid: Series, commitment: Commitment) -> Any:
    """[path] USD paid by the payer of a contract under it, in all."""
    legs = [n for n, leg in enumerate(paid.rows) if leg[:2] == (commitment.contract, commitment.payer)]
    return paid.values[legs].sum(axis=(0, 1))
