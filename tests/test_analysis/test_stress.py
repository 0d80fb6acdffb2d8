"""Stress: dominoes worked out by hand, the same book with the failure written into it, and losses as a run has them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import interlock
from drawn import assert_drawn
from interlock.analysis.effects import Effect
from interlock.analysis.losses import Lost
from interlock.book.stressed import stressed, told
from interlock.ground.months import name_of
from metamorphic.books import opened, text_of

# The lab pays ten million of compute a month, and could for ever; the cloud passes all but a million on for rent and
# has three million in hand. The parent stands in for the rent that the landlord does not get, up to fifteen million.
DOMINO = """
book: {title: One pushes the next, as_of: 2026-01-01, start: 2026-01, months: 24}
parties:
  lab: {roles: [lab], cash: 1 B USD}
  cloud: {roles: [cloud], cash: 3 M USD}
  landlord: {roles: [landlord]}
  parent: {roles: [investor], cash: 100 M USD}
deals:
  compute:
    announced: 2026-01-01
    status: in-force
    contracts:
      promise:
        {kind: compute-commitment, payer: lab, payee: cloud, total: 240 M USD, term: 24 months, price: 2 USD/H100e-hour,
         true_up: 1 month, relet: 100 %, vacancy: 0 months, discount: 0 %/year}
      rent: {kind: model-usage, payer: cloud, payee: landlord, amount: 108 M USD/year, term: 24 months}
      cover: {kind: guarantee, payer: parent, payee: landlord, of: rent, cap: 15 M USD}
