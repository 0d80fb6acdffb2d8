"""What the figures of a book are on one path.

The draws are the only thing that the twin takes over from the program: each has the name of a stream, which is the
address of the figure that the book gives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, inf

from interlock.book.terms import Terms, WrittenSchedule
from interlock.ground.figure import Figure


@dataclass(frozen=True)
class Draws:
    """The uncertain figures of one path, by address."""

    by_address: Mapping[str, float]
    start: int
    """The calendar month in which the run starts."""

    def value(self, figure: Figure, address: str) -> float:
        """What a figure is on this path. A lag after an announcement is counted from the start of the run."""
        if figure.distribution.is_certain:
            return figure.distribution.numbers[0] + figure.offset
        return self.by_address[figure.same_as or address] + figure.offset

    def steps(self, schedule: WrittenSchedule) -> list[tuple[float, float]]:
        """The dates of a schedule, in months of the run, and the level from each on."""
        return [
            (float(month - self.start), level) for month, level in zip(schedule.months, schedule.levels, strict=True)
        ]


@dataclass(frozen=True)
class Said:
    """What a book says of one contract, driver or party."""

    terms: Terms
    address: str
    draws: Draws
    size: float = 1.0
    """Of the deal, relative to what was announced."""
    sized: tuple[str, ...] = ()
    """The terms that this multiplies."""
    in_force_from: float = -inf
    """The moment from which a contract is in force."""
    implied: Mapping[str, float] = field(default_factory=dict)
    """What follows from elsewhere in the book, where the contract does not say it."""
    numbers: dict[str, float] = field(default_factory=dict, init=False, compare=False)
    """The figures that were asked for so far: a path asks a million times."""

    def of(self, name: str) -> object:
        """A term as written; None where the book leaves it out."""
        return self.terms.values.get(name)

    def number(self, name: str, otherwise: float | None = None) -> float | None:
        """A figure on this path, or `otherwise` where the book leaves it out."""
        if name == "start" and -1 < self.in_force_from < inf:
            # Nothing begins before there is a contract.
            return max(self.written(name, otherwise), ceil(self.in_force_from))
        return self.written(name, otherwise)

    def written(self, name: str, otherwise: float | None = None) -> float | None:
        """The same, as the book has it."""
        if name not in self.numbers:
            figure = self.of(name)
            if figure is None:
                return self.implied.get(name, otherwise)
            drawn = self.draws.value(figure, f"{self.address}.{name}")
            self.numbers[name] = drawn * (self.size if name in self.sized else 1.0)
        return self.numbers[name]

    def part(self, name: str) -> "Said":
        """A term that has terms of its own; one without any where the book leaves it out."""
        return Said(self.of(name) or Terms(Terms, {}), f"{self.address}.{name}", self.draws)

    def parts(self, name: str) -> "list[Said]":
        """A list of such terms."""
        return [Said(part, f"{self.address}.{name}.{n}", self.draws) for n, part in enumerate(self.of(name) or ())]
