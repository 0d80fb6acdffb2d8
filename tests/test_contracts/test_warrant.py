"""Warrants: a vesting schedule, its money and its shares, against tables worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

import interlock
from interlock.contracts import ALWAYS, NEVER, Now, Tranche, Warrant
from interlock.contracts.warrant import Holding

BOOK = """
book: {title: A warrant, as_of: 2026-01-01, start: 2026-01, months: 8}
parties:
  lab: {roles: [lab], cash: 100 USD, stakes: {maker: 20 %}}
  maker: {roles: [chipmaker]}
drivers:
  share-price: {kind: fixed, steps: {2026-01: 100, 2026-04: 180, 2026-06: 210}}
deals:
  chips:
    announced: 2026-01-01
    status: in-force
    contracts:
      supply: {kind: chip-supply, payer: lab, payee: maker, price: 1 USD/H100e, units: 10 H100e/month, term: 6 months}
      warrant:
        kind: warrant
        payer: lab
        payee: maker
        shares: 25 %
        STRIKE
        tranches:
          - {part: 40 %, when: {when: deals.chips.supply.drawn, at_least: 10 USD}}
          - part: 60 %
            when:
              all:
                - {when: deals.chips.supply.drawn, at_least: 30 USD}
                - {when: drivers.share-price, at_least: 200}
"""


def schedule(warrant: Warrant, free_cash: list[float]) -> list[tuple[float, float]]:
    """Money paid and shares held, month by month."""
    memory, table = warrant.opening(), []
    for month, free in enumerate(free_cash):
        now = Now(month=float(month), free_cash=free)
        (paid,) = warrant.due(now, memory)
        memory = warrant.after(now, memory, (paid,))
        table.append((float(paid), float(memory.shares)))
    return table


def in_tranches(*tranches: tuple[float, float]) -> Tranche:
    parts, whens = np.array(tranches).T
    return Tranche(part=parts, when=whens)


def test_what_is_worth_no_more_than_its_price_is_not_exercised():
    # All of the company costs 50: at 40 and at 50 nobody buys a tenth of it for 5, at 60 it is bought, once.
    warrant = Warrant(shares=0.1, strike=50.0, tranches=in_tranches((1.0, 0.0)))
    memory, paid = warrant.opening(), []
    for month, worth in enumerate([40.0, 50.0, 60.0, 70.0]):
        now, priced = Now(month=float(month), free_cash=99.0), replace(warrant, worth=worth)
        paid.append(priced.due(now, memory)[0])
        if month == 0:
            assert priced.explain(now, memory, (0.0,)) == ("waits: all of it is worth 40 USD, the strike is 50 USD",)
        memory = priced.after(now, memory, (paid[-1],))
    assert paid == pytest.approx([0, 0, 5, 0])
    nothing = Warrant(shares=0.1, worth=1.0, tranches=in_tranches((1.0, 0.0)))
    assert nothing.after(Now(), nothing.opening(), (0.0,)).shares == 0.1


def test_a_vesting_schedule_is_exercised_as_it_vests():
    # 10 % of the company at a price of 50 for all of it: 5 in all.
    tranches = in_tranches((0.2, 1.0), (0.3, 3.0), (0.4, 4.0), (0.1, NEVER))
    table = schedule(Warrant(shares=0.1, strike=50.0, tranches=tranches), [99.0] * 6)
    assert [paid for paid, _ in table] == pytest.approx([0.0, 1.0, 0.0, 1.5, 2.0, 0.0])
    assert [held for _, held in table] == pytest.approx([0.0, 0.02, 0.02, 0.05, 0.09, 0.09])


def test_what_the_holder_cannot_pay_waits_until_it_expires():
    tranches = in_tranches((0.5, 0.0), (0.5, 2.0))
    warrant = Warrant(shares=0.1, strike=50.0, expires=4.0, tranches=tranches)
    table = schedule(warrant, [1.0, 0.0, 2.5, 0.5, 99.0])
    # 2.5 are asked for from month 0, 2.5 more from month 2; what is open in month 4 has lapsed.
    assert [paid for paid, _ in table] == pytest.approx([1.0, 0.0, 2.5, 0.5, 0.0])
    assert table[-1][1] == pytest.approx(4.0 / 50.0)


def test_what_vests_after_it_has_expired_is_nothing():
    warrant = Warrant(shares=0.1, expires=2.0, tranches=in_tranches((0.5, 1.0), (0.5, 2.0)))
    assert [held for _, held in schedule(warrant, [0.0] * 4)] == [0.0, 0.05, 0.05, 0.05]


def test_a_penny_warrant_costs_nothing_and_dilutes_all_the_same():
    warrant = Warrant(shares=0.25, tranches=in_tranches((0.4, ALWAYS), (0.6, 2.0)))
    table = schedule(warrant, [0.0] * 3)
    assert [paid for paid, _ in table] == [0.0, 0.0, 0.0]
    assert [held for _, held in table] == pytest.approx([0.1, 0.1, 0.25])
    assert table[-1][1] / (1.0 + table[-1][1]) == pytest.approx(0.2)


def test_number_and_price_do_not_change_when_others_buy_shares():
    warrant = Warrant(shares=0.1, strike=50.0, tranches=in_tranches((1.0, 0.0)))
    now = Now(shares=2.0, free_cash=99.0)
    assert warrant.due(now, Holding()) == (pytest.approx(5.0),)
    assert warrant.after(now, Holding(), (5.0,)).shares == pytest.approx(0.1)


@pytest.mark.parametrize(("strike", "of_it"), [("", 0.0), ("strike: 40 USD", 1.0)])
def test_deployment_and_the_price_of_the_share_release_it(tmp_path, strike, of_it):
    file = tmp_path / "book.yaml"
    file.write_text(BOOK.replace("        STRIKE\n", f"        {strike}\n" if strike else ""), encoding="utf-8")
    run = interlock.simulate(interlock.open_book(file), paths=2, keep=["paid"])
    paid = run["paid_by_month"]
    money = paid.values[0][:, (paid.contract.values == "deals.chips.warrant")][:, 0]
    # 10 are paid by the end of month 0, 30 by that of month 2; the share reaches 200 in month 5.
    assert money == pytest.approx([0.0, of_it * 4.0, 0.0, 0.0, 0.0, of_it * 6.0, 0.0, 0.0])
    stakes = run["stakes"]
    assert (stakes.holder.values.tolist(), stakes.company.values.tolist()) == (["lab"], ["maker"])
    assert stakes.values.ravel() == pytest.approx([(0.2 + 0.25) / 1.25] * 2)


def test_a_warrant_says_what_has_vested_and_what_keeps_it_waiting():
    def said(strike: float, free: float, month: float = 0.0) -> str:
        warrant = Warrant(shares=0.1, strike=strike, tranches=in_tranches((0.5, 0.0), (0.5, 2.0), (0.0, NEVER)))
        now = Now(month=month, free_cash=free)
        return warrant.explain(now, Holding(), warrant.due(now, Holding()))[0]

    vested = "1 of 2 tranches vested: 5 % of the shares of the start to exercise"
    assert said(0.0, 0.0) == f"{vested}, for nothing"
    assert said(50.0, 99.0) == f"{vested}, for 2.5 USD"
    assert said(50.0, 1.0) == f"{vested}, for 2.5 USD; free cash allows 1 USD"
    assert said(50.0, 0.0) == f"{vested}, for 2.5 USD; waits, for the holder has no free cash"
    assert said(50.0, 99.0, month=-1.0) == ""
