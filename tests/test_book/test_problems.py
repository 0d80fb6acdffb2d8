"""Every mistake is told once: at its place, with what is wrong and what to write instead."""

import re
import sys
from pathlib import Path

import pytest

from interlock.book.read import open_book
from interlock.ground.errors import BookError

MISTAKES = (Path(__file__).parent / "mistakes.txt").read_text(encoding="utf-8")


def mistakes():
    """The mistakes of the text: the lines before and after the change, and what is said of it."""
    for block in re.split(r"^## ", MISTAKES, flags=re.MULTILINE)[1:]:
        name, *lines = block.rstrip().splitlines()
        said = next(place for place, line in enumerate(lines) if re.match(r"book\.yaml", line))
        before = "\n".join(line[1:] for line in lines[:said] if line[0] in " -") + "\n"
        after = "\n".join(line[1:] for line in lines[:said] if line[0] in " +") + "\n"
        yield pytest.param(before, after, "\n".join(lines[said:]), id=name)


def test_the_small_book_has_no_problems(opened, small_book):
    assert opened(small_book).remarks == ()


@pytest.mark.parametrize(("before", "after", "expected"), [*mistakes()])
def test_a_mistake_is_told_once_with_its_place_and_its_remedy(told, small_book, before, after, expected):
    assert small_book.count(before) == 1
    assert told(small_book.replace(before, after)) == expected


def test_all_problems_of_a_book_are_told_at_once_in_order_of_place(told, small_book):
    text = small_book
    for before, after in (("30 B USD", "30 B EUR"), ("payer: maker", "payer: makre"), ("[lab],", "[labs],")):
        text = text.replace(before, after)
    assert [line.partition(": ")[0] for line in told(text).splitlines() if line.startswith("book")] == [
        "book.yaml:9:17",
        "book.yaml:35:25",
        "book.yaml:51:16",
    ]


def test_a_binding_part_makes_the_total_known(opened, small_book):
    book = opened(
        small_book.replace(
            "total: {stated: 30 B USD, source: filing}",
            "headline: {stated: 30 B USD, source: filing}\n        binding: {assumed: 60 to 90 %, because: a guess}",
        )
    )
    contract = book.deals["promise"].contracts["compute"]
    assert contract.headline.text == "30 B USD"
    assert contract.binding.unit.base == ""
    assert "total" not in contract.terms.values


def test_a_source_that_came_later_may_be_cited_for_what_was_known(opened, small_book):
    known = small_book.replace("date: 2026-02-01,", "date: 2026-02-01, known_since: 2026-01-15,")
    book = opened(known.replace("30 B USD, source: filing", "30 B USD, source: later"))
    assert book.deals["promise"].contracts["compute"].terms.values["total"].sources == ("later",)


def test_half_the_chips_of_a_seller_are_not_enough(told, opened, small_book):
    text = small_book.replace("        term:", "        additionality: {assumed: 50 %, because: usual}\n        term:")
    supply = """\
  chips:
    announced: 2026-01-10
    status: signed
    contracts:
      supply:
        kind: chip-supply
        payer: cloud
        payee: maker
        price: {assumed: 25000 USD/H100e, because: usual}
        share_of_orders: {assumed: SHARE, because: usual}
"""
    assert "orders 50 % of them" in told(text + supply.replace("SHARE", "50 %"))
    opened(text + supply.replace("SHARE", "100 %"))
    opened(text + supply.replace("SHARE", "60 to 90 %"))  # an uncertain share is a view of the world, and no mistake


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"book.yaml": b"book: {title: \xff}\n"}, "book/book.yaml:1:15: byte 0xff is not UTF-8."),
        ({"book.yaml": b"\xff\xfeb\x00"}, "book/book.yaml:1:1: byte 0xff is not UTF-8."),
        ({"book.yaml": b"a: \x07\n"}, "book/book.yaml: this is not YAML: control characters are not allowed."),
        ({"big.yaml": b"#" * 2_000_001}, "book/big.yaml: the file is larger than 2 MB."),
        ({"deep.yaml": b"[" * 40}, "book/deep.yaml:1:31: this is more than 30 levels deep."),
        ({"two.yaml": b"book: {}\n---\nbook: {}\n"}, "book/two.yaml:2:1: a second document starts here."),
        ({"list.yaml": b"- a\n"}, "book/list.yaml:1:1: a book's file is a mapping of sections, this is none."),
        ({"keys.yaml": b"? [a]\n: b\n"}, "book/keys.yaml:1:3: a key must be a word."),
        ({"notes.txt": b""}, "book: the folder holds no YAML file."),
        ({"a.yaml": b"", "sub/b.yaml": b"deals: {"}, "book/sub/b.yaml:2:1: this is not YAML: "),
    ],
)
def test_a_file_that_cannot_be_read_is_told_by_name(tmp_path, files, expected):
    for name, raw in files.items():
        file = tmp_path / "book" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
    with pytest.raises(BookError) as error:
        open_book(tmp_path / "book")
    assert str(error.value.problems[0]).startswith(expected)


def test_too_many_words_are_refused_before_anything_is_built(tmp_path, monkeypatch):
    monkeypatch.setattr("interlock.book.written.MOST_PIECES", 1_000)
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("deals: [" + "1," * 600 + "]", encoding="utf-8")
    with pytest.raises(BookError, match="a book has at most 1,000 words"):
        open_book(tmp_path)


def test_aliases_that_would_explode_are_refused_at_the_first(tmp_path):
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    (tmp_path / "book.yaml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BookError) as error:
        open_book(tmp_path / "book.yaml")
    assert str(error.value.problems[0]).startswith("book.yaml:2:10: '*a0' is an alias, which books do not use.")


def test_more_files_than_a_book_may_have_are_refused(tmp_path):
    for number in range(501):
        (tmp_path / f"{number}.yaml").touch()
    with pytest.raises(BookError, match="more than 500 YAML files"):
        open_book(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_file_that_is_a_link_out_of_the_folder_is_not_read(tmp_path):
    (tmp_path / "secret.yaml").write_text("book: {}", encoding="utf-8")
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "a.yaml").symlink_to(tmp_path / "secret.yaml")
    with pytest.raises(BookError, match=r"book/a\.yaml: this file lies outside the book's folder"):
        open_book(tmp_path / "book")


def test_a_book_that_does_not_exist_is_told_with_the_nearest_bundled_one():
    with pytest.raises(BookError, match=r"there is no such folder, file or bundled book.\n    Did you mean 'ring'\?"):
        open_book("rin")
