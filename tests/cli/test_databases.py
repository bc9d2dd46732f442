from __future__ import annotations

import re
import zipfile

import pytest

from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.storage import Home
from tanheng.testing import database, process


def test_import_says_what_was_linked_and_the_database_is_there(tanheng, shared, tmp_path):
    path = shared("formats", "olca-modules", "ecospold1-example.xml")
    done = tanheng("db", "import", str(path), "--name", "sample", "--json")
    assert done.code == 0, done.err
    assert done.json["counts"]["processes"] == 1
    assert [row["name"] for row in tanheng("db", "list", "--json").json] == ["sample"]


def test_show_and_search(tanheng, mini):
    shown = tanheng("db", "show", "mini", "--json").json
    assert shown["counts"]["links_only-producer"] == 2
    assert shown["open"][0]["flow"] == "Ghost"
    assert [row["product"] for row in tanheng("db", "search", "mini", "steel plant", "--json").json] == [
        "Steel, at plant"
    ]
    assert "Ghost" in tanheng("db", "show", "mini").out


def test_the_linking_report(tanheng, mini, tmp_path):
    rows = tanheng("db", "links", "mini", "--json").json
    assert {(r["status"], r["flow"], r["provider"]) for r in rows} == {
        ("only-producer", "Power, at grid", "Power, at grid"),
        ("open", "Ghost", ""),
    }
    assert [r["flow"] for r in tanheng("db", "links", "mini", "--status", "open", "--json").json] == ["Ghost"]
    assert "Ghost" in tanheng("db", "links", "mini").out
    assert tanheng("db", "links", "mini", "--out", "links.csv").code == 0
    assert (tmp_path / "links.csv").read_text().count("\n") == 4
    assert tanheng("db", "links", "mini", "--status", "wild").code == 1


def test_the_check_up_has_all_as_json_and_counts_on_the_screen(tanheng, mini):
    found = tanheng("db", "check", "mini", "--json").json
    assert (found["database"], found["processes"], found["counts"]["open_inputs"]) == ("mini", 3, 1)
    assert found["open_inputs"][0]["flow"] == "Ghost"
    assert found["open_reach"] == {"links": 1, "flows": 1, "processes": 1, "products": 1, "reached": 1}
    assert set(found["counts"]) == {key for key, value in found.items() if isinstance(value, list)}
    shown = tanheng("db", "check", "mini", "--lang", "en").out
    assert re.search(r"open flows +1 +1 inputs of 1 processes; behind 1 products \(33 %\)", shown)
    assert "Ghost [kg]  1 process\n" in shown
    assert re.search(r"未链接的流 +1 ", tanheng("db", "check", "mini", "--lang", "zh").out)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_check_up_shows_every_kind_of_finding_in_words(tanheng, tmp_path, lang):
    takes = {"Power": "1 kWh"}
    odd = {"Chips": Uncertainty(Distribution.LOGNORMAL, 0.1, 0.5)}
    wide = {"Chips": Uncertainty(Distribution.LOGNORMAL, 0.1, 4.0)}
    scored = {"Power": Uncertainty(Distribution.LOGNORMAL, pedigree="(1;2;3;4;5)")}
    Home.at(tmp_path / "home").add(
        database(
            "odd",
            process("Hydro", makes={"Power": "1 kWh"}, takes={"Hydro [A]": "0.99 kg"}, emits={"CO2": "0.1 kg"}),
            process("Hydro [A]", takes=takes, uncertainty=scored),
            process("Lignite", makes={"Power": "1 kWh"}, emits={"CO2": "1.1 kg", "Hydrofluorocarbons": "1 g"}),
            process("Mill", makes={"Lumber": "3 kg", "Chips": "1 kg"}, takes={**takes, "CUTOFF Oil": "1 kg"}),
            process("Wire", takes={"Lumber": "-9 kg", "Ghost": "1 kg"}, emits={"CO2": "1 kg"}),
            process("North", takes={"Chips": "0.1 kg"}, uncertainty=odd),
            process("South", takes={"Chips": "0.1 kg"}, uncertainty=wide),
            process("Nothing"),
        ),
        source="test",
    )
    shown = tanheng("db", "check", "odd", "--lang", lang).out
    counts = tanheng("db", "check", "odd", "--json").json["counts"]
    assert {kind for kind, count in counts.items() if not count} == {"outliers", "duplicates"}
    assert "check_" not in shown  # no text is missing
    assert not re.search(r"\{\w+\}", shown)
    for word in (
        "Hydro [A]",
        "physical-amounts:mass",
        "Ghost",
        "CUTOFF Oil",
        "North; South",
        "Nothing",
        "North: Chips",
        "GSD² 16",
    ):
        assert word in shown


