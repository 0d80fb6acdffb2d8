"""The terms of a kind, read as its annotated fields declare them.

Contracts, drivers, parties and their parts all go through this one reader.
"""

from __future__ import annotations

from collections.abc import Collection

from interlock.book.figures import read_figure
from interlock.book.party import EDGES
from interlock.book.quantity import ANY, Calendar, looks_like_quantity
from interlock.book.reading import Reading
from interlock.book.schedules import read_schedule, read_table
from interlock.book.terms import SHARE, Term, Terms
from interlock.book.triggers import read_trigger, read_watch
from interlock.book.written import Written
from interlock.contracts.contract import Purpose
from interlock.ground.address import join
from interlock.ground.errors import did_you_mean
from interlock.ground.fields import Field, Role, fields_of
from interlock.ground.units import Unit


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
    fields = fields_of(kind)
    reading.refuse_others(written, [*also, *(field.name for field in fields)], what)
    values: dict[str, Term] = {}
    for field in fields:
        part = written.parts.get(field.name)
        if part is not None:
            term = _term(field, part, join(address, field.name), reading, calendar)
            if term is not None:
                values[field.name] = term
        elif field.is_required and field.name not in filled:
            example = field.unit.example if field.unit is not None else "…"
            wrong = f"{what} has no `{field.name}`"
            reading.problem(written.place, wrong, f"Write for example `{field.name}: {example}`.")
    return Terms(kind, values)


def _term(field: Field, written: Written, address: str, reading: Reading, calendar: Calendar) -> Term | None:
    """One term, or None (and a problem)."""
    match field.role:
        case Role.figure:
            assert field.unit is not None
            return read_figure(written, field.name, _any_or(field.unit), address, reading, calendar)
        case Role.refers:
            return _reference(field, written, address, reading, calendar)
        case Role.schedule:
            linear = field.scheduled is not None and field.scheduled.linear
            unit = _any_or(field.unit) if field.unit is not None else SHARE
            return read_schedule(written, field.name, unit, address, reading, linear=linear)
        case Role.part:
            assert field.part is not None
            if not reading.mapping(written, f"`{field.name}`"):
                return None
            return read_terms(field.part, written, f"`{field.name}`", address, reading, calendar)
        case Role.many:
            return _many(field, written, address, reading, calendar)
        case Role.plain:
            return reading.word(written, field.name) or None


def _any_or(unit: Unit) -> Unit:
    return ANY if unit.base == "*" else unit


def _many(
    field: Field, written: Written, address: str, reading: Reading, calendar: Calendar
) -> tuple[Terms, ...] | None:
    if not written.entries:
        reading.problem(written.place, f"`{field.name}` is a list, this is none", "Write [{…}, {…}].")
        return None
    assert field.part is not None
    return tuple(
        read_terms(field.part, entry, f"`{field.name}`", join(address, number), reading, calendar)
        for number, entry in enumerate(written.entries)
        if reading.mapping(entry, f"each of `{field.name}`")
    )


def _reference(field: Field, written: Written, address: str, reading: Reading, calendar: Calendar) -> Term | None:
    """The name of something declared elsewhere."""
    assert field.refers is not None
    reading.places[address] = written.place
    match field.refers.to:
        case "party":
            return read_party_name(written, field.name, reading)
        case "driver":
            return _driver(field.name, field.refers.unit, written, address, reading, calendar)
        case "contract":
            return _contract(field.name, written, address, reading)
        case "purpose":
            known = [purpose.value for purpose in Purpose]
            return _one_of(known, written, field.name, "purposes", reading)
        case "trigger":
            return read_trigger(written, field.name, address, reading, calendar)
        case "watch":
            return read_watch(written, field.name, reading)
        case "file":
            return read_table(written, field.name, _any_or(field.refers.unit or ANY), address, reading)
        case _:
            return reading.word(written, field.name) or None


def read_party_name(written: Written, name: str, reading: Reading) -> str | None:
    """The name of a party or an edge of the world."""
    known = {*reading.names("parties"), *EDGES}
    if written.text in known:
        return written.text
    shown = f"'{written.text}'" if written.text else "no name"
    reading.problem(
        written.place, f"{name} is {shown}, which no file declares", did_you_mean(written.text or "", known, "parties")
    )
    return None


def _one_of(known: Collection[str], written: Written, name: str, what: str, reading: Reading) -> str | None:
    if written.text in known:
        return written.text
    reading.problem(
        written.place,
        f"{name} is '{written.text or 'no name'}', which is none of the {what}",
        did_you_mean(written.text or "", known, what),
    )
    return None


def _driver(
    name: str, unit: Unit | None, written: Written, address: str, reading: Reading, calendar: Calendar
) -> Term | None:
    """The name of a driver, or in its place a figure: a level that does not move."""
    known = reading.names("drivers")
    if written.text is None or (written.text not in known and looks_like_quantity(written.text)):
        return read_figure(written, name, unit or ANY, address, reading, calendar)
    if written.text not in known:
        remedy = did_you_mean(written.text, known, "drivers")
        reading.problem(written.place, f"{name} is '{written.text}', which no driver is called", remedy)
        return None
    found = reading.driver_units.get(written.text)
    if unit is not None and found is not None and found.base != unit.base:
        measured = f"measured in {unit.shown}" if unit.shown else "a plain number"
        wrong = (
            f"{name} is the driver '{written.text}', in {found.shown or 'plain numbers'}, but this field is {measured}"
        )
        like = sorted(
            other for other, each in reading.driver_units.items() if each is not None and each.base == unit.base
        )
        remedy = f"Drivers of that unit: {', '.join(like)}." if like else "No driver of the book has that unit."
        reading.problem(written.place, wrong, remedy)
        return None
    return written.text


def _contract(name: str, written: Written, address: str, reading: Reading) -> str | None:
    """The address of another contract: its name within the deal, or deals.DEAL.CONTRACT."""
    deal = address.split(".")[1]
    known = {
        join("deals", other, contract)
        for other in reading.names("deals")
        for contract in reading.names("deals", other, "contracts")
    }
    text = written.text or ""
    full = text if "." in text else join("deals", deal, text)
    if text and full in known:
        return full
    near_by = [other.removeprefix(f"deals.{deal}.") for other in known]
    reading.problem(
        written.place, f"{name} is '{text}', which is no contract", did_you_mean(text, near_by, "contracts")
    )
    return None
