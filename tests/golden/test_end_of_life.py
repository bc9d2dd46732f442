"""100 kg of PET in a bottle, worked by hand under each of the five methods (C14)."""

from __future__ import annotations

import pytest

from tanheng.storage import Home
from tanheng.testing import database, process

# kg CO2 per unit.
EV, EREC, EEOL, EV_REPLACED = 2.2, 0.5, 0.6, 2.0
ED, EER, EHEAT, EPOWER = 0.05, 2.3, 0.07, 0.6

# Shares of the 100 kg: 30 % recycled content; 60 % recycled, 25 % burnt, 15 % to landfill.
M, R1, R2, R3 = 100.0, 0.30, 0.60, 0.25
QIN, QOUT, LHV, XHEAT, XPOWER = 0.95, 0.9, 22.0, 0.30, 0.12

LINE = """
lines:
  - stage: raw-materials
    name: {{en: PET, zh: 聚酯}}
    amount: {amount}
    from: "eol:Virgin"
    recycling:
      method: {method}
      recycled_content: 30 %
      recycling_rate: 60 %
      recovery_rate: 25 %
      quality_in: 0.95
      quality_out: 0.9
      heating_value: 22
      heat_efficiency: 30 %
      power_efficiency: 12 %
      recycled: "eol:Recycled"
      recycling: "eol:Recycling"
      avoided: "eol:Replaced"
      disposal: "eol:Landfill"
      recovery: "eol:Incineration"
      heat: "eol:Heat"
      power: "eol:Power"
      {more}
"""


@pytest.fixture
def assess_bottle(assess_text, tmp_path):
    home = Home.at(tmp_path / "home")
    home.add(
        database(
            "eol",
            process("Virgin", "1 kg", emits={"CO2": f"{EV} kg"}),
            process("Recycled", "1 kg", emits={"CO2": f"{EREC} kg"}),
            process("Recycling", "1 kg", emits={"CO2": f"{EEOL} kg"}),
            process("Replaced", "1 kg", emits={"CO2": f"{EV_REPLACED} kg"}),
            process("Landfill", "1 kg", emits={"CO2": f"{ED} kg"}),
            process("Incineration", "1 kg", emits={"CO2": f"{EER} kg"}),
            process("Heat", "1 MJ", emits={"CO2": f"{EHEAT} kg"}),
            process("Power", "1 kWh", emits={"CO2": f"{EPOWER} kg"}),
        ),
        source="test",
    )

    def run(method, more="", boundary="cradle-to-grave", amount="100 kg"):
        body = LINE.format(method=method, more=more, amount=amount)
        return assess_text(body, options={"backgrounds": home}, boundary=boundary)

    return run


def steps(result):
    """kg CO2e of each term by the first words of its name."""
    return {part.names["en"].partition(" (")[0]: part.total for part in result.lines[0].parts}


# Replaced by energy recovery, per kg burnt: heat 22 × 0.30 = 6.6 MJ × 0.07 = 0.462 kg;
# power 22 × 0.12 = 2.64 MJ = 0.733333 kWh × 0.6 = 0.44 kg.
HEAT = 6.6 * 0.07
POWER = 2.64 / 3.6 * 0.6


def test_cut_off(assess_bottle):
    result = assess_bottle("cut-off")
    # Virgin 0.7 × 100 × 2.2 = 154; recycled 0.3 × 100 × 0.5 = 15; scrap leaves free of burden and credit;
    # incineration 0.25 × 100 × 2.3 = 57.5, the energy leaves free, too; landfill 0.15 × 100 × 0.05 = 0.75.
    assert steps(result) == pytest.approx(
        {
            "Virgin input, Ev": 154.0,
            "Recycled input, Erecycled": 15.0,
            "Energy recovery, EER": 57.5,
            "Disposal, ED": 0.75,
        },
        rel=1e-12,
    )
    assert result.total == pytest.approx(227.25, rel=1e-12)
    assert {s.stage.value: pytest.approx(s.total) for s in result.stages} == {
        "raw-materials": 169.0,
        "end-of-life": 58.25,
    }


def test_substitution(assess_bottle):
    result = assess_bottle("substitution")
    # Virgin 154. The recycled input was credited to the life that gave it: it carries 0.3 × 0.95 × 100 × 2.2 = 62.7.
    # Recycling 0.6 × 100 × 0.6 = 36; credit −0.6 × 0.9 × 100 × 2.0 = −108. Incineration 57.5 with its whole credit:
    # heat −25 × 0.462 = −11.55, power −25 × 0.44 = −11. Landfill 0.75.
    assert steps(result) == pytest.approx(
        {
            "Virgin input, Ev": 154.0,
            "Virgin burden carried by the recycled input, Ev": 62.7,
            "Recycling at end of life, ErecyclingEoL": 36.0,
            "Credit for replaced virgin material, E*v": -108.0,
            "Energy recovery, EER": 57.5,
            "Credit for replaced heat, ESE,heat": -11.55,
            "Credit for replaced power, ESE,elec": -11.0,
            "Disposal, ED": 0.75,
        },
        rel=1e-12,
    )
    assert result.total == pytest.approx(154 + 62.7 + 36 - 108 + 57.5 - 11.55 - 11 + 0.75, rel=1e-12)


