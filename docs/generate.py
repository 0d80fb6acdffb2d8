"""The reference, printed from the classes so that it cannot drift from them.

Nothing in `docs/reference/` is written by hand. Kinds, units and words come from where the reader of books takes them,
meanings from the texts beneath the fields, worked examples from the docstrings; those are run before they are printed.
"""

import dataclasses
import doctest
import importlib
import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, is_dataclass
from pathlib import Path

from printed import as_markdown, members, page, table, text_beneath, toctree

import interlock
from interlock import contracts, drivers
from interlock.book import triggers
from interlock.book.chip import ChipTerms
from interlock.book.deal import STATUSES
from interlock.book.field_docs import field_docs, first_line
from interlock.book.market import MarketTerms
from interlock.book.measure import UNITS, base_of, measure_of
from interlock.book.observable import BASES, FLOWS, Observable
from interlock.book.party import EDGES, ROLES, PartyTerms
from interlock.book.quantity import MAGNITUDES, show
from interlock.book.read_deals import SAID_AS
from interlock.book.segment import SegmentTerms
from interlock.book.spots import DEAL_FIELDS, ENVELOPE
from interlock.contracts.contract import ALWAYS, FINANCING, FUNDS, NEVER, REVENUE, RUNNING_COSTS, Leg, Purpose, Rank
from interlock.ground import errors, units
from interlock.ground.fields import Field, Role, fields_of
from interlock.ground.units import Unit

MANY_WORDS = {
    "billed": "the name of a contract",
    "chip": "the name of a generation of chips",
    "contract": "the name of a contract",
    "driver": "the name of a driver",
    "file": "the name of a file",
    "market": "the name of a market",
    "owed": "the name of a contract",
    "paid": "the name of a contract",
    "party": "the name of a party",
    "purpose": "a purpose",
    "term-price": "the name of a market",
    "site": "the name of a site",
    "trigger": "a trigger",
    "watch": "the address of something watched",
}


def write(folder: Path) -> None:
    """Print every page; a page that says what it said before is left alone, so that it need not be built again."""
    pages = dict(_pages())
    for old in folder.rglob("*.md"):
        if old.relative_to(folder).as_posix() not in pages:
            old.unlink()
    for name, text in pages.items():
        page = folder / name
        page.parent.mkdir(parents=True, exist_ok=True)
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8", newline="\n")


def _pages() -> Iterator[tuple[str, str]]:
    yield "index.md", _index()
    yield "contracts/index.md", _kinds("Contract kinds", contracts.KINDS, CONTRACTS_SAY)
    for kind in contracts.KINDS:
        yield f"contracts/{kind.kind}.md", contract_page(kind)
    yield "drivers/index.md", _kinds("Driver kinds", drivers.KINDS, DRIVERS_SAY)
    for driver in drivers.KINDS:
        yield f"drivers/{driver.kind}.md", driver_page(driver)
    yield "parties.md", _parties()
    yield "markets.md", _markets()
    yield "chips.md", _chips()
    yield "deals.md", _deals()
    yield "segments.md", _segments()
    yield "units.md", _units()
    yield "purposes.md", _purposes()
    yield "watched.md", _watched()
    yield "observed.md", _observed()
    yield "errors.md", _errors()
    yield "command-line.md", _commands()
    yield "python.md", _python()


MERIT = ("first", "after every commitment", "last, after every commitment and what the buyer owns")
"""When compute is used, by the merit of what supplies it."""

NO_LIMIT = 1e9
"""H100e: more than anybody will have."""

PAGES = (
    "contracts/index",
    "drivers/index",
    "parties",
    "markets",
    "chips",
    "deals",
    "segments",
    "units",
    "purposes",
    "watched",
    "observed",
    "errors",
    "command-line",
    "python",
)


def _index() -> str:
    says = "Printed from the classes when these pages are built, so that it cannot drift from them."
    return page("Reference", says, "\n".join(["```{toctree}", ":maxdepth: 1", "", *PAGES, "```"]))


# ── kinds ────────────────────────────────────────────────────────────────────────────────────────────────────────────

CONTRACTS_SAY = (
    "A book names a contract's kind under `kind`, its two parties under `payer` and `payee`, and the terms of the kind "
    "beside them. A kind of your own stands beside these: see [](../../how-to/write-a-kind.md)."
)
DRIVERS_SAY = (
    "A driver is a process that moves every month. All levels of one driver share a unit, which is the driver's. "
    "How drivers are moved together: [](../../method/3-drivers.md)."
)


def _kinds(title: str, kinds: Sequence[type], says: str) -> str:
    rows = [(f"[{kind.kind}]({kind.kind}.md)", first_line(kind)) for kind in kinds]
    return page(title, says, table(("kind", "what it is"), rows), toctree(kind.kind for kind in kinds))


