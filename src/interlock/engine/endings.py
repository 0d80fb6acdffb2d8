"""When and why the parties of a path failed, and how that ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from interlock.contracts import Takeover
from interlock.contracts.contract import NEVER
from interlock.engine.outcome import Ending
from interlock.engine.retrace import Retraced
from interlock.ground.amounts import share
from interlock.ground.months import name_of
from interlock.money.default import Standing


@dataclass(frozen=True)
class Failure:
    """When and why a party failed."""

    party: str
    month: int
    """Of the run: the last one in which the party still stood; -1 where it had failed before the first."""
    arrears: int
    """Months for which its oldest bill was unpaid."""
    is_forced: bool
    """Whether the book makes it fail."""
    ending: Ending
    then: str
    """How it ended, as a clause; empty where the book says of nobody that it could end otherwise."""

    def tell(self, start: int) -> str:
        """A sentence without its full stop."""
        if self.month < 0:
            said = f"{self.party} had failed before the first month, as the book has it"
        else:
            months = f"{self.arrears} month{'s' if self.arrears != 1 else ''}"
            why = "as the book has it" if self.is_forced else f"its oldest bill unpaid for {months}"
            said = f"{self.party} failed at the end of {name_of(start + self.month)}, {why}"
        return f"{said}: {self.then}" if self.then else said


def failures(path: Retraced) -> Iterator[Failure]:
    """The failures on a path, party by party."""
    for row, name in enumerate(path.program.labels.parties[: path.program.shape.parties]):
        if name is not None:
            yield from _failures_of(path, row, name)


def _failures_of(path: Retraced, row: int, name: str) -> Iterator[Failure]:
    before: dict[Ending, float] = {}
    forced = path.program.topology.forced_failure[row]
    for t, page in enumerate(path.pages):
        standing = page.before.standing
        if t == 0:
            for ending in _ended(standing, row):
                yield Failure(name, -1, 0, is_forced=True, ending=ending, then=_then(path, 0, row, name, ending))
            before = _ended(standing, row)
        now = _ended(page.after.standing, row)
        for ending in now:
            if ending not in before:
                # Who was saved starts anew.
                arrears = int(page.after.standing.months_in_arrears[row] or standing.months_in_arrears[row] + 1)
                is_forced = bool(t < forced <= t + 1)
                yield Failure(name, t, arrears, is_forced, ending, _then(path, t, row, name, ending))
        before = now


def _ended(standing: Standing, row: int) -> dict[Ending, float]:
    """How the failures of a party ended so far, and from which month on."""
    months = {Ending.liquidated: standing.failed[row]}
    if len(standing.rescue.restructured):
        months[Ending.restructured] = standing.rescue.restructured[row]
        months[Ending.acquired] = standing.rescue.acquired[row]
    return {ending: float(month) for ending, month in months.items() if month < NEVER}


def _then(path: Retraced, t: int, row: int, name: str, ending: Ending) -> str:
    """How it ended."""
    party = {term: float(rows[row]) for term, rows in path.pages[t].events.grounds.party.items()}
    if ending is Ending.restructured:
        dilution = f", its creditors get {share(party['creditors_get'])} of it" if party["creditors_get"] > 0.0 else ""
        return f"restructured; it keeps {share(party['keeps'])} of what it has promised to buy{dilution}"
    if ending is Ending.acquired:
        buyer = next(
            contract.payer
            for stack in path.program.stacks
            for contract in stack.contracts
            if contract.kind is Takeover and contract.payee == name
        )
        return f"acquired by {buyer}; its owners keep {share(party['owners_get'])}"
    return "liquidated" if path.program.shape.has_rescues else ""
