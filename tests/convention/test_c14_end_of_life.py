"""C14: five methods for recycling, explicit parameters, the regime's method by default, nothing guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tanheng.errors import AssessmentError
from tanheng.footprint.endoflife import add_recycling
from tanheng.footprint.lookups import Recorded
from tanheng.footprint.study import Boundary, Line, LineType, Recycling, Stage
from tanheng.footprint.workbench import Bench, Bill
from tanheng.rules import regime
from tanheng.storage import Home
from tanheng.testing import database, process


@pytest.fixture
def metal(tmp_path):
    home = Home.at(tmp_path / "metal")
    home.add(
        database(
            "metal",
            process("Primary", "1 kg", emits={"CO2": "10 kg"}),
            process("Secondary", "1 kg", emits={"CO2": "1 kg"}),
            process("Landfill", "1 kg", emits={"CO2": "0.1 kg"}),
            process("Burning", "1 kg", emits={"CO2": "3 kg"}),
            process("Heat", "1 MJ", emits={"CO2": "0.1 kg"}),
        ),
        source="test",
    )
    return home


@pytest.fixture
def assess_metal(assess_text, metal):
    def run(recycling, boundary="cradle-to-grave", line='amount: 100 kg, from: "metal:Primary"'):
        if "recycled_content" not in recycling:
            recycling = f"recycled_content: 0 %, {recycling}"  # the study has to say it
        body = f"lines:\n  - {{stage: raw-materials, name: Metal, {line}, recycling: {{{recycling}}}}}\n"
        return assess_text(body, options={"backgrounds": metal}, boundary=boundary)

    return run


def codes(result):
    return [gap.code for gap in result.gaps]


def faults(caught):
    return [(fault.code, fault.place) for fault in caught.value.faults]


def test_c14_the_regime_s_method_holds_where_the_study_names_none(assess_metal):
    # Cut-off: 0.6 × 100 × 10 + 0.4 × 100 × 1 + 0.3 × 100 × 0.1
    shares = 'recycled_content: 40 %, recycling_rate: 70 %, recycled: "metal:Secondary", disposal: "metal:Landfill"'
    assert assess_metal(shares).total == pytest.approx(643)
    assert assess_metal(f"method: substitution, {shares}").total != pytest.approx(643)


def test_c14_end_of_life_outside_the_boundary_is_left_out_and_told(assess_metal):
    shares = 'method: substitution, recycling_rate: 90 %, recycled: "metal:Secondary", disposal: "metal:Landfill"'
    result = assess_metal(shares, "cradle-to-gate")
    assert result.total == pytest.approx(1000)  # no credit for what happens after the gate
    assert codes(result) == ["end-of-life-outside"]
    assert result.complete
    # 1000 + 90 × 1 − 90 × 10 + 10 × 0.1
    assert assess_metal(shares).total == pytest.approx(191)


def test_c14_the_circular_formula_takes_a_as_one_at_the_gate(assess_metal):
    result = assess_metal(
        'method: circular-footprint, allocation: 0.2, recycled_content: 40 %, recycled: "metal:Secondary"',
        "cradle-to-gate",
    )
    assert result.total == pytest.approx(640)  # 60 × 10 + 40 × 1
    assert codes(result) == ["circular-at-gate"]


def test_c14_an_end_of_life_that_is_not_given_is_not_guessed(assess_metal):
    result = assess_metal('recycled_content: 40 %, recycled: "metal:Secondary"')
    assert result.total == pytest.approx(640)
    assert codes(result) == ["end-of-life-elsewhere"]


@pytest.mark.parametrize(
    ("recycling", "field"),
    [
        ("recycled_content: 40 %", "recycling.recycled"),
        ('method: substitution, recycling_rate: 50 %, disposal: "metal:Landfill"', "recycling.recycling"),
        ("recycling_rate: 50 %", "recycling.disposal"),
        ("recovery_rate: 100 %", "recycling.recovery"),
        (
            'method: substitution, recovery_rate: 100 %, recovery: "metal:Burning", heating_value: 20, heat_efficiency: 50 %',
            "recycling.heat",
        ),
        # The open loop splits recycling at the point of sale: one link for both lives would count it twice.
        (
            'method: open-loop, allocation: 0.5, recycling_rate: 100 %, recycled: "metal:Secondary"',
            "recycling.recycling",
        ),
    ],
)
def test_c14_a_missing_link_is_a_gap_not_zero(assess_metal, recycling, field):
    result = assess_metal(recycling)
    assert not result.complete
    assert [g.params["field"] for g in result.gaps if g.code == "missing-recycling-link"] == [field]


def test_c14_a_term_that_counts_nothing_needs_no_link(assess_metal):
    # Everything is recycled and A = 1: no disposal, no burden of recycling, no credit.
    result = assess_metal("method: circular-footprint, allocation: 1, recycling_rate: 100 %")
    assert result.total == pytest.approx(1000)
    assert result.gaps == ()


def test_c14_a_rest_that_is_only_rounding_needs_no_disposal(assess_metal):
    # 1 − 0.7 − 0.3 is 5.6e-17 in floats.
    result = assess_metal('recycling_rate: 70 %, recovery_rate: 30 %, recovery: "metal:Burning"')
    assert result.complete
    assert result.total == pytest.approx(1090)  # 100 × 10 + 30 × 3


@pytest.mark.parametrize(
    ("recycling", "code", "key"),
    [
        ("recycling_rate: 80 %, recovery_rate: 30 %", "TH-ASM-061", ""),
        ("method: circular-footprint, recycling_rate: 80 %", "TH-ASM-062", ".allocation"),
        ("method: open-loop, recycled_content: 80 %", "TH-ASM-062", ".allocation"),
        ("method: substitution, recovery_rate: 10 %, heat_efficiency: 30 %", "TH-ASM-063", ".heating_value"),
        ("method: substitution, heat_efficiency: 80 %, power_efficiency: 30 %", "TH-ASM-065", ""),
    ],
)
def test_c14_parameters_without_sense_are_refused_with_their_place(assess_metal, recycling, code, key):
    with pytest.raises(AssessmentError) as caught:
        assess_metal(recycling)
    assert faults(caught) == [(code, f"lines[0].recycling{key}")]


def test_c14_the_remedy_of_a_missing_a_names_the_public_values(assess_metal):
    with pytest.raises(AssessmentError) as caught:
        assess_metal("method: circular-footprint, recycling_rate: 80 %")
    (fault,) = caught.value.faults
    assert "0.2, 0.5 or 0.8" in fault.hint("en")
    assert "0.2、0.5 或 0.8" in fault.hint("zh")


def test_c14_electricity_is_not_recycled(assess_metal):
    with pytest.raises(AssessmentError) as caught:
        assess_metal("recycled_content: 10 %", line="type: electricity, amount: 1 kWh")
    assert faults(caught) == [("TH-ASM-060", "lines[0].recycling")]


def test_c14_a_credit_in_another_dimension_is_refused(assess_metal):
    # Heat is linked to something per kg (C01).
    with pytest.raises(AssessmentError) as caught:
        assess_metal(
            "method: substitution, recovery_rate: 100 %, heating_value: 20, heat_efficiency: 50 %, "
            'recovery: "metal:Burning", heat: "metal:Landfill"'
        )
    assert "lines[0].recycling.heat" in caught.value.faults[0].place


def test_c14_a_missing_amount_stays_a_state(assess_metal):
    result = assess_metal("recycled_content: 10 %", line='from: "metal:Primary"')
    assert codes(result) == ["missing-amount"]
    assert not result.complete


def test_c14_a_note_of_a_source_is_told_once_though_three_terms_use_it(assess_text):
    # A factor without a gas split, as virgin material, carried burden, credit and recycled material.
    result = assess_text(
        """
