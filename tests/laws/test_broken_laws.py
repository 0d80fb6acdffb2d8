"""A kind of contract that breaks a law makes the run fail, and the failure names law, month, path and party."""

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
import pytest

import interlock
from interlock.contracts import KINDS, Contract, Leg, Now, Purpose
from interlock.contracts.contract import PAYEE, PAYER, ChipName, Effects, PartyName, SiteState
from interlock.engine import laws
from interlock.ground.arrays import where
from interlock.ground.units import Chance, H100e, ItMegawatt, Months, Number, UsdPerMonth

BOOK = """
book: {title: A broken promise, as_of: 2026-01-01, start: 2026-01, months: 12}
parties:
  bystander: {roles: [investor], cash: 500 M USD}
  lender: {roles: [lender], cash: 2 B USD}
  lab: {roles: [lab], cash: 100 M USD}
deals:
  promise:
    announced: 2026-01-01
    status: in-force
    contracts:
      broken: {kind: KIND, payer: lender, payee: lab, TERMS}
      later: {kind: KIND, payer: lender, payee: lab, LATER}
      sound: {kind: dividend-or-buyback, payer: bystander, payee: capital-markets, part: 1 %}
"""


@dataclass(frozen=True, kw_only=True)
class Brokerage(Contract):
    """A fee for an agent, whom a book can leave out: then the dollar arrives nowhere."""

    kind: ClassVar[str] = "brokerage"
    sentence: ClassVar[str] = "{payer} pays {agent} for a loan to {payee}"

    amount: UsdPerMonth
    """In one month."""

    in_month: Months
    """Which."""

    agent: PartyName | None = None
    """Who is paid."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, "agent", Purpose.fee),)

    def due(self, now: Now, memory: Any) -> tuple[Number]:
        return (where(now.month == self.in_month, self.amount, 0.0),)


@dataclass(frozen=True, kw_only=True)
class Rebate(Contract):
    """A bill below zero, on the paths on which it is granted."""

    kind: ClassVar[str] = "rebate"
    sentence: ClassVar[str] = "{payer} pays {payee} less than nothing"

    amount: UsdPerMonth
    """In one month."""

    in_month: Months
    """Which."""

    granted: Chance
    """Whether it is."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.fee),)

    def due(self, now: Now, memory: Any) -> tuple[Number]:
        return (where(now.month == self.in_month, -self.amount * self.granted, 0.0),)


@dataclass(frozen=True, kw_only=True)
class Riddle(Contract):
    """A bill that is no number, on the paths on which it is asked."""

    kind: ClassVar[str] = "riddle"
    sentence: ClassVar[str] = "{payer} pays {payee} nobody knows what"

    in_month: Months
    """Which."""

    asked: Chance
    """Whether it is."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.fee),)

    def due(self, now: Now, memory: Any) -> tuple[Number]:
        return (where((now.month == self.in_month) & (self.asked > 0.5), math.nan, 0.0),)


@dataclass(frozen=True, kw_only=True)
class Promise(Contract):
    """Chips that are given back in one month, so that others get more than is made."""

    kind: ClassVar[str] = "chips-back"
    sentence: ClassVar[str] = "{payer} gives {payee} chips back"

    in_month: Months
    """Which."""

    chip: ChipName = None
    """Of a generation."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.fee),)

    def effects(self, now: Now, memory: Any) -> Effects:
        return Effects(chips=where(now.month == self.in_month, -5.0, 0.0))

    def due(self, now: Now, memory: Any) -> tuple[Number]:
        return (0.0,)


