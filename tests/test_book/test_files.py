"""How a book is spread over files means nothing; whatever stands in them, it is read or refused."""

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.book.identity import book_identity, normalise
from interlock.book.read import BUNDLED, bundled, open_book
from interlock.book.written import plain
from interlock.ground.errors import BookError

from .conftest import SMALL_BOOK

BASE = {each: yaml.load(SMALL_BOOK, yaml.BaseLoader)[each] for each in yaml.load(SMALL_BOOK, yaml.BaseLoader)}


def pieces():
    """Every named thing of the small book as a file of its own."""
    for section, part in BASE.items():
        if isinstance(part, list):
            yield from ({section: [entry]} for entry in part)
        else:
            yield from ({section: {name: entry}} for name, entry in part.items())


@settings(max_examples=10)
@given(st.randoms(use_true_random=False), st.integers(1, 8))
def test_any_split_over_files_in_any_order_gives_an_equal_book(tmp_path_factory, random, count):
    folder = tmp_path_factory.mktemp("split") / "book"
    parts = list(pieces())
    random.shuffle(parts)
    names = [f"{chr(97 + number)}.yaml" for number in range(count)]
    chosen = [names[random.randrange(count)] for _ in parts]
    for name in set(chosen):
        file = folder / (f"sub/{name}" if random.random() < 0.5 else name)
        file.parent.mkdir(parents=True, exist_ok=True)
        merged: dict = {}
        for part, into in zip(parts, chosen, strict=True):
            if into == name:
                for section, entry in part.items():
                    old = merged.setdefault(section, type(entry)())
                    merged[section] = [*old, *entry] if isinstance(entry, list) else {**old, **entry}
        is_flowing = random.random() < 0.5
        file.write_text(yaml.safe_dump(merged, sort_keys=False, default_flow_style=is_flowing), encoding="utf-8")
    whole = folder.parent / "book.yaml"
    whole.write_text(SMALL_BOOK, encoding="utf-8")
    book, split = open_book(whole), open_book(folder)
    assert split == book
    assert book_identity(split) == book_identity(book)


ANYTHING = st.recursive(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(["30 B USD", "20 to 40 %", "2026-06", "lab", "spot", "figures.budget", "5 years", ""]),
        st.integers(),
        st.booleans(),
        st.none(),
        st.floats(allow_nan=True),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [*("kind", "payer", "term", "total", "assumed", "because", "same_as", "when", "all", "date", "is"), "x"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=10,
)


@settings(max_examples=60)
@given(st.sampled_from([*itertools.islice(pieces(), 100)]), st.data())
def test_whatever_stands_in_a_book_it_is_read_or_refused(tmp_path_factory, piece, data):
    [(section, part)] = piece.items()
    changed = yaml.load(SMALL_BOOK, yaml.BaseLoader)
    place = changed
    way = [section, *([next(iter(part))] if isinstance(part, dict) else [0])]
    while True:
        step = way.pop(0)
        inner = place[step]
        if not way and isinstance(inner, dict) and inner and data.draw(st.booleans()):
            way = [data.draw(st.sampled_from(sorted(inner)))]
        if not way:
            place[step] = data.draw(ANYTHING)
            break
        place = inner
    file = tmp_path_factory.mktemp("any") / "book.yaml"
    file.write_text(yaml.safe_dump(changed, allow_unicode=True), encoding="utf-8")
    refused: tuple = ()
    try:
        book = open_book(file)
        normalise(book)
        book.tell()
    except BookError as error:
        refused = (error, *error.problems)
    assert len(refused) != 1
    assert all(problem.wrong and problem.place.file == "book.yaml" for problem in refused[1:])


@settings(max_examples=200)
@given(st.one_of(st.binary(max_size=60), st.text(alphabet="{}[]:-?&*!|>'\"#% \n\tab0", max_size=60).map(str.encode)))
def test_any_bytes_are_read_or_refused(tmp_path_factory, raw):
    file = tmp_path_factory.mktemp("bytes") / "book.yaml"
    file.write_bytes(raw)
    with pytest.raises(BookError):
        open_book(file)


def test_every_bundled_book_opens_and_is_listed_with_its_title():
    titles = bundled()
    assert {"chain", "nvidia-microsoft-anthropic", "pair", "ring"} <= set(titles)
    for name, title in titles.items():
        book = open_book(name)
        assert (book.name, book.title) == (name, title)
        assert book.remarks == ()
        assert book == open_book(BUNDLED / name)


def test_a_book_is_checked_without_loading_what_is_slow():
    slow = {"jax", "scipy", "pandas", "xarray", "pint", "pydantic", "jaxtyping"}
    ask = (
        "import sys; from interlock.book.read import bundled, open_book\n"
        "for name in bundled(): open_book(name).tell()\n"
        f"print('loaded:', *sorted({slow!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("loaded:", "")


def test_words_that_other_readers_take_for_numbers_dates_or_yes_stay_words(tmp_path):
    file = tmp_path / "book.yaml"
    file.write_text("book: {title: NO, as_of: 2026-01-15, start: 2026-01, months: 12}\nparties: {}\n", encoding="utf-8")
    assert open_book(file).title == "NO"
    assert plain(open_book(file).raw) == {
        "book": {"title": "NO", "as_of": "2026-01-15", "start": "2026-01", "months": "12"},
        "parties": {},
    }


def test_scenarios_beside_a_book_are_no_part_of_it(tmp_path):
    (tmp_path / "book" / "scenarios").mkdir(parents=True)
    (tmp_path / "book" / "book.yaml").write_text(SMALL_BOOK, encoding="utf-8")
    (tmp_path / "book" / "scenarios" / "bear.yaml").write_text("title: Bear\nset: {}\n", encoding="utf-8")
    (tmp_path / "book" / ".hidden.yaml").write_text("nonsense", encoding="utf-8")
    assert open_book(Path(tmp_path, "book")).title == "A test"
