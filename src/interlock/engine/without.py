"""The same futures without one contract: it never comes into force, and all else is drawn as before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.engine.collect import Rows, refuse_breaches
from interlock.engine.simulate import simulate_chunks
from interlock.program.force import Force

if TYPE_CHECKING:
    from interlock.engine.run import Run


def revenue_without(run: Run, contract: str, paths: int) -> Any:
    """[party, year, path] what each party would have sold on the first `paths` futures; found out once for a run.

    The program keeps its shape, its figures and its chance: only that contract is never in force. A contract that is
    taken out of the book would take its draws along, and with Sobol sampling change those of all others.
    """
    found = run.found_out.get(("revenue without", contract, paths))
    if found is None:
        labels = run.program.labels.contracts
        forces = tuple(
            Force(is_void=True) if label is not None and label.address == contract else force
            for label, force in zip(labels, run.program.forces, strict=True)
        )
        program, made = replace(run.program, forces=forces), run.provenance
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
