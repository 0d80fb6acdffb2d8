"""The terms of anything in a book, as people wrote them: figures, names, triggers, schedules, parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from interlock.ground.figure import Figure, Grade
from interlock.ground.units import Share, Unit

SHARE: Unit = Share.__metadata__[0]


@dataclass(frozen=True)
class Condition:
    """Something watched reaches a level: `{when: ADDRESS, at_least: QUANTITY}` or `at_most`."""

    when: str
    level: Figure
    is_at_least: bool = True


@dataclass(frozen=True)
class OnDate:
    """A calendar month comes, counted since the year 0: `{date: 2027-01}`."""

    month: int


@dataclass(frozen=True)
class AllOf:
    """Every one of these holds: `{all: […]}`."""

    parts: tuple[WrittenTrigger, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of these holds: `{any: […]}`."""

    parts: tuple[WrittenTrigger, ...]


WrittenTrigger = Condition | OnDate | AllOf | AnyOf


@dataclass(frozen=True)
class WrittenSchedule:
    """Levels by calendar month, rising in time."""

    months: tuple[int, ...]
    levels: tuple[float, ...]
    """In base units."""
    linear: bool
    unit: Unit = SHARE
    grade: Grade = Grade.assumed
    sources: tuple[str, ...] = ()
    because: str = ""
    is_bare: bool = True
    """Whether the book gives it no grade; it is then read as assumed."""


Term: TypeAlias = "Figure | str | WrittenTrigger | WrittenSchedule | Terms | tuple[Terms, ...]"


@dataclass(frozen=True)
class Terms:
    """What a book says of the fields of a kind; fields that it leaves out are absent and take their default."""

    of: type
    """The class whose annotated fields these are."""

    values: Mapping[str, Term]
