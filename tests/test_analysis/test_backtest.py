"""A book held against what came: each quantity against the run's own series, and scores worked out by hand."""

import json
import re

import numpy as np
import pytest

import interlock
from drawn import assert_drawn
from interlock.analysis.answer import Estimate, Share
from interlock.analysis.backtest import RATE, Backtest, Held, Score
from interlock.ground.errors import BookError

PATHS, YEAR = 24, 2027

# What a run tells by year, and the same by the month: the phrase, its value in the file, and the series and its row.
SAME = {
    "sales of near": ("1 USD", lambda run: run["revenue"].sel(party="near")),
    "models of leader": ("1 USD", lambda run: run["served"].sel(party="leader")),
    "capex of near": ("1 USD", lambda run: _paid(run, payer="near", purposes=("chips", "construction"))),
    "paid under deals.leader-near.compute": (
        "1 USD",
        lambda run: _paid(run, payer="leader", contract="deals.leader-near.compute"),
    ),
    "cash of leader": ("1 USD", lambda run: run["cash"].sel(party="leader")),
    "remaining under deals.leader-near.compute": (
        "1 USD",
        lambda run: run["remaining"].sel(contract="deals.leader-near.compute"),
    ),
    # Its other contract, compute by the hour, binds nobody.
    "backlog of near": ("1 USD", lambda run: run["remaining"].sel(contract="deals.leader-near.compute")),
    "backlog of maker": (
        "1 USD",
        lambda run: run["remaining"].sel(contract=["deals.near-maker.chips", "deals.far-maker.chips"]).sum("contract"),
    ),
    "price of by-the-hour": ("1 USD/H100e-hour", lambda run: 730.0 * run["spot_price"].sel(market="by-the-hour")),
    "term price of by-the-hour": ("1 USD/H100e-hour", lambda run: 730.0 * 1.8 + 0.0 * run["cash"].isel(party=0)),
    "power at near-campus": ("1 MW", lambda run: run["powered"].sel(site="near-campus")),
    "installed at near-campus": ("1 H100e", lambda run: run["installed"].sel(site="near-campus")),
    "share of leader in companies": ("1 %", lambda run: _at(run["share"], segment="companies", lab="leader")),
}


def _paid(run, payer, purposes=None, contract=None):
    paid = run["paid"]
    wanted = paid.payer == payer
    wanted = wanted & (paid.contract == contract if contract else paid.purpose.isin(purposes))
    return paid.where(wanted, 0.0).sum("leg")


def _at(pairs, **ends):
    ((one, of), (other, its)) = ends.items()
    where = (pairs[one] == of) & (pairs[other] == its)
    return pairs.isel({pairs[one].dims[0]: int(np.flatnonzero(where)[0])})


@pytest.fixture(scope="module")
def shortage():
    return interlock.simulate(interlock.open_book("shortage"), paths=PATHS)


@pytest.fixture(scope="module")
def held(shortage, tmp_path_factory):
    """What a year of that run is held against, by phrase: a report of one in each."""
    file = tmp_path_factory.mktemp("actuals") / "came.yaml"
    lines = [
        "title: x",
        'sources: {paper: {title: A paper, date: 2028-02-01, url: "https://example.com"}}',
        "observed:",
    ]
    for phrase, (value, _) in SAME.items():
        lines += [f"  {phrase}:", f"    reported: {{{YEAR}: {{stated: {value}, source: paper}}}}"]
    lines += ["  level of demand:", "    reported: {2026-01: {stated: 1.02, source: paper}}"]
    lines += ["  fleet of near:", "    reported: {2026-01: {stated: 1 M H100e, source: paper}}"]
    file.write_text("\n".join(lines), encoding="utf-8")
    return interlock.backtest(shortage, file)


@pytest.mark.parametrize("phrase", SAME)
def test_a_year_of_months_is_what_the_run_says_of_the_year(phrase, shortage, held):
    (found,) = [each for each in held.held if each.quantity == phrase]
    of_year = SAME[phrase][1](shortage).sel(year=YEAR).values
    assert np.ptp(of_year) > 0.0 or np.all(of_year > 0.0)
    expected = np.quantile(of_year, [0.05, 0.25, 0.5, 0.75, 0.95])
    got = [found.futures.low, found.half[0], found.futures.centre, found.half[1], found.futures.high]
    assert got == pytest.approx(expected, rel=1e-9)


def test_drivers_begin_near_their_level_and_a_fleet_with_what_it_is_given(held):
    of = {each.quantity: each for each in held.held}
    assert of["level of demand"].futures.centre == 1.0
    assert of["fleet of near"].futures.low >= 420e3


# Of 80 M, and 20 M that an investor puts in for a fifth of it, the lab loses 10 M a month of staff.
CERTAIN = """
book: {title: All is certain, as_of: 2026-01-01, start: 2026-01, months: 12}
sources: {old: {title: Old, date: 2026-01-01, url: "https://example.com"}}
parties:
  lab: {roles: [lab], cash: 80 M USD, flows: {staff: {purpose: staff, amount: 120 M USD/year}}}
  investor: {roles: [investor], cash: 1 B USD}
deals:
  round:
    announced: 2026-01-01
    status: in-force
    contracts:
      shares: {kind: equity-commitment, payer: investor, payee: lab, total: 20 M USD, valuation: 80 M USD}
"""
CAME = """
title: What came
sources: {paper: {title: A paper, date: 2026-07-01, url: "https://example.com"}}
observed:
  paid under parties.lab.staff:
    known:
      2024-12: {stated: 48 M USD/year, source: old}
      2025-12: {stated: 96 M USD/year, source: old}
    reported:
      2026-Q1: {stated: 33 M USD, source: paper}
      2026-06: {stated: 9 M USD, source: paper}
  cash of lab:
    known: {2025-12: {stated: 100 M USD, source: old}}
    reported: {2026-06: {stated: 45 M USD, source: paper}}
  stake of investor in lab:
    reported: {2026-06: {stated: 25 %, source: paper}}
"""


