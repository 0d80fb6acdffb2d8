"""Dimensions and base units, as types.

A field's annotation says what its number is measured in: `total: Usd`. Time is counted in months
everywhere inside (an hour is 1/730 of a month), so that a price times a capacity is a monthly bill.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

HOURS_PER_MONTH = 730.0

FLOPS_PER_H100E = 989e12
"""Dense bf16 FLOP/s: what an H100 does at its peak."""

FLOP_PER_H100E_MONTH = FLOPS_PER_H100E * HOURS_PER_MONTH * 3600.0
"""What one H100e does in a month at its peak."""

FP8_OF_H100 = 2.0
"""What an H100 does in fp8, in multiples of its bf16; it has nothing faster, and does fp4 as fp8."""

Number = Any
"""A plain number, or an array of them where a rule is mapped over contracts and paths."""


@dataclass(frozen=True)
class Unit:
    """How a figure is measured: `base` is the unit of the number inside, `shown` how people write it."""

    base: str
    shown: str
    example: str
    at_least: float | None = 0.0
    at_most: float | None = None
    is_moment: bool = False
    """A calendar month, or a lag after the announcement; inside: months after the book's start."""
    is_luck: bool = False
    """Where a book leaves it out, it is drawn for each path, evenly from 0 to 1."""
    is_chance: bool = False
    """A probability that is drawn once per path; inside: 1 where it happens, else 0."""


Usd = Annotated[Number, Unit("USD", "USD", "30 B USD")]
SignedUsd = Annotated[Number, Unit("USD", "USD", "-2 B USD", at_least=None)]
UsdPerMonth = Annotated[Number, Unit("USD/month", "USD/year", "180 B USD/year")]
UsdPerChip = Annotated[Number, Unit("USD/chip", "USD/chip", "43200 USD/chip")]
UsdPerH100e = Annotated[Number, Unit("USD/H100e", "USD/H100e", "15000 USD/H100e")]
UsdPerH100eHour = Annotated[Number, Unit("USD/H100e/month", "USD/H100e-hour", "2.35 USD/H100e-hour")]
UsdPerMegawatt = Annotated[Number, Unit("USD/MW", "USD/GW", "40 B USD/GW")]
UsdPerMegawattYear = Annotated[Number, Unit("USD/MW/month", "USD/GW-year", "12 B USD/GW-year")]
UsdPerKilowattMonth = Annotated[Number, Unit("USD/MW/month", "USD/kW-month", "150 USD/kW-month")]
UsdPerMegawattHour = Annotated[Number, Unit("USD/MW/month", "USD/MWh", "55 USD/MWh")]
H100e = Annotated[Number, Unit("H100e", "H100e", "400 k H100e")]
H100ePerMonth = Annotated[Number, Unit("H100e/month", "H100e/month", "20 k H100e/month")]
H100ePerMegawatt = Annotated[Number, Unit("H100e/MW", "H100e/MW", "1000 H100e/MW")]
FlopPerSecond = Annotated[Number, Unit("FLOP/month", "PFLOP/s", "2.5 PFLOP/s")]
ChipsPerMonth = Annotated[Number, Unit("chip/month", "chips/month", "150 k chips/month")]
KilowattPerChip = Annotated[Number, Unit("MW/chip", "kW/chip", "2.1 kW/chip")]
MegawattPerH100e = Annotated[Number, Unit("MW/H100e", "kW/H100e", "1 kW/H100e")]
FacilityMegawatt = Annotated[Number, Unit("MW", "MW (facility)", "1 GW")]
ItMegawatt = Annotated[Number, Unit("MW", "MW (IT)", "800 MW")]
Months = Annotated[Number, Unit("month", "months", "6 years")]
Moment = Annotated[Number, Unit("month", "month", "2026-06", at_least=None, is_moment=True)]
Share = Annotated[Number, Unit("", "%", "45 %", at_most=1.0)]
Chance = Annotated[Number, Unit("", "%", "70 %", at_most=1.0, is_chance=True)]
Luck = Annotated[Number, Unit("", "%", "50 %", at_most=1.0, is_luck=True)]
Multiple = Annotated[Number, Unit("", "x", "25 x")]
GrowthPerYear = Annotated[Number, Unit("1/year", "%/year", "40 %/year", at_least=-1.0)]
RatePerYear = Annotated[Number, Unit("1/year", "%/year", "20 %/year")]
Factor = Annotated[Number, Unit("", "", "0.5")]
Flop = Annotated[Number, Unit("FLOP", "FLOP", "4e26 FLOP")]
Ratio = Annotated[Number, Unit("", "", "1.2", at_least=None)]
