"""Capacity that is free again before its time and earns less than its book value, against tables made by hand."""

import numpy as np
import pytest

import interlock
from interlock.ground.errors import ArgumentError
from interlock.money.impairment import Freed, written_down

BOOK = """
book: {title: Let again, as_of: 2026-01-01, start: 2026-01, months: 12}
parties:
  # 40 chips at 30,000 USD are bought in January for two labs, 10 of them for the one that fails in July
  host: {roles: [cloud], cash: 1 B USD}
  maker: {roles: [chipmaker]}
  leaves: {roles: [lab], cash: 1 B USD}
  stays: {roles: [lab], cash: 1 B USD}

  # A building for 180,000 USD, let to one who gives notice in May and is gone in August
  owner:
    roles: [landlord]
    cash: 1 M USD
    flows: {building: {purpose: construction, amount: 2.16 M USD/year, term: 1 month}}
  tenant: {roles: [cloud], cash: 1 B USD}

  # The same building, of one who sells three times as much elsewhere
  busy-owner:
    roles: [landlord]
    cash: 1 M USD
    flows:
      building: {purpose: construction, amount: 2.16 M USD/year, term: 1 month}
      elsewhere: {from: customers, purpose: other-business, amount: 36 k USD/year}

  # 20 chips for one who is restructured in July, and keeps 60 %
  other-host: {roles: [cloud], cash: 1 B USD}
  shrinks: {roles: [lab], cash: 1 B USD, restructured: 100 %, keeps: 60 %}

deals:
  all:
    announced: 2026-01-01
    status: in-force
    contracts:
      chips: {kind: chip-supply, payer: host, payee: maker, price: 30 k USD/H100e, share_of_orders: 100 %}
      more-chips: {kind: chip-supply, payer: other-host, payee: maker, price: 30 k USD/H100e, share_of_orders: 100 %}
      left: {kind: compute-commitment, payer: leaves, payee: host, capacity: 10 H100e, TERMS}
      stayed: {kind: compute-commitment, payer: stays, payee: host, capacity: 30 H100e, TERMS}
      shrunk: {kind: compute-commitment, payer: shrinks, payee: other-host, capacity: 20 H100e, TERMS}
      lease: {kind: capacity-lease, payer: tenant, payee: owner, power: 1 MW, rent: 1 USD/kW-month, term: 10 years,
        discount: 0 %/year, notice: {given: 2026-05, period: 3 months}}
      part: {kind: capacity-lease, payer: tenant, payee: busy-owner, power: 1 MW, rent: 1 USD/kW-month, term: 10 years,
        discount: 0 %/year, relet: 20 %, notice: {given: 2026-05, period: 3 months}}

fail:
- {party: leaves, month: 2026-07}
- {party: shrinks, month: 2026-07}
"""

TERMS = "price: 2 USD/H100e-hour, term: 4 years, lead: 0 months, additionality: 100 %, relet: 30 %, discount: 0 %/year"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("let-again") / "book.yaml"
    file.write_text(BOOK.replace("TERMS", TERMS), encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=1)


def said(run, party, **options):
    """Depreciation and impairment of the year, and what is left by month."""
    accounts = interlock.accounts(run, paths=1, **options)
    lines = accounts.table().query(f"party == '{party}' and year == 2026").set_index("line").centre
    by_month = accounts.balance_sheet(party).sel(line="fixed_assets").values[0]
    assert lines["ebit"] == pytest.approx(lines["ebitda"] - lines["depreciation"] - lines["impairment"])
    return lines["depreciation"], lines["impairment"], by_month.tolist()


def test_chips_of_a_lab_that_fails_are_written_down_to_what_the_next_one_pays(run):
    # 1.2 M over 60 months, 20,000 each; in July 1.08 M is left, a quarter of it for the lab that fails. The next one
    # pays 30 % of 14,600 a month for 48 of the 54 months that are left: 210,240 in place of 270,000.
    depreciation, impairment, left = said(run, "host")
    assert impairment == pytest.approx(270_000 - 210_240)
    after = (1_080_000 - impairment) / 54
    assert depreciation == pytest.approx(6 * 20_000 + 5 * after)
    assert left == pytest.approx(
        [1_200_000 - 20_000 * t for t in range(6)] + [54 * after - after * t for t in range(6)]
    )


