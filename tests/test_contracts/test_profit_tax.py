"""Tax on profit: against tables made by hand, and the published rates of straight-line write-offs."""

import pytest

import interlock
from interlock.contracts import Now, ProfitTax, rehearse

M = 1e6


def yearly(tax, earned, invested=()):
    """Tax less refund by year, where all of a year's money moves in its fourth month."""
    months = [Now(month=0.0)]
    for t in range(12 * len(earned)):
        happens = t % 12 == 3
        year = t // 12
        months.append(
            Now(
                month=t + 1.0,
                earned=earned[year] * happens,
                invested=(invested[year] if year < len(invested) else 0.0) * happens,
            )
        )
    moved = [due - refund for due, refund in rehearse(tax, months)[1:]]
    return [sum(moved[12 * year : 12 * year + 12]) for year in range(len(earned))]


def test_a_loss_is_carried_forward_and_set_off_against_eighty_percent_of_a_later_profit():
    # 80 are spent in the first year and written off over four: 10, 20, 20, 20, 10.
    # Profits of -60, 20, 80, 80, 90; set off 0, 16, 44, 0, 0.
    tax = ProfitTax(rate=0.25, life=48.0)
    assert yearly(tax, [-50, 40, 100, 100, 100, 100], [80]) == pytest.approx([0, 1, 9, 20, 22.5, 25], abs=1e-12)


def test_a_loss_can_be_set_off_in_full_where_the_law_says_so():
    assert yearly(ProfitTax(rate=0.25, offset=1.0), [-50, 40, 100]) == pytest.approx([0, 0, 22.5])


def test_losses_of_before_the_run_count():
    assert yearly(ProfitTax(rate=0.2, losses=30.0), [20, 100]) == pytest.approx([0.8, 0.2 * (100 - 14)])


@pytest.mark.parametrize(
    ("years", "published"),
    # IRS Publication 946 (2024), table A-8: straight line, half-year convention.
    [
        (3, [16.67, 33.33, 33.33, 16.67]),
        (5, [10.0, 20.0, 20.0, 20.0, 20.0, 10.0]),
        (7, [7.14, 14.29, 14.29, 14.28, 14.29, 14.28, 14.29, 7.14]),
    ],
)
def test_what_is_written_off_is_what_the_published_tables_say(years, published):
    tax = ProfitTax(rate=1.0, life=12.0 * years)
    taxed = yearly(tax, [100] * len(published), [100])
    assert [100 - each for each in taxed] == pytest.approx(published, abs=0.01)
    assert sum(100 - each for each in taxed) == pytest.approx(100)


def test_what_is_deducted_at_once_is_not_written_off_again():
    tax = ProfitTax(rate=1.0, life=60.0, at_once=0.6)
    assert yearly(tax, [100] * 7, [50]) == pytest.approx([100 - 30 - 2, 96, 96, 96, 96, 98, 100])


def test_each_quarter_pays_what_is_missing_to_the_year_so_far_and_gets_back_what_was_too_much():
    earned = [10.0] * 6 + [-30.0] + [0.0] * 4 + [50.0]
    dues = rehearse(ProfitTax(rate=0.2), [Now(), *(Now(month=t + 1.0, earned=usd) for t, usd in enumerate(earned))])
    settled = {t: due for t, due in enumerate(dues) if any(due)}
    assert settled.keys() == {3, 6, 9, 12}
    assert [settled[t] for t in (3, 6, 9, 12)] == [
        pytest.approx(due) for due in ((6.0, 0.0), (6.0, 0.0), (0.0, 6.0), (10.0, 0.0))
    ]


def test_a_tax_year_begins_when_the_book_says():
    # In July: what is earned in the first six months of the run belongs to a year that ends with them.
    for begins in (6.0, -6.0, 18.0):
        months = [Now(), *(Now(month=t + 1.0, earned=(-10.0, 10.0)[t >= 6]) for t in range(18))]
        dues = rehearse(ProfitTax(rate=0.5, every=12.0, year_begins=begins), months)
        # A loss of 60, then a profit of 120, half a loss of 60 set off.
        assert {t: due[0] for t, due in enumerate(dues) if due[0]} == {18: pytest.approx(30.0)}


