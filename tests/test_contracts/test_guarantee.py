"""Guarantees in small worlds worked out by hand; amounts in USD, by month from January 2026."""

import numpy as np
import pytest

import interlock
from interlock.contracts import CapacityBackstop, Guarantee, Now, rehearse
from interlock.ground.errors import BookError

BOOK = """
book: {title: In another's place, as_of: 2026-01-01, start: 2026-01, months: 6}
parties:
  tenant: {roles: [cloud], cash: TENANT, grace: GRACE,
           flows: {till: {from: customers, purpose: goods, amount: RECEIPTS}}}
  owner: {roles: [landlord]}
  parent: {roles: [investor], cash: PARENT}
deals:
  lease:
    announced: 2026-01-01
    status: in-force
    contracts:
      rent: {kind: model-usage, payer: tenant, payee: owner, amount: 1200 USD/year, term: MONTHS}
      cover: {kind: guarantee, payer: parent, payee: owner, of: rent, cap: CAP, part: PART}
"""

USUAL = {
    "TENANT": "130 USD",
    "GRACE": "9 months",
    "RECEIPTS": "0.000001 USD/year",
    "PARENT": "1000 USD",
    "MONTHS": "2 months",
    "CAP": "1000 USD",
    "PART": "100 %",
}


@pytest.fixture
def run(tmp_path):
    def of(text=BOOK, **said):
        for name, value in (USUAL | said).items():
            text = text.replace(name, value)
        file = tmp_path / "book.yaml"
        file.write_text(text, encoding="utf-8")
        return interlock.simulate(interlock.open_book(file), paths=1, keep=["paid", "cash"])

    return of


def paid(run, name):
    """By month, under one leg of the guarantee, or of the rent."""
    legs = run["paid_by_month"]
    contract = f"deals.lease.{'rent' if name == '' else 'cover'}"
    chosen = (legs.contract.values == contract) & (legs["name"].values == name)
    return legs.values[0][:, chosen].sum(axis=1)


def cash(run, party):
    return run["cash_by_month"].sel(party=party).values[0]


def test_the_guarantor_pays_a_month_later_what_was_not_paid_and_is_owed_it(run):
    # Rent of 100 for two months; 130 in cash. In February 30 is paid and 70 is not. In March the parent pays 70.
    found = run()
    assert paid(found, "") == pytest.approx([100, 30, 0, 0, 0, 0], abs=1e-5)
    assert paid(found, "call") == pytest.approx([0, 0, 70, 0, 0, 0], abs=1e-5)
    assert cash(found, "owner") == pytest.approx([100, 130, 200, 200, 200, 200], abs=1e-5)


def test_who_was_stood_in_for_repays_the_guarantor_as_soon_as_it_can(run):
    # 20 a month come in: 150, then 70 of rent paid, 30 not. In March 20 is paid late, and 30 by the parent. So 20 of it
    # were paid twice, which the owner returns; the tenant owes the parent 10, and pays them in April.
    found = run(RECEIPTS="240 USD/year")
    assert paid(found, "") == pytest.approx([100, 70, 20, 0, 0, 0])
    assert paid(found, "call") == pytest.approx([0, 0, 30, 0, 0, 0])
    assert paid(found, "return") == pytest.approx([0, 0, 0, 20, 0, 0])
    assert paid(found, "recovery") == pytest.approx([0, 0, 0, 10, 0, 0])
    assert cash(found, "parent")[-1] == pytest.approx(1000)
    assert cash(found, "owner")[-1] == pytest.approx(200)


def test_no_more_is_called_than_the_cap(run):
    assert paid(run(CAP="25 USD"), "call") == pytest.approx([0, 0, 25, 0, 0, 0], abs=1e-5)


def test_a_part_is_covered_of_all_that_is_not_paid(run):
    # After the call 70 - 28 are in arrears: with what was paid 70 again, of which 40 % have been called.
    assert paid(run(PART="40 %"), "call") == pytest.approx([0, 0, 28, 0, 0, 0], abs=1e-5)


