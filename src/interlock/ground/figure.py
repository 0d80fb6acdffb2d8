"""A number and how well it is known.

A figure carries its unit, its grade, its range and where it comes from, from the file to the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from interlock.ground.units import Unit


class Grade(StrEnum):
    """How well a figure is known."""

    stated = "stated"
    """Said by a party or a filing; has a source with an address."""
    estimated = "estimated"
    """Worked out from sources by a stated method."""
    assumed = "assumed"
    """Chosen for a stated reason."""
    undisclosed = "undisclosed"
    """Known to exist, kept secret; a run needs an assumption in its place."""


class Shape(StrEnum):
    """The family of a distribution; its numbers are in the order given here."""

    certain = "certain"
    """value"""
    lognormal = "lognormal"
    """mean and standard deviation of the logarithm"""
    normal = "normal"
    """mean, standard deviation"""
    uniform = "uniform"
    """low, high"""
    triangular = "triangular"
    """low, most likely, high"""
    beta = "beta"
    """alpha, beta (on 0 to 1)"""
    choice = "choice"
    """the values, then as many weights that sum to one"""
    chance = "chance"
    """the probability of 1, else 0"""


@dataclass(frozen=True)
class Distribution:
    """What a figure may be, in the base unit of its field."""

    shape: Shape
    numbers: tuple[float, ...]

    @property
    def is_certain(self) -> bool:
        """Whether the figure is one number."""
        return self.shape is Shape.certain


@dataclass(frozen=True)
class Figure:
    """One figure of a book."""

    distribution: Distribution
    unit: Unit
    text: str
    """The quantity as written: `20 to 40 B USD`."""
    grade: Grade
    sources: tuple[str, ...] = ()
    because: str = ""
    same_as: str = ""
    """The address of the figure that this one repeats; the two are one unknown."""
    group: str = ""
    """The group of figures that it moves with; a leading minus moves it against them."""
    offset: float = 0.0
    """Added to every draw: a moment written as a lag counts from the announcement, which may precede the run."""
    is_bare: bool = False
    """Whether the book gives it no grade; it is then read as assumed."""


def certain(value: float, unit: Unit, because: str = "the default of its kind") -> Figure:
    """A figure that is one number: what a default stands for."""
    text = f"{value:g} {unit.shown}".strip()
    return Figure(Distribution(Shape.certain, (float(value),)), unit, text, Grade.assumed, because=because)
