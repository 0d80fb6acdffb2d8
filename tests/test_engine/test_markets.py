"""Markets for compute: prices that answer scarcity, against hand tables and against books without a market."""

import numpy as np
import pytest

import interlock

# A lab with 730 M USD a month for compute, a cloud with 200 k H100e, and others who want 50 k and have 100 k.
BOOK = """
book: {title: A market, as_of: 2026-01-01, start: 2026-01, months: 6}

parties:
  lab: {roles: [lab], cash: 90 B USD, revenue: 17.52 B USD/year, margin: 50 %, compute_price: 2 USD/H100e-hour}
  cloud: {roles: [cloud], cash: 1 B USD, fleet: 200 k H100e}

drivers:
  hourly: {kind: fixed, steps: {2026-01: 2 USD/H100e-hour, 2026-04: 3 USD/H100e-hour}}
  rest: {kind: fixed, steps: {2026-01: "1", 2026-03: "2"}}

markets:
  rents:
    price: hourly
    term_price: 1 USD/H100e-hour
    response: 0.5
    rest_demand: 50 k H100e
    demand_index: rest
    rest_supply: 100 k H100e

deals:
  all:
    announced: 2026-01-01
    status: in-force
    contracts:
      spot: {kind: spot-compute, payer: lab, payee: cloud, market: rents}
"""

BUDGET = 17.52e9 / 12 / 2
"""USD a month."""


def opened(folder, text):
    file = folder / "market.yaml"
    file.write_text(text, encoding="utf-8")
    return interlock.open_book(file)


def prices_of(explained):
    """USD per H100e-hour, month by month."""
    return [each.price / 730 for each in explained.prices]


@pytest.fixture(scope="module")
def explained(tmp_path_factory):
    return interlock.explain(opened(tmp_path_factory.mktemp("books"), BOOK), path=0)


def test_prices_follow_the_hand_table(explained):
    drivers, rest = [2.0, 2.0, 2.0, 3.0, 3.0, 3.0], [50e3, 50e3, 100e3, 100e3, 100e3, 100e3]
    # The month before is played twice: first with sides that are even, then with those that came of it.
    demand, table = 1.0, []
    for even, others in [(2.0, 50e3), (2.0, 50e3), *zip(drivers, rest, strict=True)]:
        price = min(max(even * demand**0.5, 0.8), 4.0)
        # It can have 200 k, and counts what its budget would buy beyond at the same price.
        demand = (BUDGET / (price * 730) + others) / (200e3 + 100e3)
        table.append(price)
    assert prices_of(explained) == pytest.approx(table[2:], rel=1e-12)
    assert max(table) - min(table) > 0.5


def test_the_price_says_why_it_is_what_it_is(explained):
    first = explained.prices[0]
    assert first.text.startswith(f"rents: {first.price / 730:.4g} USD/H100e-hour, ")
    times, tightness = first.price / 730 / 2.0, (first.price / 730 / 2.0) ** 2
    assert first.text.endswith(f"{times:.2f} times the driver: demand {tightness:.2f} of supply")
    assert explained.to_json()["markets"][0]["month"] == "2026-01"


def test_a_price_is_held_between_its_bounds_and_says_so(tmp_path):
    dear = interlock.explain(opened(tmp_path, BOOK.replace("2026-04: 3 USD", "2026-04: 90 USD")), path=0)
    assert prices_of(dear)[3:5] == pytest.approx([4.0, 4.0], rel=1e-15)
    assert "no higher than 4 times the 1 USD/H100e-hour for a term: demand " in dear.prices[3].text
    cheap = interlock.explain(opened(tmp_path, BOOK.replace("2026-04: 3 USD", "2026-04: 0.1 USD")), path=0)
    assert prices_of(cheap)[3:5] == pytest.approx([0.8, 0.8], rel=1e-15)
    assert "no lower than 0.8 times the 1 USD/H100e-hour for a term: demand " in cheap.prices[3].text


@pytest.mark.parametrize("sampling", ["plain", "sobol"])
def test_a_price_that_does_not_respond_is_its_driver_bit_for_bit(tmp_path, sampling):
    random = BOOK.replace(
        "  hourly: {kind: fixed, steps: {2026-01: 2 USD/H100e-hour, 2026-04: 3 USD/H100e-hour}}",
        "  hourly: {kind: geometric-brownian, level: 2 USD/H100e-hour, volatility: 60 %}",
    )
    inert = random.replace("response: 0.5", "response: 0\n    least: 0\n    most: 1000")
    alone = random.replace("market: rents", "price: hourly").replace(
        random[random.index("markets:") : random.index("deals:")], ""
    )
    runs = [interlock.simulate(opened(tmp_path, text), paths=64, sampling=sampling) for text in (inert, alone)]
    for name in ("cash", "paid", "used", "need"):
        np.testing.assert_array_equal(runs[0][name].values, runs[1][name].values)
    assert "spot_price" in runs[0].series
    assert "spot_price" not in runs[1].series


