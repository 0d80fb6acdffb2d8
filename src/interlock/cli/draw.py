"""Where `--chart` leads: drawings of an answer, in files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

from interlock.charts.chart import Chart, chart_path, save_page
from interlock.charts.renderer import refuse_without
from interlock.charts.viewer import script


@runtime_checkable
class Drawn(Protocol):
    """What has drawings."""

    def charts(self) -> dict[str, Chart]:
        """By name."""

    def chart(self, name: str | None = None) -> Chart:
        """The one of that name, or the first; raises ArgumentError where there is none."""


class Wanted(NamedTuple):
    """One drawing that is asked for."""

    name: str | None
    """Which of an answer's charts; None for the first, or on a page for all of them."""
    path: Path


def read_chart(given: str) -> Wanted:
    """`FILE` or `NAME=FILE`; raises ArgumentError where the ending is no picture's."""
    name, equals, file = given.partition("=")
    return Wanted(name if equals else None, chart_path(file if equals else given))


def refuse_undrawable(_type: object, given: Sequence[str]) -> None:
    """Raise before anything is simulated where it could not be drawn afterwards: ArgumentError, NotInstalled."""
    for each in given:
        path = read_chart(each).path
        if path.suffix.lower() == ".html":
            script()
        else:
            refuse_without()


def draw(answer: Drawn, given: Sequence[str]) -> list[Path]:
    """Write the drawings; raises ArgumentError for a chart that the answer does not have."""
    written = []
    for each in given:
        name, path = read_chart(each)
        if name is None and path.suffix.lower() == ".html":
            answer.chart()  # raises where there is none
            written.append(save_page(answer.charts(), path))
        else:
            written.append(answer.chart(name).save(path))
    return written
