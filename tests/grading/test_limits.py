"""Limits between classes by every method, by hand and by their laws."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.errors import GradingError
from tanheng.grading import Benchmark, ClassScheme, Method, Peer, PeerGroup, Tie, limits_of
from tanheng.grading.limits import needs_sample, rounded

GROUP = PeerGroup("cn-cement@1", "cradle-to-gate", "kg CO2e/t")
SCHEME = ClassScheme(
    id="cement",
    version="1",
    names={"en": "Cement", "zh": "水泥"},
    peers=GROUP,
    classes=("A", "B", "C", "D", "E"),
    method=Method.PERCENTILES,
    steps=(0.2, 0.4, 0.6, 0.8),
)


def peers(values, makers=7):
    return [Peer(f"c{n}", f"m{n % makers}", float(value)) for n, value in enumerate(values)]


def test_percentiles_by_hand():
    # 21 values 500, 510 … 700: the quantile q lies at place 20·q, so 0.2 → place 4 → 540
    assert limits_of(SCHEME, peers(range(500, 701, 10))) == (540.0, 580.0, 620.0, 660.0)
    # 20 values 500 … 690: place 19·0.2 = 3.8, between 530 and 540 → 538
    assert limits_of(SCHEME, peers(range(500, 691, 10))) == (538.0, 576.0, 614.0, 652.0)


def test_a_benchmark_is_the_median_the_mean_or_stated():
    ratios = replace(SCHEME, method=Method.BENCHMARK, classes=("A", "B", "C"), steps=(0.8, 1.1))
    sample = peers([*range(500, 690, 10), 5000])  # 20 values: the median is (590 + 600)/2, the mean (19·590 + 5000)/20
    assert limits_of(ratios, sample) == (476.0, 654.5)
    assert limits_of(replace(ratios, benchmark=Benchmark.MEAN, digits=6), sample) == (648.4, 891.55)
    stated = replace(ratios, benchmark=Benchmark.STATED, stated=600.0)
    assert limits_of(stated, ()) == (480.0, 660.0)
    assert not needs_sample(stated)


def test_bands_are_of_equal_width_between_the_ends():
    bands = replace(SCHEME, method=Method.BANDS, classes=("A", "B", "C", "D"), steps=())
    sample = peers([400, *range(500, 690, 10), 800])
    assert limits_of(bands, sample) == (500.0, 600.0, 700.0)
    # a twentieth left out at each end of 21 values: places 1 and 19, so 500 … 680
    assert limits_of(replace(bands, trim=0.05), sample) == (545.0, 590.0, 635.0)


def test_too_few_products_or_makers_give_no_limits():
    with pytest.raises(GradingError, match="TH-GRD-001") as caught:
        limits_of(SCHEME, peers(range(19)))
    assert caught.value.faults[0].params["sample"] == 19
    with pytest.raises(GradingError, match="TH-GRD-001"):
        limits_of(SCHEME, peers(range(500, 700, 2), makers=4))
    fixed = replace(SCHEME, method=Method.LIMITS, steps=(1, 2, 3, 4))
    assert limits_of(fixed, ()) == (1.0, 2.0, 3.0, 4.0)


def test_limits_that_do_not_rise_are_refused():
    with pytest.raises(GradingError, match="TH-GRD-002"):
        limits_of(SCHEME, peers([600] * 30))
    close = peers(np.linspace(600, 601, 40))
    with pytest.raises(GradingError, match="TH-GRD-002"):
        limits_of(replace(SCHEME, digits=3), close)
    assert limits_of(replace(SCHEME, digits=6), close) == (600.2, 600.4, 600.6, 600.8)


def test_limits_are_rounded_half_to_even():
    assert [rounded(value, 2) for value in (12.5, 13.5, 0.00125, 125.0, 0.0)] == [12.0, 14.0, 0.0012, 120.0, 0.0]


@given(st.lists(st.floats(1, 1e6), min_size=20, max_size=60, unique=True), st.randoms())
def test_limits_do_not_depend_on_the_order_of_the_sample(values, chance):
    sample = peers(values)
    shuffled = list(sample)
    chance.shuffle(shuffled)

    def outcome(some):
        try:
            return limits_of(SCHEME, some)
        except GradingError as error:
            return error.code

    assert outcome(sample) == outcome(shuffled)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("method", [Method.PERCENTILES, Method.BENCHMARK, Method.BANDS])
def test_a_value_that_is_no_number_gives_no_limits(value, method):
    steps = {Method.PERCENTILES: SCHEME.steps, Method.BENCHMARK: (0.7, 0.9, 1.1, 1.3), Method.BANDS: ()}[method]
    with pytest.raises(GradingError, match="TH-GRD-022"):
        limits_of(replace(SCHEME, method=method, steps=steps), peers([*range(600, 800, 10), value]))


def test_classes_hold_the_shares_that_the_scheme_says_or_there_are_none():
    """15 of 20 products have the limit itself, so that "the best quarter" would be three quarters, or nobody."""
    two = replace(SCHEME, classes=("A", "B"), steps=(0.25,))
    tied = peers([*[600.0] * 15, *np.linspace(700, 900, 5)])
    for tie in Tie:
        with pytest.raises(GradingError, match="TH-GRD-023") as caught:
            limits_of(replace(two, tie=tie), tied)
    assert caught.value.faults[0].params == {"limit": "600", "share": "0%", "wanted": "25%"}
    few = peers([500, 510, 520, 530, 540, 540, 540, *range(550, 680, 10)])
    assert limits_of(two, few) == (540.0,), "two of twenty more are no more than samples differ by"
