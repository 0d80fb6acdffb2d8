"""The dollars of a run's financing contracts, followed on some of its paths: the paths are run again, flows kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from interlock.contracts.contract import FUNDS
from interlock.engine.record import Monthly
from interlock.engine.simulate import simulate_chunks
from interlock.money.colours import Dye, Traced, follow
from interlock.program.labels import LegLabel
from interlock.program.program import Program

if TYPE_CHECKING:
    from interlock.engine.run import Run


class Followed(NamedTuple):
    """Where the dollars of each colour went, [..., path] of all the paths that were followed."""

    legs: tuple[LegLabel, ...]
    """For each colour, the leg that dyes with it."""
    first: Traced
    """First lap."""
    laps: Traced
    """All laps."""
    paths: int


def follow_run(run: Run, paths: int) -> Followed:
    """Follow the first `paths` futures of a run, exactly as they were."""
    dye, legs = dye_of(run.program)
    shape = run.program.shape
    first: list[Traced] = []
    laps: list[Traced] = []
    for flows in months_of(run, min(paths, run.paths)):
        for keeps_colour, kept in ((False, first), (True, laps)):
            with jax.enable_x64(True):
                traced = follow(
                    dye, flows.paid, flows.opening, edges=shape.edges, start=shape.start, keeps_colour=keeps_colour
                )
            kept.append(jax.tree.map(np.asarray, traced))
    return Followed(legs, _joined(first), _joined(laps), min(paths, run.paths))


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


def dyeing_legs(program: Program) -> dict[int, LegLabel]:
    """The legs by which a contract funds a party of the book; what funds an edge of the world is gone."""
    has_budget = program.topology.leg_payee < program.shape.parties
    return {
        n: label
        for n, label in enumerate(program.labels.legs)
        if label is not None and label.purpose in FUNDS and has_budget[n]
    }


def dye_of(program: Program) -> tuple[Dye, tuple[LegLabel, ...]]:
    """Which legs dye with which colour: each leg that funds somebody with one of its own."""
    labels, topology = program.labels.legs, program.topology
    dyeing = dyeing_legs(program)
    legs = list(dyeing)
    colour = np.full(len(labels), len(legs), np.int32)
    colour[legs] = range(len(legs))
    back = np.array(
        [
            label is not None and (label.contract, label.payee) == (dyed.contract, dyed.payer)
            for dyed in dyeing.values()
            for label in labels
        ],
        dtype=np.float64,
    ).reshape(len(legs), len(labels))
    financier = np.array([topology.leg_payer[n] for n in legs], np.int32)
    dye = Dye(topology.leg_payer, topology.leg_payee, colour, back, topology.leg_is_revenue, financier)
    return dye, tuple(dyeing.values())


def _joined(parts: list[Any]) -> Any:
    return jax.tree.map(lambda *each: np.concatenate(each, axis=-1), *parts)
