"""Small worlds side by side in one book, each worked out by hand; amounts in millions of USD, by month from January.

They share nothing: each has parties of its own, so that all of them are run at once.
"""

import numpy as np
import pytest

import interlock

# A price of 1 USD per H100e and hour is 730 USD a month: 10 k H100e cost 7.3 M USD.
BOOK = """
book: {title: Small worlds, as_of: 2026-01-01, start: 2026-01, months: 12}

parties:
  # Two rounds
  first-investor: {roles: [investor], cash: 500 M USD}
  second-investor: {roles: [investor], cash: 500 M USD}
  startup: {roles: [lab]}

  # One contract inside another: a buyer that uses all that it reserves, and one that uses nothing
  busy-buyer: {roles: [investor], cash: 900 M USD}
  idle-lab: {roles: [lab], cash: 900 M USD, revenue: 0 USD/year, margin: 50 %, compute_price: 1 USD/H100e-hour}
  host: {roles: [cloud]}

  # Too little cash: wages first, then suppliers pro rata, then failure
  debtor:
    roles: [cloud]
    cash: 30 M USD
    grace: 1 month
    flows: {wages: {purpose: staff, amount: 120 M USD/year}}
  big-supplier: {roles: [chipmaker]}
  small-supplier: {roles: [chipmaker]}

  # Bills, then subscriptions, then dividends
  payer:
    roles: [investor]
    cash: 100 M USD
    floor: 20 M USD
    flows: {costs: {amount: 120 M USD/year}}
  taker: {roles: [lab]}

  # An option that is called when there is cash for it
  saver:
    roles: [investor]
    flows: {receipts: {from: customers, purpose: other-business, amount: 120 M USD/year}}
  option-host: {roles: [cloud]}

  # Too small a fleet: what is promised comes before what is sold by the hour
  small-host: {roles: [cloud], fleet: 10 k H100e, flows: {power: {per_unit: 0.1 USD/H100e-hour}}}
  regular: {roles: [investor], cash: 900 M USD}

  # A lab whose budget for compute goes beyond what it has committed to: 18.25 M USD a month
  steady-lab:
    roles: [lab]
    cash: 900 M USD
    revenue: 365 M USD/year
    margin: 60 %
    training: 20 %
    compute_price: 9 USD/H100e-hour
    flows: {selling: {of_sales: 10 %}}
  wide-host: {roles: [cloud]}

  # A commitment that has begun, one inside it that grows, and the chips for both
  chips-host: {roles: [cloud], flows: {works: {per_order: 1 USD/H100e}}}

  # What stood before the run: a notice given, sales made
  leaver: {roles: [investor], cash: 100 M USD}
  merchant: {roles: [investor], flows: {trade: {from: customers, amount: 12 M USD/year}}}

  # A market that buys whatever there is, and a deal that never comes
  market-host: {roles: [cloud]}
  hopeful: {roles: [lab]}

deals:
  rounds:
    announced: 2026-01-01
    status: in-force
    contracts:
      first: {kind: equity-commitment, payer: first-investor, payee: startup, total: 100 M USD, valuation: 900 M USD}
      second:
        kind: equity-commitment
        payer: second-investor
        payee: startup
        total: 250 M USD
        valuation: 1 B USD
        tranches: [{part: 100 %, when: 2026-04}]
  busy:
    announced: 2026-01-01
    status: in-force
    contracts:
      outer:
        {kind: compute-commitment, payer: busy-buyer, payee: host, total: 120 M USD, term: 12 months,
         price: 1 USD/H100e-hour, true_up: 1 month}
      inner:
        {kind: compute-commitment, payer: busy-buyer, payee: host, total: 72 M USD, term: 12 months,
         price: 1 USD/H100e-hour, take: 0 %, inside: outer}
  idle:
    announced: 2026-01-01
    status: in-force
    contracts:
      outer:
        {kind: compute-commitment, payer: idle-lab, payee: host, total: 120 M USD, term: 12 months,
         price: 1 USD/H100e-hour, true_up: 1 month}
      inner:
        {kind: compute-commitment, payer: idle-lab, payee: host, total: 72 M USD, term: 12 months,
         price: 1 USD/H100e-hour, take: 50 %, true_up: 1 month, inside: outer}
  supplies:
    announced: 2026-01-01
    status: in-force
    contracts:
      big:
        {kind: chip-supply, payer: debtor, payee: big-supplier, price: 60 USD/H100e, units: 1 M H100e/month,
         term: 12 months, enforceable: 0 %}
      small:
        {kind: chip-supply, payer: debtor, payee: small-supplier, price: 20 USD/H100e, units: 1 M H100e/month,
         term: 12 months, vacancy: 2 months, relet: 75 %, discount: 0 %/year}
  spare:
    announced: 2026-01-01
    status: in-force
    contracts:
      shares: {kind: equity-commitment, payer: payer, payee: taker, total: 40 M USD, valuation: 100 M USD}
      dividend: {kind: dividend-or-buyback, payer: payer, payee: capital-markets, part: 50 %}
  option:
    announced: 2026-01-01
    status: in-force
    contracts:
      capacity:
        kind: compute-commitment
        payer: saver
        payee: option-host
        exercise: {when: parties.saver.cash, at_least: 35 M USD}
        lag: 1 month
        total: 8 M USD
        term: 2 months
        price: 1 USD/H100e-hour
        true_up: 1 month
  rationed:
    announced: 2026-01-01
    status: in-force
    contracts:
      promise:
        {kind: compute-commitment, payer: regular, payee: small-host, capacity: 8 k H100e, term: 12 months,
         price: 1 USD/H100e-hour, true_up: 1 month}
      hours: {kind: spot-compute, payer: customers, payee: small-host, price: 1 USD/H100e-hour, limit: 90 k H100e}
  steady:
    announced: 2026-01-01
    status: in-force
    contracts:
      promise:
        {kind: compute-commitment, payer: steady-lab, payee: wide-host, capacity: 10 k H100e, term: 12 months,
         price: 1 USD/H100e-hour, true_up: 1 month}
      hours: {kind: spot-compute, payer: steady-lab, payee: wide-host, price: 3 USD/H100e-hour, limit: 90 k H100e}
  growing:
    announced: 2026-01-01
    status: in-force
    contracts:
      outer:
        {kind: compute-commitment, payer: customers, payee: chips-host, capacity: 24 k H100e, term: 40 months,
         start: 2025-01, ramp: 24 months, price: 1 USD/H100e-hour, additionality: 100 %}
      inner:
        {kind: compute-commitment, payer: customers, payee: chips-host, capacity: 6 k H100e, term: 24 months,
         start: 2026-04, ramp: 6 months, price: 1 USD/H100e-hour, additionality: 100 %, inside: outer}
      chips: {kind: chip-supply, payer: chips-host, payee: suppliers, price: 0.001 USD/H100e, share_of_orders: 100 %}
  left:
    announced: 2026-01-01
    status: in-force
    contracts:
      promise:
        {kind: compute-commitment, payer: leaver, payee: wide-host, capacity: 1 k H100e, term: 24 months,
         start: 2025-01, price: 1 USD/H100e-hour, true_up: 1 month, notice: {given: 2025-11, period: 4 months}}
      if-sales-collapse:
        kind: equity-commitment
        payer: leaver
        payee: merchant
        total: 5 M USD
        valuation: 9 M USD
        tranches: [{part: 100 %, when: {when: parties.merchant.run_rate, at_most: 6 M USD/year}}]
  market:
    announced: 2026-01-01
    status: in-force
    contracts:
      hours: {kind: spot-compute, payer: customers, payee: market-host, price: 1 USD/H100e-hour, limit: 10 k H100e}
  never:
    announced: 2026-01-01
    status: rumoured
    probability: 0 %
    contracts:
      hope: {kind: equity-commitment, payer: capital-markets, payee: hopeful, total: 5 M USD, valuation: 9 M USD}
  after-never:
    announced: 2026-01-01
    status: signed
    depends_on: never
    contracts:
      more-hope: {kind: equity-commitment, payer: capital-markets, payee: hopeful, total: 5 M USD, valuation: 9 M USD}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "small-worlds.yaml"
    file.write_text(BOOK, encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=1, keep=["cash", "paid"])


@pytest.fixture
def paid(run):
    """What is paid under a contract by month, all its legs together."""
    by_month = run["paid_by_month"]

    def of(contract: str) -> list[float]:
        return (by_month.values[0][:, by_month.contract.values == contract].sum(axis=1) / 1e6).tolist()

    return of


@pytest.fixture
def cash(run):
    """Cash of a party by month."""
    return lambda party: (run["cash_by_month"].sel(party=party).values[0] / 1e6).tolist()


@pytest.fixture
def stake(run):
    """What one party holds of another at the end, in %."""
    stakes = run["stakes"]
    held = {pair: n for n, pair in enumerate(zip(stakes.holder.values, stakes.company.values, strict=True))}
    return lambda holder, company: float(100 * stakes.values[0, -1, held[holder, company]])


def test_a_second_round_dilutes_the_first(paid, stake):
    assert paid("deals.rounds.first") == [100] + [0] * 11
    assert paid("deals.rounds.second") == [0, 0, 0, 250] + [0] * 8
    assert stake("first-investor", "startup") == pytest.approx(8.0)
    assert stake("second-investor", "startup") == pytest.approx(20.0)


def test_a_contract_inside_another_never_adds_to_it(paid):
    outer, inner = np.array(paid("deals.busy.outer")), np.array(paid("deals.busy.inner"))
    assert inner == pytest.approx(np.full(12, 6.0))
    assert outer == pytest.approx(np.full(12, 4.0))


def test_the_minimum_of_an_inner_contract_counts_toward_the_outer_one(paid):
    # The lab uses nothing. It owes half of 6 a month under the inner contract, and what is left of 10 under the outer.
    assert paid("deals.idle.inner") == pytest.approx([3.0] * 12)
    assert paid("deals.idle.outer") == pytest.approx([7.0] * 12)


def test_wages_come_first_and_suppliers_share_what_is_left(paid):
    # 30 in the till: 10 of wages, then 20 for bills of 60 and 20.
    assert paid("parties.debtor.wages")[0] == pytest.approx(10)
    assert paid("deals.supplies.big")[0] == pytest.approx(15)
    assert paid("deals.supplies.small")[0] == pytest.approx(5)


def test_who_stays_in_arrears_beyond_its_grace_fails_and_its_creditors_write_off_the_rest(run, paid):
    assert [sum(month) for month in zip(*map(paid, ("deals.supplies.big", "deals.supplies.small")), strict=True)][
        1:
    ] == ([0] * 11)
    lost = run["written_off"]
    by_pair = {
        (payer, payee): float(lost.values[0, 0, n] / 1e6)
        for n, (payer, payee) in enumerate(zip(lost.payer.values, lost.payee.values, strict=True))
    }
    # Unpaid in January 45 and 15, in February 60 and 20; from March on the contracts have ended. Of 200 to come the
    # small one sells for 160 again, at three quarters of the price.
    assert by_pair["debtor", "big-supplier"] == pytest.approx(105)
    assert by_pair["debtor", "small-supplier"] == pytest.approx(35 + 80)
    assert by_pair["debtor", "suppliers"] == pytest.approx(10)
    assert run.kept.failed[0][run["cash"].party.values.tolist().index("debtor"), 0] == 2.0


def test_bills_come_before_subscriptions_and_subscriptions_before_dividends(paid, cash):
    # January: 100 less the floor of 20 and bills of 10 leave 70: 40 for shares, half of the other 30 for dividends.
    assert paid("deals.spare.shares") == pytest.approx([40] + [0] * 11)
    assert paid("deals.spare.dividend")[0] == pytest.approx(15)
    # February: 35 left, less 20 and 10. From March on the floor keeps all that bills leave.
    assert paid("deals.spare.dividend")[1] == pytest.approx(2.5)
    assert paid("deals.spare.dividend")[2:] == [0.0] * 10
    assert cash("payer")[:4] == pytest.approx([35, 22.5, 12.5, 2.5])


def test_a_trigger_sees_the_end_of_last_month(paid, cash):
    # Cash is 10, 20, 30, 40 at the end of January to April; the option is called in May and begins a month later.
    assert cash("saver")[:5] == pytest.approx([10, 20, 30, 40, 50])
    assert paid("deals.option.capacity") == pytest.approx([0] * 5 + [4, 4] + [0] * 5)


def test_promised_compute_comes_before_compute_by_the_hour(paid):
    # 8 of the 10 k H100e are promised; the market buys what is left, not nine tenths of all.
    assert paid("deals.rationed.promise") == pytest.approx([8 * 0.73] * 12)
    assert paid("deals.rationed.hours") == pytest.approx([2 * 0.73] * 12)
    assert paid("parties.small-host.power") == pytest.approx([0.1 * 10 * 0.73] * 12)


def test_a_lab_spends_its_budget_on_commitments_first_and_the_rest_by_the_hour(run, paid):
    # Sales of 365 / 12 a month: 60 % of them for compute, 7.3 of that committed. Nothing swings from month to month.
    budget = 0.6 * 365 / 12
    assert paid("deals.steady.promise") == pytest.approx([7.3] * 12)
    assert paid("deals.steady.hours") == pytest.approx([budget - 7.3] * 12)
    used = (10 + (budget - 7.3) / (3 * 0.73)) * 12
    assert run["need"].sel(party="steady-lab").values[0, 0] / 1e3 == pytest.approx(used)


def test_costs_that_follow_sales_are_there_in_the_first_month(paid):
    assert paid("parties.steady-lab.selling") == pytest.approx([36.5 / 12] * 12)


def test_chips_are_ordered_once_and_only_for_what_is_new(paid):
    # 1 k H100e more runs each month until December 2026; chips arrive two months ahead, those for January 2026 before
    # the run. That the inner contract takes over a part of it makes no difference.
    assert np.array(paid("parties.chips-host.works")) * 1e3 == pytest.approx([1] * 10 + [0.5, 0])


def test_a_notice_given_before_the_run_ends_a_contract_in_time(paid):
    assert paid("deals.left.promise") == pytest.approx([0.73, 0.73] + [0] * 10)


def test_sales_made_before_the_run_are_seen_in_its_first_month(paid):
    assert paid("deals.left.if-sales-collapse") == [0] * 12


def test_a_market_uses_all_the_compute_that_it_buys(paid):
    assert paid("deals.market.hours") == pytest.approx([7.3] * 12)


def test_what_depends_on_a_deal_that_does_not_complete_never_comes(paid, cash):
    assert paid("deals.never.hope") == [0] * 12
    assert paid("deals.after-never.more-hope") == [0] * 12
    assert cash("hopeful") == [0] * 12
