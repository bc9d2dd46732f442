"""C04: results are kept per gas and per origin; the regime says which are added up."""

from __future__ import annotations

import pytest

BODY = """
lines:
  - stage: production
    name: Boiler
    emits: {CO2: 10 kg, CH4: {amount: 1 kg, origin: biogenic}, N2O: 0.1 kg, SF6: 1 g}
  - {stage: raw-materials, name: Land, emits: {CO2: {amount: 3 kg, origin: luc}}}
"""


def test_c04_every_gas_keeps_its_origin(assess_text):
    result = assess_text(BODY)
    found = {(g.gas, g.origin.value): (g.mass, g.co2e) for g in result.gases}
    assert found[("CO2", "fossil")] == (10, 10)
    assert found[("CH4", "biogenic")] == pytest.approx((1, 27.0))
    assert found[("N2O", "fossil")] == pytest.approx((0.1, 27.3))
    assert found[("CO2", "luc")] == (3, 3)
    assert result.origins["luc"] == 3


def test_c04_the_parts_add_up_to_the_total(assess_text):
    result = assess_text(BODY)
    assert sum(g.co2e for g in result.gases) == pytest.approx(result.total)
    assert sum(result.origins.values()) == pytest.approx(result.total)
    assert sum(line.total for line in result.lines) == pytest.approx(result.total)
    assert sum(stage.total for stage in result.stages) == pytest.approx(result.total)
