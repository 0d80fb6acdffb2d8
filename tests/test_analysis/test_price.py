"""The price at which a deal is worth signing: against a closed form, brute force, and what cannot be had."""

from typing import Any

import numpy as np
import pytest

import interlock
from drawn import assert_drawn
from interlock.analysis.gains import Gains, Search, Term
from interlock.ground.chance import Sampling
from interlock.ground.units import Unit
from interlock.program.compile import compile_book

# A seller with a fleet is paid for 10,000 H100e for three years, used or not; power costs it 0.4 to 0.8 USD an hour.
DEAL = """
book: {title: A deal, as_of: 2026-01-01, start: 2026-01, months: 36}
parties:
  buyer: {roles: [lab], cash: 100 B USD}
  cloud:
    roles: [cloud]
    cash: 1 B USD
    flows:
      power: {purpose: power, per_unit: "uniform(0.4, 0.8) USD/H100e-hour"}
deals:
  hours:
    announced: 2026-01-01
    status: signed
    contracts:
      compute:
        kind: compute-commitment
        payer: buyer
        payee: cloud
        capacity: 10 k H100e
        term: 3 years
        price: 1 USD/H100e-hour
figures:
  budget: 1 B USD
"""
ADDRESS = "deals.hours.compute.price"
HOURS = 730.0
# H100e-hours of a year, discounted at 10 % from its middle; price in the base unit is per month.
WORTH = 10_000 * 12 * float((1.1 ** -(np.arange(3) + 0.5)).sum())


@pytest.fixture(scope="module")
def deal(tmp_path_factory):
    file = tmp_path_factory.mktemp("deal") / "book.yaml"
    file.write_text(DEAL, encoding="utf-8")
    return interlock.open_book(file)


@pytest.fixture(scope="module")
def run(deal):
    return interlock.simulate(deal, paths=256)


@pytest.fixture(scope="module")
def cost(run):
    """[path] of an H100e and month."""
    return run.draws[run.figures.index("parties.cloud.power.per_unit")]


@pytest.fixture(scope="module")
def answer(run):
    return interlock.price(run, ADDRESS)


def test_the_price_is_what_it_costs_on_average(answer, cost):
    (found,) = answer.prices
    assert (found.party, found.rises) == ("cloud", True)
    assert found.value == pytest.approx(cost.mean(), rel=1e-6)
    assert found.error == pytest.approx(cost.std(ddof=1) / 16.0, rel=1e-6)
    assert answer.parties == ("cloud", "buyer")
    shown = f"{ADDRESS} of {cost.mean() / HOURS:.3g} ± 0.007 USD/H100e-hour (more above)"
    assert shown in answer.tell()
    assert "rests most on parties.cloud.power.per_unit (-1.00)" in answer.head()


def test_both_sides_gain_as_the_closed_form_says_at_every_value(answer, cost):
    for each in answer.tried:
        assert each.gains["buyer"].centre == pytest.approx(-each.value * WORTH, rel=1e-9)
        assert each.gains["cloud"].centre == pytest.approx((each.value - cost.mean()) * WORTH, rel=1e-9, abs=1.0)
    assert "There is no deals.hours.compute.price from" in answer.tell().splitlines()[1]
    assert "At no value that was tried do cloud and buyer all reach what they ask" in answer.tell()


def test_the_price_is_that_of_a_grid_of_worlds(deal, run, answer):
    absent = interlock.simulate(deal.amend({"deals.hours.status": "ended"}), paths=256)
    nothing = absent["cash"].sel(party="cloud").isel(year=-1).mean()
    grid = np.linspace(0.55, 0.65, 5)
    gained = []
    for usd in grid:
        world = interlock.simulate(deal.amend({ADDRESS: f"{usd} USD/H100e-hour"}), paths=256)
        gained.append(float(world["cash"].sel(party="cloud").isel(year=-1).mean() - nothing))
    # Undiscounted, and with the last true-up a month late: the sign changes in the same step.
    step = int(np.flatnonzero(np.diff(np.sign(gained)))[0])
    assert grid[step] <= answer.prices[0].value / HOURS <= grid[step + 1]


def test_a_target_moves_the_price_by_what_it_takes(run, cost):
    found = interlock.price(run, ADDRESS, target=40e6).prices[0]
    assert found.value == pytest.approx(cost.mean() + 40e6 / WORTH, rel=1e-6)
    dearer = interlock.price(run, ADDRESS, cost_of_capital=0.0, target=40e6).prices[0]
    assert dearer.value == pytest.approx(cost.mean() + 40e6 / (10_000 * 36), rel=1e-6)


