"""From figures to terms: how the terms of one contract, driver or party follow from a path's draws."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from interlock.contracts.contract import Contract
from interlock.ground.fields import Role, fields_of
from interlock.ground.schedule import Schedule
from interlock.ground.units import FLOP_PER_H100E_MONTH

Draws = Any
"""[figure, path], float64."""


@runtime_checkable
class Origin(Protocol):
    """Where the value of a term comes from."""

    @property
    def is_certain(self) -> bool:
        """Whether it is the same on every path."""

    def value(self, draws: Draws) -> Any:
        """The value on each path: an array, a number, a part, a schedule or None."""


@dataclass(frozen=True)
class Constant:
    """A number that the book or the kind fixes."""

    number: float
    is_certain: bool = True

    def value(self, draws: Draws) -> Any:
        """The number."""
        return np.float64(self.number)


@dataclass(frozen=True)
class Nothing:
    """A term that is absent."""

    is_certain: bool = True

    def value(self, draws: Draws) -> Any:
        """None."""
        return None


@dataclass(frozen=True)
class Drawn:
    """An uncertain figure, or several multiplied, plus a fixed number of months."""

    row: int
    scale: float = 1.0
    times: tuple[int, ...] = ()
    """Rows of other figures that it is multiplied by."""
    offset: float = 0.0
    is_certain: bool = False

    def value(self, draws: Draws) -> Any:
        """The figure's draws."""
        drawn = draws[self.row] * self.scale + self.offset
        for row in self.times:
            drawn = drawn * draws[row]
        return drawn


@dataclass(frozen=True)
class Begun:
    """The month in which something begins: as planned, or once its deal is in force, if that is later.

    What came into force before the run began as it is said to have begun.
    """

    planned: Origin
    in_force: Sequence[Origin]
    """Of the deal and of all that it depends on: when each is."""

    def parts(self) -> tuple[Origin, ...]:
        """What it follows from."""
        return (self.planned, *self.in_force)

    @property
    def is_certain(self) -> bool:
        """Whether all of the moments are."""
        return all(each.is_certain for each in self.parts())

    def value(self, draws: Draws) -> Any:
        """The moment; what comes into force within a month does so with the next one."""
        begins = self.planned.value(draws)
        for each in self.in_force:
            month = np.ceil(each.value(draws))
            begins = np.where(month >= 0.0, np.maximum(begins, month), begins)
        return begins


@dataclass(frozen=True)
class Density:
    """H100e that a MW at the meter of a site runs for its tenants."""

    availability: Origin
    pue: Origin
    power: Origin
    """MW (IT) of a chip."""
    work: Origin
    """FLOP of a chip in a month."""

    def parts(self) -> tuple[Origin, ...]:
        """What it follows from."""
        return (self.availability, self.pue, self.power, self.work)

    @property
    def is_certain(self) -> bool:
        """Whether all of them are."""
        return all(each.is_certain for each in self.parts())

    def value(self, draws: Draws) -> Any:
        """As the site itself reckons it."""
        availability, pue, power, work = (each.value(draws) for each in self.parts())
        return availability * work / (FLOP_PER_H100E_MONTH * np.maximum(pue, 1.0) * power)


@dataclass(frozen=True)
class Link:
    """A reference that is looked up each month: to a driver, a trigger or something watched; or a mere name."""

    to: str
    key: Any
    default: Any
    """What a rule sees where the book names nothing."""
    is_certain: bool = True

    def value(self, draws: Draws) -> Any:
        """Its default: terms that are derived do not depend on what moves."""
        return self.default


@dataclass(frozen=True)
class Dated:
    """A schedule by month of the run."""

    times: tuple[float, ...]
    levels: tuple[float, ...]
    linear: bool
    is_certain: bool = True

    def value(self, draws: Draws) -> Any:
        """The schedule, its times and levels along a first axis of their own."""
        column = (-1, 1)
        return Schedule(np.asarray(self.times).reshape(column), np.asarray(self.levels).reshape(column), self.linear)


@dataclass(frozen=True)
class Listed:
    """A list of parts: one part whose fields have an entry for each."""

    of: type
    parts: tuple[Recipe, ...]

    @property
    def is_certain(self) -> bool:
        """Whether every part is."""
        return all(part.is_certain for part in self.parts)

    def value(self, draws: Draws) -> Any:
        """The part, each of its fields stacked along the first axis."""
        made = [part.value(draws) for part in self.parts]
        paths = draws.shape[1]
        stacked = {
            each.name: np.stack(
                [np.broadcast_to(np.asarray(getattr(part, each.name), float), (paths,)) for part in made]
            )
            for each in fields_of(self.of)
        }
        return self.of(**stacked)


@dataclass(frozen=True)
class Recipe:
    """How one contract, driver, party or part is made from a path's draws."""

    kind: type
    origins: Mapping[str, Origin]

    @property
    def is_certain(self) -> bool:
        """Whether it is the same on every path."""
        return all(origin.is_certain for origin in self.origins.values())

    def value(self, draws: Draws) -> Any:
        """The contract, driver, party or part, with arrays for terms."""
        return self.kind(**{name: origin.value(draws) for name, origin in self.origins.items()})

    def settled(self, draws: Draws) -> Any:
        """The same, with the terms of a contract filled in that follow from the others."""
        made = self.value(draws)
        return made.derive() if isinstance(made, Contract) else made

    def rows(self) -> list[int]:
        """The rows of the draws that it looks at."""
        found: list[int] = []
        for origin in self.links().values():
            for each in origin if isinstance(origin, list) else [origin]:
                found += _rows(each)
        return found

    def links(self, prefix: str = "") -> dict[str, Origin | list[Origin]]:
        """Every origin by dotted name; for a list of parts, the origins in order."""
        found: dict[str, Origin | list[Origin]] = {}
        for name, origin in self.origins.items():
            if isinstance(origin, Recipe):
                found |= origin.links(f"{prefix}{name}.")
            elif isinstance(origin, Listed):
                for each in fields_of(origin.of):
                    found[f"{prefix}{name}.{each.name}"] = [part.origins[each.name] for part in origin.parts]
            else:
                found[f"{prefix}{name}"] = origin
        return found


def _rows(origin: Origin) -> Iterator[int]:
    if isinstance(origin, Drawn):
        yield from (origin.row, *origin.times)
    elif isinstance(origin, Begun | Density):
        for each in origin.parts():
            yield from _rows(each)


def term_of(made: Any, dotted: str) -> Any:
    """The value of a term by its dotted name; None where a part on the way is absent."""
    for name in dotted.split("."):
        if made is None:
            return None
        made = getattr(made, name)
    return made


def assembled(kind: type, values: Mapping[str, Any], prefix: str = "") -> Any:
    """An instance of a kind from the values of its dotted terms: the inverse of `Recipe.links`."""
    terms: dict[str, Any] = {}
    for each in fields_of(kind):
        name = prefix + each.name
        if name in values:
            terms[each.name] = values[name]
        elif each.role in {Role.part, Role.many} and each.part is not None:
            terms[each.name] = assembled(each.part, values, f"{name}.")
        else:
            terms[each.name] = None if each.default is dataclasses.MISSING else each.default
    return kind(**terms)
