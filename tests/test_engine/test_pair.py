"""Worlds on the same futures: what is the same in both books is the same on every future."""

import numpy as np
import pytest

import interlock
from interlock.analysis.answer import each_path
from interlock.ground.sampling_error import difference_error, sampling_error

PATHS = 64
DEARER = {"deals.rounds.probability": "60 %"}


@pytest.fixture(scope="module")
def chain():
    return interlock.open_book("chain")


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def pair(chain, told):
    return tuple(
        interlock.simulate_pair(
            chain, chain.amend(DEARER), paths=PATHS, seed=5, progress=lambda *done: told.append(done)
        )
    )


def test_each_of_a_pair_is_the_run_of_its_book(chain, pair):
    for run, book in zip(pair, (chain, chain.amend(DEARER)), strict=True):
        alone = interlock.simulate(book, paths=PATHS, seed=5)
        assert run.provenance == alone.provenance
        np.testing.assert_array_equal(run["cash"].values, alone["cash"].values)


def test_what_both_books_have_is_the_same_on_every_future(pair):
    before, after = (dict(zip(run.figures, run.draws, strict=True)) for run in pair)
    shared = (before.keys() & after.keys()) - DEARER.keys()
    assert len(shared) > 1
    for each in shared:
        np.testing.assert_array_equal(before[each], after[each])
    # Orders of chips come before any round: they are the same to rounding of the largest.
    chips = [run.series["flows"].first[run.series["flows"].of(("cloud", "chipmaker"))] for run in pair]
    np.testing.assert_allclose(*chips, rtol=0, atol=1e-12 * chips[0].max())


def test_their_difference_is_known_better_than_either(pair):
    cash = [each_path(run.series["cash"].first[run.series["cash"].of("lab"), -1]) for run in pair]
    apart = np.hypot(*(sampling_error(values, run.sampling) for (values, _), run in zip(cash, pair, strict=True)))
    assert difference_error(*cash, pair[0].sampling) < 0.7 * apart


def test_progress_goes_once_from_nothing_to_all(pair, told):
    assert told == sorted(told)
    assert told[-1] == (2 * PATHS, 2 * PATHS)


def test_a_run_is_taken_as_it_is_and_books_are_run_as_it_was(chain, pair):
    worlds = interlock.simulate_pair(pair[0], chain.amend(DEARER), paths=8, seed=1, sampling="sobol")
    assert next(worlds) is pair[0]
    assert next(worlds).provenance == pair[1].provenance
    assert list(worlds) == []


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"paths": 0}, "from 1 to"),
        ({"sampling": "sobl"}, "Did you mean 'sobol'"),
        ({"paths": 12, "sampling": "sobol"}, "powers of two"),
    ],
)
def test_what_cannot_be_run_is_one_line_before_anything_runs(chain, how, words):
    with pytest.raises(interlock.ArgumentError, match=words):
        interlock.simulate_pair(chain, chain, **how)


def test_runs_of_other_futures_are_no_pair(chain, pair):
    other = interlock.simulate(chain, paths=8)
    with pytest.raises(interlock.ArgumentError, match="not of the same futures"):
        interlock.simulate_pair(pair[0], other)
    with pytest.raises(interlock.ArgumentError, match="base is 'chain'"):
        interlock.simulate_pair("chain", chain)