def test_its_error_shrinks_with_the_root_of_the_futures(deal, cost):
    few, many = (interlock.price(deal, ADDRESS, paths=paths).prices[0] for paths in (64, 1024))
    assert few.error / many.error == pytest.approx(4.0, rel=0.2)
    assert many.value / HOURS == pytest.approx(0.6, abs=3.0 * many.error / HOURS)


def test_where_there_is_no_price_it_says_so(run):
    answer = interlock.price(run, ADDRESS, for_="buyer")
    assert answer.prices[0].party == "cloud"
    assert answer.head().startswith(f"There is no {ADDRESS} from")
    assert "at which buyer is as well off with hours as without: it gains -" in answer.head()
    narrow = interlock.price(run, ADDRESS, between=("2 USD/H100e-hour", "3 USD/H100e-hour"))
    assert narrow.prices == ()
    assert (narrow.tried[0].value, narrow.tried[-1].value) == pytest.approx((2 * HOURS, 3 * HOURS))


def test_a_figure_that_does_nothing_is_said_to(run):
    answer = interlock.price(run, "figures.budget", deals=["hours"], for_="cloud")
    assert "does nothing to cloud, which gains" in answer.head()


def test_all_values_of_a_term_share_what_is_compiled(deal):
    shapes = {compile_book(deal.amend({ADDRESS: f"{usd} USD/H100e-hour"})).shape for usd in (0.5, 1.0, 7.25)}
    assert len(shapes) == 1


def test_what_is_told_is_in_the_table_and_the_document(answer):
    document = answer.to_json()
    assert document["prices"][0]["value"] == answer.prices[0].value
    assert len(answer.table()) == 2 * len(document["tried"])


@pytest.mark.parametrize(
    ("address", "given", "words"),
    [
        ("deals.hours.compute.prise", {}, "Did you mean 'deals.hours.compute.price'"),
        (ADDRESS, {"for_": "clowd"}, "Did you mean 'cloud'"),
        (ADDRESS, {"deals": ["hour"]}, "Did you mean 'hours'"),
        (ADDRESS, {"target": float("nan")}, "amount in USD"),
        (ADDRESS, {"between": ("3 USD/H100e-hour", "2 USD/H100e-hour")}, "the smaller one first"),
        (ADDRESS, {"between": ("3 MW", "2 MW")}, "is measured in USD/H100e-hour"),
        (ADDRESS, {"between": ("1 to 2 USD/H100e-hour", "3 USD/H100e-hour")}, "must be one number"),
        (ADDRESS, {"cost_of_capital": -0.1}, "cost of capital"),
        ("deals.hours.compute.total", {}, "leaves deals.hours.compute.total out"),
        ("deals.hours.compute.payer", {}, "no amount that can be moved"),
        ("figures.budget", {}, "--deal NAME"),
        ("figures.budget", {"deals": ["hours"]}, "--for buyer"),
    ],
)
def test_what_cannot_be_priced_is_one_line(deal, address, given, words):
    with pytest.raises(interlock.ArgumentError, match=words) as problem:
        interlock.price(deal, address, paths=8, **given)
    assert len(str(problem.value).splitlines()) == 1


class Bent(Gains):
    """Gains that grow with the root of a value."""

    def __init__(self, paths: int) -> None:
        self.making = {"sampling": Sampling.plain}
        self.luck = np.random.default_rng(7).normal(0.0, 0.2, paths)

    def of(self, value: float) -> dict[str, Any]:
        return {"one": np.sqrt(value) + self.luck}


def test_its_error_goes_by_the_slope_at_the_price():
    gains = Bent(4_000)
    [(_, value, error, rises)] = Search(gains, Term(Unit("", "", "1"), 1.0, 100.0, 0.0, np.inf, "")).prices("one", 3.0)
    assert rises
    assert value == pytest.approx((3.0 - gains.luck.mean()) ** 2, rel=1e-3)
    # A gain of the root of x rises by half of its inverse.
    assert error == pytest.approx(2.0 * np.sqrt(value) * gains.luck.std(ddof=1) / np.sqrt(4_000), rel=0.05)


def test_gains_are_drawn(answer):
    assert_drawn(answer, "gains")
