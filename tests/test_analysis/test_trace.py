"""Where a financed dollar went: against what can be worked out by hand."""

import numpy as np
import pytest

import interlock


@pytest.fixture(scope="module")
def ring():
    return interlock.simulate(interlock.open_book("ring"), paths=8)


def test_of_each_dollar_21_cents_come_home_round_a_ring_of_70_60_and_50_percent(ring):
    (colour,) = interlock.trace(ring).colours
    assert colour.returned.centre == pytest.approx(0.7 * 0.6 * 0.5, rel=1e-12)
    assert [(way.through, way.fate) for way in colour.ways if way.fate == "returned"] == [("server-maker", "returned")]


def test_every_dollar_is_found_again(ring):
    (colour,) = interlock.trace(ring).colours
    assert sum(way.share for way in colour.ways) == pytest.approx(1.0, rel=1e-12)


def test_what_comes_back_is_counted_in_the_year_in_which_it_comes(ring):
    (colour,) = interlock.trace(ring).colours
    shares = [share for _, share in colour.by_year]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1] == pytest.approx(colour.returned.centre, rel=1e-12)


def test_an_investor_without_sales_gets_nothing_back_as_revenue():
    run = interlock.simulate(interlock.open_book("chain"), paths=64)
    (colour,) = interlock.trace(run, of="capital-markets").colours
    assert colour.returned.centre == 0.0
    assert sum(way.share for way in colour.ways) == pytest.approx(1.0, rel=1e-9)


def test_the_dollars_that_are_followed_are_those_of_the_run():
    """The second pass counts as paid what the run's own flows say was paid."""
    run = interlock.simulate(interlock.open_book("chain"), paths=64)
    (colour,) = interlock.trace(run).colours
    flows = run.series["flows"]
    paid = flows.values[flows.of(("capital-markets", "lab"))].sum(axis=0)
    assert colour.paid.centre == pytest.approx(paid.mean(), rel=1e-12)
    assert colour.paid.high == pytest.approx(np.quantile(paid, 0.95), rel=1e-12)


def test_a_name_that_finances_nothing_is_refused_with_the_nearest_one(ring):
    with pytest.raises(interlock.ArgumentError, match="Did you mean 'chipmaker'"):
        interlock.trace(ring, of="chip-maker")


def test_an_unknown_measure_is_refused(ring):
    with pytest.raises(interlock.ArgumentError, match="pooled"):
        interlock.trace(ring, measure="poled")


def test_a_book_without_financing_has_no_dollar_to_follow():
    run = interlock.simulate(interlock.open_book("pair"), paths=8)
    assert interlock.trace(run).colours == ()
    assert "no dollar to follow" in interlock.trace(run).tell()


def test_the_table_and_the_document_say_the_same(ring):
    answer = interlock.trace(ring)
    table, document = answer.table(), answer.to_json()
    assert table["share_of_dollars_put_in"].tolist() == [way["share"] for way in document["colours"][0]["ways"]]
