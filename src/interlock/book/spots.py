"""Where every address stands in the files, and what it is measured in.

One list serves whatever names something by its address: `same_as`, `--set`, scenarios, the nearest name in an error.
It holds the fields that a book could give as well as those that it gives.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from interlock.book.chip import ChipTerms
from interlock.book.kinds import KindsByName
from interlock.book.market import MarketTerms
from interlock.book.party import EDGES, PartyTerms
from interlock.book.quantity import ANY, Calendar, looks_like_quantity
from interlock.book.segment import SegmentTerms
from interlock.book.source import Source
from interlock.book.written import Written
from interlock.contracts import PlainFlow, Site
from interlock.contracts.contract import Contract
from interlock.ground.address import join
from interlock.ground.errors import Place
from interlock.ground.fields import Field, Role, fields_of
from interlock.ground.months import is_month, month_of
from interlock.ground.units import Chance, Moment, Months, Share, Unit, Usd

BOOK_FIELDS = ("name", "title", "as_of", "start", "months")
DEAL_FIELDS = ("announced", "title", "status", "probability", "completes", "size", "depends_on", "sources", "contracts")
ENVELOPE = ("kind", "payer", "payee", "sources", "headline", "binding", "pays_after", "earmarked_for")
PARTY_FIELDS = ("title", "roles", "stakes", "flows")
FLOW_FIELDS = ("to", "from", "sources")
SITE_FIELDS = ("owner", "sources")

CHANCE, MOMENT, MONTHS, SHARE, USD = (hint.__metadata__[0] for hint in (Chance, Moment, Months, Share, Usd))

SIZE = Unit("", "%", "60 %")
"""Of a deal, relative to what was announced: it may be more."""

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Spot:
    """What stands at an address."""

    path: Path
    """Keys and places in lists, from the top of the merged files."""
    written: Written | None
    """None where the book leaves it out."""
    unit: Unit | None = None
    """Of a figure."""
    announced: str = ""
    """Of a deal's terms: the day from which lags count."""
    is_whole: bool = False
    """A deal, contract or flow, which a scenario may remove."""
    table: str = ""
    """The name of a table beside the book."""

    def calendar(self, start: int) -> Calendar:
        """What months and lags count from."""
        return Calendar(start, month_of(self.announced) if is_month(self.announced) else start)


def spots(root: Written, kinds: KindsByName) -> dict[str, Spot]:
    """Every address of a book."""
    found: dict[str, Spot] = {}
    found.update(_plain(root, "book", BOOK_FIELDS))
    for name, entry in _section(root, "sources"):
        found.update(_plain(entry, name, [each.name for each in dataclasses.fields(Source)[1:]], ("sources",)))
    for name, entry in _section(root, "figures"):
        found[join("figures", name)] = Spot(("figures", name), entry, ANY)
    for name, entry in _section(root, "groups"):
        spot = Spot(("groups", name, "correlation"), entry.parts.get("correlation"), SHARE)
        found[join("groups", name, "correlation")] = spot
    for number, entry in enumerate(_part(root, "correlations").entries):
        pair = sorted(each.text or "" for each in _part(entry, "between").entries)
        found[join("correlations", *pair)] = Spot(("correlations", number, "is"), entry.parts.get("is"))
    found[join("tails", "between")] = Spot(("tails", "between"), _part(root, "tails").parts.get("between"))
    for name, entry in _section(root, "drivers"):
        kind = kinds.drivers.get(_part(entry, "kind").text or "")
        found[join("drivers", name, "kind")] = Spot(("drivers", name, "kind"), entry.parts.get("kind"))
        found.update(_terms(kind, entry, join("drivers", name), ("drivers", name), ""))
    for name, entry in _section(root, "segments"):
        found.update(_segment(name, entry))
    for name, entry in _section(root, "markets"):
        found.update(_terms(MarketTerms, entry, join("markets", name), ("markets", name), ""))
    for name, entry in _section(root, "parties"):
        found.update(_party(name, entry))
    for name, entry in _section(root, "deals"):
        found.update(_deal(name, entry, kinds.contracts))
    found.update(_physical(root))
    return found


def _physical(root: Written) -> Iterator[tuple[str, Spot]]:
    """Chips and sites."""
    for name, entry in _section(root, "chips"):
        yield from _terms(ChipTerms, entry, join("chips", name), ("chips", name), "")
    for name, entry in _section(root, "sites"):
        yield from _site(name, entry)


def _section(root: Written, name: str) -> Iterator[tuple[str, Written]]:
    return iter(_part(root, name).parts.items())


def _part(written: Written, name: str) -> Written:
    return written.parts.get(name, Written("", written.place))


def _plain(
    root: Written, name: str, fields: tuple[str, ...] | list[str], above: Path = ()
) -> Iterator[tuple[str, Spot]]:
    """Fields that are no figures."""
    entry = root if above else _part(root, name)
    for field in fields:
        yield join(*above, name, field), Spot((*above, name, field), entry.parts.get(field))


