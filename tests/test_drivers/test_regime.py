"""A regime: how long states last, what follows them, and how often each is seen."""

import numpy as np
import pytest
from scipy.special import ndtri

from interlock.drivers import Regime, State, rehearse
from interlock.ground.chance import normals, stream_keys

LEVELS = np.array([1.0, 0.4, 0.0])
STAY = np.array([30.0, 8.0, 5.0])
WEIGHT = np.array([1.0, 0.9, 0.1])


def regime(first=1.0, level=LEVELS, stay=STAY, weight=WEIGHT):
    return Regime(states=State(level=level, stay=stay, weight=weight), first=first)


def chances():
    """The chances of the next state, row by row: written out for three states."""
    rows = np.zeros((3, 3))
    for here in range(3):
        rows[here, here] = 1 - 1 / STAY[here]
        others = [other for other in range(3) if other != here]
        for other in others:
            rows[here, other] = WEIGHT[other] / WEIGHT[others].sum() / STAY[here]
    return rows


@pytest.mark.parametrize("here", [0, 1, 2])
def test_a_state_lasts_its_stay_and_turns_into_the_others_by_their_weights(levels_on_paths, here):
    # Shocks spread evenly over what may happen take the place of chance.
    evenly = ndtri((np.arange(20_000) + 0.5) / 20_000)
    [_, after] = levels_on_paths(regime(first=here + 1.0), np.stack([evenly, evenly]))
    assert [(after == level).mean() for level in LEVELS] == pytest.approx(chances()[here], abs=1e-4)


def test_in_the_long_run_each_state_has_the_share_of_the_stationary_distribution(levels_on_paths):
    values, vectors = np.linalg.eig(chances().T)
    expected = np.real(vectors[:, np.argmax(np.real(values))])
    expected /= expected.sum()
    shocks = normals(stream_keys(1, ["appetite"]), np.arange(600), np.arange(400))[:, 0]
    seen = levels_on_paths(regime(), shocks)[200:]
    # Months of a path resemble each other for about 20 months.
    error = np.sqrt(expected * (1 - expected) / (seen.size / 20))
    for level, share, off in zip(LEVELS, expected, error, strict=True):
        assert (seen == level).mean() == pytest.approx(share, abs=4 * off)


def test_a_higher_shock_never_leads_to_a_worse_state():
    for first in (1.0, 2.0, 3.0):
        after = [rehearse(regime(first=first), [shock])[1] for shock in np.linspace(-8, 8, 401)]
        assert after == sorted(after)
        assert set(after) == set(LEVELS)


@pytest.mark.parametrize("shock", [-40.0, -8.3, 8.3, 40.0])
def test_no_shock_leads_out_of_the_states(shock):
    assert rehearse(regime(), [shock] * 3)[-1] == (1.0 if shock > 0 else 0.0)


def test_a_state_without_weight_is_never_entered_so_that_lists_can_be_padded():
    shocks = list(normals(stream_keys(1, ["x"]), np.arange(400), [0])[:, 0, 0])
    padded = regime(level=np.append(LEVELS, 0.0), stay=np.append(STAY, 0.0), weight=np.append(WEIGHT, 0.0))
    assert rehearse(padded, shocks) == rehearse(regime(), shocks)
    assert len(set(rehearse(padded, shocks))) == 3


def test_the_only_state_stays():
    alone = regime(level=np.array([0.7]), stay=np.array([3.0]), weight=np.array([1.0]))
    assert rehearse(alone, [-9.0, 0.0, 9.0]) == [0.7] * 4


def test_it_starts_in_one_of_its_states():
    assert regime(first=3.0).problem() is None
    assert "from 1 to 3" in regime(first=4.0).problem()
    assert "from 1 to 3" in regime(first=1.5).problem()
    assert rehearse(regime(first=2.0), [])[0] == 0.4
