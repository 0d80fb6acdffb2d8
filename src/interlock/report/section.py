"""The parts of a page: sections of sentences and tables; what they look like is the template's business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """One number of a table as it is read, what stands beneath it, and whether it is text."""

    text: str
    below: str = ""
    is_text: bool = False
    link: str = ""
    """An address that may be clicked."""


@dataclass(frozen=True)
class Grid:
    """A table: names of rows on the left, a cell for each heading."""

    title: str
    heads: tuple[str, ...]
    """The first is that of the names."""
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    is_long: bool = False
    """Whether it may be broken over many pages, and has texts that need room."""


@dataclass(frozen=True)
class Section:
    """One question, and what the run says to it."""

    name: str
    """Of its anchor."""
    title: str
    about: str
    """What is asked, and how to read the answer: a sentence or two."""
    told: tuple[str, ...] = ()
    """Sentences."""
    grids: tuple[Grid, ...] = ()
    terms: tuple[tuple[str, str], ...] = field(default=())
    """Words and what they mean."""


def named(text: str, below: str = "", link: str = "") -> Cell:
    """The name of a row, or any other text in a table."""
    return Cell(text, below, is_text=True, link=link)


def row(name: Cell, cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """A row of a table."""
    return (name, *cells)
