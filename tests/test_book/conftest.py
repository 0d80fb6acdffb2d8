"""A small book, written out, that tests change in one place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from interlock.book.book import Book
from interlock.book.read import open_book
from interlock.ground.errors import BookError

SMALL_BOOK = """\
book: {title: A test, as_of: 2026-01-15, start: 2026-01, months: 24}
sources:
  filing: {title: A filing, date: 2026-01-10, url: "https://example.com/f"}
  later: {title: A later report, date: 2026-02-01, url: "https://example.com/l"}
  relay: {title: A note, date: 2026-01-02}
figures:
  budget: {assumed: 20 to 40 B USD, because: a guess}
parties:
  lab: {roles: [lab], cash: {assumed: 6 to 18 B USD, because: a guess}}
  cloud: {roles: [cloud], stakes: {lab: {stated: 30 %, source: filing}}}
  maker: {roles: [chipmaker], stakes: {lab: {assumed: 20 %, because: a guess}}}
drivers:
  demand: {kind: geometric-brownian, level: {assumed: 1, because: index}, volatility: {assumed: 20 %, because: guess}}
  spot:
    kind: mean-reverting
    level: {assumed: 2 USD/H100e-hour, because: a guess}
    mean: {assumed: 2 USD/H100e-hour, because: a guess}
    half_life: {assumed: 1 year, because: a guess}
    volatility: {assumed: 0.3 USD/H100e-hour, because: a guess}
  rate: {kind: geometric-brownian, level: {assumed: 4 %, because: guess}, volatility: {assumed: 20 %, because: guess}}
correlations:
  - {between: [demand, spot], is: {assumed: 40 %, because: a guess}}
groups:
  costs: {correlation: {assumed: 60 %, because: a guess}}
deals:
  promise:
    announced: 2026-01-10
    status: signed
    sources: [filing]
    contracts:
      compute:
        kind: compute-commitment
        payer: lab
        payee: cloud
        total: {stated: 30 B USD, source: filing}
        term: {assumed: 5 to 8 years, because: usual}
        price: {assumed: 2 USD/H100e-hour, because: usual}
      extra:
        kind: spot-compute
        payer: lab
        payee: cloud
        price: spot
        limit: {assumed: 50 k H100e, because: a guess}
  round:
    announced: 2026-01-10
    status: signed
    depends_on: promise
    contracts:
      shares:
        kind: equity-commitment
        payer: maker
        payee: lab
        total: {same_as: figures.budget}
        valuation: {assumed: 350 B USD, because: reports}
"""


@pytest.fixture
def small_book() -> str:
    return SMALL_BOOK


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[str], Book]:
    """Opens a book of this text."""

    def read(text: str) -> Book:
        file = tmp_path / "book.yaml"
        file.write_text(text, encoding="utf-8")
        return open_book(file)

    return read


@pytest.fixture
def told(opened: Callable[[str], Book]) -> Callable[[str], str]:
    """What is said of a book with problems."""

    def read(text: str) -> str:
        with pytest.raises(BookError) as error:
            opened(text)
        return str(error.value)

    return read
