"""Calendar months, counted.

A month is the number of months since the year 0, so that months subtract; `2025-12` is 24311.
"""

from __future__ import annotations

import re
from calendar import monthrange

_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?$")


def is_month(text: str) -> bool:
    """Whether the text is a calendar month or day: `2026-03` or `2026-03-14`."""
    return _MONTH.match(text) is not None


def month_of(text: str) -> int:
    """The month that a text such as `2026-03` or `2026-03-14` lies in.

    Raises ValueError where the text is no date.
    """
    match = _MONTH.match(text)
    if match is None:
        raise ValueError(text)
    return int(match[1]) * 12 + int(match[2]) - 1


def name_of(month: int) -> str:
    """The month as people write it: `2026-03`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def quarter_of(month: int) -> str:
    """The calendar quarter that a month lies in: `2026-Q1`."""
    return f"{month // 12:04d}-Q{month % 12 // 3 + 1}"


def days_of(month: int) -> int:
    """The days of a month."""
    return monthrange(month // 12, month % 12 + 1)[1]


def year_of(month: int) -> int:
    """The calendar year that a month lies in."""
    return month // 12
