"""Where a financed dollar went: against what can be worked out by hand."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

import interlock
from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Now, Purpose
from interlock.engine import to_follow, tracing
from interlock.engine.to_follow import LEAST_TRACED, TRACED_PATHS
from interlock.engine.tracing import follow_run
from interlock.ground.arrays import where
from interlock.ground.units import Number, Usd


@pytest.fixture(scope="module")
def ring():
    return interlock.simulate(interlock.open_book("ring"), paths=8)


def test_dollars_of_a_run_are_followed_once_and_their_passages_only_where_asked_for(ring):
    short = follow_run(ring, 4, laps=False)
    assert short.all_laps is None
    assert follow_run(ring, 4, laps=False) is short
    whole = follow_run(ring, 4)
    assert follow_run(ring, 4) is follow_run(ring, 4, laps=False) is whole
    np.testing.assert_array_equal(short.first.returned, whole.first.returned)
    assert whole.all_laps == pytest.approx(whole.first.returned.sum(axis=(0, 2)))
    assert follow_run(ring, 8) is not whole


def test_of_each_dollar_21_cents_come_home_round_a_ring_of_70_60_and_50_percent(ring):
    (colour,) = interlock.trace(ring).pooled.colours
    assert colour.returned.centre == pytest.approx(0.7 * 0.6 * 0.5, rel=1e-12)
    assert [(way.through, way.fate) for way in colour.ways if way.fate == "returned"] == [("server-maker", "returned")]


def test_it_says_first_what_came_back_of_all_that_parties_put_in(ring):
    answer = interlock.trace(ring)
    head = answer.tell().splitlines()[0]
    assert head.startswith("Of each dollar that chipmaker put into lab (1.0 ± 0 B USD in all), 21 ± 0 cents came back")
    assert answer.came_back.usd.centre == pytest.approx(answer.pooled.colours[0].paid.centre, rel=1e-12)
    assert answer.to_json()["came_back"]["returned"]["pooled"]["share"] == pytest.approx(0.21, rel=1e-12)


def test_every_dollar_is_found_again(ring):
    (colour,) = interlock.trace(ring).pooled.colours
    assert sum(way.share for way in colour.ways) == pytest.approx(1.0, rel=1e-12)


def test_what_comes_back_is_counted_in_the_year_in_which_it_comes(ring):
    (colour,) = interlock.trace(ring).pooled.colours
    shares = [each.share for _, each in colour.by_year]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1] == pytest.approx(colour.returned.centre, rel=1e-12)


def test_an_investor_without_sales_gets_nothing_back_as_revenue():
    run = interlock.simulate(interlock.open_book("chain"), paths=64)
    (colour,) = interlock.trace(run, of="capital-markets").pooled.colours
    assert colour.returned.centre == 0.0
    assert sum(way.share for way in colour.ways) == pytest.approx(1.0, rel=1e-9)


def test_the_dollars_that_are_followed_are_those_of_the_run():
    """The second pass counts as paid what the run's own flows say was paid."""
    run = interlock.simulate(interlock.open_book("chain"), paths=64)
    (colour,) = interlock.trace(run).pooled.colours
    flows = run.series["flows"]
    paid = flows.values[flows.of(("capital-markets", "lab"))].sum(axis=0)
    assert colour.paid.centre == pytest.approx(paid.mean(), rel=1e-12)
    assert colour.paid.high == pytest.approx(np.quantile(paid, 0.95), rel=1e-12)


def test_dollars_followed_a_few_futures_at_a_time_are_the_same(monkeypatch):
    chain = interlock.simulate(interlock.open_book("chain"), paths=48)
    at_once = interlock.trace(chain).to_json()
    monkeypatch.setattr(tracing, "TOGETHER", 1)
    assert interlock.trace(chain).to_json() == at_once


def test_fewer_futures_are_followed_where_each_takes_longer(ring, monkeypatch):
    assert to_follow.paths_to_follow(ring.program) == TRACED_PATHS
    parties = ring.program.shape.parties
    of_a_path = ring.program.shape.months * parties**2 * (parties + 1)  # a single colour goes round
    monkeypatch.setattr(to_follow, "EFFORT", 200 * of_a_path)
    assert to_follow.paths_to_follow(ring.program) == 128
    monkeypatch.setattr(to_follow, "EFFORT", 1)
    assert to_follow.paths_to_follow(ring.program) == LEAST_TRACED


def test_a_name_that_finances_nothing_is_refused_with_the_nearest_one(ring):
    with pytest.raises(interlock.ArgumentError, match="Did you mean 'chipmaker'"):
        interlock.trace(ring, of="chip-maker")


