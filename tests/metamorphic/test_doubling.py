"""Twice as many dollars everywhere is the same world in another currency."""

import numpy as np
import pytest

import interlock
from metamorphic.books import by_row, doubled, furthest, opened, text_of

ROUNDING = 1e-9
PATHS = 512


def test_every_quantity_in_dollars_is_doubled_and_no_other():
    figure = {"assumed": "1.5 to 2 B USD/year", "because": "3 USD"}
    assert doubled(figure) == {"assumed": "3.0 to 4.0 B USD/year", "because": "3 USD"}
    assert doubled({"price": "2 USD/H100e-hour", "term": "4 years", "limit": "100 k H100e"}) == {
        "price": "4.0 USD/H100e-hour",
        "term": "4 years",
        "limit": "100 k H100e",
    }


@pytest.mark.parametrize("name", ["pair", "chain", "nvidia-microsoft-anthropic"])
def test_doubling_every_amount_and_price_doubles_every_result_in_dollars(name, tmp_path):
    once = interlock.simulate(opened(text_of(name), tmp_path / "once.yaml"), paths=PATHS)
    twice = interlock.simulate(opened(doubled(text_of(name)), tmp_path / "twice.yaml"), paths=PATHS)
    for series in once.series.values():
        size = 2.0 if series.unit.startswith("USD") else 1.0
        in_old_dollars = {row: rows / size for row, rows in by_row(twice, series.name).items()}
        assert not series.rows or furthest(by_row(once, series.name), in_old_dollars) < ROUNDING, series.name
    assert np.array_equal(np.concatenate(once.kept.failed, axis=-1), np.concatenate(twice.kept.failed, axis=-1))
