"""Three measures of the same dollars, and what counts as repaid: in small worlds worked out by hand."""

import pytest

import interlock


@pytest.fixture(scope="module")
def ring():
    return interlock.simulate(interlock.open_book("ring"), paths=8)


# A lab with twenty millions of its own borrows a hundred for half a year, at one a month.
BORROWED = """
book: {title: A loan for half a year, as_of: 2026-01-01, start: 2026-01, months: 12}
parties:
  lender: {roles: [lender], cash: 100 M USD}
  lab: {roles: [lab], cash: 20 M USD}
deals:
  credit:
    announced: 2026-01-01
    status: in-force
    contracts:
      loan: {kind: loan, payer: lender, payee: lab, total: 100 M USD, rate: 12 %/year, term: 6 months, every: 1 month}
"""


def of_book(tmp_path, text, **options):
    (tmp_path / "book.yaml").write_text(text, encoding="utf-8")
    return interlock.trace(interlock.simulate(interlock.open_book(tmp_path / "book.yaml"), paths=8), **options)


def fates(dollars, contract=None):
    return {
        (way.fate, way.through): way.share
        for colour in dollars.colours
        if contract in {None, colour.contract}
        for way in colour.ways
    }


def test_interest_and_principal_are_repaid_and_fund_nobody(tmp_path):
    answer = of_book(tmp_path, BORROWED)
    [colour] = answer.pooled.colours
    assert (colour.financier, colour.paid.centre) == ("lender", pytest.approx(100e6))
    # Of 120 dollars that the lab had a hundred were lent; it pays six of interest and a hundred back.
    assert fates(answer.pooled) == {
        ("repaid", "lab"): pytest.approx(1.06 * 100 / 120, rel=1e-9),
        ("held", "lab"): pytest.approx(1.0 - 1.06 * 100 / 120, rel=1e-9),
    }


SHARES = """
book: {title: A company that pays its owner, as_of: 2026-01-01, start: 2026-01, months: 4}
parties:
  chipmaker: {roles: [chipmaker], cash: 100 M USD}
  lab: {roles: [lab], cash: 100 M USD, flows: {payout: {to: chipmaker, purpose: dividend, amount: 240 M USD/year}}}
deals:
  round:
    announced: 2026-01-01
    status: in-force
    contracts:
      shares: {kind: equity-commitment, payer: chipmaker, payee: lab, total: 100 M USD, valuation: 1 B USD}
"""


def test_dividends_of_shares_that_were_bought_are_repaid(tmp_path):
    # Eighty of two hundred go back, half of them dyed.
    assert fates(of_book(tmp_path, SHARES).pooled) == {
        ("repaid", "lab"): pytest.approx(0.4, rel=1e-9),
        ("held", "lab"): pytest.approx(0.6, rel=1e-9),
    }


def test_dividends_to_somebody_who_only_lends_are_no_repayment(tmp_path):
    lent = SHARES.replace("shares: {kind: equity-commitment", "shares: {kind: loan, rate: 0 %/year")
    # From the second month on: within the first, what comes back would be lent again.
    lent = lent.replace("valuation: 1 B USD", "term: 10 years").replace("M USD/year", "M USD/year, start: 2026-02")
    assert fates(of_book(tmp_path, lent).pooled) == {
        ("held", "chipmaker"): pytest.approx(0.3, rel=1e-9),
        ("held", "lab"): pytest.approx(0.7, rel=1e-9),
    }


# The cloud takes 60 in advance, and has 12 of its own. The first bill of 5 is paid beside it, the other five set off.
ADVANCE = """
book: {title: In advance, as_of: 2026-01-01, start: 2026-01, months: 12}
parties:
  lab: {roles: [lab], cash: 65 M USD}
  cloud: {roles: [cloud], cash: 12 M USD}
deals:
  compute:
    announced: 2026-01-01
    status: in-force
    contracts:
      promise:
        {kind: compute-commitment, payer: lab, payee: cloud, total: 30 M USD, term: 6 months, price: 2 USD/H100e-hour,
         true_up: 1 month}
      advance: {kind: prepayment, payer: lab, payee: cloud, of: promise, total: 60 M USD, term: 8 months}
"""


