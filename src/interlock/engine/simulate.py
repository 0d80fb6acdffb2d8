"""A program is run: chunks of paths, several at once in threads, put together in order.

XLA hardly uses a second core for a scan of months; several chunks at once do. The size of a chunk is part of
what a run is: the last chunk is filled up with paths that are thrown away.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from interlock.drivers.tails import STREAM
from interlock.engine.chunk import MOST_SHAPES, REHEARSALS, Futures, run_chunk
from interlock.engine.record import Monthly, laid_out
from interlock.engine.scene import Given
from interlock.engine.to_follow import paths_to_follow
from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError
from interlock.ground.sobol import yearly_normals
from interlock.program.program import Program
from interlock.program.shape import Shape

CHUNK = 256
"""Paths that are run together: the state of a month then stays in the cache of a core."""

ON_A_GPU = 8192
"""The same on a GPU: fewer would not fill it."""

Progress = Callable[[int, int], None]
"""Told how many of how many paths are done."""


def one_of_several(progress: Progress | None, done: int, runs: int) -> Progress | None:
    """Progress of one of several runs of as many paths, so many of which are done."""
    if progress is None:
        return None
    return lambda paths, of: progress(done * of + paths, runs * of)


def paths_together() -> int:
    """How many paths are run together here."""
    return CHUNK if jax.default_backend() == "cpu" else ON_A_GPU


def given_of(program: Program, seed: int, paths: Any, sampling: Sampling) -> tuple[Given, Any]:
    """What the months of some paths are given besides the state, as NumPy arrays; and the draws [figure, path]."""
    draws = program.priors.draw(seed, paths, sampling)
    count = len(paths)
    thresholds = np.zeros((program.shape.conditions, count))
    for row, threshold in enumerate(program.thresholds):
        thresholds[row] = threshold.value(draws)
    given = Given(
        links=program.as_arrays(),
        terms=tuple(stack.drawn_terms(draws) for stack in program.stacks),
        driver_terms=tuple(stack.drawn_terms(draws) for stack in program.driver_stacks),
        party_terms=program.party_stack.drawn_terms(draws),
        market_terms={} if program.market_stack is None else program.market_stack.drawn_terms(draws),
        chip_terms={} if program.chip_stack is None else program.chip_stack.drawn_terms(draws),
        thresholds=thresholds,
        in_force_from=np.stack([force.value(draws) for force in program.forces]),
        tails=program.priors.keys(seed, [STREAM] if program.shape.tails else []),
        segment_terms=program.segments.drawn_terms(draws),
        shares=program.segments.at_start(draws),
        waits=np.array([np.broadcast_to(wait.value(draws), count) for wait in program.delays]).reshape(-1, count),
    )
    return given, draws


def chance_of(program: Program, seed: int, paths: Any, sampling: Sampling) -> tuple[Any, Any]:
    """The chance that moves the drivers on some paths: the keys of their streams, and Sobol's part of it."""
    names = program.labels.drivers
    keys = program.priors.keys(seed, [f"drivers.{name or ''}" for name in names])
    if sampling is not Sampling.sobol:
        return keys, None
    known = [None if name is None else f"drivers.{name}" for name in names]
    return keys, yearly_normals(seed, known, paths, after=len(program.priors.dimensions))


def cores() -> int:
    """Of the machine's, those that this process may use: a container or a batch system often gives it only some."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _workers(threads: int | None) -> int:
    """How many chunks are run at once. Raises ArgumentError for none."""
    if threads is not None and threads < 1:
        raise ArgumentError(f"threads is {threads}; it must be at least 1.")
    # A GPU does one chunk after the other; while it does, the next one is drawn.
    return threads or (2 if jax.default_backend() != "cpu" else cores())


def simulate_chunks(  # noqa: PLR0913 - which paths, and what is wanted of them
    program: Program,
    *,
    paths: int,
    seed: int,
    sampling: Sampling = Sampling.plain,
    first: int = 0,
    chunk: int | None = None,
    threads: int | None = None,
    all_months: bool = True,
    names_party: bool = False,
    keeps_bills: bool = False,
    keeps_levels: bool = False,
) -> Iterator[tuple[Any, Any, Futures]]:
    """For each chunk, in order: its path numbers, its draws [figure, path], and what came of it, as NumPy arrays.

    The same bits whatever the number of threads: a chunk is a pure function of its first path. Unless `all_months` are
    asked for, months are kept only of the first paths, on which dollars are followed: those of a chunk take more memory
    than its years do. Raises ArgumentError for no threads.
    """
    chunk, workers = paths_together() if chunk is None else chunk, _workers(threads)
    starts, followed = list(range(first, first + paths, chunk)), paths_to_follow(program)
    by_month = None if all_months or followed >= chunk else followed

    def one(start: int) -> tuple[Any, Any, Futures]:
        numbers = np.arange(start, start + chunk)
        given, draws = given_of(program, seed, numbers, sampling)
        keys, yearly = chance_of(program, seed, numbers, sampling)
        with jax.enable_x64(True):
            wanted_too = {"names_party": names_party, "keeps_bills": keeps_bills, "keeps_levels": keeps_levels}
            futures = run_chunk(program.shape, given, keys, numbers, yearly, by_month=by_month, **wanted_too)
            if not all_months and start >= first + followed:
                # Dropped, rather than left out of what is compiled: to compile twice takes longer than to write them.
                futures = futures._replace(monthly=Monthly(*[None] * len(Monthly._fields)))
            futures = jax.tree.map(np.asarray, futures)
        leave_the_compiler(program.shape)
        monthly = jax.tree.map(lambda rows: rows[REHEARSALS:], futures.monthly)
        bills = jax.tree.map(lambda rows: rows[REHEARSALS - 1 :], futures.bills)
        levels = jax.tree.map(lambda rows: rows[REHEARSALS:], futures.levels)
        kept_by_month = {"monthly": monthly, "bills": bills, "levels": levels}
        futures = futures._replace(yearly=laid_out(program.shape, futures.yearly), **kept_by_month)
        wanted = min(chunk, first + paths - start)
        cut = jax.tree.map(lambda rows: rows[..., :wanted], (draws, futures))
        return numbers[:wanted], *cut

    pool = ThreadPoolExecutor(workers)
    try:
        pending = []
        # No more chunks are under way than there are workers and one: memory stays flat however many paths.
        for start in starts:
            pending.append(pool.submit(one, start))
            if len(pending) > workers:
                yield pending.pop(0).result()
        for future in pending:
            yield future.result()
    finally:
        # Whoever interrupts does not wait for compiled months, which nothing can stop.
        pool.shutdown(wait=False, cancel_futures=True)


@lru_cache(MOST_SHAPES)
def leave_the_compiler(_: Shape) -> None:
    """Once for each shape of book, the memory that compiling took goes back to the system: glibc would keep 300 MB."""
    with suppress(AttributeError, OSError, TypeError):  # where there is no glibc
        ctypes.CDLL(None).malloc_trim(0)