def contract_page(kind: type[contracts.Contract]) -> str:
    """Sentence, equation, worked example, terms and legs of a kind of contract."""
    sections = [_described(kind), "## Terms", terms_table(kind), "## Who pays whom", _legs(kind.legs)]
    if kind.merit is not None:
        sections.append(f"It supplies compute: it is used {MERIT[kind.merit]}.")
    return page(kind.kind, *sections)


def driver_page(kind: type[drivers.Driver]) -> str:
    """Sentence, equation, worked example and terms of a kind of driver."""
    chance = "" if kind.is_random else "It is known in advance: no shock moves it."
    return page(kind.kind, _described(kind), chance, "## Terms", terms_table(kind))


def _described(kind: type) -> str:
    """The sentence of a kind, and what the docstring of its file says."""
    module = importlib.import_module(kind.__module__)
    failed = doctest.testmod(module).failed
    if failed:
        raise RuntimeError(f"{failed} of the worked examples in {module.__name__} fail")
    return f"> {_sentence(kind.sentence)}.\n\n{as_markdown(module.__doc__ or '')}"


def _sentence(pattern: str) -> str:
    """A kind's sentence with its terms set apart; what stands in brackets is said only where a book gives it."""
    spaced = re.sub(r"\[([,;]?) ?", r"\1 [", pattern)
    return re.sub(r"\{(\w+)\}", r"*\1*", spaced).replace(":,", ":").replace(":  ", ": ").strip()


def terms_table(kind: type) -> str:
    """The terms of a kind: what each is measured in, what it is where a book leaves it out, what it means."""
    return table(("term", "measured in", "if left out", "meaning"), _terms(kind, ""))


def _terms(kind: type, prefix: str) -> Iterator[Sequence[str]]:
    said = field_docs(kind)
    for field in fields_of(kind):
        name, meaning = prefix + field.name, said.get(field.name, "")
        if field.part is None:
            yield f"`{name}`", _measured(field), _default(field), meaning
            continue
        is_list = field.role is Role.many
        shape = "a list of parts" if is_list else "a part"
        yield f"`{name}`", shape, "needed" if field.is_required else "as below", meaning
        yield from _terms(field.part, f"{name}[]." if is_list else f"{name}.")


def _measured(field: Field) -> str:
    if field.refers is not None:
        unit = field.refers.unit
        also = f", or a figure in {unit.shown or 'plain numbers'}" if field.refers.to == "driver" and unit else ""
        return MANY_WORDS[field.refers.to] + also
    if field.scheduled is not None:
        between = "straight lines between" if field.scheduled.linear else "each until the next"
        return f"{_shown(field.unit)} by month, {between}"
    if field.choice is not None:
        return " or ".join(f"`{word}`" for word in field.choice.words)
    return _shown(field.unit) if field.unit is not None else "a word"


def _shown(unit: Unit | None) -> str:
    if unit is None:
        return "%"
    if unit.is_moment:
        return "a month, or a lag"
    return {"": "a plain number", "%": "% (drawn as yes or no)" if unit.is_chance else "%"}.get(unit.shown, unit.shown)


def _default(field: Field) -> str:
    """What a term is where a book leaves it out."""
    default, unit = field.default, field.unit or (field.refers.unit if field.refers else None)
    if default is MISSING:
        said = "needed"
    elif default is None:
        said = "none"
    elif field.refers is not None and field.refers.to == "trigger":
        said = {ALWAYS: "at once", NEVER: "never"}[default]
    elif field.choice is not None:
        said = f"`{field.choice.words[int(default)]}`"
    elif unit is None:
        said = f"`{default}`"
    elif unit.is_moment:
        said = "the first month of the run"
    else:
        said = "no limit" if unit.base == "H100e" and default >= NO_LIMIT else show(default, unit)
    return said


def _legs(legs: Sequence[Leg]) -> str:
    if not legs:
        return "No money moves under it."
    has_names = any(leg.name for leg in legs)
    rows = [(*[leg.name] * has_names, leg.pays, leg.receives, _purpose(leg), _rank(leg)) for leg in legs]
    return table((*["leg"] * has_names, "pays", "is paid", "for", "class of seniority"), rows)


def _purpose(leg: Leg) -> str:
    return str(leg.purpose) if leg.purpose in set(Purpose) else f"what `{leg.purpose}` says"


def _rank(leg: Leg) -> str:
    return str(leg.rank) if leg.purpose in set(Purpose) else f"{Rank.operating} if a running cost, else {leg.rank}"


# ── words of a book ──────────────────────────────────────────────────────────────────────────────────────────────────


