"""Schedules: levels by month, written in the book or in a table beside it.

    profile: {2026-01: 10 %, 2027-01: 50 %, 2028-01: 100 %}

A table is a CSV file in the book's folder: `month` and the unit as its head, then a month and a number in each row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from interlock.book.figures import GRADES
from interlock.book.grades import check_grade, read_sources
from interlock.book.quantity import QuantityError, read_quantity
from interlock.book.reading import Reading
from interlock.book.remedy import problem_at
from interlock.book.terms import WrittenSchedule
from interlock.book.written import Written
from interlock.ground.errors import Place
from interlock.ground.figure import Distribution, Grade
from interlock.ground.months import is_month, month_of
from interlock.ground.units import Unit

LONGEST_TABLE = 2_400
"""Rows."""

_EXAMPLE = "Write for example {2026-01: 10 %, 2027-01: 50 %, 2028-01: 100 %}."


def read_schedule(
    written: Written, name: str, unit: Unit, address: str, reading: Reading, *, linear: bool
) -> WrittenSchedule | None:
    """A schedule as written, or None (and a problem)."""
    reading.places[address] = written.place
    grades = [word for word in written.parts if word in GRADES]
    if not grades:
        schedule = _levels(written, name, unit, reading, linear=linear)
        if schedule is not None:
            wrong = f"`{name}` is a schedule without a grade: read as assumed"
            reading.remarks.append(
                problem_at(written.place, wrong, "Say how well it is known: {assumed: {…}, because: …}.")
            )
        return schedule
    grade = Grade(grades[0])
    levels = written.parts.get("assume" if grade is Grade.undisclosed else grade.value)
    if levels is None or len(grades) > 1:
        wrong = f"`{name}` has no levels" if levels is None else f"`{name}` has {len(grades)} grades"
        reading.problem(written.place, wrong, "Write {assumed: {2026-01: 10 %, …}, because: …}.")
        return None
    sources = read_sources(written.parts.get("source"), "source", reading)
    because = reading.word(written.parts.get("because"), "because")
    check_grade(grade, sources, because, name, written.place_of(grade.value), written, reading)
    reading.refuse_others(written, (*GRADES, "source", "because", "assume"), "a schedule")
    schedule = _levels(levels, name, unit, reading, linear=linear)
    if schedule is None:
        return None
    return WrittenSchedule(
        schedule.months, schedule.levels, linear, schedule.unit, grade, tuple(sorted(sources)), because, is_bare=False
    )


def _levels(written: Written, name: str, unit: Unit, reading: Reading, *, linear: bool) -> WrittenSchedule | None:
    if not written.parts:
        reading.problem(written.place, f"`{name}` is levels by month, this is none", _EXAMPLE)
        return None
    rows = [(month, level.text or "", written.place_of(month), level.place) for month, level in written.parts.items()]
    return _schedule(sorted(rows), name, unit, reading, linear=linear)


def _schedule(
    rows: Iterable[tuple[str, str, Place, Place]], name: str, unit: Unit, reading: Reading, *, linear: bool
) -> WrittenSchedule | None:
    before = len(reading.problems)
    months: list[int] = []
    levels: list[float] = []
    known = unit
    for month, text, month_place, place in rows:
        if not is_month(month):
            reading.problem(month_place, f"'{month}' is no month", 'Write for example "2026-01".')
            continue
        try:
            quantity = read_quantity(text, known)
        except QuantityError as error:
            reading.problem(place, f"`{name}` in {month} {error.wrong}", error.remedy)
            continue
        if not quantity.distribution.is_certain:
            reading.problem(
                place, f"`{name}` in {month} is '{text}', but a level of a schedule is one number", _EXAMPLE
            )
            continue
        if months and month_of(month) <= months[-1]:
            reading.problem(
                month_place, f"{month} is not after the month before it", "Write each month once, in order."
            )
            continue
        # In a field of any unit, the first level settles it for the rest.
        known = quantity.unit
        months.append(month_of(month))
        levels.append(_number(quantity.distribution))
    if len(reading.problems) > before:
        return None
    return WrittenSchedule(tuple(months), tuple(levels), linear, known)


def _number(distribution: Distribution) -> float:
    return distribution.numbers[0]


def read_table(written: Written, name: str, unit: Unit, address: str, reading: Reading) -> WrittenSchedule | None:
    """The rows of the table that a book names."""
    reading.places[address] = written.place
    before = len(reading.problems)
    raw = reading.table(written, reading)
    if raw is None:
        return None
    top, slash, _ = written.place.file.partition("/")
    file = f"{top}/{written.text}" if slash else f"{written.text}"
    try:
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        reading.problem(Place(file), f"the table cannot be read: {error}", "Save it as CSV, in UTF-8.")
        return None
    head = [cell.strip() for cell in rows[0]] if rows else []
    if len(head) != 2 or head[0] != "month":
        remedy = "Its first row is `month` and the unit, for example: month,USD/H100e-hour"
        reading.problem(Place(file, 1, 1), "the table has no head", remedy)
        return None
    if not 1 < len(rows) <= LONGEST_TABLE:
        reading.problem(Place(file), f"the table has {len(rows) - 1} rows", f"Give it 1 to {LONGEST_TABLE:,}.")
        return None
    measured = "" if head[1] in {"level", "index", "number"} else head[1]
    cells: list[tuple[str, str, Place, Place]] = []
    for number, row in enumerate(rows[1:], start=2):
        if len(row) == 2:
            place = Place(file, number, 1)
            cells.append(
                (row[0].strip(), f"{row[1].strip()} {measured}".strip(), place, Place(file, number, len(row[0]) + 2))
            )
        elif row:
            reading.problem(Place(file, number, 1), f"the row has {len(row)} cells", "Write a month and a number.")
    schedule = _schedule(cells, name, unit, reading, linear=False)
    return schedule if len(reading.problems) == before else None
