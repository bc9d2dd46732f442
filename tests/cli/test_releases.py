from __future__ import annotations

import dataclasses
import re
import shutil

import pytest

from tanheng.storage import Home
from tanheng.testing import database, process

POWER = process("Power", "1 kWh", emits={"CO2": "0.9 kg"})
STEEL = process("Steel", takes={"Power": "2 kWh"}, emits={"CO2": "1 kg"})
CAR = process("Car", "1 Item(s)", takes={"Steel": "900 kg"})
WOOD = process("Wood", absorbs={"CO2": "1.8 kg"}, emits={"CO2": "0.1 kg"})
GAS = process("Gas", "1 m3")


@pytest.fixture
def two(tmp_path):
    """``shop23`` and ``shop24``: cleaner power from wind, less of it, wood without uptake, gas by mass, 钢 new."""
    home = Home.at(tmp_path / "home")
    home.add(database("shop23", POWER, STEEL, CAR, WOOD, GAS, process("Old")), source="test")
    home.add(
        database(
            "shop24",
            dataclasses.replace(POWER, emits={"CO2": "0.6 kg"}),
            dataclasses.replace(STEEL, takes={"Power": "1.5 kWh", "Ghost": "1 kg"}),
            CAR,
            dataclasses.replace(WOOD, absorbs={}),
            process("Gas", "1 kg"),
            process("钢", takes={"Steel": "1 kg"}),
        ),
        source="test",
    )
    return home


def test_what_moves_what_is_paired_and_what_is_not(tanheng, two):
    found = tanheng("db", "diff", "shop23", "shop24", "--json").json
    assert found["paired"] == {"id": 4, "names": 0}
    assert {row["product"] for row in found["added"]} == {"Gas", "钢"}
    assert {row["product"] for row in found["removed"]} == {"Gas", "Old"}
    moved = {row["product"]: row for row in found["moved"]}
    assert list(moved) == ["Power", "Car", "Steel"]  # wood keeps its carbon apart: 0.1 in both
    assert (moved["Car"]["before"], moved["Car"]["after"]) == (pytest.approx(2520), pytest.approx(1710))
    assert (moved["Power"]["cause"], moved["Power"]["cause_amount"]) == ("Power", pytest.approx(-0.3))
    assert (moved["Steel"]["complete_before"], moved["Steel"]["complete_after"]) == (True, False)
    assert found["looked_at"] == found["assessments"] == []


def test_a_product_with_its_causes(tanheng, two):
    found = tanheng("db", "diff", "shop23", "shop24", "--product", "Car", "--product", "Wood", "--json").json
    car, wood = found["looked_at"]
    assert [(c["process"], c["amount"]) for c in car["causes"]] == [
        ("Power", pytest.approx(-405)),
        ("Steel", pytest.approx(-405)),
    ]
    assert car["causes"][1]["supply"] == pytest.approx(900)
    assert {i["kind"] for i in car["causes"][1]["items"]} == {"amount", "opened"}
    assert (wood["difference"], wood["stored"]) == (pytest.approx(0.0), pytest.approx(-1.8))
    assert sum(c["amount"] for c in wood["causes"]) == pytest.approx(1.8)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_screens(tanheng, two, lang):
    shown = tanheng("db", "diff", "shop23", "shop24", "--lang", lang).out
    assert re.search(r"−33\.3 % +0\.9 +0\.6 +kWh +Power +\[GLO\] +−0\.3 +Power", shown)
    one = tanheng("db", "diff", "shop23", "shop24", "--product", "Car", "--causes", "1", "--lang", lang).out
    told = {
        "en": ("4 products paired by id", "at least 1 710", "open now: Ghost", "Power: 2 → 1.5 kWh"),
        "zh": ("按标识匹配 4 个产品", "至少 1 710", "现在未链接：Ghost", "Power：2 → 1.5 kWh"),
    }[lang]
    assert told[0] in shown
    every = tanheng("db", "diff", "shop23", "shop24", "--product", "Car", "--lang", lang).out
    for words in told[1:]:
        assert words in every
    assert "−405" in one
    for screen in (shown, one, every):
        assert not re.search(r"(diff|whatif|effect)_\w+", screen)
        assert not re.search(r"\{\w+\}", screen)