def _parties() -> str:
    edges = ", ".join(f"`{edge}`" for edge in EDGES)
    return page(
        "Parties",
        f"A party has `roles` ({', '.join(ROLES)}), a `title`, `stakes` in other parties (`{{company: share}}`) and "
        "`flows`, each a [plain flow](contracts/plain-flow.md) `to` or `from` another party (to `suppliers` unless it "
        "says so).",
        f"The edges of the world, {edges}, stand in every book. They have no budget: they pay whatever they owe.",
        "## Figures of a party",
        terms_table(PartyTerms),
    )


def _markets() -> str:
    return page(
        "Markets",
        "A market says what compute costs by the hour and for a term of years. How: "
        "[](../method/4-capacity-and-labs.md). Who buys by the hour in it names it as `market`.",
        "## Figures of a market",
        terms_table(MarketTerms),
    )


def _chips() -> str:
    module = sys.modules[ChipTerms.__module__]
    return page(
        "Chips",
        "A generation of chips stands under `chips`, by its name; a [chip-supply](contracts/chip-supply.md) contract "
        "names it as its `chip`.",
        as_markdown(module.__doc__ or ""),
        "## Figures of a generation",
        terms_table(ChipTerms),
    )


DEAL_SAYS = {
    "announced": "The day, or the month. Lags in its contracts count from that month.",
    "title": "What people call it.",
    "status": "How firm it is.",
    "probability": "That it completes, drawn once per path; certain unless given.",
    "completes": "The month in which it comes into force, or a lag after the announcement; at once unless given.",
    "size": "What its amounts are multiplied by when it comes into force, in % of what was announced.",
    "depends_on": "Other deals, without which it does not come into force.",
    "sources": "The documents that announced it.",
    "contracts": "What it promises, by name.",
}

CONTRACT_SAYS = {
    "kind": "One of the contract kinds.",
    "payer": "Who pays in the main: a party, or an edge of the world.",
    "payee": "Who is paid.",
    "sources": "The documents that it rests on as a whole.",
    "headline": "What was announced, in USD; reported only.",
    "binding": "What is owed of it, in USD or in % of the headline; a `total` that the book leaves out is this.",
    "pays_after": "From a bill of the payer for goods or services to its due date, up to a year; none unless given.",
    "earmarked_for": "Contracts (a name of the deal, or `deals.DEAL.CONTRACT`) and whole deals (`deals.DEAL`) that its "
    "payee pays first from what it is paid, beside those of the same deal; for tracing only (method §6).",
}


def _deals() -> str:
    fields = [(f"`{name}`", DEAL_SAYS[name]) for name in DEAL_FIELDS]
    envelope = [(f"`{name}`", CONTRACT_SAYS[name]) for name in ENVELOPE]
    also = ", ".join(f"`{other}` for `{status}`" for other, status in SAID_AS.items())
    return page(
        "Deals",
        "## Fields of a deal",
        table(("field", "meaning"), fields),
        f"Its status is one of {', '.join(f'`{status}`' for status in STATUSES)}; a book may also say {also}. "
        "A deal that is rumoured, or a letter of intent, has a `probability`. One that has ended is never in force.",
        "## Fields of every contract",
        table(("field", "meaning"), envelope),
        "Beside them stand the terms of its [kind](contracts/index.md).",
    )


def _segments() -> str:
    return page(
        "Segments",
        "A segment of the market for models has a `title`, and `shares`: what each lab has of its spend at the start, "
        "in %, by name of the lab. The rest is that of the outside: all models that no lab of the book makes, and that "
        "are paid for. How shares move: [](../method/4-capacity-and-labs.md).",
        "## Figures of a segment",
        terms_table(SegmentTerms),
    )


def _units() -> str:
    magnitudes = ", ".join(f"`{word}`" for word in MAGNITUDES)
    known = [(f"`{name}`", _in_base_units(name)) for name in UNITS if name and name != "1"]
    types = [(name, hint.__metadata__[0]) for name, hint in vars(units).items() if _is_unit(hint)]
    fields = [(f"`{name}`", _shown(unit), f"`{unit.example}`", f"`{unit.base or '1'}`") for name, unit in types]
    return page(
        "Units",
        f"A quantity is a number, a magnitude if need be ({magnitudes}), and a unit. Units are multiplied with `-` and "
        "divided with `/`: `USD/H100e-hour` is dollars for each H100e and hour.",
        table(("unit", "is"), known),
        "## What fields are measured in",
        "A kind says what a term is measured in by its type. Inside, time is counted in months of 730 hours.",
        table(("type", "shown as", "for example", "inside"), fields),
    )


def _in_base_units(name: str) -> str:
    measure = measure_of(name)
    base = "" if measure.is_plain else f" {base_of(measure)}"
    return f"{measure.size}{base.replace('month-MW', 'MW-month')}"


