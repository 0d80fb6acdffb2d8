"""Triggers as people read them: what hangs on each, and what was watched when it fired."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np

from interlock.book.deal import WrittenContract
from interlock.book.quantity import show
from interlock.book.terms import AllOf, AnyOf, Condition, OnDate, Terms, WrittenTrigger
from interlock.contracts.contract import NEVER
from interlock.engine.retrace import Retraced
from interlock.engine.triggers import ENDLESS
from interlock.ground.months import name_of

NOTICE = "notice is given"


@dataclass(frozen=True)
class Fuse:
    """A trigger of a contract."""

    contract: WrittenContract
    stack: int
    """The number of its stack."""
    row: int
    """Of the contract."""
    trigger: int | None
    """Its row among the triggers; None where it is a mere date."""
    says: str
    """What happens when it fires."""
    written: WrittenTrigger


def fuses(path: Retraced) -> Iterator[Fuse]:
    """Every trigger of every contract."""
    for n, stack, row in path.rows():
        contract, links = stack.contracts[row], path.program.topology.stack_links[n]
        for slot, entry, of, written in _triggers(contract.terms):
            trigger = None
            if not isinstance(written, OnDate):
                index = links[slot]["index"][row]
                trigger = int(index[entry] if np.ndim(index) else index)
            place = stack.shape.first_row + row
            yield Fuse(contract, n, place, trigger, _says(slot, entry + 1, of), written)


def _triggers(terms: Terms, prefix: str = "") -> Iterator[tuple[str, int, int, WrittenTrigger]]:
    """Slot, place in a list of parts, length of that list (0 where there is none), and what was written."""
    for name, term in terms.values.items():
        match term:
            case Condition() | OnDate() | AllOf() | AnyOf():
                yield prefix + name, 0, 0, term
            case Terms():
                yield from _triggers(term, f"{prefix}{name}.")
            case tuple():
                for k, part in enumerate(term):
                    for slot, _, _, written in _triggers(part, f"{prefix}{name}."):
                        yield slot, k, len(term), written
            case _:
                pass


def _says(term: str, number: int, of: int) -> str:
    """What it means that a trigger fires, by the term that it is."""
    part, _, name = term.rpartition(".")
    match part, name:
        case "tranches", _:
            return f"tranche {number} of {of} is released"
        case "notice", _:
            return NOTICE
        case _, "exercise":
            return "the option is called"
    return f"`{term}` holds" if of == 0 else f"`{name}` of {part} {number} of {of} holds"


def fires(path: Retraced, fuse: Fuse, t: int) -> bool:
    """Whether a trigger fires in a month of the run; a date that lies before the run is no news."""
    if isinstance(fuse.written, OnDate):
        return fuse.written.month == path.program.labels.start + t
    page = path.pages[t]
    return bool(page.before.fired[fuse.trigger] == NEVER and page.after.fired[fuse.trigger] < NEVER)


def reasons(path: Retraced, fuse: Fuse, t: int) -> str:
    """What was watched and the level that it was held against; of alternatives, the first that holds."""
    if isinstance(fuse.written, OnDate):
        return f"{name_of(fuse.written.month)} has come"
    rows = path.program.topology.trigger_conditions[fuse.trigger]
    return " and ".join(_Reading(path, t, int(rows.min())).of(fuse.written)[1])


def comes_of(path: Retraced, fuse: Fuse, t: int) -> str:
    """What follows from it later on: when a contract ends by a notice."""
    if fuse.says != NOTICE:
        return ""
    contract: Any = path.asks(path.pages[t], fuse.stack, fuse.row - path.program.stacks[fuse.stack].shape.first_row)[0]
    last = max(ceil(contract.notice.ends()) - 1, t)
    return f"; its last month is {name_of(path.program.labels.start + last)}"


@dataclass
class _Reading:
    """Reads a trigger's conditions in the order in which they were written."""

    path: Retraced
    t: int
    row: int
    """Of the next condition."""

    def of(self, trigger: WrittenTrigger) -> tuple[bool, list[str]]:
        """Whether it holds, and why."""
        match trigger:
            case AllOf():
                parts = [self.of(part) for part in trigger.parts]
                return all(holds for holds, _ in parts), [text for _, texts in parts for text in texts]
            case AnyOf():
                parts = [self.of(part) for part in trigger.parts]
                return next((part for part in parts if part[0]), (False, []))
            case OnDate():
                level, seen = self._next()
                return seen >= level, [f"{name_of(trigger.month)} has come"]
            case Condition():
                return self._of_condition(trigger)

    def _of_condition(self, condition: Condition) -> tuple[bool, list[str]]:
        level, seen = self._next()
        unit, start = condition.level.unit, self.path.program.labels.start
        value = "endless" if seen >= ENDLESS and unit.base in {"month", ""} else show(seen, unit, digits=4)
        then = f"at the end of {name_of(start + self.t - 1)}" if self.t else "before the first month"
        when = f"is {value}" if condition.when.startswith(("drivers.", "markets.")) else f"was {value} {then}"
        bound = "at least" if condition.is_at_least else "at most"
        text = f"{condition.when} {when} ({bound} {show(level, unit, digits=4)})"
        return (seen >= level if condition.is_at_least else seen <= level), [text]

    def _next(self) -> tuple[float, float]:
        row, self.row = self.row, self.row + 1
        return float(self.path.thresholds[row]), float(self.path.pages[self.t].events.grounds.watched[row])
