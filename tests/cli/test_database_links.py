"""``tanheng db link`` and ``db validate``, and the same in Python."""

from __future__ import annotations

import polars as pl
import pytest

import tanheng as th
from tanheng.formats import write_database
from tanheng.testing import database, process


def steel(place, co2):
    return process(f"steel {place}", makes={"steel": "1 kg"}, emits={"CO2": f"{co2} kg"}, location=place)


@pytest.fixture
def cars(tanheng, tmp_path):
    """A database without a steel mill, and one with two."""
    for name, *recipes in (
        ("cars", process("car", takes={"steel": "10 kg"}, location="US")),
        ("mills", steel("CN", 2), steel("DE", 1)),
    ):
        write_database(database(name, *recipes), tmp_path / f"{name}.zip")
        assert tanheng("db", "import", str(tmp_path / f"{name}.zip"), "--name", name).code == 0


def test_link_to_a_background_choose_and_link_again(tanheng, cars, tmp_path):
    assert tanheng("db", "link", "cars", "--json").json["links"]["open"] == 1
    linked = tanheng("db", "link", "cars", "--background", "mills", "--out", "links.csv", "--json").json
    assert linked["backgrounds"] == ["mills"]
    assert linked["links"] == {"assumed": 1}
    assert (linked["to_look_at"], linked["changed"][0]["after"]) == (1, ["steel CN"])
    table = pl.read_csv(tmp_path / "links.csv").with_columns(pl.lit("2").alias("choose"))
    table.write_csv(tmp_path / "links.csv")
    done = tanheng("db", "link", "cars", "--choose", "links.csv", "--lang", "zh")
    assert done.code == 0, done.err
    assert "steel CN → steel DE" in done.out
    assert "背景数据库：mills" in done.out
    assert tanheng("db", "footprint", "cars", "car", "--json").json["total"] == pytest.approx(10)
    write_database(database("mills", steel("CN", 2), steel("DE", 3)), tmp_path / "newer.zip")
    tanheng("db", "import", str(tmp_path / "newer.zip"), "--name", "mills")
    assert "tanheng db link cars --again" in tanheng("db", "link", "cars").out
    again = tanheng("db", "link", "cars", "--again", "--json").json
    assert (again["behind"], again["changed"], len(again["choices"])) == ([], [], 1)
    assert tanheng("db", "footprint", "cars", "car", "--json").json["total"] == pytest.approx(30)
    dropped = tanheng("db", "link", "cars", "--forget", "all", "--background", "none", "--json").json
    assert (dropped["choices"], dropped["backgrounds"], dropped["links"]) == ([], [], {"open": 1})


def test_wrong_rows_are_refused_with_their_place(tanheng, cars, tmp_path):
    tanheng("db", "link", "cars", "--background", "mills", "--out", "links.csv")
    table = pl.read_csv(tmp_path / "links.csv").with_columns(pl.lit("9").alias("choose"))
    table.write_csv(tmp_path / "links.csv")
    done = tanheng("db", "link", "cars", "--choose", "links.csv")
    assert done.code == 1
    assert "TH-INV-072" in done.err
    assert "links.csv › 2" in done.err
    assert tanheng("db", "link", "cars", "--out", "links.doc").code == 1


def test_validate_reads_and_links_and_keeps_nothing(tanheng, tmp_path):
    data = database(
        "bad",
        process("A", takes={"B": "2 kg", "ghost": "1 kg"}, emits={"CO2": "1 kg"}),
        process("B", takes={"A": "0.6 kg"}),
    )
    write_database(data, tmp_path / "bad.zip")
    done = tanheng("db", "validate", "bad.zip", "--json")
    assert done.code == 0, done.err
    assert done.json["counts"]["links_unproductive-loop"] == 1
    assert done.json["counts"]["open_flows"] == 2
    assert done.json["notes"]["unproductive-loop"]["examples"][0]["processes"] == "A, B"
    assert done.json["faults"] == 1
    assert tanheng("db", "validate", "bad.zip", "--strict").code == 1
    assert tanheng("db", "list", "--json").json == []
    assert "循环消耗" in tanheng("db", "validate", "bad.zip", "--lang", "zh").out
    tanheng("db", "import", "bad.zip", "--name", "kept")
    kept = tanheng("db", "validate", "kept", "--json").json["notes"]["unproductive-loop"]
    assert (kept["count"], kept["examples"][0]["place"], kept["examples"][0]["processes"]) == (1, "kept", "A, B")
    assert th.validate(tmp_path / "bad.zip").faults == 1


def test_validate_says_where_nothing_is_wrong_and_where_nothing_can_be_calculated(tanheng, tmp_path):
    write_database(database("good", steel("CN", 1)), tmp_path / "good.zip")
    assert "nothing to tell" in tanheng("db", "validate", "good.zip", "--strict").out
    singular = database(
        "s", process("A", avoids={"B": "1 kg"}, emits={"CO2": "1 kg"}), process("B", avoids={"A": "1 kg"})
    )
    write_database(singular, tmp_path / "singular.zip")
    done = tanheng("db", "validate", "singular.zip", "--json", "--strict")
    assert done.code == 1
    assert done.json["refusal"]["code"] == "TH-INV-003"


def test_in_python(tanheng, cars, tmp_path):
    home = tmp_path / "home"
    cars_ = th.open("cars", home=home).link(backgrounds=["mills"])
    todo = cars_.worklist()
    (candidates,) = todo["candidates"].to_list()
    assert candidates.startswith("1) steel CN [CN] ")
    assert "; 2) steel DE [DE] " in candidates
    chosen = cars_.link(todo.with_columns(pl.lit("2").alias("choose")))
    assert chosen.footprint("car").total == pytest.approx(10)
    assert chosen.links()["status"].to_list() == ["chosen"]
    assert chosen.export(tmp_path / "out.zip").counts["processes"] == 1  # of its own, as it was read
    loose = th.Background(chosen.snapshot)
    with pytest.raises(ValueError, match="data directory"):
        loose.link()


def test_an_imported_database_is_exported_as_it_was_read(tanheng, cars, tmp_path):
    done = tanheng("db", "export", "mills", str(tmp_path / "out.zip"), "--json")
    assert done.code == 0, done.err
    assert done.json["counts"]["processes"] == 2
    assert tanheng("db", "export", "nobody", str(tmp_path / "out2.zip")).code == 1
