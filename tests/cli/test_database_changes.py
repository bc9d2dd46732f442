from __future__ import annotations

import re

import pytest

from tanheng.storage import Home
from tanheng.testing import database, process


@pytest.fixture
def shop(tmp_path):
    """Steel takes power and something open; 钢 is made in China from 电力."""
    Home.at(tmp_path / "home").add(
        database(
            "shop",
            process("Power", "1 kWh", emits={"CO2": "0.9 kg"}),
            process("Wind", "1 kWh", emits={"CO2": "0.01 kg"}),
            process("Steel", takes={"Power": "2 kWh", "Ghost": "1 kg"}, emits={"CO2": "1 kg"}),
            process("电力", "1 kWh", emits={"CO2": "0.6 kg"}),
            process("钢", takes={"电力": "2 kWh"}, emits={"CH4": "0.01 kg"}),
            process("Car", "1 Item(s)", takes={"Steel": "900 kg", "钢": "100 kg"}),
            process("Mix", "1 kWh", takes={"Power": "0.8 kWh", "Wind": "0.2 kWh"}),
        ),
        source="test",
    )


def test_one_change_and_everything_that_moved(tanheng, shop):
    done = tanheng("db", "whatif", "shop", "--change", "Steel <- Power * 0.5", "--json")
    found = done.json
    assert found["changes"] == ["Steel <- Power * 0.5"]
    assert [(e["product"], e["item"], e["before"], e["after"], e["unit"]) for e in found["edits"]] == [
        ("Steel", "Power", 2.0, 1.0, "kWh")
    ]
    moved = {row["product"]: row for row in found["moved"]}
    assert set(moved) == {"Steel", "Car"}
    assert moved["Steel"]["before"] == pytest.approx(2.8)
    assert moved["Steel"]["relative"] == pytest.approx(-0.9 / 2.8)
    assert found["looked_at"] == []


def test_chinese_names_arrows_and_several_changes(tanheng, shop):
    done = tanheng(
        "db",
        "whatif",
        "shop",
        "--change",
        "钢 ← 电力 → Wind",
        "--change",
        "钢 排放 CH4 × 0",
        "--product",
        "钢",
        "--json",
    )
    assert done.code == 0, done.err
    (steel,) = done.json["looked_at"]
    assert (steel["before"], steel["after"]) == (pytest.approx(1.2 + 0.298), pytest.approx(0.02))
    assert steel["complete_before"] is True


def test_changes_from_a_file_go_on_from_those_of_the_line(tanheng, shop, tmp_path):
    (tmp_path / "changes.yaml").write_text(
        """
changes:
  - {process: Steel, input: Ghost, supplier: Wind, each: 1 kWh}
  - {market: Mix, shares: {Wind: 60 %}}
  - {replace: Power, by: Wind}
  - {process: 钢, emits: CH4, amount: 20 g}
  - "钢 <- 电力 = 3.6 MJ"
""",
        encoding="utf-8",
    )
    done = tanheng("db", "whatif", "shop", "--file", "changes.yaml", "--change", "Steel emits CO2 * 0.5", "--json")
    assert done.code == 0, done.err
    after = {row["product"]: row["after"] for row in done.json["moved"]}
    assert after["Steel"] == pytest.approx(0.5 + 2 * 0.01 + 0.01)
    assert after["Mix"] == pytest.approx(0.01)
    assert after["钢"] == pytest.approx(0.6 + 0.02 * 29.8)
    assert done.json["newly_complete"] == 2  # steel, and the car that takes it


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("changes: [{process: Steel, input: Power}]", "TH-INV-046"),
        ("changes: [{process: Steel, input: Power, times: many}]", "TH-INV-046"),
        ("changes: [{process: Steel, input: Power, times: .nan}]", "TH-INV-046"),
        ("changes: [{process: Steel, input: Power, times: 1, amount: 1 kWh}]", "TH-INV-046"),
        ("changes: [{process: Steel, input: [Power], times: 1}]", "TH-INV-046"),
        ("changes: [{market: Mix, shares: [Wind]}]", "TH-INV-046"),
        ("changes: [{replace: Power, with: Wind}]", "TH-INV-046"),
        ("changes: [3]", "TH-INV-046"),
        ("changes: []", "TH-INV-047"),
        ("steel: 3", "TH-INV-047"),
        ("changes: [", "TH-INV-047"),
    ],
)
def test_a_file_that_holds_no_changes_is_refused_with_its_place(tanheng, shop, tmp_path, text, code):
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    done = tanheng("db", "whatif", "shop", "--file", "bad.yaml")
    assert done.code == 1
    assert re.match(rf"{code} bad\.yaml", done.err), done.err


