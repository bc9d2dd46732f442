"""CO2 from carbon balances and carbonates, worked by hand."""

from __future__ import annotations

import re

import pytest

from tanheng.errors import AssessmentError
from tanheng.files import shipped_rows
from tanheng.quantities import Origin


def gases(result):
    return {(g.gas, g.origin): g.mass for g in result.gases}


def test_prebaked_anodes_of_an_aluminium_cell(assess_text):
    # 520 kg of anodes with 97.3 % carbon go in, 110 kg of butts with 97 % come back:
    # 520 × 0.973 − 110 × 0.97 = 505.96 − 106.7 = 399.26 kg C; × 44/12 = 1463.953333 kg CO2.
    result = assess_text(
        """
lines:
  - stage: production
    name: Anode consumption
    carbon_balance:
      inputs: [{name: Anodes, mass: 520 kg, carbon: 97.3 %}]
      outputs: [{name: Butts, mass: 0.11 t, carbon: 97 %}]
"""
    )
    assert gases(result) == {("CO2", Origin.FOSSIL): pytest.approx(1463.9533333333, rel=1e-12)}
    assert result.total == pytest.approx(399.26 * 44 / 12, rel=1e-12)
    assert result.complete
    part = result.lines[0].parts[0]
    assert part.formula.startswith("44/12 × (520 kg × 0.973 − 110 kg × 0.97) = 1463.95 kg; ")


def test_reducing_agents_of_a_blast_furnace(assess_text):
    # Fossil in: coke 340 × 0.87 = 295.8, coal 150 × 0.80 = 120; out: hot metal 1000 × 0.045 = 45, dust 10 × 0.30 = 3:
    # 367.8 kg C → 1348.6 kg CO2. Biogenic: charcoal 20 × 0.85 = 17 kg C → 62.333 kg CO2.
    result = assess_text(
        """
lines:
  - stage: production
    name: Blast furnace
    carbon_balance:
      inputs:
        - {name: Coke, mass: 340 kg, carbon: 87 %}
        - {name: Coal, mass: 150 kg, carbon: 80 %}
        - {name: Charcoal, mass: 20 kg, carbon: 85 %, biogenic: 100 %}
      outputs:
        - {name: Hot metal, mass: 1 t, carbon: 4.5 %}
        - {name: Dust, mass: 10 kg, carbon: 30 %}
"""
    )
    assert gases(result) == {
        ("CO2", Origin.FOSSIL): pytest.approx(1348.6, rel=1e-12),
        ("CO2", Origin.BIOGENIC): pytest.approx(17 * 44 / 12, rel=1e-12),
    }
    assert (
        result.lines[0]
        .parts[0]
        .formula.startswith("44/12 × (340 kg × 0.87 + 150 kg × 0.8 − 1000 kg × 0.045 − 10 kg × 0.3) = 1348.6 kg; ")
    )


def test_a_mixed_flow_is_split_by_its_biogenic_share(assess_text):
    # 100 kg of tyres, 80 % carbon of which 27 % is natural rubber's: 58.4 kg fossil and 21.6 kg biogenic carbon.
    result = assess_text(
        """
lines:
  - {stage: production, name: Kiln, carbon_balance: {inputs: [{name: Tyres, mass: 100 kg, carbon: 80 %, biogenic: 27 %}]}}
"""
    )
    assert gases(result) == {
        ("CO2", Origin.FOSSIL): pytest.approx(58.4 * 44 / 12, rel=1e-12),
        ("CO2", Origin.BIOGENIC): pytest.approx(21.6 * 44 / 12, rel=1e-12),
    }


def test_more_carbon_out_than_in_is_refused_for_each_origin_apart(assess_text):
    # The fossil carbon would cover the sum, but it cannot become biogenic carbon.
    with pytest.raises(AssessmentError) as caught:
        assess_text(
            """
lines:
  - stage: production
    name: Furnace
    carbon_balance:
      inputs: [{name: Coke, mass: 100 kg, carbon: 90 %}]
      outputs: [{name: Product, mass: 10 kg, carbon: 50 %, biogenic: 100 %}]
"""
        )
    (fault,) = caught.value.faults
    assert (fault.code, fault.place) == ("TH-ASM-066", "lines[0].carbon_balance")
    assert "5 kg come out, but only 0 kg go in" in fault.message("en")
    assert "生物源" in fault.message("zh")


def test_a_balance_that_closes_emits_nothing(assess_text):
    # 0.1 + 0.2 − 0.3 is 5.6e-17 in floats; a balance that closes is no removal and no fault.
    result = assess_text(
        """
lines:
  - stage: production
    name: Alloying
    carbon_balance:
      inputs: [{name: A, mass: 1 kg, carbon: 0.1}, {name: B, mass: 1 kg, carbon: 0.2}]
      outputs: [{name: C, mass: 1 kg, carbon: 0.30000000000000004}]
"""
    )
    assert result.total == 0.0


def test_limestone_and_dolomite_in_a_lime_kiln(assess_text):
    # 1.2 t CaCO3 × 0.43971 × 98 % = 517.09896 kg; 100 kg CaMg(CO3)2 × 0.47732 = 47.732 kg.
    result = assess_text(
        """
lines:
  - stage: production
    name: Calcination
    carbonates:
      - {carbonate: CaCO3, mass: 1.2 t, decomposed: 98 %}
      - {carbonate: CaMg(CO₃)₂, mass: 100 kg}
"""
    )
    lime, dolomite = result.lines[0].parts
    assert lime.total == pytest.approx(517.09896, rel=1e-12)
    assert dolomite.total == pytest.approx(47.732, rel=1e-12)
    assert lime.formula.startswith("1200 kg CaCO3 × 0.43971 kg CO2/kg × 0.98 = 517.099 kg; ")
    assert dolomite.names == {"en": "CaMg(CO3)2 Dolomite", "zh": "CaMg(CO3)2 白云石"}
    assert gases(result) == {("CO2", Origin.FOSSIL): pytest.approx(564.83096, rel=1e-12)}


def test_an_unknown_carbonate_names_the_known_ones(assess_text):
    with pytest.raises(AssessmentError) as caught:
        assess_text("lines:\n  - {stage: production, name: X, carbonates: [{carbonate: limestone, mass: 1 t}]}\n")
    (fault,) = caught.value.faults
    assert (fault.code, fault.place) == ("TH-ASM-067", "lines[0].carbonates[0]")
    assert "CaCO3" in fault.hint("en")


def _carbon_atoms(formula):
    grouped = re.search(r"\(CO3\)(\d)", formula)
    return int(grouped[1]) if grouped else 1


@pytest.mark.parametrize("row", shipped_rows("carbonates"), ids=lambda row: row["formula"])
def test_carbonate_factors_are_their_ratio_of_molar_masses(row):
    # The source gives three to five digits.
    ratio = _carbon_atoms(row["formula"]) * 44.0095 / float(row["molar_mass"])
    digits = len(row["factor"].partition(".")[2])
    assert float(row["factor"]) == pytest.approx(ratio, abs=1.1 * 10**-digits)
