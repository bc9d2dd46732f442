"""A timber beam worked by hand: carbon taken up, released, and kept (C06)."""

from __future__ import annotations

import pytest

from tanheng.quantities import Origin
from tanheng.storage import Home
from tanheng.testing import database, process


@pytest.fixture
def wood(tmp_path):
    """Sawn timber without and with the carbon of the wood in its data, and with half of it."""
    home = Home.at(tmp_path / "wood")
    home.add(
        database(
            "wood",
            process("Bare beam", "1 kg", emits={"CO2": "0.1 kg"}),
            process("Grown beam", "1 kg", emits={"CO2": "0.1 kg"}, absorbs={"CO2": "1.65 kg"}),
            process("Half beam", "1 kg", emits={"CO2": "0.1 kg"}, absorbs={"CO2": "0.825 kg"}),
            # Dried with its own bark: what is taken up here is released here and is not in the beam.
            process("Dried beam", "1 kg", emits={"CO2": "0.1 kg", "CO2 biogenic": "0.4 kg"}, absorbs={"CO2": "0.4 kg"}),
        ),
        source="test",
    )
    return home


def beam(assess_text, wood, source, biogenic, boundary="cradle-to-grave"):
    body = f"""
lines:
  - {{stage: raw-materials, name: Beam, amount: 500 kg, from: "wood:{source}", biogenic: {{{biogenic}}}}}
"""
    return assess_text(body, options={"backgrounds": wood}, boundary=boundary)


def masses(result):
    return {(g.gas, g.origin): g.mass for g in result.gases}


# 500 kg with 12 % water: 440 kg dry, half of it carbon: 220 kg C × 44/12 = 806.6667 kg CO2.
UPTAKE = 220 * 44 / 12


def test_a_beam_that_stays_keeps_its_carbon_apart(assess_text, wood):
    result = beam(assess_text, wood, "Bare beam", "carbon: 50 %, moisture: 12 %, stored_for: 60", "cradle-to-gate")
    assert masses(result) == {
        ("CO2", Origin.REMOVAL): pytest.approx(UPTAKE, rel=1e-12),
        ("CO2", Origin.FOSSIL): pytest.approx(50, rel=1e-12),
    }
    assert result.stored_carbon == pytest.approx(UPTAKE, rel=1e-12)
    assert result.total == pytest.approx(50, rel=1e-12)  # 500 × 0.1; the stored carbon is not netted
    formula = result.lines[0].parts[1].formula
    assert formula.startswith("500 kg × (1 − 0.12) × 0.5 × 44/12 = 806.667 kg; 806.667 kg × -1 kg CO2e/kg")


def test_a_beam_that_is_burnt_in_part_at_the_end(assess_text, wood):
    result = beam(assess_text, wood, "Bare beam", "carbon: 50 %, moisture: 12 %, released: 85 %, stored_for: 100")
    # Released 0.85 × 806.67 = 685.67; kept 0.15 × 806.67 = 121.
    assert masses(result)[("CO2", Origin.BIOGENIC)] == pytest.approx(0.85 * UPTAKE, rel=1e-12)
    assert result.stored_carbon == pytest.approx(121, rel=1e-9)
    assert result.total == pytest.approx(50, rel=1e-9)
    release = result.lines[0].parts[2]
    assert release.stage.value == "end-of-life"
    assert {gap.code for gap in result.lines[0].gaps} == {"carbon-stored"}
    assert result.complete


def test_what_is_released_at_the_gate_stands_in_the_line_s_stage(assess_text, wood):
    result = beam(assess_text, wood, "Bare beam", "carbon: 50 %, released: 10 %", "cradle-to-gate")
    assert result.lines[0].parts[2].stage.value == "raw-materials"


def test_carbon_that_the_source_holds_is_not_taken_up_twice(assess_text, wood):
    # 12.0 % moisture, 50 %: 1.61333 kg/kg by the line, 1.65 kg/kg in the data: nothing is added.
    result = beam(assess_text, wood, "Grown beam", "carbon: 50 %, moisture: 12 %")
    assert masses(result)[("CO2", Origin.REMOVAL)] == pytest.approx(500 * 1.65, rel=1e-12)
    (gap,) = (g for g in result.lines[0].gaps if g.code == "biogenic-twice")
    assert not gap.blocks
    assert (gap.params["kept"], gap.params["counted"]) == ("825", "0")


def test_carbon_that_the_source_holds_in_part_is_made_whole(assess_text, wood):
    # 806.6667 by the line, 500 × 0.825 = 412.5 in the data: 394.1667 are added.
    result = beam(assess_text, wood, "Half beam", "carbon: 50 %, moisture: 12 %")
    assert result.lines[0].parts[1].amount == pytest.approx(UPTAKE - 412.5, rel=1e-12)
    assert result.stored_carbon == pytest.approx(UPTAKE, rel=1e-12)
    assert " = 806.667 kg − 412.5 kg = 394.167 kg; " in result.lines[0].parts[1].formula


def test_carbon_that_passes_through_the_source_is_not_the_product_s(assess_text, wood):
    result = beam(assess_text, wood, "Dried beam", "carbon: 50 %, moisture: 12 %")
    assert result.stored_carbon == pytest.approx(UPTAKE, rel=1e-12)
    assert not any(g.code == "biogenic-twice" for g in result.lines[0].gaps)
