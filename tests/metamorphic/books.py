"""Bundled books as plain mappings, changed in one way and written out again."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import yaml

import interlock

BUNDLED = Path(interlock.__file__).parent / "books"

QUANTITIES = {"stated", "estimated", "assumed", "assume"}
"""The fields of a figure that hold a quantity; a bare one stands in any other field but these:"""
WORDS = {"because", "title", "url", "source", "date"}

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")


def text_of(name: str) -> dict[str, Any]:
    """The files of a bundled book, merged, every scalar as text."""
    merged: dict[str, Any] = {}
    for file in sorted((BUNDLED / name).glob("*.yaml")):
        merged |= yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return merged


def written(book: dict[str, Any], file: Path) -> Path:
    """A book in one file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(book, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return file


def opened(book: dict[str, Any], file: Path) -> interlock.Book:
    """The book that the file says."""
    return interlock.open_book(written(book, file))


def doubled(part: Any, field: str = "") -> Any:
    """The same with every amount and price twice as large."""
    if isinstance(part, dict):
        return {name: doubled(value, name if name in QUANTITIES | WORDS else field) for name, value in part.items()}
    if isinstance(part, list):
        return [doubled(value, field) for value in part]
    if field in WORDS or "USD" not in part:
        return part
    amount, _, unit = part.partition("USD")
    return NUMBER.sub(lambda number: repr(2 * float(number[0])), amount) + "USD" + unit


def values(run: interlock.Run) -> dict[str, np.ndarray]:
    """Every series of a run, [row, year, path], and its draws."""
    return {name: series.values for name, series in run.series.items()} | {"draws": run.draws}


def assert_same_bits(one: interlock.Run, other: interlock.Run) -> None:
    theirs = values(other)
    for name, ours in values(one).items():
        assert np.array_equal(ours, theirs[name], equal_nan=True), name


def by_row(run: interlock.Run, name: str) -> dict[Any, np.ndarray]:
    """One series, [year, path] by the name of the row."""
    series = run.series[name]
    return {row: series.values[n] for n, row in enumerate(series.rows)}


def furthest(ours: dict[Any, np.ndarray], theirs: dict[Any, np.ndarray]) -> float:
    """How far apart two series are on the rows of the first, as a part of the path's largest number."""
    largest = np.max([np.abs(rows).max(axis=0) for rows in ours.values()], axis=0) + 1e-300
    return max(float((np.abs(rows - theirs[row]) / largest).max()) for row, rows in ours.items())
