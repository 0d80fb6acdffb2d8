"""The same futures without some contracts: they never come into force, and all else is drawn as before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np

from interlock.engine.collect import Rows, collect, refuse_breaches
from interlock.engine.run import Run
from interlock.engine.simulate import simulate_chunks
from interlock.program.force import Force
from interlock.program.program import Program


def run_without(run: Run, contracts: Collection[str], threads: int | None = None) -> Run:
    """The run as it would have been without these contracts; not to be saved, for no book makes it.

    The program keeps its shape, its figures and its chance: the contracts are only never in force. Contracts that are
    taken out of the book would take their draws along, and with Sobol sampling change those of all others.
    """
    program, made = without(run.program, contracts), run.provenance
    making: dict[str, Any] = {"seed": made.seed, "sampling": made.sampling, "chunk": made.chunk}
    chunks = simulate_chunks(program, paths=made.paths, **making, threads=threads, all_months=False)
    return replace(run, program=program, kept=collect(program, chunks, made.paths, made.sampling))


def without(program: Program, contracts: Collection[str]) -> Program:
    """The program in which these contracts never come into force."""
    forces = tuple(
        Force(is_void=True) if label is not None and label.address in contracts else force
        for label, force in zip(program.labels.contracts, program.forces, strict=True)
    )
    return replace(program, forces=forces)


def revenue_without(run: Run, contract: str, paths: int) -> Any:
    """[party, year, path] what each party would have sold on the first `paths` futures; found out once for a run."""
    found = run.found_out.get(("revenue without", contract, paths))
    if found is None:
        program, made = without(run.program, {contract}), run.provenance
        rows, parts = Rows(program), []
        for numbers, draws, futures in simulate_chunks(
            program,
            paths=min(paths, run.paths),
            seed=made.seed,
            sampling=made.sampling,
            chunk=made.chunk,
            all_months=False,
        ):
            refuse_breaches(program, numbers, futures)
            parts.append(rows.of(draws, futures)["revenue"])
        found = run.found_out["revenue without", contract, paths] = np.concatenate(parts, axis=-1)
    return found
