"""The one way to name a figure: section.name[.name].field.

A deal's term is `deals.DEAL.CONTRACT.TERM`, a party's `parties.PARTY.TERM`, that of one of its flows
`parties.PARTY.FLOW.TERM`. The parts of a list are counted from 1: `deals.round.equity.tranches.1.part`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from interlock.ground.errors import nearest as nearest_name

MOST_OPTIONS = 1_000
"""So many names are compared in search of the nearest."""

_NAME = re.compile(r"[a-z0-9-]+")
_FIELD = re.compile(r"[a-z0-9_-]+")


def is_name(text: str) -> bool:
    """Whether a party, a deal, a driver … may be called so: small letters, digits and hyphens."""
    return _NAME.fullmatch(text) is not None


def parse(address: str) -> tuple[str, ...]:
    """The words of an address, from the section to the field.

    Raises ValueError where the text is no address.
    """
    words = tuple(address.strip().split("."))
    if len(words) < 2 or not all(_FIELD.fullmatch(word) for word in words):
        raise ValueError(address)
    return words


def join(*words: str | int) -> str:
    """The address made of these words; what is empty is left out."""
    return ".".join(str(word) for word in words if word != "")


def nearest(address: str, known: Iterable[str]) -> str | None:
    """The known address that was most likely meant: word by word, so that a slip in one of them does no harm."""
    candidates = sorted(dict.fromkeys(known))
    for position, word in enumerate(address.split(".")):
        options = {words[position] for other in candidates if len(words := other.split(".")) > position}
        chosen = word if word in options else nearest_name(word, _few(word, options))
        if chosen is None:
            return None
        candidates = [other for other in candidates if _word_of(other, position) == chosen]
    return min(candidates, key=lambda other: (other.count("."), other), default=None)


def _few(word: str, options: set[str]) -> list[str]:
    """Names to compare with: of very many, only those with the same first letter."""
    if len(options) <= MOST_OPTIONS:
        return sorted(options)
    return sorted(each for each in options if each[:1] == word[:1])[:MOST_OPTIONS]


def _word_of(address: str, position: int) -> str:
    words = address.split(".")
    return words[position] if len(words) > position else ""
