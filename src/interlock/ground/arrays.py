"""The array namespace: the same rule runs on plain numbers, NumPy arrays and JAX tracers.

JAX is never imported here. Where a number belongs to JAX, JAX is loaded already.
"""

from __future__ import annotations

import sys
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


def sqrt(a: Number) -> Number:
    """The square root."""
    return space_of(a).sqrt(a)


def exp(a: Number) -> Number:
    """e to the power of `a`."""
    return space_of(a).exp(a)


def log(a: Number) -> Number:
    """The natural logarithm."""
    return space_of(a).log(a)


def total(a: Number) -> Number:
    """The sum along the first axis: over the entries of a list of parts."""
    return space_of(a).sum(a, axis=0)


def clip(a: Number, low: Number, high: Number) -> Number:
    """`a`, but not below `low` nor above `high`."""
    return minimum(maximum(a, low), high)


def ratio(part: Number, whole: Number, otherwise: Number = 0.0) -> Number:
    """part / whole, or `otherwise` where the whole is zero."""
    positive = whole > 0
    return where(positive, part / where(positive, whole, 1.0), otherwise)
