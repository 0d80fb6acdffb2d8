"""The triangle of 18 November 2025 against what an analyst would accept, range by range."""

import numpy as np
import pytest

import interlock

PATHS = 2048
BILLION = 1e9
COMPUTE = "deals.azure-2025-11.compute"


@pytest.fixture(scope="module")
def run():
    return interlock.simulate(interlock.open_book("nvidia-microsoft-anthropic"), paths=PATHS)


def paid_under(run, contract):
    """[year, path] USD that the payer of a contract paid under it."""
    paid = run.series["paid"]
    legs = [n for n, leg in enumerate(paid.rows) if leg[0] == contract and leg[1] == "anthropic"]
    return paid.values[legs].sum(axis=0)


def year_of(run, year):
    return run.years.index(year)


def solvent(run):
    """[path] whether the lab lasts to the horizon."""
    party = [name for name in run.program.labels.parties if name is not None].index("anthropic")
    return np.concatenate(run.kept.failed, axis=-1)[party] == np.inf


def test_azure_is_paid_up_to_two_and_a_half_billion_in_2026(run):
    median = np.median(paid_under(run, COMPUTE)[year_of(run, 2026)]) / BILLION
    assert 0.2 <= median <= 2.5


def test_azure_is_paid_four_to_eight_billion_in_the_peak_year(run):
    median = np.median(paid_under(run, COMPUTE).max(axis=0)) / BILLION
    assert 4.0 <= median <= 8.0


def test_azure_is_paid_most_of_the_thirty_billion_by_2033_unless_the_lab_fails(run):
    total = paid_under(run, COMPUTE).sum(axis=0)[solvent(run)] / BILLION
    assert 25.0 <= np.median(total) <= 31.0


def test_thirty_billion_buy_two_to_four_gigawatt_years(run):
    delivered = run.series["delivered"]
    unit_years = delivered.values[delivered.of(COMPUTE)].sum(axis=0) / 12.0
    megawatt_per_chip, pue = (
        run.draws[run.figures.index(name)] for name in ("chips.blackwell.power", "sites.azure-halls.pue")
    )
    chips = unit_years / (2.5 / 0.989)
    gigawatt_years = (chips * megawatt_per_chip * pue / 1000.0)[solvent(run)]
    assert 2.2 <= np.median(gigawatt_years) <= 3.8


@pytest.mark.weekly
def test_paid_in_full_the_stakes_are_near_three_and_one_and_a_half_percent():
    """At 350 B, before anybody else dilutes them."""
    book = interlock.open_book("nvidia-microsoft-anthropic").amend(
        {
            "deals.nvidia-anthropic-2025-11.equity.binding": "100 %",
            "deals.microsoft-anthropic-2025-11.equity.binding": "100 %",
            "deals.outside-funding.rounds.offer": "0 USD/year",
        }
    )
    stakes = interlock.simulate(book, paths=64).series["stakes"]
    at_the_end = {pair: np.median(stakes.values[stakes.of(pair)][2]) for pair in stakes.rows}
    assert 0.026 <= at_the_end["nvidia", "anthropic"] <= 0.029
    assert 0.013 <= at_the_end["microsoft", "anthropic"] <= 0.0145


def test_a_gigawatt_holds_as_many_chips_and_costs_as_much_as_was_said(run):
    power, pue, chip, shell = (
        run.draws[run.figures.index(name)]
        for name in (
            "chips.blackwell.power",
            "sites.azure-halls.pue",
            "chips.blackwell.price",
            "sites.azure-halls.shell",
        )
    )
    chips = 1000.0 / (power * pue)
    nvidia, all_in = chips * chip / BILLION, chips * chip / BILLION + shell * 1000.0 / BILLION
    assert 345e3 <= np.median(chips) <= 480e3
    assert 0.85e6 <= np.median(chips) * 2.5 / 0.989 <= 1.2e6
    assert np.quantile(all_in, [0.05, 0.95]) == pytest.approx([30.0, 58.0], rel=0.07)
    least, most = np.quantile(nvidia, [0.05, 0.95])
    assert 13.0 <= least < most <= 35.0


def test_the_run_rate_of_the_end_of_2026_is_what_an_analyst_would_accept(run):
    served = run.series["served"]
    of_2026, of_2027 = (served.values[served.rows.index("anthropic"), year_of(run, year)] for year in (2026, 2027))
    # The middle of two years that follow each other.
    assert 14.0 <= np.median(np.sqrt(of_2026 * of_2027)) / BILLION <= 40.0


def test_the_lab_is_neither_doomed_nor_safe(run):
    share = 1.0 - solvent(run).mean()
    assert 0.02 <= share <= 0.35


@pytest.mark.weekly
def test_inside_the_thirty_billion_the_gigawatt_adds_nothing_to_what_is_owed(run):
    book = interlock.with_scenario(interlock.open_book("nvidia-microsoft-anthropic"), "one-gigawatt-inside")
    # What is renewed after the term is bought on top.
    inside = interlock.simulate(book.amend({"deals.azure-2025-11.compute.renewal.chance": "0 %"}), paths=256)
    both = paid_under(inside, COMPUTE) + paid_under(inside, "deals.azure-2025-11.gigawatt")
    total = np.median(both.sum(axis=0)[solvent(inside)]) / BILLION
    assert 22.0 <= total <= 36.0


def test_a_dollar_of_sales_takes_about_an_hour_of_an_h100(run):
    """OpenAI spent 16.3 B on compute for 13.1 B of revenue in 2025, Anthropic 6.8 for 4.6 and 3.4 for 4.8 a year later.

    At 1 to 1.7 USD/H100e-hour that is 0.4 to 1.5 hours for each dollar (Epoch AI and Reuters, 2026).
    """
    used, served = run.series["used"], run.series["served"]
    hours = used.values.sum(axis=0)[year_of(run, 2026)] * 730.0  # nobody else of the book buys any
    assert 0.4 <= np.median(hours / served.values[served.rows.index("anthropic"), year_of(run, 2026)]) <= 1.5
