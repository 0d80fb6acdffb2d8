"""What companies will need, and the debt that they must refinance; amounts in millions of USD, worked out by hand."""

import pytest

import interlock
from interlock.ground.errors import BookError

BOOK = """
book: {title: Needs, as_of: 2026-01-01, start: 2026-01, months: 24}

parties:
  bank: {roles: [lender]}
  host: {roles: [cloud]}
  # Nothing grows: twelve months ahead it pays 12 more each month than it takes in.
  steady: {roles: [lab], cash: 20 M USD, floor: 5 M USD, horizon: 12 months, flows: {
    income: {from: customers, purpose: goods, amount: 96 M USD/year}, costs: {amount: 240 M USD/year}}}
  # Sales have doubled, and half of that growth (in logarithms) is expected to go on.
  growing: {roles: [lab], cash: 20 M USD, horizon: 12 months, past_growth: 100 %/year, flows: {
    income: {from: customers, purpose: goods, amount: 96 M USD/year}, costs: {amount: 240 M USD/year}}}
  # The same as the first, but one fund alone buys its shares, which takes in 1 a month.
  thrifty: {roles: [lab], cash: 20 M USD, floor: 5 M USD, horizon: 12 months, flows: {
    income: {from: customers, purpose: goods, amount: 96 M USD/year}, costs: {amount: 240 M USD/year}}}
  fund: {roles: [investor], cash: 60 M USD, floor: 10 M USD, flows: {
    income: {from: customers, purpose: goods, amount: 12 M USD/year}}}
  # A promise of compute whose minimum begins in July: 10 a month.
  bound: {roles: [lab], cash: 1 M USD, horizon: 12 months, flows: {
    income: {from: customers, purpose: goods, amount: 12 M USD/year}}}
  # Debt that matures, and debt that is repaid in instalments.
  indebted: {roles: [lab], cash: 100 M USD, horizon: 12 months, flows: {
    income: {from: customers, purpose: goods, amount: 12 M USD/year}}}

deals:
  all:
    announced: 2026-01-01
    status: in-force
    contracts:
ROUNDS
      of-thrifty: {kind: funding-rounds, payer: fund, payee: thrifty, multiple: 10 x, offer: 9 B USD/year,
        scale: 96 M USD/year, compression: "0", response: "0", dilution: 90 %, covered: 100 %, lag: 2 months}
      compute: {kind: compute-commitment, payer: bound, payee: host, total: 120 M USD, price: 1 USD/H100e-hour,
        term: 12 months, start: 2026-07}
      bullet: {kind: loan, payer: bank, payee: indebted, outstanding: 120 M USD, rate: 10 %/year, start: 2025-01,
        term: 30 months, every: 1 month}
      instalments: {kind: loan, payer: bank, payee: indebted, outstanding: 48 M USD, rate: 0 %/year, start: 2025-12,
        term: 48 months, every: 1 month, amortised: 100 %}
"""

ROUNDS = "".join(
    f"""      of-{company}: {{kind: funding-rounds, payer: capital-markets, payee: {company}, multiple: 10 x,
        offer: 9 B USD/year, scale: 96 M USD/year, compression: "0", response: "0", dilution: 90 %,
        covered: 100 %, lag: 2 months}}
"""
    for company in ("steady", "growing", "bound", "indebted")
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "needs.yaml"
    file.write_text(BOOK.replace("ROUNDS\n", ROUNDS), encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=1, keep=["paid"])


@pytest.fixture
def raised(run):
    """What is paid in the rounds of a company, by month."""
    by_month = run["paid_by_month"]

    def of(company: str) -> list[float]:
        rows = by_month.contract.values == f"deals.all.of-{company}"
        return (by_month.values[0][:, rows].sum(axis=1) / 1e6).tolist()

    return of


def test_a_company_raises_what_a_year_of_its_outflow_and_its_floor_take_beyond_its_cash(raised):
    # Agreed in January for 12 x 12 + 5 - 20; two months and 24 later the money comes, and one more month on the next.
    assert raised("steady")[:7] == pytest.approx([0, 0, 129, 0, 0, 36, 0])


def test_an_investor_agrees_on_no_more_than_it_can_spare(raised):
    # 50 above its floor in January. In April it has 60 + 3 - 50; what it has then, and not what is needed, is agreed.
    assert raised("thrifty")[:9] == pytest.approx([0, 0, 50, 0, 0, 3, 0, 0, 3])


def test_outflow_and_sales_are_expected_to_grow_on(raised):
    # A factor of 2^(1/2) in a year: (2^(1/2) - 1) / (ln 2 / 2) years of what is paid and received now.
    years = (2**0.5 - 1) / (0.34657359027997264)
    assert raised("growing")[2] == pytest.approx(144 * years - 20)


def test_a_minimum_that_is_yet_to_begin_is_raised_for_as_it_comes_into_sight(raised):
    # January to December: six months of 10 a month, 12 of sales, 1 of cash.
    assert raised("bound")[2] == pytest.approx(60 - 12 - 1)
    # In April, one more month at each end: 90 of minimum up to March; cash of 1 + 3 of sales + 47.
    assert raised("bound")[5] == pytest.approx(90 - 12 - 51)


def test_debt_is_raised_for_when_it_matures_within_the_horizon(raised):
    # Instalments of 12 a year and interest of 12, against sales of 12 and cash of 100; in July 2027 all of 120 is due.
    assert raised("indebted")[:8] == pytest.approx([0] * 8)
    assert sum(raised("indebted")) > 0


def test_debt_that_falls_due_in_the_year_to_come_is_told_at_the_end_of_each(run):
    maturing = run["maturing"].sel(party="indebted").values[0] / 1e6
    assert maturing == pytest.approx([120 + 12, 12])
    assert run["maturing"].sel(party="steady").values.max() == 0.0


def test_a_book_without_debt_has_no_such_series():
    assert "maturing" not in interlock.simulate(interlock.open_book("pair"), paths=1).series


@pytest.mark.parametrize(
    ("company", "wrong"),
    [
        ("steady", "'of-steady' funds steady, and so does deals.all.of-growing"),
        ("suppliers", "'of-growing' funds suppliers, which has no budget"),
    ],
)
def test_one_contract_stands_for_all_rounds_of_a_company_with_a_budget(tmp_path, company, wrong):
    file = tmp_path / "needs.yaml"
    text = BOOK.replace("ROUNDS\n", ROUNDS.replace("payee: growing", f"payee: {company}"))
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BookError, match=wrong):
        interlock.open_book(file)
