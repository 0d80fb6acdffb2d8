"""How far a result may be off because only so many futures were drawn.

Each error is one standard error, along the first axis, which counts the paths from path 0 on. Plain paths are
independent. Sobol paths are not: there the error is read off how far the eight independent scrambles lie
apart, never from the formula for independent paths.

    mean           plain: s / sqrt(n)                      sobol: s of the 8 means / sqrt(8)
    probability    plain: as the mean; where all paths agree, from the interval of Wilson (1927)
    quantile       plain: half of what lies between the order statistics n q ± sqrt(n q (1 - q))
                                                           sobol: s of the 8 quantiles / sqrt(8)
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


def probability_error(happened: Numbers, sampling: Sampling = Sampling.plain) -> Errors:
    """The standard error of the share of paths on which something happened."""
    happened = np.asarray(happened, dtype=np.float64)
    share = happened.mean(axis=0)
    paths = len(happened)
    # Where nobody ever saw it, it may still happen: the half-width of Wilson's interval at one standard error.
    wilson = np.sqrt(share * (1.0 - share) / paths + 1.0 / (4.0 * paths**2)) / (1.0 + 1.0 / paths)
    error = sampling_error(happened, sampling)
    return np.asarray(np.where(error > 0, error, wilson))


def quantile_error(values: Numbers, quantile: float, sampling: Sampling = Sampling.plain) -> Errors:
    """The standard error of a quantile over the paths."""
    values = np.asarray(values, dtype=np.float64)
    if sampling is Sampling.sobol:
        return spread_error(values, lambda part: np.quantile(part, quantile, axis=0))
    paths = len(values)
    off = np.sqrt(quantile * (1.0 - quantile) / paths)
    low, high = np.quantile(values, np.clip([quantile - off, quantile + off], 0.0, 1.0), axis=0)
    return np.asarray((high - low) / 2.0)


def spread_error(values: Numbers, statistic: Callable[[Numbers], Numbers], batches: int = SCRAMBLES) -> Errors:
    """The standard error of any statistic that is averaged over batches; path p belongs to batch p % batches.

    It serves plain paths as well, where no formula is at hand.
    """
    results = np.stack([np.asarray(statistic(values[batch::batches])) for batch in range(batches)])
    return np.asarray(results.std(axis=0, ddof=1) / np.sqrt(batches))
