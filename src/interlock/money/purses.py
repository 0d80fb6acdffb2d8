"""Earmarked money: what is paid under some contracts is kept apart, and pays first what it was meant for.

Every party has a treasury, and a purse for each contract whose money is earmarked. Month by month, of what it paid,

    named      a purse pays the same share of all that it is meant for, as far as it goes; what several purses are
               meant for they pay together, each in proportion to what it could have paid
    treasury   pays the rest, as far as it goes, the same share of everything
    purses     pay what is then still missing, each in proportion to what it has left

What is left stays in its purse. Who pays whom how much is as recorded; only out of what it comes is decided here. Then
money mixes within each treasury and purse, as it does in the treasuries of the pooled measure (`colours`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from interlock.ground.arrays import ratio
from interlock.money.colours import Dye, Flows, adding_up


class Purses(NamedTuple):
    """Which purses there are beside the treasuries."""

    owner: Any
    """[purse] the party."""
    fed_by: Any
    """[purse, leg] True where the leg pays its owner, into the purse."""
    meant_for: Any
    """[purse, leg] True where the purse is meant for what its owner pays under the leg."""


class _Ties(NamedTuple):
    """Who belongs to what: sparse matrices, which add up by group."""

    owner: Any
    """[party, purse]"""
    payer: Any
    """[party, leg] of the legs that parties pay."""
    into: Any
    """[treasuries and purses, leg] of the legs that parties are paid."""
    leg: Any
    """[leg, way]"""
    purse: Any
    """[purse, way]"""


class _Ways(NamedTuple):
    """Each leg out of each purse that its payer has; index arrays [way]."""

    leg: Any
    purse: Any
    is_meant: Any
    """[way, 1]"""


def set_apart(purses: Purses, flows: Flows) -> Flows:
    """The same flows out of treasuries and purses: each leg out of its payer's treasury, then out of each purse.

    Purses are numbered after treasuries, and edges of the world after purses.
    """
    dye, opening = Dye(*map(np.asarray, flows.dye)), np.asarray(flows.opening)
    parties, apart, legs = opening.shape[1], len(purses.owner), len(dye.payer)
    purse, leg = np.nonzero(dye.payer == purses.owner[:, None])
    ways = _Ways(leg, purse, purses.meant_for[purse, leg][:, None])
    payer, payee = (np.where(ends < parties, ends, ends + apart) for ends in (dye.payer, dye.payee))
    for n, fed_by in enumerate(purses.fed_by):
        payee = np.where(fed_by, parties + n, payee)
    ties = _Ties(
        owner=_adding_up(purses.owner, parties),
        payer=_adding_up(payer, parties),
        into=_adding_up(payee, parties + apart),
        leg=_adding_up(leg, legs),
        purse=_adding_up(purse, apart),
    )
    told = np.concatenate([np.arange(legs), leg])
    paid, opened = np.zeros((len(opening), len(told), opening.shape[-1])), []
    kept = np.zeros((apart, opening.shape[-1]))
    for month, (flow, cash) in enumerate(zip(np.asarray(flows.paid), opening, strict=True)):
        treasury = np.maximum(cash - ties.owner @ kept, 0.0)
        opened.append(np.concatenate([treasury, kept]))
        at_hand = opened[-1] + ties.into @ flow
        with np.errstate(over="ignore"):  # shares of next to nothing: no more than all of it is taken
            drawn = _drawn(purses, ways, ties, flow, at_hand)
        # The treasury pays whatever no purse does, so that nothing is lost by rounding.
        paid[month, :legs] = np.maximum(flow - ties.leg @ drawn, 0.0)
        paid[month, legs:] = drawn
        kept = np.maximum(at_hand[parties:] - ties.purse @ drawn, 0.0)
    return Flows(
        dye=Dye(
            payer=np.concatenate([payer, parties + purse]),
            payee=payee[told],
            colour=dye.colour[told],
            returns=dye.returns[:, told],
            repays=dye.repays[:, told],
        ),
        paid=paid,
        opening=np.stack(opened),
        told=told,
        owner=np.concatenate([np.arange(parties), purses.owner]),
    )


def _drawn(purses: Purses, ways: _Ways, ties: _Ties, flow: Any, at_hand: Any) -> Any:
    """[way, path] what each leg is paid out of each purse."""
    treasury, purse = np.split(at_hand, [ties.owner.shape[0]])
    asked = np.where(ways.is_meant, flow[ways.leg], 0.0)
    offered = asked * np.minimum(ratio(purse, ties.purse @ asked), 1.0)[ways.purse]
    first = offered * np.minimum(ratio(flow, ties.leg @ offered), 1.0)[ways.leg]
    rest = np.maximum(flow - ties.leg @ first, 0.0)
    lacking = 1.0 - np.minimum(ratio(treasury, ties.payer @ rest, 1.0), 1.0)
    left = np.maximum(purse - ties.purse @ first, 0.0)
    part = ratio(left, (ties.owner @ left)[purses.owner]) * lacking[purses.owner]
    return first + part[ways.purse] * rest[ways.leg]


def _adding_up(group: Any, groups: int) -> Any:
    """A sparse matrix [group, row]; a row whose group is past the end belongs to none."""
    rows = np.flatnonzero(group < groups)
    return adding_up(group[rows], rows, (groups, len(group)))
