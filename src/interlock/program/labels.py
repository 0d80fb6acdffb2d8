"""Names of rows: what stands where in every array of a program."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.contracts.contract import Purpose, Rank


@dataclass(frozen=True)
class LegLabel:
    """One way in which money moves: under which contract, from whom, to whom, what for."""

    contract: str
    """Address of the contract."""
    payer: str
    payee: str
    purpose: Purpose
    rank: Rank
    name: str = ""
    """What the leg is within its contract."""


@dataclass(frozen=True)
class ContractLabel:
    """One contract row."""

    address: str
    kind: str
    payer: str
    payee: str


@dataclass(frozen=True)
class Labels:
    """The names behind the numbers; `None` marks a row that only pads."""

    parties: tuple[str | None, ...]
    """Parties with budgets, padding, then the world's edges."""
    contracts: tuple[ContractLabel | None, ...]
    legs: tuple[LegLabel | None, ...]
    drivers: tuple[str | None, ...]
    figures: tuple[str, ...]
    """Addresses of the uncertain figures, in order of their draws."""
    start: int
    """The first calendar month, counted since the year 0."""
    months: int

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years that the run touches."""
        return tuple(range(self.start // 12, (self.start + self.months - 1) // 12 + 1))
