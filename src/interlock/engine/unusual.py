"""Which uncertain figures of a path came out how far from their medians."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.book.book import Book
from interlock.book.knowledge import figures_of
from interlock.book.quantity import show
from interlock.engine.retrace import Retraced
from interlock.ground.amounts import share
from interlock.ground.figure import Distribution, Figure, Shape
from interlock.program.priors import median, rank


@dataclass(frozen=True)
class Draw:
    """What one uncertain figure was on a path."""

    address: str
    value: float
    """In base units."""
    median: float
    below: float
    """The probability of this value or a lower one."""
    tail: float
    """The probability of what is as far out on either side, or of this very choice: small where it is unusual."""
    text: str
    median_text: str
    is_choice: bool

    def tell(self) -> str:
        """How unusual it is."""
        if self.is_choice:
            return f"{share(self.tail)} likely"
        if self.below >= 0.5:
            return f"higher than in {share(self.below)} of futures"
        return f"lower than in {share(1.0 - self.below)} of futures"


def draws_of(book: Book, path: Retraced) -> tuple[Draw, ...]:
    """Every uncertain figure of the path, the most unusual first."""
    figures, start = dict(figures_of(book)), path.program.labels.start
    found = [
        _draw(address, prior, float(value), figures.get(address), start)
        for (address, prior, _), value in zip(path.program.priors.figures, path.draws, strict=True)
        if not prior.is_certain
    ]
    return tuple(sorted(found, key=lambda draw: (draw.tail, draw.address)))


def _draw(address: str, prior: Distribution, value: float, figure: Figure | None, start: int) -> Draw:
    below, middle = rank(prior, value), median(prior)
    offset = 0.0 if figure is None else figure.offset
    text, median_text = (
        f"{each:.4g}" if figure is None else show(each + offset, figure.unit, start, digits=4)
        for each in (value, middle)
    )
    match prior.shape:
        case Shape.chance:
            tail = prior.numbers[0] if value > 0.5 else 1.0 - prior.numbers[0]
            text, median_text = ("happens" if each > 0.5 else "does not happen" for each in (value, middle))
        case Shape.choice:
            tail = prior.numbers[len(prior.numbers) // 2 + prior.numbers.index(value)]
        case _:
            tail = 2.0 * min(below, 1.0 - below)
    is_choice = prior.shape in {Shape.chance, Shape.choice}
    return Draw(address, value, middle, below, tail, text, median_text, is_choice)
