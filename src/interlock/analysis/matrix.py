"""Each of the largest parties made to fail in turn: a row for who fails, a column for who loses by it.

    row, column = what the column's party loses where the row's fails in a month - what it loses without
                                                                                          future by future

Every row is a run of its own, on the same futures. Three losses are told apart: claims, shares and cover that are
written off; sales; and how much more often the column's party fails itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import Against, Answer, against, each_path, in_dollars, percent, rounding_of
from interlock.analysis.drawn import NOTHING, About, about, footnote
from interlock.analysis.losses import Lost, lost_by_path
from interlock.analysis.reliance import Reliance, relies_on
from interlock.book.book import Book
from interlock.book.party import EDGES
from interlock.book.stressed import refuse_month
from interlock.charts.chart import Chart
from interlock.charts.matrix import matrix
from interlock.engine.otherwise import otherwise
from interlock.engine.provenance import Provenance, provenance_of
from interlock.engine.run import Run, known_sampling, refuse_paths
from interlock.engine.simulate import Progress
from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError
from interlock.ground.months import month_of, name_of
from interlock.ground.typed import typed
from interlock.program.variant import Variant

if TYPE_CHECKING:
    import pandas

TOP = 8
"""Of the largest parties fail in turn unless it is said how many."""

YEAR = 12
"""Months into the run at which parties are made to fail unless a month is named."""


class Loss(StrEnum):
    """What a party loses."""

    lost = "lost"
    """USD of claims, shares at cost and cover, by failures of others."""
    sales = "sales"
    """USD of sales less, over the run."""
    fails = "fails"
    """Share of futures in which it has failed by the end."""


CONVENTIONS = (
    (
        "Who is made to fail fails with whatever arrears it has, even if it could pay, and ends as the book says that "
        "it ends: liquidated, restructured or taken over."
    ),
    "Lost are claims that are written off, shares at cost, and what guarantors do not get back; not what was to come.",
    "The largest parties are those that pay, or are paid, most over the run without any stress.",
)


@dataclass(frozen=True)
class Cell:
    """What one party loses where another is made to fail."""

    fails: str
    loses: str
    measure: Loss
    number: Against
    """What it loses then; the difference is to the same futures without."""


@dataclass(frozen=True)
class Matrix(Answer):
    """Who loses by whose failure."""

    parties: tuple[str, ...]
    """Who fails in turn, the largest first."""
    month: str
    """In which each row's party fails."""
    cells: tuple[Cell, ...]
    """Of every party as a column, also of those that are not among the largest."""
    others: tuple[Cell, ...]
    """What all parties lose together, but for the one that fails: one cell for each row and measure of USD."""
    until: int
    paths: int
    seed: int
    sampling: str
    reliance: Reliance
    """What the costliest failure costs others rests on."""
    about: About = NOTHING

    def tell(self) -> str:
        """Whose failure costs others most, whom it brings down, and by which conventions."""
        return "\n".join([self.head(), *self.said(), *self.conventions()])

    def head(self) -> str:
        """Whose failure costs others most: one sentence."""
        worst = _costliest(self.others)
        if worst is None:
            return (
                f"No failure of one of the {len(self.parties)} largest parties in {self.month} costs others claims, "
                "shares or cover beyond what is chance."
            )
        to = [each for each in self.of(Loss.lost) if each.fails == worst.fails and _is_loss(each.number)]
        most = max(to, key=lambda each: each.number.difference, default=None)
        whom = "" if most is None else f", {_usd(most.number)} of it {most.loses}"
        return (
            f"Of the {len(self.parties)} largest parties, {worst.fails} costs others most if it fails in {self.month}: "
            f"{_usd(worst.number)} of claims, shares and cover{whom}{self.reliance.clause()}."
        )

    def said(self) -> Iterator[str]:
        """Who falls with whom, and who loses most sales by whom."""
        fallen = [each for each in self.of(Loss.fails) if _is_loss(each.number)]
        for each in sorted(fallen, key=lambda cell: -cell.number.difference)[:5]:
            more = percent(each.number.difference, each.number.difference_error).replace(" %", " points")
            yield f"If {each.fails} fails, {each.loses} fails {more} more often by {self.until}."
        sales = [each for each in self.of(Loss.sales) if _is_loss(each.number)]
        if sales:
            most = max(sales, key=lambda each: each.number.difference)
            yield f"Most sales are lost by {most.loses} if {most.fails} fails: {_usd(most.number)} by {self.until}."

    def conventions(self) -> tuple[str, ...]:
        """What the numbers rest on."""
        return CONVENTIONS

    def of(self, measure: Loss) -> list[Cell]:
        """The cells of one measure."""
        return [each for each in self.cells if each.measure is measure]

    def cell(self, fails: str, loses: str, measure: Loss) -> Cell | None:
        """One of them; None on the diagonal."""
        found = (each for each in self.of(measure) if (each.fails, each.loses) == (fails, loses))
        return next(found, None)

    def table(self) -> pandas.DataFrame:
        """One row for each cell."""
        import pandas  # slow to import, and only needed here

        rows = [
            {
                "fails": each.fails,
                "loses": each.loses,
                "measure": str(each.measure),
                "unit": "share" if each.measure is Loss.fails else "USD",
                "difference": each.number.difference,
                "difference_error": each.number.difference_error,
                "is_real": each.number.is_real,
            }
            for each in self.cells
        ]
        return pandas.DataFrame(rows)

    def charts(self) -> dict[str, Chart]:
        """Who loses what by whose failure: claims, sales, and failures of its own."""
        told = {
            Loss.lost: ("Claims, shares and cover lost", "B USD", 1e9),
            Loss.sales: ("Sales lost", "B USD", 1e9),
            Loss.fails: ("Fails more often", "points", 0.01),
        }
        found, names = {}, list(map(self.about.label, self.parties))
        for measure, (what, unit, divide) in told.items():
            cells = {(each.fails, each.loses): each.number for each in self.of(measure)}
            numbers = [[cells.get((row, column)) for column in self.parties] for row in self.parties]
            if not any(each is not None and each.difference for row in numbers for each in row):
                continue
            found[str(measure)] = matrix(
                names,
                names,
                [[math.nan if each is None else each.difference / divide for each in row] for row in numbers],
                corner=("fails", "loses"),
                unit=unit,
                title=self._finding(measure),
                source=footnote(self.paths, self.seed, of=self.about),
                what=f"{what} if a party fails in {self.month}, by {self.until}; negative: gained; faint: by chance",
                marked=[[each is not None and each.is_real for each in row] for row in numbers],
            )
        return found

    def _finding(self, measure: Loss) -> str:
        """The largest loss that is beyond chance."""
        most = max(
            (each for each in self.of(measure) if _is_loss(each.number) and each.loses in self.parties),
            key=lambda each: each.number.difference,
            default=None,
        )
        if most is None:
            return "No failure costs another party anything beyond chance"
        fails, loses = self.about.within(most.fails), self.about.within(most.loses)
        if measure is Loss.fails:
            more = percent(most.number.difference).replace(" %", " points")
            return f"If {fails} fails, {loses} fails {more} more often"
        lost = "of sales" if measure is Loss.sales else "of claims, shares and cover"
        return f"{fails} would cost {loses} most if it failed: {in_dollars(most.number.difference)} USD {lost}"

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {
            "parties": list(self.parties),
            "month": self.month,
            "until": self.until,
            "run": {"paths": self.paths, "seed": self.seed, "sampling": self.sampling},
            "cells": [_document(each) for each in self.cells],
            "others": [_document(each) for each in self.others],
            "rests_on": self.reliance.to_json(),
            "conventions": list(self.conventions()),
        }


