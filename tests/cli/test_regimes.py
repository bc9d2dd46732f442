"""``tanheng assess --regime``: several regimes in one table, and why they differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanheng.footprint import read_assessment, rulebook
from tanheng.footprint.rulebook import known_regimes
from tanheng.reporting.words import Words
from tanheng.texts import catalogue

ALUMINIUM = str(Path(__file__).resolve().parents[2] / "examples" / "aluminium" / "aluminium.yaml")
ALL = known_regimes()


@pytest.mark.parametrize(("lang", "word"), [("zh", "未计入"), ("en", "left out")])
def test_all_regimes_on_one_screen_and_why_they_differ(tanheng, lang, word):
    done = tanheng("assess", ALUMINIUM, "--regime", "all", "--lang", lang)
    assert done.code == 0, done.err
    for name in ALL:
        assert f"\n  {name} " in done.out
    for name in ALL[1:]:
        assert f"gbt24067 → {name}" in done.out
    assert word in done.out
    assert "AR6 GWP100 → AR5 GWP100" in done.out
    assert "{" not in done.out


def test_a_list_begins_with_the_first_one_that_is_named(tanheng):
    done = tanheng("assess", ALUMINIUM, "--regime", "cbam, pact3,cbam", "--lang", "en")
    assert done.code == 0, done.err
    assert done.out.count("cbam → pact3") == 1
    assert "gbt24067" not in done.out


def test_json_holds_every_assessment_and_the_walks(tanheng):
    found = tanheng("assess", ALUMINIUM, "--regime", "gbt24067,cbam", "--json").json
    assert list(found["assessments"]) == ["gbt24067", "cbam"]
    (walk,) = found["differences"]
    a, b = (found["assessments"][name]["total"] for name in ("gbt24067", "cbam"))
    assert sum(step["amount"] for step in walk["steps"]) == pytest.approx(b - a, rel=1e-9)
    assert sum(row["difference"] for row in walk["lines"]) == pytest.approx(b - a, rel=1e-9)


def test_a_folder_gets_one_assessment_and_one_report_each(tanheng, tmp_path):
    done = tanheng("assess", ALUMINIUM, "--regime", "gbt24067,cbam", "--out", "results", "--report", "reports")
    assert done.code == 0, done.err
    assert {p.name for p in (tmp_path / "results").iterdir()} == {"gbt24067.json", "cbam.json"}
    assert read_assessment(tmp_path / "results" / "cbam.json").regime == "cbam"
    assert {p.name for p in (tmp_path / "reports").iterdir()} == {"gbt24067.pdf", "cbam.pdf"}


def test_one_file_for_several_assessments_is_wrong_usage(tanheng, tmp_path):
    done = tanheng("assess", ALUMINIUM, "--regime", "all", "--out", "a.json")
    assert done.code == 2
    assert "several regimes need a folder" in " ".join(done.err.replace("│", " ").split())
    assert not (tmp_path / "a.json").exists()


def test_one_report_file_compares_them(tanheng, tmp_path):
    done = tanheng("assess", ALUMINIUM, "--regime", "gbt24067,cbam", "--report", "a.pdf")
    assert done.code == 0, done.err
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_all_stands_alone_and_an_unknown_regime_is_refused(tanheng):
    assert tanheng("assess", ALUMINIUM, "--regime", "all,cbam").code == 2
    done = tanheng("assess", ALUMINIUM, "--regime", "cbam,nope", "--lang", "en")
    assert done.code == 1
    assert "nope" in done.err
    assert "pact3" in done.err


STUDY = """
tanheng: study/1
product: {name: {zh: 灯, en: Lamp}}
unit: 1 kg
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN
parameters: [{id: hours, value: 10 h}]
scenarios: [{id: long, values: {hours: 30 h}}]
lines:
  - {stage: production, name: Power, formula: 2 kW * hours, electricity: [{grid: CN}], uncertainty: {gsd2: 1.5}}
