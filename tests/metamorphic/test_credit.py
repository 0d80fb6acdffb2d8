"""What more cash, and the same promises in two papers, may and may not change."""

from string import Template

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import interlock

ROUNDING = 1e-9
NEVER = float("inf")

DEBTS = Template("""
book: {title: Debts, as_of: 2026-01-01, start: 2026-01, months: 12}
parties:
  a: {roles: [cloud], cash: $cash_a USD, grace: 1 month,
      flows: {till: {from: customers, purpose: goods, amount: $till_a USD/year}}}
  b: {roles: [cloud], cash: $cash_b USD, grace: 1 month,
      flows: {till: {from: customers, purpose: goods, amount: $till_b USD/year}}}
  c: {roles: [cloud], cash: $cash_c USD, grace: 1 month,
      flows: {till: {from: customers, purpose: goods, amount: $till_c USD/year}}}
  bank: {roles: [lender], cash: $cash_bank USD, grace: 1 month}
deals:
  debts:
    announced: 2026-01-01
    status: in-force
    contracts:
      ab: {kind: model-usage, payer: a, payee: b, amount: $ab USD/year, term: 1 year}
      bc: {kind: model-usage, payer: b, payee: c, amount: $bc USD/year, term: 1 year, pays_after: 1.5 months}
      ca: {kind: model-usage, payer: c, payee: a, amount: $ca USD/year, term: 1 year}
      loan-b: {kind: loan, payer: bank, payee: b, outstanding: $loan_b USD, rate: 9 %/year, start: 2025-12,
               every: 1 month, term: $term months, amortised: 100 %}
      loan-c: {kind: loan, payer: bank, payee: c, outstanding: $loan_c USD, rate: 9 %/year, start: 2025-12,
               every: 1 month, term: $term months}
      cover: {kind: guarantee, payer: a, payee: bank, of: loan-c, cap: $cap USD}
""")

HANDED_OUT = """
      of-a: {kind: dividend-or-buyback, payer: a, payee: b, part: $part_a}
      of-b: {kind: dividend-or-buyback, payer: b, payee: c, part: $part_b, start: 2026-03}
      of-bank: {kind: dividend-or-buyback, payer: bank, payee: capital-markets, part: $part_bank}
"""
DIVIDENDS = Template(DEBTS.template + HANDED_OUT)

PARTIES = ("a", "b", "c", "bank")


def usd(most: float):
    return st.floats(1.0, most).map(lambda amount: f"{amount:.6f}")


worlds = st.fixed_dictionaries(
    {f"cash_{party}": usd(200.0) for party in PARTIES}
    | {f"till_{party}": usd(900.0) for party in "abc"}
    | {pair: usd(1200.0) for pair in ("ab", "bc", "ca")}
    | {"loan_b": usd(300.0), "loan_c": usd(300.0), "cap": usd(300.0)}
    | {"term": st.integers(2, 14)}
)
parts = st.fixed_dictionaries({f"part_{party}": st.floats(0.0, 1.0) for party in ("a", "b", "bank")})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("worlds")


def failures(folder, said, book=DEBTS):
    """For each party the month from which it has failed."""
    file = folder / "debts.yaml"
    file.write_text(book.substitute(said), encoding="utf-8")
    run = interlock.simulate(interlock.open_book(file), paths=1)
    return dict(zip(run.series["failed"].rows, np.concatenate(run.kept.failed, axis=-1)[:, 0].tolist(), strict=True))


@settings(max_examples=25)
@given(said=worlds, party=st.sampled_from(PARTIES), more=st.floats(0.1, 300.0))
def test_more_cash_never_causes_a_default(folder, said, party, more):
    # Where cash is spent on nothing but what is owed, and nothing is sold. (Who may buy shares with it can be short of
    # it later; who has repaid its loan keeps what secured it, and nobody buys that.)
    richer = said | {f"cash_{party}": f"{float(said[f'cash_{party}']) + more:.6f}"}
    before, after = failures(folder, said), failures(folder, richer)
    assert all(after[name] >= before[name] for name in before)


