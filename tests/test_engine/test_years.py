"""What is kept by calendar year, and the last months of something, against lists."""

from dataclasses import replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from interlock.book.read import open_book
from interlock.engine.years import nothing_kept, with_month
from interlock.ground.last_months import added_up, oldest, with_latest
from interlock.program.compile import compile_book


class Series(NamedTuple):
    paid: Any
    cash: Any


@pytest.mark.parametrize(
    ("start", "months"),
    [(2025 * 12 + 11, 1), (2025 * 12 + 11, 2), (2026 * 12 + 6, 1), (2026 * 12 + 4, 31), (2026 * 12, 24)],
    ids=["December", "over a year's end", "one month", "two ends", "whole years"],
)
def test_a_year_has_the_sum_of_its_months_and_the_level_at_its_end(start, months):
    years = (start + months - 1) // 12 - start // 12 + 1
    shape = replace(compile_book(open_book("pair")).shape, start=start, months=months)
    paid, cash = np.random.default_rng(3).normal(size=(2, months, 2, 3))
    with jax.enable_x64(True):
        kept = nothing_kept(Series(*(jnp.zeros((years, 2, 3)) for _ in range(2))), 1)
        # Two months are played before the first, and nothing is kept of them.
        for month in (-1, -1, *range(months)):
            at = max(month, 0)
            kept = with_month(shape, kept, jnp.asarray(float(month)), (paid[at] + (month < 0),), (cash[at],))
    year = (start + np.arange(months)) // 12 - start // 12
    assert kept.by_year.paid == pytest.approx(np.stack([paid[year == n].sum(axis=0) for n in range(years)]))
    assert kept.by_year.cash == pytest.approx(np.stack([cash[year == n][-1] for n in range(years)]))


def test_a_month_takes_the_place_of_the_one_as_long_ago_as_there_are_places():
    with jax.enable_x64(True):
        rows, by_hand = jnp.arange(-5.0, 0.0)[:, None], [*range(-5, 0)]
        for month in (-1, *range(12)):
            rows = with_latest(rows, float(month), jnp.full(1, float(month)))
            by_hand = [*by_hand[1:], month] if month >= 0 else by_hand
            assert float(oldest(rows, month + 1.0)[0]) == by_hand[0]
            assert float(added_up(rows)[0]) == sum(by_hand)
