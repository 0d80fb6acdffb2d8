"""Evenly spread futures: scrambled Sobol points, for figures and for the slow movements of drivers.

Path p is point p // 8 of scramble p % 8: the eight scrambles are independent, and how far their results lie
apart tells the sampling error. A point is a pure function of (seed, names of the dimensions, path), whatever
the chunk.

    point i  = xor of the columns of the generating matrix at the bits of i, then of a random shift
    columns  = random lower-triangular matrix x Sobol's columns                     (over the field of two)

The scramble is the linear one of Matousek (1998), "On the L2-discrepancy for anchored boxes"; its variance
is that of Owen's nested scramble. Sobol's columns are those of Joe and Kuo (2008), as SciPy has them.

A driver takes 20 dimensions: the principal components of a random walk of 20 yearly steps, the slowest first.
The months within a year stay plain:

    w = B xi                                                 xi: 20 Sobol normals;  w: the steps of the years
    B[y, k] = 2 / sqrt(2n + 1) cos((2k - 1) pi (y - 1/2) / (2n + 1))           n = 20, y = 1 … n, k = 1 … n
    z[y, m] = w[y] / sqrt(12) + e[y, m] - mean of e in year y                  e: 12 plain normals a year
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from interlock.ground.arrays import normal_quantile, stacked
from interlock.ground.chance import Numbers, Space, normals, stream_keys, words
from interlock.ground.errors import ArgumentError

SCRAMBLES = 8
YEARS = 20
MOST_DIMENSIONS = 21_201
"""Joe and Kuo's table ends there."""

BITS_IN = 32
BITS_OUT = 52


