"""Money paid in advance, and set off against the bills under another contract.

    set off = min(balance, part x what falls due under the contract from payer to payee)
    balance = what was paid in advance - what was set off - what fell due as a refund

No cash moves for what is set off. What is left after the term falls due as a refund, or is kept. Where the one who was
paid fails, what is left is claimed, and is an unsecured debt like any other.

Worked example: 100 USD in advance, a quarter of each bill of 120 set off; what is left after three months comes back.

>>> from interlock.contracts import Now, Prepayment, rehearse
>>> advance = Prepayment(of=None, total=100.0, part=0.25, term=3.0)
>>> months = [Now(month=0.0, set_off=0.0), *(Now(month=float(t), drawn=100.0, set_off=30.0) for t in (1, 2))]
>>> rehearse(advance, [*months, Now(month=3.0, drawn=100.0)])
[(100.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 40.0)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple

from interlock.contracts.clauses import no_time
from interlock.contracts.contract import NEVER, PAYEE, PAYER, BilledUnder, Contract, Leg, Now, Purpose
from interlock.ground.amounts import share, usd
from interlock.ground.arrays import maximum, minimum, where
from interlock.ground.fields import Choice
from interlock.ground.units import Moment, Months, Number, Share, Usd

REFUNDED, KEPT = range(2)


class Advance(NamedTuple):
    """What has come of a prepayment so far."""

    is_due: Number = 0.0
    """1.0 once it has fallen due."""
    used: Usd = 0.0
    """Set off, or fallen due as a refund."""


@dataclass(frozen=True, kw_only=True)
class Prepayment(Contract):
    """Money paid in advance, and set off against the bills under another contract."""

    kind: ClassVar[str] = "prepayment"
    sentence: ClassVar[str] = (
        "{payer} pays {payee} in advance[ {total}], set off against what it owes under {of}[, {part} of each bill]"
        "[, with {outstanding} left of what was paid before][, and what is left is {then} after {term}]"
    )

    of: BilledUnder
    """The contract; its bills from {payer} to {payee} are set off."""

    total: Usd = 0.0
    """What is paid during the run."""

    outstanding: Usd = 0.0
    """What was paid before the run, and not yet set off."""

    part: Share = 1.0
    """Of each bill that is set off, at most."""

    start: Moment = 0.0
    """The month in which it is paid."""

    term: Months = 1200.0
    """From the start to the end."""

    then: Annotated[Number, Choice(("refunded", "kept"))] = REFUNDED
    """What becomes of what is left after the term."""

    legs: ClassVar[tuple[Leg, ...]] = (
        Leg(PAYER, PAYEE, Purpose.prepayment, name="advance"),
        Leg(PAYEE, PAYER, Purpose.refund, name="refund"),
    )

    needs: ClassVar[frozenset[str]] = frozenset({PAYEE})

    def problem(self) -> str | None:
        """Something is paid, for longer than no time."""
        if self.total + self.outstanding <= 0.0:
            return "give the `total` that is paid, or what is `outstanding`"
        return no_time(self.term)

    def opening(self) -> Advance:
        """Nothing paid during the run, nothing set off."""
        return Advance()

    def due(self, now: Now, memory: Any) -> tuple[Usd, Usd]:
        """What is paid in advance, and what is left at the end."""
        falls_due = (self.start <= now.month) & (memory.is_due < 0.5) & (now.month < self._ends())
        is_over = (self._ends() <= now.month) & (self.then < KEPT)
        return (where(falls_due, self.total, 0.0) * now.payer_stands, where(is_over, self._balance(now, memory), 0.0))

    def sets_off(self, now: Now, memory: Any) -> Usd:
        """The most that can be set off this month."""
        return where(now.month < self._ends(), minimum(self._balance(now, memory), self.part * now.billed_under), 0.0)

    def claims(self, now: Now, memory: Any) -> tuple[Usd, Usd]:
        """What is left."""
        return (0.0, self._balance(now, memory))

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> Advance:
        """What fell due, and what was set off."""
        advance, refund = self.due(now, memory)
        return Advance(where(advance > 0.0, 1.0, memory.is_due), memory.used + now.set_off + refund)

    def remaining(self, now: Now, memory: Any) -> Usd:
        """What has not fallen due yet."""
        return where((memory.is_due < 0.5) & (now.month + 1.0 < self._ends()), self.total, 0.0)

    def keeps_from(self) -> Months:
        """The end of the term, if what is left is kept."""
        return where(self.then < KEPT, NEVER, self._ends())

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """What it is set off against, and what is left."""
        part = f"{share(self.part)} of each bill" if self.part < 1.0 else "bills"
        left = f"; {usd(now.set_off)} of {usd(self._balance(now, memory))} is set off" if now.set_off > 0.0 else ""
        return (
            f"paid in advance, to be set off against {part}" if due[0] > 0.0 else left.removeprefix("; "),
            "what was not set off comes back" if due[1] > 0.0 else "",
        )

    def _ends(self) -> Months:
        return self.start + self.term

    def _balance(self, now: Now, memory: Any) -> Usd:
        """What was paid in advance, and not used yet; what is paid this month counts from the next one on."""
        return maximum(self.outstanding + now.drawn - memory.used, 0.0)
