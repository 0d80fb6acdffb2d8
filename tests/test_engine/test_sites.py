"""Sites, against tables worked out by hand; by month from January. An H100e takes 1 kW and costs a dollar.

The tables share nothing with each other: each has parties of its own.
"""

import numpy as np
import pytest

import interlock

BOOK = """
book: {title: Sites, as_of: 2026-01-01, start: 2026-01, months: 24}

parties:
  maker: {roles: [chipmaker]}
  builder: {roles: [cloud], cash: 9 M USD, fleet: 0 H100e}     # builds in two phases, late, while chips are scarce
  keeper: {roles: [cloud], cash: 9 M USD, fleet: 0 H100e}      # has a site whose chips wear out
  debtor: {roles: [cloud], cash: 0 USD, grace: 0 months, fleet: 0 H100e}     # fails, and its site runs on
  tenant: {roles: [investor], cash: 9 B USD}
  host: {roles: [cloud], cash: 9 M USD}     # builds as its tenants need it

chips:
  scarce: {maker: maker, bf16: 0.989 PFLOP/s, price: 1 USD/chip, power: 1 kW/chip, ships: 2026-02,
           supply: 1500 chips/month}
  worn: {maker: maker, bf16: 1.978 PFLOP/s, price: 2 USD/chip, power: 2 kW/chip, life: 12 months}
  lasting: {maker: maker, bf16: 0.989 PFLOP/s, price: 1 USD/chip, power: 1 kW/chip}

sites:
  halls: {owner: builder, chips: scarce, power: 13 MW, pue: 1.3 x, profile: {2026-06: 50 %, 2026-09: 100 %},
          delay: 1 month, lead: 3 months, construction: 5 months, shell: 1 M USD/GW, electricity: 1 USD/MWh, load: 80 %,
          running: 1.2 M USD/GW-year, availability: 90 %}
  gone: {owner: keeper, chips: worn, power: 12 MW, pue: 1 x, start: 2025-06, electricity: 1 USD/MWh,
         availability: 100 %}
  kept: {owner: keeper, chips: worn, power: 12 MW, pue: 1 x, start: 2025-06, electricity: 1 USD/MWh, availability: 50 %,
         refresh: 50 %}
  pledged: {owner: debtor, chips: lasting, power: 2 MW, pue: 1 x, profile: {2025-01: 50 %, 2026-12: 100 %},
            construction: 12 months, shell: 1.2 M USD/GW, electricity: 0.1 USD/MWh, running: 1.2 M USD/GW-year,
            availability: 100 %}
  yard: {owner: host, chips: lasting, pue: 1.25 x, construction: 4 months, shell: 1 M USD/GW, availability: 80 %}

deals:
  building:
    announced: 2026-01-01
    status: in-force
    contracts:
      chips: {kind: chip-supply, payer: builder, payee: maker, chip: scarce}
      promise:
        {kind: compute-commitment, payer: tenant, payee: builder, capacity: 8 k H100e, price: 1 USD/H100e-hour,
         term: 18 months, start: 2026-06, additionality: 100 %, outside: 0 months, site: halls}
  keeping:
    announced: 2026-01-01
    status: in-force
    contracts:
      chips: {kind: chip-supply, payer: keeper, payee: maker, chip: worn, share_of_orders: 100 %}
      one:
        {kind: compute-commitment, payer: customers, payee: keeper, capacity: 4 k H100e, price: 1 USD/H100e-hour,
         term: 12 months, additionality: 100 %, outside: 0 months, site: kept}
      other:
        {kind: compute-commitment, payer: customers, payee: keeper, capacity: 16 k H100e, price: 1 USD/H100e-hour,
         term: 12 months, additionality: 50 %, outside: 0 months, site: kept}
  owing:
    announced: 2026-01-01
    status: in-force
    contracts:
      chips: {kind: chip-supply, payer: debtor, payee: maker, chip: lasting}
      more:
        {kind: chip-supply, payer: debtor, payee: maker, price: 1 USD/H100e, units: 10 k H100e/month, start: 2026-06,
         term: 1 month}
      promise:
        {kind: compute-commitment, payer: customers, payee: debtor, capacity: 1 k H100e, price: 0.001 USD/H100e-hour,
         term: 40 months, start: 2025-06, additionality: 100 %, site: pledged}
      cloud:
        {kind: compute-commitment, payer: customers, payee: debtor, capacity: 1 H100e, price: 0.001 USD/H100e-hour,
         term: 24 months, start: 2025-06}
      waits:
        kind: equity-commitment
        payer: tenant
        payee: builder
        total: 1 M USD
        valuation: 9 M USD
        tranches:
          - {part: 50 %, when: {when: sites.halls.powered, at_least: 10 MW}}
          - {part: 50 %, when: {when: sites.halls.installed, at_least: 5 k H100e}}
  hosting:
    announced: 2026-01-01
    status: in-force
    contracts:
      chips: {kind: chip-supply, payer: host, payee: maker, chip: lasting}
      promise:
        {kind: compute-commitment, payer: tenant, payee: host, power: 10 MW, power_price: 6.4 M USD/GW-year,
         start: 2026-05, ramp: 4 months, delay: 1 month, term: 60 months, additionality: 100 %, site: yard}
      option:
        {kind: compute-commitment, payer: tenant, payee: host, power: 5 MW, power_price: 1 USD/GW-year, lag: 2 months,
         exercise: {date: 2027-01}, delay: 1 month, lead: 0 months, term: 60 months, additionality: 100 %, site: yard}
"""

