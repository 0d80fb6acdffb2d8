"""Worlds side by side: a book against itself, against one that was changed by hand, and errors against other seeds."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import interlock
from drawn import assert_drawn
from interlock.analysis.answer import against, each_path
from interlock.analysis.compare import Headline
from interlock.ground.chance import Sampling
from interlock.ground.sampling_error import difference_error, sampling_error
from metamorphic.books import opened, text_of

FEWER = {"deals.rounds.probability": "60 %"}


@pytest.fixture(scope="module")
def chain():
    return interlock.open_book("chain")


@pytest.fixture(scope="module")
def fewer_rounds(chain):
    return interlock.compare(chain, chain.amend(FEWER), paths=512)


def found(answer, headline, of, year=None, world=1):
    (row,) = [row for row in answer.rows if (row.headline, row.of, row.year) == (headline, of, year)]
    return row.worlds[world]


def test_a_book_against_itself_differs_in_nothing(chain):
    answer = interlock.compare(chain, chain, paths=256)
    assert answer.names == ("chain", "chain (2)")
    assert {each.difference for _, each in answer.differences(1)} == {0.0}
    assert not any(each.is_real for _, each in answer.differences(1))
    assert "no difference is beyond what is chance" in answer.tell()


def test_numbers_are_those_of_each_run_by_itself(chain, fewer_rounds):
    runs = [interlock.simulate(book, paths=512) for book in (chain, chain.amend(FEWER))]
    for world, run in enumerate(runs):
        failed, flows, cash = (run.series[name] for name in ("failed", "flows", "cash"))
        lab = found(fewer_rounds, Headline.fails, "lab", world=world)
        assert lab.value == failed.mean()[failed.of("lab"), -1]
        assert lab.error == pytest.approx(failed.mean_error()[failed.of("lab"), -1], rel=1e-12)
        pair, usd = flows.of(("lab", "cloud")), flows.mean()
        paid = found(fewer_rounds, Headline.pays, "lab → cloud", 2027, world)
        assert paid.value == pytest.approx(usd[pair, 1], rel=1e-12)
        assert paid.error == pytest.approx(flows.mean_error()[pair, 1], rel=1e-12)
        assert found(fewer_rounds, Headline.pays, "lab → cloud", None, world).value == pytest.approx(usd[pair].sum())
        least = cash.values[cash.of("lab")].min(axis=0).mean()
        assert found(fewer_rounds, Headline.lowest_cash, "lab", world=world).value == pytest.approx(least, rel=1e-12)


def test_differences_are_those_of_each_path_and_their_errors_too(chain, fewer_rounds):
    paid = [interlock.simulate(book, paths=512).series["flows"] for book in (chain, chain.amend(FEWER))]
    here, there = (series.values[series.of(("lab", "cloud"))].sum(axis=0) for series in paid)
    number = found(fewer_rounds, Headline.pays, "lab → cloud")
    assert number.difference == pytest.approx((there - here).mean(), rel=1e-9)
    assert number.difference_error == pytest.approx((there - here).std(ddof=1) / np.sqrt(512), rel=1e-9)
    # Rounds that come fewer have the same luck in all else: apart, the two means would be further off.
    apart = math.hypot(number.error, found(fewer_rounds, Headline.pays, "lab → cloud", world=0).error)
    assert number.difference_error < 0.9 * apart
    assert number.is_real
    assert "lab fails" in fewer_rounds.tell()


def test_the_error_of_a_difference_is_its_spread_over_seeds(chain):
    answers = [interlock.compare(chain, chain.amend(FEWER), paths=128, seed=seed) for seed in range(20, 44)]
    for headline, of in ((Headline.fails, "lab"), (Headline.lowest_cash, "lab")):
        numbers = [found(answer, headline, of) for answer in answers]
        told = np.sqrt(np.mean([each.difference_error**2 for each in numbers]))
        assert told == pytest.approx(np.std([each.difference for each in numbers], ddof=1), rel=0.5)


def test_what_the_difference_rests_on_is_said_and_is_json_where_there_is_none(chain, fewer_rounds):
    (rests,) = fewer_rounds.reliance
    assert rests.figures[0][0] == "deals.rounds.probability"
    assert f"rests most on {rests.figures[0][0]}" in fewer_rounds.tell().splitlines()[0]
    same = interlock.compare(chain, chain, paths=16).to_json()
    assert same["rests_on"][0]["rank_correlation"] == {}
    json.dumps(same, allow_nan=False)


def test_what_came_back_is_what_trace_says():
    ring = interlock.open_book("ring")
    answer = interlock.compare(ring, ring.amend({"deals.servers.servers.rate": "40 %"}), paths=16)
    back = [found(answer, Headline.came_back, "deals.round.shares", world=world) for world in (0, 1)]
    assert back[0].value == pytest.approx(0.7 * 0.6 * 0.5, rel=1e-9)
    assert back[1].difference == pytest.approx(0.7 * (0.4 - 0.6) * 0.5, rel=1e-9)


def test_what_a_book_does_not_have_is_nothing_or_not_there(chain, tmp_path):
    text = text_of("chain")
    text["parties"]["hermit"] = {"roles": ["lab"], "cash": "1 B USD"}
    del text["deals"]["chips"], text["deals"]["compute"]["contracts"]["promise"]["additionality"]
    answer = interlock.compare(chain, opened(text, tmp_path / "other.yaml"), paths=64)
    chips = found(answer, Headline.pays, "cloud → chipmaker")
    assert (chips.value, chips.difference) == (0.0, -found(answer, Headline.pays, "cloud → chipmaker", world=0).value)
    assert found(answer, Headline.lowest_cash, "hermit", world=0) is None
    assert math.isnan(found(answer, Headline.lowest_cash, "hermit").difference)
    assert not found(answer, Headline.lowest_cash, "hermit").is_real


def test_books_of_different_lengths_are_compared_in_the_years_that_they_share(chain, tmp_path):
    text = text_of("chain")
    text["book"]["months"] = "30"
    answer = interlock.compare(chain, opened(text, tmp_path / "shorter.yaml"), paths=64)
    assert answer.years == (2026, 2027)
    assert {each.difference for _, each in answer.differences(1)} == {0.0}


def test_runs_are_compared_as_they_were_made(chain):
    run = interlock.simulate(chain, paths=64, seed=9)
    answer = interlock.compare(run, chain, names=("before", "after"), paths=8)
    assert (answer.paths, answer.seed, answer.names) == (64, 9, ("before", "after"))
    assert {each.difference for _, each in answer.differences(1)} == {0.0}


def test_what_cannot_be_compared_is_refused_in_a_line(chain, tmp_path):
    text = text_of("chain")
    text["book"] |= {"start": "2031-01", "as_of": "2031-01-01"}
    later = text | {"deals": {}}
    refused = {
        "name two or more": (chain,),
        "no calendar year": (chain, opened(later, tmp_path / "later.yaml")),
        "no party in common": (chain, interlock.open_book("shortage")),
        "not of the same futures": (interlock.simulate(chain, paths=8), interlock.simulate(chain, paths=16)),
    }
    for words, worlds in refused.items():
        with pytest.raises(interlock.ArgumentError, match=words) as problem:
            interlock.compare(*worlds, paths=8)
        assert len(str(problem.value).splitlines()) == 1


def test_with_sobol_points_other_figures_have_other_luck(chain):
    certain = chain.amend({"deals.compute.promise.ramp": "9 months"})
    assert "do not share their luck" in interlock.compare(chain, certain, paths=64, sampling="sobol").tell()
    assert interlock.compare(chain, chain, paths=64, sampling="sobol").own_luck == ""


def test_the_document_and_the_table_say_the_same(fewer_rounds):
    document, table = fewer_rounds.to_json(), fewer_rounds.table()
    assert table["value"].tolist() == [
        each["value"] for row in document["outcomes"] for each in row["worlds"] if each is not None
    ]
    assert document["run"]["paths"] == 512


NUMBERS = st.lists(st.floats(-1e3, 1e3), min_size=8, max_size=8).map(np.array)


@given(NUMBERS, NUMBERS, st.sampled_from(list(Sampling)))
def test_the_error_of_a_difference_of_means_is_that_of_the_mean_difference(one, other, sampling):
    ones = np.ones(8)
    expected = sampling_error(one - other, sampling)
    assert difference_error((one, ones), (other, ones), sampling) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(NUMBERS, st.floats(-1e3, 1e3))
def test_what_moves_both_worlds_alike_leaves_their_difference_certain(values, shift):
    number = against(each_path(values + shift), each_path(values), Sampling.plain)
    assert number.difference == pytest.approx(shift, abs=1e-9)
    assert number.difference_error == pytest.approx(0.0, abs=1e-9)


@given(st.lists(st.booleans(), min_size=8, max_size=40))
def test_what_happened_on_the_same_paths_may_yet_differ_on_another(happened):
    number = against(each_path(happened), each_path(happened), Sampling.plain, is_event=True)
    assert (number.difference, number.difference_error) == (0.0, 0.5 / (len(happened) + 1))


def test_differences_are_drawn(fewer_rounds):
    assert_drawn(fewer_rounds, *fewer_rounds.charts())
    assert len(fewer_rounds.charts()) >= 2
