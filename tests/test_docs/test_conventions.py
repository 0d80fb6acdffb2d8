"""The table of conventions: every row names the argument that says otherwise, or that none does."""

import dataclasses
import inspect
import re
from pathlib import Path

import pytest

import interlock
from interlock.book.book import Book
from interlock.book.deal import Deal, WrittenContract
from interlock.book.market import MarketTerms
from interlock.book.party import Party, PartyTerms
from interlock.book.segment import SegmentTerms
from interlock.ground.fields import Field, fields_of

PAGE = Path(__file__).parents[2] / "docs" / "method" / "conventions.md"

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| question")
]


def with_parts(fields: tuple[Field, ...]) -> set[str]:
    """The names of terms, and of the terms of their parts."""
    parts = [each.part for each in fields if each.part is not None]
    return {each.name for each in fields}.union(*(with_parts(fields_of(part)) for part in parts))


def arguments() -> set[str]:
    """Everything that a book or a caller can say."""
    kinds = [*interlock.KINDS, MarketTerms, PartyTerms, SegmentTerms]
    written = [each.name for of in (Book, Deal, Party, WrittenContract) for each in dataclasses.fields(of)]
    functions = [getattr(interlock, name) for name in interlock.__all__]
    asked = [name for each in functions if inspect.isfunction(each) for name in inspect.signature(each).parameters]
    return set(written).union(asked, *(with_parts(fields_of(kind)) for kind in kinds))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_convention_names_an_argument_that_there_is_or_is_fixed(row):
    assert len(row) == 4
    names = re.findall(r"`([a-z_.]+)`", row[2])
    assert names or "fixed" in row[2]
    assert set(names) <= arguments()


def test_no_question_is_asked_twice():
    assert len({row[0] for row in ROWS}) == len(ROWS) > 100
