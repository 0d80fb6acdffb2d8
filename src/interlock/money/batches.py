"""Networks that a user passes in: checked, and laid out with the paths on the last axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from interlock.ground.errors import ArgumentError

Given = Any
"""Whatever NumPy makes an array of, tuples too (which its own ArrayLike refuses when types are checked at run time)."""

Numbers = NDArray[np.float64]

LARGEST_BLOCK = 128
"""Paths computed at once. Every batch is cut into blocks of one size, so that it gives the same bits as its parts."""

NUMBERS_IN_A_BLOCK = 2**21


def numbers(name: str, given: Given, axes: int) -> Numbers:
    """An argument as an array with at least so many axes of finite numbers, none of them negative."""
    array = np.asarray(given)
    if array.dtype.kind not in "biufO":
        raise ArgumentError(f"{name} holds {array.dtype.name} values; real numbers are accepted.")
    try:
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise ArgumentError(f"{name} holds values that are not numbers; real numbers are accepted.") from None
    if array.ndim < axes:
        raise ArgumentError(f"{name} has shape {array.shape}; at least {axes} axes are accepted.")
    refuse_where(name, array, ~np.isfinite(array) | (array < 0), "finite numbers that are not negative")
    return array


def refuse_where(name: str, array: NDArray[Any], is_wrong: Given, accepted: str) -> None:
    """Refuse an argument that is wrong somewhere, and say where first."""
    if np.any(is_wrong):
        first = tuple(int(i) for i in np.argwhere(is_wrong)[0])
        place = f"{name}[{', '.join(map(str, first))}]" if first else name
        raise ArgumentError(f"{place} is {array[first]}; {accepted} are accepted.")


def count_of_parties(name: str, network: NDArray[Any]) -> int:
    """How many parties a square network has."""
    if network.shape[-1] != network.shape[-2] or network.shape[-1] == 0:
        raise ArgumentError(f"{name} has shape {network.shape}; (…, n, n) with n of at least 1 is accepted.")
    return int(network.shape[-1])


def require_shape(name: str, array: NDArray[Any], last_axes: Sequence[int]) -> None:
    """Refuse an argument whose last axes do not count the same parties as the network."""
    if array.shape[array.ndim - len(last_axes) :] != tuple(last_axes):
        accepted = ", ".join(map(str, last_axes)) + ("," if len(last_axes) == 1 else "")
        raise ArgumentError(f"{name} has shape {array.shape}; ({accepted}) or (…, {accepted}) is accepted.")


def common_batch(**batches: tuple[int, ...]) -> tuple[int, ...]:
    """The batch that all arguments share, after broadcasting."""
    try:
        return np.broadcast_shapes(*batches.values())
    except ValueError:
        shapes = ", ".join(f"{name} {shape}" for name, shape in batches.items())
        raise ArgumentError(f"The batches do not fit together: {shapes}; equal or broadcastable is accepted.") from None


def paths_last(array: NDArray[Any], batch: tuple[int, ...], axes: int) -> NDArray[Any]:
    """An array with its batch flattened into one last axis of paths."""
    inner = array.shape[array.ndim - axes :]
    return np.moveaxis(np.broadcast_to(array, (*batch, *inner)).reshape(-1, *inner), 0, -1)


def batch_first(array: NDArray[Any], batch: tuple[int, ...]) -> NDArray[Any]:
    """The way back from `paths_last`."""
    return np.ascontiguousarray(np.moveaxis(array, -1, 0)).reshape(*batch, *array.shape[:-1])


def in_blocks(compute: Callable[..., tuple[Array, ...]], *arrays: NDArray[Any]) -> list[NDArray[Any]]:
    """Compute in 64 bits, block by block of paths, and join the results; the user's JAX settings stay as they are."""
    paths = arrays[0].shape[-1]
    largest = max(array.size // max(paths, 1) for array in arrays)
    block = min(LARGEST_BLOCK, 1 << max(NUMBERS_IN_A_BLOCK // max(largest, 1), 1).bit_length() - 1)
    results = []
    with jax.enable_x64(True):
        for start in range(0, max(paths, 1), block):
            cut = [array[..., start : start + block] for array in arrays]
            spare = block - cut[0].shape[-1]
            padded = [np.pad(piece, [(0, 0)] * (piece.ndim - 1) + [(0, spare)]) for piece in cut]
            results.append([np.asarray(result)[..., : block - spare] for result in compute(*padded)])
    return [np.concatenate(pieces, axis=-1) for pieces in zip(*results, strict=True)]
