"""What a book says of generations of chips, and of sites."""

from __future__ import annotations

from interlock.book.chip import ChipTerms
from interlock.book.deal import WrittenContract
from interlock.book.grades import read_sources
from interlock.book.kind_terms import read_terms
from interlock.book.reading import Reading
from interlock.book.references import read_name
from interlock.book.spots import SITE_FIELDS
from interlock.book.terms import Terms
from interlock.contracts import Site
from interlock.ground.address import join


def read_chips(reading: Reading) -> dict[str, Terms]:
    """The generations of chips of a book, in order of name."""
    chips: dict[str, Terms] = {}
    for name, written in reading.section("chips").items():
        what, address = f"chips '{name}'", join("chips", name)
        reading.places[address] = reading.root.parts["chips"].place_of(name)
        if reading.mapping(written, what):
            chips[name] = read_terms(ChipTerms, written, what, address, reading, reading.calendar)
    return chips


def read_sites(reading: Reading) -> dict[str, WrittenContract]:
    """The sites of a book, in order of name: what each costs its owner."""
    sites: dict[str, WrittenContract] = {}
    for name, written in reading.section("sites").items():
        what, address = f"site '{name}'", join("sites", name)
        reading.places[address] = reading.root.parts["sites"].place_of(name)
        if not reading.mapping(written, what):
            continue
        part = reading.required(written, "owner", what, "cloud")
        owner = "" if part is None else read_name("parties", part, "owner", reading) or ""
        terms = read_terms(Site, written, what, address, reading, reading.calendar, SITE_FIELDS)
        sources = tuple(sorted(read_sources(written.parts.get("sources"), "sources", reading)))
        sites[name] = WrittenContract(name, address, Site, owner, "suppliers", terms, sources=sources)
    return sites