def sobol_uniforms(seed: int, dimensions: Sequence[str], paths: Numbers, after: int = 0) -> NDArray[np.float64]:
    """Numbers strictly between 0 and 1: [dimension, path]. `after` other dimensions come before these."""
    paths = np.asarray(paths, dtype=np.uint64)
    points, scrambles = paths // SCRAMBLES, (paths % SCRAMBLES).astype(np.intp)
    bits = int(points.max(initial=0)).bit_length()
    # In steps of four bits, so that a run in many chunks prepares its columns once or twice.
    columns, shifts = _scrambled(seed, tuple(dimensions), after, -(-max(bits, 1) // 4) * 4)
    numbers = shifts[:, scrambles]
    for bit in range(bits):
        is_set = (points >> np.uint64(bit)) & np.uint64(1)
        numbers ^= columns[bit][:, scrambles] * is_set
    return (numbers.astype(np.float64) + 0.5) * 2.0**-BITS_OUT


def yearly_normals(seed: int, names: Sequence[str | None], paths: Numbers, after: int = 0) -> NDArray[np.float64]:
    """How each driver moves from year to year: standard normals [year, stream, path]; zero for a stream without a name.

    This is the part that is prepared outside compiled code; `shocks` takes it in. Dimensions follow the sorted
    names, the first component of all of them before the second.
    """
    known = sorted({name for name in names if name is not None})
    dimensions = [f"component {k + 1} of {name}" for k in range(YEARS) for name in known]
    components = normal_quantile(sobol_uniforms(seed, dimensions, paths, after)).reshape(YEARS, len(known), len(paths))
    yearly = np.zeros((YEARS, len(names), len(paths)))
    for row, name in enumerate(names):
        if name is not None:
            # Summed in a fixed order, not by a product of matrices: the same bits for chunks of any size.
            for shape, component in zip(walk_components().T, components[:, known.index(name)], strict=True):
                yearly[:, row] += shape[:, None] * component
    return yearly


def shocks(keys: Numbers, months: int, paths: Numbers, yearly: Numbers = None, xp: Space = np) -> Numbers:
    """A standard normal shock for each [month, stream, path], from month 0 on, given keys [stream, 2].

    They are independent; `yearly`, if given, is what `yearly_normals` prepared. May be called within compiled
    code, with JAX's namespace. Nothing moves in month 0: the first year is months 1 to 12.
    """
    years = 0 if yearly is None else min(-(-(months - 1) // 12), YEARS)
    # Month by month: what follows uses each number several times, and compiled code would draw it anew each time.
    numbered = xp.arange(max(months, 12 * years + 1))
    drawn = stacked(lambda month: normals(keys, month[None], paths, xp)[0], numbered)
    if yearly is None:
        return drawn
    within = drawn[1 : 12 * years + 1].reshape(years, 12, *drawn.shape[1:])
    total = within[:, 0]
    for month in range(1, 12):
        total = total + within[:, month]
    moved = within + (yearly[:years] / 12.0**0.5 - total / 12.0)[:, None]
    parts = [drawn[:1], moved.reshape(12 * years, *drawn.shape[1:]), drawn[12 * years + 1 :]]
    return xp.concatenate(parts)[:months]


def walk_components(steps: int = YEARS) -> NDArray[np.float64]:
    """The steps that make up the principal components of a random walk: [step, component], orthonormal."""
    step = np.arange(1, steps + 1)[:, None]
    component = step.T
    angle = (2 * component - 1) * np.pi / (2 * steps + 1)
    return np.asarray(2.0 / np.sqrt(2 * steps + 1) * np.cos(angle * (step - 0.5)))


@lru_cache(maxsize=16)
def _scrambled(
    seed: int, dimensions: tuple[str, ...], after: int, bits: int
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The columns [bit, dimension, scramble] and the shifts [dimension, scramble] of the scrambled points."""
    keys = stream_keys(seed, [f"sobol.{dimension}" for dimension in dimensions])
    scrambles = np.arange(SCRAMBLES)
    random, _ = words(keys, np.arange(BITS_OUT), scrambles)
    # Row b of the matrix: a one at bit b from the top, random bits above it, nothing below.
    row = np.arange(BITS_OUT)
    above = (0xFFFFFFFF << np.maximum(BITS_IN - row, 0)) & 0xFFFFFFFF
    itself = np.where(row < BITS_IN, 1 << np.maximum(BITS_IN - 1 - row, 0), 0)
    rows = random & above.astype(np.uint32)[:, None, None] | itself.astype(np.uint32)[:, None, None]
    place = np.uint64(1) << np.arange(BITS_OUT - 1, -1, -1, dtype=np.uint64)
    unscrambled = _sobol_columns(after + len(dimensions), bits)[:, after:]
    columns = np.stack(
        [
            ((np.bitwise_count(rows & column[None, :, None]) & 1) * place[:, None, None]).sum(axis=0, dtype=np.uint64)
            for column in unscrambled
        ]
    )
    first, second = words(keys, [BITS_OUT], scrambles)
    shifts = (first[0].astype(np.uint64) << np.uint64(32) | second[0]) >> np.uint64(64 - BITS_OUT)
    columns.setflags(write=False)
    shifts.setflags(write=False)
    return columns, shifts


@lru_cache(maxsize=4)
def _sobol_columns(dimensions: int, bits: int) -> NDArray[np.uint32]:
    """The columns of Sobol's generating matrices: [bit, dimension], the most significant bit first in each."""
    if dimensions > MOST_DIMENSIONS:
        raise ArgumentError(
            f"Sobol sampling has {MOST_DIMENSIONS} dimensions, this book needs {dimensions}: use plain sampling."
        )
    # Loaded when first used: it takes longer to import than a small run takes to compute.
    qmc = importlib.import_module("scipy.stats.qmc")
    points = qmc.Sobol(max(dimensions, 1), scramble=False, bits=BITS_IN)
    columns = np.empty((bits, dimensions), dtype=np.uint32)
    for bit in range(bits):
        # The points come in the order of the Gray code, where number 2^(bit + 1) - 1 has that bit alone.
        points.fast_forward(2 ** (bit + 1) - 1 - points.num_generated)
        columns[bit] = (points.random(1)[0, :dimensions] * 2.0**BITS_IN).astype(np.uint32)
    return columns
