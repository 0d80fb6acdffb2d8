"""The one screen of a run says what the run's own series say, and how far each number may be off."""

import itertools
import json
import math

import numpy as np
import pytest
import scipy.stats

import interlock
from drawn import assert_drawn
from interlock.analysis.answer import Estimate
from interlock.analysis.footing import A_CENTURY
from interlock.analysis.overview import Stake
from interlock.analysis.reliance import rank_correlation, ranks_of, relies_on
from interlock.ground.chance import Sampling
from interlock.ground.sampling_error import quantile_error, sampling_error


@pytest.fixture(scope="module")
def run():
    return interlock.simulate(interlock.open_book("pair"), paths=256)


@pytest.fixture(scope="module")
def screen(run):
    return interlock.overview(run)


@pytest.fixture(scope="module", params=list(Sampling))
def chain(request):
    """A book in which the lab fails on some paths and is short of cash on others."""
    return interlock.simulate(interlock.open_book("chain"), paths=512, sampling=request.param)


@pytest.fixture(scope="module")
def lab(chain):
    (footing,) = interlock.overview(chain).labs
    return footing


def of_lab(run, name):
    """[year, path] a series of the lab."""
    return run[name].sel(party="lab").values.T


def test_the_flows_are_the_medians_of_the_series(run, screen):
    flows = run.series["flows"]
    for flow in screen.flows:
        values = flows.values[flows.of((flow.payer, flow.payee))]
        assert [usd.centre for _, usd in flow.years] == pytest.approx(np.median(values, axis=-1).tolist())
        errors = [float(quantile_error(year, 0.5)) for year in values]
        assert [usd.error for _, usd in flow.years] == pytest.approx(errors)


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ((0.2, 0.3, 0.1), "30 ± 1.0 % (30–30) of lab at the end of 2027, 10 ± 1.0 % (10–10) at the end of 2028"),
        ((0.1, 0.2, 0.3), "30 ± 1.0 % (30–30) of lab at the end of 2028"),
        ((0.0, 0.0, 0.0), ""),
    ],
    ids=["which falls", "which rises", "of nothing"],
)
def test_a_stake_is_told_at_its_height_and_once_more_where_that_is_not_the_end(shares, told):
    years = tuple((2026 + n, Estimate(share, share, share, 0.01)) for n, share in enumerate(shares))
    stake = Stake("fund", "lab", years)
    assert stake.is_any() == bool(told)
    if told:
        assert stake.tell() == f"fund holds {told}."


def test_what_is_locked_in_falls_to_nothing_when_the_contract_is_over(screen):
    (commitment,) = (each for each in screen.commitments if each.short is not None)
    remaining = [usd.centre for _, usd in commitment.remaining]
    assert remaining[0] > 0.0
    assert all(later <= earlier for earlier, later in itertools.pairwise(remaining))


def test_a_commitment_is_short_on_the_paths_that_paid_for_what_was_not_wanted(run, screen):
    (commitment,) = (each for each in screen.commitments if each.short is not None)
    paid, spare = run.series["paid"], run.series["spare"]
    named = {n: leg[4] for n, leg in enumerate(paid.rows) if leg[0] == commitment.contract}
    topped = paid.values[[n for n, name in named.items() if name == "top-up"]].sum(axis=0)
    charged = paid.values[[n for n, name in named.items() if name != "remedy"]].sum(axis=0)
    not_wanted = topped + spare.values[spare.of(commitment.contract)]
    is_short = (not_wanted > 0.01 * charged).any(axis=0)
    assert 0.0 < commitment.short.share == is_short.mean()
    assert commitment.short.error == pytest.approx(np.sqrt(is_short.var() / 256), rel=0.01)
    assert commitment.shortfall.centre == pytest.approx(not_wanted.sum(axis=0).mean())
    assert commitment.shortfall.error == pytest.approx(scipy.stats.sem(not_wanted.sum(axis=0)))


def test_a_lab_is_tight_only_where_it_stands(chain, lab):
    """The conditional probability, counted path by path; and its error, that of a share of those that stand."""
    for n, (year, tight) in enumerate(lab.tight):
        stands = of_lab(chain, "failed")[n] == 0.0
        is_short = of_lab(chain, "runway")[n] < 6.0
        assert year == chain.years[n]
        assert tight.share == pytest.approx((is_short & stands).sum() / stands.sum())
        if chain.sampling is Sampling.plain and tight.share > 0.0:
            assert tight.error == pytest.approx(scipy.stats.sem(is_short[stands], ddof=0), rel=0.1)
    # The futures in which it has failed would make it look far tighter than it is.
    assert lab.tight[-1][1].share < (of_lab(chain, "runway")[-1] < 6.0).mean() - 0.05


def test_the_probability_of_failure_is_the_share_of_paths_on_which_it_has_failed(chain, lab):
    for n, (_, failed) in enumerate(lab.failed):
        happened = of_lab(chain, "failed")[n]
        assert failed.share == happened.mean()
        if failed.share > 0.0:
            assert failed.error == pytest.approx(float(sampling_error(happened, chain.sampling)), rel=0.01)


