"""Stress in reverse: the mildest lasting change of one driver at which a party fails as often as is asked.

    p(f)     = share of futures in which the party has failed by the end, the driver times f from a month on
    factor   = the f nearest to 1, on either side, with p(f) at least what is asked

It is looked for on a grid away from 1, and then by halving the first step over which p gets there; all on the same
futures, so that p moves with f alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from interlock.analysis.answer import Answer, Share, how_often, percent
from interlock.analysis.drawn import NOTHING, About, about, footnote
from interlock.analysis.reliance import Reliance, relies_on
from interlock.book.book import Book
from interlock.book.stressed import refuse_party, stressed
from interlock.charts.chart import Chart
from interlock.charts.lines import Along, Curve, lines
from interlock.engine.pair import same_futures
from interlock.engine.run import Run, simulate
from interlock.engine.simulate import Progress
from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError
from interlock.ground.months import name_of
from interlock.ground.typed import typed

if TYPE_CHECKING:
    import pandas

STEPS = 8
"""Of the grid: factors go from 1 down to 0 in eighths, and up to 8 by the inverses of these."""

HALVINGS = 5
"""Of the step in which the factor lies: it is then known to 1/256, or as much of its inverse."""


@dataclass(frozen=True)
class Tried:
    """How often the party fails at one factor."""

    factor: float
    fails: Share


@dataclass(frozen=True)
class Breaking:
    """The mildest factor that makes the party fail so often, on one side of 1."""

    factor: float
    error: float
    """One standard error of sampling, by the slope of the step of the grid in which it lies."""
    fails: Share


@dataclass(frozen=True)
class BreakingPoint(Answer):
    """What it takes of one driver to make a party fail."""

    party: str
    driver: str
    begins: str
    probability: float
    until: int
    without: Share
    below: Breaking | None
    """Where less of the driver does it."""
    above: Breaking | None
    """Where more of it does."""
    tried: tuple[Tried, ...]
    """Every factor that was run, from the smallest on."""
    paths: int
    seed: int
    reliance: Reliance
    """What its failing at the factor, that with less of the driver if there are two, rests on."""
    about: About = NOTHING

    def tell(self) -> str:
        """The factors, or that there is none; and how often the party fails without."""
        often = percent(self.probability)
        without = f"without, it is {percent(self.without.share, self.without.error)}"
        if self.without.share >= self.probability:
            return f"{self.party} fails in {often} of futures by {self.until} in any case: {without}."
        found = [
            f"{each.factor:.3g} ± {each.error:.1g} or {way}"
            for each, way in ((self.below, "less"), (self.above, "more"))
            if each is not None
        ]
        if found:
            return (
                f"{self.party} fails in {often} of futures by {self.until} once {self.driver} is multiplied by "
                f"{', or by '.join(found)}, from {self.begins} on; {without}{self.reliance.clause()}."
            )
        most = max(self.tried, key=lambda each: each.fails.share)
        return (
            f"No factor from 0 to {STEPS} on {self.driver} from {self.begins} on makes {self.party} fail in {often} of "
            f"futures by {self.until}: the most is {percent(most.fails.share, most.fails.error)}, at "
            f"{most.factor:.3g}; {without}."
        )

    def table(self) -> pandas.DataFrame:
        """One row for each factor that was run."""
        import pandas  # slow to import, and only needed here

        rows = [
            {"factor": each.factor, "probability": each.fails.share, "sampling_error": each.fails.error}
            for each in self.tried
        ]
        return pandas.DataFrame(rows)

    def charts(self) -> dict[str, Chart]:
        """How often the party fails at each factor that was tried."""
        tried = [(f"{each.factor:.3g}", 100.0 * each.fails.share, 200.0 * each.fails.error) for each in self.tried]
        if len(tried) < 2:
            return {}
        line = Curve(
            self.about.label(self.party),
            tuple(share for _, share, _ in tried),
            low=tuple(max(share - off, 0.0) for _, share, off in tried),
            high=tuple(share + off for _, share, off in tried),
        )
        return {
            "failures": lines(
                [factor for factor, _, _ in tried],
                [line],
                unit="% of futures",
                title=self.about.sentence(self.tell().split("; ")[0]),
                source=footnote(self.paths, self.seed, of=self.about),
                what=f"How often {self.about.within(self.party)} fails by {self.until}; shaded: two standard errors",
                along=Along(
                    f"factor on {self.driver} from {self.begins} on",
                    tuple(each.factor for each in self.tried),
                    is_log=True,
                ),
            )
        }

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""

        def breaking(found: Breaking | None) -> dict[str, Any] | None:
            if found is None:
                return None
            return {"factor": found.factor, "error": found.error, "probability": found.fails.to_json()}

        return {
            "party": self.party,
            "driver": self.driver,
            "begins": self.begins,
            "asked": self.probability,
            "run": {"paths": self.paths, "seed": self.seed},
            "without": self.without.to_json(),
            "below": breaking(self.below),
            "above": breaking(self.above),
            "rests_on": self.reliance.to_json(),
            "tried": [{"factor": each.factor, "probability": each.fails.to_json()} for each in self.tried],
        }


HALF = 0.5
"""Of futures: so often a party is to fail unless another share is said."""


@typed
def breaking_point(  # noqa: PLR0913 - what is asked, and how a book is simulated
    world: Book | Run,
    party: str,
    driver: str,
    *,
    begins: str | None = None,
    probability: float = HALF,
    paths: int = 1024,
    seed: int = 7,
    sampling: Sampling | str = Sampling.plain,
    threads: int | None = None,
    progress: Progress | None = None,
) -> BreakingPoint:
    """The factor nearest to 1 on `driver` (`drivers.demand.level`), from the month `begins` on, that breaks `party`.

    By default from the first month on. A run is broken on its own futures. Raises ArgumentError for what is not in
    the book, or no probability.
    """
    book = world if isinstance(world, Book) else world.book
    making = same_futures([world], paths, seed, sampling)
    refuse_party(book, party)
    if not 0.0 < probability <= 1.0:
        raise ArgumentError(f"probability is {probability:g}; it must be above 0, and 1 at most.")
    since = begins or name_of(book.start)
    end = name_of(book.start + book.months)
    tried: dict[float, Share] = {}
    rests: dict[float, Reliance] = {}

    def fails(factor: float) -> Share:
        if factor not in tried:
            shaken = stressed(book, {}, [f"{driver}={factor!r}@{since}..{end}"])
            run = simulate(shaken, **making, threads=threads, progress=progress)
            failed = run.series["failed"].first[run.series["failed"].of(party), -1]
            tried[factor] = how_often(failed, run.sampling)
            rests[factor] = relies_on("whether it then fails", failed, run.figures, run.draws)
        return tried[factor]

    without = fails(1.0)
    below = above = None
    if without.share < probability:
        below = _mildest(fails, probability, lambda step: 1.0 - step, STEPS)
        above = _mildest(fails, probability, lambda step: 1.0 / (1.0 - step), STEPS - 1)
    return BreakingPoint(
        party=party,
        driver=driver,
        begins=since,
        probability=probability,
        until=(book.start + book.months - 1) // 12,
        without=without,
        below=below,
        above=above,
        tried=tuple(Tried(*each) for each in sorted(tried.items())),
        paths=making["paths"],
        seed=making["seed"],
        reliance=rests[next((each.factor for each in (below, above) if each is not None), 1.0)],
        about=about(book),
    )


def _mildest(
    fails: Callable[[float], Share], probability: float, factor_at: Callable[[float], float], steps: int
) -> Breaking | None:
    """The first factor of a grid away from 1 at which the party fails so often, then by halving."""
    for step in range(1, steps + 1):
        mild, hard = (step - 1) / STEPS, step / STEPS
        if fails(factor_at(hard)).share >= probability:
            break
    else:
        return None
    rise = fails(factor_at(hard)).share - fails(factor_at(mild)).share
    width = abs(factor_at(hard) - factor_at(mild))
    for _ in range(HALVINGS):
        middle = (mild + hard) / 2.0
        mild, hard = (mild, middle) if fails(factor_at(middle)).share >= probability else (middle, hard)
    found = fails(factor_at(hard))
    # Never surer than the last half of a step.
    error = max(found.error * width / rise, abs(factor_at(hard) - factor_at(mild)) / 2.0)
    return Breaking(factor_at(hard), error, found)
