"""A scenario: a small file of changes to a book.

    title: Growth is halved, and the lab fails in 2028
    set: {drivers.demand.growth: {assumed: 10 to 20 %/year, because: …}}
    remove: [deals.other-clouds]
    add: {deals: {…}}
    shocks: [{address: drivers.demand.level, factor: 0.5, from: 2027-01, until: 2028-01}]
    fail: [{party: lab, month: 2028-01}]

What is removed goes first, then comes what is added, then what is set. A shock changes a running driver in given
months and is no change of the book's figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from interlock.book.amend import added, changed, without
from interlock.book.files import SECTIONS
from interlock.book.remedy import meant, problem_at
from interlock.book.spots import Spot
from interlock.book.written import Written
from interlock.ground.errors import BookError, Place, Problem

FIELDS = ("title", "set", "remove", "add", "shocks", "fail")


def applied(root: Written, scenario: Written, spots_of: Callable[[Written], Mapping[str, Spot]]) -> Written:
    """The merged files of a book as the scenario changes them.

    Raises BookError with what is wrong with the scenario as such; the changed book is still to be read.
    """
    problems = _problems_of(scenario)
    if problems:
        raise BookError(problems)
    removed = {entry.text or "": entry.place for entry in _part(scenario, "remove").entries}
    root = without(root, spots_of(root), removed)
    root = added(root, _part(scenario, "add"))
    events = {section: _part(scenario, section) for section in ("shocks", "fail") if _part(scenario, section).entries}
    root = added(root, Written(events, scenario.place, scenario.keys))
    return changed(root, spots_of(root), _part(scenario, "set").parts)


def _part(scenario: Written, field: str) -> Written:
    return scenario.parts.get(field, Written({}, scenario.place))


def _problems_of(scenario: Written) -> list[Problem]:
    """What is wrong with the shape of a scenario."""
    if not scenario.parts:
        remedy = "Write `title: …` and `set: {ADDRESS: QUANTITY}`."
        return [problem_at(scenario.place, "a scenario is a mapping of changes, this is none", remedy)]
    problems = [
        problem_at(scenario.place_of(field), f"a scenario has no field '{field}'", meant(field, FIELDS, "fields"))
        for field in scenario.parts
        if field not in FIELDS
    ]
    for field, part in scenario.parts.items():
        is_list = field in {"remove", "shocks", "fail"}
        if field in {"set", "add"} and not part.parts:
            problems.append(_misshapen(part.place, field, "a mapping", "set: {ADDRESS: QUANTITY}"))
        elif is_list and not part.entries:
            problems.append(_misshapen(part.place, field, "a list", f"{field}: […]"))
    problems += [
        _misshapen(entry.place, "remove", "a list of addresses", "remove: [deals.DEAL]")
        for entry in _part(scenario, "remove").entries
        if entry.text is None
    ]
    add = _part(scenario, "add")
    problems += [
        problem_at(add.place_of(section), f"there is no section '{section}'", meant(section, SECTIONS, "sections"))
        for section in add.parts
        if section not in SECTIONS
    ]
    return problems


def _misshapen(place: Place, field: str, what: str, example: str) -> Problem:
    return problem_at(place, f"`{field}` is {what}, this is none", f"Write for example `{example}`.")
