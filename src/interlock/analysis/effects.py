"""What a failure or a shock may change, in one run, future by future."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np

from interlock.analysis.answer import rounding_of
from interlock.analysis.losses import Lost, lost_by_path
from interlock.contracts.contract import Purpose
from interlock.engine.run import Run


class Effect(StrEnum):
    """What a stress changes."""

    fails = "fails"
    """Share of futures in which a party has failed by the end."""
    lost_by_holder = "lost, by holder"
    """USD of claims, shares at cost and cover that a party has lost by the failures of others."""
    lost_by_hop = "lost, by hop"
    """The same by the hop at which the debtor fails: 0 by itself, 1 having lost claims on one of those, and so on."""
    lost = "lost"
    """USD that one party loses under one contract by the failure of another, what was still to come among it."""
    sales = "sales"
    """USD of revenue of a party, over the run."""
    calls = "guarantees called"
    """USD paid by a guarantor."""
    compute = "compute delivered"
    """H100e-months delivered under a contract, over the run: what is delivered no longer is free for others."""


OF = {
    Effect.fails: ("party",),
    Effect.lost_by_holder: ("holder",),
    Effect.lost_by_hop: ("hop",),
    Effect.lost: ("failed", "holder", "contract", "what"),
    Effect.sales: ("party",),
    Effect.calls: ("contract", "guarantor", "creditor"),
    Effect.compute: ("contract", "buyer", "seller"),
}
"""What the names of each effect are."""

UNIT = {Effect.fails: "share", Effect.compute: "H100e-months"}
"""In which it is; all else is USD, the mean of all futures."""

Key = tuple[Effect, tuple[str, ...]]

Seen = dict[Key, Any]
"""[path] by effect and names."""


def seen_in(run: Run) -> Seen:
    """What a stress may change, in one run."""
    series = run.series
    found: Seen = {}
    failed, revenue, paid, delivered = (series[name] for name in ("failed", "revenue", "paid", "delivered"))
    for n, party in enumerate(failed.rows):
        found[Effect.fails, (party,)] = failed.first[n, -1]
    for n, party in enumerate(revenue.rows):
        found[Effect.sales, (party,)] = revenue.first[n].sum(axis=0)
    ends = {label.address: (label.payer, label.payee) for label in run.program.labels.contracts if label is not None}
    for n, contract in enumerate(delivered.rows):
        found[Effect.compute, (contract, *ends[contract])] = delivered.first[n].sum(axis=0)
    for n, (contract, payer, payee, purpose, _) in enumerate(paid.rows):
        if purpose == Purpose.guarantee and payer == ends[contract][0]:
            found[Effect.calls, (contract, payer, payee)] = paid.first[n].sum(axis=0)
    return found | _lost(run)


def _lost(run: Run) -> Seen:
    """Losses under each contract, by holder and by hop."""
    lost = lost_by_path(run)
    found: Seen = {}

    def add(key: Key, usd: Any) -> None:
        found[key] = found.get(key, 0.0) + usd

    for (failed, holder, contract, what), usd in lost.usd.items():
        add((Effect.lost, (failed, holder, contract, str(what))), usd)
        if what is not Lost.to_come:
            add((Effect.lost_by_holder, (holder,)), usd)
            for hop in np.unique(lost.hops[failed][lost.hops[failed] >= 0]):
                add((Effect.lost_by_hop, (str(hop),)), usd * (lost.hops[failed] == hop))
    return found


def rounding(effect: Effect, *worlds: Seen) -> float:
    """How much is rounding, in the unit of an effect; what happens or not is never rounded."""
    if effect is Effect.fails:
        return 0.0
    of_unit = [each for each in Effect if UNIT.get(each) == UNIT.get(effect)]
    return rounding_of(*(values for seen in worlds for key, values in seen.items() if key[0] in of_unit))


def lost_by_anybody(seen: Seen, blank: Any) -> Any:
    """[path] USD of claims, shares and cover."""
    return sum((usd for (effect, _), usd in seen.items() if effect is Effect.lost_by_holder), blank)
