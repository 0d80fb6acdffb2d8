"""A level that a file gives, by month: a column of months and one of levels.

    level_t = scale x the level of the last month in the file that is not after month t

The file lies in the book's folder. Before its first month it has the first level, after its last the last.

Worked example: a file that says 3 for March and 5 for June, in a run that begins in January.

>>> import numpy as np
>>> from interlock.drivers import Table, rehearse
>>> from interlock.ground.schedule import Schedule
>>> price = Table(file=Schedule(np.array([2.0, 5.0]), np.array([3.0, 5.0])))
>>> rehearse(price, [0.0] * 7)
[3.0, 3.0, 3.0, 3.0, 3.0, 5.0, 5.0, 5.0]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from interlock.drivers.driver import Driver, Level, Nothing, held
from interlock.ground.fields import Refers
from interlock.ground.units import Months, Multiple, Number

TableFile = Annotated[Any, Refers("file")]
"""The name of a file in the book's folder; the rule sees the schedule that it holds."""


@dataclass(frozen=True, kw_only=True)
class Table(Driver):
    """A level that a file gives, by month."""

    kind: ClassVar[str] = "table"
    sentence: ClassVar[str] = "follows the file {file}"
    is_random: ClassVar[bool] = False

    file: TableFile
    """CSV with a header: months as 2026-03 in the first column, levels in the second."""

    scale: Multiple = 1.0
    """What every level is multiplied by; the place for a unit, and for uncertainty about all of them."""

    def opening(self) -> Nothing:
        """Nothing to remember."""
        return Nothing()

    def step(self, memory: Any, month: Months, shock: Number) -> Nothing:
        """Nothing to remember."""
        return Nothing()

    def at(self, memory: Any, month: Months) -> Level:
        """What the file says of the month."""
        return self.scale * held(self.file, month)

    def highest(self, months: Months) -> Level:
        """The highest in the file."""
        return self.scale * max(self.file.levels)
