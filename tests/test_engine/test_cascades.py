"""Defaults that drag others down, worked out by hand; amounts in millions of USD, by month from January.

Who cannot pay in a month is in arrears, fails at its end (no grace here), and is paid out of in the month after.
"""

import pytest

import interlock

# 10 MW at 1000 USD/kW-month are 10 M USD a month of trade debt; plain flows are operating costs.
BOOK = """
book: {title: Cascades, as_of: 2026-01-01, start: 2026-01, months: 8}

parties:
  # A chain: wages come first, and the last one owes a bank
  first: {roles: [cloud], cash: 16 M USD, grace: 0 months}
  second: {roles: [cloud], grace: 0 months, flows: {wages: {purpose: staff, amount: 12 M USD/year}}}
  third: {roles: [cloud], grace: 0 months, flows: {wages: {purpose: staff, amount: 12 M USD/year}}}
  bank: {roles: [lender]}

  # A vehicle whose tenant leaves: the bank's collateral comes before the landowner, who falls in turn
  tenant: {roles: [cloud], cash: 900 M USD}
  vehicle:
    roles: [vehicle]
    cash: 9 M USD
    floor: 9 M USD
    grace: 0 months
    flows: {power: {purpose: power, amount: 24 M USD/year}}
  sponsor: {roles: [investor], cash: 30 M USD, stakes: {vehicle: 100 %}}
  site-bank: {roles: [lender]}
  landowner: {roles: [landlord], grace: 0 months, flows: {wages: {purpose: staff, amount: 30 M USD/year}}}

  # Rings without any cash: one that holds, and one of which somebody leaves
  x: {roles: [cloud], grace: 0 months}
  y: {roles: [cloud], grace: 0 months}
  z: {roles: [cloud], grace: 0 months}
  leaver: {roles: [cloud], grace: 0 months}
  next: {roles: [cloud], grace: 0 months}
  last: {roles: [cloud], grace: 0 months}

  # Three who owe each other, all in one month
  p: {roles: [lender], cash: 2 M USD, grace: 0 months}
  q: {roles: [lender], cash: 1 M USD, grace: 0 months}
  r: {roles: [lender], cash: 1 M USD, grace: 0 months}
  s: {roles: [lender]}

  # A buyer that walks away from what it had promised, a seller that had borrowed on it
  buyer: {roles: [investor], cash: 20 M USD, grace: 0 months}
  seller: {roles: [cloud], grace: 0 months}
  lender: {roles: [lender]}

  # A restructuring fells a creditor
  patient: {roles: [cloud], cash: 10 M USD, grace: 0 months, restructured: 100 %, keeps: 40 %, creditors_get: 50 %}
  supplier: {roles: [cloud], grace: 0 months, flows: {wages: {purpose: staff, amount: 84 M USD/year}}}
  friend: {roles: [investor], cash: 900 M USD, flows: {help: {to: patient, amount: 48 M USD/year}}}

  # A tenant whose parent stands in for it, and falls by that
  subsidiary: {roles: [cloud], cash: 14 M USD, grace: 0 months}
  parent: {roles: [investor], cash: 9 M USD, grace: 0 months}
  house: {roles: [landlord], cash: 1 M USD, grace: 0 months, flows: {wages: {purpose: staff, amount: 24 M USD/year}}}
  parents-bank: {roles: [lender]}
  founder: {roles: [investor], stakes: {house: 100 %}}

deals:
  chain:
    announced: 2025-12-01
    status: in-force
    contracts:
      a: {kind: capacity-lease, payer: first, payee: second, power: 10 MW, rent: 1000 USD/kW-month, term: 5 years,
        enforceable: 0 %}
      b: {kind: capacity-lease, payer: second, payee: third, power: 8 MW, rent: 1000 USD/kW-month, term: 5 years,
        enforceable: 0 %}
      c: {kind: loan, payer: bank, payee: third, outstanding: 12 M USD, rate: 0 %/year, start: 2025-12, term: 3 months}
  site:
    announced: 2025-12-01
    status: in-force
    contracts:
      rent: {kind: capacity-lease, payer: tenant, payee: vehicle, power: 10 MW, rent: 1000 USD/kW-month, term: 9 years,
        enforceable: 0 %}
      land: {kind: capacity-lease, payer: vehicle, payee: landowner, power: 3 MW, rent: 1000 USD/kW-month,
        term: 2 years, vacancy: 5 months, relet: 100 %, discount: 0 %/year}
      debt: {kind: loan, payer: site-bank, payee: vehicle, outstanding: 40 M USD, rate: 0 %/year, start: 2025-12,
        term: 9 years, collateral: 25 M USD,
        accelerated: {all: [{date: 2026-03}, {when: parties.vehicle.sales, at_most: 1 M USD/month}]}}
      out: {kind: dividend-or-buyback, payer: vehicle, payee: sponsor, part: 100 %}
  rings:
    announced: 2025-12-01
    status: in-force
    contracts:
      xy: {kind: capacity-lease, payer: x, payee: y, power: 5 MW, rent: 1000 USD/kW-month, term: 9 years}
      yz: {kind: capacity-lease, payer: y, payee: z, power: 5 MW, rent: 1000 USD/kW-month, term: 9 years}
      zx: {kind: capacity-lease, payer: z, payee: x, power: 5 MW, rent: 1000 USD/kW-month, term: 9 years}
      ln: {kind: capacity-lease, payer: leaver, payee: next, power: 5 MW, rent: 1000 USD/kW-month, term: 9 years,
        enforceable: 0 %}
      nl: {kind: capacity-lease, payer: next, payee: last, power: 5 MW, rent: 1000 USD/kW-month, term: 9 years,
        enforceable: 0 %}
      ll: {kind: capacity-lease, payer: last, payee: leaver, power: 5 MW, rent: 1000 USD/kW-month, term: 9 years,
        enforceable: 0 %}
  interbank:
    announced: 2025-12-01
    status: in-force
    contracts:
      pq: {kind: loan, payer: q, payee: p, outstanding: 12 M USD, rate: 0 %/year, start: 2025-12, term: 2 months}
      ps: {kind: loan, payer: s, payee: p, outstanding: 4 M USD, rate: 0 %/year, start: 2025-12, term: 2 months}
      qr: {kind: loan, payer: r, payee: q, outstanding: 10 M USD, rate: 0 %/year, start: 2025-12, term: 2 months}
      rp: {kind: loan, payer: p, payee: r, outstanding: 6 M USD, rate: 0 %/year, start: 2025-12, term: 2 months}
  promise:
    announced: 2025-12-01
    status: in-force
    contracts:
      promise: {kind: compute-commitment, payer: buyer, payee: seller, total: 80 M USD, term: 8 months,
        price: 1 USD/H100e-hour, true_up: 1 month, discount: 0 %/year, relet: 50 %, vacancy: 1 month}
      debt: {kind: loan, payer: lender, payee: seller, outstanding: 25 M USD, rate: 0 %/year, start: 2025-12,
        term: 5 months}
  patient:
    announced: 2025-12-01
    status: in-force
    contracts:
      supply: {kind: compute-commitment, payer: patient, payee: supplier, total: 80 M USD, term: 8 months,
        price: 1 USD/H100e-hour, true_up: 1 month}
  stands-in:
    announced: 2025-12-01
    status: in-force
    contracts:
      rent: {kind: capacity-lease, payer: subsidiary, payee: house, power: 10 MW, rent: 1000 USD/kW-month,
        term: 9 years, enforceable: 0 %}
      cover: {kind: guarantee, payer: parent, payee: house, of: rent, part: 75 %}
      bond: {kind: loan, payer: parents-bank, payee: parent, outstanding: 8 M USD, rate: 0 %/year, start: 2025-12,
        term: 5 months}
      spent: {kind: dividend-or-buyback, payer: house, payee: founder, part: 100 %}
"""