def test_the_series_is_the_mean_of_the_months_of_a_year(tmp_path, explained):
    run = interlock.simulate(opened(tmp_path, BOOK), paths=8)
    spot = run["spot_price"]
    assert (spot.attrs["units"], spot.dims) == ("USD/H100e-hour", ("path", "year", "market"))
    assert spot.values[:, 0, 0] == pytest.approx(np.full(8, np.mean(prices_of(explained))), rel=1e-12)


def test_who_has_failed_wants_and_has_nothing_any_more(tmp_path):
    # All of the demand of the book is the lab's, and two thirds of the supply the cloud's.
    base = BOOK.replace('2026-03: "2"', '2026-03: "1"').replace("response: 0.5", "response: 0.1")
    without_lab, without_cloud = (
        interlock.explain(opened(tmp_path, f"{base}\nfail: [{{party: {name}, month: 2026-03}}]\n"), path=0)
        for name in ("lab", "cloud")
    )
    # From the month on after the first in which it is gone; the driver asks 2, and then 3.
    assert prices_of(without_lab)[3:] == pytest.approx([3.0 * (50e3 / 300e3) ** 0.1] * 3, rel=1e-12)
    lab_wants = BUDGET / prices_of(without_cloud)[1] / 730
    assert prices_of(without_cloud)[3] == pytest.approx(3.0 * ((lab_wants + 50e3) / 100e3) ** 0.1, rel=1e-6)


def test_a_trigger_sees_the_price_of_its_month(tmp_path):
    option = """      option: {kind: compute-commitment, payer: lab, payee: cloud, capacity: 10 k H100e, term: 3 months,
        price: 1 USD/H100e-hour, exercise: {when: markets.rents.price, at_least: 2.9 USD/H100e-hour}}
"""
    explained = interlock.explain(opened(tmp_path, BOOK + option), path=0)
    assert [price >= 2.9 for price in prices_of(explained)] == [False, False, False, True, True, True]
    used = {line.month for line in explained.lines if line.leg.contract == "deals.all.option" and line.due > 0.0}
    assert min(used) == explained.asked.first + 3
    assert any("markets.rents.price is " in each.text for each in explained.happenings)


def test_prices_of_a_market_of_which_the_book_is_a_small_part_settle(tmp_path):
    # The lab buys a tenth of what is wanted at the price that it makes: what it buys less brings the price down, and so
    # on, by less each month, as long as response x its part stays below one.
    text = BOOK.replace("rest_demand: 50 k", "rest_demand: 4500 k").replace("rest_supply: 100 k", "rest_supply: 4500 k")
    text = text.replace('2026-03: "2"', '2026-03: "1"').replace("2026-04: 3", "2026-04: 2")
    prices = prices_of(interlock.explain(opened(tmp_path, text.replace("months: 6", "months: 12")), path=0))
    steps = np.abs(np.diff(prices))
    assert (steps[1:] <= 0.2 * steps[:-1] + 1e-12).all()
    assert steps[-1] < 1e-9


def test_a_seller_of_unknown_size_counts_with_what_it_delivers_under_commitments(tmp_path):
    # It reserves 40 k H100e for a lab that wants more; by the hour, from the same seller, is no supply that is known.
    text = (
        BOOK.replace(", fleet: 200 k H100e", "").replace('2026-03: "2"', '2026-03: "1"')
        + """
      base: {kind: compute-commitment, payer: lab, payee: cloud, capacity: 40 k H100e, term: 5 years,
        price: 1 USD/H100e-hour}
"""
    )
    prices = prices_of(interlock.explain(opened(tmp_path, text), path=0))
    for driver, before, price in zip([2.0, 2.0, 3.0, 3.0, 3.0], prices[:-1], prices[1:], strict=True):
        lab_wants = 40e3 + (BUDGET / 730 - 40e3) / before
        assert price == pytest.approx(min(driver * ((lab_wants + 50e3) / 140e3) ** 0.5, 4.0), rel=1e-6)
