"""The drivers of a book that go to extremes together."""

from __future__ import annotations

from interlock.book.reading import Reading
from interlock.book.remedy import meant
from interlock.ground.errors import Place

EXAMPLE = "Write {between: [one, other]}."


def read_tails(reading: Reading) -> tuple[str, ...]:
    """Their names, in order; none where the book names none."""
    written = reading.root.parts.get("tails")
    if written is None or written.is_empty or not reading.mapping(written, "`tails`"):
        return ()
    reading.refuse_others(written, ("between",), "`tails`")
    between = reading.required(written, "between", "`tails`", "[one, other]")
    known = reading.names("drivers")
    places: dict[str, Place] = {}
    for entry in () if between is None else between.entries:
        name = entry.text or ""
        if name not in known:
            wrong = f"between names '{name}', which no driver is called"
            reading.problem(entry.place, wrong, meant(name, known, "drivers"))
        elif name in places:
            wrong = f"'{name}' stands here twice, first at {places[name]}"
            reading.problem(entry.place, wrong, "Remove one of them.")
        places.setdefault(name, entry.place)
    if between is not None and len(between.entries) < 2:
        reading.problem(between.place, "it takes two drivers to go to extremes together", EXAMPLE)
    return tuple(sorted(name for name in places if name in known))
