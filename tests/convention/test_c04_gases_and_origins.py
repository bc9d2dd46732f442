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


def test_c04_an_emission_is_named_by_its_gas_and_its_steps_say_nothing_twice(assess_text):
    result = assess_text("lines: [{stage: production, name: P, emits: {CO2: 100 kg, CF4: 22 g}}]")
    told = [(part.names["en"], part.formula) for part in result.lines[0].parts]
    # 22 g × 7380 = 162.36 kg CO2e
    assert told == [
        ("CO2", "100 kg × 1 kg CO2e/kg = 100 kg CO2e"),
        ("CF4", "22 g = 0.022 kg; 0.022 kg × 7380 kg CO2e/kg = 162.36 kg CO2e"),
    ]


def test_c04_methane_of_cleared_land_is_fossil_methane_to_the_air(assess_text):
    """EF 3.1 and AR6: methane of land use change 29.8, of biogenic origin 27.0."""
    body = "lines: [{stage: production, name: P, emits: {CH4: {amount: 1 kg, origin: %s}}}]"
    assert [assess_text(body % origin).total for origin in ("luc", "fossil", "biogenic")] == [29.8, 29.8, 27.0]


def test_c04_the_parts_add_up_to_the_total(assess_text):
    result = assess_text(BODY)
    assert sum(g.co2e for g in result.gases) == pytest.approx(result.total)
    assert sum(result.origins.values()) == pytest.approx(result.total)
    assert sum(line.total for line in result.lines) == pytest.approx(result.total)
    assert sum(stage.total for stage in result.stages) == pytest.approx(result.total)
