"""The rule pack that ships: every check speaks both languages, fires where it should, and stays silent where it should."""

from __future__ import annotations

import pytest

from tanheng.errors import RuleError
from tanheng.rules import read_pack, rule_pack

PACK = rule_pack()
CLEAN = """
lines:
  - stage: raw-materials
    name: Alumina
    amount: 1 t
    from: "factor:us-alumina-uslci"
    transport: [{mode: rail, distance: 10 km}]
    quality: {te: 1, ge: 1, ti: 1, pr: 1}
    data: secondary
  - stage: production
    name: Anode
    emits: {CO2: 1400 kg}
    data: primary
    evidence: [meter.csv]
    quality: {te: 1, ge: 1, ti: 1, pr: 1}
    uncertainty: {gsd2: 1.1}
"""


def codes(result) -> set[str]:
    return {f.code for f in result.findings}


@pytest.mark.parametrize("check", PACK.checks, ids=lambda c: c.code)
def test_every_check_speaks_both_languages_and_asks(check):
    for part in (check.clause, check.message, check.question):
        assert set(part) == {"zh", "en"}
        assert all(part.values())


def test_codes_are_unique():
    assert len({c.code for c in PACK.checks}) == len(PACK.checks)


def test_a_clean_study_has_no_errors_and_no_warnings(assess_text, tmp_path):
    (tmp_path / "meter.csv").write_text("kWh\n1\n")
    result = assess_text(CLEAN)
    assert [f.code for f in result.findings if f.severity != "info"] == []


@pytest.mark.parametrize(
    ("code", "body", "head"),
    [
        ("TH-GEN-201", "lines: [{stage: production, name: A, emits: {CO2: 1 kg}}]", {}),
        ("TH-GEN-202", CLEAN, {"boundary": "cradle-to-grave"}),
        ("TH-GEN-203", "lines: [{stage: raw-materials, name: A, emits: {CO2: 1 kg}}]", {}),
        ("TH-GEN-204", CLEAN.replace("stage: production", "stage: use"), {}),
        ("TH-GEN-205", CLEAN, {"boundary": "cradle-to-grave"}),
        ("TH-GEN-206", 'lines: [{stage: raw-materials, name: A, amount: 1 t, from: "factor:us-alumina-uslci"}]', {}),
        ("TH-GEN-401", CLEAN, {"period": "2024-01-01/2024-06-30"}),
        ("TH-GEN-402", CLEAN, {"period": "2044-01-01/2044-12-31"}),
        ("TH-GEN-403", 'lines: [{stage: raw-materials, name: A, amount: 1 t, from: "factor:us-alumina-uslci"}]', {}),
        ("TH-GEN-404", CLEAN.replace("data: primary", "data: secondary"), {}),
        ("TH-GEN-405", CLEAN.replace("evidence: [meter.csv]", ""), {}),
        ("TH-GEN-406", CLEAN.replace("meter.csv", "gone.csv"), {}),
        ("TH-GEN-407", "lines: [{stage: production, name: A, emits: {CO2: 1 kg}}]", {}),
        ("TH-GEN-408", CLEAN.replace("te: 1, ge: 1, ti: 1, pr: 1", "te: 4, ge: 4, ti: 4, pr: 4"), {}),
        ("TH-GEN-409", "lines: [{stage: production, name: A, emits: {CO2e: 1 kg}}]", {}),
        ("TH-GEN-410", CLEAN + CLEAN.replace("lines:", "").replace("raw-materials", "production"), {}),
        ("TH-GEN-411", "lines: [{stage: raw-materials, name: A, emits: {CO2: {amount: 1 kg, origin: removal}}}]", {}),
        ("TH-GEN-412", "lines: [{stage: production, name: A, emits: {CO2: {amount: 1 kg, origin: biogenic}}}]", {}),
        (
            "TH-GEN-413",
            'lines: [{stage: production, type: energy, name: A, amount: 1 kg, from: "factor:ipcc-anthracite-combustion-kg"}]',
            {},
        ),
        ("TH-GEN-501", CLEAN, {"goal": "''"}),
        ("TH-GEN-502", "lines: [{stage: production, name: A, emits: {CO2: 1 kg}}]", {}),
        (
            "TH-GEN-304",
            CLEAN + "co_products: [{name: B, amount: 1 kg}]\nallocation: {basis: physical}",
            {},
        ),
        (
            "TH-GEN-305",
            CLEAN
            + "co_products: [{name: B, amount: 1 kg, price: 1}]\nallocation: {basis: economic, reason: x, price: 1}",
            {},
        ),
    ],
)
def test_a_check_fires_for_what_it_is_made_for(assess_text, tmp_path, code, body, head):
    (tmp_path / "meter.csv").write_text("kWh\n1\n")
    assert code in codes(assess_text(body, **head))


def test_a_finding_quotes_the_data_and_names_the_place(assess_text):
    result = assess_text('lines: [{stage: production, name: P, amount: 1 kWh, from: "factor:cn-grid-co2-yunnan-2023"}]')
    finding = next(f for f in result.findings if f.code == "TH-GEN-103")
    assert finding.path == "lines[0]"
    assert "cn-grid-co2-yunnan-2023" in finding.message["zh"]
    assert finding.clause["en"].startswith("C07")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "TH-RUL-001"),
        (b"a: [", "TH-RUL-001"),
        (b"tanheng: rule-pack/9", "TH-RUL-002"),
        (b"tanheng: rule-pack/1\nid: x", "TH-RUL-001"),
    ],
)
def test_a_broken_pack_is_refused_with_its_file(content, code):
    with pytest.raises(RuleError) as caught:
        read_pack(content, place="mine.yaml")
    assert caught.value.code == code
    assert caught.value.faults[0].place == "mine.yaml"


def test_versions_of_a_pack_are_named_as_a_series():
    assert rule_pack("general@1").reference == rule_pack("general").reference == rule_pack("general@1.0.0").reference
    with pytest.raises(RuleError):
        rule_pack("general@2")
