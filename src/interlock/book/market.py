"""Markets for compute: a price by the hour that answers scarcity, and one for a term of years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from interlock.contracts.contract import IndexDriver, PriceDriver
from interlock.ground.units import H100e, Multiple, Number, Unit

Power = Annotated[Number, Unit("", "", "1.5")]


@dataclass(frozen=True, kw_only=True)
class MarketTerms:
    """The figures of a market; the reader, the schema and the reference read them off this class."""

    sentence: ClassVar[str] = (
        "asks {price} by the hour where demand and supply are even, and {term_price} for a term; "
        "by the hour it asks more or less with demand over supply, to the power of {response}"
    )

    price: PriceDriver
    """By the hour, where demand and supply are even."""

    term_price: PriceDriver
    """For a term of years: what a renewal costs, and what the price by the hour is bound to."""

    response: Power
    """By how many per cent the price by the hour rises when demand over supply rises by one; none at 0."""

    least: Multiple = 0.8
    """The least that the price by the hour can be, of that for a term."""

    most: Multiple = 4.0
    """The most that it can be."""

    rest_demand: H100e = 0.0
    """Wanted by those who are no party of the book."""

    demand_index: IndexDriver = 1.0
    """What multiplies that, month by month."""

    rest_supply: H100e = 0.0
    """Offered by those who are no party of the book."""

    supply_index: IndexDriver = 1.0
    """What multiplies that, month by month."""


def spot_of(market: str) -> str:
    """The address of what a market asks by the hour."""
    return f"markets.{market}.price"


def term_of_years(market: str) -> str:
    """The address of what it asks for a term of years."""
    return f"markets.{market}.term_price"
