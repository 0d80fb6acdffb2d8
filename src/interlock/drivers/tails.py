"""Drivers that go to extremes together: one common shock a month for all of them.

    x       = 2 z / sqrt(w)                 z: the driver's shock, correlated with others as the book says
    shock   = the normal number that is undercut as often as x is by Student's t with 4 degrees of freedom
    w       = -2 ln(u v)                    chi-square with 4 degrees of freedom: one for all of them, each month anew

So each driver keeps a standard normal shock, and with it its own distribution. But a small w, that of a month of crisis
or of craze, takes all of them far out at once, each to the side to which its z points. Of two drivers with correlation
r, one is beyond a far quantile where the other is with the probability of

    2 T(-sqrt(5 (1 - r) / (1 + r)))         T: distribution function of Student's t with 5 degrees of freedom

where without a common shock it would be none: 0.31 for a correlation of 60 %, 0.08 for none. This is the t copula, as
in McNeil, Frey and Embrechts (2015), "Quantitative Risk Management", chapter 7. Kendall's rank correlation stays
2 arcsin(r) / pi.

>>> import numpy as np
>>> shocks = np.array([[1.0], [-2.0]])
>>> pulled(shocks, np.array([[1.0]])).round(2).tolist()        # a wild month
[[1.57], [-2.41]]
>>> pulled(shocks, np.array([[8.0]])).round(2).tolist()        # a calm one
[[0.65], [-1.2]]
"""

from __future__ import annotations

import numpy as np

from interlock.ground.arrays import log, maximum, normal_quantile, sqrt, where
from interlock.ground.chance import Numbers, Space, words

STREAM = "tails"
"""The name of the stream of the common shock."""


def common_shocks(keys: Numbers, months: Numbers, paths: Numbers, xp: Space = np) -> Numbers:
    """w for each [month, stream, path], given the key of its stream, or none: [stream, 2]."""
    first, second = (each.astype(np.float64) for each in words(keys, months, paths, xp))
    # Each word is one of 2^32 numbers from 0 to 1; the product of two is never zero.
    return -2.0 * (log((first + 0.5) * 2.0**-32) + log((second + 0.5) * 2.0**-32))


def pulled(shocks: Numbers, common: Numbers) -> Numbers:
    """The shocks of those that go to extremes together [driver, path], given their common shock w [1, path]."""
    far = sqrt(common + shocks * shocks)
    # With s = z / sqrt(w + z^2), Student's t with 4 degrees of freedom has (1 - s)^2 (2 + s) / 4 above x.
    beyond = common / (far * (far + maximum(shocks, -shocks)))
    score = normal_quantile(beyond * beyond * (3.0 - beyond) / 4.0)
    return where(shocks < 0.0, score, -score)
