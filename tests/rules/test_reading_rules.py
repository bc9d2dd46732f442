"""Rule packs and regimes as data: what is broken is refused with its line, all of it at once; releases never change."""

from __future__ import annotations

import dataclasses

import jsonschema
import orjson
import pytest
import yaml

from tanheng.errors import RuleError
from tanheng.footprint.assessment import Assessment, LineResult, Part
from tanheng.footprint.study import AllocationBasis, Boundary, EndOfLifeMethod, LineType, Stage, UnitKind
from tanheng.rules import known_packs, read_pack, read_regime, regime, rule_pack, shelf
from tanheng.rules.building import build_pack
from tanheng.rules.expressions import LINE, PART, RESULT
from tanheng.rules.facts import FACTS, facts
from tanheng.rules.fields import CHOICES, is_study_path
from tanheng.rules.releases import append, further, present, released
from tanheng.rules.schema import rules_schema
from tanheng.rules.template import new_pack

PACK = """tanheng: rule-pack/1
id: mine
version: 1.0.0
status: draft
names: {zh: 我的, en: Mine}
follows: {zh: 自定, en: ours}
extends: general
units: [t]
limits: {rating_warning: 2.0, own: 3.0}
checks:
  - code: MY-101
    severity: info
    scope: lines
    clause: {zh: 甲, en: a}
    when: 'item.weight > limits.own'
    quote: 'item.stage'
    message: {zh: "{name}", en: "{quote}"}
    question: {zh: 何？, en: what?}
"""


def faults(text: str, read=read_pack) -> list[tuple[str, str]]:
    with pytest.raises(RuleError) as caught:
        read(text.encode(), place="mine.yaml")
    return [(fault.code, fault.place) for fault in caught.value.faults]


def changed(old: str, new: str) -> str:
    assert old in PACK
    return PACK.replace(old, new)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ("TH-RUL-001", "mine.yaml")),
        ("a: [", ("TH-RUL-001", "mine.yaml:2")),
        ("a: &x 1\nb: *x", ("TH-RUL-001", "mine.yaml:2")),
        ("tanheng: rule-pack/9", ("TH-RUL-002", "mine.yaml:1 tanheng")),
        (changed("units: [t]", "unit: [t]"), ("TH-RUL-011", "mine.yaml:8 unit")),
        (changed("units: [t]", "units: [t]\nunits: [kg]"), ("TH-RUL-010", "mine.yaml:9 units")),
        (changed("units: [t]", "units: [tonn]"), ("TH-RUL-020", "mine.yaml:8 units[0]")),
        (changed("units: [t]", "units: t"), ("TH-RUL-012", "mine.yaml:8 units")),
        (changed("units: [t]", "label_unit: t"), ("TH-RUL-020", "mine.yaml:8 label_unit")),
        (changed("units: [t]", "valid_from: 2024-13-01"), ("TH-RUL-012", "mine.yaml:8 valid_from")),
        (changed("units: [t]", "stages: [making]"), ("TH-RUL-013", "mine.yaml:8 stages[0]")),
        (changed("units: [t]", "method: {report: AR9}"), ("TH-RUL-026", "mine.yaml:8 method.report")),
        (changed("units: [t]", "method: {cut_off_single: 2}"), ("TH-RUL-012", "mine.yaml:8 method.cut_off_single")),
        (changed("units: [t]", "configurable: [band]"), ("TH-RUL-019", "mine.yaml:8 configurable[0]")),
        (changed("units: [t]", "report_fields: [product.colour]"), ("TH-RUL-019", "mine.yaml:8 report_fields[0]")),
        (
            changed("units: [t]", "band: {low: 3, high: 2, per: t, source: {zh: 甲, en: a}}"),
            ("TH-RUL-027", "mine.yaml:8 band"),
        ),
        (
            changed("units: [t]", "processes: [{id: a, names: {zh: 甲, en: a}}]"),
            ("TH-RUL-028", "mine.yaml:8 processes[0]"),
        ),
        (
            changed("units: [t]", "without: [{code: TH-GEN-999, reason: {zh: 甲, en: a}}]"),
            ("TH-RUL-023", "mine.yaml:8 without[0].code"),
        ),
        (changed("version: 1.0.0", "version: 1.0"), ("TH-RUL-015", "mine.yaml:3 version")),
        (changed("id: mine", "id: Mine_1"), ("TH-RUL-016", "mine.yaml:2 id")),
        (changed("en: Mine", "fr: Mien"), ("TH-RUL-011", "mine.yaml:5 names.fr")),
        (changed(", en: ours", ""), ("TH-RUL-014", "mine.yaml:6 follows")),
        (changed("extends: general", "extends: generally"), ("TH-RUL-022", "mine.yaml:7 extends")),
        (changed("status: draft\n", ""), ("TH-RUL-017", "mine.yaml:1")),
        (changed("severity: info", "severity: bad"), ("TH-RUL-013", "mine.yaml:12 checks[0].severity")),
        (changed("scope: lines", "scope: rows"), ("TH-RUL-013", "mine.yaml:13 checks[0].scope")),
        (changed("> limits.own", ">"), ("TH-RUL-021", "mine.yaml:15 checks[0].when")),
        (changed("limits.own'", "limits.none'"), ("TH-RUL-025", "mine.yaml:15 checks[0].when")),
        (changed("item.weight", "weight"), ("TH-RUL-025", "mine.yaml:15 checks[0].when")),
        (changed("item.weight", "item.wieght"), ("TH-RUL-025", "mine.yaml:15 checks[0].when")),
        (changed("item.weight", "open(item.weight)"), ("TH-RUL-025", "mine.yaml:15 checks[0].when")),
        (changed("item.weight", "facts.wealth"), ("TH-RUL-025", "mine.yaml:15 checks[0].when")),
        (changed('en: "{quote}"', 'en: "{qoute}"'), ("TH-RUL-024", "mine.yaml:17 checks[0].message")),
    ],
)
def test_a_broken_pack_is_refused_with_line_and_field(text, found):
    assert found in faults(text)


