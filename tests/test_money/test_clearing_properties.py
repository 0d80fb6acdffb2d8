"""What holds of any clearing; and agreement with the clearing vectors that there are, found by trying all cases."""

from fractions import Fraction
from itertools import product

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from interlock.ground.errors import ArgumentError
from interlock.money.clearing import clear, greatest

N = 4
NOTHING = -1


def all_clearing_vectors(owed, cash, outside, default_costs):
    """Every clearing vector that stands alone, as payments of each party inside and outside; and so the extremes.

    `owed[rank][i][j]`, `outside[rank][i]`. Each party may pay nothing, stop within one of its classes, or pay all:
    for each combination the payments solve a linear system, whose solution counts if it agrees with the combination.
    """
    alpha, beta = default_costs
    ranks, parties = len(owed), range(len(cash))
    due = [[sum(owed[r][i]) + outside[r][i] for i in parties] for r in range(ranks)]
    ahead = [[sum(due[q][i] for q in range(r)) for i in parties] for r in range(ranks + 1)]
    cases = [[c for c in range(NOTHING, ranks + 1) if not (0 <= c < ranks and due[c][i] == 0)] for i in parties]

    def receipt(case, i, j):
        """What j gets from i: a constant, and a slope in all that i pays."""
        if case[i] == NOTHING:
            return Fraction(0), Fraction(0)
        senior = sum((owed[r][i][j] for r in range(case[i])), Fraction(0))
        if case[i] == ranks:
            return senior, Fraction(0)
        slope = owed[case[i]][i][j] / due[case[i]][i]
        return senior - slope * ahead[case[i]][i], slope

    found = []
    for case in product(*cases):
        got = [[receipt(case, i, j) for i in parties] for j in parties]
        rows = []
        for j in parties:
            is_short = 0 <= case[j] < ranks
            constant = alpha * cash[j] + beta * sum(got[j][i][0] for i in parties)
            free = constant if is_short else ahead[ranks][j] if case[j] == ranks else Fraction(0)
            rows.append([(i == j) - (beta * got[j][i][1] if is_short else 0) for i in parties] + [free])
        pays = solved(rows)
        if pays is None:
            continue
        receipts = [sum(c + slope * pays[i] for i, (c, slope) in enumerate(got[j])) for j in parties]
        if all(agrees(case[j], j, pays[j], receipts[j], cash, ahead, default_costs) for j in parties):
            found.append(pays)
    most, fewest = [max(p) for p in zip(*found, strict=True)], [min(p) for p in zip(*found, strict=True)]
    assert most in found, "clearing vectors form a lattice"
    assert fewest in found, "clearing vectors form a lattice"
    return most, fewest


def agrees(case, j, pays, receipts, cash, ahead, default_costs):
    ranks = len(ahead) - 1
    can_pay = cash[j] + receipts >= ahead[ranks][j]
    if case == ranks or can_pay:
        return case == ranks and can_pay
    if case == NOTHING:
        return default_costs[0] * cash[j] + default_costs[1] * receipts == 0
    return ahead[case][j] <= pays <= ahead[case + 1][j]


def solved(rows):
    """Gauss-Jordan elimination in fractions; None for a singular system."""
    rows = [list(row) for row in rows]
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k] != 0), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [Fraction(x) / rows[k][k] for x in rows[k]]
        for i in range(len(rows)):
            if i != k and rows[i][k] != 0:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


tenths = st.integers(0, 40).map(lambda n: n if n > 20 else 0).map(lambda n: Fraction(n, 10))
COSTS = [
    (Fraction(1), Fraction(1)),
    (Fraction(9, 10), Fraction(9, 10)),
    (Fraction(0), Fraction(1)),
    (Fraction(1, 2), Fraction(1, 4)),
]


@st.composite
def networks(draw, parties=N, ranks=2):
    """Debts in classes, cash and outside debt, many of them nothing, so that rings and dead ends come up."""
    debts = draw(st.lists(tenths, min_size=parties * parties, max_size=parties * parties))
    owed = [[Fraction(0) if i == j else debts[i * parties + j] for j in range(parties)] for i in range(parties)]
    classes = draw(st.lists(st.integers(0, ranks - 1), min_size=parties * parties, max_size=parties * parties))
    classes = [classes[i * parties : (i + 1) * parties] for i in range(parties)]
    cash, outside = (draw(st.lists(tenths, min_size=parties, max_size=parties)) for _ in range(2))
    if draw(st.booleans()):
        outside = [Fraction(0)] * parties
    return owed, classes, cash, outside


def numbers(table):
    return np.array(table, dtype=float)


