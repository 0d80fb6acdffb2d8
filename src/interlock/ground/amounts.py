"""Amounts as people say them: `2.512 B USD`, `61 %`, `40 k H100e`, `2.1 USD/H100e-hour`."""

from __future__ import annotations

import math

from interlock.ground.units import HOURS_PER_MONTH, Number

MAGNITUDES = {"T": 1e12, "B": 1e9, "M": 1e6, "k": 1e3}

LEAST = 1e-6
"""USD, H100e or a share: what is less is nothing."""


def number(amount: Number) -> str:
    """A number in four digits: `2.512 B`."""
    size = abs(amount)
    if not math.isfinite(amount):
        return "no number" if math.isnan(amount) else "endless"
    if size < LEAST:
        return "0"
    if size >= 1e15:
        return f"{amount / 1e12:,.0f} T"
    # What rounds up to a thousand of one magnitude is one of the next.
    sign = next((sign for sign, one in MAGNITUDES.items() if size >= 0.99995 * one), "")
    return f"{amount / MAGNITUDES.get(sign, 1.0):.4g} {sign}".rstrip()


def usd(amount: Number) -> str:
    """Money."""
    return f"{number(amount)} USD"


def share(part: Number) -> str:
    """A part of one: three digits, and never all or nothing where it is less or more."""
    percent = 100.0 * float(part)
    if 0.0 < part < 0.00005:
        return "less than 0.01 %"
    if 0.9995 <= part < 1.0 - 1e-9:
        return "almost 100 %"
    return f"{percent:,.0f} %" if abs(percent) >= 99.95 else f"{percent:.3g} %"


def h100e(amount: Number) -> str:
    """Compute."""
    return f"{number(amount)} H100e"


def megawatts(amount: Number) -> str:
    """Power."""
    return f"{number(amount)} MW"


def flop(work: Number) -> str:
    """Operations: `3.2e26 FLOP`."""
    return f"{float(work):.3g} FLOP".replace("e+", "e")


def hourly(price: Number) -> str:
    """A price of compute, given in USD per H100e and month."""
    return f"{number(price / HOURS_PER_MONTH)} USD/H100e-hour"
