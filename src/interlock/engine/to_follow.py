"""Which dollars are followed, and on how many futures: so much is held of months, and of no more."""

from __future__ import annotations

import numpy as np

from interlock.contracts.contract import FUNDS
from interlock.program.labels import LegLabel
from interlock.program.program import Program

TRACED_PATHS = 1024
"""Paths whose dollars are followed unless asked for more, and of which months are held."""

LEAST_TRACED = 64
"""The same in the largest books, where following a path takes longest."""

EFFORT = 2**30
"""Multiplications that following the dollars of a run, earmarks apart, may take unless more is asked: some seconds."""


def paths_to_follow(program: Program) -> int:
    """How many futures are followed unless asked: fewer in large books, whose network of a month is larger."""
    shape, colours = program.shape, max(len(dyeing_legs(program)), 1)
    of_a_path = shape.months * shape.parties**2 * (shape.parties + colours)
    affordable = 2 ** int(np.log2(max(EFFORT / of_a_path, 1.0)))
    return int(np.clip(affordable, LEAST_TRACED, TRACED_PATHS))


def dyeing_legs(program: Program) -> dict[int, LegLabel]:
    """The legs by which the payer of a contract funds a party of the book; what funds an edge of the world is gone.

    What goes the other way, such as the principal of a loan that is repaid, gives back.
    """
    has_budget = program.topology.leg_payee < program.shape.parties
    payer_of = {label.address: label.payer for label in program.labels.contracts if label is not None}
    return {
        n: label
        for n, label in enumerate(program.labels.legs)
        if label is not None and label.purpose in FUNDS and has_budget[n] and label.payer == payer_of[label.contract]
    }