OUTSIDE = """
book: {title: An outside investment, as_of: 2026-01-01, start: 2026-01, months: 4}
parties:
  financier: {roles: [investor], cash: 10 M USD, flows: {seed: {to: investor, purpose: equity, amount: 12 M USD/year}}}
  investor: {roles: [investor], flows: {elsewhere: {to: capital-markets, purpose: equity, amount: 12 M USD/year}}}
"""


def test_what_is_invested_outside_the_book_has_left(tmp_path):
    (tmp_path / "outside.yaml").write_text(OUTSIDE, encoding="utf-8")
    answer = interlock.trace(interlock.simulate(interlock.open_book(tmp_path / "outside.yaml"), paths=8))
    (colour,) = answer.pooled.colours
    assert [(way.fate, way.through, way.share) for way in colour.ways] == [("left", "capital-markets", 1.0)]


ALL_BACK = """
book: {title: All of it, as_of: 2026-01-01, start: 2026-01, months: 4}
parties: {seller: {roles: [chipmaker], cash: 12 M USD}, buyer: {roles: [cloud]}}
deals:
  d:
    announced: 2026-01-01
    status: in-force
    contracts:
      shares: {kind: equity-commitment, payer: seller, payee: buyer, total: 12 M USD, valuation: 12 M USD}
      models: {kind: model-usage, payer: buyer, payee: seller, amount: 144 M USD/year, term: 1 month}
"""


def test_where_all_of_it_came_back_nothing_is_said_of_a_rest(tmp_path):
    (tmp_path / "back.yaml").write_text(ALL_BACK, encoding="utf-8")
    said = interlock.trace(interlock.simulate(interlock.open_book(tmp_path / "back.yaml"), paths=8)).tell()
    assert "100 ± 0 cents came back" in said
    assert "The rest" not in said


def test_a_book_without_financing_has_no_dollar_to_follow():
    run = interlock.simulate(interlock.open_book("pair"), paths=8)
    assert interlock.trace(run).pooled.colours == ()
    assert "no dollar to follow" in interlock.trace(run).tell()


def test_the_table_and_the_document_say_the_same(ring):
    answer = interlock.trace(ring)
    table, document = answer.table(), answer.to_json()
    for measure in ("pooled", "earmarked"):
        rows, ways = table[table["measure"] == measure], document["colours"][0][measure]["ways"]
        assert rows["share_of_dollars_put_in"].tolist() == [way["share"] for way in ways]
        assert rows["sampling_error"].tolist() == [way["error"] for way in ways]


def test_each_way_of_a_dollar_has_the_error_of_a_ratio_of_means():
    """Against the spread over many seeds, on a book in which the share that is held is uncertain."""
    book = interlock.open_book("ring").amend({"deals.servers.servers.rate": "uniform(30, 60) %"})
    traces = [interlock.trace(interlock.simulate(book, paths=64, seed=seed)).pooled.colours[0] for seed in range(30)]
    of = [
        lambda colour: (colour.returned.centre, colour.returned.error),
        lambda colour: (colour.all_laps.share, colour.all_laps.error),
        lambda colour: next((way.share, way.error) for way in colour.ways if way.through == "cloud"),
        lambda colour: (colour.by_year[0][1].share, colour.by_year[0][1].error),
    ]
    for number in of:
        shares, errors = zip(*map(number, traces), strict=True)
        assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(np.std(shares, ddof=1), rel=0.4)


# A lender's two payments to a lab, which pays half of them back; no other dollar is about.
LOAN = """
book: {title: A loan, as_of: 2026-01-01, start: 2026-01, months: 4}
parties:
  another: {roles: [investor], cash: 5 M USD, flows: {costs: {amount: 12 M USD/year}}}
  lender: {roles: [lender], cash: 100 M USD}
  lab: {roles: [lab]}
deals:
  credit:
    announced: 2026-01-01
    status: in-force
    contracts:
      loan: {kind: two-part-loan, payer: lender, payee: lab, amount: 100 M USD}
"""


@dataclass(frozen=True, kw_only=True)
class TwoPartLoan(Contract):
    """Six tenths now, four tenths a month later; half of all comes back in the third month."""

    kind: ClassVar[str] = "two-part-loan"
    sentence: ClassVar[str] = "{payer} lends {payee} {amount}"

    amount: Usd
    """In all."""

    legs: ClassVar[tuple[Leg, ...]] = (
        Leg(PAYER, PAYEE, Purpose.principal, name="first"),
        Leg(PAYER, PAYEE, Purpose.principal, name="second"),
        Leg(PAYEE, PAYER, Purpose.refund, name="repayment"),
    )

    def due(self, now: Now, memory: Any) -> tuple[Number, ...]:
        parts = (0.6, 0.4, 0.5)
        return tuple(where(now.month == month, part * self.amount, 0.0) for month, part in enumerate(parts))


