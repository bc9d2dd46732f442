"""The rule packs that ship: one for every product of the plan, honest about what is public, in both languages, with bands
that hold what is known."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from tanheng.footprint import assess, read_study
from tanheng.footprint.reading import study_from_document
from tanheng.rules import rule_pack

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(f for f in files("tanheng").joinpath("data/rules").iterdir() if f.name.startswith("cn-"))
IDS = [f.name.removesuffix(".yaml") for f in FILES]
OUTSIDE_BAND = {"TH-GEN-601"}

PUBLIC = {"method.report", "method.metric"}
"""ISO 14067: the latest GWP100 of the IPCC."""
PUBLIC_OF = {
    # The declared unit, the boundary and the cut-off of GB/T 44905-2024 are told by public summaries.
    "cn-electrolytic-aluminium": {"units", "unit_kind", "boundaries", "method.cut_off_single", "method.cut_off_total"}
}
RULES = [
    "units",
    "unit_kind",
    "boundaries",
    "stages",
    "processes",
    "band",
    "label_unit",
    "report_fields",
    "limits",
    "checks",
]


@cache
def raw(pack_id):
    return yaml.safe_load(FILES[IDS.index(pack_id)].read_text(encoding="utf-8"))


def rows(shared, name):
    with shared("factors", name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def study_of(unit, *, boundary="cradle-to-gate", **line):
    stuff = {"stage": "production", "name": {"zh": "过程", "en": "Process"}, "emits": {"CO2": "1 kg"}, **line}
    return study_from_document(
        {
            "tanheng": "study/1",
            "product": {"name": {"zh": "测试", "en": "Test"}},
            "unit": unit,
            "boundary": boundary,
            "period": "2024-01-01/2024-12-31",
            "site": "CN",
            "lines": [{key: value for key, value in stuff.items() if value is not None}],
        }
    )


def codes(result):
    return {finding.code for finding in result.findings}


def test_every_product_of_the_plan_has_one_pack(shared):
    wanted = [row["name"].split()[-1] for row in rows(shared, "cn_plan_priority_products.csv")]
    assert len(wanted) == 19
    for product in wanted:
        named = [i for i in IDS if any(f"重点产品：{product}）" in s["title"] for s in raw(i)["sources"])]
        assert len(named) == 1, product


def test_standards_are_named_as_they_are_published(shared):
    known = {row["name"]: row for row in rows(shared, "cn_product_rule_standards_found.csv")}
    for pack_id in IDS:
        pack = rule_pack(pack_id)
        own = [s for s in pack.sources if s.number in known and s.number != "GB/T 24067-2024"]
        for source in own:
            assert known[source.number]["value"].startswith(source.title)
            assert known[source.number]["source_url"] == source.url
        # The standing is that of the standard behind it; where none is known it is a draft of ours.
        standing = {known[source.number]["source_title"].split()[0] for source in own} or {"draft"}
        assert standing == {pack.status.value}, pack_id


def test_sources_are_of_the_kept_tables_or_of_our_own_list(shared):
    told = (files("tanheng") / "data/SOURCES.md").read_text(encoding="utf-8")
    tables = "cn_plan_priority_products cn_product_rule_standards_found cn_label_pilot_catalogue rule_constants"
    tables += " cbam_benchmarks_column_b cbam_default_values_china cn_electricity_carbon_footprint_factors"
    urls = {row["source_url"] for name in tables.split() for row in rows(shared, f"{name}.csv")}
    for pack_id in IDS:
        for source in rule_pack(pack_id).sources:
            assert source.url in urls or source.url in told, (pack_id, source.url)


@pytest.mark.parametrize("pack_id", IDS)
def test_every_rule_is_public_or_marked_as_configurable(pack_id):
    data = raw(pack_id)
    fields = {f"method.{key}" for key in data["method"]} | {key for key in RULES if key in data}
    public = PUBLIC | PUBLIC_OF.get(pack_id, set())
    assert fields - public == set(data["configurable"])
    assert set(RULES) <= set(data)
    assert data["sources"]
    assert "不声明符合" in data["follows"]["zh"]
    assert re.search(r"conformity is not claimed|claims conformity with no standard", data["follows"]["en"])


@pytest.mark.parametrize("pack_id", IDS)
def test_a_pack_is_named_as_its_file_and_extends_the_general_rule(pack_id):
    pack = rule_pack(pack_id)
    assert pack.reference == f"{pack_id}@1.0.0"
    general = {check.code for check in rule_pack().checks}
    own = [check.code for check in pack.checks if check.code not in general]
    assert general < {check.code for check in pack.checks}
    assert 2 <= len(own) <= 6
    assert len({code.rsplit("-", 1)[0] for code in own}) == 1
    assert all(re.fullmatch(r"TH-[A-Z0-9]{2,3}-1\d\d", code) for code in own)


def test_codes_of_checks_are_unique_over_all_packs():
    general = {check.code for check in rule_pack().checks}
    own = [check.code for i in IDS for check in rule_pack(i).checks if check.code not in general]
    assert len(own) == len(set(own))


def _texts(value):
    if isinstance(value, dict) and "zh" in value:
        yield value
    elif isinstance(value, dict | list):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _texts(entry)


@pytest.mark.parametrize("pack_id", IDS)
def test_both_languages_everywhere(pack_id):
    data = raw(pack_id)
    texts = list(_texts(data))
    assert len(texts) > 10
    for text in texts:
        assert set(text) == {"zh", "en"}
        assert re.search(r"[\u4e00-\u9fff]", text["zh"]), text
        assert not re.search(r"[\u4e00-\u9fff]", text["en"]), text
        # Half-width punctuation between Chinese characters is a slip of the keyboard.
        assert not re.search(r"[\u4e00-\u9fff][,;:?!][\u4e00-\u9fff]|[\u4e00-\u9fff]\?$", text["zh"]), text
    for check in data["checks"]:
        assert "？" in check["question"]["zh"]
        assert "?" in check["question"]["en"]
    for process in data["processes"]:
        words = "".join(process["words"])
        assert re.search(r"[\u4e00-\u9fff]", words), process["id"]
        assert re.search(r"[a-z]{2}", words), process["id"]


@pytest.mark.parametrize("pack_id", IDS)
def test_every_limit_and_the_band_say_where_they_come_from(pack_id):
    text = FILES[IDS.index(pack_id)].read_text(encoding="utf-8")
    limits = text.split("\nlimits:\n")[1].split("\nchecks:")[0].splitlines()
    assert limits
    assert all(re.search(r"#.*(ours|IPCC|GB/T|stoichiometry)", line) for line in limits)
    assert re.search(r"ours|by us", raw(pack_id)["band"]["source"]["en"])


@pytest.mark.parametrize("pack_id", IDS)
def test_a_pack_speaks_about_any_study_and_says_the_same_each_time(pack_id):
    pack = rule_pack(pack_id)
    # Units that the pack knows, and two that it cannot convert: a check must not fail where a study does not fit.
    for unit in dict.fromkeys([*pack.units, "l", "m*a"]):
        assess(study_of(f"1 {unit}", boundary="cradle-to-grave"), rules=pack_id)
    bare = study_of(f"1 {pack.units[0]}", boundary=pack.boundaries[0])
    first = assess(bare, rules=pack_id)
    # A bare study cannot satisfy a product rule.
    assert "TH-GEN-212" in codes(first)
    # Maps of CEL have no order: a quote that runs over one would change from run to run, and the digest with it (C03).
    assert {assess(bare, rules=pack_id).digest for _ in range(4)} == {first.digest}


@pytest.mark.parametrize(
    ("pack_id", "factor"),
    [
        ("cn-coal", "gb-2023-supply-coal-industrial-t"),
        ("cn-crude-steel", "us-steel-billet-uslci"),
        ("cn-electricity", "cn-electricity-footprint-2024"),
        ("cn-electricity", "cn-electricity-footprint-coal-2023"),
        ("cn-electricity", "cn-electricity-footprint-nuclear-2024"),
        ("cn-electrolytic-aluminium", "cn-primary-aluminium-2017-calculated"),
        ("cn-flat-glass", "gb-2023-glass-primary"),
        ("cn-fuel-oil", "gb-2023-supply-fuel-oil-t"),
        ("cn-lime", "us-quicklime-uslci"),
        ("cn-natural-gas", "gb-2023-supply-natural-gas-m3"),
    ],
)
def test_a_band_holds_the_shipped_factor_and_not_a_slip_of_kilo(pack_id, factor):
    unit = rule_pack(pack_id).units[0]
    link = {"emits": None, "from": f"factor:{factor}", "type": "material"}
    right = assess(study_of(f"1 {unit}", amount=f"1 {unit}", **link), rules=pack_id)
    assert not OUTSIDE_BAND & codes(right)
    slip = assess(study_of(f"1 {unit}", amount=f"1000 {unit}", **link), rules=pack_id)
    assert OUTSIDE_BAND & codes(slip)


@pytest.mark.parametrize(
    ("pack_id", "cn_code"),
    [
        ("cn-cement", "25232900"),
        ("cn-hydrogen", "28041000"),
        ("cn-ammonia", "28141000"),
        ("cn-fertiliser", "31021019"),
        ("cn-crude-steel", "72071111"),
        ("cn-electrolytic-aluminium", "7601"),
    ],
)
def test_a_band_holds_the_cbam_default_of_china(shared, pack_id, cn_code):
    found = [
        float(row["value"])
        for row in rows(shared, "cbam_default_values_china.csv")
        if row["cn_code"] == cn_code and row["metric"] == "total"
    ]
    band = rule_pack(pack_id).band
    per_tonne = {"t": 1000.0, "kg": 1.0}[band.per]  # t CO2e/t in kg CO2e per unit of the band
    assert found
    assert all(band.low <= value * per_tonne <= band.high for value in found)


@pytest.mark.parametrize(
    ("example", "pack_id"),
    [("aluminium/aluminium.yaml", "cn-electrolytic-aluminium"), ("battery/lfp-pack.yaml", "cn-lithium-battery")],
)
def test_the_examples_meet_their_pack(example, pack_id):
    result = assess(read_study(ROOT / "examples" / example), rules=pack_id)
    assert result.rule_pack == f"{pack_id}@1.0.0"
    band = rule_pack(pack_id).band
    assert band.low < result.total < band.high
    assert not OUTSIDE_BAND & codes(result)
    assert "TH-GEN-212" not in codes(result)
    assert not {code for code in codes(result) if not code.startswith("TH-GEN-")}
