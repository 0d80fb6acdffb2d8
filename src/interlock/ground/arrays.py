"""The array namespace: the same rule runs on plain numbers, NumPy arrays and JAX tracers.

JAX is never imported here. Where a number belongs to JAX, JAX is loaded already.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from itertools import accumulate
from typing import Any

import numpy as np

Number = Any


def space_of(*numbers: Number) -> Any:
    """The array library that these numbers belong to: `jax.numpy` if any of them is JAX's, else NumPy."""
    for number in numbers:
        if type(number).__module__.partition(".")[0] in {"jax", "jaxlib"}:
            return sys.modules["jax.numpy"]
    return np


def where(condition: Number, so: Number, otherwise: Number) -> Number:
    """`so` where the condition holds, else `otherwise`."""
    return space_of(condition, so, otherwise).where(condition, so, otherwise)


def minimum(a: Number, b: Number) -> Number:
    """The smaller of two numbers."""
    return space_of(a, b).minimum(a, b)


def maximum(a: Number, b: Number) -> Number:
    """The larger of two numbers."""
    return space_of(a, b).maximum(a, b)


def floor(a: Number) -> Number:
    """The largest whole number that is not above `a`."""
    return space_of(a).floor(a)


def ceil(a: Number) -> Number:
    """The smallest whole number that is not below `a`."""
    return space_of(a).ceil(a)


def sqrt(a: Number) -> Number:
    """The square root."""
    return space_of(a).sqrt(a)


def exp(a: Number) -> Number:
    """e to the power of `a`."""
    return space_of(a).exp(a)


def log(a: Number) -> Number:
    """The natural logarithm."""
    return space_of(a).log(a)


def log1p(a: Number) -> Number:
    """The natural logarithm of 1 + a, exact for small a."""
    return space_of(a).log1p(a)


def expm1(a: Number) -> Number:
    """e to the power of a, less 1, exact for small a."""
    return space_of(a).expm1(a)


def tanh(a: Number) -> Number:
    """The hyperbolic tangent."""
    return space_of(a).tanh(a)


def normal_cdf(z: Number) -> Number:
    """The probability that a standard normal number is below `z`."""
    return _special_of(z).ndtr(z)


def normal_quantile(probability: Number) -> Number:
    """The standard normal number that is undercut with this probability."""
    return _special_of(probability).ndtri(probability)


def places(a: Number) -> Number:
    """0, 1, 2 …: the places of the entries along the first axis."""
    return space_of(a).arange(len(a), dtype=np.float64)


def running_total(a: Number) -> Number:
    """The sums of the first, the first two … entries along the first axis."""
    return space_of(a).stack(list(accumulate(a)))


def total(a: Number) -> Number:
    """The sum along the first axis: over the entries of a list of parts. A single part may be a plain number."""
    return a if np.ndim(a) == 0 else space_of(a).sum(a, axis=0)


def stacked(rule: Callable[[Number], Number], numbers: Number) -> Number:
    """What the rule makes of each of the numbers, one after the other, stacked along a new first axis."""
    if space_of(numbers) is np:
        return np.stack([rule(number) for number in numbers])
    return sys.modules["jax"].lax.map(rule, numbers)


def clip(a: Number, low: Number, high: Number) -> Number:
    """`a`, but not below `low` nor above `high`."""
    return minimum(maximum(a, low), high)


def ratio(part: Number, whole: Number, otherwise: Number = 0.0) -> Number:
    """part / whole, or `otherwise` where the whole is zero."""
    positive = whole > 0
    if space_of(part, whole, otherwise) is np:
        if np.all(positive):
            return part / whole
        # Twice as quick as to divide only there.
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.asarray(np.divide(part, whole))
        if np.ndim(otherwise):
            return np.where(positive, found, otherwise)
        np.copyto(found, otherwise, where=np.logical_not(positive))
        return found
    return where(positive, part / where(positive, whole, 1.0), otherwise)


def is_any(a: Number) -> bool:
    """Whether any of them is more or less than nothing; it is mostly seen in the last row."""
    a = np.asarray(a)
    return bool((a.ndim and a[-1].any()) or a.any())


def settled(a: Number) -> Number:
    """The same, worked out here and now, and not again within each formula that it goes into."""
    if space_of(a) is np:
        return a
    return importlib.import_module("interlock.ground.sums").once(a)


def _special_of(number: Number) -> Any:
    """The special functions of the array library that a number belongs to."""
    name = "scipy.special" if space_of(number) is np else "jax.scipy.special"
    return importlib.import_module(name)
