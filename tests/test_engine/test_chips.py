"""Queues for chips, against tables worked out by hand; amounts in H100e, by month from January.

A chip is an H100e and costs a dollar, so that what is paid is what arrived. The tables share nothing with each other.
"""

import numpy as np
import pytest

import interlock

BOOK = """
book: {title: Chips, as_of: 2026-01-01, start: 2026-01, months: 12}

parties:
  maker: {roles: [chipmaker]}
  # Two with firm orders, and one that orders for a customer
  large: {roles: [cloud], cash: 9 k USD, fleet: 0 H100e}
  small: {roles: [cloud], cash: 9 k USD, fleet: 0 H100e}
  last: {roles: [cloud], cash: 9 k USD, fleet: 0 H100e}
  # One of two fails
  fallen: {roles: [cloud], cash: 9 k USD, fleet: 0 H100e}
  standing: {roles: [cloud], cash: 9 k USD, fleet: 0 H100e}
  # Two generations, two customers
  host: {roles: [cloud], cash: 9 k USD, fleet: 0 H100e}
  # Of two makers one fails
  doomed: {roles: [chipmaker]}
  builder: {roles: [cloud], cash: 9 k USD, fleet: 1 k H100e}

chips:
  new: {maker: maker, bf16: 0.989 PFLOP/s, price: 1 USD/chip, power: 1 kW/chip, ships: 2026-02, supply: 100 chips/month,
        profile: {2026-01: 40 %, 2026-05: 80 %}}
  short: {maker: maker, bf16: 1.978 PFLOP/s, price: 2 USD/chip, power: 1 kW/chip, supply: 10 chips/month, yields: 0.5}
  slow: {maker: maker, bf16: 0.989 PFLOP/s, price: 1 USD/chip, power: 1 kW/chip, ships: 2026-06}
  plenty: {maker: maker, bf16: 0.989 PFLOP/s, price: 2 USD/chip, price_growth: -50 %/year, index: 0.5, power: 1 kW/chip}
  lost: {maker: doomed, bf16: 0.989 PFLOP/s, price: 1 USD/chip, power: 1 kW/chip}

deals:
  firm:
    announced: 2026-01-01
    status: in-force
    contracts:
      large: {kind: chip-supply, payer: large, payee: maker, chip: new, units: 30 H100e/month, term: 4 months}
      small: {kind: chip-supply, payer: small, payee: maker, chip: new, units: 10 H100e/month, term: 4 months}
      last: {kind: chip-supply, payer: last, payee: maker, chip: new, share_of_orders: 100 %}
  served:
    announced: 2026-01-01
    status: in-force
    contracts:
      promise:
        {kind: compute-commitment, payer: customers, payee: last, capacity: 60 H100e, term: 10 months, start: 2026-02,
         price: 1 USD/H100e-hour, additionality: 100 %, lead: 0 months, outside: 0 months}
  failing:
    announced: 2026-01-01
    status: in-force
    contracts:
      fallen: {kind: chip-supply, payer: fallen, payee: maker, chip: short, units: 10 H100e/month, term: 6 months}
      standing: {kind: chip-supply, payer: standing, payee: maker, chip: short, units: 10 H100e/month, term: 6 months}
  two:
    announced: 2026-01-01
    status: in-force
    contracts:
      slow: {kind: chip-supply, payer: host, payee: maker, chip: slow, share_of_orders: 25 %}
      plenty: {kind: chip-supply, payer: host, payee: maker, chip: plenty, share_of_orders: 75 %}
      one:
        {kind: compute-commitment, payer: customers, payee: host, capacity: 100 H100e, term: 10 months, start: 2026-03,
         price: 1 USD/H100e-hour, additionality: 100 %, lead: 2 months, outside: 0 months}
      other:
        {kind: compute-commitment, payer: customers, payee: host, capacity: 60 H100e, term: 10 months, start: 2026-03,
         price: 1 USD/H100e-hour, additionality: 50 %, lead: 2 months, outside: 0 months}
  lost:
    announced: 2026-01-01
    status: in-force
    contracts:
      lost: {kind: chip-supply, payer: builder, payee: doomed, chip: lost, share_of_orders: 60 %}
      kept: {kind: chip-supply, payer: builder, payee: maker, chip: plenty, share_of_orders: 40 %}
      promise:
        {kind: compute-commitment, payer: customers, payee: builder, capacity: 100 H100e, ramp: 10 months,
         term: 12 months, start: 2026-01, price: 1 USD/H100e-hour, additionality: 100 %, lead: 0 months,
         outside: 0 months}

fail: [{party: fallen, month: 2026-03}, {party: doomed, month: 2026-05}]
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "chips.yaml"
    file.write_text(BOOK, encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=1, keep=["paid"])


@pytest.fixture
def paid(run):
    """What is paid for deliveries or use under a contract, by month."""
    by_month = run["paid_by_month"]
    is_it = np.isin(by_month["name"].values, ["delivery", "use"])
    return lambda contract: by_month.values[0][:, (by_month.contract.values == contract) & is_it].sum(axis=1)


@pytest.fixture
def used(paid):
    """H100e that are used under a commitment, by month."""
    return lambda contract: paid(contract) / 730.0


def test_firm_orders_share_what_is_made_and_open_ones_wait_until_these_are_filled(paid):
    # Made: 0 in January, 40 up to April, then 80. 30 and 10 a month are firm, 60 are ordered in February.
    assert paid("deals.firm.large").tolist() == pytest.approx([0, 30, 30, 30, 30] + [0] * 7)
    assert paid("deals.firm.small").tolist() == pytest.approx([0, 10, 10, 10, 10] + [0] * 7)
    assert paid("deals.firm.last").tolist() == pytest.approx([0, 0, 0, 0, 40, 20] + [0] * 6)


def test_a_customer_gets_what_has_arrived_for_it(used):
    assert used("deals.served.promise").tolist() == pytest.approx([0, 0, 0, 0, 40] + [60] * 6 + [0])


def test_the_queue_of_a_buyer_that_fails_is_struck_out(paid):
    # 10 chips a month of 2 H100e each, of which half are good: ten. Until March each gets half of what it wants.
    assert paid("deals.failing.fallen").tolist() == pytest.approx([5, 5] + [0] * 10)
    # 5 and 5 were delivered of 60: from March on ten a month, until all have come.
    assert paid("deals.failing.standing").tolist() == pytest.approx([5, 5] + [10] * 5 + [0] * 5)


def test_what_is_ordered_of_a_maker_that_has_failed_never_comes_and_nothing_runs_on_it(used):
    # On average 5 H100e run in January, 15 in February, and so on to 95 in October, and then 100; until April all of
    # the chips for them come. From May on 60 % of those ordered are of a maker that is no more.
    planned = [5, 15, 25, 35, 45, 55, 65, 75, 85, 95, 100, 100]
    expected = planned[:4] + [35 + 0.4 * (later - 35) for later in planned[4:]]
    assert used("deals.lost.promise").tolist() == pytest.approx(expected)


def test_what_waits_at_the_end_of_the_year_is_reported(run):
    queue, chips = run["queue"], run["chips"]
    assert queue.sel(year=2026).values.tolist() == [[0.0] * len(queue.contract)]
    of = dict(zip(chips.contract.values, chips.sel(year=2026).values[0], strict=True))
    assert of["deals.failing.standing"] == pytest.approx(60.0)
    assert of["deals.firm.last"] == pytest.approx(60.0)


def test_chips_come_for_all_customers_of_their_buyer_in_the_same_part_and_a_lead_makes_up_for_a_wait(paid, used):
    # In January 130 are ordered, 75 % of a generation that is there: 32.5 wait until June, and were to run from March
    # on. A quarter of each customer's own chips is missing until then: 25 of 100, and 7.5 of 30. The other's 30 are to
    # come from the fleet, which has none: what there is, 97.5, is shared out to what can be ready, 75 and 52.5.
    assert paid("deals.two.slow").tolist() == pytest.approx([0] * 5 + [32.5] + [0] * 6)
    price = 2.0 * 0.5  # a generation's price falls by half in a year
    assert paid("deals.two.plenty").tolist() == pytest.approx([97.5 * price] + [0] * 11)
    part = 97.5 / 127.5
    assert used("deals.two.one")[2:5] == pytest.approx([75.0 * part] * 3)
    assert used("deals.two.other")[2:5] == pytest.approx([52.5 * part] * 3)
    assert used("deals.two.one")[5:] == pytest.approx([100.0 * 130 / 160] * 7)


def test_a_generation_without_limits_gives_the_numbers_of_a_book_without_generations(tmp_path):
    lines = [line for line in BOOK.splitlines() if not line.startswith("fail")]
    endless = "\n".join(lines)
    for said in (
        "ships: 2026-02, supply: 100 chips/month,\n        profile: {2026-01: 40 %, 2026-05: 80 %}",
        "supply: 10 chips/month, yields: 0.5",
        "ships: 2026-06",
    ):
        assert said in endless
        endless = endless.replace(said, "life: 5 years")
    before, _, rest = endless.partition("chips:\n  new")
    plain = before + rest[rest.index("deals:") :]
    for chip, price in (("new", 1), ("short", 1), ("slow", 1), ("plenty", 1), ("lost", 1)):
        terms = f"price: {price} USD/H100e" + (", price_growth: -50 %/year" if chip == "plenty" else "")
        plain = plain.replace(f"chip: {chip}", terms)
    runs = []
    for name, text in (("endless", endless), ("plain", plain)):
        file = tmp_path / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        runs.append(interlock.simulate(interlock.open_book(file), paths=1, keep=["paid", "cash"]))
    for series in ("paid_by_month", "cash_by_month", "delivered", "used", "remaining"):
        np.testing.assert_allclose(runs[0][series].values, runs[1][series].values, rtol=1e-12, atol=1e-9)
