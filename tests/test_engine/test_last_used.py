"""What is compiled for shapes of book that were not run for long is let go of, and nothing that is running is."""

import random
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import numpy as np
import pytest

import interlock
from interlock.engine import chunk
from interlock.engine.last_used import LastUsed

MAPPINGS = Path("/proc/self/maps")


class Thing:
    """Something that must not be dropped while it is used."""

    def __init__(self, key):
        self.key = key
        self.users = 0
        self.is_gone = False


@pytest.fixture
def dropped():
    return []


@pytest.fixture
def two(dropped):
    """A store of two."""
    return LastUsed(Thing, lambda thing: dropped.append(thing.key), most=2)


def used(store, *keys):
    for key in keys:
        with store.of(key) as thing:
            assert thing.key == key


def test_the_least_recently_used_is_dropped(two, dropped):
    used(two, "a", "b", "a", "c")
    assert dropped == ["b"]
    used(two, "a", "d")
    assert dropped == ["b", "c"]
    assert len(two) == 2


def test_what_is_kept_is_the_same_and_what_was_dropped_is_made_anew(two):
    with two.of("a") as first:
        pass
    with two.of("a") as again:
        assert again is first
    used(two, "b", "c")
    with two.of("a") as anew:
        assert anew is not first


def test_what_is_in_use_stays_and_more_are_kept_for_so_long(two, dropped):
    with two.of("a"), two.of("b"), two.of("c"):
        used(two, "d")
        assert dropped == ["d"]
        assert len(two) == 3
    assert dropped == ["d", "c"]
    with two.of("a"):
        used(two, "e", "f")
        assert dropped == ["d", "c", "b", "e"]


def test_what_fails_is_in_use_no_more(two, dropped):
    with pytest.raises(RuntimeError), two.of("a"):
        raise RuntimeError
    used(two, "b", "c")
    assert dropped == ["a"]


def test_no_thread_finds_gone_what_it_uses():
    made, lock, found_gone = [], Lock(), []

    def make(key):
        made.append(Thing(key))
        return made[-1]

    def drop(thing):
        with lock:
            found_gone.extend([thing.key] * thing.users)
            thing.is_gone = True

    store = LastUsed(make, drop, most=1)

    def work(seed):
        dice = random.Random(seed)
        for _ in range(300):
            with store.of(dice.randrange(4)) as thing:
                with lock:
                    thing.users += 1
                    found_gone.extend([thing.key] * thing.is_gone)
                with lock:
                    thing.users -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert found_gone == []
    assert len(store) == 1
    assert len(made) > 4, "nothing was ever dropped: this proves nothing"


def ring_of(months, tmp_path):
    """The ring, over so many months: each a shape of its own."""
    text = (Path(interlock.__file__).parent / "books" / "ring" / "ring.yaml").read_text(encoding="utf-8")
    file = tmp_path / f"ring-{months}.yaml"
    file.write_text(re.sub(r"months: \d+", f"months: {months}", text, count=1), encoding="utf-8")
    return interlock.open_book(file)


def cash_of(book):
    """By path, party and year; three chunks of paths, in as many threads as there are cores."""
    return interlock.simulate(book, paths=3 * 1024)["cash"].values


@pytest.mark.skipif(not MAPPINGS.exists(), reason="only Linux tells what memory a process has mapped")
def test_a_shape_that_was_let_go_of_gives_its_memory_back_and_runs_again_to_the_same_bits(tmp_path, monkeypatch):
    store = LastUsed(chunk.compiled_for, chunk.let_go, most=1)
    monkeypatch.setattr(chunk, "COMPILED", store)

    def mapped():
        return len(MAPPINGS.read_text(encoding="utf-8").splitlines())

    books, before = [ring_of(months, tmp_path) for months in (3, 4, 5, 6)], mapped()
    first = cash_of(books[0])
    taken = mapped() - before
    assert taken > 300, "a compiled shape takes few mappings: this proves nothing"
    for book in books[1:]:
        cash_of(book)
    assert len(store) == 1
    # One may still be held until JAX has put the next one in its place.
    assert mapped() - before < 2.2 * taken
    assert np.array_equal(cash_of(books[0]), first)
