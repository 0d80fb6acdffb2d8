"""One announcement: who, when, how firm, and the contracts that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interlock.book.terms import Terms
from interlock.contracts.contract import Contract
from interlock.ground.figure import Figure

STATUSES = ("rumoured", "letter-of-intent", "signed", "in-force", "ended")
"""How firm a deal is; a book may also say `in talks`, `closed` or `cancelled` for the first and the last two."""


@dataclass(frozen=True)
class WrittenContract:
    """One contract as people wrote it: its envelope, and the terms of its kind."""

    name: str
    address: str
    """`deals.DEAL.CONTRACT`, or `parties.PARTY.FLOW`."""
    kind: type[Contract]
    payer: str
    payee: str
    terms: Terms
    headline: Figure | None = None
    """What was announced, in USD; reported only."""
    binding: Figure | None = None
    """What is owed of it, in USD or in % of the headline; a `total` that the book leaves out is this."""
    pays_after: Figure | None = None
    """Months from a bill for goods or services to its due date; None: it is due in the month itself."""
    sources: tuple[str, ...] = ()
    earmarked_for: tuple[str, ...] = ()
    """Addresses of the contracts that its payee pays first from what it is paid under this one; only for tracing."""


@dataclass(frozen=True)
class Deal:
    """One announcement."""

    name: str
    title: str
    announced: int
    """The calendar month, counted since the year 0."""
    announced_on: str
    """The day as written."""
    status: str
    probability: Figure | None
    """That it completes, drawn once per path; None: certain."""
    completes: Figure | None
    """The month in which it comes into force (a moment); None: at once."""
    size: Figure | None
    """What its amounts are multiplied by when it comes into force; None: as announced."""
    depends_on: tuple[str, ...]
    sources: tuple[str, ...]
    contracts: Mapping[str, WrittenContract]
