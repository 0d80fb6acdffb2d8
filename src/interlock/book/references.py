"""Names of things declared elsewhere in the book."""

from __future__ import annotations

from collections.abc import Collection

from interlock.book.figures import read_figure
from interlock.book.party import EDGES
from interlock.book.quantity import ANY, Calendar, looks_like_quantity
from interlock.book.reading import Reading
from interlock.book.remedy import meant
from interlock.book.written import Written
from interlock.ground.address import join
from interlock.ground.figure import Figure
from interlock.ground.units import Unit


def read_name(section: str, written: Written, name: str, reading: Reading) -> str | None:
    """The name of something that a section of the book declares; parties are also the edges of the world."""
    known = {*reading.names(section), *(EDGES if section == "parties" else ())}
    if written.text in known:
        return written.text
    remedy = meant(written.text or "", known, section) if known else f"Declare it under `{section}`."
    reading.problem(written.place, f"{name} is {_shown(written)}, which no file declares", remedy)
    return None


def read_one_of(known: Collection[str], written: Written, name: str, what: str, reading: Reading) -> str | None:
    """One of a list of words."""
    if written.text in known:
        return written.text
    remedy = meant(written.text or "", known, what)
    reading.problem(written.place, f"{name} is {_shown(written)}, which is none of the {what}", remedy)
    return None


def read_driver(
    written: Written, name: str, unit: Unit | None, address: str, reading: Reading, calendar: Calendar
) -> Figure | str | None:
    """The name of a driver, or in its place a figure: a level that does not move."""
    known = reading.names("drivers")
    if written.text is None or (written.text not in known and looks_like_quantity(written.text)):
        return read_figure(written, name, unit or ANY, address, reading, calendar)
    if written.text not in known:
        remedy = meant(written.text, known, "drivers")
        reading.problem(written.place, f"{name} is {_shown(written)}, which no driver is called", remedy)
        return None
    found = reading.driver_units.get(written.text)
    if unit is not None and found is not None and found.base != unit.base:
        asked = f"measured in {unit.shown}" if unit.shown else "a plain number"
        wrong = f"{name} is the driver '{written.text}', in {found.shown or 'plain numbers'}, but this field is {asked}"
        alike = sorted(other for other, each in reading.driver_units.items() if each and each.base == unit.base)
        remedy = f"Drivers of that unit: {', '.join(alike)}." if alike else "No driver of the book has that unit."
        reading.problem(written.place, wrong, remedy)
        return None
    return written.text


def read_contract_name(written: Written, name: str, address: str, reading: Reading) -> str | None:
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
    remedy = meant(text, near_by, "contracts")
    reading.problem(written.place, f"{name} is {_shown(written)}, which is no contract of the book", remedy)
    return None


def _shown(written: Written) -> str:
    return f"'{written.text}'" if written.text else "no name"
