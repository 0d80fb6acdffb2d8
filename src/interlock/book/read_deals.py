"""What a book says of parties and deals."""

from __future__ import annotations

from collections.abc import Mapping

from interlock.book.deal import STATUSES, Deal, WrittenContract
from interlock.book.figures import read_figure
from interlock.book.grades import read_sources
from interlock.book.kind_terms import read_terms
from interlock.book.party import EDGES, OF_ITSELF, ROLES, Party, PartyTerms
from interlock.book.quantity import ANY, Calendar
from interlock.book.read_head import read_date
from interlock.book.reading import Reading
from interlock.book.references import read_contract_name, read_name
from interlock.book.remedy import meant
from interlock.book.spots import (
    CHANCE,
    DEAL_FIELDS,
    ENVELOPE,
    FLOW_FIELDS,
    MOMENT,
    MONTHS,
    PARTY_FIELDS,
    SHARE,
    SIZE,
    USD,
)
from interlock.book.terms import Terms
from interlock.book.triggers import OF_PARTY
from interlock.book.written import Written
from interlock.contracts import PlainFlow
from interlock.ground.address import join
from interlock.ground.fields import fields_of
from interlock.ground.figure import Figure
from interlock.ground.months import month_of
from interlock.ground.units import Unit

SAID_AS = {"in talks": "rumoured", "closed": "in-force", "cancelled": "ended"}
"""How else a book may say a status."""

_TAKEN = {*PARTY_FIELDS, *(field.name for field in fields_of(PartyTerms)), *OF_PARTY, *OF_ITSELF}
"""Names that a flow may not have: its address would name something else."""


def read_parties(reading: Reading) -> dict[str, Party]:
    """The parties of a book, in order of name, then the world's edges."""
    sections = reading.section("parties")
    parties = {
        name: party for name, part in sections.items() if name not in EDGES and (party := _party(name, part, reading))
    }
    for name in EDGES:
        title = _title_of_edge(name, sections[name], reading) if name in sections else ""
        parties[name] = Party(name, title or name.replace("-", " "), (), Terms(PartyTerms, {}))
    return parties


def _title_of_edge(name: str, written: Written, reading: Reading) -> str:
    for field in written.parts:
        if field != "title":
            wrong = f"'{name}' is an edge of the world, which has no '{field}'"
            remedy = "Edges pay whatever they owe; they may have a `title`. Give the party another name."
            reading.problem(written.place_of(field), wrong, remedy)
            break
    return reading.word(written.parts.get("title"), "title")


def _party(name: str, written: Written, reading: Reading) -> Party | None:
    what, address = f"party '{name}'", join("parties", name)
    reading.places[address] = reading.root.parts["parties"].place_of(name)
    if not reading.mapping(written, what):
        return None
    terms = read_terms(PartyTerms, written, what, address, reading, reading.calendar, PARTY_FIELDS)
    return Party(
        name=name,
        title=reading.word(written.parts.get("title"), "title") or name,
        roles=_roles(written, what, reading),
        terms=terms,
        stakes=_stakes(name, written.parts.get("stakes"), reading),
        flows=_flows(name, written.parts.get("flows"), reading),
    )


def _roles(written: Written, what: str, reading: Reading) -> tuple[str, ...]:
    part = reading.required(written, "roles", what, "[lab]")
    roles = reading.words(part, "roles") if part is not None else []
    for role in roles:
        if role.text not in ROLES:
            reading.problem(role.place, f"there is no role '{role.text}'", meant(role.text or "", ROLES, "roles"))
    return tuple(sorted({role.text for role in roles if role.text in ROLES}))


def _stakes(holder: str, written: Written | None, reading: Reading) -> Mapping[str, Figure]:
    stakes: dict[str, Figure] = {}
    if written is None or not reading.mapping(written, "`stakes`"):
        return stakes
    known = set(reading.names("parties")) - set(EDGES)
    for company, part in sorted(written.parts.items()):
        if company not in known or company == holder:
            wrong = f"`stakes` names '{company}', which " + ("holds them" if company == holder else "no file declares")
            reading.problem(written.place_of(company), wrong, meant(company, known - {holder}, "parties"))
            continue
        figure = read_figure(part, f"stakes.{company}", SHARE, join("parties", holder, "stakes", company), reading)
        if figure is not None:
            stakes[company] = figure
    return stakes


