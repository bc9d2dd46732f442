"""Data quality rating, primary data share and pedigree, worked by hand (C17, C18)."""

from __future__ import annotations

import pytest

from tanheng.inventory.quality import Quality, pedigree_gsd2
from tanheng.storage import Home
from tanheng.testing import database, process

LINES = """
lines:
  - {stage: production, name: A, emits: {CO2: 600 kg}, data: primary, quality: {te: 2, ge: 1, ti: 2, pr: 1}}
  - {stage: raw-materials, name: B, emits: {CO2: 300 kg}, data: secondary, quality: {te: 3, ge: 3, ti: 2, pr: 4}}
  - {stage: production, name: Scrap sold, amount: -10 kg, from: "one:Metal", data: secondary, quality: {te: 4, ge: 2}}
  - {stage: production, name: D, emits: {CO2: 50 kg}, data: primary}
"""


@pytest.fixture
def result(assess_text, tmp_path):
    home = Home.at(tmp_path / "one")
    home.add(database("one", process("Metal", "1 kg", emits={"CO2": "5 kg"})), source="test")
    return assess_text(LINES, options={"backgrounds": home})


def test_rating_and_coverage(result):
    # Contributions 600, 300, −10 × 5 = −50, 50: total 900, absolute 1000.
    assert result.total == pytest.approx(900, rel=1e-12)
    # Ratings: A (2 + 1 + 2 + 1)/4 = 1.5, B (3 + 3 + 2 + 4)/4 = 3, scrap (4 + 2)/2 = 3, D none.
    assert [line.rating for line in result.lines] == [1.5, 3.0, 3.0, None]
    # DQR = (600 × 1.5 + 300 × 3 + 50 × 3) / 950 = 1950/950 over 950/1000 of the absolute result.
    assert result.quality.rating == pytest.approx(1950 / 950, rel=1e-12)
    assert result.quality.coverage == pytest.approx(0.95, rel=1e-12)


def test_each_indicator_over_the_lines_that_have_it(result):
    # te (600 × 2 + 300 × 3 + 50 × 4)/950; ge (600 × 1 + 300 × 3 + 50 × 2)/950; ti and pr without the scrap:
    # (600 × 2 + 300 × 2)/900 = 2, (600 × 1 + 300 × 4)/900 = 2.
    expected = {"te": 2300 / 950, "ge": 1600 / 950, "ti": 2.0, "pr": 2.0}
    assert result.quality.scores == pytest.approx(expected, rel=1e-12)


def test_primary_data_share(result):
    # |A| + |D| = 650 of 1000; the credit counts by its size, not as a minus.
    assert result.quality.primary_share == pytest.approx(0.65, rel=1e-12)


def test_pedigree():
    # te 2 → 1.10, ge 1 → 1.00, ti 2 → 1.03, pr 1 → 1.00, basic 1.05:
    # ln² = 0.0023805 + 0.0090840 + 0.0008737 = 0.0123382; √ = 0.1110776; exp = 1.117482.
    assert pedigree_gsd2(Quality(te=2, ge=1, ti=2, pr=1)) == pytest.approx(1.117482, abs=5e-7)
    # The best scores leave the basic 1.05.
    assert pedigree_gsd2(Quality(te=1, ge=1, ti=1, pr=1)) == pytest.approx(1.05, rel=1e-12)


def test_pedigree_between_two_scores():
    # te 3.5: ln midway between ln 1.20 = 0.1823216 and ln 1.50 = 0.4054651: 0.2938933; ln² = 0.0863733;
    # with the basic 0.0023805: √0.0887538 = 0.2979157; exp = 1.347048.
    assert pedigree_gsd2(Quality(te=3.5)) == pytest.approx(1.347048, abs=5e-7)


def test_the_pedigree_of_the_lines_is_the_spread_of_the_result(assess_text):
    # Two independent lines of 60 and 40 kg, GSD² 1.117482 (as above) and, with te 3, ge 1, ti 1, pr 1,
    # exp √(0.0023805 + 0.0332411) = exp 0.1887369 = 1.207723.
    # σ = ln(GSD²)/2 = 0.0555388 and 0.0943685. The amounts are medians; the means h exp(σ²/2) are 60.09261 and 40.17851,
    # together 100.27111; the deviations, mean × √(exp σ² − 1), are 60.09261 × 0.0555817 = 3.340049 and
    # 40.17851 × 0.0945790 = 3.800043; variance 11.155927 + 14.440327 = 25.596254, 0.0025458 of the mean squared.
    # σ = √ln(1.0025458) = 0.0504239; GSD² = exp(2 × 0.0504239) = 1.106108; median 100.27111 × exp(−σ²/2) = 100.14372.
    result = assess_text(
        """
lines:
  - {stage: production, name: A, emits: {CO2: 60 kg}, quality: {te: 2, ge: 1, ti: 2, pr: 1}}
  - {stage: production, name: B, emits: {CO2: 40 kg}, quality: {te: 3, ge: 1, ti: 1, pr: 1}}
"""
    )
    assert result.total == pytest.approx(100, rel=1e-12)
    assert result.uncertainty.gsd2 == pytest.approx(1.106108, abs=2e-6)
    assert result.uncertainty.low == pytest.approx(100.14372 / 1.106108, abs=5e-4)
    assert result.uncertainty.high == pytest.approx(100.14372 * 1.106108, abs=5e-4)
    shares = [share for _, share in result.uncertainty.shares]
    assert shares == pytest.approx([14.440327 / 25.596254, 11.155927 / 25.596254], abs=1e-5)
