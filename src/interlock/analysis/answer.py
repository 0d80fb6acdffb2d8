"""The shape of every answer: a sentence, a table, and JSON."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

BILLION = 1e9


@dataclass(frozen=True)
class Estimate:
    """A number that comes out of many futures: its centre, the range of 90 % of them, and its sampling error."""

    centre: float
    low: float
    high: float
    error: float
    """One standard error of the centre."""

    def to_json(self) -> dict[str, float]:
        """The four numbers."""
        return {"centre": self.centre, "low": self.low, "high": self.high, "error": self.error}


class Answer(ABC):
    """What a question about a run gives back."""

    @abstractmethod
    def tell(self) -> str:
        """The answer in sentences; the first says what the reader wants to know."""

    @abstractmethod
    def table(self) -> pandas.DataFrame:
        """The answer as a table with units in its columns' names."""

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """The answer as one JSON document."""

    def __str__(self) -> str:
        return self.tell()


def billions(usd: float) -> str:
    """USD as people say it: `0.6 B`, `35 B`, `1,240 B`."""
    amount = usd / BILLION
    if abs(amount) < 0.05:
        return "0"
    return f"{amount:,.1f} B" if abs(amount) < 10 else f"{amount:,.0f} B"


def percent(share: float) -> str:
    """A share as people say it: `3.1 %`, `45 %`."""
    return f"{100 * share:.1f} %" if abs(share) < 0.0995 else f"{100 * share:.0f} %"


def cents(share: float) -> str:
    """Of a dollar: `2.1 cents`."""
    if 0.0 < abs(share) < 0.001:
        return f"{100 * share:.2f} cents"
    return f"{100 * share:.1f} cents" if abs(share) < 0.0995 else f"{100 * share:.0f} cents"