@dataclass(frozen=True, kw_only=True)
class Mirage(Contract):
    """A site that in one month says it runs more than has arrived, or more than it has power for."""

    kind: ClassVar[str] = "mirage"
    sentence: ClassVar[str] = "{payer} tells {payee} of a site"
    builds: ClassVar[bool] = True

    in_month: Months
    """Which."""

    chip: ChipName
    """Of a generation."""

    received: H100e
    """In all."""

    grid: ItMegawatt
    """What is powered."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.fee),)

    def stands(self, now: Now, memory: Any) -> SiteState:
        installed = where(now.month == self.in_month, 8.0, 1.0)
        return SiteState(self.grid, self.grid, self.received, installed, installed)

    def due(self, now: Now, memory: Any) -> tuple[Number]:
        return (0.0,)


@pytest.fixture
def broken(tmp_path):
    """What a run of the book with this kind of contract says."""

    def run(kind: type[Contract], terms: str, later: str = "") -> str:
        book = interlock.open_book(written(tmp_path, kind, terms, later), kinds=(*KINDS, kind))
        with pytest.raises(interlock.LawBroken) as error:
            interlock.simulate(book, paths=32, seed=3)
        return str(error.value)

    return run


def written(folder: Path, kind: type[Contract], terms: str, later: str = "") -> Path:
    """The book with this kind of contract, and perhaps a second one of it."""
    lines = [line for line in BOOK.splitlines() if later or "LATER" not in line]
    text = "\n".join(lines).replace("KIND", kind.kind).replace("TERMS", terms).replace("LATER", later)
    (folder / "book.yaml").write_text(text, encoding="utf-8")
    return folder / "book.yaml"


def paths_on_which(address: str) -> list[int]:
    """The paths on which something with an even chance happens."""
    from interlock.ground.chance import stream_keys, uniforms

    drawn = uniforms(stream_keys(3, [address]), [0], np.arange(32))[0, 0]
    return [int(path) for path in np.flatnonzero(drawn > 0.5)]


def named_path(message: str) -> int:
    return int(message.split("of path ")[1].split(":", maxsplit=1)[0])


def test_a_dollar_that_arrives_nowhere_breaks_the_first_law(broken):
    message = broken(Brokerage, "amount: 30 M USD/year, in_month: 4 months")
    assert message.startswith("Law 1 broken in month 2026-05 of path ")
    assert "dollars vanished" in message
    assert "lender" in message
    assert 0 <= named_path(message) < 32


@pytest.mark.parametrize(
    ("amount", "part"),
    [
        pytest.param("30 M USD/year", 2.5e6 / 2e9, id="of the treasury, where bills are small"),
        pytest.param("120 B USD/year", 2e9 / 10e9, id="of the bill, where it is larger than any treasury"),
    ],
)
def test_a_breach_is_measured_by_the_largest_bill_or_treasury_of_the_month(broken, amount, part):
    message = broken(Brokerage, f"amount: {amount}, in_month: 0 months")
    assert f"(lender: {part:.3g} of the largest bill or treasury of the month)." in message


def test_the_first_breach_is_named_and_not_a_larger_one_that_comes_later(broken):
    message = broken(
        Brokerage, "amount: 1 M USD/year, in_month: 4 months", later="amount: 300 M USD/year, in_month: 7 months"
    )
    assert message.startswith("Law 1 broken in month 2026-05 of path ")


def test_of_many_paths_the_one_that_breaks_a_law_first_is_named(broken):
    message = broken(
        Rebate,
        "amount: 30 M USD/year, in_month: 6 months, granted: 50 %",
        later="amount: 3 M USD/year, in_month: 2 months, granted: 50 %",
    )
    assert message.startswith("Law 3 broken in month 2026-03 of path ")
    assert named_path(message) in paths_on_which("deals.promise.later.granted")


def test_the_same_fee_breaks_no_law_when_the_book_names_the_agent(tmp_path):
    file = written(tmp_path, Brokerage, "amount: 30 M USD/year, in_month: 4 months, agent: bystander")
    run = interlock.simulate(interlock.open_book(file, kinds=(*KINDS, Brokerage)), paths=2)
    assert run["cash"].sel(party="lender", year=2026).values.tolist() == [2e9 - 2.5e6] * 2


def test_a_bill_below_zero_breaks_the_third_law(broken):
    message = broken(Rebate, "amount: 30 M USD/year, in_month: 2 months, granted: 50 %")
    assert message.startswith("Law 3 broken in month 2026-03 of path ")
    assert "a bill is negative" in message
    assert "lender" in message
    assert named_path(message) in paths_on_which("deals.promise.broken.granted")


def test_a_bill_that_is_no_number_breaks_the_third_law(broken):
    message = broken(Riddle, "in_month: 7 months, asked: 50 %")
    assert message.startswith("Law 3 broken in month 2026-08 of path ")
    assert "no number" in message
    assert "lender" in message
    assert named_path(message) in paths_on_which("deals.promise.broken.asked")


def test_the_path_on_which_a_law_broke_can_be_looked_at(broken, tmp_path):
    message = broken(Rebate, "amount: 30 M USD/year, in_month: 2 months, granted: 50 %")
    assert message.endswith(f"interlock explain BOOK --path {named_path(message)}")
    book = interlock.open_book(tmp_path / "book.yaml", kinds=(*KINDS, Rebate))
    explained = interlock.explain(book, path=named_path(message), seed=3)
    [said] = [each for each in explained.happenings if each.what == "law"]
    assert (said.month, said.text.split(":")[0]) == (2026 * 12 + 2, "law 3 is broken")
    assert "(lender)" in said.text


def test_chips_that_were_not_made_break_the_fourth_law(broken, monkeypatch):
    chips = "chips: {new: {maker: lab, bf16: 1 PFLOP/s, price: 1 USD/chip, power: 1 kW/chip}}"
    monkeypatch.setattr(sys.modules[__name__], "BOOK", f"{BOOK}{chips}\n")
    message = broken(Promise, "in_month: 3 months, chip: new")
    assert message.startswith("Law 4 broken in month 2026-04 of path ")
    assert "or chips that were not made or had no power (lender" in message


@pytest.mark.parametrize("terms", ["received: 4 H100e, grid: 1 MW", "received: 9 H100e, grid: 0.004 MW"])
def test_what_has_not_arrived_or_has_no_power_cannot_run(broken, monkeypatch, terms):
    chips = "chips: {new: {maker: lab, bf16: 0.989 PFLOP/s, price: 1 USD/chip, power: 1 kW/chip}}"
    monkeypatch.setattr(sys.modules[__name__], "BOOK", f"{BOOK}{chips}\n")
    message = broken(Mirage, f"in_month: 5 months, chip: new, {terms}")
    assert message.startswith("Law 4 broken in month 2026-06 of path ")
    assert "had no power (lender: 0.5 of" in message


@pytest.mark.parametrize(("fleet", "delivered", "part"), [(1e-10, 1.2e-10, 0.0), (10.0, 12.0, 1 / 6), (0.4, 0.5, 0.1)])
def test_what_a_seller_delivers_beyond_what_it_has_is_measured_by_a_chip_at_least(fleet, delivered, part):
    """A seller that has nothing has it but for rounding, and delivers that but for rounding."""
    none, sold, there = (jnp.array([[amount]]) for amount in (0.0, delivered, fleet))
    assert float(laws.beyond_fleet(none, sold, there)[0, 0]) == pytest.approx(part, rel=1e-6, abs=laws.TOLERANCE)


def test_a_bill_that_is_no_number_has_its_line(broken, tmp_path):
    path = named_path(broken(Riddle, "in_month: 7 months, asked: 50 %"))
    book = interlock.open_book(tmp_path / "book.yaml", kinds=(*KINDS, Riddle))
    explained = interlock.explain(book, path=path, seed=3, month="2026-08")
    [bill] = [line for line in explained.lines if line.leg.contract == "deals.promise.broken"]
    assert math.isnan(bill.due)
    assert bill.cause.startswith("riddle: A bill that is no number")
    assert explained.ending == "a law does not hold in 2026-08, and nothing that comes later can be trusted."
