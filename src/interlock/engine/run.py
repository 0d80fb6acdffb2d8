"""The result of a simulation: labelled series, what happened to each path, and all that it takes to repeat it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.book.book import Book
from interlock.engine.collect import MONTHLY, Kept, Rows, collect
from interlock.engine.provenance import Provenance, provenance_of
from interlock.engine.simulate import Progress, simulate_chunks
from interlock.ground import notebook
from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError, LawBroken, did_you_mean
from interlock.ground.months import name_of
from interlock.program.compile import compile_book
from interlock.program.program import Program

if TYPE_CHECKING:
    import xarray

MOST_PATHS = 2**24

BY_CONTRACT = {"bought", "chips", "queue", "delivered", "used", "spare", "remaining", "shortfall", "unfilled"}
"""The series whose rows are contracts."""

PAIRS = {"stakes": ("stake", ("holder", "company")), "share": ("place", ("segment", "lab"))}
"""The series whose rows are pairs other than of payer and payee: name of the axis, and of its two ends."""

BY_SITE = {"powered", "installed"}
"""The series whose rows are sites."""

SERIES = ("series", "unit", "what it is")
"""Headings of the list of what a run keeps."""

BY_MONTH = {f"{name}_by_month": name for name in MONTHLY}


@dataclass(frozen=True)
class Run:
    """Thousands of futures of one book.

    `run["cash"]` is a labelled array (path, year, party) with units; `run.series["cash"]` has means, quantiles
    and their sampling errors, also where there were too many paths to keep each one.
    """

    book: Book
    program: Program
    kept: Kept
    provenance: Provenance

    @property
    def paths(self) -> int:
        """How many futures."""
        return self.provenance.paths

    @property
    def sampling(self) -> Sampling:
        """How the futures were drawn."""
        return self.provenance.sampling

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years that the run touches."""
        return self.program.labels.years

    @property
    def series(self) -> dict[str, Any]:
        """What was kept, by name."""
        return self.kept.series

    @cached_property
    def draws(self) -> Any:
        """[figure, path] what each uncertain figure was, in the order of `figures`: on 16,384 paths at most."""
        return np.concatenate(self.kept.draws, axis=-1)

    @cached_property
    def found_out(self) -> dict[Any, Any]:
        """What was worked out of it by running futures again, by question: nothing is asked twice."""
        return {}

    @property
    def figures(self) -> tuple[str, ...]:
        """Addresses of the uncertain figures."""
        return self.program.labels.figures

    def __getitem__(self, name: str) -> xarray.DataArray:
        """One series as a labelled array (path, year, row). Raises ArgumentError for a name that is not there."""
        import xarray  # slow to import, and only needed here

        if name in BY_MONTH:
            return self._by_month(name)
        if name not in self.series:
            raise ArgumentError(f"a run keeps no '{name}'. {did_you_mean(name, self.series, 'series')}")
        series = self.series[name]
        row, coordinates = _row_axis(name, series.rows)
        return xarray.DataArray(
            np.moveaxis(series.values, -1, 0).swapaxes(1, 2),
            dims=("path", "year", row),
            coords={"path": np.arange(self.paths), "year": list(series.years), **coordinates},
            name=name,
            attrs={"units": series.unit, "description": series.description},
        )

    def _by_month(self, name: str) -> xarray.DataArray:
        """A series by month, where it was kept."""
        import xarray  # slow to import, and only needed here

        kept = self.kept.monthly.get(BY_MONTH[name])
        if kept is None:
            raise ArgumentError(f"'{name}' was not kept. Run with keep=['{BY_MONTH[name]}'] (--keep {BY_MONTH[name]}).")
        labels, rows = self.program.labels, Rows(self.program)
        values = np.moveaxis(np.concatenate(kept, axis=-1), -1, 0)
        if BY_MONTH[name] == "cash":
            axis, coordinates = _row_axis("cash", rows.party_names)
        else:
            axis, coordinates = _row_axis("paid", rows.described()["paid"][2])
        months = [name_of(labels.start + month) for month in range(labels.months)]
        about = (
            "cash at the end of the month" if axis == "party" else "paid under each leg of each contract in the month"
        )
        return xarray.DataArray(
            values,
            dims=("path", "month", axis),
            coords={"path": np.arange(self.paths), "month": months, **coordinates},
            name=name,
            attrs={"units": "USD", "description": about},
        )

    def _repr_html_(self) -> str:
        """In a notebook: how its futures ended, and what it keeps."""
        made, book = self.provenance, self.book
        drawn = f"{self.paths:,} futures of {book.months} months, seed {made.seed}, {made.sampling} sampling"
        ended = zip(self.kept.outcomes.rows, self.kept.outcomes.mean()[:, 0], strict=True)
        told = [f"{100.0 * share:.3g} %: {outcome}" for outcome, share in ended if share > 0.0]
        kept = ((name, each.unit, each.description) for name, each in self.series.items())
        return notebook.page(
            notebook.heading(book.title, f"{drawn}; as known on {book.as_of}"),
            notebook.sentences(["; ".join(told)]),
            notebook.folded(f"What it keeps: {len(self.series)} series", notebook.table(SERIES, kept)),
        )

    def __repr__(self) -> str:
        return (
            f"Run of {self.book.title!r}: {self.paths:,} paths x {self.book.months} months, seed {self.provenance.seed}"
        )


