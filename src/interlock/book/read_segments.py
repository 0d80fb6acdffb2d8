"""What a book says of the segments of the market for models."""

from __future__ import annotations

from collections.abc import Mapping

from interlock.book.figures import read_figure
from interlock.book.kind_terms import read_terms
from interlock.book.party import EDGES
from interlock.book.reading import Reading
from interlock.book.remedy import meant
from interlock.book.segment import SEGMENT_FIELDS, Segment, SegmentTerms
from interlock.book.spots import SHARE
from interlock.book.written import Written
from interlock.ground.address import join
from interlock.ground.figure import Figure


def read_segments(reading: Reading) -> dict[str, Segment]:
    """The segments of a book, in order of name."""
    segments: dict[str, Segment] = {}
    for name, written in reading.section("segments").items():
        what, address = f"segment '{name}'", join("segments", name)
        reading.places[address] = reading.root.parts["segments"].place_of(name)
        if reading.mapping(written, what):
            segments[name] = Segment(
                name=name,
                title=reading.word(written.parts.get("title"), "title") or name,
                terms=read_terms(SegmentTerms, written, what, address, reading, reading.calendar, SEGMENT_FIELDS),
                shares=_shares(written, what, address, reading),
            )
    return segments


def _shares(written: Written, what: str, address: str, reading: Reading) -> Mapping[str, Figure]:
    shares: dict[str, Figure] = {}
    part = reading.required(written, "shares", what, "{lab: 20 %}")
    if part is None or not reading.mapping(part, "`shares`"):
        return shares
    known = set(reading.names("parties")) - set(EDGES)
    for lab, share in sorted(part.parts.items()):
        if lab not in known:
            wrong = f"`shares` names '{lab}', which no file declares"
            reading.problem(part.place_of(lab), wrong, meant(lab, known, "parties"))
            continue
        figure = read_figure(share, f"shares.{lab}", SHARE, join(address, "shares", lab), reading)
        if figure is not None:
            shares[lab] = figure
    return shares
