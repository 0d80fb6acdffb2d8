"""The drivers of a book, and how they and its figures move together."""

from __future__ import annotations

from collections.abc import Iterator

from interlock.book.figures import read_figure
from interlock.book.kind_terms import read_terms
from interlock.book.reading import Reading
from interlock.book.remedy import meant
from interlock.book.spots import SHARE
from interlock.book.terms import Terms, WrittenSchedule
from interlock.book.written import Written
from interlock.drivers import Driver
from interlock.ground.address import join
from interlock.ground.errors import Place
from interlock.ground.fields import Role, fields_of
from interlock.ground.figure import Figure
from interlock.ground.units import Unit

PLAIN = Unit("", "", "1.0")
CORRELATION = Unit("", "%", "40 %", at_least=-1.0, at_most=1.0)


def read_drivers(reading: Reading) -> dict[str, Terms]:
    """The processes that move the world, and what each is measured in."""
    drivers: dict[str, Terms] = {}
    for name, written in reading.section("drivers").items():
        what = f"driver '{name}'"
        reading.places[join("drivers", name)] = reading.root.parts["drivers"].place_of(name)
        kind = _kind(written, what, reading) if reading.mapping(written, what) else None
        if kind is None:
            continue
        before = len(reading.problems)
        terms = read_terms(kind, written, what, join("drivers", name), reading, reading.calendar, ("kind",))
        unit = _unit_of_driver(terms, join("drivers", name), reading)
        reading.driver_units[name] = unit if len(reading.problems) == before else None
        drivers[name] = terms
    return drivers


def _kind(written: Written, what: str, reading: Reading) -> type[Driver] | None:
    kinds = reading.kinds.drivers
    name = reading.required(written, "kind", what, "mean-reverting")
    kind = None if name is None else kinds.get(name.text or "")
    if name is not None and kind is None:
        wrong = f"there is no kind of driver '{name.text or ''}'"
        reading.problem(name.place, wrong, meant(name.text or "", kinds, "kinds"))
    return kind


def _unit_of_driver(terms: Terms, address: str, reading: Reading) -> Unit:
    """What a driver is measured in: the one unit of its levels."""
    levels = list(_levels(terms, address))
    for name, unit in levels[1:]:
        first_name, first = levels[0]
        if unit.base != first.base:
            wrong = f"`{_last(name)}` is in {_shown(unit)}, but `{_last(first_name)}` in {_shown(first)}"
            reading.problem(reading.places[name], wrong, "All levels of a driver share its unit.")
    return levels[0][1] if levels else PLAIN


def unit_of(terms: Terms) -> Unit:
    """What a driver that was read is measured in."""
    return next((unit for _, unit in _levels(terms, "")), PLAIN)


def _last(address: str) -> str:
    return address.rpartition(".")[2]


def _shown(unit: Unit) -> str:
    return unit.shown or "plain numbers"


def _levels(terms: Terms, address: str) -> Iterator[tuple[str, Unit]]:
    """The levels of a driver, in the order of its fields, its parts included."""
    for field in fields_of(terms.of):
        value, here = terms.values.get(field.name), join(address, field.name)
        is_level = field.role is Role.refers or (field.unit is not None and field.unit.base == "*")
        match value:
            case Figure(unit=unit) | WrittenSchedule(unit=unit) if is_level:
                yield here, unit
            case Terms():
                yield from _levels(value, here)
            case tuple():
                for number, part in enumerate(value):
                    yield from _levels(part, join(here, number))
            case _:
                pass


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
    reading.refuse_others(entry, ("between", "is"), "a correlation")
    drivers = entry.parts.get("between")
    names = [] if drivers is None else [(part.text or "", part.place) for part in drivers.entries]
    if len(names) != 2 or names[0][0] == names[1][0]:
        place = entry.place if drivers is None else drivers.place
        reading.problem(place, "a correlation is between two drivers", "Write {between: [one, other], is: 40 %}.")
        return None
    known = reading.names("drivers")
    for name, place in names:
        if name not in known:
            reading.problem(place, f"between names '{name}', which no driver is called", meant(name, known, "drivers"))
            return None
    one, other = sorted(name for name, _ in names)
    return one, other


def _correlation(entry: Written, pair: tuple[str, str] | None, reading: Reading) -> Figure | None:
    written = entry.parts.get("is")
    if written is None:
        if entry.parts:
            reading.problem(entry.place, "a correlation has no `is`", "Write {between: [one, other], is: 40 %}.")
        return None
    return read_certain(written, "is", CORRELATION, join("correlations", *(pair or ())), reading)


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
    if figure is not None:
        reading.ties[address] = figure
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
