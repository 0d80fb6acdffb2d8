"""How far a result may be off because only so many futures were drawn.

Each error is one standard error, along the first axis, which counts the paths from path 0 on. Plain paths are
independent. Sobol paths are not: there the error is read off how far the eight independent scrambles lie
apart, never from the formula for independent paths.

    mean           plain: s / sqrt(n)                      sobol: s of the 8 means / sqrt(8)
    ratio of sums  that of the mean of (part - ratio x whole), over the mean of the whole
    two of them    on the same paths: that of the mean of what each path adds to their difference
    probability    plain: the interval of Wilson (1927)    sobol: as a ratio of sums; half a path at least
    quantile       plain: half of what lies between the order statistics n q ± sqrt(n q (1 - q))
                                                           sobol: s of the 8 quantiles / sqrt(8)

What was only added up has its error too, where it was added up scramble by scramble (`by_scramble`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from interlock.ground.chance import Numbers, Sampling
from interlock.ground.sobol import SCRAMBLES

Errors = NDArray[np.float64]


def sampling_error(values: Numbers, sampling: Sampling = Sampling.plain) -> Errors:
    """The standard error of the mean over the paths."""
    values = np.asarray(values, dtype=np.float64)
    if sampling is Sampling.sobol:
        return spread_error(values, lambda part: part.mean(axis=0))
    if len(values) < 2:
        return np.full(values.shape[1:], np.nan)
    return np.asarray(values.std(axis=0, ddof=1) / np.sqrt(len(values)))


def ratio_error(parts: Numbers, wholes: Numbers, sampling: Sampling = Sampling.plain) -> Errors:
    """The standard error of the sum of `parts` over the sum of `wholes`, to first order."""
    parts, wholes = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)
    ratio = parts.sum(axis=0) / wholes.sum(axis=0)
    return np.asarray(sampling_error(parts - ratio * wholes, sampling) / wholes.mean(axis=0))


def difference_error(
    one: tuple[Numbers, Numbers], other: tuple[Numbers, Numbers], sampling: Sampling = Sampling.plain
) -> Errors:
    """The standard error of how far two ratios of sums lie apart on the same paths, to first order.

    Each is given as its parts and wholes, [path, …]. What moves both the same way on a path moves their difference
    little, however much it moves them.
    """
    return sampling_error(_above_its_ratio(*one) - _above_its_ratio(*other), sampling)


def _above_its_ratio(parts: Numbers, wholes: Numbers) -> Numbers:
    """[path, …] how much each path adds to a ratio of sums beyond the ratio itself; the mean is zero."""
    parts, wholes = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)
    return (parts - parts.sum(axis=0) / wholes.sum(axis=0) * wholes) / wholes.mean(axis=0)


def probability_error(happened: Numbers, among: Numbers, sampling: Sampling = Sampling.plain) -> Errors:
    """The standard error of the share of the paths on which something happened `among` those that count.

    Both are numbers of paths, [scramble, …]. Where nobody ever saw it, it may still happen.
    """
    among = np.broadcast_to(np.asarray(among, dtype=np.float64), np.shape(happened))
    paths = among.sum(axis=0)
    share = np.divide(happened.sum(axis=0), paths, out=np.full(paths.shape, np.nan), where=paths > 0.0)
    if sampling is Sampling.sobol:
        half_a_path = 0.5 / (paths + 1.0)
        apart = sampling_error(happened - share * among) / np.maximum(paths / SCRAMBLES, 1.0)
        return np.asarray(np.maximum(apart, half_a_path))
    # The half-width of Wilson's interval at one standard error.
    paths = np.maximum(paths, 1.0)
    return np.asarray(np.sqrt(share * (1.0 - share) / paths + 0.25 / paths**2) / (1.0 + 1.0 / paths))


def quantile_error(values: Numbers, quantile: float, sampling: Sampling = Sampling.plain) -> Errors:
    """The standard error of a quantile over the paths; those that are NaN do not count."""
    values = np.asarray(values, dtype=np.float64)
    if np.isnan(values).any():
        return np.apply_along_axis(lambda column: _quantile_error_of_some(column, quantile, sampling), 0, values)
    if sampling is Sampling.sobol:
        return spread_error(values, lambda part: np.quantile(part, quantile, axis=0))
    off = np.sqrt(quantile * (1.0 - quantile) / len(values))
    low, high = np.quantile(values, np.clip([quantile - off, quantile + off], 0.0, 1.0), axis=0)
    return np.asarray((high - low) / 2.0)


def _quantile_error_of_some(column: Numbers, quantile: float, sampling: Sampling) -> Errors:
    """The same for one column, some of whose paths do not count."""

    def of_those_that_count(part: Numbers) -> Numbers:
        part = part[~np.isnan(part)]
        return np.quantile(part, quantile) if len(part) else np.nan

    if sampling is Sampling.sobol:
        return spread_error(column, of_those_that_count)
    column = column[~np.isnan(column)]
    return quantile_error(column, quantile) if len(column) else np.asarray(np.nan)


def clear_of_chance(numbers: int) -> float:
    """Standard errors beyond which the largest of so many numbers that are nothing lies once in a hundred answers."""
    return float(np.sqrt(2.0 * np.log(100.0 * max(numbers, 1))))


def spread_error(values: Numbers, statistic: Callable[[Numbers], Numbers], batches: int = SCRAMBLES) -> Errors:
    """The standard error of any statistic that is averaged over batches; path p belongs to batch p % batches.

    It serves plain paths as well, where no formula is at hand.
    """
    return sampling_error(np.stack([np.asarray(statistic(values[batch::batches])) for batch in range(batches)]))


def by_scramble(values: Numbers, first: int = 0) -> Numbers:
    """[scramble, …] the sums over the paths of each scramble; the first of the paths is number `first`."""
    values = np.asarray(values, dtype=np.float64)
    return np.array([values[(scramble - first) % SCRAMBLES :: SCRAMBLES].sum(axis=0) for scramble in range(SCRAMBLES)])
