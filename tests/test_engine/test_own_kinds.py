"""Kinds of one's own, in books."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

import interlock
from interlock.contracts.contract import Contract, Leg, Now, Purpose, Watch
from interlock.ground.errors import ArgumentError
from interlock.ground.units import Share

BOOK = """
book: {{title: A sweep, as_of: 2026-01-01, start: 2026-01, months: 4}}
parties:
  debtor: {{roles: [cloud], flows: {{receipts: {{from: customers, amount: 1200 USD/year}}}}}}
  lender: {{roles: [lender], cash: 8 USD}}
deals:
  sweep:
    announced: 2026-01-01
    status: in-force
    contracts:
      cash: {{kind: {kind}, payer: debtor, payee: lender, part: 50 %, of: parties.debtor.cash}}
"""


@dataclass(frozen=True, kw_only=True)
class Sweep(Contract):
    """A part of something watched."""

    kind: ClassVar[str] = "sweep"
    sentence: ClassVar[str] = "{payer} pays {payee} {part} of {of}"

    part: Share
    """Of what is watched."""

    of: Watch
    """What is watched."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg("payer", "payee", Purpose.fee),)

    def due(self, now: Now, memory: object) -> tuple[float, ...]:
        """The part of it, as it was at the end of last month."""
        return (self.part * self.of,)


@dataclass(frozen=True, kw_only=True)
class TwoAmounts(Sweep):
    """One leg, two amounts."""

    kind: ClassVar[str] = "two-amounts"

    def due(self, now: Now, memory: object) -> tuple[float, ...]:
        """One too many."""
        return (self.part * self.of, 0.0)


@dataclass(frozen=True, kw_only=True)
class Misspelt(Sweep):
    """A rule that cannot be worked out."""

    kind: ClassVar[str] = "misspelt"

    def due(self, now: Now, memory: object) -> tuple[float, ...]:
        """Of what no contract sees."""
        return (self.part * now.profit,)  # type: ignore[attr-defined]  # the mistake


@pytest.fixture
def run(tmp_path):
    def of(kind: type[Contract]):
        file = tmp_path / "book.yaml"
        file.write_text(BOOK.format(kind=kind.kind), encoding="utf-8")
        return interlock.simulate(interlock.open_book(file, kinds=(*interlock.KINDS, kind)), paths=2, keep=["paid"])

    return of


def test_a_rule_sees_what_it_watches_as_of_the_end_of_last_month(run):
    paid = run(Sweep)["paid_by_month"]
    # 100 come in each month; half of what was there at the end of last month is swept.
    assert paid.values[0][:, paid.contract.values == "deals.sweep.cash"][:, 0] == pytest.approx([0, 50, 75, 87.5])


def test_a_rule_that_gives_more_amounts_than_there_are_legs_is_refused(run):
    with pytest.raises(ArgumentError, match="the kind 'two-amounts' has 1 legs, but its `due` gives 2 amounts"):
        run(TwoAmounts)


def test_a_rule_that_fails_is_told_by_its_kind(run):
    with pytest.raises(ArgumentError, match="the kind 'misspelt' fails: AttributeError in `due`"):
        run(Misspelt)
