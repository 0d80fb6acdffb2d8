"""Books that mean harm: each runs, and every law holds in it, or is refused in a line that says what is wrong."""

import numpy as np
import pytest

import interlock
from interlock.contracts import NEVER
from interlock.ground.errors import BookError, InterlockError

HEAD = "book: {title: Wicked, as_of: 2026-01-01, start: 2026-01, months: 12}\n"


def deal(*contracts: str) -> str:
    inner = "".join(f"      c{n}: {{{contract}}}\n" for n, contract in enumerate(contracts))
    return f"deals:\n  d:\n    announced: 2026-01-01\n    status: in-force\n    contracts:\n{inner}"


def parties(*lines: str) -> str:
    return "parties:\n" + "".join(f"  {line}\n" for line in lines)


RING = ("a", "b", "c", "d", "e")

EVERYBODY_OWES_EVERYBODY = [
    f"kind: model-usage, payer: {a}, payee: {b}, amount: {amount} M USD/year, term: 1 year"
    for amount, (a, b) in enumerate(((a, b) for a in RING for b in RING if a != b), start=1)
]

LOANS_ROUND = [
    f"kind: loan, payer: {a}, payee: {b}, total: 100 M USD, rate: 300 %/year, term: 3 months, every: 1 month"
    for a, b in zip(RING, RING[1:] + RING[:1], strict=True)
]

GUARANTEES_ROUND = [
    "kind: model-usage, payer: a, payee: b, amount: 12 M USD/year, term: 1 year",
    "kind: model-usage, payer: b, payee: c, amount: 12 M USD/year, term: 1 year",
    "kind: model-usage, payer: c, payee: a, amount: 12 M USD/year, term: 1 year",
    "kind: guarantee, payer: c, payee: b, of: c0",
    "kind: guarantee, payer: a, payee: c, of: c1",
    "kind: guarantee, payer: b, payee: a, of: c2",
]

BUYER_AND_SELLER = parties("a: {roles: [lab], cash: 1 USD}", "b: {roles: [cloud]}")

POOR = parties(*(f"{name}: {{roles: [cloud], grace: 0 months}}" for name in RING))

RUN = {
    "nobody has any cash and everybody owes everybody": POOR + deal(*EVERYBODY_OWES_EVERYBODY),
    "loans go round at three times the principal a year": POOR.replace("[cloud]", "[cloud], cash: 100 M USD")
    + deal(*LOANS_ROUND),
    "each guarantees what another owes it": POOR + deal(*GUARANTEES_ROUND),
    "amounts of 1e15 and of 1e-3 stand side by side": parties(
        "a: {roles: [cloud], cash: 1000000 B USD}", "b: {roles: [cloud], cash: 0.001 USD}"
    )
    + deal(
        "kind: model-usage, payer: a, payee: b, amount: 1000000 B USD/year, term: 1 year",
        "kind: model-usage, payer: b, payee: a, amount: 0.001 USD/year, term: 1 year",
    ),
    "a promise of less than a month": parties("a: {roles: [lab], cash: 1 M USD}", "b: {roles: [cloud]}")
    + deal(
        "kind: compute-commitment, payer: a, payee: b, total: 1000 USD, price: 1 USD/H100e-hour, term: 0.001 months"
    ),
    "a term that ended before the run": parties("a: {roles: [lab], cash: 1 M USD}", "b: {roles: [cloud]}")
    + deal(
        "kind: compute-commitment, payer: a, payee: b, total: 1000 USD, price: 1 USD/H100e-hour, start: 2019-01, "
        "term: 2 months",
    ),
    "everybody is made to fail in the first month": POOR.replace("[cloud]", "[cloud], cash: 1 M USD")
    + deal(*EVERYBODY_OWES_EVERYBODY)
    + "fail:\n"
    + "".join(f"  - {{party: {name}, month: 2026-01}}\n" for name in RING),
    "a line of credit from who has nothing to who lacks everything": POOR
    + deal(
        "kind: credit-line, payer: a, payee: b, limit: 1000 B USD, rate: 0 %/year, term: 9 years",
        "kind: model-usage, payer: b, payee: c, amount: 1000 B USD/year, term: 1 year",
    ),
    "a company sold for a millionth of what is put in": parties(
        "a: {roles: [investor], cash: 1 B USD}", "b: {roles: [lab]}"
    )
    + deal("kind: equity-commitment, payer: a, payee: b, total: 1 B USD, valuation: 1000 USD"),
    "an advance for what is never billed": parties("a: {roles: [lab], cash: 1 B USD}", "b: {roles: [cloud]}")
    + deal(
        "kind: spot-compute, payer: a, payee: b, price: 1 USD/H100e-hour, limit: 0 H100e",
        "kind: prepayment, payer: a, payee: b, of: c0, total: 1 B USD, term: 2 months",
    ),
}