def test_what_is_left_of_a_prepayment_comes_back_as_a_refund(tmp_path):
    answer = of_book(tmp_path, ADVANCE)
    [colour] = answer.pooled.colours
    assert (colour.contract, colour.financier) == ("deals.compute.advance", "lab")
    # What is set off moves no cash. Of the 35 that come back, 60 in 77 are the lab's own.
    assert fates(answer.pooled) == {
        ("repaid", "cloud"): pytest.approx(35 / 77, rel=1e-9),
        ("held", "cloud"): pytest.approx(1.0 - 35 / 77, rel=1e-9),
    }


# The chipmaker's hundred meets three hundred of the lab's own; compute is a quarter of what the lab pays, and the cloud
# has as much again. What the cloud is paid for compute buys chips of the chipmaker, month by month.
MEANT = """
book: {title: Meant for compute, as_of: 2026-01-01, start: 2026-01, months: 12}
parties:
  chipmaker: {roles: [chipmaker], cash: 100 M USD}
  lab: {roles: [lab], cash: 300 M USD, flows: {people: {purpose: staff, amount: 360 M USD/year, term: 10 months}}}
  cloud: {roles: [cloud], cash: 100 M USD}
deals:
  round:
    announced: 2026-01-01
    status: in-force
    contracts:
      shares: {kind: equity-commitment, payer: chipmaker, payee: lab, total: 100 M USD, valuation: 1 B USD, FOR}
  compute:
    announced: 2026-01-01
    status: in-force
    contracts:
      promise:
        {kind: compute-commitment, payer: lab, payee: cloud, total: 100 M USD, term: 10 months, price: 2 USD/H100e-hour,
         true_up: 1 month}
      chips: {kind: revenue-share, payer: cloud, payee: chipmaker, rate: 80 %}
"""


def test_dollars_meant_for_compute_buy_compute_and_its_chips(tmp_path):
    answer = of_book(tmp_path, MEANT.replace("FOR", "earmarked_for: [deals.compute.promise]"))
    # All of it buys compute; of what the cloud is paid for that, chips are paid first: 80 in a hundred.
    assert fates(answer.earmarked) == {
        ("returned", "cloud"): pytest.approx(0.8, rel=1e-9),
        ("held", "cloud"): pytest.approx(0.2, rel=1e-9),
    }
    pooled = fates(answer.pooled)
    assert pooled["left", "suppliers"] == pytest.approx(0.75, rel=1e-9)
    assert pooled["returned", "cloud"] < 0.25


def test_money_that_is_meant_for_nothing_mixes_with_all_other(tmp_path):
    answer = of_book(tmp_path, MEANT.replace(", FOR", ""))
    # The lab's treasury is one; receipts for compute still pay for chips first, which stand in the same deal.
    assert fates(answer.earmarked)["left", "suppliers"] == pytest.approx(0.75, rel=1e-9)
    assert fates(answer.earmarked)["returned", "cloud"] == pytest.approx(0.25 * 0.8, rel=1e-9)


def test_a_whole_deal_may_be_named(tmp_path):
    by_deal, by_contract = (
        of_book(tmp_path, MEANT.replace("FOR", f"earmarked_for: {name}")).to_json()["colours"]
        for name in ("deals.compute", "[deals.compute.promise, deals.compute.chips]")
    )
    assert by_deal == by_contract


