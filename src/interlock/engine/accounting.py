"""The books of everybody on some paths of a run: the paths are run again, bills kept, and the books must balance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from interlock.book.deal import WrittenContract
from interlock.contracts.contract import PAYEE, PAYER, Contract, Purpose
from interlock.engine.chunk import Futures
from interlock.engine.collect import Rows, refuse_breaches
from interlock.engine.freed import freed_of
from interlock.engine.promises import taxing
from interlock.engine.provenance import Provenance
from interlock.engine.simulate import simulate_chunks
from interlock.ground.errors import LawBroken
from interlock.ground.months import name_of
from interlock.money.bookkeeping import Account, Advance, Dealings, Journal, journal_of
from interlock.money.statements import Letting, Statements, statements_of
from interlock.program.labels import LegLabel
from interlock.program.program import Program
from interlock.program.rows import named
from interlock.program.shape import kind_of

TOLERANCE = 1e-9
"""Of the largest amounts in the books so far: by how much assets may miss liabilities and equity."""


@dataclass(frozen=True)
class Books:
    """The books of everybody on the paths of one chunk."""

    statements: Mapping[str, Statements]
    """By party."""
    journal: Journal
    runway: Mapping[str, Any]
    """By party: [year, path] months."""
    maturing: Mapping[str, Any]
    """By party: [year, path] USD of its debt that falls due in the year to come, where anybody lends."""
    remaining: Mapping[str, Any]
    """By contract: [year, path] USD that its payer is still bound to pay."""
    guaranteed: Mapping[str, Any]
    """By guarantee: [year, path] USD that can be called at most, of what is owed by then and still to come."""
    owes_under: Mapping[str, str]
    """By guarantee: the party for which it stands in."""
    has_begun: Mapping[str, Any]
    """By contract: [year, path] whether anything had been billed under it."""
    losses: Mapping[str, Any]
    """By party that is taxed on its profit: [year, path] USD carried forward, none once it has failed."""


def books_of(
    program: Program, made: Provenance, paths: int, life: Mapping[Account, float], running: float | None = None
) -> Iterator[Books]:
    """The books on the first paths of a run, chunk by chunk; `life` in months.

    `running` is the part of rent that running costs take, of capacity that is let again; None for what they take now.

    Raises LawBroken where a law was broken, or where the books of a party do not balance.
    """
    chunks = simulate_chunks(
        program, paths=paths, seed=made.seed, sampling=made.sampling, chunk=made.chunk, keeps_bills=True
    )
    for numbers, draws, futures in chunks:
        refuse_breaches(program, numbers, futures)
        yield _books(program, numbers, draws, futures, life, running)


def _books(
    program: Program, numbers: Any, draws: Any, futures: Futures, life: Mapping[Account, float], running: float | None
) -> Books:
    rows = Rows(program)
    dealings = dealings_of(program, rows, draws, futures)
    journal = journal_of(dealings)
    statements, freed = {}, freed_of(program, rows, draws, futures, dealings)
    for row, party in zip(rows.parties, rows.party_names, strict=True):
        cash, opening = futures.monthly.cash[:, row], futures.monthly.opening[0, row]
        statements[party] = statements_of(journal, party, cash, opening, life, Letting(freed.get(party, {}), running))
        _refuse_gap(program, party, numbers, statements[party])
    yearly = futures.yearly
    remaining = {name: yearly.remaining[:, row] for row, name in zip(rows.bound, rows.bound_names, strict=True)}
    return Books(
        statements=statements,
        journal=journal,
        runway={party: yearly.runway[:, row] for row, party in zip(rows.parties, rows.party_names, strict=True)},
        maturing={party: yearly.maturing[:, row] for row, party in zip(rows.parties, rows.party_names, strict=True)}
        if yearly.maturing.shape[1]
        else {},
        remaining=remaining,
        guaranteed=dict(_guaranteed(program, journal, remaining, draws)),
        owes_under=dict(_obligors(program)),
        has_begun={contract: _has_begun(program, dealings, contract) for contract in rows.bound_names},
        losses=_losses(program, dealings, futures),
    )


def dealings_of(program: Program, rows: Rows, draws: Any, futures: Futures) -> Dealings:
    """What was billed and paid, as the engine has it. What is paid from free cash is billed when it is paid."""
    if futures.bills is None:
        raise ValueError("the bills of these paths were not kept")
    nothing = np.zeros_like(futures.monthly.paid[:, 0])
    paid = [futures.monthly.paid[:, leg] for leg in rows.legs]

    def of_bills(kept: Any, otherwise: list[Any]) -> list[Any]:
        return [
            kept[1:, leg] if leg < program.shape.bills else other
            for leg, other in zip(rows.legs, otherwise, strict=True)
        ]

    bills, nothings = futures.bills, [nothing] * len(paid)
    return Dealings(
        legs=tuple(rows.leg_labels),
        billed=of_bills(bills.billed, paid),
        paid=paid,
        unpaid=of_bills(bills.unpaid, nothings),
        written_off=of_bills(bills.written_off, nothings),
        relieved=of_bills(bills.relieved, nothings),
        set_off=of_bills(bills.set_off, nothings),
        unpaid_before=[bills.unpaid[0, leg] if leg < program.shape.bills else nothing[0] for leg in rows.legs],
        failed={name: futures.failed[row] for row, name in zip(rows.parties, rows.party_names, strict=True)},
        open_before={
            (written.address, written.payer, written.payee): contract.outstanding
            for written, contract in _settled(program, draws)
            if hasattr(contract, "outstanding")
        },
        terms={written.address: _advance(written, contract) for written, contract in _settled(program, draws)},
    )


def _settled(program: Program, draws: Any) -> Iterator[tuple[WrittenContract, Contract]]:
    """The contracts under which something is lent or prepaid, with their terms on each path."""
    for stack in program.stacks:
        for written, recipe in zip(stack.contracts, stack.recipes, strict=True):
            of_its_legs = {leg.purpose for leg in kind_of(stack.shape).legs} | {
                str(written.terms.values.get("purpose"))
            }
            if of_its_legs & {Purpose.principal, Purpose.prepayment}:
                yield written, recipe.settled(draws)


def _advance(written: WrittenContract, contract: Contract) -> Advance:
    ends = {PAYER: written.payer, PAYEE: written.payee}
    needs = tuple(ends[end] for end in contract.needs)
    ended_by = tuple(leg.name for leg in contract.legs if leg.ends_advance)
    return Advance(contract.delivers_after(), contract.keeps_from(), named(written, "billed"), needs, ended_by)


def _has_begun(program: Program, dealings: Dealings, contract: str) -> Any:
    """[year, path] whether anything had been billed under a contract by the end of the year."""
    billed = sum(dealings.billed[n] for n, leg in enumerate(dealings.legs) if leg.contract == contract)
    return np.maximum.accumulate(billed > 0.0, axis=0)[year_ends(program)]


def _losses(program: Program, dealings: Dealings, futures: Futures) -> dict[str, Any]:
    """What those who are taxed on their profit carry forward at the end of each year."""
    ends, found = year_ends(program), dict[str, Any]()
    labels = [label for _, stack in taxing(program.shape) for label in program.labels.contracts[stack.rows]]
    for n, label in enumerate(labels):
        if label is not None and futures.bills is not None:
            left = np.where(dealings.has_failed(label.payer), 0.0, futures.bills.losses[1:, n])[ends]
            found[label.payer] = found.get(label.payer, 0.0) + left
    return found


def _guaranteed(
    program: Program, journal: Journal, remaining: Mapping[str, Any], draws: Any
) -> Iterator[tuple[str, Any]]:
    """For each guarantee, the least of what its cap leaves and of the covered part of what is owed."""
    dealings, ends = journal.dealings, year_ends(program)
    for stack in program.stacks:
        for written, recipe in zip(stack.contracts, stack.recipes, strict=True):
            debt = named(written, "owed")
            if not debt:
                continue
            terms = recipe.settled(draws)
            called = sum(dealings.billed[n] for n, leg in enumerate(dealings.legs) if _is_call(leg, written.address))
            owed = np.zeros(dealings.shape)
            for n, leg in enumerate(dealings.legs):
                if (leg.contract, leg.payee) == (debt, written.payee):
                    owed = owed + dealings.unpaid[n]
            for (contract, lender, _), principal in journal.principal.items():
                if (contract, lender) == (debt, written.payee):
                    owed = owed + principal
            to_come = remaining.get(debt, 0.0) if _is_payee(program, debt, written.payee) else 0.0
            left = np.maximum(terms.cap - called.cumsum(axis=0)[ends], 0.0)
            can_call = (np.array(ends)[:, None] + 1.0 < terms.start + terms.term) & ~dealings.has_failed(written.payer)[
                ends
            ]
            yield written.address, np.where(can_call, np.minimum(left, terms.part * (owed[ends] + to_come)), 0.0)


def _obligors(program: Program) -> Iterator[tuple[str, str]]:
    """For each guarantee, who owes what it stands in for."""
    ends = {label.address: (label.payer, label.payee) for label in program.labels.contracts if label is not None}
    for stack in program.stacks:
        for written in stack.contracts:
            debt = named(written, "owed")
            if debt:
                yield written.address, next((end for end in ends[debt] if end != written.payee), "")


def _is_call(leg: LegLabel, guarantee: str) -> bool:
    return leg.contract == guarantee and leg.purpose is Purpose.guarantee


def _is_payee(program: Program, contract: str, party: str) -> bool:
    return any(
        label is not None and (label.address, label.payee) == (contract, party) for label in program.labels.contracts
    )


def year_ends(program: Program) -> list[int]:
    """The last month of each calendar year of the run, counted from its start."""
    labels = program.labels
    return [min((year + 1) * 12 - labels.start, labels.months) - 1 for year in labels.years]


def purposes_of(program: Program, contract: str) -> set[Purpose]:
    """For what the payer of a contract pays its payee."""
    for stack in program.stacks:
        for written in stack.contracts:
            if written.address == contract:
                legs = kind_of(stack.shape).legs
                between = {leg.purpose for leg in legs if (leg.pays, leg.receives) == (PAYER, PAYEE)}
                return {purpose for purpose in Purpose if purpose in between}
    return set()


def _refuse_gap(program: Program, party: str, numbers: Any, statements: Statements) -> None:
    """Assets are liabilities and equity, in every month."""
    gap = statements.gap()
    if gap.max(initial=0.0) > TOLERANCE:
        month, path = np.unravel_index(int(np.argmax(gap > TOLERANCE)), gap.shape)
        raise LawBroken(
            f"The books of {party} do not balance in month {name_of(program.labels.start + int(month))} of path "
            f"{numbers[path]}: assets miss liabilities and equity by {gap[month, path]:.3g} of what is in them."
        )
