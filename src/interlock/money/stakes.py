"""Who owns how much of whom. A company is one share at the start; new shares dilute every holder."""

from __future__ import annotations

from interlock.ground.axes import PartyOfContract, PerContract, PerParty
from interlock.ground.sums import summed_by


def shares_outstanding(shares: PerParty, issued: PerContract, payee: PartyOfContract) -> PerParty:
    """Shares of each party after those that its contracts issued this month."""
    return shares + summed_by(payee, issued, shares.shape[0])
