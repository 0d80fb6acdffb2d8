"""What the annotated fields of a kind declare: the one reading of them that files, schemas and arrays share.

total: Usd                      a figure of that unit
price: UsdPerMonth | None       a figure that may be left out
index: IndexDriver              the name of a driver
tranches: Annotated[Tranche, Many()]   a list of parts
notice: Notice                  one part, a class of fields itself
profile: Annotated[Schedule | None, Scheduled(linear=False)]
billing: Annotated[Number, Choice(("carrier", "lab"))]      one of a few words
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from interlock.ground.units import Unit


@dataclass(frozen=True)
class Refers:
    """The field holds the name of something declared elsewhere in the book."""

    to: str
    """`party`, `contract`, `chip`, `site`, `driver`, `trigger`, `purpose`, `file`, `paid`: a contract for what is paid
    under it, `owed` and `billed`: a contract for what is owed and what falls due under it, `market`, `term-price`: a
    market for what it asks for a term, or `watch`: something that can be watched."""

    unit: Unit | None = None
    """What a driver's level must be measured in."""


@dataclass(frozen=True)
class Many:
    """The term is a list of parts; the rule sees one part whose fields have an entry for each, along the first axis."""


@dataclass(frozen=True)
class Scheduled:
    """The term is a schedule of shares; between its dates it is `linear`, or keeps the last level."""

    linear: bool


@dataclass(frozen=True)
class Choice:
    """The term is one of these words; the rule sees its place among them, from 0."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return " or ".join(self.words)

    def place(self, word: str) -> float:
        """The number that a rule sees for a word."""
        return float(self.words.index(word))


class Role(StrEnum):
    """What a field holds."""

    figure = "figure"
    refers = "refers"
    schedule = "schedule"
    part = "part"
    many = "many"
    choice = "choice"
    plain = "plain"
    """Text or a yes/no."""


@dataclass(frozen=True)
class Field:
    """One annotated field of a kind."""

    name: str
    role: Role
    default: Any
    """The default, or `dataclasses.MISSING`."""
    is_optional: bool
    """Whether it may be absent at run time (`| None`)."""
    unit: Unit | None = None
    refers: Refers | None = None
    scheduled: Scheduled | None = None
    choice: Choice | None = None
    part: type | None = None
    annotation: Any = None

    @property
    def is_required(self) -> bool:
        """Whether a book has to give it."""
        return self.default is dataclasses.MISSING

    @property
    def example(self) -> str:
        """What a book may write there."""
        if self.choice is not None:
            return self.choice.words[0]
        return "" if self.unit is None else self.unit.example


@cache
def fields_of(kind: type) -> tuple[Field, ...]:
    """The fields of a kind, in the order in which it declares them."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return tuple(_field(each, hints[each.name]) for each in dataclasses.fields(kind))


def _field(declared: dataclasses.Field[Any], hint: Any) -> Field:
    default = declared.default
    if declared.default_factory is not dataclasses.MISSING:
        default = declared.default_factory()
    hint, is_optional = _without_none(hint)
    metadata = typing.get_args(hint)[1:] if typing.get_origin(hint) is typing.Annotated else ()
    core = typing.get_args(hint)[0] if metadata else hint
    core, is_inner_optional = _without_none(core)
    said = {type(each): each for each in metadata}
    is_class = isinstance(core, type) and dataclasses.is_dataclass(core)
    if Scheduled in said:
        role = Role.schedule
    elif Refers in said:
        role = Role.refers
    elif Choice in said:
        role = Role.choice
    elif Unit in said:
        role = Role.figure
    elif is_class:
        role = Role.many if Many in said else Role.part
    else:
        role = Role.plain
    return Field(
        name=declared.name,
        role=role,
        default=default,
        is_optional=is_optional or is_inner_optional,
        unit=said.get(Unit),
        refers=said.get(Refers),
        scheduled=said.get(Scheduled),
        choice=said.get(Choice),
        part=core if is_class and role in {Role.part, Role.many} else None,
        annotation=core,
    )


def _without_none(hint: Any) -> tuple[Any, bool]:
    """A hint without its `| None`, and whether it had one."""
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        rest = [each for each in typing.get_args(hint) if each is not type(None)]
        if len(rest) == 1 and len(rest) < len(typing.get_args(hint)):
            return rest[0], True
    return hint, False
