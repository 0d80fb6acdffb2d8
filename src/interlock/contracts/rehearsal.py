"""A contract played alone, by hand: no engine, no other party, plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interlock.contracts.contract import Contract, Now


def rehearse(contract: Contract, nows: Sequence[Now]) -> list[tuple[float, ...]]:
    """The amounts due month by month under a contract alone, where everything due is paid at once.

    For worked examples and tests: terms are plain numbers, and so are the results.
    """
    contract = contract.derive()
    memory: Any = contract.opening()
    dues: list[tuple[float, ...]] = []
    for now in nows:
        due = contract.due(now, memory)
        memory = contract.after(now, memory, due)
        dues.append(tuple(float(amount) for amount in due))
    return dues
