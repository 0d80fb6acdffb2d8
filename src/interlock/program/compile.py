"""A book becomes a program: names become numbers here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from interlock.book.book import Book
from interlock.book.check import refuse_empty
from interlock.book.deal import WrittenContract
from interlock.book.party import EDGES
from interlock.book.ranges import quantile
from interlock.contracts.contract import (
    DEBT_SERVICE,
    FINANCING,
    INVESTMENT,
    NEVER,
    PAYEE,
    PAYER,
    REVENUE,
    Purpose,
    Rank,
)
from interlock.drivers.correlation import factor
from interlock.ground.figure import Figure
from interlock.program.between import Delays, Group, delays, guaranteed, prepaid
from interlock.program.conditions import Conditions
from interlock.program.force import force_of, is_signed
from interlock.program.generations import chip_stack, generation_links, site_links, site_rows
from interlock.program.labels import ContractLabel, Labels, LegLabel
from interlock.program.markets import market_links, market_rows
from interlock.program.priors import Priors
from interlock.program.program import Array, Program, Topology
from interlock.program.reading import Ledger
from interlock.program.recipes import Constant, Origin
from interlock.program.rows import contract_stacks, driver_stacks, leg_labels, market_stack, named, party_stack
from interlock.program.segments import Segments, follows_models, mixes_chips, segments_of
from interlock.program.shape import ASKS_FOR_COVER, INSIDE, Fill, Shape, padded
from interlock.program.stacking import Stack, links_of
from interlock.program.taxed import taxed
from interlock.program.unwritten import is_said_of_anybody

RANKS = tuple(Rank)

GRACES = (3, 6, 12)
"""Months: books with little between them share what is compiled."""


def compile_book(book: Book) -> Program:
    """The program of a book. The same names in any order of files give the same program."""
    refuse_empty(book)
    ledger = Ledger(book.start)
    names = sorted(name for name in book.parties if name not in EDGES)
    size = padded(len(names))
    stacks, drivers = contract_stacks(book, ledger), driver_stacks(book, ledger)
    parties = party_stack(book, names, size, ledger)
    markets, chips = market_stack(book, ledger), chip_stack(book, ledger)
    rows = [contract for stack in stacks for contract in stack.padded_contracts()]
    driver_names = [name for stack in drivers for name in stack.padded_names()]
    row_of = {contract.address: row for row, contract in enumerate(rows) if contract is not None}
    party_row = {name: row for row, name in enumerate([*names, *[""] * (size - len(names)), *EDGES]) if name}
    driver_row = {name: row for row, name in enumerate(driver_names) if name is not None}
    segments = segments_of(book, party_row, size, ledger)
    levels = driver_row | market_rows(markets, len(driver_names))
    conditions = Conditions(ledger, party_row, levels, row_of, site_rows(stacks, rows))
    stack_links, driver_links, (party_links,) = (
        tuple(links_of(stack, conditions.locate) for stack in some) for some in (stacks, drivers, (parties,))
    )
    physical = generation_links(chips, rows, conditions.locate) | site_links(stacks, rows, _filled(names, size))
    trigger_sizes, condition_rows, *tables = conditions.tables()
    legs = leg_labels(stacks)
    debts, advances, later = guaranteed(rows, legs), prepaid(rows, legs), delays(rows, legs)
    shape = Shape(
        months=book.months,
        start=book.start,
        parties=size,
        edges=len(EDGES),
        contracts=tuple(stack.shape for stack in stacks),
        drivers=tuple(stack.shape for stack in drivers),
        **_shapes(party=parties, market=markets, chips=chips),
        triggers=trigger_sizes,
        conditions=condition_rows,
        **_sizes(book, names, debts, advances, later, segments),
        **_asked_for(book, stacks, conditions),
    )
    topology = Topology(
        **market_links(book, markets, _filled(names, size), conditions.locate),
        **_between(debts, advances, later),
        **taxed(rows, legs),
        **physical,
        **_ends(book, rows, legs, party_row, shape.parties + shape.edges),
        container=np.array([_container(each, row_of, shape.rows) for each in rows], dtype=np.int32),
        is_lab=np.array([float(name in book.selling_labs()) for name in _filled(names, size)]),
        stack_links=stack_links,
        driver_links=driver_links,
        party_links=party_links,
        **segments.links(conditions.locate),
        mixing=factor([name or f"padding-{n}" for n, name in enumerate(driver_names)], book.correlations),
        **dict(zip(("trigger_conditions", "watch_block", "watch_row", "watch_sign"), tables, strict=True)),
        **_shocks(book, driver_row, shape),
        forced_failure=_failures(book, names, size),
    )
    forces = tuple(force_of(book, contract, ledger) for contract in rows)
    waits, stakes = tuple(_wait(contract, ledger) for contract in later.written), _stakes(book, ledger)
    labels = _labels(book, names, size, rows, legs, driver_names, ledger)
    priors, thresholds = Priors(ledger.figures, book.groups), tuple(conditions.thresholds)
    of_figures = (thresholds, forces, waits, stakes, segments)
    return Program(shape, topology, labels, priors, stacks, drivers, parties, markets, chips, *of_figures)


def _shapes(**stacks: Stack | None) -> dict[str, Any]:
    """What is compiled of some stacks; None of those that a book does not have."""
    return {name: None if stack is None else stack.shape for name, stack in stacks.items()}


def _labels(
    book: Book,
    names: Sequence[str],
    size: int,
    rows: Sequence[WrittenContract | None],
    legs: Sequence[LegLabel | None],
    driver_names: Sequence[str | None],
    ledger: Ledger,
) -> Labels:
    return Labels(
        parties=(*names, *[None] * (size - len(names)), *EDGES),
        contracts=tuple(_contract_label(each) for each in rows),
        legs=tuple(legs),
        drivers=tuple(driver_names),
        figures=tuple(stream for stream, _, _ in ledger.figures),
        start=book.start,
        months=book.months,
    )


def _asked_for(book: Book, stacks: Sequence[Stack], conditions: Conditions) -> dict[str, Any]:
    """What not every book asks for: it is compiled only where one does."""
    terms = {
        "has_restructuring": "restructured",
        "has_takeovers": "acquired",
        "has_estates": "default_costs",
        "has_moving_customers": "customers_move",
        "has_cuts": "cuts_below",
    }
    slots = [slot for stack in stacks for slot in stack.shape.slots if slot.fill is not Fill.absent]
    return {name: is_said_of_anybody(book, term) for name, term in terms.items()} | {
        "has_inside": any(stack.shape.stage == INSIDE for stack in stacks),
        "has_models": follows_models(book) or conditions.watch_any("quality"),
        "has_mixes": mixes_chips(book),
        "has_cover": conditions.watch_any("cover", "leverage") or any(slot.name in ASKS_FOR_COVER for slot in slots),
        "watches_failures": conditions.watch_any("failed", "acquired"),
    }


def _longest_grace(book: Book, names: Sequence[str]) -> int:
    """Months for which bills are told apart: the longest grace of any party, at most a year."""
    graces = [book.parties[name].terms.values.get("grace") for name in names]
    longest = max((quantile(each.distribution, 0.999) for each in graces if isinstance(each, Figure)), default=0.0)
    return next((months for months in GRACES if longest <= months), GRACES[-1])


def _wait(contract: WrittenContract | None, ledger: Ledger) -> Origin:
    """Months from a bill of a contract to its due date."""
    if contract is None or contract.pays_after is None:
        return Constant(0.0)
    return ledger.origin(contract.pays_after, f"{contract.address}.pays_after")


def _stakes(book: Book, ledger: Ledger) -> tuple[tuple[str, str, Origin], ...]:
    """Holder, company and share of every stake that somebody has at the start."""
    return tuple(
        (holder, company, ledger.origin(figure, f"parties.{holder}.stakes.{company}"))
        for holder, party in sorted(book.parties.items())
        for company, figure in sorted(party.stakes.items())
    )


def _filled(names: Sequence[str], size: int) -> list[str]:
    return [*names, *[""] * (size - len(names))]


def _contract_label(contract: WrittenContract | None) -> ContractLabel | None:
    if contract is None:
        return None
    return ContractLabel(contract.address, contract.kind.kind, contract.payer, contract.payee)


def _ends(
    book: Book,
    rows: Sequence[WrittenContract | None],
    legs: Sequence[LegLabel | None],
    party_row: Mapping[str, int],
    nowhere: int,
) -> dict[str, Array]:
    """Who pays and who is paid, by contract and by leg. A third party that a contract leaves out is nowhere."""

    def indices(names: Sequence[str | None]) -> Array:
        return np.array([nowhere if not name else party_row[name] for name in names], dtype=np.int32)

    def flags(values: Sequence[bool]) -> Array:
        return np.array(values, dtype=np.float64)

    return {
        "payer": indices([None if each is None else each.payer for each in rows]),
        "payee": indices([None if each is None else each.payee for each in rows]),
        "is_signed": flags([each is not None and is_signed(book, each) for each in rows]),
        "needs_payer": flags([each is not None and PAYER in each.kind.needs for each in rows]),
        "needs_payee": flags([each is not None and _ends_with_payee(each) for each in rows]),
        "leg_payer": indices([None if each is None else each.payer for each in legs]),
        "leg_payee": indices([None if each is None else each.payee for each in legs]),
        "leg_rank": np.array([2 if each is None else RANKS.index(each.rank) for each in legs], dtype=np.int32),
        "leg_sells_up": flags([each is not None and each.purpose is Purpose.liquidation for each in legs]),
        "leg_is_revenue": flags([each is not None and each.purpose in REVENUE for each in legs]),
        "leg_is_financing": flags([each is not None and each.purpose in FINANCING for each in legs]),
        "leg_is_debt_service": flags([each is not None and each.purpose in DEBT_SERVICE for each in legs]),
        "leg_is_investment": flags([each is not None and each.purpose in INVESTMENT for each in legs]),
    }


def _sizes(
    book: Book, names: Sequence[str], debts: Group, advances: Group, later: Delays, segments: Segments
) -> dict[str, Any]:
    """Sizes of what stands between contracts, of drivers that move together, of graces, and of segments."""
    waits = {"delayed": len(later.legs), "longest_delay": later.longest}
    groups = {"prepaid": advances.size, "guaranteed": debts.size}
    groups |= {"tails": padded(len(book.tails)), "longest_grace": _longest_grace(book, names)}
    return waits | groups | {"segment": segments.shape, "shares": len(segments.labels)}


def _ends_with_payee(contract: WrittenContract) -> bool:
    """Whether the failure of its payee ends a contract; what runs at a site of the payee goes on under a receiver."""
    return PAYEE in contract.kind.needs and not named(contract, "site")


def _between(debts: Group, advances: Group, later: Delays) -> dict[str, Array]:
    """What contracts have to do with each other's bills."""
    return {
        "delayed": later.legs,
        "delayed_contract": later.contracts,
        "sets_off": advances.of_contracts,
        "leg_prepaid": advances.of_legs,
        "stands_in": debts.of_contracts,
        "leg_guaranteed": debts.of_legs,
    }


