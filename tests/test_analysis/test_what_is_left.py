"""What is left when a run ends: against hand tables, on a book of one hall, one fleet and one contract."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy.optimize import brentq

import interlock
from interlock.analysis.earned import Level, return_of
from interlock.engine.horizon import Rent
from interlock.engine.venture import Venture, together
from interlock.engine.ventures import Ventures
from interlock.engine.worth import discounting

# A cloud buys chips for 200 M, rents a hall for 12 M a year and lets 10,000 H100e for 87.6 M a year: for two years of
# the run and two more. The hall is rented for four more, and has cost its landlord 60 M.
BOOK = """
book: {title: A fleet in a hall, as_of: 2026-01-01, start: 2026-01, months: 24}
parties:
  buyer: {roles: [lab], cash: 1 B USD}
  cloud:
    roles: [cloud]
    cash: 1 B USD
    flows:
      power: {purpose: power, per_unit: 0.1 USD/H100e-hour}
      selling: {purpose: staff, of_sales: 5 %}
      office: {purpose: staff, amount: 1 M USD/year}
  maker: {roles: [chipmaker], cash: 1 B USD}
  landlord:
    roles: [landlord]
    cash: 1 B USD
    flows:
      building: {purpose: construction, amount: 60 M USD/year, term: 12 months}
      guard: {purpose: staff, amount: 1 M USD/year}
  bank: {roles: [lender, vehicle], cash: 1 B USD}
deals:
  hours:
    announced: 2026-01-01
    status: in-force
    contracts:
      compute:
        kind: compute-commitment
        payer: buyer
        payee: cloud
        capacity: 10 k H100e
        start: "choice(2026-01: 100 %)"
        term: 4 years
        lead: 2 months
        price: 1 USD/H100e-hour
        additionality: 100 %
      advance: {kind: prepayment, payer: buyer, payee: cloud, of: deals.hours.compute, total: 20 M USD}
  chips:
    announced: 2026-01-01
    status: in-force
    contracts:
      supply: {kind: chip-supply, payer: cloud, payee: maker, price: 20 k USD/H100e, share_of_orders: 100 %}
  hall:
    announced: 2026-01-01
    status: in-force
    contracts:
      lease: {kind: capacity-lease, payer: cloud, payee: landlord, power: 10 MW, rent: 100 USD/kW-month, term: 6 years}
      old:
        kind: loan
        payer: bank
        payee: landlord
        outstanding: 50 M USD
        rate: 5 %/year
        start: 2025-01
        term: 35 months
