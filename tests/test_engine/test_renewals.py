"""Commitments that are renewed at the price of a market: when, for how much, and what a path says of it."""

import numpy as np
import pytest

import interlock

# A year at 1 USD, rising to 100 k H100e within 4 months; a driver says what a term costs then.
BOOK = """
book: {title: Renewals, as_of: 2026-01-01, start: 2026-01, months: 24}

parties:
  lab: {roles: [lab], cash: 90 B USD, revenue: 17.52 B USD/year, margin: 50 %, compute_price: 1 USD/H100e-hour}
  cloud: {roles: [cloud], cash: 1 B USD, fleet: 200 k H100e}

drivers:
  years: {kind: fixed, steps: {2026-01: 1 USD/H100e-hour, 2026-12: 2 USD/H100e-hour, 2027-01: 3 USD/H100e-hour}}

markets:
  rents: {price: years, term_price: years, response: 0}

deals:
  all:
    announced: 2026-01-01
    status: in-force
    contracts:
      promise: {kind: compute-commitment, payer: lab, payee: cloud, capacity: 100 k H100e, term: 12 months,
        ramp: 4 months, price: 1 USD/H100e-hour, true_up: 3 months,
        renewal: {market: rents, chance: CHANCE, term: 6 months}}
"""

PROMISE = "deals.all.promise"


def opened(folder, text, chance="100 %"):
    file = folder / "renewals.yaml"
    file.write_text(text.replace("CHANCE", chance), encoding="utf-8")
    return interlock.open_book(file)


def due_by_month(explained):
    """M USD for use and top-up, in each month of the run."""
    found = np.zeros(24)
    for line in explained.lines:
        if line.leg.contract == PROMISE:
            found[line.month - explained.asked.first] += line.due / 1e6
    return found


@pytest.fixture(scope="module")
def explained(tmp_path_factory):
    return interlock.explain(opened(tmp_path_factory.mktemp("books"), BOOK), path=0)


def test_it_goes_on_for_another_term_at_the_price_of_the_month_in_which_the_first_one_ended(explained):
    # All that is there is used: the budget is 730 M USD a month. The ramp gives 1/8, 3/8, 5/8 and 7/8.
    first = 73.0 * np.array([0.125, 0.375, 0.625, 0.875, *[1.0] * 8])
    assert due_by_month(explained) == pytest.approx([*first, *[2 * 73.0] * 6, *[0.0] * 6], rel=1e-12)


def test_a_path_says_that_it_is_renewed_and_at_what_price(explained):
    [renewed] = [each for each in explained.happenings if "renewed" in each.text]
    assert renewed.text == f"{PROMISE} is renewed, for 6 months at 2 USD/H100e-hour"
    assert renewed.month == explained.asked.first + 11
    [use] = [line.cause for line in explained.lines if line.month == renewed.month + 1 and line.leg.name == "use"]
    assert use == "use: 100 k H100e of 100 k H100e delivered, at 2 USD/H100e-hour as renewed"


def test_a_chance_is_the_part_of_futures_in_which_it_goes_on(tmp_path):
    paths = 800
    run = interlock.simulate(opened(tmp_path, BOOK, "30 %"), paths=paths)
    is_renewed = run["remaining"].sel(contract=PROMISE).values[:, 0] > 0.0
    assert is_renewed.mean() == pytest.approx(0.3, abs=4 * (0.3 * 0.7 / paths) ** 0.5)
    # Until then nobody is bound to it: what is left at the end of 2026 is the new term, or nothing.
    left = run["remaining"].sel(contract=PROMISE).values[:, 0][is_renewed]
    np.testing.assert_allclose(left, 6 * 146e6, rtol=1e-12)
    paid = run["paid"].values[:, 1, run["paid"]["contract"].values == PROMISE].sum(axis=1)
    np.testing.assert_allclose(paid, np.where(is_renewed, 6 * 146e6, 0.0), rtol=1e-12)


def test_a_promise_that_is_never_renewed_is_one_without_the_clause(tmp_path):
    clause = ",\n        renewal: {market: rents, chance: CHANCE, term: 6 months}"
    never, without = (
        interlock.simulate(opened(tmp_path, text, "0 %"), paths=8) for text in (BOOK, BOOK.replace(clause, ""))
    )
    for name in ("cash", "paid", "remaining", "used"):
        np.testing.assert_array_equal(never[name].values, without[name].values)


def test_who_gave_notice_before_the_end_renews_nothing(tmp_path):
    ended = BOOK.replace("true_up: 3 months", "true_up: 3 months, notice: {period: 2 months, given: 2026-09}")
    assert due_by_month(interlock.explain(opened(tmp_path, ended), path=0))[10:].max() == 0.0
    # A notice in the new term ends it.
    later = BOOK.replace("true_up: 3 months", "true_up: 3 months, notice: {period: 2 months, given: 2027-01}")
    due = due_by_month(interlock.explain(opened(tmp_path, later), path=0))
    assert due[12:16] == pytest.approx([146.0, 146.0, 0.0, 0.0], rel=1e-12)


def test_a_minimum_that_is_not_used_is_owed_in_the_new_term_too(tmp_path):
    idle = BOOK.replace("revenue: 17.52 B USD/year", "revenue: 0.4 B USD/year")
    due = due_by_month(interlock.explain(opened(tmp_path, idle), path=0))
    assert due[12:18].sum() == pytest.approx(6 * 146.0, rel=1e-12)
    assert due[18:].max() == 0.0


def test_the_chips_of_the_first_term_serve_the_new_one(tmp_path):
    supplied = BOOK.replace("cash: 1 B USD, fleet: 200 k H100e", "cash: 9 B USD, fleet: 0 H100e").replace(
        "true_up: 3 months", "true_up: 3 months, additionality: 100 %"
    )
    supplied += """      chips: {kind: chip-supply, payer: cloud, payee: suppliers, price: 20 k USD/H100e,
        share_of_orders: 100 %}
"""
    run = interlock.simulate(opened(tmp_path, supplied), paths=8)
    bought = run["paid"].values[:, :, run["paid"]["contract"].values == "deals.all.chips"].sum(axis=2)
    np.testing.assert_allclose(bought.sum(axis=1), 100e3 * 20e3, rtol=1e-9)
    np.testing.assert_array_equal(bought[:, 1], 0.0)
    used = run["used"].sel(contract=PROMISE).values
    np.testing.assert_allclose(used[:, 1], 6 * 100e3, rtol=1e-9)
