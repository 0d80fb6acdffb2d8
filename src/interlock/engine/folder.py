"""A run as a folder: the book, a manifest that makes the run again bit for bit, and tables that other tools read.

manifest.json       format, identity, what decides the numbers, a hash of the results
book/               the book, as it was run
summary.parquet     mean, error and quantiles of every series, by row and year; summary.csv says the same
paths.zarr          what was kept month by month, path by path, if anything was
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from interlock.book.book import Book
from interlock.book.read import open_book
from interlock.book.write import made_aside, write_book
from interlock.contracts import KINDS
from interlock.contracts.contract import Contract
from interlock.engine.provenance import Provenance, provenance_of, source_hash
from interlock.engine.run import Run, simulate
from interlock.engine.series import as_table
from interlock.engine.simulate import Progress
from interlock.ground.chance import Sampling
from interlock.ground.errors import RunFolderError
from interlock.ground.version import __version__

FORMAT = 1

MANIFEST = "manifest.json"

PATHS = "paths.zarr"

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def save_run(run: Run, folder: str | Path | None = None) -> Path:
    """Save a run, and return its folder: `runs/BOOK-<8 digits of its identity>` unless another is named.

    A folder that holds this very run is left as it is. Raises ArgumentError where another thing is in the way.
    """
    made = run.provenance
    target = Path(folder) if folder is not None else Path("runs", f"{run.book.name}-{made.identity[:8]}")
    is_there = (target / MANIFEST).is_file() and _manifest(target).get("identity") == made.identity
    if is_there and (not run.kept.monthly or (target / PATHS).exists()):
        return target
    table = as_table(list(run.series.values()), QUANTILES)
    with made_aside(target) as aside:
        write_book(run.book, aside / "book")
        _write_tables(table, aside)
        _write_paths(run, aside)
        manifest = {
            "format": FORMAT,
            "title": run.book.title,
            "identity": made.identity,
            "made": {
                "book": made.book,
                "kinds": [list(kind) for kind in made.kinds],
                "paths": made.paths,
                "seed": made.seed,
                "sampling": str(made.sampling),
                "chunk": made.chunk,
                "version": made.version,
            },
            "outcomes": _outcomes(run),
            "results": results_hash(run),
        }
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        (aside / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    return target


def is_run(folder: str | Path) -> bool:
    """Whether a folder holds a run."""
    return (Path(folder) / MANIFEST).is_file()


def open_run(
    folder: str | Path,
    *,
    kinds: Iterable[type[Contract]] = KINDS,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Run:
    """The run that a folder holds, made again from its book and manifest.

    Raises RunFolderError where the folder is no run, is of a newer format or another version of Interlock, needs
    kinds of contract that were not passed in, or where its book was changed.
    """
    book, made = read_recipe(folder, kinds=kinds)
    return simulate(book, paths=made.paths, seed=made.seed, sampling=made.sampling, threads=threads, progress=progress)


def read_recipe(folder: str | Path, *, kinds: Iterable[type[Contract]] = KINDS) -> tuple[Book, Provenance]:
    """The book of the run that a folder holds, and how it was made. Raises RunFolderError as `open_run` does."""
    manifest = _manifest(Path(folder))
    made = _provenance(manifest, Path(folder))
    kinds = tuple(kinds)
    _refuse_kinds(made, kinds)
    book = open_book(Path(folder) / "book", kinds=kinds)
    if made.version != __version__:
        raise RunFolderError(
            f"{folder}: made by Interlock {made.version}, this is {__version__}, and versions differ in their "
            f"numbers. Run its book anew: interlock run {Path(folder) / 'book'} --paths {made.paths} --seed {made.seed}"
        )
    again = provenance_of(book, paths=made.paths, seed=made.seed, sampling=made.sampling, chunk=made.chunk)
    if again.identity != made.identity:
        raise RunFolderError(f"{folder}: its book is not the one that was run: book/ was changed since.")
    return book, made


def reproduces(run: Run, folder: str | Path) -> bool:
    """Whether a run gives the very numbers, to the last bit, that a folder says were found."""
    return bool(_manifest(Path(folder)).get("results") == results_hash(run))


def results_hash(run: Run) -> str:
    """SHA-256 of the means of every series, bit for bit."""
    digest = hashlib.sha256()
    for name in sorted(run.series):
        digest.update(name.encode())
        digest.update(run.series[name].mean().astype("<f8").tobytes())
    return digest.hexdigest()


def _outcomes(run: Run) -> dict[str, int]:
    """How many paths ended how."""
    ended = run.kept.outcomes
    counts = (ended.mean()[:, 0] * run.paths).round().astype(int)
    return {str(outcome): int(count) for outcome, count in zip(ended.rows, counts, strict=True)}


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run folder, whose format this version knows."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunFolderError(
            f"{folder}: not a run: it holds no {MANIFEST}. Make one with: interlock run BOOK"
        ) from None
    except (OSError, ValueError) as problem:
        raise RunFolderError(f"{folder / MANIFEST}: cannot be read: {problem}") from None
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if not isinstance(found, int) or found > FORMAT:
        raise RunFolderError(f"{folder}: a run of format {found}; this version reads up to {FORMAT}. Update Interlock.")
    return dict(manifest)


def _provenance(manifest: dict[str, Any], folder: Path) -> Provenance:
    try:
        said = dict(manifest["made"])
        for name, least in (("paths", 1), ("seed", 0), ("chunk", 1)):
            if type(said[name]) is not int or said[name] < least:
                raise RunFolderError(f"{folder / MANIFEST}: incomplete: {name} is {said[name]!r}")
        kinds = tuple((str(name), str(source)) for name, source in said.pop("kinds"))
        return Provenance(**{**said, "kinds": kinds, "sampling": Sampling(said["sampling"])})
    except (KeyError, TypeError, ValueError) as problem:
        raise RunFolderError(f"{folder / MANIFEST}: incomplete: {problem}") from None


def _refuse_kinds(made: Provenance, kinds: tuple[type[Contract], ...]) -> None:
    """Raise RunFolderError where a kind of one's own is missing or was changed."""
    known = {f"{kind.__module__}:{kind.__qualname__}": source_hash(kind) for kind in kinds}
    for name, source in made.kinds:
        if name not in known:
            raise RunFolderError(f"the run uses the kind {name}. Pass it in: --kinds {name}")
        if known[name] != source:
            raise RunFolderError(f"the kind {name} was changed since the run was made.")


def _write_tables(table: list[dict[str, Any]], folder: Path) -> None:
    import pandas  # slow to import, and only needed here

    frame = pandas.DataFrame(table)
    frame.to_parquet(folder / "summary.parquet", index=False)
    frame.to_csv(folder / "summary.csv", index=False, lineterminator="\n")


def _write_paths(run: Run, folder: Path) -> None:
    """What was kept month by month, as a Zarr store that xarray opens."""
    if not run.kept.monthly:
        return
    import xarray  # slow to import, and only needed here

    series = {f"{name}_by_month": run[f"{name}_by_month"] for name in run.kept.monthly}
    # The second format of Zarr is the one whose names of rows every reader knows.
    xarray.Dataset(series).to_zarr(folder / PATHS, consolidated=False, zarr_format=2)
