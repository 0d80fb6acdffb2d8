"""What an answer rests on most: rank correlation with the uncertain figures, over the run's own paths.

Spearman's rank correlation costs no new simulation. It sees what moves with the answer, one figure at a time;
which figure matters most when others are held still is the question of `sensitivity`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from interlock.ground.sampling_error import clear_of_chance

SHOWN = 3
"""Figures that are named."""

WORTH_NAMING = 0.1
"""A correlation below this explains a hundredth of what the answer does, or less."""


@dataclass(frozen=True)
class Reliance:
    """What one answer rests on most."""

    what: str
    figures: tuple[tuple[str, float], ...]
    """Address and rank correlation, the strongest first; only those that are clear of chance and worth naming."""
    error: float
    """One standard error of each correlation."""
    paths: int
    """Over which it was taken."""

    def tell(self) -> str:
        """One sentence."""
        named = ", ".join(f"{address} ({correlation:+.2f})" for address, correlation in self.figures)
        return f"{self.what[0].upper()}{self.what[1:]} rests most on {named} (rank correlation, ± {self.error:.2f})."

    def clause(self) -> str:
        """The same at the end of a sentence; nothing where no figure is clear of chance."""
        named = ", ".join(f"{address} ({correlation:+.2f})" for address, correlation in self.figures)
        return f"; {self.what} rests most on {named}" if named else ""

    def to_json(self) -> dict[str, Any]:
        """Addresses with their correlations."""
        return {
            "what": self.what,
            "rank_correlation": dict(self.figures),
            "error": self.error,
            "paths": self.paths,
        }


def relies_on(what: str, values: Any, addresses: Sequence[str], draws: Any) -> Reliance:
    """The figures with which an output [path] goes most, given the draws [figure, path]."""
    return rely_on([(what, values)], addresses, draws)[0]


def rely_on(outputs: Sequence[tuple[str, Any]], addresses: Sequence[str], draws: Any) -> list[Reliance]:
    """The same of several outputs on the same paths, which costs little more than of one."""
    paths, found = len(outputs[0][1]), np.zeros((len(outputs), 0))
    if paths >= 32 and len(addresses):
        found = rank_correlations(draws, [values for _, values in outputs])
    return [_those_clear(what, each, addresses, paths) for (what, _), each in zip(outputs, found, strict=True)]


def _those_clear(what: str, correlations: Any, addresses: Sequence[str], paths: int) -> Reliance:
    error = 1.0 / np.sqrt(max(paths - 1, 1))
    order = np.argsort(-np.abs(correlations), kind="stable")[:SHOWN]
    least = max(WORTH_NAMING, clear_of_chance(len(addresses)) * error)
    clear = tuple((addresses[n], float(correlations[n])) for n in order if abs(correlations[n]) > least)
    return Reliance(what, clear, float(error), paths)


def rank_correlation(draws: Any, values: Any) -> Any:
    """[figure] Spearman's rank correlation of `draws` [figure, path] with `values` [path]; equals share a rank."""
    # scipy.stats has this, and takes a second to import.
    return rank_correlations(draws, [values])[0]


def rank_correlations(draws: Any, outputs: Sequence[Any]) -> Any:
    """[output, figure] the same of several outputs on the same paths."""
    middle = (len(outputs[0]) + 1) / 2.0
    of_each = np.array([ranks_of(values) - middle for values in outputs])
    spread, found = (of_each**2).sum(axis=1), np.zeros((len(outputs), len(draws)))
    for n, row in enumerate(draws):
        order, ranks = _ranks_in_order(row)
        ranks = ranks - middle
        scale = np.sqrt((ranks @ ranks) * spread)
        np.divide(of_each[:, order] @ ranks, scale, out=found[:, n], where=scale > 0.0)
    return found


def ranks_of(values: Any) -> Any:
    """The rank of each value, from 1; equals share the mean of theirs."""
    order, ordered = _ranks_in_order(np.asarray(values, dtype=np.float64))
    ranks = np.empty(len(order))
    ranks[order] = ordered
    return ranks


def _ranks_in_order(values: Any) -> tuple[Any, Any]:
    """The places of the values, from the least to the greatest, and their ranks in this order."""
    order = _order_of(values)
    ordered = values[order]
    is_new = ordered[1:] != ordered[:-1]
    if is_new.all():
        return order, np.arange(1.0, len(values) + 1.0)
    first = np.flatnonzero(np.append(True, is_new))
    counts = np.diff(np.append(first, len(values)))
    return order, np.repeat(first + (counts + 1) / 2.0, counts)


def _order_of(values: Any) -> Any:
    """The places of the values, from the least to the greatest."""
    least, most = float(values.min()), float(values.max())
    if not 0.0 < most - least < np.inf:
        return np.argsort(values, kind="stable")
    # Three times as quick as at once: NumPy sorts numbers of 16 bits by their digits, and what is in order but for a
    # few by looking through it.
    order = np.argsort(((values - least) / (most - least) * 65535.0).astype(np.uint16), kind="stable")
    return order[np.argsort(values[order], kind="stable")]
