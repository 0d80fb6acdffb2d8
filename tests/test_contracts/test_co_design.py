"""One gain in efficiency: late, uncertain, and worth what it saves."""

import numpy as np
import pytest

import interlock
from interlock.contracts import CoDesign, Now

BOOK = """
book: {title: Chips for models, as_of: 2026-01-01, start: 2026-01, months: 4}
parties:
  lab: {roles: [lab], cash: 1 B USD, revenue: 1200 USD/year, margin: 60 %, compute_price: 1 USD/H100e-hour}
  cloud: {roles: [cloud]}
  maker: {roles: [chipmaker]}
deals:
  compute:
    announced: 2026-01-01
    status: in-force
    contracts:
      hours: {kind: spot-compute, payer: lab, payee: cloud, price: 1 USD/H100e-hour, limit: 1 H100e}
  design:
    announced: 2026-01-01
    status: in-force
    contracts:
      chips: {kind: co-design, payer: lab, payee: maker, gain: 25 %, start: 2026-03, lag: 0.5 months, works: WORKS}
"""


def gains(contract: CoDesign, length: int) -> list[float]:
    return [float(contract.effects(Now(month=float(t)), ()).gain) for t in range(length)]


def paid_for_compute(tmp_path, works: str) -> np.ndarray:
    """[path, month]"""
    file = tmp_path / "book.yaml"
    file.write_text(BOOK.replace("WORKS", works), encoding="utf-8")
    run = interlock.simulate(interlock.open_book(file), paths=512, keep=["paid"])
    paid = run["paid_by_month"]
    return paid.values[..., (paid.payer.values == "lab") & (paid.payee.values == "cloud")].sum(axis=-1)


def test_a_gain_comes_late_and_in_the_middle_of_a_month():
    assert gains(CoDesign(gain=0.4, start=1.0, lag=0.75), 4) == pytest.approx([0.0, 0.1, 0.4, 0.4])


def test_a_gain_that_does_not_work_never_comes():
    assert gains(CoDesign(gain=0.4, start=1.0, works=0.0), 4) == [0.0] * 4


def test_the_same_demand_takes_less_compute(tmp_path):
    # 40 USD of compute a month serve demand of 100; 25 % more from each unit: 32, and half of the gain 40 / 1.125.
    assert paid_for_compute(tmp_path, "100 %")[0] == pytest.approx([40.0, 40.0, 40.0 / 1.125, 32.0], rel=1e-9)


def test_it_works_on_as_many_paths_as_the_chance_says(tmp_path):
    last = paid_for_compute(tmp_path, "30 %")[:, -1]
    assert sorted({round(float(each), 6) for each in last}) == [32.0, 40.0]
    assert (last < 36.0).mean() == pytest.approx(0.3, abs=4 * (0.21 / 512) ** 0.5)
