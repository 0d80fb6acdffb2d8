"""Random numbers: the published generator, the same bits everywhere, and no stream that disturbs another."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from interlock.ground import chance
from interlock.ground.chance import normals, stream_key, stream_keys, threefry, uniforms
from interlock.ground.errors import ArgumentError

NAMES = ("drivers.demand", "drivers.spot", "deals.azure.compute.total")


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
        ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
        ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_threefry_gives_the_known_answers_published_with_random123(counter, key, expected):
    columns = [np.array([word], dtype=np.uint32) for word in (*key, *counter)]
    assert tuple(int(word[0]) for word in threefry(*columns)) == expected


def test_threefry_is_the_one_that_jax_uses_for_its_own_keys():
    key = stream_key(2**63 + 5, "drivers.demand")
    own = jax.random.wrap_key_data(jnp.asarray(key), impl="threefry2x32")
    for number in (0, 1, 97, 2**32 - 1):
        expected = jax.random.key_data(jax.random.fold_in(own, np.uint32(number)))
        counters = np.array([[0], [number]], dtype=np.uint32)
        ours = threefry(key[:1], key[1:], *counters)
        assert [int(word[0]) for word in ours] == expected.tolist()


def test_uniforms_have_the_same_bits_in_numpy_and_in_jax():
    keys, months, paths = stream_keys(11, NAMES), np.arange(13), np.arange(1_001)
    with jax.enable_x64(True):
        compiled = jax.jit(lambda keys, months, paths: uniforms(keys, months, paths, jnp))(keys, months, paths)
    assert compiled.dtype == np.float64
    np.testing.assert_array_equal(np.asarray(compiled), uniforms(keys, months, paths))


def test_normals_agree_between_numpy_and_jax_to_rounding():
    keys, months, paths = stream_keys(11, NAMES), np.arange(13), np.arange(1_001)
    with jax.enable_x64(True):
        compiled = np.asarray(jax.jit(lambda paths: normals(keys, months, paths, jnp))(paths))
    np.testing.assert_allclose(compiled, normals(keys, months, paths), rtol=0, atol=1e-14)


@pytest.mark.parametrize("word", [0, 0xFFFFFFFF])
def test_a_uniform_is_never_0_nor_1_so_that_every_normal_is_finite(monkeypatch, word):
    monkeypatch.setattr(chance, "words", lambda *_: (np.array([word], np.uint32),) * 2)
    assert 0.0 < uniforms(None, None, None)[0] < 1.0
    assert abs(normals(None, None, None)[0]) == pytest.approx(8.2, abs=0.1)


def test_numbers_are_uniform_and_neighbours_know_nothing_of_each_other():
    drawn = uniforms(stream_keys(3, NAMES), np.arange(40), np.arange(2_000))
    assert scipy.stats.kstest(drawn.ravel(), "uniform").pvalue > 0.01
    centred = drawn - 0.5
    limit = 4.0 / 12.0 / np.sqrt(drawn.size)
    for axis in range(3):
        ahead, behind = np.split(centred, [1], axis)[1], np.split(centred, [-1], axis)[0]
        assert abs((ahead * behind).mean()) < limit, f"axis {axis}"


def test_normals_have_the_moments_of_a_normal():
    drawn = normals(stream_keys(5, NAMES), np.arange(50), np.arange(2_000)).ravel()
    error = 1.0 / np.sqrt(drawn.size)
    assert abs(drawn.mean()) < 4 * error
    assert abs(drawn.var() - 1.0) < 4 * np.sqrt(2) * error
    assert abs((drawn**3).mean()) < 4 * np.sqrt(15) * error
    assert abs((drawn**4).mean() - 3.0) < 4 * np.sqrt(96) * error


def test_another_stream_does_not_change_what_the_rest_draw():
    few, more = NAMES[:2], (NAMES[2], *NAMES[:2])
    before, after = (normals(stream_keys(7, names), np.arange(9), np.arange(64)) for names in (few, more))
    np.testing.assert_array_equal(before, after[:, 1:])


def test_a_longer_horizon_leaves_earlier_months_unchanged():
    keys = stream_keys(7, NAMES)
    np.testing.assert_array_equal(
        normals(keys, np.arange(12), np.arange(64)), normals(keys, np.arange(120), np.arange(64))[:12]
    )


@pytest.mark.parametrize("chunk", [1, 8, 100])
def test_chunks_of_any_size_draw_the_same_bits_when_compiled(chunk):
    keys = stream_keys(7, NAMES)
    with jax.enable_x64(True):
        draw = jax.jit(lambda paths: normals(keys, np.arange(24), paths, jnp))
        whole = np.asarray(draw(np.arange(200)))
        parts = [np.asarray(draw(np.arange(first, first + chunk))) for first in range(0, 200, chunk)]
    np.testing.assert_array_equal(np.concatenate(parts, axis=-1), whole)


def test_seeds_names_and_far_away_paths_all_matter():
    far = np.array([0, 1, 2**31, 2**32 - 1])
    drawn = [uniforms(stream_keys(seed, NAMES), np.arange(3), far) for seed in (0, 1, 2**32, 2**64 - 1)]
    assert len(np.unique(drawn)) == 4 * 3 * 3 * 4


def test_a_name_means_the_same_stream_on_every_machine_and_in_every_version():
    assert stream_key(7, "drivers.demand").tolist() == [3526963521, 1933644167]


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_that_does_not_fit_is_refused(seed):
    with pytest.raises(ArgumentError, match="seed"):
        stream_keys(seed, NAMES)


def test_no_streams_are_no_numbers():
    assert uniforms(stream_keys(1, ()), np.arange(3), np.arange(4)).shape == (3, 0, 4)
