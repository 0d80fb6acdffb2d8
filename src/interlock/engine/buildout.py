"""What parties have planned, buy, sell and train of compute, month by month: a run again, with more kept of it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from interlock.engine.chunk import Futures
from interlock.engine.collect import Rows, refuse_breaches
from interlock.engine.missing import missing_of, planned_of
from interlock.engine.provenance import Provenance
from interlock.engine.simulate import Progress, simulate_chunks
from interlock.engine.wider import Limit
from interlock.program.program import Program
from interlock.program.shape import SUPPLY, kind_of

COMMITTED = 0
"""The merit of contracts whose minimum is sunk: those that plan what is to be there."""


class Buildout(NamedTuple):
    """[month, party, path] each, the parties in the order of `parties`; H100e where nothing else is said."""

    parties: tuple[str, ...]
    planned: Any
    """That commitments reserve for a party, as they plan it."""
    lacks: Any
    """[month, party, limit, path] Of that, what it does not use, for want of what."""
    used: Any
    """All that it uses: its own, and what it buys by the hour, too."""
    to_sell: Any
    """That it has committed to others."""
    fails: Any
    """[month, party, limit, path] Of that, what they do not use, for want of what."""
    in_use: Any
    """All of its compute that others use: what they buy by the hour, too."""
    training: Any
    """That train; nothing where models are not followed."""
    run: Any
    """FLOP of the largest run of training."""
    effective: Any
    """FLOP of that, times how far algorithms have come since the start."""
    draws: Any
    """[figure, path]"""


def buildout(
    program: Program, made: Provenance, threads: int | None = None, progress: Progress | None = None
) -> Buildout:
    """The compute of every party in every month of a run. Raises LawBroken."""
    rows, parts, done = Rows(program), list[Buildout](), 0
    chunks = simulate_chunks(
        program,
        paths=made.paths,
        seed=made.seed,
        sampling=made.sampling,
        chunk=made.chunk,
        threads=threads,
        all_months=False,
        keeps_levels=True,
    )
    for numbers, draws, futures in chunks:
        refuse_breaches(program, numbers, futures)
        parts.append(_of_chunk(program, rows, draws, futures))
        done += len(numbers)
        if progress is not None:
            progress(done, made.paths)
    joined = (np.concatenate(each, axis=-1) for each in list(zip(*parts, strict=True))[1:])
    return Buildout(rows.party_names, *joined)


def _of_chunk(program: Program, rows: Rows, draws: Any, futures: Futures) -> Buildout:
    """The same of one chunk."""
    levels, shape, topology = futures.levels, program.shape, program.topology
    if levels is None:
        raise ValueError("the levels of these paths were not kept")
    merits = [np.full(stack.size, kind_of(stack).merit) for stack in shape.contracts if stack.stage <= SUPPLY]
    payer, payee = (ends[: shape.suppliers] for ends in (topology.payer, topology.payee))
    is_committed = (np.concatenate([np.zeros(0), *merits]) == COMMITTED)[:, None]
    planned, is_gone = planned_of(program, futures, levels)
    missing = missing_of(program, levels, planned, is_gone)
    paths = levels.used.shape[-1]

    def by_party(rows_of_contracts: Any, party: Any) -> Any:
        found = np.zeros((len(rows_of_contracts), shape.parties + shape.edges + 1, paths))
        for row, owner in enumerate(party):
            found[:, owner] += rows_of_contracts[:, row]
        return found[:, rows.parties]

    def of(party: Any) -> tuple[Any, Any, Any]:
        lacks = np.stack([by_party(missing[limit] * is_committed, party) for limit in Limit], axis=2)
        return by_party(planned * is_committed, party), lacks, by_party(levels.used, party)

    def of_labs(kept: Any) -> Any:
        return kept[:, rows.parties] if shape.has_models else np.zeros((shape.months, len(rows.parties), paths))

    return Buildout(
        rows.party_names,
        *of(payer),
        *of(payee),
        of_labs(levels.training),
        of_labs(levels.run),
        of_labs(levels.effective),
        draws,
    )
