"""What is held of a run: months only of the paths on which dollars are followed, however many paths there are."""

import jax
import numpy as np
import pytest

import interlock
from interlock.engine import simulate
from interlock.engine.simulate import simulate_chunks
from interlock.program.compile import compile_book

CHUNK = 8


def chunks_of(paths, **options):
    program = compile_book(interlock.open_book("ring"))
    return [futures for *_, futures in simulate_chunks(program, paths=paths, seed=7, chunk=CHUNK, **options)]


@pytest.mark.parametrize(
    ("followed", "held"),
    [
        pytest.param(CHUNK + 1, [CHUNK, CHUNK, 0, 0], id="whole chunks, as many as hold the paths that are followed"),
        pytest.param(CHUNK // 2, [CHUNK // 2, 0, 0, 0], id="a part of the first"),
    ],
)
def test_months_are_held_only_of_the_paths_that_are_followed(monkeypatch, followed, held):
    monkeypatch.setattr(simulate, "paths_to_follow", lambda _: followed)
    found = [futures.monthly.paid for futures in chunks_of(4 * CHUNK, all_months=False)]
    assert [0 if paid is None else paid.shape[-1] for paid in found] == held


@pytest.mark.parametrize("followed", [CHUNK, CHUNK // 2])
def test_what_is_not_held_changes_nothing_that_is(monkeypatch, followed):
    monkeypatch.setattr(simulate, "paths_to_follow", lambda _: followed)
    for held, partly in zip(chunks_of(2 * CHUNK), chunks_of(2 * CHUNK, all_months=False), strict=True):
        if partly.monthly.paid is not None:
            np.testing.assert_array_equal(held.monthly.paid[..., :followed], partly.monthly.paid)
        both = [futures._replace(monthly=None) for futures in (held, partly)]
        jax.tree.map(np.testing.assert_array_equal, *both)


def test_a_run_holds_the_months_of_every_path_where_they_are_kept():
    book = interlock.open_book("ring")
    assert interlock.simulate(book, paths=1100, keep=["paid"])["paid_by_month"].sizes["path"] == 1100