def test_a_guarantor_that_is_short_goes_on_owing(run):
    found = run(PARENT="45 USD")
    assert paid(found, "call") == pytest.approx([0, 0, 45, 0, 0, 0], abs=1e-5)
    assert cash(found, "owner")[-1] == pytest.approx(175, abs=1e-5)


def test_what_a_failure_ends_is_called_too(run):
    # Six months of rent. February's 70 are not paid: the tenant fails for March, so that no more rent falls due. The 70
    # are called in March, which leaves nothing to write off.
    found = run(MONTHS="6 months", GRACE="0 months")
    assert paid(found, "call") == pytest.approx([0, 0, 70, 0, 0, 0], abs=1e-5)
    assert float(found["written_off"].values.sum()) == pytest.approx(0.0, abs=1e-5)


def test_what_is_claimed_of_who_fails_is_guaranteed(run):
    # A loan of 100, due in years: rent that is not paid makes its borrower fail, and all of the loan is claimed. In
    # the month of the failure it is written off, in the next one the guarantor is called.
    book = BOOK.replace(
        "      cover: {kind: guarantee, payer: parent, payee: owner, of: rent,",
        "      debt: {kind: loan, payer: owner, payee: tenant, outstanding: 100 USD, rate: 0 %/year, start: 2025-12,\n"
        "             term: 5 years}\n"
        "      cover: {kind: guarantee, payer: parent, payee: owner, of: debt,",
    )
    found = run(book, MONTHS="6 months", GRACE="0 months", CAP="80 USD")
    assert paid(found, "call") == pytest.approx([0, 0, 0, 80, 0, 0], abs=1e-5)


