"""A book with figures changed: what scenarios, `--set` and prices are made of.

Changes are made to what was written, which is then read anew: whatever a file may not say, a change may not say either.
"""

from __future__ import annotations

from collections.abc import Mapping

from interlock.book.files import joined
from interlock.book.remedy import problem_at
from interlock.book.spots import Path, Spot
from interlock.book.written import Written, written_as
from interlock.ground.address import nearest
from interlock.ground.errors import ArgumentError, BookError, Place, Problem


def parse_setting(text: str) -> tuple[str, str]:
    """The address and the quantity of `ADDRESS=QUANTITY`, as `--set` takes it.

    Raises ArgumentError.
    """
    address, equals, quantity = text.partition("=")
    if not equals or not address.strip() or not quantity.strip():
        example = "drivers.demand.growth=20 to 40 %/year"
        raise ArgumentError(f"'{text}' is not ADDRESS=QUANTITY. Write for example \"{example}\".")
    return address.strip(), quantity.strip()


def changes_of(changes: Mapping[str, object]) -> dict[str, Written]:
    """Changes given in Python or on the command line, each at the place of its address."""
    return {address: written_as(value, Place(f"change of {address}")) for address, value in changes.items()}


def changed(root: Written, spots: Mapping[str, Spot], changes: Mapping[str, Written]) -> Written:
    """The merged files with something else at these addresses.

    Raises BookError where an address is not one of the book.
    """
    problems: list[Problem] = []
    for address, written in changes.items():
        spot = spots.get(address)
        if spot is None:
            problems.append(_unknown(address, written.place, spots))
        else:
            root = _with(root, spot.path, written)
    if problems:
        raise BookError(problems)
    return root


def without(root: Written, spots: Mapping[str, Spot], removed: Mapping[str, Place]) -> Written:
    """The merged files without these deals, contracts and flows.

    Raises BookError where an address names none of them.
    """
    wholes = {address: spot for address, spot in spots.items() if spot.is_whole}
    problems = [_unknown(address, place, wholes) for address, place in removed.items() if address not in wholes]
    if problems:
        raise BookError(problems)
    for address in removed:
        root = _without(root, wholes[address].path)
    return root


def added(root: Written, sections: Written) -> Written:
    """The merged files with further things in their sections.

    Raises BookError where a name is taken.
    """
    problems: list[Problem] = []
    parts, keys = dict(root.parts), dict(root.keys)
    for section, part in sections.parts.items():
        parts[section] = joined(parts[section], part, section, problems) if section in parts else part
        keys.setdefault(section, sections.place_of(section))
    if problems:
        raise BookError(problems)
    return Written(parts, root.place, keys)


def _unknown(address: str, place: Place, spots: Mapping[str, Spot]) -> Problem:
    near = nearest(address, spots)
    remedy = f"Did you mean '{near}'?" if near else "Addresses read section.name.field: deals.DEAL.CONTRACT.TERM."
    return problem_at(place, f"there is no '{address}' in this book", remedy)


def _with(root: Written, path: Path, written: Written) -> Written:
    """The tree with something else at the end of a path; what is missing on the way is made."""
    if not path:
        return written
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        entries = list(root.entries)
        entries[step] = _with(entries[step], rest, written)
        return Written(tuple(entries), root.place)
    inner = root.parts.get(step, Written({}, written.place))
    parts = {**root.parts, step: _with(inner, rest, written)}
    return Written(parts, root.place, {**root.keys, step: root.keys.get(step, written.place)})


def _without(root: Written, path: Path) -> Written:
    """The tree without what is at the end of a path of names."""
    step, rest = str(path[0]), path[1:]
    if not rest:
        return Written({name: part for name, part in root.parts.items() if name != step}, root.place, root.keys)
    return Written({**root.parts, step: _without(root.parts[step], rest)}, root.place, root.keys)
