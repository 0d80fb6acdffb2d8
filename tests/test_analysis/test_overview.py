"""The one screen of a run says what the run's own series say."""

import itertools
import json

import numpy as np
import pytest

import interlock
from interlock.analysis.reliance import rank_correlation, relies_on


@pytest.fixture(scope="module")
def run():
    return interlock.simulate(interlock.open_book("pair"), paths=256)


@pytest.fixture(scope="module")
def screen(run):
    return interlock.overview(run)


def test_the_flows_are_the_medians_of_the_series(run, screen):
    flows = run.series["flows"]
    for flow in screen.flows:
        values = flows.values[flows.of((flow.payer, flow.payee))]
        assert [usd.centre for _, usd in flow.years] == pytest.approx(np.median(values, axis=-1).tolist())


def test_what_is_locked_in_falls_to_nothing_when_the_contract_is_over(screen):
    (commitment,) = (each for each in screen.commitments if each.short is not None)
    remaining = [usd.centre for _, usd in commitment.remaining]
    assert remaining[0] > 0.0
    assert all(later <= earlier for earlier, later in itertools.pairwise(remaining))


def test_a_commitment_is_short_on_the_paths_that_paid_a_top_up(run, screen):
    (commitment,) = (each for each in screen.commitments if each.short is not None)
    paid = run.series["paid"]
    top_ups = [n for n, leg in enumerate(paid.rows) if leg[0] == commitment.contract and leg[4] == "top-up"]
    assert commitment.short.centre == (paid.values[top_ups].sum(axis=(0, 1)) > 0.0).mean()


def test_every_number_on_the_screen_has_a_sampling_error(screen):
    document = json.loads(json.dumps(screen.to_json()))

    def errors(part):
        if isinstance(part, dict):
            if "centre" in part:
                assert "error" in part
            for each in part.values():
                errors(each)
        elif isinstance(part, list):
            for each in part:
                errors(each)

    errors(document)


def test_the_rank_correlation_is_that_of_scipy():
    import scipy.stats

    generator = np.random.default_rng(1)
    draws = generator.normal(size=(3, 200))
    values = draws[0] + generator.normal(size=200)
    expected = [scipy.stats.spearmanr(row, values).statistic for row in draws]
    assert rank_correlation(draws, values) == pytest.approx(expected)


def test_an_answer_rests_on_the_figure_that_it_is_made_of_and_on_no_other():
    generator = np.random.default_rng(2)
    draws = generator.normal(size=(4, 512))
    found = relies_on("it", draws[2] ** 3, ["a", "b", "c", "d"], draws)
    assert found.figures[0] == ("c", pytest.approx(1.0))
    assert len(found.figures) <= 2


def test_a_constant_rests_on_nothing():
    assert relies_on("it", np.ones(64), ["a"], np.random.default_rng(3).normal(size=(1, 64))).figures == ()
