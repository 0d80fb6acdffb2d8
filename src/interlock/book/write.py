"""A book written out: one YAML file that reads back to an equal book, and the tables that it names."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import yaml

from interlock.book.book import Book
from interlock.book.written import plain
from interlock.ground.errors import ArgumentError

FILE = "book.yaml"


def write_book(book: Book, folder: str | Path) -> None:
    """Write a book, shocks and failures included, into a folder that is new or empty."""
    with made_aside(folder) as aside:
        (aside / FILE).write_text(yaml_of(book), encoding="utf-8", newline="\n")
        for table in _tables(book):
            (aside / table).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(book.folder, table), aside / table)


@contextmanager
def made_aside(folder: str | Path) -> Iterator[Path]:
    """A folder to write into, which then takes the place of a new or empty one: nothing is ever half-written.

    Raises ArgumentError where the folder is not new or empty.
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ArgumentError(f"'{folder}' exists and is not empty. Name a new folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield aside
        aside.chmod(0o755)
        if target.exists():
            target.rmdir()
        aside.replace(target)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def yaml_of(book: Book) -> str:
    """The whole book as one YAML text, its name included."""
    said = cast("dict[str, dict[str, object]]", plain(book.raw))
    said["book"] = {**said["book"], "name": book.name}
    return yaml.safe_dump(said, sort_keys=True, allow_unicode=True, width=110)


def _tables(book: Book) -> list[str]:
    """The files that the book names."""
    return sorted({table for spot in book.spots().values() if (table := spot.table)})