def cleared(network, outside="senior", default_costs=(1.0, 1.0)):
    owed, classes, cash, outer = network
    return clear(numbers(owed), numbers(cash), numbers(outer), outside, np.array(classes), default_costs)


@settings(max_examples=60)
@given(networks(), st.sampled_from(["senior", "pari-passu"]), st.sampled_from(COSTS))
def test_greatest_and_least_are_those_of_all_clearing_vectors(network, outside, default_costs):
    owed, classes, cash, outer = network
    shift = outside == "senior"
    by_rank = [
        [
            [d if c + shift == r else Fraction(0) for d, c in zip(*row, strict=True)]
            for row in zip(owed, classes, strict=True)
        ]
        for r in range(2 + shift)
    ]
    outer_by_rank = [outer if r == 0 else [Fraction(0)] * N for r in range(2 + shift)]
    most, fewest = all_clearing_vectors(by_rank, cash, outer_by_rank, default_costs)
    ours = cleared(network, outside, tuple(float(share) for share in default_costs))
    np.testing.assert_allclose(ours.paid, to_network(most, by_rank, outer_by_rank), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ours.least, to_network(fewest, by_rank, outer_by_rank), rtol=1e-12, atol=1e-12)
    dues = [sum(owed[i]) + outer[i] for i in range(N)]
    assert ours.in_default.tolist() == [bool(p < d) for p, d in zip(most, dues, strict=True)]


def to_network(pays, owed, outside):
    """Of all that each party pays, what goes to the network."""
    inside = []
    for i, total in enumerate(pays):
        left, paid = total, Fraction(0)
        for rank, outer in zip(owed, outside, strict=True):
            due = sum(rank[i]) + outer[i]
            paid += min(left, due) * sum(rank[i]) / due if due else 0
            left = max(left - due, 0)
        inside.append(float(paid))
    return inside


@given(networks(ranks=1))
def test_the_greatest_is_the_optimum_of_a_linear_programme(network):
    # Eisenberg & Noe (2001), lemma 4: it maximises any increasing function of payments that everybody can afford.
    owed, _, cash, outer = (numbers(part) for part in network)
    due = owed.sum(axis=1) + outer
    split = owed / np.where(due > 0, due, 1)[:, None]
    optimum = linprog(-np.ones(N), A_ub=np.eye(N) - split.T, b_ub=cash, bounds=list(zip(np.zeros(N), due, strict=True)))
    ours = cleared(network, "pari-passu")
    np.testing.assert_allclose(ours.paid, split.sum(axis=1) * optimum.x, atol=1e-7)


@given(networks(), st.sampled_from(["senior", "pari-passu"]), st.sampled_from(COSTS))
def test_nobody_pays_more_than_it_owes_or_has_and_creditors_come_before_owners(network, outside, default_costs):
    costs = tuple(float(share) for share in default_costs)
    owed, _, cash, outer = (numbers(part) for part in network)
    ours = cleared(network, outside, costs)
    assert (ours.paid_to >= 0).all()
    assert (ours.paid_to <= owed).all()
    assert (ours.least <= ours.paid * (1 + 1e-12)).all()
    np.testing.assert_allclose(ours.paid_to.sum(axis=-1), ours.paid, rtol=1e-15)
    receipts = ours.paid_to.sum(axis=-2)
    slack = 1e-11 * (1 + owed.sum())
    assert (ours.paid <= cash + receipts + slack).all()
    has = np.where(ours.in_default, costs[0] * cash + costs[1] * receipts, cash + receipts)
    if outside == "senior":
        has = np.maximum(has - outer, 0.0)
        # Absolute priority: who is in default keeps nothing.
        np.testing.assert_allclose(ours.paid[ours.in_default], has[ours.in_default], atol=slack)
    np.testing.assert_array_equal(ours.paid_to[~ours.in_default], owed[~ours.in_default])


@given(networks(), st.sampled_from(["senior", "pari-passu"]))
def test_a_class_is_paid_pro_rata_and_only_after_the_class_before(network, outside):
    owed, classes, _, _ = (numbers(part) for part in network)
    paid_to = cleared(network, outside).paid_to
    share = np.where(owed > 0, paid_to / np.where(owed > 0, owed, 1.0), np.nan)
    for i in range(N):
        senior, junior = (share[i][(owed[i] > 0) & (classes[i] == rank)] for rank in (0, 1))
        for one in (senior, junior):
            assert one.size == 0 or np.ptp(one) <= 1e-15
        assert not junior.any() or (senior == 1).all()