def test_the_cause_of_a_tax_names_profit_write_off_and_losses():
    tax = ProfitTax(rate=0.25, losses=8.0, life=48.0, every=12.0)
    memory = tax.opening()
    for t in range(12):
        memory = tax.after(Now(month=float(t), earned=0.0 if t == 0 else 10.0), memory, (0.0, 0.0))
    last = Now(month=12.0, earned=10.0, invested=40.0)
    due = tax.due(last, memory)
    assert due[0] == pytest.approx(0.25 * (120 - 5 - 8))
    text, refund = tax.explain(last, memory, due)
    assert text.startswith("25 % of this year's profit so far, 115 USD after 5 USD of depreciation")
    assert text.endswith(" less losses of 8 USD from before")
    assert refund == ""


TAXED = """
book: {title: A taxed cloud, as_of: 2026-01-01, start: 2026-01, months: 25}
parties:
  cloud:
    roles: [cloud]
    cash: 500 M USD
    flows:
      customers: {from: customers, purpose: compute, amount: 600 M USD/year}
      power: {purpose: power, amount: 120 M USD/year}
      site: {purpose: construction, amount: 240 M USD/year, term: 12 months}
      elsewhere: {from: customers, purpose: other-business, amount: 900 M USD/year}
  maker: {roles: [chipmaker], cash: 1 B USD}
deals:
  all:
    announced: 2026-01-01
    status: in-force
    contracts:
      tax: {kind: profit-tax, payer: cloud, payee: government, rate: 20 %, losses: 100 M USD, life: 5 years}
      bond: {kind: loan, payer: capital-markets, payee: cloud, outstanding: 100 M USD, rate: 12 %/year, term: 9 years,
             every: 1 month, start: 2025-01}
      chips: {kind: chip-supply, payer: cloud, payee: maker, price: 25000 USD/H100e, units: 960 H100e/year,
              start: 2026-07, term: 6 months, deposit: 50 %, ahead: 6 months}
      makers: {kind: profit-tax, payer: maker, payee: government, rate: 10 %}
"""


@pytest.fixture(scope="module")
def paid(tmp_path_factory):
    file = tmp_path_factory.mktemp("taxed") / "taxed.yaml"
    file.write_text(TAXED, encoding="utf-8")
    run = interlock.simulate(interlock.open_book(file), paths=1)
    paid = run["paid"].isel(path=0)

    def of(contract):
        found = paid.where((paid.contract == f"deals.all.{contract}") & (paid.purpose == "tax"), drop=True)
        return [float(each) / M for each in found.sum("leg")]

    return of


def test_a_cloud_is_taxed_on_sales_less_costs_interest_and_write_offs(paid):
    # 600 less 120 of power and 12 of interest; 240 of building and 12 of chips, a tenth of it written off in the first
    # year and a fifth in the second; 100 of losses of before.
    first, second = 600 - 120 - 12 - 252 / 10, 600 - 120 - 12 - 252 / 5
    # By September 189 were spent; four fifths of the profit of 337 are more than the losses. The last quarter of a year
    # is paid in January.
    by_september = 0.2 * (0.75 * (600 - 120 - 12 - 189 / 10) - 100)
    of_the_year = 0.2 * (first - 100)
    assert paid("tax") == pytest.approx(
        [by_september, of_the_year - by_september + 0.75 * 0.2 * second, 0.25 * 0.2 * second]
    )


def test_who_is_paid_in_advance_is_taxed_when_it_is_paid(paid):
    # 12 in all, 9 of them by September: the tax of the last quarter comes in January.
    assert paid("makers") == pytest.approx([0.1 * 9, 0.1 * 3, 0.0])
