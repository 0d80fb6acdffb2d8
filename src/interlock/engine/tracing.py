"""The dollars of a run's financing contracts, followed on some of its paths: the paths are run again, flows kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from interlock.book.book import Book
from interlock.book.party import EDGES
from interlock.contracts.contract import REVENUE, Purpose
from interlock.engine.record import Monthly
from interlock.engine.simulate import simulate_chunks
from interlock.engine.to_follow import dyeing_legs
from interlock.money.colours import Dye, Flows, Traced, follow
from interlock.money.purses import Purses, set_apart
from interlock.program.labels import LegLabel
from interlock.program.program import Program

if TYPE_CHECKING:
    from interlock.engine.run import Run


class Measure(StrEnum):
    """How money mixes."""

    pooled = "pooled"
    """All of a party's cash mixes in one treasury."""
    earmarked = "earmarked"
    """Money first pays what it is earmarked for, out of a purse of its own."""


class Followed(NamedTuple):
    """Where the dollars of each colour went, [..., path] of all the paths that were followed."""

    legs: tuple[LegLabel, ...]
    """For each colour, the leg that dyes with it."""
    first: Traced
    """First lap."""
    all_laps: Any
    """[colour, path] USD that came back, each passage counted; None where it was not asked for."""
    paths: int


TOGETHER = 2**26
"""Bytes that may say at once where the dollars of some futures stand."""


def follow_run(run: Run, paths: int, measure: Measure = Measure.pooled, *, laps: bool = True) -> Followed:
    """Follow the first `paths` futures of a run, exactly as they were; without `laps`, only to their first return.

    Of one run nothing is followed twice.
    """
    known = run.found_out.get(("followed", paths, measure))
    if known is None or (laps and known.all_laps is None):
        known = run.found_out["followed", paths, measure] = _followed(run, paths, measure, laps=laps)
    return known


def _followed(run: Run, paths: int, measure: Measure, *, laps: bool) -> Followed:
    dye, legs = dye_of(run.program)
    purses = purses_of(run.book, run.program) if measure is Measure.earmarked else None
    edges, start = run.program.shape.edges, run.program.shape.start
    first: list[Traced] = []
    all_laps: list[Any] = []
    for months in _pieces(months_of(run, min(paths, run.paths)), run.program):
        flows = Flows(dye, months.paid, months.opening)
        if purses is not None:
            flows = set_apart(purses, flows)
        first.append(follow(flows, edges=edges, start=start, keeps_colour=False))
        if laps:
            # Of passages after the first only the number is told: to keep where each leg stands takes as much again.
            passages = follow(flows, edges=edges, start=start, keeps_colour=True)
            all_laps.append(passages.returned.sum(axis=(0, 2)))
    counted = np.concatenate(all_laps, axis=-1) if laps else None
    return Followed(legs, _joined(first), counted, min(paths, run.paths))


def _pieces(months: Iterator[Monthly], program: Program) -> Iterator[Monthly]:
    """The same, so many paths at a time as there is room for."""
    shape = program.shape
    years = (shape.start + shape.months - 1) // 12 - shape.start // 12 + 1
    of_a_path = 8 * (years + 2) * len(dyeing_legs(program)) * len(program.labels.legs)
    size = max(TOGETHER // max(of_a_path, 1), 1)
    for each in months:
        for first in range(0, each.paid.shape[-1], size):
            yield jax.tree.map(lambda rows, first=first: rows[..., first : first + size], each)


def purses_of(book: Book, program: Program) -> Purses | None:
    """A purse for each contract whose payee pays something for which that money is earmarked; None if there is none."""
    labels = program.labels
    owner: list[int] = []
    fed_by: list[list[bool]] = []
    meant_for: list[list[bool]] = []
    for contract in book.contracts():
        payee = contract.payee
        meant = [
            leg is not None and leg.payer == payee and leg.contract in contract.earmarked_for for leg in labels.legs
        ]
        if any(meant) and payee not in EDGES:
            owner.append(labels.parties.index(payee))
            meant_for.append(meant)
            fed_by.append(
                [leg is not None and (leg.contract, leg.payee) == (contract.address, payee) for leg in labels.legs]
            )
    return Purses(np.array(owner, np.int32), np.array(fed_by), np.array(meant_for)) if owner else None


def months_of(run: Run, paths: int) -> Iterator[Monthly]:
    """Every month of the first paths: those that the run kept, and the others run again."""
    done = 0
    for flows in run.kept.flows:
        if done < paths:
            wanted = min(flows.paid.shape[-1], paths - done)
            yield jax.tree.map(lambda rows, wanted=wanted: rows[..., :wanted], flows)
            done += wanted
    if done < paths:
        made = run.provenance
        for _, _, futures in simulate_chunks(
            run.program, paths=paths - done, seed=made.seed, sampling=made.sampling, chunk=made.chunk, first=done
        ):
            yield futures.monthly


def dye_of(program: Program) -> tuple[Dye, tuple[LegLabel, ...]]:
    """Which legs dye with which colour: each leg that funds somebody with one of its own."""
    labels, topology = program.labels.legs, program.topology
    dyeing = dyeing_legs(program)
    legs = list(dyeing)
    colour = np.full(len(labels), len(legs), np.int32)
    colour[legs] = range(len(legs))
    returns, repays = (np.zeros((len(legs), len(labels))) for _ in range(2))
    for n, dyed in enumerate(dyeing.values()):
        for m, label in enumerate(labels):
            if label is not None and label.payee == dyed.payer:
                returns[n, m] = label.purpose in REVENUE
                repays[n, m] = label.purpose not in REVENUE and gives_back(label, dyed)
    return Dye(topology.leg_payer, topology.leg_payee, colour, returns, repays), tuple(dyeing.values())


def gives_back(label: LegLabel, dyed: LegLabel) -> bool:
    """Whether a payment to a financier gives back what it put in by a dyeing leg, or what it earns by that.

    Whatever the contract itself owes it, but sales: interest, principal, a refund, what a guarantor recovers. And
    dividends and buybacks of a company whose shares it has bought.
    """
    is_dividend = dyed.purpose is Purpose.equity and label.purpose in {Purpose.dividend, Purpose.buyback}
    return label.contract == dyed.contract or (is_dividend and label.payer == dyed.payee)


def _joined(parts: list[Traced]) -> Traced:
    return Traced(*(_side_by_side(each) for each in zip(*parts, strict=True)))


def _side_by_side(parts: Sequence[Any]) -> Any:
    """The parts along the last axis. Most rows are nothing: what is never written takes no memory."""
    found, done = np.zeros((*parts[0].shape[:-1], sum(part.shape[-1] for part in parts))), 0
    for part in parts:
        rows = part.any(axis=-1)
        found[rows, done : done + part.shape[-1]] = part[rows]
        done += part.shape[-1]
    return found