def test_all_faults_of_a_pack_are_told_at_once():
    text = changed("units: [t]", "unit: [t]").replace("severity: info", "severity: bad").replace("1.0.0", "one")
    assert {code for code, _ in faults(text)} == {"TH-RUL-011", "TH-RUL-013", "TH-RUL-015"}


def test_a_code_is_there_once():
    check = PACK[PACK.index("  - code") :]
    assert ("TH-RUL-018", "mine.yaml:19 checks[1].code") in faults(PACK + check)


def test_regimes_go_through_the_same_reader():
    text = (
        "tanheng: regime/1\nid: x\nnames: {zh: 甲, en: a}\nmethod: {metric: GWP1}\nstages: [use]\nyields: [report, all]"
    )
    found = faults(text, read_regime)
    assert ("TH-RUL-026", "mine.yaml:4 method") in found
    assert ("TH-RUL-013", "mine.yaml:6 yields[1]") in found
    assert {place for code, place in found if code == "TH-RUL-017"} == {"mine.yaml:1"}


def test_what_a_pack_extends_comes_first_and_its_own_takes_the_place():
    base = rule_pack()
    pack = read_pack(PACK.encode(), place="mine.yaml")
    assert [one.code for one in pack.checks] == [*(one.code for one in base.checks), "MY-101"]
    assert pack.limits["rating_warning"] == 2.0
    assert pack.limits["rated_share"] == base.limits["rated_share"]
    assert pack.extends == base.reference
    own = read_pack(changed("MY-101", "TH-GEN-201").encode(), place="mine.yaml")
    assert [one.code for one in own.checks] == [one.code for one in base.checks]
    assert next(one for one in own.checks if one.code == "TH-GEN-201").quote == "item.stage"
    less = changed("units: [t]", "without: [{code: TH-GEN-201, reason: {zh: 甲, en: a}}]")
    assert "TH-GEN-201" not in {one.code for one in read_pack(less.encode(), place="mine.yaml").checks}


def test_the_digest_of_a_pack_holds_what_it_extends():
    base = rule_pack()
    other = dataclasses.replace(base, digest="sha256:0")
    first = build_pack(PACK.encode(), "mine.yaml", lambda _: base)
    assert first.digest == read_pack(PACK.encode(), place="mine.yaml").digest
    assert first.digest != build_pack(PACK.encode(), "mine.yaml", lambda _: other).digest


def test_what_a_pack_extends_ships_so_that_a_record_is_enough(tmp_path):
    (tmp_path / "base.yaml").write_text(PACK.replace("id: mine", "id: base"))
    (tmp_path / "mine.yaml").write_text(changed("extends: general", "extends: base"))
    with pytest.raises(RuleError, match="TH-RUL-022"):
        rule_pack("mine", folders=(tmp_path,))


def test_a_pack_is_found_by_path_folder_and_version(tmp_path):
    (tmp_path / "mine.yaml").write_text(PACK)
    (tmp_path / "mine@1.1.0.yaml").write_text(PACK.replace("version: 1.0.0", "version: 1.1.0"))
    (tmp_path / "mine@2.0.0.yaml").write_text(
        PACK.replace("version: 1.0.0", "version: 2.0.0").replace("status: draft", "status: withdrawn")
    )
    folders = (tmp_path,)
    assert rule_pack("./mine.yaml", folder=tmp_path).reference == "mine@1.0.0"
    assert rule_pack("./mine.yaml", folder=tmp_path).text == PACK
    assert rule_pack("mine", folders=folders).reference == "mine@1.1.0"  # 2.0.0 is withdrawn
    assert rule_pack("mine@1.0", folders=folders).reference == "mine@1.0.0"
    assert rule_pack("mine@2", folders=folders).reference == "mine@2.0.0"
    assert "mine" in known_packs(folders)
    assert [one.pack.version for one in shelf("mine", folders)] == ["1.0.0", "1.1.0", "2.0.0"]
    with pytest.raises(RuleError, match="TH-RUL-004"):
        rule_pack("yours@3", folders=folders)
    with pytest.raises(RuleError) as caught:
        rule_pack("mine@3", folders=folders)
    fault = caught.value.faults[0]
    assert fault.code == "TH-RUL-033"
    assert fault.params == {"id": "mine", "version": "3", "known": "1.0.0, 1.1.0, 2.0.0"}
    with pytest.raises(RuleError, match="TH-RUL-029"):
        rule_pack("./none.yaml", folder=tmp_path)
    assert rule_pack("general").text == ""


