"""Which figure matters most: Ishigami's function as a contract, and a line that can be worked out by hand."""

import math
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
from scipy.stats import sobol_indices as of_scipy

import interlock
from drawn import assert_drawn
from interlock.analysis.sensitivity import LUCK, MOVEMENTS, OTHER_SEED, OTHERS
from interlock.contracts import KINDS, Contract, Leg, Now, Purpose
from interlock.ground.arrays import space_of, where
from interlock.ground.chance import stream_keys, uniforms
from interlock.ground.units import Multiple, Usd


@dataclass(frozen=True, kw_only=True)
class Ishigami(Contract):
    """A payment that follows Ishigami's function of three figures, and twenty besides."""

    kind: ClassVar[str] = "ishigami"
    sentence: ClassVar[str] = "{payer} pays {payee} by {one}, {two} and {three}, each less half a turn"

    one: Multiple
    """Of the sine."""
    two: Multiple
    """Of the squared sine."""
    three: Multiple
    """Of the fourth power."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg("payer", "payee", Purpose.goods),)

    def due(self, now: Now, memory: object) -> tuple[Usd]:
        one, two, three = (angle - math.pi for angle in (self.one, self.two, self.three))
        sine, squared = space_of(one).sin(one), space_of(two).sin(two) ** 2
        amount = sine + 7.0 * squared + 0.1 * three**4 * sine + 20.0
        return (where(now.month == 0.0, amount, 0.0),)


TURN = f"{{assumed: 'uniform(0, {2.0 * math.pi})', because: a test}}"

# Nobody deals with these: what they have does nothing.
IDLE = "\n".join(f"  idle-{n}: {{roles: [investor], cash: 1 to 2 k USD}}" for n in range(9))

ISHIGAMI = f"""
book: {{title: Ishigami pays, as_of: 2026-01-01, start: 2026-01, months: 2}}
parties:
  payer: {{roles: [investor], cash: 1 k USD}}
  payee: {{roles: [cloud]}}
{IDLE}
deals:
  sine:
    announced: 2026-01-01
    status: in-force
    contracts:
      wave: {{kind: ishigami, payer: payer, payee: payee, one: {TURN}, two: {TURN}, three: {TURN}}}
"""

VARIANCE = 7**2 / 8 + 0.1 * np.pi**4 / 5 + 0.1**2 * np.pi**8 / 18 + 1 / 2
FIRST = np.array([(1 + 0.1 * np.pi**4 / 5) ** 2 / 2, 7**2 / 8, 0.0]) / VARIANCE
TOTAL = FIRST + np.array([1, 0, 1]) * 0.1**2 * np.pi**8 * (1 / 18 - 1 / 50) / VARIANCE
ADDRESSES = [f"deals.sine.wave.{name}" for name in ("one", "two", "three")]

# A buyer pays 100 to 300 a year, one year, for what nobody else told; two figures rise together, the third may not be.
LINE = """
book: {title: Three bills, as_of: 2026-01-01, start: 2026-01, months: 12}
groups: {prices: {correlation: 60 %}}
parties:
  buyer: {roles: [lab], cash: 10 B USD}
  seller: {roles: [cloud]}
deals:
  bills:
    announced: 2026-01-01
    status: in-force
    contracts:
      first: {kind: model-usage, payer: buyer, payee: seller, term: 12 months,
        amount: {undisclosed: true, assume: "normal(200 M USD/year, 40 M USD/year)", because: secret, group: prices}}
      second: {kind: model-usage, payer: buyer, payee: seller, term: 12 months,
        amount: {assumed: "normal(100 M USD/year, 30 M USD/year)", because: a test, group: prices}}
  perhaps:
    announced: 2026-01-01
    status: letter-of-intent
    probability: 50 %
    contracts:
      third: {kind: model-usage, payer: buyer, payee: seller, term: 12 months, amount: 80 M USD/year}