def test_fifty_fifty(assess_bottle):
    result = assess_bottle("fifty-fifty")
    # Half of everything that goes over to another life: recycled 0.3 × 0.5 × 100 × 0.5 = 7.5, carried
    # 0.3 × 0.5 × 0.95 × 100 × 2.2 = 31.35; recycling 0.5 × 36 = 18, credit −54; energy 0.5 × (57.5 − 11.55 − 11) = 17.475.
    assert steps(result) == pytest.approx(
        {
            "Virgin input, Ev": 154.0,
            "Recycled input, Erecycled": 7.5,
            "Virgin burden carried by the recycled input, Ev": 31.35,
            "Recycling at end of life, ErecyclingEoL": 18.0,
            "Credit for replaced virgin material, E*v": -54.0,
            "Energy recovery, EER": 28.75,
            "Credit for replaced heat, ESE,heat": -5.775,
            "Credit for replaced power, ESE,elec": -5.5,
            "Disposal, ED": 0.75,
        },
        rel=1e-12,
    )
    assert result.total == pytest.approx(154 + 7.5 + 31.35 + 18 - 54 + 17.475 + 0.75, rel=1e-12)


def test_open_loop(assess_bottle):
    result = assess_bottle("open-loop", "allocation: 0.4")
    # A = 0.4 of the virgin burden goes on with recycled PET (price 0.4 of virgin). In: virgin 154, carried
    # 0.3 × 0.4 × 220 = 26.4, pre-processing 0.3 × 100 × 0.5 = 15. Out: recycling up to the point of sale 0.6 × 100 × 0.6 = 36,
    # handed on −0.6 × 0.4 × 100 × 2.0 = −48. Energy and landfill as above.
    assert steps(result) == pytest.approx(
        {
            "Virgin input, Ev": 154.0,
            "Recycled input, Erecycled": 15.0,
            "Virgin burden carried by the recycled input, Ev": 26.4,
            "Recycling at end of life, ErecyclingEoL": 36.0,
            "Credit for replaced virgin material, E*v": -48.0,
            "Energy recovery, EER": 57.5,
            "Credit for replaced heat, ESE,heat": -11.55,
            "Credit for replaced power, ESE,elec": -11.0,
            "Disposal, ED": 0.75,
        },
        rel=1e-12,
    )


def test_circular_footprint_formula(assess_bottle):
    result = assess_bottle("circular-footprint", "allocation: 0.5\n      energy_allocation: 20 %")
    material = (1 - R1) * EV + R1 * (0.5 * EREC + (1 - 0.5) * EV * QIN) + (1 - 0.5) * R2 * (EEOL - EV_REPLACED * QOUT)
    energy = (1 - 0.2) * R3 * (EER - LHV * XHEAT * EHEAT - LHV * XPOWER / 3.6 * EPOWER)
    disposal = (1 - R2 - R3) * ED
    # 1.54 + 0.3 × (0.25 + 1.045) − 0.3 × 1.2 = 1.5685; 0.2 × 1.398 = 0.2796; 0.0075: 185.56 kg for 100 kg.
    assert 100 * (material + energy + disposal) == pytest.approx(185.56, rel=1e-12)
    assert result.total == pytest.approx(185.56, rel=1e-12)
    assert result.complete


def test_each_formula_is_printed_with_its_symbols_and_numbers(assess_bottle):
    result = assess_bottle("circular-footprint", "allocation: 0.2", amount="0.1 t")
    formulas = {part.names["en"].partition(",")[0]: part.formula for part in result.lines[0].parts}
    assert formulas["Virgin burden carried by the recycled input"] == (
        "R1 × (1 − A) × Qsin/Qp × m = 0.3 × (1 − 0.2) × 0.95 × 100 kg = 22.8 kg; 22.8 kg × 2.2 kg CO2e/kg = 50.16 kg CO2e"
    )
    assert formulas["Credit for replaced power"] == (
        "−(1 − B) × R3 × LHV × XER,elec × m = −(1 − 0) × 0.25 × 22 MJ/kg × 0.12 × 100 kg = -66 MJ = -18.3333 kWh; "
        "-18.3333 kWh × 0.6 kg CO2e/kWh = -11 kg CO2e"
    )
    assert {part.names["zh"].partition("（")[2] for part in result.lines[0].parts} == {"循环足迹公式）"}


def test_nothing_is_left_where_all_is_recycled_into_itself(assess_text, tmp_path):
    # An aluminium can in a closed loop without loss: 100 % recycled content, 100 % recycled, equal quality, one recycling
    # process: every method counts recycling once and nothing else.
    home = Home.at(tmp_path / "can")
    home.add(
        database(
            "al",
            process("Primary", "1 kg", emits={"CO2": "14 kg"}),
            process("Remelt", "1 kg", emits={"CO2": "0.6 kg"}),
        ),
        source="test",
    )
    for method in ("cut-off", "substitution", "fifty-fifty", "circular-footprint"):
        body = f"""
lines:
  - stage: raw-materials
    name: Can
    amount: 10 kg
    from: "al:Primary"
    recycling: {{method: {method}, recycled_content: 100 %, recycling_rate: 100 %, allocation: 0.2, recycled: "al:Remelt"}}
"""
        result = assess_text(body, options={"backgrounds": home}, boundary="cradle-to-grave")
        assert result.total == pytest.approx(6.0, rel=1e-12), method
        assert result.complete
