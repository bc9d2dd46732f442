"""C06: uptake −1, release +1; carbon kept in the product is reported apart and not netted."""

from __future__ import annotations

import pytest


def test_c06_uptake_and_release_of_the_same_carbon_cancel(assess_text):
    result = assess_text(
        """
lines:
  - {stage: raw-materials, name: Growth, emits: {CO2: {amount: 5 kg, origin: removal}}}
  - {stage: production, name: Burnt, emits: {CO2: {amount: 5 kg, origin: biogenic}}}
  - {stage: production, name: Saw, emits: {CO2: 2 kg}}
"""
    )
    assert result.total == pytest.approx(2)
    assert (result.origins["removal"], result.origins["biogenic"]) == (-5, 5)
    assert result.stored_carbon == 0


def test_c06_carbon_kept_in_the_product_is_not_netted(assess_text):
    result = assess_text(
        """
lines:
  - {stage: raw-materials, name: Growth, emits: {CO2: {amount: 5 kg, origin: removal}}}
  - {stage: production, name: Burnt, emits: {CO2: {amount: 1 kg, origin: biogenic}}}
  - {stage: production, name: Saw, emits: {CO2: 2 kg}}
"""
    )
    assert result.stored_carbon == pytest.approx(4)
    assert result.total == pytest.approx(2)


def test_c06_a_material_s_own_carbon_is_taken_up_and_released(assess_text):
    # 100 kg × 0.9 × 0.5 × 44/12 = 165 kg taken up; 40 % released: 66 kg; 99 kg stay and are not netted.
    result = assess_text(
        """
lines:
  - stage: raw-materials
    name: Straw
    amount: 100 kg
    emits: {CO2: 2 kg}
    biogenic: {carbon: 50 %, moisture: 10 %, released: 40 %}
"""
    )
    assert result.origins["removal"] == pytest.approx(-165)
    assert result.origins["biogenic"] == pytest.approx(66)
    assert result.stored_carbon == pytest.approx(99)
    assert result.total == pytest.approx(2)


def test_c06_biogenic_carbon_needs_a_mass(assess_text):
    from tanheng.errors import AssessmentError

    with pytest.raises(AssessmentError) as caught:
        assess_text("lines: [{stage: raw-materials, name: Wood, amount: 1 m3, biogenic: {carbon: 50 %}}]")
    assert caught.value.faults[0].code.startswith("TH-QTY")
    with pytest.raises(AssessmentError) as caught:
        assess_text("lines: [{stage: raw-materials, name: Wood, amount: -1 kg, biogenic: {carbon: 50 %}}]")
    assert [(f.code, f.place) for f in caught.value.faults] == [("TH-ASM-068", "lines[0].biogenic")]


def test_c06_biogenic_carbon_without_an_amount_is_a_gap(assess_text):
    result = assess_text("lines: [{stage: raw-materials, name: Wood, biogenic: {carbon: 50 %}}]")
    assert not result.complete
    assert "missing-amount" in {gap.code for gap in result.gaps}
