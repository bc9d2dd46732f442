"""What if, scenarios, and levers: results of a changed study, from the record of its assessment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tanheng.errors import AssessmentError, QuantityError, StudyError, TanhengError
from tanheng.footprint import assess, read_study, recompute, write_assessment
from tanheng.footprint.changing import LineChange, ParameterChange, ScenarioChange, parse_change
from tanheng.footprint.levers import LeverKind, levers
from tanheng.footprint.whatif import scenarios, what_if

BODY = """
parameters: [{id: hours, value: 1000 h}]
scenarios: [{id: long, values: {hours: 2000 h}}]
lines:
  - {stage: raw-materials, name: {zh: 钢, en: Steel}, amount: 1 t, from: "factor:cn-alumina-2017-calculated",
     transport: [{mode: road, distance: 500 km}]}
  - {stage: production, name: {zh: 交流电, en: Power}, formula: 2 kW * hours,
     electricity: [{own: hydro, share: 20 %}, {grid: CN, share: 80 %}]}
  - {stage: production, name: Leak, id: leak, emits: {SF6: 2 g}}
  - {stage: production, name: Twin, emits: {CO2: 1 kg}}
  - {stage: production, name: Twin, emits: {CO2: 1 kg}}
"""
GRID, HYDRO = "cn-electricity-footprint-2024", "cn-electricity-footprint-hydro-2024"


@pytest.fixture
def result(assess_text):
    return assess_text(BODY)


def _per_unit(result, index, source):
    return next(p.per_unit for p in result.lines[index].parts if p.provenance.id == source)


BOUNDS = """
parameters: [{id: life, value: 5 a, uncertainty: {kind: uniform, min: 4, max: 6}}]
lines:
  - {stage: production, name: Steel, amount: 1 t, from: "factor:cn-alumina-2017-calculated",
     uncertainty: {kind: triangular, min: 0.9, mode: 1, max: 1.2}}
  - {stage: production, name: Leak, emits: {SF6: 2 g}, uncertainty: {kind: uniform, min: 1, max: 4}}
  - {stage: use, name: Power, formula: 2 kWh/a * life, electricity: [{grid: CN}]}
