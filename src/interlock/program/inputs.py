"""What the futures of a program depend on, in parts that are independent of one another: figures, groups, movements.

Figures that a book moves together are one part: what they share is drawn with them. Each part may be drawn anew while
all others stay, or held at an end of its range.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from scipy.special import ndtr, ndtri

from interlock.drivers.tails import STREAM
from interlock.ground.figure import Distribution, Shape
from interlock.program.priors import Priors, quantile
from interlock.program.program import Program

ENDS = (0.05, 0.95)
"""Of a range: so often a figure is below. A group is as far out in its own distribution as a figure alone is there."""


@dataclass(frozen=True)
class Input:
    """Something that futures depend on, and nothing else that they depend on."""

    name: str
    streams: tuple[str, ...]
    """What is drawn for it."""
    low: Mapping[str, float] = field(default_factory=dict)
    """Its figures, each towards one end of what it may be; those that move against the others towards the other."""
    high: Mapping[str, float] = field(default_factory=dict)


def inputs_of(priors: Priors, figures: Iterable[str], most: int) -> list[Input]:
    """Some figures, by their streams, in this order; with one of a group come all others of it, as one input."""
    known = {stream: (prior, group) for stream, prior, group in priors.figures if not prior.is_certain}
    found: dict[str, Input] = {}
    for stream in figures:
        if len(found) == most:
            break
        group = known[stream][1].removeprefix("-")
        together = [each for each in known if group and known[each][1].removeprefix("-") == group] or [stream]
        name, out = (f"groups.{group}", _corner(len(together), priors.groups[group])) if group else (stream, 1.0)
        low, high = (
            {each: _end(known[each][0], is_high != known[each][1].startswith("-"), out) for each in together}
            for is_high in (False, True)
        )
        found.setdefault(name, Input(name, tuple({*together, name}), low, high))
    return list(found.values())


def others_than(priors: Priors, inputs: Collection[Input], name: str) -> list[Input]:
    """All the other figures, as one input; none where there are none."""
    left = set(priors.dimensions) - {stream for each in inputs for stream in each.streams}
    return [Input(name, tuple(sorted(left)))] if left else []


def movements_of(program: Program, name: str) -> list[Input]:
    """What moves drivers from month to month, as one input; none where nothing moves."""
    drivers = [f"drivers.{driver}" for driver in program.labels.drivers if driver is not None]
    return [Input(name, (*drivers, STREAM))] if drivers else []


def _corner(figures: int, correlation: float) -> float:
    """How far each of some figures goes out where they do so together, of how far one goes alone.

    Their normal scores are equal, and the Mahalanobis distance from the middle is that of a single one.
    """
    return float(((1.0 + (figures - 1) * correlation) / figures) ** 0.5)


def _end(prior: Distribution, is_high: bool, out: float) -> float:  # noqa: FBT001 - an end of a range
    """An end of what a figure may be, so far out; the very ends of what happens or not, and of choices."""
    match prior.shape:
        case Shape.chance:
            return float(is_high)
        case Shape.choice:
            values = prior.numbers[: len(prior.numbers) // 2]
            return max(values) if is_high else min(values)
    return float(quantile(prior, ndtr(out * ndtri(ENDS[is_high]))))