def _flows(party: str, written: Written | None, reading: Reading) -> Mapping[str, WrittenContract]:
    flows: dict[str, WrittenContract] = {}
    if written is None or not reading.mapping(written, "`flows`"):
        return flows
    for name, part in reading.named(written).items():
        if name in _TAKEN:
            wrong = f"a flow cannot be called '{name}': parties.{party}.{name} is something else"
            reading.problem(written.place_of(name), wrong, "Give it another name.")
        elif reading.mapping(part, f"flow '{name}'"):
            reading.places[join("parties", party, name)] = written.place_of(name)
            flows[name] = _flow(party, name, part, reading)
    return flows


def _flow(party: str, name: str, written: Written, reading: Reading) -> WrittenContract:
    address = join("parties", party, name)
    terms = read_terms(PlainFlow, written, f"flow '{name}'", address, reading, reading.calendar, FLOW_FIELDS)
    payer, payee = party, "suppliers"
    if "to" in written.parts and "from" in written.parts:
        reading.problem(written.place_of("from"), f"flow '{name}' has both `to` and `from`", "Keep one of them.")
    elif "from" in written.parts:
        payer, payee = read_name("parties", written.parts["from"], "from", reading) or "", party
    elif "to" in written.parts:
        payee = read_name("parties", written.parts["to"], "to", reading) or ""
    if payer == payee:
        reading.problem(written.place, f"flow '{name}' goes from {payer} to itself", "Name another party.")
    sources = tuple(sorted(read_sources(written.parts.get("sources"), "sources", reading)))
    return WrittenContract(name, address, PlainFlow, payer, payee, terms, sources=sources)


def read_deals(reading: Reading) -> dict[str, Deal]:
    """The deals of a book, in order of name."""
    read = {name: _deal(name, written, reading) for name, written in reading.section("deals").items()}
    return {name: deal for name, deal in read.items() if deal is not None}


def _deal(name: str, written: Written, reading: Reading) -> Deal | None:
    what, address = f"deal '{name}'", join("deals", name)
    reading.places[address] = reading.root.parts["deals"].place_of(name)
    if not reading.mapping(written, what):
        return None
    reading.refuse_others(written, DEAL_FIELDS, what)
    announced = read_date(reading.required(written, "announced", what, "2025-11-18"), "announced", reading)
    month = month_of(announced) if announced else reading.start
    calendar = Calendar(reading.start, month)
    status = _status(written, what, reading)
    probability = _figure(written, "probability", CHANCE, address, reading, calendar)
    if status in {"rumoured", "letter-of-intent"} and "probability" not in written.parts:
        place = written.parts["status"].place
        remedy = "Write for example `probability: {assumed: 70 %, because: …}`."
        reading.problem(place, f"{what} is {status}, but has no `probability`", remedy)
    return Deal(
        name=name,
        title=reading.word(written.parts.get("title"), "title") or name,
        announced=month,
        announced_on=announced,
        status=status,
        probability=probability,
        completes=_figure(written, "completes", MOMENT, address, reading, calendar),
        size=_figure(written, "size", SIZE, address, reading, calendar),
        depends_on=_depends_on(written, reading),
        sources=tuple(sorted(read_sources(written.parts.get("sources"), "sources", reading))),
        contracts=_contracts(name, written, calendar, reading),
    )


def _figure(
    written: Written, name: str, unit: Unit, address: str, reading: Reading, calendar: Calendar
) -> Figure | None:
    part = written.parts.get(name)
    return None if part is None else read_figure(part, name, unit, join(address, name), reading, calendar)


def _status(written: Written, what: str, reading: Reading) -> str:
    part = reading.required(written, "status", what, "signed")
    if part is None:
        return ""
    status = SAID_AS.get(part.text or "", part.text or "")
    if status not in STATUSES:
        known = (*STATUSES, *SAID_AS)
        reading.problem(part.place, f"there is no status '{part.text or ''}'", meant(status, known, "statuses"))
        return ""
    return status