def test_two_guarantors_of_one_debt_pay_it_once(run):
    # Each is called for 70; of 140 half is too much, and goes back the month after.
    book = BOOK.replace("parties:", "parties:\n  other: {roles: [investor], cash: 500 USD}") + (
        "      more: {kind: guarantee, payer: other, payee: owner, of: rent}\n"
    )
    found = run(book)
    assert cash(found, "owner") == pytest.approx([100, 130, 270, 200, 200, 200], abs=1e-5)
    assert cash(found, "parent")[-1] == pytest.approx(965, abs=1e-5)
    assert cash(found, "other")[-1] == pytest.approx(465, abs=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_a_guarantee_never_hurts_its_holder(run, seed):
    dice = np.random.default_rng(seed)
    said = {
        "TENANT": f"{dice.uniform(0, 400):.3f} USD",
        "RECEIPTS": f"{dice.uniform(1, 1500):.3f} USD/year",
        "GRACE": f"{dice.integers(0, 4)} months",
        "PARENT": f"{dice.uniform(0, 300):.3f} USD",
        "MONTHS": f"{dice.integers(1, 7)} months",
        "CAP": f"{dice.uniform(1, 300):.3f} USD",
        "PART": f"{dice.uniform(1, 100):.3f} %",
    }
    without = BOOK[: BOOK.index("      cover:")]
    with_it, alone = run(**said), run(without, **said)
    # What was paid twice is not the holder's; it goes back a month later.
    kept = cash(with_it, "owner")[:-1] - paid(with_it, "return")[1:]
    assert (kept >= cash(alone, "owner")[:-1] - 1e-6).all()


def test_a_guarantee_is_of_what_its_payee_is_owed_by_somebody_else(run):
    with pytest.raises(BookError, match=r"'cover' pays parent, which is no party to deals\.lease\.rent"):
        run(BOOK.replace("payer: parent, payee: owner, of", "payer: owner, payee: parent, of"))
    with pytest.raises(BookError, match=r"tenant guarantees what it owes itself under deals\.lease\.rent"):
        run(BOOK.replace("payer: parent, payee: owner, of", "payer: tenant, payee: owner, of"))


def test_idle_capacity_is_bought_until_the_cap_is_reached():
    backstop = CapacityBackstop(capacity=30.0, price=1.0, cap=70.0, start=1.0, term=4.0)
    nows = [Now(month=float(t), idle=idle) for t, idle in enumerate((50.0, 50.0, 20.0))]
    assert rehearse(backstop, nows) == [(0.0,), (30.0,), (20.0,)]
    assert backstop.due(Now(month=3.0, idle=50.0, drawn=50.0), ()) == (20.0,)
    assert backstop.due(Now(month=5.0, idle=50.0), ()) == (0.0,)


IDLE = """
book: {title: Idle, as_of: 2026-01-01, start: 2026-01, months: 3}
parties:
  maker: {roles: [chipmaker], cash: 1 B USD}
  cloud: {roles: [cloud]FLEET}
  buyer: {roles: [investor], cash: 1 B USD}
deals:
  compute:
    announced: 2026-01-01
    status: in-force
    contracts:
      sold: {kind: compute-commitment, payer: buyer, payee: cloud, capacity: 60 H100e, price: 1 USD/H100e-hour,
             term: 2 months}
      backstop: {kind: capacity-backstop, payer: maker, payee: cloud, capacity: 80 H100e, price: 1 USD/H100e-hour,
                 term: 9 months}
"""


def test_what_commitments_reserve_is_not_idle(run):
    legs = run(IDLE.replace("FLEET", ", fleet: 100 H100e"))["paid_by_month"]
    # 40 of 100 are idle while 60 are reserved; then all 100 are, of which 80 are bought. A month has 730 hours.
    assert legs.values[0][:, legs.payer.values == "maker"].sum(axis=1) == pytest.approx([29_200, 29_200, 58_400])
    with pytest.raises(BookError, match="cloud has no `fleet`"):
        run(IDLE.replace("FLEET", ""))


def test_chips_that_came_for_a_commitment_and_run_later_are_not_idle(run):
    # 60 come in January and run from March to April; from May on nobody has bought them.
    book = IDLE.replace("months: 3", "months: 6").replace("FLEET", ", fleet: 0 H100e")
    sold = "start: 2026-03, lead: 2 months, additionality: 100 %, term: 2 months}"
    chips = "chips: {kind: chip-supply, payer: cloud, payee: maker, price: 1 USD/H100e, share_of_orders: 100 %}"
    legs = run(book.replace("term: 2 months}", f"{sold}\n      {chips}"))["paid_by_month"]
    bought = (legs.payer.values == "maker") & (legs.contract.values == "deals.compute.backstop")
    assert legs.values[0][:, bought].sum(axis=1) == pytest.approx([0, 0, 0, 0, 43_800, 43_800])


def test_causes_are_told_in_the_numbers():
    cover, now = Guarantee(of=None, cap=50.0, part=0.5), Now(unpaid=60.0, lost=10.0)
    memory = cover.opening()
    assert cover.explain(now, memory, cover.due(now, memory)) == (
        "called: 60 USD in arrears and 10 USD written off, 50 % of it covered, up to 50 USD in all",
        "",
        "",
    )


@pytest.mark.parametrize(("parts", "calls"), [((0.5, 0.5), (50, 50)), ((0.2, 0.5), (20, 50)), ((1.0, 1.0), (50, 50))])
def test_several_who_guarantee_the_same_pay_their_parts_and_no_more_than_is_missing(parts, calls):
    # 100 are in arrears. Each is called for its part; what is paid beyond the debt comes back a month later.
    asked = [part * 100.0 for part in parts]
    settled = min(sum(asked), 100.0)
    for part, called, kept in zip(parts, asked, calls, strict=True):
        own = called * settled / sum(asked)
        nows = [
            Now(unpaid=100.0, relieved=own, relieved_by_others=settled - own),
            *(Now(month=t, unpaid=100.0 - settled, drawn=called) for t in (1.0, 2.0)),
        ]
        dues = rehearse(Guarantee(of=None, part=part), nows)
        assert [call for call, _, _ in dues] == pytest.approx([called, 0, 0])
        assert [returned for _, _, returned in dues] == pytest.approx([0, called - kept, 0])
