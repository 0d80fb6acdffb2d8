"""A contract or driver with the terms of a book in place of draws, so that it can say what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from interlock.book.ranges import highest, middle
from interlock.book.terms import Term, Terms, WrittenSchedule
from interlock.contracts.contract import Contract
from interlock.drivers.driver import Driver
from interlock.ground.fields import Field, fields_of
from interlock.ground.figure import Distribution, Figure
from interlock.ground.schedule import Schedule


def problem_of(terms: Terms, filled: tuple[str, ...] = ()) -> str | None:
    """What the kind itself says is wrong with its terms, each at its middle; `filled` follow from elsewhere."""
    made = _made(terms, filled)
    return made.problem() if isinstance(made, Contract | Driver) else None


def highest_of(driver: Terms, months: int) -> float:
    """What a driver never exceeds within so many months, its terms at their highest; endless where it has no bound."""
    made = _made(driver, number=highest)
    return float(made.highest(float(months)))


Number = Callable[[Distribution], float]


def _made(terms: Terms, filled: tuple[str, ...] = (), number: Number = middle) -> Any:
    said = {field.name: _value(field, terms.values.get(field.name), number) for field in fields_of(terms.of)}
    return terms.of(**{**said, **{name: 1.0 for name in filled if said.get(name) is None}})


def _value(field: Field, term: Term | None, number: Number) -> Any:
    value: Any = 0.0
    match term:
        case None:
            value = None if field.is_required else field.default
        case Figure():
            value = number(term.distribution) + term.offset
        case WrittenSchedule():
            value = Schedule(np.array(term.months, float), np.array(term.levels, float), term.linear)
        case Terms():
            value = _made(term, number=number)
        case tuple() if field.part is not None:
            parts = [_made(part, number=number) for part in term]
            value = field.part(**{each.name: _column(parts, each.name) for each in fields_of(field.part)})
        case str() if field.choice is not None:
            value = field.choice.place(term)
        case str() if field.refers is None or field.refers.to not in {"driver", "watch", "paid", "term-price"}:
            value = term
        case _:
            pass
    return value


def _column(parts: list[Any], name: str) -> Any:
    values = [getattr(part, name) for part in parts]
    return np.array(values, float) if all(isinstance(value, int | float) for value in values) else values