"""
PAID, RENT = 87.6e6, 12e6
# To the end of the run, from the middle of each year after it.
D = 1.1 ** -(np.arange(20) + 0.5)
AT_START = 1.1**-2


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    file = tmp_path_factory.mktemp("hall") / "book.yaml"
    file.write_text(BOOK, encoding="utf-8")
    return interlock.open_book(file)


@pytest.fixture(scope="module")
def run(book):
    return interlock.simulate(book, paths=2)


@pytest.fixture(scope="module")
def kept(run):
    """Of a dollar that comes in for compute, what is left after power, selling and the office."""
    paid = run["paid"].isel(path=0).sum("year")
    selling = float(paid[paid.contract == "parties.cloud.selling"].sum())
    return 1.0 - (2 * 8.76e6 + 2e6 + selling) / (2.0 * PAID)


def left(run, party, **given):
    """USD at the end, by what it is."""
    answer = interlock.returns(run, party, **given)
    return {name: usd / AT_START for name, usd in answer.rows[0].left.items()}


def test_a_contract_that_ends_before_its_chips_leaves_them_free(run, kept):
    found = left(run, "cloud")
    assert found["contracted"] == pytest.approx((kept * PAID * D[:2]).sum() - (RENT * D[:4]).sum())
    # Three and a half years of five are left of the chips, and one and a half of these are free.
    assert found["chips"] == pytest.approx(200e6 * 1.5 / 5.0)
    assert found["buildings"] == found["shares"] == found["loans"] == 0.0


def test_a_contract_that_outlasts_its_chips_is_worth_what_they_can_still_do(run, kept):
    # A year and a half is left of them. The hall must be paid for to the end of its lease.
    found = left(run, "cloud", life={"chips": 3.0})
    assert found["contracted"] == pytest.approx(kept * PAID * (D[0] + D[1] / 2.0) - (RENT * D[:4]).sum())
    assert found["chips"] == 0.0
    nothing = left(run, "cloud", life={"chips": 1.0})
    assert nothing["contracted"] == pytest.approx(-(RENT * D[:4]).sum())


LATE = {"deals.hours.compute.start": "choice(2026-01: 50 %, 2028-03: 50 %)", "deals.hours.compute.lead": "6 months"}


@pytest.mark.parametrize(("life", "done"), [(5.0, [1.0, 1.0, 1.0, 1.0]), (3.0, [1.0, 1.0, 0.5, 0.0])])
def test_a_contract_that_begins_after_the_run_is_worth_no_more_than_its_chips_can_do(book, kept, life, done):
    run = interlock.simulate(book.amend(LATE), paths=8)
    sold = run["delivered"].sel(contract="deals.hours.compute").sum("year").values
    assert {0.0, 240e3} == {*sold}
    found = discounting(run, 0.1, {"chips": life}).at_the_end(Ventures(run).of("cloud").values())
    # What running takes is what it takes where it is known. The chips came half a year before the end.
    late = kept * (PAID * D[:4] * done).sum() - (RENT * D[:4]).sum()
    assert found.contracted[sold == 0.0] == pytest.approx(late)
    free = life - 0.5 - sum(done)
    assert found.chips[sold == 0.0] == pytest.approx(200e6 * free / life)


def test_a_contract_of_which_no_future_sees_anything_is_worth_no_more_either(book):
    run = interlock.simulate(book.amend(LATE | {"deals.hours.compute.start": "choice(2028-03: 100 %)"}), paths=2)
    # What running takes is not known of any.
    found = left(run, "cloud", life={"chips": 3.0})
    assert found["contracted"] == pytest.approx((PAID * D[:3] * [1.0, 1.0, 0.5]).sum() - (RENT * D[:4]).sum())


def test_chips_that_nobody_used_of_late_or_asks_for_are_straight_line(book):
    run = interlock.simulate(book.amend({"deals.hours.compute.term": "1 year"}), paths=2)
    found = left(run, "cloud")
    assert found["chips"] == pytest.approx(200e6 * 3.5 / 5.0)
    assert found["contracted"] == pytest.approx(-(RENT * D[:4]).sum())


def test_a_hall_whose_lease_ends_is_rented_on_while_it_is_used(book, kept):
    run = interlock.simulate(book.amend({"deals.hall.lease.term": "2.5 years"}), paths=2)
    assert left(run, "cloud")["contracted"] == pytest.approx(((kept * PAID - RENT) * D[:2]).sum())


def test_a_hall_that_is_let_is_worth_its_rent_and_what_it_is_worth_after(run):
    found = left(run, "landlord")
    assert found["contracted"] == pytest.approx((RENT * 11.0 / 12.0 * D[:4]).sum())
    # A year and a half of fifteen have passed, and four more when the lease ends.
    assert found["buildings"] == pytest.approx(60e6 * (1.0 - 5.5 / 15.0) * 1.1**-4)


OTHER_BUSINESS = """
      mining: {from: customers, purpose: other-business, amount: 1 M USD/year}
"""
LAB = """
    flows:
      rockets: {from: customers, purpose: other-business, amount: 9 M USD/year}
      models: {from: customers, purpose: model-usage, amount: 7 M USD/year}
      people: {purpose: staff, amount: 5 M USD/year}
      own-chips: {to: maker, purpose: chips, amount: 3 M USD/year}
      own-halls: {purpose: construction, amount: 2 M USD/year}
      hours: {from: customers, purpose: compute, amount: 1 M USD/year}