lines:
  - stage: raw-materials
    name: Steel
    amount: 1 t
    from: "factor:gb-2023-steel-primary"
    recycling:
      method: fifty-fifty
      recycled_content: 30 %
      recycling_rate: 100 %
      recycled: "factor:gb-2023-steel-recycled"
""",
        boundary="cradle-to-grave",
    )
    assert len(result.lines[0].parts) == 5
    told = [(gap.code, gap.params["factor"]) for gap in result.gaps]
    assert told == [("no-gas-split", "gb-2023-steel-primary"), ("no-gas-split", "gb-2023-steel-recycled")]


def test_c14_the_result_follows_from_its_record(assess_metal):
    from tanheng.footprint.recomputing import recompute

    result = assess_metal(
        'method: fifty-fifty, recycled_content: 40 %, recycling_rate: 70 %, recycled: "metal:Secondary", '
        'disposal: "metal:Landfill"'
    )
    assert recompute(result).digest == result.digest


def test_c14_every_term_and_method_has_a_name_in_both_languages(assess_metal):
    for method in ("cut-off", "substitution", "fifty-fifty", "open-loop", "circular-footprint"):
        result = assess_metal(
            f"method: {method}, allocation: 0.5, recycled_content: 40 %, recycling_rate: 50 %, recovery_rate: 20 %, "
            'heating_value: 20, heat_efficiency: 50 %, recycled: "metal:Secondary", recycling: "metal:Secondary", '
            'disposal: "metal:Landfill", recovery: "metal:Burning", heat: "metal:Heat"'
        )
        for part in result.lines[0].parts:
            assert part.names["en"] != part.names["zh"]
            assert "recycling." not in part.names["en"]
            assert "end_of_life." not in part.names["zh"]


def test_c14_a_method_of_the_regime_without_its_a_is_a_gap(assess_text, metal):
    # PEF brings the circular footprint formula; the study was not written for it and gives no A.
    body = """
