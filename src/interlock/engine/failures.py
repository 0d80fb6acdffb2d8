"""What was lost on the paths on which somebody failed; of the others there is nothing to keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from interlock.engine.chunk import Futures
from interlock.program.program import Program

Rows = Any


class Failures(NamedTuple):
    """On some paths, [row, path] each; rows are those of the program, padding and all."""

    paths: Any
    """[path] the number of each."""
    failed: Rows
    """[party] The first month after the party failed, however that ended; NEVER, or past the end, where it did not."""
    is_gone: Rows
    """[party] Whether it was liquidated."""
    unpaid: Rows
    """[leg that is billed] USD of claims on those who failed that were written off, or that a guarantor paid."""
    forgone: Rows
    """[contract] USD that was still to be paid when the payer failed."""
    paid: Rows
    """[leg] USD paid in all."""


def failures_of(program: Program, numbers: Any, futures: Futures) -> Failures:
    """Those of a chunk."""
    rescue = futures.rescue if program.shape.has_rescues else ()
    failed = np.minimum.reduce([futures.failed, *rescue])
    here = np.flatnonzero((failed < program.shape.months).any(axis=0))
    yearly = futures.yearly
    lost = yearly.written_off[:, : program.shape.bills, here].sum(axis=0)
    paid_by_others = yearly.relieved[..., here].sum(axis=0)
    return Failures(
        paths=numbers[here],
        failed=failed[:, here],
        is_gone=futures.failed[:, here] < program.shape.months,
        unpaid=lost + paid_by_others if len(paid_by_others) else lost,
        forgone=yearly.forgone[..., here].sum(axis=0),
        paid=yearly.paid[..., here].sum(axis=0),
    )


def together(parts: Sequence[Failures]) -> Failures:
    """Those of many chunks, in order."""
    return Failures(*(np.concatenate(rows, axis=-1) for rows in zip(*parts, strict=True)))
