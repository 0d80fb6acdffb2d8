"""Money that goes round comes to rest where theory says: the model SIM of Godley & Lavoie (2007), chapter 3.

    Y = G + C     T = theta Y     YD = Y - T     C = a1 YD + a2 H[-1]     H = H[-1] + YD - C

With G = 20, theta = 20 %, a1 = 60 %, a2 = 40 % its stationary state is Y = 100, T = 20, YD = C = 80, H = 80.

Written as a book, month by month. Firms pay out in one month what they took in the month before, and households spend
it in the next: income goes round in two months instead of at once, which moves the path and not the state of rest.
Households' cash at the end of a month is therefore H and, on top of it, what they have just been paid: when they next
spend, they see both. Spending a2 of all of it is a2 H + a2 (the rest of their income); so only a third of their income
is spent outright, for 1/3 + 2/3 x 40 % = 60 %:

    C = YD / 3 + a2 (H + 2/3 YD) = 0.6 YD + 0.4 H

What is paid in proportion to cash is a dividend, whoever pays it, and a dividend is nobody's revenue. So the money that
households spend out of their cash cannot be passed on by a share of firms' revenue; firms pass it on as dividends, with
the same fractions: to the government (tax at the source), to a spender who spends all that it gets (the third of income
that is spent outright), and to households. The money that comes as revenue goes by shares of revenue.
"""

import numpy as np
import pytest

import interlock

MONTHS = 400

BOOK = f"""
book: {{title: SIM, as_of: 2026-01-01, start: 2026-01, months: {MONTHS}}}
parties:
  firms:
    roles: [cloud]
    flows:
      public-orders: {{from: government, amount: 240 USD/year, start: 2026-02}}       # G = 20 a month
      # What is left when all revenue has gone to households: dividends of last month. Its parts sum to all of it.
  households:
    roles: [investor]
    flows:
      consumption: {{to: firms, of_sales: 0.26666666666666666}}         # a third of income after tax
  spender: {{roles: [investor]}}
deals:
  wages:
    announced: 2026-01-01
    status: in-force
    contracts:
      of-revenue: {{kind: revenue-share, payer: firms, payee: households, rate: 100 %}}
      tax: {{kind: revenue-share, payer: households, payee: government, rate: 20 %}}
  out-of-cash:
    announced: 2026-01-01
    status: in-force
    contracts:
      households: {{kind: dividend-or-buyback, payer: households, payee: firms, part: 40 %}}
      spender: {{kind: dividend-or-buyback, payer: spender, payee: firms, part: 100 %}}
  passed-on:
    announced: 2026-01-01
    status: in-force
    contracts:
      tax: {{kind: dividend-or-buyback, payer: firms, payee: government, part: 20 %}}
      outright: {{kind: dividend-or-buyback, payer: firms, payee: spender, part: 26.666666666666668 %}}
      wages: {{kind: dividend-or-buyback, payer: firms, payee: households, part: 53.333333333333336 %}}
"""


@pytest.fixture(scope="module")
def months(tmp_path_factory):
    """What is paid in each month to firms, to the government and to households, and cash at its end; USD."""
    file = tmp_path_factory.mktemp("books") / "sim.yaml"
    file.write_text(BOOK, encoding="utf-8")
    run = interlock.simulate(interlock.open_book(file), paths=1, keep=["cash", "paid"])
    paid, cash = run["paid_by_month"], run["cash_by_month"]

    def to(*parties: str):
        return paid.values[0][:, [payee in parties for payee in paid.payee.values]].sum(axis=1)

    return {
        "Y": to("firms"),
        "T": to("government"),
        "wages": to("households", "spender"),
        "received": to("households"),
        "spent": paid.values[0][:, [payer in {"households", "spender"} for payer in paid.payer.values]].sum(axis=1),
        "cash": {name: cash.sel(party=name).values[0] for name in ("firms", "households", "spender")},
    }


def test_output_comes_to_rest_at_five_times_what_the_government_buys(months):
    assert months["Y"][-1] == pytest.approx(100.0, rel=1e-6)


def test_taxes_come_to_pay_for_what_the_government_buys(months):
    assert months["T"][-1] == pytest.approx(20.0, rel=1e-6)


def test_consumption_comes_to_equal_disposable_income(months):
    assert months["Y"][-1] - 20.0 == pytest.approx(80.0, rel=1e-6)


def test_households_come_to_hold_eighty(months):
    assert months["cash"]["households"][-1] - months["received"][-1] == pytest.approx(80.0, rel=1e-6)


def test_all_money_is_what_the_government_has_spent_and_not_taxed(months):
    debt = 20.0 * np.arange(MONTHS) - months["T"].cumsum()
    assert sum(months["cash"].values()) == pytest.approx(debt, rel=1e-9)


def test_the_first_round_is_as_worked_out_by_hand(months):
    # February: 20 of public orders. March: they are wages. April: 4 of tax, 16/3 spent outright, 40 % of the rest.
    assert months["Y"][:3] == pytest.approx([0.0, 20.0, 20.0])
    outright = 16 / 3
    assert months["T"][3] == pytest.approx(4.0)
    assert months["Y"][3] == pytest.approx(20.0 + outright + 0.4 * (20.0 - 4.0 - outright))
