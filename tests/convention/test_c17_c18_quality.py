"""C17 (data quality, primary share) and C18 (lognormal spread, pedigree, first order)."""

from __future__ import annotations

import math

import pytest

from tanheng.footprint import document
from tanheng.inventory.quality import Quality, pedigree_gsd2

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


def test_c17_what_a_supplier_measured_is_primary_data_of_the_line(assess_with_share):
    """A line on secondary data counts with the primary share of its source; a measured one with all of it."""
    line = "{stage: production, name: A, amount: 3 kg, from: 'factor:one'%s}"
    other = "{stage: production, name: B, emits: {CO2: 1 kg}}"
    lines = f"lines: [{line}, {other}]"
    result = assess_with_share(lines % "", one=0.6)
    assert result.quality.primary_share == pytest.approx(0.6 * 3 / 4)
    assert assess_with_share(lines % ", data: primary", one=0.6).quality.primary_share == pytest.approx(3 / 4)
    assert result.lines[0].parts[0].provenance.primary_share == 0.6


def test_c17_a_source_that_tells_no_share_leaves_the_document_as_it_was(assess_with_share):
    line = "lines: [{stage: production, name: A, amount: 3 kg, from: 'factor:one'}]"
    told = document(assess_with_share(line, one=None))["lines"][0]["parts"][0]["provenance"]
    assert "primary_share" not in told
    assert "indirect" in told


def test_c17_too_little_coverage_is_found(assess_text):
    body = BODY.replace(", quality: {te: 1, ge: 1, ti: 1, pr: 1}", "")
    result = assess_text(body)
    assert result.quality.coverage == pytest.approx(0.2)
    assert "TH-GEN-407" in {f.code for f in result.findings}


def test_c18_gsd2_of_a_single_line_is_the_result_s(assess_text):
    result = assess_text("lines: [{stage: production, name: A, emits: {CO2: 100 kg}, uncertainty: {gsd2: 1.2}}]")
    assert result.uncertainty.gsd2 == pytest.approx(1.2)
    assert result.uncertainty.low == pytest.approx(100 / result.uncertainty.gsd2)


def test_c18_a_shared_source_moves_its_lines_together(assess_with_spread):
    both = "{stage: production, name: %s, amount: 1 kg, from: 'factor:%s'}"
    together = assess_with_spread(f"lines: [{both % ('A', 'one')}, {both % ('B', 'one')}]", one=1.5)
    apart = assess_with_spread(f"lines: [{both % ('A', 'one')}, {both % ('B', 'other')}]", one=1.5, other=1.5)
    assert together.uncertainty.gsd2 == pytest.approx(1.5)  # two halves of one thing
    # Independent halves: the relative variance is half of one's.
    half = math.expm1((math.log(1.5) / 2) ** 2) / 2
    assert apart.uncertainty.gsd2 == pytest.approx(math.exp(2 * math.sqrt(math.log1p(half))))


LINES = """
lines:
  - {stage: production, name: A, emits: {CO2: %s kg}, quality: {te: %s, ge: 1, ti: 1, pr: 1}}
  - {stage: production, name: B, emits: {CO2: 1 kg}, quality: {te: 1, ge: 1, ti: 1, pr: 1}}
"""


def test_c18_each_line_keeps_its_own_spread_whatever_comes_after_it(assess_text):
    alone = pedigree_gsd2(Quality(te=5, ge=1, ti=1, pr=1))
    assert assess_text(LINES % (100_000, 5)).uncertainty.gsd2 == pytest.approx(alone, rel=1e-3)


def test_c18_coverage_is_the_share_of_the_result_with_a_distribution(assess_text):
    body = """
lines:
  - {stage: production, name: A, emits: {CO2: 50 kg}, uncertainty: {gsd2: 1.2}}
  - {stage: production, name: B, emits: {CO2: 30 kg}, quality: {te: 1, ge: 1, ti: 1, pr: 1}}
  - {stage: production, name: C, emits: {CO2: 20 kg}}
"""
    assert assess_text(body).uncertainty.coverage == pytest.approx(0.8)


def test_c18_scores_give_a_spread_where_none_is_measured():
    # exp √(ln²1.05 + ln²1.20 + ln²1.02 + ln²1.10 + ln²1.10), the published pedigree factors
    expected = math.exp(math.sqrt(sum(math.log(x) ** 2 for x in (1.05, 1.20, 1.02, 1.10, 1.10))))
    assert pedigree_gsd2(Quality(te=3, ge=3, ti=3, pr=3)) == pytest.approx(expected)
    assert pedigree_gsd2(Quality()) is None
