"""What markets asked on one path, and why: for whoever explains it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from interlock.engine.page import Page
from interlock.engine.retrace import Retraced
from interlock.ground.amounts import hourly

AT_A_BOUND = 1e-12
"""Of a price: it is no further from its bound."""


@dataclass(frozen=True)
class Price:
    """What a market asked in a month, by the hour."""

    month: int
    market: str
    price: float
    """USD per H100e and month."""
    text: str


def prices_of(path: Retraced, month: int) -> Iterator[Price]:
    """Every market in a month of the run."""
    markets, page = path.program.market_stack, path.pages[month]
    for row, name in enumerate(() if markets is None else markets.names):
        price = float(page.after.seen.prices[row])
        yield Price(
            path.program.labels.start + month, name, price, f"{name}: {hourly(price)}, {_why(page, row, price)}"
        )


def _why(page: Page, row: int, price: float) -> str:
    """How far it is from the driver, by how much, and what holds it."""
    of = {name: float(values[row]) for name, values in page.events.grounds.market.items()}
    demand, supply = (float(side[row]) for side in page.before.seen.sides or ())
    tightness = f"demand {demand / supply:.2f} of supply" if supply > 0.0 else "there was no supply"
    for bound, what in (("least", "no lower"), ("most", "no higher")):
        if abs(price - of[bound] * of["term_price"]) <= AT_A_BOUND * price:
            return f"{what} than {of[bound]:.3g} times the {hourly(of['term_price'])} for a term: {tightness}"
    times = price / of["price"]
    return f"{times:.2f} times the driver: {tightness}"