@pytest.fixture(scope="module")
def certain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certain")
    (folder / "actuals").mkdir()
    (folder / "book.yaml").write_text(CERTAIN, encoding="utf-8")
    (folder / "actuals" / "came.yaml").write_text(CAME, encoding="utf-8")
    return folder


def test_where_all_is_certain_the_score_is_the_distance(certain):
    # The one file beside the book needs no name, and is no part of the book.
    answer = interlock.backtest(interlock.open_book(certain), paths=16)
    quarter, june, cash, stake = answer.held
    assert [each.futures.centre for each in answer.held] == pytest.approx([30e6, 10e6, 40e6, 0.2])
    assert [each.crps for each in answer.held] == pytest.approx([3e6, 1e6, 5e6, 0.05])
    assert [each.pit.share for each in answer.held] == [1.0, 0.0, 1.0, 1.0]
    assert [each.no_change for each in (quarter, june, cash)] == pytest.approx([24e6, 8e6, 100e6])
    assert stake.no_change is None
    # It doubled in the year before, and the middle of the quarter is two months on, June six.
    assert [each.trend for each in (quarter, june)] == pytest.approx([24e6 * 2 ** (2 / 12), 8e6 * 2**0.5])
    assert cash.trend is None
    staff, kept, _ = answer.scores
    assert (staff.crps, staff.no_change) == pytest.approx((1e6, 2e6))
    assert (kept.crps, kept.no_change, kept.trend) == (pytest.approx(5e6), pytest.approx(55e6), None)
    # 1 of 8 and 5 of 100 million; naively 2 and 55.
    assert answer.skill("no_change") == (pytest.approx(1.0 - (1 / 8 + 5 / 100) / (2 / 8 + 55 / 100)), 2)
    assert answer.skill("trend")[1] == 1
    assert answer.histogram == (1, 0, 0, 0, 0, 0, 0, 0, 0, 3)


def test_it_tells_shows_and_is_a_document(certain):
    answer = interlock.backtest(interlock.open_book(certain), paths=16)
    assert "Of 4 reports 0 lie in the middle half of 16 futures" in answer.tell()
    assert "paid under parties.lab.staff: 0 of 2 in nine futures of ten; off by 12 M USD/year" in answer.tell()
    assert len(answer.table()) == 4
    document = json.loads(json.dumps(answer.to_json()))
    assert document["quantities"][1]["crps"]["score"] == pytest.approx(5e6)
    assert document["reports"][0]["sources"] == ["A paper (2026-07-01)"]


def test_a_run_is_held_on_its_own_futures(certain):
    run = interlock.simulate(interlock.open_book(certain), paths=16, seed=3)
    assert interlock.backtest(run, "came").paths == 16


@pytest.mark.parametrize(
    ("files", "hint"), [((), "has no file of actuals"), (("one", "two"), "Name one of one, two: --actuals NAME.")]
)
def test_where_not_one_file_is_there_it_must_be_named(tmp_path, files, hint):
    (tmp_path / "actuals").mkdir()
    (tmp_path / "book.yaml").write_text(CERTAIN, encoding="utf-8")
    for name in files:
        (tmp_path / "actuals" / f"{name}.yaml").write_text(CAME, encoding="utf-8")
    with pytest.raises(BookError, match=re.escape(hint)):
        interlock.backtest(interlock.open_book(tmp_path), paths=8)


def of_pits(*quantities):
    """An answer in which reports have these places among the futures."""
    held = [
        Held(str(n), str(k), RATE, 1.0, "stated", (), Estimate(1.0, 0.0, 2.0, 0.0), (0.5, 1.5), Share(place, 0.0), 1.0,
             None, None)
        for n, places in enumerate(quantities)
        for k, place in enumerate(places)
    ]  # fmt: skip
    scores = [Score(str(n), RATE, len(p), 0, 0, 0.5, 1.0, 0.1, None, None, None) for n, p in enumerate(quantities)]
    return Backtest("A", "2026-01-01", "B", 8, tuple(held), tuple(scores), Share(0.5, 0.1), Share(0.9, 0.1))


@pytest.mark.parametrize(
    ("places", "verdict"),
    [
        ([[0.9], [0.95], [0.8], [0.99]], "biased low"),
        ([[0.1], [0.05], [0.2], [0.01]], "biased high"),
        ([[0.01], [0.99], [0.02], [0.98]], "The futures are too narrow"),
        ([[0.45], [0.52], [0.55], [0.49]], "The futures are too wide"),
        ([[0.1], [0.4], [0.6], [0.9]], "told from chance"),
        # Forty reports of one quantity are no forty quantities.
        ([[0.97] * 40], "Over 1 quantity"),
    ],
)
def test_the_verdict_follows_where_what_came_lies(places, verdict):
    assert verdict in of_pits(*places).verdict()


def test_the_place_among_uncertain_futures_is_their_rank_and_the_score_that_of_all_pairs(shortage, held):
    (found,) = [each for each in held.held if each.quantity == "cash of leader"]
    cash = shortage["cash"].sel(party="leader", year=YEAR).values
    assert found.pit.share == np.mean(cash < 1.0)
    pairs = np.abs(np.subtract.outer(cash, cash)).sum() / (PATHS * (PATHS - 1))
    assert found.crps == pytest.approx(np.abs(cash - 1.0).mean() - pairs / 2.0, rel=1e-9)


def test_reports_are_drawn(held):
    assert_drawn(held, "reports")
