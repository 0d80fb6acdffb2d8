"""With a mechanism turned off by its figure, a book gives exactly what it gives without the mechanism.

A lab whose models are followed, but by whose quality nobody chooses, is the plain lab.
"""

import numpy as np
import pytest

import interlock
from one_host import world

LAB = (
    "roles: [lab], cash: 900 M USD, margin: margin, training: 40 %, compute_price: 1 USD/H100e-hour, "
    "flows: {staff: {purpose: staff, amount: 20 M USD/year}}"
)
PLAIN = f"  lab: {{{LAB}, revenue: 120 M USD/year, demand: demand}}"
FOLLOWED = f"  lab: {{{LAB}, training_efficiency: algorithms, serving_efficiency: algorithms, releases: 2 months}}"

PROMISE = (
    "      promise: {kind: compute-commitment, payer: lab, payee: host, capacity: 6 k H100e, term: 3 years, "
    "price: 1 USD/H100e-hour, take: 90 %, additionality: 0 %}"
)
HOURS = "      hours: {kind: spot-compute, payer: lab, payee: host, price: dear}"

DRIVERS = """
drivers:
  demand: {kind: growth, level: 1, growth: 60 %/year, long_run: 10 %/year, volatility: 40 %}
  margin: {kind: mean-reverting, level: 50 %, mean: 60 %, half_life: 9 months, volatility: 30 %, low: 0 %, high: 90 %}
  dear: {kind: geometric-brownian, level: 1.2 USD/H100e-hour, volatility: 40 %}
  algorithms: {kind: growth, level: 1, growth: 300 %/year, volatility: 20 %}
"""

CHOOSING = """
segments:
  all: {spend: 240 M USD/year, demand: demand, quality: QUALITY, price: 0, frontier: 1, shares: {lab: 50 %}}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    def of(lab: str, more: str) -> interlock.Run:
        file = tmp_path_factory.mktemp("books") / "book.yaml"
        file.write_text(world("Feedback", 24, [lab], [PROMISE, HOURS], DRIVERS + more), encoding="utf-8")
        return interlock.simulate(interlock.open_book(file), paths=16, keep=["cash", "paid"])

    return of


def test_a_lab_by_whose_quality_nobody_chooses_is_the_plain_lab(run):
    plain = run(PLAIN, "")
    off, on = (run(FOLLOWED, CHOOSING.replace("QUALITY", quality)) for quality in ("0", "0.5"))
    assert (off["quality"].sel(party="lab").values[:, -1] > 1.0).all()  # its models do get better
    for name in ("demand", "served", "need", "used", "delivered", "cash", "cash_by_month", "paid_by_month"):
        expected, found, otherwise = (each[name].values for each in (plain, off, on))
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-6, err_msg=name)
        # With feedback all of it moves but what is delivered: that is what was promised, and compute by the hour.
        assert np.allclose(otherwise, expected, rtol=1e-3) == (name == "delivered"), name
