"""The race: twins have even odds, a run is what its fleet can do, and a deal adds what is missing without it."""

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import interlock
from drawn import assert_drawn
from interlock.analysis.race import odds_of
from interlock.ground.units import FLOP_PER_H100E_MONTH
from metamorphic.books import opened

# Two labs alike, each with a demand of its own, of which half serves and half trains. In July the second half of the
# compute of both comes: by a deal for each, and a further one that hangs on the first twin's.
TWINS = """
book: {title: Twins, as_of: 2026-01-01, start: 2026-01, months: 12}
parties:
  LABS
  cloud: {roles: [cloud], cash: 1 B USD}
drivers:
  one: {kind: geometric-brownian, level: 1, drift: 0 %/year, volatility: 30 %}
  other: {kind: geometric-brownian, level: 1, drift: 0 %/year, volatility: 30 %}
deals:
  DEALS
  spare:
    announced: 2026-01-01
    status: signed
    depends_on: [one-more]
    contracts:
      hour: {kind: spot-compute, payer: one, payee: cloud, price: 2 USD/H100e-hour, limit: 0 H100e}
"""
LAB = """
  {name}: {{roles: [lab], cash: 10 B USD, revenue: 1 B USD/year, demand: {name}, margin: 50 %, training: 50 %,
    compute_price: 2 USD/H100e-hour, utilisation: 40 %, run: 3 months, in_one_run: 50 %}}"""
DEAL = """
  {name}-{what}:
    announced: 2026-01-01
    status: signed
    contracts:
      compute: {{kind: compute-commitment, payer: {name}, payee: cloud, capacity: {capacity} H100e, start: {start},
        price: 2 USD/H100e-hour, term: 24 months, take: 0 %}}"""
CERTAIN = {f"drivers.{name}.volatility": "0 %" for name in ("one", "other")}
# Of 1 B USD a year, 57,078 H100e can be paid at two dollars an hour: half of them train, and half of that in one run.
NEEDED = 1e9 / 12.0 / (2.0 * 730.0)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    deals = [("one", "first", 40_000, "2026-01"), ("other", "first", 40_000, "2026-01")]
    deals += [("one", "more", 40_000, "2026-07"), ("other", "more", 40_000, "2026-07")]
    text = TWINS.replace("LABS", "".join(LAB.format(name=name) for name in ("one", "other")).strip())
    names = ("name", "what", "capacity", "start")
    text = text.replace("DEALS", "".join(DEAL.format(**dict(zip(names, deal, strict=True))) for deal in deals).strip())
    file = tmp_path_factory.mktemp("twins") / "book.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def twins(file):
    return interlock.open_book(file)


@pytest.fixture(scope="module")
def even(twins):
    return interlock.race(twins, paths=512)


@pytest.fixture(scope="module")
def certain(twins):
    return interlock.race(twins.amend(CERTAIN), without=["one-more"], paths=8)


def test_labs_alike_have_even_odds(even):
    for measure in ("run", "effective"):
        for each in even.runners:
            for odds in each.odds[measure]:
                assert abs(odds.share - 0.5) < 3.5 * odds.error
    assert even.quarters == ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
    assert even.head().startswith("Odds of the largest training run in 2026-Q4, of 512 futures: o")


def test_odds_and_nobodys_come_to_one(even):
    for n in range(4):
        assert sum(each.odds["run"][n].share for each in even.runners) + even.nobody[n].share == pytest.approx(1.0)


def test_a_run_is_what_half_of_the_training_fleet_does_in_its_months(certain):
    for each in certain.runners:
        has = {name: each.has[name][-1].centre for name in each.has}
        assert has["used"] == pytest.approx(NEEDED, rel=1e-9)
        assert has["training"] == pytest.approx(NEEDED / 2.0, rel=1e-9)
        assert has["run"] == pytest.approx(NEEDED / 4.0 * FLOP_PER_H100E_MONTH * 0.4 * 3.0, rel=1e-9)
        assert has["effective"] == has["run"]
        # Before July there are 40,000, and serving, which comes first, takes what it needs.
        assert each.has["used"][0].centre == pytest.approx(40e3, rel=1e-9)
        assert each.has["training"][0].centre == pytest.approx(40e3 - NEEDED / 2.0, rel=1e-9)