HOURS = 730.0


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "sites.yaml"
    file.write_text(BOOK, encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=1, keep=["paid", "cash"])


@pytest.fixture
def paid(run):
    """What is paid under a contract by month, all its legs or one."""
    by_month = run["paid_by_month"]

    def of(contract: str, leg: str = "") -> list[float]:
        is_it = (by_month.contract.values == contract) & ((by_month["name"].values == leg) | (leg == ""))
        return by_month.values[0][:, is_it].sum(axis=1)

    return of


def test_chips_are_ordered_ahead_of_what_is_planned_and_come_as_they_are_made(paid):
    # Half of 10 MW (IT) is planned for June and all for September: 5,000 are ordered in March, 5,000 in June.
    arrived = [0, 0, 1500, 1500, 1500, 1500, 1500, 1500, 1000] + [0] * 15
    assert paid("deals.building.chips").tolist() == pytest.approx(arrived)


def test_construction_is_paid_in_equal_parts_up_to_the_handover_of_each_phase(paid):
    # 6.5 MW at 1,000 USD in five months, up to July; as much up to October: both a month later than planned.
    expected = [0, 1300, 1300, 1300, 2600, 2600, 1300, 1300, 1300] + [0] * 15
    assert paid("sites.halls", "construction").tolist() == pytest.approx(expected)


def test_what_is_installed_draws_power_and_what_is_handed_over_is_run(paid):
    # 5 MW (IT) are powered from July on, 10 MW from October on; by then chips are there.
    drawn = np.array([0] * 6 + [5] * 3 + [10] * 15)
    assert paid("sites.halls", "power") == pytest.approx(0.8 * 1.3 * drawn * HOURS)
    assert paid("sites.halls", "running") == pytest.approx(1.3 * drawn * 100)


def test_a_commitment_at_a_site_gets_what_is_installed_there_and_available(paid):
    delivered = [0] * 6 + [4500] * 3 + [8000] * 14 + [0]
    assert paid("deals.building.promise", "use") == pytest.approx(np.array(delivered) * HOURS)


def test_a_site_without_power_of_its_own_is_built_for_its_tenants(paid, run):
    # 1 kW at a PUE of 1.25, of which 80 % can be let: 640 H100e a MW. All of it runs a month late.
    runs = np.array([0, 0, 0, 0, 0, 0.125, 0.375, 0.625, 0.875] + [1] * 19) * 10 + np.array([0] * 15 + [5] * 13)
    assert run["powered"].sel(site="yard").values[0] == pytest.approx([10.0, 15.0])
    assert run["installed"].sel(site="yard").values[0] == pytest.approx([8000.0, 12000.0])
    # Two months before they run; those of the option, whose lead is nothing, when they run.
    arrive = np.diff(np.append(0, runs[2:26] * 800)) - 4000 * (np.arange(24) == 13) + 4000 * (np.arange(24) == 15)
    assert paid("deals.hosting.chips") == pytest.approx(arrive)
    # Over the four months before each part is handed over; half of what the option takes is called for too late.
    by_then = [np.mean(runs[t + 1 : t + 5]) for t in range(12)] + [12.5, 13.75] + [15] * 10
    assert paid("sites.yard", "construction") == pytest.approx(1000 * np.diff(np.append(0, by_then)))
    # 6,400 USD a year for each MW at the meter that runs.
    assert paid("deals.hosting.promise", "use") == pytest.approx(runs[:24].clip(max=10) * 6400 / 12)


def test_power_and_chips_of_a_site_can_be_watched(paid):
    # 13 MW are there in October, 5,000 H100e in July; what is watched is seen a month later.
    expected = np.zeros(24)
    expected[[7, 10]] = 500e3
    assert paid("deals.owing.waits") == pytest.approx(expected)


