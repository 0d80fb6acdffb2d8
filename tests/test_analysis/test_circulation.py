"""What goes round: against every whole-number circulation of small networks, and every permutation of parties."""

from itertools import permutations, product

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import interlock
from interlock.analysis.circulation import LONGEST, circulation, largest, rounds, spread_evenly

ENDS_OF_EIGHT = st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] != pair[1])
PAIRS = [(i, j) for i in range(3) for j in range(3) if i != j]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_no_circulation_of_whole_dollars_is_larger(paid):
    # Where payments are whole, so is the largest circulation.
    best = 0
    for tried in product(*(range(usd + 1) for usd in paid)):
        net = np.zeros(3)
        for (payer, payee), usd in zip(PAIRS, tried, strict=True):
            net[payer] -= usd
            net[payee] += usd
        best = max(best, sum(tried)) if not net.any() else best
    assert largest(PAIRS, np.array(paid, float)) == pytest.approx(best, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(ENDS_OF_EIGHT, st.integers(1, 1_000), min_size=1))
def test_the_largest_circulation_is_that_of_a_flow_solver(paid):
    # The cheapest flow from nowhere to nowhere, where each dollar earns one.
    graph = networkx.DiGraph()
    for (payer, payee), usd in paid.items():
        graph.add_edge(payer, payee, capacity=usd, weight=-1)
    cost, _ = networkx.network_simplex(graph)
    assert largest(list(paid), np.array(list(paid.values()), float)) == pytest.approx(-cost, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.sets(ENDS_OF_EIGHT))
def test_cycles_are_those_that_a_graph_library_finds(pairs):
    found = networkx.simple_cycles(networkx.DiGraph(pairs), length_bound=LONGEST)
    turned = {tuple(cycle[(n := cycle.index(min(cycle))) :] + cycle[:n]) for cycle in found}
    assert set(rounds(pairs)) == turned


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.1, 100), min_size=12, max_size=12))
def test_payments_spread_evenly_keep_every_total(paid):
    matrix = np.zeros((4, 4))
    matrix[~np.eye(4, dtype=bool)] = paid
    even = spread_evenly(matrix)
    assert even.sum(axis=1) == pytest.approx(matrix.sum(axis=1), rel=1e-6)
    assert even.sum(axis=0) == pytest.approx(matrix.sum(axis=0), rel=1e-6)
    assert not np.diag(even).any()
    # As evenly as they allow: nothing is left but a factor for each payer and one for each payee.
    assert even[0, 2] * even[1, 3] == pytest.approx(even[0, 3] * even[1, 2], rel=1e-6)


def test_chance_is_not_told_where_one_party_has_as_much_as_all_others_together():
    # All that the others pay goes to the first, and all that they get comes from it: nothing can be spread.
    star = np.zeros((4, 4))
    star[0, 1:], star[1:, 0] = (1.0, 2.0, 5.0), (3.0, 4.0, 2.0)
    assert np.isnan(spread_evenly(star)).all()


@settings(max_examples=25, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda pair: pair[0] != pair[1])))
def test_every_cycle_is_found_once(pairs):
    expected = {
        way
        for size in range(2, LONGEST + 1)
        for way in permutations(range(5), size)
        if way[0] == min(way) and all(step in pairs for step in zip(way, (*way[1:], way[0]), strict=True))
    }
    found = [*rounds(pairs)]
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_a_ring_goes_round_by_the_smallest_of_its_payments_in_each_year():
    run = interlock.simulate(interlock.open_book("ring"), paths=8)
    answer, flows = circulation(run), run.series["flows"]
    [cycle] = answer.cycles
    steps = [flows.of(pair) for pair in zip(cycle.parties, (*cycle.parties[1:], cycle.parties[0]), strict=True)]
    assert cycle.usd.centre == pytest.approx(flows.values[steps].sum(axis=1).mean(axis=-1).min())
    assert answer.usd.centre == pytest.approx(len(steps) * flows.values[steps].min(axis=0).sum(axis=0).mean())


def test_nothing_goes_round_where_everybody_is_paid_from_outside():
    run = interlock.simulate(interlock.open_book("chain"), paths=8)
    answer = circulation(run)
    assert answer.usd.centre == 0.0
    assert answer.cycles == ()
