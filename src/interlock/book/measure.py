"""Units of measure: what `USD/H100e-hour` is in base units.

The base units are USD, months, MW, H100e, FLOP and chips. Books need a few dozen units and no more, so the table
stands here; a general library of units takes longer to load than a book takes to check, and reads `30 B` as bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from interlock.ground.errors import nearest
from interlock.ground.units import HOURS_PER_MONTH

BASES = ("USD", "month", "MW", "H100e", "FLOP", "chip")

_NOTHING, _MONEY, _TIME, _POWER, _COMPUTE, _ENERGY, _WORK, _CHIPS = (
    (0, 0, 0, 0, 0, 0),
    (1, 0, 0, 0, 0, 0),
    (0, 1, 0, 0, 0, 0),
    (0, 0, 1, 0, 0, 0),
    (0, 0, 0, 1, 0, 0),
    (0, 1, 1, 0, 0, 0),
    (0, 0, 0, 0, 1, 0),
    (0, 0, 0, 0, 0, 1),
)
_HOUR = 1 / Fraction(HOURS_PER_MONTH)
_SECOND = _HOUR / 3600

UNITS: dict[str, tuple[Fraction, tuple[int, ...]]] = {
    "": (Fraction(1), _NOTHING),
    "1": (Fraction(1), _NOTHING),
    "%": (Fraction(1, 100), _NOTHING),
    "x": (Fraction(1), _NOTHING),
    "bp": (Fraction(1, 10_000), _NOTHING),
    "USD": (Fraction(1), _MONEY),
    "c": (Fraction(1, 100), _MONEY),
    "s": (_SECOND, _TIME),
    "hour": (_HOUR, _TIME),
    "day": (24 * _HOUR, _TIME),
    "week": (7 * 24 * _HOUR, _TIME),
    "month": (Fraction(1), _TIME),
    "quarter": (Fraction(3), _TIME),
    "year": (Fraction(12), _TIME),
    "kW": (Fraction(1, 1000), _POWER),
    "MW": (Fraction(1), _POWER),
    "GW": (Fraction(1000), _POWER),
    "kWh": (_HOUR / 1000, _ENERGY),
    "MWh": (_HOUR, _ENERGY),
    "GWh": (1000 * _HOUR, _ENERGY),
    "TWh": (1_000_000 * _HOUR, _ENERGY),
    "H100e": (Fraction(1), _COMPUTE),
    "FLOP": (Fraction(1), _WORK),
    "TFLOP": (Fraction(10**12), _WORK),
    "PFLOP": (Fraction(10**15), _WORK),
    "chip": (Fraction(1), _CHIPS),
}
"""A unit's size in base units, and its powers of each of them. Fractions, so that 70 % is 0.7 to the last bit."""

_PLURALS = {f"{name}s": name for name in ("hour", "day", "week", "month", "quarter", "year", "chip")}


@dataclass(frozen=True)
class Measure:
    """A unit of measure: so many base units, each to a power."""

    size: Fraction
    powers: tuple[int, ...]

    @property
    def is_plain(self) -> bool:
        """Whether it is a plain number: a share, a multiple."""
        return not any(self.powers)


class UnknownUnit(ValueError):
    """A word that is no unit of measure; `near` is the one that may have been meant."""

    def __init__(self, word: str) -> None:
        ValueError.__init__(self, word)
        self.word = word
        known = [name for name in (*UNITS, *_PLURALS) if len(name) > 1]
        self.near = nearest(word, known) or {name.lower(): name for name in known}.get(word.lower())


@lru_cache(maxsize=1024)
def measure_of(text: str) -> Measure:
    """The measure that a unit expression says: everything after a `/`, up to the next, divides.

    Raises UnknownUnit where a word of it is no unit.
    """
    size, powers = Fraction(1), [0] * len(BASES)
    for position, side in enumerate(text.replace(" ", "").split("/")):
        sign = -1 if position else 1
        for word in re.split(r"[-*·]", side.removeprefix("(").removesuffix(")") if position else side):
            known = UNITS.get(_PLURALS.get(word, word))
            if known is None or (not word and text):
                raise UnknownUnit(word)
            size *= known[0] ** sign
            powers = [power + sign * more for power, more in zip(powers, known[1], strict=True)]
    return Measure(size, tuple(powers))


def base_of(measure: Measure) -> str:
    """The unit in which a number of that dimension is kept inside: `USD/H100e/month`; rates are kept per year."""
    if measure.powers == tuple(-power for power in _TIME):
        return "1/year"
    above = [name for name, power in zip(BASES, measure.powers, strict=True) for _ in range(power)]
    below = [f"/{name}" for name, power in zip(BASES, measure.powers, strict=True) for _ in range(-power)]
    # Money per unit and month is written in this order all over `ground/units.py`.
    below.sort(key=lambda name: name == "/month")
    return ("-".join(above) or ("1" if below else "")) + "".join(below)
