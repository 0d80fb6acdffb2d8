"""How a problem of a book is put: what is wrong in a full sentence, and what may have been meant."""

from __future__ import annotations

from collections.abc import Collection

from interlock.ground.errors import Place, Problem, did_you_mean

MOST_NAMES = 1_000
"""So many are searched for one that was meant: a book with more is searched among those with the same first letter."""


def problem_at(place: Place, wrong: str, remedy: str = "") -> Problem:
    """A problem in full sentences."""
    return Problem(place, wrong if wrong.endswith((".", "?")) else f"{wrong}.", remedy)


def meant(name: str, known: Collection[str], what: str) -> str:
    """The remedy for an unknown name."""
    if len(known) > MOST_NAMES:
        known = sorted(other for other in known if other[:1] == name[:1])[:MOST_NAMES]
    return did_you_mean(name, known, what)
