"""Files become a book; every problem is collected, with file, line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from interlock.book.book import Book
from interlock.book.check import check
from interlock.book.check_labs import check_labs
from interlock.book.check_parts import check_parts
from interlock.book.files import SCENARIOS, contents, merged
from interlock.book.kinds import Kind, kinds_by_name
from interlock.book.read_deals import read_deals, read_parties
from interlock.book.read_drivers import read_correlations, read_drivers, read_groups
from interlock.book.read_head import read_figures_section, read_header, read_sources_section
from interlock.book.read_markets import check_markets, read_markets
from interlock.book.read_physical import read_chips, read_sites
from interlock.book.read_segments import read_segments
from interlock.book.read_shocks import read_failures, read_shocks
from interlock.book.read_tails import read_tails
from interlock.book.reading import Reading
from interlock.book.remedy import meant, problem_at
from interlock.book.written import Written, YamlFile, written_as
from interlock.contracts import KINDS
from interlock.ground.errors import BookError, Place, Problem

BUNDLED = Path(__file__).resolve().parents[1] / "books"
"""The folder of the books that come with Interlock."""


def open_book(path: str | Path, *, kinds: Iterable[Kind] = KINDS) -> Book:
    """The book in a folder or a file, or the bundled one of that name.

    Raises BookError with everything that is wrong with it. Kinds of one's own are passed in beside the known ones.
    """
    root = find(path)
    written, problems = merged(root)
    return read_book(written, root, tuple(kinds), problems)


def with_scenario(book: Book, scenario: str | Path | Mapping[str, object]) -> Book:
    """The book as a scenario changes it: one in a file, of that name beside the book, or as a mapping of its fields.

    Raises BookError.
    """
    if isinstance(scenario, Mapping):
        return book.under(written_as(scenario, Place("scenario")))
    return book.under(read_scenario(book, scenario))


def read_scenario(book: Book, path: str | Path) -> Written:
    """A scenario: a file, or the name of one in the folder `scenarios` of the book.

    Raises BookError.
    """
    return read_file(beside(book, path, SCENARIOS, "scenario"))


def beside(book: Book, path: str | Path, folder: str, what: str) -> Path:
    """A file that is no part of the book: by its path, or by its name in a folder of the book. Raises BookError."""
    there = Path(book.folder, folder, f"{path}.yaml")
    file = next((each for each in (Path(path), there) if _is_file(each)), None)
    if file is None:
        known = sorted(each.stem for each in there.parent.glob("*.yaml"))
        remedy = meant(str(path), known, f"{folder} of the book")
        raise BookError([problem_at(Place(str(path)), f"there is no such {what}", remedy)])
    return file


def read_file(file: Path) -> Written:
    """What a single file says. Raises BookError."""
    problems: list[Problem] = []
    raw = contents(file, file, problems)
    yaml_file = YamlFile(file.name)
    written = yaml_file.read(raw) if raw is not None else None
    problems += yaml_file.problems
    if problems:
        raise BookError(problems)
    return written or Written("", Place(file.name))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def bundled() -> dict[str, str]:
    """The names of the bundled books, with their titles."""
    titles: dict[str, str] = {}
    for folder in sorted(BUNDLED.iterdir()) if BUNDLED.is_dir() else ():
        if folder.is_dir() and folder.name[0] not in "._":
            book = merged(folder)[0].parts.get("book")
            title = book.parts.get("title") if book is not None else None
            titles[folder.name] = title.text or "" if title is not None else ""
    return titles


def find(path: str | Path) -> Path:
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
    remedy = meant(str(path), names, "bundled books")
    raise BookError([problem_at(Place(str(path)), "there is no such folder, file or bundled book", remedy)])


def read_book(root: Written, folder: Path, kinds: tuple[Kind, ...], problems: Iterable[Problem] = ()) -> Book:
    """The book that the merged files say, or BookError."""
    reading = Reading(
        root=root,
        kinds=kinds_by_name(kinds),
        table=Tables(folder),
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
        chips=read_chips(reading),
        sites=read_sites(reading),
        deals=read_deals(reading),
        segments=read_segments(reading),
        kinds=kinds,
        tails=read_tails(reading),
        markets=read_markets(reading),
        ties=reading.ties,
        shocks=read_shocks(reading),
        failures=read_failures(reading),
        raw=root,
        folder=str(folder if folder.is_dir() else folder.parent),
        reread=Reread(folder, kinds),
        places=reading.places,
        remarks=tuple(sorted(set(reading.remarks))),
    )
    check(book, reading)
    check_labs(book, reading)
    check_parts(book, reading)
    check_markets(book, reading)
    if reading.problems:
        raise BookError(reading.problems)
    return book


def _name_of(folder: Path) -> str:
    name = folder.resolve().name.removesuffix(folder.suffix if not folder.is_dir() else "")
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "book"


@dataclass(frozen=True)
class Tables:
    """The tables beside a book."""

    folder: Path

    def __call__(self, written: Written, reading: Reading) -> bytes | None:
        """The bytes of a table, or None (and a problem) where it may not be read."""
        root = self.folder if self.folder.is_dir() else self.folder.parent
        text = written.text or ""
        if not text:
            reading.problem(written.place, "the name of the table is missing", "Write for example `file: prices.csv`.")
            return None
        if not _is_inside(root, text):
            wrong = f"the table '{text}' lies outside the book's folder"
            reading.problem(written.place, wrong, "Copy it into the folder, and name it from there.")
            return None
        found: list[Problem] = []
        raw = contents(root / text, root, found)
        for problem in found:
            reading.problem(written.place, f"the table '{text}': {problem.wrong}", problem.remedy)
        return raw


@dataclass(frozen=True)
class Reread:
    """Reads the changed files of a book as the book was read."""

    folder: Path
    kinds: tuple[Kind, ...]

    def __call__(self, root: Written) -> Book:
        """The book that the changed files say."""
        return read_book(root, self.folder, self.kinds)


def _is_inside(root: Path, text: str) -> bool:
    try:
        return not Path(text).is_absolute() and (root / text).resolve().is_relative_to(root.resolve())
    except (OSError, ValueError):
        return False