regime: pef31
lines:
  - stage: raw-materials
    name: Metal
    amount: 100 kg
    from: "metal:Primary"
    recycling: {recycled_content: 40 %, recycling_rate: 70 %, recycled: "metal:Secondary", disposal: "metal:Landfill"}
"""
    result = assess_text(body, options={"backgrounds": metal}, boundary="cradle-to-grave")
    assert [gap.code for gap in result.gaps] == ["missing-allocation-factor"]
    assert not result.complete
    assert [part.total for part in result.lines[0].parts] == pytest.approx([600, 3])


def test_c14_what_is_missing_in_a_stage_that_does_not_count_is_not_missing(assess_text, metal):
    # PACT counts to the gate.
    body = """
regime: pact3
lines:
  - stage: raw-materials
    name: Metal
    amount: 100 kg
    from: "metal:Primary"
    recycling: {recycled_content: 0 %, recycling_rate: 70 %}
"""
    result = assess_text(body, options={"backgrounds": metal}, boundary="cradle-to-grave")
    (gap,) = result.gaps
    assert (gap.code, gap.place, gap.blocks) == ("missing-recycling-link", "lines[0].recycling.disposal", False)
    assert gap.params["excluded"] == "stage"
    assert result.complete


def test_c14_a_regime_with_an_unknown_method_is_refused():
    known = regime("gbt24067")
    chosen = replace(known, method=replace(known.method, end_of_life="half-and-half"))
    bench = Bench(Recorded({}), "CN", chosen, Boundary.CRADLE_TO_GRAVE, 2024)
    line = Line("lines[0]", Stage.RAW_MATERIALS, LineType.MATERIAL, {"en": "Metal"}, recycling=Recycling(0.5))
    add_recycling(Bill(line, 0), bench)
    (fault,) = bench.faults
    assert fault.code == "TH-ASM-064"
    assert "fifty-fifty" in fault.hint("en")
