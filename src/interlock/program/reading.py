"""Written terms become recipes: the figures of a book find their row among the draws."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from interlock.book.deal import Deal, WrittenContract
from interlock.book.market import spot_of, term_of_years
from interlock.book.terms import OnDate, Terms, WrittenSchedule
from interlock.contracts.contract import NEVER
from interlock.ground.fields import Field, Role, fields_of
from interlock.ground.figure import Distribution, Figure, Shape
from interlock.program.recipes import Begun, Constant, Dated, Density, Drawn, Link, Listed, Nothing, Origin, Recipe

LUCK = Distribution(Shape.uniform, (0.0, 1.0))


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
        drawn = self.stream(figure.same_as or address, figure.distribution, figure.group)
        return replace(drawn, offset=figure.offset)

    def stream(self, name: str, distribution: Distribution, group: str = "") -> Drawn:
        """The row of the draws of a stream."""
        if name not in self.rows:
            self.rows[name] = len(self.figures)
            self.figures.append((name, distribution, group))
        return Drawn(self.rows[name])

    def recipe(self, terms: Terms, address: str) -> Recipe:
        """The recipe of anything with terms."""
        origins = {
            each.name: self._term(each, terms.values.get(each.name), f"{address}.{each.name}")
            for each in fields_of(terms.of)
        }
        return Recipe(terms.of, origins)

    def density_at(self, site: WrittenContract, chip: Terms) -> Density:
        """What a MW at the meter of a site runs, of a generation of chips."""

        def term(of: Terms, name: str, address: str) -> Origin:
            declared = next(each for each in fields_of(of.of) if each.name == name)
            return self._term(declared, of.values.get(name), f"{address}.{name}")

        of_chip = f"chips.{site.terms.values['chips']}"
        return Density(
            availability=term(site.terms, "availability", site.address),
            pue=term(site.terms, "pue", site.address),
            power=term(chip, "power", of_chip),
            work=term(chip, "bf16", of_chip),
        )

    def contract(self, written: WrittenContract, deal: Deal | None = None) -> Recipe:
        """The recipe of a contract of a deal, at the size at which that comes into force.

        A total that the book leaves out is the binding part of its headline.
        """
        recipe, market = self._as_announced(written), written.terms.values.get("market")
        if isinstance(market, str):
            recipe = Recipe(recipe.kind, {**recipe.origins, "price": Link("driver", spot_of(market), None)})
        if deal is None or deal.size is None:
            return recipe
        size, sized = self.origin(deal.size, f"deals.{deal.name}.size"), dict(recipe.origins)
        for name in written.kind.sizes:
            origin = sized.get(name)
            if isinstance(origin, Constant | Drawn) and (name in written.terms.values or name == "total"):
                sized[name] = _product(origin, size)
        return Recipe(recipe.kind, sized)

    def _as_announced(self, written: WrittenContract) -> Recipe:
        recipe = self.recipe(written.terms, written.address)
        if written.binding is None or "total" in written.terms.values or "total" not in recipe.origins:
            return recipe
        total = self.origin(written.binding, f"{written.address}.binding")
        if written.binding.unit.base == "" and written.headline is not None:
            total = _product(self.origin(written.headline, f"{written.address}.headline"), total)
        return Recipe(recipe.kind, {**recipe.origins, "total": total})

    def _term(self, declared: Field, said: Any, address: str) -> Origin:
        match said:
            case None:
                is_luck = declared.unit is not None and declared.unit.is_luck
                return self.stream(address, LUCK) if is_luck else self._default(declared)
            case Figure():
                # In the place of a driver too: a level that does not move.
                return self.origin(said, address)
            case WrittenSchedule() | OnDate():
                return self._dated(said)
            case Terms():
                return self.recipe(said, address)
            case tuple() if declared.part is not None:
                return Listed(declared.part, tuple(self.recipe(each, f"{address}.{n}") for n, each in enumerate(said)))
        return _named(declared, said)

    def _default(self, declared: Field) -> Origin:
        """What a term is that the book leaves out."""
        if declared.refers is not None:
            return Link(_kind_of_link(declared), None, declared.default)
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

    def _dated(self, said: WrittenSchedule | OnDate) -> Constant | Dated:
        """A schedule, or a date; it may lie before the run: a notice given then counts from then."""
        if isinstance(said, OnDate):
            return Constant(float(said.month - self.start))
        times = tuple(float(month - self.start) for month in said.months)
        return Dated(times, said.levels, said.linear)


def _named(declared: Field, said: Any) -> Constant | Link:
    """The origin of a term that is a word, a name or a trigger."""
    if declared.choice is not None:
        return Constant(declared.choice.place(said))
    to = _kind_of_link(declared)
    if declared.refers is not None and declared.refers.to == "term-price":
        return Link("driver", term_of_years(said), None)
    if declared.refers is not None and declared.refers.to == "paid":
        said = f"{said}.drawn"
    # A trigger that the book names has not held before the run; a name stays what the kind takes by default.
    unset = NEVER if to == "trigger" else declared.default
    return Link(to, said, None if unset is dataclasses.MISSING else unset)


def _kind_of_link(declared: Field) -> str:
    """What a term is linked to; what is paid under a contract is watched."""
    if declared.refers is None:
        return "text"
    return "watch" if declared.refers.to == "paid" else declared.refers.to


def _frozen(origin: Origin, value: Any) -> Origin:
    """The origin of a field of a default part: what the default says, a link staying a link."""
    if isinstance(origin, Link):
        return Link(origin.to, origin.key, value)
    return Constant(float(value)) if isinstance(value, int | float) else origin


def begun(recipe: Recipe, in_force: Sequence[Origin]) -> Recipe:
    """The recipe of a contract of a deal that comes into force at some moment: no `start` of it is sooner."""
    if not in_force or "start" not in recipe.origins:
        return recipe
    return Recipe(recipe.kind, {**recipe.origins, "start": Begun(recipe.origins["start"], in_force)})


def _product(a: Constant | Drawn, b: Constant | Drawn) -> Constant | Drawn:
    """The product of two figures that are never negative."""
    if isinstance(a, Constant):
        return Constant(a.number * b.number) if isinstance(b, Constant) else replace(b, scale=b.scale * a.number)
    if isinstance(b, Constant):
        return replace(a, scale=a.scale * b.number)
    return replace(a, scale=a.scale * b.scale, times=(*a.times, b.row, *b.times))
