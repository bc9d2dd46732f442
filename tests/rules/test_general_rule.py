"""The rule pack that ships: every check speaks both languages, fires where it should, and stays silent where it should."""

from __future__ import annotations

import dataclasses

import pytest

from tanheng.errors import RuleError
from tanheng.footprint import assess, document
from tanheng.footprint.reading import study_document, study_from_document
from tanheng.rules import Record, check, regime, rule_pack
from tanheng.rules.checking import MOST
from tanheng.rules.expressions import paths
from tanheng.rules.model import MandatoryProcess, Scope

PACK = rule_pack()


def codes(result) -> set[str]:
    return {f.code for f in result.findings}


@pytest.mark.parametrize("one", PACK.checks, ids=lambda c: c.code)
def test_every_check_speaks_both_languages_and_asks(one):
    for part in (one.clause, one.message, one.question):
        assert set(part) == {"zh", "en"}
        assert all(part.values())


def test_codes_are_unique():
    assert len({c.code for c in PACK.checks}) == len(PACK.checks)


def test_a_clean_study_has_no_errors_and_no_warnings(documents_of, clean):
    _, result = documents_of(clean)
    assert [f["code"] for f in result["findings"] if f["severity"] != "info"] == []


def test_a_finding_quotes_the_data_and_names_the_place(assess_text):
    result = assess_text('lines: [{stage: production, name: P, amount: 1 kWh, from: "factor:cn-grid-co2-yunnan-2023"}]')
    finding = next(f for f in result.findings if f.code == "TH-GEN-103")
    assert finding.path == "lines[0]"
    assert "cn-grid-co2-yunnan-2023" in finding.message["zh"]
    assert finding.clause["en"].startswith("C07")


def test_versions_of_a_pack_are_named_as_a_series_and_stay_at_hand():
    newest = rule_pack("general").reference
    assert rule_pack("general@1").reference == newest
    assert rule_pack("general@1.0.0").reference == "general@1.0.0" != newest
    with pytest.raises(RuleError):
        rule_pack("general@2")


def test_an_expression_that_fails_names_its_check(documents_of, clean):
    written, result = documents_of(clean)
    one = dataclasses.replace(PACK.checks[0], scope=Scope.LINES, when="item.quality.none > 1.0", code="MY-1")
    fine = dataclasses.replace(one, when="true", code="MY-2")
    with pytest.raises(RuleError) as caught:
        check(dataclasses.replace(PACK, checks=(fine, one)), written, result)
    assert caught.value.code == "TH-RUL-005"
    assert caught.value.faults[0].place == "MY-1"


def test_many_findings_of_one_check_are_counted_not_dropped(documents_of, clean):
    written, result = documents_of(clean)
    one = dataclasses.replace(PACK.checks[0], scope=Scope.GAPS, when="true", quote="item.code")
    result["gaps"] = [{"code": "other-year", "place": "", "blocks": False, "params": {}}] * (MOST + 7)
    found = check(dataclasses.replace(PACK, checks=(one,)), written, result)
    assert len(found) == MOST + 1
    assert found[-1].quote == "… + 7"


def test_two_parts_that_call_for_one_sentence_are_one_finding(documents_of, clean):
    clean["lines"][0]["transport"] = [{"mode": mode, "distance": "9 000 km"} for mode in ("road", "rail")]
    _, result = documents_of(clean)
    found = [f for f in result["findings"] if f["code"] == "TH-GEN-403" and f["path"] == "lines[0]"]
    assert [f["quote"] for f in found] == ["GB"]


def test_a_credit_behind_the_lines_does_not_hide_what_is_written_of_them(documents_of, clean):
    clean["co_products"] = [{"name": "By", "amount": "200 kg", "avoided": "factor:cn-alumina-2017-calculated"}]
    clean["allocation"] = {"basis": "expansion", "reason": "x"}
    clean["lines"][1]["electricity"] = [{"contract": "hydro", "share": "100 %"}]
    clean["lines"][1].pop("evidence")
    _, result = documents_of(clean)
    # TH-GEN-327 looks at how the power is written: by contract, without evidence.
    assert "TH-GEN-327" in {f["code"] for f in result["findings"]}


