"""The uncertain figures of a book as distributions, and their draws: once for each path.

    u = the figure's own stream                          named by its address
    z = ± sqrt(rho) z of the group + sqrt(1 - rho) z     for a figure of a group (Gaussian copula, one factor)
    value = the quantile of the figure's distribution at u = Phi(z)

A draw depends on the seed, the path and the name of its stream, and on nothing else that the book holds. Quantiles
rise with u, so that figures of a group rise together, whatever their distributions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from interlock.ground.chance import Numbers, Sampling, stream_key, stream_keys, uniforms
from interlock.ground.figure import Distribution, Shape
from interlock.ground.sobol import sobol_uniforms
from interlock.program.beta import beta_quantile

Floats = NDArray[np.float64]

Prior = tuple[str, Distribution, str]
"""The name of a stream, what may come out of it, and the group that it moves with: NAME, -NAME or nothing."""

BY_SCORE = {Shape.normal, Shape.lognormal, Shape.beta}
"""The families whose quantile is found from the normal score, the others from the probability."""


@dataclass(frozen=True)
class Priors:
    """What the figures of a book may be."""

    figures: Sequence[Prior]
    groups: Mapping[str, float]
    """The correlation of the normal scores within each group."""
    kept: Sequence[str] = ()
    """Dimensions to keep besides those in use. A variant of a book, in which some figures have become certain,
    has the luck of that book with Sobol points, too, if it keeps that book's dimensions."""
    held: Mapping[str, float] = field(default_factory=dict)
    """Figures, by their streams, that are this on every path; what they would have drawn is not used."""
    redrawn: Mapping[str, int] = field(default_factory=dict)
    """Streams, also those of drivers, that follow another seed than all others."""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names of the streams that are drawn from, sorted: of figures, and of the groups that they move with."""
        uncertain = [(stream, group) for stream, prior, group in self.figures if not prior.is_certain]
        shared = {f"groups.{group.removeprefix('-')}" for _, group in uncertain if group}
        return tuple(sorted({stream for stream, _ in uncertain} | shared | set(self.kept)))

    def draw(self, seed: int, paths: Numbers, sampling: Sampling = Sampling.plain) -> Floats:
        """The figures on each path: [figure, path]."""
        paths = np.asarray(paths)
        names = self.dimensions
        if sampling is Sampling.sobol:
            drawn = sobol_uniforms(seed, names, paths)
        else:
            drawn = uniforms(self.keys(seed, names), [0], paths)[0]
        luck = dict(zip(names, drawn, strict=True))
        values = np.empty((len(self.figures), len(paths)))
        for row, (stream, prior, group) in enumerate(self.figures):
            values[row] = prior.numbers[0] if prior.is_certain else self._drawn(luck, stream, prior, group)
            if stream in self.held:
                values[row] = self.held[stream]
        return values

    def keys(self, seed: int, names: Sequence[str]) -> NDArray[np.uint32]:
        """The key of each stream, [stream, 2]: of this seed, but for those that are redrawn."""
        keys = stream_keys(seed, names)
        for row, name in enumerate(names):
            if name in self.redrawn:
                keys[row] = stream_key(self.redrawn[name], name)
        return keys

    def _drawn(self, luck: Mapping[str, Floats], stream: str, prior: Distribution, group: str) -> Floats:
        own = luck[stream]
        if not group:
            return quantile(prior, own)
        name = group.removeprefix("-")
        shared = self.groups[name]
        sign = -1.0 if group.startswith("-") else 1.0
        score = sign * np.sqrt(shared) * ndtri(luck[f"groups.{name}"]) + np.sqrt(1.0 - shared) * ndtri(own)
        return _by_score(prior, score) if prior.shape in BY_SCORE else _by_probability(prior, ndtr(score))


def quantile(distribution: Distribution, probability: Numbers) -> Floats:
    """The value that is undercut with this probability, strictly between 0 and 1."""
    probability = np.asarray(probability, dtype=np.float64)
    if distribution.shape in BY_SCORE:
        return _by_score(distribution, np.asarray(ndtri(probability)))
    return _by_probability(distribution, probability)


def rank(distribution: Distribution, value: float) -> float:
    """The probability of this value or a lower one: what `quantile` takes back, found by halving."""
    low, high = 0.0, 1.0
    while (middle := (low + high) / 2.0) not in {low, high}:
        low, high = (middle, high) if quantile(distribution, middle) <= value else (low, middle)
    return low


def median(distribution: Distribution) -> float:
    """The value that is as often undercut as exceeded."""
    return float(quantile(distribution, 0.5))


def _by_score(distribution: Distribution, score: Floats) -> Floats:
    first, second = distribution.numbers
    match distribution.shape:
        case Shape.lognormal:
            return np.asarray(np.exp(first + second * score))
        case Shape.beta:
            return beta_quantile(first, second, np.asarray(score))
        case _:
            return np.asarray(first + second * score)


def _by_probability(distribution: Distribution, probability: Floats) -> Floats:
    numbers = distribution.numbers
    match distribution.shape:
        case Shape.uniform:
            low, high = numbers
            return np.asarray(low + (high - low) * probability)
        case Shape.triangular:
            return _triangular(probability, *numbers)
        case Shape.choice:
            values, weights = np.split(np.asarray(numbers), 2)
            order = np.argsort(values)
            reached = np.cumsum(weights[order])[:-1]
            return np.asarray(values[order][np.searchsorted(reached, probability, side="right")])
        case Shape.chance:
            return np.asarray(np.where(probability > 1.0 - numbers[0], 1.0, 0.0))
        case _:
            return np.full_like(probability, numbers[0])


def _triangular(probability: Floats, low: float, likely: float, high: float) -> Floats:
    rising = np.sqrt(probability * (high - low) * (likely - low))
    falling = np.sqrt((1.0 - probability) * (high - low) * (high - likely))
    return np.where(probability * (high - low) < likely - low, low + rising, high - falling)
