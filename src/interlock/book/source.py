"""Where a figure comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A document: an announcement, a filing, an article."""

    name: str
    title: str
    publisher: str
    date: str
    url: str
    """Empty where the document has no address; figures from it are then at most estimated."""
    known_since: str
    """Empty, or the day from which what is cited was public, where the document is later."""
    note: str