def test_who_tie_share_the_odds(certain):
    assert {odds.share for each in certain.runners for odds in each.odds["run"]} == {0.5}


def test_a_deal_adds_what_is_missing_without_it(certain):
    (added,) = certain.added
    assert added.with_it == ("spare",)
    for quarter in (0, 1):
        assert [each[quarter].difference for each in added.odds.values()] == [0.0, 0.0]
    for quarter in (2, 3):
        # With it both are even; without it the first twin trains on what 40,000 leave, and the other one is ahead.
        assert (added.odds["one"][quarter].difference, added.odds["other"][quarter].difference) == (0.5, -0.5)
        assert added.training["one"][quarter].difference == pytest.approx(NEEDED - 40e3, rel=1e-9)
        assert added.training["other"][quarter].difference == 0.0
    assert "one-more adds 50 ± " in certain.tell()


def test_without_a_deal_the_futures_are_those_of_a_book_in_which_it_has_ended(twins):
    answer = interlock.race(twins, without=["deals.one-more.compute"], paths=256)
    ended = interlock.race(twins.amend({"deals.one-more.status": "ended"}), paths=256)
    with_it = interlock.race(twins, paths=256)
    for lab in ("one", "other"):
        here, there = (next(each for each in race.runners if each.lab == lab) for race in (with_it, ended))
        for n, odds in enumerate(answer.added[0].odds[lab]):
            assert odds.value == here.odds["run"][n].share
            assert odds.value - odds.difference == pytest.approx(there.odds["run"][n].share, abs=1e-12)


def test_errors_fall_with_the_square_root_of_the_number_of_futures(even, twins):
    fewer = interlock.race(twins, paths=128)
    assert fewer.runners[0].odds["run"][-1].error / even.runners[0].odds["run"][-1].error == pytest.approx(2.0, rel=0.1)


def test_the_order_in_which_parties_and_deals_are_written_does_not_matter(even, tmp_path, file):
    text = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    for section in ("parties", "deals"):
        text[section] = dict(reversed(text[section].items()))
    assert interlock.race(opened(text, tmp_path / "book.yaml"), paths=512).runners == even.runners


def test_the_document_and_the_table_say_the_same(certain):
    document, table = certain.to_json(), certain.table()
    of_one = table[(table["what"] == "adds to odds") & (table["lab"] == "one")]
    assert of_one["value"].tolist() == [each["difference"] for each in document["without"][0]["odds"]["one"]]
    assert of_one["quarter"].tolist() == document["quarters"]
    assert document["labs"][0]["has"]["used"][0]["centre"] == pytest.approx(40e3)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_of_any_runs_the_odds_come_to_one_or_nobody_has_any(seed):
    runs = np.random.default_rng(seed).integers(0, 3, (4, 20)).astype(float)
    odds = odds_of(runs)
    for path, column in enumerate(runs.T):
        best = [n for n, run in enumerate(column) if run == column.max() and run > 0.0]
        assert odds[:, path].tolist() == [1.0 / len(best) if n in best else 0.0 for n in range(4)]


@pytest.mark.parametrize(
    ("book", "without", "words"),
    [
        ("shortage", ["leader-neer"], "Did you mean 'leader-near'"),
        ("shortage", ["deals.leader-near.comput"], "Did you mean 'leader-near.compute'"),
        ("pair", [], "follows no lab's models"),
        ("vehicle", [], "follows no lab's models"),
    ],
)
def test_what_is_no_race_is_refused_in_a_line(book, without, words):
    with pytest.raises(interlock.ArgumentError, match=words) as problem:
        interlock.race(interlock.open_book(book), without=without, paths=8)
    assert len(str(problem.value).splitlines()) == 1


def test_odds_are_drawn_and_add_up(even):
    assert_drawn(even, "odds")
    parts = [each["data"][-1]["value"][1] for each in even.chart().option["series"] if "stack" in each]
    assert sum(parts) == pytest.approx(100.0)