def test_products_of_assessments_and_their_lines(tanheng, two, study_file, tmp_path):
    path = study_file("""lines: [{stage: raw-materials, name: 车, amount: 2 Item(s), from: "shop23:Car"}]""")
    assert tanheng("assess", str(path), "--out", "car.json").code == 0
    found = tanheng("db", "diff", "shop23", "shop24", "--assessment", "car.json", "--json").json
    assert [row["product"] for row in found["looked_at"]] == ["Car"]
    (effect,) = found["assessments"]
    assert (effect["difference"], effect["complete"]) == (pytest.approx(-1620), [True, False])
    assert effect["lines"][0]["sources"] == ["Car"]
    shown = tanheng("db", "diff", "shop23", "shop24", "--assessment", "car.json", "--lang", "zh").out
    assert "碳足迹 5 040 → 至少 3 420" in shown
    assert re.search(r"5 040 +3 420 +−1 620 +车 +Car", shown)


def test_an_assessment_that_nothing_moves(tanheng, two, study_file):
    path = study_file("""lines: [{stage: raw-materials, name: Wood, amount: 2 kg, from: "shop24:Wood"}]""")
    assert tanheng("assess", str(path), "--out", "wood.json").code == 0
    shown = tanheng("db", "diff", "shop23", "shop24", "--assessment", "wood.json", "--lang", "en").out
    assert "nothing that it was made from moves" in shown
    assert "not from the old release, left as they are: Wood" in shown


def test_the_table_to_a_file(tanheng, two, tmp_path):
    import polars as pl

    assert tanheng("db", "diff", "shop23", "shop24", "--out", "moved.parquet").code == 0
    assert pl.read_parquet(tmp_path / "moved.parquet")["name"].to_list() == ["Power", "Car", "Steel"]
    assert tanheng("db", "diff", "shop23", "shop24", "--product", "Steel", "--out", "one.csv").code == 0
    assert pl.read_csv(tmp_path / "one.csv")["name"].to_list() == ["Steel"]


def test_releases_by_digest_and_by_folder(tanheng, two, tmp_path):
    digest = two.snapshot("shop23").digest
    two.add(dataclasses.replace(database("shop23", POWER)), source="test")  # the name has moved on
    shutil.copytree(two.snapshot("shop24").path, tmp_path / "kept")
    for old in (digest, digest[:19], digest.removeprefix("sha256:")[:12]):
        found = tanheng("db", "diff", old, "kept", "--json")
        assert found.code == 0, found.err
        assert found.json["old"]["snapshot"] == digest
    assert tanheng("db", "diff", "sha256:00000000", "kept").code == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("shop23", "nope"), "TH-HOM-001"),
        (("shop23", "shop24", "--product", "Old"), "TH-INV-051"),
        (("shop23", "shop24", "--product", "Gas"), "TH-INV-051"),
        (("shop23", "shop24", "--product", "Bicycle"), "TH-INV-020"),
        (("shop23", "shop24", "--assessment", "nowhere.json"), "TH-ASM-003"),
        (("shop23", "shop24", "--out", "moved.doc"), "TH-INV-030"),
        (("shop23", "shop24", "--method", "AR9"), "TH-QTY-006"),
    ],
)
def test_refusals(tanheng, two, words, code):
    done = tanheng("db", "diff", *words)
    assert done.code == 1
    assert code in done.err
    assert not re.search(r"\{\w+\}", done.err)


