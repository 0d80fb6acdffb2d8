"""The workbook of a run: its answers as tables of numbers, the charts of a spreadsheet, and every assumption."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from interlock.book.party import EDGES
from interlock.engine.run import Run
from interlock.ground.errors import NotInstalled
from interlock.report.aside import put
from interlock.report.cells import YEAR, Cell, Column, Range, Sheet
from interlock.report.findings import Findings
from interlock.report.sheets import Table, tables

Found: TypeAlias = "Mapping[str, tuple[Table, Range]]"

SHOWN = 8
"""Rows of a table that a chart shows."""

NO_EXTRA = "A workbook needs the extra `xlsx`: pip install 'interlock[xlsx]'. A page (.html) does not."

WIDE, LETTERS = 2, 105.0
"""Columns over which the sentences of the summary go, and how many letters they hold."""

NAMES = {"Flows": slice(0, 2), "Locked in": slice(1, 3), "Parties": slice(0, 3, 2)}
"""What names a row of a table in a chart."""

READING = (
    "B USD are billions of dollars. A median is the middle of the futures, 90 % the range of nine in ten of them. ± is "
    "one standard error of sampling: how far the number may be off because only so many futures were drawn; it says "
    "nothing of how wrong the assumptions are."
)

NAMED = {
    "Flows": "who pays whom, year by year",
    "Flow ranges": "the same with its range and its error, to be filtered",
    "Contracts": "every promise in words, and what is paid under it",
    "Locked in": "what is still to be paid whatever is used",
    "Parties": "cash, receipts, runway, and how often each fails",
    "Stakes": "who owns whom",
    "Dollars": "what became of each dollar put in",
    "Returns": "what the spending earns, and when it pays back",
    "Losses": "who loses what by whose failure",
    "Assumptions": "every figure, its range, its grade and its source",
    "Sources": "what the figures rest on",
    "Charts": "native charts of these tables",
    "Manifest": "what it takes to make this run again",
}


def save_workbook(run: Run, path: str | Path) -> Path:
    """Write the workbook of a run (.xlsx), and return its path; a file that is there is replaced.

    Raises NotInstalled without the extra `xlsx`, and ArgumentError where a folder stands in the way.
    """
    return put(workbook_of(Findings(run)), path)


def workbook_of(findings: Findings) -> bytes:
    """The workbook as the bytes of its file."""
    try:
        import xlsxwriter  # an extra
    except ImportError:
        raise NotInstalled(NO_EXTRA) from None
    run, buffer = findings.run, io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    # The same run makes the same file, whenever it is written.
    made = datetime.fromisoformat(f"{run.book.as_of}-01-01"[:10])
    about = f"Interlock {run.provenance.version}, run {run.provenance.identity}"
    book.set_properties({"title": run.book.title[:250], "comments": about, "created": made})
    _summary(Sheet(book, "Summary", run.book.title), findings)
    found = {}
    for table in tables(findings):
        sheet = Sheet(book, table.name, table.title, table.remark)
        found[table.name] = (table, sheet.table(table.columns, table.rows))
    charts = Sheet(book, "Charts", "Charts", "Of the tables in this workbook: they follow what is changed there.")
    for n, chart in enumerate(_charts(book, findings, found)):
        charts.chart(chart, (3 + n // 2 * 24, n % 2 * 9))
    _manifest(Sheet(book, "Manifest", "What it takes to make this run again"), run)
    book.close()
    return buffer.getvalue()


def _summary(sheet: Sheet, findings: Findings) -> None:
    """What the run says first, how to read it, and where what is."""
    run, said = findings.run, findings.overview
    sheet.paragraph(
        f"{run.paths:,} futures of {run.book.months} months, as known on {run.book.as_of} (seed "
        f"{run.provenance.seed}): {said.ends()}.",
        WIDE,
        LETTERS,
        bold=True,
    )
    sheet.paragraph(READING, WIDE, LETTERS, font_color="#555555")
    told = [each.tell() for each in said.commitments[:SHOWN]]
    told += [each.tell() for each in said.labs]
    told += [*said.traced.tell().splitlines(), findings.returns.head(), *findings.losses.tell().splitlines()]
    told += [each.tell() for each in said.reliance]
    for sentence in told:
        sheet.paragraph(" ".join(sentence.split()), WIDE, LETTERS)
    sheet.line("")
    sheet.line("In this workbook", bold=True)
    for name, about in NAMED.items():
        sheet.lead(name, about)
    sheet.widths(22, 100)


def _charts(book: Any, findings: Findings, found: Found) -> Iterator[Any]:
    """What a reader looks at first, as charts of the spreadsheet; only those that have something to show."""
    run = findings.run
    years = len(run.years)

    def chart(kind: Mapping[str, str], title: str, axis: str, of: str, rows: Sequence[int], first: int) -> Any:
        drawn, (table, where) = book.add_chart(kind), found[of]
        columns = (first, first + years - 1)
        for n in rows:
            name = " → ".join(str(each) for each in table.rows[n][NAMES[of]])
            drawn.add_series({"name": name, "categories": where.heads(columns), "values": where.row(n, columns)})
        drawn.set_title({"name": title, "name_font": {"size": 12}})
        drawn.set_y_axis({"name": axis, "num_format": "#,##0", "major_gridlines": {"visible": True}})
        drawn.set_legend({"position": "bottom"})
        drawn.set_size({"width": 560, "height": 440})
        return drawn

    stacked, lines = {"type": "column", "subtype": "stacked"}, {"type": "line"}
    flows = [n for n, row in enumerate(found["Flows"][0].rows) if not {row[0], row[1]} & {*EDGES, "all"}]
    bound = range(min(len(found["Locked in"][0].rows), SHOWN))
    parties = found["Parties"][0].rows
    labs = [name for name, party in run.book.parties.items() if "lab" in party.roles]
    cash = [n for n, row in enumerate(parties) if row[1] == "cash" and row[0] in labs[:3]]
    failing = {party for party, _ in findings.overview.failures[:SHOWN]}
    failed = [n for n, row in enumerate(parties) if row[1] == "has failed" and row[0] in failing]
    if flows:
        yield chart(stacked, "Who pays whom: the largest, means", "B USD a year", "Flows", flows[:SHOWN], 2)
    if bound:
        yield chart(stacked, "Locked in at the end of the year, medians", "B USD", "Locked in", bound, 3)
    if cash:
        yield chart(lines, "Cash of labs: 5 %, median, 95 %", "B USD", "Parties", cash, 4)
    if failed:
        yield chart(lines, "Has failed, of all futures", "%", "Parties", failed, 4)


def _manifest(sheet: Sheet, run: Run) -> None:
    """Everything that decides the numbers."""
    made = run.provenance
    rows: list[list[Cell]] = [
        ["book", run.book.name],
        ["as of", run.book.as_of],
        ["SHA-256 of the book", made.book],
        ["kinds of contract of one's own", ", ".join(f"{name} ({source[:8]})" for name, source in made.kinds)],
        ["futures", made.paths],
        ["seed", made.seed],
        ["sampling", str(made.sampling)],
        ["futures run together", made.chunk],
        ["version of Interlock", made.version],
        ["identity of the run", made.identity],
    ]
    sheet.table((Column("what", 32, YEAR), Column("is", 72, YEAR)), rows)
    sheet.line("Results are no investment advice: they are what the assumptions of the book imply.")
