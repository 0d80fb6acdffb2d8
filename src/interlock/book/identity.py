"""What makes two books the same, whatever files they are spread over and however they are written."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from enum import Enum
from typing import Any, cast

from interlock.book.book import Book
from interlock.ground.figure import Figure
from interlock.ground.units import Unit

_UNSAID = {"name", "raw", "places", "remarks", "folder", "reread"}
"""Fields of a book that say where it lies, and not what it says."""


def normalise(book: Book) -> dict[str, Any]:
    """What a book says, as plain mappings, lists, texts and numbers in base units, in order of name.

    Two books that say the same give the same, however they are written: a figure counts by its distribution.
    """
    fields = {field.name: getattr(book, field.name) for field in dataclasses.fields(book) if field.name not in _UNSAID}
    return cast("dict[str, Any]", _plain(fields))


def book_identity(book: Book) -> str:
    """The SHA-256 of a book's normal form, in hexadecimal."""
    text = json.dumps(normalise(book), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Unit):
        return value.base
    if isinstance(value, type):
        return getattr(value, "kind", value.__name__)
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        left_out = {"text"} if isinstance(value, Figure) else set()
        said = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {"a": type(value).__name__, **_plain_mapping({n: v for n, v in said.items() if n not in left_out})}
    if isinstance(value, Mapping):
        return _plain_mapping(value)
    return [_plain(entry) for entry in value] if isinstance(value, tuple | list) else value


def _plain_mapping(mapping: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain(part) for name, part in sorted(mapping.items())}
