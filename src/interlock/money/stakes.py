"""Who owns how much of whom. A company is one share at the start; new shares dilute every holder."""

from __future__ import annotations

from interlock.ground.axes import PerContract, PerParty
from interlock.ground.sums import Tie, summed


def shares_outstanding(shares: PerParty, issued: PerContract, payee: Tie) -> PerParty:
    """Shares of each party after those that its contracts issued this month."""
    return shares + summed(payee, issued)