"""


@pytest.fixture(scope="module")
def wave(tmp_path_factory):
    file = tmp_path_factory.mktemp("wave") / "book.yaml"
    file.write_text(ISHIGAMI, encoding="utf-8")
    return interlock.open_book(file, kinds=(*KINDS, Ishigami))


@pytest.fixture(scope="module")
def asked(wave):
    return interlock.sensitivity(wave, of="sales of payee", top=3, paths=8192)


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    file = tmp_path_factory.mktemp("line") / "book.yaml"
    file.write_text(LINE, encoding="utf-8")
    return interlock.open_book(file)


@pytest.fixture(scope="module")
def bills(line):
    return interlock.sensitivity(line, of="sales of seller", top=2, paths=4096)


def moved(answer):
    return {each.name: each for each in answer.moved}


def test_a_contract_of_ishigami_has_the_indices_of_the_closed_form(asked):
    assert asked.mean == pytest.approx(3.5 + 20.0, abs=4 * asked.mean_error)
    assert asked.deviation**2 == pytest.approx(VARIANCE, rel=0.03)
    alone = {each.address: each.alone for each in asked.figures}
    for address, first, total in zip(ADDRESSES, FIRST, TOTAL, strict=True):
        found = moved(asked)[address]
        assert alone[address].share == pytest.approx(first, abs=4 * alone[address].error + 0.02)
        assert found.first.share == pytest.approx(first, abs=4 * found.first.error)
        assert found.total.share == pytest.approx(total, abs=4 * found.total.error)
    assert set(moved(asked)) == {*ADDRESSES, OTHERS}


def test_those_are_moved_without_which_it_would_vary_least_and_none_that_does_nothing(wave):
    """The third is nothing alone, and of nine that do nothing some look like more than that by chance."""
    answer = interlock.sensitivity(wave, of="sales of payee", top=3, paths=256)
    alone = [each.address for each in answer.figures]
    assert alone.index(ADDRESSES[2]) > 2
    assert set(moved(answer)) == {*ADDRESSES, OTHERS}
    assert moved(answer)[OTHERS].total.share == 0.0
    assert {*moved(interlock.sensitivity(wave, of="sales of payee", top=6, paths=256))} == {*ADDRESSES, OTHERS}


def test_its_indices_are_those_that_scipy_finds_for_the_same_outputs(wave):
    few = interlock.sensitivity(wave, of="sales of payee", top=3, paths=512)

    def outputs(points):
        x = np.pi * (2.0 * points - 1.0)
        return np.sin(x[0]) + 7.0 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]) + 20.0

    a, b = (uniforms(stream_keys(seed, ADDRESSES), [0], np.arange(512))[0] for seed in (7, 7 ^ OTHER_SEED))
    mixed = [outputs(np.where(np.arange(3)[:, None] == n, b, a))[None] for n in range(3)]
    theirs = of_scipy(func={"f_A": outputs(a)[None], "f_B": outputs(b)[None], "f_AB": np.array(mixed)}, n=512)
    ours = [moved(few)[address] for address in ADDRESSES]
    np.testing.assert_allclose([each.first.share for each in ours], theirs.first_order, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose([each.total.share for each in ours], theirs.total_order, rtol=1e-8)


def test_ends_of_a_range_move_the_mean_as_far_as_the_function_does(asked):
    # At 5 and 95 % of a turn, with the fourth power of the third at its mean.
    for n, (low, high) in enumerate(((-0.9 * np.pi, 0.9 * np.pi),) * 2):
        found = moved(asked)[ADDRESSES[n]]
        at = [np.sin(x) * (1 + 0.1 * np.pi**4 / 5) + 3.5 if n == 0 else 7 * np.sin(x) ** 2 for x in (low, high)]
        assert found.low.value == pytest.approx(20 + at[0], abs=4 * found.low.error)
        assert found.high.value == pytest.approx(20 + at[1], abs=4 * found.high.error)
        assert found.swing.difference == pytest.approx(found.high.value - found.low.value, rel=1e-12)


def test_what_moves_together_is_moved_together(bills):
    """The variance of a sum of three bills, in M USD squared: 40², 30², twice 0.6 x 40 x 30, and 80² / 4."""
    variance = 40**2 + 30**2 + 2 * 0.6 * 40 * 30 + 80**2 / 4
    alone = {each.address: each.alone for each in bills.figures}
    # To know one of the two tells something of the other.
    first = (40 + 0.6 * 30) ** 2 / variance
    assert alone["deals.bills.first.amount"].share == pytest.approx(first, abs=0.05)
    assert alone["deals.perhaps.probability"].share == pytest.approx(80**2 / 4 / variance, abs=0.05)
    group, chance = (moved(bills)[name] for name in ("groups.prices", "deals.perhaps.probability"))
    assert group.total.share == pytest.approx(1 - 80**2 / 4 / variance, abs=4 * group.total.error)
    assert group.first.share == pytest.approx(group.total.share, abs=4 * group.first.error)
    # Both are at a corner that is as far out as the end of a range is of one alone: on the ellipse of their scores,
    # z² / (1 + 0.6) x 2 = 1.64².
    far = 1.6448536 * math.sqrt((1 + 0.6) / 2) * (40e6 + 30e6)
    assert (group.low.value, group.high.value) == (
        pytest.approx(340e6 - far, abs=4e6),
        pytest.approx(340e6 + far, abs=4e6),
    )
    assert chance.swing.difference == pytest.approx(80e6, rel=1e-9)
    assert chance.swing.difference_error == pytest.approx(0.0, abs=1.0)


def test_only_what_really_moves_it_is_said_to_move_it_most(bills):
    assert "Of 2 that were moved, it moves most with groups.prices" in bills.tell()
    noise = {"groups.prices": 100e6, "deals.perhaps.probability": 1e6}
    swings = (
        replace(each, swing=each.swing and replace(each.swing, difference_error=noise[each.name]))
        for each in bills.moved
        if each.name in noise
    )
    noisy = replace(bills, moved=tuple(swings))
    assert "it moves most with deals.perhaps.probability" in noisy.tell()
    swings = (replace(each, swing=replace(each.swing, difference_error=100e6)) for each in noisy.moved)
    told = replace(noisy, moved=tuple(swings)).tell()
    assert "None of the 2 inputs that were moved moves it beyond what is chance." in told
    assert "most with" not in told


def test_figures_that_are_named_are_moved_and_no_others(line, bills):
    perhaps = "deals.perhaps.probability"
    named = interlock.sensitivity(line, of="sales of seller", move=[perhaps], paths=256)
    assert {*moved(named)} == {perhaps, OTHERS}
    assert moved(named)[perhaps].swing.difference == pytest.approx(80e6, rel=1e-9)
    assert f"It moves with {perhaps}: " in named.tell()
    # One of a group stands for all of it.
    both = interlock.sensitivity(line, of="sales of seller", move=["deals.bills.second.amount", perhaps], paths=256)
    assert {*moved(both)} == {perhaps, "groups.prices"}


def test_what_is_kept_secret_has_a_value(bills):
    first = bills.figures[0]
    assert (first.address, first.grade) == ("deals.bills.first.amount", "undisclosed")
    left = bills.deviation * math.sqrt(1 - first.alone.share)
    [told] = [each for each in bills.tell().splitlines() if "were disclosed" in each]
    assert told.startswith("If deals.bills.first.amount were disclosed")
    assert f"about {left / 1e6:.0f} M USD" in told


def test_every_figure_alone_takes_no_run_but_its_own(line):
    run = interlock.simulate(line, paths=256)
    answer = interlock.sensitivity(run, of="sales of seller", top=0)
    assert answer.moved == ()
    assert {each.address for each in answer.figures} == set(run.figures)
    assert answer == interlock.sensitivity(line, of="sales of seller", top=0, paths=256)


def test_all_that_is_not_moved_is_one_input():
    chain = interlock.sensitivity(interlock.open_book("chain"), top=1, paths=64)
    assert chain.output == "failure of lab"
    assert {OTHERS, MOVEMENTS} < set(moved(chain))
    assert len(moved(chain)) == 3
    assert LUCK not in {each.grade for each in chain.figures}
    document = chain.to_json()
    assert document["figures"][0]["first_order"]["low"] < document["figures"][0]["first_order"]["share"]
    assert len(chain.table()) == len(chain.figures)


def test_what_never_varies_says_so(line):
    answer = interlock.sensitivity(line, of="failure of seller", paths=64)
    assert "rests on no uncertain figure" in answer.head()
    assert answer.moved == ()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"of": "wealth of seller"}, "is no output"),
        ({"of": "sales of sellar"}, "Did you mean 'seller'"),
        ({"of": "sales of seller in 2031"}, "the run goes from 2026 to 2026"),
        ({"of": "paid under deals.bills.frist"}, "Did you mean 'deals.bills.first'"),
        ({"of": "sales of seller", "paths": 16}, "64 futures at least"),
        ({"of": "sales of seller", "top": -1}, "from 0"),
        ({"of": "sales of seller", "top": 2, "move": ["deals.bills.first.amount"]}, "leave one of them out"),
        ({"of": "sales of seller", "move": ["deals.bills.frist.amount"]}, "Did you mean 'deals.bills.first.amount'"),
        ({"of": "sales of seller", "move": ["deals.perhaps.third.amount"]}, "is no uncertain figure"),
        ({"of": "sales of seller by the end of 2026"}, "failure of PARTY and lowest cash of PARTY"),
        ({"of": "sales of seller", "sampling": "sobol", "paths": 64}, "plain futures"),
    ],
)
def test_what_cannot_be_asked_is_one_line(line, asked, words):
    with pytest.raises(interlock.ArgumentError, match=words) as problem:
        interlock.sensitivity(line, **{"paths": 64, **asked})
    assert len(str(problem.value).splitlines()) == 1


def test_swings_and_variance_are_drawn(bills):
    assert_drawn(bills, "swing", "variance")
