"""Who loses what when somebody fails: small worlds worked out by hand, and what a run says of itself."""

import numpy as np
import pytest

import interlock
from drawn import assert_drawn
from interlock.analysis.losses import Lost
from interlock.contracts.contract import NEVER
from interlock.money.hops import STANDS, hops

# Ten million a month of compute. The lab's 20 M last for January and February; three months later, in June, it has
# failed. The cloud has 15 M for what it owes its landlord: April is the first month it cannot pay, July when it fails.
DOMINO = """
book: {title: Two fall, as_of: 2026-01-01, start: 2026-01, months: 18}
parties:
  investor: {roles: [investor], cash: 20 M USD}
  lab: {roles: [lab]}
  cloud: {roles: [cloud], cash: 15 M USD, flows: {rent: {to: landlord, purpose: rent, amount: 120 M USD/year}}}
  landlord: {roles: [landlord]}
deals:
  round:
    announced: 2026-01-01
    status: in-force
    contracts:
      shares: {kind: equity-commitment, payer: investor, payee: lab, total: 20 M USD, valuation: 100 M USD}
  compute:
    announced: 2026-01-01
    status: in-force
    contracts:
      promise:
        {kind: compute-commitment, payer: lab, payee: cloud, total: 120 M USD, term: 12 months, price: 2 USD/H100e-hour,
         true_up: 1 month, relet: 0 %, discount: 0 %/year}
"""

PROMISE, SHARES, RENT = "deals.compute.promise", "deals.round.shares", "parties.cloud.rent"


def of(tmp_path, text, **options):
    (tmp_path / "book.yaml").write_text(text, encoding="utf-8")
    return interlock.losses(interlock.simulate(interlock.open_book(tmp_path / "book.yaml"), **{"paths": 8} | options))


def lost(answer):
    return {(each.failed, each.holder, each.contract, each.what): each.where_it_fails.centre for each in answer.losses}


def test_the_dominos_fall_as_worked_out_by_hand(tmp_path):
    answer = of(tmp_path, DOMINO)
    assert lost(answer) == {
        ("lab", "investor", SHARES, Lost.shares): pytest.approx(20e6, rel=1e-9),
        # Five months have fallen due when the lab fails, seven were to come; of nothing that is let again.
        ("lab", "cloud", PROMISE, Lost.to_come): pytest.approx(70e6, rel=1e-9),
        ("lab", "cloud", PROMISE, Lost.claims): pytest.approx(30e6 + 70e6, rel=1e-9),
        ("cloud", "landlord", RENT, Lost.claims): pytest.approx(25e6, rel=1e-9),
    }
    assert [(each.party, each.ever.share, each.by_hop[0][0]) for each in answer.failures] == [
        ("cloud", 1.0, 1),
        ("lab", 1.0, 0),
    ]
    assert [(hop, usd.centre) for hop, usd in answer.by_hop] == [
        (0, pytest.approx(120e6, rel=1e-9)),
        (1, pytest.approx(25e6, rel=1e-9)),
    ]


def test_in_the_same_month_the_creditor_stands_behind_its_debtor(tmp_path):
    answer = of(tmp_path, DOMINO.replace("cash: 15 M USD, ", ""))
    assert [(each.party, each.by_hop[0][0]) for each in answer.failures] == [("cloud", 1), ("lab", 0)]
    # March, April and May; in June both have failed.
    assert lost(answer)["cloud", "landlord", RENT, Lost.claims] == pytest.approx(30e6, rel=1e-9)


def test_what_was_to_come_is_lost_in_the_first_month_too(tmp_path):
    (tmp_path / "at-once.yaml").write_text("title: At once\nfail: [{party: lab, month: 2026-01}]\n", encoding="utf-8")
    (tmp_path / "book.yaml").write_text(DOMINO, encoding="utf-8")
    book = interlock.with_scenario(interlock.open_book(tmp_path / "book.yaml"), str(tmp_path / "at-once.yaml"))
    answer = interlock.losses(interlock.simulate(book, paths=8))
    assert lost(answer)["lab", "cloud", PROMISE, Lost.to_come] == pytest.approx(120e6, rel=1e-9)
    assert ("lab", "investor", SHARES, Lost.shares) not in lost(answer)


