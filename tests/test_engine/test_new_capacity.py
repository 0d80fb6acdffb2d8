"""Which part of what is sold runs on chips that are bought in the run: by hand."""

import numpy as np
import pytest

from interlock.contracts import ComputeCommitment
from interlock.engine.new_capacity import Counted, _ordered

MONTHS = np.array([[12.0], [12.0]])
TAKEN = np.array([[1200.0], [1200.0]])


@pytest.mark.parametrize(
    ("start", "ramp", "part"),
    [
        (0.0, 0.0, 0.5),
        # All of it ran before.
        (-12.0, 0.0, 0.0),
        # A ramp of a year that began ten months ago, chips being there two months ahead: 11/12 or more were bought.
        (-10.0, 12.0, None),
    ],
)
def test_what_was_ordered_before_the_run_is_no_spending_of_it(start, ramp, part):
    promise = ComputeCommitment(
        capacity=100.0, term=60.0, price=1.0, start=start, ramp=ramp, additionality=0.5, lead=2.0
    ).derive()
    found = _ordered(promise, TAKEN, MONTHS, with_before=False)
    if part is None:
        assert 0.0 <= found[0, 0] < 0.1
    else:
        assert found[:, 0] == pytest.approx([part, part])
    assert _ordered(promise, TAKEN, MONTHS, with_before=True)[:, 0] == pytest.approx([0.5, 0.5])


def test_what_counts_at_the_end_is_that_of_the_last_year():
    assert Counted(np.array([[0.1], [0.4]]), 0.0).at_the_end() == pytest.approx([0.4])
    assert Counted(np.array([0.3]), 0.0).at_the_end() == pytest.approx([0.3])