"""


def test_two_different_regimes_of_one_id_are_refused(tanheng, tmp_path):
    shipped = Path(rulebook.__file__).parents[1] / "data" / "regimes" / "gbt24067.yaml"
    text = shipped.read_text(encoding="utf-8")
    (tmp_path / "same.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(text.replace("report: AR6", "report: AR5"), encoding="utf-8")
    done = tanheng("assess", ALUMINIUM, "--regime", "gbt24067,mine.yaml", "--lang", "en")
    assert (done.code, "TH-ASM-021 mine.yaml" in done.err) == (1, True), done.err
    assert tanheng("assess", ALUMINIUM, "--regime", "gbt24067,same.yaml").code == 0


def test_a_scenario_and_samples_can_be_asked_for(tanheng, tmp_path):
    (tmp_path / "lamp.yaml").write_text(STUDY, encoding="utf-8")
    plain = tanheng("assess", "lamp.yaml", "--json").json
    long = tanheng("assess", "lamp.yaml", "--scenario", "long", "--samples", "500", "--seed", "7", "--json").json
    assert long["total"] == pytest.approx(3 * plain["total"], rel=1e-12)
    assert long["scenario"] == "long"
    assert plain["monte_carlo"] is None
    assert (long["monte_carlo"]["samples"], long["monte_carlo"]["seed"]) == (500, 7)
    again = tanheng("assess", "lamp.yaml", "--scenario", "long", "--samples", "500", "--seed", "7", "--json").json
    assert again["digest"] == long["digest"]


def test_what_was_sampled_is_recomputed_with_the_same_numbers(tanheng, tmp_path):
    (tmp_path / "lamp.yaml").write_text(STUDY, encoding="utf-8")
    assert tanheng("assess", "lamp.yaml", "--samples", "300", "--out", "lamp.json").code == 0
    done = tanheng("recompute", "lamp.json")
    assert done.code == 0, done.err


PACK = """
tanheng: rule-pack/1
id: lamp
version: 1.0.0
status: draft
names: {zh: 灯, en: Lamp}
follows: {zh: 内部, en: house rules}
extends: general
"""


def test_a_rule_pack_beside_the_study_travels_with_the_result(tanheng, tmp_path):
    (tmp_path / "lamp.yaml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "own-rules.yaml").write_text(PACK, encoding="utf-8")
    done = tanheng("assess", "lamp.yaml", "--rules", "own-rules.yaml", "--out", "lamp.json")
    assert done.code == 0, done.err
    (tmp_path / "own-rules.yaml").unlink()
    assert read_assessment(tmp_path / "lamp.json").rule_pack == "lamp@1.0.0"
    assert tanheng("recompute", "lamp.json").code == 0


def test_a_study_names_its_pack_from_its_own_folder(tanheng, tmp_path):
    place = tmp_path / "studies"
    place.mkdir()
    (place / "lamp.yaml").write_text(STUDY + "rules: ./own-rules.yaml\n", encoding="utf-8")
    (place / "own-rules.yaml").write_text(PACK, encoding="utf-8")
    found = tanheng("assess", "studies/lamp.yaml", "--json")
    assert found.code == 0, found.err
    assert found.json["rule_pack"] == "lamp@1.0.0"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_step_and_reason_has_a_name(lang):
    for key in catalogue("excluded"):
        assert "{" not in Words(lang).step(f"excluded:{key}")
    for key in set(catalogue("differences")) - {"excluded"}:
        assert Words(lang).step(key) != key
    assert Words(lang).step("excluded:own-reason").endswith("own-reason")


def test_a_rule_pack_with_a_byte_order_mark_travels_as_it_is(tanheng, tmp_path):
    (tmp_path / "lamp.yaml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "own-rules.yaml").write_text(PACK, encoding="utf-8-sig")
    done = tanheng("assess", "lamp.yaml", "--rules", "own-rules.yaml", "--out", "lamp.json")
    assert done.code == 0, done.err
    assert tanheng("recompute", "lamp.json").code == 0