def test_two_files_of_one_version_are_refused_with_both_places(tmp_path):
    (tmp_path / "mine.yaml").write_text(PACK)
    (tmp_path / "mine@1.0.0.yaml").write_text(PACK.replace("own: 3.0", "own: 4.0"))
    with pytest.raises(RuleError) as caught:
        rule_pack("mine", folders=(tmp_path,))
    text = caught.value.text()
    assert caught.value.code == "TH-RUL-030"
    assert "mine.yaml" in text
    assert "mine@1.0.0.yaml" in text


def test_a_file_bears_the_name_of_its_pack(tmp_path):
    (tmp_path / "other.yaml").write_text(PACK)
    with pytest.raises(RuleError, match="TH-RUL-031"):
        rule_pack("other", folders=(tmp_path,))


def test_shipped_releases_are_the_ones_that_the_list_remembers():
    listed = tuple(released())
    assert further(listed, present()) == ()
    assert set(listed) >= set(present())


def test_a_changed_release_is_refused_and_a_new_one_is_appended(tmp_path):
    listed = (("a", "1.0.0", "sha256:1"),)
    with pytest.raises(RuleError, match="TH-RUL-032"):
        further(listed, [("a", "1.0.0", "sha256:2")])
    new = further(listed, [("a", "1.0.0", "sha256:1"), ("a", "1.1.0", "sha256:2")])
    path = tmp_path / "releases.csv"
    append(path, listed)
    append(path, new)
    assert path.read_text().splitlines() == ["id,version,digest", "a,1.0.0,sha256:1", "a,1.1.0,sha256:2"]


def test_the_template_is_a_valid_pack_that_explains_every_field():
    text = new_pack("my-pack", "It's 产品: a")
    pack = read_pack(text.encode(), place="my-pack.yaml")
    assert pack.names == {"zh": "It's 产品: a", "en": "It's 产品: a"}
    assert pack.band is not None
    jsonschema.validate(_loaded(text), rules_schema("rule-pack"))


def _loaded(text: str):
    class Plain(yaml.SafeLoader):
        """Days stay text."""

    Plain.yaml_implicit_resolvers = {
        key: [pair for pair in pairs if not pair[0].endswith("timestamp")]
        for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, Loader=Plain)  # noqa: S506 - a safe loader


@pytest.mark.parametrize(("of", "folder"), [("rule-pack", "rules"), ("regime", "regimes")])
def test_the_schema_is_published_as_it_is_and_holds_for_what_ships(of, folder, project):
    schema = rules_schema(of)
    assert orjson.loads((project / "docs" / "schema" / f"{of}-1.schema.json").read_bytes()) == schema
    shipped = sorted((project / "src" / "tanheng" / "data" / folder).glob("*.yaml"))
    assert shipped
    for path in shipped:
        jsonschema.validate(_loaded(path.read_text(encoding="utf-8")), schema)


def test_the_words_of_rules_are_the_words_of_studies():
    for key, choices in {
        "stage": Stage,
        "boundary": Boundary,
        "unit_kind": UnitKind,
        "line_type": LineType,
        "allocation_basis": AllocationBasis,
        "end_of_life": EndOfLifeMethod,
    }.items():
        assert set(CHOICES[key]) == {member.value for member in choices}


def test_checks_may_ask_for_what_the_documents_hold(clean, documents_of):
    def names(record):
        return {field.name for field in dataclasses.fields(record)}

    assert names(LineResult) == LINE
    assert names(Part) == PART
    assert names(Assessment) - {"digest", "findings", "inputs"} == RESULT
    written, result = documents_of(clean)
    assert facts(rule_pack(), written, result, regime()).keys() == FACTS


def test_paths_of_studies_are_known():
    assert is_study_path("product.codes.cn")
    assert is_study_path("lines.quality")
    assert is_study_path("goal")
    assert not is_study_path("lines.colour")
    assert not is_study_path("goal.a.b")


def test_a_code_stands_for_one_check_only():
    owners: dict[str, set[str]] = {}
    for name in known_packs():
        for one in shelf(name):
            inherited = {c.code for c in rule_pack(one.pack.extends).checks} if one.pack.extends else set()
            for check in one.pack.checks:
                if check.code not in inherited:
                    owners.setdefault(check.code, set()).add(name)
    from tanheng.footprint.rulebook import known_regimes

    for name in known_regimes():
        for check in regime(name).checks:
            owners.setdefault(check.code, set()).add(name)
    assert {code: names for code, names in owners.items() if len(names) > 1} == {}