MARCH = [{"party": party, "month": "2026-03"} for party in ("tenant", "leaver")]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "cascades.yaml"
    file.write_text(BOOK, encoding="utf-8")
    book = interlock.with_scenario(interlock.open_book(file), {"title": "Two leave in March", "fail": MARCH})
    return interlock.simulate(book, paths=1, keep=["cash", "paid"])


@pytest.fixture
def paid(run):
    """What is paid under a contract by month."""
    by_month = run["paid_by_month"]
    return lambda contract: (
        by_month.values[0][:, by_month.contract.values == f"deals.{contract}"].sum(axis=1) / 1e6
    ).tolist()


@pytest.fixture
def lost(run):
    """What one party wrote off of another, in all."""
    series = run.series["written_off"]
    return lambda debtor, creditor: float(series.values[series.rows.index((debtor, creditor)), :, 0].sum() / 1e6)


@pytest.fixture
def fails(run):
    """The first month without a party, counted from January as 1; None where it stands."""
    names = run["cash"].party.values.tolist()

    def of(name: str) -> int | None:
        month = float(run.kept.failed[0][names.index(name), 0])
        return None if month == float("inf") else int(month) + 1

    return of


def test_a_chain_of_creditors_falls_month_by_month_wages_first(paid, lost, fails):
    # 16 are two rents less 4. The second has 1 left of January and 6: wages 1, so 6 of 8. The third has 14 by then less
    # two months of wages; in March it pays wages again, and 11 are left for a loan of 12.
    assert paid("chain.a") == pytest.approx([10, 6] + [0] * 6)
    assert paid("chain.b") == pytest.approx([8, 6] + [0] * 6)
    assert paid("chain.c") == pytest.approx([0, 0, 11] + [0] * 5)
    assert [fails(name) for name in ("first", "second", "third", "bank")] == [3, 3, 4, None]
    assert [lost(*pair) for pair in (("first", "second"), ("second", "third"), ("third", "bank"))] == pytest.approx(
        [4, 2, 1]
    )