@settings(max_examples=25)
@given(said=worlds, handed_out=parts, party=st.sampled_from(PARTIES), more=st.floats(0.1, 300.0))
def test_more_cash_never_causes_a_default_where_a_part_of_what_is_free_is_handed_out(
    folder, said, handed_out, party, more
):
    said = said | {name: f"{part:.6f}" for name, part in handed_out.items()}
    richer = said | {f"cash_{party}": f"{float(said[f'cash_{party}']) + more:.6f}"}
    before, after = (failures(folder, each, DIVIDENDS) for each in (said, richer))
    assert all(after[name] >= before[name] for name in before)


ROUNDS = Template("""
book: {title: A company that burns cash, as_of: 2026-01-01, start: 2026-01, months: 24}
parties:
  firm:
    roles: [cloud]
    cash: $cash USD
    horizon: $horizon months
    grace: 1 month
    flows:
      till: {from: customers, purpose: compute, amount: $till USD/year, growth: $growth %/year}
      later: {from: customers, purpose: compute, amount: $later USD/year, start: 2026-08}
      costs: {purpose: goods, amount: $costs USD/year}
      more-costs: {purpose: goods, amount: $more_costs USD/year, start: 2026-06}
drivers: {mood: {kind: fixed, steps: {2026-01: 100 %, 2026-02: $mood %}}}
deals:
  all:
    announced: 2026-01-01
    status: in-force
    contracts:
      rounds: {kind: funding-rounds, payer: capital-markets, payee: firm, multiple: $multiple x, scale: 120 USD/year,
        growth: 0 %/year, offer: $offer USD/year, lag: $lag months, appetite: mood}
      dividend: {kind: dividend-or-buyback, payer: firm, payee: capital-markets, part: $part %}
""")

companies = st.fixed_dictionaries(
    {
        "cash": st.floats(1.0, 200.0),
        "horizon": st.integers(4, 18),
        "till": st.floats(20.0, 200.0),
        "growth": st.floats(-50.0, 100.0),
        "later": st.floats(0.0, 300.0),
        "costs": st.floats(50.0, 400.0),
        "more_costs": st.floats(0.0, 500.0),
        "mood": st.sampled_from([0.0, 40.0, 100.0]),
        "multiple": st.floats(2.0, 30.0),
        "offer": st.floats(20.0, 5000.0),
        "lag": st.integers(1, 4),
        "part": st.sampled_from([0.0, 30.0]),
    }
)
BURNING = {"horizon": 6, "till": 120, "growth": 0, "later": 240, "costs": 240, "more_costs": 0}
SHUTTING = {"mood": 0, "multiple": 25, "offer": 1000, "lag": 1, "part": 0}


def funded(folder, said):
    """The month from which the company has failed; and what it had at first and has been given since, by month."""
    file = folder / "company.yaml"
    file.write_text(ROUNDS.substitute(said), encoding="utf-8")
    run = interlock.simulate(interlock.open_book(file), paths=1, keep=["paid"])
    failed, paid = np.concatenate(run.kept.failed, axis=-1)[:, 0], run["paid_by_month"]
    contracts = paid["contract"].values.tolist()
    raised, handed_out = (
        paid.values[0, :, contracts.index(f"deals.all.{name}")].cumsum() for name in ("rounds", "dividend")
    )
    return failed[run.series["failed"].rows.index("firm")], float(said["cash"]) + raised - handed_out


@settings(max_examples=40)
@given(said=companies, more=st.floats(0.1, 100.0))
def test_who_fails_sooner_with_more_cash_has_raised_so_much_less(folder, said, more):
    # Who has more waits, and raises later, when the market may be shut, or offers less, or finds it worth less.
    (before, had), (after, has) = funded(folder, said), funded(folder, said | {"cash": said["cash"] + more})
    assert after >= before or has[int(after) - 1] < had[int(after) - 1]


def test_who_has_more_may_raise_too_late(folder):
    # It burns 10 a month, and needs 60 for half a year. With 39, less than two thirds of that, it raises 21 while the
    # market is open, is 10 short in July, and pays that in August, when it takes in 30. With 41 it waits, and the
    # market shuts: in May it is 9 short, in June 19, and in July 29, of which 9 are two months old.
    assert [funded(folder, {"cash": cash, **BURNING, **SHUTTING})[0] for cash in (39, 41)] == [NEVER, 7.0]


