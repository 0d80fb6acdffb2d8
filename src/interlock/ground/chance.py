"""Random numbers by seed, path, month and stream name.

A number is a pure function of (seed, stream name, month, path): it does not depend on what else is drawn,
in what order, by how many threads, or in chunks of what size.

    key     = threefry(seed, hash of the stream's name)
    words   = threefry(key, (path, month))               two words of 32 bits
    uniform = (the top 26 bits of each + 1/2) / 2^52      strictly between 0 and 1
    normal  = inverse of the normal distribution function at the uniform

Threefry-2x32 with 20 rounds is the counter-based generator of Salmon, Moraes, Dror and Shaw (2011),
"Parallel random numbers: as easy as 1, 2, 3". Uniforms have the same bits in NumPy and in JAX; normals agree
to rounding.

>>> import numpy as np
>>> keys = stream_keys(7, ["drivers.demand", "drivers.spot"])
>>> early = normals(keys, np.arange(3), np.arange(4))
>>> later = normals(keys, np.arange(9), np.arange(2, 4))
>>> early.shape, bool(np.array_equal(early[:, :, 2:], later[:3]))
((3, 2, 4), True)
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interlock.ground.arrays import normal_quantile
from interlock.ground.errors import ArgumentError

Numbers = Any
"""An array of NumPy's or of JAX's."""

Space = Any
"""The array library in use: `numpy` or `jax.numpy`."""

ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
PARITY = 0x1BD11BDA
"""The constant that keeps the third word of the key from being zero when the other two are."""

MOST_PATHS = 2**32


class Sampling(StrEnum):
    """How the futures of a run are spread over what may happen."""

    plain = "plain"
    """Independent of one another."""
    sobol = "sobol"
    """Evenly, by scrambled Sobol points: smaller errors for the same number of paths."""


def stream_keys(seed: int, names: Sequence[str]) -> NDArray[np.uint32]:
    """The key of each stream: [stream, 2]."""
    if not 0 <= seed < 2**64:
        raise ArgumentError(f"seed is {seed}; it must be a whole number from 0 to 2^64 - 1.")
    hashes = [np.frombuffer(hashlib.blake2b(name.encode(), digest_size=8).digest(), dtype="<u4") for name in names]
    if not hashes:
        return np.zeros((0, 2), dtype=np.uint32)
    counters = np.stack(hashes).astype(np.uint32)
    low, high = np.array([[seed & 0xFFFFFFFF], [seed >> 32]], dtype=np.uint32)
    return np.stack(threefry(low, high, counters[:, 0], counters[:, 1]), axis=1)


def stream_key(seed: int, name: str) -> NDArray[np.uint32]:
    """The key of one stream: [2]."""
    key: NDArray[np.uint32] = stream_keys(seed, (name,))[0]
    return key


def uniforms(keys: Numbers, months: Numbers, paths: Numbers, xp: Space = np) -> Numbers:
    """A number strictly between 0 and 1 for each [month, stream, path], given keys [stream, 2]; float64."""
    first, second = words(keys, months, paths, xp)
    top = (first >> xp.uint32(6)).astype(np.float64)
    bottom = (second >> xp.uint32(6)).astype(np.float64)
    return (top * 2.0**26 + bottom + 0.5) * 2.0**-52


def normals(keys: Numbers, months: Numbers, paths: Numbers, xp: Space = np) -> Numbers:
    """A standard normal number for each [month, stream, path], given keys [stream, 2]; float64."""
    return normal_quantile(uniforms(keys, months, paths, xp))


def words(keys: Numbers, months: Numbers, paths: Numbers, xp: Space = np) -> tuple[Numbers, Numbers]:
    """Two words of 32 random bits for each [month, stream, path], given keys [stream, 2]."""
    keys = xp.asarray(keys, dtype=np.uint32)[None, :, :, None]
    months = xp.asarray(months).astype(np.uint32)[:, None, None]
    paths = xp.asarray(paths).astype(np.uint32)[None, None, :]
    return threefry(keys[:, :, 0], keys[:, :, 1], paths, months, xp)


def threefry(
    key: Numbers, other_key: Numbers, counter: Numbers, other_counter: Numbers, xp: Space = np
) -> tuple[Numbers, Numbers]:
    """The block cipher Threefry-2x32 with 20 rounds, on arrays of 32-bit words."""
    schedule = (key, other_key, key ^ other_key ^ xp.uint32(PARITY))
    left, right = counter + key, other_counter + other_key
    for group in range(5):
        for rotation in ROTATIONS[group % 2]:
            left = left + right
            right = (right << xp.uint32(rotation)) | (right >> xp.uint32(32 - rotation))
            right = right ^ left
        left = left + schedule[(group + 1) % 3]
        right = right + schedule[(group + 2) % 3] + xp.uint32(group + 1)
    return left, right
