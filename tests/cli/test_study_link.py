"""``tanheng study link`` and ``study choices``."""

from __future__ import annotations

import shlex

import pytest

from tanheng.footprint import read_study

STUDY = """# note
tanheng: study/1
product: {name: {zh: 测试产品, en: Test product}, maker: Maker}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-53
author: Wang
lines:
  - {stage: raw-materials, name: 氧化铝, amount: 1.9 t}  # ore
  - stage: raw-materials
    name: HDPE
    id: bottle
    amount: 3 kg
  - {stage: raw-materials, name: 特种助剂 B-204, amount: 1 kg}
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def test_proposals_with_reasons_and_gaps_are_shown(tanheng, source, mini):
    shown = tanheng("study", "link", str(source), "--lang", "en")
    assert shown.code == 0
    assert "lines[0] 氧化铝  1.9 t" in shown.out
    assert "1  0.81  factor:cn-alumina-2017-calculated" in shown.out
    assert "CN, which CN-53 is part of" in shown.out
    assert "gap: nothing good; searched tanheng-embedded@" in shown.out
    assert "lines to link: 3, of these accepted: 0, with proposals: 2, gaps: 1" in shown.out
    assert "databases not searched: mini (--database mini" not in shown.out
    assert "databases not searched: mini" in shown.out


def test_both_languages_say_the_same_lines(tanheng, source):
    chinese, english = (tanheng("study", "link", str(source), "--lang", lang).out for lang in ("zh", "en"))
    assert len(chinese.splitlines()) == len(english.splitlines())
    assert "缺口" in chinese
    assert "{" not in chinese + english


def test_databases_are_searched_by_name(tanheng, source, mini):
    source.write_text(STUDY.replace("特种助剂 B-204", "钢"), encoding="utf-8")
    found = tanheng("study", "link", str(source), "--database", "mini", "--json").json
    assert found["lines"][2]["candidates"][0]["link"].startswith("mini:Steel, at ")
    assert [s["name"] for s in found["lines"][2]["searched"]][1] == "mini"
    assert tanheng("study", "link", str(source), "--database", "none").code == 1


def test_choosing_by_rank_and_by_link_writes_a_new_study(tanheng, source, tmp_path):
    out = tmp_path / "new.yaml"
    done = tanheng(
        "study",
        "link",
        str(source),
        "--choose",
        "0=1",
        "--choose",
        "bottle=factor:gb-2023-hdpe-recycled",
        "--out",
        str(out),
    )
    assert done.code == 0
    assert [line.link for line in read_study(out).lines] == [
        "factor:cn-alumina-2017-calculated",
        "factor:gb-2023-hdpe-recycled",
        "",
    ]
    assert "# ore" in out.read_text(encoding="utf-8")
    assert source.read_text(encoding="utf-8") == STUDY
    assert tanheng("assess", str(out), "--json").json["total"] > 0


def hint(out):
    """The words of the command that the screen ends with."""
    line = next(line for line in out.splitlines() if line.startswith("choose: "))
    return shlex.split(line.removeprefix("choose: tanheng "))


def test_following_the_hint_keeps_what_was_chosen(tanheng, source, tmp_path, mini):
    first = hint(tanheng("study", "link", str(source), "--database", "mini", "--lang", "en").out)
    assert first == ["study", "link", str(source), "--database", "mini", "--choose", "0=1", "--out", "NEW"]
    second = hint(tanheng(*first[:-2], "--accept", "0.99", "--lang", "en").out)
    assert second[-8:] == ["--accept", "0.99", "--choose", "0=1", "--choose", "1=1", "--out", "NEW"]
    assert tanheng(*second[:-1], str(tmp_path / "both.yaml")).code == 0
    assert [bool(line.link) for line in read_study(tmp_path / "both.yaml").lines] == [True, True, False]


def test_after_writing_the_hint_goes_on_from_what_was_written(tanheng, source, tmp_path):
    out = tmp_path / "a new.yaml"
    words = hint(tanheng("study", "link", str(source), "--choose", "0=1", "--out", str(out), "--lang", "en").out)
    assert words == ["study", "link", str(out), "--choose", "1=1", "--out", "NEW"]
    assert tanheng(*words[:-1], str(tmp_path / "both.yaml")).code == 0
    assert [bool(line.link) for line in read_study(tmp_path / "both.yaml").lines] == [True, True, False]


def test_one_year_is_no_years():
    from tanheng.footprint.matching.model import Reason

    assert Reason("years", {"distance": 1, "year": 2023}).text("en") == "data of 2023, 1 year apart"
    assert Reason("years", {"distance": 2, "year": 2022}).text("en") == "data of 2022, 2 years apart"


def test_a_threshold_accepts_and_writes(tanheng, source, tmp_path):
    out = tmp_path / "new.xlsx"
    assert tanheng("study", "link", str(source), "--accept", "0.7", "--out", str(out), "--json").json["written"] == str(
        out
    )
    assert [bool(line.link) for line in read_study(out).lines] == [True, True, False]


def test_the_source_and_other_files_are_never_overwritten_unasked(tanheng, source, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text("mine")
    for target in (source, other):
        refused = tanheng("study", "link", str(source), "--choose", "0=1", "--out", str(target))
        assert refused.code == 2
    assert (source.read_text(encoding="utf-8"), other.read_text()) == (STUDY, "mine")
    assert tanheng("study", "link", str(source), "--choose", "0=1", "--out", str(source), "--force").code == 0
    assert read_study(source).lines[0].link == "factor:cn-alumina-2017-calculated"


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ("0", "TH-ASM-100"),
        ("=1", "TH-ASM-100"),
        ("0=9", "TH-ASM-101"),
        ("0=0", "TH-ASM-101"),
        ("7=1", "TH-ASM-104"),
        ("-1=1", "TH-ASM-104"),
        ("0=factor:cn-electricity-footprint-2024", "TH-ASM-105"),
        ("0=factor:cn-grid-co2-2023", "TH-ASM-106"),
        ("0=factor:nothing", "TH-FAC-006"),
        ("0=mini:nothing", "TH-INV-020"),
        ("0=mini:Power, at grid", "TH-ASM-105"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_and_nothing_is_written(tanheng, source, tmp_path, mini, choice, code):
    out = tmp_path / "new.yaml"
    refused = tanheng("study", "link", str(source), "--choose", choice, "--remember", "--out", str(out))
    assert refused.code == 1
    assert code in refused.err
    assert not out.exists()
    assert tanheng("study", "choices", "--json").json == []


def test_a_choice_is_remembered_wins_in_the_next_study_and_can_be_forgotten(tanheng, source):
    tanheng("study", "link", str(source), "--choose", "0=factor:us-alumina-uslci", "--remember")
    kept = tanheng("study", "choices", "--json").json
    assert [(c["key"], c["link"], c["person"]) for c in kept] == [
        ("name:氧化铝|material|mass", "factor:us-alumina-uslci", "Wang")
    ]
    line = tanheng("study", "link", str(source), "--json").json["lines"][0]
    assert line["accepted"] == "factor:us-alumina-uslci"
    assert line["candidates"][0]["method"] == "remembered"
    assert "chosen before: by Wang" in tanheng("study", "link", str(source), "--lang", "en").out
    assert "factor:us-alumina-uslci" in tanheng("study", "choices").out
    assert tanheng("study", "choices", "--forget", kept[0]["key"]).code == 0
    assert tanheng("study", "choices", "--forget", kept[0]["key"]).code == 1
    assert tanheng("study", "link", str(source), "--json").json["lines"][0]["accepted"] is None
    assert "nothing is remembered" in tanheng("study", "choices", "--lang", "en").out


def test_a_study_without_open_lines_says_so(tanheng, source, tmp_path):
    source.write_text(
        STUDY.partition("lines:")[0] + "lines:\n  - {stage: production, name: x, emits: {CO2: 1 kg}}\n",
        encoding="utf-8",
    )
    assert "no line needs a link" in tanheng("study", "link", str(source), "--lang", "en").out
