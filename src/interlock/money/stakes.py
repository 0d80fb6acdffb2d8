"""Who owns how much of whom. A company is one share at the start; new shares dilute every holder."""

from __future__ import annotations

from interlock.ground.axes import PerContract, PerParty, TieOfContract
from interlock.ground.sums import summed


def shares_outstanding(shares: PerParty, issued: PerContract, payee: TieOfContract) -> PerParty:
    """Shares of each party after those that its contracts issued this month."""
    return shares + summed(payee, issued)
