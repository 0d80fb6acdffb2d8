"""A path as a ledger: every number of every cause against one worked out by hand; amounts by month from January."""

import json
import pathlib
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest

import interlock
from drawn import assert_drawn
from interlock.contracts import Leg, Now, Purpose
from interlock.contracts.contract import PAYEE, PAYER
from interlock.ground.units import Usd, UsdPerMonth

BOOK = pathlib.Path(__file__).with_name("explained.yaml").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Toll(interlock.Contract):
    """A toll, the same every month."""

    kind: ClassVar[str] = "toll"
    sentence: ClassVar[str] = "{payer} pay {payee} {amount}"
    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.fee),)

    amount: UsdPerMonth
    """A month."""

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        return (self.amount,)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "causes.yaml"
    file.write_text(BOOK, encoding="utf-8")
    return interlock.open_book(file, kinds=(*interlock.KINDS, Toll))


@pytest.fixture(scope="module")
def everything(book):
    return interlock.explain(book, path=0)


@pytest.fixture
def line(everything):
    """Due, paid (M USD) and cause of a leg in a month; None where there is no line."""

    def of(contract: str, month: str, leg: str = "") -> Any:
        rows = everything.table()
        rows = rows[(rows.contract == contract) & (rows.month == month) & (rows.leg == leg)]
        return None if rows.empty else (rows.due_usd.item() / 1e6, rows.paid_usd.item() / 1e6, rows.cause.item())

    return of


@pytest.fixture
def happened(everything):
    """What happened in a month, sort by sort."""
    from interlock.ground.months import name_of

    return lambda what, month: [
        each.text for each in everything.happenings if (each.what, name_of(each.month)) == (what, month)
    ]


def test_half_of_a_promise_is_used_and_made_up_for_at_the_true_up(line):
    # Sales of 5 buy half of the 13.7 k H100e that 10 a month reserve; half of these are under another contract that
    # counts toward it, and need not be paid for. In January 4 are used for they are paid for anyway, and of the other
    # half and of what is left the same part, one sixth; then what the account lacks is paid for anyway, too: all 5.
    due, paid, cause = line("deals.compute.promise", "2026-06", "use")
    assert (due, paid) == pytest.approx((5, 5))
    assert cause == "use: 6.849 k H100e of 6.849 k H100e delivered, at 1 USD/H100e-hour"
    assert line("deals.compute.promise", "2026-01", "use")[0] == pytest.approx(4 + 1 / 6)
    assert line("deals.compute.half", "2026-01", "use")[0] == pytest.approx(5 / 6)
    due, paid, cause = line("deals.compute.promise", "2026-06", "top-up")
    assert (due, paid) == pytest.approx((18, 18))
    assert cause == (
        "true-up: 62.5 % of the minimum used since the last one; minimum 48 M USD, charges 30 M USD, credit 0 USD"
    )
    assert line("deals.compute.promise", "2026-05", "top-up") is None


def test_a_bill_that_is_paid_in_part_says_which_part_of_its_class(line, happened):
    assert line("parties.debtor.wages", "2026-01") == (10, 10, "10 M USD fixed")
    due, paid, cause = line("deals.supplies.big", "2026-01", "delivery")
    assert (due, paid) == pytest.approx((60, 15))
    assert cause == "chips: 1 M H100e firm, at 60 USD/H100e; short: debtor pays 25 % of its trade bills"
    [short] = happened("short", "2026-01")
    assert short.replace(":", ";").split("; ") == [
        "debtor is short by 60 M USD",
        "it has 30 M USD and pays all of its operating bills of 10 M USD, 25 % of its trade bills of 80 M USD",
        "its oldest bill is unpaid for 1 month, its grace is 1 month",
    ]


def test_arrears_are_owed_on_top_of_the_bill(line):
    due, paid, cause = line("deals.supplies.big", "2026-02", "delivery")
    assert (due, paid) == pytest.approx((60, 0))
    assert "; with 45 M USD of arrears; short: debtor pays 0 % of its trade bills" in cause


def test_a_failure_says_when_and_after_how_long_and_what_it_owes(everything, happened):
    # Wages of 10, and bills of 80, of which 20 were paid in January and nothing in February.
    failed = "debtor failed at the end of 2026-02, its oldest bill unpaid for 2 months"
    assert happened("failure", "2026-02") == [f"{failed}; it owes 150 M USD"]
    assert everything.ending == f"{failed}."
    assert happened("loss", "2026-03") == [
        f"claims of {lost} M USD are written off by {holder}: {failed}"
        for holder, lost in (("big-supplier", 105), ("small-supplier", 35 + 80), ("suppliers", 10))
    ]


