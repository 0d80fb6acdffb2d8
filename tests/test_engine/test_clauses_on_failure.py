"""Clauses that watch the fate of others: cross-default, change of control."""

import numpy as np
import pytest

import interlock

BOOK = """
book: {title: Clauses, as_of: 2026-01-01, start: 2026-01, months: 10}
parties:
  sponsor: {roles: [investor], cash: 1 B USD, FATE}
  vehicle: {roles: [vehicle], cash: 500 M USD}
  lab: {roles: [lab], cash: 500 M USD}
deals:
  d:
    announced: 2026-01-01
    status: in-force
    contracts:
      crossed: {kind: loan, payer: capital-markets, payee: vehicle, total: 60 M USD, rate: 0 %/year, term: 5 years,
        accelerated: {when: parties.sponsor.failed, at_least: 1}}
      kept: {kind: model-usage, payer: lab, payee: sponsor, amount: 12 M USD/year, term: 5 years}
      ended: {kind: model-usage, payer: lab, payee: sponsor, amount: 12 M USD/year, term: 5 years,
        notice: {given: {when: parties.sponsor.acquired, at_least: 1}, period: 2 months}}
fail: [{party: sponsor, month: 2026-04}]
"""

FATES = {"wound up": "grace: 2 months", "restructured": "restructured: 100 %", "taken over": "acquired: 100 %"}


@pytest.fixture(scope="module", params=FATES)
def fate_and_months(request, tmp_path_factory):
    file = tmp_path_factory.mktemp("clauses") / "book.yaml"
    file.write_text(BOOK.replace("FATE", FATES[request.param]), encoding="utf-8")
    legs = interlock.simulate(interlock.open_book(file), paths=2, keep=["paid"])["paid_by_month"]
    names = [
        f"{contract.split('.')[-1]} {name}".strip()
        for contract, name in zip(legs.contract.values, legs["name"].values, strict=True)
    ]
    return request.param, {name: np.round(legs.values[0, :, n] / 1e6, 6).tolist() for n, name in enumerate(names)}


def test_a_failure_however_it_ends_makes_a_crossed_loan_fall_due(fate_and_months):
    _, months = fate_and_months
    # The failure is made to happen at the end of March; it is seen in April.
    assert months["crossed principal"] == [0] * 3 + [60] + [0] * 6


def test_a_change_of_control_clause_ends_a_contract_that_would_go_on(fate_and_months):
    fate, months = fate_and_months
    lasts = {"wound up": (3, 3), "restructured": (10, 10), "taken over": (10, 5)}[fate]
    for name, count in zip(("kept", "ended"), lasts, strict=True):
        assert months[name] == [1] * count + [0] * (10 - count)