"""


@pytest.mark.parametrize(
    ("change", "label", "inside"),
    [
        (LineChange("Steel", amount="1100 kg"), "lines[0]", True),
        (LineChange("Steel", amount="2 t"), "lines[0]", False),
        (LineChange("Leak", amount="0.003 kg"), "lines[1]", True),
        (LineChange("Leak", amount="9 g"), "lines[1]", False),
        (ParameterChange("life", 4.5), "parameters.life", True),
        (ParameterChange("life", 12.0), "parameters.life", False),
    ],
)
def test_bounds_that_do_not_hold_the_new_value_are_not_its_own(assess_text, change, label, inside):
    """Bounds were written for the old value, in its unit; a record whose value they do not hold could not be read again."""
    before = assess_text(BOUNDS, boundary="cradle-to-grave")
    after = what_if(before, change)
    assert recompute(after) == after
    labels, now = dict(before.uncertainty.shares).keys(), dict(after.uncertainty.shares).keys()
    assert labels - now == (set() if inside else {label})


def test_a_mode_by_its_chinese_name(result):
    assert what_if(result, LineChange("Steel", mode="铁路")) == what_if(result, LineChange("Steel", mode="rail"))


def test_no_change_is_the_assessment_itself(result):
    assert what_if(result) == result


def test_an_assessment_of_another_engine_is_not_changed_but_refused(result):
    """The change and the engine would both move the number, and nobody could tell them apart."""
    with pytest.raises(AssessmentError) as caught:
        what_if(replace(result, inputs={**result.inputs, "engine": "1"}))
    assert (caught.value.code, caught.value.faults[0].params["what"]) == ("TH-ASM-006", "engine")


def test_a_change_gives_what_the_changed_study_gives(result, assess_text):
    changed = what_if(result, LineChange("钢", amount="2 t"), LineChange("leak", amount="1 g"))
    written = assess_text(BODY.replace("amount: 1 t", "amount: 2 t").replace("SF6: 2 g", "SF6: 1 g"))
    assert changed.digest == written.digest


def test_a_number_is_in_the_line_s_own_unit(result):
    assert what_if(result, LineChange(0, amount=0.5)).lines[0].total == pytest.approx(result.lines[0].total / 2)


def test_an_amount_takes_the_place_of_a_formula(result):
    assert what_if(result, LineChange("Power", amount="1 MWh")).lines[1].total == pytest.approx(
        result.lines[1].total / 2
    )


def test_shares_of_electricity(result):
    grid, hydro = _per_unit(result, 1, GRID), _per_unit(result, 1, HYDRO)
    assert result.lines[1].total == pytest.approx(2000 * (0.2 * hydro + 0.8 * grid))
    greener = what_if(result, LineChange("交流电", share={"hydro": 0.7, "grid": 0.3}))
    # Hydropower stays what it was, own generation; 2 000 kWh.
    assert greener.lines[1].total == pytest.approx(2000 * (0.7 * hydro + 0.3 * grid))
    bought = what_if(result, LineChange("交流电", share={"wind": 1.0}))
    assert "network" in str(bought.lines[1].parts[0].provenance.names) or "+" in bought.lines[1].parts[0].provenance.id


def test_another_factor_and_another_mode(result):
    anode = what_if(result, LineChange("Steel", factor="cn-prebaked-anode-2017-calculated"))
    assert anode.lines[0].parts[0].provenance.id == "cn-prebaked-anode-2017-calculated"
    rail = what_if(result, LineChange("Steel", mode="rail"))
    assert rail.lines[0].parts[1].total == pytest.approx(500 * _per_unit(rail, 0, rail.lines[0].parts[1].provenance.id))
    assert rail.total < result.total


def test_a_supplier_s_frozen_assessment(result, assess_text, tmp_path):
    supplier = assess_text("lines: [{stage: production, name: S, emits: {CO2: 300 kg}}]")
    write_assessment(supplier, tmp_path / "supplier.json")
    bought = what_if(result, LineChange("Steel", supplier="supplier.json"), folder=tmp_path)
    assert bought.lines[0].parts[0].total == pytest.approx(300)
    assert bought.lines[0].parts[0].provenance.release == supplier.digest


def test_only_what_is_new_is_looked_up(assess_text, mini_background):
    body = "lines: [{stage: raw-materials, name: Steel, amount: 1 t, from: 'mini:Steel'}]"
    result = assess_text(body, options={"backgrounds": mini_background})
    assert what_if(result, LineChange(0, amount="2 t")).total == pytest.approx(2 * result.total)  # no database at hand
    away = what_if(result, LineChange(0, link="mini:Cut steel"))
    assert {gap.code for gap in away.gaps if gap.blocks}  # said, not guessed
    there = what_if(result, LineChange(0, link="mini:Cut steel"), backgrounds=mini_background)
    assert there.complete
    assert there.total == pytest.approx(result.total)


def test_parameters_and_scenarios(result, assess_text):
    half = what_if(result, ParameterChange("hours", "500 h"))
    assert half.lines[1].total == pytest.approx(result.lines[1].total / 2)
    assert half.digest == assess_text(BODY.replace("value: 1000 h", "value: 500 h")).digest
    table = scenarios(result)
    assert list(table) == ["", "long"]
    assert table["long"].lines[1].total == pytest.approx(2 * result.lines[1].total)
    again = what_if(table["long"], ParameterChange("hours", 3000))  # moves in the scenario that the result is for
    assert again.lines[1].total == pytest.approx(3 * result.lines[1].total)


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (LineChange("Steal", amount=1), "TH-ASM-080", "Steel"),
        (LineChange(9, amount=1), "TH-ASM-080", "lines[4]"),
        (LineChange("Twin", amount=1), "TH-ASM-081", "lines[3], lines[4]"),
        (LineChange("Steel", share={"hydro": 1.0}), "TH-ASM-082", "electricity"),
        (LineChange("Power", mode="rail"), "TH-ASM-082", "transport"),
        (LineChange("Steel", recycled_content=0.5), "TH-ASM-082", "recycled_content"),
        (LineChange("Power", share={"hydro": 0.5}), "TH-ASM-083", "0.5"),
        (ParameterChange("hour", 1), "TH-ASM-084", "hours"),
        (ScenarioChange("short"), "TH-ASM-046", "long"),
        (LineChange("Steel", link="study:other.yaml"), "TH-ASM-085", "other.yaml"),
        (LineChange("Steel", amount="1 m3"), "TH-QTY-002", "lines[0]"),
        (LineChange("Steel", amount="a lot"), "TH-QTY-003", "a lot"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_with_what_would(result, change, code, said):
    with pytest.raises((AssessmentError, QuantityError, StudyError)) as caught:
        what_if(result, change)
    assert caught.value.code == code
    assert said in caught.value.text("en")
    assert caught.value.text("zh") != caught.value.text("en")


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("交流电.amount=12 000 kWh", LineChange("交流电", amount="12 000 kWh")),
        ("lines[3].factor = x-1", LineChange("lines[3]", factor="x-1")),
        ("No. 5 oil.link=db:Oil, at plant", LineChange("No. 5 oil", link="db:Oil, at plant")),
        ("P.share=own:hydro:35 % grid:65%", None),
        ("P.share=own:hydro:35%, grid:65%", LineChange("P", share={"own:hydro": 0.35, "grid": 0.65})),
        ("P.mode=rail", LineChange("P", mode="rail")),
        ("P.supplier=s.json", LineChange("P", supplier="s.json")),
        ("P.recycled_content=40 %", LineChange("P", recycled_content=0.4)),
        ("param.hours=900 h", ParameterChange("hours", "900 h")),
        ("scenario=long", ScenarioChange("long")),
        ("P.colour=red", None),
        ("amount=3", None),
        ("P.amount=", None),
    ],
)
def test_changes_as_a_person_writes_them(text, change):
    if change is None:
        with pytest.raises(TanhengError) as caught:
            parse_change(text)
        assert caught.value.code == "TH-ASM-088"
    else:
        assert parse_change(text) == change


def test_levers_are_sorted_and_true(result):
    found = levers(result)
    assert [lever.effect for lever in found] == sorted(lever.effect for lever in found)
    kinds = {lever.kind for lever in found}
    assert {
        LeverKind.LESS,
        LeverKind.CLEANER_SOURCE,
        LeverKind.ELECTRICITY,
        LeverKind.TRANSPORT,
        LeverKind.PARAMETER,
    } <= kinds
    for lever in found:
        if lever.change is not None:
            assert what_if(result, lever.change).total - result.total == pytest.approx(lever.effect)
    less = next(x for x in found if x.kind is LeverKind.LESS and x.label == "lines[0]")
    assert less.effect == pytest.approx(-0.1 * result.lines[0].total)
    assert less.share == pytest.approx(less.effect / result.total)


def test_a_frozen_file_is_enough(result, tmp_path, study_file):
    from tanheng.footprint import read_assessment

    write_assessment(result, tmp_path / "a.json")
    study_file(BODY).unlink()
    kept = read_assessment(tmp_path / "a.json")
    assert what_if(kept, LineChange("Steel", amount=2)).total == pytest.approx(result.total + result.lines[0].total)


def test_a_sampled_result_stays_sampled(study_file):
    result = assess(read_study(study_file(BODY)), samples=500, seed=9)
    changed = what_if(result, LineChange("Steel", amount=2))
    assert (changed.monte_carlo.samples, changed.monte_carlo.seed) == (500, 9)


def test_a_new_default_value_has_the_mark_up_of_the_study_s_year(assess_text):
    body = "lines: [{stage: raw-materials, name: Iron, amount: 1 t, from: '%s', codes: {cn: '72011011'}}]"
    head = {"period": "2028-01-01/2028-12-31"}
    options = {"regime_id": "cbam"}
    link = "cbam:7201 10 11@CN"
    # 30 % from 2028 on, 10 % in 2026; without the year of the study it was the first one.
    expected = assess_text(body % link, options=options, **head).total
    before = assess_text(body % "factor:gb-2023-steel-primary", options=options, **head)
    assert what_if(before, LineChange("Iron", link=link)).total == pytest.approx(expected)
