"""Databases as they were read, choices of links that are kept, and databases on top of others."""

from __future__ import annotations

import dataclasses

import pytest

import tanheng as th
from tanheng.errors import HomeError, InventoryError
from tanheng.inventory.linking import LinkChoice
from tanheng.inventory.linking.worklist import worklist
from tanheng.inventory.model import Allocation, AllocationMethod, Note, Parameter
from tanheng.storage import Home
from tanheng.storage.linking import behind, relink
from tanheng.storage.links import LinkFile
from tanheng.storage.worklists import choices_in, read_choices
from tanheng.testing import database, process


def steel(place, co2):
    return process(f"steel {place}", makes={"steel": "1 kg"}, emits={"CO2": f"{co2} kg"}, location=place)


CAR = process("car", takes={"steel": "10 kg"}, location="US")


@pytest.fixture
def home(tmp_path):
    found = Home.at(tmp_path)
    found.add(database("cars", steel("CN", 2), steel("DE", 1), CAR), source="cars.zip")
    return found


def total(home, name="cars"):
    return th.open(name, home=home.path).footprint("car").total


def test_a_database_is_kept_as_it_was_read(tmp_path):
    home = Home.at(tmp_path)
    given = database("d", process("A", emits={"CO2": "1 kg"}))
    given = dataclasses.replace(
        given,
        parameters=(Parameter("x", 2.5, formula="5/2", comment="half of five"),),
        notes=(Note("unit-factor", "here", {"count": 3, "factor": 0.5, "unit": "t"}),),
        description="说明",
        licence="CC0",
    )
    home.add(given, source="d.zip")
    kept = home.inventory("d")
    assert kept == given
    assert isinstance(kept.notes[0].params["count"], int)  # a count stays one: 3, not 3.0


def test_a_damaged_or_missing_inventory_is_told(home):
    (path,) = (home.path / "inventories").iterdir()
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(HomeError) as caught:
        home.inventory("cars")
    assert caught.value.code == "TH-HOM-008"
    path.unlink()
    with pytest.raises(HomeError) as caught:
        relink(home, "cars")
    assert caught.value.code == "TH-HOM-008"


def test_the_same_content_is_kept_once(home):
    home.add(database("cars", steel("CN", 2), steel("DE", 1), CAR), source="again.zip")
    assert len(list((home.path / "inventories").iterdir())) == 1


def test_choices_are_kept_and_hold_for_a_new_release(home):
    assert total(home) == pytest.approx(20)  # a guess: the first by name
    done = relink(home, "cars", choices=[LinkChoice("steel", "steel DE")])
    assert total(home) == pytest.approx(10)
    (change,) = done.changes
    assert (change.process, change.before, change.after) == ("car", ("steel CN",), ("steel DE",))
    home.add(database("cars", steel("CN", 2), steel("DE", 1.5), CAR), source="newer.zip")
    assert total(home) == pytest.approx(15)
    again = relink(home, "cars", forget=home.settings("cars").choices)
    assert total(home) == pytest.approx(20)
    assert again.choices == ()


def test_a_refused_choice_changes_nothing(home):
    before = home.snapshot("cars").digest
    with pytest.raises(InventoryError):
        relink(home, "cars", choices=[LinkChoice("steel", "steel DE")], backgrounds=["cars"])
    assert home.snapshot("cars").digest == before
    assert LinkFile.of(home.path, "cars").choices() == ()


def test_a_new_release_of_a_background_is_seen_and_linked_in_bulk(tmp_path):
    home = Home.at(tmp_path)
    home.add(database("bg", steel("CN", 2)), source="bg-1")
    home.add(database("cars", CAR), source="cars")
    done = relink(home, "cars", backgrounds=["bg"])
    assert [(c.process, c.before, c.after) for c in done.changes] == [("car", (), ("steel CN",))]
    assert total(home) == pytest.approx(20)
    assert behind(home, "cars") == ()
    home.add(database("bg", steel("CN", 3), steel("US", 0.5)), source="bg-2")
    assert behind(home, "cars") == ("bg",)
    assert total(home) == pytest.approx(20)  # as linked, until it is linked anew
    done = relink(home, "cars")
    assert [(c.before, c.after) for c in done.changes] == [(("steel CN",), ("steel US",))]
    assert total(home) == pytest.approx(5)
    assert behind(home, "cars") == ()


