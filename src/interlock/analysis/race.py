"""Who can run the largest training run, and when; and what a deal adds to a lab's odds.

    run         = training fleet x part in one run x what an H100e does x utilisation x (1 + gains) x its length
    effective   = run x how far the lab's algorithms of training have come
    odds        = share of futures in which a lab can run the largest one in a month of a quarter; who tie share it
    a deal adds = odds - those on the same futures in which neither it nor what depends on it is ever in force

The race is between the labs of the book. In a future in which none of them trains, nobody has the largest run.
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
    how_often,
    median_of,
    percent,
)
from interlock.analysis.drawn import NOTHING, About, about, footnote
from interlock.analysis.reliance import Reliance, relies_on
from interlock.book.book import Book
from interlock.charts.chart import Chart
from interlock.charts.shares import shares
from interlock.engine.buildout import Buildout, buildout
from interlock.engine.collect import Rows
from interlock.engine.provenance import Provenance, provenance_of
from interlock.engine.run import Run, known_sampling, refuse_paths
from interlock.engine.simulate import Progress, one_of_several
from interlock.engine.without import deal_named, with_dependents
from interlock.engine.without import without as never_in_force
from interlock.ground.amounts import flop, h100e
from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError
from interlock.ground.months import quarter_of
from interlock.ground.typed import typed
from interlock.program.compile import compile_book

if TYPE_CHECKING:
    import pandas

NOBODY = "nobody"
"""Who has the largest run where no lab trains."""

TIED = 1e-9
"""Of the largest run: who is so near to it has it, too."""

MEASURES = {"run": "largest run", "effective": "largest run in effective compute"}
"""Odds of what, by field."""

QUANTITIES = {
    "used": ("compute in use", "H100e"),
    "training": ("of it, training", "H100e"),
    "run": ("largest run", "FLOP"),
    "effective": ("the same in effective compute", "FLOP"),
}
"""What is told of each lab, and its unit: on average over the months of a quarter; of runs the largest."""

AVERAGED = {"used", "training"}

NOBODY = "nobody"

Quarters = tuple[str, ...]


@dataclass(frozen=True)
class Runner:
    """One lab, quarter by quarter."""

    lab: str
    odds: Mapping[str, tuple[Share, ...]]
    """By field of MEASURES."""
    has: Mapping[str, tuple[Estimate, ...]]
    """By field of QUANTITIES; the centre is the median."""


@dataclass(frozen=True)
class Added:
    """What a deal adds to each lab."""

    deal: str
    with_it: tuple[str, ...]
    """What depends on it, and is never in force without it either."""
    odds: Mapping[str, tuple[Against, ...]]
    """By lab, quarter by quarter: with the deal; the difference is to the same futures without it."""
    training: Mapping[str, tuple[Against, ...]]
    """H100e, on average over the months of the quarter."""


@dataclass(frozen=True)
class Race(Answer):
    """Who can run the largest training run."""

    quarters: Quarters
    runners: tuple[Runner, ...]
    """Those with the best odds in the last quarter first."""
    nobody: tuple[Share, ...]
    added: tuple[Added, ...]
    reliance: Reliance
    """What it rests on whether the lab with the best odds at the end has the largest run there."""
    paths: int
    seed: int
    sampling: str
    about: About = NOTHING

    def tell(self) -> str:
        """Who has the best odds at the end, who had before; what each lab trains on; what deals add."""
        return "\n".join([self.head(), *self.said(), *(line for each in self.added for line in self.tell_added(each))])

    def head(self) -> str:
        """The odds at the end, and what they rest on most: one sentence."""
        odds = ", ".join(f"{each.lab} {_odds(each.odds['run'][-1])}" for each in self.runners)
        rests = ""
        if self.reliance.figures:
            address, correlation = self.reliance.figures[0]
            rests = f"; {self.runners[0].lab}'s odds rest most on {address} (rank correlation {correlation:+.2f})"
        if len(self.runners) == 1:
            return f"{self.runners[0].lab} is the only lab whose models this book follows: it races nobody{rests}."
        nobody = f", nobody {_odds(self.nobody[-1])}" if self.nobody[-1].share > 0.0 else ""
        of = f"{self.quarters[-1]}, of {self.paths:,} futures"
        return f"Odds of the largest training run in {of}: {odds}{nobody}{rests}."

    def said(self) -> Iterator[str]:
        """Who led when, and a sentence on each lab at the end."""
        if len(self.runners) > 1:
            yield f"The best odds have {', then '.join(self._leaders())}."
        for each in self.runners:
            used, training, run, effective = (each.has[name][-1] for name in QUANTITIES)
            trains = f"{h100e(training.centre)} of it trains (90 %: {h100e(training.low)} to {h100e(training.high)})"
            yield (
                f"{each.lab} in {self.quarters[-1]}, in the median: {h100e(used.centre)} in use, {trains}; "
                f"largest run {flop(run.centre)}, {flop(effective.centre)} in effective compute."
            )

    def _leaders(self) -> Iterator[str]:
        """`a from 2026-Q1 (70 %)`: whoever has the best odds, whenever that is somebody else."""
        last = ""
        for n, quarter in enumerate(self.quarters):
            best = max(self.runners, key=lambda each: each.odds["run"][n].share)
            if best.lab != last and best.odds["run"][n].share > 0.0:
                last = best.lab
                yield f"{best.lab} from {quarter} ({_odds(best.odds['run'][n])})"

    def tell_added(self, added: Added) -> Iterator[str]:
        """A sentence for each lab whose odds a deal moves beyond chance, in the quarter where that is most."""
        told = list[tuple[float, str]]()
        for lab, rows in added.odds.items():
            n = int(np.argmax([abs(each.difference) * each.is_real for each in rows]))
            odds, training = rows[n], added.training[lab][n].difference
            points = percent(abs(odds.difference), odds.difference_error).replace(" %", " points")
            adds = f"adds {points} to" if odds.difference > 0.0 else f"takes {points} from"
            trains = f"{h100e(abs(training))} {'more' if training > 0.0 else 'less'}"
            if odds.is_real:
                with_it = f"with it they are {percent(odds.value, odds.error)}, and it trains on {trains}"
                sentence = f"{added.deal} {adds} {lab}'s odds in {self.quarters[n]}, where that is most: {with_it}."
                told.append((-abs(odds.difference), sentence))
        if not told:
            yield f"{added.deal} moves nobody's odds beyond what is chance among so many quarters."
        yield from (sentence for _, sentence in sorted(told))

    def table(self) -> pandas.DataFrame:
        """One row for each number: what, of which lab, in which quarter."""
        import pandas  # slow to import, and only needed here

        columns = ("what", "deal", "lab", "quarter", "unit", "value", "low", "high", "error")
        return pandas.DataFrame([dict(zip(columns, row, strict=True)) for row in self._rows()])

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        none = float("nan")
        for n, quarter in enumerate(self.quarters):
            for each in self.runners:
                for name, said in MEASURES.items():
                    odds = each.odds[name][n]
                    yield f"odds of the {said}", "", each.lab, quarter, "share", odds.share, none, none, odds.error
                for name, (said, unit) in QUANTITIES.items():
                    has = each.has[name][n]
                    yield said, "", each.lab, quarter, unit, has.centre, has.low, has.high, has.error
            nobody = self.nobody[n]
            yield "odds of the largest run", "", NOBODY, quarter, "share", nobody.share, none, none, nobody.error
            for added in self.added:
                for lab in added.odds:
                    for what, unit, by in (("odds", "share", added.odds), ("training", "H100e", added.training)):
                        more = by[lab][n]
                        of = f"adds to {what}", added.deal, lab, quarter, unit
                        yield *of, more.difference, none, none, more.difference_error

    def charts(self) -> dict[str, Chart]:
        """The odds of each lab, quarter by quarter."""
        odds = {self.about.label(each.lab): [share.share for share in each.odds["run"]] for each in self.runners}
        first = self.runners[0]
        return {
            "odds": shares(
                self.quarters,
                odds | {NOBODY: [share.share for share in self.nobody]},
                title=(
                    f"{self.about.within(first.lab)} has the best odds of the largest training run in "
                    f"{self.quarters[-1]}: {percent(first.odds['run'][-1].share)}"
                ),
                source=footnote(self.paths, self.seed, of=self.about),
                what="Who runs the largest training run, share of futures",
                rest=NOBODY,
            )
        }

    def to_json(self) -> dict[str, Any]:
        """The same as a document, quarter by quarter."""
        return {
            "run": {"paths": self.paths, "seed": self.seed, "sampling": self.sampling},
            "quarters": list(self.quarters),
            "rests_on": self.reliance.to_json(),
            "labs": [
                {
                    "lab": each.lab,
                    "odds": {name: [share.to_json() for share in each.odds[name]] for name in MEASURES},
                    "has": {name: [has.to_json() for has in each.has[name]] for name in QUANTITIES},
                }
                for each in self.runners
            ],
            NOBODY: [share.to_json() for share in self.nobody],
            "without": [
                {
                    "deal": each.deal,
                    "with_it": list(each.with_it),
                    "odds": {lab: [found.to_json() for found in rows] for lab, rows in each.odds.items()},
                    "training_h100e": {lab: [found.to_json() for found in rows] for lab, rows in each.training.items()},
                }
                for each in self.added
            ],
        }


@typed
def race(
    world: Book | Run,
    *,
    without: Sequence[str] = (),
    paths: int = 1024,
    seed: int = 7,
    sampling: Sampling | str = Sampling.plain,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Race:
    """Who can run the largest training run, quarter by quarter; and what each deal of `without` adds to that.

    A run has its own futures; of a book, `paths`, `seed` and `sampling` say which. Each deal takes a run of its own.
    Raises ArgumentError for a book that follows no lab's models, or an unknown deal; and LawBroken.
    """
    if isinstance(world, Run):
        return race_of(world.book, world.provenance, without, threads, progress)
    known = known_sampling(sampling)
    refuse_paths(paths, known)
    made = provenance_of(world, paths=paths, seed=seed, sampling=known)
    return race_of(world, made, without, threads, progress)


def race_of(
    book: Book,
    made: Provenance,
    without: Sequence[str] = (),
    threads: int | None = None,
    progress: Progress | None = None,
) -> Race:
    """The same on the futures that `made` names."""
    deals = [deal_named(book, text) for text in dict.fromkeys(without)]
    program = compile_book(book)
    labs = Rows(program).lab_names
    if not labs:
        raise ArgumentError(
            "this book follows no lab's models: give a lab customers and say something of its runs of training, "
            "`last_run` for example, or give the book `segments`."
        )
    base = buildout(program, made, threads, one_of_several(progress, 0, 1 + len(deals)))
    chances = _chances(base, labs, book.start)
    order = sorted(range(len(labs)), key=lambda n: (-float(chances["run"][n, -1].mean()), labs[n]))
    added = []
    for n, deal in enumerate(deals, start=1):
        gone = with_dependents(book, deal)
        part = one_of_several(progress, n, 1 + len(deals))
        without_it = buildout(never_in_force(program, gone), made, threads, part)
        among = len(deals) * len(labs) * len(dict.fromkeys(_quarters(book.start, book.months)))
        added.append(_added((deal, *gone), labs, base, without_it, book.start, made.sampling, among))
    quarters, first = _quarters(book.start, book.months), labs[order[0]]
    return Race(
        quarters=tuple(dict.fromkeys(quarters)),
        runners=tuple(_runner(labs[n], chances, n, base, quarters, made.sampling) for n in order),
        nobody=tuple(how_often(1.0 - chances["run"][:, q].sum(axis=0), made.sampling) for q in _range(quarters)),
        added=tuple(added),
        reliance=relies_on(
            f"whether {first} has the largest run at the end",
            chances["run"][order[0], -1],
            program.labels.figures,
            base.draws,
        ),
        paths=made.paths,
        seed=made.seed,
        sampling=str(made.sampling),
        about=about(book),
    )


def odds_of(runs: Any) -> Any:
    """[lab, …] 1.0 for who has the largest of some runs; who tie share it, and of no run at all nobody has anything."""
    best = runs.max(axis=0)
    has = (runs >= best * (1.0 - TIED)) & (best > 0.0)
    return has / np.maximum(has.sum(axis=0), 1)


def _chances(found: Buildout, labs: Sequence[str], start: int) -> dict[str, Any]:
    """[lab, quarter, path] what each lab has of the largest run of each quarter, by field of MEASURES."""
    quarters = _quarters(start, len(found.run))
    return {
        name: odds_of(np.stack([_by_quarter(name, _row(found, name, lab), quarters) for lab in labs]))
        for name in MEASURES
    }


def _row(found: Buildout, name: str, lab: str) -> Any:
    """[month, path] one quantity of one lab."""
    return getattr(found, name)[:, found.parties.index(lab)]


def _by_quarter(name: str, months: Any, quarters: Quarters) -> Any:
    """[quarter, path] a quantity on average over the months of each quarter, or the largest of them."""
    here = np.array([list(dict.fromkeys(quarters)).index(quarter) for quarter in quarters])
    of_each = [months[here == q] for q in _range(quarters)]
    return np.stack([each.mean(axis=0) if name in AVERAGED else each.max(axis=0) for each in of_each])


def _quarters(start: int, months: int) -> Quarters:
    """The calendar quarter of each month of a run."""
    return tuple(quarter_of(month) for month in range(start, start + months))


def _range(quarters: Quarters) -> range:
    return range(len(dict.fromkeys(quarters)))


def _runner(
    lab: str, chances: Mapping[str, Any], row: int, base: Buildout, quarters: Quarters, sampling: Sampling
) -> Runner:
    """One lab, quarter by quarter."""
    has = {name: _by_quarter(name, _row(base, name, lab), quarters) for name in QUANTITIES}
    return Runner(
        lab=lab,
        odds={name: tuple(how_often(quarter, sampling) for quarter in chances[name][row]) for name in MEASURES},
        has={name: tuple(median_of(quarter, sampling) for quarter in of_lab) for name, of_lab in has.items()},
    )


def _added(
    gone: Sequence[str],
    labs: Sequence[str],
    base: Buildout,
    found: Buildout,
    start: int,
    sampling: Sampling,
    among: int,
) -> Added:
    """What a deal adds, the first of those that are `gone`: against the same futures in which none of them is in force.

    Each of its numbers is one of `among` that are looked at together.
    """
    deal, *others = dict.fromkeys(gone)
    quarters = _quarters(start, len(base.run))
    here, there = ((_chances(each, labs, start)["run"], _training(each, labs, quarters)) for each in (base, found))

    def held(n: int, part: int, **how: Any) -> tuple[Against, ...]:
        pairs = zip(here[part][n], there[part][n], strict=True)
        return tuple(against(each_path(one), each_path(other), sampling, among=among, **how) for one, other in pairs)

    rounding = TIED * max(float(here[1].max()), 1.0)
    return Added(
        deal=deal.removeprefix("deals."),
        with_it=tuple(each.removeprefix("deals.") for each in others),
        odds={lab: held(n, 0, is_event=True) for n, lab in enumerate(labs)},
        training={lab: held(n, 1, rounding=rounding) for n, lab in enumerate(labs)},
    )


def _training(found: Buildout, labs: Sequence[str], quarters: Quarters) -> Any:
    """[lab, quarter, path] H100e that train."""
    return np.stack([_by_quarter("training", _row(found, "training", lab), quarters) for lab in labs])


def _odds(share: Share) -> str:
    return percent(share.share, share.error)