"""


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """The same where the landlord mines, and the buyer builds rockets beside its models."""
    text = BOOK.replace("      guard:", f"{OTHER_BUSINESS.strip(chr(10))}\n      guard:")
    text = text.replace(
        "  buyer: {roles: [lab], cash: 1 B USD}\n", f"  buyer:\n    roles: [lab]\n    cash: 1 B USD{LAB}"
    )
    file = tmp_path_factory.mktemp("other") / "book.yaml"
    file.write_text(text, encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=2)


def test_of_a_lab_with_other_business_its_people_count_and_what_it_builds_beside_is_told(other):
    buyer = Ventures(other).of("buyer")
    assert buyer["parties.buyer.people"].running == pytest.approx(np.full((2, 2), 5e6))
    assert buyer["parties.buyer.models"].sales == pytest.approx(np.full((2, 2), 7e6))
    for name in ("rockets", "own-chips", "own-halls", "hours"):
        assert f"parties.buyer.{name}" not in buyer
    assert interlock.returns(other, "buyer").beside == pytest.approx(2 * (3e6 + 2e6))
    assert interlock.returns(other).beside == pytest.approx(2 * (3e6 + 2e6))
    assert interlock.returns(other, "cloud").beside == 0.0


def test_what_is_built_for_tenants_counts_whatever_else_its_landlord_does(other, run):
    here, there = (Ventures(each).of("landlord")["deals.hall.lease"] for each in (run, other))
    assert there.buildings == pytest.approx(here.buildings)
    assert np.any(here.running)
    assert not np.any(there.running)


def test_who_uses_what_it_has_bought_gets_what_it_still_owes(run):
    assert Ventures(run).of("buyer")["deals.hours.compute"].to_pay[:, 0] == pytest.approx([PAID, PAID])
    assert left(run, "buyer")["contracted"] == pytest.approx(0.0, abs=1.0)


def test_the_whole_is_its_parts_without_what_they_lend(book, run):
    run = interlock.simulate(book.amend({"deals.hall.old.term": "9 years"}), paths=2)
    answer = interlock.returns(run)
    whole, *_ = answer.rows
    parties = {row.of: row for row in answer.rows if row.level is Level.party}
    for name in ("contracted", "chips"):
        parts = sum(row.left[name] for row in parties.values() if row.of != "maker")
        assert whole.left[name] == pytest.approx(parts)
    assert whole.left["loans"] == 0.0
    assert parties["bank"].left["loans"] == pytest.approx(50e6 * AT_START)


def test_halls_that_members_let_to_each_other_are_worth_something_to_the_whole_when_nobody_uses_them(run):
    answer = interlock.returns(run)
    (landlord,) = (row for row in answer.rows if (row.level, row.of) == (Level.party, "landlord"))
    # The cloud uses the hall for the two years of its contract, and has rented it for four.
    worth = [60e6 * (1.0 - (1.5 + years) / 15.0) * 1.1**-years for years in (2, 4)]
    idle = answer.rows[0].left["buildings"] - landlord.left["buildings"]
    assert idle / AT_START == pytest.approx(worth[0] - worth[1])


def test_what_was_lent_before_the_run_is_put_in_when_it_begins(run):
    (bank,) = (row for row in interlock.returns(run, "bank").rows if row.level is Level.party)
    paid = run["paid"].isel(path=0)
    back = paid.isel(leg=(paid.payee == "bank").values).sum("leg").values
    assert back.sum() == pytest.approx(50e6 + 4.9e6, abs=0.1e6)
    flows, times = np.array([-50e6, *back]), np.array([0.0, 0.5, 1.5])
    assert bank.irr == pytest.approx(brentq(lambda rate: (flows * (1 + rate) ** -times).sum(), 0.0, 1.0), abs=1e-6)
    assert bank.npv.centre == pytest.approx((flows * 1.1**-times).sum())
    assert (bank.put_in.centre, bank.multiple) == pytest.approx((50e6, back.sum() / 50e6))
    assert (bank.payback_year, bank.paid_back.share) == (2027, 1.0)


def test_no_cost_is_borne_twice_or_lost_where_money_came_in_advance(run):
    paid = run["paid"].groupby("contract").sum().transpose("year", "path", "contract")
    cloud = Ventures(run).of("cloud")
    costs = ("parties.cloud.power", "parties.cloud.selling", "parties.cloud.office", "deals.hall.lease")
    assert together(cloud.values()).running == pytest.approx(sum(paid.sel(contract=each).values for each in costs))
    compute = cloud["deals.hours.compute"]
    assert compute.received.sum(axis=0) == pytest.approx([2.0 * PAID] * 2)
    assert compute.sales.sum(axis=0) == pytest.approx([2.0 * PAID - 20e6] * 2)


@pytest.fixture(scope="module")
def by(run):
    """At 10 % a year, as the market lets an H100e for 5,000 USD a year, and a fifth less every year."""
    return replace(discounting(run, 0.1, {}), rent=Rent(np.full(2, 5_000.0), -0.2))


def fleet(**more):
    """1,000 H100e that came in the second year for 20 M, of which 200 are let for 3,000 USD a year until 2030."""
    year = np.array([[0.0, 0.0], [1.0, 1.0]])
    lets = {"received": 600e3 * year, "sales": 600e3 * year, "sold": 200 * 12.0 * year, "running": 120e3 * year}
    to_come = 600e3 * (np.arange(20) < 3.0)[:, None] * np.ones(2)
    return Venture(**lets | {"arrived": 1_000.0 * year, "chips": 20e6 * year, "to_come": to_come} | more)


def test_free_chips_are_let_at_the_markets_rent_less_what_it_takes_to_run_them(by):
    found = by.at_the_end([fleet()])
    alive = np.clip(4.5 - np.arange(20.0), 0.0, 1.0)
    bound = 200.0 * (np.arange(20) < 3.0)
    rent = 5_000.0 * 0.8 ** (np.arange(20) + 0.5)
    # Running one takes 600 USD a year, a fifth of what those bring that are let.
    assert found.contracted == pytest.approx((0.8 * 600e3 * D[:3]).sum())
    assert found.chips == pytest.approx((np.maximum(rent - 600.0, 0.0) * (1_000.0 * alive - bound) * D).sum())


def test_chips_are_worth_no_more_than_they_cost(by):
    dear = replace(by, rent=Rent(np.full(2, 50_000.0), 0.0), known={})
    free = 1.0 - 200.0 * 3.0 / (1_000.0 * 4.5)
    assert dear.at_the_end([fleet()]).chips == pytest.approx(20e6 * 0.9 * free)


def test_free_chips_pay_for_the_hall_that_they_stand_in(by):
    alone, year = by.at_the_end([fleet()]), np.array([[0.0, 0.0], [1.0, 1.0]])
    rented = by.at_the_end([fleet(to_pay=1e6 * (np.arange(20) < 2.0)[:, None] * np.ones(2))])
    assert rented.contracted + rented.chips == pytest.approx(alone.contracted + alone.chips - (1e6 * D[:2]).sum())
    # All of it is used for three years, and half a year less of the four fifths that are free; book falls by a tenth.
    built = by.at_the_end([fleet(buildings=15e6 * year)])
    worth = 14.5e6 - 1e6 * np.arange(21.0)
    wear = worth[:-1] * 1.1 ** -np.arange(20.0) - worth[1:] * 1.1 ** -np.arange(1.0, 21.0)
    bound, alive = np.arange(20) < 3.0, np.clip(4.5 - np.arange(20.0), 0.0, 1.0)
    assert built.buildings == pytest.approx(14.5e6 - 0.2 * (wear * bound).sum())
    assert built.chips == pytest.approx(alone.chips - (wear * (alive - 0.2 * bound)).sum())


def test_chips_of_a_party_serve_all_of_its_contracts(by):
    # Half of what the second is bound to be paid comes from chips that are entered with the first; 400 H100e are free.
    bound = (np.arange(20) < 3.0)[:, None] * np.ones(2)
    none, year = 0.0 * bound, np.array([[0.0, 0.0], [1.0, 1.0]])
    first = fleet(to_come=none, asked=none)
    few = {"arrived": 200.0 * year, "chips": 4e6 * year}
    second = fleet(**few, to_come=2.4e6 * bound, asked=800 * 12.0 * bound)
    first.beside = second.beside = (first, second)
    # They have come into use late in the year, and nothing has been paid for it yet.
    late = fleet(**few, to_come=2.4e6 * bound, asked=800 * 12.0 * bound, received=0.0 * year, running=0.0 * year)
    alone = fleet(to_come=none, asked=none)
    alone.beside = late.beside = (alone, late)
    for one, other in ((first, second), (alone, late)):
        lefts = by.at_the_end([one]), by.at_the_end([other])
        assert lefts[0].contracted == pytest.approx(0.0)
        assert lefts[1].contracted == pytest.approx((0.8 * 2.4e6 * D[:3]).sum())
        alive = np.clip(4.5 - np.arange(20.0), 0.0, 1.0)
        free = 1_200.0 * alive - 800.0 * (np.arange(20) < 3.0)
        let = (5_000.0 * 0.8 ** (np.arange(20) + 0.5) - 600.0) * free * D
        if other is second:
            assert lefts[0].chips + lefts[1].chips == pytest.approx(np.maximum(let, 0.0).sum())


def test_what_is_used_of_compute_is_worth_what_others_would_pay_for_it(by):
    years = np.arange(20)[:, None] * np.ones(2) < 2.0
    bought = Venture(to_pay=4e6 * years, to_use=3e6 * years, hours=12.0 * 700.0 * years)
    # 700 H100e for 3 M: the market asks 3.1 M in the first year, and 2.5 M in the second.
    worth = 3e6 * D[0] + 700.0 * 5_000.0 * 0.8**1.5 * D[1]
    assert by.at_the_end([bought]).contracted == pytest.approx(worth - 4e6 * D[:2].sum())


def test_who_puts_nothing_in_has_neither_paid_back_nor_not(run, by):
    two = Venture(received=np.array([[0.0, 5.0], [9.0, 5.0]]), chips=np.array([[6.0, 0.0], [0.0, 0.0]]))
    found = return_of(Level.deal, "it", "cloud", [two], by)
    assert (found.paid_back.share, found.nothing_in.share, found.payback_year) == (1.0, 0.5, 2027)
    none = return_of(Level.deal, "it", "cloud", [Venture(received=np.ones((2, 2)))], by)
    assert np.isnan(none.paid_back.share)
    assert (none.nothing_in.share, none.payback_year) == (1.0, None)


def test_no_answer_depends_on_the_order_of_parties_and_deals(tmp_path):
    book = interlock.open_book("shortage")
    written = yaml.safe_load((Path(book.folder) / "shortage.yaml").read_text(encoding="utf-8"))
    for section in ("parties", "deals", "sites"):
        written[section] = dict(reversed(written[section].items()))
    (tmp_path / "book.yaml").write_text(yaml.safe_dump(written, sort_keys=False), encoding="utf-8")
    here, there = (interlock.simulate(each, paths=8) for each in (book, interlock.open_book(tmp_path)))
    first, second = (interlock.returns(each).to_json() for each in (here, there))
    assert first == second
