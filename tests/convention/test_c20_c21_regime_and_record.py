"""C20 (a regime is data) and C21 (an assessment names everything it was made from)."""

from __future__ import annotations

import dataclasses

import orjson
import pytest

from tanheng.errors import AssessmentError, RuleError
from tanheng.footprint import ENGINE_VERSION, document, read_assessment, recompute, write_assessment
from tanheng.footprint.documents import digest
from tanheng.rules import read_regime, regime

BODY = "lines: [{stage: production, name: P, amount: 5 kWh, electricity: [{grid: CN}]}]"


def test_c20_an_unknown_regime_lists_the_known_ones(assess_text):
    with pytest.raises(RuleError) as caught:
        assess_text(BODY, options={"regime_id": "nope"})
    assert "gbt24067" in caught.value.text()


def test_c20_the_gwp_set_is_the_regime_s():
    content = """
tanheng: regime/1
id: old
names: {en: Old, zh: 旧}
standard: {en: Old, zh: 旧}
method: {report: AR5, metric: GWP100}
counted: [fossil]
nets_stored_carbon: false
stages: [raw-materials, production]
"""
    assert read_regime(content.encode(), place="old.yaml").gwp.name == "AR5 GWP100"
    assert regime().gwp.name == "AR6 GWP100"


def test_c21_an_assessment_names_all_it_was_made_from(assess_text):
    inputs = assess_text(BODY).inputs
    assert inputs["engine"] == ENGINE_VERSION
    for key in ("study_digest",):
        assert inputs[key].startswith("sha256:")
    for key in ("factors", "regime", "rule_pack"):
        assert inputs[key]["digest"].startswith("sha256:")
    assert inputs["targets"]["grid CN"]["provenance"]["id"] == "cn-electricity-footprint-2024"


def test_c21_a_written_assessment_reads_back_the_same(assess_text, tmp_path):
    result = assess_text(BODY)
    path = tmp_path / "result.json"
    write_assessment(result, path)
    assert document(read_assessment(path)) == document(result)


RICH = """
lines:
  - {stage: raw-materials, name: S, amount: 2 kg, from: "mini:Open steel", transport: [{mode: rail, distance: 9 km}]}
  - {stage: raw-materials, name: Gone, amount: 1 kg, from: "factor:none"}
  - {stage: production, name: P, amount: 5 kWh, electricity: [{own: hydro, share: 40 %}, {contract: wind, share: 60 %}]}
  - {stage: production, name: E, emits: {CO2: {amount: 1 kg, origin: biogenic}, CO2e: 2 kg}, data: primary, evidence: [m.csv]}
co_products: [{name: By, amount: 100 kg}]
allocation: {basis: physical, reason: x}
"""


@pytest.mark.parametrize("body", [BODY, RICH])
def test_c21_recomputing_from_the_file_alone_gives_the_same_digest(assess_text, mini_background, tmp_path, body):
    (tmp_path / "m.csv").write_text("1")
    path = tmp_path / "result.json"
    write_assessment(assess_text(body, options={"backgrounds": mini_background}), path)
    (tmp_path / "m.csv").unlink()  # neither evidence, nor database, nor factors are at hand
    kept = read_assessment(path)
    assert document(recompute(kept)) == document(kept)


def test_c21_a_forged_number_does_not_survive_recomputing(assess_text, tmp_path):
    honest = assess_text(BODY)
    forged = dataclasses.replace(honest, total=honest.total * 0.9)
    forged = dataclasses.replace(forged, digest=digest(forged))  # consistent with itself, but not with its inputs
    assert recompute(forged).digest != forged.digest
    assert recompute(forged).total == honest.total


def test_c21_recomputing_needs_the_same_rules_and_the_whole_record(assess_text):
    honest = assess_text(BODY)
    other = dataclasses.replace(honest, inputs={**honest.inputs, "engine": "0"})
    with pytest.raises(AssessmentError) as caught:
        recompute(other)
    assert caught.value.code == "TH-ASM-006"
    bare = dataclasses.replace(honest, inputs={**honest.inputs, "targets": {}})
    with pytest.raises(AssessmentError) as caught:
        recompute(bare)
    assert caught.value.code == "TH-ASM-005"


def test_c21_an_edited_assessment_is_refused(assess_text, tmp_path):
    path = tmp_path / "result.json"
    write_assessment(assess_text(BODY), path)
    data = orjson.loads(path.read_bytes())
    data["total"] *= 0.9
    path.write_bytes(orjson.dumps(data))
    with pytest.raises(AssessmentError) as caught:
        read_assessment(path)
    assert caught.value.code == "TH-ASM-004"


def test_c21_a_file_of_another_engine_says_so_and_not_which_field_is_missing(assess_text, tmp_path):
    """Engine 1 had no stages of parts: its files are whole and honest, only not for this version."""
    path = tmp_path / "result.json"
    write_assessment(assess_text(BODY), path)
    data = orjson.loads(path.read_bytes())
    data["inputs"]["engine"] = "1"
    for line in data["lines"]:
        for part in line["parts"]:
            del part["stage"]
    path.write_bytes(orjson.dumps(data))
    with pytest.raises(AssessmentError) as caught:
        read_assessment(path)
    assert caught.value.code == "TH-ASM-006"
    assert (caught.value.faults[0].params["recorded"], caught.value.faults[0].params["here"]) == ("1", ENGINE_VERSION)


@pytest.mark.parametrize("what", ["regime", "rule_pack"])
def test_c21_rules_of_another_digest_under_the_same_name_are_refused(assess_text, what):
    honest = assess_text(BODY)
    named = {**honest.inputs[what], "digest": "sha256:" + 64 * "0"}
    with pytest.raises(AssessmentError) as caught:
        recompute(dataclasses.replace(honest, inputs={**honest.inputs, what: named}))
    assert (caught.value.code, caught.value.faults[0].params["what"]) == ("TH-ASM-006", what)