REFUSED = {
    "its own supplier": (
        parties("a: {roles: [cloud]}")
        + deal("kind: spot-compute, payer: a, payee: a, price: 1 USD/H100e-hour, limit: 1 H100e"),
        "contract 'c0' is between a and itself",
    ),
    "a term of no time": (
        parties("a: {roles: [cloud]}", "b: {roles: [lender], cash: 1 USD}")
        + deal("kind: loan, payer: b, payee: a, total: 1 USD, rate: 1 %/year, term: 0 months"),
        "the `term` is no time at all",
    ),
    "a debt that matured before the run": (
        parties("a: {roles: [lab], cash: 1 M USD}", "b: {roles: [cloud]}")
        + deal("kind: loan, payer: b, payee: a, outstanding: 100 USD, rate: 5 %/year, start: 2019-01, term: 2 months"),
        "it matured before the run",
    ),
    "a debt that is lent again for no time": (
        parties("a: {roles: [lab], cash: 1 M USD}", "b: {roles: [cloud]}")
        + deal(
            "kind: loan, payer: b, payee: a, outstanding: 100 USD, rate: 5 %/year, term: 2 months, rolled: 1, "
            "extension: 0 months"
        ),
        "the `extension` is no time at all",
    ),
    "shares sold in tranches of more than all": (
        parties("a: {roles: [investor], cash: 1 B USD}", "b: {roles: [lab]}")
        + deal(
            "kind: equity-commitment, payer: a, payee: b, total: 1 USD, valuation: 1 USD, tranches: [{part: 80 %}, "
            "{part: 80 %, when: 2026-02}]"
        ),
        "the tranches come to 160 %",
    ),
    "a promise of compute for no time": (
        BUYER_AND_SELLER
        + deal("kind: compute-commitment, payer: a, payee: b, total: 1 USD, price: 2 USD/H100e-hour, term: 0 months"),
        "the `term` is no time at all",
    ),
    "a lease of no time": (
        BUYER_AND_SELLER
        + deal("kind: capacity-lease, payer: a, payee: b, rent: 1 USD/kW-month, power: 1 MW, term: 0 months"),
        "the `term` is no time at all",
    ),
    "power for no time": (
        BUYER_AND_SELLER
        + deal("kind: power-purchase, payer: a, payee: b, price: 1 USD/MWh, power: 1 MW, term: 0 months"),
        "the `term` is no time at all",
    ),
    "models for no time": (
        BUYER_AND_SELLER + deal("kind: model-usage, payer: a, payee: b, amount: 1 USD/year, term: 0 months"),
        "the `term` is no time at all",
    ),
    "shares of a company that is worth nothing": (
        BUYER_AND_SELLER + deal("kind: equity-commitment, payer: a, payee: b, total: 1 USD, valuation: 0 USD"),
        "worth nothing",
    ),
    "an advance on itself": (
        BUYER_AND_SELLER + deal("kind: prepayment, payer: a, payee: b, total: 1 USD, of: c0"),
        "'c0' is to be set off against itself",
    ),
    "a debt of less than nothing": (
        parties("a: {roles: [cloud], cash: -5 B USD}"),
        "-5 B USD",
    ),
    "shares of more than all": (
        parties(
            "a: {roles: [investor], stakes: {b: 70 %}}",
            "c: {roles: [investor], stakes: {b: 60 %}}",
            "b: {roles: [lab]}",
        ),
        "130 %",
    ),
    "dates that are none": (
        parties("a: {roles: [lab]}", "b: {roles: [cloud]}")
        + deal(
            "kind: capacity-lease, payer: a, payee: b, rent: 1 USD/kW-month, power: 1 MW, term: 1 year, start: 2026-13"
        ),
        "2026-13",
    ),
    "what nobody can own": (
        parties("a: {roles: [investor], stakes: {customers: 10 %}}"),
        "customers",
    ),
    "contracts inside one another": (
        parties("a: {roles: [lab], cash: 1 USD}", "b: {roles: [cloud]}")
        + deal(
            "kind: compute-commitment, payer: a, payee: b, total: 1 USD, capacity: 1 H100e, term: 1 year, inside: c1",
            "kind: compute-commitment, payer: a, payee: b, total: 1 USD, capacity: 1 H100e, term: 1 year, inside: c0",
        ),
        "in a circle",
    ),
}


