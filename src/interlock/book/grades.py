"""What the grade of a figure asks for: sources that could be read on the day of the book, and reasons.

stated        a source with an address
estimated     a source, and the method as `because`
assumed       `because`
undisclosed   `assume` in its place, and `because`
"""

from __future__ import annotations

from interlock.book.reading import Reading
from interlock.book.remedy import meant
from interlock.book.source import Source
from interlock.book.written import Written
from interlock.ground.errors import Place
from interlock.ground.figure import Grade


def read_sources(written: Written | None, field: str, reading: Reading) -> dict[str, Source | None]:
    """The sources that are cited, by name; None for one that could not be read."""
    cited: dict[str, Source | None] = {}
    for entry in reading.words(written, field):
        name = entry.text or ""
        if name not in reading.names("sources"):
            remedy = meant(name, reading.names("sources"), "sources")
            reading.problem(entry.place, f"{field} is '{name}', which no file declares", remedy)
            cited[name] = None
            continue
        source = cited[name] = reading.sources.get(name)
        if source is not None:
            _check_hindsight(source, entry.place, reading)
    return cited


def _check_hindsight(source: Source, place: Place, reading: Reading) -> None:
    """Refuse a source that nobody could have read on the day of the book."""
    since = source.known_since or source.date
    digits = min(len(since), len(reading.as_of))
    if since[:digits] > reading.as_of[:digits]:
        wrong = f"source '{source.name}' is of {since}, but the book is as of {reading.as_of}"
        remedy = "Cite what was public by then; if what it says was, give the source `known_since: DAY`."
        reading.problem(place, wrong, remedy)


def check_grade(
    grade: Grade,
    sources: dict[str, Source | None],
    because: str,
    name: str,
    place: Place,
    written: Written,
    reading: Reading,
) -> None:
    """Hold a figure against what its grade asks for."""
    known = [source for source in sources.values() if source is not None]
    if grade is Grade.stated and sources and len(known) == len(sources) and not any(source.url for source in known):
        wrong = f"`{name}` is stated, but its source '{known[0].name}' has no address"
        reading.problem(written.place_of("source"), wrong, "Give the source a `url`, or grade the figure `estimated`.")
    elif grade in {Grade.stated, Grade.estimated} and not sources:
        remedy = "Write `source: NAME` of the section `sources`, or grade it `assumed`."
        reading.problem(place, f"`{name}` is {grade}, but names no source", remedy)
    if grade is not Grade.stated and not because:
        what = "the method" if grade is Grade.estimated else "the reason"
        reading.problem(place, f"`{name}` is {grade}, but does not say why", f"Write {what}: `because: …`.")


def read_group(written: Written, reading: Reading) -> str:
    """The group that a figure moves with."""
    part = written.parts.get("group")
    text = reading.word(part, "group")
    if part is not None and text.removeprefix("-") not in reading.names("groups"):
        remedy = meant(text.removeprefix("-"), reading.names("groups"), "groups")
        reading.problem(part.place, f"group is '{text}', which no file declares", remedy)
    return text
