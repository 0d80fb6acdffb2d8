"""The series of a run: what their rows are called, who has failed when, and what is left of very many paths."""

import numpy as np
import pytest

import interlock
from interlock.engine import collect, series

FUTURES = 400


@pytest.fixture(scope="module")
def chain():
    return interlock.simulate(interlock.open_book("chain"), paths=FUTURES)


def test_rows_that_are_contracts_are_called_so(chain):
    contracts = {label.address for label in chain.program.labels.contracts if label is not None}
    by_contract = {name for name, each in chain.series.items() if each.rows and set(each.rows) <= contracts}
    assert by_contract >= {"remaining", "shortfall", "unfilled"}
    for name in by_contract:
        assert chain[name].dims == ("path", "year", "contract")
    assert chain["shortfall"].sel(contract="deals.compute.promise").sizes == {"path": FUTURES, "year": 3}


def test_a_party_has_failed_by_the_end_of_the_year_of_its_first_month_without_it(chain):
    months = np.concatenate(chain.kept.failed, axis=-1)
    assert (months < 36).any()
    for n, party in enumerate(chain["failed"].party.values):
        expected = [[float(month < 12 * (year + 1)) for year in range(3)] for month in months[n]]
        assert chain["failed"].sel(party=party).values.tolist() == expected


def test_who_is_made_to_fail_in_january_has_not_failed_by_december(tmp_path):
    (tmp_path / "fails.yaml").write_text("title: x\nfail: [{party: lab, month: 2027-01}]", encoding="utf-8")
    run = interlock.simulate(interlock.with_scenario(interlock.open_book("chain"), tmp_path / "fails.yaml"), paths=8)
    assert run["failed"].sel(party="lab").isel(path=0).values.tolist() == [0.0, 1.0, 1.0]


def test_a_party_that_has_failed_is_not_tight(chain):
    tight, failed, runway = (chain[name].values for name in ("tight", "failed", "runway"))
    assert np.array_equal(tight == 1.0, (runway < 6.0) & (failed == 0.0))
    assert (runway[failed == 1.0] == 0.0).all()
    assert tight.any()


def test_each_future_ends_in_one_way_and_in_failure_where_somebody_has_failed(chain):
    ended = chain.kept.outcomes
    assert (ended.values.sum(axis=0) == 1.0).all()
    has_failed = chain["failed"].isel(year=-1).max("party").values
    assert np.array_equal(ended.values[ended.of("a party failed"), 0], has_failed)


@pytest.fixture
def many(monkeypatch, chain):
    """The same futures in a run that keeps every value of the first 150 of them only."""
    for module in (collect, series):
        monkeypatch.setattr(module, "KEPT_PATHS", 150)
    return interlock.simulate(interlock.open_book("chain"), paths=FUTURES)


def test_of_very_many_futures_the_first_are_kept_with_their_draws(many, chain):
    assert many.draws.tolist() == chain.draws[:, :150].tolist()
    for name, kept in chain.series.items():
        assert np.array_equal(many.series[name].first, kept.values[..., :150]), name
        np.testing.assert_allclose(many.series[name].mean(), kept.mean(), rtol=1e-12, err_msg=name)
    with pytest.raises(interlock.ArgumentError, match="not kept path by path"):
        _ = many["cash"]


def test_very_many_futures_give_the_same_screen_up_to_their_bins(many, chain):
    few, lots = interlock.overview(chain), interlock.overview(many)
    assert (lots.outcomes, lots.failures) == (few.outcomes, few.failures)
    assert [each.tight for each in lots.labs] == [each.tight for each in few.labs]
    assert [each.short for each in lots.commitments] == [each.short for each in few.commitments]
    for ours, theirs in zip(lots.flows, few.flows, strict=True):
        for (_, counted), (_, kept) in zip(ours.years, theirs.years, strict=True):
            assert counted.centre == pytest.approx(kept.centre, rel=0.02, abs=1e7)
    assert {each.paths for each in lots.reliance} == {150}
    assert lots.reliance[0].figures[0][0] == few.reliance[0].figures[0][0]


def test_what_is_bought_of_a_company_is_held_by_whom_the_contract_names(chain):
    bought, stakes = chain["bought"], chain["stakes"]
    (contract,) = bought.contract.values
    assert contract == "deals.rounds.shares"
    assert np.array_equal(bought.sel(contract=contract).values, stakes.isel(stake=0).values)
    assert bought.values.max() > 0.1
