"""When something first held: dates and levels, joined by `all` and `any`."""

import math
from collections.abc import Callable

from interlock.book.terms import AllOf, AnyOf, Condition, OnDate, WrittenTrigger
from slow_twin.figures import Draws

NEVER = math.inf
ALWAYS = -math.inf


class Trigger:
    """A condition, and the month in which it first held: once held, it stays held."""

    def __init__(self, written: WrittenTrigger | None, address: str, draws: Draws, unless_written: float) -> None:
        self.written = written
        self.address = address
        self.draws = draws
        self.since = unless_written if written is None else NEVER
        if isinstance(written, OnDate):
            self.since = float(written.month - draws.start)

    def settle(self, month: int, watch: Callable[[str], float]) -> None:
        """Look whether it holds, as things stood at the end of last month."""
        if self.written is not None and self.since == NEVER and self._holds(self.written, self.address, month, watch):
            self.since = float(month)

    def _holds(self, written: WrittenTrigger, address: str, month: int, watch: Callable[[str], float]) -> bool:
        if isinstance(written, OnDate):
            return self.draws.start + month >= written.month
        if isinstance(written, Condition):
            level = self.draws.value(written.level, f"{address}.level")
            seen = watch(written.when)
            return seen >= level if written.is_at_least else seen <= level
        parts = [self._holds(part, f"{address}.{n}", month, watch) for n, part in enumerate(written.parts)]
        assert isinstance(written, AllOf | AnyOf)
        return all(parts) if isinstance(written, AllOf) else any(parts)
