"""Who loses by whose failure: each row against the stress that it is, and a world in which everybody is alike."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.stats

import interlock
from drawn import assert_drawn
from interlock.analysis.effects import Effect
from interlock.analysis.losses import Lost, lost_by_path
from interlock.analysis.matrix import Loss
from interlock.book.party import EDGES
from interlock.book.stressed import stressed

# Three of a kind in a ring: each pays the next 10 M a month, has 15 M of its own, and bears 3 months of arrears.
PARTY = "{roles: [cloud], cash: 15 M USD}"
RING = f"""
book: {{title: Three of a kind, as_of: 2026-01-01, start: 2026-01, months: 24}}
parties: {{one: {PARTY}, three: {PARTY}, two: {PARTY}}}
deals:
  ring:
    announced: 2026-01-01
    status: in-force
    contracts:
      a: {{kind: model-usage, payer: one, payee: two, amount: 120 M USD/year, term: 24 months}}
      b: {{kind: model-usage, payer: two, payee: three, amount: 120 M USD/year, term: 24 months}}
      c: {{kind: model-usage, payer: three, payee: one, amount: 120 M USD/year, term: 24 months}}
"""

NEXT = {"one": "two", "two": "three", "three": "one"}


@pytest.fixture(scope="module")
def chain():
    return interlock.open_book("chain")


@pytest.fixture(scope="module")
def matrix(chain):
    return interlock.stress_matrix(chain, top=3, month="2027-06", paths=128)


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    file = tmp_path_factory.mktemp("ring") / "book.yaml"
    file.write_text(RING, encoding="utf-8")
    return interlock.stress_matrix(interlock.open_book(file), month="2027-01", paths=8)


def test_each_row_is_the_stress_of_that_party(chain, matrix):
    assert sorted(matrix.parties) == ["chipmaker", "cloud", "lab"]
    for fails in matrix.parties:
        stress = interlock.stress(chain, fail={fails: "2027-06"}, paths=128)
        by_effect = {
            Loss.lost: (Effect.lost_by_holder, 1.0),
            Loss.sales: (Effect.sales, -1.0),
            Loss.fails: (Effect.fails, 1.0),
        }
        for cell in (each for each in matrix.cells if each.fails == fails):
            effect, sign = by_effect[cell.measure]
            theirs = {row.of[0]: row.number for row in stress.of(effect)}.get(cell.loses)
            assert cell.number.difference == pytest.approx(sign * theirs.difference if theirs else 0.0, rel=1e-9)
            assert cell.number.difference_error == pytest.approx(
                theirs.difference_error if theirs else cell.number.difference_error, rel=1e-6, abs=1e-3
            )


def test_who_is_like_another_loses_like_another(ring):
    """Everybody loses the same by whom it sells to, and the same by whom it buys from."""
    for measure in Loss:
        down = {ring.cell(fails, NEXT[fails], measure).number.difference for fails in NEXT}
        up = {ring.cell(fails, NEXT[NEXT[fails]], measure).number.difference for fails in NEXT}
        assert (len(down), len(up)) == (1, 1)
    # Who fails buys nothing for twelve months more; the next one down is paid no longer and fails in turn.
    assert ring.cell("one", "two", Loss.fails).number.difference == 1.0
    assert ring.cell("one", "two", Loss.sales).number.difference == pytest.approx(120e6, rel=1e-9)
    assert [ring.cell(party, party, measure) for party in NEXT for measure in Loss] == [None] * 9
    assert ring.parties == ("one", "three", "two")


def test_fewer_rows_are_those_of_the_largest(chain, matrix):
    run = interlock.simulate(chain, paths=128)
    few = interlock.stress_matrix(run, top=2, month="2027-06")
    assert few.parties == matrix.parties[:2]
    # All others count, whether or not they fail in turn; chance does less among fewer.
    theirs = (tuple(each for each in every if each.fails in few.parties) for every in (matrix.cells, matrix.others))
    for here, there in zip((few.cells, few.others), theirs, strict=True):
        assert [replace(each, number=replace(each.number, among=1)) for each in here] == [
            replace(each, number=replace(each.number, among=1)) for each in there
        ]
    assert (few.cells[0].number.among, matrix.cells[0].number.among) == (2 * 2, 3 * 2)


def test_the_largest_loser_is_named_even_where_it_does_not_fail_in_turn(ring, tmp_path):
    (tmp_path / "ring.yaml").write_text(RING, encoding="utf-8")
    alone = interlock.stress_matrix(interlock.open_book(tmp_path / "ring.yaml"), month="2027-01", top=1, paths=8)
    assert alone.parties == ("one",)
    assert alone.cells == tuple(
        replace(each, number=replace(each.number, among=2)) for each in ring.cells if each.fails == "one"
    )
    # Two is paid no longer, and of four months that it still owes three it pays the 15 M that it has.
    assert alone.cell("one", "three", Loss.lost).number.difference == pytest.approx(4 * 10e6 - 15e6, rel=1e-9)
    assert alone.head().endswith("25 ± 0 M USD of it three.")


def test_it_says_whose_failure_costs_most_and_by_which_conventions(ring, matrix):
    assert ring.head().startswith("Of the 3 largest parties, ")
    assert "fails 100 ± " in ring.tell()
    document = matrix.to_json()
    assert (document["month"], len(document["cells"])) == ("2027-06", 3 * 2 * 3)
    assert document["conventions"]
    assert len(matrix.table()) == len(matrix.cells)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"top": 0}, "from 1"),
        ({"month": "2035-01"}, "the run goes from 2026-01 to 2028-12"),
        ({"month": "soon"}, "is no month"),
        ({"paths": 0}, "paths is 0"),
    ],
)
def test_what_cannot_be_asked_is_one_line(chain, asked, words):
    with pytest.raises(interlock.ArgumentError, match=words) as problem:
        interlock.stress_matrix(chain, **{"paths": 8, **asked})
    assert len(str(problem.value).splitlines()) == 1


def test_the_matrix_is_drawn(matrix):
    assert_drawn(matrix, *matrix.charts())
    assert "sales" in matrix.charts()


def test_what_the_costliest_failure_rests_on_is_the_rank_correlation_of_what_it_costs(chain):
    matrix = interlock.stress_matrix(chain, top=1, month="2027-12", paths=512)
    (fails,) = matrix.parties
    worlds = [*interlock.simulate_pair(chain, stressed(chain, {fails: "2027-12"}, []), paths=512)]
    without, run = (lost_by_path(world).usd for world in worlds)
    cost = sum(
        (
            sign * usd
            for lost, sign in ((run, 1.0), (without, -1.0))
            for (_, holder, _, what), usd in lost.items()
            if holder not in {fails, *EDGES} and what is not Lost.to_come
        ),
        np.zeros(512),
    )
    assert cost.any()
    run = worlds[0]
    by_hand = {
        name: scipy.stats.spearmanr(row, cost).statistic for name, row in zip(run.figures, run.draws, strict=True)
    }
    strongest = max(by_hand, key=lambda name: abs(by_hand[name]))
    assert matrix.reliance.figures[0][0] == strongest
    for name, correlation in matrix.reliance.figures:
        assert correlation == pytest.approx(by_hand[name], abs=1e-9)
    assert matrix.head().endswith(f"{matrix.reliance.clause()}.")
