"""Commitments that are renegotiated: how often, by whom, and what a path says of it; amounts in millions of USD."""

import numpy as np
import pytest

import interlock
from one_host import world

# Each lab sells 10 a month, pays its people 4, and has promised 10 a month for two years.
LABS = {
    "calm": (900, "chance: 30 %"),
    "strong": (900, "in_distress: 90 %"),
    "weak": (40, "in_distress: 90 %"),
    "certain": (900, "chance: 30 %, luck: 15 %"),
}

PATHS = 800


def written() -> str:
    labs = [
        f"""  {name}: {{roles: [lab], cash: {cash} M USD, revenue: 120 M USD/year, margin: 50 %,
    compute_price: 1 USD/H100e-hour, horizon: 12 months, cuts_below: 12 months,
    flows: {{staff: {{purpose: staff, amount: 48 M USD/year}}}}}}"""
        for name, (cash, _) in LABS.items()
    ]
    contracts = [
        f"""      of-{name}: {{kind: compute-commitment, payer: {name}, payee: host, total: 240 M USD, term: 24 months,
        price: 1 USD/H100e-hour, true_up: 1 month,
        renegotiation: {{{likely}, less: 20 %, longer: 50 %, cheaper: 10 %}}}}"""
        for name, (_, likely) in LABS.items()
    ]
    return world("Renegotiation", 12, labs, contracts)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "renegotiation.yaml"
    file.write_text(written(), encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=PATHS)


@pytest.fixture
def is_changed(run):
    """Paths on which less is left of a lab's promise after a year than the half that was agreed."""
    return {
        name: run["remaining"].sel(contract=f"deals.all.of-{name}").values[:, 0] < 120e6 * (1 - 1e-9) for name in LABS
    }


def test_a_chance_within_a_year_is_the_part_of_futures_in_which_it_comes_true(is_changed):
    assert is_changed["calm"].mean() == pytest.approx(0.3, abs=4 * (0.3 * 0.7 / PATHS) ** 0.5)


def test_distress_is_what_the_payer_cuts(is_changed):
    assert not is_changed["strong"].any()
    # It cuts from the first month on, all of it from the sixth to the twelfth: 0.1^((1 + 2 + 3 + 4 + 5 + 7 x 6) / 72)
    # were its rate the power; the rate is 90 % of how much is cut.
    cut = [1, 2, 3, 4, 5, *[6] * 7]
    stays = np.prod([(1 - 0.9 * months / 6) ** (1 / 12) for months in cut])
    assert is_changed["weak"].mean() == pytest.approx(1 - stays, abs=4 * (stays * (1 - stays) / PATHS) ** 0.5)


def test_luck_that_a_book_gives_holds_on_all_paths(run, is_changed):
    assert is_changed["certain"].all()
    # 0.7^(m / 12) falls below 0.85 in June, the sixth month: of 180 from then on, 72 % over 27 months, 6 of which pass.
    left = run["remaining"].sel(contract="deals.all.of-certain").values[:, 0] / 1e6
    assert left == pytest.approx(180 * 0.72 * 21 / 27)


def test_a_path_says_what_is_renegotiated_and_what_is_charged_since(run):
    path = interlock.explain(run, path=0, party="certain")
    assert (
        "2026-06  deals.all.of-certain is renegotiated for what is still to come: 20 % less, 50 % longer, 10 % cheaper"
    ) in path.tell()
    lines = interlock.explain(run, path=0, contract="deals.all.of-certain").lines
    causes = [line.cause for line in lines if line.cause.startswith("use")]
    assert causes[5].endswith("at 1 USD/H100e-hour")
    assert causes[6].endswith("at 0.9 USD/H100e-hour as renegotiated")