WHOLE = """
book: {title: One paper, as_of: 2026-01-01, start: 2026-01, months: 24}
parties:
  fund: {roles: [investor], cash: 3 B USD}
  lab: {roles: [lab], cash: 200 M USD, revenue: 600 M USD/year, demand: demand, margin: 50 %, training: 60 %,
        compute_price: 2 USD/H100e-hour}
  owner: {roles: [landlord], cash: 10 M USD}
  cloud: {roles: [cloud], cash: 100 M USD, fleet: 300 k H100e, flows: {power: {purpose: power, amount: 200 M USD/year}}}
drivers:
  demand: {kind: geometric-brownian, level: 1, volatility: 60 %}
deals:
  all:
    announced: 2026-01-01
    status: in-force
    contracts:
"""

COMPUTE = (
    "{{kind: compute-commitment, payer: lab, payee: cloud, total: {} M USD, price: 2 USD/H100e-hour, term: 2 years}}"
)
LOAN = "{{kind: loan, payer: fund, payee: cloud, total: {} M USD, rate: 8 %/year, term: 18 months, amortised: 60 %}}"
SHARES = "{{kind: equity-commitment, payer: fund, payee: lab, total: {} M USD, valuation: 2 B USD}}"
SECURED = (
    "{{kind: loan, payer: fund, payee: cloud, total: {0} M USD, rate: 7 %/year, term: 20 months, "
    "collateral: {0} M USD, depreciation: 20 %/year}}"
)
LINE = "{{kind: credit-line, payer: fund, payee: lab, limit: {} M USD, rate: 9 %/year, term: 18 months}}"
LEASE = "{{kind: capacity-lease, payer: cloud, payee: owner, power: {} MW, rent: 100 USD/kW-month, term: 20 months}}"
COVER = "{{kind: guarantee, payer: fund, payee: owner, of: rent, cap: {} M USD, part: {} %}}"
PAPERS = {
    "compute": (COMPUTE, 2400.0),
    "loan": (LOAN, 300.0),
    "secured": (SECURED, 80.0),
    "line": (LINE, 120.0),
    "lease": (LEASE, 60.0),
    "shares": (SHARES, 500.0),
}


def of_parties(tmp_path, parts):
    """Cash, failures and sales by party, and flows by pair, where each promise is made in some parts."""
    # What is guaranteed is one contract, and the guarantee one, too, or two: each of a part of what is missing.
    lines = [f"      rent: {LEASE.format(20).replace('payer: cloud', 'payer: lab')}\n"]
    lines += [f"      cover-{n}: {COVER.format(30 * part, 60 * part)}\n" for n, part in enumerate(parts)]
    lines += [
        f"      {name}-{n}: {text.format(amount * part)}\n"
        for name, (text, amount) in PAPERS.items()
        for n, part in enumerate(parts)
    ]
    file = tmp_path / "paper.yaml"
    file.write_text(WHOLE + "".join(lines), encoding="utf-8")
    run = interlock.simulate(interlock.open_book(file), paths=256)
    series = {name: run[name].values for name in ("cash", "failed", "revenue", "flows", "stakes", "written_off")}
    papers = [contract.split(".")[-1].partition("-")[0] for contract in run["paid"]["contract"].values.tolist()]
    used = {name: run["paid"].values[..., np.array(papers) == name].sum(axis=-1) for name in (*PAPERS, "cover")}
    return series | used


def test_the_same_promise_in_two_papers_changes_nothing(tmp_path):
    one, two = of_parties(tmp_path, (1.0,)), of_parties(tmp_path, (0.25, 0.75))
    assert one["failed"].sum() > 0, "nobody fails: the world is too kind to prove anything"
    for name in (*PAPERS, "cover"):
        assert one[name].sum() > 0, f"nothing is paid under {name}"
    for name, values in one.items():
        assert np.abs(values - two[name]).max() <= ROUNDING * max(np.abs(values).max(), 1.0), name
