"""A book of an earlier date run forward, held against what was reported later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import Answer, Estimate, Share, percent
from interlock.analysis.drawn import NOTHING, About, about, reports
from interlock.book.actuals import Actuals, Observation, Observed, read_actuals
from interlock.book.book import Book
from interlock.book.quantity import show
from interlock.charts.chart import Chart
from interlock.engine.observed import observed_by
from interlock.engine.provenance import Provenance, provenance_of
from interlock.engine.run import Run, known_sampling, refuse_paths
from interlock.engine.series import KEPT_PATHS
from interlock.engine.simulate import Progress
from interlock.ground.chance import Sampling
from interlock.ground.sampling_error import probability_error, quantile_error, sampling_error, spread_error
from interlock.ground.scores import crps, pit
from interlock.ground.units import Unit
from interlock.program.compile import compile_book

if TYPE_CHECKING:
    import pandas

TENTHS = 10
"""Bins of the histogram of where in the futures what came lies."""

BATCHES = 16
"""The fewest futures of which a score has a sampling error."""

RATE = Unit("USD/month", "USD/year", "180 B USD/year")
"""In which scores of flows are shown, whatever each was reported as."""


@dataclass(frozen=True)
class Held:
    """One report, held against the futures; amounts in the base unit of `unit`."""

    quantity: str
    period: str
    unit: Unit
    reported: float
    grade: str
    sources: tuple[str, ...]
    """Their titles, with their dates."""
    futures: Estimate
    """The median, and the range of nine in ten."""
    half: tuple[float, float]
    """The range of the middle half."""
    pit: Share
    """The part of the futures below what was reported."""
    crps: float
    no_change: float | None
    """The last value that was known, if any was."""
    trend: float | None
    """The same with the growth of the year before going on, if that was known."""

    @property
    def is_in_half(self) -> bool:
        """Whether it lies in the middle half of the futures."""
        return self.half[0] <= self.reported <= self.half[1]

    @property
    def is_in_nine(self) -> bool:
        """Whether it lies in the range of nine in ten."""
        return self.futures.low <= self.reported <= self.futures.high

    def shown(self, amount: float | None) -> str:
        """An amount as people write it."""
        return "–" if amount is None else show(amount, self.unit, digits=3)

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {
            "quantity": self.quantity,
            "period": self.period,
            "unit": self.unit.base,
            "reported": self.reported,
            "grade": self.grade,
            "sources": list(self.sources),
            "futures": self.futures.to_json() | {"half": list(self.half)},
            "pit": self.pit.to_json(),
            "crps": self.crps,
            "no_change": self.no_change,
            "trend": self.trend,
        }


@dataclass(frozen=True)
class Score:
    """How well one quantity was foreseen, over all its reports; less is better."""

    quantity: str
    unit: Unit
    reports: int
    in_half: int
    """How many lie in the middle half of the futures."""
    in_nine: int
    """How many in the range of nine in ten."""
    mean_pit: float
    crps: float
    """In base units, the mean over the reports; of flows by the month."""
    error: float
    """One standard error of it, of drawing so many futures."""
    no_change: float | None
    """The mean absolute error of saying that nothing changes."""
    trend: float | None
    """That of saying that the growth of the year before goes on."""
    last: float | None
    """The last known value, in which scores of different quantities are added up."""

    def shown(self, score: float | None) -> str:
        """A score as people write it."""
        return "–" if score is None or np.isnan(score) else show(score, self.unit, digits=3)

    def tell(self) -> str:
        """One sentence."""
        naive = ((self.no_change, "had nothing changed"), (self.trend, "had the year before gone on"))
        others = [f", {self.shown(score)} {what}" for score, what in naive if score is not None]
        in_nine = f"{self.in_nine} of {self.reports} in nine futures of ten"
        return (
            f"{self.quantity}: {in_nine}; off by {self.shown(self.crps)} ± {self.shown(self.error)}{''.join(others)}."
        )

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {
            "quantity": self.quantity,
            "unit": self.unit.base,
            "reports": self.reports,
            "in_50": self.in_half,
            "in_90": self.in_nine,
            "mean_pit": self.mean_pit,
            "crps": {"score": self.crps, "error": self.error},
            "no_change": self.no_change,
            "trend": self.trend,
        }


@dataclass(frozen=True)
class Backtest(Answer):
    """A book held against what came."""

    title: str
    as_of: str
    actuals: str
    """The title of what it is held against."""
    paths: int
    held: tuple[Held, ...]
    scores: tuple[Score, ...]
    in_half: Share
    """Of all reports; the error is that of a share of so many quantities, each as if it were one report."""
    in_nine: Share
    about: About = NOTHING

    @property
    def histogram(self) -> tuple[int, ...]:
        """How many reports lie in each tenth of the futures, from below nearly all to above nearly all."""
        counts, _ = np.histogram([each.pit.share for each in self.held], bins=TENTHS, range=(0.0, 1.0))
        return tuple(int(count) for count in counts)

    def skill(self, against: str) -> tuple[float, int] | None:
        """By how much the score beats `no_change` or `trend`: 1 is perfect, 0 as good; and over how many quantities.

        Scores of different quantities are added up in terms of the last known value of each, each quantity once.
        """
        with_both = [
            (each.crps / abs(each.last), naive / abs(each.last))
            for each in self.scores
            if each.last and (naive := getattr(each, against)) is not None
        ]
        ours, theirs = (sum(part) for part in zip(*with_both, strict=True)) if with_both else (0.0, 0.0)
        return (1.0 - ours / theirs, len(with_both)) if theirs > 0.0 else None

    def verdict(self) -> str:
        """One sentence on bias and width. Each quantity counts once: its own reports hang together."""
        count = len(self.scores)
        of_each = [[each.pit.share for each in self.held if each.quantity == score.quantity] for score in self.scores]
        middle = float(np.mean([np.mean(part) for part in of_each]))
        ends = float(np.mean([np.mean(np.abs(2.0 * np.array(part) - 1.0)) for part in of_each]))
        # Of evenly spread numbers from 0 to 1, both have a mean of a half and a variance of a twelfth.
        clear = 2.0 / np.sqrt(12.0 * count)
        wrong = []
        if abs(middle - 0.5) > clear:
            side, where = ("low", "above") if middle > 0.5 else ("high", "below")
            wrong.append(f"biased {side} (what came lay {where} most of them)")
        if abs(ends - 0.5) > clear:
            width, where = ("narrow", "at the ends") if ends > 0.5 else ("wide", "in the middle")
            wrong.append(f"too {width} (what came lay {where} of them)")
        if wrong:
            return f"The futures are {' and '.join(wrong)}, by more than chance would have it."
        number = f"{count} {'quantities' if count > 1 else 'quantity'}"
        return f"Over {number}, neither bias nor a wrong width can be told from chance."

    def tell(self) -> str:
        """How many reports the futures hold, what is wrong with them, and each quantity against naive forecasts."""
        return "\n".join([self.summary(), *(each.tell() for each in self.scores)])

    def summary(self) -> str:
        """The same without each quantity by itself."""
        half, nine = (sum(part) for part in zip(*((each.in_half, each.in_nine) for each in self.scores), strict=True))
        reports = f"{len(self.held)} report{'' if len(self.held) == 1 else 's'}"
        covered = (
            f"Of {reports} {half} lie in the middle half of {self.paths:,} futures "
            f"({percent(self.in_half.share, self.in_half.error)}, where 50 % should) and {nine} in nine of ten "
            f"({percent(self.in_nine.share, self.in_nine.error)}, where 90 % should)."
        )
        return "\n".join(
            [
                covered,
                f"Reports in each tenth of the futures, from the lowest up: {' '.join(map(str, self.histogram))}.",
                self.verdict(),
                self._tell_skill("no_change", "no change"),
                self._tell_skill("trend", "the trend"),
            ]
        )

    def _tell_skill(self, against: str, said: str) -> str:
        skill = self.skill(against)
        if skill is None:
            return f"Against {said} nothing can be said: no quantity has enough that was known."
        better = f"{percent(abs(skill[0]))} {'better' if skill[0] > 0.0 else 'worse'}"
        number = f"{skill[1]} {'quantities' if skill[1] > 1 else 'quantity'}"
        return f"Against {said} the futures are {better}, over {number}, each in terms of its last known value."

    def table(self) -> pandas.DataFrame:
        """One row for each report, in its base unit."""
        import pandas  # slow to import, and only needed here

        rows = [
            {
                "quantity": each.quantity,
                "period": each.period,
                "unit": each.unit.base,
                "reported": each.reported,
                "median": each.futures.centre,
                "sampling_error": each.futures.error,
                "low": each.futures.low,
                "high": each.futures.high,
                "pit": each.pit.share,
                "crps": each.crps,
                "no_change": each.no_change,
                "trend": each.trend,
                "grade": each.grade,
                "sources": "; ".join(each.sources),
            }
            for each in self.held
        ]
        return pandas.DataFrame(rows)

    def charts(self) -> dict[str, Chart]:
        """Where the futures lay, and what came."""
        return {"reports": reports(self)}

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        skills = {against: self.skill(against) for against in ("no_change", "trend")}
        return {
            "title": self.title,
            "as_of": self.as_of,
            "actuals": self.actuals,
            "paths": self.paths,
            "in_50": self.in_half.to_json(),
            "in_90": self.in_nine.to_json(),
            "pit_histogram": list(self.histogram),
            "verdict": self.verdict(),
            "skill": {
                against: None if skill is None else {"skill": skill[0], "quantities": skill[1]}
                for against, skill in skills.items()
            },
            "quantities": [each.to_json() for each in self.scores],
            "reports": [each.to_json() for each in self.held],
        }


def backtest(
    run: Run | Book,
    actuals: str | Path | None = None,
    *,
    paths: int = 8192,
    seed: int = 7,
    sampling: Sampling | str = Sampling.plain,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """A run, or a book, held against what was reported later, on 16,384 futures at most.

    `actuals` is a file, or the name of one in the folder `actuals` of the book; it may be left out where there is just
    one. Of a book, `paths`, `seed` and `sampling` say which futures are meant; a run has its own. Raises BookError for
    a file that is wrong, ArgumentError, and LawBroken.
    """
    if isinstance(run, Run):
        return backtest_of(run.book, run.provenance, actuals, threads, progress)
    known = known_sampling(sampling)
    refuse_paths(paths, known)
    made = provenance_of(run, paths=paths, seed=seed, sampling=known)
    return backtest_of(run, made, actuals, threads, progress)


def backtest_of(
    book: Book,
    made: Provenance,
    actuals: str | Path | None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """The same for a book and the way in which a run of it is made, whether or not it was made."""
    made = replace(made, paths=min(made.paths, KEPT_PATHS))
    found = read_actuals(book, actuals)
    wanted = [(each.quantity, each.reported) for each in found.observed]
    futures = observed_by(compile_book(book), made, wanted, threads, progress)
    held, scores = [], []
    for observed, values in zip(found.observed, futures, strict=True):
        here = [
            _held(observed, each, rows, found, made.sampling)
            for each, rows in zip(observed.reported, values, strict=True)
        ]
        held += here
        scores.append(_score(observed, here, values))
    # The reports of a quantity hang together: what can be told from chance is told by the number of quantities.
    many, reports = np.array([float(len(scores))]), sum(each.reports for each in scores)
    shares = (sum(getattr(each, name) for each in scores) / reports for name in ("in_half", "in_nine"))
    in_half, in_nine = (Share(share, float(probability_error(share * many, many))) for share in shares)
    return Backtest(
        title=book.title,
        as_of=book.as_of,
        actuals=found.title,
        paths=made.paths,
        held=tuple(held),
        scores=tuple(scores),
        in_half=in_half,
        in_nine=in_nine,
        about=about(book),
    )


def _held(observed: Observed, report: Observation, futures: Any, actuals: Actuals, sampling: Sampling) -> Held:
    """One report against the futures [path] of its quantity."""
    low, quarter, median, three_quarters, high = (
        float(each) for each in report.scale * np.quantile(futures, [0.05, 0.25, 0.5, 0.75, 0.95])
    )
    error = report.scale * float(quantile_error(futures, 0.5, sampling))
    below = pit(futures, report.value)
    no_change, trend = observed.no_change(), observed.trend(report.period)
    sources = (actuals.sources[name] for name in report.figure.sources)
    return Held(
        quantity=str(observed.quantity),
        period=report.period.text,
        unit=report.figure.unit,
        reported=report.scale * report.value,
        grade=str(report.figure.grade),
        sources=tuple(f"{each.title} ({each.date})" for each in sources),
        futures=Estimate(median, low, high, error),
        half=(quarter, three_quarters),
        pit=Share(float(below.mean()), float(sampling_error(below, sampling))),
        crps=report.scale * crps(futures, report.value),
        no_change=None if no_change is None else report.scale * no_change,
        trend=None if trend is None else report.scale * trend,
    )


def _score(observed: Observed, held: Sequence[Held], futures: Any) -> Score:
    """All reports of a quantity together; `futures` is [report, path] in its base unit."""
    came = [each.value for each in observed.reported]
    scales = [each.scale for each in observed.reported]

    def score(part: Any) -> Any:
        return np.mean([crps(part[:, n], value) for n, value in enumerate(came)])

    def missed_by(name: str) -> float | None:
        said = [getattr(each, name) for each in held]
        if any(each is None for each in said):
            return None
        return float(np.mean([abs(one / scale - value) for one, scale, value in zip(said, scales, came, strict=True)]))

    return Score(
        quantity=str(observed.quantity),
        unit=RATE if observed.quantity.is_flow else observed.reported[0].figure.unit,
        reports=len(held),
        in_half=sum(each.is_in_half for each in held),
        in_nine=sum(each.is_in_nine for each in held),
        mean_pit=float(np.mean([each.pit.share for each in held])),
        crps=float(score(futures.T)),
        error=float(spread_error(futures.T, score)) if futures.shape[-1] >= BATCHES else np.nan,
        no_change=missed_by("no_change"),
        trend=missed_by("trend"),
        last=observed.known[-1].value if observed.known else None,
    )
