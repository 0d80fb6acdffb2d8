"""Compute that labs own, in merit order with what they rent; and runs of training as large as those that are known."""

import pytest

import interlock
from interlock.contracts import Now, OwnCompute
from one_host import world

# Sales of 10 a month, half of them for serving and a quarter for training: 7.5 for compute. In H100e, at 1 USD an hour
# of 730 in a month, a million is 1,370 H100e. The lab has 3 of them committed, 4 of its own at half the price.
MILLION = 1e6 / 730
"""H100e that a million USD a month rents at 1 USD for an hour."""

COMMON = "roles: [lab], cash: 1 B USD, margin: 50 %, compute_price: 1 USD/H100e-hour, own_cost: 0.5 USD/H100e-hour"

LABS = {
    # name: revenue a month, training, own fleet and hours on offer, both in millions of USD at 1 USD for an hour
    "enough": (10, "25 %", 20, 0),
    "mixed": (10, "25 %", 4, 9),
    "small": (4, "25 %", 4, 9),
    "short": (40, "25 %", 4, 6),
    "cutting": (10, "25 %", 0.5, 9),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    labs = [
        f"  {name}: {{{COMMON}, revenue: {12 * revenue} M USD/year, training: {training}, "
        f"own_fleet: {own * MILLION:.12g} H100e}}"
        for name, (revenue, training, own, _) in LABS.items()
    ]
    contracts = [
        f"      promise-of-{name}: {{kind: compute-commitment, payer: {name}, payee: host, start: 2025-06, "
        f"term: 36 months, capacity: {3 * MILLION:.12g} H100e, price: 1 USD/H100e-hour}}"
        for name in LABS
    ] + [
        f"      hours-of-{name}: {{kind: spot-compute, payer: {name}, payee: host, price: 2 USD/H100e-hour, "
        f"limit: {hours * MILLION:.12g} H100e}}"
        for name, (*_, hours) in LABS.items()
    ]
    file = tmp_path_factory.mktemp("books") / "own.yaml"
    file.write_text(world("Own compute", 2, labs, contracts), encoding="utf-8")
    return interlock.open_book(file)


@pytest.fixture(scope="module")
def run(book):
    return interlock.simulate(book, paths=1)


@pytest.fixture
def used(run):
    """In a month, in millions of USD at 1 USD for an hour: under the commitment, of its own, by the hour."""

    def of(lab: str) -> list[float]:
        contracts = (f"deals.all.promise-of-{lab}", f"parties.{lab}.own", f"deals.all.hours-of-{lab}")
        return [run["used"].sel(contract=each).values.item() / 2 / MILLION for each in contracts]

    return of


@pytest.mark.parametrize(
    ("lab", "expected"),
    [
        # 7.5: 3 for what is committed, 4.5 at half the price for 9 of the 20 that it owns.
        pytest.param("enough", [3, 9, 0], id="what is left of the budget runs its own compute"),
        # 3 committed, 2 for all 4 of its own, and 2.5 at twice the price for a quarter more.
        pytest.param("mixed", [3, 4, 1.25], id="what is beyond its own is bought by the hour"),
        # 3 in all, for what is committed.
        pytest.param("small", [3, 0, 0], id="what is committed comes first"),
        # 30: 3, 2, and 12 of the 25 that are left for all that can be had.
        pytest.param("short", [3, 4, 6], id="nobody uses more than there is"),
    ],
)
def test_compute_is_used_in_the_order_of_what_an_hour_more_costs(used, lab, expected):
    assert used(lab) == pytest.approx(expected, abs=1e-9)


def test_own_compute_costs_what_is_used_of_it(run):
    paid = run["paid"]
    own = paid.where((paid.contract == "parties.mixed.own"), drop=True)
    assert own.payee.values.tolist() == ["suppliers"]
    assert own.values.item() == pytest.approx(2 * 0.5 * 730 * 4 * MILLION)


def test_who_is_short_serves_with_what_it_has(run):
    [sales] = interlock.explain(run, path=0, month="2026-01", party="short").sales
    # 20 for serving of 30, of 3 + 4 + (30 - 5) / 2 that it wants; it has 13.
    wants = 3 + 4 + 25 / 2
    assert sales.need == pytest.approx(wants * MILLION)
    assert sales.served == pytest.approx(sales.wanted * 13 / (wants * 2 / 3))


def test_a_lab_that_is_short_of_cash_runs_what_it_owns(book):
    # All cut: of what it would train with, only what the commitment and its own fleet leave is kept.
    training = {"parties.cutting.training": "200 %", "book.months": "3"}
    short = {"parties.cutting.cash": "60 M USD", "parties.cutting.cuts_below": "24 months"}
    [sales] = interlock.explain(book.amend(training | short), path=0, month="2026-03", party="cutting").sales
    # 5 serve: 3 of what is committed, 0.25 for 0.5 of its own, 1.75 at twice the price.
    assert sales.used == pytest.approx((3 + 0.5 + 1.75 / 2) * MILLION)


def test_the_words_say_what_is_used():
    contract, now = OwnCompute(capacity=5_000.0, cost=0.5 * 730), Now(used=1_000.0, delivered=5_000.0)
    assert contract.explain(now, (), contract.due(now, ())) == (
        "use: 1 k H100e of its own 5 k H100e, at 0.5 USD/H100e-hour",
    )
    assert contract.explain(Now(), (), (0.0,)) == ("",)


KNOWN = {
    # model: H100e, utilisation, days, FLOP from and to. Fleets and lengths as their makers or Epoch AI have said them;
    # ranges of work by Epoch AI.
    # 25,000 A100 (312e12 FLOP/s each) for 90 to 100 days, at 32 to 36 % of their peak.
    "gpt-4": (25_000 * 312 / 989, 34, 95, 1.5e25, 3.0e25),
    # 16,384 H100, 30.84 million hours of them in all, at 38 to 43 %; 6 x 405e9 x 15.6e12 is 3.8e25.
    "llama-3-1": (16_384, 35, 78, 3.6e25, 4.0e25),
    # At least 100,000 GB200 (2,500e12 FLOP/s each) for 90 days, at 25 % of twice that, for it was done in FP8.
    "astra": (100_000 * 2_500 / 989, 50, 90, 5e26, 2e27),
}


def test_known_runs_come_out_as_large_as_they_are_estimated(tmp_path):
    parties = "\n".join(
        f"  {name}: {{roles: [lab], revenue: 1 B USD/year, training: 100 %, own_fleet: {fleet:.12g} H100e, "
        f"own_cost: 0.01 USD/H100e-hour, margin: 100 %, compute_price: 1 USD/H100e-hour, utilisation: {used} %, "
        f"run: {days} days, cash: 1 B USD}}"
        for name, (fleet, used, days, _, _) in KNOWN.items()
    )
    file = tmp_path / "known.yaml"
    file.write_text(
        "book: {title: Known runs, as_of: 2026-01-01, start: 2026-01, months: 1}\nparties:\n" + parties, "utf-8"
    )
    run = interlock.simulate(interlock.open_book(file), paths=1)["largest_run"]
    for name, (*_, low, high) in KNOWN.items():
        assert low < run.sel(party=name).values.item() < high, name
