"""Take-or-pay is the newsvendor's problem: what is committed is paid, what is missing is bought dear.

Commit Q at unit price c and buy the rest at spot s > c, where demand D is lognormal with median 1 and sigma 0.5. Then

    cost(Q)  = c Q + s E max(D - Q, 0)        least at Q* = F^-1(1 - c / s)
    E max(D - Q, 0) = e^(sigma^2 / 2) Phi(d + sigma) - Q Phi(d),    d = -ln Q / sigma

For c / s = 0.6: Q* = 0.881021233658049, at a cost of 0.8774867282263966; all on spot costs 1.1331484530668263.
(Arrow, Harris & Marschak (1951), https://doi.org/10.2307/1906813.)

The same in the words of a book: a lab that needs D thousand H100e for one month, a commitment at the price of spot
with a true-up at its end, a rebate of 1 - c / s on all that is committed, and spot compute for what it does not cover.
(A lab spends a share of its sales on compute: at a lower price it would buy more of it.)
One unit of cost is 730,000 USD.
"""

from math import erf, exp, log, sqrt

import pytest

import interlock

BEST, LEAST_COST, ALL_ON_SPOT = 0.881021233658049, 0.8774867282263966, 1.1331484530668263
UNIT = 1000 * 730.0
"""USD: a thousand H100e for a month, at 1 USD per H100e and hour."""

# A 90 % interval reaches 1.6448536 standard deviations to either side of the median.
LOW, HIGH = (12 * UNIT * exp(side * 0.5 * 1.6448536269514722) for side in (-1, 1))

BOOK = f"""
book: {{title: A newsvendor, as_of: 2026-01-01, start: 2026-01, months: 1}}
parties:
  lab:
    roles: [lab]
    cash: 1 B USD
    revenue: {LOW!r} to {HIGH!r} USD/year
    margin: 0 %
    compute_price: 1 USD/H100e-hour
  cloud:
    roles: [cloud]
    flows: {{rebate: {{to: lab, amount: REBATE USD/year}}}}
deals:
  compute:
    announced: 2026-01-01
    status: in-force
    contracts:
      promise:
        {{kind: compute-commitment, payer: lab, payee: cloud, total: QUANTITY USD, price: 1 USD/H100e-hour,
         term: 1 month, true_up: 1 month}}
      rest: {{kind: spot-compute, payer: lab, payee: cloud, price: 1 USD/H100e-hour}}
"""


def phi(z: float) -> float:
    return (1 + erf(z / sqrt(2))) / 2


def expected_cost(quantity: float) -> float:
    d = -log(quantity) / 0.5
    return 0.6 * quantity + exp(0.125) * phi(d + 0.5) - quantity * phi(d)


@pytest.fixture
def cost(tmp_path):
    """The mean of what the lab pays for compute, and its standard error."""

    def of(quantity: float) -> tuple[float, float]:
        file = tmp_path / f"newsvendor-{quantity}.yaml"
        committed = quantity * UNIT
        written = BOOK.replace("QUANTITY", repr(committed)).replace("REBATE", repr(12 * 0.4 * committed))
        file.write_text(written, encoding="utf-8")
        run = interlock.simulate(interlock.open_book(file), paths=8192, seed=1, sampling="sobol")
        flows = run.series["flows"]
        row, back = flows.of(("lab", "cloud")), flows.of(("cloud", "lab"))
        return (flows.mean()[row, 0] - flows.mean()[back, 0]) / UNIT, flows.mean_error()[row, 0] / UNIT

    return of


def test_the_closed_form_is_the_published_one():
    assert expected_cost(BEST) == pytest.approx(LEAST_COST, rel=1e-12)
    assert exp(0.125) == pytest.approx(ALL_ON_SPOT, rel=1e-12)


@pytest.mark.parametrize("quantity", [0.5, BEST, 1.5])
def test_a_commitment_costs_what_the_newsvendor_pays(cost, quantity):
    mean, error = cost(quantity)
    assert error < 1e-3
    assert mean == pytest.approx(expected_cost(quantity), abs=4 * error)


def test_the_newsvendors_quantity_costs_least(cost):
    best, error = cost(BEST)
    assert best == pytest.approx(LEAST_COST, abs=4 * error)
    for other in (0.8 * BEST, 1.2 * BEST):
        assert cost(other)[0] > best
    assert cost(1e-6)[0] == pytest.approx(ALL_ON_SPOT, abs=5e-3)
