"""What more cash, and the same promises in two papers, may and may not change."""

from string import Template

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import interlock

ROUNDING = 1e-9

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


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("worlds")


def failures(folder, said):
    """For each party the month from which it has failed."""
    file = folder / "debts.yaml"
    file.write_text(DEBTS.substitute(said), encoding="utf-8")
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
