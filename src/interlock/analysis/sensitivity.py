"""Which assumed or estimated figure matters most to one output: alone, with others, and how far it moves it.

alone       first-order index of every figure, from the run's own draws: no new simulation
moved       those whose total index is largest, found on fewer futures by drawing groups anew (ground/screening.py)
low, high   the mean of the output where a figure is at the low and at the high end of its range, on the same futures
with others first-order and total index of the figures that are moved, by picking and freezing (ground/indices.py)

Figures that a book moves together are one input of the last two: they are drawn together, and at a corner together that
is as far out in their joint distribution as the end of its range is for a figure alone.
What moves drivers from month to month is an input, too, and so are all the other figures as one.

The first-order index of a figure is the value of knowing it: the part of the variance that would be gone, on average,
if it were disclosed; of a figure that moves with others also what it tells about them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import Against, Answer, against, each_path, in_dollars, percent
from interlock.analysis.drawn import NOTHING, About, about, footnote
from interlock.analysis.drawn_inputs import Moved, Output, charts_of
from interlock.book.book import Book
from interlock.book.knowledge import figures_of
from interlock.charts.chart import Chart
from interlock.engine.otherwise import Otherwise, otherwise
from interlock.engine.output import first_output, output_of
from interlock.engine.provenance import Provenance, provenance_of
from interlock.engine.run import Run, known_sampling, refuse_paths, simulate
from interlock.engine.simulate import Progress
from interlock.ground.amounts import number
from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError, did_you_mean
from interlock.ground.figure import Figure, Grade
from interlock.ground.indices import Index, first_orders, sobol_indices
from interlock.ground.screening import EACH, largest
from interlock.ground.typed import typed
from interlock.program.inputs import Input, inputs_of, movements_of, others_than
from interlock.program.program import Program
from interlock.program.variant import Variant

if TYPE_CHECKING:
    import pandas

LEAST_PATHS = 64
"""Futures of which indices are told."""

TOP = 8
"""Figures that are moved unless it is said how many, or which."""

SCREENED = 1024
"""Futures on which it is found out which figures are moved, at most."""

ONCE = 0.01
"""Of answers: so often one of the figures that do not matter is named."""

MOVEMENTS = "what moves drivers from month to month"
OTHERS = "all other figures"
LUCK = "chance"
"""In place of a grade: what a kind leaves to luck, and no figure."""

OTHER_SEED = 0x9E3779B97F4A7C15
"""What the seed of the second run differs by, bit by bit."""


@dataclass(frozen=True)
class Figured:
    """One uncertain figure, alone."""

    address: str
    grade: str
    text: str
    """As the book writes it."""
    group: str
    """What it moves with."""
    alone: Index
    least: float
    """An index that is nothing is above this in one answer of a hundred."""

    @property
    def is_clear(self) -> bool:
        """Whether chance alone would hardly make its index; what is left to luck is no figure."""
        return self.alone.share > self.least and self.grade != LUCK


@dataclass(frozen=True)
class Sensitivity(Answer):
    """What one output rests on."""

    output: str
    unit: str
    mean: float
    mean_error: float
    deviation: float
    """Standard deviation over the futures."""
    is_event: bool
    """Whether it happens or not: then the mean is how often it does."""
    figures: tuple[Figured, ...]
    """All of them, the largest index first."""
    moved: tuple[Moved, ...]
    """The largest total index first."""
    paths: int
    seed: int
    sampling: str
    about: About = NOTHING

    def tell(self) -> str:
        """What the output rests on most; what knowing what is kept secret is worth; what only matters together."""
        return "\n".join([self.head(), *self.said()])

    def head(self) -> str:
        """What it is, and on which figures it rests most: one sentence."""
        mean, spread = self.shown(self.mean, self.mean_error), self.shown(self.deviation)
        about = f"{_capital(self.output)} is {mean} on average, with a standard deviation of {spread}"
        if self.is_event:
            about = f"{_capital(self.output)} happens in {mean} of futures"
        if self.deviation == 0.0:
            return f"{about}: it is the same in every future, and rests on no uncertain figure."
        clear = self.clear()[:3]
        if not clear:
            return f"{about}; no single figure makes a part of its variance that {self.paths:,} futures can tell."
        parts = [f"{each.address} ({each.grade}) {percent(*each.alone.with_error)}" for each in clear]
        return f"{about}; alone, no figure makes more of its variance than {_listed(parts)}."

    def said(self) -> Iterator[str]:
        """What further sentences there are."""
        swings = [(each, each.swing) for each in self.moved if each.swing is not None]
        moved = [(each, swing) for each, swing in swings if swing.is_real]
        if swings and not moved:
            yield f"None of the {len(swings)} inputs that were moved moves it beyond what is chance."
        if moved:
            each, swing = max(moved, key=lambda pair: abs(pair[1].difference))
            low = self.shown(swing.value - swing.difference)
            most = "It moves" if len(swings) == 1 else f"Of {len(swings)} that were moved, it moves most"
            yield (
                f"{most} with {each.name}: {low} where that is low, "
                f"{self.shown(swing.value)} where it is high; "
                f"{self.shown(abs(swing.difference), swing.difference_error)} apart."
            )
        secret = [each for each in self.clear() if each.grade == Grade.undisclosed]
        for figure in secret[:3]:
            left = math.sqrt(max(1.0 - figure.alone.share, 0.0)) * self.deviation
            yield (
                f"If {figure.address} were disclosed, {percent(*figure.alone.with_error)} of the variance would be "
                f"gone on average (its first-order index): the standard deviation left would be about "
                f"{self.shown(left)}."
            )
        for block in self.moved:
            if block.low is None:
                total, first = percent(*block.total.with_error), percent(*block.first.with_error)
                yield f"{_capital(block.name)}: {first} of the variance alone, {total} with all that hangs on it, too."

    def clear(self) -> list[Figured]:
        """Figures whose index is clear of chance, the largest first."""
        return [each for each in self.figures if each.is_clear]

    def shown(self, amount: float, error: float | None = None) -> str:
        """An amount of the output, in its unit."""
        if self.unit == "USD":
            return f"{in_dollars(amount, error)} USD"
        if self.unit == "share":
            return percent(amount, error)
        return f"{number(amount)}{'' if error is None else f' ± {number(error)}'} {self.unit}"

    def table(self) -> pandas.DataFrame:
        """One row for each figure, the largest index first."""
        import pandas  # slow to import, and only needed here

        rows = [
            {
                "figure": each.address,
                "grade": each.grade,
                "text": each.text,
                "group": each.group,
                "first_order": each.alone.share,
                "first_order_error": each.alone.error,
                "first_order_by_chance": each.least,
                "is_clear": each.is_clear,
            }
            for each in self.figures
        ]
        return pandas.DataFrame(rows)

    def charts(self) -> dict[str, Chart]:
        """How far each input moves the output, and which part of its variance each figure makes."""
        output = Output(_capital(self.about.sentence(self.output)), self.unit, self.mean, self.deviation, self.shown)
        parts = [(each.address, *each.alone.with_error, each in self.clear()) for each in self.figures]
        return charts_of(output, self.moved, parts, footnote(self.paths, self.seed, of=self.about))

    def to_json(self) -> dict[str, Any]:
        """The same as a document, with intervals of 95 %."""
        return {
            "output": self.output,
            "unit": self.unit,
            "run": {"paths": self.paths, "seed": self.seed, "sampling": self.sampling},
            "mean": {"value": self.mean, "error": self.mean_error},
            "standard_deviation": self.deviation,
            "figures": [
                {
                    "address": each.address,
                    "grade": each.grade,
                    "text": each.text,
                    "group": each.group,
                    "first_order": {**each.alone.to_json(), "by_chance": each.least, "is_clear": each.is_clear},
                }
                for each in self.figures
            ],
            "moved": [
                {
                    "input": each.name,
                    "figures": list(each.figures),
                    "low": None if each.low is None else each.low.to_json(),
                    "high": None if each.high is None else each.high.to_json(),
                    "swing": None if each.swing is None else each.swing.to_json(),
                    "first_order": each.first.to_json(),
                    "total": each.total.to_json(),
                }
                for each in self.moved
            ],
        }


def chosen(top: int | None, move: Sequence[str]) -> int | Sequence[str]:
    """How many figures are moved, or which. Raises ArgumentError where both are said."""
    if move and top is not None:
        raise ArgumentError("move says which figures are moved, and top how many: leave one of them out.")
    return move or (TOP if top is None else top)


@typed
def sensitivity(  # noqa: PLR0913 - of which output, by which figures, on which futures
    world: Book | Run,
    *,
    of: str | None = None,
    top: int | None = None,
    move: Sequence[str] = (),
    paths: int = 8192,
    seed: int = 7,
    sampling: Sampling | str = Sampling.plain,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Which figures one output rests on, `of` being "failure of lab", say, or "sales of lab in 2028".

    Every figure alone, from one run; and the `top` of them moved (8 unless said), or those that `move` names by their
    addresses, which takes three runs for each and three more. Raises ArgumentError for what is no output.
    """
    if isinstance(world, Run):
        again: Any = {"run": world, "threads": threads, "progress": progress}
        return sensitivity_of(world.book, world.provenance, of, chosen(top, move), **again)
    sampling = known_sampling(sampling)
    refuse_paths(paths, sampling)
    made = provenance_of(world, paths=paths, seed=seed, sampling=sampling)
    return sensitivity_of(world, made, of, chosen(top, move), threads=threads, progress=progress)


