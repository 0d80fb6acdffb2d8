"""One of a few states at a time, the best first: open, tight, shut.

    leaves  = 1 / stay                                  the chance that a state ends in a month
    next    = weight / (weights of all other states)    of the states that it may turn into
    state'  = the first state whose running total of chances exceeds Phi(-shock), from the best to the worst

Exact: a state lasts `stay` months on average, whatever came before. A high shock leads to a better state, so
that a regime can be correlated with drivers that have levels of their own.

Worked example: an open window of 20 months on average that turns tight nine times in ten. It stays open
with 95 %; the worst half percent of months shuts it at once.

>>> import numpy as np
>>> from interlock.drivers import Regime, State, rehearse
>>> window = State(level=np.array([1.0, 0.4, 0.0]), stay=np.array([20.0, 6.0, 4.0]), weight=np.array([1.0, 0.9, 0.1]))
>>> appetite = Regime(states=window)
>>> rehearse(appetite, [0.0, -1.7, 2.0, -2.6])
[1.0, 1.0, 0.4, 1.0, 0.0]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple

from interlock.drivers.driver import Driver, Level
from interlock.ground.arrays import (
    clip,
    floor,
    maximum,
    minimum,
    normal_cdf,
    places,
    ratio,
    running_total,
    total,
    where,
)
from interlock.ground.fields import Many
from interlock.ground.units import Months, Multiple, Number, Unit


@dataclass(frozen=True, kw_only=True)
class State:
    """One state."""

    level: Level
    """While it lasts."""

    stay: Months
    """How long it lasts on average, at least a month."""

    weight: Multiple = 1.0
    """How readily another state turns into this one, against the others."""


class Standing(NamedTuple):
    """Which state it is in."""

    place: Number
    """Counted from 0."""


@dataclass(frozen=True, kw_only=True)
class Regime(Driver):
    """One of a few states at a time, the best first."""

    kind: ClassVar[str] = "regime"
    sentence: ClassVar[str] = "is in one of these states at a time: {states}"

    states: Annotated[State, Many()]
    """From the best to the worst."""

    first: Annotated[Number, Unit("", "", "1", at_least=1.0)] = 1.0
    """Which of them it starts in, counted from 1."""

    def problem(self) -> str | None:
        """One of the states to start in."""
        if any(term is None for term in (self.states, self.first)):
            return None
        count = len(self.states.stay)
        if self.first != floor(self.first) or not 1 <= self.first <= count:
            return f"`first` is {self.first:g}, but the states are counted from 1 to {count}"
        return None

    def opening(self) -> Standing:
        """In the first state."""
        return Standing(floor(clip(self.first, 1.0, float(len(self.states.stay)))) - 1.0)

    def step(self, memory: Any, month: Months, shock: Number) -> Standing:
        """The same state, or the one that it turns into."""
        is_here = self._is_here(memory)
        others = where(is_here, 0.0, self.states.weight)
        # A state that alone has weight cannot be left.
        leaves = where(total(others) > 0, 1.0 / maximum(total(where(is_here, self.states.stay, 0.0)), 1.0), 0.0)
        chances = where(is_here, 1.0 - leaves, leaves * ratio(others, total(others)))
        reached = running_total(chances)
        # The chances may sum to one but for rounding: the worst state is never passed.
        drawn = minimum(normal_cdf(-shock), 1.0 - 1e-12)
        return Standing(total(where(reached <= drawn, 1.0, 0.0)))

    def at(self, memory: Any, month: Months) -> Level:
        """The level of the state."""
        return total(where(self._is_here(memory), self.states.level, 0.0))

    def highest(self, months: Months) -> Level:
        """The highest of its states."""
        return max(self.states.level)

    def _is_here(self, memory: Any) -> Any:
        """For each state, whether it is this one."""
        return places(self.states.stay) == memory.place