@given(networks(), st.sampled_from(COSTS), st.integers(0, N - 1), tenths)
def test_more_cash_for_one_never_lowers_what_anybody_pays(network, default_costs, party, gift):
    costs = tuple(float(share) for share in default_costs)
    owed, classes, cash, outer = network
    richer = [c + gift * (i == party) for i, c in enumerate(cash)]
    before, after = cleared(network, "senior", costs), cleared((owed, classes, richer, outer), "senior", costs)
    assert (after.paid_to >= before.paid_to - 1e-11).all()
    assert (after.least >= before.least - 1e-11).all()
    assert (after.in_default <= before.in_default).all()


@given(networks(), st.permutations(range(N)), st.sampled_from(["senior", "pari-passu"]))
def test_the_order_of_the_parties_is_of_no_account(network, order, outside):
    owed, classes, cash, outer = (np.array(part) for part in network)
    shuffled = (owed[np.ix_(order, order)], classes[np.ix_(order, order)], cash[order], outer[order])
    one, two = cleared(network, outside), cleared(shuffled, outside)
    np.testing.assert_allclose(two.paid_to, one.paid_to[np.ix_(order, order)], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(two.least, one.least[order], rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(two.in_default, one.in_default[order])


@given(networks(), st.integers(0, N - 1))
def test_splitting_a_creditors_claims_changes_nothing_for_the_others(network, party):
    owed, classes, cash, outer = (np.array(part) for part in network)
    owed[party] = 0  # who owes nothing may be split in two without being asked
    whole = cleared((owed, classes, cash, outer))
    wider = np.zeros((N + 1, N + 1))
    wider[:N, :N] = owed
    wider[:N, N], wider[:N, party] = owed[:, party] * Fraction(1, 4), owed[:, party] * Fraction(3, 4)
    ranks = np.zeros((N + 1, N + 1), dtype=int)
    ranks[:N, :N], ranks[:N, N] = classes, classes[:, party]
    split = clear(wider, [*numbers(cash), 0], [*numbers(outer), 0], seniority=ranks)
    np.testing.assert_allclose(split.paid[:N], whole.paid, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(split.paid_to[:, [party, N]].sum(axis=1)[:N], whole.paid_to[:, party], atol=1e-12)


def random_batch(rng, *shape, parties=6):
    owed = rng.exponential(size=(*shape, parties, parties)) * (rng.random((*shape, parties, parties)) < 0.5)
    owed *= 1 - np.eye(parties)
    return owed, rng.exponential(0.3, (*shape, parties)), rng.exponential(0.3, (*shape, parties))


@pytest.mark.parametrize("outside", ["senior", "pari-passu"])
@pytest.mark.parametrize("default_costs", [(1.0, 1.0), (0.7, 0.9)])
def test_a_batch_clears_to_the_same_bits_as_its_members(outside, default_costs):
    rng = np.random.default_rng(11)
    owed, cash, outer = random_batch(rng, 2, 150)
    classes = rng.integers(0, 3, (6, 6))
    together = clear(owed, cash, outer, outside, classes, default_costs)
    assert together.in_default.mean() > 0.1
    for i, j in [(0, 0), (0, 127), (0, 128), (1, 77), (1, 149)]:
        alone = clear(owed[i, j], cash[i, j], outer[i, j], outside, classes, default_costs)
        for name in ("paid", "paid_to", "in_default", "least"):
            np.testing.assert_array_equal(getattr(together, name)[i, j], getattr(alone, name))


def test_the_answer_of_a_path_does_not_depend_on_its_neighbours():
    rng = np.random.default_rng(5)
    owed, cash, outer = random_batch(rng, 200)
    poor, rich = np.array(cash), np.array(cash)
    poor[1:], rich[1:] = 0.0, 1e3
    run = jax.jit(greatest)
    with jax.enable_x64(True):
        one, two = (
            np.asarray(run(np.moveaxis(owed, 0, -1)[None], c.T, np.moveaxis(outer, 0, -1)[None]).share)
            for c in (poor, rich)
        )
    assert 0 < one[..., 0].min() < 1
    np.testing.assert_array_equal(one[..., 0], two[..., 0])


@given(st.sampled_from([2, 5]), st.floats(1e-9, 1e9), st.sampled_from([(1.0, 1.0), (0.5, 1.0), (1.0, 0.9)]))
def test_a_ring_of_debts_without_cash_clears_and_is_seen_to_feed_itself(parties, amount, default_costs):
    owed = amount * np.roll(np.eye(parties), 1, axis=1)
    ours = clear(owed, np.zeros(parties), default_costs=default_costs)
    np.testing.assert_array_equal(ours.paid, amount)
    np.testing.assert_array_equal(ours.least, 0)
    assert not ours.in_default.any()


@pytest.mark.parametrize("leak", [1e-3, 1e-6, 1e-9])
def test_a_ring_that_leaks_a_billionth_is_cleared_to_the_last_digits(leak):
    # Each of three owes the next 1 and outsiders `leak`, of equal rank, and has cash `leak` / 4: every dollar goes
    # round until it has leaked, and what leaks is all the cash there is: each pays a quarter of what it owes.
    owed = np.roll(np.eye(3), 1, axis=1)
    ours = clear(owed, np.full(3, leak / 4), np.full(3, leak), "pari-passu")
    np.testing.assert_allclose(ours.paid, 0.25, rtol=1e-12)
    np.testing.assert_allclose(ours.least, 0.25, rtol=1e-12)


def test_rounding_makes_nobody_default():
    # 0.1 + 0.2 is more than 0.3 in binary: who has 0.3 and owes both pays both.
    ours = clear([[0, 0.1, 0.2], [0, 0, 0], [0, 0, 0]], [0.3, 0, 0])
    assert 0.1 + 0.2 > 0.3
    assert not ours.in_default.any()
    np.testing.assert_array_equal(ours.paid_to[0], [0, 0.1, 0.2])


def test_who_owes_nothing_is_never_in_default():
    # What the others pay comes down by several steps to nothing at all; rounding must not take it below.
    owed = [[0, 0, 1, 2 / 3], [0, 0, 1, 0], [0, 2 / 3, 0, 1 / 5], [0, 0, 0, 0]]
    classes = [[0, 0, 0, 0], [0, 1, 1, 1], [1, 0, 0, 0], [1, 1, 0, 0]]
    ours = clear(owed, [0, 0, 0.1, 0], [0, 0.1, 0, 0], "pari-passu", classes, (0.0, 1.0))
    assert ours.in_default.tolist() == [True, True, True, False]


def test_it_works_with_64_bits_off_and_leaves_them_off():
    assert not jax.config.jax_enable_x64
    ours = clear([[0, 1], [0, 0]], [1 / 3, 0])
    assert ours.paid.dtype == np.float64
    assert ours.paid[0] == 1 / 3
    assert not jax.config.jax_enable_x64


def test_the_least_unit_of_a_batch_may_be_empty():
    ours = clear(np.zeros((0, 3, 3)), np.zeros((0, 3)))
    assert ours.paid.shape == ours.least.shape == ours.in_default.shape == (0, 3)
    assert ours.paid_to.shape == (0, 3, 3)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"owed": [[0, -1], [0, 0]]}, r"owed\[0, 1\] is -1\.0; finite numbers that are not negative"),
        ({"owed": [[0, np.nan], [0, 0]]}, r"owed\[0, 1\] is nan"),
        ({"owed": [[2, 1], [0, 0]]}, r"owed\[0, 0\] is 2\.0; zeros on the diagonal"),
        ({"owed": [[0, 1, 2], [0, 0, 3]]}, r"owed has shape \(2, 3\); \(…, n, n\)"),
        ({"owed": [0, 1]}, r"owed has shape \(2,\); at least 2 axes"),
        ({"owed": [["0", "1"], ["0", "0"]]}, "owed holds .* real numbers"),
        ({"cash": [1, 2, 3]}, r"cash has shape \(3,\); \(2,\)"),
        ({"cash": [1, -2]}, r"cash\[1\] is -2\.0"),
        ({"cash": np.ones((3, 2)), "owed": np.zeros((4, 2, 2))}, r"do not fit together: .*\(4,\).*\(3,\)"),
        ({"outside_debt": [1, 2, 3]}, r"outside_debt has shape \(3,\)"),
        ({"outside_debt": -1}, r"outside_debt is -1\.0"),
        ({"outside": "junior"}, "outside is 'junior'; 'senior' or 'pari-passu'"),
        ({"seniority": [[0, 1.5], [0, 0]]}, "seniority holds float64 values; whole numbers"),
        ({"seniority": [[0, -1], [0, 0]]}, r"seniority\[0, 1\] is -1"),
        ({"seniority": [0, 1]}, r"seniority has shape \(2,\)"),
        ({"default_costs": (1.0, 1.1)}, r"default_costs is \(1\.0, 1\.1\); two shares from 0 to 1"),
        ({"default_costs": (1.0,)}, "two shares from 0 to 1"),
        ({"default_costs": (np.nan, 1.0)}, "two shares from 0 to 1"),
    ],
)
def test_a_wrong_argument_is_refused_with_what_is_accepted(arguments, complaint):
    with pytest.raises(ArgumentError, match=complaint) as refusal:
        clear(**({"owed": [[0, 1], [0, 0]], "cash": [1, 0]} | arguments))
    assert "\n" not in str(refusal.value)
