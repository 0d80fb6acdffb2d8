"""One number of each future by its phrase, against the series of the run."""

import numpy as np
import pytest

import interlock
from interlock.book.party import EDGES
from interlock.engine.output import PHRASES, first_output, output_of


@pytest.fixture(scope="module")
def chain():
    return interlock.simulate(interlock.open_book("chain"), paths=64)


def asked(run, phrase):
    return output_of(phrase, run.book).values(run)


def test_what_flows_is_added_up_and_what_stands_is_that_of_the_end(chain):
    sales, cash, paid = (chain.series[name] for name in ("revenue", "cash", "paid"))
    of_lab = sales.values[sales.of("lab")]
    np.testing.assert_array_equal(asked(chain, "sales of lab"), of_lab.sum(axis=0))
    np.testing.assert_array_equal(asked(chain, "sales of lab in 2027"), of_lab[1])
    np.testing.assert_array_equal(asked(chain, "cash of lab"), cash.values[cash.of("lab"), -1])
    np.testing.assert_array_equal(asked(chain, "cash of lab in 2026"), cash.values[cash.of("lab"), 0])
    np.testing.assert_array_equal(asked(chain, "lowest cash of lab"), cash.values[cash.of("lab")].min(axis=0))
    compute = [n for n, leg in enumerate(paid.rows) if leg[0] == "deals.compute.promise"]
    usd = paid.values[compute].sum(axis=(0, 1))
    np.testing.assert_allclose(asked(chain, "paid under deals.compute.promise"), usd, rtol=1e-12)


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_failure_and_lowest_cash_of_a_year_are_by_its_end_and_say_so(chain, year):
    failed, cash = (chain.series[name] for name in ("failed", "cash"))
    at = list(chain.years).index(year)
    by_then = failed.values[failed.of("lab"), : at + 1].max(axis=0)
    assert by_then.sum() > 0 or year == 2026
    for phrase in (f"failure of lab in {year}", f"failure of lab by the end of {year}"):
        np.testing.assert_array_equal(asked(chain, phrase), by_then)
        assert str(output_of(phrase, chain.book)) == f"failure of lab by the end of {year}"
    least = cash.values[cash.of("lab"), : at + 1].min(axis=0)
    np.testing.assert_array_equal(asked(chain, f"lowest cash of lab in {year}"), least)
    assert str(output_of(f"lowest cash of lab in {year}", chain.book)) == f"lowest cash of lab by the end of {year}"
    assert str(output_of(f"sales of lab in {year}", chain.book)) == f"sales of lab in {year}"


def test_top_ups_of_a_year_are_those_of_that_year(chain):
    years = [asked(chain, f"top-ups under deals.compute.promise in {year}") for year in chain.years]
    np.testing.assert_allclose(sum(years), asked(chain, "top-ups under deals.compute.promise"), rtol=1e-12, atol=1e-6)


def test_every_phrase_has_a_number_on_every_future():
    run = interlock.simulate(interlock.open_book("shortage"), paths=8)
    names = {"MARKET": run.book.markets, "SITE": run.book.sites, "SEGMENT": run.book.segments}
    names |= {"LAB": run.book.selling_labs(), "CONTRACT": [each.address for each in run.book.contracts()]}
    parties = [name for name in sorted(run.book.parties) if name not in EDGES]
    for phrase in PHRASES:
        words = phrase.value.split()
        found = " ".join(next(iter(sorted(names.get(word, parties)))) if word.isupper() else word for word in words)
        assert asked(run, found).shape == (8,), found
        assert str(output_of(found, run.book)) == found


def test_unless_said_it_is_whether_the_lab_fails_that_fails_most_often(chain):
    assert str(first_output(chain)) == "failure of lab"
    pair = interlock.simulate(interlock.open_book("pair"), paths=8)
    assert not pair.series["failed"].values.any()
    assert str(first_output(pair)) == "lowest cash of lab"
