"""Triggers as tables: alternatives of conditions, each a row that is watched and a level to hold it against."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from interlock.book.terms import AnyOf, Condition, OnDate, WrittenTrigger
from interlock.program.reading import Ledger
from interlock.program.recipes import Constant, Link, Origin
from interlock.program.shape import padded

Array = Any

BLOCKS = (
    "month",
    "drivers",
    "cash",
    "sales",
    "need",
    "supply",
    "scarcity",
    "runway",
    "drawn",
    "used",
    "delivered",
    "cover",
    "leverage",
    "failed",
    "acquired",
    "quality",
    "powered",
    "installed",
)
"""The lists that something watched can stand in, in the order in which the month offers them; the last seven only to
books that ask for them, or have sites."""

OF_PARTY = {
    "cash",
    "sales",
    "need",
    "supply",
    "scarcity",
    "runway",
    "cover",
    "leverage",
    "failed",
    "acquired",
    "quality",
}


@dataclass
class Conditions:
    """Every condition of every trigger of a book."""

    ledger: Ledger
    parties: dict[str, int]
    drivers: dict[str, int]
    """By name; and what markets ask, by address."""
    contracts: dict[str, int]
    sites: dict[str, int] = field(default_factory=dict)
    watched: list[tuple[int, int, float]] = field(default_factory=list)
    thresholds: list[Origin] = field(default_factory=list)
    triggers: list[list[list[int]]] = field(default_factory=list)

    def locate(self, link: Link, address: str) -> int:
        """The row of what a term refers to: a driver, something watched, or a trigger."""
        if link.to == "driver":
            return self.drivers[link.key]
        return self.watch(link.key) if link.to == "watch" else self.add(link.key, address)

    def add(self, trigger: WrittenTrigger, address: str) -> int:
        """The row of a trigger."""
        self.triggers.append(self._alternatives(trigger, address))
        return len(self.triggers) - 1

    def watch(self, address: str) -> int:
        """The row of something that a term watches: a condition that no trigger asks for."""
        block, row, _ = self.place(address)
        return self._condition((block, row, 1.0), Constant(0.0))

    def watch_any(self, *blocks: str) -> bool:
        """Whether anything watches something of these lists."""
        return any(BLOCKS[place] in blocks for place, _, _ in self.watched)

    def _alternatives(self, trigger: WrittenTrigger, address: str) -> list[list[int]]:
        """The trigger as alternatives, of which one must hold with all of its conditions."""
        if isinstance(trigger, OnDate):
            return [[self._condition(("month", 0, 1.0), Constant(float(trigger.month - self.ledger.start)))]]
        if isinstance(trigger, Condition):
            block, row, scale = self.place(trigger.when)
            level = self.ledger.origin(trigger.level, f"{address}.level")
            if scale != 1.0 and isinstance(level, Constant):
                level = Constant(level.number * scale)
            return [[self._condition((block, row, 1.0 if trigger.is_at_least else -1.0), level)]]
        parts = [self._alternatives(part, f"{address}.{n}") for n, part in enumerate(trigger.parts)]
        if isinstance(trigger, AnyOf):
            return [alternative for part in parts for alternative in part]
        combined: list[list[int]] = [[]]
        for part in parts:
            combined = [one + other for one in combined for other in part]
        return combined

    def _condition(self, watched: tuple[str, int, float], level: Origin) -> int:
        block, row, sign = watched
        self.watched.append((BLOCKS.index(block), row, sign))
        self.thresholds.append(level)
        return len(self.watched) - 1

    def place(self, address: str) -> tuple[str, int, float]:
        """Where something watched stands: its list, its row, and the scale of its level."""
        section, *names = address.split(".")
        if section == "drivers":
            return "drivers", self.drivers[names[0]], 1.0
        if section == "markets":
            return "drivers", self.drivers[address], 1.0
        if section == "parties":
            what = "sales" if names[1] == "run_rate" else names[1]
            return what, self.parties[names[0]], 1.0
        if section == "sites":
            return names[1], self.sites[names[0]], 1.0
        return names[2], self.contracts[f"deals.{names[0]}.{names[1]}"], 1.0

    def tables(self) -> tuple[tuple[int, int, int], int, Array, Array, Array, Array]:
        """Sizes, then trigger_conditions, watch_block, watch_row and watch_sign, all padded."""
        conditions = padded(len(self.watched))
        always, never = conditions, conditions + 1
        rows = padded(len(self.triggers))
        alternatives = padded(max((len(each) for each in self.triggers), default=0), 1)
        width = padded(max((len(one) for each in self.triggers for one in each), default=0), 1)
        table = np.full((rows, alternatives, width), never, dtype=np.int32)
        for row, trigger in enumerate(self.triggers):
            for n, alternative in enumerate(trigger):
                table[row, n, :] = always
                table[row, n, : len(alternative)] = alternative
        watched = np.zeros((conditions, 3))
        watched[: len(self.watched)] = self.watched or np.zeros((0, 3))
        block, row_of, sign = watched[:, 0].astype(np.int32), watched[:, 1].astype(np.int32), watched[:, 2]
        return (rows, alternatives, width), conditions, table, block, row_of, sign
