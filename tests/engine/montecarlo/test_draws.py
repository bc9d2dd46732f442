from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tanheng.engine.montecarlo.drawing import Numbers
from tanheng.engine.montecarlo.draws import (
    Draws,
    draws_of,
    exponential,
    logarithm,
    multiples,
    multiples_of,
    normals,
    streams,
    threefry,
    uniforms,
)
from tanheng.engine.montecarlo.spreads import Kind


@pytest.mark.parametrize(
    ("key", "counter", "words"),
    [
        ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
        ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
        ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_threefry_gives_the_published_answers(key, counter, words):
    """Known answers of the Random123 library, threefry2x32 with 20 rounds."""
    found = threefry(*(np.array([word], dtype=np.uint32) for word in (*key, *counter)))
    assert tuple(int(word[0]) for word in found) == words


def words(count, *, seed):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 2**32, count, dtype=np.uint32), rng.integers(0, 2**32, count, dtype=np.uint32)


def test_normals_are_normal_and_independent():
    x, y = (z.astype(float) for z in normals(*words(400_000, seed=1)))
    for z in (x, y):
        assert stats.kstest(z, "norm").pvalue > 1e-3
        assert abs(stats.kurtosis(z)) < 0.03
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.006
    assert abs(np.corrcoef(x**2, y**2)[0, 1]) < 0.006


def test_the_ends_of_the_generator_give_numbers():
    ends = np.array([0, 1, 2**31, 2**32 - 1], dtype=np.uint32)
    first, second = (part.ravel() for part in np.meshgrid(ends, ends))
    for z in normals(first, second):
        assert np.isfinite(z).all()
        assert np.abs(z).max() < 6.8
    u = uniforms(ends)
    assert 0 < u.min() < u.max() < 1


def test_logarithm_and_exponential_are_accurate():
    x = np.random.default_rng(0).uniform(1e-9, 0.9, 100_000).astype(np.float32)
    assert np.abs(logarithm(x) / np.log(x.astype(float)) - 1).max() < 2e-7
    x = np.random.default_rng(0).uniform(-80, 80, 100_000).astype(np.float32)
    assert np.abs(exponential(x) / np.exp(x.astype(float)) - 1).max() < 2e-7
    assert np.isfinite(exponential(np.array([-1e9, 1e9], dtype=np.float32))).all()


def of_kinds(count, *, seed=3):
    rng = np.random.default_rng(seed)
    kinds = rng.integers(Kind.LOGNORMAL, Kind.UNIFORM + 1, count).astype(np.int8)
    low = rng.normal(size=count).astype(np.float32)
    high = low + rng.uniform(0.1, 2, count).astype(np.float32)
    mode = low + (high - low) * rng.random(count).astype(np.float32)
    return Draws(*streams(np.arange(count, dtype=np.uint64), seed=seed), kinds, low, high, mode)


@pytest.mark.parametrize("group", [0, 1, 77, 2**20])
def test_compiled_numbers_are_the_same_bits(group):
    draws = of_kinds(1000 + group % 7)
    found = np.ones((len(draws), 16), dtype=np.float32)
    Numbers(draws).draw(group, found)
    assert np.array_equal(found.view(np.int32), multiples(draws, group).view(np.int32))


def test_one_draw_has_the_bits_of_its_group():
    draws = of_kinds(500)
    group = multiples(draws, 3)
    for lane in range(16):
        assert np.array_equal(multiples_of(draws, 48 + lane).view(np.int32), group[:, lane].view(np.int32))


def drawn(spreads, *, groups=1500, seed=1):
    made = draws_of(spreads, np.arange(len(spreads)), spreads.values, seed=seed)
    return np.concatenate([multiples(made, g) for g in range(groups)], axis=1).astype(float) * spreads.values[:, None]


def test_distributions_are_what_they_say(make_spreads):
    """Median 2 and GSD 1.5; mean −3 and deviation 0.5; 1 to 4 with mode 2; −2 to −1."""
    spreads = make_spreads(
        np.diag([2.0, -3.0, 2.0, -1.5]),
        kinds=[Kind.LOGNORMAL, Kind.NORMAL, Kind.TRIANGULAR, Kind.UNIFORM],
        scale=[1.5, 0.5, np.nan, np.nan],
        low=[np.nan, np.nan, 1.0, -2.0],
        high=[np.nan, np.nan, 4.0, -1.0],
    )
    expected = (
        stats.lognorm(np.log(1.5), scale=2.0),
        stats.norm(-3.0, 0.5),
        stats.triang(1 / 3, 1.0, 3.0),
        stats.uniform(-2.0, 1.0),
    )
    samples = drawn(spreads)
    mean, deviation = spreads.moments()
    for row, law, m, s in zip(samples, expected, mean, deviation, strict=True):
        assert stats.kstest(row, law.cdf).pvalue > 1e-3
        assert m == pytest.approx(law.mean(), rel=1e-12)
        assert s == pytest.approx(law.std(), rel=1e-12)


def test_a_median_beside_the_amount(make_spreads):
    spreads = make_spreads(np.diag([2.0]), loc=[3.0], scale=1.4)
    assert np.median(drawn(spreads)) == pytest.approx(3.0, rel=0.02)


def test_numbers_belong_to_seed_exchange_and_draw(make_spreads):
    one = make_spreads(np.diag([1.0, 1.0, 1.0]), keys=[5, 9, 5])
    a, b = drawn(one, groups=2, seed=1), drawn(one, groups=2, seed=2)
    assert np.array_equal(a[0], a[2])
    assert not np.intersect1d(a[0], a[1]).size
    assert not np.intersect1d(a, b).size
    alone = drawn(make_spreads(np.diag([1.0]), keys=[9]), groups=2, seed=1)
    assert np.array_equal(alone[0], a[1])


def test_seeds_of_any_size_differ(make_spreads):
    one = make_spreads(np.diag([1.0]))
    found = [drawn(one, groups=1, seed=seed)[0, 0] for seed in (0, 1, 2**32, 2**63, -1)]
    assert len(set(found)) == 5