def test_the_runway_is_that_of_the_futures_in_which_the_lab_stands(chain, lab):
    for n, (_, runway) in enumerate(lab.runway):
        months = of_lab(chain, "runway")[n][of_lab(chain, "failed")[n] == 0.0]
        for shown, share in ((runway.low, 0.05), (runway.centre, 0.5), (runway.high, 0.95)):
            exact = np.quantile(months, share)
            assert shown == pytest.approx(exact) if exact < A_CENTURY else shown == math.inf
    assert lab.runway[-1][1].high == math.inf


def test_a_runway_without_end_is_null_in_json(lab):
    document = json.loads(json.dumps(lab.to_json(), allow_nan=False))
    assert document["runway_months_if_standing"]["2028"]["high"] is None
    assert document["runway_months_if_standing"]["2028"]["low"] > 0.0


def test_the_screen_says_who_fails(chain):
    answer = interlock.overview(chain)
    ((party, share),) = answer.failures
    assert party == "lab"
    assert share.share == of_lab(chain, "failed")[-1].mean()
    assert "see lab fail" in answer.ends()
    assert sum(each.share for _, each in answer.outcomes) == pytest.approx(1.0)


def test_where_several_fail_each_is_named(tmp_path):
    fails = "title: x\nfail: [{party: lab, month: 2026-06}, {party: cloud, month: 2027-06}]"
    (tmp_path / "fails.yaml").write_text(fails, encoding="utf-8")
    book = interlock.with_scenario(interlock.open_book("chain"), tmp_path / "fails.yaml")
    answer = interlock.overview(interlock.simulate(book, paths=8))
    assert {party for party, _ in answer.failures} == {"cloud", "lab"}
    assert "see a party fail (cloud in 100 ± 5.6 %, lab in 100 ± 5.6 %)" in answer.ends()
    # Nobody is left of whom it could be said.
    assert math.isnan(answer.labs[0].tight[-1][1].share)
    assert math.isnan(answer.labs[0].runway[-1][1].centre)
    json.dumps(answer.to_json(), allow_nan=False)


WITHOUT_CHANCE = {"book", "run"}
"""Parts of the document that are no estimates."""


def numbers_without_error(part, place=""):
    """Where a document holds numbers that are estimates, and says nothing of their error."""
    if isinstance(part, dict):
        if "error" in part:
            return []
        return [each for name, inner in part.items() for each in numbers_without_error(inner, f"{place}/{name}")]
    if isinstance(part, list):
        return [each for n, inner in enumerate(part) for each in numbers_without_error(inner, f"{place}/{n}")]
    return [place] if isinstance(part, float) else []


@pytest.mark.parametrize("book", ["pair", "ring", "chain"])
def test_every_number_of_the_document_has_a_sampling_error(book):
    answer = interlock.overview(interlock.simulate(interlock.open_book(book), paths=64))
    document = json.loads(json.dumps(answer.to_json(), allow_nan=False))
    estimates = {name: part for name, part in document.items() if name not in WITHOUT_CHANCE}
    assert numbers_without_error(estimates) == []


def test_the_rank_correlation_is_that_of_scipy():
    generator = np.random.default_rng(1)
    draws = generator.normal(size=(3, 200))
    draws[1] = draws[1].round()  # equals share a rank
    values = draws[0] + generator.normal(size=200)
    expected = [scipy.stats.spearmanr(row, values).statistic for row in draws]
    assert rank_correlation(draws, values) == pytest.approx(expected)


@pytest.mark.parametrize(
    "values",
    [
        np.exp(9.0 * np.random.default_rng(4).normal(size=300)),
        np.random.default_rng(5).integers(-2, 3, 300),
        np.random.default_rng(6).normal(size=300) > 0.0,
        np.array([3.0, np.inf, -1.0, np.inf, 2.0]),
        np.array([1e308, -1e308, 0.0]),
        np.ones(3),
    ],
    ids=["far apart", "whole numbers", "yes or no", "without end", "as far apart as can be", "all the same"],
)
def test_ranks_are_those_of_scipy(values):
    assert ranks_of(values).tolist() == scipy.stats.rankdata(values).tolist()


def test_an_answer_rests_on_the_figure_that_it_is_made_of_and_on_no_other():
    generator = np.random.default_rng(2)
    draws = generator.normal(size=(4, 512))
    found = relies_on("it", draws[2] ** 3, ["a", "b", "c", "d"], draws)
    assert found.figures[0] == ("c", pytest.approx(1.0))
    assert len(found.figures) <= 2


def test_a_constant_rests_on_nothing():
    assert relies_on("it", np.ones(64), ["a"], np.random.default_rng(3).normal(size=(1, 64))).figures == ()


def test_the_screen_is_drawn(screen):
    assert_drawn(screen, *screen.charts())
    assert list(screen.charts())[:3] == ["loop", "cash", "deals"]
