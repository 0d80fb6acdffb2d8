"""The terms of a kind, read as its annotated fields declare them.

Contracts, drivers, parties and their parts all go through this one reader.
"""

from __future__ import annotations

from collections.abc import Collection

from interlock.book.figures import read_figure
from interlock.book.quantity import ANY, Calendar
from interlock.book.reading import Reading
from interlock.book.references import read_contract_name, read_driver, read_name, read_one_of
from interlock.book.schedules import read_schedule, read_table
from interlock.book.terms import SHARE, Term, Terms
from interlock.book.triggers import read_trigger, read_watch
from interlock.book.written import Written
from interlock.contracts.contract import Purpose
from interlock.ground.address import join
from interlock.ground.fields import Choice, Field, Refers, Role, fields_of
from interlock.ground.units import Unit

PURPOSES = tuple(purpose.value for purpose in Purpose)

SECTIONS = {"party": "parties", "chip": "chips", "site": "sites", "market": "markets", "term-price": "markets"}
"""Where what a term refers to by its name alone is declared."""


def read_terms(
    kind: type,
    written: Written,
    what: str,
    address: str,
    reading: Reading,
    calendar: Calendar,
    also: Collection[str] = (),
    filled: Collection[str] = (),
) -> Terms:
    """What a book says of the fields of a kind. `also` may stand beside them; `filled` follow from elsewhere."""
    before = len(reading.problems)
    fields = fields_of(kind)
    reading.refuse_others(written, [*also, *(field.name for field in fields)], what)
    given = [field for field in fields if field.name in written.parts]
    read = {
        field.name: read_term(field, written.parts[field.name], join(address, field.name), reading, calendar)
        for field in given
    }
    for field in fields:
        if field.is_required and field not in given and field.name not in filled:
            remedy = f"Write for example `{field.name}: {field.example or '…'}`."
            reading.problem(reading.places.get(address, written.place), f"{what} has no `{field.name}`", remedy)
    values = {name: term for name, term in read.items() if term is not None}
    if len(reading.problems) > before or len(values) < len(given):
        reading.broken.add(address)
    return Terms(kind, values)


def read_term(field: Field, written: Written, address: str, reading: Reading, calendar: Calendar) -> Term | None:
    """One term, or None (and a problem)."""
    term: Term | None
    match field:
        case Field(refers=Refers() as refers):
            term = _reference(field.name, refers, written, address, reading, calendar)
        case Field(choice=Choice(words=words)):
            reading.places[address] = written.place
            term = read_one_of(words, written, field.name, "choices", reading)
        case Field(role=Role.schedule, unit=unit, scheduled=scheduled):
            linear = scheduled is not None and scheduled.linear
            term = read_schedule(written, field.name, _any_or(unit or SHARE), address, reading, linear=linear)
        case Field(unit=Unit() as unit):
            term = read_figure(written, field.name, _any_or(unit), address, reading, calendar)
        case Field(role=Role.part, part=type() as part):
            is_mapping = reading.mapping(written, f"`{field.name}`")
            term = read_terms(part, written, f"`{field.name}`", address, reading, calendar) if is_mapping else None
        case Field(role=Role.many, part=type() as part):
            term = _many(part, field.name, written, address, reading, calendar)
        case _:
            term = reading.word(written, field.name) or None
    return term


def _any_or(unit: Unit) -> Unit:
    return ANY if unit.base == "*" else unit


def _many(
    part: type, name: str, written: Written, address: str, reading: Reading, calendar: Calendar
) -> tuple[Terms, ...] | None:
    if not written.entries:
        reading.problem(written.place, f"`{name}` is a list of parts, this is none", "Write [{…}, {…}].")
        return None
    return tuple(
        read_terms(part, entry, f"`{name}`", join(address, number), reading, calendar)
        for number, entry in enumerate(written.entries)
        if reading.mapping(entry, f"each of `{name}`")
    )


def _reference(
    name: str, refers: Refers, written: Written, address: str, reading: Reading, calendar: Calendar
) -> Term | None:
    """The name of something declared elsewhere."""
    reading.places[address] = written.place
    term: Term | None
    match refers.to:
        case to if to in SECTIONS:
            term = read_name(SECTIONS[to], written, name, reading)
        case "driver":
            term = read_driver(written, name, refers.unit, address, reading, calendar)
        case "contract" | "paid" | "owed" | "billed":
            term = read_contract_name(written, name, address, reading)
        case "purpose":
            term = read_one_of(PURPOSES, written, name, "purposes", reading)
        case "trigger":
            term = read_trigger(written, name, address, reading, calendar)
        case "watch":
            term = read_watch(written, name, reading)
        case "file":
            term = read_table(written, name, _any_or(refers.unit or ANY), address, reading)
        case _:
            term = reading.word(written, name) or None
    return term
