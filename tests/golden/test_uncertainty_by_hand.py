"""Spreads of results worked by hand, with the arithmetic written out (C18)."""

from __future__ import annotations

import math

import pytest

from tanheng.footprint.montecarlo import monte_carlo_of
from tanheng.footprint.sensitivity import sensitivities, tornado


def _lognormal(gsd2: float) -> tuple[float, float, float]:
    """σ, mean and variance of a lognormal of median 1."""
    sigma = math.log(gsd2) / 2
    mean = math.exp(sigma**2 / 2)
    return sigma, mean, math.exp(sigma**2) * (math.exp(sigma**2) - 1)


def test_two_independent_lognormals(assess_text):
    result = assess_text("""
lines:
  - {stage: production, name: A, emits: {CO2: 80 kg}, uncertainty: {gsd2: 1.5}}
  - {stage: production, name: B, emits: {CO2: 20 kg}, uncertainty: {gsd2: 2.0}}
""").uncertainty
    # σ_A = ln 1.5 / 2 = 0.20273, σ_B = ln 2 / 2 = 0.34657; medians 80 and 20.
    _, mean_a, var_a = _lognormal(1.5)
    _, mean_b, var_b = _lognormal(2.0)
    mean = 80 * mean_a + 20 * mean_b  # 81.661 + 21.238 = 102.899
    variance = 80**2 * var_a + 20**2 * var_b  # 279.85 + 57.54 = 337.39
    assert result.mean == pytest.approx(mean)
    assert mean == pytest.approx(102.899, abs=1e-3)
    assert result.deviation == pytest.approx(math.sqrt(variance))
    # The lognormal of this mean and variance: σ² = ln(1 + 337.39 / 102.899²) = 0.031367, median 102.899 / e^(σ²/2) = 101.298.
    sigma = math.sqrt(math.log(1 + variance / mean**2))
    median = mean / math.exp(sigma**2 / 2)
    assert result.gsd2 == pytest.approx(math.exp(2 * sigma))
    assert result.low == pytest.approx(median / math.exp(2 * sigma))
    assert result.high == pytest.approx(median * math.exp(2 * sigma))
    assert dict(result.shares)["lines[0]"] == pytest.approx(80**2 * var_a / variance)


def test_an_activity_on_a_shared_source(assess_with_spread):
    body = """
lines:
  - {stage: production, name: A, amount: 60 kg, from: "factor:one", uncertainty: {gsd2: 1.2}}
  - {stage: production, name: B, amount: 40 kg, from: "factor:one"}
"""
    result = assess_with_spread(body, one=1.5)
    # T = f (60 a + 40) with the median of both inputs 1: Var = Var(f) E[g]² + E[f]² Var(g) + Var(f) Var(g), g = 60 a + 40.
    _, mean_a, var_a = _lognormal(1.2)
    _, mean_f, var_f = _lognormal(1.5)
    mean_g, var_g = 60 * mean_a + 40, 60**2 * var_a
    variance = var_f * mean_g**2 + mean_f**2 * var_g + var_f * var_g
    assert result.uncertainty.mean == pytest.approx(mean_f * mean_g)
    assert result.uncertainty.deviation == pytest.approx(math.sqrt(variance))
    drawn = monte_carlo_of(result, samples=200_000, seed=3)
    assert drawn.mean == pytest.approx(mean_f * mean_g, rel=3e-3)
    assert drawn.deviation == pytest.approx(math.sqrt(variance), rel=1e-2)


def test_scores_of_a_line_become_its_pedigree_spread(assess_with_spread):
    body = (
        "lines: [{stage: production, name: A, amount: 1 kg, from: 'factor:one', quality: {te: 3, ge: 3, ti: 3, pr: 3}}]"
    )
    result = assess_with_spread(body, one=None)
    # exp √(ln²1.05 + ln²1.20 + ln²1.02 + ln²1.10 + ln²1.10) = 1.2621
    expected = math.exp(math.sqrt(sum(math.log(u) ** 2 for u in (1.05, 1.20, 1.02, 1.10, 1.10))))
    assert expected == pytest.approx(1.2621, abs=1e-4)
    assert result.uncertainty.gsd2 == pytest.approx(expected)


