"""What part of the variance of an output each of its inputs makes: alone, and with all others.

    first    S  = V[E[Y | X]] / V[Y]                    what is no longer uncertain, on average, once X is known
    total    ST = E[V[Y | all but X]] / V[Y]            what is still uncertain if all but X is known

Inputs must be independent for the two to be parts of a whole: then S <= ST, the first ones sum to one at most, and what
they leave is made by inputs that only matter together.

From draws at hand. Paths are put in bins by rank of X, and S is the part of the variance that lies between bins, less
what chance puts there (the correction of analysis of variance; n paths in k bins):

    S = (between - (k - 1) within / (n - k)) / (between + within)         sums of squares
    k = n^(1/3): what Y does within a bin is lost, 1 / k^2 of S where it rises evenly; of what happens on few paths, or
    on nearly all, so few bins that five of the rarer would be in each

Whether S is anything is asked as if it were nothing: then what lies between bins over what lies within has an F
distribution of k - 1 and n - k degrees of freedom (Fisher 1925). The error of an index at what it is found to be says
how well it is known, and is no test.

By picking and freezing. A and B are runs whose inputs are independent; in `mixed` one input is B's, all others are A's:

    S  = mean of B (mixed - A) / V                      Saltelli et al. (2010), table 2 (b)
    ST = mean of (A - mixed)^2 / 2 V                    Jansen (1999), table 2 (f)

with V the variance of A and B together, and outputs counted from their mean: as `scipy.stats.sobol_indices` has it.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from interlock.ground.chance import Numbers, Sampling
from interlock.ground.sampling_error import ratio_error, sampling_error

Floats = NDArray[np.float64]

IN_EACH = 5
"""Of what happens or not, the rarer in each bin: with fewer, chance goes further than any distribution has it."""

CONFIDENT = 1.959963984540054
"""Standard errors on either side of an index within which it lies in 95 % of cases."""


@dataclass(frozen=True)
class Index:
    """A part of the variance, and one standard error of sampling."""

    share: float
    error: float

    @property
    def with_error(self) -> tuple[float, float]:
        """Both numbers."""
        return self.share, self.error

    @property
    def interval(self) -> tuple[float, float]:
        """Where it is in 95 % of cases."""
        return self.share - CONFIDENT * self.error, self.share + CONFIDENT * self.error

    def to_json(self) -> dict[str, float]:
        """With both ends of the interval."""
        low, high = self.interval
        return {"share": self.share, "error": self.error, "low": low, "high": high}


class FirstOrders(NamedTuple):
    """[input] each."""

    shares: Floats
    errors: Floats
    """Of the influence of each path on the index, and of what chance puts between the bins."""
    bins: Floats

    def least(self, paths: int, chance: float) -> Floats:
        """What an index of nothing is above with this chance; without end where there is nothing to tell apart."""
        between, within = self.bins - 1.0, np.maximum(paths - self.bins, 1.0)
        odds = between / within
        quantile = importlib.import_module("scipy.special").fdtri(np.maximum(between, 1.0), within, 1.0 - chance)
        return np.where(between > 0.0, odds * (quantile - 1.0) / (1.0 + odds * quantile), np.inf)


def first_orders(draws: Numbers, values: Numbers, sampling: Sampling = Sampling.plain) -> FirstOrders:
    """The first-order index of each input, given draws [input, path] and the output [path]."""
    values = np.asarray(values, dtype=np.float64)
    around = values - values.mean()
    variance, paths = float((around**2).mean()), len(values)
    index, error, found = np.zeros((3, len(draws)))
    if variance == 0.0:
        return FirstOrders(index, error, found)
    bins = max(min(round(paths ** (1.0 / 3.0)), _rarer(values) // IN_EACH), 2)
    for n, drawn in enumerate(draws):
        order = np.argsort(drawn, kind="stable")
        starts = _bins(drawn[order], bins)
        sizes, found[n] = np.diff([*starts, paths]), len(starts)
        sorted_values = around[order]
        means = np.add.reduceat(sorted_values, starts) / sizes
        by_path = np.repeat(means, sizes)
        between = float((sizes * means**2).sum())
        within = paths * variance - between
        by_chance = (len(starts) - 1) * within / max(paths - len(starts), 1)
        index[n] = (between - by_chance) / (paths * variance)
        influence = np.empty(paths)
        influence[order] = (2.0 * sorted_values - by_path) * by_path - index[n] * sorted_values**2
        chance = 2.0 * (len(starts) - 1) / paths**2
        # The means of bins are off by chance, which moves the influence of paths twice as much as the index.
        squared = (float(sampling_error(influence, sampling)) / variance) ** 2
        error[n] = np.sqrt(max(squared - chance, chance))
    return FirstOrders(index, error, found)


def _rarer(values: Floats) -> int:
    """On how many paths the rarer of two values is; of more values than two, all paths."""
    is_largest = values == values.max()
    if not (is_largest | (values == values.min())).all():
        return len(values)
    return min(int(is_largest.sum()), int((~is_largest).sum()))


def _bins(ordered: Floats, bins: int) -> NDArray[np.intp]:
    """Where bins begin: one for each value where these are few, else of as many paths each, equals together."""
    steps = np.concatenate([[0], np.flatnonzero(np.diff(ordered)) + 1])
    if len(steps) <= bins:
        return steps
    even = np.arange(bins) * len(ordered) // bins
    # A bin begins with the first of those that are equal.
    return np.unique(steps[np.searchsorted(steps, even, side="right") - 1])


def sobol_indices(a: Numbers, b: Numbers, mixed: Numbers) -> tuple[Index, Index]:
    """First-order and total index of one input, from outputs [path] of three runs of plain paths."""
    a, b, mixed = (np.asarray(each, dtype=np.float64) for each in (a, b, mixed))
    mean = (a.mean() + b.mean()) / 2.0
    a, b, mixed = a - mean, b - mean, mixed - mean
    return _share(b * (mixed - a), a, b), _share((a - mixed) ** 2 / 2.0, a, b)


def _share(parts: Any, a: Any, b: Any) -> Index:
    """The mean of some parts over the variance of two runs together."""
    whole = (a**2 + b**2) / 2.0
    if not whole.any():
        return Index(0.0, 0.0)
    return Index(float(parts.mean() / whole.mean()), float(ratio_error(parts, whole)))
