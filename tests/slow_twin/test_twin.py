"""The program against the same model in plain Python loops: path for path, party by party, month by month.

The twin (path.py and the files beside it) shares nothing with the program but the book as read, the draws of its
figures and the shocks of its drivers.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from interlock.book.read import open_book
from slow_twin.clearing import Debt, clear, eliminate
from slow_twin.compare import differences

EVERYTHING_THAT_HAPPENS = {
    "a party fails",
    "a party is restructured",
    "a party is acquired",
    "who was saved fails again",
    "creditors hold shares",
    "a buyer pays bills",
    "a failure costs cash",
    "customers move",
    "bills are unpaid",
    "claims are written off",
    "rent to come is claimed",
    "power to come is claimed",
    "a minimum to come is claimed",
    "chips to come are claimed",
    "what was to come is lost",
    "a trigger fires",
    "a top-up is due",
    "a remedy is due",
    "capacity is short",
    "a commitment counts toward another",
    "credit is carried",
    "a commitment is renegotiated",
    "a commitment is renewed",
    "notice ends a commitment",
    "shares are bought",
    "a warrant is exercised",
    "a dividend is paid",
    "a dividend is locked",
    "chips are ordered",
    "a deposit is paid with the delivery",
    "a term begins late",
    "a fee for cancelled chips",
    "deposits are claimed of a maker",
    "deposits come back after a notice",
    "a loan is drawn",
    "a lender lends no more",
    "a loan is repaid",
    "a loan is lent again",
    "a loan is claimed",
    "a loan is due that matured before the run",
    "collateral is sold",
    "a line is drawn",
    "a line is repaid early",
    "a line falls due",
    "spending is cut",
    "all is cut",
    "training is cut",
    "a bill is due later",
    "an advance is set off",
    "an advance comes back",
    "a guarantee is called",
    "a guarantor is owed what it paid",
    "a creditor was paid twice",
    "idle capacity is bought",
    "compute is let again",
    "halls are let again",
    "compute does more",
    "demand is not served",
    "a share of revenue has reached its cap",
    "a carrier bills",
    "a carrier is paid a fee",
    "a market price is held at its least",
    "a market price is held at its most",
    "scarcity makes compute dear",
    "compute is bought in a market",
    "a round is agreed",
    "the offer holds a round down",
    "the cap holds a round down",
    "a purse holds a round down",
    "a round is paid",
    "rent is due",
    "models are used in others' products",
    "power is paid for and not drawn",
    "profit is taxed",
    "a model is released",
    "a model is better",
    "a share moves",
    "the price of a token moves",
    "a carrier brings customers",
    "open models press on a margin",
    "a shock would take all of what a lab earns",
    "compute trains",
    "own compute is used",
    "own compute is not all used",
    "tax is paid back",
    "losses of before make a tax less",
    "a loss is carried forward",
    "creditors are paid by an estate",
}


QUEUEING = {
    "chips wait",
    "what waited arrives",
    "open orders wait behind others",
    "capacity waits for chips",
    "a buyer of chips has failed",
}
"""What happens where chips are made."""

BUILDING = QUEUEING | {
    "chips wait for power",
    "power waits for chips",
    "chips are worn out",
    "a phase is being built",
    "a site runs under a receiver",
    "creditors are paid by an estate",
    "a lab runs a site of its own",
    "chips do more than H100s",
}
"""What happens where sites are built, too."""


def assert_agreement(differing: list[str], paths: int) -> None:
    """At most 1 path in 10,000 differs: one on a knife's edge, such as a default that hangs on the last bit."""
    told = "\n".join([f"{len(differing)} of {paths:,} paths differ", *differing])
    assert len(differing) <= paths / 10_000, told


def assert_the_twin_agrees(name: str, paths: int) -> None:
    found = differences(open_book(name), paths=paths, seed=7, chunk=paths)
    assert_agreement([str(here[0]) for here in found.values()], paths)


def in_a_process_of_its_own(*arguments: object) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("many_books.py")), *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("name", "paths"), [("pair", 32), ("ring", 1), ("chain", 32)])
def test_a_teaching_book_runs_as_it_does_in_plain_loops(name, paths):
    assert_the_twin_agrees(name, paths)


def test_the_deal_of_november_2025_runs_as_it_does_in_plain_loops():
    assert_the_twin_agrees("nvidia-microsoft-anthropic", 16)


def test_thirty_random_books_run_as_they_do_in_plain_loops():
    found = in_a_process_of_its_own(0, 30, 4)
    assert_agreement(found["differing"], 120)
    assert found["shapes"] == 1, "the books no longer share one shape: each compiles anew"
    assert {what for what, times in found["seen"].items() if times > 2} == EVERYTHING_THAT_HAPPENS | QUEUEING


def test_random_books_of_builders_run_as_they_do_in_plain_loops():
    found = in_a_process_of_its_own(0, 20, 4, "builders")
    assert_agreement(found["differing"], 80)
    assert found["shapes"] == 1, "the books no longer share one shape: each compiles anew"
    assert {what for what in BUILDING if found["seen"].get(what, 0) > 2} == BUILDING


@pytest.mark.weekly
def test_a_thousand_more_random_books_run_as_they_do_in_plain_loops():
    assert_agreement(in_a_process_of_its_own(1000, 2000, 8)["differing"], 8_000)


def test_the_twin_is_told_from_the_program_when_it_is_wrong(monkeypatch):
    # A comparison that never fails would prove nothing.
    monkeypatch.setattr("slow_twin.commitment.ComputeCommitment.paid_anyway", 0.0)
    assert len(differences(open_book("pair"), paths=32, seed=7, chunk=32)) > 1


def test_the_twins_clearing_agrees_with_published_examples():
    # Eisenberg & Noe's network with outside assets (0, 0, 0.1): (4/5, 45/8, 221/40) is paid.
    owed = [[0, 0.1, 0.7], [2, 0, 10.5], [0, 8.4, 0]]
    debts = [
        Debt("abc"[i], "abc"[j], "trade", amount)
        for i, row in enumerate(owed)
        for j, amount in enumerate(row)
        if amount
    ]
    paid = clear({"a": 0.0, "b": 0.0, "c": 0.1}, debts)
    outlay = [sum(amount for debt, amount in zip(debts, paid, strict=True) if debt.payer == party) for party in "abc"]
    assert outlay == pytest.approx([4 / 5, 45 / 8, 221 / 40], rel=1e-12)


def test_the_twins_clearing_lets_a_ring_without_cash_pay_and_operating_costs_come_first():
    ring = [Debt("a", "b", "trade", 0.5), Debt("b", "a", "trade", 0.5)]
    assert clear({"a": 0.0, "b": 0.0}, ring) == [0.5, 0.5]
    wages_first = [Debt("a", "world", "operating", 3.0), Debt("a", "b", "trade", 2.0), Debt("a", "c", "trade", 6.0)]
    assert clear({"a": 5.0, "b": 0.0, "c": 0.0}, wages_first) == pytest.approx([3.0, 0.5, 1.5], rel=1e-15)


def test_the_twins_elimination_solves_a_linear_system():
    assert eliminate([[0.0, 2.0], [4.0, 1.0]], [6.0, 7.0]) == [1.0, 3.0]
    assert eliminate([[1.0, -1.0], [-1.0, 1.0]], [1.0, 1.0]) is None
