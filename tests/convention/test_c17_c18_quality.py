"""C17 (data quality, primary share) and C18 (lognormal spread, pedigree, first order)."""

from __future__ import annotations

import math

import pytest

from tanheng.footprint.quality import combine, pedigree_gsd2
from tanheng.inventory.quality import Quality

BODY = """
lines:
  - {stage: production, name: A, emits: {CO2: 80 kg}, data: primary, quality: {te: 1, ge: 1, ti: 1, pr: 1}}
  - {stage: production, name: B, emits: {CO2: 20 kg}, data: secondary, quality: {te: 3, ge: 3, ti: 3, pr: 3}}
"""


def test_c17_the_rating_is_weighted_by_contribution(assess_text):
    quality = assess_text(BODY).quality
    assert quality.rating == pytest.approx(0.8 * 1 + 0.2 * 3)
    assert quality.coverage == 1.0
    assert quality.primary_share == pytest.approx(0.8)


def test_c17_too_little_coverage_is_found(assess_text):
    body = BODY.replace(", quality: {te: 1, ge: 1, ti: 1, pr: 1}", "")
    result = assess_text(body)
    assert result.quality.coverage == pytest.approx(0.2)
    assert "TH-GEN-407" in {f.code for f in result.findings}


def test_c18_gsd2_of_a_single_line_is_the_result_s(assess_text):
    result = assess_text("lines: [{stage: production, name: A, emits: {CO2: 100 kg}, uncertainty: {gsd2: 1.2}}]")
    # First order takes σ = ln(GSD²)/2 as the relative deviation; for small spreads the two are the same.
    sigma = math.log(1.2) / 2
    assert result.uncertainty.gsd2 == pytest.approx(math.exp(2 * math.sqrt(math.log1p(sigma**2))))
    assert result.uncertainty.low == pytest.approx(100 / result.uncertainty.gsd2)


def test_c18_a_shared_factor_moves_its_lines_together():
    apart = combine(2.0, [(1.0, None), (1.0, None)], {"a": (1.0, 1.5), "b": (1.0, 1.5)})
    together = combine(2.0, [(1.0, None), (1.0, None)], {"a": (2.0, 1.5)})
    sigma = math.log(1.5) / 2
    assert math.log(together.gsd2) > math.log(apart.gsd2)
    assert together.gsd2 == pytest.approx(math.exp(2 * math.sqrt(math.log1p(sigma**2))))


def test_c18_scores_give_a_spread_where_none_is_measured():
    # exp √(ln²1.05 + ln²1.20 + ln²1.02 + ln²1.10 + ln²1.10), the published pedigree factors
    expected = math.exp(math.sqrt(sum(math.log(x) ** 2 for x in (1.05, 1.20, 1.02, 1.10, 1.10))))
    assert pedigree_gsd2(Quality(te=3, ge=3, ti=3, pr=3)) == pytest.approx(expected)
    assert pedigree_gsd2(Quality()) is None