def _is_unit(hint: object) -> bool:
    return any(isinstance(each, Unit) for each in getattr(hint, "__metadata__", ())[:1])


def _purposes() -> str:
    rows = []
    for purpose in Purpose:
        group = "revenue" if purpose in REVENUE else "financing" if purpose in FINANCING else "other"
        rows.append((f"`{purpose}`", group, *("yes" if purpose in some else "" for some in (FUNDS, RUNNING_COSTS))))
    ranks = [(f"`{rank}`", said) for rank, said in members(Rank)]
    return page(
        "Purposes and classes",
        "Every flow of money has a purpose. Revenue-class flows are sales of the one who is paid; financing-class "
        "flows fund somebody, or return what funded them. Dollars that fund somebody are traced.",
        table(("purpose", "class", "traced", "running cost"), rows),
        "## Classes of seniority",
        "In which order a party pays what it owes, the most senior first.",
        table(("class", "meaning"), ranks),
    )


def _watched() -> str:
    addresses = [("drivers.NAME", "that of the driver")]
    addresses += [(f"markets.MARKET.{word}", unit.shown) for word, unit in triggers.OF_MARKET.items()]
    addresses += [(f"parties.PARTY.{word}", unit.shown) for word, unit in triggers.OF_PARTY.items()]
    addresses += [(f"deals.DEAL.CONTRACT.{word}", unit.shown) for word, unit in triggers.OF_CONTRACT.items()]
    addresses += [(f"sites.SITE.{word}", unit.shown) for word, unit in triggers.OF_SITE.items()]
    return page(
        "What can be watched",
        "A trigger compares one of these with a level: `{when: parties.lab.runway, at_most: 6 months}`.",
        table(("address", "measured in"), [(f"`{address}`", unit) for address, unit in addresses]),
        text_beneath(triggers, "OF_MARKET"),
        text_beneath(triggers, "OF_PARTY"),
        text_beneath(triggers, "OF_CONTRACT"),
        text_beneath(triggers, "OF_SITE"),
    )


def _observed() -> str:
    rows = []
    for each, said in members(Observable):
        units = ("USD", "USD/year") if each in FLOWS else (BASES.get(each, "that of the driver"),)
        rows.append((f"`{each}`", " or ".join(unit.replace("/month", "-hour") or "%" for unit in units), said))
    return page(
        "What can be held against reports",
        "A file of actuals names what it reports by one of these phrases; words in capitals are names of the book. "
        "How to write one: [](../how-to/backtest-a-book.md).",
        table(("phrase", "measured in", "meaning"), rows),
    )


# ── errors, commands, Python ─────────────────────────────────────────────────────────────────────────────────────────


def _errors() -> str:
    tree = (errors.__doc__ or "").split("\n\n", 1)[1]
    return page(
        "Errors",
        "Everything that Interlock refuses is an `InterlockError`; its message is for the reader of a book.",
        f"```text\n{tree.strip()}\n```",
        "Commands exit with 0 when done, 1 where a book or a file is wrong, 2 where the command line is wrong, 3 where "
        "a law was broken, 130 when interrupted.",
    )


def _commands() -> str:
    overview = _help()
    names = re.findall(r"^│ ([a-z]+)  ", overview, re.MULTILINE)
    sections = [f"## {name}\n\n```text\n{_help(name)}\n```" for name in names]
    return page("Command line", f"```text\n{overview}\n```", *sections)


def _help(*words: str) -> str:
    """What the command says of itself."""
    program = shutil.which("interlock", path=str(Path(sys.executable).parent)) or "interlock"
    plain = {"COLUMNS": "96", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(  # noqa: S603 - our own command
        [program, *words, "--help"], capture_output=True, check=True, env={**os.environ, **plain}
    )
    return "\n".join(line.rstrip() for line in done.stdout.decode("utf-8").strip().splitlines())


CONSTANTS = {"KINDS": "Every kind of contract that comes with Interlock. A kind of your own is passed in beside them."}


def _python() -> str:
    entries = [_entry(name, getattr(interlock, name)) for name in interlock.__all__]
    return page("Python", "What `import interlock` gives.", "```{eval-rst}\n" + "\n\n".join(entries) + "\n```")


def _entry(name: str, member: object) -> str:
    """One public name, for autodoc. Fields that a class does not show of itself are its own business."""
    if inspect.isclass(member):
        hidden = [field.name for field in dataclasses.fields(member) if not field.repr] if is_dataclass(member) else []
        exclude = f"\n   :exclude-members: {', '.join(['__init__', '__new__', *hidden])}"
        return f".. autoclass:: interlock.{name}\n   :members:{exclude}"
    if callable(member):
        return f".. autofunction:: interlock.{name}"
    return f".. py:data:: interlock.{name}\n\n   {CONSTANTS[name]}"