def _depends_on(written: Written, reading: Reading) -> tuple[str, ...]:
    known = reading.names("deals")
    found: set[str] = set()
    for entry in reading.words(written.parts.get("depends_on"), "depends_on"):
        name = (entry.text or "").removeprefix("deals.")
        if name in known:
            found.add(name)
        else:
            reading.problem(entry.place, f"depends_on is '{name}', which is no deal", meant(name, known, "deals"))
    return tuple(sorted(found))


def _contracts(deal: str, written: Written, calendar: Calendar, reading: Reading) -> Mapping[str, WrittenContract]:
    part = reading.required(written, "contracts", f"deal '{deal}'", "{compute: {kind: …, payer: …, payee: …}}")
    contracts: dict[str, WrittenContract] = {}
    if part is None or not reading.mapping(part, "`contracts`"):
        return contracts
    for name, entry in reading.named(part).items():
        if name in DEAL_FIELDS:
            wrong = f"a contract cannot be called '{name}': deals.{deal}.{name} is something else"
            reading.problem(part.place_of(name), wrong, "Give it another name.")
            continue
        reading.places[join("deals", deal, name)] = part.place_of(name)
        contract = _contract(deal, name, entry, calendar, reading)
        if contract is not None:
            contracts[name] = contract
    return contracts


def _contract(deal: str, name: str, written: Written, calendar: Calendar, reading: Reading) -> WrittenContract | None:
    what, address = f"contract '{name}'", join("deals", deal, name)
    if not reading.mapping(written, what):
        return None
    kind_name = reading.required(written, "kind", what, "compute-commitment")
    if kind_name is None:
        return None
    kind = reading.kinds.contracts.get(kind_name.text or "")
    if kind is None:
        remedy = meant(kind_name.text or "", reading.kinds.contracts, "kinds")
        reading.problem(kind_name.place, f"there is no kind of contract '{kind_name.text or ''}'", remedy)
        return None
    payer, payee = (_end(written, end, what, reading) for end in ("payer", "payee"))
    if payer and payer == payee:
        reading.problem(written.parts["payee"].place, f"{what} is between {payer} and itself", "Name another party.")
    filled = ("total",) if "binding" in written.parts else ()
    return WrittenContract(
        name=name,
        address=address,
        kind=kind,
        payer=payer,
        payee=payee,
        terms=read_terms(kind, written, f"a {kind.kind}", address, reading, calendar, ENVELOPE, filled),
        headline=_figure(written, "headline", USD, address, reading, calendar),
        binding=_binding(written, address, reading, calendar),
        pays_after=_figure(written, "pays_after", MONTHS, address, reading, calendar),
        sources=tuple(sorted(read_sources(written.parts.get("sources"), "sources", reading))),
        earmarked_for=_earmarked_for(written, deal, address, reading),
    )


def _earmarked_for(written: Written, deal: str, address: str, reading: Reading) -> tuple[str, ...]:
    """The other contracts of the deal, and those that the book names."""
    found = set(_contracts_of(deal, reading))
    for entry in reading.words(written.parts.get("earmarked_for"), "earmarked_for"):
        name = (entry.text or "").removeprefix("deals.")
        if name in reading.names("deals"):
            found |= _contracts_of(name, reading)
        else:
            found.add(read_contract_name(entry, "earmarked_for", address, reading) or address)
    return tuple(sorted(found - {address}))


def _contracts_of(deal: str, reading: Reading) -> set[str]:
    return {join("deals", deal, contract) for contract in reading.names("deals", deal, "contracts")}


def _end(written: Written, end: str, what: str, reading: Reading) -> str:
    part = reading.required(written, end, what, "lab")
    return "" if part is None else read_name("parties", part, end, reading) or ""


def _binding(written: Written, address: str, reading: Reading, calendar: Calendar) -> Figure | None:
    """What is owed of the headline: USD, or a share of it."""
    part = written.parts.get("binding")
    if part is None:
        return None
    figure = read_figure(part, "binding", ANY, join(address, "binding"), reading, calendar)
    if figure is None:
        return None
    unit = USD if figure.unit.base == USD.base else SHARE
    figure = read_figure(part, "binding", unit, join(address, "binding"), reading, calendar)
    if figure is not None and unit is SHARE and "headline" not in written.parts:
        wrong = "`binding` is a part of the headline, but there is no `headline`"
        reading.problem(part.place, wrong, "Give the `headline` in USD, or the `binding` part in USD.")
    return figure
