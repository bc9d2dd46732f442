"""Figures of samples, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tanheng.inventory.uncertainty import statistics as sampled
from tanheng.inventory.uncertainty.statistics import QUANTILES, Reason, rounded, statistics, statistics_of


def test_figures_of_five_samples():
    found = statistics(np.array([[5.0, 1.0, 2.0, 4.0, 3.0]]))
    assert found.mean.tolist() == [3.0]
    assert found.median.tolist() == [3.0]
    assert found.deviation.tolist() == [1.58114]  # √(10/4)
    assert found.low.tolist() == [1.1]  # 0.025·4 = 0.1 of the way from 1 to 2
    assert found.high.tolist() == [4.9]
    assert found.gsd2.tolist() == [pytest.approx((4.9 / 1.1) ** (1 / 1.959964), rel=1e-5)]
    assert found.quantiles[0, QUANTILES.index(0.25)] == 2.0
    assert found.standard_error.tolist() == pytest.approx([1.58114 / math.sqrt(5)])


def test_a_sample_without_a_footprint_is_counted_and_no_part_of_any_figure():
    values = np.array([[5.0, np.nan, 1.0, 2.0, 4.0, np.nan, 3.0], [np.nan] * 7, [np.nan] * 6 + [2.0]])
    found, without = statistics(values), statistics(np.array([[5.0, 1.0, 2.0, 4.0, 3.0]]))
    assert found.counted.tolist() == [5, 0, 1]
    for name in ("mean", "median", "deviation", "low", "high", "gsd2"):
        assert getattr(found, name)[0] == getattr(without, name)[0]
        assert np.isnan(getattr(found, name)[1])
    assert (found.mean[2], found.median[2], found.deviation[2], found.low[2]) == (2.0, 2.0, 0.0, 2.0)
    assert found.reason(1, 3.0, centred=True) is Reason.EMPTY


def test_quantiles_are_numpy_s():
    values = np.random.default_rng(1).lognormal(0, 1, (20, 333)).astype(np.float32)
    expected = np.quantile(values.astype(np.float64), QUANTILES, axis=1).T
    np.testing.assert_allclose(statistics(values).quantiles, expected, rtol=1e-5)


def test_gsd2_of_a_lognormal_is_the_one_it_was_drawn_with():
    values = np.exp(np.log(1.5) / 2 * np.random.default_rng(1).standard_normal((1, 200_000)))
    assert statistics(values).gsd2[0] == pytest.approx(1.5, rel=0.01)


def test_ends_of_both_signs_have_no_gsd2():
    assert np.isnan(statistics(np.array([[-1.0, 0.5, 2.0]])).gsd2[0])
    below = statistics(np.array([[-1.0, -2.0, -4.0], [1.0, 2.0, 4.0]])).gsd2
    assert below[0] == below[1] > 1


def test_rounding_of_single_precision_is_no_spread():
    one = np.float32(0.3)
    values = np.array([[one, np.nextafter(one, np.float32(1)), one, np.nextafter(one, np.float32(0))]])
    found = statistics(values)
    assert found.deviation.tolist() == [0.0]
    assert found.mean.tolist() == found.low.tolist() == found.high.tolist() == [0.3]
    assert found.reason(0, 0.3, centred=True) is Reason.CERTAIN


@pytest.mark.parametrize("at_once", [1, 50, 10_000])
def test_products_some_at_a_time_give_the_same_figures(monkeypatch, at_once):
    values = np.random.default_rng(2).normal(3, 1, (7, 40))
    monkeypatch.setattr(sampled, "_AT_ONCE", at_once)
    asked = []

    def read(first, last):
        asked.append((first, last))
        return values[first:last]

    found, whole = statistics_of(read, 7, 40), statistics(values)
    assert all(np.array_equal(getattr(found, name), getattr(whole, name)) for name in found.__slots__)
    assert [part for pair in asked for part in range(*pair)] == list(range(7))
    assert max(last - first for first, last in asked) <= max(1, at_once // 40)


@pytest.mark.parametrize(
    ("values", "deterministic", "reason"),
    [
        ([1.0, 1.0, 1.0, 1.0], 1.0, Reason.CERTAIN),
        ([0.9, 1.1, 1.0, 1.01], 1.0, Reason.CHANCE),
        ([1.0, 1.01, 0.99, 1.0, 1.0, 1.0, 1.01, 0.99, 3.0, 3.0] * 9, 1.0, Reason.SKEWED),
        ([0.5, 0.6, 0.7, 0.5, 0.6] * 9, 1.0, Reason.LEANING),
        ([-1.0, -1.01, -0.99, -1.0, -3.0] * 9, -1.0, Reason.LEANING),
        ([math.nan], 1.0, Reason.EMPTY),
    ],
)
def test_why_the_figures_differ(values, deterministic, reason):
    assert statistics(np.array([values])).reason(0, deterministic, centred=False) is reason


def test_amounts_around_their_medians_move_figures_by_their_skew_alone():
    """Mean and median both above the stated value, and next to each other: sums of skewed amounts, or bounds to one side."""
    found = statistics(np.array([[1.1, 1.2, 1.3] * 40]))
    assert found.reason(0, 1.0, centred=True) is Reason.SKEWED
    assert found.reason(0, 1.0, centred=False) is Reason.LEANING
    assert found.reason(0, 1.5, centred=True) is Reason.LEANING


def test_figures_have_six_digits():
    assert rounded(np.array([1234567.0, -0.000123456789, 0.0, np.nan]))[:3].tolist() == [1234570.0, -0.000123457, 0.0]
