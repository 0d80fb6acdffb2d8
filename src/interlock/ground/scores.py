"""How well many futures foresaw the one that came.

    crps = mean |x - y| - 1/2 mean |x - x'|      x, x' two different futures, y what came

The continuous ranked probability score is the squared distance between the distribution of the futures and a step at
what came, added up over all levels: Hersbach, Weather and Forecasting 15 (2000). Of one future it is the absolute
error, in the same unit; less is better. The mean over pairs leaves out each future with itself, so that the score does
not depend on how many were drawn, on average: the fair score of Ferro, Quarterly Journal of the Royal Meteorological
Society 140 (2014).

The probability integral transform is the part of the futures below what came (Dawid 1984). Over many things that came
it is spread evenly from 0 to 1 where futures are as wide as they should be: heaped at both ends they are too narrow, in
the middle too wide, at one end biased: Gneiting, Balabdaoui and Raftery, Journal of the Royal Statistical Society B 69
(2007).
"""

from __future__ import annotations

import numpy as np

from interlock.ground.chance import Numbers


def crps(futures: Numbers, came: float) -> float:
    """The fair score of futures [path], in their unit."""
    count = len(futures)
    distance = float(np.abs(np.asarray(futures) - came).mean())
    if count < 2:
        return distance
    # Half the mean distance between two of them, in one pass over the sorted ones.
    ranks = 2.0 * np.arange(count) - (count - 1)
    return distance - float((ranks * np.sort(futures)).sum() / (count * (count - 1)))


def pit(futures: Numbers, came: float) -> Numbers:
    """[path] 1 where a future is below what came, one half where it is the same: the mean is the transform."""
    futures = np.asarray(futures, dtype=np.float64)
    return (futures < came) + 0.5 * (futures == came)