def test_when_a_vehicle_falls_collateral_comes_before_trade_and_the_sponsor_loses_its_shares_only(
    run, paid, lost, fails
):
    # 5 a month are left of the rent. In March the tenant is gone, and 5 above floor and bills are handed out. In April
    # the covenant calls 40; of 9, power takes 2, the secured 25 get 7, the rest of the loan and the landowner nothing.
    # In May the site is sold for 25: 18 are left to the secured part, and 7 are shared by what ranks alike: 15 of the
    # loan, April's rent of 3, and what the landowner claims of 60 to come in twenty months, let again for fifteen: 15.
    assert paid("site.out") == pytest.approx([0, 0, 5] + [0] * 5)
    of_the_rest = 7 * 15 / 33
    assert paid("site.debt") == pytest.approx([0, 0, 0, 7, 25 + 18 + of_the_rest] + [0] * 3)
    assert paid("site.land") == pytest.approx([3, 3, 3, 0, 7 - of_the_rest] + [0] * 3)
    assert lost("vehicle", "site-bank") == pytest.approx(15 - of_the_rest)
    assert lost("vehicle", "landowner") == pytest.approx(3 + 15 - 7 + of_the_rest)
    # The landowner kept 0.5 a month of its rent of 3, and has 1.5 for April's wages of 2.5.
    assert [fails(name) for name in ("tenant", "vehicle", "landowner", "sponsor")] == [3, 5, 5, None]
    assert run["cash_by_month"].sel(party="sponsor").values[0, -1] / 1e6 == pytest.approx(30 + 5)


def test_a_ring_without_cash_pays_for_ever_and_breaks_where_one_of_it_leaves(paid, lost, fails):
    for lease in ("rings.xy", "rings.yz", "rings.zx"):
        assert paid(lease) == pytest.approx([5] * 8)
    # In March nobody pays the next one any more, which owes 5 to the last, whose own debt has ended with the leaver.
    assert paid("rings.nl") == pytest.approx([5, 5] + [0] * 6)
    assert [fails(name) for name in ("x", "y", "z", "leaver", "next", "last")] == [None, None, None, 3, 4, None]
    assert lost("next", "last") == pytest.approx(5)


