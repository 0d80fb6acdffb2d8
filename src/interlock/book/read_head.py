"""The head of a book: its dates, its sources, and the figures that others refer to."""

from __future__ import annotations

import datetime as dt
import re

from interlock.book.figures import read_figure
from interlock.book.quantity import ANY
from interlock.book.reading import Reading
from interlock.book.source import Source
from interlock.book.spots import BOOK_FIELDS
from interlock.book.written import Written
from interlock.ground.address import join
from interlock.ground.figure import Figure
from interlock.ground.months import is_month, month_of

MOST_MONTHS = 1_200


def read_header(reading: Reading) -> tuple[str, str, int]:
    """Name (empty if not given), title and months of the book; its dates go to the reading."""
    written = reading.root.parts.get("book")
    if written is None and any("section" in found.wrong or "key" in found.wrong for found in reading.problems):
        # A misspelt `book` is one mistake, not two.
        return "", "", 0
    if written is None or written.is_empty:
        example = "book: {title: …, as_of: 2025-11-18, start: 2025-12, months: 97}"
        reading.problem(reading.root.place, "the book has no section `book`", f"Write for example `{example}`.")
        return "", "", 0
    if not reading.mapping(written, "`book`"):
        return "", "", 0
    reading.refuse_others(written, BOOK_FIELDS, "`book`")
    title = reading.word(reading.required(written, "title", "`book`", "A lab and a cloud"), "title")
    reading.as_of = read_date(reading.required(written, "as_of", "`book`", "2025-11-18"), "as_of", reading)
    start = reading.required(written, "start", "`book`", "2025-12")
    if start is not None and is_month(start.text or ""):
        reading.start = month_of(start.text or "")
    elif start is not None:
        reading.problem(start.place, f"start is '{start.text}', which is no month", 'Write for example "2025-12".')
    months = reading.required(written, "months", "`book`", "97")
    return reading.word(written.parts.get("name"), "name"), title, _count(months, reading)


def _count(written: Written | None, reading: Reading) -> int:
    if written is None:
        return 0
    text = written.text or ""
    if re.fullmatch(r"[1-9]\d{0,3}", text) and int(text) <= MOST_MONTHS:
        return int(text)
    reading.problem(
        written.place,
        f"months is '{text}', which is no number of months",
        f"Write a whole number from 1 to {MOST_MONTHS:,}.",
    )
    return 0


def read_date(written: Written | None, name: str, reading: Reading) -> str:
    """A day or a month as written; empty where there is none."""
    if written is None:
        return ""
    text = written.text or ""
    try:
        dt.date.fromisoformat(text if len(text) == 10 else f"{text}-01")
        if is_month(text):
            return text
    except ValueError:
        pass
    reading.problem(written.place, f"{name} is '{text}', which is no date", 'Write for example "2025-11-18".')
    return ""


def read_sources_section(reading: Reading) -> None:
    """The documents that figures rest on."""
    for name, written in reading.section("sources").items():
        what = f"source '{name}'"
        if not reading.mapping(written, what):
            continue
        reading.refuse_others(written, ("title", "publisher", "date", "url", "known_since", "note"), what)
        words = {field: reading.word(written.parts.get(field), field) for field in ("publisher", "url", "note")}
        url = written.parts.get("url")
        if url is not None and not re.match(r"https?://[^\s/]+", words["url"]):
            reading.problem(
                url.place, f"url is '{words['url']}', which is no address", "Write it with https://, or leave it out."
            )
        reading.sources[name] = Source(
            name=name,
            title=reading.word(reading.required(written, "title", what, "…"), "title"),
            date=read_date(reading.required(written, "date", what, "2025-11-18"), "date", reading),
            known_since=read_date(written.parts.get("known_since"), "known_since", reading),
            **words,
        )


def read_figures_section(reading: Reading) -> dict[str, Figure]:
    """Figures that others refer to."""
    read = {
        name: read_figure(written, name, ANY, join("figures", name), reading)
        for name, written in reading.section("figures").items()
    }
    return {name: figure for name, figure in read.items() if figure is not None}
