"""What a book says of the world: its dates, sources, figures, drivers, and how they move together."""

from __future__ import annotations

import datetime
import re

from interlock.book.figures import read_figure
from interlock.book.kind_terms import read_terms
from interlock.book.quantity import ANY, Calendar, QuantityError, read_quantity
from interlock.book.reading import Reading
from interlock.book.source import Source
from interlock.book.spots import BOOK_FIELDS, SHARE
from interlock.book.terms import Terms, WrittenSchedule
from interlock.book.written import Written
from interlock.ground.address import join
from interlock.ground.errors import Place, did_you_mean
from interlock.ground.fields import Role, fields_of
from interlock.ground.figure import Figure
from interlock.ground.months import is_month, month_of
from interlock.ground.units import Unit

MOST_MONTHS = 1_200

_CORRELATION = Unit("", "%", "40 %", at_least=-1.0, at_most=1.0)


def read_header(reading: Reading) -> tuple[str, str, int]:
    """Name (empty if not given), title and months of the book; its dates go to the reading."""
    written = reading.root.parts.get("book")
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
    reading.problem(written.place, f"months is '{text}'", f"Write a whole number from 1 to {MOST_MONTHS:,}.")
    return 0


def read_date(written: Written | None, name: str, reading: Reading) -> str:
    """A day or a month as written; empty where there is none."""
    if written is None:
        return ""
    text = written.text or ""
    try:
        datetime.date.fromisoformat(text if len(text) == 10 else f"{text}-01")
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


def read_drivers(reading: Reading) -> dict[str, Terms]:
    """The processes that move the world, and what each is measured in."""
    drivers: dict[str, Terms] = {}
    for name, written in reading.section("drivers").items():
        what = f"driver '{name}'"
        reading.places[join("drivers", name)] = reading.root.parts["drivers"].place_of(name)
        kind_name = (
            reading.required(written, "kind", what, next(iter(reading.driver_kinds), "fixed"))
            if reading.mapping(written, what)
            else None
        )
        if kind_name is None:
            continue
        kind = reading.driver_kinds.get(kind_name.text or "")
        if kind is None:
            remedy = did_you_mean(kind_name.text or "", reading.driver_kinds, "kinds")
            reading.problem(kind_name.place, f"there is no kind of driver '{kind_name.text or ''}'", remedy)
            continue
        before = len(reading.problems)
        terms = read_terms(kind, written, what, join("drivers", name), reading, reading.calendar, ("kind",))
        unit = _unit_of_driver(terms, join("drivers", name), reading)
        reading.driver_units[name] = unit if len(reading.problems) == before else None
        drivers[name] = terms
    return drivers


def _unit_of_driver(terms: Terms, address: str, reading: Reading) -> Unit:
    """What a driver is measured in: the one unit of its levels."""
    levels = list(_levels(terms, address))
    for name, figure_unit in levels[1:]:
        if figure_unit.base != levels[0][1].base:
            wrong = f"`{name.rpartition('.')[2]}` is measured in {figure_unit.shown or 'plain numbers'}, but `{levels[0][0].rpartition('.')[2]}` in {levels[0][1].shown or 'plain numbers'}"
            reading.problem(reading.places[name], wrong, "All levels of a driver share its unit.")
    return levels[0][1] if levels else Unit("", "", "1.0")


def _levels(terms: Terms, address: str) -> list[tuple[str, Unit]]:
    """The levels of a driver, in the order of its fields, its parts included."""
    found: list[tuple[str, Unit]] = []
    for field in fields_of(terms.of):
        value, here = terms.values.get(field.name), join(address, field.name)
        if (isinstance(value, Figure) and field.unit is not None and field.unit.base == "*") or (isinstance(value, WrittenSchedule) and (
            field.role is Role.refers or (field.unit and field.unit.base == "*")
        )):
            found.append((here, value.unit))
        elif isinstance(value, Terms):
            found += _levels(value, here)
        elif isinstance(value, tuple):
            found += [level for number, part in enumerate(value) for level in _levels(part, join(here, number))]
    return found


def read_correlations(reading: Reading) -> tuple[tuple[str, str, float], ...]:
    """Pairs of drivers and the correlation of their shocks, in order of name."""
    written = reading.root.parts.get("correlations")
    if written is None or written.is_empty:
        return ()
    if not written.entries:
        reading.problem(
            written.place, "`correlations` is a list, this is none", "Write [{between: [one, other], is: 40 %}]."
        )
    pairs: dict[tuple[str, str], float] = {}
    places: dict[tuple[str, str], Place] = {}
    for entry in written.entries:
        pair = _pair(entry, reading)
        figure = _correlation(entry, pair, reading)
        if pair is None or figure is None:
            continue
        if pair in pairs:
            wrong = f"the correlation of {pair[0]} and {pair[1]} stands here twice, first at {places[pair]}"
            reading.problem(entry.place, wrong, "Keep one of them.")
            continue
        pairs[pair], places[pair] = figure.distribution.numbers[0], entry.place
    return tuple((*pair, value) for pair, value in sorted(pairs.items()))


def _pair(entry: Written, reading: Reading) -> tuple[str, str] | None:
    reading.refuse_others(entry, ("between", "is", "source", "because"), "a correlation")
    drivers = entry.parts.get("between")
    names = [] if drivers is None else [(part.text or "", part.place) for part in drivers.entries]
    if len(names) != 2 or names[0][0] == names[1][0]:
        place = entry.place if drivers is None else drivers.place
        reading.problem(place, "a correlation is between two drivers", "Write {between: [one, other], is: 40 %}.")
        return None
    known = reading.names("drivers")
    for name, place in names:
        if name not in known:
            reading.problem(
                place, f"between names '{name}', which no driver is called", did_you_mean(name, known, "drivers")
            )
            return None
    one, other = sorted(name for name, _ in names)
    return one, other


def _correlation(entry: Written, pair: tuple[str, str] | None, reading: Reading) -> Figure | None:
    written = entry.parts.get("is")
    if written is None:
        if entry.parts:
            reading.problem(entry.place, "a correlation has no `is`", "Write {between: [one, other], is: 40 %}.")
        return None
    return read_certain(written, "is", _CORRELATION, join("correlations", *(pair or ())), reading)


def read_certain(written: Written, name: str, unit: Unit, address: str, reading: Reading) -> Figure | None:
    """A figure that must be one number."""
    figure = read_figure(written, name, unit, address, reading)
    if figure is not None and not figure.distribution.is_certain:
        reading.problem(
            written.place,
            f"`{name}` is '{figure.text}', but must be one number",
            f'Write for example "{unit.example}".',
        )
        return None
    return figure


def read_groups(reading: Reading) -> dict[str, float]:
    """Groups of figures, and the correlation within each."""
    groups: dict[str, float] = {}
    for name, written in reading.section("groups").items():
        what = f"group '{name}'"
        if not reading.mapping(written, what):
            continue
        reading.refuse_others(written, ("correlation",), what)
        part = reading.required(written, "correlation", what, "60 %")
        figure = (
            None
            if part is None
            else read_certain(part, "correlation", SHARE, join("groups", name, "correlation"), reading)
        )
        if figure is not None:
            groups[name] = figure.distribution.numbers[0]
    return groups


def read_number(text: str) -> float | None:
    """A plain number or a share, for what is no figure: the factor of a shock."""
    try:
        quantity = read_quantity(text, Unit("", "x", "0.5"), Calendar(0, 0))
    except QuantityError:
        return None
    return quantity.distribution.numbers[0] if quantity.distribution.is_certain else None