def test_what_is_paid_only_because_of_a_ring_is_told(run):
    # 15 a month in one ring for eight months, in the other for two; three who bring some cash need no loop.
    assert interlock.loops(run).total.centre == pytest.approx(15e6 * (8 + 2))


def test_three_who_owe_each_other_pay_what_the_others_leave_them(paid, lost, fails):
    # February: p owes q 12 and s 4, q owes r 10, r owes p 6. r pays all; p has 2 + 6 = 8 of 16, so q gets 6 and s 2;
    # q has 1 + 6 = 7 of 10; r has 1 + 7, more than its 6.
    assert [paid(f"interbank.{name}")[1] for name in ("pq", "ps", "qr", "rp")] == pytest.approx([6, 2, 7, 6])
    assert [lost(*pair) for pair in (("p", "q"), ("p", "s"), ("q", "r"))] == pytest.approx([6, 2, 3])
    assert [fails(name) for name in "pqrs"] == [3, 3, None, None]


def test_a_seller_falls_by_the_loan_that_it_took_on_a_buyers_promise(paid, lost, fails):
    # Two months are paid. March is missed; from April on 50 were to come, 4 of 5 months of it let again at half: 30.
    assert paid("promise.promise") == pytest.approx([10, 10] + [0] * 6)
    assert lost("buyer", "seller") == pytest.approx(10 + 30)
    assert paid("promise.debt") == pytest.approx([0] * 4 + [20] + [0] * 3)
    assert lost("seller", "lender") == pytest.approx(5)
    assert [fails(name) for name in ("buyer", "seller", "lender")] == [4, 6, None]


def test_who_lives_on_by_buying_less_is_the_end_of_its_supplier(run, paid, lost, fails):
    # 4 a month come in for 10 that go out: 14 pay 10, 8 pay 8. The 2 that lack are lost, and 4 a month are bought from
    # then on. The supplier has 3 and 4 left after wages of 7; in March 1, and in April 1 + 4 are not enough.
    assert paid("patient.supply") == pytest.approx([10, 8, 4, 4] + [0] * 4)
    assert lost("patient", "supplier") == pytest.approx(2)
    assert [fails(name) for name in ("patient", "supplier")] == [3, 5]
    assert run["cash_by_month"].sel(party="patient").values[0] / 1e6 == pytest.approx([4, 0, 0, 0, 4, 8, 12, 16])
    stakes = run.series["stakes"]
    assert stakes.values[stakes.rows.index(("supplier", "patient")), -1, 0] == pytest.approx(0.5)


def test_a_guarantor_that_pays_falls_by_its_own_debt_and_gets_nothing_back(paid, lost, fails):
    # The tenant pays 10 of January and 4 of 10 in February, and is no more in March. The parent is called in March for
    # 75 % of the 6 that were in arrears: 4.5. The house loses the rest, and the tenant has nothing to give back.
    assert paid("stands-in.rent") == pytest.approx([10, 4] + [0] * 6)
    assert paid("stands-in.cover") == pytest.approx([0, 0, 4.5] + [0] * 5)
    assert lost("subsidiary", "house") == pytest.approx(1.5)
    # 4.5 are left of 9 for a bond of 8 in May.
    assert paid("stands-in.bond") == pytest.approx([0] * 4 + [4.5] + [0] * 3)
    assert lost("parent", "parents-bank") == pytest.approx(3.5)
    # The house hands out what it has beyond its wages of 2: of 9 in February 7; 4 come in, and of 4 in March 2; of the
    # 4.5 of the call 2.5 in April. In May nothing is there for wages.
    assert paid("stands-in.spent") == pytest.approx([0, 7, 2, 2.5] + [0] * 4)
    assert [fails(name) for name in ("subsidiary", "parent", "house", "parents-bank")] == [3, 6, 6, None]