def test_contracts_that_end_say_what_was_still_to_be_paid(happened):
    # Ten of twelve months of chips.
    assert happened("end", "2026-03") == [
        "deals.supplies.big ends with debtor; 600 M USD were still to be paid",
        "deals.supplies.small ends with debtor; 200 M USD were still to be paid",
        "parties.debtor.wages ends with debtor",
    ]


def test_a_claim_that_is_written_off_says_so_on_its_line(line):
    due, paid, cause = line("deals.supplies.small", "2026-03", "delivery")
    assert (due, paid) == (0, 0)
    assert cause.endswith(
        "35 M USD written off: debtor failed at the end of 2026-02, its oldest bill unpaid for 2 months"
    )


def test_what_is_claimed_of_who_has_failed_says_why(line):
    # Eight of the ten months of 20 are sold again, at 15.
    due, paid, cause = line("deals.supplies.small", "2026-03", "cancellation")
    assert (due, paid) == pytest.approx((80, 0))
    to_come = "200 M USD were to come in 10 months; the next buyer pays 75 % of the price for 8 of them"
    assert cause.startswith(f"claimed: {to_come}; short: debtor pays 0 % of its trade bills; 80 M USD written off")
    assert line("deals.supplies.big", "2026-03", "delivery")[0] == 0


def test_what_is_claimed_is_no_instalment_like_those_before(everything):
    one = next(line for line in everything.lines if line.leg.name == "top-up" and line.due > 0.0)
    due = {0: 3.0, 1: 3.0, 2: 50.0}
    lines = tuple(replace(one, month=one.month + t, due=usd, paid=usd / 2, is_claim=t == 2) for t, usd in due.items())
    told = replace(everything, lines=lines, happenings=())
    assert [(each.month - one.month, each.until - one.month, each.due) for each in told.summary()] == [
        (0, 1, 6.0),
        (2, 2, 50.0),
    ]
    assert sorted((leg[-1], sum(by_year.values())) for leg, by_year in told.paid_by_year().items()) == [
        ("top-up", 3.0),
        ("top-up, claimed", 25.0),
    ]


def test_a_claim_is_told_in_the_summary_and_apart_in_the_years(everything):
    claimed = [line for line in everything.lines if line.is_claim]
    assert {(line.leg.contract, line.leg.name) for line in claimed} == {("deals.supplies.small", "cancellation")}
    [entry] = [each for each in everything.summary() if ": claimed: " in each.text]
    assert (entry.due, entry.paid) == pytest.approx((80e6, 0))
    assert ("deals.supplies.small", "debtor", "small-supplier", "cancellation, claimed") in everything.paid_by_year()


def test_a_trigger_says_what_was_watched_and_the_level(happened):
    [released] = happened("trigger", "2026-02")
    assert released.removeprefix("deals.spare.shares: tranche 2 of 2 is released: ").split(" and ") == [
        "parties.startup.cash was 20 M USD at the end of 2026-01 (at least 15 M USD)",
        "drivers.mood is 80 % (at least 50 %)",
        "2026-02 has come",
    ]
    [called] = happened("trigger", "2026-05")
    watched = "parties.saver.cash was 40 M USD at the end of 2026-04 (at least 35 M USD)"
    assert called == f"deals.option.capacity: the option is called: {watched}"


def test_a_date_is_a_trigger_too(happened):
    assert happened("trigger", "2026-04") == ["deals.later.gift: tranche 1 of 1 is released: 2026-04 has come"]


def test_a_notice_says_when_the_contract_ends(line, happened):
    # Two and a half months from July on: half of September is paid.
    [told] = happened("trigger", "2026-07")
    assert told == "deals.later.hall: notice is given: 2026-07 has come; its last month is 2026-09"
    months = ("2026-08", "2026-09", "2026-10")
    assert [line("deals.later.hall", month) and line("deals.later.hall", month)[0] for month in months] == [
        pytest.approx(1e-3),
        pytest.approx(0.5e-3),
        None,
    ]


def test_a_deal_comes_into_force_in_its_month(happened):
    assert happened("deal", "2026-03") == ["deals.later comes into force"]


