"""Grace: for how long the oldest bill of a party is unpaid, against tables worked out by hand."""

import numpy as np
import pytest

import interlock
from interlock.contracts import NEVER
from interlock.engine.collect import Rows
from interlock.engine.simulate import simulate_chunks
from interlock.program.compile import compile_book

BOOK = """
book: {title: Late payers, as_of: 2026-01-01, start: 2026-01, months: 14}
parties:
  # Its customers pay from February on: each bill of 10 is paid a month late, for ever.
  slow: {roles: [cloud], grace: 1 month, flows: {till: {amount: 120 M USD/year, start: 2026-02, from: customers}}}
  # It takes in 8 of 10: 2, 4, 6 … are unpaid. At the end of June, 12: two of them from May.
  slipping: {roles: [cloud], grace: 1 month, flows: {till: {amount: 96 M USD/year, from: customers}}}
  # The same with a longer grace: at the end of November it owes 22, two of them from September.
  patient: {roles: [cloud], grace: 2 months, flows: {till: {amount: 96 M USD/year, from: customers}}}
  # It pays its wages and never its rent, and what it pays for wages is nothing to its landlord.
  senior: {roles: [cloud], grace: 2 months, flows: {till: {amount: 108 M USD/year, from: customers},
    wages: {amount: 108 M USD/year}}}
  # 12 in January, and 4 to pay it with each month.
  once: {roles: [cloud], grace: 2 months, flows: {till: {amount: 48 M USD/year, from: customers}}}
  saved: {roles: [cloud], grace: 1 month, acquired: 100 %, acquirer: buyer}
  buyer: {roles: [investor]}
  owner: {roles: [landlord]}
deals:
  d:
    announced: 2026-01-01
    status: in-force
    contracts:
      slow: {kind: model-usage, payer: slow, payee: owner, amount: 120 M USD/year, term: 5 years}
      slipping: {kind: model-usage, payer: slipping, payee: owner, amount: 120 M USD/year, term: 5 years}
      patient: {kind: model-usage, payer: patient, payee: owner, amount: 120 M USD/year, term: 5 years}
      senior: {kind: model-usage, payer: senior, payee: owner, amount: 12 M USD/year, term: 5 years}
      once: {kind: model-usage, payer: once, payee: owner, amount: 144 M USD/year, term: 1 month}
      saved: {kind: model-usage, payer: saved, payee: owner, amount: 12 M USD/year, term: 5 years}
"""

FAILS_IN = {"slow": NEVER, "slipping": 6, "patient": 11, "senior": 3, "once": NEVER, "saved": 2}


@pytest.fixture(scope="module")
def failures(tmp_path_factory):
    file = tmp_path_factory.mktemp("grace") / "book.yaml"
    file.write_text(BOOK, encoding="utf-8")
    program = compile_book(interlock.open_book(file))
    ((_, _, futures),) = simulate_chunks(program, paths=1, seed=7, chunk=1)
    rows = Rows(program)
    months = np.minimum.reduce([futures.failed, *futures.rescue])[rows.parties, 0]
    return dict(zip(rows.party_names, zip(months, futures.failed[rows.parties, 0], strict=True), strict=True))


@pytest.mark.parametrize("party", FAILS_IN)
def test_who_leaves_a_bill_unpaid_for_longer_than_its_grace_fails(failures, party):
    assert failures[party][0] == FAILS_IN[party]


def test_the_bills_of_who_is_saved_count_from_then(failures):
    # Taken over in March, by somebody who pays nothing: what was open in February is older than a month in March.
    assert failures["saved"] == (2, 3)
