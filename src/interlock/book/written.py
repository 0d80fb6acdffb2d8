"""What stands in a file: a tree of text, each piece with its place.

Books are YAML without surprises: every value is text until its field reads it (`NO` is no `false`, `1:30` no number);
tags and aliases are refused, and depth and size are bounded before anything is built.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from interlock.book.remedy import problem_at
from interlock.ground.errors import Place, Problem

DEEPEST = 30
"""Levels of a file."""

MOST_PIECES = 100_000
"""Words, lists and mappings of a whole book."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of a book as written: a text, a mapping or a list."""

    content: str | Mapping[str, Written] | tuple[Written, ...]
    place: Place
    keys: Mapping[str, Place] = field(default_factory=dict)
    """Of a mapping: where each key stands."""

    @property
    def text(self) -> str | None:
        """The text, if it is one."""
        return self.content if isinstance(self.content, str) else None

    @property
    def parts(self) -> Mapping[str, Written]:
        """The entries by key; none, if it is no mapping."""
        return self.content if isinstance(self.content, Mapping) else {}

    @property
    def entries(self) -> tuple[Written, ...]:
        """The entries of a list; none, if it is no list."""
        return self.content if isinstance(self.content, tuple) else ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands there."""
        return not self.content

    def place_of(self, key: str) -> Place:
        """Where a key stands, or the whole."""
        return self.keys.get(key, self.place)


def plain(written: Written) -> object:
    """The tree without places: texts, dicts and lists."""
    if isinstance(written.content, str):
        return written.content
    if isinstance(written.content, Mapping):
        return {key: plain(part) for key, part in written.content.items()}
    return [plain(entry) for entry in written.content]


def written_as(value: object, place: Place) -> Written:
    """The tree of plain texts, numbers, dicts and lists, all of it at one place."""
    if isinstance(value, Mapping):
        return Written(
            {str(key): written_as(part, place) for key, part in value.items()},
            place,
            {str(key): place for key in value},
        )
    if isinstance(value, list | tuple):
        return Written(tuple(written_as(entry, place) for entry in value), place)
    return Written("" if value is None else str(value).lower() if isinstance(value, bool) else str(value), place)


class _Refused(Exception):
    """A file that cannot be read any further."""

    def __init__(self, problem: Problem) -> None:
        Exception.__init__(self)
        self.problem = problem


class YamlFile:
    """One file on its way to a tree; `problems` collects what is wrong with it."""

    def __init__(self, file: str, pieces: Iterator[int] | None = None) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.is_readable = True
        """Whether all of it could be read; a key that stands twice does not count."""
        self._pieces = itertools.count() if pieces is None else pieces

    def read(self, raw: bytes) -> Written | None:
        """The tree of a file, or None where it is empty or cannot be read."""
        try:
            return self._read(_decoded(raw, self.file))
        except _Refused as refused:
            self.is_readable = False
            self.problems.append(refused.problem)
            return None

    def _read(self, text: str) -> Written | None:
        try:
            events = yaml.parse(text, Loader=_LOADER)
            next(events)
            if isinstance(next(events), yaml.StreamEndEvent):
                return None
            root = self._node(next(events), events, 0)
            next(events)
            following = next(events)
        except yaml.YAMLError as error:
            raise _Refused(self._syntax_problem(error)) from None
        if not isinstance(following, yaml.StreamEndEvent):
            raise _Refused(self._problem(following, "a second document starts here", "Make it a file of its own."))
        return root

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Written:
        if next(self._pieces) > MOST_PIECES:
            raise _Refused(self._problem(event, f"a book has at most {MOST_PIECES:,} words", "Split it into books."))
        if isinstance(event, yaml.AliasEvent):
            remedy = "Write the value out; a figure that stands in two places is referred to with `same_as`."
            raise _Refused(self._problem(event, f"'*{event.anchor}' is an alias, which books do not use", remedy))
        tag = getattr(event, "tag", None)
        if tag is not None:
            tag = str(tag).replace("tag:yaml.org,2002:", "!!")
            raise _Refused(self._problem(event, f"'{tag}' is a tag, which books do not use", "Leave it out."))
        place = self._place(event)
        if isinstance(event, yaml.ScalarEvent):
            is_nothing = event.implicit[0] and event.value in {"~", "null"}
            return Written("" if is_nothing else " ".join(event.value.split()), place)
        if depth >= DEEPEST:
            raise _Refused(self._problem(event, f"this is more than {DEEPEST} levels deep", "Write it flatter."))
        if isinstance(event, yaml.SequenceStartEvent):
            entries: list[Written] = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                entries.append(self._node(inner, events, depth + 1))
            return Written(tuple(entries), place)
        return self._mapping(place, events, depth)

    def _mapping(self, place: Place, events: Iterator[yaml.Event], depth: int) -> Written:
        parts: dict[str, Written] = {}
        keys: dict[str, Place] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not key.text:
                self.problems.append(problem_at(key.place, "a key must be a word", "Write `name: value`."))
            elif key.text in parts:
                wrong = f"'{key.text}' stands here twice, first at {keys[key.text]}"
                self.problems.append(problem_at(key.place, wrong, "Keep one of them, or give one another name."))
            else:
                parts[key.text], keys[key.text] = value, key.place
        return Written(parts, place, keys)

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1) if mark is not None else Place(self.file)

    def _problem(self, event: yaml.Event, wrong: str, remedy: str) -> Problem:
        return problem_at(self._place(event), wrong, remedy)

    def _syntax_problem(self, error: yaml.YAMLError) -> Problem:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = Place(self.file, mark.line + 1, mark.column + 1) if mark is not None else Place(self.file)
        said = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
        return problem_at(place, f"this is not YAML: {said}", "Look at indentation, colons and quotes here and above.")


def _decoded(raw: bytes, file: str) -> str:
    try:
        return raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", errors="replace")
        line = before.count("\n") + 1
        place = Place(file, line, len(before) - (before.rfind("\n") + 1) + 1)
        raise _Refused(
            problem_at(place, f"byte {raw[error.start]:#04x} is not UTF-8", "Save the file as UTF-8.")
        ) from None