def test_shares_are_paid_from_spare_cash_and_wait_for_more(line):
    # January: 100 less 20 and 10 leave 70, of which 20 are called and half of the other 50 is paid out: 45 are left.
    worth = "the company is worth 160 M USD before it"
    called = "of 2 tranches released: 20 M USD of 40 M USD called"
    assert line("deals.spare.shares", "2026-01") == (20, 20, f"1 {called}, 0 USD drawn before; {worth}")
    assert line("deals.spare.dividend", "2026-01") == (25, 25, "50 % of its spare cash of 50 M USD")
    # February: 45 less 20 and 10 leave 15. March: 20 less 20 and 10 leave nothing.
    allowed = "free cash allows 15 M USD"
    assert line("deals.spare.shares", "2026-02") == (15, 15, f"2 {called}, 20 M USD drawn before; {allowed}; {worth}")
    due, paid, cause = line("deals.spare.shares", "2026-03")
    assert (due, paid) == (0, 0)
    assert cause.endswith("5 M USD of 40 M USD called, 35 M USD drawn before; waits, for the payer has no free cash")
    assert line("deals.spare.dividend", "2026-03") is None


def test_two_who_ask_for_the_same_spare_cash_share_it(line):
    # 20 and, of 40, as much as there is: 30 for 50.
    due, paid, cause = line("deals.patronage.one", "2026-01")
    assert (due, paid) == pytest.approx((12, 12))
    assert cause.endswith("; gets 60 % of it: others ask for the same spare cash")
    assert line("deals.patronage.other", "2026-01")[1] == pytest.approx(18)


def test_a_kind_without_words_of_its_own_is_named(line):
    assert line("deals.later.toll", "2026-02") is None
    assert line("deals.later.toll", "2026-03") == (1, 1, "toll: A toll, the same every month.")


def test_a_lab_says_what_was_wanted_and_served_and_used(everything):
    june = everything.sales[5]
    assert (june.party, june.wanted, june.served) == ("lab", pytest.approx(5e6), pytest.approx(5e6))
    assert june.used == pytest.approx(5e6 / 730)


def test_every_cash_line_adds_up_and_is_the_sum_of_its_lines(everything):
    assert len(everything.balances) == 11 * 12
    for each in everything.balances:
        assert each.opening + each.received - each.paid == pytest.approx(each.closing, abs=1e-6)
        lines = [line for line in everything.lines if line.month == each.month]
        assert sum(line.paid for line in lines if line.leg.payer == each.party) == pytest.approx(each.paid)
        assert sum(line.paid for line in lines if line.leg.payee == each.party) == pytest.approx(each.received)
    january = {each.party: each for each in everything.balances[:11]}["investor"]
    assert [january.opening, january.received, january.paid, january.closing] == [100e6, 0, 55e6, 45e6]
    assert (january.floor, january.free, january.bills) == (20e6, 70e6, 10e6)


def test_the_summary_tells_what_happened_and_what_is_due_now_and_then(everything):
    told = everything.tell().splitlines()
    assert told[0].startswith("Path 0 of A book of causes (seed 7): debtor failed at the end of 2026-02")
    dates = [text[: len("2026-01")] for text in told[1:]]
    assert dates == sorted(dates)
    summary = {(entry.month, entry.text.split(":")[0]): entry for entry in everything.summary()}
    june = 2026 * 12 + 5
    true_up = summary[june, "lab → host, deals.compute.promise top-up"]
    assert (true_up.due, true_up.paid) == pytest.approx((18e6, 18e6))
    assert not any("wages" in entry.text for entry in everything.summary() if entry.due is not None)


def test_a_part_of_the_ledger_is_that_part(book, everything):
    part = interlock.explain(book, path=0, month="2026-02..2026-03", party="debtor")
    february = 2026 * 12 + 1
    assert {line.month for line in part.lines} == {february, february + 1}
    assert {each.party for each in part.balances} == {"debtor"}
    wanted = [
        line
        for line in everything.lines
        if line.month in {february, february + 1} and "debtor" in {line.leg.payer, line.leg.payee}
    ]
    assert list(part.lines) == wanted
    assert part.ending == everything.ending
    of_contract = interlock.explain(book, path=0, contract="deals.later.toll")
    assert {line.leg.contract for line in of_contract.lines} == {"deals.later.toll"}
    assert [each.text for each in of_contract.happenings] == ["deals.later comes into force"]
    assert of_contract.balances == ()


