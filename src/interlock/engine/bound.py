"""When what is still bound to be paid at the end of a run comes: evenly, at the size that is agreed.

years left = what is still to be paid / what is owed in a year at full size, used or not
"""

from __future__ import annotations

from typing import Any

import numpy as np

from interlock.contracts import CapacityLease, ChipSupply, ComputeCommitment, PowerPurchase
from interlock.ground.arrays import ratio

LONGEST = 20
"""Years after the run that are told apart; what comes later counts as if by the end of the last one."""


def years_left(contract: Any, usd: Any, last: Any) -> Any:
    """[path] for how many years so much is still to be paid; `last` is what was paid a year when the run ended."""
    yearly = 12.0 * owed_in_a_month(contract) + 0.0 * usd
    if isinstance(contract, CapacityLease):
        # Its rent may have stepped up since it began.
        yearly = np.maximum(yearly, last)
    yearly = np.where(yearly > 0.0, yearly, last)
    # What was never paid before comes over as long a time as can be.
    return np.where(usd > 0.0, np.clip(ratio(usd, yearly, float(LONGEST)), 1.0 / 12.0, float(LONGEST)), 0.0)


def owed_in_a_month(contract: Any) -> Any:
    """[path] USD at full size; nothing where its terms do not say."""
    if isinstance(contract, ComputeCommitment):
        return contract.take * contract.price * contract.capacity
    if isinstance(contract, CapacityLease):
        return contract.rent * contract.power
    if isinstance(contract, PowerPurchase):
        return contract.take * contract.price * contract.power
    if isinstance(contract, ChipSupply) and contract.price is not None:
        return contract.price * contract.units
    return 0.0


def by_year(years: Any) -> Any:
    """[year after the run, path] the part of each year that lies within so many years."""
    return within(years, LONGEST)


def spread(usd: Any, years: Any) -> Any:
    """[year after the run, path] so much, evenly over so many years; up to the last in which there is any."""
    return ratio(usd, years) * within(years, int(np.ceil(np.max(years))))


def within(years: Any, longest: int) -> Any:
    """[year after the run, path] the part of each of the first years that lies within so many."""
    return np.clip(years - np.arange(float(longest))[:, None], 0.0, 1.0)
