"""Files become a book; every problem is collected, with file, line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from interlock import drivers
from interlock.book.book import Book
from interlock.book.files import contents, merged
from interlock.book.read_deals import read_deals, read_parties
from interlock.book.read_world import (
    read_correlations,
    read_drivers,
    read_figures_section,
    read_groups,
    read_header,
    read_sources_section,
)
from interlock.book.reading import Reading
from interlock.book.written import Written
from interlock.contracts import KINDS
from interlock.contracts.contract import Contract
from interlock.drivers.driver import Driver
from interlock.ground.errors import BookError, Place, Problem, did_you_mean

BUNDLED = Path(__file__).resolve().parents[1] / "books"
"""The folder of the books that come with Interlock."""

Kind = type[Contract] | type[Driver]


def open_book(path: str | Path, *, kinds: Iterable[Kind] = KINDS) -> Book:
    """The book in a folder or a file, or the bundled one of that name.

    Raises BookError with everything that is wrong with it. Kinds of one's own are passed in beside the known ones.
    """
    root = _find(path)
    written, problems = merged(root)
    return read_book(written, root, tuple(kinds), problems)


def bundled() -> dict[str, str]:
    """The names of the bundled books, with their titles."""
    titles: dict[str, str] = {}
    for folder in sorted(BUNDLED.iterdir()) if BUNDLED.is_dir() else ():
        if folder.is_dir() and folder.name[0] not in "._":
            book = merged(folder)[0].parts.get("book")
            title = book.parts.get("title") if book is not None else None
            titles[folder.name] = title.text or "" if title is not None else ""
    return titles


def _find(path: str | Path) -> Path:
    """The folder or file that is meant."""
    found = Path(path)
    try:
        if found.exists():
            return found
        names = [folder.name for folder in BUNDLED.iterdir()] if BUNDLED.is_dir() else []
    except (OSError, ValueError):
        names = []
    if str(path) in names:
        return BUNDLED / str(path)
    remedy = did_you_mean(str(path), names, "bundled books")
    raise BookError([Problem(Place(str(path)), "there is no such folder, file or bundled book", remedy)])


def read_book(root: Written, folder: Path, kinds: tuple[Kind, ...], problems: Iterable[Problem] = ()) -> Book:
    """The book that the merged files say, or BookError."""

    def table(written: Written, reading: Reading) -> bytes | None:
        return _table(written, folder, reading)

    reading = Reading(
        root=root,
        kinds={kind.kind: kind for kind in kinds if issubclass(kind, Contract)},
        driver_kinds={kind.kind: kind for kind in (*getattr(drivers, "KINDS", ()), *kinds) if issubclass(kind, Driver)},
        table=table,
        problems=list(problems),
    )
    name, title, months = read_header(reading)
    read_sources_section(reading)
    book = Book(
        name=name or _name_of(folder),
        title=title,
        as_of=reading.as_of,
        start=reading.start,
        months=months,
        sources=reading.sources,
        figures=read_figures_section(reading),
        drivers=read_drivers(reading),
        correlations=read_correlations(reading),
        groups=read_groups(reading),
        parties=read_parties(reading),
        deals=read_deals(reading),
        kinds=kinds,
        raw=root,
        places=reading.places,
        remarks=tuple(sorted(set(reading.remarks))),
    )
    if reading.problems:
        raise BookError(reading.problems)
    return book


def _name_of(folder: Path) -> str:
    name = folder.resolve().name.removesuffix(folder.suffix if not folder.is_dir() else "")
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "book"


def _table(written: Written, folder: Path, reading: Reading) -> bytes | None:
    """The bytes of a table beside the book."""
    root = folder if folder.is_dir() else folder.parent
    text = written.text or ""
    if not text:
        reading.problem(written.place, "the name of the table is missing", "Write for example `file: prices.csv`.")
        return None
    if Path(text).is_absolute() or not (root / text).resolve().is_relative_to(root.resolve()):
        wrong = f"the table '{text}' lies outside the book's folder"
        reading.problem(written.place, wrong, "Copy it into the folder, and name it from there.")
        return None
    found: list[Problem] = []
    raw = contents(root / text, root, found)
    for problem in found:
        reading.problem(written.place, f"the table '{text}': {problem.wrong}", problem.remedy)
    return raw
