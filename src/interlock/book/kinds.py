"""The kinds of contracts and drivers that a book may name: those of Interlock, and those that are passed in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from interlock.book.measure import UnknownUnit, measure_of
from interlock.contracts.contract import Contract
from interlock.drivers import KINDS, Driver
from interlock.ground.errors import ArgumentError
from interlock.ground.fields import fields_of

Kind = type[Contract | Driver]
Named = TypeVar("Named", Contract, Driver)


@dataclass(frozen=True)
class KindsByName:
    """The kinds that a book may name."""

    contracts: Mapping[str, type[Contract]]
    drivers: Mapping[str, type[Driver]]


def kinds_by_name(kinds: Iterable[Kind]) -> KindsByName:
    """The kinds that are passed in, beside every known kind of driver.

    Raises ArgumentError where one is no kind, or two have one name.
    """
    return _by_name(tuple(kinds))


@lru_cache(maxsize=64)
def _by_name(kinds: tuple[Kind, ...]) -> KindsByName:
    contracts: dict[str, type[Contract]] = {}
    drivers: dict[str, type[Driver]] = {kind.kind: kind for kind in KINDS}
    for kind in kinds:
        _refuse_unless_kind(kind)
        if issubclass(kind, Contract):
            _add(kind, contracts)
        else:
            _add(kind, drivers)
    return KindsByName(contracts, drivers)


def _add(kind: type[Named], known: dict[str, type[Named]]) -> None:
    """Raises ArgumentError where another kind has its name."""
    if known.get(kind.kind, kind) is not kind:
        raise ArgumentError(f"two kinds are called '{kind.kind}'. Give one of them another name.")
    known[kind.kind] = kind


def _refuse_unless_kind(kind: object) -> None:
    """Raise ArgumentError where a class cannot serve as a kind."""
    if not (isinstance(kind, type) and issubclass(kind, Contract | Driver) and dataclasses.is_dataclass(kind)):
        raise ArgumentError(f"{kind!r} is no kind. Pass a frozen dataclass that is a Contract or a Driver.")
    for field in fields_of(kind):
        unit = field.unit or (field.refers.unit if field.refers is not None else None)
        try:
            measure_of(unit.base if unit is not None and unit.base != "*" else "")
        except UnknownUnit as unknown:
            name = getattr(kind, "kind", kind.__name__)
            wrong = f"the field '{field.name}' of the kind '{name}' is measured in '{unknown.word}'"
            raise ArgumentError(f"{wrong}, which is no unit. Use those of ground/units.py.") from None
