"""A lab uses what it pays for anyway, whatever its customers want: against tables worked out by hand.

Every lab sells so much that half of its sales, 5 of 10 million a month, are its budget for compute: at 1 USD an hour,
half of that serves and half trains. In H100e a million is what it rents for an hour of each of 730 in a month.
"""

import pytest

import interlock
from one_host import world

MILLION = 1e6 / 730
"""H100e that a million USD a month rents at 1 USD for an hour."""

LAB = (
    "roles: [lab], cash: 9 B USD, revenue: 120 M USD/year, margin: 75 %, training: 25 %, "
    "compute_price: 1 USD/H100e-hour"
)
PROMISE = (
    "kind: compute-commitment, payee: host, price: 1 USD/H100e-hour, start: 2026-01, term: 3 years, true_up: 3 months"
)

LABS = {
    # name: commitments, each the capacity in millions of USD at 1 USD for an hour, and the part that is owed
    "fills": [(4, "80 %")],
    "covered": [(8, "50 %")],
    "over": [(10, "80 %")],
    "uneven": [(2, "100 %"), (8, "75 %")],
    "partly": [(2, "100 %"), (8, "25 %")],
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    labs = [f"  {name}: {{{LAB}}}" for name in LABS]
    contracts = [
        f"      of-{name}-{n}: {{payer: {name}, {PROMISE}, take: {take}, capacity: {capacity * MILLION:.12g} H100e}}"
        for name, promised in LABS.items()
        for n, (capacity, take) in enumerate(promised)
    ]
    file = tmp_path_factory.mktemp("books") / "anyway.yaml"
    file.write_text(world("Paid for anyway", 6, labs, contracts), encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=1)


def of_a_month(run, name: str, lab: str) -> list[float]:
    """In millions of USD at 1 USD for an hour, under each commitment of a lab."""
    rows = [f"deals.all.of-{lab}-{n}" for n in range(len(LABS[lab]))]
    return [run[name].sel(contract=row).values.item() / 6 for row in rows]


@pytest.mark.parametrize(
    ("lab", "used"),
    [
        pytest.param("fills", [4], id="who needs more than it has promised uses all of it"),
        pytest.param("covered", [5], id="above the minimum the budget says how much"),
        pytest.param("over", [8], id="no less than the minimum"),
        pytest.param("uneven", [2, 6], id="each by its own minimum"),
        # 4 are paid for anyway: 2 and 2. Of the one million more that the budget buys nobody else has any.
        pytest.param("partly", [2, 3], id="the rest from what is left above the minimums"),
    ],
)
def test_what_is_paid_for_is_used(run, lab, used):
    assert of_a_month(run, "used", lab) == pytest.approx([each * MILLION for each in used])


@pytest.mark.parametrize(
    ("lab", "beyond"),
    [("fills", [0]), ("covered", [0]), ("over", [3]), ("uneven", [2 * 3 / 8, 6 * 3 / 8]), ("partly", [0, 0])],
)
def test_what_the_budget_would_not_have_bought_is_paid_beyond_need(run, lab, beyond):
    million = 1e6
    assert of_a_month(run, "shortfall", lab) == pytest.approx([each * million for each in beyond], abs=1e-3)
    unfilled = [run["unfilled"].sel(contract=f"deals.all.of-{lab}-{n}").values.item() for n in range(len(beyond))]
    assert unfilled == [float(each > 0) for each in beyond]


def test_nothing_is_topped_up_where_what_is_paid_for_is_used(run):
    paid = run["paid"].isel(path=0)
    used, topped = (paid.where(paid["name"] == name, drop=True) for name in ("use", "top-up"))
    assert float(used.sum()) > 0.0
    assert float(topped.sum()) == 0.0


def test_what_does_not_serve_trains(run):
    for lab, trains in (("over", 8 - 2.5), ("covered", 2.5)):
        [sales] = interlock.explain(run, path=0, month="2026-04", party=lab).sales
        assert sales.served == pytest.approx(sales.wanted)
        assert sales.used - 2.5 * MILLION == pytest.approx(trains * MILLION)
