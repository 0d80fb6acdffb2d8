"""The JSON Schema of a book, generated from the classes, so that editors complete and check while one types.

It knows the fields of every kind, what each is measured in, and the words that a field may hold. What only a whole
book can tell (that a name is declared, that terms fit together) is left to `check`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from interlock.book.chip import ChipTerms
from interlock.book.deal import STATUSES
from interlock.book.field_docs import field_docs, first_line
from interlock.book.kind_terms import PURPOSES
from interlock.book.kinds import Kind, kinds_by_name
from interlock.book.market import MarketTerms
from interlock.book.party import EDGES, ROLES, PartyTerms
from interlock.book.quantity import ANY
from interlock.book.read_deals import SAID_AS
from interlock.book.read_drivers import CORRELATION
from interlock.book.read_shocks import FACTOR
from interlock.book.segment import SegmentTerms
from interlock.book.spots import CHANCE, MOMENT, MONTHS, SHARE, SIZE, USD
from interlock.contracts import KINDS, PlainFlow, Site
from interlock.ground.fields import Choice, Field, Refers, Role, fields_of
from interlock.ground.units import Unit

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}(-\d{2})?$", "examples": ["2025-11-18"]}
_NAMES: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_NAME = "^[a-z0-9-]+$"


def book_schema(kinds: Iterable[Kind] = KINDS) -> Schema:
    """The JSON Schema (draft 2020-12) of a file of a book, with these kinds."""
    known = kinds_by_name(kinds)
    units: dict[str, Schema] = {}
    contract = _one_of_kinds(known.contracts, "contract", _envelope(units), ("payer", "payee"), units)
    driver = _one_of_kinds(known.drivers, "driver", {}, (), units)
    sections = {
        "book": _book(),
        "sources": _named(_source()),
        "figures": _named(_figure(ANY, units)),
        "parties": _parties(units),
        "chips": _named(_part(ChipTerms, units)),
        "sites": _named(_site(units)),
        "drivers": _named(driver),
        "segments": _segments(units),
        "markets": _named(_part(MarketTerms, units)),
        "correlations": {"type": "array", "items": _correlation(units)},
        "tails": _fields({"between": {"type": "array", "items": _TEXT, "minItems": 2}}, ("between",)),
        "groups": _named(_fields({"correlation": _figure(SHARE, units)}, ("correlation",))),
        "deals": _named(_deal(contract, units)),
        "shocks": {"type": "array", "items": _shock()},
        "fail": {"type": "array", "items": _fields({"party": _TEXT, "month": _DAY}, ("party", "month"))},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A book of deals, or one of its files",
        **_fields(sections),
        "$defs": {"trigger": _trigger(units), **units},
    }


def _fields(properties: Mapping[str, Any], required: Iterable[str] = ()) -> Schema:
    said: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**said, "required": sorted(required)} if required else said


def _named(entry: Schema) -> Schema:
    return {"type": "object", "propertyNames": {"pattern": _NAME}, "additionalProperties": entry}


def _book() -> Schema:
    properties = {
        "name": {"type": "string", "pattern": _NAME},
        "title": _TEXT,
        "as_of": {**_DAY, "description": "Only what was public by then may set a figure."},
        "start": {**_DAY, "description": "The first month of a run."},
        "months": {"type": "integer", "minimum": 1, "maximum": 1200},
    }
    return _fields(properties)


def _source() -> Schema:
    properties = {
        "title": _TEXT,
        "publisher": _TEXT,
        "date": _DAY,
        "url": {"type": "string", "pattern": "^https?://", "description": "Without one, at most `estimated`."},
        "known_since": {**_DAY, "description": "From when what is cited was public, where the document is later."},
        "note": _TEXT,
    }
    return _fields(properties, ("title", "date"))


def _figure(unit: Unit, units: dict[str, Schema]) -> Schema:
    """A reference to the schema of figures of a unit, which is made when first needed."""
    shown = "any unit" if unit.base == "*" else unit.shown or "a plain number"
    words = ("chance" if unit.is_chance else shown.replace("%", "percent")).replace("/", " per ")
    name = f"figure-in-{re.sub(r'[^A-Za-z0-9]+', '-', words).strip('-')}"
    if name not in units:
        quantity = {
            "type": ["string", "number"],
            "pattern": r"^([+-]?[0-9.]|[a-z]+ ?\()",
            "description": f"Measured in {shown}, for example {unit.example}",
            "examples": [unit.example],
        }
        units[name] = {"anyOf": [quantity, _graded(quantity)]}
    return {"$ref": f"#/$defs/{name}"}


def _graded(quantity: Schema) -> Schema:
    properties = {
        "stated": {**quantity, "description": "Said by a party or a filing; needs a source with an address."},
        "estimated": {**quantity, "description": "Worked out from sources; needs a source, and the method as because."},
        "assumed": {**quantity, "description": "Chosen for a reason; needs because."},
        "undisclosed": {"const": True, "description": "Known to exist and kept secret; needs assume and because."},
        "assume": {**quantity, "description": "What stands in place of an undisclosed figure."},
        "same_as": {"type": "string", "pattern": r"^[a-z]+(\.[a-z0-9_-]+)+$", "examples": ["figures.density"]},
        "source": _NAMES,
        "because": _TEXT,
        "group": {"type": "string", "pattern": "^-?[a-z0-9-]+$"},
    }
    return {
        **_fields(properties),
        "oneOf": [
            {"required": ["stated", "source"]},
            {"required": ["estimated", "source", "because"]},
            {"required": ["assumed", "because"]},
            {"required": ["undisclosed", "assume", "because"]},
            {"required": ["same_as"]},
        ],
    }


def _one_of_kinds(
    kinds: Mapping[str, type], what: str, also: Mapping[str, Schema], required: Iterable[str], units: dict[str, Schema]
) -> Schema:
    """Fields that depend on the kind, so that an editor offers those of the kind that is named."""
    of_each = []
    for name, kind in sorted(kinds.items()):
        needed = [field.name for field in fields_of(kind) if field.is_required and field.name != "total"]
        properties = {"kind": {"const": name}, **also, **_terms(kind, units)}
        then = {**_fields(properties, ("kind", *required, *needed)), "description": first_line(kind)}
        of_each.append({"if": {"properties": {"kind": {"const": name}}, "required": ["kind"]}, "then": then})
    chosen = {"enum": sorted(kinds), "description": f"The kind of {what}."}
    return {"type": "object", "properties": {"kind": chosen}, "required": ["kind"], "allOf": of_each}


def _terms(kind: type, units: dict[str, Schema]) -> dict[str, Schema]:
    docs = field_docs(kind)
    return {field.name: {"description": docs.get(field.name, ""), **_term(field, units)} for field in fields_of(kind)}


def _term(field: Field, units: dict[str, Schema]) -> Schema:
    said: Schema
    match field:
        case Field(refers=Refers() as refers):
            said = _reference(refers, units)
        case Field(choice=Choice(words=words)):
            said = {"enum": list(words)}
        case Field(role=Role.schedule, unit=unit):
            said = _schedule(unit or SHARE)
        case Field(unit=Unit() as unit):
            said = _figure(unit, units)
        case Field(role=Role.part, part=type() as part):
            said = _part(part, units)
        case Field(role=Role.many, part=type() as part):
            said = {"type": "array", "items": _part(part, units), "minItems": 1}
        case _:
            said = {"type": ["string", "boolean", "number"]}
    return said


def _part(part: type, units: dict[str, Schema]) -> Schema:
    return _fields(_terms(part, units), [each.name for each in fields_of(part) if each.is_required])


def _reference(refers: Refers, units: dict[str, Schema]) -> Schema:
    match refers.to:
        case "driver":
            return {"anyOf": [{"type": "string", "pattern": _NAME}, _figure(refers.unit or ANY, units)]}
        case "purpose":
            return {"enum": list(PURPOSES)}
        case "trigger":
            return {"$ref": "#/$defs/trigger"}
        case _:
            return _TEXT


def _schedule(unit: Unit) -> Schema:
    level = {"type": ["string", "number"], "examples": [unit.example]}
    levels = {"type": "object", "patternProperties": {_DAY["pattern"]: level}, "additionalProperties": False}
    grades = dict.fromkeys(("stated", "estimated", "assumed", "assume"), levels)
    graded = _fields({**grades, "undisclosed": {"const": True}, "source": _NAMES, "because": _TEXT})
    return {"anyOf": [levels, graded]}


def _trigger(units: dict[str, Schema]) -> Schema:
    again = {"type": "array", "items": {"$ref": "#/$defs/trigger"}, "minItems": 1}
    level = _figure(ANY, units)
    condition = _fields({"when": _TEXT, "at_least": level, "at_most": level}, ("when",))
    bounds = [{"required": ["at_least"]}, {"required": ["at_most"]}]
    others = [_fields({"date": _DAY}, ("date",)), _fields({"all": again}, ("all",)), _fields({"any": again}, ("any",))]
    return {"anyOf": [_DAY, {**condition, "oneOf": bounds}, *others]}


def _envelope(units: dict[str, Schema]) -> dict[str, Schema]:
    return {
        "payer": _TEXT,
        "payee": _TEXT,
        "sources": _NAMES,
        "headline": {"description": "What was announced; only reported.", **_figure(USD, units)},
        "binding": {"description": "What is owed of the headline: USD, or % of it.", **_figure(ANY, units)},
        "pays_after": {"description": "From a bill to its due date.", **_figure(MONTHS, units)},
        "earmarked_for": {"description": "What its payee pays first from it: contracts, or whole deals.", **_NAMES},
    }


def _parties(units: dict[str, Schema]) -> Schema:
    flow = _fields({"to": _TEXT, "from": _TEXT, "sources": _NAMES, **_terms(PlainFlow, units)})
    properties = {
        "title": _TEXT,
        "roles": {"anyOf": [{"enum": list(ROLES)}, {"type": "array", "items": {"enum": list(ROLES)}, "minItems": 1}]},
        "stakes": _named(_figure(SHARE, units)),
        "flows": _named(flow),
        **_terms(PartyTerms, units),
    }
    edges = dict.fromkeys(EDGES, _fields({"title": _TEXT}))
    return {**_named(_fields(properties, ("roles",))), "properties": edges}


def _segments(units: dict[str, Schema]) -> Schema:
    properties = {"title": _TEXT, "shares": _named(_figure(SHARE, units)), **_terms(SegmentTerms, units)}
    return _named(_fields(properties, ("spend", "shares")))


def _site(units: dict[str, Schema]) -> Schema:
    needed = [each.name for each in fields_of(Site) if each.is_required]
    return _fields({"owner": _TEXT, "sources": _NAMES, **_terms(Site, units)}, ("owner", *needed))


def _correlation(units: dict[str, Schema]) -> Schema:
    between = {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2}
    return _fields({"between": between, "is": _figure(CORRELATION, units)}, ("between", "is"))


def _deal(contract: Schema, units: dict[str, Schema]) -> Schema:
    properties = {
        "announced": _DAY,
        "title": _TEXT,
        "status": {"enum": [*STATUSES, *SAID_AS]},
        "probability": {"description": "That it completes.", **_figure(CHANCE, units)},
        "completes": {"description": "When it comes into force.", **_figure(MOMENT, units)},
        "size": {"description": "What its amounts are multiplied by.", **_figure(SIZE, units)},
        "depends_on": _NAMES,
        "sources": _NAMES,
        "contracts": _named(contract),
    }
    unsure = {"properties": {"status": {"enum": ["rumoured", "in talks", "letter-of-intent"]}}, "required": ["status"]}
    needed = ("announced", "status", "contracts")
    return {**_fields(properties, needed), "if": unsure, "then": {"required": ["probability"]}}


def _shock() -> Schema:
    number = {"type": ["string", "number"], "examples": [FACTOR.example]}
    properties = {"address": _TEXT, "factor": number, "to": number, "from": _DAY, "until": _DAY}
    changes = [{"required": ["factor"]}, {"required": ["to"]}]
    return {**_fields(properties, ("address", "from", "until")), "oneOf": changes}
