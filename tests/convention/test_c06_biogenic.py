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