def test_checks_of_the_regime_follow_those_of_the_pack_and_a_code_is_run_once(documents_of, clean):
    written, result = documents_of(clean)
    one = dataclasses.replace(PACK.checks[0], scope=Scope.STUDY, when="true", quote="result.total", code="MY-1")
    own = dataclasses.replace(one, quote="regime.id")
    other = dataclasses.replace(one, code="MY-2", quote="regime.id")
    rules = dataclasses.replace(regime("iso14067"), checks=(own, other))
    found = check(dataclasses.replace(PACK, checks=(one,)), written, result, rules)
    assert [(f.check.code, f.quote == "iso14067") for f in found] == [("MY-1", False), ("MY-2", True)]


def test_cut_off_limits_are_those_of_the_method(documents_of, clean):
    clean["cut_offs"] = [{"name": "a", "reason": "b", "share": 0.02}]
    written, result = documents_of(clean)
    strict = regime("gbt24067")
    loose = dataclasses.replace(strict, method=dataclasses.replace(strict.method, cut_off_single=0.03))
    assert "TH-GEN-301" in {f.check.code for f in check(PACK, written, result, strict)}
    assert "TH-GEN-301" not in {f.check.code for f in check(PACK, written, result, loose)}


def test_a_waived_finding_stays_visible_with_reason_and_person(documents_of, clean):
    clean["lines"][0].pop("amount")
    waiver = {
        "code": "TH-GEN-101",
        "path": "lines[0]",
        "reason": "not measured yet",
        "person": "P",
        "day": "2025-01-01",
    }
    clean["waivers"] = [waiver, {**waiver, "path": "lines[1]"}]
    _, result = documents_of(clean)
    found = {f["code"]: f for f in result["findings"] if not f["path"].startswith("lines[0].")}
    assert found["TH-GEN-101"]["severity"] == "error"
    assert found["TH-GEN-101"]["waiver"] == {"reason": {"en": "not measured yet"}, "person": "P", "day": "2025-01-01"}
    assert found["TH-GEN-115"]["waiver"] is None
    assert found["TH-GEN-901"]["path"] == "waivers[1]"
    assert found["TH-GEN-901"]["quote"] == "TH-GEN-101 lines[1]"


def test_a_record_and_its_document_give_the_same_findings(clean, tmp_path):
    study = study_from_document(clean, path=str(tmp_path / "study.yaml"))
    result = assess(study)
    written = study_document(study)
    told = [(f.check.code, f.path, f.quote) for f in check(PACK, written, document(result), regime())]
    assert told == [(f.check.code, f.path, f.quote) for f in check(PACK, written, Record(result), regime())]
    assert told


@pytest.mark.parametrize(
    ("expression", "name", "found"),
    [
        ('item.line.type == "x" && item.unit.startsWith("item.y")', "item", {("line", "type"), ("unit",)}),
        ("item.evidence.exists(k, item.evidence[k] == null)", "item", {("evidence",)}),
        ("study.lines.exists(l, has(l.note) && l.transport.all(t, t.km > 1.0))", "study", None),
        ("size(item) > 0", "item", {()}),
    ],
)
def test_what_an_expression_looks_at(expression, name, found):
    expected = found or {("lines", "note"), ("lines", "transport", "km")}
    assert set(paths(expression, name)) == expected


def test_mandatory_processes_are_known_by_words_notes_links_and_codes(documents_of, clean):
    names = {"zh": "熔炼", "en": "Melting"}
    clean["lines"][0].update(codes={"hs": "2818.20"}, note="ＣＡＬＣＩＮＥＤ  grade")
    written, result = documents_of(clean)

    def covered(**fields):
        one = MandatoryProcess("melting", names, **fields)
        rules = dataclasses.replace(PACK, processes=(one,))
        return "TH-GEN-212" not in {f.check.code for f in check(rules, written, result)}

    assert covered(words=("calcined GRADE",))
    assert covered(words=("氧化铝",))
    assert covered(words=("cn-alumina",))
    assert covered(words=("none",), codes={"hs": ("281820",)})
    assert not covered(words=("alumina",), stages=("use",))
    assert not covered(words=("alumina",), types=("waste",))
    assert covered(types=("waste",))
    assert not covered(words=("none",), codes={"hs": ("72",)})