def test_footprint_has_stable_keys(tanheng, mini):
    found = tanheng("db", "footprint", "mini", "Steel, at plant", "--json").json
    assert {"product", "unit", "total", "method", "complete", "open_inputs"} <= set(found)
    assert (found["total"], found["unit"], found["method"]) == (pytest.approx(2.8), "kg", "AR6 GWP100")
    assert found["complete"] is False


def test_footprint_as_a_tree(tanheng, mini):
    done = tanheng("db", "footprint", "mini", "Steel, at plant", "--tree")
    assert "Power, at grid" in done.out
    assert "64.3 %" in done.out
    tree = tanheng("db", "footprint", "mini", "Steel, at plant", "--tree", "--json").json["tree"]
    assert tree["children"][0]["total"] == pytest.approx(1.8)


def test_another_method(tanheng, mini):
    assert (
        tanheng("db", "footprint", "mini", "Power, at grid", "--method", "AR5 GWP20", "--json").json["method"]
        == "AR5 GWP20"
    )
    assert tanheng("db", "footprint", "mini", "Power, at grid", "--method", "AR9").code == 1


def test_a_name_that_fits_several_lists_them(tanheng, mini):
    done = tanheng("db", "footprint", "mini", "steel")
    assert done.code == 1
    assert "Steel, at plant" in done.err
    assert "Steel, at works" in done.err


def test_all_footprints_to_a_file(tanheng, mini, tmp_path):
    import polars as pl

    assert tanheng("db", "footprints", "mini", "--out", "all.parquet").code == 0
    assert pl.read_parquet(tmp_path / "all.parquet").height == 3


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("db", "show", "nope"), 1),
        (("db", "check", "nope"), 1),
        (("db", "footprint", "mini", "Steal"), 1),
        (("db", "footprints", "mini", "--out", "all.doc"), 1),
        (("db", "import", "nowhere.zip", "--name", "x"), 1),
        (("db", "import", "nowhere.zip", "--name", "../x"), 1),
        (("db", "import", "nowhere.zip"), 2),
        (("db", "fly"), 2),
        (("db", "footprint", "mini", "Steel", "--cutoff", "7"), 2),
    ],
)
def test_refusals_have_a_message_and_no_traceback(tanheng, mini, words, code):
    done = tanheng(*words)
    assert done.code == code
    assert done.err.strip()
    assert "Traceback" not in done.err


def test_a_broken_import_leaves_the_old_database_and_nothing_half_written(tanheng, mini, tmp_path):
    before = tanheng("db", "list", "--json").json
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w") as z:
        z.writestr("processes/a.json", "{")
    bad.write_bytes(bad.read_bytes()[:-30])
    done = tanheng("db", "import", str(bad), "--name", "mini")
    assert done.code == 1
    assert "bad.zip" in done.err
    assert tanheng("db", "list", "--json").json == before
    assert not list((tmp_path / "home").rglob(".writing*"))


def test_the_data_directory_can_be_named_before_or_after_the_command(tanheng, mini, tmp_path):
    other = str(tmp_path / "other")
    assert tanheng("db", "list", "--home", other, "--json").json == []
    assert tanheng("--home", other, "db", "list", "--json").json == []
    assert len(tanheng("db", "list", "--json").json) == 1


def test_importing_what_has_not_changed_says_so(tanheng, shared):
    path = shared("formats", "olca-modules", "ecospold1-example.xml")
    first = tanheng("db", "import", str(path), "--name", "sample", "--json")
    assert first.json["unchanged"] is False
    again = tanheng("db", "import", str(path), "--name", "sample", "--json")
    assert again.json == first.json | {"unchanged": True}
    assert "没有变化" in tanheng("db", "import", str(path), "--name", "sample", "--lang", "zh").out
    assert "has not changed" in tanheng("db", "import", str(path), "--name", "sample", "--lang", "en").out
