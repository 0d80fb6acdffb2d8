"""Letters of intent that come into force at another size than was announced."""

import numpy as np
import pytest

import interlock
from interlock.ground.errors import BookError

BOOK = """
book: {title: A letter, as_of: 2026-01-01, start: 2026-01, months: 12}
parties:
  fund: {roles: [investor], cash: 1 B USD}
  lab: {roles: [lab]}
deals:
  letter:
    announced: 2026-01-01
    status: letter-of-intent
    probability: 60 %
    completes: 2026-04
    size: SIZE
    contracts:
      shares: {kind: equity-commitment, payer: fund, payee: lab, valuation: 1 B USD, TERMS}
"""


@pytest.fixture
def book(tmp_path):
    def of(size, terms="total: 100 M USD"):
        file = tmp_path / "book.yaml"
        file.write_text(BOOK.replace("SIZE", size).replace("TERMS", terms), encoding="utf-8")
        return interlock.open_book(file)

    return of


def drawn(book):
    """[path] all that was paid."""
    paid = interlock.simulate(book, paths=1024, keep=["paid"])["paid_by_month"].values[:, :, 0]
    assert (paid[:, :3] == 0.0).all(), "nothing is paid before it comes into force"
    return paid.sum(axis=1)


def test_what_comes_into_force_has_its_own_size(book):
    found = drawn(book("30 %"))
    assert sorted({round(amount) for amount in found.tolist()}) == [0, 30_000_000]
    assert (found > 0).mean() == pytest.approx(0.6, abs=4 * (0.24 / 1024) ** 0.5)


def test_it_may_be_more_than_was_announced(book):
    assert drawn(book("150 %")).max() == pytest.approx(150e6)


def test_an_uncertain_size_multiplies_an_uncertain_amount(book):
    # A product of independent lognormals: the variances of the logarithms add up.
    found = drawn(book("20 to 80 %", "headline: 50 to 200 M USD, binding: 40 to 60 %"))
    logs = np.log(found[found > 0])
    width = sum((np.log(high / low) / (2 * 1.6448536)) ** 2 for low, high in ((20, 80), (50, 200)))
    # A range within 0 and 100 % is no lognormal; of 40 to 60 % the logarithm is nearly normal all the same.
    width += (np.log(60 / 40) / (2 * 1.6448536)) ** 2
    assert logs.std() == pytest.approx(np.sqrt(width), rel=0.15)


def test_without_an_amount_there_is_nothing_to_multiply(book, tmp_path):
    text = BOOK.replace("SIZE", "50 %").replace("TERMS", "total: 1 USD")
    text += "  other:\n    announced: 2026-01-01\n    status: in-force\n    size: 50 %\n    contracts:\n"
    text += "      owners: {kind: dividend-or-buyback, payer: fund, payee: capital-markets, part: 10 %}\n"
    file = tmp_path / "other.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BookError, match="'other' has a `size`, but 'owners' promises no amount"):
        interlock.open_book(file)


def test_tell_says_so(book):
    assert "Its size is then 30 %" in book("30 %").tell("letter")