def _container(contract: WrittenContract | None, row_of: Mapping[str, int], rows: int) -> int:
    """The row of the contract that this one counts toward; `rows` where there is none."""
    inside = None if contract is None else contract.terms.values.get("inside")
    return row_of[str(inside)] if isinstance(inside, str) else rows


def _shocks(book: Book, driver_row: Mapping[str, int], shape: Shape) -> dict[str, Array]:
    """Who goes to extremes together; what each month's level is multiplied by, and set to (NaN: left alone)."""
    factors = np.ones((shape.months, shape.driver_rows))
    levels = np.full((shape.months, shape.driver_rows), np.nan)
    for shock in book.shocks:
        months = slice(max(shock.begins - book.start, 0), max(shock.until - book.start, 0))
        if shock.factor is not None:
            factors[months, driver_row[shock.driver]] *= shock.factor
        if shock.to is not None:
            levels[months, driver_row[shock.driver]] = shock.to
    rows = [driver_row[name] for name in book.tails]
    tailed = np.array(rows + [shape.driver_rows] * (shape.tails - len(rows)), dtype=np.int32)
    return {"tailed": tailed, "shock_factor": factors, "shock_level": levels}


def _failures(book: Book, names: Sequence[str], size: int) -> Array:
    """The month of the run in which a party is made to fail."""
    months = np.full(size, NEVER)
    for failure in book.failures:
        row = names.index(failure.party)
        months[row] = min(months[row], float(failure.month - book.start))
    return months
