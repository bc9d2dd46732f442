"""C01 in formulas: dimensions are checked wherever quantities meet, and both sides are named."""

from __future__ import annotations

import pytest

from tanheng.errors import AssessmentError
from tanheng.footprint import read_study
from tanheng.footprint.parametrising import evaluated


def faults(study_file, body: str):
    with pytest.raises(AssessmentError) as caught:
        evaluated(read_study(study_file(body)))
    return caught.value.faults


def formula(study_file, text: str):
    head = "parameters: [{id: power, value: 75 W}, {id: mass, value: 2 kg}, {id: time, value: 3 h}]\n"
    return faults(study_file, f"{head}lines: [{{stage: use, name: L, formula: '{text}', from: x}}]")


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("power * time + mass", "…", "mass = 2 kg"),
        ("mass + 1 kWh", "mass = 2 kg", "1 kWh"),
        ("max(3 h, mass)", "3 h", "mass = 2 kg"),
        ("if(mass > 1 h, mass, 1 kg)", "mass = 2 kg", "1 h"),
        ("if(1 < 2, mass, time)", "mass = 2 kg", "time = 3 h"),
    ],
)
def test_c01_adding_and_comparing_different_things_names_both(study_file, text, left, right):
    (fault,) = formula(study_file, text)
    assert (fault.code, fault.place) == ("TH-ASM-042", "lines[0].formula")
    assert (fault.params["left"], fault.params["right"]) == (left, right)
    assert fault.params["left_dimension"] in fault.message("en")
    assert right in fault.message("zh")


def test_c01_a_product_without_a_unit_of_the_table_is_no_amount(study_file):
    (fault,) = formula(study_file, "mass * time * power")
    assert (fault.code, fault.params["found"]) == ("TH-ASM-045", "kg²·m²·d⁻²")


def test_c01_units_are_exact_across_dimensions(study_file):
    body = "lines: [{stage: use, name: L, formula: '1 kWh / (3.6 MJ) * 1 kg', from: x}]"
    assert evaluated(read_study(study_file(body))).study.lines[0].amount.value == 1.0


def test_c01_every_fault_is_told_at_once_with_its_place(study_file):
    body = """
parameters:
  - {id: a, formula: b + 1}
  - {id: b, formula: a + 1}
  - {id: c, formula: 2 kWhh}
  - {id: d, formula: powr * 2}
  - {id: power, value: 1 W}
scenarios: [{id: s, values: {nothing: 2}}]
scenario: s
lines: [{stage: use, name: L, formula: '(1 kg', from: x}]
"""
    found = {(f.code, f.place) for f in faults(study_file, body)}
    assert found == {
        ("TH-ASM-043", "parameters[0].formula"),
        ("TH-QTY-001", "parameters[2].formula"),
        ("TH-ASM-041", "parameters[3].formula"),
        ("TH-ASM-041", "scenarios[0].values.nothing"),
        ("TH-ASM-040", "lines[0].formula"),
    }


def test_c01_circles_and_near_names_are_named(study_file):
    body = "parameters: [{id: first, formula: second}, {id: second, formula: third}, {id: third, formula: second}]\n"
    (circle,) = faults(study_file, body + "lines: [{stage: use, name: L, emits: {CO2: 1 kg}}]")
    assert circle.params["circle"] == "second → third → second"
    body = "parameters: [{id: power, value: 1 W}]\nlines: [{stage: use, name: L, formula: powr * 1 h, from: x}]"
    (unknown,) = faults(study_file, body)
    assert unknown.params == {"name": "powr", "near": "power"}


def test_c01_a_scenario_may_not_change_what_a_parameter_measures(study_file):
    body = """
parameters: [{id: life, value: 10 a}]
scenarios: [{id: s, values: {life: 12 kg}}]
scenario: s
lines: [{stage: use, name: L, formula: life * 1 kg/a, from: x}]
"""
    found = faults(study_file, body)
    assert [(f.code, f.place, f.params["wanted"]) for f in found] == [
        ("TH-ASM-054", "scenarios[0].values.life", "time")
    ]


def test_c01_an_unknown_scenario_is_refused_with_those_there_are(study_file):
    body = "scenarios: [{id: s, values: {}}]\nlines: [{stage: use, name: L, emits: {CO2: 1 kg}}]"
    study = read_study(study_file("parameters: [{id: p, value: 1 kg}]\n" + body.replace("{}", "{p: 2 kg}")))
    with pytest.raises(AssessmentError) as caught:
        evaluated(study, "t")
    assert (caught.value.code, caught.value.faults[0].params["known"]) == ("TH-ASM-046", "s")


def test_c01_a_parameter_without_use_is_a_note(assess_text):
    result = assess_text(
        "parameters: [{id: idle, value: 1 kg}]\nlines: [{stage: production, name: L, emits: {CO2: 1 kg}}]"
    )
    assert [(g.place, g.blocks) for g in result.gaps if g.code == "unused-parameter"] == [("parameters[0]", False)]


def test_c01_a_slip_in_a_scenario_that_is_not_asked_for_is_told_too(study_file):
    body = "parameters: [{id: p, value: 1 kg}]\nscenarios: [{id: s, values: {q: 2 kg}}]\n"
    (fault,) = faults(study_file, body + "lines: [{stage: use, name: L, formula: p, from: x}]")
    assert (fault.code, fault.place) == ("TH-ASM-041", "scenarios[0].values.q")


def test_c01_two_scenarios_of_one_id_are_refused(study_file):
    body = "parameters: [{id: p, value: 1 kg}]\nscenarios: [{id: s, values: {p: 2 kg}}, {id: s, values: {p: 3 kg}}]\n"
    (fault,) = faults(study_file, body + "lines: [{stage: use, name: L, formula: p, from: x}]")
    assert (fault.code, fault.place) == ("TH-ASM-053", "scenarios[1].id")
