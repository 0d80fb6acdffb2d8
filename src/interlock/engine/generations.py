"""What each generation of chips costs this month, and how many of it can be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax

from interlock.engine.rules import Values, call
from interlock.engine.terms import References, fixed, looked_up, references
from interlock.ground.axes import PerDriver, PerGeneration, PerTrigger
from interlock.labs.beyond import Beyond
from interlock.program.shape import Shape, StackShape


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Generations:
    """The figures of all generations, made ready once for all months."""

    fixed: Values
    references: References


class OnSale(NamedTuple):
    """The generations of a month."""

    made: PerGeneration
    """H100e that can be made."""
    price: PerGeneration
    """USD per H100e."""
    power: PerGeneration
    """MW (IT) that an H100e takes."""
    life: PerGeneration
    """Months that a chip serves."""
    beyond: Beyond | None = None
    """What an H100e does beyond one of H100s; None where nobody asks."""


def generations_of(shape: Shape, links: Any, drawn: Values) -> Generations | None:
    """The generations of a book; None where it has none."""
    if shape.chips is None:
        return None
    stack, of_stack = shape.chips, links["chip_links"]
    return Generations(fixed(stack, of_stack, drawn), references([stack], [of_stack], [drawn], shape))


def on_sale(
    shape: Shape, generations: Generations | None, world: PerDriver, fired: PerTrigger, seen: Any, month: Any
) -> OnSale | None:
    """What is on sale in a month."""
    if shape.chips is None or generations is None:
        return None
    stack, paths = shape.chips, fired.shape[-1]
    values = generations.fixed | looked_up(generations.references, world, fired, seen).get(0, {})
    rules = ("made", "price_at", "power_at", "life_at")
    found = OnSale(*(call(stack, rule, values, paths, month) for rule in rules))
    return found._replace(beyond=_beyond(stack, values, paths, month)) if shape.has_mixes else found


def _beyond(stack: StackShape, values: Values, paths: int, month: Any) -> Beyond:
    return Beyond(*call(stack, "beyond", values, paths, month))
