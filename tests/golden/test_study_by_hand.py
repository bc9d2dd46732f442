"""A study worked by hand, with the arithmetic in the comments."""

from __future__ import annotations

import pytest

BODY = """
basis: 200 t
lines:
  - {stage: raw-materials, name: Steel, amount: 220 t, from: "mini:Steel", transport: [{mode: rail, distance: 500 km}]}
  - stage: production
    name: Power
    amount: 90 MWh
    electricity: [{own: hydro, share: 20 %}, {grid: CN, share: 80 %}]
    data: primary
  - {stage: production, name: Leak, emits: {SF6: 2 g, CH4: {amount: 10 kg, origin: biogenic}}}
co_products: [{name: Scrap, amount: 50 t}]
allocation: {basis: physical, reason: sold by weight}
"""


def test_a_year_s_production_with_a_co_product(assess_text, mini_background):
    result = assess_text(BODY, options={"backgrounds": mini_background})
    # Share of the product 200/250 = 0.8; one tonne of 200: scale 0.8/200 = 0.004.
    scale = 0.8 / 200
    # Steel: 1 kg needs 2 kWh of 0.9 kg CO2 and 1 g CH4 each, and 1 kg of its own: 2.8 kg CO2 + 2 g CH4 × 29.8 = 2.8596 kg.
    steel = 220_000 * (2.8 + 0.002 * 29.8) * scale
    # Rail: 220 t × 500 km × the mode's factor.
    rail = 220 * 500 * 0.0346998 * scale
    # Power: 90 000 kWh × (0.2 × 0.0141 hydro + 0.8 × 0.5777 grid).
    power = 90_000 * (0.2 * 0.0141 + 0.8 * 0.5777) * scale
    # Leak: 2 g SF6 × 25 200 (AR6) + 10 kg biogenic CH4 × 27.0.
    leak = (0.002 * 25_200 + 10 * 27.0) * scale
    lines = [line.total for line in result.lines]
    assert lines[0] == pytest.approx(steel + rail, rel=1e-12)
    assert lines[1] == pytest.approx(power, rel=1e-12)
    assert lines[2] == pytest.approx(leak, rel=1e-12)
    assert result.total == pytest.approx(sum(lines), rel=1e-12)
    assert result.quality.primary_share == pytest.approx(power / sum(lines), rel=1e-12)
    assert result.unit == "kg CO2e/t"