def test_what_was_there_before_the_run_retires_within_a_year_after_its_life(paid):
    # Received in 2025, of 12 months' life: a twelfth of 12,000 retires each month of 2026; they took 12 MW.
    left = [12 - t for t in range(1, 13)] + [0] * 12
    assert paid("sites.gone", "power") == pytest.approx(np.array(left) * HOURS)


def test_a_part_of_what_retires_is_replaced_and_wears_out_in_turn(paid):
    # 500 a month are bought in 2026 in place of 1,000 that retire; a twelfth of these retires each month of 2027.
    bought = paid("deals.keeping.chips")
    assert bought == pytest.approx([500] * 12 + [250] * 12)
    left = [12 - t / 2 for t in range(1, 13)] + [6 - t / 4 for t in range(1, 13)]
    assert paid("sites.kept", "power") == pytest.approx(np.array(left) * HOURS)


def test_commitments_at_one_site_share_what_it_has(paid):
    # In January 11,500 are installed there, of which half can be sold: 5,750. One wants 4,000 of them, the other 8,000
    # and as much of the fleet: the 11,000 at the first site.
    assert paid("deals.keeping.one", "use")[0] == pytest.approx(5750 * 4 / 12 * HOURS)
    assert paid("deals.keeping.other", "use")[0] == pytest.approx((5750 * 8 / 12 + 8000) * HOURS)


def test_the_site_of_an_owner_that_fails_runs_on_for_its_creditors(run, paid):
    # Tenants pay 730 a month; power takes 73 and upkeep 100. The second MW is being built, for 100 a month; its chips
    # are to be ordered in October. In June 10,000 fall due beside these 100: all cash is paid out pro rata, and from
    # July on, when the owner has failed, what the tenants pay beyond power and upkeep, until all has been paid.
    cash = 5 * (730.0 - 173.0 - 100.0) + 730.0 + 0.73 - 173.0
    dues = [cash, *[557.0] * 13, 10_100.0 - cash - 13 * 557.0]
    assert paid("deals.owing.more") == pytest.approx([*[0] * 5, *(due / 1.01 for due in dues), *[0] * 4])
    assert paid("sites.pledged", "construction") == pytest.approx(
        [*[100] * 5, *(due * 0.01 / 1.01 for due in dues), *[0] * 4]
    )
    assert paid("sites.pledged", "power") == pytest.approx([73.0] * 24)
    assert paid("deals.owing.chips").sum() == 0.0
    assert run["powered"].sel(site="pledged").values.tolist() == [[1.0, 1.0]]
    # Nothing is bought of its other capacity, and what nobody claims any more stays in the estate.
    assert paid("deals.owing.cloud")[5:7] == pytest.approx([0.73, 0.0])
    assert run["written_off"].sum() == 0.0


def test_without_delay_and_scarcity_a_site_gives_the_numbers_of_chips_that_are_ordered(tmp_path):
    chips = "chips: {new: {maker: maker, bf16: 0.989 PFLOP/s, price: 1 USD/chip, power: 1 kW/chip}}"
    sites = "sites: {hall: {owner: host, chips: new, power: 10 MW, pue: 1 x, start: 2026-05, availability: 100 %}}"
    common = """
book: {title: Limit, as_of: 2026-01-01, start: 2026-01, months: 12}
parties: {maker: {roles: [chipmaker]}, host: {roles: [cloud], cash: 9 M USD, fleet: 0 H100e}}
deals:
  both:
    announced: 2026-01-01
    status: in-force
    contracts:
      chips: {kind: chip-supply, payer: host, payee: maker, share_of_orders: 100 %, SELLS}
      promise:
        {kind: compute-commitment, payer: customers, payee: host, capacity: 10 k H100e, price: 1 USD/H100e-hour,
         term: 12 months, start: 2026-05, additionality: 100 %, lead: 2 months WHERE}
"""
    with_site = common.replace("SELLS", "chip: new").replace("WHERE", ", site: hall") + f"{chips}\n{sites}\n"
    without = common.replace("SELLS", "price: 1 USD/H100e").replace("WHERE", "")
    runs = []
    for name, text in (("with", with_site), ("without", without)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        runs.append(interlock.simulate(interlock.open_book(tmp_path / f"{name}.yaml"), paths=1, keep=["cash"]))
    for series in ("cash_by_month", "delivered", "used"):
        np.testing.assert_allclose(runs[0][series].values, runs[1][series].values, rtol=1e-12)
