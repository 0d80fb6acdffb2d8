"""The files of a book, merged: a folder of YAML files, or one file.

Every file is a mapping of sections, every section a mapping of named things. How they are spread over files means
nothing. What lies in a folder named `scenarios` are changes to the book, and in one named `actuals` what was reported
after its day: neither is part of it.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

from interlock.book.remedy import meant, problem_at
from interlock.book.written import Written, YamlFile
from interlock.ground.errors import BookError, Place, Problem

LARGEST_FILE = 2_000_000
"""Bytes."""

MOST_FILES = 500

SECTIONS = (
    "book",
    "sources",
    "figures",
    "parties",
    "chips",
    "sites",
    "drivers",
    "segments",
    "markets",
    "correlations",
    "tails",
    "groups",
    "deals",
    "shocks",
    "fail",
)

SCENARIOS = "scenarios"

ACTUALS = "actuals"

_SUFFIXES = {".yaml", ".yml"}


def shown_path(path: Path, root: Path) -> str:
    """A file as messages name it: from the parent of the book's folder on."""
    top = root.name or root.resolve().name
    return Path(top, path.relative_to(root)).as_posix() if path != root else top


def merged(root: Path) -> tuple[Written, list[Problem]]:
    """The sections of a book, and what is wrong with its files as such.

    Raises BookError where a file cannot be read at all: names that it declares would seem to be missing elsewhere.
    """
    problems: list[Problem] = []
    is_readable = True
    trees: list[Written] = []
    pieces = itertools.count()
    for path in _files_of(root):
        file = YamlFile(shown_path(path, root), pieces)
        raw = contents(path, root, file.problems)
        tree = file.read(raw) if raw is not None else None
        is_readable = is_readable and raw is not None and file.is_readable
        problems += file.problems
        if tree is not None and not tree.is_empty:
            trees.append(tree)
    if not is_readable:
        raise BookError(problems)
    return _merged(trees, Place(shown_path(root, root)), problems), problems


def contents(path: Path, root: Path, problems: list[Problem]) -> bytes | None:
    """The bytes of a file of a book, or None where it is not to be read."""
    place = Place(shown_path(path, root))
    folder = (root if root.is_dir() else root.parent).resolve()
    try:
        if not path.resolve().is_relative_to(folder):
            problems.append(problem_at(place, "this file lies outside the book's folder", "Copy it into the folder."))
            return None
        if not path.is_file():
            problems.append(problem_at(place, "there is no such file", "Create it, or correct its name."))
            return None
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        problems.append(problem_at(place, f"the file cannot be read: {error}", "Look at its name and permissions."))
        return None
    if len(raw) > LARGEST_FILE:
        limit = f"{LARGEST_FILE // 1_000_000} MB"
        problems.append(problem_at(place, f"the file is larger than {limit}", "Split it into several."))
        return None
    return raw


def _files_of(root: Path) -> list[Path]:
    if not root.is_dir():
        return [root]
    files = sorted(itertools.islice(_walk(root), MOST_FILES + 1), key=lambda path: path.relative_to(root).as_posix())
    place = Place(shown_path(root, root))
    if len(files) > MOST_FILES:
        raise BookError([problem_at(place, f"the folder holds more than {MOST_FILES} YAML files", "Merge some.")])
    if not files:
        raise BookError([problem_at(place, "the folder holds no YAML file", "Make a starter book: interlock new DIR")])
    return files


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in {SCENARIOS, ACTUALS} and not name.startswith("."))
        yield from (Path(folder, name) for name in names if Path(name).suffix in _SUFFIXES and name[0] != ".")


def _merged(trees: list[Written], place: Place, problems: list[Problem]) -> Written:
    sections: dict[str, Written] = {}
    keys: dict[str, Place] = {}
    for tree in trees:
        if tree.text is not None or tree.entries:
            remedy = f"Write sections: {', '.join(SECTIONS[:-2])}."
            problems.append(problem_at(tree.place, "a book's file is a mapping of sections, this is none", remedy))
        for section, part in tree.parts.items():
            if section not in SECTIONS:
                remedy = meant(section, SECTIONS, "sections")
                problems.append(problem_at(tree.place_of(section), f"there is no section '{section}'", remedy))
                continue
            keys.setdefault(section, tree.place_of(section))
            sections[section] = joined(sections[section], part, section, problems) if section in sections else part
    return Written(sections, place, keys)


def joined(one: Written, other: Written, section: str, problems: list[Problem]) -> Written:
    """Two pieces of a section as one; a name may stand in one of them only."""
    if other.is_empty or one.is_empty:
        return one if other.is_empty else other
    if one.entries and other.entries:
        return Written((*one.entries, *other.entries), one.place)
    if not one.parts or not other.parts:
        # Whichever has the wrong shape is told so when the section is read.
        return one if one.text is not None else other
    for name in other.parts.keys() & one.parts.keys():
        wrong = f"'{name}' stands twice in `{section}`, first at {one.place_of(name)}"
        problems.append(problem_at(other.place_of(name), wrong, "Keep one of them, or give one another name."))
    return Written({**other.parts, **one.parts}, one.place, {**other.keys, **one.keys})
