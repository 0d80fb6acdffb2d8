"""What can go wrong, drawn as a tree.

InterlockError
├── BookError          a book or one of its files is wrong: every problem, with its place
├── ArgumentError      a call or a command line is wrong (also a ValueError)
├── RunFolderError     a folder is not a run, or of a newer format
├── NotInstalled       what is asked for needs a part of Interlock that is not there
└── LawBroken          a law of conservation did not hold: law, month, path, party
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class InterlockError(Exception):
    """Anything that Interlock itself refuses; the message is for the user."""


class ArgumentError(InterlockError, ValueError):
    """An argument or a flag is wrong: what was given, what is accepted."""


class RunFolderError(InterlockError):
    """A folder does not hold a run that this version can read."""


class NotInstalled(InterlockError):
    """A part is not there that this needs: which one, and how to get it."""


class LawBroken(InterlockError):
    """A law did not hold in some month of some path."""


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: a file, and a line and column counted from 1 (0: the file as a whole)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in a book: the place, what is wrong, and what to write instead."""

    place: Place
    wrong: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.wrong}" + (f"\n    {self.remedy}" if self.remedy else "")


class BookError(InterlockError):
    """A book cannot be used; `problems` holds everything that is wrong, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        Exception.__init__(self, "\n".join(str(problem) for problem in self.problems))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was most likely meant, or None where none is close."""
    names = list(known)
    matches: Sequence[str] = difflib.get_close_matches(str(name), names, n=1, cutoff=0.6)
    if matches:
        return matches[0]
    within = [each for each in names if len(str(name)) > 2 and str(name) in each]
    return within[0] if len(within) == 1 else None


def did_you_mean(name: str, known: Iterable[str], what: str = "names") -> str:
    """The remedy for an unknown name: the nearest one, or the whole list where that is short."""
    names = sorted(known)
    near = nearest(name, names)
    if near is not None:
        return f"Did you mean '{near}'?"
    if not names:
        return f"There are no {what} to choose from."
    return f"Known {what}: {', '.join(names[:12])}{', …' if len(names) > 12 else ''}."
