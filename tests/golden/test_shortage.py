"""The book of the shortage tells what it is for: who waits for chips falls behind, and nobody else does."""

import numpy as np
import pytest

import interlock

PATHS = 256
ENOUGH = {"chips.current.profile": {"assumed": {"2026-01": "100 %"}, "because": "a world without the shortage"}}


@pytest.fixture(scope="module")
def medians():
    """The median of a row of a series in a year, in the shortage and in a world with chips enough: the same futures."""
    book = interlock.open_book("shortage")
    runs = [interlock.simulate(each, paths=PATHS) for each in (book, book.amend(ENOUGH))]

    def of(series: str, row: str, year: int) -> tuple[float, float]:
        found = [run[series] for run in runs]
        short, plenty = (each.sel(year=year, **{each.dims[-1]: row}).values for each in found)
        return float(np.median(short)), float(np.median(plenty))

    return of


def test_the_lab_whose_cloud_waits_for_chips_trains_less_than_a_third_of_what_it_could(medians):
    short, plenty = medians("largest_run", "chaser", 2027)
    assert short < plenty / 3


def test_the_lab_whose_cloud_ordered_long_ago_notices_little(medians):
    short, plenty = medians("largest_run", "leader", 2027)
    assert short == pytest.approx(plenty, rel=0.05)


def test_compute_by_the_hour_is_dearer_as_long_as_chips_are_short(medians):
    short, plenty = medians("spot_price", "by-the-hour", 2027)
    assert 1.05 * plenty < short < 2 * plenty


def test_once_there_are_chips_enough_nobody_waits(medians):
    assert medians("queue", "deals.far-maker.chips", 2028) == (0.0, 0.0)
    assert medians("queue", "deals.far-maker.chips", 2027)[0] > 100_000
