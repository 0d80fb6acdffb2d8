"""How much of one gets to another, directly and through others, when each passes on known shares.

    direct   d[i, j]     the share of i that goes to j at once; rows sum to one at most
    in all   h[i, j]   = d[i, j] + sum over k other than j of d[i, k] h[k, j]

What has arrived goes no further: h is the share that gets to j at least once, and never more than one. Where there
are many solutions (a ring that nothing leaves) it is the smallest, to which the sum over longer and longer ways rises.

>>> import numpy as np
>>> direct = np.array([[0.0, 0.7, 0.0], [0.0, 0.0, 0.6], [0.5, 0.0, 0.0]])
>>> in_all(direct).round(3).tolist()
[[0.21, 0.7, 0.42], [0.3, 0.21, 0.6], [0.5, 0.35, 0.21]]
"""

from __future__ import annotations

from typing import Any

import numpy as np

ROUNDING = 1e-12
"""What longer ways add at most when they are no longer followed."""

LONGEST = 10_000
"""Steps of a way."""


def in_all(direct: Any) -> Any:
    """[…, from, to] directly and through others, given the shares that go at once."""
    found, longer = direct, direct
    off_diagonal = 1.0 - np.eye(direct.shape[-1])
    for _ in range(LONGEST):
        # Ways that are a step longer, of those that have not arrived yet.
        longer = direct @ (longer * off_diagonal)
        found = found + longer
        if np.max(longer, initial=0.0) < ROUNDING:
            break
    return found
