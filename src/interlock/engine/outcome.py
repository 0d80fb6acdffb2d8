"""How a path ended, and how the failure of a party did; the value is the message."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How a path ended."""

    solvent = "ran to the horizon, everybody paying what was due"
    arrears = "ran to the horizon with bills unpaid"
    failed = "a party failed"


class Ending(StrEnum):
    """How the failure of a party ended."""

    restructured = "restructured"
    """It went on, its arrears written off, with a part of what it had promised to buy."""
    acquired = "acquired"
    """Somebody took it over, and stands behind it."""
    liquidated = "liquidated"
    """Its contracts ended, and claims on it were paid from what was left."""
