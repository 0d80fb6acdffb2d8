"""A number for each pair: a row of cells for each first one, the darker the more."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from interlock.charts.chart import Chart
from interlock.charts.drawing import box, drawing, hovered, words
from interlock.charts.palette import HEAT
from interlock.charts.words import amount, broken, headline, widest, width

WIDTH, HEIGHT = 764.0, 318.0
NAMES = 150.0
"""Room for the names of rows."""

HEAD, TURNED = 34.0, 62.0
"""Room for those of columns, and how much more, at most, where they have to be turned."""

SINE = 0.6
"""Of the angle by which they are turned, and a little."""

LEANS = 34.0
"""Room on the right for the turned name of the last column."""

TWO = 2
"""Lines that the name of a column may have before it is turned."""

MOST = 14
"""Rows and columns that are drawn."""

TALLEST, WIDEST = 60.0, 130.0
"""Of a cell."""

LEAST = 1e-4
"""Of the largest number: what is less is told as nothing."""


class Grid(NamedTuple):
    """Where the cells are."""

    left: float
    head: float
    wide: float
    tall: float
    is_narrow: bool
    """Whether the names of columns have to be turned."""


def matrix(  # noqa: PLR0913 - what is in it, and what is said of it
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float]],
    *,
    corner: tuple[str, str],
    unit: str,
    title: str,
    source: str,
    what: str,
    marked: Sequence[Sequence[bool]] | None = None,
) -> Chart:
    """Cells with their numbers; NaN is left empty. `corner` says what rows and columns are.

    Where `marked` is given, other cells are faint: they might be chance.
    """
    rows = rows[:MOST]
    there = [m for m in range(len(columns)) if any(_is(values[n][m]) for n in range(len(rows)))][:MOST]
    columns = [columns[m] for m in there]
    values = [[values[n][m] for m in there] for n in range(len(rows))]
    least = LEAST * max((abs(value) for row in values for value in row if _is(value)), default=0.0)
    values = [[0.0 if abs(value) < least else value for value in row] for row in values]
    is_faint = [[marked is not None and not marked[n][m] for m in there] for n in range(len(rows))]
    is_what = f"{corner[0]} ↓  {corner[1]} →"
    grid = _grid(rows, columns, is_what)
    parts = [words(is_what, 0.0, grid.head - 12.0, size=11.5, color="@muted", room=grid.left)]
    parts += [*_heads(grid, columns), *_cells(grid, rows, columns, values, is_faint, unit)]
    told = "; ".join(
        f"{rows[n]}, {columns[m]}: {amount(values[n][m])}" for n, m in _largest(values, len(rows), len(columns))
    )
    return Chart(
        title=headline(title),
        units=f"{what}, {unit}",
        source=source,
        alt=f"A table of {len(rows)} by {len(columns)} shaded cells: {what}, in {unit}. The largest: {told}.",
        option={
            "series": [drawing((WIDTH, grid.head + grid.tall * len(rows) + 4.0), parts)],
            "tooltip": {"trigger": "item"},
        },
    )


def _grid(rows: Sequence[str], columns: Sequence[str], is_what: str) -> Grid:
    left = 14.0 + max(widest(rows, NAMES), width(is_what, 11.5))
    wide = min((WIDTH - left) / len(columns), WIDEST)
    is_narrow = any(
        width(line, 12.0) > wide - 4.0 for column in columns for line in broken(column, wide - 6.0, TWO, 12.0)
    )
    wide = min(wide, (WIDTH - left - LEANS) / len(columns)) if is_narrow else wide
    rises = SINE * widest(columns, (HEAD + TURNED) / SINE, 12.0) + 6.0
    head = max(HEAD, min(rises, HEAD + TURNED)) if is_narrow else HEAD
    return Grid(left, head, wide, min((HEIGHT - head) / len(rows), TALLEST), is_narrow)


def _heads(grid: Grid, columns: Sequence[str]) -> Iterator[Any]:
    for m, column in enumerate(columns):
        x = grid.left + (m + 0.5) * grid.wide
        if grid.is_narrow:
            yield words(column, x - 3.0, grid.head - 8.0, size=12, turn=35.0, room=(HEAD + TURNED) / SINE)
        else:
            lines = broken(column, grid.wide - 6.0, TWO, 12.0)
            for n, line in enumerate(lines):
                yield words(line, x, grid.head - 11.0 - 14.0 * (len(lines) - 1 - n), size=12, align="center")


def _cells(
    grid: Grid,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float]],
    is_faint: Sequence[Sequence[bool]],
    unit: str,
) -> Iterator[Any]:
    left, head, wide, tall, _ = grid
    most = max((value for row in values for value in row if _is(value)), default=0.0)
    for n, row in enumerate(rows):
        y = head + n * tall
        yield box(left, y + tall - 0.25, wide * len(columns), 0.5, "@grid")
        yield words(row, left - 10.0, y + tall / 2, size=12.5, align="right", room=left - 12)
        for m, (column, value) in enumerate(zip(columns, values[n], strict=True)):
            if _is(value):
                shade = 0 if is_faint[n][m] else _shade(value, most)
                lines = (f"{row}, {column}", f"{amount(value)} {unit}")
                yield hovered(box(left + m * wide + 1, y + 1, wide - 2, tall - 2, HEAT[shade]), lines)
                yield _number(value, left + (m + 0.5) * wide, y + tall / 2, shade, is_faint=is_faint[n][m])


def _shade(value: float, most: float) -> int:
    """The darker the more; nothing, or less than nothing, is the palest."""
    return min(int(math.sqrt(value / most) * len(HEAT) * 0.999), len(HEAT) - 1) if value > 0.0 else 0


def _number(value: float, x: float, y: float, shade: int, *, is_faint: bool) -> Any:
    """What a cell says, in a colour that can be read on its shade."""
    part = words(amount(value), x, y, size=12, align="center")
    part["style"] |= {"lineWidth": 0, "fill": f"@heat-ink{shade}", "opacity": 0.55 if is_faint else 1.0}
    return part


def _largest(values: Sequence[Sequence[float]], rows: int, columns: int) -> list[tuple[int, int]]:
    known = [(n, m) for n in range(rows) for m in range(columns) if _is(values[n][m])]
    return sorted(known, key=lambda at: -abs(values[at[0]][at[1]]))[:5]


def _is(value: float) -> bool:
    return not math.isnan(value)
