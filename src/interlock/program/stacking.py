"""Contracts of one kind and make are stacked: rows padded to a bucket, each term a slot."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from interlock.book.deal import WrittenContract
from interlock.contracts.contract import NEVER, Contract
from interlock.ground.fields import Role, fields_of
from interlock.ground.schedule import Schedule
from interlock.program.recipes import Constant, Dated, Link, Listed, Nothing, Origin, Recipe, term_of
from interlock.program.shape import INSIDE, OTHERS, SUPPLY, Fill, Slot, StackShape, padded

Array = Any

Locate = Callable[[Link, str], int]
"""The row of what a link refers to, given the link and the address of the term."""


def stage_of(kind: type[Contract], *, is_inside: bool) -> int:
    """When a contract acts."""
    if kind.merit is not None:
        return INSIDE if is_inside else SUPPLY
    return OTHERS


@dataclass(frozen=True)
class Stack:
    """The rows of one stack: what is compiled, the names of its rows, and their recipes."""

    shape: StackShape
    names: tuple[str, ...]
    recipes: tuple[Recipe, ...]
    contracts: tuple[WrittenContract, ...] = ()

    def padded_names(self) -> list[str | None]:
        """Its names, then `None` for each row that only pads."""
        return [*self.names, *[None] * (self.shape.size - len(self.names))]

    def drawn_terms(self, draws: Array) -> dict[str, Array]:
        """The values of its uncertain slots on each path: [row, path], or [row, entry, path] for lists of parts."""
        wanted = [slot.name for slot in self.shape.slots if slot.fill is Fill.value or self._has_drawn_default(slot)]
        if not wanted:
            return {}
        paths = draws.shape[1]
        rows: dict[str, list[Array]] = {name: [] for name in wanted}
        for recipe in self.recipes:
            made = recipe.settled(draws)
            for name in wanted:
                term = term_of(made, name)
                value = np.asarray(0.0 if term is None else term, dtype=np.float64)
                rows[name].append(np.broadcast_to(value, (*value.shape[:-1], paths)))
        return {name: _filled(values, self.shape.size) for name, values in rows.items()}

    def _has_drawn_default(self, slot: Slot) -> bool:
        """Whether an uncertain figure stands in the place of a driver in some row."""
        if slot.fill is not Fill.driver:
            return False
        origins = (recipe.links()[slot.name] for recipe in self.recipes)
        return any(not isinstance(origin, list) and not origin.is_certain for origin in origins)

    def padded_contracts(self) -> list[WrittenContract | None]:
        """Its contracts, then `None` for each row that only pads."""
        return [*self.contracts, *[None] * (self.shape.size - len(self.contracts))]


def evened(recipes: Sequence[Recipe]) -> tuple[Recipe, ...]:
    """Recipes of one stack, lists of parts and schedules padded to the same length."""
    made = [dict(recipe.origins) for recipe in recipes]
    for each in fields_of(recipes[0].kind):
        origins = [row[each.name] for row in made]
        if each.role is Role.many:
            lists = [origin for origin in origins if isinstance(origin, Listed)]
            length = padded(max(len(origin.parts) for origin in lists))
            for row, listed in zip(made, lists, strict=True):
                row[each.name] = _padded_list(listed, length)
        elif all(isinstance(origin, Dated) for origin in origins):
            schedules = [origin for origin in origins if isinstance(origin, Dated)]
            length = padded(max(len(origin.times) for origin in schedules))
            for row, dated in zip(made, schedules, strict=True):
                row[each.name] = _padded_schedule(dated, length)
    return tuple(Recipe(recipe.kind, row) for recipe, row in zip(recipes, made, strict=True))


def _padded_list(origin: Listed, length: int) -> Listed:
    """A list of parts with parts added that have no size and are never released."""
    void = {
        name: Link(of.to, None, NEVER if of.to == "trigger" else of.default) if isinstance(of, Link) else Constant(0.0)
        for name, of in origin.parts[0].origins.items()
    }
    return Listed(origin.of, origin.parts + (Recipe(origin.of, void),) * (length - len(origin.parts)))


def _padded_schedule(origin: Dated, length: int) -> Dated:
    more = length - len(origin.times)
    return Dated(origin.times + origin.times[-1:] * more, origin.levels + origin.levels[-1:] * more, origin.linear)


def slots_of(recipes: Sequence[Recipe], made: Any, scaled: Collection[str] = ()) -> tuple[Slot, ...]:
    """The slots of a stack, given one contract of it with its derived terms filled in.

    What is `scaled` from some month on is not the same on every path.
    """
    links = [recipe.links() for recipe in recipes]
    is_certain = all(recipe.is_certain for recipe in recipes)
    slots = [
        _slot(name, [row[name] for row in links], term_of(made, name), is_stack_certain=is_certain) for name in links[0]
    ]
    is_own = [slot.fill is Fill.certain and slot.name in scaled for slot in slots]
    return tuple(replace(slot, fill=Fill.value) if own else slot for slot, own in zip(slots, is_own, strict=True))


def _slot(name: str, origins: Sequence[Origin | list[Origin]], value: Any, *, is_stack_certain: bool) -> Slot:
    flat: list[Origin] = [each for origin in origins for each in (origin if isinstance(origin, list) else [origin])]
    links = [origin for origin in flat if isinstance(origin, Link)]
    if links:
        moves = links[0].to in {"driver", "trigger", "watch"} and any(
            link.key is not None or link.default is not None for link in links
        )
        return Slot(name, Fill(links[0].to) if moves else Fill.text)
    if value is None:
        return Slot(name, Fill.absent)
    if isinstance(value, Schedule):
        return Slot(name, Fill.schedule, linear=value.linear)
    is_given = not any(isinstance(origin, Nothing) for origin in flat)
    is_certain = is_stack_certain or (is_given and all(origin.is_certain for origin in flat))
    return Slot(name, Fill.certain if is_certain else Fill.value)


def links_of(stack: Stack, locate: Locate) -> dict[str, dict[str, Array]]:
    """For every slot that is linked, dated or certain: the arrays that the month needs to fill it, row by row."""
    recipes, size = stack.recipes, stack.shape.size
    rows = [recipe.links() for recipe in recipes]
    widest = 1 + max((row for recipe in recipes for row in recipe.rows()), default=0)
    made = [recipe.settled(np.ones((widest, 1))) for recipe in recipes]
    arrays: dict[str, dict[str, Array]] = {}
    for slot in stack.shape.slots:
        origins = [row[slot.name] for row in rows]
        if slot.fill in {Fill.driver, Fill.trigger, Fill.watch}:
            arrays[slot.name] = _located(origins, [f"{name}.{slot.name}" for name in stack.names], size, locate)
        elif slot.fill is Fill.schedule:
            times = [np.asarray(origin.times) for origin in origins if isinstance(origin, Dated)]
            levels = [np.asarray(origin.levels) for origin in origins if isinstance(origin, Dated)]
            arrays[slot.name] = {"times": _filled(times, size), "levels": _filled(levels, size)}
        elif slot.fill is Fill.certain:
            values = [np.asarray(term_of(each, slot.name), float) for each in made]
            arrays[slot.name] = {"value": _filled([value[..., 0] if value.ndim else value for value in values], size)}
    return arrays


def _located(origins: Sequence[Any], addresses: Sequence[str], size: int, locate: Locate) -> dict[str, Array]:
    """Index and default of each link; index -1 where the book names nothing."""

    def place(link: Origin, address: str) -> int:
        return locate(link, address) if isinstance(link, Link) and link.key is not None else -1

    index: list[Any] = []
    default: list[Any] = []
    for origin, address in zip(origins, addresses, strict=True):
        if isinstance(origin, list):
            of, _, term = address.rpartition(".")
            index.append([place(link, f"{of}.{n}.{term}") for n, link in enumerate(origin)])
            default.append([_number(link) for link in origin])
        else:
            index.append(place(origin, address))
            default.append(_number(origin))
    return {
        "index": _filled([np.asarray(each) for each in index], size).astype(np.int32),
        "default": _filled([np.asarray(each, float) for each in default], size),
    }


def _number(origin: Origin) -> float:
    """What a rule sees where a row is linked to nothing that moves; 0 where that is drawn on each path."""
    number = origin.default if isinstance(origin, Link) else getattr(origin, "number", 0.0)
    return float(number) if isinstance(number, int | float) else 0.0


def _filled(rows: Sequence[Array], size: int) -> Array:
    """Rows stacked and padded by repeating the first."""
    return np.stack([*rows, *[rows[0]] * (size - len(rows))])
