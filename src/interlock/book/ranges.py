"""Ranges as distributions: `20 to 40` is what nine futures in ten fall into.

    both ends positive          lognormal
    else                        normal
    a share inside 0 to 100 %   beta, whose 5 % and 95 % quantiles are the ends
    one that touches 0 or 100 % uniform between its ends

The two numbers of the beta are found by Newton's method on their logarithms, in plain Python: loading a library for
it takes longer than everything else that reading a book does.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

from interlock.ground.figure import Distribution, Shape

TAIL = 0.05
"""The part of the futures beyond either end of a range."""

ROUNDING = 1e-9
"""By how much shares may miss 100 %."""

TINY = 1e-300
"""In place of a zero that would be divided by."""

REACH = NormalDist().inv_cdf(1.0 - TAIL)
"""The ends of a range in standard deviations from its middle."""


def between(low: float, high: float, *, is_share: bool) -> Distribution:
    """What a range from `low` to `high` means."""
    if is_share and low >= 0.0 and high <= 1.0:
        if low == 0.0 or high == 1.0:
            return Distribution(Shape.uniform, (low, high))
        return Distribution(Shape.beta, beta_between(low, high))
    if low > 0.0:
        middle, spread = (math.log(high) + math.log(low)) / 2, (math.log(high) - math.log(low)) / (2 * REACH)
        return Distribution(Shape.lognormal, (middle, spread))
    return Distribution(Shape.normal, ((low + high) / 2, (high - low) / (2 * REACH)))


@lru_cache(maxsize=4096)
def beta_between(low: float, high: float) -> tuple[float, float]:
    """Alpha and beta of the distribution with 5 % below `low` and 5 % above `high`, 0 < low < high < 1."""
    mean, spread = (low + high) / 2, (high - low) / (2 * REACH)
    total = max(mean * (1.0 - mean) / spread**2 - 1.0, 0.1)
    logs = [math.log(mean * total), math.log((1.0 - mean) * total)]
    if total > 1e6:
        # So narrow that it is a normal: the tails are 5 % to three digits or more.
        return math.exp(logs[0]), math.exp(logs[1])
    miss = _miss(logs, low, high)
    for _ in range(100):
        slopes = [_slope(logs, miss, low, high, axis) for axis in (0, 1)]
        determinant = slopes[0][0] * slopes[1][1] - slopes[1][0] * slopes[0][1]
        step = (
            (miss[0] * slopes[1][1] - miss[1] * slopes[1][0]) / determinant,
            (miss[1] * slopes[0][0] - miss[0] * slopes[0][1]) / determinant,
        )
        logs, miss, size = _shorter_until_better(logs, step, miss, low, high)
        if size < 1e-13 or max(map(abs, miss)) < 1e-14:
            break
    return math.exp(logs[0]), math.exp(logs[1])


def _miss(logs: list[float], low: float, high: float) -> tuple[float, float]:
    """How far the two tails are from 5 %, on a scale that stays steep far out."""
    alpha, beta = math.exp(logs[0]), math.exp(logs[1])
    below, above = share_below(low, alpha, beta), share_below(1.0 - high, beta, alpha)
    return math.log(max(below, 1e-300) / TAIL), math.log(max(above, 1e-300) / TAIL)


def _slope(logs: list[float], miss: tuple[float, float], low: float, high: float, axis: int) -> tuple[float, float]:
    nudge = 1e-6
    nudged = [log + (nudge if position == axis else 0.0) for position, log in enumerate(logs)]
    moved = _miss(nudged, low, high)
    return (moved[0] - miss[0]) / nudge, (moved[1] - miss[1]) / nudge


def _shorter_until_better(
    logs: list[float], step: tuple[float, float], miss: tuple[float, float], low: float, high: float
) -> tuple[list[float], tuple[float, float], float]:
    """The step, halved until it brings the tails nearer to 5 %."""
    length = min(1.0, 2.0 / max(abs(step[0]), abs(step[1]), 1e-300))
    for _ in range(40):
        tried = [log - length * part for log, part in zip(logs, step, strict=True)]
        missed = _miss(tried, low, high)
        if math.hypot(*missed) < math.hypot(*miss):
            return tried, missed, length * math.hypot(*step)
        length /= 2
    return logs, miss, 0.0


def share_below(x: float, alpha: float, beta: float) -> float:
    """The part of a beta distribution below x: the regularised incomplete beta function.

    By its continued fraction (Abramowitz & Stegun 26.5.8), which converges fast below the mean; above, by symmetry.
    """
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    if x > (alpha + 1.0) / (alpha + beta + 2.0):
        return 1.0 - share_below(1.0 - x, beta, alpha)
    scale = math.lgamma(alpha + beta) - math.lgamma(alpha) - math.lgamma(beta)
    front = math.exp(scale + alpha * math.log(x) + beta * math.log1p(-x)) / alpha
    # Evaluated from the front, as the ratio of successive convergents (Lentz's method).
    above, below = 1.0, 1.0 / (1.0 - (alpha + beta) * x / (alpha + 1.0) or TINY)
    fraction = below
    for term in range(1, 10_000):
        even = term * (beta - term) * x / ((alpha + 2 * term - 1.0) * (alpha + 2 * term))
        odd = -(alpha + term) * (alpha + beta + term) * x / ((alpha + 2 * term) * (alpha + 2 * term + 1.0))
        for coefficient in (even, odd):
            below = 1.0 / (1.0 + coefficient * below or TINY)
            above = 1.0 + coefficient / above or TINY
            fraction *= below * above
        if abs(below * above - 1.0) < 1e-15:
            break
    return front * fraction


def mean(distribution: Distribution) -> float:
    """Its mean."""
    numbers = distribution.numbers
    match distribution.shape:
        case Shape.lognormal:
            plain = math.exp(numbers[0] + numbers[1] ** 2 / 2)
        case Shape.uniform | Shape.triangular:
            plain = sum(numbers) / len(numbers)
        case Shape.beta:
            plain = numbers[0] / (numbers[0] + numbers[1])
        case Shape.choice:
            half = len(numbers) // 2
            plain = sum(value * weight for value, weight in zip(numbers[:half], numbers[half:], strict=True))
        case _:
            plain = numbers[0]
    return plain


def middle(distribution: Distribution) -> float:
    """Its median; of a beta its mean, which is as good and much faster."""
    return mean(distribution) if distribution.shape is Shape.beta else quantile(distribution, 0.5)


def quantile(distribution: Distribution, part: float) -> float:
    """The level below which that part of the futures falls."""
    numbers = distribution.numbers
    match distribution.shape:
        case Shape.lognormal:
            plain = math.exp(numbers[0] + numbers[1] * NormalDist().inv_cdf(part))
        case Shape.normal:
            plain = numbers[0] + numbers[1] * NormalDist().inv_cdf(part)
        case Shape.uniform:
            plain = numbers[0] + part * (numbers[1] - numbers[0])
        case Shape.triangular:
            plain = _quantile_of_triangle(numbers[0], numbers[1], numbers[2], part)
        case Shape.beta:
            plain = _quantile_of_beta(numbers[0], numbers[1], part)
        case Shape.choice:
            plain = _quantile_of_choice(numbers, part)
        case Shape.chance:
            plain = float(part > 1.0 - numbers[0])
        case Shape.certain:
            plain = numbers[0]
    return plain


def _quantile_of_triangle(low: float, likely: float, high: float, part: float) -> float:
    if part * (high - low) < likely - low:
        return low + math.sqrt(part * (high - low) * (likely - low))
    return high - math.sqrt((1.0 - part) * (high - low) * (high - likely))


@lru_cache(maxsize=4096)
def _quantile_of_beta(alpha: float, beta: float, part: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if share_below(middle, alpha, beta) < part else (low, middle)
    return (low + high) / 2


def _quantile_of_choice(numbers: tuple[float, ...], part: float) -> float:
    half = len(numbers) // 2
    ranked = sorted(zip(numbers[:half], numbers[half:], strict=True))
    so_far = 0.0
    for value, weight in ranked:
        so_far += weight
        if so_far >= part:
            return value
    return ranked[-1][0]


def highest(distribution: Distribution) -> float:
    """What it exceeds in one future of a billion at most: as good as never, also where it has no end."""
    return quantile(distribution, 1.0 - 1e-9)


def limits(distribution: Distribution) -> tuple[float, float]:
    """The lowest and highest it can be; a normal or lognormal is beyond them once in 740 futures on each side."""
    numbers = distribution.numbers
    match distribution.shape:
        case Shape.lognormal:
            ends = (0.0, math.exp(numbers[0] + 3.0 * numbers[1]))
        case Shape.normal:
            ends = (numbers[0] - 3.0 * numbers[1], numbers[0] + 3.0 * numbers[1])
        case Shape.uniform | Shape.triangular:
            ends = (numbers[0], numbers[-1])
        case Shape.choice:
            values = numbers[: len(numbers) // 2]
            ends = (min(values), max(values))
        case Shape.beta | Shape.chance:
            ends = (0.0, 1.0)
        case Shape.certain:
            ends = (numbers[0], numbers[0])
    return ends
