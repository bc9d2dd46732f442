"""``tanheng portfolio`` and ``assess --background-samples`` on the command line."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest

STUDY = """
tanheng: study/1
product: {name: {zh: 梁 %(name)s, en: Beam %(name)s}, maker: Maker}
unit: %(unit)s
boundary: cradle-to-gate
period: 2024
site: CN
lines: [{stage: raw-materials, name: Steel, amount: %(mass)s kg, from: "varied:Steel"}]
"""


@pytest.fixture
def beams(varied_background, tmp_path):
    """Studies ``a``, ``b`` and ``c`` in the folder ``beams``, of 100, 110 and 104 kg of one uncertain steel."""
    folder = tmp_path / "beams"
    folder.mkdir()
    for name, mass in (("a", 100), ("b", 110), ("c", 104)):
        path = folder / f"{name}.yaml"
        path.write_text(STUDY % {"name": name.upper(), "mass": mass, "unit": "1 t"}, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("3 results by 1000 common samples (seed 1)", "1 of its products in 3 results", "Beam B", "> 99.9 %")),
        ("zh", ("3 个结果，1000 个共同样本（种子 1）", "3 个结果用到其中 1 个产品", "梁 B", "> 99.9 %")),
    ],
)
def test_a_folder_of_studies_with_a_pair_and_places(tanheng, beams, lang, words):
    done = tanheng("portfolio", "beams", "--compare", "a", "b", "--rank", "--lang", lang)
    assert done.code == 0, done.err
    for word in words:
        assert word in done.out
    assert "1.000" in done.out  # correlation
    places = [line for line in done.out.splitlines() if "100.0 %" in line]
    assert len(places) == 1
    assert "a.yaml" in places[0]


def test_json_is_the_same_each_time_and_in_any_company(tanheng, beams):
    words = ("portfolio", "beams", "--json", "--samples", "300", "--seed", "7", "--reference", "beams/b.yaml", "--rank")
    first, again = tanheng(*words).json, tanheng(*words).json
    assert first == again
    assert [(p["a"], p["b"], p["probability_lower"]) for p in first["pairs"]] == [
        ("beams/a.yaml", "beams/b.yaml", 1.0),
        ("beams/c.yaml", "beams/b.yaml", 1.0),
    ]
    assert [one["label"] for one in first["rankings"][0]["ranked"]] == [f"beams/{n}.yaml" for n in "acb"]
    alone = tanheng("portfolio", "beams/c.yaml", "--json", "--samples", "300", "--seed", "7").json
    assert alone["results"][0] == first["results"][2]


def test_a_frozen_assessment_and_its_study_are_one(tanheng, beams):
    assert tanheng("assess", "beams/a.yaml", "--out", "a.json").code == 0
    found = tanheng("portfolio", "a.json", "beams/a.yaml", "--compare", "a.json", "a.yaml", "--json").json
    assert (found["pairs"][0]["difference"], found["pairs"][0]["probability_lower"]) == (0, 0.5)
    one, other = ({k: v for k, v in r.items() if k != "label"} for r in found["results"])
    assert one == other


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx", "json"])
def test_figures_are_written(tanheng, beams, ending):
    done = tanheng("portfolio", "beams", "--samples", "200", "--out", f"all.{ending}", "--lang", "en")
    assert done.code == 0, done.err
    assert f"→ all.{ending}" in done.out
    if ending == "json":
        assert len(orjson.loads(Path("all.json").read_bytes())["results"]) == 3
    if ending == "csv":
        assert (
            Path("all.csv").read_text(encoding="utf-8").splitlines()[0].startswith("label,name_zh,name_en,unit,total")
        )


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("portfolio", "beams", "--compare", "a", "z"), 1, "TH-ASM-134"),
        (("portfolio", "beams", "--reference", "z"), 1, "TH-ASM-134"),
        (("portfolio", "beams", "--samples", "3"), 1, "TH-ASM-086"),
        (("portfolio", "beams", "--out", "x.txt"), 1, "TH-INV-030"),
        (("portfolio", "beams", "--out", "beams/a.yaml"), 2, "the input already"),
        (("portfolio", "empty"), 2, "no study or assessment"),
        (("portfolio", "nowhere.yaml"), 1, "nowhere.yaml"),
        (("portfolio",), 2, ""),
        (("assess", "beams/a.yaml", "--background-samples"), 2, "--samples 1000"),
    ],
)
def test_what_is_wrong_is_told_before_long_work(tanheng, beams, tmp_path, words, code, told):
    (tmp_path / "empty").mkdir()
    done = tanheng(*words)
    assert done.code == code
    assert told in done.err + done.out
    assert not Path("x.txt").exists()


def test_a_file_that_is_named_twice_counts_once(tanheng, beams):
    assert len(tanheng("portfolio", "beams/a.yaml", "beams", "beams/a.yaml", "--json").json["results"]) == 3


def test_what_is_not_comparable_with_the_reference_is_told(tanheng, beams):
    (beams / "d.yaml").write_text(STUDY % {"name": "D", "mass": 5, "unit": "1 m3"}, encoding="utf-8")
    done = tanheng("portfolio", "beams", "--reference", "a", "--lang", "en")
    assert done.code == 0
    assert "beams/d.yaml is not comparable with beams/a.yaml" in done.out
    assert "TH-ASM-090" in done.out
    refused = tanheng("portfolio", "beams", "--reference", "a", "--json", "--lang", "zh").json["refused"]
    assert refused[0]["reasons"][0]["code"] == "TH-ASM-090"
    assert "不可比" in refused[0]["reasons"][0]["message"]


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "background databases are sampled, too: varied"), ("zh", "背景数据库一并抽样：varied")]
)
def test_assess_with_samples_of_the_background(tanheng, beams, lang, word):
    done = tanheng(
        "assess", "beams/a.yaml", "--samples", "500", "--background-samples", "--out", "a.json", "--lang", lang
    )
    assert done.code == 0, done.err
    assert word in done.out
    again = tanheng("recompute", "a.json", "--json")
    assert (again.code, again.json["same"]) == (0, True)
    frozen = orjson.loads(Path("a.json").read_bytes())
    portfolio = tanheng("portfolio", "a.json", "--samples", "500", "--json").json
    for key in ("mean", "median", "low", "high", "deviation", "quantiles", "coverage"):
        assert portfolio["results"][0][key] == frozen["monte_carlo"][key]
    away = tanheng("recompute", "a.json", "--home", "elsewhere")
    assert away.code == 1
    assert "TH-ASM-130" in away.err


def test_a_report_says_what_was_sampled(tanheng, beams):
    words = ("--samples", "500", "--background-samples", "--report", "a.html", "--lang", "en")
    done = tanheng("assess", "beams/a.yaml", *words)
    assert done.code == 0, done.err
    text = re.sub(r"<[^>]+>", "", Path("a.html").read_text(encoding="utf-8"))
    assert "by the distributions of the exchanges behind them: varied (sha256:" in text