def test_where_nobody_fails_nothing_is_lost(tmp_path):
    rich = DOMINO.replace("lab: {roles: [lab]}", "lab: {roles: [lab], cash: 1 B USD}").replace("15 M USD", "1 B USD")
    answer = of(tmp_path, rich)
    assert answer.failures == answer.losses == answer.by_hop == ()
    assert "nothing is lost" in answer.tell()
    assert len(answer.table()) == 0


@pytest.fixture(scope="module")
def chain():
    """Money that comes in three futures of ten, and a lab that does not last without it."""
    book = interlock.open_book("chain").amend({"deals.rounds.probability": "30 %"})
    return interlock.simulate(book, paths=512)


def test_claims_are_those_that_the_run_wrote_off(chain):
    series, answer = chain.series["written_off"], interlock.losses(chain)
    by_pair = {pair: float(series.values[n].sum(axis=0).mean()) for n, pair in enumerate(series.rows)}
    found = dict.fromkeys(by_pair, 0.0)
    for each in answer.losses:
        if each.what is Lost.claims:
            found[each.failed, each.holder] += each.overall.centre
    assert found == {pair: pytest.approx(usd, rel=1e-9, abs=1e-3) for pair, usd in by_pair.items()}
    assert max(found.values()) > 1e8


def test_how_often_a_party_fails_is_what_the_run_says(chain):
    series = chain.series["failed"]
    for each in interlock.losses(chain).failures:
        assert each.ever.share == series.mean()[series.of(each.party), -1]
        assert sum(often.share for _, often in each.by_hop) == pytest.approx(each.ever.share, rel=1e-12)


def test_means_where_a_party_fails_and_over_all_futures_belong_together(chain):
    answer = interlock.losses(chain)
    often = {each.party: each.ever.share for each in answer.failures}
    for each in answer.losses:
        assert each.overall.centre == pytest.approx(each.where_it_fails.centre * often[each.failed], rel=1e-12)
        assert sum(usd.centre for _, usd in each.by_hop) == pytest.approx(each.overall.centre, rel=1e-12)


def test_the_errors_of_losses_are_the_spread_over_seeds():
    book = interlock.open_book("chain").amend({"deals.rounds.probability": "30 %"})
    found = [interlock.losses(interlock.simulate(book, paths=128, seed=seed)).losses for seed in range(100, 130)]
    claims = [next(each for each in some if each.what is Lost.claims and each.failed == "lab") for some in found]
    for number in (lambda each: each.where_it_fails, lambda each: each.overall):
        told = np.sqrt(np.mean([number(each).error ** 2 for each in claims]))
        assert told == pytest.approx(np.std([number(each).centre for each in claims], ddof=1), rel=0.5)


def test_the_document_and_the_table_say_the_same(chain):
    answer = interlock.losses(chain)
    document, table = answer.to_json(), answer.table()
    assert table["mean_usd"].tolist() == [each["overall_usd"]["centre"] for each in document["losses"]]
    assert document["paths"] == 512


def hop_of(months, owed):
    """Hops of four parties that fail in these months, of whom the first of each pair owed the second."""
    lost = np.zeros((4, 4, 1), dtype=bool)
    for debtor, creditor in owed:
        lost[debtor, creditor] = True
    return hops(np.array(months, dtype=float)[:, None], lost, 100)[:, 0].tolist()


def test_hops_are_counted_along_the_shortest_chain_of_claims():
    assert hop_of([5, 7, 9, NEVER], [(0, 1), (1, 2), (0, 3)]) == [0, 1, 2, STANDS]
    assert hop_of([5, 7, 9, NEVER], [(0, 1), (1, 2), (0, 2)]) == [0, 1, 1, STANDS]
    # A claim on somebody who fails later has not brought anybody down.
    assert hop_of([5, 3, NEVER, NEVER], [(0, 1)]) == [0, 0, STANDS, STANDS]
    # A claim on somebody who falls after the end of the run is none.
    assert hop_of([100, NEVER, 4, NEVER], [(2, 0)]) == [STANDS, STANDS, 0, STANDS]