def simulate(
    book: Book,
    *,
    paths: int = 8192,
    seed: int = 7,
    sampling: Sampling | str = Sampling.plain,
    threads: int | None = None,
    progress: Progress | None = None,
    keep: Sequence[str] = (),
) -> Run:
    """Run a book: `paths` futures, month by month.

    The same book, seed and version give the same bits for any number of `threads`. Raises ArgumentError for a
    number of paths that is not from 1 to 2^24 (for Sobol: a power of two from 8), and LawBroken. `keep` names what
    is kept month by month on every path (`cash`, `paid`): `run["cash_by_month"]`.
    """
    for name in keep:
        if name not in MONTHLY:
            raise ArgumentError(f"keep is '{name}'. {did_you_mean(name, MONTHLY, 'series by month')}")
    sampling = known_sampling(sampling)
    refuse_paths(paths, sampling)
    program = compile_book(book)
    simulated = partial(
        simulate_chunks, program, paths=paths, seed=seed, sampling=sampling, threads=threads, all_months=bool(keep)
    )
    try:
        kept = collect(program, _counted(simulated(), paths, progress), paths, sampling, keep)
    except LawBroken:
        # Once more, slower, to find out by whom.
        kept = collect(program, simulated(names_party=True), paths, sampling, keep)
    return Run(book, program, kept, provenance_of(book, paths=paths, seed=seed, sampling=sampling))


def known_sampling(named: Sampling | str) -> Sampling:
    """The way to sample that is named. Raises ArgumentError."""
    if named not in set(Sampling):
        raise ArgumentError(f"sampling is '{named}'. {did_you_mean(str(named), list(Sampling), 'ways to sample')}")
    return Sampling(named)


def refuse_paths(paths: int, sampling: Sampling) -> None:
    """Raise ArgumentError where a run cannot have so many paths."""
    if not 1 <= paths <= MOST_PATHS:
        raise ArgumentError(f"paths is {paths}; it must be from 1 to {MOST_PATHS:,}.")
    if sampling is Sampling.sobol and (paths < 8 or paths & (paths - 1)):
        raise ArgumentError(f"paths is {paths}; Sobol points come in powers of two from 8: 1024, 8192 …")


def _counted(chunks: Any, paths: int, progress: Progress | None) -> Any:
    """The chunks as they come, telling of progress."""
    done = 0
    for chunk in chunks:
        yield chunk
        done += len(chunk[0])
        if progress is not None:
            progress(done, paths)


def _row_axis(name: str, rows: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """The name and the coordinates of the last axis."""
    if name == "paid":
        parts = list(zip(*rows, strict=True))
        names = ("contract", "payer", "payee", "purpose", "name")
        return "leg", {of: ("leg", list(part)) for of, part in zip(names, parts, strict=True)}
    if rows and isinstance(rows[0], tuple):
        axis, ends = PAIRS.get(name, ("pair", ("payer", "payee")))
        return axis, {end: (axis, [row[n] for row in rows]) for n, end in enumerate(ends)}
    axis = "contract" if name in BY_CONTRACT else "site" if name in BY_SITE else "party"
    axis = "market" if name == "spot_price" else axis
    return axis, {axis: list(rows)}
