"""The textbook way to clear debts and to mix money, in plain NumPy: what `speed.py` holds Interlock against.

Written from the papers, without a look at how Interlock does it; both find the same numbers, which is checked.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def clear(owed: Floats, cash: Floats) -> Floats:
    """What each party pays, (network, n): the fictitious default algorithm of Eisenberg & Noe (2001).

    At first nobody is in default. Then whoever cannot pay is, and pays what it gets; until nobody joins them.
    """
    due = owed.sum(axis=-1)
    pulls = np.swapaxes(owed / np.where(due > 0.0, due, 1.0)[..., None], -1, -2)
    in_default = np.zeros(due.shape, bool)
    while True:
        system = np.eye(due.shape[-1]) - in_default[..., None] * pulls
        paid = np.linalg.solve(system, np.where(in_default, cash, due)[..., None])[..., 0]
        cannot_pay = cash + (pulls @ paid[..., None])[..., 0] < due * (1.0 - 1e-12)
        if (cannot_pay == in_default).all():
            return np.asarray(paid)
        in_default = cannot_pay


def mix(flows: Floats, opening: Floats, colours: Floats) -> Floats:
    """Of what colour the money of each party is, (network, n, k): what comes in equals what is there to be coloured."""
    inward = np.swapaxes(flows, -1, -2)
    has = opening + inward.sum(axis=-1)
    return np.linalg.solve(has[..., None] * np.eye(has.shape[-1]) - inward, opening[..., None] * colours)


def networks(count: int, parties: int, colours: int = 8) -> tuple[Floats, Floats, Floats]:
    """Debts, cash and the colours of cash. Each party deals with every third other; many cannot pay."""
    draw = np.random.default_rng(7)
    deals = (draw.random((count, parties, parties)) < 1 / 3) & ~np.eye(parties, dtype=bool)
    owed = draw.lognormal(0.0, 1.0, deals.shape) * deals
    return owed, draw.lognormal(0.0, 1.0, (count, parties)), draw.dirichlet(np.ones(colours), (count, parties))
