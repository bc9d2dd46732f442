"""C18: the effect of an input alone is what a study with that input changed really gives."""

from __future__ import annotations

import pytest

from tanheng.footprint.sensitivity import sensitivities

WOOD = """
lines:
  - {stage: raw-materials, name: Wood, emits: {CO2: {amount: 900 kg, origin: removal}}}
  - {stage: production, name: Boiler, emits: {CO2: {amount: %s kg, origin: biogenic}, CH4: {amount: %s kg, origin: biogenic}}}
"""


@pytest.mark.parametrize("regime", ["gbt24067", "pact3", "pef31", "cbam"])
def test_c18_biogenic_methane_moves_the_result_by_what_it_takes_from_the_carbon_that_is_kept(assess_text, regime):
    """A kg of methane counts 27.0; where kept carbon is added back, it also leaves 44.009/16.043 kg CO2 less to add back.

    10 % of the boiler, 2 kg methane: 0.2 × (27.0 − 2.7432) = 4.851 kg where uptake counts, 0.2 × 27.0 = 5.4 kg elsewhere.
    """
    result = assess_text(WOOD % (300, 2), regime=regime)
    more = assess_text(WOOD % (330, 2.2), regime=regime)
    found = {row.label: row.high for row in sensitivities(result)}
    assert found.get("lines[1]", result.total) == pytest.approx(more.total, rel=1e-9)
    by_hand = {"gbt24067": 0.2 * (27.0 - 44.009 / 16.043), "cbam": 0.0}
    assert more.total - result.total == pytest.approx(by_hand.get(regime, 5.4), rel=1e-9, abs=1e-9)
