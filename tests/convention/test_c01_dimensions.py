"""C01: a quantity is a number with a unit; its dimension is checked wherever it is linked."""

from __future__ import annotations

import pytest

from tanheng.errors import AssessmentError

LINES = """
lines:
  - {stage: production, name: Power, amount: 5 kg, from: "factor:cn-electricity-footprint-2024"}
  - {stage: production, name: Gas, amount: 2 kWh, from: "factor:ipcc-gas-diesel-oil-combustion-kg"}
  - {stage: production, name: Fine, amount: 1 MWh, from: "factor:cn-electricity-footprint-2024"}
"""


def test_c01_a_wrong_dimension_is_refused_with_every_line_at_once(assess_text):
    with pytest.raises(AssessmentError) as caught:
        assess_text(LINES)
    faults = caught.value.faults
    assert [f.code for f in faults] == ["TH-QTY-002", "TH-QTY-002"]
    assert "Power" in faults[0].place
    assert "Gas" in faults[1].place
    assert faults[0].params["target"] == "kWh"


def test_c01_any_unit_of_the_dimension_gives_the_same_result(assess_text):
    line = 'lines: [{stage: production, name: P, amount: %s, from: "factor:cn-electricity-footprint-2024"}]'
    totals = [assess_text(line % amount).total for amount in ("1 MWh", "1000 kWh", "3.6 GJ", "1000 度")]
    assert totals == pytest.approx([577.7] * 4, rel=1e-12)
