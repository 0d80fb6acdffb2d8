"""What was reported after the day of a book, and what was known on it: a file of its own that no run reads.

    title: What came
    sources: {…}
    observed:
      sales of nvidia:
        known:    {2025-05..2025-07: {stated: 46.7 B USD, source: nvidia-q2}}
        reported: {2026-Q1: {stated: 81.6 B USD, source: nvidia-10q}}

A period is a month, a quarter, a year or a range of months. Values are figures with grade and source, as in a book;
what is known may cite the book's sources. Of an uncertain value the middle counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from interlock.book.book import Book
from interlock.book.figures import read_figure
from interlock.book.files import ACTUALS, joined
from interlock.book.kinds import kinds_by_name
from interlock.book.observable import Observable, Quantity, names_for, quantity_of
from interlock.book.quantity import ANY
from interlock.book.ranges import quantile
from interlock.book.read import beside, read_file
from interlock.book.read_head import read_sources_section
from interlock.book.reading import Reading
from interlock.book.remedy import meant, problem_at
from interlock.book.source import Source
from interlock.book.written import Written
from interlock.ground.errors import BookError, Place
from interlock.ground.figure import Figure
from interlock.ground.months import is_month, month_of, name_of

FIELDS = ("title", "sources", "observed")

END_OF_TIME = "9999-12-31"

A_YEAR = (6.0, 12.0, 18.0)
"""Months before the last known value at which a trend begins: at least, at best, at most."""


@dataclass(frozen=True, order=True)
class Period:
    """Calendar months, the last one included."""

    first: int
    last: int
    text: str

    @property
    def months(self) -> int:
        """How many."""
        return self.last - self.first + 1

    @property
    def middle(self) -> float:
        """Calendar months."""
        return (self.first + self.last) / 2.0


@dataclass(frozen=True)
class Observation:
    """One value, reported or known."""

    period: Period
    figure: Figure
    value: float
    """In the base unit of the quantity; of a flow per month, whatever it was reported as."""
    scale: float
    """What makes such a value one of the unit in which it was reported: the months of a sum."""


@dataclass(frozen=True)
class Observed:
    """One quantity with what was known of it and what was reported, each in order of time."""

    quantity: Quantity
    known: tuple[Observation, ...]
    reported: tuple[Observation, ...]

    def no_change(self) -> float | None:
        """The last known value; None where none is."""
        return self.known[-1].value if self.known else None

    def trend(self, period: Period) -> float | None:
        """The same with the growth of the year before going on; None where that is not known, or is no growth."""
        if not self.known:
            return None
        last, (least, best, most) = self.known[-1], A_YEAR
        gaps = {last.period.middle - each.period.middle: each.value for each in self.known[:-1]}
        gap = min((gap for gap in gaps if least <= gap <= most), key=lambda gap: abs(gap - best), default=None)
        if gap is None or last.value <= 0.0 or gaps[gap] <= 0.0:
            return None
        return float(last.value * (last.value / gaps[gap]) ** ((period.middle - last.period.middle) / gap))


@dataclass(frozen=True)
class Actuals:
    """All that a book is held against."""

    title: str
    observed: tuple[Observed, ...]
    sources: dict[str, Source]


def read_actuals(book: Book, path: str | Path | None = None) -> Actuals:
    """A file of actuals: by its path, or its name in the folder `actuals` of the book; there may be just one.

    Raises BookError with everything that is wrong with it.
    """
    file = _only(book) if path is None else beside(book, path, ACTUALS, "file of actuals")
    written = read_file(file)
    reading = Reading(written, kinds_by_name(book.kinds), lambda *_: None, start=book.start, as_of=book.as_of)
    reading.refuse_others(written, FIELDS, "a file of actuals")
    none = Written({}, written.place)
    theirs, own = (root.parts.get("sources", none) for root in (book.raw, written))
    sources = joined(theirs, own, "sources", reading.problems)
    reading.root = Written({"sources": sources}, written.place, {"sources": written.place_of("sources")})
    read_sources_section(reading)
    observed = tuple(_observed(written, book, reading))
    title = reading.word(reading.required(written, "title", "the file", "What came"), "title")
    if reading.problems:
        raise BookError(reading.problems)
    return Actuals(title, observed, reading.sources)


def _only(book: Book) -> Path:
    """The one file of actuals beside the book."""
    files = sorted(Path(book.folder, ACTUALS).glob("*.yaml"))
    if len(files) == 1:
        return files[0]
    if files:
        wrong = f"the book has {len(files)} files of actuals"
        remedy = f"Name one of {', '.join(file.stem for file in files)}: --actuals NAME."
    else:
        wrong, remedy = f"the book '{book.name}' has no file of actuals", "Name one: --actuals FILE."
    raise BookError([problem_at(Place(book.folder or book.name), wrong, remedy)])


def _observed(written: Written, book: Book, reading: Reading) -> Iterator[Observed]:
    """Every quantity, with its values."""
    section = reading.required(written, "observed", "the file", "{sales of lab: {reported: {…}}}")
    if section is None or not reading.mapping(section, "`observed`"):
        return
    for phrase, part in section.parts.items():
        quantity = _quantity(phrase, section.place_of(phrase), book, reading)
        if quantity is None or not reading.mapping(part, f"'{phrase}'"):
            continue
        reading.refuse_others(part, ("known", "reported"), f"'{phrase}'")
        # What is known had been published by the day of the book: a later source is refused.
        later = replace(reading, as_of=END_OF_TIME)
        known = _values(part, "known", quantity, book, reading)
        reported = _values(part, "reported", quantity, book, later)
        if not reported:
            reading.required(part, "reported", f"'{phrase}'", "{2026-Q1: {stated: …, source: …}}")
        yield Observed(quantity, known, reported)


def _quantity(phrase: str, place: Place, book: Book, reading: Reading) -> Quantity | None:
    """What a phrase names, or None (and a problem)."""
    quantity = quantity_of(phrase)
    if quantity is None:
        known = ", ".join(each.value for each in Observable)
        reading.problem(place, f"'{phrase}' is nothing that a run says of each month", f"Write one of: {known}.")
        return None
    for name, options in zip(quantity.names, names_for(book, quantity.of), strict=True):
        for what, there in options.items():
            if name not in there:
                reading.problem(place, f"'{phrase}': there is no '{name}'", meant(name, there, what))
                return None
    return quantity


def _values(part: Written, name: str, quantity: Quantity, book: Book, reading: Reading) -> tuple[Observation, ...]:
    """What was known, or reported, in order of time."""
    written = part.parts.get(name)
    if written is None or written.is_empty or not reading.mapping(written, f"`{name}`"):
        return ()
    found = []
    for text, value in written.parts.items():
        place = written.place_of(text)
        period = period_of(text)
        if period is None:
            remedy = "Write for example 2026-03, 2026-Q1, 2026 or 2026-02..2026-04."
            reading.problem(place, f"'{text}' is no period", remedy)
            continue
        figure = read_figure(value, text, ANY, f"{quantity}.{name}.{text}", reading)
        if figure is not None and _fits(figure, period, place, quantity, book, reading, is_known=name == "known"):
            middle = quantile(figure.distribution, 0.5)
            scale = float(period.months) if quantity.is_flow and figure.unit.base == "USD" else 1.0
            found.append(Observation(period, figure, middle / scale, scale))
    return tuple(sorted(found, key=lambda each: each.period))


def _fits(
    figure: Figure, period: Period, place: Place, quantity: Quantity, book: Book, reading: Reading, *, is_known: bool
) -> bool:
    """Whether a value can be held against a run; a problem if not."""
    units, problems = quantity.units(book), len(reading.problems)
    if figure.unit.base not in units:
        measured = " or ".join(unit.replace("USD/month", "USD/year") or "plain numbers" for unit in units)
        wrong = f"'{period.text}' is {figure.text}, but {quantity} is measured in {measured}"
        reading.problem(place, wrong, "Write a quantity of such a unit.")
    if is_known:
        return len(reading.problems) == problems
    last = book.start + book.months - 1
    if period.first < book.start or period.last > last:
        wrong = f"'{period.text}' is not within the months of the book, {name_of(book.start)} to {name_of(last)}"
        reading.problem(place, wrong, "Only what a run has months for can be held against it.")
    for source in (reading.sources.get(name) for name in figure.sources):
        since = "" if source is None else source.known_since or source.date
        digits = min(len(since), len(book.as_of))
        if source is not None and since[:digits] <= book.as_of[:digits]:
            wrong = f"'{period.text}' rests on '{source.name}' of {since}, but the book is as of {book.as_of}"
            reading.problem(place, wrong, "What the book could know is no test of it: write it under `known`.")
    return len(reading.problems) == problems


def period_of(text: str) -> Period | None:
    """A month, a quarter, a year or a range of months; None for anything else."""
    quarter = re.fullmatch(r"(\d{4})-Q([1-4])", text)
    if quarter is not None:
        first = int(quarter[1]) * 12 + (int(quarter[2]) - 1) * 3
        return Period(first, first + 2, text)
    if re.fullmatch(r"\d{4}", text):
        return Period(int(text) * 12, int(text) * 12 + 11, text)
    ends = text.split("..")
    if len(ends) > 2 or not all(len(end) == 7 and is_month(end) for end in ends):
        return None
    first, last = month_of(ends[0]), month_of(ends[-1])
    return Period(first, last, text) if first <= last else None