@typed
def stress_matrix(
    world: Book | Run,
    *,
    top: int = TOP,
    month: str | None = None,
    paths: int = 8192,
    seed: int = 7,
    sampling: Sampling | str = Sampling.plain,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Matrix:
    """Who loses by the failure of each of the `top` largest parties, all in the same `month`: unless said, a year in.

    Raises ArgumentError for a month outside the run, or no party.
    """
    if isinstance(world, Run):
        return matrix_of(world.book, world.provenance, top, month, run=world, threads=threads, progress=progress)
    sampling = known_sampling(sampling)
    refuse_paths(paths, sampling)
    made = provenance_of(world, paths=paths, seed=seed, sampling=sampling)
    return matrix_of(world, made, top, month, threads=threads, progress=progress)


def matrix_of(
    book: Book,
    made: Provenance,
    top: int,
    month: str | None,
    *,
    run: Run | None = None,
    keep: Path | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Matrix:
    """The same of a book and how it is run; rows that are done are put aside in the folder `keep` until all are."""
    if top < 1:
        raise ArgumentError(f"top is {top}; it is how many of the largest parties fail in turn, from 1.")
    month = month or name_of(book.start + min(YEAR, book.months - 1))
    refuse_month(book, month, "parties are to fail")
    names = tuple(sorted(name for name in book.parties if name not in EDGES))
    runs = otherwise(book, made, "losses of all parties", _look, run=run, keep=keep, threads=threads, progress=progress)
    runs.expected = 1 + min(top, len(names))
    without = runs.seen()
    size = np.asarray(without["size"])
    # Equals in order of name: the answer does not depend on the order in which parties are written.
    order = sorted(range(len(names)), key=lambda n: (-size[n].sum(), names[n]))
    largest = tuple(names[n] for n in order[:top])
    cells: list[Cell] = []
    others: list[Cell] = []
    variants = {fails: Variant(failures={fails: month_of(month) - book.start}) for fails in largest}
    for fails, variant in variants.items():
        seen = runs.seen(variant)
        cells += _row(seen, without, names, fails, made.sampling, among=len(largest) * (len(names) - 1))
        others += _others(seen, without, names, fails, made.sampling, among=len(largest))
    worst = _costliest(others)
    usd = np.zeros(size.shape[-1])
    if worst is not None:
        of_others = [n for n, name in enumerate(names) if name != worst.fails]
        usd = (runs.seen(variants[worst.fails])[Loss.lost] - np.asarray(without[Loss.lost]))[of_others].sum(axis=0)
    runs.shelf.clear()
    return Matrix(
        parties=largest,
        month=month,
        cells=tuple(cells),
        others=tuple(others),
        until=(book.start + book.months - 1) // 12,
        paths=size.shape[-1],
        seed=made.seed,
        sampling=str(made.sampling),
        reliance=relies_on("that", usd, runs.figures, runs.draws(len(usd))),
        about=about(book),
    )


def _costliest(others: Sequence[Cell]) -> Cell | None:
    """Whose failure costs all others most claims, shares and cover, beyond what is chance."""
    costly = (each for each in others if each.measure is Loss.lost and _is_loss(each.number))
    return max(costly, key=lambda each: each.number.difference, default=None)


def _look(run: Run) -> dict[str, Any]:
    """[party, path] of each measure, parties in order of name; and how much each pays or is paid."""
    names = tuple(sorted(name for name in run.book.parties if name not in EDGES))
    series, lost = run.series, lost_by_path(run)
    found = {str(measure): np.zeros((len(names), lost.paths)) for measure in Loss}
    paid_by, paid_to = np.zeros((2, len(names), lost.paths))
    for (_, holder, _, what), usd in lost.usd.items():
        if what is not Lost.to_come and holder in names:
            found[Loss.lost][names.index(holder)] += usd
    for n, name in enumerate(names):
        found[Loss.sales][n] = series["revenue"].first[series["revenue"].of(name)].sum(axis=0)
        found[Loss.fails][n] = series["failed"].first[series["failed"].of(name), -1]
    for (payer, payee), usd in zip(series["flows"].rows, series["flows"].first.sum(axis=1), strict=True):
        if payer != payee:
            for end, total in ((payer, paid_by), (payee, paid_to)):
                if end in names:
                    total[names.index(end)] += usd
    return {**found, "size": np.maximum(paid_by, paid_to)}


def _row(
    seen: Any, without: Any, names: Sequence[str], fails: str, sampling: Sampling, *, among: int
) -> Iterator[Cell]:
    """What every other party loses, by each measure."""
    for measure in Loss:
        how = {"rounding": _rounding(measure, seen, without), "among": among}
        for n, loses in enumerate(names):
            if loses != fails:
                yield Cell(fails, loses, measure, _loses(measure, seen, without, [n], sampling, **how))


def _others(
    seen: Any, without: Any, names: Sequence[str], fails: str, sampling: Sampling, *, among: int
) -> Iterator[Cell]:
    """What all others lose together."""
    rows = [n for n, name in enumerate(names) if name != fails]
    for measure in (Loss.lost, Loss.sales):
        how = {"rounding": _rounding(measure, seen, without), "among": among}
        yield Cell(fails, "", measure, _loses(measure, seen, without, rows, sampling, **how))


def _loses(measure: Loss, seen: Any, without: Any, rows: Sequence[int], sampling: Sampling, **how: Any) -> Against:
    here, there = (np.asarray(each[str(measure)])[rows].sum(axis=0) for each in (seen, without))
    # What is sold less is lost.
    sign = -1.0 if measure is Loss.sales else 1.0
    is_event = measure is Loss.fails
    return against(each_path(sign * here), each_path(sign * there), sampling, is_event=is_event, **how)


def _rounding(measure: Loss, *worlds: Any) -> float:
    if measure is Loss.fails:
        return 0.0
    return rounding_of(*(each[str(measure)] for each in worlds))


def _is_loss(number: Against) -> bool:
    return number.is_real and number.difference > 0.0


def _usd(number: Against) -> str:
    return f"{in_dollars(number.difference, number.difference_error)} USD"


def _document(cell: Cell) -> dict[str, Any]:
    return {
        "fails": cell.fails,
        "loses": cell.loses or None,
        "measure": str(cell.measure),
        "unit": "share" if cell.measure is Loss.fails else "USD",
        **cell.number.to_json(),
    }
