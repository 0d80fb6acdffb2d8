"""Worlds on the same futures: what is otherwise in one of them is a cause, and no luck.

Every draw goes by seed, future and the name of what is drawn. A figure or a driver that two books have is the same in
both, future by future; and so the difference of two worlds is known better than either of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from interlock.book.book import Book
from interlock.engine.run import Run, known_sampling, refuse_paths, simulate
from interlock.engine.simulate import Progress, one_of_several
from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError
from interlock.ground.typed import typed


@typed
def simulate_pair(
    base: Book | Run,
    *others: Book | Run,
    paths: int = 8192,
    seed: int = 7,
    sampling: Sampling | str = Sampling.plain,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Run]:
    """A world and others on the same futures: `before, after = simulate_pair(book, changed)`.

    One at a time, for whoever need not hold them all at once. Books are run as the runs among the worlds were made, or
    else as `paths`, `seed` and `sampling` say. Raises ArgumentError for runs of other futures, and LawBroken.
    """
    worlds = (base, *others)
    making = same_futures(worlds, paths, seed, sampling)
    books = [n for n, world in enumerate(worlds) if isinstance(world, Book)]

    def each() -> Iterator[Run]:
        for n, world in enumerate(worlds):
            if isinstance(world, Run):
                yield world
            else:
                told = one_of_several(progress, books.index(n), len(books))
                yield simulate(world, **making, threads=threads, progress=told)

    return each()


def same_futures(worlds: Sequence[Book | Run], paths: int, seed: int, sampling: Sampling | str) -> dict[str, Any]:
    """How books are run beside the runs among some worlds; where there are none, as is said. Raises ArgumentError."""
    ways = {(each.paths, each.provenance.seed, each.sampling) for each in worlds if isinstance(each, Run)}
    if len(ways) > 1:
        (paths, seed, how), (others, seed_too, how_too) = sorted(ways)[:2]
        raise ArgumentError(
            f"these runs are not of the same futures: {paths:,} ({how}, seed {seed}) and {others:,} ({how_too}, seed "
            f"{seed_too}). Run their books with the same --paths, --seed and --sampling."
        )
    paths, seed, sampling = next(iter(ways), (paths, seed, known_sampling(sampling)))
    refuse_paths(paths, sampling)
    return {"paths": paths, "seed": seed, "sampling": sampling}
