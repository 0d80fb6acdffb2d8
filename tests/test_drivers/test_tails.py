"""Drivers that go to extremes together: each as it would be alone, and far out more often at once."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtri
from scipy.stats import chi2, kendalltau, kstest, norm, t

import interlock
from interlock.drivers.correlation import factor
from interlock.drivers.tails import STREAM, common_shocks, pulled
from interlock.engine.simulate import given_of
from interlock.ground.chance import Sampling, normals, stream_keys
from interlock.ground.sobol import shocks, yearly_normals
from interlock.program.compile import compile_book

NAMES = ("demand", "spot")

BOOK = """
book: {title: Tails, as_of: 2026-01-01, start: 2026-01, months: 13}
parties: {shop: {roles: [cloud], flows: {business: {from: customers, purpose: goods, amount: 1 M USD/year}}}}
drivers:
  alone: {kind: geometric-brownian, level: 1, volatility: 20 %}
  demand: {kind: geometric-brownian, level: 1, volatility: 20 %}
  spot: {kind: mean-reverting, level: 2, mean: 2, half_life: 6 months, volatility: 0.5, low: 0}
correlations: [{between: [demand, spot], is: 60 %}]
"""

TAILS = "tails: {between: [demand, spot]}\n"


def drawn(correlation, count, months=1):
    """Shocks of two drivers [driver, number], all months in one row."""
    paths = np.arange(count)
    mixed = factor(NAMES, [(*NAMES, correlation)]) @ np.moveaxis(
        normals(stream_keys(1, NAMES), np.arange(months), paths), 1, 0
    ).reshape(2, -1)
    common = common_shocks(stream_keys(1, [STREAM]), np.arange(months), paths).reshape(1, -1)
    return pulled(mixed, common)


def test_the_shock_is_as_far_out_as_students_t_with_4_degrees_of_freedom():
    z, w = np.linspace(-9.0, 9.0, 181)[:, None], np.geomspace(1e-9, 60.0, 80)[None, :]
    x = z / np.sqrt(w / 4.0)
    # By the nearer tail, as SciPy's distribution function is one for far more than half of them.
    expected = np.sign(x) * -ndtri(t.cdf(-np.abs(x), 4))
    np.testing.assert_allclose(pulled(z, w), expected, rtol=1e-9, atol=1e-12)


def test_the_common_shock_is_a_chi_square_with_4_degrees_of_freedom():
    common = common_shocks(stream_keys(3, [STREAM]), np.arange(40), np.arange(1_000)).ravel()
    assert kstest(common, chi2(4).cdf).pvalue > 1e-3
    assert common.min() > 0.0


@pytest.mark.parametrize("correlation", [0.0, 0.6, -0.3])
def test_each_shock_stays_a_standard_normal_and_their_ranks_are_correlated_as_before(correlation):
    both = drawn(correlation, 40_000)
    for one in both:
        assert kstest(one, norm.cdf).pvalue > 1e-3
    tau = kendalltau(*both).statistic
    assert tau == pytest.approx(2.0 / np.pi * np.arcsin(correlation), abs=4 * 2 / 3 / np.sqrt(40_000))


@pytest.mark.parametrize("correlation", [0.0, 0.6])
def test_far_out_one_is_joined_by_the_other_as_often_as_the_t_copula_says(correlation):
    both = drawn(correlation, 50_000, months=40)
    often, far = 1e-3, t.ppf(1e-3, 4)

    def joined(x):
        """Given the one at x, the other is Student's t with 5 degrees of freedom."""
        spread = np.sqrt((4.0 + x * x) / 5.0 * (1.0 - correlation**2))
        return t.pdf(x, 4) * t.cdf((far - correlation * x) / spread, 5)

    both_far = quad(joined, -np.inf, far)[0]
    for sign in (1.0, -1.0):
        is_far = sign * both < ndtri(often)
        both_seen, count = (is_far[0] & is_far[1]).sum(), both.shape[1]
        assert both_seen / count == pytest.approx(both_far, abs=4 * np.sqrt(both_far / count))
    # So often one in a thousand is joined by the other; a Gaussian copula would have it at 0.10 and 0.001.
    limit = 2.0 * t.cdf(-np.sqrt(5.0 * (1.0 - correlation) / (1.0 + correlation)), 5)
    assert limit < both_far / often < 1.3 * limit


def test_evenly_spread_shocks_stay_standard_normals_too():
    paths = np.arange(2_048)
    yearly = yearly_normals(2, NAMES, paths)
    own = np.moveaxis(shocks(stream_keys(2, NAMES), 25, paths, yearly), 1, 0).reshape(2, -1)
    common = common_shocks(stream_keys(2, [STREAM]), np.arange(25), paths).reshape(1, -1)
    for one in pulled(own, common):
        assert kstest(one, norm.cdf).pvalue > 1e-3


def levels_of(tmp_path, text, sampling=Sampling.plain):
    """The levels of the drivers of a book, [month, path] by name, and its program."""
    file = tmp_path / "tails.yaml"
    file.write_text(text, encoding="utf-8")
    book = interlock.open_book(file)
    explained = [interlock.explain(book, path=path, sampling=sampling) for path in range(2)]
    found = {name: np.zeros((13, 2)) for name in book.drivers}
    for path, each in enumerate(explained):
        for level in each.levels:
            found[level.driver][level.month - book.start, path] = level.level
    return found


@pytest.mark.parametrize("sampling", list(Sampling))
def test_who_is_not_named_keeps_its_shocks_and_who_is_moves_with_the_common_one(tmp_path, sampling):
    without, with_tails = (levels_of(tmp_path, text, sampling) for text in (BOOK, BOOK + TAILS))
    # But for the last bit: two books of different shape are compiled by themselves.
    np.testing.assert_allclose(with_tails["alone"], without["alone"], rtol=1e-14)
    # A common shock takes both as far as it does, on the scale of their own shocks.
    common = common_shocks(stream_keys(7, [STREAM]), np.arange(13), np.arange(2))[:, 0]
    step = np.diff(np.log(without["demand"]), axis=0)
    z = (step + 0.2**2 / 24) / (0.2 / 12**0.5)
    moved = (np.diff(np.log(with_tails["demand"]), axis=0) + 0.2**2 / 24) / (0.2 / 12**0.5)
    np.testing.assert_allclose(moved, pulled(z, common[1:]), atol=1e-12)


def test_a_book_without_tails_asks_for_no_common_shock(tmp_path):
    file = tmp_path / "tails.yaml"
    file.write_text(BOOK, encoding="utf-8")
    program = compile_book(interlock.open_book(file))
    given, _ = given_of(program, 7, np.arange(8), Sampling.plain)
    assert (program.shape.tails, given.tails.shape) == (0, (0, 2))
