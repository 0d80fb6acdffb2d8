"""Triggers, and what can be watched.

    exercise: 2027-01                                            that month comes
    exercise: {when: parties.lab.scarcity, at_least: 110 %}      something watched reaches a level
    exercise: {all: […]}   {any: […]}

What can be watched is a closed list; each has its unit, and is seen as of the end of last month.
"""

from __future__ import annotations

from interlock.book.figures import read_figure
from interlock.book.party import EDGES
from interlock.book.quantity import Calendar
from interlock.book.reading import Reading
from interlock.book.remedy import meant
from interlock.book.terms import AllOf, AnyOf, Condition, OnDate, WrittenTrigger
from interlock.book.written import Written
from interlock.ground.address import join, nearest
from interlock.ground.months import is_month, month_of
from interlock.ground.units import Unit

OF_PARTY = {
    "cash": Unit("USD", "USD", "5 B USD"),
    "sales": Unit("USD/month", "USD/month", "1 B USD/month"),
    "run_rate": Unit("USD/month", "USD/year", "10 B USD/year"),
    "need": Unit("H100e", "H100e", "400 k H100e"),
    "supply": Unit("H100e", "H100e", "400 k H100e"),
    "scarcity": Unit("", "%", "110 %"),
    "runway": Unit("month", "months", "6 months"),
    "cover": Unit("", "x", "1.2 x"),
    "leverage": Unit("", "x", "5 x"),
    "failed": Unit("", "", "1"),
    "acquired": Unit("", "", "1"),
    "quality": Unit("", "", "1.5"),
}
"""`parties.PARTY.…`: cash; last month's sales, or the yearly run-rate of them; compute wanted, ready, and the former
as a share of the latter; months of cash at the outflow of the last three months; how many times its
business paid for the interest and principal that fell due in the last twelve, and its debt over what it brought in;
1 once it has failed, saved or not; 1 once it was taken over; how much better the newest model of a lab is than that of
the start, as the logarithm of effective compute."""

OF_CONTRACT = {
    "drawn": Unit("USD", "USD", "5 B USD"),
    "used": Unit("H100e", "H100e", "400 k H100e"),
    "delivered": Unit("H100e", "H100e", "400 k H100e"),
}
"""`deals.DEAL.CONTRACT.…`: what has been paid under it so far, the capacity used and delivered."""

OF_MARKET = {"price": Unit("USD/H100e/month", "USD/H100e-hour", "3 USD/H100e-hour")}
"""`markets.MARKET.price`: what compute costs there by the hour, this month like a driver."""
OF_SITE = {
    "powered": Unit("MW", "MW (facility)", "500 MW"),
    "installed": Unit("H100e", "H100e", "400 k H100e"),
}
"""`sites.SITE.…`: what is powered at the meter, and the compute that is installed and has power."""

WORDS = ("when", "at_least", "at_most", "date", "all", "any")


def watched(reading: Reading) -> dict[str, Unit | None]:
    """Every address that can be watched, and its unit (None: of a driver that could not be read)."""
    found = {join("drivers", name): reading.driver_units.get(name) for name in reading.names("drivers")}
    for market in reading.names("markets"):
        found.update({join("markets", market, word): unit for word, unit in OF_MARKET.items()})
    for party in reading.names("parties"):
        if party not in EDGES:
            found.update({join("parties", party, word): unit for word, unit in OF_PARTY.items()})
    for deal in reading.names("deals"):
        for contract in reading.names("deals", deal, "contracts"):
            found.update({join("deals", deal, contract, word): unit for word, unit in OF_CONTRACT.items()})
    for site in reading.names("sites"):
        found.update({join("sites", site, word): unit for word, unit in OF_SITE.items()})
    return found


def read_watch(written: Written, name: str, reading: Reading) -> str | None:
    """The address of something that can be watched."""
    known = watched(reading)
    if written.text in known:
        return written.text
    near = nearest(written.text or "", known)
    lists = [", ".join(words) for words in (OF_PARTY, OF_CONTRACT, OF_SITE)]
    all_of_them = (
        "Watch drivers.NAME, markets.MARKET.price, parties.PARTY.({}), deals.DEAL.CONTRACT.({}) or sites.SITE.({})."
    ).format(*lists)
    remedy = f"Did you mean '{near}'?" if near else all_of_them
    reading.problem(written.place, f"{name} is '{written.text or 'no text'}', which cannot be watched", remedy)
    return None


def read_trigger(
    written: Written, name: str, address: str, reading: Reading, calendar: Calendar
) -> WrittenTrigger | None:
    """A trigger as written, or None (and a problem)."""
    reading.places[address] = written.place
    if written.text is not None:
        return _on_date(written, name, reading)
    kinds = [word for word in ("when", "date", "all", "any") if word in written.parts]
    before = len(reading.problems)
    for word in written.parts:
        if word not in WORDS:
            remedy = meant(word, WORDS, "fields")
            reading.problem(written.place_of(word), f"a trigger has no field '{word}'", remedy)
    if len(reading.problems) > before:
        return None
    if len(kinds) != 1:
        remedy = "Write {when: ADDRESS, at_least: QUANTITY}, {date: 2027-01}, {all: […]} or {any: […]}."
        reading.problem(written.place, f"`{name}` is not one trigger", remedy)
        return None
    inner = written.parts[kinds[0]]
    if kinds[0] == "date":
        return _on_date(inner, name, reading)
    if kinds[0] == "when":
        return _condition(written, name, address, reading, calendar)
    return _parts(inner, kinds[0], name, address, reading, calendar)


def _on_date(written: Written, name: str, reading: Reading) -> OnDate | None:
    if written.text is not None and is_month(written.text):
        return OnDate(month_of(written.text))
    reading.problem(
        written.place, f"`{name}` is '{written.text or 'no text'}', which is no date", 'Write for example "2027-01".'
    )
    return None


def _condition(written: Written, name: str, address: str, reading: Reading, calendar: Calendar) -> Condition | None:
    when = read_watch(written.parts["when"], "when", reading)
    bounds = [word for word in ("at_least", "at_most") if word in written.parts]
    if len(bounds) != 1:
        remedy = "Write {when: ADDRESS, at_least: QUANTITY}, or at_most."
        reading.problem(written.place, f"`{name}` needs one of at_least and at_most", remedy)
        return None
    unit = None if when is None else watched(reading)[when]
    if when is None or unit is None:
        return None
    level = read_figure(written.parts[bounds[0]], bounds[0], unit, join(address, "level"), reading, calendar)
    return None if level is None else Condition(when, level, bounds[0] == "at_least")


def _parts(
    written: Written, word: str, name: str, address: str, reading: Reading, calendar: Calendar
) -> AllOf | AnyOf | None:
    if not written.entries:
        reading.problem(written.place, f"`{word}` is a list of triggers, this is none", "Write [{…}, {…}].")
        return None
    parts = [
        read_trigger(entry, name, join(address, number), reading, calendar)
        for number, entry in enumerate(written.entries)
    ]
    found = tuple(part for part in parts if part is not None)
    if len(found) < len(parts):
        return None
    return AllOf(found) if word == "all" else AnyOf(found)