def test_a_financier_without_which_nothing_was_bought_gained_all_of_it(tmp_path):
    """In the ring nobody has any other money; in the other book the lab would have bought its compute all the same."""
    run = interlock.simulate(interlock.open_book("ring"), paths=8)
    [increment] = interlock.trace(run, incremental=True).incremental
    assert increment.share.share == pytest.approx(0.21, rel=1e-12)
    assert increment.usd.centre == pytest.approx(210e6, rel=1e-12)
    assert [usd.centre for _, usd in increment.years] == pytest.approx([87.5e6, 105e6, 17.5e6], rel=1e-9)
    rich = MEANT.replace(", FOR", "").replace("cash: 300 M USD", "cash: 400 M USD")
    [increment] = of_book(tmp_path, rich, incremental=True).incremental
    assert increment.usd.centre == increment.share.share == 0.0


@pytest.mark.parametrize("sampling", ["plain", "sobol"])
def test_the_incremental_measure_is_two_runs_of_the_same_futures(sampling):
    """Held against a book in which the investor's contract is worth nothing: the same luck, figure by figure."""
    book = interlock.open_book("ring").amend({"deals.servers.servers.rate": "uniform(30, 60) %"})
    with_it = interlock.simulate(book, paths=32, sampling=sampling)
    [increment] = interlock.trace(with_it, incremental=True).incremental
    without = interlock.simulate(book.amend({"deals.round.shares.total": "1 USD"}), paths=32, sampling=sampling)
    revenue = with_it.series["revenue"], without.series["revenue"]
    row = revenue[0].of("chipmaker")
    more = (revenue[0].values[row] - revenue[1].values[row]).sum(axis=0)
    assert increment.usd.centre == pytest.approx(more.mean(), rel=1e-6)
    assert more.std() > 0.0


def test_the_incremental_measure_is_asked_once(ring, monkeypatch):
    one = interlock.trace(ring, incremental=True).incremental
    monkeypatch.setattr("interlock.engine.without.simulate_chunks", None)
    assert interlock.trace(ring, incremental=True).incremental == one
    assert interlock.trace(ring).incremental is None


DEPOSIT = """
book: {title: A deposit, as_of: 2026-01-01, start: 2026-01, months: 4}
parties:
  cloud: {roles: [cloud], cash: 1 B USD}
  chipmaker: {roles: [chipmaker]}
deals:
  chips:
    announced: 2026-01-01
    status: in-force
    contracts:
      supply:
        {kind: chip-supply, payer: cloud, payee: chipmaker, price: 1000 USD/H100e, units: 100 k H100e/month,
         start: 2026-03, term: 2 months, ahead: 2 months, deposit: 50 %}
"""


def test_a_deposit_has_no_incremental_measure_for_without_it_there_are_no_chips(tmp_path):
    answer = of_book(tmp_path, DEPOSIT, incremental=True)
    assert [colour.leg for colour in answer.pooled.colours] == ["deposit"]
    assert answer.incremental == ()


def test_all_that_the_ring_sells_to_the_chipmaker_is_its_own_money(ring):
    own = interlock.trace(ring).own_money
    assert [(each.measure, each.seller, each.customer) for each in own] == [
        ("pooled", "chipmaker", "server-maker"),
        ("earmarked", "chipmaker", "server-maker"),
    ]
    assert [each.share.share for each in own] == pytest.approx([1.0, 1.0], rel=1e-12)


def test_the_sellers_view_is_what_came_back_of_all_it_was_paid(tmp_path):
    answer = of_book(tmp_path, MEANT.replace("FOR", "earmarked_for: [deals.compute.promise]"))
    for own, dollars in zip(answer.own_money, (answer.pooled, answer.earmarked), strict=True):
        # Eighty millions of chips were bought.
        assert own.share.share == pytest.approx(fates(dollars)["returned", "cloud"] * 100 / 80, rel=1e-9)
        assert [share.share for _, share in own.years] == pytest.approx([own.share.share], rel=1e-9)


def test_what_came_back_by_hop_and_year_adds_up(ring):
    [colour] = interlock.trace(ring).pooled.colours
    [(through, years)] = colour.by_hop
    assert through == "server-maker"
    assert years == colour.by_year
