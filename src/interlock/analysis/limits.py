"""How long the build-out runs at full tilt, and what stops it: chips, power, cash or demand.

    full tilt    in use of commitments >= full x what they reserve       until it is less for three months in a row
    stops it     what most is missing for in these three months
    adds         compute in use, with a limit wider in every month, less that of the book as it is, future by future
    binds        in a month of a future: the limit that adds most then, if it adds a tenth of what one would think: with
                 10 % more of it, 1 % of what is in use

In use is what labs use, or what others use of a cloud: under commitments, of their own, or by the hour. Each limit is
widened in a run of its own, on the same futures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import (
    Against,
    Answer,
    Estimate,
    Share,
    against,
    each_path,
    give_or_take,
    how_often,
    mean_of,
    median_of,
    percent,
    share_of,
)
from interlock.analysis.binding import (
    ALL_LABS,
    LAB,
    LEAST_USE,
    NONE,
    Of,
    Side,
    binding,
    first_to_bind,
    full_months,
    sides_of,
    stopping,
)
from interlock.analysis.drawn import NOTHING, About, about, footnote, over_months, what_adds
from interlock.analysis.reliance import Reliance, relies_on
from interlock.book.book import Book
from interlock.charts.chart import Chart
from interlock.engine.buildout import buildout
from interlock.engine.provenance import Provenance, provenance_of
from interlock.engine.run import Run, known_sampling, refuse_paths
from interlock.engine.simulate import Progress, one_of_several
from interlock.engine.wider import Limit, wider
from interlock.ground.amounts import number
from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError
from interlock.ground.months import name_of
from interlock.ground.sampling_error import ratio_error
from interlock.ground.typed import typed
from interlock.program.compile import compile_book

if TYPE_CHECKING:
    import pandas

HARDLY_EVER = 0.005
"""A share that a sentence leaves out; the table has it."""


@dataclass(frozen=True)
class Tilt:
    """How long full tilt lasts."""

    months: Estimate
    """The centre is the median."""
    lasts: Share
    """Of the futures in which it lasts to the end."""
    stopped_by: Mapping[str, Share]
    """Of all futures, by what most is missing for in the three months in which it stops."""
    missing: Mapping[str, Share]
    """Of all that is planned, what is not in use, for want of what."""


@dataclass(frozen=True)
class Held:
    """What holds one lab or cloud back, or all labs together."""

    party: str
    side: str
    """LAB or CLOUD."""
    tilt: Tilt | None
    """None where nothing is planned."""
    first: Mapping[str, Share]
    """Of all futures, by the limit that is the first to bind; NONE where none ever does."""
    binds: Mapping[str, Estimate]
    """Share of the months of a future; the centre is the mean."""
    by_month: Mapping[str, tuple[Share, ...]]
    """Share of the futures, in each month of the run."""
    adds: Mapping[Limit, Against]
    """H100e-months in use over the run, with the limit wider; the difference is to the book as it is."""
    parts: Mapping[Limit, Share]
    """What a wider limit adds, of what is in use."""

    @property
    def in_use(self) -> float:
        """H100e-months over the run, of the book as it is."""
        one = next(iter(self.adds.values()))
        return one.value - one.difference

    def most(self) -> Limit:
        """The limit that adds most over the run."""
        return max(self.adds, key=lambda limit: self.adds[limit].difference)


@dataclass(frozen=True)
class Limits(Answer):
    """What limits the build-out."""

    parts: tuple[Held, ...]
    """All labs together, then the labs, then the clouds, those with most compute in use first."""
    start: int
    months: int
    full: float
    more: float
    reliance: Reliance
    """What the length of full tilt rests on."""
    paths: int
    seed: int
    sampling: str
    about: About = NOTHING

    @property
    def whole(self) -> Held:
        """All labs together."""
        return self.parts[0]

    def tell(self) -> str:
        """How long full tilt lasts and what stops it; what more of each limit adds; whom what holds back."""
        return "\n".join([self.head(), self.tell_added(), *(self._tell(each) for each in self.parts[1:])])

    def head(self) -> str:
        """How long, what stops it, and what that rests on most: one sentence."""
        tilt = self.whole.tilt
        rests = self._rests()
        if tilt is None:
            return f"No lab has committed to compute, so that nothing is planned; {self._binding()}{rests}."
        lasts, count = percent(tilt.lasts.share, tilt.lasts.error), f"{self.paths:,}"
        stops = f"what stops it, of all futures: {_shares(tilt.stopped_by)}{rests}"
        if tilt.lasts.share > 0.5:
            return f"The build-out runs at full tilt to the end of {self.last} in {lasts} of {count} futures; {stops}."
        return (
            f"The build-out runs at full tilt for {_months(tilt.months.centre, tilt.months.error)} in the middle of "
            f"{count} futures (90 %: {number(tilt.months.low)} to {number(tilt.months.high)}; in {lasts} to the end of "
            f"{self.last}); {stops}."
        )

    @property
    def last(self) -> str:
        """The last month of the run."""
        return name_of(self.start + self.months - 1)

    def tell_added(self) -> str:
        """One sentence on what more of each limit adds."""
        parts = [f"{limit} {self._added(self.whole, limit)}" for limit in self.whole.adds]
        return (
            f"With {percent(self.more)} more of one limit in every month, the compute that labs use until {self.last} "
            f"is larger by: {', '.join(parts)}."
        )

    def _added(self, held: Held, limit: Limit) -> str:
        part, error = held.parts[limit].share, held.parts[limit].error
        return f"{percent(part, error)}"

    def _rests(self) -> str:
        if not self.reliance.figures:
            return ""
        address, correlation = self.reliance.figures[0]
        return f"; how long rests most on {address} (rank correlation {correlation:+.2f})"

    def _binding(self) -> str:
        most = max(Limit, key=lambda limit: self.whole.binds[limit].centre)
        share = self.whole.binds[most]
        return f"{most} binds in {percent(share.centre, share.error)} of months"

    def _tell(self, held: Held) -> str:
        """One sentence on one party."""
        binds = {name: Share(each.centre, each.error) for name, each in held.binds.items()}
        tilt = "" if held.tilt is None else f"{_months(held.tilt.months.centre)} at full tilt in the middle; "
        return (
            f"{held.party} ({held.side}): {tilt}what binds, of its months: {_shares(binds)}; what binds first, of "
            f"futures: {_shares(held.first)}; {self._most(held)}."
        )

    def _most(self, held: Held) -> str:
        most = held.most()
        if held.adds[most].difference <= 0.0:
            return "more of none adds anything"
        return f"more {most} adds most ({self._added(held, most)})"

    def table(self) -> pandas.DataFrame:
        """One row for each number: what is said, of whom, which limit, in which month."""
        import pandas  # slow to import, and only needed here

        columns = ("what", "party", "side", "limit", "month", "unit", "value", "error")
        return pandas.DataFrame([dict(zip(columns, row, strict=True)) for row in self._rows()])

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        for held in self.parts:
            of = held.party, held.side
            if held.tilt is not None:
                months = held.tilt.months
                yield "full tilt, median", *of, "", "", "months", months.centre, months.error
                yield "full tilt to the end", *of, "", "", "share", held.tilt.lasts.share, held.tilt.lasts.error
                for what, by in (("stops it", held.tilt.stopped_by), ("missing", held.tilt.missing)):
                    for name, share in by.items():
                        yield what, *of, name, "", "share", share.share, share.error
            for name, share in held.first.items():
                yield "binds first", *of, name, "", "share", share.share, share.error
            for name, shares in held.by_month.items():
                for n, share in enumerate(shares):
                    yield "binds", *of, name, name_of(self.start + n), "share", share.share, share.error
            for limit, added in held.adds.items():
                yield "adds", *of, str(limit), "", "H100e-months", added.difference, added.difference_error

    def charts(self) -> dict[str, Chart]:
        """What binds when, and what more of each limit would add; for all labs together."""
        months = [name_of(self.start + month) for month in range(self.months)]
        tilt, most, more = self.whole.tilt, self.whole.most(), percent(self.more)
        lasts = "" if tilt is None else f"; full tilt lasts {_months(tilt.months.centre)} in the median"
        return {
            "binds": over_months(months, self.whole.by_month, f"{self._binding()}{lasts}", self, rest=NONE),
            "adds": what_adds(
                self.whole.parts,
                title=f"{more} more {most} adds most compute: {self._added(self.whole, most)}",
                source=footnote(self.paths, self.seed, of=self.about),
                what=f"Compute that labs use until {self.last}, with {more} more of one limit",
            ),
        }

    def to_json(self) -> dict[str, Any]:
        """The same as a document; shares by month from the first month on."""
        return {
            "full": self.full,
            "more": self.more,
            "run": {"paths": self.paths, "seed": self.seed, "sampling": self.sampling},
            "start": name_of(self.start),
            "rests_on": self.reliance.to_json(),
            "parties": [_document(each) for each in self.parts],
        }


@typed
def limits(
    world: Book | Run,
    *,
    full: float = 0.9,
    more: float = 0.1,
    paths: int = 1024,
    seed: int = 7,
    sampling: Sampling | str = Sampling.plain,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Limits:
    """How long the build-out runs at full tilt, and what stops it, in five runs on the same futures.

    `full` is the part of the planned compute that must be in use, `more` by how much each limit is widened. A run has
    its own futures; of a book, `paths`, `seed` and `sampling` say which. Raises ArgumentError and LawBroken.
    """
    if isinstance(world, Run):
        return limits_of(world.book, world.provenance, full, more, threads, progress)
    known = known_sampling(sampling)
    refuse_paths(paths, known)
    made = provenance_of(world, paths=paths, seed=seed, sampling=known)
    return limits_of(world, made, full, more, threads, progress)


def limits_of(
    book: Book,
    made: Provenance,
    full: float = 0.9,
    more: float = 0.1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Limits:
    """The same on the futures that `made` names."""
    for name, share in (("full", full), ("more", more)):
        if not 0.0 < share <= 1.0:
            raise ArgumentError(f"{name} is {share:g}; it must be above 0 and at most 1.")
    if not any(LAB in party.roles for party in book.parties.values()):
        raise ArgumentError("this book has no lab: there is no build-out to measure.")
    program = compile_book(book)
    base = buildout(program, made, threads, one_of_several(progress, 0, 1 + len(Limit)))
    sides = sides_of(book, base)
    if not sides:
        raise ArgumentError("no lab of this book has compute, its own or another's: there is no build-out to measure.")
    in_use = {of: side.used for of, side in sides.items()}
    gains = {}
    for n, limit in enumerate(Limit):
        widened = wider(program, limit, 1.0 + more)
        if widened is program:
            gains[limit] = {of: np.zeros_like(use) for of, use in in_use.items()}
            continue
        found = sides_of(
            book, buildout(widened, made, threads, one_of_several(progress, n + 1, 1 + len(Limit))), known=sides
        )
        gains[limit] = {of: found[of].used - use for of, use in in_use.items()}
    whole = sides[ALL_LABS, LAB]
    months = full_months(whole.missing, whole.planned, full)
    return Limits(
        parts=tuple(
            _held(of, side, {limit: gains[limit][of] for limit in Limit}, full, more, made.sampling)
            for of, side in sides.items()
        ),
        start=book.start,
        months=book.months,
        full=full,
        more=more,
        reliance=relies_on("how long full tilt lasts", months, program.labels.figures, base.draws),
        paths=made.paths,
        seed=made.seed,
        sampling=str(made.sampling),
        about=about(book),
    )


def _held(of: Of, side: Side, gains: Mapping[Limit, Any], full: float, more: float, sampling: Sampling) -> Held:
    """What holds one of them back."""
    binds = binding(side.used, gains, more)
    total = side.used.sum(axis=0)
    rounding = 1e-9 * max(float(np.abs(total).max()), LEAST_USE)
    return Held(
        party=of[0],
        side=of[1],
        tilt=_tilt(side, full, sampling) if side.planned.any() else None,
        first={name: how_often(happened, sampling) for name, happened in first_to_bind(binds).items()},
        binds={name: mean_of(weights.mean(axis=0), sampling) for name, weights in binds.items()},
        by_month={name: tuple(how_often(month, sampling) for month in weights) for name, weights in binds.items()},
        adds={
            limit: against(each_path(total + gain.sum(axis=0)), each_path(total), sampling, rounding=rounding)
            for limit, gain in gains.items()
        },
        parts={
            limit: share_of(gain.sum(axis=0), total, sampling) if total.any() else Share(0.0, 0.0)
            for limit, gain in gains.items()
        },
    )


def _tilt(side: Side, full: float, sampling: Sampling) -> Tilt:
    """How long full tilt lasts, and what stops it."""
    months = full_months(side.missing, side.planned, full)
    planned = side.planned.sum(axis=0)
    by_limit = {limit: side.lacks[:, n].sum(axis=0) for n, limit in enumerate(Limit)}
    return Tilt(
        months=median_of(months, sampling, is_whole=True),
        lasts=how_often(months == len(side.planned), sampling),
        stopped_by={name: how_often(stops, sampling) for name, stops in stopping(side, months).items()},
        missing={
            str(limit): Share(float(lacks.sum() / planned.sum()), float(ratio_error(lacks, planned, sampling)))
            for limit, lacks in by_limit.items()
        },
    )


def _shares(shares: Mapping[str, Share]) -> str:
    """`power 62 ± 3 %, chips 20 ± 2 %`, the largest first; what is hardly ever is left out."""
    largest = sorted(shares.items(), key=lambda pair: -pair[1].share)
    named = [f"{name} {percent(each.share, each.error)}" for name, each in largest if each.share > HARDLY_EVER]
    return ", ".join(named) or "nothing"


def _months(months: float, error: float | None = None) -> str:
    """`14 ± 1 months`."""
    if error is None:
        return f"{number(months)} month{'' if number(months) == '1' else 's'}"
    return f"{number(months)} ± {give_or_take(error)} months"


def _document(held: Held) -> dict[str, Any]:
    """One of them as a document."""
    tilt = held.tilt
    shares: Sequence[tuple[str, Mapping[str, Share]]] = [("binds_first", held.first)]
    if tilt is not None:
        shares = [*shares, ("stopped_by", tilt.stopped_by), ("missing_share_of_planned", tilt.missing)]
    return {
        "party": held.party,
        "side": held.side,
        "full_tilt_months": None if tilt is None else tilt.months.to_json(),
        "full_tilt_to_the_end": None if tilt is None else tilt.lasts.to_json(),
        **{name: {of: each.to_json() for of, each in by.items()} for name, by in shares},
        "binds_share_of_months": {name: each.to_json() for name, each in held.binds.items()},
        "binds_by_month": {name: [each.to_json() for each in by] for name, by in held.by_month.items()},
        "in_use_h100e_months": held.in_use,
        "adds_h100e_months": {str(limit): each.to_json() for limit, each in held.adds.items()},
    }