"""


@pytest.fixture(scope="module")
def domino(tmp_path_factory):
    file = tmp_path_factory.mktemp("domino") / "book.yaml"
    file.write_text(DOMINO, encoding="utf-8")
    return interlock.open_book(file)


@pytest.fixture(scope="module")
def pushed(domino):
    """The lab fails in July: half a year is paid, and nothing after that."""
    return interlock.stress(domino, fail={"lab": "2026-07"}, paths=8)


@pytest.fixture(scope="module")
def chain():
    return interlock.stress(interlock.open_book("chain"), fail={"lab": "2027-06"}, paths=512)


def numbers(answer, effect):
    return {row.of: row.number for row in answer.of(effect)}


def test_a_shock_without_an_end_is_to_the_end_of_the_run():
    book = interlock.open_book("chain")
    last = name_of(book.start + book.months)
    shock = "drivers.demand.level=0.6@2027-01.."
    assert stressed(book, {}, [shock]).shocks == stressed(book, {}, [f"{shock}{last}"]).shocks
    assert [*told({}, [shock])] == ["drivers.demand.level is multiplied by 0.6 from 2027-01 on"]


def test_the_next_domino_falls_as_worked_out_by_hand(pushed):
    fails = numbers(pushed, Effect.fails)
    assert {of: (each.value, each.difference) for of, each in fails.items()} == {
        ("lab",): (1.0, 1.0),
        ("cloud",): (1.0, 1.0),
    }
    # The cloud has saved 1 M in each of six months: 9 M, the rent of July. That of August the parent pays in
    # September, and is owed it from then on; so the cloud has failed in December, four rents behind.
    assert numbers(pushed, Effect.lost_by_holder)["landlord",].value == pytest.approx(4 * 9e6 - 15e6, rel=1e-9)
    assert numbers(pushed, Effect.lost_by_holder)["parent",].value == pytest.approx(15e6, rel=1e-9)
    called = numbers(pushed, Effect.calls)["deals.compute.cover", "parent", "landlord"]
    assert (called.value, called.difference) == (pytest.approx(15e6), pytest.approx(15e6))
    assert numbers(pushed, Effect.sales)["cloud",].difference == pytest.approx(-180e6, rel=1e-9)
    assert numbers(pushed, Effect.sales)["landlord",].difference == pytest.approx(63e6 - 216e6, rel=1e-9)


def test_what_it_says_first_is_who_fails_next_and_who_pays_for_it(pushed):
    head, *further = pushed.tell().splitlines()
    assert head.startswith("If lab fails in 2026-07: cloud fails in 100")
    assert "36 ± 0 M USD more, most of it landlord (21 ± 0 M)" in head
    assert "cloud sells" in head
    assert any("in another's place" in line for line in further)
    assert any("`relet`" in line for line in pushed.conventions)


def test_hops_are_those_of_claims(pushed):
    by_hop = {of: each.value for of, each in numbers(pushed, Effect.lost_by_hop).items()}
    holders = sum(each.value for each in numbers(pushed, Effect.lost_by_holder).values())
    assert sum(by_hop.values()) == pytest.approx(holders, rel=1e-12)
    assert pushed.total.value == pytest.approx(holders, rel=1e-12)


def test_a_failure_that_is_asked_for_is_one_that_is_written_into_the_book(chain, tmp_path):
    text = text_of("chain")
    text["fail"] = [{"party": "lab", "month": "2027-06"}]
    run = interlock.simulate(opened(text, tmp_path / "chain.yaml"), paths=512)
    failed = run.series["failed"]
    assert numbers(chain, Effect.fails)["lab",].value == failed.mean()[failed.of("lab"), -1]
    sales = run.series["revenue"]
    for (party,), number in numbers(chain, Effect.sales).items():
        assert number.value == pytest.approx(sales.mean()[sales.of(party)].sum(), rel=1e-12)
    lost = {(each.failed, each.holder, each.contract, str(each.what)): each for each in interlock.losses(run).losses}
    assert set(lost) == set(numbers(chain, Effect.lost))
    for of, number in numbers(chain, Effect.lost).items():
        assert number.value == pytest.approx(lost[of].overall.centre, rel=1e-12)
        assert number.error == pytest.approx(lost[of].overall.error, rel=1e-9)


def test_a_shock_that_is_asked_for_is_one_that_is_written_into_the_book(tmp_path):
    text = text_of("chain")
    shock = {"address": "drivers.demand.level", "factor": "0.25", "from": "2026-06", "until": "2028-01"}
    text["shocks"] = [shock]
    run = interlock.simulate(opened(text, tmp_path / "chain.yaml"), paths=256)
    book = interlock.open_book("chain")
    answer = interlock.stress(book, shocks=["drivers.demand.level=0.25@2026-06..2028-01"], paths=256)
    sales, without = (each.series["revenue"] for each in (run, interlock.simulate(book, paths=256)))
    lab = numbers(answer, Effect.sales)["lab",]
    apart = (sales.values - without.values)[sales.of("lab")].sum(axis=0)
    assert lab.difference == pytest.approx(apart.mean(), rel=1e-9)
    assert lab.difference_error == pytest.approx(apart.std(ddof=1) / np.sqrt(256), rel=1e-9)
    assert lab.difference < 0.0
    assert "A shock multiplies" in answer.tell()


@settings(max_examples=4)
@given(st.integers(1, 30))
def test_a_shock_by_one_changes_nothing(months):
    until = f"{2026 + months // 12}-{months % 12 + 1:02d}"
    answer = interlock.stress(
        interlock.open_book("chain"), shocks=[f"drivers.demand.level=1@2026-01..{until}"], paths=16
    )
    assert {row.number.difference for row in answer.rows} == {0.0}
    assert "nobody else fails more or less often" in answer.head()


def test_a_run_is_stressed_on_its_own_futures(chain):
    run = interlock.simulate(interlock.open_book("chain"), paths=512)
    assert interlock.stress(run, fail={"lab": "2027-06"}, paths=8, seed=1).rows == chain.rows


def test_the_error_of_an_effect_shrinks_with_the_root_of_the_futures(chain):
    fewer = interlock.stress(interlock.open_book("chain"), fail={"lab": "2027-06"}, paths=128)
    for effect, of in ((Effect.sales, ("cloud",)), (Effect.lost_by_holder, ("cloud",)), (Effect.fails, ("lab",))):
        few, many = (numbers(each, effect)[of].difference_error for each in (fewer, chain))
        assert few / many == pytest.approx(2.0, rel=0.3)


def test_it_says_last_in_its_first_sentence_what_the_effect_rests_on(chain):
    assert chain.head().endswith(f"{chain.reliance.clause()}.")
    assert [address for address, _ in chain.reliance.figures] == [*chain.to_json()["rests_on"]["rank_correlation"]]
    assert chain.reliance.figures


def test_what_would_have_happened_anyway_is_no_effect(chain):
    """The lab fails in some futures without stress: claims on it are lost there, too."""
    lab = numbers(chain, Effect.fails)["lab",]
    assert 0.05 < 1.0 - lab.difference < 0.3
    shares = next(row for row in chain.of(Effect.lost) if row.of[3] == Lost.shares)
    assert shares.without > 0.0
    assert shares.number.difference == pytest.approx(shares.number.value - shares.without, rel=1e-12)


def test_the_document_and_the_table_say_the_same(chain):
    document, table = chain.to_json(), chain.table()
    assert table["with"].tolist() == [each["with"]["value"] for each in document["effects"]]
    assert document["conventions"]


@pytest.mark.parametrize(
    ("stress", "words"),
    [
        ({}, "no stress is given"),
        ({"fail": {"lob": "2027-01"}}, "Did you mean 'lab'"),
        ({"fail": {"customers": "2027-01"}}, "no party that can fail"),
        ({"fail": {"lab": "2035-01"}}, "the run goes from 2026-01 to 2028-12"),
        ({"fail": {"lab": "soon"}}, "is no month"),
        ({"shocks": ["drivers.demand.level"]}, "ADDRESS=FACTOR@FROM"),
        ({"shocks": ["drivers.demnd.level=0.5@2027-01..2028-01"]}, "Did you mean 'drivers.demand.level'"),
        ({"shocks": ["drivers.demand.level=5 USD@2027-01..2028-01"]}, "factor"),
        ({"shocks": ["drivers.demand.level=0.1 to 0.5@2027-01..2028-01"]}, "one number"),
        ({"shocks": ["drivers.demand.level=0.5@2028-01..2027-01"]}, "the first month that it spares"),
        ({"shocks": ["drivers.demand.level=0.5@2025-01..2027-01"]}, "the run goes from"),
    ],
)
def test_what_is_no_stress_is_refused_in_a_line(stress, words):
    with pytest.raises(interlock.ArgumentError, match=words) as problem:
        interlock.stress(interlock.open_book("chain"), **stress, paths=8)
    assert len(str(problem.value).splitlines()) == 1


def test_what_a_stress_does_is_drawn(chain):
    assert_drawn(chain, *chain.charts())
    assert "sales" in chain.charts()
