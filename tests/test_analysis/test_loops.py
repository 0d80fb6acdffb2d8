"""What is paid only because of a loop: rings written out by hand, and bills at random against payments made in turn."""

import jax
import numpy as np
import pytest

import interlock
from interlock.ground.sums import tied
from interlock.money.bills import Ends, clear_bills, clear_in_turn

RING = """
book: {title: Debts in a ring, as_of: 2026-01-01, start: 2026-01, months: 14}
parties:
  a: {roles: [cloud], flows: {bills: {to: b, purpose: goods, amount: 60 M USD/year}}}
  b: {roles: [cloud], flows: {bills: {to: c, purpose: goods, amount: 60 M USD/year}}}
  c: {roles: [cloud], flows: {bills: {to: a, purpose: goods, amount: 60 M USD/year}}}
  d: {roles: [cloud], cash: 1 B USD, flows: {bills: {to: a, purpose: goods, amount: 12 M USD/year, start: 2026-07}}}
"""


def looped(tmp_path, text, paths=8):
    (tmp_path / "ring.yaml").write_text(text, encoding="utf-8")
    return interlock.loops(interlock.simulate(interlock.open_book(tmp_path / "ring.yaml"), paths=paths))


def test_a_ring_without_cash_pays_only_because_it_is_one(tmp_path):
    """Five million a month each, until somebody outside brings the first dollar into the ring in July."""
    answer = looped(tmp_path, RING)
    assert {(each.payer, each.payee): each.total.centre for each in answer.pairs} == {
        pair: pytest.approx(30e6, rel=1e-12) for pair in [("a", "b"), ("b", "c"), ("c", "a")]
    }
    assert [[usd.centre for _, usd in each.years] for each in answer.pairs] == [[30e6, 0.0]] * 3
    assert answer.total.centre == pytest.approx(90e6, rel=1e-12)
    assert answer.ever.share == 1.0


def test_one_dollar_goes_round_as_often_as_it_must(tmp_path):
    """A cent of cash within the ring, and nothing in it is paid only because of a loop."""
    answer = looped(tmp_path, RING.replace("a: {roles: [cloud],", "a: {roles: [cloud], cash: 0.01 USD,"))
    assert answer.pairs == ()
    assert answer.total.centre == answer.ever.share == 0.0
    assert answer.tell().endswith("nothing.")


def test_a_ring_that_is_there_in_some_futures_is_counted_in_those(tmp_path):
    # In seven futures of ten somebody gives b a dollar a month.
    text = RING + (
        "deals:\n  help:\n    announced: 2026-01-01\n    status: letter-of-intent\n"
        "    probability: {assumed: 70 %, because: a test}\n    contracts:\n"
        "      gift: {kind: plain-flow, payer: customers, payee: b, purpose: other-business, amount: 12 USD/year}\n"
    )
    answer = looped(tmp_path, text, paths=2000)
    assert answer.ever.share == pytest.approx(0.3, abs=4 * answer.ever.error)
    assert answer.total.centre == pytest.approx(90e6 * answer.ever.share, rel=1e-12)
    assert answer.total.error == pytest.approx(90e6 * np.sqrt(0.3 * 0.7 / 1024), rel=0.1)


def test_the_chain_has_no_loop_and_the_table_says_so():
    answer = interlock.loops(interlock.simulate(interlock.open_book("chain"), paths=32))
    assert answer.to_json()["pairs"] == []
    assert len(answer.table()) == 0


PARTIES, EDGE, LEGS, WORLDS = 5, 5, 14, 300


def bills(seed):
    """Random bills of whole dollars among five parties and an edge, of three classes; some parties have no cash."""
    chance = np.random.default_rng(seed)
    ends = Ends(
        tied(chance.integers(0, PARTIES + 1, LEGS).astype(np.int32), PARTIES),
        tied(chance.integers(0, PARTIES + 1, LEGS).astype(np.int32), PARTIES),
        chance.integers(0, 3, LEGS).astype(np.int32),
    )
    owed = chance.integers(0, 6, (LEGS, WORLDS)) * chance.integers(0, 2, (LEGS, WORLDS)) * 1.0
    cash = chance.integers(0, 8, (PARTIES, WORLDS)) * chance.integers(0, 2, (PARTIES, WORLDS)) * 1.0
    return owed, cash, ends


def in_turn(owed, cash, ends):
    """What is paid when everybody starts from nothing and pays, class by class, whatever it has been paid so far."""
    payer, payee, rank = ends.payer.group, ends.payee.group, ends.rank
    paid = np.where((payer == EDGE) | (payer == payee), owed, 0.0)
    for _ in range(3000):
        before = paid.copy()
        for party in range(PARTIES):
            purse = cash[party] + sum(before[leg] for leg in range(LEGS) if payee[leg] == party != payer[leg])
            for some in range(3):
                legs = [n for n in range(LEGS) if payer[n] == party != payee[n] and rank[n] == some]
                due = sum(owed[n] for n in legs)
                spent = min(purse, due)
                for n in legs:
                    paid[n] = owed[n] * spent / due if due else 0.0
                purse -= spent
        if np.array_equal(paid, before):
            break
    return paid


@pytest.mark.parametrize("seed", range(3))
def test_what_is_paid_in_turn_is_what_parties_pay_who_start_from_nothing(seed):
    owed, cash, ends = bills(seed)
    some = range(0, WORLDS, 6)
    with jax.enable_x64(True):
        found = np.asarray(jax.jit(clear_in_turn)(owed, cash, ends))
        most = np.asarray(jax.jit(clear_bills)(owed, cash, ends))
    expected = np.stack([in_turn(owed[:, n], cash[:, n], ends) for n in some], axis=-1)
    np.testing.assert_allclose(found[:, list(some)], expected, atol=1e-6)
    assert (most >= found - 1e-9).all()
    assert (most > found + 0.5).any(), "none of the worlds has a ring without cash"
