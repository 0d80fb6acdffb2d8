"""Shocks and failures: what a scenario does to a run, without changing what the book says.

shocks: [{address: drivers.demand.level, factor: 0.5, from: 2027-01, until: 2028-01}]
fail: [{party: lab, month: 2028-01}]
"""

from __future__ import annotations

from interlock.book.book import Failure, Shock
from interlock.book.party import EDGES
from interlock.book.quantity import QuantityError, read_quantity
from interlock.book.reading import Reading
from interlock.book.remedy import meant
from interlock.book.written import Written
from interlock.ground.address import join, nearest
from interlock.ground.months import is_month, month_of
from interlock.ground.units import Unit

FACTOR = Unit("", "x", "0.5")

_FIELDS = ("address", "factor", "to", "from", "until")


def read_shocks(reading: Reading) -> tuple[Shock, ...]:
    """The shocks, in order of driver and month."""
    read = [_shock(entry, reading) for entry in _entries("shocks", reading)]
    return tuple(sorted((shock for shock in read if shock is not None), key=lambda each: (each.driver, each.begins)))


def read_failures(reading: Reading) -> tuple[Failure, ...]:
    """The failures, in order of party and month."""
    read = [_failure(entry, reading) for entry in _entries("fail", reading)]
    return tuple(sorted((each for each in read if each is not None), key=lambda each: (each.party, each.month)))


def _entries(section: str, reading: Reading) -> tuple[Written, ...]:
    written = reading.root.parts.get(section)
    if written is None or written.is_empty:
        return ()
    if not written.entries:
        reading.problem(written.place, f"`{section}` is a list, this is none", f"Write {section}: [{{…}}, {{…}}].")
    return tuple(entry for entry in written.entries if reading.mapping(entry, f"each of `{section}`"))


def _shock(written: Written, reading: Reading) -> Shock | None:
    reading.refuse_others(written, _FIELDS, "a shock")
    driver = _driver(reading.required(written, "address", "a shock", "drivers.demand.level"), reading)
    begins = _month(reading.required(written, "from", "a shock", "2027-01"), "from", reading)
    until = _month(reading.required(written, "until", "a shock", "2028-01"), "until", reading)
    changes = [word for word in ("factor", "to") if word in written.parts]
    if len(changes) != 1:
        reading.problem(written.place, "a shock has one of `factor` and `to`", "Write for example `factor: 0.5`.")
        return None
    if begins is not None and until is not None and until <= begins:
        place = written.parts["until"].place
        reading.problem(place, "the shock ends before it begins", "`until` is the first month no longer touched.")
        return None
    unit = FACTOR if changes == ["factor"] else reading.driver_units.get(driver or "")
    level = None if unit is None else _number(written.parts[changes[0]], changes[0], unit, reading)
    if driver is None or begins is None or until is None or level is None:
        return None
    return Shock(driver, level if unit is FACTOR else None, None if unit is FACTOR else level, begins, until)


def _driver(written: Written | None, reading: Reading) -> str | None:
    if written is None:
        return None
    known = [join("drivers", name, "level") for name in reading.names("drivers")]
    if written.text in known:
        return written.text.split(".")[1]
    near = nearest(written.text or "", known)
    remedy = f"Did you mean '{near}'?" if near else "Name a driver's level: drivers.NAME.level."
    reading.problem(written.place, f"address is '{written.text or ''}', which is no driver's level", remedy)
    return None


def _month(written: Written | None, name: str, reading: Reading) -> int | None:
    if written is None:
        return None
    if is_month(written.text or ""):
        return month_of(written.text or "")
    reading.problem(
        written.place, f"{name} is '{written.text or ''}', which is no month", 'Write for example "2027-01".'
    )
    return None


def _number(written: Written, name: str, unit: Unit, reading: Reading) -> float | None:
    try:
        distribution = read_quantity(written.text or "", unit).distribution
    except QuantityError as error:
        reading.problem(written.place, f"`{name}` {error.wrong}", error.remedy)
        return None
    if distribution.is_certain:
        return distribution.numbers[0]
    reading.problem(written.place, f"`{name}` is '{written.text}', but must be one number", "Write its middle.")
    return None


def _failure(written: Written, reading: Reading) -> Failure | None:
    reading.refuse_others(written, ("party", "month"), "a failure")
    party = reading.required(written, "party", "a failure", "lab")
    month = _month(reading.required(written, "month", "a failure", "2028-01"), "month", reading)
    known = set(reading.names("parties")) - set(EDGES)
    if party is not None and party.text not in known:
        wrong = f"party is '{party.text or ''}', which no file declares as a party that can fail"
        reading.problem(party.place, wrong, meant(party.text or "", known, "parties"))
        return None
    return None if party is None or month is None else Failure(party.text or "", month)
