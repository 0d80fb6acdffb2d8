"""What is held of a run: months only of the paths on which dollars are followed, however many paths there are."""

import jax
import numpy as np

import interlock
from interlock.engine.simulate import simulate_chunks
from interlock.program.compile import compile_book

CHUNK = 8


def chunks_of(paths, **options):
    program = compile_book(interlock.open_book("ring"))
    return [futures for *_, futures in simulate_chunks(program, paths=paths, seed=7, chunk=CHUNK, **options)]


def test_months_are_held_only_of_the_chunks_that_were_asked_for():
    assert [f.monthly.paid is None for f in chunks_of(4 * CHUNK, by_month=CHUNK + 1)] == [False, False, True, True]


def test_what_is_not_held_changes_nothing_that_is():
    for held, dropped in zip(chunks_of(2 * CHUNK), chunks_of(2 * CHUNK, by_month=0), strict=True):
        assert set(dropped.monthly) == {None}
        both = [futures._replace(monthly=None) for futures in (held, dropped)]
        jax.tree.map(np.testing.assert_array_equal, *both)


def test_a_run_holds_the_months_of_every_path_where_they_are_kept():
    book = interlock.open_book("ring")
    assert interlock.simulate(book, paths=1100, keep=["paid"])["paid_by_month"].sizes["path"] == 1100
