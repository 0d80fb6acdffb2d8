"""Numbers as a page shows them: as many digits as say something, with the range of futures beneath."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from interlock.analysis.answer import ByYear, Estimate, Share, SharesByYear, give_or_take, hundredths
from interlock.ground.scale import Scale, scale_of_table
from interlock.report.section import Cell

ENDLESS = 1e6
"""Months and the like: what is more has no end."""


def scale_of_years(rows: Iterable[ByYear]) -> Scale:
    """The scale for rows by year."""
    return scale_of_table(each.centre for years in rows for _, each in years)


def said(number: float) -> str:
    """A number in two or three digits, with the minus sign of print: `0.66`, `−7.5`, `1,240`."""
    return signed(_said(number))


def signed(number: str) -> str:
    """A number with the minus sign of print."""
    return number.replace("-", "−")


def _said(number: float) -> str:
    if not math.isfinite(number):
        return "–" if math.isnan(number) else "∞"
    size = abs(number)
    if size > ENDLESS:
        return f"{number:.2g}".replace("e+", "e") if size < 1e9 else "∞"
    if size < 0.005:
        return "0"
    return f"{number:.2f}" if size < 0.995 else f"{number:.1f}" if size < 9.95 else f"{number:,.0f}"


def range_of(estimate: Estimate, size: float = 1.0) -> str:
    """From where to where nine futures in ten go; nothing where all of them say the same."""
    if math.isnan(estimate.low) or estimate.low == estimate.high:
        return ""
    low, high = said(estimate.low / size), said(estimate.high / size)
    if low == high:
        return ""
    return f"{low} to {high}" if estimate.low < 0.0 else f"{low}–{high}"


def estimated(estimate: Estimate, size: float = 1.0) -> Cell:
    """A number, and beneath it nine futures in ten."""
    return Cell(said(estimate.centre / size), range_of(estimate, size))


def with_error(number: float, error: float, size: float = 1.0) -> Cell:
    """A number, and beneath it how far it may be off."""
    text = said(number / size)
    return Cell(text, "" if math.isnan(number) or math.isnan(error) else f"± {give_or_take(error / size)}")


def in_percent(share: Share) -> Cell:
    """A share in %, and beneath it how far it may be off."""
    text = hundredths(share.share)
    return Cell(
        text, "" if math.isnan(share.share) or math.isnan(share.error) else f"± {give_or_take(100 * share.error)}"
    )


def by_year(years: ByYear, size: float = 1.0) -> list[Cell]:
    """A cell for each year, and the largest error of the row."""
    errors = [each.error / size for _, each in years if math.isfinite(each.centre) and not math.isnan(each.error)]
    return [*(estimated(each, size) for _, each in years), Cell(give_or_take(max(errors)) if errors else "–")]


def shares_by_year(years: SharesByYear) -> list[Cell]:
    """A share in % for each year, and the largest error of the row."""
    errors = [100.0 * each.error for _, each in years if not math.isnan(each.error)]
    return [*(Cell(hundredths(each.share)) for _, each in years), Cell(give_or_take(max(errors)) if errors else "–")]


def year_heads(first: str, years: Sequence[int]) -> tuple[str, ...]:
    """Headings of a table by year."""
    return (first, *map(str, years), "±")