@pytest.fixture(scope="module")
def loan(tmp_path_factory):
    file = tmp_path_factory.mktemp("loan") / "loan.yaml"
    file.write_text(LOAN, encoding="utf-8")
    return interlock.trace(
        interlock.simulate(interlock.open_book(file, kinds=(*interlock.KINDS, TwoPartLoan)), paths=8)
    )


def test_what_is_repaid_is_repaid_by_the_party_that_was_funded(loan):
    for colour in loan.pooled.colours:
        assert [(way.fate, way.through) for way in colour.ways] == [("repaid", "lab"), ("held", "lab")]


def test_each_part_of_a_loan_is_repaid_with_its_share_of_the_money(loan):
    assert [(colour.leg, colour.paid.centre) for colour in loan.pooled.colours] == [
        ("first", pytest.approx(60e6)),
        ("second", pytest.approx(40e6)),
    ]
    assert [way.share for colour in loan.pooled.colours for way in colour.ways] == pytest.approx([0.5] * 4, rel=1e-12)


def test_the_parts_of_a_loan_are_told_apart(loan):
    first, second = loan.pooled.tell().splitlines()
    assert "under deals.credit.loan (first)" in first
    assert "under deals.credit.loan (second)" in second
    assert "50 ± 0 cents were repaid by lab" in first


DEPOSIT = """
book: {title: A deposit, as_of: 2026-01-01, start: 2026-01, months: 4}
parties:
  cloud: {roles: [cloud], cash: 1 B USD}
  chipmaker: {roles: [chipmaker], flows: {office: {to: cloud, purpose: rent, amount: 120 M USD/year}}}
deals:
  chips:
    announced: 2026-01-01
    status: in-force
    contracts:
      supply:
        kind: chip-supply
        payer: cloud
        payee: chipmaker
        price: 1000 USD/H100e
        units: 100 k H100e/month
        start: 2026-03
        term: 2 months
        ahead: 2 months
        deposit: 50 %
"""


def test_a_deposit_for_chips_is_the_buyers_money_until_it_comes_home_as_rent(tmp_path):
    """Chips for 100 M in March and in April, half of each paid two months before; a rent of 10 M a month."""
    (tmp_path / "deposit.yaml").write_text(DEPOSIT, encoding="utf-8")
    run = interlock.simulate(interlock.open_book(tmp_path / "deposit.yaml"), paths=8)
    (colour,) = interlock.trace(run).pooled.colours
    assert (colour.financier, colour.financed, colour.leg) == ("cloud", "chipmaker", "deposit")
    assert colour.paid.centre == pytest.approx(100e6)
    # All that the chipmaker has is deposits, until deliveries are paid: 80 of 130 in March.
    march = 10.0 * 80.0 / 130.0
    home = 10.0 + 10.0 + march + 10.0 * (80.0 - march) / 170.0
    fates = {(way.fate, way.through): way.share for way in colour.ways}
    assert fates == {
        ("returned", "chipmaker"): pytest.approx(home / 100.0, rel=1e-12),
        ("held", "chipmaker"): pytest.approx(1.0 - home / 100.0, rel=1e-12),
    }


SHARES = """
  outside:
    announced: 2026-01-01
    status: in-force
    contracts:
      more: {kind: equity-commitment, payer: capital-markets, payee: chipmaker, total: 500 M USD, valuation: 9 B USD}
      some: {kind: equity-commitment, payer: investor, payee: chipmaker, total: 30 M USD, valuation: 9 B USD}
"""


def test_what_comes_back_of_all_dollars_is_what_comes_back_of_those_of_the_books_parties(tmp_path):
    with_shares = DEPOSIT.replace("parties:\n", "parties:\n  investor: {roles: [investor], cash: 1 B USD}\n") + SHARES
    (tmp_path / "shares.yaml").write_text(with_shares, encoding="utf-8")
    answer = interlock.trace(interlock.simulate(interlock.open_book(tmp_path / "shares.yaml"), paths=8))
    paid = {each.financier: each.paid.centre for each in answer.pooled.colours}
    assert paid == pytest.approx({"cloud": 100e6, "investor": 30e6, "capital-markets": 500e6})
    back = sum(each.paid.centre * each.returned.centre for each in answer.pooled.colours)
    assert answer.came_back.usd.centre == pytest.approx(130e6)
    assert dict(answer.came_back.shares)["pooled"].share == pytest.approx(back / 130e6, rel=1e-12)
    head, *others = (line for line in answer.tell().splitlines() if line.startswith("Of each dollar that "))
    assert "parties of the book put into chipmaker" in head
    assert "most of it to cloud" in head
    # Nothing is the revenue of a crowd outside the book: it comes last.
    assert [line.split()[4] for line in others] == ["cloud", "investor", "capital-markets"]