def test_a_normal_keeps_its_mean_a_triangle_its_own(assess_text):
    result = assess_text("""
lines:
  - {stage: production, name: A, emits: {CO2: 100 kg}, uncertainty: {kind: normal, sd: 6}}
  - {stage: production, name: B, emits: {CO2: 10 kg}, uncertainty: {kind: triangular, min: 8, mode: 10, max: 18}}
  - {stage: production, name: C, emits: {CO2: 30 kg}, uncertainty: {kind: uniform, min: 24, max: 36}}
""").uncertainty
    # Means 100, (8 + 10 + 18)/3 = 12 and 30; variances 36, (64 + 100 + 324 − 80 − 144 − 180)/18 = 84/18, and 12²/12 = 12.
    assert result.mean == pytest.approx(142)
    assert result.deviation == pytest.approx(math.sqrt(36 + 84 / 18 + 12))


def test_a_result_below_zero_has_a_deviation_and_a_normal_interval(assess_with_spread):
    body = """
lines:
  - {stage: production, name: A, emits: {CO2: 50 kg}, uncertainty: {kind: normal, sd: 3}}
  - {stage: production, name: Credit, amount: -60 kg, from: "factor:one", uncertainty: {kind: normal, sd: 4}}
"""
    result = assess_with_spread(body, one=None).uncertainty
    # Mean −10, deviation √(9 + 16) = 5, 95 %: −10 ± 1.96 · 5.
    assert (result.gsd2, result.mean, result.deviation) == (None, pytest.approx(-10), pytest.approx(5))
    assert (result.low, result.high) == (pytest.approx(-19.8, abs=1e-3), pytest.approx(-0.2, abs=1e-3))


def test_a_parameter_goes_through_its_formula(assess_text):
    result = assess_text("""
parameters:
  - {id: power, value: 2 kW}
  - {id: hours, value: 100 h, uncertainty: {kind: normal, sd: 10}}
lines:
  - {stage: production, name: P, formula: power * hours, electricity: [{grid: CN}]}
""")
    # 200 kWh; the grid's own scores are the other input. T is linear in the hours: the deviation is 10 %.
    drawn = monte_carlo_of(result, samples=50_000, seed=5)
    spread = dict(result.uncertainty.shares)
    assert spread["parameters.hours"] == pytest.approx(dict(drawn.shares)["parameters.hours"], abs=0.01)
    row = next(row for row in tornado(result) if row.label == "parameters.hours")
    assert row.low == pytest.approx(result.total * (1 - 0.1959964))
    assert row.high == pytest.approx(result.total * (1 + 0.1959964))


def test_one_at_a_time(assess_with_spread):
    body = """
lines:
  - {stage: production, name: A, amount: 60 kg, from: "factor:one"}
  - {stage: production, name: B, amount: 40 kg, from: "factor:one"}
"""
    rows = {row.label: row for row in sensitivities(assess_with_spread(body, one=1.5), step=0.2)}
    # 100 kg CO2e: 20 % of the source are 20, of the lines 12 and 8.
    assert (rows["one"].low, rows["one"].high) == (pytest.approx(80), pytest.approx(120))
    assert [row.effect for row in rows.values()] == [pytest.approx(40), pytest.approx(24), pytest.approx(16)]


def test_an_assembly_s_uncertain_number_multiplies_its_parts(assess_text):
    result = assess_text("""
lines:
  - {stage: production, name: Frame, id: frame, amount: 3 pcs, uncertainty: {kind: normal, sd: 0.3}, emits: {CO2: 1 kg}}
  - {stage: production, name: Weld, part_of: frame, emits: {CO2: 5 kg}}
""")
    # The frame's own kilogram is for the product; 3 × 5 kg for its parts. Both move with the number of frames, 10 %.
    assert result.total == pytest.approx(16)
    assert result.uncertainty.deviation == pytest.approx(1.6)