def sensitivity_of(
    book: Book,
    made: Provenance,
    of: str | None,
    moves: int | Sequence[str],
    *,
    run: Run | None = None,
    keep: Path | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """The same of a book and how it is run, `moves` being how many figures are moved, or which.

    What is found is put aside in the folder `keep` until all is found.
    """
    move, most = ((), moves) if isinstance(moves, int) else (tuple(dict.fromkeys(moves)), len(moves))
    _refuse(made, most)
    if of is None:
        making: Any = {"paths": made.paths, "seed": made.seed, "sampling": made.sampling}
        run = run or simulate(book, **making, threads=threads, progress=progress)
        output = first_output(run)
    else:
        output = output_of(of, book)
    runs = otherwise(
        book,
        made,
        str(output),
        lambda each: {"output": output.values(each)},
        run=run,
        keep=keep,
        threads=threads,
        progress=progress,
    )
    runs.expected = 1 if most == 0 else 3 * most + 4
    _refuse_certain(runs.program, move)
    values = runs.seen()["output"]
    draws = runs.program.priors.draw(made.seed, np.arange(len(values)), made.sampling) if run is None else run.draws
    figures = _figured(book, runs.program, draws, values, made.sampling)
    few, moved = runs.on(SCREENED), []
    if most and np.ptp(values) > 0.0:
        inputs = inputs_of(runs.program.priors, move or [each.address for each in figures], len(figures))
        which = inputs if move else _screened(few, values, inputs, most)
        moved = _moved(runs, which, is_event=output.is_event)
    few.shelf.clear()
    runs.shelf.clear()
    mean = against(each_path(values), None, made.sampling, is_event=output.is_event)
    return Sensitivity(
        output=str(output),
        unit=output.unit,
        mean=mean.value,
        mean_error=mean.error,
        deviation=float(values.std()),
        is_event=output.is_event,
        figures=tuple(figures),
        moved=tuple(moved),
        paths=len(values),
        seed=made.seed,
        sampling=str(made.sampling),
        about=about(book),
    )


def _refuse(made: Provenance, top: int) -> None:
    """Raise ArgumentError where indices cannot be told."""
    if made.paths < LEAST_PATHS:
        raise ArgumentError(f"paths is {made.paths}; a sensitivity takes {LEAST_PATHS} futures at least.")
    if top < 0:
        raise ArgumentError(f"top is {top}; it is how many figures are moved, from 0.")
    if top and made.sampling is Sampling.sobol:
        raise ArgumentError("figures are picked and frozen on plain futures: leave out sobol, or move none (top 0).")


def _refuse_certain(program: Program, move: Sequence[str]) -> None:
    """Raise ArgumentError for what is to be moved and is no uncertain figure."""
    known = [stream for stream, prior, _ in program.priors.figures if not prior.is_certain]
    for address in sorted({*move} - {*known}):
        raise ArgumentError(f"'{address}' is no uncertain figure. {did_you_mean(address, known, 'figures')}")


def _figured(book: Book, program: Program, draws: Any, values: Any, sampling: Sampling) -> list[Figured]:
    """Every uncertain figure with its first-order index."""
    found_alone = first_orders(draws, values, sampling)
    uncertain = sum(not prior.is_certain for _, prior, _ in program.priors.figures)
    least = found_alone.least(len(values), ONCE / max(uncertain, 1))
    known: dict[str, Figure] = {**dict(figures_of(book)), **book.ties}
    found = []
    for n, (stream, prior, group) in enumerate(program.priors.figures):
        if not prior.is_certain:
            figure = known.get(stream)
            grade, text = (LUCK, "") if figure is None else (str(figure.grade), figure.text)
            alone = Index(float(found_alone.shares[n]), float(found_alone.errors[n]))
            found.append(Figured(stream, grade, text, group, alone, float(least[n])))
    return sorted(found, key=lambda each: (-each.alone.share, each.address))


def _screened(few: Otherwise, values: Any, inputs: Sequence[Input], most: int) -> list[Input]:
    """Of some inputs, those most without which the output would move most: by their total indices, groups at a time."""
    few.expected = EACH * most
    seed, here = few.made.seed ^ OTHER_SEED, values[: few.made.paths]

    def total(group: Sequence[Input]) -> float:
        drawn_anew = dict.fromkeys((stream for each in group for stream in each.streams), seed)
        return float(((here - few.seen(Variant(redrawn=drawn_anew))["output"]) ** 2).mean())

    return largest(inputs, most, total)


def _moved(runs: Otherwise, inputs: Sequence[Input], *, is_event: bool) -> list[Moved]:
    """Some inputs, all other figures, and what moves drivers."""
    program, made = runs.program, runs.made
    among = len(inputs)
    inputs = [*inputs, *others_than(program.priors, inputs, OTHERS), *movements_of(program, MOVEMENTS)]
    runs.expected = runs.done + 1 + sum(3 if each.low else 1 for each in inputs)
    seed = made.seed ^ OTHER_SEED
    a, b = (runs.seen(variant)["output"] for variant in (Variant(), Variant(seed=seed)))

    def differs(one: Any, other: Any) -> Against:
        return against(each_path(one), each_path(other), made.sampling, is_event=is_event, among=among)

    found = []
    for each in inputs:
        mixed = runs.seen(Variant(redrawn=dict.fromkeys(each.streams, seed)))["output"]
        first, total = sobol_indices(a, b, mixed)
        low = high = swing = None
        if each.low:
            at_low, at_high = (runs.seen(Variant(held=held))["output"] for held in (each.low, each.high))
            low, high, swing = differs(at_low, a), differs(at_high, a), differs(at_high, at_low)
        found.append(Moved(each.name, tuple(sorted(each.low)), low, high, swing, first, total))
    return sorted(found, key=lambda each: (-each.total.share, each.name))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
