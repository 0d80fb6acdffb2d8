"""A margin leaves serving something in every future, whatever moves it; amounts in months, at 1 USD for an hour.

A lab sells 10 M a month and trains on nothing (one of them: on less than that), so that all the compute that it wants
serves: 10 M x (1 - margin).
"""

from functools import cache

import numpy as np
import pytest

import interlock
from one_host import world

LAB = "roles: [lab], cash: 1 B USD, compute_price: 1 USD/H100e-hour"

MORE = """
drivers:
  moving: {kind: mean-reverting, level: 60 %, mean: 70 %, half_life: 3 months, volatility: 60 %, low: 0 %, high: 99 %}
  less: {kind: fixed, line: {2026-01: 10 %, 2026-06: -40 %}}
  known: {kind: fixed, line: {2026-01: 40 %, 2026-06: 90 %}}
  free: {kind: mean-reverting, level: 30 %, mean: 40 %, half_life: 3 months, volatility: 30 %, low: 0 %, high: 60 %}

segments:
  all: {spend: 240 M USD/year, quality: 0, price: 0, open_weights: free, press: 90 %,
        shares: {pressed: 50 %, whole: 50 %}}

shocks:
SHOCKS
"""

DRIVERS = ("moving", "known", "free")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The book in which all drivers are shocked in March and April, on 16 paths."""
    folder = tmp_path_factory.mktemp("books")

    @cache
    def shaken(shock: str) -> interlock.Run:
        shocks = [f"  - {{address: drivers.{name}.level, {shock}, from: 2026-03, until: 2026-05}}" for name in DRIVERS]
        labs = [
            f"  moving: {{{LAB}, revenue: 120 M USD/year, margin: moving}}",
            f"  known: {{{LAB}, revenue: 120 M USD/year, margin: known}}",
            f"  pressed: {{{LAB}, margin: moving}}",
            f"  whole: {{{LAB}, margin: 50 %}}",
            f"  thrifty: {{{LAB}, revenue: 120 M USD/year, margin: 50 %, training: less}}",
            f"  bare: {{{LAB}, revenue: 120 M USD/year, margin: 100 %}}",
        ]
        hours = [
            f"      hours-of-{name}: {{kind: spot-compute, payer: {name}, payee: host, price: 1 USD/H100e-hour}}"
            for name in ("moving", "known", "pressed", "whole", "thrifty", "bare")
        ]
        file = folder / "margins.yaml"
        file.write_text(world("Margins", 6, labs, hours, MORE.replace("SHOCKS", "\n".join(shocks))), encoding="utf-8")
        return interlock.simulate(interlock.open_book(file), paths=16, keep=["paid"])

    return shaken


@pytest.fixture(scope="module")
def calm(run):
    return money(run("factor: 1"))


def money(run):
    """Of a lab, [path, month]: what customers pay it, and what it pays for compute."""
    by_month = run["paid_by_month"]

    def of(lab: str):
        sums = [
            by_month.values[:, :, by_month.contract.values == contract].sum(axis=2)
            for contract in (f"parties.{lab}.sales", f"deals.all.hours-of-{lab}")
        ]
        return sums[0], sums[1]

    return of


@pytest.mark.parametrize("shock", ["factor: 1.5", "factor: 8", "to: 300 %", "to: -50 %"])
def test_no_customer_is_served_without_compute_whatever_a_shock_does_to_margins(run, calm, shock):
    shaken = money(run(shock))
    for lab in ("moving", "known", "pressed", "whole", "thrifty"):
        sales, compute = shaken(lab)
        assert (sales >= 0).all()
        assert (compute >= sales * 0.01 * (1 - 1e-9)).all(), lab
        assert (sales[:, :2] > 0).all()
    # A shock goes as far as it says, and where that would be too far to 99 %; what it spares is as it would have been.
    for lab in ("moving", "known"):
        sales, compute = calm(lab)
        margins = 1 - compute / sales
        change, _, number = shock.partition(": ")
        at = float(number.removesuffix(" %"))
        margins[:, 2:4] = np.minimum(margins[:, 2:4] * at if change == "factor" else at / 100, 0.99)
        sales, compute = shaken(lab)
        np.testing.assert_allclose(compute, sales * (1 - margins), rtol=1e-9)


def test_a_lab_that_says_that_serving_takes_nothing_is_taken_at_its_word(calm):
    sales, compute = calm("bare")
    np.testing.assert_allclose(sales, 10e6)
    assert (compute == 0).all()


def test_open_models_take_no_more_than_all_use(run):
    sales, compute = money(run("to: 300 %"))("pressed")
    assert (sales[:, 2:4] == 0).all()
    assert (compute[:, 2:4] == 0).all()
    assert (sales[:, 4:] > 0).all()


def test_open_models_that_take_less_than_nothing_take_nothing(run):
    sales, compute = money(run("to: -50 %"))("pressed")
    np.testing.assert_allclose(sales[:, 2:4], 10e6, rtol=1e-9)
    np.testing.assert_allclose(compute[:, 2:4], 15e6, rtol=1e-9)


def test_a_lab_that_would_train_on_less_than_nothing_serves_with_what_serving_takes(calm):
    sales, compute = calm("thrifty")
    # From 10 % to nothing within January, and on below it.
    np.testing.assert_allclose(compute[:, 0], sales[:, 0] * (0.5 + 0.05), rtol=1e-9)
    np.testing.assert_allclose(compute[:, 2:], sales[:, 2:] * 0.5, rtol=1e-9)
