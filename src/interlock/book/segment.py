"""Customers who choose among models: what a segment of the market spends, and what moves its choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interlock.book.terms import Terms
from interlock.contracts.contract import IndexDriver, ShareDriver
from interlock.ground.figure import Figure
from interlock.ground.units import Factor, Months, Share, UsdPerMonth

SEGMENT_FIELDS = ("title", "shares")

OUTSIDE = "(outside)"
"""All models that no lab of the book makes, and that are paid for: no party can be called so."""


@dataclass(frozen=True, kw_only=True)
class SegmentTerms:
    """The figures of a segment; the reader, the schema and the reference read them off this class."""

    spend: UsdPerMonth
    """At the start, on models of all labs; what goes to open models counts as if it were paid for."""

    demand: IndexDriver = 1.0
    """What multiplies it, month by month."""

    elasticity: Factor = 1.0
    """By how many per cent more is used where a token costs 1 % less: at 1 what is spent stays the same."""

    quality: Factor = 0.3
    """What e times the effective compute of a model adds to the logarithm of its odds of being chosen."""

    price: Factor = 0.5
    """What a token that costs e times as much takes off it."""

    patience: Months = 9.0
    """In how many months shares would get to where they tend, at the pace of the first."""

    spread: Share = 0.3
    """The part of spend that stays divided as at the start, whoever is best: customers use several models."""

    frontier: IndexDriver = 1.0
    """Effective compute of the best model outside the book: 1 at the start."""

    outside_price: IndexDriver = 0.0
    """Token price outside the book: 1 at the start. Left out, it moves as those of the labs of the segment do."""

    open_weights: ShareDriver = 0.0
    """The part of use that goes to open models, and pays nobody."""

    press: Share = 0.0
    """The part of its margin that a lab would lose here, were all use to go to open models."""


@dataclass(frozen=True)
class Segment:
    """One segment of a book."""

    name: str
    title: str
    terms: Terms
    shares: Mapping[str, Figure]
    """What each lab has of its spend at the start, by name of the lab; the rest is that of the outside."""
