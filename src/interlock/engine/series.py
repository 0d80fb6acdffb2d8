"""What was kept of one thing: sums over all paths, and the values of the first ones.

Sums are kept scramble by scramble, so that means and probabilities have their errors however the futures were drawn.
In a run of more paths than are kept, values are also counted in bins of equal width in the logarithm, which merge
exactly in any order and keep memory flat; quantiles are then good to half a bin, 1 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError
from interlock.ground.sampling_error import by_scramble, probability_error, quantile_error, sampling_error

KEPT_PATHS = 16_384
"""The paths of which every value is kept; of a run with more, values are counted in bins as well."""

SMALLEST, BIN = 1e-6, 0.02
BINS = 2600
"""From a millionth up to 4e16, in steps of 2 %."""

EVENT = "0 or 1"
"""The unit of what happens or does not: the mean is a probability."""


@dataclass
class Series:
    """One thing by year and row, such as USD paid by leg or cash by party."""

    name: str
    unit: str
    description: str
    rows: tuple[Any, ...]
    years: tuple[int, ...]
    sampling: Sampling = Sampling.plain
    is_counted: bool = False
    """Whether there are more paths than are kept."""
    room: int = KEPT_PATHS
    """The paths of which every value is kept: as many as there are, at most."""
    paths: int = 0
    kept: Any = None
    """[row, year, path] the values of these; what is nothing in a year is not written, so that it takes no memory."""
    seen: Any = 0.0
    """[scramble, 1, 1] paths."""
    sums: Any = 0.0
    """[scramble, row, year]"""
    squares: Any = 0.0
    """[row, year] squared distances from the mean."""
    counts: Any = None
    """[row, year, bin] where values are counted."""

    def add(self, values: Any) -> None:
        """Take in the values [row, year, path] of a chunk; chunks come in order."""
        before, new = self.paths, values.shape[-1]
        mean = values.mean(axis=-1)
        apart = (mean - self.mean()) ** 2 * (before * new / (before + new)) if before else 0.0
        squares = ((values - mean[..., None]) ** 2).sum(axis=-1)
        self.squares = self.squares + squares + apart
        self.sums = self.sums + by_scramble(np.moveaxis(values, -1, 0), before)
        self.seen = self.seen + by_scramble(np.ones((new, 1, 1)), before)
        self.paths += new
        if before < self.room:
            self._keep(values[..., : self.room - before], before, (mean != 0.0) | (squares != 0.0))
        if self.is_counted:
            self._count(values)

    @property
    def first(self) -> Any:
        """[row, year, path] of the paths that were kept: all of them, or the first ones of very many."""
        return self.kept[..., : self.paths]

    @property
    def values(self) -> Any:
        """[row, year, path]; raises ArgumentError where only the first paths were kept."""
        if self.is_counted:
            raise ArgumentError(
                f"'{self.name}' was not kept path by path: a run of {self.paths:,} paths keeps how often each value "
                f"was seen. Run with --paths {self.room} or fewer."
            )
        return self.first

    def of(self, row: Any) -> int:
        """The number of a row."""
        return self.rows.index(row)

    def mean(self) -> Any:
        """[row, year] the mean over the paths."""
        return self.sums.sum(axis=0) / self.paths

    def mean_error(self) -> Any:
        """[row, year] the standard error of the mean."""
        if self.unit == EVENT:
            return probability_error(self.sums, self.seen, self.sampling)
        if self.sampling is Sampling.sobol:
            return sampling_error(self.sums / self.seen)
        if self.paths < 2:
            return np.full(self.squares.shape, np.nan)
        return np.sqrt(self.squares / (self.paths - 1) / self.paths)

    def quantile(self, share: float) -> Any:
        """[row, year] the value that this share of paths does not exceed."""
        return self._counted_quantile(share) if self.is_counted else np.quantile(self.first, share, axis=-1)

    def quantile_error(self, share: float) -> Any:
        """[row, year] the standard error of a quantile.

        Where values are counted: that of the paths that were kept, as it falls with their number (it falls faster
        with Sobol paths), and half a bin at least.
        """
        kept = self.first
        error = quantile_error(np.moveaxis(kept, -1, 0), share, self.sampling)
        if not self.is_counted:
            return error
        half_a_bin = np.abs(self.quantile(share)) * np.expm1(BIN / 2.0)
        return np.maximum(error * np.sqrt(kept.shape[-1] / self.paths), half_a_bin)

    def _keep(self, values: Any, before: int, is_any: Any) -> None:
        if self.kept is None:
            self.kept = np.zeros((*values.shape[:-1], self.room))
        for place in zip(*np.nonzero(is_any), strict=True):
            self.kept[place][before : before + values.shape[-1]] = values[place]

    def _count(self, values: Any) -> None:
        if self.counts is None:
            self.counts = np.zeros((*values.shape[:2], 2 * BINS + 1), dtype=np.uint32)
        size = np.abs(values)
        with np.errstate(divide="ignore"):
            place = np.floor(np.log(size / SMALLEST) / BIN) + 1
        place = np.where(size > SMALLEST, np.clip(place, 1, BINS), 0) * np.sign(values)
        flat = place.astype(np.int64) + BINS
        cell = np.arange(values.shape[0] * values.shape[1]).reshape(*values.shape[:2], 1) * (2 * BINS + 1) + flat
        np.add.at(self.counts.reshape(-1), cell.reshape(-1), np.uint32(1))

    def _counted_quantile(self, share: float) -> Any:
        reached = np.cumsum(self.counts, axis=-1) >= max(share * self.paths, 1.0)
        return _middles()[np.argmax(reached, axis=-1)]


def _middles() -> Any:
    """The value that each bin stands for."""
    upper = SMALLEST * np.exp(BIN * (np.arange(BINS) + 0.5))
    return np.concatenate([-upper[::-1], [0.0], upper])


def as_table(series: Sequence[Series], quantiles: Sequence[float]) -> list[dict[str, Any]]:
    """One row for each series, row and year: mean, its error, and quantiles."""
    found: list[dict[str, Any]] = []
    for each in series:
        mean, error = each.mean(), each.mean_error()
        at = {share: each.quantile(share) for share in quantiles}
        for n, row in enumerate(each.rows):
            for y, year in enumerate(each.years):
                numbers = {"mean": mean[n, y], "mean_error": error[n, y]}
                numbers |= {f"q{round(100 * share):02d}": at[share][n, y] for share in quantiles}
                found.append({"series": each.name, "row": str(row), "year": year, "unit": each.unit, **numbers})
    return found
