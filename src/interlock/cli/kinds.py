"""The kinds of contract and driver as the command line lists them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from interlock.contracts.contract import Contract
from interlock.drivers import KINDS as DRIVERS
from interlock.ground.errors import ArgumentError, did_you_mean
from interlock.ground.fields import Field, fields_of


def described(
    contracts: Sequence[type[Contract]], names: Sequence[str], sentence_of: Callable[[type], str]
) -> list[dict[str, Any]]:
    """Name, sentence and terms of every kind, or of those named. Raises ArgumentError for a kind that is not there."""
    known: dict[str, tuple[str, Any]] = {kind.kind: ("contract", kind) for kind in contracts}
    known |= {kind.kind: ("driver", kind) for kind in DRIVERS}
    for name in names:
        if name not in known:
            raise ArgumentError(f"there is no kind '{name}'. {did_you_mean(name, known, 'kinds')}")
    return [
        {
            "kind": name,
            "of": of,
            "sentence": sentence_of(kind),
            "about": (kind.__doc__ or "").partition("\n")[0],
            "terms": [_term(each) for each in fields_of(kind)],
        }
        for name, (of, kind) in sorted(known.items(), key=lambda one: (one[1][0], one[0]))
        if not names or name in names
    ]


def _term(field: Field) -> dict[str, Any]:
    """What a term is called, what it holds, an example, and whether a book has to give it."""
    holds = str(field.role)
    if field.unit is not None:
        holds = field.unit.shown or "a number"
    elif field.choice is not None:
        holds = str(field.choice)
    elif field.refers is not None:
        holds = field.refers.to
    is_needed = field.default is dataclasses.MISSING
    return {"name": field.name, "holds": holds, "example": field.example, "needed": is_needed}