def _party(name: str, entry: Written) -> Iterator[tuple[str, Spot]]:
    address, path = join("parties", name), ("parties", name)
    yield join(address, "title"), Spot((*path, "title"), entry.parts.get("title"))
    if name in EDGES:
        return
    yield join(address, "roles"), Spot((*path, "roles"), entry.parts.get("roles"))
    yield from _terms(PartyTerms, entry, address, path, "")
    for company, stake in _part(entry, "stakes").parts.items():
        yield join(address, "stakes", company), Spot((*path, "stakes", company), stake, SHARE)
    for flow, written in _part(entry, "flows").parts.items():
        inner = (*path, "flows", flow)
        yield join(address, flow), Spot(inner, written, is_whole=True)
        for field in FLOW_FIELDS:
            yield join(address, flow, field), Spot((*inner, field), written.parts.get(field))
        yield from _terms(PlainFlow, written, join(address, flow), inner, "")


def _segment(name: str, entry: Written) -> Iterator[tuple[str, Spot]]:
    address, path, shares = join("segments", name), ("segments", name), _part(entry, "shares")
    yield join(address, "title"), Spot((*path, "title"), entry.parts.get("title"))
    yield from _terms(SegmentTerms, entry, address, path, "")
    yield join(address, "shares"), Spot((*path, "shares"), entry.parts.get("shares"))
    for lab, share in shares.parts.items():
        yield join(address, "shares", lab), Spot((*path, "shares", lab), share, SHARE)


def _site(name: str, entry: Written) -> Iterator[tuple[str, Spot]]:
    address, path = join("sites", name), ("sites", name)
    yield address, Spot(path, entry, is_whole=True)
    for field in SITE_FIELDS:
        yield join(address, field), Spot((*path, field), entry.parts.get(field))
    yield from _terms(Site, entry, address, path, "")


def _deal(name: str, entry: Written, kinds: Mapping[str, type[Contract]]) -> Iterator[tuple[str, Spot]]:
    address, path = join("deals", name), ("deals", name)
    announced = _part(entry, "announced").text or ""
    yield address, Spot(path, entry, is_whole=True)
    for field in DEAL_FIELDS[:-1]:
        unit = {"probability": CHANCE, "completes": MOMENT, "size": SIZE}.get(field)
        yield join(address, field), Spot((*path, field), entry.parts.get(field), unit, announced)
    for contract, written in _part(entry, "contracts").parts.items():
        inner = (*path, "contracts", contract)
        yield join(address, contract), Spot(inner, written, is_whole=True)
        for field in ENVELOPE:
            unit = {"headline": USD, "binding": ANY, "pays_after": MONTHS}.get(field)
            yield join(address, contract, field), Spot((*inner, field), written.parts.get(field), unit, announced)
        kind = kinds.get(_part(written, "kind").text or "")
        yield from _terms(kind, written, join(address, contract), inner, announced)


def _terms(kind: type | None, written: Written, address: str, path: Path, announced: str) -> Iterator[tuple[str, Spot]]:
    """The terms of a kind, whether given or not."""
    for field in () if kind is None else fields_of(kind):
        yield from _term(
            field, written.parts.get(field.name), join(address, field.name), (*path, field.name), announced
        )


def _term(
    field: Field, written: Written | None, address: str, path: Path, announced: str
) -> Iterator[tuple[str, Spot]]:
    is_table = field.refers is not None and field.refers.to == "file" and written is not None
    table = written.text or "" if is_table and written is not None else ""
    yield address, Spot(path, written, _unit_of(field, written), announced, table=table)
    if field.role is Role.part:
        yield from _terms(field.part, written or Written({}, Place("")), address, path, announced)
    elif written is not None and field.role is Role.many:
        for number, entry in enumerate(written.entries):
            yield from _terms(field.part, entry, join(address, number), (*path, number), announced)
    elif written is not None and field.refers is not None and field.refers.to == "trigger":
        yield from _levels(written, address, path)


def _unit_of(field: Field, written: Written | None) -> Unit | None:
    """What a field is measured in; None where it holds no figure, such as the name of a driver."""
    if field.role is Role.figure and field.unit is not None:
        return ANY if field.unit.base == "*" else field.unit
    is_name = written is not None and written.text is not None and not looks_like_quantity(written.text)
    return field.refers.unit if field.refers is not None and field.refers.to == "driver" and not is_name else None


def _levels(written: Written, address: str, path: Path) -> Iterator[tuple[str, Spot]]:
    """The levels of a trigger's conditions."""
    for word, part in written.parts.items():
        if word in {"at_least", "at_most"}:
            yield join(address, "level"), Spot((*path, word), part)
        if word in {"all", "any"}:
            for number, entry in enumerate(part.entries):
                yield from _levels(entry, join(address, number), (*path, word, number))
