"""No bundled book knows what was published after its day: read from the files themselves, not through the reader."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import interlock
from interlock.book.read import BUNDLED

RESEARCHED = [name for name in interlock.bundled() if interlock.open_book(name).sources]


def pages_of(name: str) -> list[dict[str, object]]:
    """Every file of a book, its scenarios with them; not the actuals, which the book is held against afterwards."""
    files = [file for file in sorted(Path(BUNDLED, name).rglob("*.yaml")) if file.parent.name != "actuals"]
    return [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]


def cited_in(part: object) -> Iterator[str]:
    """The names of sources that stand under `source` or `sources` anywhere in a page, but for the declarations."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in {"source", "sources"} and isinstance(value, str | list):
                yield from [value] if isinstance(value, str) else value
            elif key != "sources":
                yield from cited_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from cited_in(value)


@pytest.mark.parametrize("name", RESEARCHED)
def test_no_figure_rests_on_what_was_published_later(name):
    pages = pages_of(name)
    as_of = next(str(page["book"]["as_of"]) for page in pages if "book" in page)
    declared = {source: each for page in pages for source, each in page.get("sources", {}).items()}
    public = {source: str(each.get("known_since", each["date"])) for source, each in declared.items()}
    cited = {source for page in pages for source in cited_in(page)}
    assert {source for source in cited if public[source] > as_of} == set()


@pytest.mark.parametrize("name", RESEARCHED)
def test_a_later_page_says_what_of_it_was_known(name):
    book = interlock.open_book(name)
    later = [source for source in book.sources.values() if source.date > book.as_of]
    assert [source.name for source in later if not (source.known_since and source.note)] == []
    assert [source.name for source in later if source.known_since > source.date] == []


@pytest.mark.parametrize("name", RESEARCHED)
def test_every_source_is_cited(name):
    pages = pages_of(name)
    declared = {source for page in pages for source in page.get("sources", {})}
    assert declared - {source for page in pages for source in cited_in(page)} == set()


def test_there_are_books_to_check():
    assert {"ai-buildout", "ai-buildout-2025-11", "nvidia-microsoft-anthropic"} <= set(RESEARCHED)