def test_backgrounds_of_backgrounds_and_their_choices_come_along(tmp_path):
    home = Home.at(tmp_path)
    home.add(
        database(
            "ore",
            process("ore A", makes={"ore": "1 kg"}, emits={"CO2": "1 kg"}, location="CN"),
            process("ore B", makes={"ore": "1 kg"}, emits={"CO2": "5 kg"}, location="BR"),
        ),
        source="o",
    )
    home.add(
        database("mill", process("steel X", makes={"steel": "1 kg"}, takes={"ore": "2 kg"}, location="DE")), source="m"
    )
    relink(home, "mill", backgrounds=["ore"], choices=[LinkChoice("ore", "ore B")])
    home.add(database("cars", CAR), source="c")
    relink(home, "cars", backgrounds=["mill"])
    assert total(home) == pytest.approx(100)
    with pytest.raises(InventoryError) as caught:
        relink(home, "ore", backgrounds=["cars"])
    assert caught.value.code == "TH-INV-074"
    assert "cars → mill → ore" in caught.value.text()


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_worklist_goes_out_and_comes_back_filled_in(home, tmp_path, ending):
    import polars as pl

    from tanheng.inventory.tables import write_table

    table = worklist(home.snapshot("cars"))
    (row,) = table.iter_rows(named=True)
    assert (row["flow"], row["uses"], row["status"], row["provider"]) == ("steel", 1, "assumed", "steel CN")
    assert row["candidates"] == "1) steel CN [CN] steel CN; 2) steel DE [DE] steel DE"
    path = tmp_path / f"links.{ending}"
    write_table(table.with_columns(pl.lit("2").alias("choose"), pl.lit("我们的供应商").alias("reason")), path)
    (choice,) = read_choices(path, home.snapshot("cars"))
    assert (choice.flow, choice.provider, choice.process, choice.provider_location) == ("steel", "steel DE", "", "DE")
    assert choice.reason == "我们的供应商"
    relink(home, "cars", choices=[choice])
    assert total(home) == pytest.approx(10)
    assert worklist(home.snapshot("cars")).height == 0
    (chosen,) = worklist(home.snapshot("cars"), status="chosen", each="input").iter_rows(named=True)
    assert (chosen["process"], chosen["amount"], chosen["location"]) == ("car", 10.0, "US")


def test_every_wrong_row_of_a_worklist_is_told_at_once(home):
    import polars as pl

    table = pl.DataFrame(
        {
            "flow_id": ["steel", "steel", "none such", "steel", "steel"],
            "process_id": ["", "nobody", "", "", ""],
            "choose": ["7", "1", "1", "open", ""],
        }
    )
    with pytest.raises(InventoryError) as caught:
        choices_in(table, home.snapshot("cars"))
    assert [(f.code, f.place) for f in caught.value.faults] == [
        ("TH-INV-072", "row 0"),
        ("TH-INV-073", "row 1"),
        ("TH-INV-071", "row 2"),
    ]
    with pytest.raises(InventoryError) as caught:
        choices_in(table.drop("choose"), home.snapshot("cars"))
    assert caught.value.code == "TH-INV-075"
    with pytest.raises(InventoryError) as caught:
        worklist(home.snapshot("cars"), status="guessed")
    assert caught.value.code == "TH-INV-031"


def test_a_damaged_file_of_choices_is_told(home):
    relink(home, "cars", choices=[LinkChoice("steel", "steel DE")])
    (home.path / "links" / "cars.json").write_text("[{")
    with pytest.raises(HomeError) as caught:
        home.settings("cars")
    assert caught.value.code == "TH-HOM-005"


def test_the_allocation_of_a_whole_database_can_be_chosen(tmp_path):
    refinery = process(
        "refinery",
        makes={"fuel": "6 kg", "gas": "4 kg"},
        emits={"CO2": "10 kg"},
        allocations=(
            Allocation(AllocationMethod.ECONOMIC, {"fuel": 0.9, "gas": 0.1}),
            Allocation(AllocationMethod.PHYSICAL, {"fuel": 0.5, "gas": 0.5}),
        ),
    )
    users = [process("car", takes={"fuel": "1 kg"}), process("oven", takes={"gas": "1 kg"})]
    home = Home.at(tmp_path)
    home.add(database("d", refinery, *users), source="d")

    def of(product):
        return th.open("d", home=tmp_path).footprint(product).total

    assert of("car") == pytest.approx(10 * 0.5 / 6)  # physical comes before economic
    relink(home, "d", allocation="economic")
    assert of("car") == pytest.approx(10 * 0.9 / 6)
    relink(home, "d", allocation="mass")
    assert of("car") == pytest.approx(1.0)
    assert of("oven") == pytest.approx(1.0)
    relink(home, "d", allocation="reference-only")
    assert of("car") == pytest.approx(10 / 6)
    assert not th.open("d", home=tmp_path).footprint("oven").complete
    relink(home, "d", allocation="energy")
    (note,) = home.snapshot("d").notes
    assert (note["code"], note["params"]) == ("allocation-otherwise", {"wanted": "energy", "rule": "physical"})
    home.add(database("d", refinery, *users), source="newer")
    assert home.settings("d").allocation == "energy"  # holds for the next release
    relink(home, "d", allocation="")
    assert of("car") == pytest.approx(10 * 0.5 / 6)
    with pytest.raises(InventoryError) as caught:
        relink(home, "d", allocation="by taste")
    assert caught.value.code == "TH-INV-076"
    home.add(database("on-top", process("bus", takes={"fuel": "2 kg"})), source="t")
    relink(home, "d", allocation="economic")
    relink(home, "on-top", backgrounds=["d"])
    assert th.open("on-top", home=tmp_path).footprint("bus").total == pytest.approx(2 * 10 * 0.9 / 6)
