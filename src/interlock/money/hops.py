"""How far a failure has come: who failed by itself, and who after losing claims on those who did.

    hop 0         lost no claim on anybody who failed before it, or with it
    hop n + 1     lost a claim on a party of hop n, and on none of a lower one

Months tell no finer: where parties fail in the same month, the one with a claim on the other stands behind it, and
those who had claims on each other, round a ring, are one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STANDS = -1
"""The hop of a party that has not failed."""


def hops(failed: NDArray[np.float64], lost: NDArray[np.bool_], months: int) -> NDArray[np.int64]:
    """[party, path] the hop of each party, STANDS where it has not failed.

    `failed` [party, path]: the first month in which it has failed, `months` or later where it never did; `lost`
    [party, party, path]: whether claims on the first were written off by the second.
    """
    parties = len(failed)
    fails = failed < months
    edge = lost & fails[:, None] & fails[None] & (failed[:, None] <= failed[None])
    reaches = edge.copy()
    for via in range(parties):
        reaches |= reaches[:, via, None] & reaches[None, via]
    is_first = fails & ~(reaches & ~np.swapaxes(reaches, 0, 1)).any(axis=0)
    found = np.where(is_first, 0, parties)
    for _ in range(parties):
        found = np.minimum(found, np.where(edge, found[:, None] + 1, parties).min(axis=0, initial=parties))
    return np.where(fails, found, STANDS)
