"""How a path ended; the value is the message."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How a path ended."""

    solvent = "ran to the horizon, everybody paying what was due"
    arrears = "ran to the horizon with bills unpaid"
    failed = "a party failed"
