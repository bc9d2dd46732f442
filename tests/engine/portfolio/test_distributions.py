"""Sketches of distributions, pairs and places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from tanheng.engine.portfolio import Pairing, Sketch, Standing, paired
from tanheng.engine.portfolio import standing as module

Q = [0.005, 0.025, 0.25, 0.5, 0.75, 0.975, 0.995]


def blocks(values, step=256):
    return [values[:, start : start + step] for start in range(0, values.shape[1], step)]


def sketched(values, step=256):
    first, *rest = blocks(values, step)
    found = Sketch(first)
    for block in rest:
        found.add(block)
    return found


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng, n: rng.normal(50, 3, n),
        lambda rng, n: rng.lognormal(0, 1, n),
        lambda rng, n: -rng.lognormal(0, 0.5, n),
        lambda rng, n: rng.uniform(-1, 1, n),
        lambda rng, n: rng.standard_t(3, n),
    ],
)
def test_quantiles_lie_within_a_bin(draw):
    values = draw(np.random.default_rng(3), 50_000)[None]
    found, exact = sketched(values).quantiles(Q)[0], np.quantile(values[0], Q)
    half = (np.quantile(values, 0.84) - np.quantile(values, 0.16)) / 2
    bin_ = 0.0045 * np.maximum(half, np.abs(exact - np.median(values)))
    assert (np.abs(found - exact) <= bin_).all()


def test_mean_and_deviation_are_those_of_the_draws():
    values = np.random.default_rng(1).lognormal(size=(3, 10_000)) * [[1.0], [1e9], [1e-9]]
    found = sketched(values)
    assert found.mean == pytest.approx(values.mean(axis=1), rel=1e-12)
    assert found.deviation == pytest.approx(values.std(axis=1, ddof=1), rel=1e-9)
    assert found.counted.tolist() == [10_000] * 3


def test_a_study_that_does_not_vary_has_its_value():
    found = sketched(np.full((1, 1_000), 3.5))
    assert found.quantiles(Q).tolist() == [[3.5] * len(Q)]
    assert (found.mean[0], found.deviation[0]) == (3.5, 0.0)


def test_draws_without_a_number_do_not_count():
    values = np.random.default_rng(2).normal(size=(2, 2_000))
    with_gaps = values.copy()
    with_gaps[0, ::10] = np.nan
    with_gaps[1] = np.nan
    found = sketched(with_gaps)
    assert found.counted.tolist() == [1_800, 0]
    there = values[0, np.arange(2_000) % 10 != 0]
    assert found.mean[0] == pytest.approx(there.mean())
    assert np.isnan(found.mean[1])
    assert np.isnan(found.quantiles([0.5])[1, 0])


def test_memory_does_not_grow_with_the_draws():
    rng = np.random.default_rng(0)
    found = Sketch(rng.normal(size=(4, 256)))
    before = sum(value.nbytes for value in vars(found).values())
    for _ in range(50):
        found.add(rng.normal(size=(4, 256)))
    assert sum(value.nbytes for value in vars(found).values()) == before
    assert found.counted.tolist() == [51 * 256] * 4


def test_blocks_may_come_in_any_order():
    first, *rest = blocks(np.random.default_rng(5).lognormal(size=(2, 4_096)))
    one, other = Sketch(first), Sketch(first)
    for block in rest:
        one.add(block)
    for block in reversed(rest):
        other.add(block)
    assert (one.quantiles(Q) == other.quantiles(Q)).all()
    assert one.mean == pytest.approx(other.mean, rel=1e-14)


def test_correlation_and_probability_are_numpy_s():
    rng = np.random.default_rng(0)
    common, a, b = rng.normal(size=(3, 5, 5_000))
    a, b = 100 + common + a, 100.5 + common + b
    found = paired(a, b)
    assert found.correlation == pytest.approx([np.corrcoef(x, y)[0, 1] for x, y in zip(a, b, strict=True)])
    assert found.probability_lower == pytest.approx((a < b).mean(axis=1))


def test_common_samples_make_certain_what_independent_ones_leave_open():
    # 100 and 110 units of the same uncertain product, GSD² 2: drawn apart, the first is lower in Φ(ln 1.1/(√2 σ)) = 58 %.
    f, g = np.random.default_rng(0).lognormal(0, np.log(2) / 2, size=(2, 1, 20_000))
    together, apart = paired(100 * f, 110 * f), paired(100 * f, 110 * g)
    assert (together.probability_lower[0], together.correlation[0]) == (1.0, pytest.approx(1.0))
    assert apart.probability_lower[0] == pytest.approx(0.577, abs=0.01)
    assert abs(apart.correlation[0]) < 0.03


def test_what_does_not_vary_has_no_correlation():
    found = paired(np.full((1, 100), 5.0), np.random.default_rng(0).normal(5, 1, (1, 100)))
    assert np.isnan(found.correlation[0])
    assert np.isfinite(found.probability_lower[0])


def test_rounding_is_no_difference():
    a = np.random.default_rng(0).lognormal(size=(1, 1_000))
    assert paired(a, a * (1 + 1e-15)).probability_lower[0] == 0.5


def test_pairs_count_draws_that_both_have_and_parts_are_the_whole():
    a = np.array([[1.0, np.nan, 3.0], [1.0, 1.0, 1.0]])
    b = np.array([[2.0, 2.0, np.nan], [2.0, 0.0, 1.0]])
    whole = Pairing.around(np.ones((2, 2)))
    difference = whole.part(0, 1).add(a[:1], b[:1])
    whole.part(1, 2).add(a[1:], b[1:])
    assert whole.counted.tolist() == [1, 3]
    assert whole.probability_lower.tolist() == [1.0, 0.5]
    assert np.isnan(difference).tolist() == [[False, True, True]]


@settings(deadline=None)
@given(st.integers(2, 6), st.integers(1, 40), st.integers(0, 2**32), st.booleans())
def test_places_are_scipy_s_ranks(studies, draws, seed, coarse):
    values = np.random.default_rng(seed).normal(size=(studies, draws))
    values = values.round(0) if coarse else values
    found = Standing(studies)
    for block in blocks(values, 7):
        found.add(block)
    ranks = rankdata(values, axis=0)
    assert found.mean == pytest.approx(ranks.mean(axis=1))
    least = values == values.min(axis=0)
    assert found.lowest == pytest.approx((least / least.sum(axis=0)).mean(axis=1))
    probabilities = found.probabilities
    assert probabilities.sum(axis=0) == pytest.approx(np.ones(studies))
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(studies))
    assert probabilities @ np.arange(1, studies + 1) == pytest.approx(ranks.mean(axis=1))


def test_a_draw_that_one_study_does_not_have_is_no_race():
    found = Standing(2)
    found.add(np.array([[1.0, np.nan], [2.0, 0.0]]))
    assert (found.counted, found.lowest.tolist(), found.places(0.5).tolist()) == (1, [1.0, 0.0], [1, 2])


def test_places_of_very_many_studies_are_means_only(monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    found = Standing(3)
    found.add(np.array([[1.0], [2.0], [3.0]]))
    assert (found.mean.tolist(), found.probabilities, found.places(0.5)) == ([1.0, 2.0, 3.0], None, None)