def test_the_document_is_json_and_holds_the_whole_ledger(everything):
    document = json.loads(json.dumps(everything.to_json(), allow_nan=False))
    assert len(document["lines"]) == len(everything.lines)
    assert document["asked"] == {"from": "2026-01", "until": "2026-12", "party": None, "contract": None}
    assert document["cash_usd"][0]["month"] == "2026-01"


def test_a_run_and_its_book_explain_the_same_path(book, everything):
    run = interlock.simulate(book, paths=3, keep=["cash", "paid"])
    explained = interlock.explain(run, path=2)
    assert explained.lines == everything.lines  # every path is the same here
    cash = run["cash_by_month"].values[2]
    names = run["cash_by_month"].party.values.tolist()
    for each in explained.balances:
        assert each.closing == cash[each.month - book.start, names.index(each.party)]


@pytest.mark.weekly
def test_a_path_of_evenly_spread_futures_is_explained_as_it_was_drawn():
    run = interlock.simulate(interlock.open_book("pair"), paths=8, sampling="sobol", keep=["cash"])
    explained = interlock.explain(run, path=6, party="lab")
    assert [each.closing for each in explained.balances] == run["cash_by_month"].sel(party="lab").values[6].tolist()


def test_yearly_payments_are_those_of_the_run(book, everything):
    run = interlock.simulate(book, paths=1)
    paid = run["paid"]
    names = zip(*(paid[name].values for name in ("contract", "payer", "payee", "name", "purpose")), strict=True)
    told = everything.paid_by_year()
    for leg, (contract, payer, payee, name, purpose) in enumerate(names):
        by_year = told.get((contract, payer, payee, name or purpose), {})
        assert by_year.get(2026, 0.0) == pytest.approx(float(paid.values[0, 0, leg]))


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({"path": -1}, "paths 0 to"),
        ({"path": 2**24}, "paths 0 to 16,777,215"),
        ({"path": 0, "party": "debter"}, "Did you mean 'debtor'?"),
        ({"path": 0, "contract": "deals.compute.promis"}, "Did you mean 'deals.compute.promise'?"),
        ({"path": 0, "month": "June"}, "2027-06, or 2027-01..2027-12"),
        ({"path": 0, "month": "2026-05..2026-03"}, "2026-01 to 2026-12"),
        ({"path": 0, "month": "2027-01"}, "2026-01 to 2026-12"),
        ({"path": 0, "sampling": "sobl"}, "Did you mean 'sobol'?"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(book, arguments, hint):
    with pytest.raises(interlock.ArgumentError) as error:
        interlock.explain(book, **arguments)
    assert hint in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_the_most_unusual_draws_come_first():
    book = interlock.open_book("pair")
    explained = interlock.explain(book, path=5, month="2026-01")
    tails = [draw.tail for draw in explained.draws]
    assert tails == sorted(tails)
    run = interlock.simulate(book, paths=64)
    for draw in explained.draws:
        values = run.draws[run.figures.index(draw.address)]
        assert draw.value == values[5]
        if not draw.is_choice:
            assert draw.below == pytest.approx(np.mean(values <= draw.value), abs=0.25)


LATER = """
book: {title: Later, as_of: 2026-01-01, start: 2026-01, months: 5}
parties: {a: {roles: [lab], cash: 1 B USD}, b: {roles: [cloud]}}
deals:
  d:
    announced: 2026-01-01
    status: in-force
    contracts:
      c: {kind: model-usage, payer: a, payee: b, amount: 12 M USD/year, start: 2026-01, term: 2 months,
        pays_after: 2 months}
"""


def test_a_bill_that_was_sent_before_is_not_explained_by_what_its_kind_is(tmp_path):
    (tmp_path / "book.yaml").write_text(LATER, encoding="utf-8")
    run = interlock.simulate(interlock.open_book(tmp_path / "book.yaml"), paths=1)
    lines = interlock.explain(run, path=0, contract="deals.d.c").lines
    assert [(line.due, line.cause) for line in lines if line.due] == [
        (1e6, "all of it was billed before: 1 M USD"),
        (1e6, "all of it was billed before: 1 M USD"),
    ]


def test_one_future_is_drawn(everything):
    assert_drawn(everything, "cash")
