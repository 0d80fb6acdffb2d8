"""What is known while a book is read: the names it declares, its calendar, and the problems found so far."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from interlock.book.kinds import KindsByName
from interlock.book.quantity import Calendar
from interlock.book.remedy import meant, problem_at
from interlock.book.source import Source
from interlock.book.spots import Spot, spots
from interlock.book.written import Written
from interlock.ground.address import is_name, join
from interlock.ground.errors import BookError, Place, Problem
from interlock.ground.figure import Figure
from interlock.ground.units import Unit

MOST_PROBLEMS = 500
"""So many are told; nobody reads more."""


@dataclass
class Reading:
    """A book on its way from text to value."""

    root: Written
    kinds: KindsByName
    table: Callable[[Written, Reading], bytes | None]
    """The bytes of a file that the book names, or None (and a problem) where it may not be read."""
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    """Where each figure and each named thing stands."""
    remarks: list[Problem] = field(default_factory=list)
    start: int = 0
    as_of: str = ""
    sources: dict[str, Source] = field(default_factory=dict)
    ties: dict[str, Figure] = field(default_factory=dict)
    """How drivers, and figures of a group, move together: by address."""
    driver_units: dict[str, Unit | None] = field(default_factory=dict)
    """What each driver is measured in; None where that could not be read."""
    followed: list[str] = field(default_factory=list)
    """The addresses on the way of a `same_as`."""

    broken: set[str] = field(default_factory=set)
    """The addresses of terms of which something could not be read."""
    _spots: dict[str, Spot] = field(default_factory=dict)

    @property
    def spots(self) -> Mapping[str, Spot]:
        """Every address of the book."""
        if not self._spots:
            self._spots.update(spots(self.root, self.kinds))
        return self._spots

    @property
    def calendar(self) -> Calendar:
        """Of what counts from the start of the book."""
        return Calendar(self.start, self.start)

    def place_of(self, *words: str) -> Place:
        """Where an address stands in the files; the top of them for one that nothing is written of."""
        spot = self.spots.get(join(*words))
        return spot.written.place if spot is not None and spot.written is not None else self.root.place

    def problem(self, place: Place, wrong: str, remedy: str = "") -> None:
        """Note that something is wrong."""
        self.problems.append(problem_at(place, wrong, remedy))
        if len(self.problems) >= MOST_PROBLEMS:
            raise BookError(self.problems)

    def names(self, *path: str) -> Collection[str]:
        """The names declared in a section, or further in, whether or not what they name is in order."""
        part: Written | None = self.root
        for word in path:
            part = None if part is None else part.parts.get(word)
        return () if part is None else part.parts.keys()

    def section(self, name: str) -> Mapping[str, Written]:
        """The named things of a section, by name."""
        part = self.root.parts.get(name)
        if part is None or part.is_empty:
            return {}
        if not part.parts:
            self.problem(part.place, f"`{name}` is a mapping of names, this is none", "Write `name: {…}`.")
        return self.named(part)

    def named(self, part: Written) -> Mapping[str, Written]:
        """The entries of a mapping whose keys are names given by the book, in order of name."""
        for name in part.parts:
            if not is_name(name):
                remedy = "Names are made of small letters, digits and hyphens."
                self.problem(part.place_of(name), f"'{name}' is no name", remedy)
        return {name: entry for name, entry in sorted(part.parts.items()) if is_name(name)}

    def mapping(self, written: Written, what: str) -> bool:
        """Whether something is a mapping of fields; a problem if not."""
        if written.parts or (isinstance(written.content, Mapping) and not written.content):
            return True
        self.problem(written.place, f"{what} is a mapping of fields, this is none", "Write `field: value`.")
        return False

    def refuse_others(self, written: Written, known: Collection[str], what: str) -> None:
        """Note the fields that something does not have."""
        for name in written.parts:
            if name not in known:
                remedy = meant(name, known, "fields")
                self.problem(written.place_of(name), f"{what} has no field '{name}'", remedy)

    def word(self, written: Written | None, name: str) -> str:
        """A text, empty where there is none; a problem if it is no text."""
        if written is None:
            return ""
        if written.text is None:
            self.problem(written.place, f"`{name}` is a text, this is none", f"Write `{name}: …`.")
        return written.text or ""

    def required(self, written: Written, name: str, what: str, example: str) -> Written | None:
        """A field that must be there."""
        part = written.parts.get(name)
        if part is None or part.is_empty:
            place = written.place if part is None else part.place
            self.problem(place, f"{what} has no `{name}`", f"Write for example `{name}: {example}`.")
            return None
        return part

    def words(self, written: Written | None, name: str) -> list[Written]:
        """A text or a list of texts, each with its place."""
        if written is None or written.is_empty:
            return []
        found = [written] if written.text is not None else list(written.entries)
        if not found or any(entry.text is None for entry in found):
            self.problem(written.place, f"`{name}` is a list of names, this is none", f"Write `{name}: [one, other]`.")
            return []
        return found