def test_the_screen_shows_changes_amounts_and_products_in_both_languages(tanheng, shop):
    told = {
        "en": ("2 of 7 products moved", "2 products have become complete"),
        "zh": ("7 个产品中有 2 个变动", "2 个产品变为完整"),
    }
    for lang, (moved, complete) in told.items():
        done = tanheng("db", "whatif", "shop", "--change", "Steel <- Ghost -> Wind = 10 kWh", "--lang", lang)
        assert done.code == 0, done.err
        assert moved in done.out
        assert complete in done.out
        assert re.search(r"Steel \[1 kg\]  Ghost  1 → 0 kg", done.out)
        assert re.search(r"3\.6 % +2\.8 +2\.9 +0\.1 +kg +Steel", done.out)
        assert "whatif_" not in done.out


def test_a_product_with_its_tree_and_its_open_inputs(tanheng, shop):
    changes = ("--change", "Steel <- Power -> Wind", "--change", "Steel <- Ghost * 2")
    words = ("db", "whatif", "shop", *changes, "--product", "Car", "--tree")
    done = tanheng(*words)
    assert done.code == 0, done.err
    assert "at least 2 670 → at least 1 068 kg CO2e/pcs" in done.out
    assert "open input: Ghost  900 → 1 800 kg" in done.out
    assert re.search(r"1 620 → 0 +\(−1 620\) +Power  1 800 → 0 kWh", done.out)
    assert re.search(r"0 → 18 +\(18\) +Wind  0 → 1 800 kWh", done.out)
    tree = tanheng(*words, "--json").json["looked_at"][0]["tree"]
    assert tree["difference"] == pytest.approx(18 - 1620)
    assert tree["children"][0]["children"][0]["totals"] == [pytest.approx(1620), 0.0]


def test_the_table_to_a_file_and_the_least_difference(tanheng, shop, tmp_path):
    import polars as pl

    done = tanheng("db", "whatif", "shop", "--change", "Steel <- Power * 0.5", "--out", "moved.csv", "--least", "0.31")
    assert done.code == 0, done.err
    table = pl.read_csv(tmp_path / "moved.csv")
    assert table["name"].to_list() == ["Steel"]  # −32 %; the car moves by 30 %
    assert tanheng("db", "whatif", "shop", "--change", "Steel <- Power * 0.5", "--out", "moved.doc").code == 1


def test_nothing_moved_is_said(tanheng, shop):
    done = tanheng("db", "whatif", "shop", "--change", "Steel <- Power * 1")
    assert "no amount changed" in done.out
    assert "0 of 7 products moved" in done.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "--change"),
        (("--tree", "--change", "Steel <- Power * 2"), 2, "--tree"),
        (("--change", "Steel"), 1, "TH-INV-046"),
        (("--change", "Steel <- Power"), 1, "TH-INV-046"),
        (("--change", "* <- Power * 2"), 1, "TH-INV-046"),
        (("--change", "Mix <- Wind = 20 %; Wind = 30 %"), 1, "TH-INV-046"),
        (("--change", "Steal <- Power * 2"), 1, "TH-INV-020"),
        (("--change", "Steel <- Coal * 2"), 1, "TH-INV-040"),
        (("--change", "Steel <- Power = 3 kg"), 1, "TH-INV-042"),
        (("--change", "Steel <- Power -> Car"), 1, "TH-INV-042"),
        (("--change", "Power <- Wind = 20 %"), 1, "TH-INV-044"),
        (("--change", "Steel <- Power * 2", "--product", "Bicycle"), 1, "TH-INV-020"),
        (("--file", "nowhere.yaml"), 1, "nowhere.yaml"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_refusals_say_what_and_what_to_do(tanheng, shop, words, code, said, lang):
    done = tanheng("db", "whatif", "shop", *words, "--lang", lang)
    assert done.code == code
    assert said in done.err
    assert "Traceback" not in done.err
    assert code == 2 or not re.search(r"\{\w+\}", done.err)


def test_in_a_notebook(tmp_path, shop):
    import tanheng as th

    found = th.open("shop", home=tmp_path / "home").what_if("Steel <- Power -> Wind", {"replace": "电力", "by": "Wind"})
    assert (found.before("Steel"), found.after("Steel")) == (pytest.approx(2.8), pytest.approx(1.02))
    assert repr(found).splitlines()[0] == "4 of 7 products depend on the changes; moved, AR6 GWP100:"
    assert re.search(r"-63\.6 % +2\.8 → 1\.02 +kg CO2e/kg +Steel", repr(found))
    assert found.moved(least=0.7)["name"].to_list() == ["电力", "钢"]
    assert found.edits()["item"].to_list() == ["Power", "Wind", "Wind", "CO2 fossil"]
    assert found.tree("Car").difference == pytest.approx(found.after("Car") - found.before("Car"))
    assert found.open_inputs("Car") == ()
    assert "<pre>" in found._repr_html_()