def test_a_ring_that_falls_together_is_one():
    assert hop_of([5, 5, 5, 8], [(0, 1), (1, 2), (2, 0), (1, 3)]) == [0, 0, 0, 1]
    assert hop_of([5, 6, 6, 8], [(0, 1), (1, 2), (2, 1), (2, 3)]) == [0, 1, 2, 3]


# The tenant's 130 pay the rent of January and a part of February's; in March it has failed, owing 100 of debt as well.
GUARANTEED = """
book: {title: In another's place, as_of: 2026-01-01, start: 2026-01, months: 8}
parties:
  tenant: {roles: [cloud], cash: 130 USD, grace: 0 months}
  owner: {roles: [landlord]}
  parent: {roles: [investor], cash: 1000 USD}
deals:
  lease:
    announced: 2026-01-01
    status: in-force
    contracts:
      rent: {kind: model-usage, payer: tenant, payee: owner, amount: 1200 USD/year, term: 6 months}
      debt: {kind: loan, payer: owner, payee: tenant, outstanding: 100 USD, rate: 0 %/year, start: 2025-12,
             term: 5 years}
      cover: {kind: guarantee, payer: parent, payee: owner, of: OF, cap: 80 USD}
"""


def test_a_guarantor_bears_what_its_creditor_gets_back(tmp_path):
    found = lost(of(tmp_path, GUARANTEED.replace("OF", "debt")))
    assert found["tenant", "owner", "deals.lease.debt", Lost.claims] == pytest.approx(100.0)
    assert found["tenant", "parent", "deals.lease.cover", Lost.cover] == pytest.approx(80.0)
    assert found["tenant", "owner", "deals.lease.cover", Lost.cover] == pytest.approx(-80.0)


def test_what_a_guarantor_pays_in_anothers_place_is_its_loss(tmp_path):
    """February's 70 are called in March, when the tenant has failed: nothing is written off, and nothing recovered."""
    found = lost(of(tmp_path, GUARANTEED.replace("OF", "rent")))
    assert found["tenant", "owner", "deals.lease.rent", Lost.claims] == pytest.approx(70.0)
    assert found["tenant", "owner", "deals.lease.cover", Lost.cover] == pytest.approx(-70.0)
    assert found["tenant", "parent", "deals.lease.cover", Lost.cover] == pytest.approx(70.0)


def test_a_guarantor_that_falls_by_a_call_stands_behind_the_one_it_stood_in_for(tmp_path):
    """The parent has 20 of the 80 that are called, and fails; its creditor, who lost the rest, does not."""
    text = GUARANTEED.replace("OF", "debt").replace("cash: 1000 USD", "cash: 20 USD, grace: 0 months")
    answer = of(tmp_path, text)
    assert {each.party: each.by_hop[0][0] for each in answer.failures} == {"tenant": 0, "parent": 1}
    found = lost(answer)
    assert found["tenant", "parent", "deals.lease.cover", Lost.cover] == pytest.approx(20.0)
    assert found["tenant", "owner", "deals.lease.debt", Lost.claims] == pytest.approx(100.0)


PAID_TWICE = """
book: {title: Paid twice, as_of: 2026-01-01, start: 2026-01, months: 6}
parties:
  # January's rent is paid in February, when the parent is called for it, too.
  tenant: {roles: [cloud], flows: {till: {from: customers, amount: 360 USD/year, start: 2026-02}}}
  # Its wages of March take all of the 30 that it then has: 10 are not returned.
  owner: {roles: [landlord], grace: 0 months, flows: {wages: {purpose: staff, amount: 360 USD/year, start: 2026-03}}}
  parent: {roles: [investor], cash: 100 USD}
deals:
  d:
    announced: 2026-01-01
    status: in-force
    contracts:
      rent: {kind: model-usage, payer: tenant, payee: owner, amount: 120 USD/year, term: 2 months}
      cover: {kind: guarantee, payer: parent, payee: owner, of: rent}
"""


def test_what_a_creditor_that_was_paid_twice_does_not_return_is_its_guarantors_claim_on_it(tmp_path):
    found = lost(of(tmp_path, PAID_TWICE))
    assert found == {("owner", "parent", "deals.d.cover", Lost.claims): pytest.approx(10.0)}


def test_losses_are_drawn(chain):
    assert_drawn(interlock.losses(chain), "losses", "failures")
