"""The markets of a book as rows: what they ask stands among the levels of drivers, whoever refers to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interlock.book.book import Book
from interlock.book.market import spot_of, term_of_years
from interlock.program.program import Array
from interlock.program.stacking import Locate, Stack, links_of


def market_rows(markets: Stack | None, drivers: int) -> dict[str, int]:
    """The rows of what markets ask, by address: after those of the drivers, by the hour and then for a term."""
    if markets is None:
        return {}
    spot, term = drivers, drivers + markets.shape.size
    rows = {spot_of(name): spot + n for n, name in enumerate(markets.names)}
    return rows | {term_of_years(name): term + n for n, name in enumerate(markets.names)}


def market_links(book: Book, markets: Stack | None, parties: Sequence[str], locate: Locate) -> dict[str, Array]:
    """What the terms of markets refer to, and which parties offer compute that the book counts."""
    has_fleet = [name != "" and "fleet" in book.parties[name].terms.values for name in parties]
    return {
        "market_links": {} if markets is None else links_of(markets, locate),
        "offers": np.array(has_fleet, dtype=np.float64),
    }