def test_what_it_takes_to_run_the_chips_is_taken_off(run):
    # Three quarters of the rent are left, unless that is more than the books say.
    assert said(run, "host", running=0.25)[1] == pytest.approx(270_000 - 0.75 * 210_240)
    assert said(run, "host", running=1.0)[1] == pytest.approx(270_000)
    with pytest.raises(ArgumentError, match="from 0 to 1"):
        said(run, "host", running=2.0)


def test_a_building_that_a_tenant_leaves_is_written_down_too(run):
    # A thousand a month, 173,000 left in August; 900 for 170 of the 173 months.
    depreciation, impairment, left = said(run, "owner")
    assert impairment == pytest.approx(20_000)
    assert depreciation == pytest.approx(7 * 1000 + 4 * 153_000 / 173)
    assert left[6:8] == pytest.approx([174_000, 153_000])


def test_a_building_is_shared_out_by_what_its_owner_sells(run):
    # A quarter of 173,000; 200 for 170 months.
    assert said(run, "busy-owner")[1] == pytest.approx(173_000 / 4 - 34_000)


def test_what_a_restructured_lab_does_not_keep_is_written_down(run):
    # 8 of 20 chips: 216,000 of 540,000, and 8 x 1,460 x 30 % for 48 months.
    assert said(run, "other-host")[1] == pytest.approx(216_000 - 8 * 1460 * 0.3 * 48)


def test_capacity_that_earns_its_book_value_is_not_written_down(tmp_path):
    (tmp_path / "book.yaml").write_text(BOOK.replace("TERMS", TERMS.replace("30 %", "80 %")), encoding="utf-8")
    dear = interlock.simulate(interlock.open_book(tmp_path / "book.yaml"), paths=1)
    depreciation, impairment, _ = said(dear, "host")
    assert (depreciation, impairment) == pytest.approx((11 * 20_000, 0))


def column(*amounts):
    return np.array(amounts, dtype=float)[:, None]


def test_rent_to_come_is_discounted_from_the_end_of_the_vacancy():
    freed = Freed(column(1), column(100), np.array([0.5]), np.array([6.0]), np.array([0.2]))
    middles = 6 + (np.arange(24_000) + 0.5) / 1000
    by_hand = 0.05 * 1000 * np.mean(1.2 ** (-middles / 12)) * 24 * 0.6
    assert freed.worth(0, np.array([30.0]), column(0.4))[0] == pytest.approx(by_hand, rel=1e-6)
    # Who finds nobody before the chips are worn out gets nothing.
    assert freed.worth(0, np.array([5.0]), column(0.4))[0] == 0.0


def test_what_was_bought_later_is_written_down_with_the_rest_and_each_over_its_own_months():
    # Two purchases of 40 over four months; half of the capacity is free in month 2, for nothing.
    nothing = column(0, 0, 0, 0, 0, 0, 0)
    freed = Freed(column(0, 0, 0.5, 0, 0, 0, 0), nothing, *[np.array([0.0])] * 3)
    depreciation, impairment, left = written_down(column(40, 0, 40, 0, 0, 0, 0), 4.0, nothing > 0, [freed], nothing)
    # 20 of the first and all of the second are left in month 2; half of these 60 goes.
    assert depreciation[:, 0].tolist() == pytest.approx([0, 10, 10, 10, 10, 5, 5])
    assert impairment[:, 0].tolist() == pytest.approx([0, 0, 30, 0, 0, 0, 0])
    assert left[:, 0].tolist() == pytest.approx([40, 30, 30, 20, 10, 5, 0])


def test_what_is_left_when_its_owner_fails_is_written_off_after_that():
    nothing = column(0, 0, 0, 0)
    freed = Freed(column(0, 0.5, 0, 0), nothing, *[np.array([0.0])] * 3)
    has_failed = column(0, 0, 1, 1) > 0
    depreciation, impairment, left = written_down(column(40, 0, 0, 0), 4.0, has_failed, [freed], nothing)
    assert depreciation[:, 0].tolist() == pytest.approx([0, 10, 0, 0])
    assert impairment[:, 0].tolist() == pytest.approx([0, 15, 15, 0])
    assert left[:, 0].tolist() == pytest.approx([40, 15, 0, 0])
