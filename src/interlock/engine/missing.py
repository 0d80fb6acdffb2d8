"""What is missing of the compute that commitments reserve, and for want of what.

    missing     = reserved - used                                              as planned, whatever is there
    cash        all that ended by a failure; what a buyer that is cutting its spending leaves idle
    demand      what other buyers leave idle of what is delivered
    chips       of what is not delivered: its own chips that have not come, and those of which a seller without sites
                has too few; all of it, where its site, or those of its seller, could run more chips than there are
    power       the rest: what has its chips is late, or they have no power

Every H100e that is missing has one reason.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from interlock.contracts.contract import NEVER
from interlock.engine.chunk import Futures
from interlock.engine.levels import Levels
from interlock.engine.wider import Limit
from interlock.program.program import Program
from interlock.program.shape import building

ROUNDING = 1e-9
"""A site that has chips for all but this of its power has enough."""


def planned_of(program: Program, futures: Futures, levels: Levels) -> tuple[Any, Any]:
    """[month, contract, path] what contracts reserve, and whether one of its parties is no more.

    What ended by a failure stays planned as its schedule has it, to the end of its term.
    """
    shape, reserved, topology = program.shape, levels.reserved, program.topology
    gone = np.full((shape.parties + shape.edges + 1, reserved.shape[-1]), NEVER)
    gone[: shape.parties] = futures.failed
    month = np.minimum(*(gone[ends[: shape.suppliers]] for ends in (topology.payer, topology.payee)))
    is_gone = np.arange(len(reserved))[:, None, None] >= month[None]
    planned = np.where(is_gone, levels.agreed, reserved)
    for row, whole in enumerate(topology.container[: shape.suppliers]):
        if whole < shape.suppliers:
            # What counts toward another contract is a part of that one's plan: both have ended, or that one has it all.
            planned[:, whole] -= np.where(is_gone[:, row] & is_gone[:, whole], planned[:, row], 0.0)
            planned[:, row] = np.where(is_gone[:, row] & ~is_gone[:, whole], 0.0, planned[:, row])
    return np.maximum(planned, 0.0), is_gone


def missing_of(program: Program, levels: Levels, planned: Any, is_gone: Any) -> dict[Limit, Any]:
    """[month, contract, path] H100e that are missing of what each contract reserves, by reason."""
    delivered = np.minimum(levels.delivered, planned)
    used = np.minimum(levels.used, delivered)
    idle, absent = np.where(is_gone, 0.0, delivered - used), np.where(is_gone, 0.0, planned - delivered)
    payer = program.topology.payer[: program.shape.suppliers]
    cutting = np.zeros((len(planned), program.shape.parties + program.shape.edges + 1, planned.shape[-1]))
    cutting[:, : levels.austerity.shape[1]] = levels.austerity
    is_cutting = cutting[:, payer] > 0.0
    for_chips = _for_chips(program, levels, absent, np.where(is_gone, 0.0, np.maximum(planned - levels.ready, 0.0)))
    return {
        Limit.chips: for_chips,
        Limit.power: absent - for_chips,
        Limit.cash: np.where(is_gone, planned - used, 0.0) + np.where(is_cutting, idle, 0.0),
        Limit.demand: np.where(is_cutting, 0.0, idle),
    }


def _for_chips(program: Program, levels: Levels, absent: Any, late: Any) -> Any:
    """[month, contract, path] of what is not delivered, what waits for chips; `late` is what is not ready of it."""
    shape, topology = program.shape, program.topology
    waits = np.minimum(late, levels.awaited) if levels.awaited.shape[1] else np.zeros_like(absent)
    short = np.minimum(waits + np.maximum(absent - late, 0.0), absent)
    if not shape.sites:
        return short
    owners = np.concatenate([topology.payer[stack.rows] for _, stack in building(shape)])
    site, seller = topology.site[: shape.suppliers], topology.payee[: shape.suppliers]
    parties = shape.parties + shape.edges + 1
    chips, room = (_by_owner(rows, owners, parties) for rows in (levels.chips, levels.room))
    lacks, of_seller = (rows < more * (1.0 - ROUNDING) for rows, more in ((levels.chips, levels.room), (chips, room)))
    at_site = np.concatenate([lacks, np.zeros_like(lacks[:, :1])], axis=1)[:, site]
    names_site = (site < shape.sites)[None, :, None]
    has_sites = room.any(axis=(0, 2))[seller][None, :, None]
    without = np.where(names_site, 0.0, np.where(has_sites, np.minimum(waits, absent), short))
    return np.where(np.where(names_site, at_site, of_seller[:, seller]), absent, without)


def _by_owner(rows: Any, owners: Any, parties: int) -> Any:
    """[month, party, path] the sum over the sites of each."""
    found = np.zeros((len(rows), parties, rows.shape[-1]))
    for row, owner in enumerate(owners):
        found[:, owner] += rows[:, row]
    return found