NOTHING: dict[str, float] = {}

SHOULD = {
    # Whoever is owed more than it owes pays all in January. Nobody else can, and all that is owed goes with them.
    "nobody has any cash and everybody owes everybody": (None, NOTHING, {"b", "c", "d", "e"}),
    # A quarter of 100 each month for three months, and the 100: each pays with what it is paid.
    "loans go round at three times the principal a year": (
        {f"c{n} {leg}": usd for n in range(5) for leg, usd in (("draw", 1e8), ("interest", 7.5e7), ("principal", 1e8))},
        dict.fromkeys(RING, 1e8),
        set(),
    ),
    # A ring pays for ever, and nobody is called.
    "each guarantees what another owes it": ({"c0": 12e6, "c1": 12e6, "c2": 12e6}, NOTHING, set()),
    "amounts of 1e15 and of 1e-3 stand side by side": ({"c0": 1e15, "c1": 1e-3}, {"a": 1e-3, "b": 1e15}, set()),
    "a promise of less than a month": ({"c0 use": 1e3}, {"a": 1e6 - 1e3, "b": 1e3}, set()),
    "a term that ended before the run": ({}, {"a": 1e6}, set()),
    # Nothing is owed under contracts that have ended, so that each keeps what it has.
    "everybody is made to fail in the first month": ({}, dict.fromkeys(RING, 1e6), set(RING)),
    # A bank with nothing lends nothing.
    "a line of credit from who has nothing to who lacks everything": ({}, NOTHING, {"b"}),
    "a company sold for a millionth of what is put in": ({"c0": 1e9}, {"b": 1e9}, set()),
    # What is never billed is never set off: all of it comes back.
    "an advance for what is never billed": ({"c1 advance": 1e9, "c1 refund": 1e9}, {"a": 1e9}, set()),
}
"""USD that are paid in all under each leg, cash of each party in the end (of others: nothing), and who fails."""


@pytest.mark.parametrize("what", RUN)
def test_a_wicked_book_runs_obeys_the_laws_and_does_what_it_should(what, tmp_path):
    file = tmp_path / "wicked.yaml"
    file.write_text(HEAD + RUN[what], encoding="utf-8")
    # A run that breaks a law raises.
    run = interlock.simulate(interlock.open_book(file), paths=8, keep=["cash", "paid"])
    cash, legs = run["cash_by_month"], run["paid_by_month"]
    for values in (cash.values, legs.values):
        assert np.isfinite(values).all()
        assert (values >= 0.0).all()
        # Nothing in these books is left to chance.
        assert (values == values[0]).all()
    paid, in_the_end, failed = SHOULD[what]
    # All of them are closed: what one pays another has.
    in_all = cash.values[0].sum(axis=-1)
    assert in_all == pytest.approx(np.full(len(in_all), sum(in_the_end.values())), rel=1e-12, abs=1e-3)
    for name in cash.party.values:
        assert cash.sel(party=name).values[0, -1] == pytest.approx(in_the_end.get(name, 0.0), rel=1e-12, abs=1e-3)
    months = dict(zip(run.series["failed"].rows, np.concatenate(run.kept.failed, axis=-1)[:, 0], strict=True))
    assert {name for name, month in months.items() if month < NEVER} == failed
    if paid is not None:
        names = [f"{contract.removeprefix('deals.d.')} {name}".strip() for contract, name in _legs(legs)]
        total = dict(zip(names, legs.values[0].sum(axis=0), strict=True))
        assert {name: usd for name, usd in total.items() if usd > 1e-9} == pytest.approx(paid, rel=1e-9)


def _legs(paid):
    return zip(paid["contract"].values.tolist(), paid["name"].values.tolist(), strict=True)


@pytest.mark.parametrize("what", REFUSED)
def test_a_wicked_book_is_refused_in_one_line(what, tmp_path):
    text, why = REFUSED[what]
    file = tmp_path / "wicked.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(InterlockError) as refused:
        interlock.simulate(interlock.open_book(file), paths=8)
    assert isinstance(refused.value, BookError)
    first = str(refused.value).splitlines()[0]
    assert first.startswith("wicked.yaml:")
    assert why in first
