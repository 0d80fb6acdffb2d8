"""What was kept of one thing on all paths: every value, or, for very many paths, how often each was seen.

Above a number of paths the values are counted in bins of equal width in the logarithm, which merge exactly in
any order and keep memory flat; quantiles are then good to half a bin, 1 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError
from interlock.ground.sampling_error import quantile_error, sampling_error

KEPT_PATHS = 16_384
"""Above this number of paths, values are counted in bins."""

SMALLEST, BIN = 1e-6, 0.02
BINS = 2600
"""From a millionth up to 4e16, in steps of 2 %."""


@dataclass
class Series:
    """One thing by year and row, such as USD paid by leg or cash by party."""

    name: str
    unit: str
    description: str
    rows: tuple[Any, ...]
    years: tuple[int, ...]
    paths: int = 0
    sampling: Sampling = Sampling.plain
    parts: list[Any] = field(default_factory=list)
    """Values [row, year, path] of each chunk, where they are kept."""
    counts: Any = None
    """[row, year, bin] otherwise."""
    total: Any = 0.0
    total_square: Any = 0.0

    def add(self, values: Any, *, is_kept: bool) -> None:
        """Take in the values [row, year, path] of a chunk; chunks come in order."""
        self.paths += values.shape[-1]
        self.total = self.total + values.sum(axis=-1)
        self.total_square = self.total_square + (values**2).sum(axis=-1)
        if is_kept:
            self.parts.append(values)
        else:
            self._count(values)

    @property
    def values(self) -> Any:
        """[row, year, path]; raises ArgumentError where they were only counted."""
        if self.counts is not None:
            raise ArgumentError(
                f"'{self.name}' was not kept path by path: a run of {self.paths:,} paths keeps how often each value "
                f"was seen. Run with --paths {KEPT_PATHS} or fewer."
            )
        if len(self.parts) > 1:
            self.parts = [np.concatenate(self.parts, axis=-1)]
        return self.parts[0]

    def of(self, row: Any) -> int:
        """The number of a row."""
        return self.rows.index(row)

    def mean(self) -> Any:
        """[row, year] the mean over the paths."""
        return self.total / self.paths

    def mean_error(self) -> Any:
        """[row, year] the standard error of the mean."""
        if self.counts is None:
            return sampling_error(np.moveaxis(self.values, -1, 0), self.sampling)
        variance = np.maximum(self.total_square / self.paths - self.mean() ** 2, 0.0)
        return np.sqrt(variance / self.paths)

    def quantile(self, share: float) -> Any:
        """[row, year] the value that this share of paths does not exceed."""
        if self.counts is None:
            return np.quantile(self.values, share, axis=-1)
        return self._counted_quantile(share)

    def quantile_error(self, share: float) -> Any:
        """[row, year] the standard error of a quantile."""
        if self.counts is None:
            return quantile_error(np.moveaxis(self.values, -1, 0), share, self.sampling)
        off = np.sqrt(share * (1.0 - share) / self.paths)
        return (self._counted_quantile(min(share + off, 1.0)) - self._counted_quantile(max(share - off, 0.0))) / 2.0

    def share_above(self, level: float) -> Any:
        """[row, year] the share of paths on which the value is above a level."""
        if self.counts is None:
            return (self.values > level).mean(axis=-1)
        return (self.counts * (_middles() > level)).sum(axis=-1) / self.paths

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
