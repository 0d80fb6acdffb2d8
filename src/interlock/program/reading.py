"""Written terms become recipes: the figures of a book find their row among the draws."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from interlock.book.deal import WrittenContract
from interlock.book.terms import AllOf, AnyOf, Condition, OnDate, Terms, WrittenSchedule
from interlock.contracts.contract import NEVER
from interlock.ground.fields import Field, Role, fields_of
from interlock.ground.figure import Distribution, Figure
from interlock.program.recipes import Constant, Dated, Drawn, Link, Listed, Nothing, Origin, Recipe

TRIGGERS = (Condition, OnDate, AllOf, AnyOf)


@dataclass
class Ledger:
    """The uncertain figures met so far, each once: its stream, its distribution and the group it moves with."""

    start: int
    """The first calendar month of the run."""
    rows: dict[str, int] = field(default_factory=dict)
    figures: list[tuple[str, Distribution, str]] = field(default_factory=list)

    def origin(self, figure: Figure, address: str) -> Constant | Drawn:
        """The origin of a figure: a constant, or the row of its draws. Its stream is named by its address."""
        if figure.distribution.is_certain:
            return Constant(figure.distribution.numbers[0] + figure.offset)
        stream = figure.same_as or address
        if stream not in self.rows:
            self.rows[stream] = len(self.figures)
            self.figures.append((stream, figure.distribution, figure.group))
        return Drawn(self.rows[stream], offset=figure.offset)

    def recipe(self, terms: Terms, address: str) -> Recipe:
        """The recipe of anything with terms."""
        origins = {
            each.name: self._term(each, terms.values.get(each.name), f"{address}.{each.name}")
            for each in fields_of(terms.of)
        }
        return Recipe(terms.of, origins)

    def contract(self, written: WrittenContract) -> Recipe:
        """The recipe of a contract; a total that the book leaves out is the binding part of its headline."""
        recipe = self.recipe(written.terms, written.address)
        if written.binding is None or "total" in written.terms.values or "total" not in recipe.origins:
            return recipe
        total = self.origin(written.binding, f"{written.address}.binding")
        if written.binding.unit.base == "" and written.headline is not None:
            total = _product(self.origin(written.headline, f"{written.address}.headline"), total)
        return Recipe(recipe.kind, {**recipe.origins, "total": total})

    def _term(self, declared: Field, said: Any, address: str) -> Origin:
        if said is None:
            return self._default(declared)
        if isinstance(said, Figure):
            # In the place of a driver too: a level that does not move.
            return self.origin(said, address)
        if isinstance(said, WrittenSchedule):
            return self._schedule(said)
        if isinstance(said, Terms):
            return self.recipe(said, address)
        if isinstance(said, tuple) and declared.part is not None:
            return Listed(declared.part, tuple(self.recipe(part, f"{address}.{n}") for n, part in enumerate(said)))
        if isinstance(said, TRIGGERS):
            return Link("trigger", said, NEVER)
        to = "text" if declared.refers is None else declared.refers.to
        return Link(to, said, None if declared.default is dataclasses.MISSING else declared.default)

    def _default(self, declared: Field) -> Origin:
        """What a term is that the book leaves out."""
        if declared.refers is not None:
            return Link(declared.refers.to, None, declared.default)
        if declared.default is None or declared.default is dataclasses.MISSING:
            return Nothing()
        if declared.part is not None:
            made = Terms(declared.part, {})
            part = self.recipe(made, "")
            filled = Recipe(
                part.kind,
                {name: _frozen(origin, getattr(declared.default, name)) for name, origin in part.origins.items()},
            )
            return Listed(declared.part, (filled,)) if declared.role is Role.many else filled
        if declared.role is Role.plain:
            return Link("text", declared.default, declared.default)
        return Constant(float(declared.default))

    def _schedule(self, said: WrittenSchedule) -> Dated:
        times = tuple(float(month - self.start) for month in said.months)
        return Dated(times, said.levels, said.linear)


def _frozen(origin: Origin, value: Any) -> Origin:
    """The origin of a field of a default part: what the default says, a link staying a link."""
    if isinstance(origin, Link):
        return Link(origin.to, origin.key, value)
    return Constant(float(value)) if isinstance(value, int | float) else origin


def _product(a: Constant | Drawn, b: Constant | Drawn) -> Constant | Drawn:
    """The product of two figures that are never negative."""
    if isinstance(a, Constant) and isinstance(b, Constant):
        return Constant(a.number * b.number)
    if isinstance(a, Constant) and isinstance(b, Drawn):
        return dataclasses.replace(b, scale=b.scale * a.number)
    if isinstance(a, Drawn) and isinstance(b, Constant):
        return dataclasses.replace(a, scale=a.scale * b.number)
    assert isinstance(a, Drawn) and isinstance(b, Drawn)
    return dataclasses.replace(a, times_row=b.row)