def test_in_a_notebook(tmp_path, two):
    import tanheng as th

    old, new = (th.open(name, home=two.path) for name in ("shop23", "shop24"))
    found = old.differences(new)
    assert found.moved()["name"].to_list() == ["Power", "Car", "Steel"]
    assert found.unpaired()["name"].to_list() == ["Gas", "Old", "Gas", "钢"]
    causes = found.causes("Car")
    assert causes["amount"].sum() == pytest.approx(-810)
    assert causes["kind"].to_list() == ["emission", "amount", "opened"]
    assert found.causes("Wood")["kind"].to_list() == ["emission", "stored"]
    assert re.search(
        r"4 products in both; moved, AR6 GWP100:\n +-33\.3 % +0\.9 → 0\.6 +kg CO2e/kWh +Power", repr(found)
    )
    assert "<pre>" in found._repr_html_()


HEADER = (
    "id,kind,name_en,name_zh,value,unit,per,gases,origin,year,geography,valid_from,valid_until,category,source_title,"
    "source_number,source_date,source_url,licence,te,ge,ti,pr,gsd2,boundary,note"
)


@pytest.fixture
def tables(tmp_path):
    def row(**given):
        base = {"kind": "footprint", "name_en": "X", "name_zh": "某", "unit": "kgCO2e", "per": "kg", "year": "2024"}
        return ",".join({**base, **given}.get(key, "") for key in HEADER.split(","))

    old = [row(id="a", value="2"), row(id="b", value="1"), row(id="c", value="1", source_title="Book")]
    new = [row(id="a", value="3"), row(id="c", value="1", source_title="Paper"), row(id="d", value="7")]
    for name, rows in (("old", old), ("new", new)):
        (tmp_path / f"{name}.csv").write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_factors_that_come_go_and_change(tanheng, tables, lang):
    found = tanheng("factors", "diff", "old.csv", "new.csv", "--json").json
    assert [f["id"] for f in found["added"]] == ["d"]
    assert [f["id"] for f in found["removed"]] == ["b"]
    assert [(c["id"], c["what"], c["relative"]) for c in found["changed"]] == [
        ("a", ["value"], 0.5),
        ("c", ["source"], 0.0),
    ]
    shown = tanheng("factors", "diff", "old.csv", "new.csv", "--lang", lang).out
    assert re.search(r" a  2 → 3 kg CO2e/kg  \(50\.0 %\)", shown)
    assert "source.title: Book → Paper" in shown
    assert not re.search(r"factors_\w+", shown)


def test_factors_and_an_assessment(tanheng, tmp_path):
    from importlib.resources import files

    folder = shutil.copytree(str(files("tanheng").joinpath("data/factors")), tmp_path / "next")
    table = folder / "electricity_cn_footprint.csv"
    text = table.read_text(encoding="utf-8")
    assert text.count("0.5777") == 1
    table.write_text(text.replace("0.5777", "0.5"), encoding="utf-8")
    study = (
        "tanheng: study/1\nproduct: {name: P, maker: M}\nunit: 1 kg\nboundary: cradle-to-gate\nperiod: 2024\nsite: CN\n"
    )
    lines = "lines: [{stage: production, name: Power, amount: 10 kWh, electricity: [{grid: CN, share: 100 %}]}]\n"
    (tmp_path / "p.yaml").write_text(study + lines, encoding="utf-8")
    assert tanheng("assess", "p.yaml", "--out", "p.json").code == 0
    found = tanheng("factors", "diff", "embedded", "next", "--assessment", "p.json", "--json").json
    (effect,) = found["assessments"]
    assert effect["difference"] == pytest.approx(10 * (0.5 - 0.5777))
    assert effect["lines"][0]["sources"] == ["cn-electricity-footprint-2024"]
    shown = tanheng("factors", "diff", "embedded", "next", "--assessment", "p.json").out
    assert "cn-electricity-footprint-2024  0.5777 → 0.5 kg CO2e/kWh" in shown
    assert re.search(r"footprint 5\.777 → footprint 5 kg CO2e/kg", shown)


def test_factors_that_are_not_there(tanheng, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "TH-FAC-007" in tanheng("factors", "diff", "embedded", "empty").err
    done = tanheng("factors", "diff", "embedded", "nowhere.csv")
    assert (done.code, "nowhere.csv" in done.err) == (1, True)
