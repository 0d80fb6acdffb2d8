"""Leverage of a party and of the vehicles that it sponsors, against tables made by hand."""

import pytest

import interlock
from interlock.analysis.accounts import Bound, Ratio, accounts_of
from interlock.engine.provenance import provenance_of
from interlock.ground.chance import Sampling

M = 1e6

GROUP = """
book: {title: A sponsor and its vehicle, as_of: 2026-01-01, start: 2026-01, months: 24}
parties:
  sponsor:
    roles: [cloud]
    cash: 500 M USD
    stakes: {spv: 100 %}
    flows: {customers: {from: customers, purpose: compute, amount: 100 M USD/year}}
  spv: {roles: [vehicle], cash: 100 M USD}
  bank: {roles: [lender]}
  landowner: {roles: [landlord]}
  friend: {roles: [cloud], cash: 50 M USD}
deals:
  site:
    announced: 2024-07-01
    status: in-force
    contracts:
      outside: {kind: loan, payer: bank, payee: spv, outstanding: 200 M USD, rate: 0 %/year, start: 2025-12,
                term: 10 years}
      inside: {kind: loan, payer: sponsor, payee: spv, outstanding: 30 M USD, rate: 0 %/year, start: 2025-12,
               term: 10 years}
      own: {kind: capacity-lease, payer: sponsor, payee: spv, power: 5 MW, rent: 1000 USD/kW-month, term: 72 months}
      land: {kind: capacity-lease, payer: spv, payee: landowner, power: 1 MW, rent: 1000 USD/kW-month, term: 72 months}
      later: {kind: capacity-lease, payer: spv, payee: landowner, power: 2 MW, rent: 1000 USD/kW-month, start: 2028-01,
              term: 12 months}
      behind: {kind: guarantee, payer: sponsor, payee: bank, of: outside}
      friends-loan: {kind: loan, payer: bank, payee: friend, outstanding: 40 M USD, rate: 0 %/year, start: 2025-12,
                     term: 10 years}
      for-friend: {kind: guarantee, payer: sponsor, payee: bank, of: friends-loan, part: 50 %, cap: 1 B USD}
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "group.yaml"
    file.write_text(GROUP, encoding="utf-8")
    return interlock.open_book(file)


def first_year(book, party="sponsor"):
    """The lines of a party in 2026."""
    made = provenance_of(book, paths=1, seed=7, sampling=Sampling.plain, chunk=1)
    (accounts,) = accounts_of(book, made, party, life={}, paths=1).parties
    return {line: years[0][1].centre for line, years in accounts.lines.items()}, accounts.of("ratios")


def test_a_group_owes_what_all_of_it_owe_to_others(book):
    # Rent of 60 is a cost of one and a sale of the other: together they earn 100 less 12 for the land. Of what they
    # owe, 30 are to each other, and so are 300 of rent to come; 200 of debt, 60 and 24 for land are not.
    found, ratios = first_year(book)
    assert found[Ratio.leverage] == 0.0
    assert found[Ratio.with_vehicles] == pytest.approx(200 / 88)
    assert found[Ratio.with_commitments] == pytest.approx((200 + 60) / 88)
    assert found[Ratio.with_not_begun] == pytest.approx((200 + 60 + 24) / 88)
    assert set(tuple(Ratio)[-4:]) <= ratios.keys()


def test_a_guarantee_of_debt_that_is_counted_already_adds_nothing(book):
    found, _ = first_year(book)
    assert found[Ratio.with_guarantees] == pytest.approx((200 + 60 + 24 + 20) / 88)
    # What can be called of the sponsor itself is more.
    assert found[Bound.guarantees] == pytest.approx((200 + 20) * M)


def test_no_more_can_be_called_than_the_cap_leaves(book):
    capped = interlock.with_scenario(book, {"title": "Capped", "set": {"deals.site.for-friend.cap": "5 M USD"}})
    found, _ = first_year(capped)
    assert found[Ratio.with_guarantees] == pytest.approx((200 + 60 + 24 + 5) / 88)


def test_a_vehicle_by_itself_owes_its_sponsor_too(book):
    found, _ = first_year(book, "spv")
    assert found[Ratio.leverage] == pytest.approx(230 / 48)
    assert found[Ratio.with_commitments] == pytest.approx((230 + 60) / 48)
