"""A gigawatt of GB300 racks costs, takes and earns what has been reported of such sites.

The ranges are those of the sources that are named; USD of 2025 and 2026, power at the meter unless it says IT.
"""

import pytest

import interlock

# Per chip: a server of 1.944 kW and 14 % of network and storage (Epoch AI, chip counts of April 2026,
# github.com/epoch-research/ai-chip-counts); 3.9 M USD a rack of 72
# (faq.com.tw/en/hardware/2026-06-25-nvidia-vera-rubin-nvl72-78m-rack-memory-cost-en), dense bf16 by SemiAnalysis
# (github.com/SemiAnalysisAI/InferenceX-app, April 2026). The shell: 11.8 M USD per MW of IT, PUE 1.2 to 1.29
# (epoch.ai/data/data_centers). Electricity of AI sites 45 to 100 USD/MWh
# (research-viewer.pages.dev/pages/terrestrial-energy-cost); 65 to 85 % of it is drawn in training, and running costs
# are 0.75 to 2.1 M USD per MW of IT and year with power (Epoch AI). Three years of a GB200 cost 3 to 3.8 USD an hour
# (SemiAnalysis).
BOOK = """
book: {title: A gigawatt, as_of: 2026-01-01, start: 2026-01, months: 48}
parties: {maker: {roles: [chipmaker]}, host: {roles: [cloud], cash: 90 B USD, fleet: 0 H100e}}
chips:
  gb300: {maker: maker, bf16: 2.5 PFLOP/s, price: 54.2 k USD/chip, power: 2.216 kW/chip}
sites:
  campus: {owner: host, chips: gb300, power: 1 GW, pue: 1.2 x, start: 2027-01, construction: 12 months,
           shell: 9.8 B USD/GW, electricity: 75 USD/MWh, load: 75 %, running: 300 M USD/GW-year, availability: 95 %}
deals:
  all:
    announced: 2026-01-01
    status: in-force
    contracts:
      racks: {kind: chip-supply, payer: host, payee: maker, chip: gb300}
      rent: {kind: compute-commitment, payer: customers, payee: host, capacity: 893 k H100e, term: 36 months,
             start: 2027-01, price: 1.305 USD/H100e-hour, additionality: 100 %, site: campus}
"""
H100E_PER_CHIP = 2.5 / 0.989


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "gigawatt.yaml"
    file.write_text(BOOK, encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=1)


@pytest.fixture
def paid(run):
    """B USD under a leg, by year or in all."""
    flows = run["paid"]

    def of(contract: str, leg: str, year: int | None = None) -> float:
        rows = flows.values[0][:, (flows.contract.values == contract) & (flows["name"].values == leg)].sum(axis=1) / 1e9
        return float(rows.sum() if year is None else rows[list(flows.year.values).index(year)])

    return of


def test_chips_on_a_gigawatt(run):
    # 2.1 to 2.9 kW at the meter for each chip (SemiAnalysis; Epoch AI; Colossus 2 at 2.72 kW).
    chips = run["installed"].sel(site="campus", year=2028).item() / H100E_PER_CHIP
    assert 1e6 / 2.9 <= chips <= 1e6 / 2.1
    assert run["powered"].sel(site="campus", year=2027).item() == 1000.0


def test_capital_spending_on_a_gigawatt(paid):
    # 27.1 to 31.6 B USD (Epoch AI, 171 site-dates), 30 to 40 for GB200
    # (Bernstein: ng.investing.com, how much does a GW of data center capacity actually cost, October 2025).
    spent = paid("deals.all.racks", "delivery") + paid("sites.campus", "construction")
    assert 27.1 <= spent <= 40.0
    # Compute and network are 60 to 75 % of it (Barclays and Epoch AI, 2025 and 2026).
    assert 0.60 <= paid("deals.all.racks", "delivery") / spent <= 0.75


def test_electricity_of_a_gigawatt_for_a_year(paid):
    # At 45 to 100 USD/MWh for 65 to 85 % of 8,760 GWh.
    assert 0.65 * 8.76 * 0.045 <= paid("sites.campus", "power", 2028) <= 0.85 * 8.76 * 0.1


def test_the_share_of_power_in_the_cost_of_compute(paid):
    # 5 to 20 % of the total cost of ownership (SemiAnalysis, InferenceMAX, October 2025); chips are written off over 5
    # years, shells over 15.
    written_off = paid("deals.all.racks", "delivery") / 5 + paid("sites.campus", "construction") / 15
    power, running = (paid("sites.campus", leg, 2028) for leg in ("power", "running"))
    assert 0.05 <= power / (written_off + power + running) <= 0.20
    # Running costs with power: 0.75 to 2.1 M USD per MW of IT (Epoch AI; a model of CoreWeave).
    assert 0.75 <= 1000.0 * (power + running) / (1000.0 / 1.2) <= 2.1


def test_revenue_of_a_megawatt_for_a_year(paid):
    # Over five years, per MW of IT: 9.7 (IREN and Microsoft, November 2025) to 13.3 M USD (Oracle and OpenAI, September
    # 2025).
    assert 9.7 <= 1000.0 * paid("deals.all.rent", "use", 2028) / (1000.0 / 1.2) <= 13.3


def test_the_payback_of_a_gigawatt(paid):
    # 3.3 to 9 years before tax and interest, from the first dollar on: contracts of autumn 2025 at 8 to 13.5 B USD a
    # gigawatt-year, less power and running costs, on spending of 30 to 58 B. Building takes the year before the rent.
    spent = paid("deals.all.racks", "delivery") + paid("sites.campus", "construction")
    rent, power, running = (
        paid(contract, leg, 2028)
        for contract, leg in (("deals.all.rent", "use"), ("sites.campus", "power"), ("sites.campus", "running"))
    )
    assert 3.3 <= 1.0 + spent / (rent - power - running) <= 9.0
