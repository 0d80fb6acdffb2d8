"""What each kind of driver must say.

A driver is a process that moves every month. Like a contract, a kind is one frozen class whose fields are its
terms; rules are written for one path and mapped over drivers and paths. Drivers know no parties.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple

from interlock.ground.units import Number, Unit

Level = Annotated[Number, Unit("*", "any unit", "2.35 USD/H100e-hour", at_least=None)]
"""A figure of the driver's own unit; all the levels of one driver share it."""


@dataclass(frozen=True, kw_only=True)
class Driver(ABC):
    """A process that moves every month."""

    kind: ClassVar[str]
    sentence: ClassVar[str]

    @abstractmethod
    def opening(self) -> NamedTuple:
        """Its memory in the first month."""

    @abstractmethod
    def step(self, memory: Any, month: Number, shock: Number) -> NamedTuple:
        """Its memory in `month`, given that of the month before and a standard normal shock of its own."""

    @abstractmethod
    def level(self, memory: Any, month: Number) -> Number:
        """Its level in `month`, in base units."""

    def problem(self) -> str | None:
        """What is wrong with the terms taken together, if anything; `None` stands for a term that is not given."""
        return None
