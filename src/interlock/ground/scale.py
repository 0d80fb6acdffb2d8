"""The unit in which the amounts of one table are shown: thousands, millions or billions of dollars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from interlock.ground.amounts import number


@dataclass(frozen=True)
class Scale:
    """The unit in which amounts are shown."""

    sign: str
    size: float

    @property
    def unit(self) -> str:
        """As a heading."""
        return f"{self.sign} USD".strip()

    def shown(self, usd: float) -> str:
        """An amount, to a tenth."""
        return f"{self.tenths(usd) / 10:,.1f}" if isfinite(usd) else number(usd)

    def coarsely(self, usd: float) -> str:
        """An amount in three digits."""
        amount = usd / self.size
        if not isfinite(amount):
            return number(amount)
        return "0" if abs(amount) < 5e-4 else f"{amount:,.0f}" if abs(amount) >= 99.95 else f"{amount:.3g}"

    def larger(self) -> Scale:
        """The next larger scale."""
        return SCALES[max(SCALES.index(self) - 1, 0)]

    def tenths(self, usd: float) -> int:
        """An amount in tenths of the unit."""
        return round(10.0 * usd / self.size)


SCALES = (Scale("T", 1e12), Scale("B", 1e9), Scale("M", 1e6), Scale("k", 1e3), Scale("", 1.0))


def scale_of(amounts: Iterable[float]) -> Scale:
    """The scale for amounts of one path: the largest has four to six digits before the point."""
    largest = _largest(amounts)
    return next((scale for scale in SCALES if largest >= 1e3 * scale.size), SCALES[-1])


def scale_of_table(amounts: Iterable[float]) -> Scale:
    """The scale for amounts with their ranges and errors: the largest has one to three digits, or is in billions."""
    largest = _largest(amounts)
    return next((scale for scale in SCALES[1:] if largest >= scale.size), SCALES[-1])


def _largest(amounts: Iterable[float]) -> float:
    return max((abs(amount) for amount in amounts if isfinite(amount)), default=0.0)
