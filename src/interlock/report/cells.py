"""Sheets of a workbook: tables of texts and numbers, in which no text can become a formula.

A text is written as a text and, where it begins like a formula, marked so that it stays one when somebody edits it.
A number is a number; what is none is left empty, and what has no end is said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

LONGEST_TEXT = 32_767
"""Characters of a cell, by the format of the file."""

LONGEST_LINK = 2_079
"""Characters of a link, by the same."""

LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

LINK = "#1155CC"

UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""Half a character: no file of text can hold it."""

USD, SHARE, PLAIN, YEAR, TIMES = "#,##0.00", "0.0%", "#,##0.####", "0", "0.00"
"""How numbers are shown."""


@dataclass(frozen=True)
class Sum:
    """A formula: the sum of the cells to the left from a column on, or of the whole column of a table."""

    value: float
    """What it comes to, for programs that do not reckon."""
    from_column: int | None = None
    """None: of the column."""


Cell: TypeAlias = "str | float | int | Sum | None"


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    heading: str
    width: float = 12
    shown: str = USD
    """How numbers in it are shown."""
    wraps: bool = False
    links: bool = False
    """Whether addresses in it are links."""


@dataclass(frozen=True)
class Range:
    """Where a table stands in its sheet: rows and columns from 0, headings not counted."""

    sheet: str
    first: int
    last: int
    headings: int

    def row(self, n: int, columns: tuple[int, int]) -> list[Any]:
        """Part of one row, for a chart."""
        return [self.sheet, self.first + n, columns[0], self.first + n, columns[1]]

    def heads(self, columns: tuple[int, int]) -> list[Any]:
        """Part of the headings, for a chart."""
        return [self.sheet, self.headings, columns[0], self.headings, columns[1]]


class Sheet:
    """One sheet, written from the top down."""

    def __init__(self, workbook: Any, name: str, title: str, remark: str = "") -> None:
        self.name = name
        self._book = workbook
        self._sheet = workbook.add_worksheet(name)
        self._next = 0
        self._formats: dict[tuple[Any, ...], Any] = {}
        self._sheet.hide_gridlines(2)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_paper(9)
        self.line(title, bold=True, font_size=14)
        if remark:
            self.line(remark, italic=True, font_color="#555555")
        self._next += 1

    def line(self, text: str, **look: Any) -> None:
        """A line of text across the sheet."""
        self._text(self._next, 0, text, **look)
        self._next += 1

    def widths(self, *letters: float) -> None:
        """How wide the first columns are."""
        for n, width in enumerate(letters):
            self._sheet.set_column(n, n, width)

    def paragraph(self, text: str, columns: int, width: float, **look: Any) -> None:
        """A text over several lines, in cells that are joined."""
        look = {"text_wrap": True, "valign": "top", **look}
        self._sheet.merge_range(self._next, 0, self._next, columns - 1, "", self._format(**look))
        self._text(self._next, 0, text, **look)
        # Excel does not make room by itself for texts in joined cells.
        self._sheet.set_row(self._next, 15.0 * max(math.ceil(len(text) / width), 1))
        self._next += 1

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Range:
        """A table with a heading for each column, that can be filtered; totals, if any, stand below it."""
        head, name = self._next, self.name
        self.widths(*(column.width for column in columns))
        if not rows:
            self.line("None.")
            return Range(name, head, head, head)
        totals = [row for row in rows if any(isinstance(cell, Sum) and cell.from_column is None for cell in row)]
        body = len(rows) - len(totals)
        self._sheet.add_table(
            head,
            0,
            head + body,
            len(columns) - 1,
            {
                "style": "Table Style Light 1",
                "columns": [{"header": column.heading, "header_format": self._head(column)} for column in columns],
            },
        )
        for n, row in enumerate(rows):
            for m, (column, cell) in enumerate(zip(columns, row, strict=True)):
                self._cell(head + 1 + n, m, cell, column, (head + 1, head + body), is_total=n >= body)
        self._sheet.freeze_panes(head + 1, min(2, len(columns) - 1))
        self._sheet.repeat_rows(head)
        self._next = head + len(rows) + 2
        return Range(name, head + 1, head + body, head)

    def lead(self, sheet: str, about: str) -> None:
        """A line that leads to another sheet."""
        self._sheet.write_url(
            self._next, 0, f"internal:'{sheet}'!A1", self._format(font_color=LINK, underline=1), sheet
        )
        self._text(self._next, 1, about)
        self._next += 1

    def chart(self, drawn: Any, place: tuple[int, int]) -> None:
        """A chart of the workbook."""
        self._sheet.insert_chart(*place, drawn)

    def _cell(self, row: int, n: int, cell: Cell, column: Column, body: tuple[int, int], *, is_total: bool) -> None:
        look: dict[str, Any] = {"bold": True, "top": 1} if is_total else {}
        if isinstance(cell, Sum):
            is_column = cell.from_column is None
            first = _name(body[0], n) if is_column else _name(row, cell.from_column or 0)
            formula = f"=SUM({first}:{_name(body[1], n) if is_column else _name(row, n - 1)})"
            self._sheet.write_formula(row, n, formula, self._format(num_format=column.shown, **look), cell.value)
        elif isinstance(cell, str):
            look |= {"text_wrap": True, "valign": "top"} if column.wraps else {"valign": "top"}
            self._text(row, n, cell, links=column.links, **look)
        elif cell is not None and math.isinf(cell):
            self._text(row, n, "endless", align="right", valign="top", **look)
        elif cell is not None and not math.isnan(cell):
            self._sheet.write_number(row, n, cell, self._format(num_format=column.shown, valign="top", **look))

    def _text(self, row: int, n: int, text: str, *, links: bool = False, **look: Any) -> None:
        text = UNWRITABLE.sub("�", text)
        if len(text) > LONGEST_TEXT:
            text = f"{text[: LONGEST_TEXT - 1]}…"
        if text.startswith(LIKE_A_FORMULA):
            look["quote_prefix"] = True
        if links and text.startswith(("https://", "http://")) and len(text) <= LONGEST_LINK:
            self._sheet.write_url(row, n, text, self._format(font_color=LINK, underline=1, **look), text)
        else:
            self._sheet.write_string(row, n, text, self._format(**look))

    def _head(self, column: Column) -> Any:
        return self._format(bold=True, text_wrap=True, valign="top", align="left" if column.wraps else "general")

    def _format(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]


def _name(row: int, column: int) -> str:
    """`C7` for row 6 and column 2."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"
