"""One path as a ledger: every leg that moved or owed something in a month, why, and every party's cash.

Amounts are those of the run, to the last bit; the words come from the kinds of contract (`Contract.explain`) and, for
what happens to a bill once it is due, from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import fsum
from typing import Any

import numpy as np

from interlock.book.field_docs import first_line, lower_first
from interlock.contracts.contract import FINANCING, Contract, Now, Purpose
from interlock.engine.endings import Failure, failures
from interlock.engine.retrace import Retraced
from interlock.ground.amounts import share, usd
from interlock.ground.errors import ArgumentError
from interlock.money.default import ROUNDING
from interlock.program.labels import LegLabel
from interlock.program.shape import BILLED, SUBSCRIBED, kind_of, wave_of

IN_FULL = 1e-9
"""Of what was asked for: who gets less by no more than this gets it all."""


EVERY_MONTH = {Purpose.dividend, Purpose.buyback, Purpose.interest}
"""Financing that goes on from month to month."""


@dataclass(frozen=True)
class Line:
    """What one leg of a contract came to in a month, and why."""

    month: int
    """Calendar month."""
    leg: LegLabel
    due: float
    """USD that fell due in the month; of what is paid from spare cash, what it was granted."""
    arrears: float
    """USD still owed from the months before."""
    paid: float
    written_off: float
    """USD that a failure ended."""
    cause: str
    is_rare: bool
    """Whether it is due now and then, not month after month: a top-up, a fee, money that funds somebody, a claim."""
    is_claim: bool = False
    """Whether it falls due because its payer has failed, and not by the contract."""


@dataclass(frozen=True)
class Balance:
    """The cash of a party in a month: opening + received - paid = closing."""

    month: int
    party: str
    opening: float
    received: float
    paid: float
    closing: float
    bills: float
    """USD that it owed, arrears included; what is paid from spare cash is no bill."""
    paid_of_bills: float
    floor: float
    free: float
    """Opening cash above the floor and the bills: what it can spend on shares, and then on dividends."""


@dataclass(frozen=True)
class Sales:
    """What customers wanted of a lab in a month, and what it could serve."""

    month: int
    party: str
    wanted: float
    served: float
    need: float
    """H100e that serving and training would have taken."""
    used: float
    """H100e that it used, under all contracts."""
    training: float = 0.0
    """H100e of that which trained, where models are followed."""
    run: float = 0.0
    """FLOP of the largest run that they could make."""
    shares: tuple[tuple[str, float], ...] = ()
    """What it has of each segment in which it stands, by which it sells in the month."""


@dataclass(frozen=True)
class Ledger:
    """The ledger of one path; months are counted from the start of the run."""

    path: Retraced

    @property
    def start(self) -> int:
        """The first calendar month."""
        return self.path.program.labels.start

    @property
    def parties(self) -> list[tuple[int, str]]:
        """Those with a budget, with their rows."""
        program = self.path.program
        return [(row, name) for row, name in enumerate(program.labels.parties[: program.shape.parties]) if name]

    @cached_property
    def failures(self) -> tuple[Failure, ...]:
        """The failures on the path, party by party."""
        return tuple(failures(self.path))

    def failure_of(self, party: str, t: int) -> Failure | None:
        """The last failure of a party by the end of a month."""
        return next((each for each in reversed(self.failures) if each.party == party and each.month <= t), None)

    @cached_property
    def lines(self) -> tuple[tuple[Line, ...], ...]:
        """For each month, every leg under which something was due or owed, or of which its kind has a word to say."""
        return tuple(tuple(self._lines(t)) for t in range(len(self.path.pages)))

    def _lines(self, t: int) -> Iterator[Line]:
        events, labels, dust = self.path.pages[t].events, self.path.program.labels.legs, self.dust(t)
        for n, stack, row in self.path.rows():
            shape = stack.shape
            has_ended = not events.grounds.active[shape.first_row + row]
            asked, texts = self._said(t, n, row)
            for k, (claim, text) in enumerate(zip(asked, texts, strict=True)):
                leg, is_billed = shape.first_legs[k] + row, wave_of(kind_of(shape).legs[k]) == BILLED
                label = labels[leg]
                due, owed, paid = (float(rows[leg]) for rows in (events.due, events.owed, events.paid))
                # What rounding leaves of an order is no line; what is no number is one.
                if label is None or (owed <= dust and not (text and due == 0.0)):
                    continue
                is_late = is_billed and due > dust >= claim and not has_ended
                by_itself = text or (
                    "" if is_late else f"{kind_of(shape).kind}: {first_line(shape.kind)}" if due else ""
                )
                written_off, relieved = (
                    (float(rows[leg]) for rows in (events.written_off, events.relieved)) if is_billed else (0.0, 0.0)
                )
                is_claim = due > dust and has_ended and self.failure_of(label.payer, t) is not None
                is_rare = k > 0 or is_claim or label.purpose in FINANCING - EVERY_MONTH
                line = Line(self.start + t, label, due, owed - due, paid, written_off, by_itself, is_rare, is_claim)
                then = self._billed(line, relieved, t) if is_billed else self._rationed(line, claim)
                waits = _of_waiting(claim, due, dust) if is_billed else ""
                yield replace(line, cause="; ".join(clause for clause in (by_itself, waits, *then) if clause))

    def balances(self, t: int) -> Iterator[Balance]:
        """Every party's cash."""
        page, topology = self.path.pages[t], self.path.program.topology
        paid, bills = page.events.paid, slice(self.path.program.shape.bills)
        free = self._free(t)
        for row, name in self.parties:
            goes, comes = topology.leg_payer == row, topology.leg_payee == row
            yield Balance(
                month=self.start + t,
                party=name,
                opening=float(page.before.cash[row]),
                received=fsum(paid[comes]),
                paid=fsum(paid[goes]),
                closing=float(page.after.cash[row]),
                bills=fsum(page.events.owed[bills][goes[bills]]),
                paid_of_bills=fsum(paid[bills][goes[bills]]),
                floor=float(page.events.grounds.party["floor"][row]),
                free=free[row],
            )

    def sales(self, t: int) -> Iterator[Sales]:
        """Every lab's customers and compute."""
        program, events = self.path.program, self.path.pages[t].events
        payer = program.topology.payer[: program.shape.suppliers]
        for row, name in self.parties:
            if program.topology.is_lab[row] > 0.0:
                wanted, served, need = (float(rows[row]) for rows in (events.wanted, events.served, events.need))
                yield replace(
                    Sales(self.start + t, name, wanted, served, need, fsum(events.used[payer == row])),
                    **self._trained(t, row),
                )

    def _trained(self, t: int, row: int) -> dict[str, Any]:
        """What a lab trains, and what it has of each segment, where models are followed."""
        events = self.path.pages[t].events
        if not self.path.program.shape.has_models:
            return {}
        return {
            "training": float(events.training[row]),
            "run": float(events.run[row]),
            "shares": self._shares(t, row),
        }

    def _shares(self, t: int, row: int) -> tuple[tuple[str, float], ...]:
        """What a lab has of each segment at the start of a month."""
        customers, segments = self.path.pages[t].before.customers, self.path.program.segments
        if customers is None:
            return ()
        return tuple(
            (label[0], float(share))
            for label, party, share in zip(segments.labels, segments.party, customers.share, strict=True)
            if label is not None and party == row
        )

    def dust(self, t: int) -> float:
        """USD: what is less was left by rounding."""
        return ROUNDING * float(self.path.pages[t].events.largest[0])

    def _said(self, t: int, n: int, row: int) -> tuple[tuple[float, ...], tuple[str, ...]]:
        """What each leg of a contract asks for, and why, in the words of its kind."""
        path, page, shape = self.path, self.path.pages[t], self.path.program.stacks[n].shape
        due = tuple(
            float((page.events.billed if wave_of(leg) == BILLED else page.events.due)[first + row])
            for leg, first in zip(kind_of(shape).legs, shape.first_legs, strict=True)
        )
        contract, now, memory = path.asks(page, n, row)
        if not page.events.grounds.active[shape.first_row + row]:
            return due, self._of_claims(contract, now, memory, due)
        payer = int(path.program.topology.payer[shape.first_row + row])
        if shape.paid_in(SUBSCRIBED) and payer < path.program.shape.parties:
            # The month keeps what was left after subscriptions.
            now = now._replace(free_cash=self._free(t)[payer])
        # A rule works out what it then does not choose, as compiled code does: endless less endless is no mistake.
        with np.errstate(all="ignore"):
            asked, billed = contract.due(now, memory), shape.paid_in(BILLED)
            due = tuple(amount if k in billed else float(asked[k]) for k, amount in enumerate(due))
            return due, _in_words(contract, due, lambda: contract.explain(now, memory, due))

    def _of_claims(self, contract: Contract, now: Now, memory: Any, due: tuple[float, ...]) -> tuple[str, ...]:
        """Why something is claimed under each leg of a contract that has ended."""
        claimed = f"claimed: {lower_first(first_line(type(contract).claims)).rstrip('.')}"
        sold = "what was owned by who has failed is sold, up to what is still owed"
        with np.errstate(all="ignore"):
            texts = _in_words(contract, due, lambda: contract.explain_claims(now, memory))
        return tuple(
            (text or (sold if leg.sells_up else claimed)) if amount > 0.0 else ""
            for leg, text, amount in zip(contract.legs, texts, due, strict=True)
        )

    def _free(self, t: int) -> list[float]:
        """Opening cash above the floor and this month's bills, by row of the party."""
        page, topology, bills = self.path.pages[t], self.path.program.topology, self.path.program.shape.bills
        floors = page.events.grounds.party["floor"]
        owed = [fsum(page.events.owed[:bills][topology.leg_payer[:bills] == row]) for row in range(len(floors))]
        return [max(float(spare) - due, 0.0) for spare, due in zip(page.before.cash - floors, owed, strict=True)]

    def _rationed(self, line: Line, asked: float) -> Iterator[str]:
        """What became of a claim on spare cash."""
        if line.paid < asked * (1.0 - IN_FULL):
            yield f"gets {share(line.paid / asked)} of it: others ask for the same spare cash"

    def _billed(self, line: Line, relieved: float, t: int) -> Iterator[str]:
        """What became of a bill once it was due."""
        owed, dust = line.due + line.arrears, self.dust(t)
        if line.arrears > dust:
            yield f"with {usd(line.arrears)} of arrears"
        if owed - line.paid > dust:
            yield f"short: {line.leg.payer} pays {share(line.paid / owed)} of its {line.leg.rank} bills"
        if relieved > dust:
            yield f"{usd(relieved)} of it is paid by who guarantees it"
        failure = self.failure_of(line.leg.payer, t)
        if line.written_off > dust and failure is not None:
            yield f"{usd(line.written_off)} written off: {failure.tell(self.start)}"


def _in_words(contract: Contract, due: tuple[float, ...], says: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    """What a contract says of its bills. Raises ArgumentError where its kind's words fail."""
    try:
        texts = says()
    except Exception as failure:
        reason = f"{type(failure).__name__} in `explain`: {failure}"
        raise ArgumentError(f"the kind '{contract.kind}' fails: {reason}") from failure
    if len(texts) != len(due):
        raise ArgumentError(
            f"the kind '{contract.kind}' has {len(due)} legs, but its `explain` gives {len(texts)} texts."
        )
    return texts


def _of_waiting(billed: float, due: float, dust: float) -> str:
    """What a bill of the month has to do with what falls due in it."""
    if abs(billed - due) <= dust:
        return ""
    if due < billed:
        return f"{usd(billed - due)} of {usd(billed)} is due later, or set off"
    before = usd(due - billed)
    return f"{before} of it was billed before" if billed > dust else f"all of it was billed before: {before}"
