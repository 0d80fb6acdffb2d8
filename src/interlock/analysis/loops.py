"""What was paid only because of a loop of debts: nobody in it could have paid first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import Answer, ByYear, Estimate, Share, by_year, how_often, in_dollars, mean_of, percent
from interlock.analysis.drawn import NOTHING, About, about, footnote
from interlock.charts.chart import Chart
from interlock.charts.ranking import Bar, ranking
from interlock.charts.words import scaled
from interlock.engine.loops import paid_by_loops
from interlock.engine.run import Run
from interlock.engine.to_follow import paths_to_follow

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class PaidByLoop:
    """What one party paid another only because of a loop."""

    payer: str
    payee: str
    total: Estimate
    """USD over all months: the mean of the futures."""
    years: ByYear
    """The same by year."""


@dataclass(frozen=True)
class Loops(Answer):
    """Greatest less least clearing vector: what each pair paid that would not have been paid in turn."""

    pairs: tuple[PaidByLoop, ...]
    """The largest first; none where nothing was paid because of a loop."""
    total: Estimate
    """USD a future on average, all pairs together."""
    ever: Share
    """Of the futures, those in which there was any."""
    paths: int
    about: About = NOTHING

    def tell(self) -> str:
        """One line."""
        said = "Paid only because of a loop of debts (greatest less least clearing vector)"
        if not self.pairs:
            return f"{said}: nothing."
        between = ", ".join(
            f"{each.payer} to {each.payee} {in_dollars(each.total.centre, each.total.error)}" for each in self.pairs[:3]
        )
        return (
            f"{said}: {in_dollars(self.total.centre, self.total.error)} USD on average, in "
            f"{percent(self.ever.share, self.ever.error)} of futures; {between}."
        )

    def table(self) -> pandas.DataFrame:
        """One row for each pair and year."""
        import pandas  # slow to import, and only needed here

        rows = [
            {
                "payer": each.payer,
                "payee": each.payee,
                "year": year,
                "mean_usd": usd.centre,
                "sampling_error_usd": usd.error,
            }
            for each in self.pairs
            for year, usd in each.years
        ]
        return pandas.DataFrame(rows, columns=["payer", "payee", "year", "mean_usd", "sampling_error_usd"])

    def charts(self) -> dict[str, Chart]:
        """What each pair paid only because of a loop."""
        if not self.pairs:
            return {}
        divide, unit = scaled(self.pairs[0].total.centre)
        bars = [(" → ".join(map(self.about.label, (each.payer, each.payee))), each.total) for each in self.pairs]
        return {
            "loops": ranking(
                [Bar(name, usd.centre / divide, usd.low / divide, usd.high / divide) for name, usd in bars],
                unit=unit,
                title=f"{in_dollars(self.total.centre)} USD are paid only because of a loop of debts",
                source=footnote(self.paths, of=self.about),
                what="Paid over the run that nobody could have paid first, the mean of the futures",
                ranges="90 % of futures",
            )
        }

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {
            "paths": self.paths,
            "total_usd": self.total.to_json(),
            "probability": self.ever.to_json(),
            "pairs": [
                {
                    "payer": each.payer,
                    "payee": each.payee,
                    "total_usd": each.total.to_json(),
                    "years_usd": by_year(each.years),
                }
                for each in self.pairs
            ],
        }


def loops(run: Run, paths: int | None = None) -> Loops:
    """Clear the bills of every month of the first `paths` futures again, as if nobody paid before having been paid.

    By default of those on which dollars are followed.
    """
    paths = paths_to_follow(run.program) if paths is None else paths
    found: dict[tuple[str, str], Any] = {}
    for label, usd in zip(run.program.labels.legs, paid_by_loops(run, paths), strict=False):
        if label is not None and usd.any():
            found[label.payer, label.payee] = found.get((label.payer, label.payee), 0.0) + usd
    followed = min(paths, run.paths)
    together = sum(found.values(), np.zeros((len(run.years), followed))).sum(axis=0)
    pairs = [
        PaidByLoop(
            payer,
            payee,
            total=mean_of(usd.sum(axis=0), run.sampling),
            years=tuple((year, mean_of(usd[y], run.sampling)) for y, year in enumerate(run.years)),
        )
        for (payer, payee), usd in found.items()
    ]
    return Loops(
        pairs=tuple(sorted(pairs, key=lambda each: (-each.total.centre, each.payer, each.payee))),
        total=mean_of(together, run.sampling),
        ever=how_often(together > 0.0, run.sampling),
        paths=followed,
        about=about(run.book),
    )
